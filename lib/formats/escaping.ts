// Names that not every format can show: how they are spelled where only letters, digits and underscores may
// stand. Prometheus, "Escaping schemes"; where that page and the official client differ, as the client does.

import { isLabelName, isMetricName } from '../core/names.ts';

/**
 * What a scraper asked for. `allow-utf-8` leaves names as they are, to be quoted; `underscores` replaces
 * each character that may not stand; `dots` and `values` can be turned back.
 */
export type Escaping = 'allow-utf-8' | 'underscores' | 'dots' | 'values';

/** A metric's name as the scheme spells it. Names that every format can show stay as they are. */
export function escapeMetricName(name: string, escaping: Escaping): string {
  return isMetricName(name) ? name : escapeName(name, escaping);
}

/** A label's name as the scheme spells it. A colon may stand in metric names only. */
export function escapeLabelName(name: string, escaping: Escaping): string {
  return isLabelName(name) ? name : escapeName(name, escaping).replaceAll(':', escaping === 'allow-utf-8' ? ':' : '_');
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
