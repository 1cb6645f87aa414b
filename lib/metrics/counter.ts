// Counters: totals that only go up.

import { sampleStart } from '../core/labels.ts';
import type { CounterPoint, Exemplar } from '../core/model.ts';
import type { ExemplarOptions, GivenExemplar } from './exemplars.ts';
import { InstrumentFamily } from './family.ts';
import type { InstrumentOptions } from './family.ts';
import { Series } from './series.ts';
import type { Family } from './series.ts';
import type { LabelValues, WithLabels } from './signatures.ts';

export interface CounterOptions<Names extends string = never> extends InstrumentOptions<Names, Counter<Names>>, ExemplarOptions {}

/** One series of a counter: `inc` without a lookup. */
export class CounterSeries extends Series<CounterSeries> implements CounterPoint {
  value: number = 0;
  /** Declared alone: it takes no memory before there is one. */
  declare exemplar: Exemplar | undefined;

  /** @internal */
  constructor(family: Family<CounterSeries>, labelValues: readonly string[]) {
    super(family, labelValues, sampleStart(family.name, family.labelNames, labelValues));
  }

  /**
   * Adds to the total.
   *
   * @param amount - 0 or more, finite. Anything else is ignored, counted and warned of once: a measured
   * value never throws. @default 1
   * @param exemplar - An example of what is counted, such as `{ trace_id: '4bf9' }`, for the formats that show it.
   */
  inc(amount: number = 1, exemplar?: GivenExemplar): void {
    if (!isAmount(amount)) return this.family.reject(AMOUNT, amount);
    if (this.mode !== 'plain' && !this.family.touch(this)) return this.family.successor(this).inc(amount, exemplar);
    this.value += amount;
    if (exemplar !== undefined || this.mode === 'watched') this.exemplar = this.family.exemplarOf(exemplar, amount, this.exemplar);
  }

  /** Takes the total back to 0, for one that was counted elsewhere since nobody knows when. @internal */
  restart(): void {
    this.value = 0;
    this.forgetCreation();
  }
}

/**
 * Counts what happens: requests, errors, bytes sent. Its name ends in `_total` by convention.
 *
 * Without labels it is shown at 0 from the start; with labels each series is shown once it was touched.
 */
export class Counter<Names extends string = never> extends InstrumentFamily<Names, CounterSeries> {
  readonly type: 'counter';

  /** @throws {MetricError} `ERR_METRIC_NAME`, `ERR_LABEL_NAME`, `ERR_OPTION` */
  constructor(options: CounterOptions<Names>) {
    super('Counter', 'counter', options, (family, labelValues) => new CounterSeries(family, labelValues), options.exemplar);
    this.type = 'counter';
  }

  /**
   * Adds to the total of one series: `inc()`, `inc(3)`, `inc({ method: 'GET' })`, `inc({ method: 'GET' }, 3)`.
   *
   * An amount that is negative or not finite is ignored, counted and warned of once; it makes no series.
   * An exemplar may follow the amount.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
   */
  inc(...labelsAndAmount: WithLabels<Names, [amount?: number, exemplar?: GivenExemplar]>): void;
  inc(first?: LabelValues<Names> | number | null, second?: number | GivenExemplar, exemplar?: GivenExemplar): void {
    if (typeof first !== 'object' || first === null) this.only().inc(first as number | undefined, second as GivenExemplar | undefined);
    else if (second === undefined || isAmount(second)) this.at(first).inc(second, exemplar);
    else this.reject(AMOUNT, second);
  }

  /**
   * Makes these the only series, with these totals: for counts that another system keeps, read from there all
   * at once, as in `collect: async (counter) => counter.replace(await poll())`. No scrape sees it half done.
   * The children of labels that stay go on. When such counting began is not known, and not shown.
   *
   * A total that is negative or not finite is ignored and counted, and a series that it was for stays as it
   * was. Totals of the same labels are added up, as those past `maxSeries` are in the overflow series.
   *
   * @param entries - `[[{ device: 'eth0' }, 81], [{ device: 'lo' }, 7]]`, or any iterable of such pairs
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`; then nothing has changed
   */
  replace(entries: Iterable<readonly [labels: LabelValues<Names>, total: number]>): void {
    const replaced = this.replaceSeries(entries, isAmount, TOTAL);
    for (const [series] of replaced) series.restart();
    for (const [series, total] of replaced) series.value += total;
  }

  /** The total of one series; `undefined` where there is none. */
  get(...labels: WithLabels<Names, []>): number | undefined;
  get(labels?: LabelValues<Names>): number | undefined {
    return this.peek(labels)?.value;
  }
}

const AMOUNT = 'a finite amount of 0 or more';
const TOTAL = 'a finite total of 0 or more';

function isAmount(amount: unknown): amount is number {
  return typeof amount === 'number' && amount >= 0 && amount < Infinity;
}
