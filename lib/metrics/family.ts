// What all instruments share: their series by label values, the limit on them, and what is told of writes
// that could not be taken. Knows no kind of value and no format.

import { monotonicClock, wallClock as systemClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import { MetricError, show } from '../core/errors.ts';
import type { MetricErrorCode } from '../core/errors.ts';
import type { Instrument, WarningListener } from '../core/instrument.ts';
import { LabelTree, labelText, toWellFormed } from '../core/labels.ts';
import type { GivenLabels, Labelled } from '../core/labels.ts';
import type { Exemplar, Labels, MetricFamily, MetricType, Point, Scrape } from '../core/model.ts';
import { checkLabelNames, checkMetricName, familyName, reservedLabel } from '../core/names.ts';
import { checkedExemplar, sampledExemplar } from './exemplars.ts';
import type { CurrentExemplar, GivenExemplar } from './exemplars.ts';
import type { LabelValues, PositionalValues, WithLabels } from './signatures.ts';

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
   * are all `_overflow_`: totals stay right, memory stays bounded.
   *
   * @default 10000
   */
  readonly maxSeries?: number;
  /** Called before each scrape, to set values that are read from elsewhere. May be async. */
  readonly collect?: (instrument: Self) => void | Promise<void>;
  /** Milliseconds, for timers. @default the engine's monotonic clock */
  readonly clock?: Clock;
  /** Milliseconds since the epoch, for all that is a date. @default Date.now */
  readonly wallClock?: Clock;
}

/**
 * One series of an instrument: its bound child, and a point of the model, so that a scrape copies nothing.
 *
 * A series that was removed is not written into nowhere: its writes go to the series that has its labels
 * now, which begins at 0 where there is none.
 */
export abstract class Series<Self> implements Labelled, Point {
  readonly labelValues: readonly string[];
  readonly lineStart: string;
  /** What a write has to mind. One field, since every write reads it. Set by the family alone. @internal */
  mode: 'plain' | 'sampling' | 'removed';
  /** @internal */
  readonly family: Family<Self>;
  // Seconds, since a whole number takes no memory of its own.
  private readonly createdSeconds: number;

  /** @internal */
  constructor(family: Family<Self>, labelValues: readonly string[], lineStart: string) {
    this.family = family;
    this.labelValues = labelValues;
    this.lineStart = lineStart;
    this.mode = family.takesExemplars ? 'sampling' : 'plain';
    this.createdSeconds = Math.floor(family.wallClock() / 1000);
  }

  get labels(): Labels {
    return Object.fromEntries(this.family.labelNames.map((name, i) => [name, this.labelValues[i]!]));
  }

  /** When the series was created, in milliseconds since the epoch, to the second before it. */
  get createdMs(): number {
    return this.createdSeconds * 1000;
  }
}

/** What a series sees of its instrument. */
export interface Family<Series> {
  readonly name: string;
  readonly labelNames: readonly string[];
  /** @internal */
  readonly clock: Clock;
  /** @internal */
  readonly wallClock: Clock;
  /** Whether writes ask for exemplars that are not given with them. @internal */
  readonly takesExemplars: boolean;
  /** The exemplar to keep after a write: the one given, one of the `exemplar` option, or the one before. @internal */
  exemplarOf(given: GivenExemplar | undefined, value: number, before: Exemplar | undefined): Exemplar | undefined;
  /** Counts a write that holds no data, and warns of the first. @internal */
  reject(expected: string, value: unknown): void;
  /** The series that has the labels of a removed one now. @internal */
  successor(removed: Labelled): Series;
}

/** Makes the series of an instrument. */
export type CreateSeries<S> = (family: Family<S>, labelValues: readonly string[]) => S;

const OVERFLOW = '_overflow_';

/** The part of an instrument that does not depend on what it measures. */
export abstract class InstrumentFamily<Names extends string, S extends Series<S>> implements Instrument, Family<S> {
  abstract readonly type: MetricType;
  readonly name: string;
  readonly help: string;
  readonly unit: string | undefined;
  readonly labelNames: readonly Names[];
  readonly maxSeries: number;
  rejectedWrites = 0;
  overflowedWrites = 0;

  /** @internal */
  readonly clock: Clock;
  /** @internal */
  readonly wallClock: Clock;
  /** @internal */
  readonly takesExemplars: boolean;
  // `private`, not `#private`: in builds for engines without private fields those become WeakMaps, on the
  // record path.
  private readonly currentExemplar: CurrentExemplar | undefined;
  private readonly subject: string;
  private readonly tree: LabelTree<S>;
  private readonly create: CreateSeries<S>;
  private readonly hook: ((instrument: never) => void | Promise<void>) | undefined;
  private series: S[] = [];
  private removedSeries = 0;
  /** Whether somebody may be walking `series` now, as a scrape that gives way in between does. */
  private isShared = false;
  private readonly warnings = new Map<MetricErrorCode, MetricError>();
  private readonly listeners = new Set<WarningListener>();

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
    const { name, help, labelNames = [], unit, maxSeries = 10_000, collect, clock = monotonicClock, wallClock = systemClock } = options;
    checkMetricName(kind, name);
    this.subject = `${kind} ${show(name)}`;
    if (typeof help !== 'string') throw this.fault('help', 'a text that says what it measures', help);
    if (!Array.isArray(labelNames)) throw this.fault('labelNames', 'a list of names', labelNames);
    checkLabelNames(this.subject, labelNames, reservedLabel(type, name));
    if (unit !== undefined && (typeof unit !== 'string' || unit === '' || !familyName(name, type).endsWith(`_${unit}`))) {
      throw this.fault('unit', `the end of the name, as in ${show(`${familyName(name, type)}_${String(unit)}`)}`, unit);
    }
    if (!(typeof maxSeries === 'number' && maxSeries >= 1)) throw this.fault('maxSeries', 'a number of 1 or more', maxSeries);
    for (const [option, given] of Object.entries({ collect, clock, wallClock, exemplar: currentExemplar })) {
      if (given !== undefined && typeof given !== 'function') throw this.fault(option, 'a function', given);
    }
    this.name = name;
    this.help = toWellFormed(help);
    this.unit = unit;
    this.labelNames = Object.freeze([...labelNames]);
    this.maxSeries = maxSeries;
    this.hook = collect;
    this.create = create;
    this.clock = clock;
    this.wallClock = wallClock;
    this.currentExemplar = currentExemplar;
    this.takesExemplars = currentExemplar !== undefined;
    this.tree = new LabelTree(this.subject, this.labelNames);
    if (labelNames.length === 0) this.append([]);
  }

  /** The series as they are now, in the order in which they were created. */
  get points(): readonly S[] {
    this.compact();
    this.isShared = true;
    return this.series;
  }

  collect(): Iterable<MetricFamily> {
    // Each instrument is, field by field, the family of its type; only they know which.
    return [this as unknown as MetricFamily];
  }

  refresh(_scrape: Scrape): void | Promise<void> {
    return this.hook?.(this as never);
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
    if (typeof first === 'object' && values.length === 1) return this.at(first as GivenLabels);
    const ordered = this.tree.orderedValues(values);
    return this.tree.findValues(ordered) ?? this.createNew(ordered);
  }

  /**
   * Takes a series out of all later scrapes. True if it existed. A metric without labels begins again at 0.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
   */
  remove(labels: LabelValues<Names>): boolean {
    const series = this.peek(labels);
    if (series === undefined) return false;
    this.drop(series);
    return true;
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
    this.compact();
    const matching = this.series.filter((series) => wanted.every(([position, value]) => series.labelValues[position] === value));
    for (const series of matching) this.drop(series);
    return matching.length;
  }

  /** Takes out all series. A metric without labels begins again at 0. */
  clear(): void {
    for (const series of this.series) series.mode = 'removed';
    this.series = [];
    this.removedSeries = 0;
    this.isShared = false;
    this.tree.clear();
    if (this.labelNames.length === 0) this.append([]);
  }

  listen(listener: WarningListener): () => void {
    this.listeners.add(listener);
    for (const warning of this.warnings.values()) listener(warning);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** The series of a write by labels; of a metric without labels the only one. @internal */
  at(labels: GivenLabels): S {
    return this.tree.find(labels) ?? this.touch(labels);
  }

  /** The series of a write without labels. @internal */
  only(): S {
    return this.labelNames.length === 0 ? this.series[0]! : this.at({});
  }

  /** The series of a read; a read creates none. @internal */
  peek(labels: GivenLabels = {}): S | undefined {
    // Values that hold lone surrogates are there as others.
    return this.tree.find(labels) ?? this.tree.findValues(this.tree.values(labels));
  }

  /** The series that has the labels of a removed one now. @internal */
  successor(removed: Labelled): S {
    return this.tree.findValues(removed.labelValues) ?? this.createNew(removed.labelValues);
  }

  /** @internal */
  exemplarOf(given: GivenExemplar | undefined, value: number, before: Exemplar | undefined): Exemplar | undefined {
    try {
      if (given !== undefined && given !== null) return checkedExemplar(given, value, this.wallClock());
      return this.currentExemplar === undefined ? before : sampledExemplar(this.currentExemplar, value, before, this.wallClock());
    } catch (cause) {
      this.warn('ERR_EXEMPLAR', () => `${this.subject}: exemplar: ${cause instanceof Error ? cause.message : show(cause)}; the write is kept without it`);
      return before;
    }
  }

  /** Counts a write that holds no data, and warns of the first. @internal */
  reject(expected: string, value: unknown): void {
    this.rejectedWrites++;
    this.warn('ERR_VALUE', () => `${this.subject}: expected ${expected}, got ${show(value)}; such writes are ignored`);
  }

  // No series has these labels as they were given; one may have them with its lone surrogates replaced.
  private touch(labels: GivenLabels): S {
    const values = this.tree.values(labels);
    return this.tree.findValues(values) ?? this.createNew(values);
  }

  private createNew(values: readonly string[]): S {
    const count = this.series.length - this.removedSeries;
    if (count < this.maxSeries) return this.append(values);
    const overflow = values.map(() => OVERFLOW);
    const overflowed = this.tree.findValues(overflow);
    // The overflow series takes no other's place.
    if (count === this.maxSeries && overflowed !== undefined) return this.append(values);
    this.overflowedWrites++;
    this.warn(
      'ERR_SERIES_LIMIT',
      () => `${this.subject}: expected at most ${this.maxSeries} series (maxSeries), got one more: ${show(values)}; writes of new label sets go to ${OVERFLOW}`,
    );
    return overflowed ?? this.append(overflow);
  }

  private append(labelValues: readonly string[]): S {
    const series = this.create(this, labelValues);
    this.tree.add(series);
    this.series.push(series);
    return series;
  }

  /** Takes out a series that is there. @internal */
  drop(series: S): void {
    this.tree.delete(series);
    series.mode = 'removed';
    this.removedSeries++;
    // Many removals cost one pass each time their number has doubled; the rest waits for the next reader. A
    // list that is being walked is left as it is, so that what is created anew does not stand in it twice.
    if (this.isShared || this.removedSeries * 2 > this.series.length) this.compact();
    if (this.labelNames.length === 0) this.append([]);
  }

  private compact(): void {
    if (this.removedSeries === 0) return;
    this.series = this.series.filter(({ mode }) => mode !== 'removed');
    this.removedSeries = 0;
    this.isShared = false;
  }

  private warn(code: MetricErrorCode, message: () => string): void {
    if (this.warnings.has(code)) return;
    const warning = new MetricError(code, message());
    this.warnings.set(code, warning);
    for (const listener of this.listeners) listener(warning);
  }

  private fault(option: string, expected: string, value: unknown): MetricError {
    return new MetricError('ERR_OPTION', `${this.subject}: ${option}: expected ${expected}, got ${show(value)}`);
  }
}
