// What the points of a collector of one's own may hold, field by field: types are only promises there. Everything
// is copied, since nothing that was offered may change, or break a writer, half-way through a scrape.

import { fault, show } from '../core/errors.ts';
import { toWellFormed } from '../core/labels.ts';
import type { Exemplar, Labels, MetricType, NativeBuckets, NativeHistogram, Quantile, QuantileSketch } from '../core/model.ts';

// By how much totals of fractions, and of large numbers, may be off.
const ROUNDING = 1e-9;

/** A point, of which nothing is known yet. */
export type GivenPoint = Readonly<Record<string, unknown>>;

/** How a field is checked, and copied. @throws {MetricError} `ERR_COLLECTOR` */
type FieldCheck = (subject: string, given: unknown, point: GivenPoint) => unknown;

/** By the names of fields in a type's descriptor. */
export const FIELDS: Readonly<Record<string, FieldCheck>> = {
  value: (subject, given) => checkedNumber(subject, 'value', given),
  sum: (subject, given) => checkedNumber(subject, 'sum', given, true),
  count: (subject, given) => checkedNumber(subject, 'count', given, true),
  createdMs: (subject, given) => checkedTime(subject, 'createdMs', given),
  setMs: (subject, given) => checkedTime(subject, 'setMs', given),
  sketch: checkedSketch,
  exemplar: checkedExemplar,
  bounds: checkedBounds,
  counts: checkedCounts,
  native: checkedNative,
  exemplars: checkedExemplars,
  quantiles: checkedQuantiles,
  states: checkedStates,
};

const SET = ['setMs'];

/** What points hold beside that for the merging of several processes. No format shows it. */
export const MERGE_FIELDS: Readonly<Record<MetricType, readonly string[]>> = { counter: [], gauge: SET, unknown: SET, histogram: [], gaugehistogram: [], summary: ['sketch'], info: SET, stateset: SET };

/** A time, or that there is none. @throws {MetricError} `ERR_COLLECTOR` */
export function checkedTime(subject: string, field: string, given: unknown): number | undefined {
  if (given === undefined || (typeof given === 'number' && Number.isSafeInteger(Math.trunc(given)))) return given;
  throw fault('ERR_COLLECTOR', `${subject}: ${field}`, 'milliseconds since the epoch', given);
}

function checkedNumber(subject: string, field: string, given: unknown, isOptional = false): number {
  if (typeof given !== 'number' && !(isOptional && given === undefined)) throw fault('ERR_COLLECTOR', `${subject}: ${field}`, 'a number', given);
  return given as number;
}

function checkedBounds(subject: string, given: unknown): readonly number[] {
  const bounds = checkedList(subject, 'bounds', given) as readonly number[];
  // Stops at the first hole: a list may be as long as it says it is, and hold nothing.
  for (let i = 0; i < bounds.length; i++) {
    const bound = bounds[i];
    const ascends = typeof bound === 'number' && bound < Infinity && (i === 0 || bound > bounds[i - 1]!);
    if (!ascends) throw fault('ERR_COLLECTOR', `${subject}: bounds`, 'ascending numbers without +Inf', given);
  }
  // Writers keep what they make of bounds that cannot change.
  return Object.isFrozen(bounds) ? bounds : [...bounds];
}

function checkedCounts(subject: string, given: unknown, { bounds }: GivenPoint): readonly number[] {
  const { length: buckets } = bounds as readonly number[];
  const { length } = (given ?? []) as ArrayLike<number>;
  // Asked before anything is copied: a length is easily a lie.
  if (length !== buckets + 1) throw fault('ERR_COLLECTOR', `${subject}: counts`, `${buckets + 1}, one more than bounds`, length);
  const counts = Array.from(given as ArrayLike<number>);
  if (!counts.every((count) => typeof count === 'number' && count >= 0)) throw fault('ERR_COLLECTOR', `${subject}: counts`, 'numbers of 0 or more', counts);
  return counts;
}

function checkedExemplars(subject: string, given: unknown, { counts }: GivenPoint): readonly (Exemplar | undefined)[] | undefined {
  if (given === undefined || given === null) return undefined;
  const { length } = given as ArrayLike<unknown>;
  const { length: buckets } = counts as readonly number[];
  if (!(length <= buckets)) throw fault('ERR_COLLECTOR', `${subject}: exemplars`, `a list of at most ${buckets}, one for each bucket`, length);
  return Array.from(given as ArrayLike<unknown>, (each) => checkedExemplar(subject, each));
}

// Of a native histogram: buckets by whole numbers, in order, each with a count. Prometheus loses the whole scrape where
// they do not add up.
function checkedNative(subject: string, given: unknown, { counts, sum }: GivenPoint): NativeHistogram | undefined {
  if (given === undefined || given === null) return undefined;
  const { zeroThreshold, exemplars } = given as GivenPoint;
  const buckets = checkedBuckets(`${subject}: native`, given as GivenPoint);
  checkFinite(`${subject}: native: zeroThreshold`, zeroThreshold);
  checkTotal(subject, totalOf(counts as readonly number[]), totalOf([buckets.zeroCount, ...buckets.positive.counts, ...buckets.negative.counts]), sum as number | undefined);
  return {
    ...buckets,
    zeroThreshold: zeroThreshold as number,
    exemplars: exemplars === undefined ? undefined : checkedNativeExemplars(subject, exemplars),
  };
}

function checkedBuckets(subject: string, { schema, zeroCount, positive, negative }: GivenPoint) {
  if (!(Number.isInteger(schema) && (schema as number) >= -4 && (schema as number) <= 8)) throw fault('ERR_COLLECTOR', `${subject}: schema`, 'a whole number from -4 to 8', schema);
  checkFinite(`${subject}: zeroCount`, zeroCount);
  return {
    schema: schema as number,
    zeroCount: zeroCount as number,
    positive: checkedSide(`${subject}: positive`, positive, schema as number),
    negative: checkedSide(`${subject}: negative`, negative, schema as number),
  };
}

function checkFinite(subject: string, given: unknown): void {
  if (!(typeof given === 'number' && given >= 0 && given < Infinity)) throw fault('ERR_COLLECTOR', subject, 'a finite number of 0 or more', given);
}

/** Of a summary; see `QuantileSketch`. */
function checkedSketch(subject: string, given: unknown): QuantileSketch | undefined {
  if (given === undefined || given === null) return undefined;
  const { values, least, greatest } = given as GivenPoint;
  const buckets = checkedBuckets(`${subject}: sketch`, given as GivenPoint);
  const kept: number[] = [];
  // An iterator does not skip holes, and so ends at the first.
  for (const value of checkedList(`${subject}: sketch`, 'values', values)) {
    if (typeof value !== 'number' || Number.isNaN(value)) throw fault('ERR_COLLECTOR', `${subject}: sketch: values`, 'numbers', value);
    kept.push(value);
  }
  const ends = { least: checkedNumber(`${subject}: sketch`, 'least', least), greatest: checkedNumber(`${subject}: sketch`, 'greatest', greatest) };
  const isFilled = buckets.zeroCount > 0 || totalOf([...buckets.positive.counts, ...buckets.negative.counts]) > 0;
  if (isFilled && !(ends.least <= ends.greatest)) throw fault('ERR_COLLECTOR', `${subject}: sketch`, 'a least of at most the greatest', ends);
  return { ...buckets, ...ends, values: kept };
}

function checkedNativeExemplars(subject: string, given: unknown): readonly Exemplar[] {
  const exemplars: Exemplar[] = [];
  // An iterator does not skip holes, and so ends at the first.
  for (const each of checkedList(`${subject}: native`, 'exemplars', given)) exemplars.push(checkedExemplar(subject, each ?? {})!);
  return exemplars;
}

// What was no number is counted, but is in no bucket, and the sum is no number then either.
function checkTotal(subject: string, total: number, inBuckets: number, sum: number | undefined): void {
  const excess = total - inBuckets;
  const isExact = Number.isSafeInteger(total) && Number.isSafeInteger(inBuckets);
  const isOff = Math.abs(excess) > (isExact ? 0 : ROUNDING * Math.max(total, inBuckets));
  if (isOff && !(Number.isNaN(sum) && excess > 0)) throw fault('ERR_COLLECTOR', `${subject}: native`, `as many observations as counts have, ${total}`, inBuckets);
}

function totalOf(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function checkedSide(subject: string, given: unknown, schema: number): { readonly indexes: number[]; readonly counts: number[] } {
  const { indexes, counts } = (given ?? {}) as Partial<NativeBuckets>;
  const { length } = (indexes ?? {}) as ArrayLike<number>;
  if (!(Number.isSafeInteger(length) && length === (counts as ArrayLike<number> | undefined)?.length)) throw fault('ERR_COLLECTOR', subject, 'as many indexes as counts', given);
  const kept = { indexes: [] as number[], counts: [] as number[] };
  // From the bucket of the smallest number to that of infinity.
  const [least, most] = [Math.ceil(-1074 * 2 ** schema), Math.ceil(1024 * 2 ** schema) + 1];
  // Stops at the first hole: a list may be as long as it says it is, and hold nothing.
  for (let i = 0; i < length; i++) {
    const [index, count] = [indexes![i]!, counts![i]!];
    const isBucket = Number.isInteger(index) && index >= least && index <= most && (i === 0 || index > kept.indexes[i - 1]!) && typeof count === 'number' && count >= 0;
    if (!isBucket) throw fault('ERR_COLLECTOR', subject, `ascending whole numbers from ${least} to ${most} as indexes, and counts of 0 or more`, [index, count]);
    kept.indexes.push(index);
    kept.counts.push(count);
  }
  return kept;
}

function checkedQuantiles(subject: string, given: unknown): readonly Quantile[] {
  const quantiles: Quantile[] = [];
  // An iterator does not skip holes, and so ends at the first.
  for (const each of checkedList(subject, 'quantiles', given)) {
    const { quantile, value } = (each ?? {}) as GivenPoint;
    quantiles.push({ quantile: checkedNumber(subject, 'quantile', quantile), value: checkedNumber(subject, 'value', value) });
  }
  const ranks = quantiles.map(({ quantile }) => quantile);
  if (new Set(ranks).size < ranks.length) throw fault('ERR_COLLECTOR', `${subject}: quantiles`, 'each once', ranks);
  return quantiles;
}

function checkedStates(subject: string, given: unknown): Readonly<Record<string, boolean>> {
  if (typeof given !== 'object' || given === null) throw fault('ERR_COLLECTOR', `${subject}: states`, 'an object', given);
  return Object.fromEntries(Object.entries(given).map(([state, isOn]) => [toWellFormed(state), Boolean(isOn)]));
}

function checkedExemplar(subject: string, given: unknown): Exemplar | undefined {
  if (given === undefined) return undefined;
  const { labels, value, timestampMs } = (given ?? {}) as GivenPoint;
  const pairs = Object.entries((labels ?? {}) as GivenPoint).map(([name, text]) => {
    if (typeof text !== 'string') throw fault('ERR_COLLECTOR', `${subject}: exemplar's label ${show(name)}`, 'a string', text);
    return [toWellFormed(name), toWellFormed(text)];
  });
  return {
    labels: Object.fromEntries(pairs) as Labels,
    value: checkedNumber(subject, "exemplar's value", value),
    timestampMs: checkedTime(subject, "exemplar's timestampMs", timestampMs),
  };
}

function checkedList(subject: string, field: string, given: unknown): readonly unknown[] {
  if (!Array.isArray(given)) throw fault('ERR_COLLECTOR', `${subject}: ${field}`, 'a list', given);
  return given;
}
