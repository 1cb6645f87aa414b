// What the labels of a family are called, so that none stands twice in a line and no two become one: names that can
// stand as they are do, and the others make way for them.

import type { Labels } from '../core/model.ts';
import { firstFree, openingText } from './names.ts';

export interface LabelName {
  readonly shown: string;
  /** As it stands before the value: `method="`. */
  readonly opening: string;
  /** Tells it from other names in the hashes of series. */
  readonly hash: number;
}

export interface LabelNames {
  of(name: string): LabelName;
  /** Of a label that stands beside a constant one of its name. */
  beside(name: string): LabelName;
}

/**
 * @param spell - As a dialect's `labelName`.
 * @param reserved - A name that none of them may have, nor may any have that of metrics.
 * @param labels - All that there are. Asked once, and only where a name cannot stand.
 */
export function labelNames(spell: (name: string) => string, reserved: string | undefined, labels: () => Iterable<Labels>): LabelNames {
  const names = new Map<string, LabelName>();
  let besides: Map<string, LabelName> | undefined;
  let standing: Set<string> | undefined;
  let given: Set<string> | undefined;
  let numbers: Map<string, number> | undefined;
  // Another each time, so that nobody can choose label values for their hashes.
  const seed = Math.random() * 2 ** 32;

  const canStand = (name: string): boolean => spell(name) === name && name !== reserved && name !== '__name__';
  const named = (shown: string): LabelName => ({ shown, opening: openingText(shown), hash: hashOf(shown, seed) });

  function another(name: string): LabelName {
    const all = (standing ??= new Set(Array.from(labels(), Object.keys).flat().filter(canStand)));
    const taken = (given ??= new Set(['', '__name__', reserved ?? '']));
    const isFree = (each: string): boolean => !all.has(each) && !taken.has(each);
    const spelled = spell(name);
    // None is made up that begins with `__`, which some readers refuse.
    const shown = isFree(spelled) ? spelled : firstFree(spelled.replace(/^__+/, '_'), '', (numbers ??= new Map()), isFree);
    taken.add(shown);
    return named(shown);
  }

  return {
    of(name) {
      let found = names.get(name);
      // One that comes after all were asked for may be taken.
      if (found === undefined) names.set(name, (found = canStand(name) && standing?.has(name) !== false ? named(name) : another(name)));
      return found;
    },
    beside(name) {
      besides ??= new Map();
      let found = besides.get(name);
      if (found === undefined) besides.set(name, (found = another(name)));
      return found;
    },
  };
}

export function hashOf(text: string, seed: number): number {
  let hash = seed | 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x5bd1e995);
  return hash ^ (hash >>> 15);
}
