// Reads the values of OpenMetrics 2.0 that have fields, by its ABNF, which fixes their order and allows no blanks. Does
// not know which type may have which, or how their numbers fit together.
// https://prometheus.io/docs/specs/om/open_metrics_spec_2_0/

import type { Quantile } from '../core/model.ts';
import { parseInteger, parseNumber } from './numbers.ts';
import { quote } from './parse-error.ts';
import { BLANK, CLOSE, COMMA, isAt, LINE_FEED } from './scanner.ts';
import type { Scanner } from './scanner.ts';

/** A number of consecutive native buckets. */
export interface Span {
  /** The index of the first bucket; of a later span, how many buckets are left out before it. */
  readonly offset: number;
  readonly length: number;
}

/** A classic bucket. */
export interface CumulativeBucket {
  /** The upper bound, inclusive. */
  readonly le: number;
  /** Observations in this bucket and all below it. */
  readonly count: number;
}

/** Classic or native buckets, or both. Each field is absent where it is not written. */
export interface BucketFields {
  /** The last is `+Inf`. */
  readonly bucket?: readonly CumulativeBucket[];
  readonly schema?: number;
  readonly zeroThreshold?: number;
  readonly zeroCount?: number;
  readonly negativeSpans?: readonly Span[];
  /** Observations in each bucket of the spans alone. */
  readonly negativeBuckets?: readonly number[];
  readonly positiveSpans?: readonly Span[];
  readonly positiveBuckets?: readonly number[];
}

export interface HistogramFields extends BucketFields {
  readonly count: number;
  readonly sum: number;
}

export interface GaugeHistogramFields extends BucketFields {
  readonly gcount: number;
  readonly gsum: number;
}

export interface SummaryFields {
  readonly count: number;
  readonly sum: number;
  readonly quantile: readonly Quantile[];
}

/** The value of a histogram, gauge histogram or summary in OpenMetrics 2.0: its fields by their names, as written. */
export type CompositeValue = HistogramFields | GaugeHistogramFields | SummaryFields;

/** Reads `{…}`, which begins here. "CompositeValues". */
export function readComposite(scanner: Scanner): CompositeValue {
  scanner.at++;
  const isGauge = isAt(scanner.text, scanner.at, 'gcount:');
  const count = readNumberField(scanner, isGauge ? 'gcount' : 'count');
  skip(scanner, ',');
  const sum = readNumberField(scanner, isGauge ? 'gsum' : 'sum');
  skip(scanner, ',');
  if (!isGauge && skipIf(scanner, 'quantile:')) {
    const quantile = readList(scanner, 'quantile', readQuantile);
    skip(scanner, '}');
    return { count, sum, quantile };
  }
  const buckets = readBucketFields(scanner, isGauge ? 'schema or bucket' : 'quantile, schema or bucket');
  skip(scanner, '}');
  return isGauge ? { gcount: count, gsum: sum, ...buckets } : { count, sum, ...buckets };
}

function readBucketFields(scanner: Scanner, expected: string): BucketFields {
  if (skipIf(scanner, 'bucket:')) return { bucket: readBuckets(scanner) };
  if (!isAt(scanner.text, scanner.at, 'schema:')) scanner.fail(`composite value: expected ${expected}, got ${found(scanner)}`);

  const schema = readField(scanner, 'schema', 'a whole number', parseInteger);
  skip(scanner, ',');
  const zeroThreshold = readField(scanner, 'zero_threshold', 'a finite number', parseReal);
  skip(scanner, ',');
  const zeroCount = readNumberField(scanner, 'zero_count');
  const negative = readSide(scanner, 'negative');
  const positive = readSide(scanner, 'positive');
  return {
    schema,
    zeroThreshold,
    zeroCount,
    ...(negative && { negativeSpans: negative.spans, negativeBuckets: negative.buckets }),
    ...(positive && { positiveSpans: positive.spans, positiveBuckets: positive.buckets }),
    ...(skipIf(scanner, ',bucket:') && { bucket: readBuckets(scanner) }),
  };
}

function readSide(scanner: Scanner, side: 'negative' | 'positive'): { readonly spans: readonly Span[]; readonly buckets: readonly number[] } | undefined {
  if (!skipIf(scanner, `,${side}_spans:`)) return undefined;
  const spans = readList(scanner, `${side}_spans`, readSpan);
  skip(scanner, `,${side}_buckets:`);
  return { spans, buckets: readList(scanner, `${side}_buckets`, readListedNumber) };
}

/** Reads the list of classic buckets: `-Inf` may be the first bound, and `+Inf` has to be the last. */
function readBuckets(scanner: Scanner): readonly CumulativeBucket[] {
  let hasInfinite = false;
  const buckets = readList(scanner, 'bucket', (_, isFirst) => {
    if (hasInfinite) scanner.fail(`bucket: expected "+Inf" as the last bound, got ${found(scanner)}`);
    const { text, at } = scanner;
    const end = tokenEnd(scanner);
    const bound = text.slice(at, end);
    hasInfinite = bound === '+Inf';
    const le = hasInfinite ? Infinity : isFirst && bound === '-Inf' ? -Infinity : parseReal(text, at, end);
    if (le === undefined) return scanner.fail(`bucket: expected a finite number or "+Inf" as bound, got ${found(scanner)}`);
    scanner.at = end;
    skip(scanner, ':');
    return { le, count: readNumber(scanner, 'bucket') };
  });
  if (!hasInfinite) scanner.fail('bucket: expected "+Inf" as the last bound, got none', scanner.at - 1);
  return buckets;
}

function readQuantile(scanner: Scanner): Quantile {
  const quantile = readToken(scanner, 'quantile', 'a finite number', parseReal);
  skip(scanner, ':');
  return { quantile, value: readNumber(scanner, 'quantile') };
}

function readSpan(scanner: Scanner, isFirst: boolean, name: string): Span {
  const offset = readToken(scanner, name, isFirst ? 'a whole number' : 'a whole number of 0 or more', isFirst ? parseInteger : parseCount);
  skip(scanner, ':');
  const length = readToken(scanner, name, 'a whole number of 1 or more', parseLength);
  return { offset, length };
}

function readListedNumber(scanner: Scanner, _: boolean, name: string): number {
  return readNumber(scanner, name);
}

/** Reads a text from `from` to `to`; undefined if it is not what it should be. */
type Parse = (text: string, from: number, to: number) => number | undefined;

/** "realnumber". */
function parseReal(text: string, from: number, to: number): number | undefined {
  const number = parseNumber(text, from, to);
  return number !== undefined && Number.isFinite(number) ? number : undefined;
}

/** "non-negative-integer". */
function parseCount(text: string, from: number, to: number): number | undefined {
  return text[from] === '-' ? undefined : parseInteger(text, from, to);
}

/** "positive-integer", which has no sign. */
function parseLength(text: string, from: number, to: number): number | undefined {
  return text[from] === '+' ? undefined : parseCount(text, from, to) || undefined;
}

function readNumberField(scanner: Scanner, name: string): number {
  return readField(scanner, name, 'a number', parseNumber);
}

function readField(scanner: Scanner, name: string, expected: string, parse: Parse): number {
  skip(scanner, `${name}:`);
  return readToken(scanner, name, expected, parse);
}

function readNumber(scanner: Scanner, name: string): number {
  return readToken(scanner, name, 'a number', parseNumber);
}

function readToken(scanner: Scanner, name: string, expected: string, parse: Parse): number {
  const end = tokenEnd(scanner);
  const number = parse(scanner.text, scanner.at, end) ?? scanner.fail(`${name}: expected ${expected}, got ${found(scanner)}`);
  scanner.at = end;
  return number;
}

/** Reads `[…]`. @param name - Of the field, for messages. */
function readList<T>(scanner: Scanner, name: string, read: (scanner: Scanner, isFirst: boolean, name: string) => T): readonly T[] {
  skip(scanner, '[');
  const items: T[] = [];
  while (items.length > 0 || !isAt(scanner.text, scanner.at, ']')) {
    items.push(read(scanner, items.length === 0, name));
    if (scanner.text.charCodeAt(scanner.at) !== COMMA) break;
    scanner.at++;
  }
  skip(scanner, ']');
  return items;
}

function skip(scanner: Scanner, word: string): void {
  if (!skipIf(scanner, word)) scanner.fail(`composite value: expected ${quote(word)}, got ${found(scanner)}`);
}

function skipIf(scanner: Scanner, word: string): boolean {
  if (!isAt(scanner.text, scanner.at, word)) return false;
  scanner.at += word.length;
  return true;
}

const COLON = 58;
const CLOSE_LIST = 93;

/** Where a number ends that begins here. */
function tokenEnd({ text, at, lineEnd }: Scanner): number {
  let end = at;
  for (; end < lineEnd; end++) {
    const code = text.charCodeAt(end);
    if (code === COMMA || code === COLON || code === CLOSE_LIST || code === CLOSE || code === BLANK || code === LINE_FEED) break;
  }
  return end;
}

/** What is here, for messages: a number, or the character in its place. */
function found(scanner: Scanner): string {
  const { text, at, lineEnd } = scanner;
  const end = tokenEnd(scanner);
  if (at === lineEnd || text.charCodeAt(at) === BLANK) return scanner.found();
  return quote(text.slice(at, Math.max(end, at + 1)));
}
