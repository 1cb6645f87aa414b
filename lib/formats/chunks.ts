// Cuts an exposition into chunks: how much is handed on at a time. Knows no syntax but the line feed.

import type { MetricFamily, Point } from '../core/model.ts';

/** One family's part of an exposition. */
export interface FamilyText {
  /** Its lines before the samples, without the last line feed. */
  readonly head: string;
  /** Writes some of its points, each line beginning with its line feed. */
  readonly lines: (points: readonly Point[], from: number, to: number) => string;
}

// Characters. Strings that are larger cost more to flatten; 8 to 64 Ki are alike.
const CHUNK_SIZE = 32 * 1024;
// Points between two looks at the size: some 2 KiB of counters, 20 of histograms.
const RUN = 32;

/** Writes family after family and then the end, in chunks of about 32 KiB. */
export function* chunked(families: Iterable<MetricFamily>, write: (family: MetricFamily) => FamilyText, end = ''): Iterable<string> {
  let chunk = '';
  for (const family of families) {
    const { head, lines } = write(family);
    chunk += head;
    const given: Iterable<Point> = family.points;
    const points: readonly Point[] = Array.isArray(given) ? given : [...given];
    for (let from = 0; from < points.length; from += RUN) {
      chunk += lines(points, from, Math.min(from + RUN, points.length));
      if (chunk.length < CHUNK_SIZE) continue;
      yield chunk;
      chunk = '';
    }
    chunk += '\n';
  }
  chunk += end;
  if (chunk !== '') yield chunk;
}
