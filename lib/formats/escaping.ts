// Names of any characters: how they are spelled where only letters, digits and underscores may stand. Prometheus,
// "Escaping schemes"; where that page and the official client differ, as the client does.

import { toWellFormed } from '../core/labels.ts';
import { isLabelName, isMetricName } from '../core/names.ts';
import type { Spelling } from './dialect.ts';
import type { Escaping, Format } from './format.ts';
import { UNDERSCORES } from './names.ts';

/** All that there are. */
export const ESCAPINGS: readonly Escaping[] = ['allow-utf-8', 'underscores', 'dots', 'values'];

/** How the scheme spells names. A colon may stand in those of metrics only. */
export function spellingOf(escaping: Escaping): Spelling {
  if (escaping === 'underscores') return UNDERSCORES;
  // No format can show a name of no characters.
  if (escaping === 'allow-utf-8') return { metricName: (name) => toWellFormed(name) || '_', labelName: (name) => toWellFormed(name) || '_' };
  return {
    metricName: (name) => (isMetricName(name) ? name : escaped(name, escaping)),
    labelName: (name) => (isLabelName(name) ? name : escaped(name, escaping).replaceAll(':', '_')),
  };
}

/** The format as `make` makes it for the escaping, with a `withEscaping` that gives it for the others. */
export function inVariants<Chunk extends string | Uint8Array = string>(escaping: Escaping, make: (escaping: Escaping) => Omit<Format<Chunk>, 'withEscaping'>): Format<Chunk> {
  // Once each, since a writer keeps what it made of families.
  const made = new Map<Escaping, Format<Chunk>>();
  const withEscaping = (wanted: Escaping): Format<Chunk> => {
    const format = made.get(wanted) ?? { ...make(wanted), withEscaping };
    made.set(wanted, format);
    return format;
  };
  return withEscaping(escaping);
}

function escaped(name: string, escaping: keyof typeof REPLACEMENTS): string {
  if (name === '') return '_';
  let spelled = escaping === 'values' ? 'U__' : '';
  let first = true;
  for (const character of toWellFormed(name)) {
    if (/[a-zA-Z:]/.test(character) || (/[0-9]/.test(character) && !first)) spelled += character;
    else spelled += REPLACEMENTS[escaping](character);
    first = false;
  }
  return spelled;
}

const REPLACEMENTS = {
  dots: (character: string): string => (character === '.' ? '_dot_' : '__'),
  values: (character: string): string => (character === '_' ? '__' : `_${character.codePointAt(0)!.toString(16)}_`),
};
