// The pass of a text format over all families, in chunks: how much is handed on at a time. Knows no syntax but the
// line feed.

import { MetricError, show } from '../core/errors.ts';
import type { MetricFamily, Point } from '../core/model.ts';
import { untangled } from './clashes.ts';
import type { Dialect } from './dialect.ts';
import type { Format, WriteWarning } from './format.ts';
import { linesOf } from './samples.ts';
import { shownFamily } from './shown-family.ts';
import type { ShownFamily } from './shown-family.ts';

// Characters. Strings that are larger cost more to flatten; 8 to 64 Ki are alike.
const CHUNK_SIZE = 32 * 1024;
// Points between two looks at the size: some 2 KiB of counters, 20 of histograms.
const RUN = 32;

interface KeptList {
  readonly families: readonly MetricFamily[];
  readonly shown: readonly ShownFamily[];
}

/** A writer of the dialect. @param end - What stands after all families. */
export function writer(dialect: Dialect, end = ''): Format['write'] {
  // What is made once of families that do not change, and of lists of such, by their first: with many small families,
  // it costs more than their lines.
  const kept = new WeakMap<MetricFamily, ShownFamily>();
  const keptLists = new WeakMap<MetricFamily, KeptList>();

  function shown(families: readonly MetricFamily[], warn: WriteWarning): readonly ShownFamily[] {
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
  }

  return function* (given, warn = () => {}) {
    let chunk = '';
    let hasUnit = false;
    for (const family of shown([...given], warn)) {
      const { head, parts, labels } = family;
      chunk += (hasUnit && head.afterUnit) || head.text;
      hasUnit ||= head.hasUnit === true;
      for (const part of parts) {
        const points = listed(part.family.points);
        for (let from = 0; from < points.length; from += RUN) {
          chunk += linesOf(part, points, from, Math.min(from + RUN, points.length));
          if (chunk.length < CHUNK_SIZE) continue;
          yield chunk;
          chunk = '';
        }
      }
      chunk += '\n';
      if (labels.repeated > 0) warn(repeated(parts[0]!.family, labels.repeated));
    }
    chunk += end;
    if (chunk !== '') yield chunk;
  };
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((each, i) => each === other[i]);
}

function repeated({ name, type }: MetricFamily, count: number): MetricError {
  return new MetricError('ERR_DUPLICATE', `${type} ${show(name)}: expected each series once, got ${count} again; the first of each is shown`);
}

function listed(points: Iterable<Point>): readonly Point[] {
  return Array.isArray(points) ? points : [...points];
}
