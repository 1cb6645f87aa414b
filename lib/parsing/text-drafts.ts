// Points of histograms and summaries in the text format while their samples are collected, and how they become points
// of the model. Does not know the lines that samples come from.

import type { HistogramPoint, Labels, SummaryPoint } from '../core/model.ts';

type Writable<P> = { -readonly [K in keyof P]: P[K] };

/** A point as far as it is known. */
export interface Draft {
  readonly labels: Labels;
  readonly timestampMs: number | undefined;
  /** The bounds of the buckets, or the quantiles: as numbers and as written. */
  steps: number[];
  written: string[];
  values: number[];
  isAscending: boolean;
  sum: number | undefined;
  count: number | undefined;
  /** What is `written`, from the first step on that may be there already. */
  spellings: Set<string> | undefined;
  /** Of the first point of a series: those after it, and how often each sample has been repeated. */
  repeats: { readonly drafts: Draft[]; readonly times: Map<string, number> } | undefined;
  /** Of a point after the first of its series: the first. */
  readonly first: Draft | undefined;
  /** Of a histogram, in the end. */
  point: HistogramPoint | undefined;
}

export function newDraft(labels: Labels, timestampMs: number | undefined, first: Draft | undefined): Draft {
  return {
    labels,
    timestampMs,
    steps: [],
    written: [],
    values: [],
    isAscending: true,
    sum: undefined,
    count: undefined,
    spellings: undefined,
    repeats: undefined,
    first,
    point: undefined,
  };
}

/** Whether a draft has that step. In ascending order, in which steps mostly come, none is there twice. */
export function hasStep(draft: Draft, step: number, written: string): boolean {
  const { steps } = draft;
  if (steps.length === 0 || (draft.isAscending && step > steps[steps.length - 1]!)) return false;
  draft.spellings ??= new Set(draft.written);
  return draft.spellings.has(written);
}

export function addStep(draft: Draft, step: number, written: string, value: number): void {
  const { steps } = draft;
  if (steps.length > 0 && step <= steps[steps.length - 1]!) draft.isAscending = false;
  steps.push(step);
  draft.written.push(written);
  draft.values.push(value);
  draft.spellings?.add(written);
}

/** Puts the steps in ascending order. */
export function sortSteps(draft: Draft): void {
  if (draft.isAscending) return;
  const { steps, written, values } = draft;
  const order = [...steps.keys()].sort((a, b) => (steps[a]! < steps[b]! ? -1 : steps[a]! > steps[b]! ? 1 : 0));
  draft.steps = order.map((i) => steps[i]!);
  draft.written = order.map((i) => written[i]!);
  draft.values = order.map((i) => values[i]!);
}

/** The points of a histogram, whose drafts are sorted; undefined if one of them makes no point. */
export function histogramPoints(drafts: readonly Draft[]): HistogramPoint[] | undefined {
  const points: HistogramPoint[] = [];
  // One array for all points that have the same bounds: those of a family mostly do.
  let bounds: readonly number[] = [];
  for (const draft of drafts) {
    // A sum alone makes no point. If nothing else is repeated, it shares the buckets of the first point.
    const isSumAlone = draft.first !== undefined && draft.steps.length === 0 && draft.count === undefined;
    const buckets = isSumAlone ? draft.first.point : bucketsOf(draft);
    if (buckets === undefined) return undefined;
    if (!isSame(buckets.bounds, bounds)) bounds = buckets.bounds;
    const point: Writable<HistogramPoint> = { labels: draft.labels, bounds, counts: buckets.counts };
    if (draft.timestampMs !== undefined) point.timestampMs = draft.timestampMs;
    if (draft.sum !== undefined) point.sum = draft.sum;
    draft.point = point;
    points.push(point);
  }
  return points;
}

/** The points of a summary, whose drafts are sorted; undefined if one of them makes no point. */
export function summaryPoints(drafts: readonly Draft[]): SummaryPoint[] | undefined {
  const points: SummaryPoint[] = [];
  for (const { labels, timestampMs, steps, values, sum, count } of drafts) {
    if (hasTwice(steps)) return undefined;
    const point: Writable<SummaryPoint> = { labels, quantiles: steps.map((quantile, i) => ({ quantile, value: values[i]! })) };
    if (timestampMs !== undefined) point.timestampMs = timestampMs;
    if (sum !== undefined) point.sum = sum;
    if (count !== undefined) point.count = count;
    points.push(point);
  }
  return points;
}

function bucketsOf({ steps, values, count }: Draft): Pick<HistogramPoint, 'bounds' | 'counts'> | undefined {
  const hasInfinity = steps.at(-1) === Infinity;
  const total = hasInfinity ? values.at(-1) : (count ?? values.at(-1));
  if (total === undefined || (count !== undefined && count !== total) || hasTwice(steps)) return undefined;
  const bounds = hasInfinity ? steps.slice(0, -1) : steps;
  const counts: number[] = [];
  let before = 0;
  for (let i = 0; i <= bounds.length; i++) {
    const own = (i < bounds.length ? values[i]! : total) - before;
    if (!(own >= 0 && own < Infinity)) return undefined;
    counts.push(own);
    before += own;
  }
  return { bounds, counts };
}

/** Whether a number, however it is written, comes twice in an ascending list. */
function hasTwice(steps: readonly number[]): boolean {
  for (let i = 1; i < steps.length; i++) if (steps[i] === steps[i - 1]) return true;
  return false;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a === b || (a.length === b.length && a.every((bound, i) => bound === b[i]));
}
