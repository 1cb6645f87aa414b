// Exemplars: given with a write, or taken from the current trace.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Histogram, Registry, openMetrics, render, text } from '../lib/index.ts';
import type { ExemplarLabels, GivenExemplar, MetricError } from '../lib/index.ts';

const AT = 1_700_000_000_125;

function counting(options: { exemplar?: () => ExemplarLabels | undefined } = {}) {
  const time = { ms: AT };
  const warnings: MetricError[] = [];
  const registry = new Registry({ onWarning: (warning) => warnings.push(warning) });
  const counter = registry.register(new Counter({ name: 'c_total', help: '', wallClock: () => time.ms, ...options }));
  const shown = (): string => render(registry, openMetrics).split('\n')[1]!;
  return { counter, time, warnings, shown };
}

test('a counter shows the exemplar of its last write that had one, with the amount and the time', () => {
  const { counter, time, shown } = counting();
  counter.inc(2, { trace_id: 'a' });
  assert.equal(shown(), 'c_total 2 # {trace_id="a"} 2 1700000000.125');
  time.ms += 1000;
  counter.inc();
  assert.equal(shown(), 'c_total 3 # {trace_id="a"} 2 1700000000.125');
  counter.labels().inc(4, { trace_id: 'b', attempt: 2, isRetry: true });
  assert.equal(shown(), 'c_total 7 # {trace_id="b",attempt="2",isRetry="true"} 4 1700000001.125');
});

test('an exemplar may have a value and a time of its own', () => {
  const { counter, shown } = counting();
  counter.inc(1, { labels: { trace_id: 'a' }, value: 0.5, timestampMs: 1_000 });
  assert.equal(shown(), 'c_total 1 # {trace_id="a"} 0.5 1');
  counter.inc(1, { labels: {} });
  assert.equal(shown(), 'c_total 2 # {} 1 1700000000.125');
});

test('a histogram keeps the latest exemplar of each bucket', () => {
  const registry = new Registry();
  const histogram = registry.register(new Histogram({ name: 'h', help: '', labelNames: ['a'], buckets: [1, 2], wallClock: () => AT }));
  histogram.observe({ a: 'x' }, 0.5, { trace_id: 'first' });
  histogram.observe({ a: 'x' }, 1, { trace_id: 'second' });
  histogram.labels('x').observe(9, { trace_id: 'third' });
  histogram.observe({ a: 'x' }, 1.5);
  assert.deepEqual(render(registry, openMetrics).split('\n').slice(1, 4), [
    'h_bucket{a="x",le="1.0"} 2 # {trace_id="second"} 1 1700000000.125',
    'h_bucket{a="x",le="2.0"} 3',
    'h_bucket{a="x",le="+Inf"} 4 # {trace_id="third"} 9 1700000000.125',
  ]);
  assert.doesNotMatch(render(registry, text), /trace_id/);
});

test('a histogram keeps no exemplar whose own value lies above the bucket', () => {
  const registry = new Registry();
  const histogram = registry.register(new Histogram({ name: 'h', help: '', buckets: [1] }));
  histogram.observe(0.5, { labels: { a: 'b' }, value: 7 });
  assert.doesNotMatch(render(registry, openMetrics), / # /);
});

const TRACE = 'x'.repeat(128 - 'trace_id'.length);

for (const [why, given, message] of [
  ['129 characters', { trace_id: `${TRACE}y` }, 'expected names and values of at most 128 characters together, got 129'],
  ['a label name that is none', { 'trace-id': 'a' }, 'expected a label name of letters, digits and "_" that begins with no digit and no "__", got "trace-id"'],
  ['a label name that is reserved', JSON.parse('{ "__proto__": "a" }'), 'expected a label name of letters, digits and "_" that begins with no digit and no "__", got "__proto__"'],
  ['a value that is no number', { labels: { a: 'b' }, value: 'x' }, 'expected numbers as value and time, got ["x", 1700000000125]'],
  ['a time that is none', { labels: { a: 'b' }, timestampMs: NaN }, 'expected numbers as value and time, got [1, NaN]'],
] as const) {
  test(`an exemplar with ${why} is left out, the write kept, and warned of once`, () => {
    const { counter, warnings, shown } = counting();
    counter.inc(1, given as unknown as GivenExemplar);
    counter.inc(1, given as unknown as GivenExemplar);
    assert.equal(shown(), 'c_total 2');
    assert.deepEqual(warnings.map(({ code, message }) => [code, message]), [['ERR_EXEMPLAR', `counter "c_total": exemplar: ${message}; the write is kept without it`.replace('counter', 'Counter')]]);
    assert.equal(counter.rejectedWrites, 0);
  });
}

for (const [what, given, message] of [
  ['a value that is undefined', { trace_id: undefined }, 'expected a string, number or boolean as trace_id, got undefined'],
  ['a value that is null', { trace_id: null }, 'expected a string, number or boolean as trace_id, got null'],
  ['a value that is an object', { trace_id: { id: 'a' } }, 'expected a string, number or boolean as trace_id, got an object with the keys ["id"]'],
  ['one such value among others', { trace_id: 'a', span_id: undefined }, 'expected a string, number or boolean as span_id, got undefined'],
  ['a bigint', { trace_id: 5n }, 'expected a string, number or boolean as trace_id, got 5'],
  ['a value that is none in its labels', { labels: { trace_id: undefined } }, 'expected a string, number or boolean as trace_id, got undefined'],
  ['no labels', {}, 'expected labels such as { trace_id: "4bf9" }, got an object with the keys []'],
  ['a list', [], 'expected labels such as { trace_id: "4bf9" }, got []'],
  ['a promise', Promise.resolve({ trace_id: 'a' }), 'expected labels such as { trace_id: "4bf9" }, got an object with the keys []'],
  ['a number', 5, 'expected labels such as { trace_id: "4bf9" }, got 5'],
  ['an empty string', '', 'expected labels such as { trace_id: "4bf9" }, got ""'],
  ['a trace id alone', 'a', 'expected a label name of letters, digits and "_" that begins with no digit and no "__", got "0"'],
  ['a function', () => ({ trace_id: 'a' }), 'expected labels such as { trace_id: "4bf9" }, got a function'],
] as const) {
  test(`an exemplar with ${what} is none: warned of once, it blocks no later one, and leaves the one before`, () => {
    const bad = given as unknown as GivenExemplar;
    const full = `Counter "c_total": exemplar: ${message}; the write is kept without it`;
    const answers: unknown[] = [bad, bad, { trace_id: 'first' }];
    const asked = counting({ exemplar: () => answers.shift() as ExemplarLabels });
    for (let i = 0; i < 3; i++) asked.counter.inc();
    assert.equal(asked.shown(), 'c_total 3 # {trace_id="first"} 1 1700000000.125');
    assert.deepEqual(asked.warnings.map((warning) => [warning.code, warning.message]), [['ERR_EXEMPLAR', full]]);
    const written = counting();
    written.counter.inc(1, bad);
    assert.equal(written.shown(), 'c_total 1');
    written.counter.labels().inc(1, { trace_id: 'kept' });
    written.counter.inc(1, bad);
    assert.equal(written.shown(), 'c_total 3 # {trace_id="kept"} 1 1700000000.125');
    assert.deepEqual(written.warnings.map(({ message: each }) => each), [full]);
    const histogram = new Histogram({ name: 'h', help: '', labelNames: ['a'], buckets: [] });
    histogram.observe({ a: 'x' }, 1, bad);
    histogram.labels('x').observe(1, bad);
    assert.deepEqual([histogram.points[0]!.exemplars, histogram.get({ a: 'x' })!.count, histogram.rejectedWrites], [undefined, 2, 0]);
  });
}

test('an `exemplar` option that gives null has none now, and is asked again', () => {
  const answers = [null, { trace_id: 'late' }] as unknown as ExemplarLabels[];
  const { counter, warnings, shown } = counting({ exemplar: () => answers.shift() });
  counter.inc();
  assert.equal(shown(), 'c_total 1');
  counter.inc();
  assert.match(shown(), /late/);
  assert.deepEqual(warnings, []);
});

test('128 characters fit, counted in code points', () => {
  const { counter, warnings, shown } = counting();
  counter.inc(1, { trace_id: '😀'.repeat(TRACE.length) });
  assert.match(shown(), /😀/);
  assert.deepEqual(warnings, []);
});

test('no exemplar, null and undefined, is none', () => {
  const { counter, warnings, shown } = counting();
  counter.inc(1, undefined);
  counter.inc(1, null as unknown as GivenExemplar);
  assert.equal(shown(), 'c_total 2');
  assert.deepEqual(warnings, []);
});

test('the `exemplar` option is asked for labels, at most once in 5 seconds for each series that took some', () => {
  let asked = 0;
  const { counter, time, shown } = counting({ exemplar: () => ({ trace_id: `t${++asked}` }) });
  counter.inc();
  for (let i = 0; i < 100; i++) counter.inc();
  assert.equal(asked, 1);
  assert.equal(shown(), 'c_total 101 # {trace_id="t1"} 1 1700000000.125');
  time.ms += 5_000;
  counter.inc(2);
  assert.equal(shown(), 'c_total 103 # {trace_id="t2"} 2 1700000005.125');
  time.ms -= 60_000;
  counter.inc();
  assert.equal(asked, 3, 'a clock that was set back does not stop it');
});

test('an exemplar of the write comes before the option’s', () => {
  const { counter, shown } = counting({ exemplar: () => assert.fail('not asked') });
  counter.inc(1, { trace_id: 'mine' });
  assert.match(shown(), /mine/);
});

test('without a current trace the option gives none, and is asked again', () => {
  const answers = [undefined, undefined, { trace_id: 'late' }];
  const { counter, shown } = counting({ exemplar: () => answers.shift() });
  counter.inc();
  counter.inc();
  assert.equal(shown(), 'c_total 2');
  counter.inc();
  assert.match(shown(), /late/);
});

test('the option is asked for each bucket on its own', () => {
  let asked = 0;
  const histogram = new Histogram({ name: 'h', help: '', buckets: [1], wallClock: () => AT, exemplar: () => ({ n: ++asked }) });
  for (const value of [0.5, 0.5, 3, 3]) histogram.observe(value);
  assert.equal(asked, 2);
  assert.deepEqual(histogram.points[0]!.exemplars!.map((each) => each?.labels['n']), ['1', '2']);
});

test('an option that throws costs the exemplar alone', () => {
  const { counter, warnings, shown } = counting({ exemplar: () => { throw new Error('no context'); } });
  counter.inc();
  assert.equal(shown(), 'c_total 1');
  assert.deepEqual(warnings.map(({ message }) => message), ['Counter "c_total": exemplar: no context; the write is kept without it']);
});

test('a removed child hands exemplars on', () => {
  const registry = new Registry();
  const counter = registry.register(new Counter({ name: 'c_total', help: '', labelNames: ['a'] }));
  const child = counter.labels('x');
  counter.clear();
  child.inc(1, { trace_id: 'kept' });
  assert.match(render(registry, openMetrics), /kept/);
});

test('a callback or a clock that is async ends no process, and gives no exemplar', async (t) => {
  const unhandled = t.mock.fn();
  process.on('unhandledRejection', unhandled);
  const rejecting = (async () => { throw new Error('down'); }) as unknown as () => never;
  const counter = new Counter({ name: 'c_total', help: '', exemplar: rejecting });
  const histogram = new Histogram({ name: 'h', help: '', clock: rejecting, wallClock: rejecting, exemplar: rejecting });
  counter.inc();
  histogram.observe(1);
  histogram.startTimer()();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', unhandled);
  assert.equal(unhandled.mock.callCount(), 0);
  assert.equal(counter.points[0]!.exemplar, undefined);
  assert.equal(counter.get(), 1);
});

test('labels without a value, and values that are no number, are no exemplar', () => {
  const counter = new Counter({ name: 'c_total', help: '' });
  counter.inc(1, { trace_id: '' });
  counter.inc(1, { labels: { trace_id: '4bf9' }, value: NaN });
  assert.equal(counter.points[0]!.exemplar, undefined);
  counter.inc(1, { trace_id: '4bf9', span_id: '' });
  assert.deepEqual(counter.points[0]!.exemplar!.labels, { trace_id: '4bf9' });
});
