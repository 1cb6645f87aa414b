// OpenMetrics 2.0.0-rc0, experimental as that is: one line for a histogram or a summary, with native buckets and the
// time at which counting began.

import type { CounterPoint, Exemplar, HistogramPoint, NativeBuckets, NativeHistogram, SummaryPoint } from '../core/model.ts';
import { familyName } from '../core/names.ts';
import type { Dialect, Lines, Part, Tail } from './dialect.ts';
import { inVariants, spellingOf } from './escaping.ts';
import type { Escaping, Format } from './format.ts';
import { labelNames } from './label-names.ts';
import { pairs } from './label-texts.ts';
import { isLawful, lawful, lawfulSummary } from './lawful.ts';
import { spansOf } from './native-spans.ts';
import { openMetricsHead } from './openmetrics.ts';
import { endsOfBuckets, gaugeLine, startOf, stateSetLines } from './samples.ts';
import { canonicalBound, secondsText, valueText } from './syntax.ts';
import { writer } from './writer.ts';

const LINES: NonNullable<Dialect['lines']> = {
  counter: counterLine as Lines,
  gauge: gaugeLine as Lines,
  unknown: gaugeLine as Lines,
  histogram: histogramLine as Lines,
  gaugehistogram: histogramLine as Lines,
  summary: summaryLine as Lines,
  info: gaugeLine as Lines,
  stateset: stateSetLines as Lines,
};

/**
 * OpenMetrics 2.0.0-rc0, `application/openmetrics-text; version=2.0.0`. Experimental: it may change with its
 * specification, in a minor version too. Scrapers get it where it is what they ask for first, by its version.
 *
 * ```text
 * # TYPE http_requests_total counter
 * # HELP http_requests_total HTTP requests handled.
 * http_requests_total{method="GET"} 3 st@1700000000.125 # {trace_id="4bf9"} 1 1700000100.5
 * # TYPE job_seconds histogram
 * job_seconds {count:2,sum:0.7,bucket:[0.5:1,1.0:2,+Inf:2]} st@1700000000.125
 * # EOF
 * ```
 *
 * Exemplars without a time are left out. A sum that is not known is `NaN`.
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec_2_0/
 */
export const openMetrics2: Format = /* @__PURE__ */ inVariants('allow-utf-8', openMetrics2Format);

function openMetrics2Format(escaping: Escaping): Omit<Format, 'withEscaping'> {
  const dialect: Dialect = {
    ...spellingOf(escaping),
    // An info's name ends in `_info` here too; a counter's as it will.
    familyName: (name, type) => (type === 'info' ? `${familyName(name, type)}_info` : name),
    samples: () => [''],
    head: openMetricsHead,
    bound: canonicalBound,
    bucketEnds: endsOfBuckets(canonicalBound, ':'),
    time: (timestampMs) => ` ${secondsText(timestampMs)}`,
    lines: LINES,
    strict: {
      isLawful: (family) => isLawful(2, family),
      lawful: (wanted, warn) => lawful(2, wanted, dialect, warn),
    },
  };
  return {
    name: 'openmetrics2',
    mediaType: 'application/openmetrics-text',
    version: '2.0.0',
    isExperimental: true,
    impliedEscaping: 'allow-utf-8',
    contentType: `application/openmetrics-text; version=2.0.0; charset=utf-8${escaping === 'allow-utf-8' ? '' : `; escaping=${escaping}`}`,
    write: writer(dialect, '# EOF\n'),
  };
}

function counterLine(part: Part, point: CounterPoint, tail: Tail, time: string): string {
  const line = (part.isOwn ? point.lineStart! : startOf(part.heads[0]!, tail)) + valueText(point.value) + time;
  // Shown as another type, it has neither an exemplar nor a time of creation.
  if (part.type !== 'counter') return line;
  return line + startText(point.createdMs) + (point.exemplar === undefined ? '' : exemplarText(point.exemplar, part));
}

function histogramLine(part: Part, point: HistogramPoint, tail: Tail, time: string): string {
  const { bounds, counts, sum = NaN, exemplars, native, createdMs } = point;
  const isGauge = part.type === 'gaugehistogram';
  let total = 0;
  let buckets = '';
  for (const [i, end] of part.dialect.bucketEnds(bounds).entries()) buckets += `${i === 0 ? '' : ','}${end}${valueText((total += counts[i]!))}`;
  let value = isGauge ? `{gcount:${valueText(total)},gsum:${valueText(sum)}` : `{count:${valueText(total)},sum:${valueText(sum)}`;
  if (native !== undefined) value += nativeText(native);
  // Native buckets may stand alone.
  if (native === undefined || bounds.length > 0) value += `,bucket:[${buckets}]`;
  const start = isGauge ? '' : startText(createdMs);
  const shown = native?.exemplars ?? exemplars;
  return `${startOf(part.heads[0]!, tail)}${value}}${time}${start}${shown === undefined ? '' : exemplarTexts(shown, part)}`;
}

function nativeText({ schema, zeroThreshold, zeroCount, negative, positive }: NativeHistogram): string {
  return `,schema:${schema},zero_threshold:${valueText(zeroThreshold)},zero_count:${valueText(zeroCount)}${sideText('negative', negative)}${sideText('positive', positive)}`;
}

function sideText(name: string, buckets: NativeBuckets): string {
  const { spans, counts } = spansOf(buckets);
  return spans.length === 0 ? '' : `,${name}_spans:[${spans.map(({ offset, length }) => `${offset}:${length}`).join()}],${name}_buckets:[${counts.map(valueText).join()}]`;
}

function summaryLine(part: Part, point: SummaryPoint, tail: Tail, time: string): string {
  const { count, sum, createdMs } = point;
  const ascending = [...lawfulSummary(point).quantiles].sort((one, other) => one.quantile - other.quantile);
  const quantiles = ascending.map(({ quantile, value }) => `${valueText(quantile)}:${valueText(value)}`);
  return `${startOf(part.heads[0]!, tail)}{count:${count},sum:${valueText(sum!)},quantile:[${quantiles.join()}]}${time}${startText(createdMs)}`;
}

function exemplarTexts(exemplars: ArrayLike<Exemplar | undefined>, part: Part): string {
  return Array.from(exemplars, (each) => (each === undefined ? '' : exemplarText(each, part))).join('');
}

function startText(createdMs: number | undefined): string {
  return createdMs === undefined ? '' : ` st@${secondsText(createdMs)}`;
}

// Without a time, Prometheus would refuse the whole exposition.
function exemplarText({ labels, value, timestampMs }: Exemplar, { dialect }: Part): string {
  if (timestampMs === undefined || Object.hasOwn(labels, '') || Object.hasOwn(labels, '__name__')) return '';
  const names = labelNames(dialect.labelName, undefined, () => [labels]);
  return ` # {${pairs(labels, names.of).join()}} ${valueText(value)}${dialect.time(timestampMs)}`;
}
