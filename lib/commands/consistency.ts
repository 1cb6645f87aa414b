// What the text format lets pass and is a fault of the exporter nevertheless: it has no rules for how lines fit
// together. OpenMetrics has them, and its reader rejects what breaks them.

import type { MetricFamily } from '../core/model.ts';
import { parseSamples } from '../parse.ts';
import type { Complaint } from './lint.ts';

/** Complaints about lines that do not fit together, in `bytes` of the text format that were read as `families`. */
export function inconsistencies(bytes: Uint8Array, families: readonly MetricFamily[]): Complaint[] {
  return [...looseSamples(bytes, families), ...repeatedSeries(bytes)];
}

/** What the lines of a type have to have, beside names of samples that no other metric uses. */
const RULES: Readonly<Record<string, string>> = {
  histogram: 'each bucket needs "le", none may be below the one before, and the last is the count',
  summary: 'each quantile needs the label "quantile", and no two may have the same',
};

// The parser gives back as plain families what it could not put together.
function looseSamples(bytes: Uint8Array, families: readonly MetricFamily[]): Complaint[] {
  if (!families.some(({ type }) => type === 'unknown')) return [];
  const whole = new Set(families.filter(({ type }) => type === 'histogram' || type === 'summary').map(({ name }) => name));
  const declared = new TextDecoder().decode(bytes).matchAll(/^#[ \t]+TYPE[ \t]+"?([^\s"]+)"?[ \t]+(histogram|summary)\b/gm);
  return [...declared]
    .filter(([, name]) => !whole.has(name!))
    .map(([, name, type]) => ({ metric: name!, text: `samples do not make a ${type}: ${RULES[type!]}` }));
}

function repeatedSeries(bytes: Uint8Array): Complaint[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { name, labels, timestampMs } of parseSamples(bytes)) {
    // The order of the labels makes no other series.
    const series = JSON.stringify([name, timestampMs, Object.entries(labels).sort()]);
    if (seen.has(series)) repeated.add(name);
    seen.add(series);
  }
  return [...repeated].map((metric) => ({ metric, text: 'has a series more than once, of which only the first counts' }));
}
