// Merges infos and state sets: those that were set last, or each.

import type { Labels, MergeRule } from '../core/model.ts';
import { MergedInfo, MergedStates } from './merged-points.ts';
import type { MergedSeries } from './merged-points.ts';
import { latestTimes, RUN, setTime, stamp } from './readings.ts';
import type { Reading } from './readings.ts';

/** Infos state facts together: of all with the same constant labels, those of the member that set one last are shown. */
export function* mergeInfos(rule: MergeRule, series: readonly MergedSeries[], readings: readonly Reading[]): Generator<void, readonly MergedInfo[]> {
  const shown = rule === 'each' ? readings : latestByConstants(readings);
  const isShown = new Uint8Array(series.length);
  for (const { map } of shown) for (const place of map) if (place >= 0) isShown[place] = 1;
  yield;
  const times = yield* latestTimes(series.length, shown);
  const points: (MergedInfo | undefined)[] = [];
  for (const [place, each] of series.entries()) {
    points.push(isShown[place] === 1 ? new MergedInfo(each) : undefined);
    if (place % RUN === 0) yield;
  }
  stamp(points as MergedInfo[], times);
  return points.flatMap((point) => point ?? []);
}

function latestByConstants(readings: readonly Reading[]): Reading[] {
  const latest = new Map<string, { readonly reading: Reading; readonly setMs: number }>();
  for (const reading of readings) {
    const key = keyOf(reading.family.constantLabels);
    const setMs = lastSet(reading);
    if (reading.family.length > 0 && setMs >= (latest.get(key)?.setMs ?? -Infinity)) latest.set(key, { reading, setMs });
  }
  return [...latest.values()].map(({ reading }) => reading);
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function lastSet(reading: Reading): number {
  let last = -Infinity;
  for (let i = 0; i < reading.map.length; i++) last = Math.max(last, setTime(reading, i));
  return last;
}

/** Of each series the states that were set last. */
export function* mergeStates(series: readonly MergedSeries[], readings: readonly Reading[]): Generator<void, readonly MergedStates[]> {
  const latest: { readonly reading: Reading; readonly i: number; readonly setMs: number }[] = [];
  for (const reading of readings) {
    const { map } = reading;
    for (let i = 0; i < map.length; i++) {
      const setMs = setTime(reading, i);
      if (map[i]! >= 0 && !(setMs < (latest[map[i]!]?.setMs ?? -Infinity))) latest[map[i]!] = { reading, i, setMs };
      if (i % RUN === 0) yield;
    }
  }
  const times = yield* latestTimes(series.length, readings);
  const points = latest.map(({ reading, i }, place) => new MergedStates(series[place]!, statesOf(reading, i)));
  stamp(points, times);
  return points;
}

function statesOf({ family: { layouts, layoutAt, numbersAt }, numbers, begin }: Reading, i: number): Readonly<Record<string, boolean>> {
  const states: Record<string, boolean> = Object.create(null);
  for (const [at, state] of layouts[layoutAt[i]!]!.states.entries()) states[state] = numbers[begin + numbersAt[i]! + at] === 1;
  return states;
}
