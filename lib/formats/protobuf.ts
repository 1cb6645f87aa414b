// Protocol Buffers: what Prometheus takes native histograms and times of creation from.

import { toWellFormed } from '../core/labels.ts';
import type { CounterPoint, Exemplar, GaugePoint, HistogramPoint, MetricFamily, MetricType, NativeHistogram, Point, StateSetPoint, SummaryPoint } from '../core/model.ts';
import { TYPES } from '../core/types.ts';
import type { Dialect, Part } from './dialect.ts';
import { inVariants, spellingOf } from './escaping.ts';
import type { Escaping, Format } from './format.ts';
import { labelNames } from './label-names.ts';
import { spansOf } from './native-spans.ts';
import type { Spans } from './native-spans.ts';
import { openedName, PointLabels, writePair } from './protobuf-labels.ts';
import { ValueMessages } from './protobuf-values.ts';
import { showing } from './showing.ts';
import type { ShownFamily } from './shown-family.ts';
import { MAX_INTEGER, millisecondsText } from './syntax.ts';
import { Wire } from './wire.ts';
import { listed, repeated } from './writer.ts';

const CHUNK_SIZE = 32 * 1024;
// Of memory, in bytes.
const MOST_KEPT = 8 * 1024 * 1024;
// Points between two chunks, which may be empty: who has other things to do does them in between.
const RUN = 256;

/**
 * Length-delimited Protocol Buffers, `application/vnd.google.protobuf` with the messages of
 * `io.prometheus.client.MetricFamily`: with native histograms, exemplars, and the times at which counting began.
 *
 * Infos and state sets, which it lacks, are gauges. Of exemplars of native histograms, those without a time are left
 * out, and so is a summary's count that is no whole number.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#protobuf-format
 */
export const protobuf: Format<Uint8Array> = /* @__PURE__ */ inVariants<Uint8Array>('allow-utf-8', protobufFormat);

function protobufFormat(escaping: Escaping): Omit<Format<Uint8Array>, 'withEscaping'> {
  const dialect: Dialect = {
    ...spellingOf(escaping),
    familyName: (name) => name,
    samples: (type) => TYPES[type].textSamples,
    head: () => ({ text: '' }),
    bound: String,
    bucketEnds: () => [],
    time: millisecondsText,
  };
  const shown = showing(dialect);
  const kept = new WeakMap<MetricFamily, PartMessages>();
  // Memory of the exposition before: fresh memory for each takes longer than what is written into it.
  let spare: Wire | undefined;
  return {
    name: 'protobuf',
    mediaType: 'application/vnd.google.protobuf',
    parameters: { proto: 'io.prometheus.client.MetricFamily', encoding: 'delimited' },
    contentType: `application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=${escaping}`,
    *write(families, warn = () => {}) {
      const wire = spare ?? new Wire(CHUNK_SIZE);
      spare = undefined;
      try {
        for (const family of shown([...families], warn)) {
          yield* writeFamily(wire, family, kept);
          if (family.labels.repeated > 0) warn(repeated(family.parts[0]!.family, family.labels.repeated));
          if (wire.at > CHUNK_SIZE) yield* wire.taken(CHUNK_SIZE);
        }
        yield* wire.taken(CHUNK_SIZE);
      } finally {
        wire.at = 0;
        if (wire.bytes.length <= MOST_KEPT) spare = wire;
      }
    },
  };
}

// Fields are numbered as in `metrics.proto`, and written in the order of their numbers.

const COUNTER = 0;
const GAUGE = 1;
const SUMMARY = 2;
const UNTYPED = 3;
const HISTOGRAM = 4;
const GAUGE_HISTOGRAM = 5;

const TYPE_NUMBERS: Readonly<Record<MetricType, number>> = {
  counter: COUNTER,
  gauge: GAUGE,
  unknown: UNTYPED,
  histogram: HISTOGRAM,
  gaugehistogram: GAUGE_HISTOGRAM,
  summary: SUMMARY,
  info: GAUGE,
  stateset: GAUGE,
};

const NOTHING = /* @__PURE__ */ new Uint8Array(0);

function* writeFamily(wire: Wire, family: ShownFamily, kept: WeakMap<MetricFamily, PartMessages>): Generator<Uint8Array, void> {
  const { name, type, parts } = family;
  const help = parts.find((part) => part.family.help !== '')?.family.help ?? '';
  const unit = parts.find((part) => part.family.unit)?.family.unit;
  const begin = wire.open();
  wire.string(1, name);
  if (help !== '') wire.string(2, toWellFormed(help));
  wire.unsigned(3, TYPE_NUMBERS[type]);
  for (const part of parts) {
    const points = listed(part.family.points);
    const { write, labels, values } = messagesOf(family, part, points, kept);
    for (let from = 0; from < points.length; from += RUN) {
      const to = Math.min(from + RUN, points.length);
      const isWritten = values?.writeTo(wire, from, to) === true;
      for (let i = from; !isWritten && i < to; i++) if (labels.select(i)) write(wire, points[i]!, labels, part);
      yield NOTHING;
    }
  }
  if (unit !== undefined) wire.string(5, toWellFormed(unit));
  wire.end(begin);
}

/** How the points of a part are written, and what is kept of that. */
interface PartMessages {
  readonly points: readonly Point[];
  readonly type: MetricType;
  readonly write: Metrics<Point>;
  readonly labels: PointLabels;
  /** Of instruments whose points hold one number. */
  readonly values: ValueMessages | undefined;
}

function messagesOf({ labels: texts }: ShownFamily, part: Part, points: readonly Point[], kept: WeakMap<MetricFamily, PartMessages>): PartMessages {
  const { family, isLive, type } = part;
  const before = kept.get(family);
  // An instrument's list grows at its end; where a series was removed, there is another.
  if (before?.points === points && before.type === type) return before;
  const write = METRICS[family.type] as Metrics<Point>;
  // All types without a label of the format's own.
  const hasOneNumber = isLive && TYPES[family.type].reserved === undefined;
  const labels = new PointLabels(part, points, family.constantLabels === undefined ? '' : texts.constant(family.constantLabels), isLive && !hasOneNumber);
  const values = hasOneNumber ? new ValueMessages(points, (wire, place) => labels.select(place) && write(wire, points[place]!, labels, part, false)) : undefined;
  const messages = { points, type, write, labels, values };
  if (isLive) kept.set(family, messages);
  return messages;
}

/** Writes the messages of a point: one, or one for each state. */
type Metrics<P extends Point> = (wire: Wire, point: P, labels: PointLabels, part: Part, hasExemplar?: boolean) => void;

const METRICS: { readonly [Type in MetricType]: Metrics<(MetricFamily & { readonly type: Type })['points'] extends Iterable<infer P extends Point> ? P : never> } = {
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
