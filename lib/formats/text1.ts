// Text format 1.0.0: the format before it, and quoted names of any characters.

import { inVariants, spellingOf } from './escaping.ts';
import type { Format } from './format.ts';
import { textDialect } from './text.ts';
import { writer } from './writer.ts';

/**
 * Text format 1.0.0, `text/plain; version=1.0.0`: as `text`, but names of any characters stand in quotes.
 *
 * ```text
 * # TYPE "http.requests_total" counter
 * {"http.requests_total","http.method"="GET"} 3
 * ```
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export const text1: Format = /* @__PURE__ */ inVariants('allow-utf-8', (escaping) => ({
  name: 'text1',
  mediaType: 'text/plain',
  version: '1.0.0',
  contentType: `text/plain; version=1.0.0; charset=utf-8; escaping=${escaping}`,
  write: writer(textDialect(spellingOf(escaping))),
}));
