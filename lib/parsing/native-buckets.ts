// Makes the native buckets of the model of what the formats have: spans of indexes, and the count of each bucket in them.
// Prometheus, "Native Histograms"; OpenMetrics 2.0, "Native Buckets".

import type { HistogramPoint, NativeBuckets, NativeHistogram } from '../core/model.ts';
import type { Span } from './composite.ts';

/** Throws for the rule that is broken. */
export type Fail = (rule: string) => never;

/** The indexes of buckets fit into 32 bits. Protobuf, `BucketSpan`. */
const LOWEST_INDEX = -(2 ** 31);

/** Whether buckets can be as fine as that. */
export function checkSchema(schema: number, fail: Fail): void {
  if (!(schema >= -4 && schema <= 8)) fail(`expected a schema from -4 to 8, got ${schema}`);
}

/**
 * The buckets of one side that are not empty.
 *
 * @param counts - Observations in each bucket alone, one for each that the spans have.
 */
export function nativeSide(side: 'positive' | 'negative', schema: number, spans: readonly Span[], counts: readonly number[], fail: Fail): NativeBuckets {
  // Before anything is made of it: a span can claim any length.
  let total = 0;
  for (const { length } of spans) total += length;
  if (total !== counts.length) fail(`expected as many ${side} buckets as the spans have, ${total}, got ${counts.length}`);

  // Above the bucket that ends at the highest number is one for infinity.
  const highest = Math.ceil(1024 * 2 ** schema) + 1;
  const indexes: number[] = [];
  const own: number[] = [];
  let index = 0;
  let at = 0;
  for (const { offset, length } of spans) {
    if (at > 0 && offset < 0) fail(`expected ${side} spans that follow each other, got the offset ${offset}`);
    index += offset;
    if (length > 0 && !(index >= LOWEST_INDEX && index + length - 1 <= highest)) {
      fail(`expected ${side} buckets from ${LOWEST_INDEX} to ${highest}, got ${index < LOWEST_INDEX ? index : index + length - 1}`);
    }
    for (const end = index + length; index < end; index++) {
      const count = counts[at++]!;
      if (count === 0) continue;
      indexes.push(index);
      own.push(count);
    }
  }
  return { indexes, counts: own };
}

/**
 * Whether counts fit together. What was no number is counted, but is in no bucket, and the sum is no number then either.
 *
 * @param total - What the histogram says to be its count.
 */
export function checkNative({ zeroThreshold, zeroCount, positive, negative }: NativeHistogram, total: number, sum: number | undefined, mayFall: boolean, fail: Fail): void {
  if (!(zeroThreshold >= 0 && zeroThreshold < Infinity)) fail(`expected a zero threshold of 0 or more, got ${zeroThreshold}`);
  const counts = [zeroCount, ...Array.from(negative.counts), ...Array.from(positive.counts)];
  const below = mayFall ? undefined : counts.find((count) => count < 0);
  if (below !== undefined) fail(`expected counts of 0 or more, got ${below}`);

  let inBuckets = 0;
  for (const count of counts) inBuckets += count;
  const isExact = Number.isSafeInteger(inBuckets) && Number.isSafeInteger(total);
  // Sums of fractions and of large numbers are rounded.
  const excess = total - inBuckets;
  const isSame = isExact ? excess === 0 : !(Math.abs(excess) > ROUNDING * Math.max(Math.abs(total), Math.abs(inBuckets)));
  if (!isSame && !(Number.isNaN(sum) && excess > 0)) fail(`expected the count to be that of all native buckets, ${inBuckets}, got ${total}`);
}

const ROUNDING = 1e-9;

/** What classic buckets say, in the model's way. */
export type ClassicBuckets = Pick<HistogramPoint, 'bounds' | 'counts'>;

/**
 * Classic buckets of cumulative counts. One without a bound is added where it is missing.
 *
 * @param mayFall - Whether the counts are those of a gauge histogram, which arithmetic may have made negative.
 */
export function classicBuckets(buckets: readonly { readonly le: number; readonly count: number }[], total: number, mayFall: boolean, fail: Fail): ClassicBuckets {
  if (!mayFall && total < 0) fail(`expected a count of 0 or more, got ${total}`);
  const bounds: number[] = [];
  const counts: number[] = [];
  let last = 0;
  let bound = NaN;
  for (const { le, count } of buckets) {
    if (Number.isNaN(le) || le <= bound) fail(`expected bounds of buckets in ascending order, got ${le}${Number.isNaN(bound) ? '' : ` after ${bound}`}`);
    if (!mayFall && count < last) fail(`expected counts of 0 or more that do not fall from bucket to bucket, got ${count} after ${last}`);
    bound = le;
    if (le === Infinity) {
      if (!isSame(count, total)) fail(`expected the count to be that of the bucket "+Inf", ${count}, got ${total}`);
    } else {
      bounds.push(le);
      counts.push(difference(count, last));
      last = count;
    }
  }
  if (!mayFall && total < last) fail(`expected a count of at least that of the last bucket, ${last}, got ${total}`);
  counts.push(difference(total, last));
  return { bounds, counts };
}

function difference(count: number, before: number): number {
  return isSame(count, before) && !Number.isNaN(count) ? 0 : count - before;
}

function isSame(one: number, other: number): boolean {
  return one === other || (Number.isNaN(one) && Number.isNaN(other));
}
