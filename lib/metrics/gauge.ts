// Gauges: values that go up and down.

import { sampleStart } from '../core/labels.ts';
import type { GaugePoint } from '../core/model.ts';
import { InstrumentFamily } from './family.ts';
import type { InstrumentOptions } from './family.ts';
import { Series } from './series.ts';
import type { Family } from './series.ts';
import type { LabelValues, WithLabels } from './signatures.ts';
import { startTimer } from './timer.ts';

export interface GaugeOptions<Names extends string = never> extends InstrumentOptions<Names, Gauge<Names>> {}

/** One series of a gauge: writes without a lookup. */
export class GaugeSeries extends Series<GaugeSeries> implements GaugePoint {
  value: number = 0;

  /** @internal */
  constructor(family: Family<GaugeSeries>, labelValues: readonly string[]) {
    super(family, labelValues, sampleStart(family.name, family.labelNames, labelValues));
  }

  /** Sets the value. `NaN` and the infinities are values; what is no number is ignored and counted. */
  set(value: number): void {
    if (!isNumber(value)) this.family.reject(VALUE, value);
    else if (this.mode !== 'plain' && !this.family.touch(this)) this.family.successor(this).set(value);
    else this.value = value;
  }

  /** Adds to the value. An amount that is not finite is ignored and counted. @param amount - @default 1 */
  inc(amount: number = 1): void {
    if (!isAmount(amount)) this.family.reject(AMOUNT, amount);
    else if (this.mode !== 'plain' && !this.family.touch(this)) this.family.successor(this).inc(amount);
    else this.value += amount;
  }

  /** Takes from the value. An amount that is not finite is ignored and counted. @param amount - @default 1 */
  dec(amount: number = 1): void {
    if (!isAmount(amount)) this.family.reject(AMOUNT, amount);
    else if (this.mode !== 'plain' && !this.family.touch(this)) this.family.successor(this).dec(amount);
    else this.value -= amount;
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
export class Gauge<Names extends string = never> extends InstrumentFamily<Names, GaugeSeries> {
  readonly type: 'gauge';

  /** @throws {MetricError} `ERR_METRIC_NAME`, `ERR_LABEL_NAME`, `ERR_OPTION` */
  constructor(options: GaugeOptions<Names>) {
    super('Gauge', 'gauge', options, (family, labelValues) => new GaugeSeries(family, labelValues));
    this.type = 'gauge';
  }

  /** Sets one series. `NaN` and the infinities are values. @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE` */
  set(...labelsAndValue: WithLabels<Names, [value: number]>): void;
  set(first: LabelValues<Names> | number | null, value?: number): void {
    if (typeof first !== 'object' || first === null) this.only().set(first as number);
    else if (isNumber(value)) this.at(first).set(value);
    else this.reject(VALUE, value);
  }

  /** Adds to one series, 1 unless told otherwise. @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE` */
  inc(...labelsAndAmount: WithLabels<Names, [amount?: number]>): void;
  inc(first?: LabelValues<Names> | number | null, amount: number = 1): void {
    if (typeof first !== 'object' || first === null) this.only().inc(first as number | undefined);
    else if (isAmount(amount)) this.at(first).inc(amount);
    else this.reject(AMOUNT, amount);
  }

  /** Takes from one series, 1 unless told otherwise. @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE` */
  dec(...labelsAndAmount: WithLabels<Names, [amount?: number]>): void;
  dec(first?: LabelValues<Names> | number | null, amount: number = 1): void {
    if (typeof first !== 'object' || first === null) this.only().dec(first as number | undefined);
    else if (isAmount(amount)) this.at(first).dec(amount);
    else this.reject(AMOUNT, amount);
  }

  /**
   * Makes these the only series, with these values: for what is read from elsewhere all at once, as in
   * `collect: async (gauge) => gauge.replace(await poll())`. No scrape sees it half done. The children of
   * labels that stay go on.
   *
   * What is no number is ignored and counted, and a series that it was for stays as it was. Of entries with
   * the same labels the last one counts.
   *
   * @param entries - `[[{ queue: 'mail' }, 3], [{ queue: 'print' }, 0]]`, or any iterable of such pairs
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`; then nothing has changed
   */
  replace(entries: Iterable<readonly [labels: LabelValues<Names>, value: number]>): void {
    for (const [series, value] of this.replaceSeries(entries, isNumber, VALUE)) series.value = value;
  }

  /** Sets one series to the seconds since the epoch. */
  setToCurrentTime(...labels: WithLabels<Names, []>): void;
  setToCurrentTime(labels?: LabelValues<Names>): void {
    (labels === undefined ? this.only() : this.at(labels)).setToCurrentTime();
  }

  /** Starts a timer; the function it returns sets the series to the elapsed seconds, and returns them. */
  startTimer(...labels: WithLabels<Names, []>): () => number;
  startTimer(labels?: LabelValues<Names>): () => number {
    return (labels === undefined ? this.only() : this.at(labels)).startTimer();
  }

  /** The value of one series; `undefined` where there is none. */
  get(...labels: WithLabels<Names, []>): number | undefined;
  get(labels?: LabelValues<Names>): number | undefined {
    return this.peek(labels)?.value;
  }
}

const VALUE = 'a number';
const AMOUNT = 'a finite amount';

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isAmount(amount: unknown): amount is number {
  return typeof amount === 'number' && amount - amount === 0;
}
