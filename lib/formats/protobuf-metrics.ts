// Each point as messages of `metrics.proto`: one, or one for each state. Fields are numbered as there, and written in
// the order of their numbers.

import { toWellFormed } from '../core/labels.ts';
import type { CounterPoint, Exemplar, GaugePoint, HistogramPoint, MetricFamily, MetricType, NativeHistogram, Point, StateSetPoint, SummaryPoint } from '../core/model.ts';
import type { Part } from './dialect.ts';
import { labelNames } from './label-names.ts';
import { spansOf } from './native-spans.ts';
import type { Spans } from './native-spans.ts';
import { openedName, writePair } from './protobuf-labels.ts';
import type { PointLabels } from './protobuf-labels.ts';
import { MAX_INTEGER } from './syntax.ts';
import type { Wire } from './wire.ts';

/** Writes the messages of a point: one, or one for each state. */
export type Metrics<P extends Point> = (wire: Wire, point: P, labels: PointLabels, part: Part, hasExemplar?: boolean) => void;

export const METRICS: { readonly [Type in MetricType]: Metrics<(MetricFamily & { readonly type: Type })['points'] extends Iterable<infer P extends Point> ? P : never> } = {
  counter: counterMetric,
  gauge: valueMetric,
  unknown: valueMetric,
  histogram: histogramMetric,
  gaugehistogram: histogramMetric,
  summary: summaryMetric,
  info: valueMetric as Metrics<Point>,
  stateset: stateMetrics,
};

function beginMetric(wire: Wire, labels: PointLabels): number {
  const begin = wire.begin(4);
  labels.writeTo(wire);
  return begin;
}

function endMetric(wire: Wire, begin: number, { timestampMs }: Point): void {
  writePointTime(wire, timestampMs);
  wire.end(begin);
}

// Within 64 bits, as in the text formats.
function writePointTime(wire: Wire, ms: number | undefined): void {
  if (ms !== undefined) wire.signed(6, Math.trunc(Math.max(-MAX_INTEGER, Math.min(ms, MAX_INTEGER))));
}

// A gauge's or an untyped's value; of a counter that is shown as one too.
function valueMetric(wire: Wire, point: Partial<GaugePoint> & Point, labels: PointLabels, { type }: Part): void {
  const metric = beginMetric(wire, labels);
  const value = wire.begin(type === 'unknown' ? 5 : 2);
  wire.double(1, point.value ?? 1);
  wire.end(value);
  endMetric(wire, metric, point);
}

function counterMetric(wire: Wire, point: CounterPoint, labels: PointLabels, part: Part, hasExemplar = point.exemplar !== undefined): void {
  // Shown as another type, it has neither an exemplar nor a time of creation.
  if (part.type !== 'counter') return valueMetric(wire, point, labels, part);
  const metric = beginMetric(wire, labels);
  const counter = wire.begin(3);
  wire.double(1, point.value);
  if (hasExemplar) writeExemplar(wire, 2, point.exemplar!, part);
  writeTime(wire, 3, point.createdMs);
  wire.end(counter);
  endMetric(wire, metric, point);
}

function summaryMetric(wire: Wire, point: SummaryPoint, labels: PointLabels): void {
  const metric = beginMetric(wire, labels);
  const summary = wire.begin(4);
  if (point.count !== undefined && isWholeCount(point.count)) wire.unsigned(1, point.count);
  if (point.sum !== undefined) wire.double(2, point.sum);
  for (const { quantile, value } of point.quantiles) {
    const begin = wire.begin(3);
    wire.double(1, quantile);
    wire.double(2, value);
    wire.end(begin);
  }
  writeTime(wire, 4, point.createdMs);
  wire.end(summary);
  endMetric(wire, metric, point);
}

function stateMetrics(wire: Wire, point: StateSetPoint, labels: PointLabels, { opening }: Part): void {
  const name = openedName(opening);
  for (const [state, isOn] of new Map(Object.entries(point.states).map(([state, isOn]) => [toWellFormed(state), isOn]))) {
    const metric = beginMetric(wire, labels);
    writePair(wire, name, state);
    const value = wire.begin(2);
    wire.double(1, isOn ? 1 : 0);
    wire.end(value);
    endMetric(wire, metric, point);
  }
}

function histogramMetric(wire: Wire, point: HistogramPoint, labels: PointLabels, part: Part): void {
  const { bounds, counts, sum, exemplars, native, createdMs } = point;
  const metric = beginMetric(wire, labels);
  writePointTime(wire, point.timestampMs);
  const histogram = wire.begin(7);
  let total = 0;
  const sides = native && ([spansOf(native.negative), spansOf(native.positive)] as const);
  let isWhole = native === undefined || (isWholeCount(native.zeroCount) && sides!.every(({ counts: own }) => own.every(isExactCount)));
  for (let i = 0; i <= bounds.length; i++) {
    total += counts[i]!;
    isWhole &&= isWholeCount(total);
  }
  if (isWhole) wire.unsigned(1, total);
  if (sum !== undefined) wire.double(2, sum);
  total = 0;
  // The last bucket is the total, and left to the reader but for its exemplar.
  for (let i = 0; i <= bounds.length; i++) {
    total += counts[i]!;
    if (i === bounds.length && exemplars?.[i] === undefined) break;
    if (isWhole && exemplars?.[i] === undefined) {
      wire.bucket(3, total, bounds[i]!);
      continue;
    }
    const bucket = wire.begin(3);
    if (isWhole) wire.unsigned(1, total);
    wire.double(2, bounds[i] ?? Infinity);
    if (exemplars?.[i] !== undefined) writeExemplar(wire, 3, exemplars[i]!, part);
    if (!isWhole) wire.double(4, total);
    wire.end(bucket);
  }
  if (!isWhole) wire.double(4, total);
  if (native !== undefined) writeNative(wire, native, sides!, isWhole);
  // One of current values has not begun to count.
  if (part.type === 'histogram') writeTime(wire, 15, createdMs);
  for (const exemplar of native?.exemplars ?? []) if (exemplar.timestampMs !== undefined) writeExemplar(wire, 16, exemplar, part);
  wire.end(histogram);
  wire.end(metric);
}

// What an integer of 64 bits can hold.
function isWholeCount(count: number): boolean {
  return Number.isInteger(count) && count >= 0 && count <= MAX_INTEGER;
}

// Of which the difference of any two is exact, as `zigzag` writes it too.
function isExactCount(count: number): boolean {
  return isWholeCount(count) && count <= 2 ** 52;
}

function writeNative(wire: Wire, { schema, zeroThreshold, zeroCount }: NativeHistogram, [negative, positive]: readonly [Spans, Spans], isWhole: boolean): void {
  wire.zigzag(5, schema);
  wire.double(6, zeroThreshold);
  if (isWhole) wire.unsigned(7, zeroCount);
  else wire.double(8, zeroCount);
  writeSide(wire, 9, negative, isWhole);
  writeSide(wire, 12, positive, isWhole);
  // Without any bucket, a span of none says that it is native.
  if (zeroThreshold === 0 && zeroCount === 0 && negative.spans.length + positive.spans.length === 0) writeSpan(wire, 12, 0, 0);
}

// Spans, then how each count differs from that before; of counts that are not whole, all as they are.
function writeSide(wire: Wire, field: number, { spans, counts }: Spans, isWhole: boolean): void {
  for (const { offset, length } of spans) writeSpan(wire, field, offset, length);
  if (isWhole) wire.differences(field + 1, counts);
  else for (const count of counts) wire.double(field + 2, count);
}

function writeSpan(wire: Wire, field: number, offset: number, length: number): void {
  const span = wire.begin(field);
  wire.zigzag(1, offset);
  wire.unsigned(2, length);
  wire.end(span);
}

function writeExemplar(wire: Wire, field: number, { labels, value, timestampMs }: Exemplar, { dialect }: Part): void {
  const names = labelNames(dialect.labelName, undefined, () => [labels]);
  const begin = wire.begin(field);
  for (const [name, text] of Object.entries(labels)) writePair(wire, names.of(name).shown, toWellFormed(text));
  wire.double(2, value);
  writeTime(wire, 3, timestampMs);
  wire.end(begin);
}

function writeTime(wire: Wire, field: number, given: number | undefined): void {
  if (given === undefined) return;
  const ms = Math.max(-Number.MAX_SAFE_INTEGER, Math.min(given, Number.MAX_SAFE_INTEGER));
  const seconds = Math.floor(ms / 1000);
  const nanoseconds = Math.min(Math.round((ms - seconds * 1000) * 1e6), 999_999_999);
  const begin = wire.begin(field);
  // Of this message alone, other than of those of `metrics.proto`, numbers that are 0 are left out.
  if (seconds !== 0) wire.signed(1, seconds);
  if (nanoseconds !== 0) wire.unsigned(2, nanoseconds);
  wire.end(begin);
}
