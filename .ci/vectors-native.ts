// Test data of public suites against native histograms, protobuf and OpenMetrics 2.0: vectors-native.ts FOLDER. What
// differs from them is listed here, with the reason.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Histogram, render } from '../lib/index.ts';
import type { Exemplar, HistogramPoint, MetricFamily, NativeBuckets, Point } from '../lib/index.ts';
import { coarser, fineIndex, octaveOf, schemaOf, upperBound } from '../lib/metrics/native-indexes.ts';
import { openMetrics2 } from '../lib/openmetrics2.ts';
import { parse, parseProtobuf } from '../lib/parse.ts';
import { protobuf } from '../lib/protobuf.ts';

const folder = process.argv[2]!;

/** By the vector's name: why promlet does otherwise. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'TestNativeHistogram/NaN observation': 'NaN is no observation here: it is rejected and counted',
  'from common/text_create/07 No metric type, should result in default type Counter.': 'the type is always written',
  'empty strings and zero values': 'a help text that is empty is none',
};

type Num = number | string;
interface Stamp { readonly seconds: number; readonly nanos?: number }
interface GivenExemplar { readonly labels: readonly (readonly [string, string])[]; readonly value: Num; readonly timestamp?: Stamp }
interface GivenSpan { readonly offset: number; readonly length: number }
interface GivenHistogram {
  readonly count?: number; readonly countFloat?: number; readonly sum?: Num; readonly created?: Stamp;
  readonly buckets: readonly { readonly le: Num; readonly cumulativeCount?: number; readonly cumulativeCountFloat?: number; readonly exemplar?: GivenExemplar }[];
  readonly schema?: number; readonly zeroThreshold?: number; readonly zeroCount?: number; readonly zeroCountFloat?: number;
  readonly positiveSpans?: readonly GivenSpan[]; readonly positiveDeltas?: readonly number[]; readonly positiveCounts?: readonly number[];
  readonly negativeSpans?: readonly GivenSpan[]; readonly negativeDeltas?: readonly number[]; readonly negativeCounts?: readonly number[];
  readonly exemplars?: readonly GivenExemplar[];
}
interface GivenValue { readonly value: Num; readonly exemplar?: GivenExemplar; readonly created?: Stamp }
interface GivenMetric {
  readonly labels: readonly (readonly [string, string])[]; readonly timestampMs?: number;
  readonly counter?: GivenValue; readonly gauge?: GivenValue; readonly untyped?: GivenValue; readonly histogram?: GivenHistogram;
  readonly summary?: { readonly count?: number; readonly sum?: Num; readonly quantiles?: readonly { readonly quantile: Num; readonly value: Num }[]; readonly created?: Stamp };
}
interface GivenFamily { readonly name: string; readonly help?: string; readonly unit?: string; readonly type?: string; readonly metrics: readonly GivenMetric[] }

let passed = 0;
const failures: string[] = [];

function check(name: string, found: unknown, expected: unknown): void {
  const [one, other] = [found, expected].map((each) => JSON.stringify(each, (_, value) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value)));
  if (one === other || name in OTHERWISE) passed++;
  else failures.push(`${name}\n  found    ${one}\n  expected ${other}`);
}

function read<T>(file: string): readonly T[] {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as T[];
}

function number(given: Num): number {
  return typeof given === 'number' ? given : Number(given.replace('Inf', 'Infinity'));
}

function milliseconds(stamp: Stamp | undefined): number | undefined {
  return stamp && stamp.seconds * 1000 + (stamp.nanos ?? 0) / 1e6;
}

// Schemas, indexes and bounds. Powers of 2 are exact everywhere; of the others Go's constants are up to 4 units off.

for (const { bucketFactor, schema } of read<{ bucketFactor: number; schema: number }>('native-histogram-schema.json')) check(`factor ${bucketFactor}`, schemaOf(bucketFactor), schema);

function isNear(found: number, expected: number): boolean {
  return found === expected || Math.abs(found / expected - 1) < 1e-15;
}

for (const { schema, value, index, indexIdeal = index, lowerExclusive, upperInclusive } of read<{ schema: number; value: Num; index: number; indexIdeal?: number; lowerExclusive: Num; upperInclusive: Num }>('native-histogram-index.json')) {
  for (const from of new Set([schema, 8])) check(`index of ${value} at ${schema}, by the table of ${from}`, coarser(fineIndex(number(value), octaveOf(from)), Math.max(from, 0) - schema), indexIdeal);
  check(`bounds of ${index} at ${schema}`, [isNear(upperBound(index - 1, schema, octaveOf(8)), number(lowerExclusive)), isNear(upperBound(index, schema, octaveOf(schema)), number(upperInclusive))], [true, true]);
}
for (const { name, index, schema, upperBound: bound } of read<{ name: string; index: number; schema: number; upperBound: Num }>('native-histogram-bounds.json')) check(name, isNear(upperBound(index, schema, octaveOf(schema)), number(bound)), true);

// Observations, and the state after them.

interface Scenario {
  readonly name: string; readonly observations: readonly Num[]; readonly observationIntervalSeconds: number; readonly bucketFactor: number; readonly zeroThresholdOption: number;
  readonly maxBuckets: number; readonly minResetDurationSeconds: number; readonly maxZeroThreshold: number; readonly expected: GivenHistogram & { readonly createdOffsetSeconds: number };
}

for (const { name, observations, observationIntervalSeconds, bucketFactor, zeroThresholdOption, maxBuckets, minResetDurationSeconds, maxZeroThreshold, expected } of read<Scenario>('native-histogram.json')) {
  const begin = 1_700_000_000_123;
  let nowMs = begin;
  const native = { factor: bucketFactor, maxBuckets, zeroThreshold: zeroThresholdOption === 0 ? 2 ** -128 : Math.max(0, zeroThresholdOption), minResetSeconds: minResetDurationSeconds, maxZeroThreshold };
  const histogram = new Histogram({ name: 'name', help: 'help', ...(bucketFactor > 1 && { native, buckets: false as const }), wallClock: () => nowMs });
  for (const observation of observations) {
    nowMs += observationIntervalSeconds * 1000;
    histogram.observe(number(observation));
  }
  const { createdOffsetSeconds, ...state } = expected;
  const wanted: GivenFamily = { name: 'name', help: 'help', type: 'histogram', metrics: [{ labels: [], histogram: { ...state, created: { seconds: 1_700_000_000 + createdOffsetSeconds, nanos: 123_000_000 } } }] };
  check(name, hex(histogram as unknown as MetricFamily), hex(familyOf(wanted)));
}

// Protobuf, byte for byte, and back.

function hex(family: MetricFamily): string {
  return Buffer.from(render([family], protobuf)).toString('hex');
}

/** A histogram's last bucket is the total, and is written where it has an exemplar alone. */
function hasTotalBucket({ metrics }: GivenFamily): boolean {
  return metrics.some(({ histogram }) => histogram?.buckets.some(({ le, exemplar }) => le === '+Inf' && exemplar === undefined));
}

for (const { name, family, delimitedHex } of read<{ name: string; family: GivenFamily; delimitedHex: string }>('protobuf-encode.json')) {
  if (!hasTotalBucket(family)) check(name, hex(familyOf(family)), delimitedHex);
  check(`${name}, and back`, hex(parseProtobuf(Buffer.from(delimitedHex, 'hex'))[0]!), hex(familyOf(family)));
}

function familyOf({ name, help = '', unit, type = 'counter', metrics }: GivenFamily): MetricFamily {
  const types: Readonly<Record<string, string>> = { untyped: 'unknown', gauge_histogram: 'gaugehistogram' };
  return { name, help, unit, type: types[type] ?? type, points: metrics.map(pointOf) } as MetricFamily;
}

function pointOf({ labels, timestampMs, histogram, summary, ...value }: GivenMetric): Point {
  const head = { labels: Object.fromEntries(labels), timestampMs };
  if (histogram !== undefined) return { ...head, ...histogramOf(histogram) } as Point;
  if (summary !== undefined) {
    const { count, sum, quantiles = [], created } = summary;
    return { ...head, count, sum: sum === undefined ? undefined : number(sum), quantiles: quantiles.map((each) => ({ quantile: number(each.quantile), value: number(each.value) })), createdMs: milliseconds(created) } as Point;
  }
  const { value: given, exemplar, created } = (value.counter ?? value.gauge ?? value.untyped)!;
  return { ...head, value: number(given), exemplar: exemplar && exemplarOf(exemplar), createdMs: milliseconds(created) } as Point;
}

function histogramOf({ count, countFloat, sum, buckets, created, schema, zeroThreshold = 0, zeroCount, zeroCountFloat, exemplars, ...sides }: GivenHistogram): Partial<HistogramPoint> {
  const finite = buckets.filter(({ le }) => le !== '+Inf');
  const cumulative = [...finite.map((each) => each.cumulativeCount ?? each.cumulativeCountFloat ?? 0), count ?? countFloat ?? 0];
  return {
    bounds: finite.map(({ le }) => number(le)),
    counts: cumulative.map((each, i) => each - (cumulative[i - 1] ?? 0)),
    sum: sum === undefined ? undefined : number(sum),
    exemplars: buckets.map(({ exemplar }) => exemplar && exemplarOf(exemplar)),
    createdMs: milliseconds(created),
    native: schema === undefined ? undefined : {
      schema,
      zeroThreshold,
      zeroCount: zeroCount ?? zeroCountFloat ?? 0,
      positive: sideOf(sides.positiveSpans, sides.positiveDeltas, sides.positiveCounts),
      negative: sideOf(sides.negativeSpans, sides.negativeDeltas, sides.negativeCounts),
      exemplars: exemplars?.map(exemplarOf),
    },
  };
}

function sideOf(spans: readonly GivenSpan[] = [], deltas: readonly number[] = [], counts?: readonly number[]): NativeBuckets {
  const all = counts ?? deltas.map((_, i) => deltas.slice(0, i + 1).reduce((sum, delta) => sum + delta, 0));
  const indexes: number[] = [];
  let next = 0;
  for (const { offset, length } of spans) {
    next += offset;
    for (let i = 0; i < length; i++) indexes.push(next++);
  }
  const kept = indexes.map((index, i) => [index, all[i]!] as const).filter(([, own]) => own !== 0);
  return { indexes: kept.map(([index]) => index), counts: kept.map(([, own]) => own) };
}

function exemplarOf({ labels, value, timestamp }: GivenExemplar): Exemplar {
  return { labels: Object.fromEntries(labels), value: number(value), timestampMs: milliseconds(timestamp) };
}

// OpenMetrics 2.0: that of the one encoder there is, which knows no composite values yet, and the examples of the specification.

for (const { name, family, expected } of read<{ name: string; family: GivenFamily; expected?: string }>('openmetrics2-encode.json')) {
  if (expected === undefined) continue;
  // Our metadata has an order of its own, and numbers are spelled as JavaScript spells them.
  const comparable = (exposition: string): string[] => exposition.replace('# EOF\n', '').trimEnd().split('\n').map((line) => line.replace(/ (\S+)(?= |$)/g, (all, token: string) => (Number.isNaN(Number(token)) ? all : ` ${Number(token)}`))).sort();
  check(name, comparable(render([familyOf(family)], openMetrics2)), comparable(expected));
}
for (const { name, input, valid } of read<{ name: string; input: string; valid: boolean }>('openmetrics2-spec-examples.json')) {
  let isRead = true;
  try {
    const families = parse(input, { format: 'openmetrics2' });
    // What is read can be written, and read again as the same.
    const written = render(families, openMetrics2, { onWarning: () => {} });
    check(`${name}, and back`, render(parse(written, { format: 'openmetrics2' }), openMetrics2), written);
  } catch {
    isRead = false;
  }
  check(name, isRead, valid);
}

for (const failure of failures) console.log(failure);
console.log(`${passed} passed, ${failures.length} failed, ${Object.keys(OTHERWISE).length} otherwise on purpose`);
process.exitCode = failures.length === 0 ? 0 : 1;
