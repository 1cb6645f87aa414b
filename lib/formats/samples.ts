// The sample lines of a family: what the text formats have in common. Their own ways come in as a dialect.
//
// This is the hot path of a scrape, and its cost is the strings that it adds up: each that is longer than
// a few characters makes a node, to be flattened and collected later. Measured against lines whose beginnings
// were made in advance: one node more a line, or the same loops inside a generator, cost a third each.

import { blockOfBucketStart, blockOfSampleStart, escapeLabelValue } from '../core/labels.ts';
import type {
  CounterPoint,
  Exemplar,
  GaugePoint,
  HistogramPoint,
  InfoPoint,
  Labels,
  MetricFamily,
  MetricType,
  Point,
  StateSetPoint,
  SummaryPoint,
} from '../core/model.ts';
import { isLabelName, isMetricName } from '../core/names.ts';
import { escapeLabelName } from './escaping.ts';
import type { Escaping } from './escaping.ts';
import { isCount } from './lawful.ts';
import { valueText } from './syntax.ts';

/** What the text formats differ in. */
export interface Dialect {
  /** How names are spelled that may not stand bare; see `escaping.ts`. */
  readonly escaping: Escaping;
  /** What a sample's name has after the family's. */
  readonly suffixes: Readonly<Record<'counter' | 'info' | 'gaugeSum' | 'gaugeCount', string>>;
  /** A bucket's bound, or a quantile. */
  bound(bound: number): string;
  /** A point's time, as it stands after the value, with the blank before it. */
  time(timestampMs: number): string;
  /** Whether sums that may fall, counts that are none or without their sum, and quantiles that cannot be are left out. */
  readonly isStrict?: boolean;
  /**
   * An exemplar, as it stands at the end of its line; empty where the rules forbid it. Absent where the
   * format has none.
   *
   * @param bound - Of the bucket that has it.
   */
  readonly exemplar?: (exemplar: Exemplar, bound?: number) => string;
  /** The value of a `_created` sample. Absent where they are not shown. */
  readonly created?: (createdMs: number) => string;
}

/** The beginning of the lines of one sample name, up to where a point's own labels stand. */
interface Head {
  /** `\nhttp_requests_total`, or, with constant labels or a quoted name, `\nhttp_requests_total{service="x"`. */
  readonly text: string;
  readonly isOpen: boolean;
  /** Whether a live point's own beginning can be taken as it is: same name, no constant labels. */
  readonly isOwn: boolean;
}

/** All that the lines of a family share. */
interface Context {
  readonly dialect: Dialect;
  /** The family's name in the model, which the beginnings of live points have. */
  readonly modelName: string;
  /** The family's name as it is shown. */
  readonly name: string;
  /** The head of the samples with a suffix. */
  readonly head: (suffix: string) => Head;
}

type Run<P extends Point> = (context: Context, points: readonly P[], from: number, to: number) => string;

/**
 * A function that writes a run of a family's points, each line beginning with its line feed.
 *
 * @param name - The family's name as the format shows it, before the suffixes of its samples.
 */
export function sampleLines(family: MetricFamily, name: string, dialect: Dialect): (points: readonly Point[], from: number, to: number) => string {
  const constant = labelPairs(family.constantLabels ?? {}, dialect.escaping);
  const heads = new Map<string, Head>();
  const context: Context = {
    dialect,
    modelName: family.name,
    name,
    head(suffix) {
      let head = heads.get(suffix);
      if (head === undefined) heads.set(suffix, (head = headOf(name + suffix, constant, family.name)));
      return head;
    },
  };
  const run = RUNS[family.type] as Run<Point>;
  return (points, from, to) => run(context, points, from, to);
}

/** A metric's name where it stands alone: quoted if it has to be. */
export function nameText(name: string): string {
  return isMetricName(name) ? name : `"${escapeLabelValue(name)}"`;
}

/** Labels as they stand between braces; empty without labels. Names that become the same get a `_` more. */
export function labelPairs(labels: Labels, escaping: Escaping): string {
  const taken = new Set<string>();
  const pairs = Object.entries(labels).map(([given, value]) => {
    let name = escapeLabelName(given, escaping);
    while (taken.has(name)) name += '_';
    taken.add(name);
    return `${isLabelName(name) ? name : `"${escapeLabelValue(name)}"`}="${escapeLabelValue(value)}"`;
  });
  return pairs.join(',');
}

const RUNS: { readonly [Type in MetricType]: Run<(MetricFamily & { readonly type: Type })['points'] extends Iterable<infer P extends Point> ? P : never> } = {
  counter: counterRun,
  gauge: gaugeRun,
  unknown: gaugeRun,
  histogram: (context, points, from, to) => histogramRun(context, points, from, to, '_sum', '_count', false),
  gaugehistogram: (context, points, from, to) =>
    histogramRun(context, points, from, to, context.dialect.suffixes.gaugeSum, context.dialect.suffixes.gaugeCount, true),
  summary: summaryRun,
  info: infoRun,
  stateset: stateSetRun,
};

function counterRun(context: Context, points: readonly CounterPoint[], from: number, to: number): string {
  const { dialect } = context;
  const head = context.head(dialect.suffixes.counter);
  let lines = '';
  for (let i = from; i < to; i++) {
    const point = points[i]!;
    lines += sampleStartOf(point, head, context) + valueText(point.value);
    if (point.timestampMs !== undefined) lines += dialect.time(point.timestampMs);
    if (dialect.exemplar !== undefined && point.exemplar !== undefined) lines += dialect.exemplar(point.exemplar);
    if (dialect.created !== undefined && point.createdMs !== undefined) lines += createdLine(context, blockOf(point, context), dialect.created(point.createdMs), point);
  }
  return lines;
}

function gaugeRun(context: Context, points: readonly GaugePoint[], from: number, to: number): string {
  const { dialect } = context;
  const head = context.head('');
  let lines = '';
  for (let i = from; i < to; i++) {
    const point = points[i]!;
    lines += sampleStartOf(point, head, context) + valueText(point.value);
    if (point.timestampMs !== undefined) lines += dialect.time(point.timestampMs);
  }
  return lines;
}

function histogramRun(context: Context, points: readonly HistogramPoint[], from: number, to: number, sum: string, count: string, mayFall: boolean): string {
  const { dialect, modelName } = context;
  const buckets = context.head('_bucket');
  const sumHead = context.head(sum);
  const countHead = context.head(count);
  let lines = '';
  for (let i = from; i < to; i++) {
    const point = points[i]!;
    const { lineStart, bounds, counts, exemplars } = point;
    const block = lineStart === undefined ? blockOf(point, context) : blockOfBucketStart(lineStart, modelName);
    const start = lineStart !== undefined && buckets.isOwn ? lineStart : `${openStart(buckets, block)}le="`;
    const time = point.timestampMs === undefined ? '' : dialect.time(point.timestampMs);
    const ends = bucketEnds(bounds, dialect);
    let total = 0;
    for (let bucket = 0; bucket < counts.length; bucket++) {
      total += counts[bucket]!;
      // The end and the number are mostly so short together that adding them makes no node.
      lines += start + (ends[bucket]! + valueText(total));
      if (time !== '') lines += time;
      if (exemplars !== undefined && exemplars[bucket] !== undefined && dialect.exemplar !== undefined) {
        lines += dialect.exemplar(exemplars[bucket]!, bounds[bucket]);
      }
    }
    if (point.sum !== undefined && (dialect.isStrict !== true || isLawfulSum(point.sum, bounds, mayFall))) {
      lines += startOf(sumHead, block) + valueText(point.sum) + time;
      lines += startOf(countHead, block) + valueText(total) + time;
    }
    if (dialect.created !== undefined && point.createdMs !== undefined) lines += createdLine(context, block, dialect.created(point.createdMs), point);
  }
  return lines;
}

function summaryRun(context: Context, points: readonly SummaryPoint[], from: number, to: number): string {
  const { dialect } = context;
  const head = context.head('');
  let lines = '';
  for (let i = from; i < to; i++) {
    const point = points[i]!;
    const block = blockOf(point, context);
    const time = point.timestampMs === undefined ? '' : dialect.time(point.timestampMs);
    for (const { quantile, value } of point.quantiles) {
      if (dialect.isStrict === true && (value < 0 || !(quantile >= 0 && quantile <= 1))) continue;
      lines += `${openStart(head, block)}quantile="${dialect.bound(quantile)}"} ${valueText(value)}${time}`;
    }
    if (point.sum !== undefined && (dialect.isStrict !== true || point.sum >= 0)) lines += startOf(context.head('_sum'), block) + valueText(point.sum) + time;
    if (point.count !== undefined && (dialect.isStrict !== true || isCount(point.count))) lines += startOf(context.head('_count'), block) + valueText(point.count) + time;
    if (dialect.created !== undefined && point.createdMs !== undefined) lines += createdLine(context, block, dialect.created(point.createdMs), point);
  }
  return lines;
}

function infoRun(context: Context, points: readonly InfoPoint[], from: number, to: number): string {
  const { dialect } = context;
  const head = context.head(dialect.suffixes.info);
  let lines = '';
  for (let i = from; i < to; i++) {
    const point = points[i]!;
    lines += `${sampleStartOf(point, head, context)}1`;
    if (point.timestampMs !== undefined) lines += dialect.time(point.timestampMs);
  }
  return lines;
}

// The state's label is named like the family. OpenMetrics 1.0, "StateSet".
function stateSetRun(context: Context, points: readonly StateSetPoint[], from: number, to: number): string {
  const { dialect, name } = context;
  const head = context.head('');
  const label = isLabelName(name) ? name : `"${escapeLabelValue(name)}"`;
  let lines = '';
  for (let i = from; i < to; i++) {
    const point = points[i]!;
    const start = openStart(head, blockOf(point, context));
    for (const [state, isOn] of Object.entries(point.states)) {
      lines += `${start}${label}="${escapeLabelValue(state)}"} ${isOn ? 1 : 0}`;
      if (point.timestampMs !== undefined) lines += dialect.time(point.timestampMs);
    }
  }
  return lines;
}

// OpenMetrics 1.0, "Histogram" and "GaugeHistogram": what may fall is no sum, and then there is no count either.
function isLawfulSum(sum: number, bounds: readonly number[], mayFall: boolean): boolean {
  const isNegative = bounds.length > 0 && bounds[0]! < 0;
  return mayFall ? sum >= 0 || (isNegative && sum < 0) : sum >= 0 && !isNegative;
}

function createdLine(context: Context, block: string, created: string, { timestampMs }: Point): string {
  const time = timestampMs === undefined ? '' : context.dialect.time(timestampMs);
  return startOf(context.head('_created'), block) + created + time;
}

function headOf(name: string, constant: string, modelName: string): Head {
  const isBare = isMetricName(name);
  const inside = isBare ? constant : [nameText(name), constant].filter((part) => part !== '').join(',');
  return {
    text: `\n${isBare ? name : ''}${inside === '' ? '' : `{${inside}`}`,
    isOpen: inside !== '',
    isOwn: inside === '' && (name === modelName || name === `${modelName}_bucket`),
  };
}

/** Where the value of a point with one line begins. */
function sampleStartOf(point: Point, head: Head, context: Context): string {
  return point.lineStart !== undefined && head.isOwn ? point.lineStart : startOf(head, blockOf(point, context));
}

/** The label block with the blank after it, for points that are not histograms. */
function blockOf(point: Point, context: Context): string {
  if (point.lineStart !== undefined) return blockOfSampleStart(point.lineStart, context.modelName);
  const pairs = labelPairs(point.labels, context.dialect.escaping);
  return pairs === '' ? ' ' : `{${pairs}} `;
}

/** A line up to its value. */
function startOf(head: Head, block: string): string {
  if (!head.isOpen) return head.text + block;
  return block === ' ' ? `${head.text}} ` : `${head.text},${block.slice(1)}`;
}

/** A line up to where a label of the format's own follows, such as `le`. */
function openStart(head: Head, block: string): string {
  const opened = `${head.text}${head.isOpen ? ',' : '{'}`;
  return block === ' ' ? opened : `${opened}${block.slice(1, -2)},`;
}

/** Bounds, and what follows a `bucketStart` up to the counts for each of them: `0.1"} `. */
interface BucketEnds {
  readonly of: readonly number[];
  readonly ends: readonly string[];
}
// Kept for each dialect, as long as the bounds live: working them out takes as long as the lines themselves.
const BUCKET_ENDS = new WeakMap<Dialect['bound'], WeakMap<readonly number[], BucketEnds>>();

function bucketEnds(bounds: readonly number[], { bound }: Dialect): readonly string[] {
  let kept = BUCKET_ENDS.get(bound);
  if (kept === undefined) BUCKET_ENDS.set(bound, (kept = new WeakMap()));
  let found = kept.get(bounds);
  // A collector may have changed its list since.
  if (found === undefined || found.of.length !== bounds.length || found.of.some((bound, i) => bound !== bounds[i])) {
    found = { of: [...bounds], ends: [...bounds, Infinity].map((each) => `${bound(each)}"} `) };
    kept.set(bounds, found);
  }
  return found.ends;
}
