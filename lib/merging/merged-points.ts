// The points of merged families. They are made anew by each merge and never change, so that a scrape that still writes
// while another merges shows one moment; what never changes of a series they have in common.

import type { Exemplar, Labels, NativeHistogram, Point, Quantile, QuantileSketch } from '../core/model.ts';

/** The names of labels that many series have in common. */
export interface Naming {
  readonly names: readonly string[];
  lineStart(values: readonly string[]): string;
}

/** A series, whichever members have it. */
export class MergedSeries {
  readonly naming: Naming;
  readonly values: readonly string[];
  /** The earliest of all; NaN where none is known. */
  created: number;
  /** The bounds of a histogram, the ranks of a summary. */
  steps: readonly number[];
  private start: string | undefined = undefined;

  constructor(naming: Naming, values: readonly string[], steps: readonly number[]) {
    this.naming = naming;
    this.values = values;
    this.created = NaN;
    this.steps = steps;
  }

  /** Made when it is first shown. */
  get lineStart(): string {
    return this.start ?? (this.start = this.naming.lineStart(this.values));
  }

  get labels(): Labels {
    return Object.fromEntries(this.naming.names.map((name, i) => [name, this.values[i]!]));
  }
}

abstract class MergedPoint implements Point {
  /** Declared alone: most have none, and no memory for it. */
  declare timestampMs?: number;
  readonly series: MergedSeries;

  constructor(series: MergedSeries) {
    this.series = series;
  }

  get labels(): Labels {
    return this.series.labels;
  }

  get lineStart(): string {
    return this.series.lineStart;
  }

  get createdMs(): number | undefined {
    const { created } = this.series;
    return created === created ? created : undefined;
  }
}

/** Of a counter, a gauge, or of unknown type. */
export class MergedNumber extends MergedPoint {
  readonly value: number;
  declare exemplar?: Exemplar;

  constructor(series: MergedSeries, value: number) {
    super(series);
    this.value = value;
  }
}

export class MergedInfo extends MergedPoint {}

export class MergedStates extends MergedPoint {
  readonly states: Readonly<Record<string, boolean>>;

  constructor(series: MergedSeries, states: Readonly<Record<string, boolean>>) {
    super(series);
    this.states = states;
  }
}

export class MergedHistogram extends MergedPoint {
  readonly counts: number[];
  sum: number | undefined = -0;
  declare exemplars?: (Exemplar | undefined)[];
  declare native?: NativeHistogram;

  constructor(series: MergedSeries) {
    super(series);
    this.counts = new Array<number>(series.steps.length + 1).fill(0);
  }

  get bounds(): readonly number[] {
    return this.series.steps;
  }
}

export class MergedSummary extends MergedPoint {
  quantiles: readonly Quantile[] = [];
  sum: number | undefined = -0;
  count: number | undefined = 0;
  declare sketch?: QuantileSketch;
}
