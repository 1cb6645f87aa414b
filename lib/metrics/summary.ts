// Summaries: quantiles of what was measured lately, worked out by the program itself.

import type { Quantile, QuantileSketch, SummaryPoint } from '../core/model.ts';
import { isLabels } from './label-tree.ts';
import { optionFault, checkedSettings } from './options.ts';
import type { InstrumentOptions } from './options.ts';
import { PLAIN } from './series.ts';
import type { Family } from './series.ts';
import type { LabelRules, LabelsOf, RuledLabels, RuleOptions, WithLabels } from './signatures.ts';
import { Sketch } from './sketch.ts';
import { isNumber, TimedFamily, TimedSeries, VALUE } from './timers.ts';

export interface SummaryOptions<Names extends string = never, Rules extends LabelRules = {}> extends InstrumentOptions<Names, Summary<Names, Rules>, Rules> {
  /** The quantiles to show, 0 to 1. Empty: sum and count alone. @default 0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999 */
  readonly percentiles?: readonly number[];
  /**
   * How long a value counts for the quantiles, in seconds; `Infinity`: for good. Sum and count forget nothing. Where
   * nothing was observed for so long, quantiles are `NaN`. @default 600
   */
  readonly maxAgeSeconds?: number;
  /** In how many steps the window moves on: values are forgotten a step's worth at a time. @default 5 */
  readonly ageBuckets?: number;
}

/** What `get` returns of a summary's series: a copy, as a scrape would show it. */
export interface SummaryValue {
  readonly count: number;
  readonly sum: number;
  /** All `NaN` where nothing was observed in the window, and never otherwise: `NaN` itself is not observed. */
  readonly quantiles: readonly Quantile[];
}

/** What the series of a summary share. */
interface Window {
  readonly percentiles: readonly number[];
  readonly maxAgeSeconds: number;
  readonly ageBuckets: number;
}

/** The values of one step of time. */
interface Slice {
  readonly step: number;
  readonly sketch: Sketch;
}

/** One series of a summary: `observe` without a lookup. */
export class SummarySeries extends TimedSeries<SummarySeries> implements SummaryPoint {
  sum: number = 0;
  count: number = 0;
  private readonly window: Window;
  private readonly slices: Slice[] = [];

  /** @internal */
  constructor(family: Family<SummarySeries>, labelValues: readonly string[], createdMs: number, window: Window) {
    super(family, labelValues, createdMs);
    this.window = window;
  }

  /**
   * Takes in a value: into the quantiles for as long as the window is, into sum and count for good. `NaN` is ignored,
   * counted and warned of once. The infinities are values; after both of them the sum is `NaN` for good.
   */
  override observe(value: number): void {
    if (!isNumber(value)) return this.family.reject(VALUE, value);
    (this.mode === PLAIN ? this : this.family.live(this)!).record(value);
  }

  /** @internal */
  override record(value: number): void {
    this.recordMany(value, 1);
  }

  /** @internal */
  override recordMany(value: number, count: number): void {
    // The clock is the caller's own code, and may write to this very series.
    const { ageBuckets, percentiles } = this.window;
    const step = percentiles.length === 0 ? 0 : this.step();
    this.sum += value * count;
    this.count += count;
    if (percentiles.length === 0) return;
    const place = ((step % ageBuckets) + ageBuckets) % ageBuckets;
    if (this.slices[place]?.step !== step) this.slices[place] = { step, sketch: new Sketch() };
    this.slices[place]!.sketch.add(value, count);
  }

  /** The quantiles of the values of the last `maxAgeSeconds`: exact for 64 values or fewer, else each to 1.1 % of itself; see `sketch.ts`. */
  get quantiles(): readonly Quantile[] {
    const { percentiles } = this.window;
    if (percentiles.length === 0) return [];
    const values = this.recent().quantiles(percentiles);
    return percentiles.map((quantile, i) => ({ quantile, value: values[i]! }));
  }

  /** What the quantiles are worked out of, as plain data: those of other processes can be added. Absent without quantiles. @internal */
  get sketch(): QuantileSketch | undefined {
    return this.window.percentiles.length === 0 ? undefined : this.recent().data();
  }

  private recent(): Sketch {
    const now = this.step();
    const recent = new Sketch();
    for (const slice of this.slices) if (slice !== undefined && slice.step > now - this.window.ageBuckets) recent.merge(slice.sketch);
    return recent;
  }

  private step(): number {
    const { maxAgeSeconds, ageBuckets } = this.window;
    return maxAgeSeconds === Infinity ? 0 : Math.floor(this.family.clock() / ((maxAgeSeconds * 1000) / ageBuckets));
  }
}

/**
 * Shows quantiles of what was measured lately, exact for 64 values or fewer, else to 1.1 % each: of one instance, since they cannot be added up over several.
 * Where that is wanted, use a histogram.
 *
 * Without labels it is shown from the start; with labels each series is shown once it was touched.
 */
export class Summary<Names extends string = never, const Rules extends LabelRules = {}> extends TimedFamily<Names, SummarySeries, Rules> {
  declare readonly type: 'summary';
  /** The quantiles it shows, ascending. */
  readonly percentiles: readonly number[];
  private readonly window: Window;

  /**
   * Shows quantiles of what this one instance measured lately; they cannot be added up over several.
   *
   * @example
   * ```ts
   * const seconds = registry.register(new Summary({ name: 'job_seconds', help: 'How long jobs take.', percentiles: [0.5, 0.99] }));
   * seconds.observe(0.2);
   * ```
   *
   * @throws {MetricError} `ERR_METRIC_NAME`, `ERR_LABEL_NAME`, `ERR_OPTION`
   */
  constructor(options: SummaryOptions<Names, Rules> & RuleOptions<Rules>) {
    const settings = checkedSettings('Summary', 'summary', options, ['unit', 'percentiles', 'maxAgeSeconds', 'ageBuckets']);
    const { subject } = settings;
    const { percentiles = [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999], maxAgeSeconds = 600, ageBuckets = 5 } = options;
    const areRanks = Array.isArray(percentiles) && percentiles.every((rank) => typeof rank === 'number' && rank >= 0 && rank <= 1);
    if (!areRanks || new Set(percentiles).size !== percentiles.length) throw optionFault(subject, 'percentiles', 'numbers from 0 to 1, none twice', percentiles);
    if (!(typeof maxAgeSeconds === 'number' && maxAgeSeconds > 0)) throw optionFault(subject, 'maxAgeSeconds', 'a number above 0', maxAgeSeconds);
    if (!(Number.isInteger(ageBuckets) && ageBuckets >= 1)) throw optionFault(subject, 'ageBuckets', 'a whole number of 1 or more', ageBuckets);
    super(settings);
    this.percentiles = Object.freeze([...percentiles].sort((a, b) => a - b));
    this.window = { percentiles: this.percentiles, maxAgeSeconds, ageBuckets };
    this.begin();
  }

  /** @internal */
  override create(labelValues: readonly string[], createdMs: number): SummarySeries {
    return new SummarySeries(this, labelValues, createdMs, this.window);
  }

  /** @internal */
  override get definition(): Readonly<Record<string, unknown>> {
    return { ...super.definition, ...this.window };
  }

  /**
   * Takes in one value: `observe(0.2)`, `observe({ method: 'GET' }, 0.2)`. `NaN` is ignored, counted and
   * warned of once, as are labels that cannot be read.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
   */
  observe(labels: LabelsOf<Names, Rules>, value: number): void;
  observe(...labelsAndValue: WithLabels<Names, [value: number], Rules>): void;
  observe(first: RuledLabels<Names, Rules> | number | null, value?: number): void {
    if (!isLabels(first)) this.only().observe(first as number);
    else if (isNumber(value)) this.at(first)?.record(value);
    else this.reject(VALUE, value);
  }

  /** What one series holds; `undefined` where there is none. @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE` */
  get(labels: LabelsOf<Names, Rules>): SummaryValue | undefined;
  get(...labels: WithLabels<Names, [], Rules>): SummaryValue | undefined;
  get(labels?: RuledLabels<Names, Rules>): SummaryValue | undefined {
    const series = this.peek(labels);
    return series && { count: series.count, sum: series.sum, quantiles: series.quantiles };
  }
}
