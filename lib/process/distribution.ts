// How many delays there were of about each length. Knows no time.

import type { HistogramPoint } from '../core/model.ts';

// Twenty steps to each power of ten, as in the series R20 of preferred numbers (ISO 3): 12 % apart.
const STEPS = [1, 1.12, 1.25, 1.4, 1.6, 1.8, 2, 2.24, 2.5, 2.8, 3.15, 3.55, 4, 4.5, 5, 5.6, 6.3, 7.1, 8, 9];
const POWERS = [-5, -4, -3, -2, -1, 0];

/** Upper bounds in seconds, inclusive and ascending: from 10 us to 10 s. */
const GRID: readonly number[] = [...POWERS.flatMap((power) => STEPS.map((step) => Number(`${step}e${power}`))), 10];

/** Those of the histogram that is shown: some of the grid's. */
const BOUNDS: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The place of a delay on the grid. */
export function placeOf(seconds: number): number {
  let [low, high] = [0, GRID.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (seconds <= GRID[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

export class Distribution {
  count = 0;
  sum = 0;
  /** Total of their squares. */
  squares = 0;
  min: number = Infinity;
  max = 0;
  /** By place on the grid; the last beyond it. */
  readonly counts: Float64Array = new Float64Array(GRID.length + 1);

  add(seconds: number): void {
    this.count++;
    this.sum += seconds;
    this.squares += seconds * seconds;
    this.min = Math.min(this.min, seconds);
    this.max = Math.max(this.max, seconds);
    this.counts[placeOf(seconds)]!++;
  }

  merge(other: Distribution): void {
    this.count += other.count;
    this.sum += other.sum;
    this.squares += other.squares;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
    for (let place = 0; place < this.counts.length; place++) this.counts[place]! += other.counts[place]!;
  }

  get mean(): number {
    return this.sum / this.count;
  }

  get deviation(): number {
    return Math.sqrt(Math.max(0, this.squares / this.count - this.mean ** 2));
  }

  /** To about 6 %; `NaN` where there is none. */
  quantile(rank: number): number {
    const wanted = rank * this.count;
    let passed = 0;
    for (const [place, count] of this.counts.entries()) {
      if (count === 0 || passed + count < wanted) {
        passed += count;
        continue;
      }
      const [lower, upper] = [Math.max(GRID[place - 1] ?? 0, this.min), Math.min(GRID[place] ?? Infinity, this.max)];
      return lower + (upper - lower) * ((wanted - passed) / count);
    }
    return NaN;
  }

  point(): HistogramPoint {
    const counts = BOUNDS.map(() => 0);
    counts.push(0);
    let bucket = 0;
    for (const [place, count] of this.counts.entries()) {
      while (bucket < BOUNDS.length && !(GRID[place]! <= BOUNDS[bucket]!)) bucket++;
      counts[bucket]! += count;
    }
    return { labels: {}, bounds: BOUNDS, counts, sum: this.sum };
  }
}
