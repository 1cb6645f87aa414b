// What OpenMetrics requires of each metric type: the names and values of its samples, and what a point of the model
// is made of. OpenMetrics 1.0, "Suffixes" and "Metric Types".

import type { Exemplar, HistogramPoint, Labels, MetricType, Point } from '../core/model.ts';
import { withOptional } from './optional.ts';
import { ParseError, quote } from './parse-error.ts';

/** What a sample says of its point. */
export type Role = 'value' | 'created' | 'bucket' | 'count' | 'sum' | 'quantile' | 'state';

/** By type: the suffixes of its samples, and what each says. */
export const ROLES: Readonly<Record<MetricType, Readonly<Record<string, Role>>>> = {
  counter: { _total: 'value', _created: 'created' },
  gauge: { '': 'value' },
  histogram: { _bucket: 'bucket', _count: 'count', _sum: 'sum', _created: 'created' },
  gaugehistogram: { _bucket: 'bucket', _gcount: 'count', _gsum: 'sum' },
  summary: { '': 'quantile', _count: 'count', _sum: 'sum', _created: 'created' },
  info: { _info: 'value' },
  stateset: { '': 'state' },
  unknown: { '': 'value' },
};

/** The label that only the samples of one role have, and which tells them apart. */
export function roleLabel(family: string, type: MetricType): { readonly role: Role; readonly label: string } | undefined {
  if (type === 'histogram' || type === 'gaugehistogram') return { role: 'bucket', label: 'le' };
  if (type === 'summary') return { role: 'quantile', label: 'quantile' };
  return type === 'stateset' ? { role: 'state', label: family } : undefined;
}

/** What such a value has to be, unless it is. "Metric Types". */
export function valueRule(type: MetricType, role: Role, value: number): string | undefined {
  switch (role) {
    case 'created':
      return Number.isFinite(value) ? undefined : 'a time in seconds';
    case 'bucket':
    case 'count':
      return Number.isInteger(value) && value >= 0 ? undefined : 'a whole number of 0 or more';
    case 'sum':
      if (type === 'gaugehistogram') return Number.isNaN(value) ? 'a number' : undefined;
      return value >= 0 ? undefined : 'a sum of 0 or more';
    case 'quantile':
      return value < 0 ? 'a value of 0 or more, or NaN' : undefined;
    case 'state':
      return value === 0 || value === 1 ? undefined : '0 or 1';
    case 'value':
      if (type === 'counter') return value >= 0 ? undefined : 'a value of 0 or more';
      return type === 'info' && value !== 1 ? 'the value 1' : undefined;
  }
}

export interface Bucket {
  readonly bound: number;
  /** Cumulative, as written. */
  readonly count: number;
  readonly exemplar: Exemplar | undefined;
}

/** A point as far as it is known. */
export interface PointDraft {
  /** The number of its first line. */
  readonly line: number;
  readonly labels: Labels;
  readonly timestampMs: number | undefined;
  value: number | undefined;
  exemplar: Exemplar | undefined;
  createdMs: number | undefined;
  sum: number | undefined;
  count: number | undefined;
  /** In ascending order. */
  buckets: Bucket[] | undefined;
  quantiles: Map<number, number> | undefined;
  states: Map<string, boolean> | undefined;
}

/** The point of the model, without properties for what the exposition does not say. */
export function finishPoint(name: string, type: MetricType, draft: PointDraft): Point {
  const { labels, timestampMs, value } = draft;
  switch (type) {
    case 'gauge':
    case 'unknown':
      return withOptional({ labels, value }, { timestampMs });
    case 'info':
      return withOptional({ labels }, { timestampMs });
    case 'counter':
      if (value === undefined) fail(name, type, draft, `expected ${quote(`${name}_total`)} beside ${quote(`${name}_created`)}, got none`);
      return withOptional({ labels, value }, { timestampMs, exemplar: draft.exemplar, createdMs: draft.createdMs });
    case 'histogram':
    case 'gaugehistogram':
      return histogramPoint(name, type, draft);
    case 'summary': {
      const quantiles = [...(draft.quantiles ?? [])].map(([quantile, value]) => ({ quantile, value }));
      quantiles.sort((a, b) => a.quantile - b.quantile);
      return withOptional({ labels, quantiles }, { timestampMs, sum: draft.sum, count: draft.count, createdMs: draft.createdMs });
    }
    case 'stateset': {
      // An assignment to `__proto__` would set the prototype.
      const states = Object.fromEntries(draft.states ?? []);
      return withOptional({ labels, states }, { timestampMs });
    }
  }
}

/** "Histogram", "GaugeHistogram". */
function histogramPoint(name: string, type: 'histogram' | 'gaugehistogram', draft: PointDraft): HistogramPoint {
  const { labels, timestampMs, sum, count, createdMs, buckets = [] } = draft;
  const last = buckets.at(-1);
  const [sumName, countName] = type === 'histogram' ? ['_sum', '_count'] : ['_gsum', '_gcount'];
  if (last === undefined || last.bound !== Infinity) fail(name, type, draft, `expected a bucket with le="+Inf", got ${last === undefined ? 'no bucket' : `${last.bound} as the last`}`);
  if ((sum === undefined) !== (count === undefined)) {
    fail(name, type, draft, `expected both ${quote(name + sumName)} and ${quote(name + countName)} or neither, got ${quote(name + (sum === undefined ? countName : sumName))} alone`);
  }
  if (count !== undefined && count !== last.count) fail(name, type, draft, `expected the count to be that of the bucket "+Inf", ${last.count}, got ${count}`);
  const hasNegative = buckets[0]!.bound < 0;
  if (type === 'histogram' && hasNegative && sum !== undefined) fail(name, type, draft, `expected no ${quote(name + sumName)}, since a bucket is below 0 and the sum might fall, got ${sum}`);
  if (type === 'gaugehistogram' && !hasNegative && sum !== undefined && sum < 0) fail(name, type, draft, `expected a sum of 0 or more, since no bucket is below 0, got ${sum}`);

  const counts = buckets.map((bucket, i) => (i === 0 ? bucket.count : bucket.count - buckets[i - 1]!.count));
  const exemplars = buckets.some((bucket) => bucket.exemplar !== undefined) ? buckets.map((bucket) => bucket.exemplar) : undefined;
  const bounds = buckets.slice(0, -1).map((bucket) => bucket.bound);
  return withOptional({ labels, bounds, counts }, { timestampMs, sum, exemplars, createdMs });
}

function fail(name: string, type: MetricType, draft: PointDraft, rule: string): never {
  throw new ParseError(`${type} ${quote(name)}: ${rule}`, draft.line, 1);
}
