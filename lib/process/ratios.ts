// Quantiles of the last minute's values, one every two seconds.

import type { SummaryPoint } from '../core/model.ts';

const QUANTILES = [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999];
const WINDOW = 30;

/** Without buckets: there are few values. */
const NONE = { indexes: [], counts: [] };
const EMPTY = { schema: 0, zeroCount: 0, positive: NONE, negative: NONE, least: Infinity, greatest: -Infinity };

export class Ratios {
  private readonly latest: number[] = [];
  private sum = 0;
  private count = 0;

  add(value: number, times: number): void {
    this.sum += value * times;
    this.count += times;
    for (let i = 0; i < Math.min(times, WINDOW); i++) this.latest.push(value);
    this.latest.splice(0, this.latest.length - WINDOW);
  }

  point(): SummaryPoint {
    const sorted = [...this.latest].sort((a, b) => a - b);
    const quantiles = sorted.length === 0 ? [] : QUANTILES.map((quantile) => ({ quantile, value: sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)]! }));
    return { labels: {}, quantiles, sum: this.sum, count: this.count, sketch: { ...EMPTY, values: sorted } };
  }
}
