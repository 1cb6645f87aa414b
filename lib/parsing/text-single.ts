// The points of a metric of the text format with one line for each: counters, gauges and untyped values.

import type { GaugePoint } from '../core/model.ts';
import type { LabelList } from './labels.ts';

/** The points of a metric with one line for each. What stands there twice is there twice: nothing says which counts. */
export class SinglePoints {
  readonly points: GaugePoint[] = [];

  add(list: LabelList, value: number, timestampMs: number | undefined): void {
    const labels = list.toObject();
    this.points.push(timestampMs === undefined ? { labels, value } : { labels, value, timestampMs });
  }
}
