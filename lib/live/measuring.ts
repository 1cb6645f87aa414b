// One point of a scrape, whatever its type: the number that its series is watched by, and what else is shown of it.

import type { CounterPoint, GaugePoint, HistogramPoint, MetricType, Point, Quantile, StateSetPoint, SummaryPoint } from '../core/model.ts';
import { bucketsOf, increase, totalOf } from './buckets.ts';
import type { Buckets } from './buckets.ts';

export interface Measured {
  /** Total, number of observations, or value. */
  readonly value: number;
  /** Whether it only grows, so that its rate is what matters. */
  readonly isCount: boolean;
  readonly sum?: number | undefined;
  readonly buckets?: Buckets | undefined;
  readonly quantiles?: readonly Quantile[] | undefined;
  readonly states?: string | undefined;
  readonly createdMs?: number | undefined;
  readonly timestampMs?: number | undefined;
  /** What its buckets have beyond earlier ones; `undefined` at a reset. Computed once. */
  increase(earlier: Buckets): Buckets | undefined;
}

export function measured(type: MetricType, point: Point): Measured {
  const { timestampMs } = point;
  switch (type) {
    case 'counter': {
      const { value, createdMs } = point as CounterPoint;
      return { value, isCount: true, createdMs, timestampMs, increase: nothing };
    }
    case 'histogram':
    case 'gaugehistogram': {
      const { sum, createdMs } = point as HistogramPoint;
      const buckets = bucketsOf(point as HistogramPoint);
      return { value: totalOf(buckets), isCount: type === 'histogram', sum, buckets, createdMs, timestampMs, increase: once(buckets) };
    }
    case 'summary': {
      const { count, sum, quantiles, createdMs } = point as SummaryPoint;
      return { value: count ?? NaN, isCount: true, sum, quantiles, createdMs, timestampMs, increase: nothing };
    }
    case 'stateset': {
      const on = Object.entries((point as StateSetPoint).states).filter(([, isOn]) => isOn).map(([state]) => state);
      return { value: on.length, isCount: false, states: on.join(', '), timestampMs, increase: nothing };
    }
    case 'info':
      return { value: 1, isCount: false, timestampMs, increase: nothing };
    case 'gauge':
    case 'unknown':
      return { value: (point as GaugePoint).value, isCount: false, timestampMs, increase: nothing };
  }
}

function nothing(): undefined {
  return undefined;
}

function once(buckets: Buckets): Measured['increase'] {
  let found: { readonly increase: Buckets | undefined } | undefined;
  return (earlier) => (found ??= { increase: increase(buckets, earlier) }).increase;
}
