// Setting all series of an instrument at once, from what is read elsewhere.

import type { GivenLabels } from './label-tree.ts';
import type { Series } from './series.ts';
import type { SeriesSet } from './series-set.ts';

/**
 * Makes these the only series, and returns them with the data to be written to them at once. What is no data creates no
 * series and is counted; a series that it is for stays as it was. Where labels cannot be read nothing changes, since
 * the series to keep is not known, and that is counted too.
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
  const given: (readonly [values: readonly string[], data: Data])[] = [];
  for (const [labels, data] of entries) {
    const values = instrument.read(labels);
    if (values === undefined) return [];
    given.push([values, data]);
  }
  instrument.retain(given.map(([values]) => values));
  const replaced: (readonly [S, Data])[] = [];
  for (const [values, data] of given) {
    if (!isData(data)) {
      instrument.reject(expected, data);
      continue;
    }
    const series = instrument.withValues(values, canSum);
    if (series !== undefined) replaced.push([series, data]);
  }
  return replaced;
}
