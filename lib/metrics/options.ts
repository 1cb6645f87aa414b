// What every instrument can be given, and the check of it.

import { monotonicClock, safeClock, wallClock as systemClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import { fault, show } from '../core/errors.ts';
import type { MetricError } from '../core/errors.ts';
import { toWellFormed } from '../core/labels.ts';
import type { MergeRule, MetricType, Scrape } from '../core/model.ts';
import { checkLabelNames, checkMetricName, familyName, reservedLabel } from '../core/names.ts';
import { checkOptions } from '../core/options.ts';
import { TYPES } from '../core/types.ts';
import type { CurrentExemplar, ExemplarOptions } from './exemplars.ts';
import { checkedLabels } from './label-rules.ts';
import type { Check, LabelSettings } from './label-rules.ts';
import type { DeclaredValues, LabelRules } from './signatures.ts';

/** What every instrument can be given. `Self` is the instrument. */
export interface InstrumentOptions<Names extends string, Self, Rules extends LabelRules = {}> {
  /** Letters, digits, `_` and `:`, not beginning with a digit; with `names: 'utf8'` any characters. */
  readonly name: string;
  /** Says what is counted or measured, for people. */
  readonly help: string;
  /** In the order in which they are shown. @default none */
  readonly labelNames?: readonly Names[];
  /**
   * Labels that may be absent, which is the same as an empty value: then they are not shown. They come after the others,
   * also in `labels('GET', 'acme')`. @default none
   */
  readonly optionalLabels?: readonly string[];
  /**
   * By label, all values that it may have: `{ method: ['GET', 'POST'] }`. Others are refused by the compiler, and writes
   * of them go to the overflow series, as those past `maxSeries` do. Where all labels have such values, the series of all
   * their combinations are there at 0 from the start, and again after each removal, but not after `ttlSeconds`; optional
   * labels are absent in some of them. An info has no 0, and shows what is set.
   *
   * @default any
   */
  readonly labelValues?: DeclaredValues<Names, Rules>;
  /**
   * `'utf8'`: names of metric and labels may have any characters, such as `http.server.requests`. Formats that cannot
   * show them escape them, mostly to underscores; Prometheus 3 takes them as they are.
   *
   * @default letters, digits and `_`
   */
  readonly names?: 'utf8';
  /** The base unit in the plural, such as `seconds`. The name must end in it. @default none */
  readonly unit?: string;
  /**
   * How many series there may be. Past that, writes of new label sets go to one series whose label values are all
   * `_overflow_`, so that memory stays bounded and totals stay right: of counters, histograms and summaries, and of
   * gauges by `inc` and `dec`. A value that is `set`, of a gauge or state set, is no part of a total: it is ignored and
   * counted. So it is with label values of more than 131 072 characters.
   *
   * @default 10000
   */
  readonly maxSeries?: number;
  /**
   * How long a series stays without a write, in seconds by `clock`. After that it is left out and its memory
   * given back; the next write begins it anew. A call of `labels(...)` counts as a write. Choose some scrape
   * intervals, or what was written last may be gone before anybody saw it.
   *
   * @default for ever
   */
  readonly ttlSeconds?: number;
  /**
   * Called before each scrape, to set values that are read from elsewhere. May be async; the scrape's signal
   * is aborted when nobody waits for it any more.
   */
  readonly refresh?: (instrument: Self, scrape: Scrape) => void | Promise<void>;
  /** Another name for `refresh`. */
  readonly collect?: (instrument: Self, scrape: Scrape) => void | Promise<void>;
  /** Milliseconds, for timers and `ttlSeconds`. @default the engine's monotonic clock */
  readonly clock?: Clock;
  /** Milliseconds since the epoch, for all that is a date. @default Date.now */
  readonly wallClock?: Clock;
}

/** What an instrument keeps of its options, whatever it measures. */
export interface Settings<Names extends string = string> extends LabelSettings<Names> {
  /** How messages about it begin, such as `Counter "jobs_total"`. @internal */
  readonly subject: string;
  readonly type: MetricType;
  readonly name: string;
  readonly help: string;
  readonly unit: string | undefined;
  /** @internal */
  readonly merge: MergeRule | undefined;
  readonly maxSeries: number;
  readonly ttlSeconds: number | undefined;
  /** @internal */
  readonly hook: ((instrument: never, scrape: Scrape) => void | Promise<void>) | undefined;
  /** @internal */
  readonly clock: Clock;
  /** @internal */
  readonly wallClock: Clock;
  /** @internal */
  readonly exemplar: CurrentExemplar | undefined;
  /** Whether all its series are `WATCHED`, since they expire or take exemplars. @internal */
  readonly isWatched: boolean;
}

const KNOWN = ['name', 'help', 'labelNames', 'optionalLabels', 'labelValues', 'names', 'maxSeries', 'ttlSeconds', 'refresh', 'collect', 'clock', 'wallClock'];
// Options of prom-client.
const HINTS = {
  registers: 'registry.register(…) instead',
  aggregator: '"merge" of a gauge in a group instead',
  enableExemplars: 'an exemplar as the last argument of a write instead',
  pruneAgedBuckets: 'nothing in its place: memory is bounded',
  compressCount: 'nothing in its place: memory is bounded',
};

/**
 * Checks what every instrument can be given.
 *
 * @param kind - The name of its class.
 * @param own - The names of its other options, which are for the class to check.
 * @throws {MetricError} `ERR_METRIC_NAME`, `ERR_LABEL_NAME`, `ERR_OPTION`
 */
export function checkedSettings<Names extends string>(
  kind: string,
  type: MetricType,
  options: InstrumentOptions<Names, never> & ExemplarOptions & { readonly merge?: MergeRule },
  own: readonly string[],
): Settings<Names> {
  const subject = `${kind} ${show(options?.name)}`;
  checkOptions(subject, options, [...KNOWN, ...own], HINTS);
  const { name, help, names, unit, merge, maxSeries = 10_000, ttlSeconds, refresh, collect, clock, wallClock, exemplar } = options;
  const check: Check = (option, holds, expected, given = options[option as keyof typeof options]) => {
    if (!holds) throw optionFault(subject, option, expected, given);
  };
  check('names', names === undefined || names === 'utf8', '"utf8"');
  const isUtf8 = names !== undefined;
  checkMetricName(kind, name, isUtf8);
  check('help', typeof help === 'string', 'a string that says what it measures');
  const family = `${familyName(name, type)}_`;
  const isUnit = unit === undefined || (typeof unit === 'string' && unit !== '' && family.endsWith(`_${unit}_`));
  check('unit', isUnit, `the end of the name, as in ${show(family + String(unit))}`);
  const { rules } = TYPES[type];
  check('merge', merge === undefined || rules.includes(merge), `one of ${show(rules)}`);
  check('maxSeries', typeof maxSeries === 'number' && maxSeries >= 1, 'a number of 1 or more');
  const labels = checkedLabels(options, check, (each) => checkLabelNames(subject, each, reservedLabel(type, name), isUtf8), maxSeries);
  check('ttlSeconds', ttlSeconds === undefined || (typeof ttlSeconds === 'number' && ttlSeconds > 0), 'a number above 0');
  check('collect', collect === undefined || refresh === undefined, 'no other name for refresh beside it');
  for (const option of ['refresh', 'collect', 'clock', 'wallClock', 'exemplar'] as const) {
    check(option, options[option] === undefined || typeof options[option] === 'function', 'a function');
  }
  return {
    subject,
    type,
    name,
    help: toWellFormed(help),
    unit,
    merge,
    ...labels,
    maxSeries,
    ttlSeconds,
    hook: refresh ?? collect,
    clock: clock ? safeClock(clock) : monotonicClock,
    wallClock: wallClock ? safeClock(wallClock) : systemClock,
    exemplar,
    isWatched: (ttlSeconds ?? exemplar) !== undefined,
  };
}

/** An error that names the instrument and its option. */
export function optionFault(subject: string, option: string, expected: string, given: unknown): MetricError {
  return fault('ERR_OPTION', `${subject}: ${option}`, expected, given);
}
