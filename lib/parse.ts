// The parser's entry point: reads an exposition in either text format. Runs in any JavaScript engine, and shares no
// code with the writers, so that a fault of one cannot hide a fault of the other.

import type { Exemplar, Labels, MetricFamily } from './core/model.ts';
import type { CompositeValue } from './parsing/composite.ts';
import { Line } from './parsing/line.ts';
import type { ReadLine } from './parsing/line.ts';
import { openMetricsFamilies } from './parsing/openmetrics-families.ts';
import { readOpenMetricsLine } from './parsing/openmetrics-lines.ts';
import { openMetrics2Families } from './parsing/openmetrics2-families.ts';
import { readOpenMetrics2Line } from './parsing/openmetrics2-lines.ts';
import { quote } from './parsing/parse-error.ts';
import { protobufFamilies } from './parsing/protobuf-families.ts';
import { Scanner } from './parsing/scanner.ts';
import { Source } from './parsing/source.ts';
import { textFamilies } from './parsing/text-families.ts';
import { readTextLine } from './parsing/text-lines.ts';

export type { BucketFields, CompositeValue, CumulativeBucket, GaugeHistogramFields, HistogramFields, Span, SummaryFields } from './parsing/composite.ts';
export { ParseError } from './parsing/parse-error.ts';

/**
 * A format that can be read: `text` is 0.0.4 and 1.0.0, `openmetrics` is 1.0.0, and `openmetrics2` is 2.0.0-rc0, which is
 * experimental. Protobuf, which is no text, has `parseProtobuf`.
 */
export type ParseFormat = 'text' | 'openmetrics' | 'openmetrics2';

export interface ParseOptions {
  /** @default 'text' */
  readonly format?: ParseFormat | undefined;
}

/** One line of an exposition, as written. */
export interface Sample {
  /** With its suffix, such as `_bucket`. */
  readonly name: string;
  /** All of them, `le` and `quantile` too. */
  readonly labels: Labels;
  readonly value: number;
  /** Milliseconds since the epoch. */
  readonly timestampMs?: number | undefined;
  /** OpenMetrics 1.0 only. */
  readonly exemplar?: Exemplar | undefined;
  /** OpenMetrics 2.0 only: the start timestamp, in milliseconds since the epoch. */
  readonly createdMs?: number | undefined;
  /** OpenMetrics 2.0 only: one or more, each with a timestamp. */
  readonly exemplars?: readonly Exemplar[] | undefined;
}

/**
 * One line of OpenMetrics 2.0 whose value has fields: all of a histogram, gauge histogram or summary.
 *
 * ```ts
 * // h{a="b"} {count:3,sum:6.5,bucket:[1:2,+Inf:3]} st@1.5
 * { name: 'h', labels: { a: 'b' }, value: { count: 3, sum: 6.5, bucket: [{ le: 1, count: 2 }, { le: Infinity, count: 3 }] }, createdMs: 1500 }
 * ```
 */
export interface CompositeSample extends Omit<Sample, 'value' | 'exemplar'> {
  readonly value: CompositeValue;
}

/**
 * Reads an exposition into families: plain objects, which any writer prints.
 *
 * Names are those of the text format, so that the counter `a` of OpenMetrics 1.0 becomes `a_total` and its info `a`
 * becomes `a_info`. Strict: what the format's grammar forbids is an error, and in OpenMetrics what its
 * prose forbids too, such as buckets out of order, or a series that is there twice; of its points with the same
 * timestamp the first counts. A byte order mark is an error, and so are a line of more than 256 MiB and more than 100
 * names of more than 16 000 characters.
 *
 * OpenMetrics 2.0 has more than the model in three places: of several exemplars of a counter or of a classic bucket the
 * newest counts, those of a summary are left out, and a family of unknown type whose values have fields comes back as
 * one of the type that these are of. Native buckets without observations are left out. State sets whose first labels are
 * the same have to stand together, as its example of interleaved groups wants it.
 *
 * The text format leaves more to its writers:
 *
 * - Families may be interleaved.
 * - A series that is there twice, whatever the order of its labels and with or without empty ones, comes back as two
 *   points, in the order of the input; the writers show the first. The nth line of the same bucket, quantile, sum or
 *   count belongs to the nth point of its histogram or summary.
 * - A missing `+Inf` bucket is taken from `_count`.
 * - A histogram or summary whose lines do not fit together, such as counts that fall from bucket to bucket, comes
 *   back as `unknown` families, one for each sample name, with nothing lost. So does one beside a family that has the
 *   name of one of its samples, such as a gauge `x_sum` beside a histogram `x`: such samples are the gauge's.
 *
 * @param input - Text, or its bytes in UTF-8.
 * @throws {ParseError} for any input that is not valid, and nothing else.
 * @throws {TypeError} if `input` is neither text nor bytes, or the format is unknown.
 */
export function parse(input: string | Uint8Array, options: ParseOptions = {}): MetricFamily[] {
  const { scanner, families } = open(input, options);
  return families(scanner);
}

/**
 * Reads delimited protobuf, `io.prometheus.client.MetricFamily`, into families: plain objects, which any writer prints.
 *
 * Its types are those of the text format, so that infos and state sets come as gauges. A family without a type is a
 * counter, and what else is absent is 0 or empty, but for what points of the model may lack: a sum, a count, times.
 * Native histograms come with what their buckets hold, whether they are written as differences or as counts; the empty
 * ones are left out. Whole numbers beyond 2^53 are rounded. Numbers in a run of bytes and one by one are read alike, and
 * fields that are not known are skipped.
 *
 * Beside bytes that are no such message, these are errors: counts that do not fit together, spans that say another
 * number of buckets than there is, a metric without the value of its type, and a label without a name or there twice.
 * Families and series may come twice, as in the text format. Memory and time grow with the length of the input alone,
 * whatever it claims to hold.
 *
 * @throws {ParseError} for any input that is not valid, and nothing else; its `offset` is the place.
 * @throws {TypeError} if `bytes` is no `Uint8Array`.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#protobuf-format
 */
export function parseProtobuf(bytes: Uint8Array): MetricFamily[] {
  return protobufFamilies(bytes);
}

/**
 * Reads the samples one by one, as written: one for each line, also where a series is there twice. Nothing is grouped
 * into families, and only the grammar of each line is checked. Bytes are decoded a little at a time, so that input of
 * any size takes little memory.
 *
 * @param input - Text, or its bytes in UTF-8.
 * @returns The samples, each read when it is asked for. Asking throws a `ParseError` where a line is not valid.
 * @throws {TypeError} if `input` is neither text nor bytes, or the format is unknown.
 */
export function parseSamples(input: string | Uint8Array, options?: ParseOptions & { readonly format?: 'text' | 'openmetrics' | undefined }): IterableIterator<Sample>;
/** The same, of any format: a line of OpenMetrics 2.0 may have a value with fields. */
export function parseSamples(input: string | Uint8Array, options: ParseOptions): IterableIterator<Sample | CompositeSample>;
export function parseSamples(input: string | Uint8Array, options: ParseOptions = {}): IterableIterator<Sample | CompositeSample> {
  const { scanner, read } = open(input, options);
  return samples(scanner, read);
}

interface Reader {
  readonly read: ReadLine;
  readonly families: (scanner: Scanner) => MetricFamily[];
  /** Whether `\x` in a quoted string is two characters. OpenMetrics 1.0, "ABNF". */
  readonly keepsUnknownEscapes: boolean;
}

const READERS: Readonly<Record<ParseFormat, Reader>> = {
  text: { read: readTextLine, families: textFamilies, keepsUnknownEscapes: false },
  openmetrics: { read: readOpenMetricsLine, families: openMetricsFamilies, keepsUnknownEscapes: true },
  openmetrics2: { read: readOpenMetrics2Line, families: openMetrics2Families, keepsUnknownEscapes: true },
};

function open(input: string | Uint8Array, { format = 'text' }: ParseOptions): Reader & { readonly scanner: Scanner } {
  if (!Object.hasOwn(READERS, format)) {
    throw new TypeError(`format: expected "text", "openmetrics" or "openmetrics2", got ${typeof format === 'string' ? quote(format) : typeof format}`);
  }
  const reader = READERS[format];
  return { ...reader, scanner: new Scanner(new Source(input), reader.keepsUnknownEscapes) };
}

function* samples(scanner: Scanner, read: ReadLine): Generator<Sample | CompositeSample, void, undefined> {
  const line = new Line();
  for (let kind = read(scanner, line); kind !== 'end'; kind = read(scanner, line)) {
    if (kind !== 'sample') continue;
    const { name, value, timestampMs, exemplar, extras } = line;
    const sample: AnySample = { name, labels: line.labels.toObject(), value: extras?.composite ?? value };
    if (timestampMs !== undefined) sample.timestampMs = timestampMs;
    if (exemplar !== undefined) sample.exemplar = exemplar;
    if (extras?.createdMs !== undefined) sample.createdMs = extras.createdMs;
    if (extras?.exemplars !== undefined) sample.exemplars = extras.exemplars;
    yield sample as Sample | CompositeSample;
  }
}

type AnySample = { -readonly [K in keyof Sample]: K extends 'value' ? number | CompositeValue : Sample[K] };
