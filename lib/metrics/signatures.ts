// How labels appear in the signatures of instruments, so that the compiler checks their names.

import type { LabelValue } from '../core/labels.ts';

/** An object with a value for each label: no name missing, none too many. */
export type LabelValues<Names extends string> = Readonly<Record<Names, LabelValue>>;

/**
 * The same as a parameter; `never` where the metric has no labels. Looked up name by name, not by a condition: in a
 * function of your own that is generic in the names, the compiler resolves this, and leaves a condition open.
 */
export type LabelsOf<Names extends string> = { readonly [Each in Names]: LabelValues<Names> }[Names];

/** The arguments of a write: labels first where the metric has some, none where it has none. */
export type WithLabels<Names extends string, Rest extends readonly unknown[]> = [Names] extends [never]
  ? Rest
  : [labels: LabelValues<Names>, ...rest: Rest];

/** Values in the order in which the labels were declared. That there is one for each is checked when it is called. */
export type PositionalValues<Names extends string> = [Names] extends [never] ? [] : LabelValue[];
