// What the values of OpenMetrics 2.0 have to be, beyond their grammar, and the points of the model that they make.
// https://prometheus.io/docs/specs/om/open_metrics_spec_2_0/

import type { Exemplar, HistogramPoint, MetricType, Point, SummaryPoint } from '../core/model.ts';
import { classicBuckets } from './classic-buckets.ts';
import type { Fail } from './classic-buckets.ts';
import type { BucketFields, CompositeValue, SummaryFields } from './composite.ts';
import type { Line } from './line.ts';
import { checkNative, checkSchema, nativeSide } from './native-buckets.ts';
import { withOptional } from './optional.ts';

/** The type whose fields these are. A histogram's and a summary's differ only in what comes after count and sum. */
export function typeOf(value: CompositeValue): 'histogram' | 'gaugehistogram' | 'summary' {
  return 'gcount' in value ? 'gaugehistogram' : 'quantile' in value ? 'summary' : 'histogram';
}

/** The point of a sample whose value is a number. */
export function singlePoint({ labels: list, value, timestampMs, extras }: Line, type: MetricType): Point {
  const { exemplars, createdMs } = extras!;
  const labels = list.toObject();
  if (type === 'info') return withOptional({ labels }, { timestampMs });
  return withOptional({ labels, value }, { timestampMs, exemplar: exemplars && newest(exemplars), createdMs });
}

/** The point of a sample whose value has fields. */
export function compositePoint(line: Line, value: CompositeValue, fail: Fail): HistogramPoint | SummaryPoint {
  return 'quantile' in value ? summaryPoint(line, value, fail) : histogramPoint(line, value, fail);
}

/** "Summary". */
function summaryPoint({ labels: list, timestampMs, extras }: Line, { count, sum, quantile: quantiles }: SummaryFields, fail: Fail): SummaryPoint {
  if (list.get('quantile') !== undefined) fail('expected no label "quantile", got one');
  if (!(Number.isInteger(count) && count >= 0)) fail(`expected a count that is a whole number of 0 or more, got ${count}`);
  if (!(sum >= 0)) fail(`expected a sum of 0 or more, got ${sum}`);
  let last = -Infinity;
  for (const { quantile, value } of quantiles) {
    if (!(quantile >= 0 && quantile <= 1)) fail(`expected quantiles from 0 to 1, got ${quantile}`);
    if (!(quantile > last)) fail(`expected quantiles in ascending order, got ${quantile} after ${last}`);
    if (value < 0) fail(`expected values of quantiles of 0 or more, or NaN, got ${value}`);
    last = quantile;
  }
  return withOptional({ labels: list.toObject(), quantiles, sum, count }, { timestampMs, createdMs: extras!.createdMs });
}

/** "Histogram", "GaugeHistogram". */
function histogramPoint({ labels: list, timestampMs, extras }: Line, value: Exclude<CompositeValue, SummaryFields>, fail: Fail): HistogramPoint {
  const { exemplars, createdMs } = extras!;
  const isGauge = 'gcount' in value;
  const [count, sum] = isGauge ? [value.gcount, value.gsum] : [value.count, value.sum];
  if (value.bucket !== undefined && list.get('le') !== undefined) fail('expected no label "le" beside classic buckets, got one');
  const { bounds, counts } = classicBuckets(value.bucket ?? [], count, isGauge, fail);
  const native = value.schema === undefined ? undefined : nativeOf(value, value.schema, count, sum, isGauge, exemplars, fail);
  const byBucket = exemplars && value.bucket && exemplarsByBucket(bounds, exemplars);
  return withOptional({ labels: list.toObject(), bounds, counts, sum }, { timestampMs, exemplars: byBucket, native, createdMs });
}

function nativeOf(value: BucketFields, schema: number, count: number, sum: number, isGauge: boolean, exemplars: readonly Exemplar[] | undefined, fail: Fail): HistogramPoint['native'] {
  checkSchema(schema, fail);
  const { zeroThreshold = 0, zeroCount = 0, positiveSpans = [], positiveBuckets = [], negativeSpans = [], negativeBuckets = [] } = value;
  const positive = nativeSide('positive', schema, positiveSpans, positiveBuckets, fail);
  const negative = nativeSide('negative', schema, negativeSpans, negativeBuckets, fail);
  const native = withOptional({ schema, zeroThreshold, zeroCount, positive, negative }, { exemplars });
  checkNative(native, count, sum, isGauge, fail);
  return native;
}

/** By bucket, the newest of those that fall into it; holes where there is none. */
function exemplarsByBucket(bounds: readonly number[], exemplars: readonly Exemplar[]): (Exemplar | undefined)[] {
  const buckets = new Array<Exemplar | undefined>(bounds.length + 1).fill(undefined);
  for (const exemplar of exemplars) {
    const at = bucketOf(bounds, exemplar.value);
    const known = buckets[at];
    buckets[at] = known === undefined ? exemplar : newest([known, exemplar]);
  }
  return buckets;
}

/** The first bucket whose bound is not exceeded; NaN is above them all. */
function bucketOf(bounds: readonly number[], value: number): number {
  let [from, to] = [0, bounds.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (value <= bounds[middle]!) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** The model holds one exemplar of a counter or a bucket. */
function newest(exemplars: readonly Exemplar[]): Exemplar {
  return exemplars.reduce((one, other) => (other.timestampMs! >= one.timestampMs! ? other : one));
}
