// Families that cannot all be shown as they come: several of one name and type, which are shown as one, and those
// with a name that another family, or one of its samples, has as well.

import { MetricError, show } from '../core/errors.ts';
import type { MetricFamily } from '../core/model.ts';
import { familyName } from '../core/names.ts';
import { TYPES } from '../core/types.ts';
import type { Dialect, Wanted } from './dialect.ts';
import type { WriteWarning } from './format.ts';
import { firstFree } from './names.ts';
import { namesOf, shownFamily } from './shown-family.ts';
import type { ShownFamily } from './shown-family.ts';

/**
 * The families as they are shown, each by names that no other has, in the order in which they came.
 *
 * Of families with the same name the first keeps it. Between others that clash, their order decides nothing: names
 * that need no escaping go before those that do, then histograms and summaries before what has one sample, then
 * counters, and infos last. A counter or an info can keep the name of its sample where it is shown as a value of
 * unknown type; all others get a name with `_` or a number after it.
 */
export function untangled(families: readonly MetricFamily[], dialect: Dialect, warn: WriteWarning): ShownFamily[] {
  const wanted = joined(families).flatMap((each) => dialect.strict?.lawful(each, warn) ?? [each]);
  const taken = new Set<string>();
  const numbers = new Map<string, number>();

  const shown: ShownFamily[] = [];
  for (const place of inRank(wanted, dialect)) {
    const { name: given, type: givenType, families: parts } = wanted[place]!;
    let type = givenType;
    let name = dialect.metricName(given);
    const clash = namesOf(dialect, name, type).find((each) => taken.has(each));
    if (clash !== undefined) {
      const base = familyName(name, type);
      const isFree = (each: string): boolean => each !== '' && !namesOf(dialect, each, type).some((sample) => taken.has(sample));
      if (TYPES[type].ending !== '' && !taken.has(name)) type = 'unknown';
      else name = firstFree(base, name.slice(base.length), numbers, isFree);
      warn(new MetricError('ERR_DUPLICATE', `${givenType} ${show(given)}: expected names that no other family has, got ${show(clash)} again; shown as ${type} ${show(name)}`));
    }
    const own = shownFamily(dialect, parts, name, type);
    shown[place] = own;
    for (const each of own.names) taken.add(each);
  }
  return shown;
}

/** Those of one name and type together. */
function joined(families: readonly MetricFamily[]): Wanted[] {
  const found = new Map<string, Wanted & { readonly families: MetricFamily[] }>();
  for (const family of families) {
    const { name, type } = family;
    const before = found.get(`${type} ${name}`);
    if (before === undefined) found.set(`${type} ${name}`, { name, type, families: [family] });
    else before.families.push(family);
  }
  return [...found.values()];
}

/** Places in the list, in the order in which the families there choose their names. */
function inRank(wanted: readonly Wanted[], dialect: Dialect): number[] {
  const names = new Set<string>();
  const ranks = wanted.map(({ name, type }) => {
    const { reserved, ending } = TYPES[type];
    const isSecond = names.size === names.add(name).size;
    const ofType = typeof reserved === 'string' ? 0 : ending === '' ? 1 : type === 'counter' ? 2 : 3;
    return (dialect.metricName(name) === name ? 0 : 16) + (isSecond ? 8 : 0) + (ofType > 1 && familyName(name, type) === name ? 4 : 0) + ofType;
  });
  return [...ranks.keys()].sort((a, b) => ranks[a]! - ranks[b]!);
}
