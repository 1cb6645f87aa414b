// Names that not every format can show: how they are spelled where only letters, digits and underscores may
// stand. Prometheus, "Escaping schemes"; where that page and the official client differ, as the client does.

import type { MetricFamily } from '../core/model.ts';
import { familyName, isLabelName, isMetricName, sampleNames } from '../core/names.ts';

/**
 * What a scraper asked for. `allow-utf-8` leaves names as they are, to be quoted; `underscores` replaces
 * each character that may not stand; `dots` and `values` can be turned back.
 */
export type Escaping = 'allow-utf-8' | 'underscores' | 'dots' | 'values';

/** All of them. */
export const ESCAPINGS: readonly Escaping[] = ['allow-utf-8', 'underscores', 'dots', 'values'];

/** A label's name as the scheme spells it. A colon may stand in metric names only. */
export function escapeLabelName(name: string, escaping: Escaping): string {
  return isLabelName(name) ? name : escapeName(name, escaping).replaceAll(':', escaping === 'allow-utf-8' ? ':' : '_');
}

/**
 * How each family is called: as the scheme spells it, and where two would then be taken for each other, the
 * later with a `_` more. Names that need no spelling stay as they are.
 */
export function shownNames(families: readonly MetricFamily[], escaping: Escaping): (family: MetricFamily) => string {
  const strangers = escaping === 'allow-utf-8' ? [] : families.filter(({ name }) => !isMetricName(name));
  if (strangers.length === 0) return ({ name }) => name;
  const taken = new Set(families.filter(({ name }) => isMetricName(name)).flatMap(({ name, type }) => sampleNames(name, type)));
  const shown = new Map<MetricFamily, string>();
  for (const family of strangers) {
    let name = escapeName(family.name, escaping);
    while (sampleNames(name, family.type).some((sample) => taken.has(sample))) name = withUnderscore(name, family);
    for (const sample of sampleNames(name, family.type)) taken.add(sample);
    shown.set(family, name);
  }
  return (family) => shown.get(family) ?? family.name;
}

function withUnderscore(name: string, { type }: MetricFamily): string {
  const base = familyName(name, type);
  return `${base}_${name.slice(base.length)}`;
}

function escapeName(name: string, escaping: Escaping): string {
  if (escaping === 'allow-utf-8') return name;
  let escaped = escaping === 'values' ? 'U__' : '';
  let first = true;
  for (const character of name) {
    if (/[a-zA-Z:]/.test(character) || (/[0-9]/.test(character) && !first)) escaped += character;
    else escaped += REPLACEMENTS[escaping](character);
    first = false;
  }
  return escaped;
}

const REPLACEMENTS: Readonly<Record<Exclude<Escaping, 'allow-utf-8'>, (character: string) => string>> = {
  underscores: () => '_',
  dots: (character) => (character === '.' ? '_dot_' : '__'),
  values: (character) => (character === '_' ? '__' : `_${character.codePointAt(0)!.toString(16)}_`),
};
