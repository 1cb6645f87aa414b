// The last minutes of one series. A scrape is read first, and taken into the lists once all of it has told whether its
// source has restarted.

import type { Labels } from '../core/model.ts';
import type { Buckets } from './buckets.ts';
import type { Measured } from './measuring.ts';

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

export class Series implements SeriesHistory {
  readonly key: string;
  readonly labels: Labels;
  readonly values: number[];
  readonly columns: (Buckets | undefined)[] = [];
  readonly quantiles: Map<number, number[]> = new Map();
  readonly states: (string | undefined)[] = [];
  activity = 0;
  seenMs: number = -Infinity;
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
    if (next === undefined) {
      // Where it comes back, it is another process's.
      if (isRestart) this.last = this.sinceMs = undefined;
      return this.push(NaN, undefined, undefined, undefined);
    }
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
