// How many delays there were of about each length. Knows no time.

import type { HistogramPoint } from '../core/model.ts';

// Ten steps to each power of ten, as in the series R10 of preferred numbers (ISO 3): 26 % apart.
const STEPS = [1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8];
const POWERS = [-4, -3, -2, -1, 0];

/** Upper bounds in seconds, inclusive and ascending: from 100 us to 10 s. */
const GRID: readonly number[] = [...POWERS.flatMap((power) => STEPS.map((step) => Number(`${step}e${power}`))), 10];

/** Those of the histogram that is shown: some of the grid's. */
const BOUNDS: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Those at one place. */
interface Pile {
  count: number;
  sum: number;
}

export class Distribution {
  count = 0;
  sum = 0;
  min: number = Infinity;
  max = 0;
  private squares = 0;
  /** By place on the grid. A few of them are in use at a time. */
  private readonly piles = new Map<number, Pile>();

  add(seconds: number, times = 1): void {
    this.note(times, seconds * times, seconds * seconds * times, seconds, seconds);
    this.addAt(placeOf(seconds), times, seconds * times);
  }

  merge(other: Distribution): void {
    this.note(other.count, other.sum, other.squares, other.min, other.max);
    for (const [place, { count, sum }] of other.piles) this.addAt(place, count, sum);
  }

  get mean(): number {
    return this.sum / this.count;
  }

  get deviation(): number {
    return Math.sqrt(Math.max(0, this.squares / this.count - this.mean ** 2));
  }

  /** For each rank the mean of those at the place where it is: no more than 12 % off, and mostly far less. */
  quantiles(ranks: readonly number[]): number[] {
    const piles = [...this.piles].sort(([one], [other]) => one - other);
    return ranks.map((rank) => {
      let passed = 0;
      const [, pile] = piles.find(([, { count }]) => (passed += count) >= rank * this.count) ?? piles.at(-1)!;
      return pile.sum / pile.count;
    });
  }

  point(): HistogramPoint {
    const counts = BOUNDS.map(() => 0);
    counts.push(0);
    for (const [place, { count }] of this.piles) {
      const bucket = BOUNDS.findIndex((bound) => GRID[place]! <= bound);
      counts[bucket < 0 ? BOUNDS.length : bucket]! += count;
    }
    return { labels: {}, bounds: BOUNDS, counts, sum: this.sum };
  }

  private note(count: number, sum: number, squares: number, min: number, max: number): void {
    this.count += count;
    this.sum += sum;
    this.squares += squares;
    this.min = Math.min(this.min, min);
    this.max = Math.max(this.max, max);
  }

  private addAt(place: number, count: number, sum: number): void {
    const pile = this.piles.get(place);
    if (pile === undefined) {
      this.piles.set(place, { count, sum });
    } else {
      pile.count += count;
      pile.sum += sum;
    }
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
