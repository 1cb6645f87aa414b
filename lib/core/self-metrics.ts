// What a registry tells of itself in every exposition: writes and series that were not taken as they came.

import type { Instrument } from './instrument.ts';
import type { MetricFamily } from './model.ts';

/** Families for what there is to tell; none where all is well. */
export function* selfMetrics(instruments: readonly Instrument[], droppedSeries: ReadonlyMap<string, number>): Iterable<MetricFamily> {
  const rejected = instruments.filter(({ rejectedWrites }) => rejectedWrites > 0);
  if (rejected.length > 0) {
    const points = rejected.map(({ name, rejectedWrites }) => ({ labels: { metric: name }, value: rejectedWrites }));
    yield { type: 'counter', name: 'promlet_rejected_writes_total', help: 'Writes that held no data, such as NaN, and were ignored.', points };
  }
  const overflowed = instruments.filter(({ overflowedWrites }) => overflowedWrites > 0);
  if (overflowed.length > 0) {
    const points = overflowed.map(({ name, overflowedWrites }) => ({ labels: { metric: name }, value: overflowedWrites }));
    yield { type: 'counter', name: 'promlet_overflowed_writes_total', help: 'Writes of label sets past maxSeries, kept in the overflow series.', points };
  }
  if (droppedSeries.size > 0) {
    const points = [...droppedSeries].map(([metric, value]) => ({ labels: { metric }, value }));
    yield { type: 'gauge', name: 'promlet_dropped_series', help: 'Series left out of this scrape, since another has the same labels.', points };
  }
}
