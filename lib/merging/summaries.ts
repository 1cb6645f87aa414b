// Merges summaries: sums and counts of all, quantiles of the values of all that are alive.

import type { QuantileSketch } from '../core/model.ts';
import { Sketch } from '../metrics/sketch.ts';
import { MergedSummary } from './merged-points.ts';
import type { MergedSeries } from './merged-points.ts';
import { latestTimes, stamp } from './readings.ts';
import type { Reading } from './readings.ts';
import { takeIn } from './sketches.ts';

// Points between two chances to yield.
const RUN = 256;
const NEW_RUN = 16;

/** What live members have of a series beside sum and count. */
interface Found {
  /** Absent where one has none: of part of the values there are no quantiles. */
  readonly sketches: (QuantileSketch | undefined)[];
  /** Of the last that has none. */
  lacking?: Reading;
  /** Of the one that was found last. */
  reading: Reading;
  i: number;
}

/** @param onLost - Called where quantiles cannot be merged. */
export function* mergeSummaries(series: readonly MergedSeries[], readings: readonly Reading[], onLost: (reading: Reading) => void): Generator<void, readonly MergedSummary[]> {
  const points: MergedSummary[] = [];
  const found: (Found | undefined)[] = [];
  for (const [place, each] of series.entries()) {
    points.push(new MergedSummary(each));
    if (place % RUN === 0) yield;
  }
  for (const reading of readings) {
    const { map, family: { layouts, layoutAt, numbersAt }, numbers, begin, details, isEnded } = reading;
    for (let i = 0; i < map.length; i++) {
      if (i % RUN === 0) yield;
      const place = map[i]!;
      if (place < 0) continue;
      const { sumAt, countAt } = layouts[layoutAt[i]!]!;
      const at = begin + numbersAt[i]!;
      const point = points[place]!;
      point.sum = added(point.sum, sumAt, numbers, at);
      point.count = added(point.count, countAt, numbers, at);
      if (isEnded) continue;
      const before = (found[place] ??= { sketches: [], reading, i });
      const sketch = details.get(i)?.sketch;
      Object.assign(before, { reading, i }).sketches.push(sketch);
      if (sketch === undefined) before.lacking = reading;
    }
  }
  for (const [place, each] of found.entries()) {
    if (each !== undefined) addQuantiles(points[place]!, each, onLost);
    if (place % NEW_RUN === 0) yield;
  }
  stamp(points, yield* latestTimes(series.length, readings));
  return points;
}

function added(sum: number | undefined, at: number, numbers: Float64Array, begin: number): number | undefined {
  return sum === undefined || at < 0 ? undefined : sum + numbers[begin + at]!;
}

function addQuantiles(point: MergedSummary, { sketches, lacking, reading, i }: Found, onLost: (reading: Reading) => void): void {
  const ranks = point.series.steps;
  if (sketches.every((sketch) => sketch !== undefined)) {
    const all = new Sketch();
    for (const sketch of sketches) takeIn(all, sketch!);
    const values = all.quantiles(ranks);
    point.quantiles = ranks.map((quantile, at) => ({ quantile, value: values[at]! }));
    point.sketch = all.data();
  } else if (sketches.length === 1) {
    const { family: { layouts, layoutAt, numbersAt }, numbers, begin } = reading;
    point.quantiles = layouts[layoutAt[i]!]!.steps.map((quantile, at) => ({ quantile, value: numbers[begin + numbersAt[i]! + at]! }));
  } else if (ranks.length > 0) onLost(lacking!);
}
