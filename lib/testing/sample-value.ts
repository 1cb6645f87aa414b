// One value, as a scrape would show it at this moment.

import { fault } from '../core/errors.ts';
import { labelText } from '../core/labels.ts';
import type { LabelValue } from '../core/labels.ts';
import type { Collector, Labels } from '../core/model.ts';
import { sampleNames } from '../core/names.ts';
import { constantLabelsOf, familiesNow, keyOf, samplesOf } from './samples.ts';

/**
 * The value of one sample; `undefined` where there is no series of that name with exactly these labels. Synchronous, and
 * so without `refresh` hooks: `await registry.refresh()` first, where there are some. Looking creates no series.
 *
 * ```ts
 * sampleValue(registry, 'jobs_total', { queue: 'mail' }); // 3
 * sampleValue(registry, 'job_seconds_bucket', { queue: 'mail', le: 0.5 }); // 2
 * ```
 *
 * @param name - Of the sample, as the text format shows it: `job_seconds_count`, `job_seconds_sum`, or `job_seconds_bucket`
 * with the label `le`; a counter's has its `_total`, a quantile of a summary the label `quantile`, and a state the label
 * that is named like the state set.
 * @param labels - In any order. Constant labels of the registry may be left out.
 * @throws {MetricError} `ERR_OPTION`, `ERR_LABEL_VALUE` where it is asked for what cannot be
 */
export function sampleValue(registry: Collector, name: string, labels: Readonly<Record<string, LabelValue>> = {}): number | undefined {
  if (typeof name !== 'string') throw fault('ERR_OPTION', 'sampleValue: name', 'a string', name);
  if (typeof labels !== 'object' || labels === null) throw fault('ERR_OPTION', `sampleValue ${JSON.stringify(name)}: labels`, 'an object', labels);
  const wanted: Labels = Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, valueOf(name, label, value)]));
  const isLike = (shown: Labels): boolean => Object.entries(wanted).every(([label, value]) => (shown[label] ?? '') === value || label === 'le' || label === 'quantile');
  const keys = new Set([keyOf(name, wanted), keyOf(name, { ...constantLabelsOf(registry), ...wanted })]);
  for (const family of familiesNow('sampleValue', registry)) {
    if (!sampleNames(family.name, family.type).includes(name)) continue;
    for (const sample of samplesOf(family)) if (sample.name === name && isLike(sample.labels) && keys.has(keyOf(name, sample.labels))) return sample.value;
  }
  return undefined;
}

function valueOf(name: string, label: string, value: unknown): string {
  return label === 'le' && value === Infinity ? '+Inf' : labelText(`sampleValue ${JSON.stringify(name)}`, label, value);
}
