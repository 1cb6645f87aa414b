// What an instrument declares of its labels: their names, which of them may be absent, and which values they have.

import { show } from '../core/errors.ts';
import { isLabelValue, toWellFormed } from '../core/labels.ts';

/** What is kept of it. */
export interface LabelSettings<Names extends string> {
  readonly labelNames: readonly Names[];
  /** Labels that may be absent: they come last, and are not among `labelNames`. */
  readonly optionalLabels: readonly string[];
  /** Both, in this order. @internal */
  readonly allNames: readonly string[];
  /** By place; `undefined` where any value may be given, and nothing at all where that is so of all that follow. Optional labels may have an empty one, too. @internal */
  readonly declaredValues: readonly (readonly string[] | undefined)[];
  /** Whether all series are known from the start: each label has declared values, or there is no label. @internal */
  readonly isDeclared: boolean;
  /** What another instrument has to agree in beside `labelNames`. @internal */
  readonly labelDefinition: Readonly<Record<string, readonly string[]>>;
}

/** What is given, whatever its type. */
interface GivenRules<Names extends string> {
  readonly labelNames?: readonly Names[];
  readonly optionalLabels?: readonly string[];
  readonly labelValues?: object;
}

/** Throws unless it holds. @param given - @default the option's value */
export type Check = (option: string, holds: boolean, expected: string, given?: unknown) => void;

/** @throws {MetricError} `ERR_LABEL_NAME`, `ERR_OPTION` */
export function checkedLabels<Names extends string>(
  { labelNames = [], optionalLabels = [], labelValues = {} }: GivenRules<Names>,
  check: Check,
  checkNames: (names: readonly string[]) => void,
  maxSeries: number,
): LabelSettings<Names> {
  check('labelNames', Array.isArray(labelNames), NAMES);
  check('optionalLabels', Array.isArray(optionalLabels), NAMES);
  const allNames = [...labelNames, ...optionalLabels];
  checkNames(allNames);
  check('labelValues', Object(labelValues) === labelValues, 'values by label');

  const declaredValues: (readonly string[] | undefined)[] = [];
  const labelDefinition: Record<string, readonly string[]> = {};
  if (optionalLabels.length > 0) labelDefinition['optionalLabels'] = [...optionalLabels];
  for (const [name, values] of Object.entries(labelValues as Readonly<Record<string, unknown>>)) {
    const place = allNames.indexOf(name);
    check('labelValues', place >= 0, `names out of ${show(allNames)}`, name);
    const option = `labelValues: ${name}`;
    const texts = new Set(Array.isArray(values) && values.every(isLabelValue) ? values.map((value) => toWellFormed(String(value))) : []);
    check(option, texts.size > 0 && texts.size === (values as unknown[]).length, 'strings, numbers or booleans, one or more and none twice', values);
    labelDefinition[option] = [...texts];
    declaredValues[place] = [...new Set(place < labelNames.length ? texts : ['', ...texts])];
  }
  const count = allNames.reduce((product, _, i) => product * (declaredValues[i]?.length ?? 0), 1);
  check('labelValues', count <= maxSeries, `at most ${maxSeries} series (maxSeries)`, count);
  return { labelNames: Object.freeze([...labelNames]), optionalLabels: Object.freeze([...optionalLabels]), allNames, declaredValues, isDeclared: count > 0, labelDefinition };
}

const NAMES = 'a list of names';

/** The first label whose value is not a declared one; -1 where there is none. @internal */
export function undeclared({ declaredValues }: Pick<LabelSettings<string>, 'declaredValues'>, labelValues: readonly string[]): number {
  return declaredValues.findIndex((declared, i) => declared?.includes(labelValues[i]!) === false);
}

/** All sets of values, where each label has some; of no labels, the empty one. The last label changes first. @internal */
export function combinations({ declaredValues }: Pick<LabelSettings<string>, 'declaredValues'>): readonly (readonly string[])[] {
  return declaredValues.reduce<readonly (readonly string[])[]>((sets, own) => sets.flatMap((set) => own!.map((value) => [...set, value])), [[]]);
}
