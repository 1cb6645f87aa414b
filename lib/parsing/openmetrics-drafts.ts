// Finished points of OpenMetrics: checks that each has what its type asks for, and turns it into the model's
// shape. OpenMetrics 1.0, "Metric Types".

import type { Exemplar, HistogramPoint, Labels, MetricType, Point } from '../core/model.ts';
import { put } from './labels.ts';
import { withOptional } from './optional.ts';
import { ParseError, quote } from './parse-error.ts';

export interface Bucket {
  readonly bound: number;
  /** Cumulative, as written. */
  readonly count: number;
  readonly exemplar: Exemplar | undefined;
}

/** What the lines of one point have said. */
export interface PointDraft {
  /** Its first line. */
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

/** The point of the model. What the exposition does not say is no property of it. */
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
      const states: Record<string, boolean> = {};
      for (const [state, isOn] of draft.states ?? []) put(states, state, isOn);
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
