// How labels appear in the signatures of instruments, so that the compiler checks their names and declared values.

import type { LabelValue } from '../core/labels.ts';

/** An object with a value for each label: no name missing, none too many. */
export type LabelValues<Names extends string> = Readonly<Record<Names, LabelValue>>;

/** What an instrument declares of its labels beside their names: the options of these names, as they were given. */
export interface LabelRules {
  readonly labelValues?: Readonly<Record<string, readonly LabelValue[]>>;
  readonly optionalLabels?: readonly string[];
}

/** The names of the labels that may be absent. */
export type OptionalNames<Rules> = Rules extends { readonly optionalLabels: readonly (infer Name extends string)[] } ? Name : never;

/** What a label's value may be: a declared one, as it was declared or as text, or any. */
export type ValueOf<Name, Rules> = Rules extends { readonly labelValues: Readonly<Record<Name & string, readonly (infer Value extends LabelValue)[]>> } ? Value | `${Value}` : LabelValue;

/** The labels of an instrument: `LabelValues`, unless it declares more of them than their names. */
export type RuledLabels<Names extends string, Rules> = {} extends Rules
  ? LabelValues<Names>
  : { readonly [Name in Names]: ValueOf<Name, Rules> } & { readonly [Name in OptionalNames<Rules>]?: ValueOf<Name, Rules> | undefined };

/**
 * The same as a parameter; `never` where the metric has no labels. Looked up name by name, not by a condition: in a
 * function of your own that is generic in the names, the compiler resolves this, and leaves a condition open.
 */
export type LabelsOf<Names extends string, Rules> = { readonly [Each in Names | OptionalNames<Rules>]: RuledLabels<Names, Rules> }[Names | OptionalNames<Rules>];

/** The arguments of a write: labels first where the metric has some, none where it has none. */
export type WithLabels<Names extends string, Rest extends readonly unknown[], Rules = {}> = [Names] extends [never]
  ? Rest
  : [labels: RuledLabels<Names, Rules>, ...rest: Rest];

/** Values in the order in which the labels were declared. That there is one for each is checked when it is called. */
export type PositionalValues<Names extends string, Rules = {}> = [Names | OptionalNames<Rules>] extends [never] ? [] : ValueOf<Names | OptionalNames<Rules>, Rules>[];

/** The options that rules are made of, for the compiler to find them there. */
export type RuleOptions<Rules extends LabelRules> = { readonly [Option in keyof Rules & keyof LabelRules]?: Rules[Option] };

/** Lists of values by label: what is no label of the instrument has none. */
export type DeclaredValues<Names extends string, Rules extends LabelRules> = {} extends Rules
  ? NonNullable<LabelRules['labelValues']>
  : { readonly [Name in keyof Rules['labelValues']]: Name extends Names | OptionalNames<Rules> ? readonly LabelValue[] : never };
