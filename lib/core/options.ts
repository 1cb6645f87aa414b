// Options by name: a misspelled one is not ignored.

import { fault, show } from './errors.ts';

/**
 * Checks that all options given are known.
 *
 * @param hints - What to do instead of options that other libraries have, by their names; completes "expected …".
 * @throws {MetricError} `ERR_OPTION`, with the known option whose name is most like the unknown one
 */
export function checkOptions(subject: string, given: unknown, known: readonly string[], hints: Readonly<Record<string, string>> = {}): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw fault('ERR_OPTION', subject, 'options', given);
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const nearest = known.reduce((best, each) => (likeness(name, each) > likeness(name, best) ? each : best));
    throw fault('ERR_OPTION', subject, Object.hasOwn(hints, name) ? hints[name]! : `a known option, such as ${show(nearest)}`, name);
  }
}

/** Letters, and pairs of them, that both have, as a share of all letters. */
export function likeness(one: string, other: string): number {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  const common = [...a].filter((letter) => b.includes(letter)).length + [...a].filter((_, i) => b.includes(a.slice(i, i + 2))).length;
  return common / (a.length + b.length);
}
