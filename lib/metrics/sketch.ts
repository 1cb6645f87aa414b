// A sketch of many numbers: how many there are of about each size. Quantiles are read from it, in memory that
// does not grow with the count. Knows no time and no labels.

import type { NativeBuckets, QuantileSketch } from '../core/model.ts';

/** As many numbers are kept as they are. */
const FEW = 64;
/** Buckets for each doubling, at first. */
const RESOLUTION = 32;
/** Past this many buckets the resolution is halved, as often as it takes. */
const MAX_BUCKETS = 1024;
/** Makes the keys of all sizes positive: no number is as small as 2^-1100. */
const OFFSET = 1100 * RESOLUTION;

/**
 * Up to 64 numbers as they are; more in sparse buckets whose bounds grow exponentially, each 2^(1/32) times the one before: any number is known to
 * 1.1 % of itself, as long as those of one sign spread over no more than 1024 such buckets (from 1 to four
 * thousand million). Where they spread further, pairs of buckets become one, and the error twice as large. The
 * lowest number and the highest are exact.
 *
 * Zero, numbers below zero and the infinities have buckets of their own.
 */
export class Sketch {
  count = 0;
  private resolution = RESOLUTION;
  // By a key that ascends as the numbers do: 0 of zero, and otherwise OFFSET more than i, with the number's sign, of a
  // bucket that holds the sizes from 2^((i-1)/resolution), exclusive, to 2^(i/resolution).
  private buckets = new Map<number, number>();
  /** All numbers, while there are few. */
  private few: number[] | undefined = [];
  private least = Infinity;
  private greatest = -Infinity;

  /** Takes in a number, so many times; not `NaN`. */
  add(value: number, count: number = 1): void {
    this.count += count;
    if (value < this.least) this.least = value;
    if (value > this.greatest) this.greatest = value;
    if (this.few !== undefined) {
      if (this.count <= FEW) {
        for (let i = 0; i < count; i++) this.few.push(value);
        return;
      }
      this.spill();
    }
    this.fill(value, count);
  }

  /** Takes in all that another sketch holds. */
  merge(other: Sketch): void {
    while (this.resolution > other.resolution) this.halve();
    this.count += other.count;
    this.least = Math.min(this.least, other.least);
    this.greatest = Math.max(this.greatest, other.greatest);
    if (this.few !== undefined && other.few !== undefined && this.count <= FEW) {
      this.few.push(...other.few);
      return;
    }
    this.spill();
    for (const value of other.few ?? []) this.fill(value, 1);
    for (const [key, count] of other.buckets) this.put(coarser(key, other.resolution / this.resolution), count);
    this.limit();
  }

  /**
   * The values at these ranks, 0 to 1: of `count` numbers in ascending order the one at `ceil(rank * count)`,
   * the first for 0. `NaN` where there is none.
   */
  quantiles(ranks: readonly number[]): number[] {
    const few = this.few?.sort((a, b) => a - b);
    const ascending = [...this.buckets].sort(([a], [b]) => a - b);
    return ranks.map((rank) => {
      if (this.count === 0) return NaN;
      let rest = Math.ceil(rank * this.count);
      if (rest <= 1) return this.least;
      if (rest >= this.count) return this.greatest;
      if (few !== undefined) return few[rest - 1]!;
      const [key] = ascending.find(([, count]) => (rest -= count) <= 0)!;
      return Math.min(Math.max(this.middle(key), this.least), this.greatest);
    });
  }

  /** All that it holds, as plain data. */
  data(): QuantileSketch {
    const { few, buckets, resolution } = this;
    const sideOf = (sign: number): NativeBuckets => {
      const own = [...buckets].filter(([key]) => Math.sign(key) === sign).sort(([a], [b]) => sign * (a - b));
      // The infinities lie one past the largest number.
      return { indexes: own.map(([key]) => Math.min(Math.abs(key) - OFFSET, 1024 * resolution + 1)), counts: own.map(([, count]) => count) };
    };
    const [least, greatest] = few === undefined ? [this.least, this.greatest] : [Infinity, -Infinity];
    return { values: [...(few ?? [])], schema: Math.log2(resolution), zeroCount: buckets.get(0) ?? 0, positive: sideOf(1), negative: sideOf(-1), least, greatest };
  }

  private spill(): void {
    const { few } = this;
    this.few = undefined;
    for (const value of few ?? []) this.fill(value, 1);
  }

  private fill(value: number, count: number): void {
    const size = Math.ceil(Math.log2(Math.abs(value)) * this.resolution) + OFFSET;
    if (this.put(value > 0 ? size : value < 0 ? -size : 0, count) === count) this.limit();
  }

  // Where the relative error is the same to both ends.
  private middle(key: number): number {
    const upper = 2 ** ((Math.abs(key) - OFFSET) / this.resolution);
    return Math.sign(key) * (Math.abs(key) === Infinity ? Infinity : upper === Infinity ? Number.MAX_VALUE : (2 * upper) / (1 + 2 ** (1 / this.resolution)));
  }

  private put(key: number, count: number): number {
    const sum = (this.buckets.get(key) ?? 0) + count;
    this.buckets.set(key, sum);
    return sum;
  }

  // At the full resolution each sign may have as many buckets. Coarser ones have less and less room beyond that for one.
  private limit(): void {
    while (this.buckets.size > MAX_BUCKETS * (1 + this.resolution / RESOLUTION)) this.halve();
  }

  private halve(): void {
    const { buckets } = this;
    this.resolution /= 2;
    this.buckets = new Map();
    for (const [key, count] of buckets) this.put(coarser(key, 2), count);
  }
}

/** The key of the same numbers where as many buckets are one. */
function coarser(key: number, buckets: number): number {
  return key === 0 ? 0 : Math.sign(key) * (Math.ceil((Math.abs(key) - OFFSET) / buckets) + OFFSET);
}
