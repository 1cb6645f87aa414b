// Native histograms as plain data.

import type { NativeBuckets, NativeHistogram } from './model.ts';

/** A copy that holds nothing else and does not change. */
export function plainNative({ schema, zeroThreshold, zeroCount, positive, negative, exemplars }: NativeHistogram): NativeHistogram {
  return { schema, zeroThreshold, zeroCount, positive: plainBuckets(positive), negative: plainBuckets(negative), ...(exemplars && { exemplars: [...exemplars] }) };
}

function plainBuckets({ indexes, counts }: NativeBuckets): NativeBuckets {
  return { indexes: Array.from(indexes), counts: Array.from(counts) };
}
