// Summaries: quantiles of what was measured lately, told by the program itself.

import { MetricError, show } from '../core/errors.ts';
import { sampleStart } from '../core/labels.ts';
import type { Quantile, SummaryPoint } from '../core/model.ts';
import type { InstrumentOptions } from './family.ts';
import { Series } from './series.ts';
import type { Family } from './series.ts';
import type { LabelValues, WithLabels } from './signatures.ts';
import { Sketch } from './sketch.ts';
import { TimedFamily } from './timed-family.ts';
import { startTimer, timed } from './timer.ts';

export interface SummaryOptions<Names extends string = never> extends InstrumentOptions<Names, Summary<Names>> {
  /** The quantiles to show, 0 to 1. Empty: sum and count alone. @default 0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999 */
  readonly percentiles?: readonly number[];
  /** How long a value counts for the quantiles, in seconds. Sum and count forget nothing. @default 600 */
  readonly maxAgeSeconds?: number;
  /** In how many steps the window moves on: values are forgotten a step's worth at a time. @default 5 */
  readonly ageBuckets?: number;
}

/** What `get` returns of a summary's series: a copy, as a scrape would show it. */
export interface SummaryValue {
  readonly count: number;
  readonly sum: number;
  /** `NaN` where nothing was observed lately. */
  readonly quantiles: readonly Quantile[];
}

/** What the series of a summary share. */
interface Window {
  readonly percentiles: readonly number[];
  readonly steps: number;
  readonly stepMs: number;
}

/** The values of one step of time. */
interface Slice {
  readonly step: number;
  readonly sketch: Sketch;
}

/** One series of a summary: `observe` without a lookup. */
export class SummarySeries extends Series<SummarySeries> implements SummaryPoint {
  sum: number = 0;
  count: number = 0;
  private readonly window: Window;
  private readonly slices: Slice[] = [];

  /** @internal */
  constructor(family: Family<SummarySeries>, labelValues: readonly string[], window: Window) {
    super(family, labelValues, sampleStart(family.name, family.labelNames, labelValues));
    this.window = window;
  }

  /**
   * Takes in a value: into the quantiles for as long as the window is, into sum and count for good. `NaN` is
   * ignored, counted and warned of once.
   */
  observe(value: number): void {
    if (!isNumber(value)) return this.family.reject(VALUE, value);
    if (this.mode !== 'plain' && !this.family.touch(this)) return this.family.successor(this).observe(value);
    this.sum += value;
    this.count++;
    if (this.window.percentiles.length === 0) return;
    const step = this.step();
    const place = step % this.window.steps;
    if (this.slices[place]?.step !== step) this.slices[place] = { step, sketch: new Sketch() };
    this.slices[place]!.sketch.add(value);
  }

  /** The quantiles of the values of the last `maxAgeSeconds`, each to 1.1 % of itself; see `sketch.ts`. */
  get quantiles(): readonly Quantile[] {
    const { percentiles, steps } = this.window;
    if (percentiles.length === 0) return [];
    const now = this.step();
    const recent = new Sketch();
    for (const slice of this.slices) if (slice !== undefined && slice.step > now - steps) recent.merge(slice.sketch);
    const values = recent.quantiles(percentiles);
    return percentiles.map((quantile, i) => ({ quantile, value: values[i]! }));
  }

  /** Starts a timer; the function it returns observes the elapsed seconds, and returns them. */
  startTimer(): () => number {
    return startTimer(this.family.clock, (seconds) => this.observe(seconds));
  }

  /** Observes the seconds that `work` takes, also where it throws; for a promise, until it is settled. */
  time<Result>(work: () => Result): Result {
    return timed(this.startTimer(), work);
  }

  private step(): number {
    return Math.floor(this.family.clock() / this.window.stepMs);
  }
}

/**
 * Tells quantiles of what was measured lately: of one instance, since they cannot be added up over several.
 * Where that is wanted, use a histogram.
 *
 * Without labels it is shown from the start; with labels each series is shown once it was touched.
 */
export class Summary<Names extends string = never> extends TimedFamily<Names, SummarySeries> {
  readonly type: 'summary';
  /** The quantiles it shows, ascending. */
  readonly percentiles: readonly number[];

  /** @throws {MetricError} `ERR_METRIC_NAME`, `ERR_LABEL_NAME`, `ERR_OPTION` */
  constructor(options: SummaryOptions<Names>) {
    const { name, percentiles = [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999], maxAgeSeconds = 600, ageBuckets = 5 } = options;
    const window = {
      percentiles: checkedPercentiles(name, percentiles),
      steps: checked(name, 'ageBuckets', 'a whole number of 1 or more', ageBuckets, Number.isInteger(ageBuckets) && ageBuckets >= 1),
      stepMs: (checked(name, 'maxAgeSeconds', 'a finite number above 0', maxAgeSeconds, maxAgeSeconds > 0 && maxAgeSeconds < Infinity) * 1000) / ageBuckets,
    };
    super('Summary', 'summary', options, (family, labelValues) => new SummarySeries(family, labelValues, window));
    this.type = 'summary';
    this.percentiles = window.percentiles;
  }

  /**
   * Takes in one value: `observe(0.2)`, `observe({ method: 'GET' }, 0.2)`. `NaN` is ignored, counted and
   * warned of once.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
   */
  observe(...labelsAndValue: WithLabels<Names, [value: number]>): void;
  observe(first: LabelValues<Names> | number | null, value?: number): void {
    if (typeof first !== 'object' || first === null) this.only().observe(first as number);
    else if (isNumber(value)) this.at(first).observe(value);
    else this.reject(VALUE, value);
  }

  /** What one series holds; `undefined` where there is none. */
  get(...labels: WithLabels<Names, []>): SummaryValue | undefined;
  get(labels?: LabelValues<Names>): SummaryValue | undefined {
    const series = this.peek(labels);
    return series && { count: series.count, sum: series.sum, quantiles: series.quantiles };
  }
}

const VALUE = 'a number';

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && value === value;
}

function checkedPercentiles(name: string, percentiles: readonly number[]): readonly number[] {
  const areRanks = Array.isArray(percentiles) && percentiles.every((rank) => typeof rank === 'number' && rank >= 0 && rank <= 1);
  checked(name, 'percentiles', 'numbers from 0 to 1, none twice', percentiles, areRanks && new Set(percentiles).size === percentiles.length);
  return Object.freeze([...percentiles].sort((a, b) => a - b));
}

function checked<Value>(name: string, option: string, expected: string, value: Value, holds: boolean): Value {
  if (holds) return value;
  throw new MetricError('ERR_OPTION', `Summary ${show(name)}: ${option}: expected ${expected}, got ${show(value)}`);
}
