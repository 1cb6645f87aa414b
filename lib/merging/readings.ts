// What the merging of all types has in common: where the numbers of a member's points are, and the latest of times and
// exemplars.

import type { Exemplar } from '../core/model.ts';
import { TIME } from './layout.ts';
import type { Source } from './plan.ts';
import type { Details } from './values-reader.ts';

// Points between two chances to yield.
export const RUN = 4096;

/** The values of one member's family. */
export interface Numbers {
  readonly numbers: Float64Array;
  /** Where those of the family begin. */
  readonly begin: number;
  /** By point. */
  readonly details: ReadonlyMap<number, Details>;
}

/** The points of one member's family, with their values. */
export interface Reading extends Source, Numbers {}

/** When a point was set, or else of when its value is; the lowest where neither is known. */
export function setTime({ family: { layouts, layoutAt, numbersAt }, numbers, begin }: Reading, i: number): number {
  const { setAt, timeAt } = layouts[layoutAt[i]!]!;
  const at = setAt < 0 ? timeAt : setAt;
  return at < 0 ? -Infinity : numbers[begin + numbersAt[i]! + at]!;
}

/** Of two exemplars the later one; one without a time is older than any other. */
export function laterExemplar(one: Exemplar | undefined, other: Exemplar): Exemplar {
  return one === undefined || (other.timestampMs ?? -Infinity) >= (one.timestampMs ?? -Infinity) ? other : one;
}

/** By series, the latest time that a point of it has; none where no point has one. */
export function* latestTimes(length: number, readings: readonly Reading[]): Generator<void, Float64Array | undefined> {
  const timed = readings.filter(({ family: { layouts } }) => layouts.some(({ flags }) => flags & TIME));
  if (timed.length === 0) return undefined;
  const times = new Float64Array(length).fill(NaN);
  for (const { map, family: { layouts, layoutAt, numbersAt }, numbers, begin } of timed) {
    for (let i = 0; i < map.length; i++) {
      const place = map[i]!;
      const { timeAt } = layouts[layoutAt[i]!]!;
      if (i % RUN === 0) yield;
      if (place < 0 || timeAt < 0) continue;
      const time = numbers[begin + numbersAt[i]! + timeAt]!;
      if (!(times[place]! >= time)) times[place] = time;
    }
  }
  return times;
}

/** Gives the points their times. */
export function stamp(points: readonly { timestampMs?: number }[], times: Float64Array | undefined): void {
  times?.forEach((time, place) => {
    if (time === time && points[place] !== undefined) points[place]!.timestampMs = time;
  });
}

/** Which of the points of one series counts: the latest in time. */
export function settleRivals({ rivals, map, family: { layouts, layoutAt, numbersAt }, numbers, begin }: Reading): void {
  const timeOf = (i: number): number => numbers[begin + numbersAt[i]! + layouts[layoutAt[i]!]!.timeAt]!;
  for (const points of rivals) {
    const place = Math.max(...points.map((i) => map[i]!));
    const latest = points.reduce((one, other) => (timeOf(other) >= timeOf(one) ? other : one));
    for (const i of points) map[i] = i === latest ? place : -1;
  }
}
