// The points of a metric of the text format with one line for each: counters, gauges and untyped values.

import type { GaugePoint } from '../core/model.ts';
import type { LabelList } from './labels.ts';
import { SeriesKeys } from './series-keys.ts';

/** The points of a metric with one line for each. */
export class SinglePoints {
  readonly points: GaugePoint[] = [];
  readonly #keys = new SeriesKeys();
  readonly #taken = new Set<string>();

  /** Adds one, unless one with the same labels and time is there. */
  add(list: LabelList, value: number, timestampMs: number | undefined): void {
    const key = this.#keys.keyOf(list);
    const { size } = this.#taken.add(timestampMs === undefined ? key : `${key}@${timestampMs}`);
    if (size === this.points.length) return;
    const labels = list.toObject();
    this.points.push(timestampMs === undefined ? { labels, value } : { labels, value, timestampMs });
  }
}
