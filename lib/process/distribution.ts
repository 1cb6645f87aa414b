// How many delays there were of about each length. Knows no time.

import type { HistogramPoint } from '../core/model.ts';

// Ten steps to each power of ten, as in the series R10 of preferred numbers (ISO 3): 26 % apart.
const STEPS = [1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8];
const POWERS = [-4, -3, -2, -1, 0];

/** Upper bounds in seconds, inclusive and ascending: from 100 us to 10 s. */
const GRID: readonly number[] = [...POWERS.flatMap((power) => STEPS.map((step) => Number(`${step}e${power}`))), 10];

/** Those of the histogram that is shown: some of the grid's. */
const BOUNDS: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class Distribution {
  count = 0;
  min: number = Infinity;
  max = 0;
  private squares = 0;
  /** By place on the grid; the last beyond it. */
  private readonly counts: Float64Array = new Float64Array(GRID.length + 1);
  /** Totals of the delays at each place. */
  private readonly sums: Float64Array = new Float64Array(GRID.length + 1);

  add(seconds: number, times = 1): void {
    const place = placeOf(seconds);
    this.count += times;
    this.min = Math.min(this.min, seconds);
    this.max = Math.max(this.max, seconds);
    this.squares += seconds * seconds * times;
    this.counts[place]! += times;
    this.sums[place]! += seconds * times;
  }

  merge(other: Distribution): void {
    this.count += other.count;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
    this.squares += other.squares;
    for (let place = 0; place < this.counts.length; place++) {
      this.counts[place]! += other.counts[place]!;
      this.sums[place]! += other.sums[place]!;
    }
  }

  get sum(): number {
    return this.sums.reduce((total, each) => total + each, 0);
  }

  get mean(): number {
    return this.sum / this.count;
  }

  get deviation(): number {
    return Math.sqrt(Math.max(0, this.squares / this.count - this.mean ** 2));
  }

  /** The mean of those at the place where the rank is: no more than 12 % off, and mostly far less. `NaN` where there are none. */
  quantile(rank: number): number {
    let passed = 0;
    const place = this.counts.findIndex((count) => (passed += count) >= rank * this.count && count > 0);
    return this.sums[place]! / this.counts[place]!;
  }

  point(): HistogramPoint {
    const counts = Array.from({ length: BOUNDS.length + 1 }, () => 0);
    let bucket = 0;
    for (const [place, count] of this.counts.entries()) {
      while (bucket < BOUNDS.length && !(GRID[place]! <= BOUNDS[bucket]!)) bucket++;
      counts[bucket]! += count;
    }
    return { labels: {}, bounds: BOUNDS, counts, sum: this.sum };
  }
}

/** Whether two delays have the same place on the grid. */
export function isClose(one: number, other: number): boolean {
  return one === other || placeOf(one) === placeOf(other);
}

function placeOf(seconds: number): number {
  let [low, high] = [0, GRID.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (seconds <= GRID[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}
