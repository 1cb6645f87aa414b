// What the points of a family hold, and in which order their numbers stand among the values. Most points of a family
// have one layout in common.

import type { Labels, MergeRule, MetricType, Point, SummaryPoint } from '../core/model.ts';

/** By their places in snapshots: new ones come last. */
export const TYPE_NAMES: readonly MetricType[] = ['counter', 'gauge', 'unknown', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset'];
export const RULES: readonly MergeRule[] = ['sum', 'min', 'max', 'mean', 'latest', 'each'];

/** What a point has beside what all of its type have: a number each, but for the time of creation, which is in the shape, and the sketch. */
export const SUM = 1;
export const COUNT = 2;
export const TIME = 4;
export const SET = 8;
export const CREATED = 16;
export const SKETCH = 32;
export const FLAGS = 64;

export interface FamilyShape {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string | undefined;
  readonly merge: MergeRule;
  readonly constantLabels: Labels;
  /** Of series that ended, in a member that lives on: they count as long as anybody shows such a series. */
  readonly isRetained: boolean;
}

export interface Layout {
  /** Of its own labels, in their order. */
  readonly names: readonly string[];
  readonly flags: number;
  /** Of a histogram its bounds, of a summary the ranks of its quantiles. */
  readonly steps: readonly number[];
  /** Of a state set. */
  readonly states: readonly string[];
  /** How many numbers a point has: first those of its type, then the sum, the count, its time, and when it was set. */
  readonly width: number;
  /** Where each of the latter stands among them, if the point has it. */
  readonly sumAt: number;
  readonly countAt: number;
  readonly timeAt: number;
  readonly setAt: number;
}

/** Whether what such a series counted stays when it has ended. */
export function survives({ type, merge }: Pick<FamilyShape, 'type' | 'merge'>): boolean {
  return type === 'histogram' || type === 'summary' || (type === 'counter' && merge === 'sum');
}

export function layoutOf(type: MetricType, names: readonly string[], flags: number, steps: readonly number[], states: readonly string[]): Layout {
  let width = ownWidth(type, flags, steps.length, states.length);
  const placeOf = (flag: number): number => (flags & flag ? width++ : -1);
  const [sumAt, countAt, timeAt, setAt] = [placeOf(SUM), placeOf(COUNT), placeOf(TIME), placeOf(SET)];
  return { names, flags, steps, states, width, sumAt, countAt, timeAt, setAt };
}

function ownWidth(type: MetricType, flags: number, steps: number, states: number): number {
  if (type === 'histogram' || type === 'gaugehistogram') return steps + 1;
  // Quantiles are worked out of a sketch, where there is one.
  if (type === 'summary') return flags & SKETCH ? 0 : steps;
  return type === 'info' ? 0 : type === 'stateset' ? states : 1;
}

/** Which of its fields a point has. @param createdMs - And the sketch: read once, since instruments work them out. */
export function flagsOf(type: MetricType, point: Point, createdMs: number | undefined, sketch: unknown): number {
  const time = point.timestampMs === undefined ? 0 : TIME;
  switch (type) {
    case 'counter':
      return time | (createdMs === undefined ? 0 : CREATED);
    case 'gauge':
    case 'unknown':
    case 'info':
    case 'stateset':
      return time | (point.setMs === undefined ? 0 : SET);
    default: {
      const { sum, count } = point as SummaryPoint;
      return time | (createdMs === undefined ? 0 : CREATED) | (sum === undefined ? 0 : SUM) | (type !== 'summary' || count === undefined ? 0 : COUNT) | (sketch === undefined ? 0 : SKETCH);
    }
  }
}

export function isSameList(one: ArrayLike<unknown>, other: ArrayLike<unknown>): boolean {
  if (one === other) return true;
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}
