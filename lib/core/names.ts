// The rules for names: of metrics, of labels, and of the samples that a family shows. Knows no values.

import { MetricError, show } from './errors.ts';
import type { MetricErrorCode } from './errors.ts';
import type { MetricType } from './model.ts';
import { TYPES } from './types.ts';

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const UTF8_NAME = /^[^\ud800-\udfff]+$/u;

/** Whether every format can show the metric name unquoted. Prometheus data model, "Metric names and labels". */
export function isMetricName(name: unknown): name is string {
  return typeof name === 'string' && METRIC_NAME.test(name);
}

/** Whether every format can show the label name unquoted. Unlike metric names, label names have no colon. */
export function isLabelName(name: unknown): name is string {
  return typeof name === 'string' && LABEL_NAME.test(name);
}

/** @throws {MetricError} `ERR_METRIC_NAME` */
export function checkMetricName(kind: string, name: unknown, isUtf8: boolean): void {
  if (!isMetricName(name)) checkUtf8('ERR_METRIC_NAME', `${kind} ${show(name)}`, 'a name of letters, digits, "_" and ":"', name, isUtf8);
}

// Of a name that is not for all formats.
function checkUtf8(code: MetricErrorCode, subject: string, expected: string, name: unknown, isUtf8: boolean): void {
  if (isUtf8 && typeof name === 'string' && UTF8_NAME.test(name)) return;
  const hint = !isUtf8 && show(name).includes('.') ? '; names: "utf8" allows it' : '';
  throw new MetricError(code, `${subject}: expected ${isUtf8 ? 'a name, not empty and without lone surrogates' : `${expected} that does not begin with a digit`}, got ${show(name)}${hint}`);
}

/** The label that a family keeps for itself; a state set's is named like the family. OpenMetrics 1.0, "StateSet". */
export function reservedLabel(type: MetricType, name: string): string | undefined {
  const { reserved } = TYPES[type];
  return reserved === true ? name : reserved;
}

/** @throws {MetricError} `ERR_LABEL_NAME`, where a name is malformed, reserved or given twice. */
export function checkLabelNames(subject: string, names: readonly unknown[], reserved?: string, isUtf8 = false): asserts names is string[] {
  const seen = new Set<string>();
  for (const name of names as readonly string[]) {
    if (!isLabelName(name)) checkUtf8('ERR_LABEL_NAME', subject, 'a label name of letters, digits and "_"', name, isUtf8);
    if (name.startsWith('__')) {
      throw new MetricError('ERR_LABEL_NAME', `${subject}: label ${show(name)} is reserved: names that begin with "__" belong to Prometheus`);
    }
    if (name === reserved) {
      throw new MetricError('ERR_LABEL_NAME', `${subject}: label ${show(name)} is reserved: the writers add it to each ${{ le: 'bucket', quantile: 'quantile' }[name] ?? 'state'}`);
    }
    if (seen.has(name)) throw new MetricError('ERR_LABEL_NAME', `${subject}: label ${show(name)} is given twice`);
    seen.add(name);
  }
}

/** The family's name in OpenMetrics, where a counter's `_total` and an info's `_info` belong to the sample. */
export function familyName(name: string, type: MetricType): string {
  const { ending } = TYPES[type];
  return ending !== '' && name.length > ending.length && name.endsWith(ending) ? name.slice(0, -ending.length) : name;
}

/**
 * All names that a family can show in any format: `h`, `h_bucket`, `h_sum`, `h_count` and `h_created` of a
 * histogram `h`. Two families that share one would be taken for each other. OpenMetrics 1.0, "Suffixes".
 */
export function sampleNames(name: string, type: MetricType): string[] {
  const { samples, textSamples } = TYPES[type];
  const family = familyName(name, type);
  return [...new Set(['', ...samples, ...textSamples])].map((suffix) => family + suffix);
}

/** All names that a family of this name can show, whatever its type is. */
export function anySampleNames(name: string): string[] {
  return [...new Set((Object.keys(TYPES) as MetricType[]).flatMap((type) => sampleNames(name, type)))];
}
