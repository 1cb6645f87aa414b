// Text format 0.0.4: what every Prometheus reads, and what people see in a browser.

import type { MetricFamily, MetricType } from '../core/model.ts';
import { escapeMetricName } from './escaping.ts';
import type { Format } from './format.ts';
import { sampleLines } from './samples.ts';
import type { Dialect } from './samples.ts';
import { chunked } from './chunks.ts';
import { boundText, helpText } from './syntax.ts';

// Types that the format lacks are shown as what carries their samples.
const TYPES: Readonly<Record<MetricType, string>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  summary: 'summary',
  unknown: 'untyped',
  gaugehistogram: 'histogram',
  info: 'gauge',
  stateset: 'gauge',
};

const DIALECT: Dialect = {
  escaping: 'underscores',
  suffixes: { counter: '', info: '', gaugeSum: '_sum', gaugeCount: '_count' },
  bound: boundText,
  time: (timestampMs) => ` ${Math.trunc(timestampMs)}`,
};

/**
 * Text format 0.0.4, `text/plain; version=0.0.4`.
 *
 * ```text
 * # HELP http_requests_total HTTP requests handled.
 * # TYPE http_requests_total counter
 * http_requests_total{method="GET",status="200"} 3
 * ```
 *
 * It has no exemplars, units or creation times: they are left out.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export const text: Format = {
  name: 'text',
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  write: (families) =>
    chunked(families, (family: MetricFamily) => {
      const name = escapeMetricName(family.name, 'underscores');
      const help = family.help === '' ? '' : `# HELP ${name} ${helpText(family.help)}\n`;
      return { head: `${help}# TYPE ${name} ${TYPES[family.type]}`, lines: sampleLines(family, name, DIALECT) };
    }),
};
