// How labels appear in the signatures of instruments: checked by the compiler, by name and by number.

import type { LabelValue } from '../core/labels.ts';

/** An object with a value for each label: no name missing, none too many. */
export type LabelValues<Names extends string> = Readonly<Record<Names, LabelValue>>;

/** The arguments of a write: labels first where the metric has some, none where it has none. */
export type WithLabels<Names extends string, Rest extends readonly unknown[]> = [Names] extends [never]
  ? Rest
  : [labels: LabelValues<Names>, ...rest: Rest];

/**
 * One value for each label, in declared order; after the eighth, any number of values. Built by taking the names
 * out one by one: a union has no order, but every order gives the same tuple.
 */
export type PositionalValues<Names extends string> = string extends Names ? LabelValue[] : Values1<Names>;

// One type for each step, not one that names itself: TypeScript 5.0 does not see the end of that one.
type Values1<Names extends string> = [Names] extends [never] ? [] : { [Each in Names]: [value: LabelValue, ...values: Values2<Exclude<Names, Each>>] }[Names];
type Values2<Names extends string> = [Names] extends [never] ? [] : { [Each in Names]: [value: LabelValue, ...values: Values3<Exclude<Names, Each>>] }[Names];
type Values3<Names extends string> = [Names] extends [never] ? [] : { [Each in Names]: [value: LabelValue, ...values: Values4<Exclude<Names, Each>>] }[Names];
type Values4<Names extends string> = [Names] extends [never] ? [] : { [Each in Names]: [value: LabelValue, ...values: Values5<Exclude<Names, Each>>] }[Names];
type Values5<Names extends string> = [Names] extends [never] ? [] : { [Each in Names]: [value: LabelValue, ...values: Values6<Exclude<Names, Each>>] }[Names];
type Values6<Names extends string> = [Names] extends [never] ? [] : { [Each in Names]: [value: LabelValue, ...values: Values7<Exclude<Names, Each>>] }[Names];
type Values7<Names extends string> = [Names] extends [never] ? [] : { [Each in Names]: [value: LabelValue, ...values: Values8<Exclude<Names, Each>>] }[Names];
type Values8<Names extends string> = [Names] extends [never] ? [] : { [Each in Names]: [value: LabelValue, ...values: Values9<Exclude<Names, Each>>] }[Names];
type Values9<Names extends string> = [Names] extends [never] ? [] : LabelValue[];
