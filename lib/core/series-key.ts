// When two label sets are those of one series.

import type { Labels } from './model.ts';

/**
 * A text that label sets of different series never share. Their order does not count, and a label with an empty
 * value is as good as absent. Exposition formats, "Grouping and sorting".
 */
export function seriesKey(labels: Labels): string {
  const present = Object.entries(labels).filter(([, value]) => value !== '');
  return JSON.stringify(present.sort(([a], [b]) => (a < b ? -1 : 1)));
}
