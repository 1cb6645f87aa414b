// Merges counters, gauges and what is of unknown type, by their rule.

import type { Exemplar, MergeRule } from '../core/model.ts';
import { MergedNumber } from './merged-points.ts';
import type { MergedSeries } from './merged-points.ts';
import { laterExemplar, latestTimes, RUN, setTime, stamp } from './readings.ts';
import type { Reading } from './readings.ts';

/** Puts the values of one member to those of others before it. */
type Add = (values: Float64Array, place: number, value: number) => void;

const RULES: Readonly<Record<Exclude<MergeRule, 'mean' | 'latest'>, Add>> = {
  sum: addUp,
  each: addUp,
  // What is no number counts only where there is nothing else.
  min(values, place, value) {
    if (value < values[place]! || values[place] !== values[place]) values[place] = value;
  },
  max(values, place, value) {
    if (value > values[place]! || values[place] !== values[place]) values[place] = value;
  },
};

function addUp(values: Float64Array, place: number, value: number): void {
  values[place]! += value;
}

export function* mergeNumbers(rule: MergeRule, series: readonly MergedSeries[], readings: readonly Reading[]): Generator<void, readonly MergedNumber[]> {
  const values = yield* valuesBy(rule, series.length, readings);
  const times = yield* latestTimes(series.length, readings);
  const exemplars = new Map<number, Exemplar>();
  for (const { map, details } of readings) {
    for (const [i, { exemplar }] of details) {
      const place = map[i]!;
      if (exemplar !== undefined && place >= 0) exemplars.set(place, laterExemplar(exemplars.get(place), exemplar));
    }
  }
  const points = new Array<MergedNumber>(series.length);
  for (let from = 0; from < series.length; from += RUN) {
    for (let place = from; place < Math.min(from + RUN, series.length); place++) points[place] = new MergedNumber(series[place]!, values[place]!);
    yield;
  }
  for (const [place, exemplar] of exemplars) points[place]!.exemplar = exemplar;
  stamp(points, times);
  return points;
}

function valuesBy(rule: MergeRule, length: number, readings: readonly Reading[]): Generator<void, Float64Array> {
  if (rule === 'latest') return latest(length, readings);
  if (rule === 'mean') return means(length, readings);
  // Nothing changes what is added to it, not even the sign of a 0.
  return added(RULES[rule], new Float64Array(length).fill(rule === 'min' || rule === 'max' ? NaN : -0), readings);
}

function* added(add: Add, values: Float64Array, readings: readonly Reading[]): Generator<void, Float64Array> {
  for (const { map, family: { numbersAt }, numbers, begin } of readings) {
    for (let from = 0; from < map.length; from += RUN) {
      for (let i = from; i < Math.min(from + RUN, map.length); i++) {
        const place = map[i]!;
        if (place >= 0) add(values, place, numbers[begin + numbersAt[i]!]!);
      }
      yield;
    }
  }
  return values;
}

function* means(length: number, readings: readonly Reading[]): Generator<void, Float64Array> {
  const counts = new Float64Array(length);
  const sums = yield* added((values, place, value) => {
    if (value !== value) return;
    values[place]! += value;
    counts[place]!++;
  }, new Float64Array(length).fill(-0), readings);
  return sums.map((sum, place) => sum / counts[place]!);
}

/** The value that was set last; where that is not known, that of the member that joined last. */
function* latest(length: number, readings: readonly Reading[]): Generator<void, Float64Array> {
  const values = new Float64Array(length);
  const times = new Float64Array(length).fill(-Infinity);
  for (const reading of readings) {
    const { map, family: { numbersAt }, numbers, begin } = reading;
    for (let from = 0; from < map.length; from += RUN) {
      for (let i = from; i < Math.min(from + RUN, map.length); i++) {
        const place = map[i]!;
        const time = setTime(reading, i);
        if (place < 0 || time < times[place]!) continue;
        times[place] = time;
        values[place] = numbers[begin + numbersAt[i]!]!;
      }
      yield;
    }
  }
  return values;
}
