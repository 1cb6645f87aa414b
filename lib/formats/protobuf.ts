// Protocol Buffers: what Prometheus takes native histograms and times of creation from.

import { toWellFormed } from '../core/labels.ts';
import type { MetricFamily, MetricType, Point } from '../core/model.ts';
import { TYPES } from '../core/types.ts';
import type { Dialect, Part } from './dialect.ts';
import { inVariants, spellingOf } from './escaping.ts';
import type { Escaping, Format } from './format.ts';
import { PointLabels } from './protobuf-labels.ts';
import { METRICS } from './protobuf-metrics.ts';
import type { Metrics } from './protobuf-metrics.ts';
import { ValueMessages } from './protobuf-values.ts';
import { showing } from './showing.ts';
import type { ShownFamily } from './shown-family.ts';
import { millisecondsText } from './syntax.ts';
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

// As `metrics.proto` numbers types; how points are written is in `protobuf-metrics.ts`.

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
