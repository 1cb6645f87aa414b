// The messages of `io.prometheus.client` as they stand in the bytes, with their fields by number. A field that comes
// twice counts as it came last, and two messages of one field become one, as in all of protobuf. Does not know what they
// mean for the model.
// https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto

import { FIXED64, LENGTH, VARINT } from './wire.ts';
import type { Fields, Wire } from './wire.ts';

export interface LabelMessage {
  readonly at: number;
  name: string;
  value: string;
}

/** `google.protobuf.Timestamp`. */
export interface Timestamp {
  readonly at: number;
  seconds: number;
  nanos: number;
}

export interface ExemplarMessage {
  readonly labels: LabelMessage[];
  value: number;
  timestamp: Timestamp | undefined;
}

/** `Counter`, `Gauge` and `Untyped`. */
export interface SingleMessage {
  value: number;
  exemplar: ExemplarMessage | undefined;
  created: Timestamp | undefined;
}

export interface QuantileMessage {
  quantile: number;
  value: number;
}

export interface SummaryMessage {
  readonly at: number;
  count: number | undefined;
  sum: number | undefined;
  readonly quantiles: QuantileMessage[];
  created: Timestamp | undefined;
}

export interface BucketMessage {
  count: number;
  countFloat: number;
  le: number;
  exemplar: ExemplarMessage | undefined;
}

export interface SpanMessage {
  readonly at: number;
  offset: number;
  length: number;
}

/** One side of a native histogram: for counts that are whole the difference of each from the one before, or the counts. */
export interface SideMessage {
  readonly spans: SpanMessage[];
  readonly deltas: number[];
  readonly counts: number[];
}

export interface HistogramMessage {
  readonly at: number;
  count: number | undefined;
  countFloat: number;
  sum: number | undefined;
  readonly buckets: BucketMessage[];
  created: Timestamp | undefined;
  schema: number;
  zeroThreshold: number;
  zeroCount: number;
  zeroCountFloat: number;
  readonly negative: SideMessage;
  readonly positive: SideMessage;
  readonly exemplars: ExemplarMessage[];
}

export interface MetricMessage {
  readonly at: number;
  readonly labels: LabelMessage[];
  counter: SingleMessage | undefined;
  gauge: SingleMessage | undefined;
  untyped: SingleMessage | undefined;
  summary: SummaryMessage | undefined;
  histogram: HistogramMessage | undefined;
  timestampMs: number | undefined;
}

/** A family but for its metrics. */
export interface FamilyMessage {
  readonly at: number;
  name: string;
  help: string;
  /** The number of the type; 0, a counter, where there is none. */
  type: number;
  typeAt: number;
  unit: string;
}

/** Reads the next family but for its metrics, which are read with `readMetrics` from the same place. */
export function readFamily(wire: Wire): FamilyMessage {
  const { at } = wire;
  const family = wire.readMessage(FAMILY, { at, name: '', help: '', type: 0, typeAt: at, unit: '' });
  wire.at = at;
  return family;
}

/** Reads the metrics of the next family one by one, so that none has to be kept as it is in the bytes. */
export function readMetrics(wire: Wire, take: (metric: MetricMessage) => void): void {
  wire.readMessage(METRICS, { hints: undefined, take });
}

const FAMILY: Fields<FamilyMessage> = {
  1: [LENGTH, (wire, family) => { family.name = wire.readString(); }],
  2: [LENGTH, (wire, family) => { family.help = wire.readString(); }],
  3: [VARINT, (wire, family) => {
    family.typeAt = wire.at;
    family.type = wire.readSigned();
  }],
  5: [LENGTH, (wire, family) => { family.unit = wire.readString(); }],
};

interface MetricsReading {
  /** The labels of the metric before: those of the next are mostly the same but for some values. */
  hints: readonly LabelMessage[] | undefined;
  readonly take: (metric: MetricMessage) => void;
}

const METRICS: Fields<MetricsReading> = {
  4: [LENGTH, (wire, reading) => {
    const { metric } = wire.readMessage(METRIC, { hints: reading.hints, metric: newMetric(wire.at) });
    reading.hints = metric.labels;
    reading.take(metric);
  }],
};

interface MetricReading {
  readonly hints: readonly LabelMessage[] | undefined;
  readonly metric: MetricMessage;
}

function newMetric(at: number): MetricMessage {
  return { at, labels: [], counter: undefined, gauge: undefined, untyped: undefined, summary: undefined, histogram: undefined, timestampMs: undefined };
}

const METRIC: Fields<MetricReading> = {
  1: [LENGTH, (wire, { hints, metric }) => readLabel(wire, metric.labels, hints)],
  2: [LENGTH, (wire, { metric }) => { wire.readMessage(SINGLE, (metric.gauge ??= newSingle())); }],
  3: [LENGTH, (wire, { metric }) => { wire.readMessage(COUNTER, (metric.counter ??= newSingle())); }],
  4: [LENGTH, (wire, { metric }) => { wire.readMessage(SUMMARY, (metric.summary ??= newSummary(wire.at))); }],
  5: [LENGTH, (wire, { metric }) => { wire.readMessage(SINGLE, (metric.untyped ??= newSingle())); }],
  6: [VARINT, (wire, { metric }) => { metric.timestampMs = wire.readSigned(); }],
  7: [LENGTH, (wire, { metric }) => { wire.readMessage(HISTOGRAM, (metric.histogram ??= newHistogram(wire.at))); }],
};

function readLabel(wire: Wire, labels: LabelMessage[], hints: readonly LabelMessage[] | undefined): void {
  const label = { at: wire.at, name: '', value: '' };
  wire.readMessage(LABEL, { label, hint: hints?.[labels.length] });
  labels.push(label);
}

interface LabelReading {
  readonly label: LabelMessage;
  readonly hint: LabelMessage | undefined;
}

const LABEL: Fields<LabelReading> = {
  1: [LENGTH, (wire, { label, hint }) => { label.name = wire.readName(hint?.name); }],
  2: [LENGTH, (wire, { label, hint }) => { label.value = wire.readString(hint?.value); }],
};

function newSingle(): SingleMessage {
  return { value: 0, exemplar: undefined, created: undefined };
}

const SINGLE: Fields<SingleMessage> = {
  1: [FIXED64, (wire, single) => { single.value = wire.readDouble(); }],
};

const COUNTER: Fields<SingleMessage> = {
  1: [FIXED64, (wire, counter) => { counter.value = wire.readDouble(); }],
  2: [LENGTH, (wire, counter) => { wire.readMessage(EXEMPLAR, (counter.exemplar ??= newExemplar())); }],
  3: [LENGTH, (wire, counter) => { wire.readMessage(TIMESTAMP, (counter.created ??= newTimestamp(wire.at))); }],
};

function newSummary(at: number): SummaryMessage {
  return { at, count: undefined, sum: undefined, quantiles: [], created: undefined };
}

const SUMMARY: Fields<SummaryMessage> = {
  1: [VARINT, (wire, summary) => { summary.count = wire.readUnsigned(); }],
  2: [FIXED64, (wire, summary) => { summary.sum = wire.readDouble(); }],
  3: [LENGTH, (wire, { quantiles }) => { quantiles.push(wire.readMessage(QUANTILE, { quantile: 0, value: 0 })); }],
  4: [LENGTH, (wire, summary) => { wire.readMessage(TIMESTAMP, (summary.created ??= newTimestamp(wire.at))); }],
};

const QUANTILE: Fields<QuantileMessage> = {
  1: [FIXED64, (wire, quantile) => { quantile.quantile = wire.readDouble(); }],
  2: [FIXED64, (wire, quantile) => { quantile.value = wire.readDouble(); }],
};

function newHistogram(at: number): HistogramMessage {
  return {
    at,
    count: undefined,
    countFloat: 0,
    sum: undefined,
    buckets: [],
    created: undefined,
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    zeroCountFloat: 0,
    negative: { spans: [], deltas: [], counts: [] },
    positive: { spans: [], deltas: [], counts: [] },
    exemplars: [],
  };
}

const HISTOGRAM: Fields<HistogramMessage> = {
  1: [VARINT, (wire, histogram) => { histogram.count = wire.readUnsigned(); }],
  2: [FIXED64, (wire, histogram) => { histogram.sum = wire.readDouble(); }],
  3: [LENGTH, (wire, { buckets }) => { buckets.push(wire.readMessage(BUCKET, { count: 0, countFloat: 0, le: 0, exemplar: undefined })); }],
  4: [FIXED64, (wire, histogram) => { histogram.countFloat = wire.readDouble(); }],
  5: [VARINT, (wire, histogram) => { histogram.schema = wire.readZigzag(); }],
  6: [FIXED64, (wire, histogram) => { histogram.zeroThreshold = wire.readDouble(); }],
  7: [VARINT, (wire, histogram) => { histogram.zeroCount = wire.readUnsigned(); }],
  8: [FIXED64, (wire, histogram) => { histogram.zeroCountFloat = wire.readDouble(); }],
  9: [LENGTH, (wire, { negative }) => { negative.spans.push(wire.readMessage(SPAN, { at: wire.at, offset: 0, length: 0 })); }],
  10: [VARINT, (wire, { negative }) => { negative.deltas.push(wire.readZigzag()); }, true],
  11: [FIXED64, (wire, { negative }) => { negative.counts.push(wire.readDouble()); }, true],
  12: [LENGTH, (wire, { positive }) => { positive.spans.push(wire.readMessage(SPAN, { at: wire.at, offset: 0, length: 0 })); }],
  13: [VARINT, (wire, { positive }) => { positive.deltas.push(wire.readZigzag()); }, true],
  14: [FIXED64, (wire, { positive }) => { positive.counts.push(wire.readDouble()); }, true],
  15: [LENGTH, (wire, histogram) => { wire.readMessage(TIMESTAMP, (histogram.created ??= newTimestamp(wire.at))); }],
  16: [LENGTH, (wire, { exemplars }) => { exemplars.push(wire.readMessage(EXEMPLAR, newExemplar())); }],
};

const BUCKET: Fields<BucketMessage> = {
  1: [VARINT, (wire, bucket) => { bucket.count = wire.readUnsigned(); }],
  2: [FIXED64, (wire, bucket) => { bucket.le = wire.readDouble(); }],
  3: [LENGTH, (wire, bucket) => { wire.readMessage(EXEMPLAR, (bucket.exemplar ??= newExemplar())); }],
  4: [FIXED64, (wire, bucket) => { bucket.countFloat = wire.readDouble(); }],
};

const SPAN: Fields<SpanMessage> = {
  1: [VARINT, (wire, span) => { span.offset = wire.readZigzag(); }],
  2: [VARINT, (wire, span) => { span.length = wire.readUnsigned(); }],
};

function newExemplar(): ExemplarMessage {
  return { labels: [], value: 0, timestamp: undefined };
}

const EXEMPLAR: Fields<ExemplarMessage> = {
  1: [LENGTH, (wire, { labels }) => readLabel(wire, labels, undefined)],
  2: [FIXED64, (wire, exemplar) => { exemplar.value = wire.readDouble(); }],
  3: [LENGTH, (wire, exemplar) => { wire.readMessage(TIMESTAMP, (exemplar.timestamp ??= newTimestamp(wire.at))); }],
};

function newTimestamp(at: number): Timestamp {
  return { at, seconds: 0, nanos: 0 };
}

const TIMESTAMP: Fields<Timestamp> = {
  1: [VARINT, (wire, timestamp) => { timestamp.seconds = wire.readSigned(); }],
  2: [VARINT, (wire, timestamp) => { timestamp.nanos = wire.readSigned(); }],
};
