// A sketch of many numbers: how many there are of about each size. Quantiles are read from it, in memory that
// does not grow with the count. Knows no time and no labels.

/** Buckets for each doubling, at first. */
const RESOLUTION = 32;
/** Past this many buckets the resolution is halved, as often as it takes. */
const MAX_BUCKETS = 1024;

/**
 * Sparse buckets whose bounds grow exponentially, each 2^(1/32) times the one before: any number is known to
 * 1.1 % of itself, as long as those of one sign spread over no more than 1024 such buckets (from 1 to four
 * thousand million). Where they spread further, pairs of buckets become one, and the error twice as large. The
 * lowest number and the highest are exact.
 *
 * Zero, numbers below zero and the infinities have buckets of their own.
 */
export class Sketch {
  count = 0;
  private resolution = RESOLUTION;
  // By bucket: i holds the numbers from 2^((i-1)/resolution), exclusive, to 2^(i/resolution).
  private positive = new Map<number, number>();
  private negative = new Map<number, number>();
  private zeros = 0;
  private least = Infinity;
  private greatest = -Infinity;

  /** Takes in a number; not `NaN`. */
  add(value: number): void {
    this.count++;
    if (value < this.least) this.least = value;
    if (value > this.greatest) this.greatest = value;
    if (value === 0) {
      this.zeros++;
      return;
    }
    const buckets = value > 0 ? this.positive : this.negative;
    const bucket = Math.ceil(Math.log2(Math.abs(value)) * this.resolution);
    const before = buckets.get(bucket);
    buckets.set(bucket, (before ?? 0) + 1);
    if (before === undefined) this.limit();
  }

  /** Takes in all that another sketch holds. */
  merge(other: Sketch): void {
    while (this.resolution > other.resolution) this.halve();
    const factor = this.resolution / other.resolution;
    this.count += other.count;
    this.zeros += other.zeros;
    this.least = Math.min(this.least, other.least);
    this.greatest = Math.max(this.greatest, other.greatest);
    addAll(this.positive, other.positive, factor);
    addAll(this.negative, other.negative, factor);
    this.limit();
  }

  /**
   * The values at these ranks, 0 to 1: of `count` numbers in ascending order the one at `ceil(rank * count)`,
   * the first for 0. `NaN` where there is none.
   */
  quantiles(ranks: readonly number[]): number[] {
    const ascending = [
      ...[...this.negative].sort(([a], [b]) => b - a).map(([bucket, count]) => [-this.middle(bucket), count] as const),
      [0, this.zeros] as const,
      ...[...this.positive].sort(([a], [b]) => a - b).map(([bucket, count]) => [this.middle(bucket), count] as const),
    ];
    return ranks.map((rank) => {
      if (this.count === 0) return NaN;
      const wanted = Math.ceil(rank * this.count);
      if (wanted <= 1) return this.least;
      let passed = 0;
      for (const [value, count] of ascending) {
        passed += count;
        if (passed >= wanted && wanted < this.count) return Math.min(Math.max(value, this.least), this.greatest);
      }
      return this.greatest;
    });
  }

  // Where the relative error is the same to both ends.
  private middle(bucket: number): number {
    const upper = 2 ** (bucket / this.resolution);
    return upper === Infinity ? (bucket === Infinity ? Infinity : Number.MAX_VALUE) : (2 * upper) / (1 + 2 ** (1 / this.resolution));
  }

  // At the full resolution each sign may have as many buckets. Coarser ones have less and less room beyond that for one.
  private limit(): void {
    while (this.positive.size + this.negative.size > MAX_BUCKETS * (1 + this.resolution / RESOLUTION)) this.halve();
  }

  private halve(): void {
    this.resolution /= 2;
    this.positive = addAll(new Map(), this.positive, 0.5);
    this.negative = addAll(new Map(), this.negative, 0.5);
  }
}

function addAll(buckets: Map<number, number>, others: ReadonlyMap<number, number>, factor: number): Map<number, number> {
  for (const [other, count] of others) {
    const bucket = Math.ceil(other * factor);
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + count);
  }
  return buckets;
}
