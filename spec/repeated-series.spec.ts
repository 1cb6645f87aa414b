// Series that come twice, and families in several parts: what is written is valid in each format, and nothing is
// lost that is not said.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, Histogram, Registry, StateSet, Summary, openMetrics, render, text, text1 } from '../lib/index.ts';
import type { Collector, Format, Labels, MetricError, MetricFamily, MetricType, Point } from '../lib/index.ts';
import { parse } from '../lib/parse.ts';
import { assertLinear } from './growth.ts';

const FORMATS: readonly Format[] = [text, text1, openMetrics];

function gauge(points: readonly Labels[], constantLabels?: Labels): MetricFamily {
  return { type: 'gauge', name: 'g', help: '', constantLabels, points: points.map((labels, i) => ({ labels, value: i })) };
}

/** The sample lines, once the parser has taken them, and the messages of warnings. */
function written(source: Collector | Iterable<MetricFamily>, format: Format = text): { readonly lines: readonly string[]; readonly warnings: readonly string[] } {
  const warnings: MetricError[] = [];
  const exposition = render(source, format, { onWarning: (warning) => warnings.push(warning) });
  parse(exposition, { format: format.name === 'openmetrics' ? 'openmetrics' : 'text' });
  return { lines: exposition.split('\n').filter((line) => /^[^#]/.test(line)), warnings: warnings.map(({ code, message }) => `${code} ${message}`) };
}

const TWICE: readonly (readonly [what: string, first: Labels, second: Labels])[] = [
  ['the same labels', { a: '1', b: '2' }, { a: '1', b: '2' }],
  ['the same labels in another order', { a: '1', b: '2' }, { b: '2', a: '1' }],
  ['an empty label more', { a: '1' }, { a: '1', b: '' }],
  ['an empty label less', { b: '', a: '1' }, { a: '1' }],
  ['nothing but an empty label', {}, { a: '' }],
  ['a surrogate that stands alone, and another', { a: '\ud800' }, { a: '\udfff' }],
  ['no labels', {}, {}],
];

for (const [what, first, second] of TWICE) {
  test(`of two points with ${what} the first is shown, and one warning says so`, () => {
    for (const format of FORMATS) {
      const { lines, warnings } = written([gauge([{ z: 'other' }, first, second, second, { z: 'another' }])], format);
      assert.deepEqual(lines.map((line) => line.at(-1)), ['0', '1', '4']);
      assert.deepEqual(warnings, ['ERR_DUPLICATE gauge "g": expected each series once, got 2 again; the first of each is shown']);
    }
  });
}

test('series that differ are all shown, whatever stands in their labels', () => {
  const labels = [{ a: '1,b="2' }, { a: '1', b: '2' }, { a: '1",b="2' }, { a: '', b: '1' }, { a: '1', b: '' }, { a: '\\' }, { a: '\\\\' }, { a: '\n' }, { a: 'n' }, { a: '\\n' }, { b: '1', c: '1' }];
  for (const format of FORMATS) {
    const { lines, warnings } = written([gauge(labels)], format);
    assert.equal(lines.length, labels.length);
    assert.deepEqual(warnings, []);
  }
});

/** By type: what one point holds, and how many lines it has in the text format. */
const POINTS: readonly (readonly [type: MetricType, fields: object, lines: number])[] = [
  ['counter', { value: 1 }, 1],
  ['unknown', { value: 1 }, 1],
  ['histogram', { bounds: [1], counts: [1, 1], sum: 2 }, 4],
  ['gaugehistogram', { bounds: [1], counts: [1, 1], sum: 2 }, 4],
  ['summary', { quantiles: [{ quantile: 0.5, value: 1 }], sum: 1, count: 1 }, 3],
  ['info', {}, 1],
  ['stateset', { states: { on: true, off: false } }, 2],
];

for (const [type, fields, count] of POINTS) {
  test(`a ${type} shows each series once`, () => {
    const points = [{ a: '1' }, { a: '1', b: '' }, { a: '2' }].map((labels): Point => ({ labels, ...fields }));
    for (const format of FORMATS) {
      const { lines, warnings } = written([{ type, name: 'm', help: '', points } as MetricFamily], format);
      assert.equal(lines.length, 2 * count);
      assert.equal(warnings.length, 1);
    }
  });
}

test('a series may come at several times, but not twice at one', () => {
  const points = [1000, undefined, 1000, 2000].map((timestampMs, i) => ({ labels: {}, value: i, timestampMs }));
  const family: MetricFamily = { type: 'gauge', name: 'g', help: '', points };
  assert.deepEqual(written([family]).lines, ['g 0 1000', 'g 1', 'g 3 2000']);
  assert.deepEqual(written([family], openMetrics).lines, ['g 0 1', 'g 3 2']);
});

test('times that are shown as the same are the same', () => {
  const family: MetricFamily = { type: 'gauge', name: 'g', help: '', points: [1000.25, 1000.75].map((timestampMs, i) => ({ labels: {}, value: i, timestampMs })) };
  assert.deepEqual(written([family]).lines, ['g 0 1000']);
  assert.deepEqual(written([family], openMetrics).lines, ['g 0 1.00025', 'g 1 1.00075']);
});

test('what the parser read twice is written once', () => {
  const exposition = 'm{a="1",b="2"} 1\nm{b="2",a="1"} 2\nm{a="1",b="2",c=""} 3\n';
  const { lines, warnings } = written(parse(exposition));
  assert.deepEqual(lines, ['m{a="1",b="2"} 1']);
  assert.deepEqual(warnings, ['ERR_DUPLICATE unknown "m": expected each series once, got 2 again; the first of each is shown']);
});

test('families of one name and type stand together under one head, with the first help and unit', () => {
  const part = (labels: Labels, head: object): MetricFamily => ({ type: 'gauge', name: 'g_seconds', help: '', points: [{ labels, value: 1 }], ...head });
  const families = [part({ a: '1' }, {}), gauge([{}]), part({ a: '2' }, { help: 'Second.', unit: 'seconds' }), part({ a: '3' }, { help: 'Third.' })];
  assert.equal(render(families), '# HELP g_seconds Second.\n# TYPE g_seconds gauge\ng_seconds{a="1"} 1\ng_seconds{a="2"} 1\ng_seconds{a="3"} 1\n# TYPE g gauge\ng 0\n');
  assert.match(render(families, openMetrics), /^# TYPE g_seconds gauge\n# UNIT g_seconds seconds\n# HELP g_seconds Second.\n(?:g_seconds.*\n){3}# TYPE g gauge\n# UNIT g \ng 0\n# EOF\n$/);
});

test('parts with constant labels of their own are one family', () => {
  const root = new Registry();
  for (const shard of ['a', 'b']) {
    const registry = root.register(new Registry({ labels: { shard } }));
    registry.register(new Counter({ name: 'c_total', help: 'Counted.', labelNames: ['x'] })).inc({ x: '1' });
    registry.register(new Histogram({ name: 'h', help: '', buckets: [1] })).observe(1);
    registry.register(new Summary({ name: 's', help: '', percentiles: [], labelNames: ['x'] })).observe({ x: 'y' }, 1);
    registry.register(new StateSet({ name: 'st', help: '', states: ['on'] }));
  }
  const { lines, warnings } = written(root);
  assert.deepEqual(warnings, []);
  assert.deepEqual(lines, [
    'c_total{shard="a",x="1"} 1', 'c_total{shard="b",x="1"} 1',
    'h_bucket{shard="a",le="1"} 1', 'h_bucket{shard="a",le="+Inf"} 1', 'h_sum{shard="a"} 1', 'h_count{shard="a"} 1',
    'h_bucket{shard="b",le="1"} 1', 'h_bucket{shard="b",le="+Inf"} 1', 'h_sum{shard="b"} 1', 'h_count{shard="b"} 1',
    's_sum{shard="a",x="y"} 1', 's_count{shard="a",x="y"} 1', 's_sum{shard="b",x="y"} 1', 's_count{shard="b",x="y"} 1',
    'st{shard="a",st="on"} 0', 'st{shard="b",st="on"} 0',
  ]);
  written(root, openMetrics);
});

test('so are families of a collector’s own', () => {
  const parts = ['a', 'b', 'c'].map((shard) => gauge([{ x: '1' }, {}, { x: '1' }], { shard, same: 's' }));
  const { lines, warnings } = written(parts);
  assert.deepEqual(lines, ['a', 'b', 'c'].flatMap((shard) => [`g{shard="${shard}",same="s",x="1"} 0`, `g{shard="${shard}",same="s"} 1`]));
  assert.deepEqual(warnings, ['ERR_DUPLICATE gauge "g": expected each series once, got 3 again; the first of each is shown']);
});

test('parts that can show the same series show it once', () => {
  const own = [gauge([{ m: '1' }], { s: 'x' }), gauge([{ s: 'x', m: '1' }, { m: '1', s: 'x' }, { m: '2', s: 'x' }]), gauge([{ m: '2' }, { m: '3' }], { s: 'x', t: '' })];
  const { lines, warnings } = written(own);
  assert.deepEqual(lines, ['g{s="x",m="1"} 0', 'g{m="2",s="x"} 2', 'g{s="x",t="",m="3"} 1']);
  assert.deepEqual(warnings, ['ERR_DUPLICATE gauge "g": expected each series once, got 3 again; the first of each is shown']);
});

test('so do instruments, as of registries without labels of their own', () => {
  const [one, two] = [1, 2].map((value) => {
    const registry = new Registry();
    registry.register(new Gauge({ name: 'g', help: '', labelNames: ['a'] })).set({ a: 'x' }, value);
    registry.register(new Gauge({ name: `only_${value}`, help: '' }));
    return registry.collect();
  }) as [MetricFamily[], MetricFamily[]];
  const { lines, warnings } = written([...one, ...two]);
  assert.deepEqual(lines, ['g{a="x"} 1', 'only_1 0', 'only_2 0']);
  assert.equal(warnings.length, 1);
  assert.deepEqual(written([...one, ...one]).lines, ['g{a="x"} 1', 'only_1 0']);
});

test('points of one series from several parts come together in OpenMetrics, their times ascending', () => {
  const part = (constantLabels: Labels, labels: Labels, ...times: number[]): MetricFamily => ({ type: 'gauge', name: 'g', help: '', constantLabels, points: times.map((timestampMs) => ({ labels, value: timestampMs, timestampMs })) });
  const families = [part({ a: '1' }, {}, 3000, 1000), part({}, { b: '2' }, 1000), part({}, { a: '1' }, 2000, 1000)];
  assert.deepEqual(written(families, openMetrics).lines, ['g{a="1"} 1000 1', 'g{a="1"} 2000 2', 'g{a="1"} 3000 3', 'g{b="2"} 1000 1']);
});

test('an instrument’s points under another name are shown by that name', () => {
  const counter = new Counter({ name: 'own_total', help: 'H.', labelNames: ['a'] });
  counter.inc({ a: '"x"' }, 3);
  const histogram = new Histogram({ name: 'own', help: '', buckets: [1], labelNames: ['a'] });
  histogram.observe({ a: 'x' }, 1);
  const registry = new Registry({ onWarning: () => {} });
  registry.register({
    collect: () => [
      { ...counter, name: 'other_total', points: counter.points },
      { type: 'histogram', name: 'another', help: '', points: histogram.points },
      { type: 'gauge', name: 'longer_than_before', help: '', points: counter.points },
    ],
  });
  const lines = ['other_total{a="\\"x\\""} 3', 'another_bucket{a="x",le="1"} 1', 'another_bucket{a="x",le="+Inf"} 1', 'another_sum{a="x"} 1', 'another_count{a="x"} 1', 'longer_than_before{a="\\"x\\""} 3'];
  assert.deepEqual(written(registry).lines, lines);
  assert.deepEqual(written([...registry.collect()]).lines, lines);
});

test('label values that look like the end of a line’s beginning stay whole beside constant labels', () => {
  const registry = new Registry({ labels: { c: ',le="' } });
  const values = ['x,le="', '_bucket{', '} ', '{a="b"} 1', ',le="\n'];
  const counter = registry.register(new Counter({ name: 'c_total', help: '', labelNames: ['a'] }));
  const histogram = registry.register(new Histogram({ name: 'h', help: '', labelNames: ['a'], buckets: [] }));
  for (const a of values) counter.inc({ a });
  for (const a of values) histogram.observe({ a }, 1);
  const found = parse(render(registry));
  for (const family of found) assert.deepEqual([...family.points].map(({ labels }) => labels), values.map((a) => ({ c: ',le="', a })));
});

test('a list whose length is a lie ends no process', () => {
  const histogram = (bounds: ArrayLike<number>, counts: ArrayLike<number>): MetricFamily => ({ type: 'histogram', name: 'h', help: '', points: [{ labels: {}, bounds: bounds as number[], counts, sum: 1 }] });
  for (const format of FORMATS) {
    assert.ok(render([histogram([1], { length: 2 ** 31 })], format, { onWarning: () => {} }).length < 200);
    assert.ok(render([histogram(new Array<number>(2 ** 31), { length: 2 ** 31 + 1, 0: 1 })], format, { onWarning: () => {} }).length < 200);
  }
});

test('many series cost what their number costs', () => {
  assertLinear('series of a gauge', 500, (count) => {
    const family = gauge(Array.from({ length: count }, (_, i) => ({ path: `/${i}`, method: 'GET' })));
    return () => render([family]);
  });
});
