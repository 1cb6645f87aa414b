// Labels as text: how a value becomes a string, how it is escaped, and how a series begins its line. Knows
// nothing of what a series holds.

import { MetricError, show } from './errors.ts';
import type { Labels } from './model.ts';

/** What may stand for a label's value. It becomes a string once, when the series is created. */
export type LabelValue = string | number | boolean;

/** A label's value as text. @throws {MetricError} `ERR_LABEL_VALUE` */
export function labelText(subject: string, name: string, value: unknown): string {
  if (isLabelValue(value)) return String(value);
  throw new MetricError('ERR_LABEL_VALUE', `${subject}: label ${show(name)}: expected a string, number or boolean, got ${show(value)}`);
}

export function isLabelValue(value: unknown): value is LabelValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Exposition formats, "Line format"; OpenMetrics 1.0, "Escaping": the same three escapes in both. */
export function escapeLabelValue(value: string): string {
  return /[\\"\n]/.test(value) ? value.replace(/[\\"\n]/g, (found) => (found === '\n' ? '\\n' : `\\${found}`)) : value;
}

/**
 * The text with each surrogate that stands alone replaced by U+FFFD, as `String.prototype.toWellFormed`
 * does where the engine has it.
 */
export function toWellFormed(text: string): string {
  return /[\ud800-\udfff]/.test(text) ? text.replace(/[\ud800-\udfff]/gu, '\ufffd') : text;
}

/**
 * A string that label sets of different series never share. Their order does not count, and a label with an empty
 * value is as good as absent. Exposition formats, "Grouping and sorting".
 */
export function seriesKey(labels: Labels): string {
  const present = Object.entries(labels).filter(([, value]) => value !== '').map(([name, value]) => [name, toWellFormed(value)] as const);
  return JSON.stringify(present.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * A function for how the series of a metric begin their lines in the text formats, by their label values: all of a line
 * but its number, the same at every scrape, and so rendered once. Instruments make it, writers add to it or take the
 * labels out of it again.
 *
 * From a line feed to the blank before the value, `\nhttp_requests_total{method="GET"} `; or to a bucket's bound,
 * `\nh_bucket{method="GET",le="`.
 *
 * @param required - How many labels there are at least: of the others, those with an empty value are left out.
 */
export function lineStarts(name: string, labelNames: readonly string[], isBucket = false, required: number = labelNames.length): (labelValues: readonly string[]) => string {
  const [open, end, bare] = isBucket ? [`\n${name}_bucket{`, '",le="', `\n${name}_bucket{le="`] : [`\n${name}{`, '"} ', `\n${name} `];
  if (labelNames.length === 0) return () => bare;
  // Joined, not added up: it is kept for the life of the series, and should not keep the tree of its parts.
  const parts = [...labelNames.flatMap((label, i) => [`${i === 0 ? open : '",'}${label}="`, '']), end];
  return (labelValues) => {
    if (labelValues.includes('', required)) {
      const isShown = (_: string, i: number): boolean => i < required || labelValues[i] !== '';
      return lineStarts(name, labelNames.filter(isShown), isBucket)(labelValues.filter(isShown));
    }
    for (let i = 0; i < labelValues.length; i++) parts[2 * i + 1] = escapeLabelValue(labelValues[i]!);
    return parts.join('');
  };
}
