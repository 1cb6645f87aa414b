// Merges native histograms: all observations in buckets of the coarsest resolution, and of the widest zero bucket.
// Prometheus, "Native Histograms".

import type { NativeBuckets, NativeHistogram } from '../core/model.ts';
import { withExemplar } from '../metrics/native-exemplars.ts';
import { coarser, octaveOf, upperBound } from '../metrics/native-indexes.ts';

/** @param histograms - One at least. */
export function mergeNative(histograms: readonly NativeHistogram[]): NativeHistogram {
  const schema = Math.min(...histograms.map((each) => each.schema));
  const zeroThreshold = commonThreshold(histograms);
  let zeroCount = 0;
  const sides = { positive: new Map<number, number>(), negative: new Map<number, number>() };
  for (const each of histograms) {
    zeroCount += each.zeroCount;
    const isZero = withinThreshold(each, zeroThreshold);
    for (const side of ['positive', 'negative'] as const) {
      const { indexes, counts } = each[side];
      for (let i = 0; i < indexes.length; i++) {
        const index = coarser(indexes[i]!, each.schema - schema);
        if (isZero(indexes[i]!)) zeroCount += counts[i]!;
        else sides[side].set(index, (sides[side].get(index) ?? 0) + counts[i]!);
      }
    }
  }
  const exemplars = histograms.flatMap((each) => each.exemplars ?? []).reduce(withExemplar, []);
  return { schema, zeroThreshold, zeroCount, positive: bucketsOf(sides.positive), negative: bucketsOf(sides.negative), ...(exemplars.length > 0 && { exemplars }) };
}

/** The widest threshold, and so much wider that no bucket with observations lies on both of its sides. */
function commonThreshold(histograms: readonly NativeHistogram[]): number {
  let threshold = Math.max(...histograms.map(({ zeroThreshold }) => zeroThreshold));
  if (histograms.every(({ zeroThreshold }) => zeroThreshold === threshold)) return threshold;
  for (let before = NaN; before !== threshold; ) {
    before = threshold;
    for (const each of histograms) {
      // Its own buckets may lie across its own threshold: nothing in them is within that.
      if (each.zeroThreshold >= threshold) continue;
      const boundOf = boundsOf(each.schema);
      for (const { indexes, counts } of [each.positive, each.negative]) {
        for (let i = 0; i < indexes.length; i++) if (counts[i]! > 0 && boundOf(indexes[i]! - 1) < threshold && boundOf(indexes[i]!) > threshold) threshold = boundOf(indexes[i]!);
      }
    }
  }
  return threshold;
}

function withinThreshold({ schema, zeroThreshold }: NativeHistogram, threshold: number): (index: number) => boolean {
  if (zeroThreshold === threshold) return () => false;
  const boundOf = boundsOf(schema);
  return (index) => boundOf(index) <= threshold;
}

function boundsOf(schema: number): (index: number) => number {
  const octave = octaveOf(schema);
  return (index) => upperBound(index, schema, octave);
}

function bucketsOf(side: ReadonlyMap<number, number>): NativeBuckets {
  const buckets = [...side].filter(([, count]) => count > 0).sort(([one], [other]) => one - other);
  return { indexes: buckets.map(([index]) => index), counts: buckets.map(([, count]) => count) };
}
