// Text format 0.0.4: what every Prometheus reads, and what people see in a browser.

import { toWellFormed } from '../core/labels.ts';
import { TYPES } from '../core/types.ts';
import type { Dialect, Spelling } from './dialect.ts';
import type { Format } from './format.ts';
import { nameText, UNDERSCORES } from './names.ts';
import { endsOfBuckets } from './samples.ts';
import { boundText, helpText, millisecondsText } from './syntax.ts';
import { writer } from './writer.ts';

/** What the versions of the format share: they differ in the names that may stand. */
export function textDialect(spelling: Spelling): Dialect {
  return {
    ...spelling,
    familyName: (name) => name,
    samples: (type) => TYPES[type].textSamples,
    head(name, type, help) {
      const shown = nameText(name);
      const text = helpText(toWellFormed(help));
      return { text: `${text === '' ? '' : `# HELP ${shown} ${text}\n`}# TYPE ${shown} ${TYPES[type].text}` };
    },
    bound: boundText,
    bucketEnds: endsOfBuckets(boundText),
    time: (timestampMs) => ` ${millisecondsText(timestampMs)}`,
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
  write: /* @__PURE__ */ writer(/* @__PURE__ */ textDialect(UNDERSCORES)),
};
