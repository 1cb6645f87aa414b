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
  /** Where they begin: the numbers nearest to `2 ** (k / size)`, less 1, for each `k` from 0 to the size, times 2 ** 52. */
  readonly begins: readonly number[];
  /**
   * For each of so many equal parts that one bucket at most begins within it: the first that does not begin before it,
   * and where that begins. As whole numbers, since those are compared the fastest: its first 20 binary places, and the
   * 32 after those.
   */
  readonly firsts: readonly number[];
  readonly highs: readonly number[];
  readonly lows: readonly number[];
  /** How many of the first 20 places do not matter for the part. */
  readonly shift: number;
}

export function octaveOf(schema: number): Octave {
  const size = 2 ** Math.max(schema, 0);
  const begins = Array.from({ length: size + 1 }, (_, k) => nearestPower(k, size) - 2 ** 52);
  const firsts = Array.from({ length: 2 * size }, (_, part) => begins.findIndex((begin) => begin >= part * (2 ** 51 / size)));
  const ofParts = firsts.map((first) => begins[first]!);
  return { size, begins, firsts, highs: ofParts.map((begin) => Math.floor(begin / 2 ** 32)), lows: ofParts.map((begin) => begin % 2 ** 32), shift: 19 - Math.log2(size) };
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
export function fineIndex(value: number, octave: Octave): number {
  const { size, firsts, highs, lows, shift } = octave;
  NUMBER.setFloat64(0, value);
  const high = NUMBER.getInt32(0);
  const exponent = high >>> 20;
  const places = high & 0xfffff;
  const part = places >>> shift;
  const begin = highs[part]!;
  // One more where the value is above the bucket's begin, by the sign of the difference: a branch that is taken every
  // other time takes as long as all the rest. `imul`, since the engine need not look for a -0 (bench: native).
  const index = Math.imul(exponent - 1023, size) + firsts[part]! + ((begin - places) >>> 31);
  if (exponent === 0 || exponent === 2047) return unusualIndex(value, octave);
  return places === begin && NUMBER.getUint32(4) > lows[part]! ? index + 1 : index;
}

/** Of infinity, and of numbers so small that their bits have no exponent. */
function unusualIndex(value: number, octave: Octave): number {
  return value === Infinity ? 1024 * octave.size + 1 : fineIndex(value * 2 ** 52, octave) - 52 * octave.size;
}

/** The index of the bucket that holds this one where the resolution is halved as many times. */
export function coarser(index: number, times: number): number {
  return (index + (1 << times) - 1) >> times;
}

/** The upper bound of the bucket of this index. @param octave - Of this schema or a finer one. */
export function upperBound(index: number, schema: number, { size: finest, begins }: Octave): number {
  const size = 2 ** Math.max(schema, 0);
  const fine = index * (schema < 0 ? 2 ** -schema : 1);
  const power = Math.floor(fine / size);
  if (power >= 1024) return fine > 1024 * size ? Infinity : Number.MAX_VALUE;
  const fraction = 1 + begins[(fine - power * size) * (finest / size)]! / 2 ** 52;
  // In two steps, since 2 ** -1075 is 0.
  return (fraction / 2) * 2 ** Math.min(power + 1, 1023) * (power === 1023 ? 2 : 1);
}
