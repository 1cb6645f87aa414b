// Counters: totals that only go up.

import type { CounterPoint, Exemplar } from '../core/model.ts';
import { nextExemplar } from './exemplars.ts';
import type { ExemplarOptions, GivenExemplar } from './exemplars.ts';
import { InstrumentFamily } from './family.ts';
import { isLabels } from './label-tree.ts';
import { checkedSettings } from './options.ts';
import type { InstrumentOptions } from './options.ts';
import { replaceAll } from './replacing.ts';
import { PLAIN, Series } from './series.ts';
import type { LabelRules, LabelsOf, RuledLabels, RuleOptions, WithLabels } from './signatures.ts';

export interface CounterOptions<Names extends string = never, Rules extends LabelRules = {}> extends InstrumentOptions<Names, Counter<Names, Rules>, Rules>, ExemplarOptions {}

/** One series of a counter: `inc` without a lookup. */
export class CounterSeries extends Series<CounterSeries> implements CounterPoint {
  value: number = 0;
  /** Declared alone: it takes no memory before there is one. */
  declare exemplar: Exemplar | undefined;

  /**
   * Adds to the total.
   *
   * @param amount - 0 or more, finite. Anything else is ignored, counted and warned of once: a measured
   * value never throws. @default 1
   * @param exemplar - An example of what is counted, such as `{ trace_id: '4bf9' }`, for the formats that show it.
   */
  inc(amount: number = 1, exemplar?: GivenExemplar): void {
    if (!isAmount(amount)) return this.family.reject(AMOUNT, amount);
    (this.mode === PLAIN ? this : this.family.live(this)!).add(amount, exemplar);
  }

  /** @internal */
  add(amount: number, exemplar?: GivenExemplar): void {
    this.value += amount;
    if (exemplar === undefined && this.mode === PLAIN) return;
    const next = nextExemplar(this.family, exemplar, amount, this.exemplar);
    if (next !== undefined) this.exemplar = next;
  }
}

/**
 * Counts what happens: requests, errors, bytes sent. Its name ends in `_total` by convention.
 *
 * Without labels it is shown at 0 from the start; with labels each series is shown once it was touched.
 */
export class Counter<Names extends string = never, const Rules extends LabelRules = {}> extends InstrumentFamily<Names, CounterSeries, Rules> {
  declare readonly type: 'counter';

  /**
   * Counts what happens, in total: requests, errors, bytes sent. It only goes up; `rate()` makes it so many a second.
   *
   * @example
   * ```ts
   * const requests = registry.register(new Counter({
   *   name: 'http_requests_total',
   *   help: 'HTTP requests handled.',
   *   labelNames: ['method', 'status'],
   * }));
   * requests.inc({ method: 'GET', status: 200 });
   * ```
   *
   * @throws {MetricError} `ERR_METRIC_NAME`, `ERR_LABEL_NAME`, `ERR_OPTION`
   */
  constructor(options: CounterOptions<Names, Rules> & RuleOptions<Rules>) {
    super(checkedSettings('Counter', 'counter', options, ['unit', 'exemplar']));
    this.begin();
  }

  /** @internal */
  override create(labelValues: readonly string[], createdMs: number): CounterSeries {
    return new CounterSeries(this, labelValues, createdMs);
  }

  /**
   * Adds to the total of one series: `inc()`, `inc(3)`, `inc({ method: 'GET' })`, `inc({ method: 'GET' }, 3)`.
   *
   * An amount that is negative or not finite is ignored, counted and warned of once, as are labels that cannot be
   * read; it makes no series. An exemplar may follow the amount.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
   */
  inc(labels: LabelsOf<Names, Rules>, amount?: number, exemplar?: GivenExemplar): void;
  inc(...labelsAndAmount: WithLabels<Names, [amount?: number, exemplar?: GivenExemplar], Rules>): void;
  inc(first?: RuledLabels<Names, Rules> | number | null, second?: number | GivenExemplar, exemplar?: GivenExemplar): void {
    const amount = first === undefined ? 1 : first;
    // Tuned (bench: record): what costs less than a call.
    if (second === undefined && typeof amount === 'number' && amount >= 0 && Number.isFinite(amount) && this.single !== undefined) this.single.value += amount;
    else if (!isLabels(first)) this.only().inc(first as number | undefined, second as GivenExemplar | undefined);
    else if (second === undefined) this.at(first)?.add(1, exemplar);
    else if (isAmount(second)) this.at(first)?.add(second, exemplar);
    else this.reject(AMOUNT, second);
  }

  /**
   * Makes these the only series, with these totals: for counts that another system keeps, read from there all
   * at once, as in `refresh: async (counter) => counter.replace(await poll())`. No scrape sees it half done: one
   * that is under way shows the totals before. The children of labels that stay go on. When such counting began is
   * not known, and not shown.
   *
   * A total that is negative or not finite is ignored and counted, and a series that it was for stays as it
   * was. Totals of the same labels are added up, as those past `maxSeries` are in the overflow series.
   *
   * @param entries - `[[{ device: 'eth0' }, 81], [{ device: 'lo' }, 7]]`, or any iterable of such pairs
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`; then nothing has changed
   */
  replace(entries: Iterable<readonly [labels: RuledLabels<Names, Rules>, total: number]>): void {
    const replaced = replaceAll(this, entries, isAmount, 'a finite total of 0 or more');
    for (const [series] of replaced) {
      series.value = 0;
      series.createdOffset = undefined;
    }
    for (const [series, total] of replaced) series.value += total;
  }

  /** The total of one series; `undefined` where there is none. */
  get(labels: LabelsOf<Names, Rules>): number | undefined;
  get(...labels: WithLabels<Names, [], Rules>): number | undefined;
  get(labels?: RuledLabels<Names, Rules>): number | undefined {
    return this.peek(labels)?.value;
  }
}

const AMOUNT = 'a finite amount of 0 or more';

function isAmount(amount: unknown): amount is number {
  return typeof amount === 'number' && amount >= 0 && Number.isFinite(amount);
}
