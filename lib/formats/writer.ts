// The pass of a text format over all families, in chunks: how much is handed on at a time. Knows no syntax but the
// line feed.

import { MetricError, show } from '../core/errors.ts';
import type { MetricFamily, Point } from '../core/model.ts';
import type { Dialect } from './dialect.ts';
import type { Format } from './format.ts';
import { linesOf } from './samples.ts';
import { showing } from './showing.ts';

// Characters. Strings that are larger cost more to flatten; 8 to 64 Ki are alike.
const CHUNK_SIZE = 32 * 1024;
// Points between two looks at the size: some 2 KiB of counters, 20 of histograms.
const RUN = 32;

/** A writer of the dialect. @param end - What stands after all families. */
export function writer(dialect: Dialect, end = ''): Format['write'] {
  const shown = showing(dialect);
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

/** What a writer warns of for series that it left out. */
export function repeated({ name, type }: MetricFamily, count: number): MetricError {
  return new MetricError('ERR_DUPLICATE', `${type} ${show(name)}: expected each series once, got ${count} again; the first of each is shown`);
}

export function listed(points: Iterable<Point>): readonly Point[] {
  return Array.isArray(points) ? points : [...points];
}
