// Text format 0.0.4: what every Prometheus reads, and what people see in a browser.

import type { MetricType } from '../core/model.ts';
import { chunked } from './chunks.ts';
import { shownNames } from './escaping.ts';
import type { Escaping } from './escaping.ts';
import type { Format } from './format.ts';
import { remembered } from './remember.ts';
import { nameText, sampleLines } from './samples.ts';
import type { Dialect } from './samples.ts';
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

const DIALECT: Omit<Dialect, 'escaping'> = {
  suffixes: { counter: '', info: '', gaugeSum: '_sum', gaugeCount: '_count' },
  bound: boundText,
  time: (timestampMs) => ` ${Math.trunc(timestampMs)}`,
};

/** The writing that the versions of the format share: they differ in the names that may stand. */
export function textWriter(escaping: Escaping): Format['write'] {
  const dialect = { ...DIALECT, escaping };
  const write = remembered((family, name) => {
    const help = helpText(family.help);
    const helpLine = help === '' ? '' : `# HELP ${nameText(name)} ${help}\n`;
    return { head: `${helpLine}# TYPE ${nameText(name)} ${TYPES[family.type]}`, lines: sampleLines(family, name, dialect) };
  });
  return (given) => {
    const families = [...given];
    const shown = shownNames(families, escaping);
    return chunked(families, (family) => write(family, shown(family)));
  };
}

/**
 * Text format 0.0.4, `text/plain; version=0.0.4`.
 *
 * ```text
 * # HELP http_requests_total HTTP requests handled.
 * # TYPE http_requests_total counter
 * http_requests_total{method="GET",status="200"} 3
 * ```
 *
 * It has no exemplars, units or creation times: they are left out. Characters that its names may not have
 * become `_`.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export const text: Format = {
  name: 'text',
  mediaType: 'text/plain',
  version: '0.0.4',
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  write: /* @__PURE__ */ textWriter('underscores'),
};
