// Options that a constructor or function does not know: refused by name, since each would be ignored in silence.

import { MetricError, show } from './errors.ts';

/**
 * Refuses options that are not known, and says which one may be meant.
 *
 * @param hints - By name of an unknown option: what to do instead.
 * @throws {MetricError} `ERR_OPTION`
 */
export function checkOptions(subject: string, given: unknown, known: readonly string[], hints: Readonly<Record<string, string>> = {}): void {
  if (typeof given !== 'object' || given === null) throw new MetricError('ERR_OPTION', `${subject}: expected options, got ${show(given)}`);
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const hint = Object.hasOwn(hints, name) ? hints[name] : `did you mean ${nearest(name, known)}?`;
    throw new MetricError('ERR_OPTION', `${subject}: unknown option ${show(name)}: ${hint}`);
  }
}

function nearest(name: string, known: readonly string[]): string {
  return [...known].sort((a, b) => distance(name, a) - distance(name, b))[0]!;
}

// Levenshtein's, without regard to case.
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1]!.toLowerCase() === b[j - 1]!.toLowerCase();
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (isSame ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1)!;
}
