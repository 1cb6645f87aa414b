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
  checkAbove('linearBuckets: start', -Infinity, start);
  checkAbove('linearBuckets: width', 0, width);
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
  checkAbove('exponentialBuckets: start', 0, start);
  checkAbove('exponentialBuckets: factor', 1, factor);
  return bounds('exponentialBuckets', count, (i) => rounded(start * factor ** i, decimals(start) + i * decimals(factor)));
}

/**
 * A copy of the bounds without a `+Inf` at their end: every histogram has that bucket. Not frozen, since
 * V8 compares with the numbers of a frozen array at a third of the speed.
 *
 * @throws {MetricError} `ERR_BUCKETS` unless they are numbers in ascending order
 */
export function checkBuckets(subject: string, buckets: readonly number[] | false): readonly number[] {
  if (!Array.isArray(buckets)) throw fault('ERR_BUCKETS', `${subject}: buckets`, 'a list of numbers', buckets);
  const bounds = [...buckets];
  if (bounds.at(-1) === Infinity) bounds.pop();
  bounds.forEach((bound, i) => {
    if (!ascends(bounds, i)) throw fault('ERR_BUCKETS', `${subject}: buckets`, `numbers in ascending order, none twice and none NaN, but number ${i + 1} is ${show(bound)}`, buckets);
  });
  return bounds;
}

function bounds(subject: string, count: number, bound: (i: number) => number): number[] {
  const check = (holds: boolean, expected: string): void => {
    if (!holds) throw fault('ERR_BUCKETS', `${subject}: count`, expected, count);
  };
  check(Number.isInteger(count) && count >= 1, 'a whole number of 1 or more');
  check(count <= MOST_BOUNDS, `${MOST_BOUNDS} at most`);
  const made = Array.from({ length: count }, (_, i) => bound(i));
  check(made.every((_, i) => ascends(made, i)), 'as many bounds as stay finite and apart');
  return made;
}

/** Whether a bound is a number below `Infinity` and above the one before. */
function ascends(bounds: readonly number[], i: number): boolean {
  const bound = bounds[i]!;
  return typeof bound === 'number' && bound < Infinity && (i === 0 || bound > bounds[i - 1]!);
}

function checkAbove(subject: string, limit: number, value: number): void {
  if (Number.isFinite(value) && value > limit) return;
  throw fault('ERR_BUCKETS', subject, limit === -Infinity ? 'a finite number' : `a finite number above ${limit}`, value);
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
