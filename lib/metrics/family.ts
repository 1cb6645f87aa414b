// What all instruments share: their options, their series by labels, and what is told of writes that could
// not be taken. Knows no kind of value and no format.

import { brand } from '../core/brand.ts';
import { monotonicClock, wallClock as systemClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import { MetricError, show } from '../core/errors.ts';
import type { Instrument, WarningListener } from '../core/instrument.ts';
import { labelText, toWellFormed } from '../core/labels.ts';
import { valueAt } from './label-tree.ts';
import type { GivenLabels } from './label-tree.ts';
import type { Exemplar, MetricFamily, MetricType, Scrape } from '../core/model.ts';
import { checkLabelNames, checkMetricName, familyName, reservedLabel } from '../core/names.ts';
import { checkedExemplar, sampledExemplar } from './exemplars.ts';
import type { CurrentExemplar, GivenExemplar } from './exemplars.ts';
import { LastWrites } from './last-writes.ts';
import type { Family, Series } from './series.ts';
import { isOverflow, LONGEST_VALUE, OVERFLOW, SeriesSet } from './series-set.ts';
import { SharedLists } from './shared-lists.ts';
import type { LabelValues, PositionalValues, WithLabels } from './signatures.ts';
import { Warnings } from './warnings.ts';

/** What every instrument can be given. `Self` is the instrument. */
export interface InstrumentOptions<Names extends string, Self> {
  /** Letters, digits, `_` and `:`, not beginning with a digit. */
  readonly name: string;
  /** Says what is counted or measured, for people. */
  readonly help: string;
  /** In the order in which they are shown. @default none */
  readonly labelNames?: readonly Names[];
  /** The base unit in the plural, such as `seconds`. The name must end in it. @default none */
  readonly unit?: string;
  /**
   * How many series there may be. Past that, writes of new label sets go to one series whose label values
   * are all `_overflow_`: totals stay right, memory stays bounded. So do those with a label value of more
   * than 131 072 characters.
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
  readonly collect?: (instrument: Self, scrape: Scrape) => void | Promise<void>;
  /** Milliseconds, for timers and `ttlSeconds`. @default the engine's monotonic clock */
  readonly clock?: Clock;
  /** Milliseconds since the epoch, for all that is a date. @default Date.now */
  readonly wallClock?: Clock;
}

/** Makes the series of an instrument. */
export type CreateSeries<S> = (family: Family<S>, labelValues: readonly string[]) => S;

/** The part of an instrument that does not depend on what it measures. */
export abstract class InstrumentFamily<Names extends string, S extends Series<S>> implements Instrument, Family<S> {
  abstract readonly type: MetricType;
  readonly name: string;
  readonly help: string;
  readonly unit: string | undefined;
  readonly labelNames: readonly Names[];
  readonly maxSeries: number;
  readonly ttlSeconds: number | undefined;
  rejectedWrites = 0;
  overflowedWrites = 0;

  /** @internal */
  readonly clock: Clock;
  /** @internal */
  readonly wallClock: Clock;
  /** @internal */
  readonly watchesWrites: boolean;
  // `private`, not `#private`: in builds for engines without private fields those become WeakMaps, on the
  // record path.
  private readonly currentExemplar: CurrentExemplar | undefined;
  private readonly subject: string;
  private readonly hook: ((instrument: never, scrape: Scrape) => void | Promise<void>) | undefined;
  private readonly series: SeriesSet<S>;
  private readonly lists = new SharedLists();
  private readonly warnings = new Warnings();

  /**
   * @throws {MetricError} `ERR_METRIC_NAME`, `ERR_LABEL_NAME`, `ERR_OPTION`
   * @internal
   */
  constructor(
    kind: string,
    type: MetricType,
    options: InstrumentOptions<Names, never>,
    create: CreateSeries<S>,
    currentExemplar?: CurrentExemplar,
  ) {
    brand(this, 'instrument');
    const { name, help, labelNames = [], unit, maxSeries = 10_000, ttlSeconds, collect, clock = monotonicClock, wallClock = systemClock } = options;
    checkMetricName(kind, name);
    this.subject = `${kind} ${show(name)}`;
    if (typeof help !== 'string') throw this.fault('help', 'a text that says what it measures', help);
    if (!Array.isArray(labelNames)) throw this.fault('labelNames', 'a list of names', labelNames);
    checkLabelNames(this.subject, labelNames, reservedLabel(type, name));
    if (unit !== undefined && (typeof unit !== 'string' || unit === '' || !familyName(name, type).endsWith(`_${unit}`))) {
      throw this.fault('unit', `the end of the name, as in ${show(`${familyName(name, type)}_${String(unit)}`)}`, unit);
    }
    if (!(typeof maxSeries === 'number' && maxSeries >= 1)) throw this.fault('maxSeries', 'a number of 1 or more', maxSeries);
    if (ttlSeconds !== undefined && !(typeof ttlSeconds === 'number' && ttlSeconds > 0)) throw this.fault('ttlSeconds', 'a number above 0', ttlSeconds);
    for (const [option, given] of Object.entries({ collect, clock, wallClock, exemplar: currentExemplar })) {
      if (given !== undefined && typeof given !== 'function') throw this.fault(option, 'a function', given);
    }
    this.name = name;
    this.help = toWellFormed(help);
    this.unit = unit;
    this.labelNames = Object.freeze([...labelNames]);
    this.maxSeries = maxSeries;
    this.ttlSeconds = ttlSeconds;
    this.hook = collect;
    this.clock = clock;
    this.wallClock = wallClock;
    this.currentExemplar = currentExemplar;
    this.watchesWrites = currentExemplar !== undefined || ttlSeconds !== undefined;
    this.series = new SeriesSet(this.subject, this.labelNames, {
      maxSeries,
      create: (labelValues) => create(this, labelValues),
      onOverflow: (labelValues, isTooLong) => this.overflow(labelValues, isTooLong),
      lastWrites: ttlSeconds === undefined ? undefined : new LastWrites(ttlSeconds, clock),
    });
  }

  /** The series as they are now, in the order in which they were created. */
  get points(): readonly S[] {
    return this.series.all;
  }

  collect(): Iterable<MetricFamily> {
    // Each instrument is, field by field, the family of its type; only they know which.
    return [this as unknown as MetricFamily];
  }

  get hasHook(): boolean {
    return this.hook !== undefined;
  }

  refresh(scrape: Scrape): void | Promise<void> {
    return this.hook?.(this as never, scrape);
  }

  /**
   * The series with these labels, to keep and write to without a lookup. Created at 0 where there is none,
   * so this is also how a series is shown before its first write.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
   */
  labels(...labels: WithLabels<Names, []> | PositionalValues<Names>): S;
  labels(...values: readonly unknown[]): S {
    const [first] = values;
    const series = typeof first === 'object' && values.length === 1 ? this.at(first as GivenLabels) : this.series.atOrdered(values);
    return this.touched(series);
  }

  /**
   * Takes a series out of all later scrapes. True if it existed. A metric without labels begins again at 0.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
   */
  remove(labels: LabelValues<Names>): boolean {
    return this.series.removeValues(this.series.valuesOf(labels));
  }

  /**
   * Takes out all series that have these label values, whatever their other labels are. Returns how many. A
   * metric without labels begins again at 0.
   *
   * @throws {MetricError} `ERR_LABELS` where a name is not the metric's, `ERR_LABEL_VALUE`
   */
  removeMatching(labels: Partial<LabelValues<Names>>): number {
    if (typeof labels !== 'object' || labels === null) {
      throw new MetricError('ERR_LABELS', `${this.subject}: expected labels out of ${show(this.labelNames)}, got ${show(labels)}`);
    }
    const wanted = Object.entries<unknown>(labels).map(([name, value]) => {
      const position = this.labelNames.indexOf(name as Names);
      if (position >= 0) return [position, toWellFormed(labelText(this.subject, name, value))] as const;
      throw new MetricError('ERR_LABELS', `${this.subject}: expected names out of ${show(this.labelNames)}, got ${show(name)}`);
    });
    const matching = this.points.filter((series) => wanted.every(([position, value]) => valueAt(series, position) === value));
    for (const series of matching) this.series.remove(series);
    return matching.length;
  }

  /** Takes out all series. A metric without labels begins again at 0. */
  clear(): void {
    this.series.clear();
  }

  reset(): void {
    this.clear();
    this.rejectedWrites = 0;
    this.overflowedWrites = 0;
  }

  get definition(): Readonly<Record<string, unknown>> {
    const { type, labelNames, unit } = this;
    return { type, labelNames, unit };
  }

  listen(listener: WarningListener): () => void {
    return this.warnings.listen(listener);
  }

  /** The series of a write by labels; of a metric without labels the only one. @internal */
  at(labels: GivenLabels): S {
    return this.series.at(labels);
  }

  /** The series of a write without labels. @internal */
  only(): S {
    return this.series.only();
  }

  /** The series of a read; a read creates none. @internal */
  peek(labels: GivenLabels = {}): S | undefined {
    return this.series.peek(labels);
  }

  /** @internal */
  touch(series: S): boolean {
    return this.series.touch(series);
  }

  /** @internal */
  successor(gone: S): S {
    return this.series.withValues(gone.labelValues);
  }

  /** @internal */
  removeFor(labelValues: readonly string[]): boolean {
    return !isOverflow(labelValues) && this.series.removeValues(labelValues);
  }

  /**
   * Makes these the only series, and returns them with what is to be written to them. What is no data makes no
   * series and is counted, but a series that it is for stays as it was.
   *
   * @internal
   */
  replaceSeries<Data>(entries: Iterable<readonly [labels: LabelValues<Names>, data: Data]>, isData: (data: Data) => boolean, expected: string): (readonly [S, Data])[] {
    // All is read before anything changes: an entry may be wrong, and the list may be a generator that throws.
    const given: (readonly [values: readonly string[], data: Data])[] = [];
    for (const [labels, data] of entries) given.push([this.series.valuesOf(labels), data]);
    this.series.retain(given.map(([values]) => values));
    const replaced: (readonly [S, Data])[] = [];
    for (const [values, data] of given) {
      if (isData(data)) replaced.push([this.touched(this.series.withValues(values)), data]);
      else this.reject(expected, data);
    }
    return replaced;
  }

  /** @internal */
  shared(values: readonly string[]): readonly string[] {
    return this.lists.of(values);
  }

  /** @internal */
  exemplarOf(given: GivenExemplar | undefined, value: number, before: Exemplar | undefined): Exemplar | undefined {
    try {
      if (given !== undefined && given !== null) return checkedExemplar(given, value, this.wallClock());
      return this.currentExemplar === undefined ? before : sampledExemplar(this.currentExemplar, value, before, this.wallClock());
    } catch (cause) {
      this.warnings.tell('ERR_EXEMPLAR', () => `${this.subject}: exemplar: ${cause instanceof Error ? cause.message : show(cause)}; the write is kept without it`);
      return before;
    }
  }

  /** Counts a write that holds no data, and warns of the first. @internal */
  reject(expected: string, value: unknown): void {
    this.rejectedWrites++;
    this.warnings.tell('ERR_VALUE', () => `${this.subject}: expected ${expected}, got ${show(value)}; such writes are ignored`);
  }

  private touched(series: S): S {
    return series.mode === 'plain' || this.touch(series) ? series : this.successor(series);
  }

  private overflow(labelValues: readonly string[], isTooLong: boolean): void {
    this.overflowedWrites++;
    const expected = isTooLong ? `label values of at most ${LONGEST_VALUE} characters, got` : `at most ${this.maxSeries} series (maxSeries), got one more:`;
    this.warnings.tell('ERR_SERIES_LIMIT', () => `${this.subject}: expected ${expected} ${show(labelValues)}; writes of new label sets go to ${OVERFLOW}`);
  }

  private fault(option: string, expected: string, value: unknown): MetricError {
    return new MetricError('ERR_OPTION', `${this.subject}: ${option}: expected ${expected}, got ${show(value)}`);
  }
}
