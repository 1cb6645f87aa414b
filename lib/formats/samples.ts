// The sample lines of a family: what the text formats have in common. Their own ways come in as a dialect.
//
// This is the hot path of a scrape, and its cost is the strings that it adds up: each makes a node, to be
// flattened and collected later. So a line is three strings, and begins with its line feed: the head is the
// family's, the label block was rendered when the series was created, the number is new. Points are written
// in runs, by plain loops: inside a generator the same loops are slower.

import { escapeLabelValue } from '../core/labels.ts';
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
  /** An exemplar, as it stands at the end of its line. Absent where the format has none. */
  readonly exemplar?: (exemplar: Exemplar) => string;
  /** The value of a `_created` sample. Absent where they are not shown. */
  readonly created?: (createdMs: number) => string;
}

/** The beginning of some lines, up to where a point's own labels stand. */
interface Head {
  /** `\nhttp_requests_total`, or, with constant labels or a quoted name, `\nhttp_requests_total{service="x"`. */
  readonly text: string;
  readonly isOpen: boolean;
}

/** All that the lines of a family share. */
interface Context {
  readonly dialect: Dialect;
  /** Finds the head of the samples with a suffix. */
  readonly head: (suffix: string) => Head;
  /** The family's name as it is shown. */
  readonly name: string;
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
    name,
    head(suffix) {
      let head = heads.get(suffix);
      if (head === undefined) heads.set(suffix, (head = headOf(name + suffix, constant)));
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
  histogram: (context, points, from, to) => histogramRun(context, points, from, to, '_sum', '_count'),
  gaugehistogram: (context, points, from, to) =>
    histogramRun(context, points, from, to, context.dialect.suffixes.gaugeSum, context.dialect.suffixes.gaugeCount),
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
    const { exemplar } = point;
    lines += lead(head, blockOf(point, dialect)) + valueText(point.value);
    if (point.timestampMs !== undefined) lines += dialect.time(point.timestampMs);
    if (exemplar !== undefined && dialect.exemplar !== undefined) lines += dialect.exemplar(exemplar);
    if (point.createdMs !== undefined) lines += createdLine(context, point, point.createdMs);
  }
  return lines;
}

function gaugeRun(context: Context, points: readonly GaugePoint[], from: number, to: number): string {
  const { dialect } = context;
  const head = context.head('');
  let lines = '';
  for (let i = from; i < to; i++) {
    const point = points[i]!;
    lines += lead(head, blockOf(point, dialect)) + valueText(point.value);
    if (point.timestampMs !== undefined) lines += dialect.time(point.timestampMs);
  }
  return lines;
}

function histogramRun(context: Context, points: readonly HistogramPoint[], from: number, to: number, sum: string, count: string): string {
  const { dialect } = context;
  const buckets = context.head('_bucket');
  const sumHead = context.head(sum);
  const countHead = context.head(count);
  let lines = '';
  for (let i = from; i < to; i++) {
    const point = points[i]!;
    const { bounds, counts, exemplars } = point;
    const block = blockOf(point, dialect);
    const time = point.timestampMs === undefined ? '' : dialect.time(point.timestampMs);
    const ends = bucketEnds(bounds, dialect);
    const start = openLead(buckets, block);
    let total = 0;
    for (let bucket = 0; bucket < counts.length; bucket++) {
      total += counts[bucket]!;
      lines += start + ends[bucket]! + valueText(total);
      if (time !== '') lines += time;
      const exemplar = exemplars?.[bucket];
      if (exemplar !== undefined && dialect.exemplar !== undefined) lines += dialect.exemplar(exemplar);
    }
    if (point.sum !== undefined) {
      lines += lead(sumHead, block) + valueText(point.sum) + time;
      lines += lead(countHead, block) + valueText(total) + time;
    }
    if (point.createdMs !== undefined) lines += createdLine(context, point, point.createdMs);
  }
  return lines;
}

function summaryRun(context: Context, points: readonly SummaryPoint[], from: number, to: number): string {
  const { dialect } = context;
  const head = context.head('');
  let lines = '';
  for (let i = from; i < to; i++) {
    const point = points[i]!;
    const block = blockOf(point, dialect);
    const time = point.timestampMs === undefined ? '' : dialect.time(point.timestampMs);
    for (const { quantile, value } of point.quantiles) {
      lines += `${openLead(head, block)}quantile="${dialect.bound(quantile)}"} ${valueText(value)}${time}`;
    }
    if (point.sum !== undefined) lines += lead(context.head('_sum'), block) + valueText(point.sum) + time;
    if (point.count !== undefined) lines += lead(context.head('_count'), block) + valueText(point.count) + time;
    if (point.createdMs !== undefined) lines += createdLine(context, point, point.createdMs);
  }
  return lines;
}

function infoRun(context: Context, points: readonly InfoPoint[], from: number, to: number): string {
  const { dialect } = context;
  const head = context.head(dialect.suffixes.info);
  let lines = '';
  for (let i = from; i < to; i++) {
    const point = points[i]!;
    lines += `${lead(head, blockOf(point, dialect))}1`;
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
    const start = openLead(head, blockOf(point, dialect));
    for (const [state, isOn] of Object.entries(point.states)) {
      lines += `${start}${label}="${escapeLabelValue(state)}"} ${isOn ? 1 : 0}`;
      if (point.timestampMs !== undefined) lines += dialect.time(point.timestampMs);
    }
  }
  return lines;
}

function createdLine(context: Context, point: Point, createdMs: number): string {
  const { dialect } = context;
  if (dialect.created === undefined) return '';
  return lead(context.head('_created'), blockOf(point, dialect)) + dialect.created(createdMs);
}

function headOf(name: string, constant: string): Head {
  const isBare = isMetricName(name);
  const inside = isBare ? constant : [nameText(name), constant].filter((part) => part !== '').join(',');
  return { text: `\n${isBare ? name : ''}${inside === '' ? '' : `{${inside}`}`, isOpen: inside !== '' };
}

function blockOf(point: Point, dialect: Dialect): string {
  if (point.labelText !== undefined) return point.labelText;
  const pairs = labelPairs(point.labels, dialect.escaping);
  return pairs === '' ? ' ' : `{${pairs}} `;
}

/** A line up to its number. */
function lead(head: Head, block: string): string {
  if (!head.isOpen) return head.text + block;
  return block === ' ' ? `${head.text}} ` : `${head.text},${block.slice(1)}`;
}

/** A line up to where a label of the format's own follows, such as `le`. */
function openLead(head: Head, block: string): string {
  const own = block.slice(1, -2);
  if (!head.isOpen) return own === '' ? `${head.text}{` : `${head.text}{${own},`;
  return own === '' ? `${head.text},` : `${head.text},${own},`;
}

// The ends of a histogram's lines before their counts: `le="0.1"} `. Kept for bounds that cannot change, as
// long as these live, for each dialect: working them out takes as long as the lines themselves.
const BUCKET_ENDS = new WeakMap<Dialect['bound'], WeakMap<readonly number[], readonly string[]>>();

function bucketEnds(bounds: readonly number[], { bound }: Dialect): readonly string[] {
  let kept = BUCKET_ENDS.get(bound);
  if (kept === undefined) BUCKET_ENDS.set(bound, (kept = new WeakMap()));
  let ends = kept.get(bounds);
  if (ends === undefined) {
    ends = [...bounds, Infinity].map((each) => `le="${bound(each)}"} `);
    if (Object.isFrozen(bounds)) kept.set(bounds, ends);
  }
  return ends;
}
