// A histogram without more than it takes: counts that only grow.

import type { HistogramPoint, Labels } from '../core/model.ts';

export class Buckets {
  readonly bounds: readonly number[];
  private readonly counts: number[];
  private sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  add(value: number, times = 1): void {
    let bucket = 0;
    while (bucket < this.bounds.length && value > this.bounds[bucket]!) bucket++;
    this.counts[bucket]! += times;
    this.sum += value * times;
  }

  /** As it is now: later values change nothing of it. */
  point(labels: Labels): HistogramPoint {
    return { labels, bounds: this.bounds, counts: [...this.counts], sum: this.sum };
  }
}
