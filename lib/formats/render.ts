// The shortest way to an exposition: everything at once, as one string.

import type { Collector, MetricFamily } from '../core/model.ts';
import type { Format } from './format.ts';
import { text } from './text.ts';

/**
 * The whole exposition as one string.
 *
 * Synchronous, and so without `collect` hooks: `await registry.refresh()` first, where there are some.
 *
 * @param source - A registry, another collector, or families such as a parser returns.
 * @param format - @default text, version 0.0.4
 */
export function render(source: Collector | Iterable<MetricFamily>, format: Format = text): string {
  const families = 'collect' in source ? source.collect() : source;
  let exposition = '';
  for (const chunk of format.write(families)) exposition += chunk;
  return exposition;
}
