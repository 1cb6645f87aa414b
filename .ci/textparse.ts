// Do promlet's parsers and those of Prometheus read the same? textparse.ts PROGRAM [FILE…], where PROGRAM is what Go
// builds of `textparse/`, and files are expositions whose names end in `.om2`, `.pb` or `.pb.hex`. Random families come beside them,
// printed here in both formats and read back: by promlet as the very families, by Prometheus as their series.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

import type { CounterPoint, Exemplar, HistogramPoint, Labels, MetricFamily, NativeBuckets, StateSetPoint, SummaryPoint } from '../lib/core/model.ts';
import { parse, parseProtobuf } from '../lib/parse.ts';
import { go, openMetrics2Of, protobufOf, randomFamily } from './random-families.ts';

const [program, ...files] = process.argv.slice(2);
const FAMILIES = 3000;

/** What Prometheus stores of a sample; numbers as Go spells them. */
interface Entry {
  readonly labels: Labels;
  readonly value?: string;
  readonly native?: object;
  readonly ms?: number;
  readonly startMs?: number;
  readonly exemplars?: readonly object[];
}

const OM2 = 'application/openmetrics-text; version=2.0.0; charset=utf-8';
const PROTOBUF = 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';

interface Question {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  readonly families: readonly MetricFamily[];
}

const failures: string[] = [];
const questions: Question[] = [];

for (const file of files) {
  const bytes = file.endsWith('.hex') ? Buffer.from(readFileSync(file, 'utf8').replace(/\s/g, ''), 'hex') : readFileSync(file);
  const isText = file.endsWith('.om2');
  questions.push({ name: file, contentType: isText ? OM2 : PROTOBUF, bytes, families: isText ? parse(bytes, { format: 'openmetrics2' }) : parseProtobuf(bytes) });
}
for (let i = 0; i < FAMILIES; i++) {
  const family = randomFamily(i);
  const printed = new TextEncoder().encode(`${openMetrics2Of(family)}# EOF\n`);
  ask(`family ${i} in OpenMetrics 2.0`, OM2, printed, parse(printed, { format: 'openmetrics2' }), family);
  if (family.type === 'info' || family.type === 'stateset') continue;
  const bytes = protobufOf(family, i % 2 === 0);
  ask(`family ${i} in protobuf`, PROTOBUF, bytes, parseProtobuf(bytes), family);
}

function ask(name: string, contentType: string, bytes: Uint8Array, found: readonly MetricFamily[], family: MetricFamily): void {
  if (!isDeepStrictEqual(plain(found), plain([family]))) failures.push(`${name}: promlet reads\n  ${JSON.stringify(found)}\n  instead of\n  ${JSON.stringify([family])}`);
  questions.push({ name, contentType, bytes, families: found });
}

const input = questions.map(({ contentType, bytes }) => JSON.stringify({ contentType, bytes: Buffer.from(bytes).toString('base64') })).join('\n');
const { stdout, status, stderr } = spawnSync(program!, { input, encoding: 'utf8', maxBuffer: 2 ** 30 });
if (status !== 0) throw new Error(stderr);
const answers = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as { readonly error?: string; readonly entries: readonly Entry[] });
let series = 0;
for (const [i, { name, contentType, families }] of questions.entries()) {
  const { error } = answers[i]!;
  const counters = new Set(families.filter(({ type }) => type === 'counter').map(({ name }) => name));
  // Which series of a histogram gets which exemplar is Prometheus' own affair.
  const entries = (answers[i]!.entries ?? []).map(({ exemplars, ...entry }) => (counters.has(entry.labels['__name__']!) && exemplars ? { ...entry, exemplars } : entry));
  const all = families.flatMap((family) => entriesOf(family, contentType === OM2 && family.type === 'gaugehistogram' ? '_g' : '_'));
  // In protobuf Prometheus takes the time 0 for none.
  const expected = sorted(all.map(({ ms, ...entry }) => (ms === undefined || (ms === 0 && contentType === PROTOBUF) ? entry : { ...entry, ms })));
  series += expected.length;
  if (error !== undefined) failures.push(`${name}: Prometheus rejects it: ${error}`);
  else if (!isDeepStrictEqual(sorted(entries), expected)) failures.push(`${name}: Prometheus reads\n  ${except(sorted(entries), expected)}\n  instead of\n  ${except(expected, sorted(entries))}`);
}
for (const failure of failures.slice(0, 20)) console.log(failure);
console.log(`${questions.length} expositions of ${series} series, ${failures.length} failed`);
process.exitCode = failures.length === 0 && questions.length > 0 ? 0 : 1;

/** Without what the formats cannot say: the sign of zero. Absent and undefined are the same. */
function plain(families: readonly MetricFamily[]): unknown {
  return JSON.parse(JSON.stringify(families, (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? `${value}` : value === undefined ? undefined : value)));
}

function except(all: readonly string[], others: readonly string[]): string {
  return all.filter((each) => !others.includes(each)).join('\n  ');
}

function sorted(entries: readonly Entry[]): readonly string[] {
  const ordered = (labels: Labels): unknown => Object.entries(labels).filter(([, value]) => value !== '').sort();
  const all = entries.map((entry) => JSON.parse(JSON.stringify({ ...entry, labels: ordered(entry.labels), startMs: entry.startMs === 0 ? undefined : entry.startMs })) as unknown);
  return all.map((entry) => JSON.stringify(entry, Object.keys(flattened(entry)).sort())).sort();
}

/** All keys within. */
function flattened(value: unknown, keys: Record<string, true> = {}): Record<string, true> {
  if (typeof value !== 'object' || value === null) return keys;
  for (const [key, inner] of Object.entries(value)) {
    keys[key] = true;
    flattened(inner, keys);
  }
  return keys;
}

/** A bound or quantile as Prometheus names series by it. */
function canonical(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [, digits, exponent] = /^(.*)e(.*)$/.exec(value.toExponential())!;
  const power = Number(exponent);
  const written = power >= -4 && power < 6 ? String(value) : `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  return /^-?\d+$/.test(written) ? `${written}.0` : written;
}

function ms(time: number | undefined): number | undefined {
  return time === undefined ? undefined : Math.trunc(time);
}

function exampleOf({ labels, value, timestampMs }: Exemplar): object {
  return { labels, value: go(value), ms: ms(timestampMs) };
}

/** The series that Prometheus makes of a family. @param prefix - What stands before `sum` and `count` of a histogram. */
function entriesOf({ name, type, points }: MetricFamily, prefix: '_' | '_g'): Entry[] {
  return [...points].flatMap((point): Entry[] => {
    const time = { ms: ms(point.timestampMs), startMs: ms((point as CounterPoint).createdMs) };
    const entry = (suffix: string, value: number, labels: Labels = {}, exemplar?: Exemplar): Entry =>
      ({ labels: { __name__: name + suffix, ...point.labels, ...labels }, value: go(value), ...time, ...(exemplar && { exemplars: [exampleOf(exemplar)] }) }) as Entry;
    if (type === 'info') return [entry('', 1)];
    if (type === 'stateset') return Object.entries((point as StateSetPoint).states).map(([state, isOn]) => entry('', isOn ? 1 : 0, { [name]: state }));
    if ('quantiles' in point) {
      const { quantiles, sum = 0, count = 0 } = point as SummaryPoint;
      return [entry('_sum', sum), entry('_count', count), ...quantiles.map(({ quantile, value }) => entry('', value, { quantile: canonical(quantile) }))];
    }
    if (!('bounds' in point)) return [entry('', (point as CounterPoint).value, {}, (point as CounterPoint).exemplar)];

    const { bounds, counts, sum = 0, native } = point as HistogramPoint;
    let total = 0;
    const buckets = Array.from(counts, (count, i) => entry('_bucket', (total += count), { le: canonical(bounds[i] ?? Infinity) }));
    const classic = [...buckets, entry(`${prefix}sum`, sum), entry(`${prefix}count`, total)];
    if (native === undefined) return classic;
    const counted = ({ indexes, counts }: NativeBuckets): Labels => Object.fromEntries(Array.from(indexes, (index, i) => [String(index), go(counts[i]!)]));
    const { schema, zeroThreshold, zeroCount, positive, negative } = native;
    const whole = { labels: { __name__: name, ...point.labels }, native: { schema, zeroThreshold: go(zeroThreshold), zeroCount: go(zeroCount), count: go(total), sum: go(sum), positive: counted(positive), negative: counted(negative) }, ...time } as Entry;
    return bounds.length > 0 ? [whole, ...classic] : [whole];
  });
}
