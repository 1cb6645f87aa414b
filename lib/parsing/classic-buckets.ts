// Makes the classic buckets of the model of cumulative ones, in formats that have all of a histogram in one place.

import type { HistogramPoint } from '../core/model.ts';
import type { CumulativeBucket } from './composite.ts';

/** Throws for the rule that is broken. */
export type Fail = (rule: string) => never;

/** What classic buckets say, in the model's way. */
export type ClassicBuckets = Pick<HistogramPoint, 'bounds' | 'counts'>;

/**
 * Classic buckets of cumulative counts. One without a bound is added where it is missing.
 *
 * @param isGauge - Whether the counts may be negative, and fall, as arithmetic makes those of gauge histograms.
 */
export function classicBuckets(buckets: readonly CumulativeBucket[], total: number, isGauge: boolean, fail: Fail): ClassicBuckets {
  if (!isGauge && total < 0) fail(`expected a count of 0 or more, got ${total}`);
  const bounds: number[] = [];
  const counts: number[] = [];
  let last = 0;
  let bound = NaN;
  for (const { le, count } of buckets) {
    if (Number.isNaN(le) || le <= bound) fail(`expected bounds of buckets in ascending order, got ${le}${Number.isNaN(bound) ? '' : ` after ${bound}`}`);
    if (!isGauge && count < last) fail(`expected counts of 0 or more that do not fall from bucket to bucket, got ${count} after ${last}`);
    bound = le;
    if (le === Infinity) {
      if (!isSame(count, total)) fail(`expected the count to be that of the bucket "+Inf", ${count}, got ${total}`);
    } else {
      bounds.push(le);
      counts.push(difference(count, last));
      last = count;
    }
  }
  if (!isGauge && total < last) fail(`expected a count of at least that of the last bucket, ${last}, got ${total}`);
  counts.push(difference(total, last));
  return { bounds, counts };
}

function difference(count: number, before: number): number {
  return isSame(count, before) && !Number.isNaN(count) ? 0 : count - before;
}

function isSame(one: number, other: number): boolean {
  return one === other || (Number.isNaN(one) && Number.isNaN(other));
}
