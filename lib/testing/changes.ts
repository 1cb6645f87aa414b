// What a piece of code did to the metrics: two looks at them, and the difference as plain data.

import { fault } from '../core/errors.ts';
import type { Collector, CounterPoint, HistogramPoint, Labels, MetricFamily, Point, SummaryPoint } from '../core/model.ts';
import { sampleNames } from '../core/names.ts';
import { checkOptions } from '../core/options.ts';
import { boundText } from '../formats/syntax.ts';
import { familiesRefreshed, samplesOf, seriesText } from './samples.ts';

export interface ChangesOptions {
  /** Look at these metrics alone. @default all */
  readonly names?: readonly string[] | undefined;
}

/** All are by series, as it stands in an exposition: `jobs_total{queue="mail"}`. What did not change is left out. */
export interface Changes<Result = unknown> {
  /** By how much each grew. One that fell was reset, and counts from 0. */
  readonly counters: Readonly<Record<string, number>>;
  /** What was observed, and, by upper bound, in which buckets: each observation in one, unlike in an exposition. */
  readonly histograms: Readonly<Record<string, HistogramChange>>;
  readonly summaries: Readonly<Record<string, SummaryChange>>;
  /** Gauges, infos, state sets (each state a series) and values of unknown type. */
  readonly gauges: Readonly<Record<string, GaugeChange>>;
  /** Series that were not there before. */
  readonly created: readonly string[];
  /** Series that are no longer there. */
  readonly removed: readonly string[];
  /** What the work returned or resolved to; absent where that is nothing. */
  readonly result?: Result;
  /** What it threw or rejected with; absent where it did not. */
  readonly error?: unknown;
}

export interface HistogramChange extends SummaryChange {
  readonly buckets: Readonly<Record<string, number>>;
}

export interface SummaryChange {
  readonly count: number;
  readonly sum: number;
}

export interface GaugeChange {
  /** `undefined` where there was no such series. */
  readonly before: number | undefined;
  /** `undefined` where there is none any more. */
  readonly after: number | undefined;
}

/**
 * Refreshes the registry, does the work, waits for it, refreshes again, and resolves to what changed in between. It
 * resolves where the work throws, too: what was thrown is the `error`.
 *
 * ```ts
 * const { counters, error } = await changes(registry, () => worker.run(job));
 * assert.deepEqual(counters, { 'jobs_total{queue="mail"}': 1 });
 * assert.equal(error, undefined);
 * ```
 *
 * @throws {MetricError} `ERR_OPTION`
 */
export async function changes<Result>(registry: Collector, work: () => Result, options: ChangesOptions = {}): Promise<Changes<Awaited<Result>>> {
  checkOptions('changes', options, ['names']);
  const { names } = options;
  if (typeof work !== 'function') throw fault('ERR_OPTION', 'changes: work', 'a function', work);
  if (names !== undefined && !(Array.isArray(names) && names.every((name) => typeof name === 'string'))) throw fault('ERR_OPTION', 'changes: names', 'a list of names', names);
  const isAsked = ({ name, type }: MetricFamily): boolean => names === undefined || [name, ...sampleNames(name, type)].some((each) => names.includes(each));
  const look = async (): Promise<State> => stateOf((await familiesRefreshed('changes', registry)).filter(isAsked));
  const before = await look();
  let ended: { readonly result?: Awaited<Result>; readonly error?: unknown } = {};
  try {
    const result = await work();
    if (result !== undefined) ended = { result };
  } catch (error) {
    ended = { error };
  }
  return { ...differenceOf(before, await look()), ...ended };
}

type Value =
  | { readonly kind: 'counters'; readonly value: number }
  | { readonly kind: 'gauges'; readonly value: number }
  | ({ readonly kind: 'summaries' } & SummaryChange)
  | ({ readonly kind: 'histograms' } & HistogramChange);
type State = ReadonlyMap<string, Value>;

function stateOf(families: readonly MetricFamily[]): State {
  const state = new Map<string, Value>();
  // Of a series that is there twice, the first counts.
  const add = (name: string, labels: Labels, value: Value): void => {
    const series = seriesText(name, labels);
    if (!state.has(series)) state.set(series, value);
  };
  for (const family of families) {
    const { name, type, constantLabels } = family;
    if (type !== 'counter' && type !== 'summary' && type !== 'histogram' && type !== 'gaugehistogram') {
      for (const { labels, value } of samplesOf(family)) add(name, labels, { kind: 'gauges', value });
      continue;
    }
    for (const point of family.points as Iterable<Point>) add(name, { ...constantLabels, ...point.labels }, valueOf(type, point));
  }
  return state;
}

function valueOf(type: 'counter' | 'summary' | 'histogram' | 'gaugehistogram', point: Point): Value {
  if (type === 'counter') return { kind: 'counters', value: (point as CounterPoint).value };
  if (type === 'summary') {
    const { count = 0, sum = 0 } = point as SummaryPoint;
    return { kind: 'summaries', count, sum };
  }
  const { bounds, counts, sum = 0 } = point as HistogramPoint;
  const each = Array.from(counts);
  return { kind: 'histograms', count: each.reduce((all, count) => all + count, 0), sum, buckets: Object.fromEntries(each.map((count, i) => [boundText(bounds[i] ?? Infinity), count])) };
}

function differenceOf(before: State, after: State): Changes<never> {
  const found = { counters: {} as Record<string, number>, histograms: {} as Record<string, HistogramChange>, summaries: {} as Record<string, SummaryChange>, gauges: {} as Record<string, GaugeChange> };
  for (const [series, now] of after) {
    const then = before.get(series);
    if (now.kind === 'gauges') {
      const old = then?.kind === 'gauges' ? then.value : undefined;
      if (!Object.is(old, now.value)) found.gauges[series] = { before: old, after: now.value };
    } else if (now.kind === 'counters') {
      const old = then?.kind === 'counters' && then.value <= now.value ? then.value : 0;
      if (now.value !== old) found.counters[series] = difference(old, now.value);
    } else {
      // Where the count fell, it began anew.
      const old = then?.kind === now.kind && then.count <= now.count ? then : { count: 0, sum: 0 };
      if (now.count === old.count && now.sum === old.sum) continue;
      const change = { count: now.count - old.count, sum: difference(old.sum, now.sum) };
      if (now.kind === 'summaries') found.summaries[series] = change;
      else found.histograms[series] = { ...change, buckets: bucketDifference('buckets' in old ? old.buckets : {}, now.buckets) };
    }
  }
  for (const [series, then] of before) if (then.kind === 'gauges' && !after.has(series)) found.gauges[series] = { before: then.value, after: undefined };
  return { ...found, created: [...after.keys()].filter((series) => !before.has(series)), removed: [...before.keys()].filter((series) => !after.has(series)) };
}

function bucketDifference(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(after).map(([bound, count]) => [bound, count - (before[bound] ?? 0)] as const).filter(([, count]) => count !== 0));
}

/** Without the digits that come of the subtraction alone: of 0.3 - 0.1, 0.2. */
function difference(before: number, after: number): number {
  const exact = after - before;
  if (!Number.isFinite(exact) || Number.isInteger(exact)) return exact;
  const digits = 14 - Math.floor(Math.log10(Math.max(Math.abs(before), Math.abs(after))));
  return digits < 0 || digits > 100 ? exact : Number(exact.toFixed(digits));
}
