// Names in an exposition: of characters that may stand, in quotes where they have to be, and another where one is
// taken.

import { escapeLabelValue } from '../core/labels.ts';
import { isLabelName, isMetricName } from '../core/names.ts';
import type { Spelling } from './dialect.ts';

/** An underscore for each character that may not stand. Prometheus, "Escaping schemes". */
export const UNDERSCORES: Spelling = {
  metricName: (name) => name.replace(/^[0-9]|[^a-zA-Z0-9_:]/gu, '_') || '_',
  labelName: (name) => name.replace(/^[0-9]|[^a-zA-Z0-9_]/gu, '_') || '_',
};

/** A metric's name where it stands alone. */
export function nameText(name: string): string {
  return isMetricName(name) ? name : quoted(name);
}

/** A label up to its value: `method="`. */
export function openingText(name: string): string {
  return `${isLabelName(name) ? name : quoted(name)}="`;
}

/**
 * The first of `a`, `a_`, `a_2`, `a_3` … that is free, each with the ending after it; of underscores alone `_`, `_2`,
 * `_3` …, since no label's name begins with two.
 *
 * @param numbers - How far the search for each name went, so that the next goes on from there.
 */
export function firstFree(name: string, ending: string, numbers: Map<string, number>, isFree: (name: string) => boolean): string {
  const base = name.replace(/^_+$/, '');
  for (let number = numbers.get(name) ?? 0; ; number++) {
    const shown = base + (number === 0 ? '' : number === 1 ? '_' : `_${number}`) + ending;
    if (!isFree(shown)) continue;
    numbers.set(name, number);
    return shown;
  }
}

function quoted(name: string): string {
  return `"${escapeLabelValue(name)}"`;
}
