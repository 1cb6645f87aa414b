// What an instrument declares of its labels: their names, which of them may be absent, and which values they have.

import { fault, show } from '../core/errors.ts';
import { isLabelValue, toWellFormed } from '../core/labels.ts';
import { checkLabelNames } from '../core/names.ts';
import type { LabelRules } from './signatures.ts';

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

interface GivenRules<Names extends string> extends LabelRules {
  readonly labelNames?: readonly Names[];
}

/** @throws {MetricError} `ERR_LABEL_NAME`, `ERR_OPTION` */
export function checkedLabels<Names extends string>(subject: string, options: GivenRules<Names>, maxSeries: number, reserved: string | undefined, isUtf8: boolean): LabelSettings<Names> {
  const { labelNames = [], optionalLabels = [], labelValues = {} } = options;
  const check = (holds: boolean, option: string, expected: string, given: unknown): void => {
    if (!holds) throw fault('ERR_OPTION', `${subject}: ${option}`, expected, given);
  };
  check(Array.isArray(labelNames), 'labelNames', 'a list of names', labelNames);
  check(Array.isArray(optionalLabels), 'optionalLabels', 'a list of names', optionalLabels);
  const allNames = Object.freeze([...labelNames, ...optionalLabels]);
  checkLabelNames(subject, allNames, reserved, isUtf8);
  check(Object(labelValues) === labelValues, 'labelValues', 'lists of values by label', labelValues);

  const declaredValues: (readonly string[] | undefined)[] = [];
  const labelDefinition: Record<string, readonly string[]> = optionalLabels.length > 0 ? { optionalLabels: [...optionalLabels] } : {};
  for (const [name, values] of Object.entries<unknown>(labelValues)) {
    const place = allNames.indexOf(name);
    check(place >= 0, 'labelValues', `names out of ${show(allNames)}`, name);
    const texts = new Set(Array.isArray(values) && values.every(isLabelValue) ? values.map((value) => toWellFormed(String(value))) : []);
    check(texts.size > 0 && texts.size === (values as unknown[]).length, `labelValues: ${name}`, 'strings, numbers or booleans, one or more and none twice', values);
    labelDefinition[`labelValues: ${name}`] = [...texts];
    declaredValues[place] = [...new Set(place < labelNames.length ? texts : ['', ...texts])];
  }
  const count = allNames.reduce((product, _, i) => product * (declaredValues[i]?.length ?? 0), 1);
  check(count <= maxSeries, 'labelValues', `at most ${maxSeries} series (maxSeries)`, count);
  return { labelNames: Object.freeze([...labelNames]), optionalLabels: Object.freeze([...optionalLabels]), allNames, declaredValues, isDeclared: count > 0, labelDefinition };
}
