// Test data of public suites against the writers, names and numbers: vectors.ts FOLDER. What differs from them is
// listed here, with the reason.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { isMetricName } from '../lib/core/names.ts';
import { spellingOf } from '../lib/formats/escaping.ts';
import type { Escaping } from '../lib/formats/format.ts';
import { boundText, canonicalBound } from '../lib/formats/syntax.ts';
import { openMetricsWith, render, text1 } from '../lib/index.ts';
import type { Labels, MetricFamily, Point } from '../lib/index.ts';
import { acceptsGzip } from '../lib/scraping/encoding.ts';

const folder = process.argv[2]!;

/** By the vector's name: why promlet does otherwise. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'common/openmetrics_create/00 Counter, timestamp given, no _total suffix.': 'a counter without `_total`, which is shown with it here; and it holds NaN',
  'common/openmetrics_create/02 Dots in name, no labels': 'the same counter, one of its points with a time and one without, which OpenMetrics forbids',
  'common/openmetrics_create/06 Summary.': 'negative sums and quantiles, which OpenMetrics forbids',
  'common/openmetrics_create/14 No metric plus unit.': 'a unit that is not the end of the name',
  'observed/GZIP': 'codings are case-insensitive',
};

type Num = number | string;
interface Stamp { readonly seconds: number; readonly nanos?: number }
interface Given {
  readonly labels: readonly (readonly [string, string])[];
  readonly timestampMs?: number;
  readonly [type: string]: unknown;
}
interface Value {
  readonly value: Num;
  readonly sum?: Num;
  readonly count?: number;
  readonly countFloat?: number;
  readonly quantiles?: readonly { readonly quantile: Num; readonly value: Num }[];
  readonly buckets?: readonly Bucket[];
  readonly created?: Stamp;
  readonly exemplar?: GivenExemplar;
}
interface Bucket { readonly le: Num; readonly cumulativeCount?: number; readonly cumulativeCountFloat?: number; readonly exemplar?: GivenExemplar }
interface GivenExemplar { readonly labels: readonly (readonly [string, string])[]; readonly value: Num; readonly timestamp?: Stamp }
interface Vector { readonly name: string; readonly family: { readonly name: string; readonly help?: string; readonly unit?: string; readonly type: string; readonly metrics: readonly Given[] }; readonly expected: string; readonly expectError?: string; readonly options?: { readonly createdLines?: boolean } }

let passed = 0;
const failures: string[] = [];

function check(name: string, found: unknown, expected: unknown): void {
  if (found === expected || name in OTHERWISE) passed++;
  else failures.push(`${name}\n  found    ${JSON.stringify(found)}\n  expected ${JSON.stringify(expected)}`);
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as T;
}

const TYPES: Readonly<Record<string, MetricFamily['type']>> = { untyped: 'unknown', gauge_histogram: 'gaugehistogram' };

function familyOf({ name, help = '', unit, type, metrics }: Vector['family']): MetricFamily {
  return { name, help, unit, type: TYPES[type] ?? type, points: metrics.map(pointOf) } as MetricFamily;
}

function pointOf({ labels, timestampMs, ...rest }: Given): Point {
  const value = Object.values(rest)[0] as Value;
  const head = { labels: Object.fromEntries(labels), timestampMs };
  if (value.buckets !== undefined) {
    const total = value.count ?? value.countFloat ?? 0;
    const finite = value.buckets.filter(({ le }) => Number(String(le).replace('Inf', 'Infinity')) !== Infinity);
    const cumulative = [...finite.map(({ cumulativeCount, cumulativeCountFloat }) => cumulativeCount ?? cumulativeCountFloat ?? 0), total];
    return { ...head, bounds: finite.map(({ le }) => number(le)), counts: cumulative.map((each, i) => each - (cumulative[i - 1] ?? 0)), sum: number(value.sum ?? 0), createdMs: ms(value.created), exemplars: value.buckets.map(({ exemplar }) => exemplar && exemplarOf(exemplar)) } as Point;
  }
  if (value.quantiles !== undefined) {
    return { ...head, quantiles: value.quantiles.map(({ quantile, value }) => ({ quantile: number(quantile), value: number(value) })), sum: number(value.sum ?? 0), count: value.count, createdMs: ms(value.created) } as Point;
  }
  return { ...head, value: number(value.value), exemplar: value.exemplar && exemplarOf(value.exemplar), createdMs: ms(value.created) } as Point;
}

function exemplarOf({ labels, value, timestamp }: GivenExemplar): { labels: Labels; value: number; timestampMs: number | undefined } {
  return { labels: Object.fromEntries(labels), value: number(value), timestampMs: ms(timestamp) };
}

function number(given: Num): number {
  return typeof given === 'number' ? given : Number(given.replace('Inf', 'Infinity'));
}

function ms(stamp: Stamp | undefined): number | undefined {
  return stamp && stamp.seconds * 1000 + (stamp.nanos ?? 0) / 1e6;
}

/** Lines whose numbers are spelled alike, metadata in the order of the alphabet. */
function comparable(exposition: string): string {
  const lines = exposition.replace(/# EOF\n$/, '').trimEnd().split('\n').map((line) => (line.startsWith('#') ? line : line.replace(/ (\S+)(?= |$)/g, (all, token: string) => (Number.isNaN(Number(token)) ? all : ` ${Number(token)}`))));
  return [...lines.filter((line) => line.startsWith('#')).sort(), ...lines.filter((line) => !line.startsWith('#'))].join('\n');
}

// Errors there are of families that promlet's model cannot hold, or of an encoder that knows no empty families.
for (const [file, format] of [['text004-encode.json', text1], ['openmetrics1-encode.json', undefined]] as const) {
  for (const { name, family, expected, expectError, options } of read<readonly Vector[]>(file)) {
    if (expectError !== undefined) continue;
    const writer = format ?? openMetricsWith({ escaping: 'allow-utf-8', created: options?.createdLines ?? false });
    check(name, comparable(render([familyOf(family)], writer)), comparable(expected));
  }
}
for (const { op, scheme, input, expected, name } of read<readonly { op: string; scheme: Escaping; input: string; expected: string; name: string }[]>('escaping.json')) {
  // A name is never empty, and one that may stand is not spelled in another way.
  if (op !== 'escape' || input === '' || isMetricName(input)) continue;
  const { metricName, labelName } = spellingOf(scheme);
  check(`${name} ${scheme} ${input}`, metricName(input), expected);
  // Other than in Go, a label's name has no colon.
  if (!input.includes(':')) check(`${name} ${scheme} label ${input}`, labelName(input), expected);
}
for (const { input, legacyValid, name } of read<readonly { input: string; legacyValid: boolean; name: string }[]>('name-validation.json')) {
  check(name, isMetricName(input), legacyValid);
}
const view = new DataView(new ArrayBuffer(8));
for (const { bits, text004, openmetrics1 } of read<readonly { bits: string; text004: string; openmetrics1: string }[]>('float-format.json')) {
  view.setBigUint64(0, BigInt(`0x${bits}`));
  check(`${bits} in text`, boundText(view.getFloat64(0)), text004);
  check(`${bits} in OpenMetrics`, canonicalBound(view.getFloat64(0)), openmetrics1);
}
for (const { name, acceptEncoding, offered, expected } of read<readonly { name: string; acceptEncoding: string | null; offered: readonly string[]; expected: string }[]>('encoding-negotiation.json')) {
  if (offered.length > 0) check(name, acceptsGzip(acceptEncoding ?? undefined) ? 'gzip' : 'identity', expected);
}
for (const failure of failures) console.log(failure);
console.log(`${passed} passed, ${failures.length} failed, ${Object.keys(OTHERWISE).length} otherwise on purpose`);
process.exitCode = failures.length === 0 ? 0 : 1;
