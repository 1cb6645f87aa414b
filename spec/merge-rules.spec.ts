// How a metric says in which way the members of a group are merged; and collectors that are trusted, as a group is.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, Histogram, Info, openMetrics, Registry, render, StateSet, Summary } from '../lib/index.ts';
import type { Collector, GaugePoint, InfoPoint, MetricError, MetricFamily, StateSetPoint, SummaryPoint } from '../lib/index.ts';
import { fetchHandler } from '../lib/fetch.ts';
import { brand } from '../lib/core/brand.ts';
import { LiveFamily } from '../lib/core/live-family.ts';
import { POINT_FIELDS } from '../lib/core/types.ts';
import { checked, snapshot } from '../lib/scraping.ts';
import { mergedOf } from './merging.ts';

function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    return `${(error as MetricError).code} ${(error as MetricError).message}`;
  }
  return 'taken';
}

test('gauges have six rules, infos and state sets two, and all else none', () => {
  for (const merge of ['sum', 'min', 'max', 'mean', 'latest', 'each'] as const) new Gauge({ name: 'g', help: '', merge });
  for (const merge of ['latest', 'each'] as const) {
    new Info({ name: 'i_info', help: '', merge });
    new StateSet({ name: 's', help: '', states: ['on'], merge });
  }
  assert.equal(refusal(() => new Gauge({ name: 'g', help: '', merge: 'avg' as never })), 'ERR_OPTION Gauge "g": merge: expected one of ["sum", "min", "max", "mean", "latest", "each"], got "avg"');
  assert.equal(refusal(() => new Info({ name: 'i_info', help: '', merge: 'sum' as never })), 'ERR_OPTION Info "i_info": merge: expected one of ["latest", "each"], got "sum"');
  assert.equal(refusal(() => new StateSet({ name: 's', help: '', states: ['on'], merge: null as never })), 'ERR_OPTION StateSet "s": merge: expected one of ["latest", "each"], got null');
  for (const make of [Counter, Histogram, Summary]) assert.match(refusal(() => new make({ name: 'x', help: '', merge: 'sum' } as never)), /^ERR_OPTION \w+ "x": expected a known option, such as "\w+", got "merge"$/);
  // @ts-expect-error an info adds up to nothing
  assert.throws(() => new Info({ name: 'i_info', help: '', merge: 'sum' }));
});

test('a metric of another rule is another metric', () => {
  const registry = new Registry();
  registry.register(new Gauge({ name: 'g', help: '', merge: 'max' }));
  assert.equal(refusal(() => registry.getOrRegister(new Gauge({ name: 'g', help: '' }))), 'ERR_DUPLICATE gauge "g": merge: expected "max", as it is registered, got undefined');
});

test('a registry has the rule with its families, and no format shows it', () => {
  const inner = new Registry();
  inner.register(new Gauge({ name: 'g', help: '', merge: 'max' }));
  const registry = new Registry({ labels: { a: 'b' } });
  registry.register(inner);
  registry.register({ collect: (): MetricFamily[] => [{ type: 'unknown', name: 'u', help: '', merge: 'min', points: [] }] });
  for (const source of [registry, checked(registry)]) assert.deepEqual([...source.collect()].map(({ merge }) => merge), ['max', 'min']);
  assert.equal(render(registry, openMetrics), '# TYPE g gauge\ng{a="b"} 0\n# TYPE u unknown\n# EOF\n');
});

test('a gauge notes when it was set where its rule is latest, and else not', () => {
  let now = 1_000;
  const of = (merge?: 'latest' | 'sum'): Gauge<'a'> => new Gauge({ name: 'g', help: '', labelNames: ['a'], wallClock: () => now, ...(merge && { merge }) });
  const times = (gauge: Gauge<'a'>): unknown[] => Array.from([...gauge.collect()][0]!.points as Iterable<GaugePoint>, ({ value, setMs }) => [value, setMs]);
  const latest = of('latest');
  latest.labels({ a: '1' });
  latest.set({ a: '2' }, 5);
  latest.labels({ a: '3' }).inc(2);
  now = 2_000;
  latest.labels({ a: '3' }).dec();
  latest.set({ a: '4' }, NaN);
  assert.deepEqual(times(latest), [[0, undefined], [5, 1_000], [1, 2_000], [NaN, 2_000]]);
  now = 3_000;
  latest.replace([[{ a: '2' }, 7]]);
  assert.deepEqual(times(latest), [[7, 3_000]]);
  for (const gauge of [of(), of('sum')]) {
    gauge.set({ a: '1' }, 1);
    assert.deepEqual(times(gauge), [[1, undefined]]);
  }
});

test('an info notes when it was set, also to the same facts, and a state set', () => {
  let now = 1_000;
  const info = new Info({ name: 'i_info', help: '', labelNames: ['a'], wallClock: () => now });
  const timesOf = (instrument: Collector): unknown[] => Array.from([...instrument.collect()][0]!.points as Iterable<InfoPoint | StateSetPoint>, ({ setMs }) => setMs);
  info.set({ a: '1' });
  now = 2_000;
  info.labels({ a: '2' });
  assert.deepEqual(timesOf(info), [1_000, 2_000]);
  now = 3_000;
  info.set({ a: '1' });
  assert.deepEqual(timesOf(info), [3_000]);
  const states = new StateSet({ name: 's', help: '', states: ['on', 'off'], wallClock: () => now });
  assert.deepEqual(timesOf(states), [undefined]);
  states.set('on');
  now = 4_000;
  states.toggle('off', true);
  assert.deepEqual(timesOf(states), [4_000]);
});

test('a summary shows what its quantiles were worked out of as plain data', () => {
  const sketchOf = (percentiles: readonly number[], ...values: readonly number[]): unknown => {
    const summary = new Summary({ name: 's', help: '', percentiles });
    for (const value of values) summary.observe(value);
    return ([...[...summary.collect()][0]!.points] as SummaryPoint[])[0]!.sketch;
  };
  const none = { indexes: [], counts: [] };
  assert.deepEqual(sketchOf([0.5], 3, 1), { values: [3, 1], schema: 5, zeroCount: 0, positive: none, negative: none, least: Infinity, greatest: -Infinity });
  assert.equal(sketchOf([], 3), undefined);
  const many = [...Array.from({ length: 70 }, () => 8), ...Array.from({ length: 3 }, () => -4), 0, Infinity, -Infinity];
  assert.deepEqual(sketchOf([0.5], ...many), { values: [], schema: 5, zeroCount: 1, positive: { indexes: [96, 32_769], counts: [70, 1] }, negative: { indexes: [64, 32_769], counts: [3, 1] }, least: -Infinity, greatest: Infinity });
});

test('what is for merging alone is in no plain data', () => {
  const registry = new Registry();
  registry.register(new Summary({ name: 's', help: '', percentiles: [] })).observe(1);
  registry.register(new StateSet({ name: 'st', help: '', states: ['on'] })).set('on');
  assert.deepEqual(snapshot(registry).map(({ points }) => Object.keys([...points][0]!)), [['labels', 'quantiles', 'sum', 'count', 'createdMs'], ['labels', 'states']]);
  assert.deepEqual(Object.values(POINT_FIELDS).flat().filter((field) => field === 'sketch' || field === 'setMs'), []);
});

const point = (more: object): object => ({ labels: {}, value: 1, ...more });
const sketch = (more: object): object => ({ values: [], schema: 0, zeroCount: 0, positive: { indexes: [1], counts: [2] }, negative: { indexes: [], counts: [] }, least: 1, greatest: 2, ...more });
const summary = (given: unknown): object => ({ type: 'summary', name: 'x', help: '', points: [{ labels: {}, quantiles: [], sketch: given }] });
const refused: readonly (readonly [family: object, message: string])[] = [
  [{ type: 'gauge', name: 'x', help: '', merge: 'avg', points: [] }, 'family "x": merge: expected one of ["sum", "min", "max", "mean", "latest", "each"], got "avg"'],
  [{ type: 'histogram', name: 'x', help: '', merge: 'max', points: [] }, 'family "x": merge: expected one of ["sum"], got "max"'],
  [{ type: 'info', name: 'x_info', help: '', merge: 'sum', points: [] }, 'family "x_info": merge: expected one of ["latest", "each"], got "sum"'],
  [{ type: 'gauge', name: 'x', help: '', merge: null, points: [] }, 'family "x": merge: expected one of ["sum", "min", "max", "mean", "latest", "each"], got null'],
  [{ type: 'gauge', name: 'x', help: '', points: [point({ setMs: '5' })] }, 'gauge "x": setMs: expected milliseconds since the epoch, got "5"'],
  [{ type: 'unknown', name: 'x', help: '', points: [point({ setMs: NaN })] }, 'unknown "x": setMs: expected milliseconds since the epoch, got NaN'],
  [{ type: 'info', name: 'x_info', help: '', points: [point({ setMs: Infinity })] }, 'info "x_info": setMs: expected milliseconds since the epoch, got Infinity'],
  [{ type: 'stateset', name: 'x', help: '', points: [point({ states: {}, setMs: {} })] }, 'stateset "x": setMs: expected milliseconds since the epoch, got an object with the keys []'],
  [summary(5), 'summary "x": sketch: schema: expected a whole number from -4 to 8, got undefined'],
  [summary(sketch({ schema: 9 })), 'summary "x": sketch: schema: expected a whole number from -4 to 8, got 9'],
  [summary(sketch({ zeroCount: -1 })), 'summary "x": sketch: zeroCount: expected a finite number of 0 or more, got -1'],
  [summary(sketch({ values: [1, NaN] })), 'summary "x": sketch: values: expected numbers, got NaN'],
  [summary(sketch({ values: { length: 9 } })), 'summary "x": sketch: values: expected a list, got an object with the keys ["length"]'],
  [summary(sketch({ positive: { indexes: [2, 1], counts: [1, 1] } })), 'summary "x": sketch: positive: expected ascending whole numbers from -1074 to 1025 as indexes, and counts of 0 or more, got [1, 1]'],
  [summary(sketch({ least: 3 })), 'summary "x": sketch: expected a least of at most the greatest, got an object with the keys ["least", "greatest"]'],
];
for (const [family, message] of refused) {
  test(`of a collector of one's own, refused: ${message}`, () => {
    assert.throws(() => [...checked({ collect: () => [family] as MetricFamily[] }).collect()], { code: 'ERR_COLLECTOR', message });
  });
}

test("a sketch of a collector's own is merged as a summary's is", () => {
  const member = (...values: readonly number[]): MetricFamily[] => [{ type: 'summary', name: 's', help: '', points: [{ labels: {}, quantiles: [{ quantile: 0.5, value: -1 }], sketch: { values, schema: 0, zeroCount: 0, positive: { indexes: [], counts: [] }, negative: { indexes: [], counts: [] }, least: Infinity, greatest: -Infinity } }] }];
  assert.equal(mergedOf(member(1, 2), member(3, 4, 5)).text, '# TYPE s summary\ns{quantile="0.5"} 3\n');
});

/** A collector of right families, as a group is one. */
function trusted(...families: readonly MetricFamily[]): Collector {
  const collector = { collect: () => families };
  brand(collector, 'checked');
  return collector;
}

function right(labels: readonly string[]): MetricFamily {
  const points = labels.map((a) => ({ labels: { a }, lineStart: `\nc_total{a="${a}"} `, value: 1 }));
  return new LiveFamily({ type: 'counter', name: 'c_total', help: '', allNames: ['a'], merge: 'max' }, {}, { points }, 'checked') as unknown as MetricFamily;
}

async function scraped(registry: Registry): Promise<string> {
  const answer = await fetchHandler(registry, { selfMetrics: false })(new Request('http://localhost/metrics'));
  return answer.text();
}

test('the families of a trusted collector are taken as they are, and not counted', async () => {
  const family = right(['x', 'y', 'z']);
  const registry = new Registry({ maxCollectorSeries: 2 });
  registry.register(trusted(family));
  assert.equal([...registry.collect()][0], family);
  assert.equal([...checked(registry).collect()][0], family);
  const shown = '# TYPE c_total counter\nc_total{a="x"} 1\nc_total{a="y"} 1\nc_total{a="z"} 1\n';
  assert.equal(render(registry), shown);
  assert.equal(await scraped(registry), shown);
});

test('they have the labels of the registries around them, and may not have one of these themselves', async () => {
  const warnings: string[] = [];
  const registry = new Registry({ labels: { zone: 'n' }, onWarning: ({ message }) => warnings.push(message) });
  const inner = registry.register(new Registry({ labels: { rack: '1' } }));
  inner.register(trusted(right(['x']), { type: 'gauge', name: 'g', help: '', merge: 'min', constantLabels: { b: 'c' }, points: [{ labels: {}, value: 2 }] }));
  assert.equal(await scraped(registry), '# TYPE c_total counter\nc_total{zone="n",rack="1",a="x"} 1\n# TYPE g gauge\ng{zone="n",rack="1",b="c"} 2\n');
  assert.equal(render(registry), await scraped(registry));
  assert.deepEqual([...registry.collect()].map(({ merge }) => merge), ['max', 'min']);
  for (const labels of [{ a: 'n' }, { b: 'n' }]) {
    const clashing = new Registry({ labels, onWarning: ({ message }) => warnings.push(message) });
    clashing.register(trusted(right(['x']), { type: 'gauge', name: 'g', help: '', points: [{ labels: { b: 'x' }, value: 2 }] }));
    assert.equal(render(clashing), '');
  }
  assert.deepEqual(warnings, ['a', 'b'].map((label) => `collector Object: collect failed: ${label === 'a' ? 'counter "c_total"' : 'gauge "g"'}: label "${label}" is a constant label of a registry around it`));
});

test('one that throws costs its own families alone', async () => {
  const registry = new Registry({ onWarning: () => undefined });
  const failing = { collect: (): MetricFamily[] => { throw new Error('down'); } };
  brand(failing, 'checked');
  registry.register(failing);
  registry.register(new Gauge({ name: 'g', help: '' }));
  assert.equal(await scraped(registry), '# TYPE g gauge\ng 0\n');
  assert.equal(render(registry), '# TYPE g gauge\ng 0\n');
});
