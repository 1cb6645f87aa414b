// Makes the native buckets of the model of what the formats have: spans of indexes, and the count of each bucket in them.
// Prometheus, "Native Histograms"; OpenMetrics 2.0, "Native Buckets".

import type { NativeBuckets, NativeHistogram } from '../core/model.ts';
import type { Fail } from './classic-buckets.ts';
import type { Span } from './composite.ts';

/** The indexes of buckets fit into 32 bits. Protobuf, `BucketSpan`. */
const LOWEST_INDEX = -(2 ** 31);

/** By how much sums of fractions, and of large numbers, may be off. */
const ROUNDING = 1e-9;

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
  for (const [i, { offset, length }] of spans.entries()) {
    if (i > 0 && offset < 0) fail(`expected ${side} spans that follow each other, got the offset ${offset}`);
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
 * @param isGauge - Whether the counts may be negative, as arithmetic makes those of gauge histograms.
 */
export function checkNative({ zeroThreshold, zeroCount, positive, negative }: NativeHistogram, total: number, sum: number | undefined, isGauge: boolean, fail: Fail): void {
  if (!(zeroThreshold >= 0 && zeroThreshold < Infinity)) fail(`expected a zero threshold of 0 or more, got ${zeroThreshold}`);
  const counts = [zeroCount, ...Array.from(negative.counts), ...Array.from(positive.counts)];
  const below = isGauge ? undefined : counts.find((count) => count < 0);
  if (below !== undefined) fail(`expected counts of 0 or more, got ${below}`);

  let inBuckets = 0;
  for (const count of counts) inBuckets += count;
  const excess = total - inBuckets;
  const isExact = Number.isSafeInteger(inBuckets) && Number.isSafeInteger(total);
  const isOff = Math.abs(excess) > (isExact ? 0 : ROUNDING * Math.max(Math.abs(total), Math.abs(inBuckets)));
  if (isOff && !(Number.isNaN(sum) && excess > 0)) fail(`expected the count to be that of all native buckets, ${inBuckets}, got ${total}`);
}
