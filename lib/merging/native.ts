// Merges native histograms: all observations in buckets of the coarsest resolution, and of the widest zero bucket.
// Prometheus, "Native Histograms".

import type { NativeBuckets, NativeHistogram } from '../core/model.ts';
import { withExemplar } from '../metrics/native-exemplars.ts';
import { coarser, octaveOf, upperBound } from '../metrics/native-indexes.ts';
import type { Octave } from '../metrics/native-indexes.ts';

/** Where buckets end, by schema; kept, since it takes long to work out. */
export type Octaves = Map<number, Octave>;

/** @param histograms - One at least. */
export function mergeNative(histograms: readonly NativeHistogram[], octaves: Octaves): NativeHistogram {
  const schema = Math.min(...histograms.map((each) => each.schema));
  const zeroThreshold = commonThreshold(histograms, octaves);
  const fitted = histograms.map((each) => fittedTo(each, schema, zeroThreshold, octaves));
  const zeroCount = fitted.reduce((sum, each) => sum + each.zeroCount, 0);
  const [positive, negative] = [fitted.map((each) => each.positive).reduce(together), fitted.map((each) => each.negative).reduce(together)];
  const exemplars = histograms.flatMap((each) => each.exemplars ?? []).reduce(withExemplar, []);
  return { schema, zeroThreshold, zeroCount, positive, negative, ...(exemplars.length > 0 && { exemplars }) };
}

/** The same observations by another schema, which is coarser, and another threshold, which is wider. */
function fittedTo(given: NativeHistogram, schema: number, zeroThreshold: number, octaves: Octaves): Pick<NativeHistogram, 'zeroCount' | 'positive' | 'negative'> {
  if (given.schema === schema && given.zeroThreshold === zeroThreshold) return given;
  const isZero = withinThreshold(given, zeroThreshold, octaves);
  let { zeroCount } = given;
  const sideOf = ({ indexes, counts }: NativeBuckets): NativeBuckets => {
    const fitted: { readonly indexes: number[]; readonly counts: number[] } = { indexes: [], counts: [] };
    for (let i = 0; i < indexes.length; i++) {
      const index = coarser(indexes[i]!, given.schema - schema);
      if (isZero(indexes[i]!)) zeroCount += counts[i]!;
      else if (fitted.indexes.at(-1) === index) fitted.counts[fitted.counts.length - 1]! += counts[i]!;
      else {
        fitted.indexes.push(index);
        fitted.counts.push(counts[i]!);
      }
    }
    return fitted;
  };
  const [positive, negative] = [sideOf(given.positive), sideOf(given.negative)];
  return { zeroCount, positive, negative };
}

/** The buckets of both, in their order. */
function together(one: NativeBuckets, other: NativeBuckets): NativeBuckets {
  if (other.indexes.length === 0) return one;
  const [indexes, counts]: [number[], number[]] = [[], []];
  for (let [i, j] = [0, 0]; i < one.indexes.length || j < other.indexes.length; ) {
    const [index, next] = [one.indexes[i] ?? Infinity, other.indexes[j] ?? Infinity];
    indexes.push(Math.min(index, next));
    counts.push((index <= next ? one.counts[i++]! : 0) + (next <= index ? other.counts[j++]! : 0));
  }
  return { indexes, counts };
}

/** The widest threshold, and so much wider that no bucket with observations lies on both of its sides. */
function commonThreshold(histograms: readonly NativeHistogram[], octaves: Octaves): number {
  let threshold = Math.max(...histograms.map(({ zeroThreshold }) => zeroThreshold));
  if (histograms.every(({ zeroThreshold }) => zeroThreshold === threshold)) return threshold;
  for (let before = NaN; before !== threshold; ) {
    before = threshold;
    for (const each of histograms) {
      // Its own buckets may lie across its own threshold: nothing in them is within that.
      if (each.zeroThreshold >= threshold) continue;
      const boundOf = boundsOf(each.schema, octaves);
      for (const { indexes, counts } of [each.positive, each.negative]) {
        for (let i = 0; i < indexes.length; i++) if (counts[i]! > 0 && boundOf(indexes[i]! - 1) < threshold && boundOf(indexes[i]!) > threshold) threshold = boundOf(indexes[i]!);
      }
    }
  }
  return threshold;
}

function withinThreshold({ schema, zeroThreshold }: NativeHistogram, threshold: number, octaves: Octaves): (index: number) => boolean {
  if (zeroThreshold === threshold) return () => false;
  const boundOf = boundsOf(schema, octaves);
  return (index) => boundOf(index) <= threshold;
}

function boundsOf(schema: number, octaves: Octaves): (index: number) => number {
  const octave = octaves.get(schema) ?? octaveOf(schema);
  octaves.set(schema, octave);
  return (index) => upperBound(index, schema, octave);
}
