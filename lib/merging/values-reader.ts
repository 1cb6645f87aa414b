// Reads the values of a snapshot of a known shape. Nothing is believed here either.

import type { Exemplar, Labels, NativeBuckets, NativeHistogram, QuantileSketch } from '../core/model.ts';
import { ByteReader, malformed } from './bytes.ts';
import { framed } from './frame.ts';
import type { PlacedFamily, Shape } from './shape-reader.ts';
import { DETAILS, EXEMPLAR, EXEMPLARS, NATIVE } from './values-writer.ts';

// Points, or details, between two chances to yield.
const RUN = 128;

/** What a point has beside its numbers. */
export interface Details {
  exemplar?: Exemplar;
  /** By bucket. */
  exemplars?: ReadonlyMap<number, Exemplar>;
  native?: NativeHistogram;
  sketch?: QuantileSketch;
}

export interface Values {
  readonly numbers: Float64Array;
  /** By family, and by the place of a point in it. */
  readonly details: readonly ReadonlyMap<number, Details>[];
}

/** @throws {MetricError} `ERR_SNAPSHOT` */
export function* readValues(pieces: readonly Uint8Array[], shape: Shape): Generator<void, Values> {
  const { id, count, body } = yield* framed(pieces);
  if (id !== shape.id) throw malformed(`values of the shape ${shape.id}`, id);
  if (count !== shape.numbers || count * 8 > body.length) throw malformed(`${shape.numbers} numbers`, count);
  const numbers = new Float64Array(body.buffer, body.byteOffset, count);
  for (const family of shape.families) if (family.family.type.endsWith('histogram')) yield* checkCounts(numbers, family);
  return { numbers, details: yield* readDetails(new ByteReader(body.subarray(count * 8)), shape) };
}

function* checkCounts(numbers: Float64Array, { family, numbersAt }: PlacedFamily): Generator<void, void> {
  for (let i = 0; i < family.length; i++) {
    const begin = numbersAt + family.numbersAt[i]!;
    const { length } = family.layouts[family.layoutAt[i]!]!.steps;
    for (let at = begin; at <= begin + length; at++) if (!(numbers[at]! >= 0)) throw malformed('counts of 0 or more', numbers[at]);
    if (i % RUN === 0) yield;
  }
}

function* readDetails(reader: ByteReader, { families, points }: Shape): Generator<void, readonly Map<number, Details>[]> {
  const all = families.map(() => new Map<number, Details>());
  let [at, last] = [0, 0];
  // Zeros fill the last word.
  for (let steps = 1; reader.rest > 0; steps++) {
    const place = reader.below(points + 1) - 1;
    if (place < 0) break;
    if (place < last) throw malformed('points in their order', place);
    last = place;
    while (place >= families[at]!.pointsAt + families[at]!.family.length) at++;
    const own = place - families[at]!.pointsAt;
    let details = all[at]!.get(own);
    if (details === undefined) all[at]!.set(own, (details = {}));
    readDetail(reader, details);
    if (steps % RUN === 0) yield;
  }
  return all;
}

function readDetail(reader: ByteReader, details: Details): void {
  const kind = reader.below(DETAILS);
  if (kind === EXEMPLAR) details.exemplar = readExemplar(reader);
  else if (kind === EXEMPLARS) {
    const exemplars = new Map<number, Exemplar>();
    for (let rest = reader.length(11); rest > 0; rest--) exemplars.set(reader.whole(), readExemplar(reader));
    details.exemplars = exemplars;
  } else if (kind === NATIVE) {
    const buckets = readBuckets(reader);
    const zeroThreshold = reader.number();
    if (!(zeroThreshold >= 0 && zeroThreshold < Infinity)) throw malformed('a threshold of 0 or more', zeroThreshold);
    const exemplars = Array.from({ length: reader.length(10) }, () => readExemplar(reader));
    details.native = { ...buckets, zeroThreshold, ...(exemplars.length > 0 && { exemplars }) };
  } else {
    const buckets = readBuckets(reader);
    const [least, greatest] = [reader.number(), reader.number()];
    const values = Array.from({ length: reader.length(8) }, () => reader.number());
    const isFilled = buckets.zeroCount > 0 || buckets.positive.indexes.length + buckets.negative.indexes.length > 0;
    if (values.some(Number.isNaN) || (isFilled && !(least <= greatest))) throw malformed('a sketch of numbers', [least, greatest, ...values]);
    details.sketch = { ...buckets, least, greatest, values };
  }
}

function readExemplar(reader: ByteReader): Exemplar {
  const labels: Record<string, string> = {};
  for (let rest = reader.length(2); rest > 0; rest--) {
    const name = reader.string();
    Object.defineProperty(labels, name, { value: reader.string(), enumerable: true, configurable: true, writable: true });
  }
  const value = reader.number();
  return { labels: labels as Labels, value, ...(reader.below(2) === 1 && { timestampMs: reader.number() }) };
}

function readBuckets(reader: ByteReader): Pick<NativeHistogram, 'schema' | 'zeroCount' | 'positive' | 'negative'> {
  const schema = reader.below(13) - 4;
  const zeroCount = readCount(reader);
  return { schema, zeroCount, positive: readSide(reader, schema), negative: readSide(reader, schema) };
}

function readSide(reader: ByteReader, schema: number): NativeBuckets {
  const length = reader.length(2);
  const [indexes, counts]: [number[], number[]] = [[], []];
  // From the bucket of the smallest number to that of infinity.
  const [least, most] = [Math.ceil(-1074 * 2 ** schema), Math.ceil(1024 * 2 ** schema) + 1];
  let index = 0;
  for (let i = 0; i < length; i++) {
    const difference = reader.whole();
    const next = index + (difference % 2 === 1 ? -(difference + 1) / 2 : difference / 2);
    if (!(next >= least && next <= most && (i === 0 || next > index))) throw malformed(`ascending indexes from ${least} to ${most}`, next);
    indexes.push((index = next));
    counts.push(readCount(reader));
  }
  return { indexes, counts };
}

function readCount(reader: ByteReader): number {
  const count = reader.count();
  if (!(count >= 0)) throw malformed('counts of 0 or more', count);
  return count;
}
