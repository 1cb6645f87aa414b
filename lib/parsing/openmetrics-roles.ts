// Which samples a family of each type shows. OpenMetrics 1.0, "Suffixes" and "Metric Types".

import type { MetricType } from '../core/model.ts';

/** What a sample says of its point. */
export type Role = 'value' | 'created' | 'bucket' | 'count' | 'sum' | 'quantile' | 'state';

/** By type: what the name of a sample has after the family's, and what such a sample says. */
export const ROLES: Readonly<Record<MetricType, Readonly<Record<string, Role>>>> = {
  counter: { _total: 'value', _created: 'created' },
  gauge: { '': 'value' },
  histogram: { _bucket: 'bucket', _count: 'count', _sum: 'sum', _created: 'created' },
  gaugehistogram: { _bucket: 'bucket', _gcount: 'count', _gsum: 'sum' },
  summary: { '': 'quantile', _count: 'count', _sum: 'sum', _created: 'created' },
  info: { _info: 'value' },
  stateset: { '': 'state' },
  unknown: { '': 'value' },
};

/** The label that tells the samples of one role apart, and that no other sample of the family may have. */
export function roleLabel(family: string, type: MetricType): { readonly role: Role; readonly label: string } | undefined {
  if (type === 'histogram' || type === 'gaugehistogram') return { role: 'bucket', label: 'le' };
  if (type === 'summary') return { role: 'quantile', label: 'quantile' };
  return type === 'stateset' ? { role: 'state', label: family } : undefined;
}
