// Into which bucket of a native histogram a value falls, and where a bucket ends: by the bits of the number and a
// table, since logarithms round. Prometheus, "Native Histograms", "Schema".

/** The coarsest and the finest resolution. */
export const MIN_SCHEMA = -4;
export const MAX_SCHEMA = 8;

/** The coarsest schema whose buckets grow by no more than the factor; the finest there is where that is too coarse. */
export function schemaOf(factor: number): number {
  let schema = MIN_SCHEMA;
  while (schema < MAX_SCHEMA && 2 ** 2 ** -schema > factor) schema++;
  return schema;
}

/** The buckets between two powers of 2. Of schemas below 0: of schema 0. */
export interface Octave {
  /** How many there are. */
  readonly size: number;
  /**
   * Where they begin: the numbers nearest to `2 ** (k / size)`, for each `k` from 0 to the size, less 1. As whole
   * numbers, since those are compared the fastest: their first 20 binary places, and the 32 after those.
   */
  readonly highs: readonly number[];
  readonly lows: readonly number[];
  /** For each of so many equal parts that one bucket at most begins within: the first that does not begin before it. */
  readonly firsts: readonly number[];
  /** How many of the first 20 places do not matter for the part. */
  readonly shift: number;
}

export function octaveOf(schema: number): Octave {
  const size = 2 ** Math.max(schema, 0);
  const begins = Array.from({ length: size + 1 }, (_, k) => nearestPower(k, size) - 2 ** 52);
  const firsts = Array.from({ length: 2 * size }, (_, part) => begins.findIndex((begin) => begin >= part * (2 ** 51 / size)));
  return { size, highs: begins.map((begin) => Math.floor(begin / 2 ** 32)), lows: begins.map((begin) => begin % 2 ** 32), firsts, shift: 19 - Math.log2(size) };
}

/** 2 ** (52 + k / size), to the nearest whole number. */
function nearestPower(k: number, size: number): number {
  let nearest = Math.round(2 ** (52 + k / size));
  // Half a step below and above, to the power of the size: with 128 binary places, of which rounding takes some ten.
  const isAbove = (half: bigint): boolean => {
    let power = (2n * BigInt(nearest) + half) << 75n;
    for (let i = 1; i < size; i *= 2) power = (power * power) >> 128n;
    return power > 1n << BigInt(k + 128);
  };
  while (isAbove(-1n)) nearest--;
  while (!isAbove(1n)) nearest++;
  return nearest;
}

// The bits of a number. Kept, since memory for each observation would cost more than the observation.
const NUMBER = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(8));

/**
 * The index of the bucket in which a positive value lies, by the schema that the octave was made for, or 0 where
 * that is below 0. One past that of the largest number for infinity.
 */
export function fineIndex(value: number, { size, highs, lows, firsts, shift }: Octave): number {
  const isSubnormal = value < 2 ** -1022;
  NUMBER.setFloat64(0, isSubnormal ? value * 2 ** 52 : value);
  const high = NUMBER.getUint32(0);
  const exponent = (high >>> 20) - 1023 - (isSubnormal ? 52 : 0);
  if (exponent === 1024) return 1024 * size + 1;
  const places = high & 0xfffff;
  const first = firsts[places >>> shift]!;
  const begin = highs[first]!;
  // One more where the value is above the bucket's begin, by the sign of the difference: a branch that is taken every
  // other time takes as long as all the rest.
  const index = exponent * size + first + ((begin - places) >>> 31);
  return places === begin && NUMBER.getUint32(4) > lows[first]! ? index + 1 : index;
}

/** The index of the bucket that holds this one where the resolution is halved as many times. */
export function coarser(index: number, times: number): number {
  return (index + (1 << times) - 1) >> times;
}

/** The upper bound of the bucket of this index. @param octave - Of this schema or a finer one. */
export function upperBound(index: number, schema: number, { size: finest, highs, lows }: Octave): number {
  const size = 2 ** Math.max(schema, 0);
  const fine = index * (schema < 0 ? 2 ** -schema : 1);
  const power = Math.floor(fine / size);
  if (power >= 1024) return fine > 1024 * size ? Infinity : Number.MAX_VALUE;
  const begin = (fine - power * size) * (finest / size);
  const fraction = 1 + highs[begin]! / 2 ** 20 + lows[begin]! / 2 ** 52;
  // In two steps, since 2 ** -1075 is 0.
  return (fraction / 2) * 2 ** Math.min(power + 1, 1023) * (power === 1023 ? 2 : 1);
}
