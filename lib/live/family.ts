// The last minutes of one family: its series, found again in each scrape.

import type { Labels, MetricFamily, MetricType } from '../core/model.ts';
import { measured } from './measuring.ts';
import { seriesKey } from './series-key.ts';
import { Series } from './series.ts';
import type { SeriesHistory } from './series.ts';

export interface FamilyHistory {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string | undefined;
  readonly series: readonly SeriesHistory[];
  /** When the last scrape had it: before the last of `times` where it is missing now. */
  readonly seenMs: number;
}

/** What a scrape shows of resets, before any of it is believed. */
export interface Tally {
  fallen: number;
  risen: number;
  /** Seconds since the epoch. */
  startTime: number | undefined;
}

/** What there was before a scrape: when the one before was, and all others. */
export interface Past {
  readonly before: number | undefined;
  readonly times: readonly number[];
}

export class Family implements FamilyHistory {
  readonly name: string;
  readonly type: MetricType;
  help: string;
  unit: string | undefined;
  series: Series[] = [];
  seenMs: number = -Infinity;
  private firstMs: number | undefined;
  private readonly byKey = new Map<string, Series>();
  private readonly byLabels = new WeakMap<Labels, Series>();

  constructor({ name, type, help, unit }: MetricFamily) {
    this.name = name;
    this.type = type;
    this.help = help;
    this.unit = unit;
  }

  read(family: MetricFamily, atMs: number, { before, times }: Past, tally: Tally): void {
    // What appears in a family that was there has been counted since then.
    const sinceMs = this.seenMs === before ? before : undefined;
    this.seenMs = atMs;
    this.firstMs ??= atMs;
    this.help = family.help;
    this.unit = family.unit;
    for (const point of family.points) {
      const series = this.seriesOf(point.labels, family.constantLabels, times, sinceMs);
      const now = measured(family.type, point);
      if (family.name === 'process_start_time_seconds') tally.startTime = now.value;
      const sign = series.read(now, atMs);
      if (sign < 0) tally.fallen++;
      if (sign > 0) tally.risen++;
    }
  }

  forget(count: number, beforeMs: number): void {
    for (const series of this.series) series.forget(count);
    const kept = this.series.filter(({ seenMs }) => seenMs >= beforeMs);
    if (kept.length === this.series.length) return;
    for (const series of this.series) if (series.seenMs < beforeMs) this.byKey.delete(series.key);
    this.series = kept;
  }

  /** Readers that keep the labels of a series as one object find it faster. */
  private seriesOf(own: Labels, constant: Labels | undefined, times: readonly number[], sinceMs: number | undefined): Series {
    const found = this.byLabels.get(own);
    if (found !== undefined && this.byKey.get(found.key) === found) return found;
    const labels = constant === undefined ? own : { ...constant, ...own };
    const key = seriesKey(labels);
    let series = this.byKey.get(key);
    if (series === undefined) {
      series = new Series(key, labels, this.ratesBefore(times, sinceMs), sinceMs);
      this.byKey.set(key, series);
      this.series.push(series);
    }
    this.byLabels.set(own, series);
    return series;
  }

  /** The rates of a series that appears: it was 0 as long as its family was there without it. */
  private ratesBefore(times: readonly number[], sinceMs: number | undefined): number[] {
    const isCount = this.type === 'counter' || this.type === 'histogram' || this.type === 'summary';
    return times.map((ms) => (isCount && sinceMs !== undefined && ms > this.firstMs! ? 0 : NaN));
  }
}
