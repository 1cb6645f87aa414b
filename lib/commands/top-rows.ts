// From what scrapes had to the rows of `promlet top`: what each series is now, and which come first.

import { quantileOf, sumOf } from '../live/buckets.ts';
import type { FamilyHistory, History, SeriesHistory } from '../live/history.ts';
import { formatRate, formatValue, unitOf } from '../live/units.ts';
import type { Unit } from '../live/units.ts';
import { printable } from './terminal.ts';

/** One series, as text that a terminal may receive. */
export interface Row {
  /** Such as `http_requests_total{method="GET"}`. */
  readonly name: string;
  /** A rate for what only grows, else the value. */
  readonly value: string;
  /** By quantile, in ascending order. Empty where it has none. */
  readonly quantiles: readonly (readonly [quantile: number, value: string])[];
  /** What it was at each scrape; `NaN` where that is unknown. Empty where it is no number. */
  readonly values: readonly number[];
  /** Whether nothing is below 0, so that bars begin there. */
  readonly isRate: boolean;
  /** Whether the last scrape had it. */
  readonly isThere: boolean;
}

/** Quantiles of histograms, over as many milliseconds. */
const QUANTILES = [0.5, 0.95, 0.99];
const QUANTILE_SPAN_MS = 60_000;

/** What moves by as much as one event: so rates of bytes do not stand above all others. */
const ONE: Partial<Readonly<Record<Unit, number>>> = { bytes: 2 ** 20, percent: 100, timestamp: Infinity };

// What is shown stays, and stays above another row, until that is clearly more active.
const CALM = 1.3;

/** The rows of the most active series, in an order that changes no more often than it must. */
export class Rows {
  private readonly history: History;
  /** What was shown last and had moved by then, in that order. */
  private shown: readonly SeriesHistory[] = [];
  private words = '';

  constructor(history: History) {
    this.history = history;
  }

  /** @param words - In lower case. All of these are in the name of each row that is returned, or counted as one of the others. */
  take(limit: number, words: readonly string[], nowMs: number): { readonly rows: readonly Row[]; readonly others: number } {
    const found = new Map<SeriesHistory, FamilyHistory>();
    for (const family of this.history.families) {
      for (const series of family.series) if (words.length === 0 || hasAll(nameOf(family, series), words)) found.set(series, family);
    }
    // Another filter is another list.
    const before = this.words === words.join(' ') ? this.shown.filter((series) => found.has(series)) : [];
    this.words = words.join(' ');
    const [kept, weights] = [new Set(before), new Map([...found].map(([series, family]) => [series, series.activity / oneOf(family)]))];
    const weightOf = (series: SeriesHistory): number => weights.get(series)! * (kept.has(series) ? CALM : 1);
    const most = [...found.keys()].sort((a, b) => weightOf(b) - weightOf(a) || 0).slice(0, limit);
    const order = calmly(most, before, weights);
    this.shown = order.filter((series) => weights.get(series)! > 0);
    return { rows: order.map((series) => this.rowOf(found.get(series)!, series, nowMs)), others: found.size - most.length };
  }

  private rowOf(family: FamilyHistory, series: SeriesHistory, nowMs: number): Row {
    const unit = unitOf(family);
    const { type } = family;
    const isRate = type === 'counter' || type === 'histogram' || type === 'summary';
    const now = series.values.at(-1) ?? NaN;
    const isThere = series.seenMs === this.history.times.at(-1);
    const isText = type === 'info' || type === 'stateset';
    const value = isText ? (series.states.at(-1) ?? '') : isRate ? formatRate(now, type === 'counter' ? unit : 'none') : formatValue(now, type === 'gaugehistogram' ? 'none' : unit, nowMs);
    const quantiles = this.quantilesOf(family, series).map(([quantile, each]) => [quantile, plain(formatValue(each, unit))] as const);
    return { name: nameOf(family, series), value: plain(value), quantiles, values: isText ? [] : series.values, isRate, isThere };
  }

  private quantilesOf({ type }: FamilyHistory, { columns, quantiles }: SeriesHistory): (readonly [number, number])[] {
    if (type === 'summary') return [...quantiles].sort(([a], [b]) => a - b).map(([quantile, values]) => [quantile, values.at(-1) ?? NaN] as const);
    if (type !== 'histogram' && type !== 'gaugehistogram') return [];
    const { times } = this.history;
    const since = type === 'histogram' ? times.at(-1)! - QUANTILE_SPAN_MS : times.at(-1)!;
    const sum = sumOf(columns.filter((column, i) => column !== undefined && times[i]! >= since) as Exclude<(typeof columns)[number], undefined>[]);
    return QUANTILES.map((quantile) => [quantile, quantileOf(sum, quantile)] as const);
  }
}

/** Of what has been observed, events are counted, whatever is measured of each. */
function oneOf(family: FamilyHistory): number {
  return family.type === 'histogram' || family.type === 'gaugehistogram' || family.type === 'summary' ? 1 : (ONE[unitOf(family)] ?? 1);
}

function hasAll(name: string, words: readonly string[]): boolean {
  const text = name.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** In the order of before, but for those that have become clearly more active than the one above. */
function calmly(most: readonly SeriesHistory[], before: readonly SeriesHistory[], weights: ReadonlyMap<SeriesHistory, number>): readonly SeriesHistory[] {
  const [all, old] = [new Set(most), new Set(before)];
  const order = [...before.filter((series) => all.has(series)), ...most.filter((series) => !old.has(series))];
  for (let i = 1; i < order.length; i++) {
    for (let j = i; j > 0 && weights.get(order[j]!)! > weights.get(order[j - 1]!)! * CALM; j--) [order[j - 1], order[j]] = [order[j]!, order[j - 1]!];
  }
  return order;
}

/** As the text format writes it, in one printable line; of 100 kB no more than can be of use. */
function nameOf({ name }: FamilyHistory, { labels }: SeriesHistory): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${short(label)}="${short(value).replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`);
  return printable(short(name) + (pairs.length === 0 ? '' : `{${pairs.join(',')}}`));
}

const LONGEST = 500;

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Without the spaces that keep a number and its unit together on a page. */
function plain(text: string): string {
  return printable(short(text).replaceAll('\u00a0', ' '));
}
