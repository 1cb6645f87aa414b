// Bucket bounds: the default, the usual ways to make some, and what makes them valid.

import { MetricError, show } from '../core/errors.ts';

/** For the seconds that a request takes; the same as in the official clients. */
export const defaultBuckets: readonly number[] = /* @__PURE__ */ Object.freeze([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);

/**
 * `count` bounds that are `width` apart: `linearBuckets(10, 5, 3)` is `[10, 15, 20]`. `+Inf` is not among
 * them, and not counted.
 *
 * @throws {MetricError} `ERR_BUCKETS` unless the width is more than 0, the count a whole number of 1 or more, and
 * all bounds finite and apart
 */
export function linearBuckets(start: number, width: number, count: number): number[] {
  if (!Number.isFinite(start)) throw fault('linearBuckets', 'start', 'a finite number', start);
  if (!(width > 0 && width < Infinity)) throw fault('linearBuckets', 'width', 'a finite number above 0', width);
  return bounds('linearBuckets', count, (i) => start + i * width);
}

/**
 * `count` bounds, each `factor` times the one before: `exponentialBuckets(1, 2, 4)` is `[1, 2, 4, 8]`.
 * `+Inf` is not among them, and not counted.
 *
 * @throws {MetricError} `ERR_BUCKETS` unless the start is above 0, the factor above 1, the count a whole
 * number of 1 or more, and all bounds finite and apart
 */
export function exponentialBuckets(start: number, factor: number, count: number): number[] {
  if (!(start > 0 && start < Infinity)) throw fault('exponentialBuckets', 'start', 'a finite number above 0', start);
  if (!(factor > 1 && factor < Infinity)) throw fault('exponentialBuckets', 'factor', 'a finite number above 1', factor);
  return bounds('exponentialBuckets', count, (i) => start * factor ** i);
}

/**
 * A copy of the bounds without a `+Inf` at their end: every histogram has that bucket. Not frozen, since
 * V8 compares with the numbers of a frozen array at a third of the speed.
 *
 * @throws {MetricError} `ERR_BUCKETS` unless they are numbers in ascending order
 */
export function checkBuckets(subject: string, buckets: readonly number[]): readonly number[] {
  if (!Array.isArray(buckets)) throw fault(subject, 'buckets', 'a list of numbers', buckets);
  const bounds = [...buckets];
  if (bounds.at(-1) === Infinity) bounds.pop();
  bounds.forEach((bound, i) => {
    const ascends = i === 0 || bound > bounds[i - 1]!;
    if (!(typeof bound === 'number' && bound < Infinity && ascends)) {
      throw fault(subject, 'buckets', `numbers in ascending order, none twice and none NaN, but number ${i + 1} is ${show(bound)}`, buckets);
    }
  });
  return bounds;
}

function bounds(subject: string, count: number, bound: (i: number) => number): number[] {
  if (!(Number.isInteger(count) && count >= 1)) throw fault(subject, 'count', 'a whole number of 1 or more', count);
  const made = Array.from({ length: count }, (_, i) => bound(i));
  if (made.every((each, i) => each < Infinity && (i === 0 || each > made[i - 1]!))) return made;
  throw fault(subject, 'count', 'as many bounds as stay finite and apart', count);
}

function fault(subject: string, option: string, expected: string, value: unknown): MetricError {
  return new MetricError('ERR_BUCKETS', `${subject}: ${option}: expected ${expected}, got ${show(value)}`);
}
