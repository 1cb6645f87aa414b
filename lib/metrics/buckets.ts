// Bucket bounds: the default, the usual ways to make some, and what makes them valid.

import { fault, show } from '../core/errors.ts';

/** For the seconds that a request takes; the same as in the official clients. */
export const defaultBuckets: readonly number[] = /* @__PURE__ */ Object.freeze([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);

// Each is a line of every series. More are an error in the program, and might take all memory.
const MOST_BOUNDS = 100_000;

/**
 * `count` bounds that are `width` apart: `linearBuckets(10, 5, 3)` is `[10, 15, 20]`. `+Inf` is not among
 * them, and not counted. Sums are those of the decimals as they are written: `linearBuckets(0.1, 0.1, 3)` is
 * `[0.1, 0.2, 0.3]`.
 *
 * @throws {MetricError} `ERR_BUCKETS` unless the width is more than 0, the count a whole number from 1 to 100 000, and
 * all bounds finite and apart
 */
export function linearBuckets(start: number, width: number, count: number): number[] {
  if (!Number.isFinite(start)) throw bucketFault('linearBuckets', 'start', 'a finite number', start);
  if (!isAbove(0, width)) throw bucketFault('linearBuckets', 'width', 'a finite number above 0', width);
  return bounds('linearBuckets', count, (i) => rounded(start + i * width, Math.max(decimals(start), decimals(width))));
}

/**
 * `count` bounds, each `factor` times the one before: `exponentialBuckets(1, 2, 4)` is `[1, 2, 4, 8]`.
 * `+Inf` is not among them, and not counted. Products are those of the decimals as they are written.
 *
 * @throws {MetricError} `ERR_BUCKETS` unless the start is above 0, the factor above 1, the count a whole
 * number from 1 to 100 000, and all bounds finite and apart
 */
export function exponentialBuckets(start: number, factor: number, count: number): number[] {
  if (!isAbove(0, start)) throw bucketFault('exponentialBuckets', 'start', 'a finite number above 0', start);
  if (!isAbove(1, factor)) throw bucketFault('exponentialBuckets', 'factor', 'a finite number above 1', factor);
  return bounds('exponentialBuckets', count, (i) => rounded(start * factor ** i, decimals(start) + i * decimals(factor)));
}

/**
 * A copy of the bounds without a `+Inf` at their end: every histogram has that bucket. Not frozen, since
 * V8 compares with the numbers of a frozen array at a third of the speed.
 *
 * @throws {MetricError} `ERR_BUCKETS` unless they are numbers in ascending order
 */
export function checkBuckets(subject: string, buckets: readonly number[] | false): readonly number[] {
  if (!Array.isArray(buckets)) throw bucketFault(subject, 'buckets', 'a list of numbers', buckets);
  const bounds = [...buckets];
  if (bounds.at(-1) === Infinity) bounds.pop();
  bounds.forEach((bound, i) => {
    const ascends = i === 0 || bound > bounds[i - 1]!;
    if (!(typeof bound === 'number' && bound < Infinity && ascends)) {
      throw bucketFault(subject, 'buckets', `numbers in ascending order, none twice and none NaN, but number ${i + 1} is ${show(bound)}`, buckets);
    }
  });
  return bounds;
}

function bounds(subject: string, count: number, bound: (i: number) => number): number[] {
  if (!(Number.isInteger(count) && count >= 1)) throw bucketFault(subject, 'count', 'a whole number of 1 or more', count);
  if (count > MOST_BOUNDS) throw bucketFault(subject, 'count', `${MOST_BOUNDS} at most`, count);
  const made = Array.from({ length: count }, (_, i) => bound(i));
  if (made.every((each, i) => each < Infinity && (i === 0 || each > made[i - 1]!))) return made;
  throw bucketFault(subject, 'count', 'as many bounds as stay finite and apart', count);
}

function isAbove(limit: number, value: unknown): boolean {
  return typeof value === 'number' && value > limit && value < Infinity;
}

/** How many decimals the shortest text of a number has: 2 of `0.25`, 7 of `1e-7`. */
function decimals(value: number): number {
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  return Math.max(0, mantissa.replace(/-|\./g, '').length - 1 - Number(exponent));
}

/** The number without what the sums of binary fractions add to its decimals. */
function rounded(value: number, places: number): number {
  return places > 100 ? value : Number(value.toFixed(places));
}

function bucketFault(subject: string, option: string, expected: string, value: unknown): Error {
  return fault('ERR_BUCKETS', `${subject}: ${option}`, expected, value);
}
