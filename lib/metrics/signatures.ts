// How labels appear in the signatures of instruments: checked by the compiler, by name and by number.

import type { LabelValue } from '../core/labels.ts';

/** An object with a value for each label: no name missing, none too many. */
export type LabelValues<Names extends string> = Readonly<Record<Names, LabelValue>>;

/** The arguments of a write: labels first where the metric has some, none where it has none. */
export type WithLabels<Names extends string, Rest extends readonly unknown[]> = [Names] extends [never]
  ? Rest
  : [labels: LabelValues<Names>, ...rest: Rest];

/**
 * One value for each label, in declared order. Built by taking the names out one by one: a union has no
 * order, but every order gives the same tuple.
 */
export type PositionalValues<Names extends string, Each extends string = Names> = [Names] extends [never]
  ? []
  : string extends Names
    ? LabelValue[]
    : Each extends Names
      ? [value: LabelValue, ...values: PositionalValues<Exclude<Names, Each>>]
      : never;
