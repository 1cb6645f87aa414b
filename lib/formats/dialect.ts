// What the text formats differ in, and the parts that their lines are made of. Types only.

import type { CounterPoint, Exemplar, HistogramPoint, MetricFamily, MetricType, Point, SummaryPoint } from '../core/model.ts';
import type { WriteWarning } from './format.ts';

/** Names as a format can show them, in quotes perhaps: the same where they need not change. Different ones may become the same. */
export interface Spelling {
  metricName(name: string): string;
  labelName(name: string): string;
}

export interface Dialect extends Spelling {
  /** A family's name as its head has it: without the `_total` that OpenMetrics leaves to the sample. */
  familyName(name: string, type: MetricType): string;
  /** What the names of its samples have after that; see `core/types.ts`. */
  samples(type: MetricType): readonly string[];
  /**
   * @param name - As `familyName` has it.
   * @param label - The one that the format adds to its samples, such as `le`.
   */
  head(name: string, type: MetricType, help: string, unit: string | undefined, label: string | undefined): Head;
  /** A bucket's bound, or a quantile. */
  bound(bound: number): string;
  /** What follows `le="` up to the counts, for each bucket. */
  bucketEnds(bounds: readonly number[]): readonly string[];
  /** A point's time, as it stands after the value, with the blank before it. */
  time(timestampMs: number): string;
  /** How the lines of a point are written, by the family's type. @default as the text formats have in common */
  readonly lines?: Readonly<Record<MetricType, Lines>>;
  /** Absent where a format shows whatever families hold. */
  readonly strict?: Strictness;
  /** Absent where samples have neither exemplars nor times of creation, and sums may be of anything. */
  readonly details?: Details;
}

/** The lines of a point, each with its line feed before it. */
export type Lines = (part: Part, point: Point, tail: Tail, time: string) => string;

/** A family's lines before its samples, without the last line feed. */
export interface Head {
  readonly text: string;
  /** The same where a family with a unit came before. Absent where that makes no difference. */
  readonly afterUnit?: string;
  readonly hasUnit?: boolean;
}

/** One of the families that are shown as one, and how its lines begin. */
export interface Part {
  readonly family: MetricFamily;
  readonly dialect: Dialect;
  /** What it is shown as. */
  readonly type: MetricType;
  /** By sample, in the order of the dialect's. */
  readonly heads: readonly SampleHead[];
  /** The labels of a point, or nothing where its series has been shown before. Undefined where its `lineStart` has them. */
  readonly tail: ((point: Point, time: string) => Tail | undefined) | undefined;
  /** Whether its points are those of an instrument, whose labels never change. */
  readonly isLive: boolean;
  /** Whether the `lineStart` of its points can be taken as it is: under the same name, and without constant labels. */
  readonly isOwn: boolean;
  /** The label that the format adds to samples, such as `le`, up to its value. */
  readonly opening: string;
}

/** A point's own labels as they stand after a head: `a="b",c="d"} `. Empty without labels. */
export type Tail = string;

/** How the lines of one sample name begin, up to where a point's own labels stand. */
export interface SampleHead {
  /** Where a point has none: `\nhttp_requests_total `, or, with constant ones, `\nhttp_requests_total{service="x"} `. */
  readonly bare: string;
  /** Where it has some: `\nhttp_requests_total{`, or `\nhttp_requests_total{service="x",`. */
  readonly open: string;
}

/** Families that are to be shown as one, and what as. */
export interface Wanted {
  readonly name: string;
  readonly type: MetricType;
  /** Several where registries with labels of their own show the same metric. */
  readonly families: readonly MetricFamily[];
}

/** The rules of a strict format for families. */
export interface Strictness {
  /** Whether the family can be shown as it is, point for point. */
  isLawful(family: MetricFamily): boolean;
  /** The families as they can be shown, perhaps as others. Warns of what is lost. */
  lawful(wanted: Wanted, warn: WriteWarning): readonly Wanted[];
}

/** What samples have in OpenMetrics 1.0, and its rules for them. */
export interface Details {
  /** A histogram's sum, where it and the count may be shown. */
  sum(type: MetricType, point: HistogramPoint): number | undefined;
  /** What of a summary's point may be shown. */
  summary(point: SummaryPoint): Pick<SummaryPoint, 'quantiles' | 'sum' | 'count'>;
  /** An exemplar, as it stands at the end of its line; empty where the rules forbid it. */
  exemplar(exemplar: Exemplar, bound?: number): string;
  /** The `_created` line of a point that has one. Absent where they are not shown. */
  readonly created?: (point: CounterPoint | HistogramPoint | SummaryPoint, part: Part, tail: Tail, time: string) => string;
}
