// `promlet check`: whether an exposition is valid, and whether its metrics are named and described well.

import type { Labels, MetricFamily } from '../core/model.ts';
import { parseSamples } from '../parse.ts';
import type { Command } from './command.ts';
import { lint, sortComplaints } from './lint.ts';
import type { Complaint } from './lint.ts';
import type { InputFormat } from './input-formats.ts';
import { INPUT_OPERAND, inputOptions, readExposition } from './reading.ts';
import { painter, printable } from './terminal.ts';

/** As promtool has it. */
const LINT_EXIT_CODE = 3;

export const check: Command = {
  summary: 'Find errors in an exposition, and lint its metrics.',
  description: `Reads what an exporter exposes, from a file, a URL or stdin, and reports what is
not valid, and what is valid but bad practice, in the words of promtool.
Without --format, it is read as its Content-Type says, or as it looks: as
protobuf where it begins with such a message, as OpenMetrics where it ends in
"# EOF" and has what only that has, else as the text format.
Exits with 0 if all is well, with 1 if it is not valid, empty or cannot be
read, and with 3 if it is bad practice. Metrics without samples are noted.`,
  operand: INPUT_OPERAND,
  options: inputOptions,
  async run(given, io) {
    const { bytes, format, families, assumption } = await readExposition(given, io);
    const complaints = sortComplaints([...lint(families), ...inconsistencies(bytes, format, families)]);
    const paint = painter(io.stderr, io);
    for (const { metric, text } of complaints) io.stderr.write(`${paint('bold', printable(metric))} ${printable(text)}\n`);
    if (complaints.length === 0) io.stdout.write(`OK: ${families.length === 1 ? '1 metric' : `${families.length} metrics`}, nothing to complain of.\n`);
    const notes = families.filter(({ points }) => isEmpty(points)).map(({ name }) => `${name} has no samples`);
    for (const note of assumption === undefined ? notes : [...notes, assumption]) io.stdout.write(`Note: ${printable(note)}\n`);
    return complaints.length === 0 ? 0 : LINT_EXIT_CODE;
  },
};

function isEmpty(points: Iterable<unknown>): boolean {
  for (const _ of points) return false;
  return true;
}

// The text format has no rules for how lines fit together, and protobuf none for series that come twice; what does not
// is a fault of the exporter nevertheless. OpenMetrics has such rules, and its parsers reject what breaks them.
function inconsistencies(bytes: Uint8Array, format: InputFormat, families: readonly MetricFamily[]): Complaint[] {
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
