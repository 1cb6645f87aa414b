// One descriptor for each metric type: all that is fixed by the type alone. What its points hold is in `model.ts`.

import type { MetricType } from './model.ts';

export interface TypeDescriptor {
  /** What carries its samples in the text format, where the type has no name of its own there. */
  readonly text: string;
  /** What a family's name ends in within the model, and OpenMetrics leaves to the sample: `_total`, `_info`. */
  readonly ending: string;
  /** What a sample's name may have after the family's, in one format or another. OpenMetrics 1.0, "Suffixes". */
  readonly suffixes: readonly string[];
  /** The label that the format adds to its samples itself; `true`: the one named like the family. */
  readonly reserved?: string | true;
  /** What its points hold beside labels and time. */
  readonly fields: readonly string[];
}

const HISTOGRAM_FIELDS = ['bounds', 'counts', 'sum', 'exemplars', 'createdMs'];

export const TYPES: Readonly<Record<MetricType, TypeDescriptor>> = {
  counter: { text: 'counter', ending: '_total', suffixes: ['_total', '_created'], fields: ['value', 'exemplar', 'createdMs'] },
  gauge: { text: 'gauge', ending: '', suffixes: [], fields: ['value'] },
  unknown: { text: 'untyped', ending: '', suffixes: [], fields: ['value'] },
  histogram: { text: 'histogram', ending: '', suffixes: ['_bucket', '_sum', '_count', '_created'], reserved: 'le', fields: HISTOGRAM_FIELDS },
  gaugehistogram: { text: 'histogram', ending: '', suffixes: ['_bucket', '_gsum', '_gcount', '_sum', '_count'], reserved: 'le', fields: HISTOGRAM_FIELDS },
  summary: { text: 'summary', ending: '', suffixes: ['_sum', '_count', '_created'], reserved: 'quantile', fields: ['quantiles', 'sum', 'count', 'createdMs'] },
  info: { text: 'gauge', ending: '_info', suffixes: ['_info'], fields: [] },
  stateset: { text: 'gauge', ending: '', suffixes: [], reserved: true, fields: ['states'] },
};
