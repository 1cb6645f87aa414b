// The sample lines of a family: what the text formats have in common. Their own ways come in as a dialect.
//
// This is the hot path of a scrape, and its cost is the strings that it adds up: each that is longer than
// a few characters makes a node, to be flattened and collected later. Measured against lines whose beginnings
// were made in advance: one node more a line, or the same loops inside a generator, cost a third each.

import type { CounterPoint, GaugePoint, HistogramPoint, Point, StateSetPoint, SummaryPoint } from '../core/model.ts';
import type { Dialect, Lines, Part, SampleHead, Tail } from './dialect.ts';
import { labelValueText } from './label-texts.ts';
import { valueText } from './syntax.ts';

/** Writes some of a part's points, each line beginning with its line feed. */
export function linesOf(part: Part, points: readonly Point[], from: number, to: number): string {
  const { dialect, tail: tailOf } = part;
  const write = (dialect.lines ?? LINES)[part.family.type];
  let lines = '';
  for (let i = from; i < to; i++) {
    const point = points[i]!;
    const time = point.timestampMs === undefined ? '' : dialect.time(point.timestampMs);
    const tail = tailOf === undefined ? '' : tailOf(point, time);
    if (tail !== undefined) lines += write(part, point, tail, time);
  }
  return lines;
}

const LINES: NonNullable<Dialect['lines']> = {
  counter: counterLines as Lines,
  gauge: gaugeLine as Lines,
  unknown: gaugeLine as Lines,
  histogram: histogramLines as Lines,
  gaugehistogram: histogramLines as Lines,
  summary: summaryLines as Lines,
  info: gaugeLine as Lines,
  stateset: stateSetLines as Lines,
};

function counterLines(part: Part, point: CounterPoint, tail: Tail, time: string): string {
  const { details } = part.dialect;
  let line = (part.isOwn ? point.lineStart! : startOf(part.heads[0]!, tail)) + valueText(point.value) + time;
  // Shown as another type, it has neither an exemplar nor a time of creation.
  if (details === undefined || part.type !== 'counter') return line;
  if (point.exemplar !== undefined) line += details.exemplar(point.exemplar);
  if (details.created !== undefined) line += details.created(point, part, tail, time);
  return line;
}

// An info has no value of its own.
export function gaugeLine(part: Part, point: Partial<GaugePoint> & Point, tail: Tail, time: string): string {
  return (part.isOwn ? point.lineStart! : startOf(part.heads[0]!, tail)) + valueText(point.value ?? 1) + time;
}

function histogramLines(part: Part, point: HistogramPoint, tail: Tail, time: string): string {
  const { heads: [, sums, counters], dialect: { bucketEnds, details } } = part;
  const { bounds, counts, exemplars } = point;
  const start = part.isOwn ? point.lineStart! : openStart(part, tail);
  const ends = bucketEnds(bounds);
  let total = 0;
  let lines = '';
  for (let bucket = 0; bucket < ends.length; bucket++) {
    total += counts[bucket]!;
    // The end and the number are mostly so short together that adding them makes no node.
    lines += start + (ends[bucket]! + valueText(total));
    if (time !== '') lines += time;
    if (details !== undefined && exemplars !== undefined && exemplars[bucket] !== undefined) lines += details.exemplar(exemplars[bucket]!, bounds[bucket]);
  }
  const sum = details === undefined ? point.sum : details.sum(part.type, point);
  if (sum !== undefined) lines += startOf(sums!, tail) + valueText(sum) + time + startOf(counters!, tail) + valueText(total) + time;
  if (details?.created !== undefined) lines += details.created(point, part, tail, time);
  return lines;
}

function summaryLines(part: Part, point: SummaryPoint, tail: Tail, time: string): string {
  const { heads: [, sums, counters], dialect: { bound, details } } = part;
  const start = openStart(part, tail);
  const { quantiles, sum, count } = details === undefined ? point : details.summary(point);
  let lines = '';
  for (const { quantile, value } of quantiles) lines += `${start}${bound(quantile)}"} ${valueText(value)}${time}`;
  if (sum !== undefined) lines += startOf(sums!, tail) + valueText(sum) + time;
  if (count !== undefined) lines += startOf(counters!, tail) + valueText(count) + time;
  if (details?.created !== undefined) lines += details.created(point, part, tail, time);
  return lines;
}

export function stateSetLines(part: Part, { states }: StateSetPoint, tail: Tail, time: string): string {
  const start = openStart(part, tail);
  let lines = '';
  // A map, since states that differ only in what is no character become one.
  for (const [state, isOn] of new Map(Object.entries(states).map(([state, isOn]) => [labelValueText(state), isOn]))) lines += `${start}${state}"} ${isOn ? 1 : 0}${time}`;
  return lines;
}

/** A line up to its value. */
export function startOf({ bare, open }: SampleHead, tail: Tail): string {
  return tail === '' ? bare : open + tail;
}

/** A line of the first sample up to the value of the label that the format adds, such as `le`. */
function openStart({ heads, opening }: Part, tail: Tail): string {
  return heads[0]!.open + (tail === '' ? opening : `${tail.slice(0, -2)},${opening}`);
}

/**
 * A function for what follows `le="` up to the counts, for each bucket: `0.1"} `. It keeps what it made, for as long
 * as the bounds live: working it out takes as long as the lines themselves.
 *
 * @param close - What stands after the bound.
 */
export function endsOfBuckets(boundText: (bound: number) => string, close = '"} '): Dialect['bucketEnds'] {
  const kept = new WeakMap<readonly number[], { readonly of: readonly number[]; readonly ends: readonly string[] }>();
  return (bounds) => {
    const before = kept.get(bounds);
    // A collector may have changed its list since.
    if (before !== undefined && isSame(before.of, bounds)) return before.ends;
    const of: number[] = [];
    // Not by its length alone, which is easily a lie.
    for (let i = 0; i < bounds.length && bounds[i] !== undefined; i++) of.push(bounds[i]!);
    const ends = [...of, Infinity].map((bound) => boundText(bound) + close);
    kept.set(bounds, { of, ends });
    return ends;
  };
}

function isSame(one: readonly number[], other: readonly number[]): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}
