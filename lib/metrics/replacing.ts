// Setting all series of an instrument at once, from what is read elsewhere.

import type { GivenLabels } from './label-tree.ts';
import { Series } from './series.ts';
import type { SeriesSet } from './series-set.ts';

/**
 * Makes these the only series, and returns them with what is to be written to them, before anything else is
 * done. What is no data makes no series and is counted, but a series that it is for stays as it was. Where labels cannot be
 * read, the whole is a write that holds no data: nobody knows which series to keep.
 *
 * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`, and what reading the entries throws; then nothing has changed
 */
export function replaceAll<S extends Series<S>, Data>(
  instrument: SeriesSet<string, S>,
  entries: Iterable<readonly [labels: GivenLabels, data: Data]>,
  isData: (data: Data) => boolean,
  expected: string,
  canSum = true,
): (readonly [S, Data])[] {
  // All is read before anything changes: an entry may be wrong, and the list may be a generator that throws.
  const given: (readonly [place: S | readonly string[], data: Data])[] = [];
  for (const [labels, data] of entries) {
    const read = instrument.read(labels);
    if (read === undefined) return [];
    given.push([instrument.tree.find(read) ?? instrument.tree.values(read), data]);
  }
  instrument.retain(given.map(([place]) => place));
  const replaced: (readonly [S, Data])[] = [];
  for (const [place, data] of given) {
    if (!isData(data)) {
      instrument.reject(expected, data);
      continue;
    }
    const series = place instanceof Series ? instrument.live(place, canSum) : instrument.withValues(place, canSum);
    if (series !== undefined) replaced.push([series, data]);
  }
  return replaced;
}
