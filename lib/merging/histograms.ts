// Merges histograms: observations of all in the buckets that are shown, and in native ones where all have such.

import type { Exemplar, NativeHistogram } from '../core/model.ts';
import { mergeNative } from './native.ts';
import type { Octaves } from './native.ts';
import { MergedHistogram } from './merged-points.ts';
import type { MergedSeries } from './merged-points.ts';
import { laterExemplar, latestTimes, stamp } from './readings.ts';
import type { Reading } from './readings.ts';

// Points between two chances to yield.
const RUN = 256;
const NATIVE_RUN = 16;

/** @param onLost - Called where native buckets cannot be merged, since another member has none. */
export function* mergeHistograms(series: readonly MergedSeries[], readings: readonly Reading[], onLost: (reading: Reading) => void): Generator<void, readonly MergedHistogram[]> {
  const points: MergedHistogram[] = [];
  for (const [place, each] of series.entries()) {
    points.push(new MergedHistogram(each));
    if (place % RUN === 0) yield;
  }
  const contributors = new Uint32Array(series.length);
  const natives = new Map<number, NativeHistogram[]>();
  const bucketsOf = bucketMaps();
  for (const reading of readings) {
    const { map, family: { layouts, layoutAt, numbersAt }, steps, numbers, begin, details } = reading;
    for (let i = 0; i < map.length; i++) {
      if (i % RUN === 0) yield;
      const place = map[i]!;
      if (place < 0) continue;
      const at = begin + numbersAt[i]!;
      const point = points[place]!;
      const { counts, bounds } = point;
      const own = steps[layoutAt[i]!]!;
      const buckets = bucketsOf(own, bounds);
      for (let bucket = 0; bucket <= own.length; bucket++) counts[buckets === undefined ? bucket : buckets[bucket]!]! += numbers[at + bucket]!;
      const { sumAt } = layouts[layoutAt[i]!]!;
      point.sum = point.sum === undefined || sumAt < 0 ? undefined : point.sum + numbers[at + sumAt]!;
      contributors[place]!++;
    }
    for (const [i, { native, exemplars }] of details) {
      const place = map[i]!;
      if (place < 0) continue;
      if (exemplars !== undefined) addExemplars(points[place]!, exemplars, bucketsOf(steps[family(reading, i)]!, points[place]!.bounds));
      if (native === undefined) continue;
      const before = natives.get(place);
      if (before === undefined) natives.set(place, [native]);
      else before.push(native);
    }
    yield;
  }
  const octaves: Octaves = new Map();
  let [steps, lost] = [0, -1];
  for (const [place, each] of natives) {
    if (each.length === contributors[place]) points[place]!.native = mergeNative(each, octaves);
    else lost = place;
    if (++steps % NATIVE_RUN === 0) yield;
  }
  const without = lost < 0 ? undefined : readings.find(({ map, details }) => map.some((place, i) => place === lost && details.get(i)?.native === undefined));
  if (without !== undefined) onLost(without);
  stamp(points, yield* latestTimes(series.length, readings));
  return points;
}

function family({ family: { layoutAt } }: Reading, i: number): number {
  return layoutAt[i]!;
}

function addExemplars(point: MergedHistogram, exemplars: ReadonlyMap<number, Exemplar>, buckets: Uint32Array | undefined): void {
  point.exemplars ??= point.counts.map(() => undefined);
  for (const [bucket, exemplar] of exemplars) {
    const place = buckets === undefined ? bucket : buckets[bucket];
    if (place !== undefined && place < point.counts.length) point.exemplars[place] = laterExemplar(point.exemplars[place], exemplar);
  }
}

/** A function for where the buckets of some bounds are among others: each in the first that reaches as far. None where both are the same list. */
function bucketMaps(): (from: readonly number[], to: readonly number[]) => Uint32Array | undefined {
  const maps = new Map<readonly number[], Map<readonly number[], Uint32Array>>();
  return (from, to) => {
    if (from === to) return undefined;
    let own = maps.get(from);
    if (own === undefined) maps.set(from, (own = new Map()));
    let map = own.get(to);
    if (map === undefined) {
      map = Uint32Array.from([...from, Infinity], (bound) => [...to, Infinity].findIndex((each) => each >= bound));
      own.set(to, map);
    }
    return map;
  };
}
