// Makes the families of the model of the messages of protobuf, and checks what they mean. Does not know how they stand in
// the bytes.
// https://prometheus.io/docs/instrumenting/exposition_formats/#protobuf-format

import type { Exemplar, HistogramPoint, Labels, MetricFamily, NativeBuckets, Point, SummaryPoint } from '../core/model.ts';
import { classicBuckets } from './classic-buckets.ts';
import type { Fail } from './classic-buckets.ts';
import { LabelList } from './line.ts';
import { checkNative, checkSchema, nativeSide } from './native-buckets.ts';
import { withOptional } from './optional.ts';
import { quote } from './parse-error.ts';
import { readFamily, readMetrics } from './protobuf-messages.ts';
import type { BucketMessage, ExemplarMessage, FamilyMessage, HistogramMessage, LabelMessage, MetricMessage, SideMessage, SummaryMessage, Timestamp } from './protobuf-messages.ts';
import { Wire } from './wire.ts';

/** Reads a whole exposition: families, each with its length before it. */
export function protobufFamilies(bytes: Uint8Array): MetricFamily[] {
  const wire = new Wire(bytes);
  const families: MetricFamily[] = [];
  while (wire.hasMore()) families.push(new Reading(wire, readFamily(wire)).family());
  return families;
}

/** By the number in `MetricType`. */
const TYPES = ['counter', 'gauge', 'summary', 'unknown', 'histogram', 'gaugehistogram'] as const;

/** The field of a metric that holds the value. */
const VALUE_FIELDS = { counter: 'counter', gauge: 'gauge', summary: 'summary', unknown: 'untyped', histogram: 'histogram', gaugehistogram: 'histogram' } as const;

/** One family on its way into the model. */
class Reading {
  private readonly wire: Wire;
  private readonly message: FamilyMessage;
  private readonly list = new LabelList();

  constructor(wire: Wire, message: FamilyMessage) {
    this.wire = wire;
    this.message = message;
  }

  family(): MetricFamily {
    const { at, name, help, type, typeAt, unit } = this.message;
    if (name === '') this.wire.fail('family: expected a name, got none', at);
    const known = TYPES[type] ?? this.wire.fail(`family ${quote(name)}: expected a type from 0 to ${TYPES.length - 1}, got ${type}`, typeAt);
    const points: Point[] = [];
    readMetrics(this.wire, (metric) => points.push(this.point(known, metric)));
    return { name, help, ...(unit && { unit }), type: known, points } as MetricFamily;
  }

  private point(type: (typeof TYPES)[number], metric: MetricMessage): Point {
    const field = VALUE_FIELDS[type];
    const fail: Fail = (rule) => this.wire.fail(`${type} ${quote(this.message.name)}: ${rule}`, metric.at);
    const value = metric[field] ?? fail(`expected a metric with the field ${field}, got one without`);
    const labels = this.labels(metric.labels);
    const { timestampMs } = metric;
    if ('quantiles' in value) return this.summary(labels, timestampMs, value, fail);
    if ('buckets' in value) return this.histogram(labels, timestampMs, value, type === 'gaugehistogram', fail);
    return withOptional({ labels, value: value.value }, { timestampMs, exemplar: value.exemplar && this.exemplar(value.exemplar), createdMs: this.time(value.created) });
  }

  private summary(labels: Labels, timestampMs: number | undefined, { count, sum, quantiles, created }: SummaryMessage, fail: Fail): SummaryPoint {
    const ascending = [...quantiles].sort((one, other) => one.quantile - other.quantile);
    for (const [i, { quantile }] of ascending.entries()) {
      if (!(quantile >= 0 && quantile <= 1)) fail(`expected quantiles from 0 to 1, got ${quantile}`);
      if (i > 0 && quantile === ascending[i - 1]!.quantile) fail(`expected each quantile once, got ${quantile} again`);
    }
    return withOptional({ labels, quantiles: ascending }, { timestampMs, sum, count, createdMs: this.time(created) });
  }

  private histogram(labels: Labels, timestampMs: number | undefined, message: HistogramMessage, isGauge: boolean, fail: Fail): HistogramPoint {
    const { sum, created } = message;
    const buckets = message.buckets.map(({ le, count, countFloat }) => ({ le, count: chosen(countFloat, count) }));
    const last = buckets.at(-1);
    // The bucket without a bound may be missing, and so may the count.
    const count = message.count === undefined && message.countFloat === 0 ? (last?.count ?? 0) : chosen(message.countFloat, message.count ?? 0);
    const { bounds, counts } = classicBuckets(buckets, count, isGauge, fail);
    const exemplars = message.buckets.some(({ exemplar }) => exemplar !== undefined) ? this.exemplars(message.buckets, counts.length) : undefined;
    const native = isNative(message) ? this.native(message, count, isGauge, fail) : undefined;
    return withOptional({ labels, bounds, counts }, { timestampMs, sum, exemplars, native, createdMs: this.time(created) });
  }

  private native(message: HistogramMessage, count: number, isGauge: boolean, fail: Fail): HistogramPoint['native'] {
    const { schema, zeroThreshold } = message;
    checkSchema(schema, fail);
    const exemplars = message.exemplars.length > 0 ? message.exemplars.map((exemplar) => this.exemplar(exemplar)) : undefined;
    const positive = side('positive', schema, message.positive, fail);
    const negative = side('negative', schema, message.negative, fail);
    const native = withOptional({ schema, zeroThreshold, zeroCount: chosen(message.zeroCountFloat, message.zeroCount), positive, negative }, { exemplars });
    checkNative(native, count, message.sum, isGauge, fail);
    return native;
  }

  /** By bucket; the one without a bound may be missing. */
  private exemplars(buckets: readonly BucketMessage[], length: number): (Exemplar | undefined)[] {
    return Array.from({ length }, (_, i) => {
      const exemplar = buckets[i]?.exemplar;
      return exemplar && this.exemplar(exemplar);
    });
  }

  private exemplar({ labels, value, timestamp }: ExemplarMessage): Exemplar {
    return withOptional({ labels: this.labels(labels), value }, { timestampMs: this.time(timestamp) });
  }

  private time(timestamp: Timestamp | undefined): number | undefined {
    if (timestamp === undefined) return undefined;
    const { at, seconds, nanos } = timestamp;
    if (!(nanos >= 0 && nanos <= 999_999_999)) this.wire.fail(`timestamp: expected nanoseconds from 0 to 999999999, got ${nanos}`, at);
    return seconds * 1000 + nanos / 1e6;
  }

  private labels(messages: readonly LabelMessage[]): Labels {
    const { list, wire } = this;
    for (const [i, { at, name, value }] of messages.entries()) {
      if (name === '') wire.fail('label: expected a name, got none', at);
      if (name === '__name__') wire.fail('label "__name__": expected another name, it is reserved for the name of the metric', at);
      list.set(i, name, value, at);
    }
    list.cut(messages.length);
    const labels = list.toObject();
    if (Object.keys(labels).length < messages.length) failForRepeated(messages, wire);
    return labels;
  }
}

function failForRepeated(labels: readonly LabelMessage[], wire: Wire): void {
  const taken = new Set<string>();
  for (const { at, name } of labels) {
    if (taken.has(name)) wire.fail(`label ${quote(name)}: expected each label once, got it again`, at);
    taken.add(name);
  }
}

/** A count that may be a fraction overrides one that is whole, if it is more than 0. */
function chosen(float: number, whole: number): number {
  return float > 0 ? float : whole;
}

/** Prometheus, "Native Histograms": a span without buckets says so where nothing has been observed. */
function isNative({ positive, negative, zeroThreshold, zeroCount, zeroCountFloat }: HistogramMessage): boolean {
  return positive.spans.length > 0 || negative.spans.length > 0 || zeroThreshold > 0 || zeroCount > 0 || zeroCountFloat > 0;
}

function side(name: 'positive' | 'negative', schema: number, { spans, deltas, counts }: SideMessage, fail: Fail): NativeBuckets {
  if (deltas.length > 0 && counts.length > 0) fail(`expected deltas or counts of ${name} buckets, got both`);
  if (counts.length > 0) return nativeSide(name, schema, spans, counts, fail);
  let count = 0;
  return nativeSide(name, schema, spans, deltas.map((delta) => (count += delta)), fail);
}
