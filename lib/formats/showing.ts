// The families of an exposition as a format shows them, and what is kept of that from one exposition to the next.

import type { MetricFamily } from '../core/model.ts';
import { untangled } from './clashes.ts';
import type { Dialect } from './dialect.ts';
import type { WriteWarning } from './format.ts';
import { shownFamily } from './shown-family.ts';
import type { ShownFamily } from './shown-family.ts';

interface KeptList {
  readonly families: readonly MetricFamily[];
  readonly shown: readonly ShownFamily[];
}

/** A function for all families of an exposition as the dialect shows them, each by names that no other has. */
export function showing(dialect: Dialect): (families: readonly MetricFamily[], warn: WriteWarning) => readonly ShownFamily[] {
  // What is made once of families that do not change, and of lists of such, by their first: with many small families,
  // it costs more than their lines.
  const kept = new WeakMap<MetricFamily, ShownFamily>();
  const keptLists = new WeakMap<MetricFamily, KeptList>();

  return (families, warn) => {
    if (dialect.strict !== undefined && !families.every(dialect.strict.isLawful)) return untangled(families, dialect, warn);
    const before = families.length === 0 ? undefined : keptLists.get(families[0]!);
    if (before !== undefined && isSame(before.families, families)) return before.shown;
    const alone = families.map((family) => {
      let own = kept.get(family);
      if (own === undefined) {
        own = shownFamily(dialect, [family], dialect.metricName(family.name), family.type);
        if (own.isLasting) kept.set(family, own);
      }
      return own;
    });
    const taken = new Set(alone.map(({ names }) => names[0]!));
    // No suffix ends in another, so that two samples are the same only where one has another family's name.
    const isClear = taken.size === alone.length && alone.every(({ names }) => names.every((name, i) => i === 0 || !taken.has(name)));
    if (!isClear) return untangled(families, dialect, warn);
    if (alone.length > 0 && alone.every(({ isLasting }) => isLasting)) keptLists.set(families[0]!, { families, shown: alone });
    return alone;
  };
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((each, i) => each === other[i]);
}
