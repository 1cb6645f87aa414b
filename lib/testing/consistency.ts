// What the grammar of a format lets pass, and is a fault of the exporter nevertheless: lines that do not fit together, and
// series that come twice.

import type { Labels, MetricFamily } from '../core/model.ts';
import { parseSamples } from '../parse.ts';
import type { ParseFormat } from '../parse.ts';
import type { Complaint } from './rules.ts';

export type ReadFormat = ParseFormat | 'protobuf';

/**
 * The text format has no rules for how lines fit together, and protobuf none for series that come twice. OpenMetrics has
 * such rules, and its parsers reject what breaks them.
 */
export function inconsistencies(bytes: Uint8Array, format: ReadFormat, families: readonly MetricFamily[]): Complaint[] {
  if (format === 'text') return [...looseSamples(bytes, families), ...repeatedSeries(parseSamples(bytes))];
  return format === 'protobuf' ? repeatedSeries(seriesOf(families)) : [];
}

/** What the lines of a type have to have, beside names of samples that no other metric uses. */
const RULES: Readonly<Record<string, string>> = {
  histogram: 'each bucket needs "le", none may be below the one before, and the last is the count',
  summary: 'each quantile needs the label "quantile", and no two may have the same',
};

// The parser returns as plain families what it could not put together.
function looseSamples(bytes: Uint8Array, families: readonly MetricFamily[]): Complaint[] {
  if (!families.some(({ type }) => type === 'unknown')) return [];
  const whole = new Set(families.filter(({ type }) => type === 'histogram' || type === 'summary').map(({ name }) => name));
  const declared = new TextDecoder().decode(bytes).matchAll(/^#[ \t]+TYPE[ \t]+"?([^\s"]+)"?[ \t]+(histogram|summary)\b/gm);
  return [...declared]
    .filter(([, name]) => !whole.has(name!))
    .map(([, name, type]) => ({ metric: name!, text: `samples do not make a ${type}: ${RULES[type!]}` }));
}

interface Series {
  readonly name: string;
  readonly labels: Labels;
  readonly timestampMs?: number | undefined;
}

function* seriesOf(families: readonly MetricFamily[]): Generator<Series> {
  for (const { name, points } of families) for (const { labels, timestampMs } of points) yield { name, labels, timestampMs };
}

function repeatedSeries(all: Iterable<Series>): Complaint[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { name, labels, timestampMs } of all) {
    // Neither the order of the labels nor an empty one makes another series.
    const pairs = Object.entries(labels).filter(([, value]) => value !== '');
    const series = JSON.stringify([name, timestampMs, pairs.sort()]);
    if (seen.has(series)) repeated.add(name);
    seen.add(series);
  }
  return [...repeated].map((metric) => ({ metric, text: 'has a series more than once, of which only the first counts' }));
}
