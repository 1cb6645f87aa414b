// What is made of families that are shown as one before any point is looked at: their names, the lines before the
// samples, and how the lines of samples begin.

import { isKind } from '../core/brand.ts';
import type { LiveFamily } from '../core/live-family.ts';
import type { MetricFamily, MetricType } from '../core/model.ts';
import { isLabelName, isMetricName } from '../core/names.ts';
import { TYPES } from '../core/types.ts';
import type { Dialect, Head, Part, SampleHead } from './dialect.ts';
import { labelTexts, labelValueText } from './label-texts.ts';
import type { LabelTexts } from './label-texts.ts';
import { nameText, openingText } from './names.ts';

export interface ShownFamily {
  /** As in the model, so with a counter's `_total`, but spelled as the format can show it. */
  readonly name: string;
  readonly type: MetricType;
  /** All names that it has in the exposition: its own, and those of its samples. */
  readonly names: readonly string[];
  readonly head: Head;
  readonly parts: readonly Part[];
  /** Whether it is the same for as long as its family lives. */
  readonly isLasting: boolean;
  readonly labels: LabelTexts;
}

export function shownFamily(dialect: Dialect, families: readonly MetricFamily[], name: string, type: MetricType): ShownFamily {
  const { reserved } = TYPES[families[0]!.type];
  const familyName = dialect.familyName(name, type);
  const isBare = isMetricName(familyName);
  const label = reserved === true ? stateLabel(dialect, familyName) : reserved;
  const isShared = families.length > 1 && !areApart(families);
  const labels = labelTexts(dialect, label, families, isShared);

  let isLasting = false;

  const parts = families.map((family): Part => {
    // Names that some formats cannot show as they are stand in no `lineStart`.
    const { allNames = [] } = family as Partial<LiveFamily>;
    const isLive = !isShared && (reserved !== true || label === family.name) && isKind(family, 'instrument', 'live', 'checked') && allNames.every(isLabelName);
    isLasting = isLive && families.length === 1 && !isKind(family, 'checked');
    const constant = family.constantLabels === undefined ? '' : labels.constant(family.constantLabels);
    const heads = dialect.samples(type).map((suffix) => sampleHead(familyName + suffix, isBare, constant));
    const startName = reserved === 'le' ? `${family.name}_bucket` : family.name;
    const isOwn = isLive && heads[0]!.open === `\n${startName}{`;
    const needsNoTail = isOwn && reserved === undefined && dialect.details?.created === undefined;
    const tail = isLive ? liveTail(startName, reserved === 'le') : labels.tails(family);
    return { family, dialect, type, heads, isLive, isOwn, tail: needsNoTail ? undefined : tail, opening: label === undefined ? '' : openingText(label) };
  });
  const help = families.find((family) => family.help !== '')?.help ?? '';
  const unit = families.find((family) => family.unit)?.unit;
  return { name, type, names: namesOf(dialect, name, type), head: dialect.head(familyName, type, help, unit, label), parts, labels, isLasting };
}

/** The label that tells a state set's samples apart: named like the family, where that can be a label's name. OpenMetrics 1.0, "StateSet". */
export function stateLabel({ labelName }: Dialect, familyName: string): string {
  return labelName(familyName.replace(/^__+/, '_'));
}

/** All names that a family has in an exposition: its own first, and those of its samples. */
export function namesOf(dialect: Dialect, name: string, type: MetricType): string[] {
  const familyName = dialect.familyName(name, type);
  const names = dialect.samples(type).map((suffix) => familyName + suffix);
  return names[0] === familyName ? names : [familyName, ...names];
}

/** Whether no series of one family can be one of another: a constant label has another value in each. */
export function areApart(families: readonly MetricFamily[]): boolean {
  const valuesOf = (name: string): string[] => families.flatMap(({ constantLabels = {} }) => (Object.hasOwn(constantLabels, name) ? [labelValueText(constantLabels[name]!)] : []));
  return Object.keys(families[0]!.constantLabels ?? {}).some((name) => new Set(valuesOf(name)).size === families.length);
}

function sampleHead(name: string, isBare: boolean, constant: string): SampleHead {
  const start = isBare ? `\n${name}` : '\n';
  const inside = isBare ? constant : nameText(name) + (constant === '' ? '' : `,${constant}`);
  return inside === '' ? { bare: `${start} `, open: `${start}{` } : { bare: `${start}{${inside}} `, open: `${start}{${inside},` };
}

// The labels out of a `lineStart`: what is between `\nname{` and `,le="`, or after `\nname{` or `\nname `.
function liveTail(name: string, isBucket: boolean): NonNullable<Part['tail']> {
  const labelsAt = name.length + 2;
  if (!isBucket) return ({ lineStart }) => lineStart!.slice(labelsAt);
  return ({ lineStart }) => {
    const labels = lineStart!.slice(labelsAt, -5);
    return labels === '' ? '' : `${labels}} `;
  };
}
