// Gauges: values that go up and down.

import type { Clock } from '../core/clock.ts';
import { messageOf, show } from '../core/errors.ts';
import type { GaugePoint, MergeRule, MetricFamily } from '../core/model.ts';
import { ignoreRejection } from '../core/notify.ts';
import { InstrumentFamily } from './family.ts';
import { isLabels } from './label-tree.ts';
import { checkedSettings, optionFault } from './options.ts';
import type { InstrumentOptions } from './options.ts';
import { replaceAll } from './replacing.ts';
import { PLAIN, Series } from './series.ts';
import type { LabelRules, LabelsOf, OptionalNames, RuledLabels, RuleOptions, WithLabels } from './signatures.ts';
import { startLabelledTimer, startTimer } from './timers.ts';

export interface GaugeOptions<Names extends string = never, Rules extends LabelRules = {}> extends InstrumentOptions<Names, Gauge<Names, Rules>, Rules> {
  /**
   * Called whenever the gauge is read, for its value: `value: () => queue.length`. Synchronous, so that all values of a
   * scrape are of one instant; what takes time belongs in `refresh`. For gauges without labels alone. Where it throws or
   * returns no number, the gauge is left out of that scrape, and `onWarning` is called; nobody else can write to such a
   * gauge: that is ignored and counted.
   *
   * @default the value is what was written
   */
  readonly value?: [Names | OptionalNames<Rules>] extends [never] ? () => number : never;
  /**
   * How the values that the members of a group have of one series become one: their sum, the lowest, the highest, their
   * mean, the one that was set last, or each by itself, with a label `member`. Alone, it changes nothing.
   *
   * @default 'sum'
   */
  readonly merge?: MergeRule;
}

/** One series of a gauge: writes without a lookup. */
export class GaugeSeries extends Series<GaugeSeries> implements GaugePoint {
  value: number = 0;
  /** When it was last set, in milliseconds since the epoch; where `merge` is `latest`. @internal */
  declare readonly setMs?: number;

  /** Sets the value. `NaN` and the infinities are values; what is no number is ignored and counted. */
  set(value: number): void {
    if (!isNumber(value)) return this.family.reject(VALUE, value);
    // What is set is the value of one label set, and none of what many have in common.
    put(this.mode === PLAIN ? this : this.family.live(this, false), value);
  }

  /** Adds to the value. An amount that is not finite is ignored and counted. @param amount - @default 1 */
  inc(amount: number = 1): void {
    if (isAmount(amount)) (this.mode === PLAIN ? this : this.family.live(this)!).value += amount;
    else this.family.reject(AMOUNT, amount);
  }

  /** Takes from the value. An amount that is not finite is ignored and counted. @param amount - @default 1 */
  dec(amount: number = 1): void {
    this.inc(negative(amount));
  }

  /** Sets the value to the seconds since the epoch. */
  setToCurrentTime(): void {
    this.set(this.family.wallClock() / 1000);
  }

  /** Starts a timer; the function it returns sets the value to the elapsed seconds, and returns them. */
  startTimer(): () => number {
    return startTimer(this.family.clock, (seconds) => this.set(seconds));
  }
}

/**
 * Shows a value that goes up and down: a queue's length, a temperature, the time of the last success.
 *
 * Without labels it is shown at 0 from the start; with labels each series is shown once it was touched.
 */
export class Gauge<Names extends string = never, const Rules extends LabelRules = {}> extends InstrumentFamily<Names, GaugeSeries, Rules> {
  declare readonly type: 'gauge';
  /** Takes its value from the function that it follows, if it does. @throws what that throws @internal */
  declare readonly evaluate: (() => void) | undefined;
  /** The value of a series that follows a function. */
  declare private followed: PropertyDescriptor | undefined;

  /**
   * Shows a value that goes up and down: what is now, such as a queue's length or a temperature.
   *
   * @example
   * ```ts
   * const sessions = registry.register(new Gauge({ name: 'sessions', help: 'Open sessions.' }));
   * sessions.inc();
   * sessions.set(5);
   * registry.register(new Gauge({ name: 'queue_length', help: 'Jobs that wait.', value: () => queue.length }));
   * ```
   *
   * @throws {MetricError} `ERR_METRIC_NAME`, `ERR_LABEL_NAME`, `ERR_OPTION`
   */
  constructor(options: GaugeOptions<Names, Rules> & RuleOptions<Rules>) {
    super(checkedSettings('Gauge', 'gauge', options, ['unit', 'value', 'merge']));
    if (options.value !== undefined) this.follow(options.value);
    this.begin();
  }

  /** @internal */
  override create(labelValues: readonly string[], createdMs: number): GaugeSeries {
    const series = new GaugeSeries(this, labelValues, createdMs);
    if (this.followed !== undefined) return Object.defineProperty(series, 'value', this.followed);
    return this.merge === 'latest' ? noted(series, this.wallClock) : series;
  }

  /** @internal */
  override get definition(): Readonly<Record<string, unknown>> {
    return { ...super.definition, ...(this.evaluate && { value: 'that of a function' }) };
  }

  override collect(): Iterable<MetricFamily> {
    try {
      this.evaluate?.();
    } catch (cause) {
      this.report('ERR_COLLECTOR', '', () => `${this.subject}: value: ${messageOf(cause)}; the gauge is left out`);
      return [];
    }
    return super.collect();
  }

  /**
   * Sets one series. `NaN` and the infinities are values. Past `maxSeries`, new label sets are ignored and counted.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
   */
  set(labels: LabelsOf<Names, Rules>, value: number): void;
  set(...labelsAndValue: WithLabels<Names, [value: number], Rules>): void;
  set(first: RuledLabels<Names, Rules> | number | null, value?: number): void {
    if (!isLabels(first)) this.only().set(first as number);
    else if (isNumber(value)) put(this.at(first, false), value);
    else this.reject(VALUE, value);
  }

  /** Adds to one series, 1 unless another amount is given. @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE` */
  inc(labels: LabelsOf<Names, Rules>, amount?: number): void;
  inc(...labelsAndAmount: WithLabels<Names, [amount?: number], Rules>): void;
  inc(first?: RuledLabels<Names, Rules> | number | null, amount: number = 1): void {
    if (!isLabels(first)) this.only().inc(first as number | undefined);
    else if (isAmount(amount)) add(this.at(first), amount);
    else this.reject(AMOUNT, amount);
  }

  /** Takes from one series, 1 unless another amount is given. @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE` */
  dec(labels: LabelsOf<Names, Rules>, amount?: number): void;
  dec(...labelsAndAmount: WithLabels<Names, [amount?: number], Rules>): void;
  dec(first?: RuledLabels<Names, Rules> | number | null, amount: number = 1): void {
    if (isLabels(first)) this.inc(first, negative(amount));
    else this.only().dec(first as number | undefined);
  }

  /**
   * Makes these the only series, with these values: for what is read from elsewhere all at once, as in
   * `refresh: async (gauge) => gauge.replace(await poll())`. No scrape sees it half done: one that is under way shows
   * the values before. The children of labels that stay go on.
   *
   * What is no number is ignored and counted, and a series that it was for stays as it was; entries past `maxSeries`
   * are ignored and counted too. Of entries with the same labels the last one counts.
   *
   * @param entries - `[[{ queue: 'mail' }, 3], [{ queue: 'print' }, 0]]`, or any iterable of such pairs
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`; then nothing has changed
   */
  replace(entries: Iterable<readonly [labels: RuledLabels<Names, Rules>, value: number]>): void {
    for (const [series, value] of replaceAll(this, entries, isNumber, VALUE, false)) series.value = value;
  }

  /** Sets one series to the seconds since the epoch. @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE` */
  setToCurrentTime(labels: LabelsOf<Names, Rules>): void;
  setToCurrentTime(...labels: WithLabels<Names, [], Rules>): void;
  setToCurrentTime(labels?: RuledLabels<Names, Rules>): void {
    if (labels === undefined) this.only().setToCurrentTime();
    else put(this.at(labels, false), this.wallClock() / 1000);
  }

  /**
   * Starts a timer; the function it returns sets the series to the elapsed seconds, and returns them. Labels can be
   * given at the start, at the end, or in two parts. The end never throws: if the labels do not fit by then, the write
   * is ignored, counted and warned of once.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`, for what is wrong with the labels at the start
   */
  startTimer(labels?: Partial<RuledLabels<Names, Rules>>): (labels?: Partial<RuledLabels<Names, Rules>>) => number {
    return startLabelledTimer(this, labels, put, false);
  }

  /** The value of one series; `undefined` where there is none, or its function has none. @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE` */
  get(labels: LabelsOf<Names, Rules>): number | undefined;
  get(...labels: WithLabels<Names, [], Rules>): number | undefined;
  get(labels?: RuledLabels<Names, Rules>): number | undefined {
    const series = this.peek(labels);
    return this.evaluate !== undefined && [...this.collect()].length === 0 ? undefined : series?.value;
  }

  // The series takes no value but those of the function.
  private follow(read: unknown): void {
    const { subject, allNames, ttlSeconds } = this;
    if (typeof read !== 'function') throw optionFault(subject, 'value', 'a function', read);
    if (allNames.length > 0) throw optionFault(subject, 'value', 'no labels beside it', allNames);
    if (ttlSeconds !== undefined) throw optionFault(subject, 'value', 'no ttlSeconds beside it', ttlSeconds);
    let current = 0;
    const evaluate = (): void => {
      const value: unknown = read();
      ignoreRejection(value);
      if (!isNumber(value)) throw new RangeError(`expected a number from its function, got ${show(value)}`);
      current = value;
    };
    const followed: PropertyDescriptor = { enumerable: true, get: () => current, set: (written) => this.reject('no write, since its value is that of a function', written) };
    Object.assign(this, { evaluate, followed });
  }
}

/** A series that notes when it is written to. Of others, writes cost nothing more. */
function noted(series: GaugeSeries, clock: Clock): GaugeSeries {
  let { value } = series;
  let setMs: number | undefined;
  const set = (written: number): void => {
    setMs = clock();
    value = written;
  };
  return Object.defineProperties(series, { value: { enumerable: true, get: () => value, set }, setMs: { enumerable: true, get: () => setMs } });
}

function put(series: GaugeSeries | undefined, value: number): void {
  if (series !== undefined) series.value = value;
}

function add(series: GaugeSeries | undefined, amount: number): void {
  if (series !== undefined) series.value += amount;
}

const VALUE = 'a number';
const AMOUNT = 'a finite amount';

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

const isAmount = Number.isFinite as (amount: unknown) => amount is number;

/** What is no amount stays as it is, to be shown so. */
function negative(amount: number): number {
  return isAmount(amount) ? -amount : amount;
}
