// The last minutes of all series, scrape by scrape: rates of what only grows, values of the rest. Knows neither
// where scrapes come from nor how they are shown.

import type { Labels, MetricFamily, MetricType } from '../core/model.ts';
import type { Buckets } from './buckets.ts';
import { measured } from './measuring.ts';
import type { Measured } from './measuring.ts';
import { recognised } from './recognising.ts';
import { seriesKey } from './series-key.ts';

export interface HistoryOptions {
  /** How long a scrape is remembered, in milliseconds. @default 300000 */
  readonly windowMs?: number | undefined;
}

/** One series. Each list has one entry for each of `times`. */
export interface SeriesHistory {
  readonly labels: Labels;
  /**
   * Of counters, the rate since the scrape before; of histograms and summaries, observations per second since then;
   * of a gauge histogram, observations now; of all others, the value. `NaN` where it is unknown, such as at a reset.
   */
  readonly values: readonly number[];
  /** Of histograms: what was observed since the scrape before. Else empty. */
  readonly columns: readonly (Buckets | undefined)[];
  /** Of summaries: by quantile. */
  readonly quantiles: ReadonlyMap<number, readonly number[]>;
  /** Of state sets: the states that are on, with commas between them. Else empty. */
  readonly states: readonly (string | undefined)[];
  /** As it is now: a counter's total, a number of observations, a value. */
  readonly current: number;
  /** Total of the observed values now, where there is one. */
  readonly sum: number | undefined;
  /** How much it moved lately. */
  readonly activity: number;
  /** When the last scrape had it. */
  readonly seenMs: number;
  /** The time that the source itself has for its value. */
  readonly timestampMs: number | undefined;
}

export interface FamilyHistory {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string | undefined;
  readonly series: readonly SeriesHistory[];
  /** When the last scrape had it: before the last of `times` where it is missing now. */
  readonly seenMs: number;
}

// Activity of half a minute ago counts half.
const HALF_LIFE_MS = 30_000;

/** Remembers what scrapes had. */
export class History {
  private readonly windowMs: number;
  private readonly byName = new Map<string, Family>();
  private readonly atTimes: number[] = [];
  private readonly restartTimes: number[] = [];
  private startTime: number | undefined;
  private hasMissed = false;

  constructor({ windowMs = 300_000 }: HistoryOptions = {}) {
    this.windowMs = windowMs;
  }

  /** When the scrapes were, the oldest first. */
  get times(): readonly number[] {
    return this.atTimes;
  }

  /** Scrapes that a restart of their source was seen at: its counts began anew since the one before. */
  get restarts(): readonly number[] {
    return this.restartTimes;
  }

  /** In the order of scrapes; those that are missing in the last one stay in their places for the window's length. */
  get families(): readonly FamilyHistory[] {
    return [...this.byName.values()];
  }

  family(name: string): FamilyHistory | undefined {
    return this.byName.get(name);
  }

  /** A scrape that failed: what comes next may be of another process. */
  miss(): void {
    this.hasMissed = true;
  }

  /** Takes a scrape. @param atMs - When it was; later than the one before. */
  add(families: Iterable<MetricFamily>, atMs: number): void {
    const before = this.atTimes.at(-1);
    const found = this.read(families, atMs, before);
    const isRestart = before !== undefined && this.isRestart(found);
    if (isRestart) this.restartTimes.push(atMs);
    this.hasMissed = false;
    this.atTimes.push(atMs);
    const decay = before === undefined ? 0 : 2 ** ((before - atMs) / HALF_LIFE_MS);
    for (const family of this.byName.values()) {
      for (const series of family.series) series.commit(decay, isRestart);
    }
    this.forget(atMs - this.windowMs);
  }

  private read(families: Iterable<MetricFamily>, atMs: number, before: number | undefined): Tally {
    const tally: Tally = { fallen: 0, risen: 0, startTime: undefined };
    const added: [name: string, after: string | undefined][] = [];
    let last: string | undefined;
    for (const each of families) {
      const given = recognised(each);
      let family = this.byName.get(given.name);
      if (family === undefined) added.push([given.name, last]);
      // Of another type, it is another family.
      if (family === undefined || family.type !== given.type) this.byName.set(given.name, (family = new Family(given)));
      family.read(given, atMs, { before, times: this.atTimes }, tally);
      last = given.name;
    }
    this.place(added);
    return tally;
  }

  /** Puts those that are new where the scrape has them. All others keep their places, also while they are missing. */
  private place(added: readonly (readonly [name: string, after: string | undefined])[]): void {
    if (added.length === 0 || this.atTimes.length === 0) return;
    const order = [...this.byName.keys()].slice(0, -added.length);
    for (const [name, after] of added) order.splice(after === undefined ? 0 : order.indexOf(after) + 1, 0, name);
    const families = order.map((name) => [name, this.byName.get(name)!] as const);
    this.byName.clear();
    for (const [name, family] of families) this.byName.set(name, family);
  }

  private isRestart({ fallen, risen, startTime }: Tally): boolean {
    const isOther = startTime !== undefined && this.startTime !== undefined && startTime !== this.startTime;
    if (startTime !== undefined) this.startTime = startTime;
    return isOther || fallen > (this.hasMissed ? 0 : risen);
  }

  private forget(beforeMs: number): void {
    let gone = 0;
    while (this.atTimes[gone]! < beforeMs) gone++;
    while (this.restartTimes[0]! < beforeMs) this.restartTimes.shift();
    if (gone === 0) return;
    this.atTimes.splice(0, gone);
    for (const family of this.byName.values()) {
      family.forget(gone, beforeMs);
      if (family.seenMs < beforeMs) this.byName.delete(family.name);
    }
  }
}

/** What a scrape shows of resets, before any of it is believed. */
interface Tally {
  fallen: number;
  risen: number;
  /** Seconds since the epoch. */
  startTime: number | undefined;
}

/** What there was before a scrape: when the one before was, and all others. */
interface Past {
  readonly before: number | undefined;
  readonly times: readonly number[];
}

class Family implements FamilyHistory {
  readonly name: string;
  readonly type: MetricType;
  help: string;
  unit: string | undefined;
  series: Series[] = [];
  seenMs = -Infinity;
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

class Series implements SeriesHistory {
  readonly key: string;
  readonly labels: Labels;
  readonly values: number[];
  readonly columns: (Buckets | undefined)[] = [];
  readonly quantiles = new Map<number, number[]>();
  readonly states: (string | undefined)[] = [];
  activity = 0;
  seenMs = -Infinity;
  /** When it was 0, or had its last value. */
  private sinceMs: number | undefined;
  private last: Measured | undefined;
  private next: Measured | undefined;

  constructor(key: string, labels: Labels, values: number[], sinceMs: number | undefined) {
    this.key = key;
    this.labels = labels;
    this.values = values;
    this.sinceMs = sinceMs;
  }

  get current(): number {
    return this.last?.value ?? NaN;
  }

  get sum(): number | undefined {
    return this.last?.sum;
  }

  get timestampMs(): number | undefined {
    return this.last?.timestampMs;
  }

  /** Takes what a scrape has. Returns the sign of the change in what only grows, else 0. */
  read(now: Measured, atMs: number): number {
    this.seenMs = atMs;
    this.next = now;
    if (!now.isCount || this.last === undefined) return 0;
    return hasFallen(now, this.last) ? -1 : Math.sign(now.value - this.last.value);
  }

  /** Adds an entry for the scrape to all lists. */
  commit(decay: number, isRestart: boolean): void {
    const { last, next } = this;
    this.next = undefined;
    this.activity *= decay;
    if (next === undefined) return this.push(NaN, undefined, undefined, undefined);
    if (next.isCount) {
      const grown = isRestart ? undefined : this.grown(next, last);
      this.push(grown === undefined ? NaN : (grown.value / (this.seenMs - this.sinceMs!)) * 1000, grown?.buckets, next.quantiles, undefined);
      if (grown !== undefined) this.activity += grown.value;
    } else {
      this.push(next.value, next.buckets, next.quantiles, next.states);
      if (last !== undefined) this.activity += next.states === last.states ? Math.abs(next.value - last.value) || 0 : 1;
    }
    this.last = next;
    this.sinceMs = this.seenMs;
  }

  forget(count: number): void {
    this.values.splice(0, count);
    if (this.columns.length > 0) this.columns.splice(0, count);
    if (this.states.length > 0) this.states.splice(0, count);
    for (const values of this.quantiles.values()) values.splice(0, count);
  }

  private grown(next: Measured, last: Measured | undefined): Pick<Measured, 'value' | 'buckets'> | undefined {
    if (last === undefined) return this.sinceMs === undefined ? undefined : next;
    if (hasFallen(next, last)) return undefined;
    return { value: next.value - last.value, buckets: next.buckets && last.buckets && next.increase(last.buckets) };
  }

  private push(value: number, buckets: Buckets | undefined, quantiles: Measured['quantiles'], states: string | undefined): void {
    const { length } = this.values;
    this.values.push(value);
    if (buckets !== undefined || this.columns.length > 0) append(this.columns, length, buckets);
    if (states !== undefined || this.states.length > 0) append(this.states, length, states);
    for (const { quantile } of quantiles ?? []) if (!this.quantiles.has(quantile)) this.quantiles.set(quantile, []);
    for (const [quantile, values] of this.quantiles) append(values, length, quantiles?.find((each) => each.quantile === quantile)?.value ?? NaN, NaN);
  }
}

/** Whether it began anew in between. */
function hasFallen(next: Measured, last: Measured): boolean {
  return next.value < last.value || next.createdMs !== last.createdMs || (next.buckets !== undefined && last.buckets !== undefined && next.increase(last.buckets) === undefined);
}

/** Appends an entry where it belongs, after filling up what is missing before it. */
function append<Entry>(list: Entry[], index: number, entry: Entry, missing?: Entry): void {
  while (list.length < index) list.push(missing as Entry);
  list.push(entry);
}
