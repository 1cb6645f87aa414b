// Histograms: how often values fell into each of some buckets.

import type { Exemplar, HistogramPoint, NativeHistogram } from '../core/model.ts';
import { plainNative } from '../core/native.ts';
import { checkBuckets, defaultBuckets } from './buckets.ts';
import { nextExemplar } from './exemplars.ts';
import type { ExemplarOptions, GivenExemplar } from './exemplars.ts';
import { isLabels } from './label-tree.ts';
import { checkedNative, NativeSeries } from './native-buckets.ts';
import type { NativeOptions, NativeSettings } from './native-buckets.ts';
import { withExemplar } from './native-exemplars.ts';
import { checkedSettings } from './options.ts';
import type { InstrumentOptions } from './options.ts';
import { PLAIN } from './series.ts';
import type { Family } from './series.ts';
import type { LabelRules, LabelsOf, RuledLabels, RuleOptions, WithLabels } from './signatures.ts';
import { isNumber, TimedFamily, TimedSeries, VALUE } from './timers.ts';

export interface HistogramOptions<Names extends string = never, Rules extends LabelRules = {}> extends InstrumentOptions<Names, Histogram<Names, Rules>, Rules>, ExemplarOptions {
  /**
   * Upper bounds, inclusive, ascending; a `+Inf` at the end is left out, as every histogram has it. `false`: native ones
   * alone, without which that is an error. @default defaultBuckets
   */
  readonly buckets?: readonly number[] | false;
  /**
   * Whether values are counted into native buckets too: many, that grow by a factor, of which only those that hold
   * something take memory. Formats that carry them show both kinds, all others the classic buckets.
   *
   * @default false
   */
  readonly native?: boolean | NativeOptions;
}

/** What `get` returns of a histogram's series: a copy, as a scrape would show it. */
export interface HistogramValue {
  readonly count: number;
  readonly sum: number;
  /** Observations of at most `le`; cumulative, ascending, the last `le` is `Infinity`. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
  /** The native buckets, where there are some. */
  readonly native?: NativeHistogram;
}

/** One series of a histogram: `observe` without a lookup. */
export class HistogramSeries extends TimedSeries<HistogramSeries> implements HistogramPoint {
  readonly bounds: readonly number[];
  /** A plain array: a typed one of this length takes some 200 bytes more. */
  readonly counts: number[];
  sum: number = 0;
  /** Declared alone: they take no memory before there are some. */
  declare exemplars: (Exemplar | undefined)[] | undefined;
  /** Declared alone: without native buckets it takes no memory. */
  declare native: NativeSeries | undefined;

  /** @internal */
  constructor(family: Family<HistogramSeries>, labelValues: readonly string[], createdMs: number, bounds: readonly number[], native: NativeSettings | undefined) {
    super(family, labelValues, createdMs);
    this.bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
    if (native !== undefined) this.native = new NativeSeries(native);
  }

  /**
   * Counts a value into the first bucket whose bound is not below it, and adds it to the sum.
   *
   * Negative values are allowed, though the sum may then fall, and `rate()` of it is no longer right; the infinities
   * too, which the sum keeps: after both of them it is `NaN` for good, while the counts stay right. `NaN` is in no
   * bucket: it is ignored, counted and warned of once.
   *
   * @param exemplar - An example of what is measured, such as `{ trace_id: '4bf9' }`, for the formats that
   * show it: the latest of each bucket.
   */
  override observe(value: number, exemplar?: GivenExemplar): void {
    if (!isNumber(value)) return this.family.reject(VALUE, value);
    (this.mode === PLAIN ? this : this.family.live(this)!).record(value, exemplar);
  }

  /** @internal */
  override record(value: number, exemplar?: GivenExemplar): void {
    const { bounds, counts } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
    counts[bucket] = counts[bucket]! + 1;
    this.sum += value;
    if (this.native !== undefined && this.native.add(value, 1)) this.limit(this.native, value, 1);
    if (exemplar !== undefined || this.mode !== PLAIN) this.keepExemplar(exemplar, value, bucket);
  }

  // Apart from `record`, which would take a quarter longer (bench: record, bound).
  /** @internal */
  override recordMany(value: number, count: number): void {
    const { bounds, counts, native } = this;
    const bucket = [...bounds, Infinity].findIndex((bound) => value <= bound);
    counts[bucket]! += count;
    this.sum += value * count;
    if (native?.add(value, count)) this.limit(native, value, count);
    if (this.mode !== PLAIN) this.keepExemplar(undefined, value, bucket);
  }

  // Each step is taken once for an observation, or many of one value, as in the official client. Prometheus, "Native
  // Histograms", "Limit the bucket count".
  private limit(native: NativeSeries, value: number, count: number): void {
    const { minResetSeconds } = native.settings;
    if (minResetSeconds > 0) {
      const nowMs = Math.floor(this.family.wallClock());
      if (nowMs - this.createdMs! >= minResetSeconds * 1000) return this.beginAnew(native.settings, value, count, nowMs);
    }
    if (native.isFull) native.shrink();
    native.isOutgrown = minResetSeconds > 0 || native.isFull;
  }

  private beginAnew(settings: NativeSettings, value: number, count: number, nowMs: number): void {
    this.createdOffset = nowMs - this.family.beginMs;
    this.counts.fill(0);
    this.sum = 0;
    this.exemplars = undefined;
    this.native = new NativeSeries(settings);
    this.recordMany(value, count);
  }

  private keepExemplar(given: GivenExemplar | undefined, value: number, bucket: number): void {
    const next = nextExemplar(this.family, given, value, this.exemplars?.[bucket]);
    // A bucket's exemplar lies in it. OpenMetrics 1.0, "Exemplars".
    if (next === undefined || !(next.value <= (this.bounds[bucket] ?? Infinity))) return;
    this.exemplars ??= this.counts.map(() => undefined);
    if (this.native !== undefined && next !== this.exemplars[bucket]) this.native.exemplars = withExemplar(this.native.exemplars ?? [], next);
    this.exemplars[bucket] = next;
  }
}

/**
 * Counts values into buckets, so that Prometheus can work out quantiles of them, over any time and any number
 * of instances: how long requests take, how large answers are.
 *
 * Without labels it is shown at 0 from the start; with labels each series is shown once it was touched.
 */
export class Histogram<Names extends string = never, const Rules extends LabelRules = {}> extends TimedFamily<Names, HistogramSeries, Rules> {
  declare readonly type: 'histogram';
  /** Upper bounds, without `+Inf`. */
  readonly buckets: readonly number[];
  private readonly bounds: readonly number[];
  private readonly native: NativeSettings | undefined;

  /**
   * Counts values into buckets, for quantiles over any time and all instances: how long requests take, how large answers are.
   *
   * @example
   * ```ts
   * const seconds = registry.register(new Histogram({
   *   name: 'http_request_seconds',
   *   help: 'How long requests take.',
   *   labelNames: ['route'],
   *   native: true,
   * }));
   * seconds.observe({ route: '/' }, 0.2);
   * await seconds.time({ route: '/' }, () => handle(request));
   * ```
   *
   * @throws {MetricError} `ERR_METRIC_NAME`, `ERR_LABEL_NAME`, `ERR_BUCKETS`, `ERR_OPTION`
   */
  constructor(options: HistogramOptions<Names, Rules> & RuleOptions<Rules>) {
    const settings = checkedSettings('Histogram', 'histogram', options, ['unit', 'buckets', 'native', 'exemplar']);
    const { buckets = defaultBuckets, native = false } = options;
    const nativeSettings = checkedNative(settings.subject, native);
    const bounds = checkBuckets(settings.subject, buckets === false && nativeSettings ? [] : buckets);
    super(settings);
    this.bounds = bounds;
    this.native = nativeSettings;
    this.buckets = Object.freeze([...bounds]);
    this.begin();
  }

  /** @internal */
  override create(labelValues: readonly string[], createdMs: number): HistogramSeries {
    return new HistogramSeries(this, labelValues, createdMs, this.bounds, this.native);
  }

  /** @internal */
  override get definition(): Readonly<Record<string, unknown>> {
    if (this.native === undefined) return { ...super.definition, buckets: this.buckets };
    const { octave, ...native } = this.native;
    return { ...super.definition, buckets: this.buckets, native };
  }

  /**
   * Counts one value: `observe(0.2)`, `observe({ method: 'GET' }, 0.2)`. `NaN` is ignored, counted and
   * warned of once, as are labels that cannot be read. An exemplar may follow the value.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
   */
  observe(labels: LabelsOf<Names, Rules>, value: number, exemplar?: GivenExemplar): void;
  observe(...labelsAndValue: WithLabels<Names, [value: number, exemplar?: GivenExemplar], Rules>): void;
  observe(first: RuledLabels<Names, Rules> | number | null, second?: number | GivenExemplar, exemplar?: GivenExemplar): void {
    if (!isLabels(first)) this.only().observe(first as number, second as GivenExemplar | undefined);
    else if (isNumber(second)) this.at(first)?.record(second, exemplar);
    else this.reject(VALUE, second);
  }

  /** What one series holds; `undefined` where there is none. @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE` */
  get(labels: LabelsOf<Names, Rules>): HistogramValue | undefined;
  get(...labels: WithLabels<Names, [], Rules>): HistogramValue | undefined;
  get(labels?: RuledLabels<Names, Rules>): HistogramValue | undefined {
    const series = this.peek(labels);
    if (series === undefined) return undefined;
    let count = 0;
    const buckets = series.counts.map((own, i) => ({ le: series.bounds[i] ?? Infinity, count: (count += own) }));
    return { count, sum: series.sum, buckets, ...(series.native && { native: plainNative(series.native) }) };
  }
}
