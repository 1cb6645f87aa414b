// How what the members of a group have of one metric becomes one: each rule by an example.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, Histogram, Info, openMetrics, Registry, render, StateSet, Summary, text } from '../lib/index.ts';
import type { Collector, HistogramPoint, MergeRule, MetricFamily, SummaryPoint } from '../lib/index.ts';
import { Merger } from '../lib/merging/merger.ts';
import { sumOf } from '../lib/merging/sum.ts';
import { done, merged, mergedOf, partOf } from './merging.ts';

const counter = (value: number, more: object = {}): MetricFamily => ({ type: 'counter', name: 'jobs_total', help: 'Jobs.', points: [{ labels: { queue: 'mail' }, value, ...more }] });
const gauge = (value: number, merge?: MergeRule, more: object = {}): MetricFamily => ({ type: 'gauge', name: 'load', help: '', merge, points: [{ labels: {}, value, ...more }] });
const histogram = (bounds: readonly number[], counts: readonly number[], more: object = {}): MetricFamily => ({ type: 'histogram', name: 'h', help: '', points: [{ labels: {}, bounds, counts, sum: 5, ...more }] });

function lines({ text }: { readonly text: string }): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

test('counters add up, and each member may have series of its own', () => {
  const member = (queues: Readonly<Record<string, number>>): Registry => {
    const registry = new Registry();
    const jobs = registry.register(new Counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['queue'] }));
    for (const [queue, count] of Object.entries(queues)) jobs.inc({ queue }, count);
    return registry;
  };
  const { text, reports } = mergedOf(member({ mail: 1, print: 2 }), member({ 'a"b\\\n': 3, print: 4 }));
  assert.equal(text, '# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total{queue="mail"} 1\njobs_total{queue="print"} 6\njobs_total{queue="a\\"b\\\\\\n"} 3\n');
  assert.deepEqual(reports, []);
});

const rules: readonly (readonly [rule: MergeRule | undefined, values: readonly number[], shown: string])[] = [
  [undefined, [1, 2, 4], '7'],
  ['sum', [1, 2, 4], '7'],
  ['sum', [1, NaN, 4], 'NaN'],
  ['sum', [-0, -0], '0'],
  ['sum', [Infinity, -Infinity], 'NaN'],
  ['min', [2, 1, 4], '1'],
  ['min', [NaN, 3, 4], '3'],
  ['min', [NaN, NaN], 'NaN'],
  ['max', [2, 5, 4], '5'],
  ['max', [3, NaN], '3'],
  ['max', [NaN, NaN], 'NaN'],
  ['max', [-Infinity, NaN], '-Inf'],
  ['mean', [1, 2, 6], '3'],
  ['mean', [1, NaN, 6], '3.5'],
  ['mean', [NaN, NaN], 'NaN'],
  ['latest', [1, 2, 4], '4'],
];
for (const [rule, values, shown] of rules) {
  test(`${rule ?? 'without a rule'}, gauges of ${values.join(', ')} are ${shown}`, () => {
    for (const type of ['gauge', 'unknown'] as const) {
      const member = (value: number): MetricFamily[] => [{ ...gauge(value, rule), type } as MetricFamily];
      assert.deepEqual(lines(mergedOf(...values.map(member))), [`load ${shown}`.replace(' -0', ' 0')]);
    }
  });
}

test('a gauge says by its option how it is merged; latest is what was set last, in whichever member', () => {
  let now = 1_000;
  const member = (value: number, merge: MergeRule): Registry => {
    const registry = new Registry();
    const load = registry.register(new Gauge({ name: 'load', help: '', merge, wallClock: () => now }));
    load.set(value);
    now -= 100;
    return registry;
  };
  assert.deepEqual(lines(mergedOf(member(1, 'latest'), member(2, 'latest'))), ['load 1']);
  assert.deepEqual(lines(mergedOf(member(1, 'max'), member(2, 'max'))), ['load 2']);
  assert.deepEqual(lines(mergedOf(member(1, 'each'), member(2, 'each'))), ['load{member="1"} 1', 'load{member="2"} 2']);
});

test('where nobody knows when a value was set, the member that joined last has the latest; one that knows goes before it', () => {
  assert.deepEqual(lines(mergedOf([gauge(1, 'latest')], [gauge(2, 'latest')])), ['load 2']);
  assert.deepEqual(lines(mergedOf([gauge(1, 'latest', { setMs: 5 })], [gauge(2, 'latest')])), ['load 1']);
  assert.deepEqual(lines(mergedOf([gauge(1, 'latest', { setMs: 5 })], [gauge(2, 'latest', { setMs: 5 })])), ['load 2']);
});

test('where only the time of a value is known, latest is the latest by that', () => {
  assert.deepEqual(lines(mergedOf([gauge(1, 'latest', { timestampMs: 9 })], [gauge(2, 'latest', { timestampMs: 5 })])), ['load 1 9']);
});

test('each adds a label after the others; one of that name becomes exported_member, and so on', () => {
  const member = (labels: Readonly<Record<string, string>>): MetricFamily[] => [{ type: 'gauge', name: 'load', help: '', merge: 'each', constantLabels: { zone: 'a' }, points: [{ labels, value: 1 }] }];
  assert.deepEqual(lines(mergedOf(member({ disk: 'x' }))), ['load{zone="a",disk="x",member="1"} 1']);
  assert.deepEqual(lines(mergedOf(member({ member: 'x', disk: 'y' }))), ['load{zone="a",exported_member="x",disk="y",member="1"} 1']);
  assert.deepEqual(lines(mergedOf(member({ member: 'x', exported_member: 'y' }))), ['load{zone="a",exported_exported_member="x",exported_member="y",member="1"} 1']);
});

test('a state set named member shows each member by another label', () => {
  const family: MetricFamily = { type: 'stateset', name: 'member', help: '', merge: 'each', points: [{ labels: {}, states: { on: true } }] };
  assert.deepEqual(lines(mergedOf([family], [family])), ['member{group_member="1",member="on"} 1', 'member{group_member="2",member="on"} 1']);
});

test('the created time is the earliest, the exemplar the latest', () => {
  const exemplar = (id: string, timestampMs?: number) => ({ labels: { id }, value: 1, timestampMs });
  const [family] = mergedOf([counter(1, { createdMs: 2_000, exemplar: exemplar('a', 9_000) })], [counter(2, { createdMs: 1_000, exemplar: exemplar('b', 8_000) })], [counter(4, { exemplar: exemplar('c') })]).families;
  const [point] = [...family!.points];
  assert.deepEqual({ ...point, series: undefined, createdMs: (point as { createdMs?: number }).createdMs }, { series: undefined, value: 7, exemplar: exemplar('a', 9_000), createdMs: 1_000 });
});

test('a point keeps the latest of its timestamps, and of points of one series within a member the latest counts', () => {
  assert.deepEqual(lines(mergedOf([counter(1, { timestampMs: 5 })], [counter(2, { timestampMs: 7 })])), ['jobs_total{queue="mail"} 3 7']);
  const twice: MetricFamily = { type: 'gauge', name: 'load', help: '', points: [{ labels: {}, value: 1, timestampMs: 9 }, { labels: {}, value: 2, timestampMs: 8 }, { labels: {}, value: 3, timestampMs: 7 }] };
  assert.deepEqual(lines(mergedOf([twice], [gauge(10, undefined, { timestampMs: 3 })])), ['load 11 9']);
});

test('labels in another order, and such without a value, are the same series', () => {
  const member = (labels: Readonly<Record<string, string>>): MetricFamily[] => [{ type: 'counter', name: 'c_total', help: '', points: [{ labels, value: 1 }] }];
  assert.deepEqual(lines(mergedOf(member({ a: 'x', b: 'y' }), member({ b: 'y', a: 'x' }), member({ a: 'x', b: 'y', c: '' }))), ['c_total{a="x",b="y"} 3']);
});

test('label values that only look alike are kept apart', () => {
  const member = (labels: Readonly<Record<string, string>>): MetricFamily[] => [{ type: 'counter', name: 'c_total', help: '', points: [{ labels, value: 1 }] }];
  assert.equal(lines(mergedOf(member({ a: 'x1:b1:y' }), member({ a: 'x', b: 'y' }), member({ a: 'x1', b: ':y' }), member({ a1: ':bx' }))).length, 4);
});

test('constant labels are part of a series, and a label of the same name in another member is the same', () => {
  const member = (zone: string): Registry => {
    const registry = new Registry({ labels: { zone } });
    registry.register(new Counter({ name: 'c_total', help: '' })).inc(2);
    return registry;
  };
  const own: MetricFamily = { type: 'counter', name: 'c_total', help: '', points: [{ labels: { zone: 'a' }, value: 1 }] };
  assert.deepEqual(lines(mergedOf(member('a'), member('b'), [own])), ['c_total{zone="a"} 3', 'c_total{zone="b"} 2']);
});

test('names of any characters take part', () => {
  const member = (): Registry => {
    const registry = new Registry();
    registry.register(new Counter({ name: 'http.requests', help: 'R', names: 'utf8', labelNames: ['http.method'] })).inc({ 'http.method': 'GET' });
    return registry;
  };
  assert.equal(mergedOf(member(), member()).text, '# HELP http_requests R\n# TYPE http_requests counter\nhttp_requests{http_method="GET"} 2\n');
});

test('histograms add up bucket by bucket, with the latest exemplar of each', () => {
  const exemplar = (id: string, timestampMs: number) => ({ labels: { id }, value: 0.5, timestampMs });
  const { families } = mergedOf([histogram([1, 2], [1, 2, 3], { exemplars: [exemplar('a', 1), , exemplar('b', 5)] })], [histogram([1, 2], [10, 20, 30], { exemplars: [exemplar('c', 2), exemplar('d', 1), exemplar('e', 4)] })]);
  const [{ bounds, counts, sum, exemplars }] = [...families[0]!.points] as [HistogramPoint];
  assert.deepEqual({ bounds, counts, sum, exemplars }, { bounds: [1, 2], counts: [11, 22, 33], sum: 10, exemplars: [exemplar('c', 2), exemplar('d', 1), exemplar('b', 5)] });
});

test('of other bounds nothing is lost: each observation counts in the first bucket that reaches as far as its own', () => {
  const { text, reports } = mergedOf([histogram([1, 2, 5], [1, 1, 1, 1])], [histogram([0.5, 2, 3, 7], [10, 20, 30, 40, 50])], [histogram([1, 2, 5], [0, 0, 0, 0])]);
  assert.deepEqual(lines({ text }), ['h_bucket{le="1"} 11', 'h_bucket{le="2"} 32', 'h_bucket{le="5"} 63', 'h_bucket{le="+Inf"} 154', 'h_sum 15', 'h_count 154']);
  assert.deepEqual(reports, ['ERR_MERGE histogram "h": bounds: expected [1, 2, 5], as most members have it, got [0.5, 2, 3, 7] of member "2"']);
});

test('where as many have either, the member that joined first decides', () => {
  assert.deepEqual(lines(mergedOf([histogram([1], [1, 1])], [histogram([2], [1, 1])])).slice(0, 2), ['h_bucket{le="1"} 1', 'h_bucket{le="+Inf"} 4']);
});

test('series of one family may have bounds of their own, which are agreed on one by one', () => {
  const member = (one: readonly number[], other: readonly number[]): MetricFamily[] => [{ type: 'histogram', name: 'h', help: '', points: [{ labels: { a: '1' }, bounds: one, counts: [1, 1], sum: 1 }, { labels: { a: '2' }, bounds: other, counts: [1, 1], sum: 1 }] }];
  const { text, reports } = mergedOf(member([1], [2]), member([1], [3]), member([1], [3]));
  assert.deepEqual(lines({ text }).filter((line) => line.includes('bucket')), ['h_bucket{a="1",le="1"} 3', 'h_bucket{a="1",le="+Inf"} 6', 'h_bucket{a="2",le="3"} 3', 'h_bucket{a="2",le="+Inf"} 6']);
  assert.deepEqual(reports, []);
});

test('gauge histograms add up, and nothing of the ended counts', () => {
  const family = { ...histogram([1], [1, 2]), type: 'gaugehistogram' } as MetricFamily;
  assert.deepEqual(lines(merged([partOf([family], 0), partOf([family], 1), partOf([family], 2, true)])), ['h_bucket{le="1"} 2', 'h_bucket{le="+Inf"} 6', 'h_sum 10', 'h_count 6']);
});

test('native histograms merge to the coarsest schema and the widest zero bucket, exactly', () => {
  const native = (schema: number, zeroThreshold: number, zeroCount: number, positive: readonly (readonly [number, number])[], negative: readonly (readonly [number, number])[] = []): MetricFamily[] => {
    const side = (buckets: readonly (readonly [number, number])[]) => ({ indexes: buckets.map(([index]) => index), counts: buckets.map(([, count]) => count) });
    const total = [...positive, ...negative].reduce((sum, [, count]) => sum + count, zeroCount);
    return [histogram([], [total], { native: { schema, zeroThreshold, zeroCount, positive: side(positive), negative: side(negative) } })];
  };
  const of = (...members: MetricFamily[][]): unknown => ([...mergedOf(...members).families[0]!.points] as [HistogramPoint])[0].native;
  // Schema 1 has two buckets for each of schema 0: 1 and 2 become 1, -1 and 0 become 0.
  assert.deepEqual(of(native(1, 0.001, 1, [[-1, 2], [1, 3], [2, 4]], [[3, 5]]), native(0, 0.001, 10, [[1, 20]], [[2, 7]])), {
    schema: 0, zeroThreshold: 0.001, zeroCount: 11, positive: { indexes: [0, 1], counts: [2, 27] }, negative: { indexes: [2], counts: [12] },
  });
  // Bucket 0 ends at 1, bucket 1 at 2: a zero bucket up to 1.5 takes the first, and is widened for the second.
  assert.deepEqual(of(native(0, 0.001, 1, [[0, 2], [1, 3], [2, 4]]), native(0, 1.5, 10, [[2, 20]])), {
    schema: 0, zeroThreshold: 2, zeroCount: 16, positive: { indexes: [2], counts: [24] }, negative: { indexes: [], counts: [] },
  });
});

test('native buckets are shown where all members have them, and else the classic ones alone', () => {
  const member = (isNative: boolean): Registry => {
    const registry = new Registry();
    registry.register(new Histogram({ name: 'h', help: '', buckets: [1], native: isNative })).observe(0.5);
    return registry;
  };
  const { families, reports } = mergedOf(member(true), member(false), member(true));
  const [{ native, counts }] = [...families[0]!.points] as [HistogramPoint];
  assert.deepEqual({ native, counts, reports }, { native: undefined, counts: [3, 0], reports: ['ERR_MERGE histogram "h": expected native buckets of all members that have a series, got none of member "2"; they are left out'] });
});

test('quantiles of a summary are those of the values of all members', () => {
  const member = (from: number, to: number): Registry => {
    const registry = new Registry();
    const seconds = registry.register(new Summary({ name: 's', help: '', percentiles: [0, 0.5, 0.9, 1] }));
    for (let value = from; value <= to; value++) seconds.observe(value);
    return registry;
  };
  assert.deepEqual(lines(mergedOf(member(1, 20), member(21, 40))), ['s{quantile="0"} 1', 's{quantile="0.5"} 20', 's{quantile="0.9"} 36', 's{quantile="1"} 40', 's_sum 820', 's_count 40']);
  // Of many values to 1.1 % each, and of both signs.
  const [{ quantiles, sum, count }] = [...mergedOf(member(-3_000, -1), member(0, 2_000), member(2_001, 7_000)).families[0]!.points] as [SummaryPoint];
  assert.deepEqual([sum, count, quantiles[0]!.value, quantiles[3]!.value], [20_002_000, 10_001, -3_000, 7_000]);
  assert.ok(Math.abs(quantiles[1]!.value - 2_000) <= 2_000 * 0.011);
  assert.ok(Math.abs(quantiles[2]!.value - 6_000) <= 6_000 * 0.011);
});

test('a merged summary has a sketch itself, so that groups of groups can be merged', () => {
  const registry = new Registry();
  registry.register(new Summary({ name: 's', help: '', percentiles: [0.5] })).observe(3);
  const once = mergedOf(registry, registry).families;
  assert.deepEqual(lines(mergedOf(once, registry)), ['s{quantile="0.5"} 3', 's_sum 9', 's_count 3']);
});

test('quantiles without a sketch are shown where no other member has the series, and else left out', () => {
  const family = (name: string): MetricFamily => ({ type: 'summary', name, help: '', points: [{ labels: {}, quantiles: [{ quantile: 0.5, value: 3 }], sum: 6, count: 2 }] });
  const { text, reports } = mergedOf([family('one'), family('both')], [family('both')]);
  assert.deepEqual(lines({ text }), ['one{quantile="0.5"} 3', 'one_sum 6', 'one_count 2', 'both_sum 12', 'both_count 4']);
  assert.deepEqual(reports, ['ERR_MERGE summary "both": expected a sketch of the quantiles of all members that have a series, got none of member "2"; they are left out']);
});

test('what is left out is reported of the member that lacks it, whichever joined first, and of what has ended', () => {
  const summary = (percentiles: readonly number[]): Registry => {
    const registry = new Registry();
    registry.register(new Summary({ name: 's', help: '', percentiles })).observe(1);
    return registry;
  };
  const sketchless = (of: string): string[] => [`ERR_MERGE summary "s": expected a sketch of the quantiles of all members that have a series, got none of ${of}; they are left out`];
  assert.deepEqual(mergedOf(summary([]), summary([0.5])).reports, sketchless('member "1"'));
  assert.deepEqual(mergedOf(summary([0.5]), summary([]), summary([0.5])).reports, sketchless('member "2"'));
  const histogram = (native: boolean): Registry => {
    const registry = new Registry();
    registry.register(new Histogram({ name: 'h', help: '', native })).observe(1);
    return registry;
  };
  const plain = (of: string): string[] => [`ERR_MERGE histogram "h": expected native buckets of all members that have a series, got none of ${of}; they are left out`];
  assert.deepEqual(mergedOf(histogram(true), histogram(false)).reports, plain('member "2"'));
  assert.deepEqual(merged([partOf(histogram(true)), partOf(histogram(false), 1, true)]).reports, plain('what has ended'));
});

test('of infos those of the member that set them last are shown, or of each', () => {
  let now = 2_000;
  const member = (version: string, merge?: 'latest' | 'each'): Registry => {
    const registry = new Registry();
    const build = registry.register(new Info({ name: 'build_info', help: '', labelNames: ['version'], wallClock: () => now, ...(merge && { merge }) }));
    build.set({ version });
    now -= 500;
    return registry;
  };
  assert.deepEqual(lines(mergedOf(member('2'), member('1'))), ['build_info{version="2"} 1']);
  assert.deepEqual(lines(mergedOf(member('2', 'each'), member('1', 'each'))), ['build_info{version="2",member="1"} 1', 'build_info{version="1",member="2"} 1']);
  const own = (version: string): MetricFamily[] => [{ type: 'info', name: 'build_info', help: '', points: [{ labels: { version } }] }];
  assert.deepEqual(lines(mergedOf(own('1'), own('2'))), ['build_info{version="2"} 1']);
});

test('infos of several things, as one member has them, stay together', () => {
  const registry = new Registry();
  const disks = registry.register(new Info({ name: 'disk_info', help: '', labelNames: ['disk'] }));
  disks.labels({ disk: 'a' });
  disks.labels({ disk: 'b' });
  assert.deepEqual(lines(mergedOf(registry, new Registry())), ['disk_info{disk="a"} 1', 'disk_info{disk="b"} 1']);
});

test('of each series of a state set the states that were set last are shown, or of each member', () => {
  let now = 2_000;
  const member = (state: 'open' | 'shut', merge?: 'latest' | 'each'): Registry => {
    const registry = new Registry();
    const door = registry.register(new StateSet({ name: 'door', help: '', states: ['open', 'shut'], wallClock: () => now, ...(merge && { merge }) }));
    door.set(state);
    now -= 500;
    return registry;
  };
  assert.deepEqual(lines(mergedOf(member('open'), member('shut'))), ['door{door="open"} 1', 'door{door="shut"} 0']);
  assert.deepEqual(lines(mergedOf(member('open', 'each'), member('shut', 'each'))).length, 4);
  const never = new Registry();
  never.register(new StateSet({ name: 'door', help: '', states: ['open', 'shut'] }));
  assert.deepEqual(lines(mergedOf(member('open'), never)), ['door{door="open"} 1', 'door{door="shut"} 0']);
});

test('families that disagree are shown as most members have them, and each disagreement is reported once', () => {
  const member = (help: string, unit: string, merge: MergeRule, type = 'gauge'): MetricFamily[] => [{ type, name: 'size_bytes', help, unit, merge, points: [{ labels: {}, value: 1 }] } as MetricFamily];
  const parts = [member('A', 'bytes', 'sum'), member('B', 'bytes', 'max'), member('B', '', 'max'), member('B', 'bytes', 'max', 'counter')].map((families, i) => partOf(families, i));
  const { text, reports } = merged(parts);
  assert.equal(text, '# HELP size_bytes B\n# TYPE size_bytes gauge\nsize_bytes 1\n');
  assert.deepEqual(reports, [
    'ERR_MERGE gauge "size_bytes": type: expected "gauge", as most members have it, got "counter" of member "4"; its series are left out',
    'ERR_MERGE gauge "size_bytes": help: expected "B", as most members have it, got "A" of member "1"',
    'ERR_MERGE gauge "size_bytes": unit: expected "bytes", as most members have it, got undefined of member "3"',
    'ERR_MERGE gauge "size_bytes": merge: expected "max", as most members have it, got "sum" of member "1"',
  ]);
});

test('only live members decide what a family is shown as', () => {
  const old = { ...counter(1), help: 'Old.' } as MetricFamily;
  const { text, reports } = merged([partOf([old], 0, true), partOf([old], 1, true), partOf([counter(2)], 2)]);
  assert.equal(text, '# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total{queue="mail"} 4\n');
  assert.deepEqual(reports, []);
});

test('of members that ended counters, histograms and the sums of summaries count, and nothing else', () => {
  const registry = new Registry();
  registry.register(new Counter({ name: 'c_total', help: '' })).inc(2);
  registry.register(new Gauge({ name: 'g', help: '' })).set(3);
  registry.register(new Histogram({ name: 'h', help: '', buckets: [1], native: true })).observe(0.5);
  registry.register(new Summary({ name: 's', help: '', percentiles: [0.5] })).observe(7);
  registry.register(new Info({ name: 'i_info', help: '' })).set({});
  registry.register(new StateSet({ name: 'st', help: '', states: ['on'] })).set('on');
  registry.register({ collect: () => [{ type: 'unknown', name: 'u', help: '', points: [{ labels: {}, value: 1 }] }, { type: 'counter', name: 'shared_total', help: '', merge: 'max', points: [{ labels: {}, value: 1 }] }] } satisfies Collector);
  const gone = partOf(registry, 0, true);
  const left = ['c_total 2', 'h_bucket{le="1"} 1', 'h_bucket{le="+Inf"} 1', 'h_sum 0.5', 'h_count 1', 's_sum 7', 's_count 1'];
  assert.deepEqual(lines(merged([gone])), left);
  assert.deepEqual(lines(merged([{ ...gone, ...done(sumOf([gone])) }])), left);
  const [c, h, s] = merged([partOf(registry, 1), gone]).families.filter(({ type }) => ['counter', 'histogram', 'summary'].includes(type));
  assert.equal(render([c!], text), '# TYPE c_total counter\nc_total 4\n');
  assert.equal(([...h!.points] as [HistogramPoint])[0].native?.positive.counts[0], 2);
  assert.equal(render([s!], text), '# TYPE s summary\ns{quantile="0.5"} 7\ns_sum 14\ns_count 2\n');
});

test('the sum of what ended loses nothing, whatever its members disagreed about', () => {
  const sumPart = (...parts: Parameters<typeof sumOf>[0]) => ({ key: 'sum', member: '', isEnded: true, ...done(sumOf(parts)) });
  const asHistogram = histogram([1], [1, 1]);
  const others = [histogram([2], [10, 10]), { ...counter(5), name: 'h' } as MetricFamily].map((family, i) => partOf([family], i));
  const sum = sumPart(...others, partOf([asHistogram], 2));
  assert.deepEqual(lines(merged([partOf([asHistogram], 3), sum])), ['h_bucket{le="1"} 2', 'h_bucket{le="+Inf"} 24', 'h_sum 15', 'h_count 24']);
  assert.deepEqual(lines(merged([partOf([histogram([2], [0, 0])], 3), sumPart(sum, partOf([asHistogram], 4))])), ['h_bucket{le="2"} 12', 'h_bucket{le="+Inf"} 24', 'h_sum 20', 'h_count 24']);
  assert.deepEqual(lines(merged([partOf([{ ...counter(1), name: 'h' } as MetricFamily], 3), sum])), ['h{queue="mail"} 6']);
});

test('families and series are in the order of the member that joined first, then come what others add; what ended comes last', () => {
  const member = (...names: readonly string[]): MetricFamily[] => names.map((name): MetricFamily => ({ type: 'counter', name, help: '', points: [...names].map((a) => ({ labels: { a }, value: 1 })) }));
  const { families } = merged([partOf(member('z', 'y'), 0, true), partOf(member('b', 'a'), 1), partOf(member('c', 'a'), 2)]);
  assert.deepEqual(families.map(({ name, points }) => [name, ...Array.from(points as Iterable<{ labels: { a: string } }>, ({ labels }) => labels.a)]), [['b', 'b', 'a'], ['a', 'b', 'a', 'c'], ['c', 'c', 'a'], ['z', 'z', 'y'], ['y', 'z', 'y']]);
});

test('a family without series is shown all the same', () => {
  assert.equal(mergedOf([{ type: 'counter', name: 'c_total', help: 'C', points: [] }]).text, '# HELP c_total C\n# TYPE c_total counter\n');
});

test('OpenMetrics shows what was merged, as of one registry', () => {
  const registry = new Registry();
  registry.register(new Counter({ name: 'c_total', help: 'C' })).inc(1, { labels: { id: 'x' }, timestampMs: 1_000 });
  assert.equal(merged([partOf(registry), partOf(registry, 1)], openMetrics).text, '# TYPE c counter\n# HELP c C\nc_total 2 # {id="x"} 1 1\n# EOF\n');
});

test('points of one merge never change: what is written later is still of its moment', () => {
  const merger = new Merger(assert.fail);
  const member = (value: number): MetricFamily[] => [counter(value), histogram([1], [value, value])];
  const { families } = merged([partOf(member(1)), partOf(member(2), 1)], text, merger);
  const before = render(families);
  merged([partOf(member(10)), partOf(member(20), 1)], text, merger);
  assert.equal(render(families), before);
  assert.deepEqual(lines({ text: before }), ['jobs_total{queue="mail"} 3', 'h_bucket{le="1"} 3', 'h_bucket{le="+Inf"} 6', 'h_sum 10', 'h_count 6']);
});

test('merges that go on at the same time are each of their own moment', () => {
  const merger = new Merger(assert.fail);
  const member = (value: number): MetricFamily[] => Array.from({ length: 5 }, (_, i): MetricFamily => ({ ...counter(value), name: `c${i}_total` } as MetricFamily));
  const works = [1, 5].map((value) => merger.merge([partOf(member(value)), partOf(member(2 * value), 1)]));
  const results: (readonly MetricFamily[])[] = [];
  while (results.filter((each) => each !== undefined).length < works.length) {
    for (const [i, work] of works.entries()) {
      const step = work.next();
      if (step.done && results[i] === undefined) results[i] = step.value;
    }
  }
  assert.deepEqual(results.map((families) => new Set(lines({ text: render(families) }).map((line) => line.split(' ').at(-1)))), [new Set(['3']), new Set(['15'])]);
});
