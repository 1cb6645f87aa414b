// The points of a metric of the text format with one line for each: counters, gauges and untyped values.

import type { GaugePoint, Labels } from '../core/model.ts';

/** The points of a metric with one line for each. */
export class SinglePoints {
  readonly points: GaugePoint[] = [];
  readonly #taken = new Set<string>();

  /** Adds one, unless one with the same labels and time is there. */
  add(labels: Labels, key: string, value: number, timestampMs: number | undefined): void {
    const id = timestampMs === undefined ? key : `${key}@${timestampMs}`;
    const { size } = this.#taken.add(id);
    if (size === this.points.length) return;
    this.points.push(timestampMs === undefined ? { labels, value } : { labels, value, timestampMs });
  }
}
