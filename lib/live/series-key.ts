// One string for each set of labels.

import type { Labels } from '../core/model.ts';

/** Injective, whatever is in the labels, since all lengths are in it; some times faster than JSON. */
export function seriesKey(labels: Labels): string {
  let key = '';
  for (const name in labels) {
    const value = labels[name]!;
    key += `${name.length} ${value.length} ${name}${value}`;
  }
  return key;
}
