// One descriptor for each metric type: all that is fixed by the type alone.

import type { MergeRule, MetricType } from './model.ts';

export interface TypeDescriptor {
  /** The type that the text format names: where it lacks one, a type whose samples look the same. */
  readonly text: string;
  /** What its samples' names have after the family's in the text format: buckets or quantiles, sum and count. */
  readonly textSamples: readonly string[];
  /** What a family's name ends in within the model, and OpenMetrics leaves to the sample: `_total`, `_info`. */
  readonly ending: string;
  /** What its samples' names have after the family's in OpenMetrics; the first as above. OpenMetrics 1.0, "Suffixes". */
  readonly samples: readonly string[];
  /** The label that the format adds to its samples itself; `true`: the one named like the family. */
  readonly reserved?: string | true;
  /** How its series may be merged with those of other members of a group; the first where nothing else is said. */
  readonly rules: readonly MergeRule[];
}

const ONE = [''];
const BUCKETS = ['_bucket', '_sum', '_count'];
const QUANTILES = ['', '_sum', '_count'];
const ANY_RULE: readonly MergeRule[] = ['sum', 'min', 'max', 'mean', 'latest', 'each'];
const SUM: readonly MergeRule[] = ['sum'];
const STATED: readonly MergeRule[] = ['latest', 'each'];

export const TYPES: Readonly<Record<MetricType, TypeDescriptor>> = {
  counter: { text: 'counter', textSamples: ONE, ending: '_total', samples: ['_total', '_created'], rules: ANY_RULE },
  gauge: { text: 'gauge', textSamples: ONE, ending: '', samples: ONE, rules: ANY_RULE },
  unknown: { text: 'untyped', textSamples: ONE, ending: '', samples: ONE, rules: ANY_RULE },
  histogram: { text: 'histogram', textSamples: BUCKETS, ending: '', samples: ['_bucket', '_sum', '_count', '_created'], reserved: 'le', rules: SUM },
  gaugehistogram: { text: 'histogram', textSamples: BUCKETS, ending: '', samples: ['_bucket', '_gsum', '_gcount'], reserved: 'le', rules: SUM },
  summary: { text: 'summary', textSamples: QUANTILES, ending: '', samples: ['', '_sum', '_count', '_created'], reserved: 'quantile', rules: SUM },
  info: { text: 'gauge', textSamples: ONE, ending: '_info', samples: ['_info'], rules: STATED },
  stateset: { text: 'gauge', textSamples: ONE, ending: '', samples: ONE, reserved: true, rules: STATED },
};

const HISTOGRAM_FIELDS = ['bounds', 'counts', 'sum', 'exemplars', 'native', 'createdMs'];

/** What points hold beside labels and time. Apart from the rest, since only those need it who copy points. */
export const POINT_FIELDS: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ['value', 'exemplar', 'createdMs'],
  gauge: ['value'],
  unknown: ['value'],
  histogram: HISTOGRAM_FIELDS,
  gaugehistogram: HISTOGRAM_FIELDS,
  summary: ['quantiles', 'sum', 'count', 'createdMs'],
  info: [],
  stateset: ['states'],
};
