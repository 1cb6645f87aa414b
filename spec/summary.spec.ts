import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Registry, Summary, openMetrics, render } from '../lib/index.ts';

function clocked(options: { maxAgeSeconds?: number; ageBuckets?: number } = {}) {
  const time = { seconds: 0 };
  const summary = new Summary({ name: 's', help: '', percentiles: [0.5], clock: () => time.seconds * 1000, ...options });
  return { summary, time, median: () => summary.get()!.quantiles[0]!.value };
}

test('shows quantiles, sum and count', () => {
  const registry = new Registry();
  const summary = registry.register(new Summary({ name: 'rpc_seconds', help: '', labelNames: ['call'], percentiles: [0.5, 1] }));
  for (const value of [3, 3, 3, 3]) summary.observe({ call: 'a' }, value);
  assert.equal(
    render(registry),
    '# TYPE rpc_seconds summary\nrpc_seconds{call="a",quantile="0.5"} 3\nrpc_seconds{call="a",quantile="1"} 3\nrpc_seconds_sum{call="a"} 12\nrpc_seconds_count{call="a"} 4\n',
  );
  assert.match(render(registry, openMetrics), /quantile="1\.0"/);
});

test('is shown from the start without labels, its quantiles NaN', () => {
  const registry = new Registry();
  registry.register(new Summary({ name: 's', help: '', percentiles: [0.9] }));
  assert.equal(render(registry), '# TYPE s summary\ns{quantile="0.9"} NaN\ns_sum 0\ns_count 0\n');
});

test('has the quantiles that prom-client has, unless told otherwise, in ascending order', () => {
  assert.deepEqual(new Summary({ name: 's', help: '' }).percentiles, [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999]);
  assert.deepEqual(new Summary({ name: 's', help: '', percentiles: [1, 0] }).percentiles, [0, 1]);
});

test('can do without quantiles', () => {
  const registry = new Registry();
  registry.register(new Summary({ name: 's', help: '', percentiles: [] })).observe(2);
  assert.equal(render(registry), '# TYPE s summary\ns_sum 2\ns_count 1\n');
});

test('forgets for its quantiles what is older than the window, a step at a time; sum and count forget nothing', () => {
  const { summary, time, median } = clocked({ maxAgeSeconds: 10, ageBuckets: 5 });
  summary.observe(100);
  time.seconds = 4;
  summary.observe(1);
  summary.observe(1);
  assert.ok(Math.abs(median() - 1) < 0.011);
  time.seconds = 9.9;
  assert.equal(summary.get()!.quantiles[0]!.value, median());
  time.seconds = 10;
  assert.equal(median(), 1, 'the hundred is gone, and so both ends are 1');
  time.seconds = 14;
  assert.ok(Number.isNaN(median()));
  assert.deepEqual([summary.get()!.sum, summary.get()!.count], [102, 3]);
  time.seconds = 1000;
  summary.observe(3);
  assert.equal(median(), 3);
});

test('keeps no more than one sketch for each step, whatever is observed', () => {
  const { summary, time } = clocked({ maxAgeSeconds: 10, ageBuckets: 5 });
  for (let i = 0; i < 1000; i++) {
    time.seconds = i;
    summary.observe(i);
  }
  assert.ok((summary.points[0] as unknown as { slices: unknown[] }).slices.length <= 5);
});

for (const from of [-1e9, -12.5, -3]) {
  test(`a clock may run from ${from}`, () => {
    const { summary, time, median } = clocked({ maxAgeSeconds: 10, ageBuckets: 5 });
    time.seconds = from;
    summary.observe(7);
    assert.equal(median(), 7);
    time.seconds = from + 4;
    for (let i = 0; i < 3; i++) summary.observe(9);
    assert.equal(median(), 9);
    time.seconds = from + 11;
    assert.equal(median(), 9, 'the seven is gone');
    time.seconds = from + 16;
    assert.ok(Number.isNaN(median()));
  });
}

test('shows the lowest and the highest value as they were', () => {
  const summary = new Summary({ name: 's', help: '', percentiles: [0, 1] });
  for (const value of [3.3, 7.7, 5]) summary.observe(value);
  assert.deepEqual(summary.get()!.quantiles, [{ quantile: 0, value: 3.3 }, { quantile: 1, value: 7.7 }]);
});

test('reading changes nothing', () => {
  const { summary, time } = clocked();
  summary.observe(1);
  time.seconds = 3;
  assert.deepEqual(summary.get(), summary.get());
});

test('ignores and counts NaN, and what is no number', () => {
  const registry = new Registry({ onWarning: () => {} });
  const summary = registry.register(new Summary({ name: 's', help: '', percentiles: [], labelNames: ['a'] }));
  summary.observe({ a: 'x' }, NaN);
  summary.labels('y').observe('1' as unknown as number);
  assert.equal(summary.rejectedWrites, 2);
  assert.deepEqual(summary.points.map(({ labelValues, count }) => [labelValues, count]), [[['y'], 0]]);
});

test('times functions, sync and async, and by hand', async () => {
  let now = 0;
  const summary = new Summary({ name: 's', help: '', labelNames: ['a'], clock: () => now });
  summary.time({ a: 'x' }, () => (now += 500));
  await summary.time({ a: 'x' }, async () => { now += 250; });
  const end = summary.startTimer({ a: 'x' });
  now += 250;
  assert.equal(end(), 0.25);
  const endBound = summary.labels('x').startTimer();
  assert.equal(endBound(), 0);
  assert.deepEqual([summary.get({ a: 'x' })!.sum, summary.get({ a: 'x' })!.count], [1, 4]);
});

for (const [option, value, message] of [
  ['percentiles', [0.5, 1.5], 'numbers from 0 to 1, none twice, got [0.5, 1.5]'],
  ['percentiles', [0.5, 0.5], 'numbers from 0 to 1, none twice, got [0.5, 0.5]'],
  ['percentiles', [NaN], 'numbers from 0 to 1, none twice, got [NaN]'],
  ['percentiles', 0.5, 'numbers from 0 to 1, none twice, got 0.5'],
  ['maxAgeSeconds', 0, 'a number above 0, got 0'],
  ['maxAgeSeconds', '600', 'a number above 0, got "600"'],
  ['maxAgeSeconds', 600n, 'a number above 0, got 600'],
  ['ageBuckets', '5', 'a whole number of 1 or more, got "5"'],
  ['maxAgeSeconds', NaN, 'a number above 0, got NaN'],
  ['ageBuckets', 0, 'a whole number of 1 or more, got 0'],
  ['ageBuckets', 2.5, 'a whole number of 1 or more, got 2.5'],
] as const) {
  test(`refuses ${String(value)} as ${option}`, () => {
    assert.throws(() => new Summary({ name: 's', help: '', [option]: value }), { code: 'ERR_OPTION', message: `Summary "s": ${option}: expected ${message}` });
  });
}

test('has no label quantile', () => {
  assert.throws(() => new Summary({ name: 's', help: '', labelNames: ['quantile'] }), { code: 'ERR_LABEL_NAME' });
});

test('up to 64 values in the window, quantiles are exact; of more they are known to 1.1 %', () => {
  const ranks = [0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.99, 1];
  const summary = new Summary({ name: 's', help: '', percentiles: ranks, clock: () => 0 });
  const values: number[] = [];
  for (let i = 0; i < 200; i++) {
    const value = Math.sin(i * 12.9898) * 43.758 + i / 7;
    values.push(value);
    summary.observe(value);
    const ascending = [...values].sort((a, b) => a - b);
    for (const { quantile, value } of summary.get()!.quantiles) {
      const exact = ascending[Math.max(1, Math.ceil(quantile * values.length)) - 1]!;
      if (values.length <= 64) assert.equal(value, exact, `${quantile} of ${values.length}`);
      else assert.ok(Math.abs(value - exact) <= 0.011 * Math.abs(exact), `${quantile} of ${values.length}: ${value} instead of ${exact}`);
    }
  }
});

test('they are exact over the steps of the window, too, and again when it holds few', () => {
  let nowMs = 0;
  const summary = new Summary({ name: 's', help: '', percentiles: [0.5], maxAgeSeconds: 50, ageBuckets: 5, clock: () => nowMs });
  for (let i = 0; i < 1000; i++) summary.observe(i / 3);
  for (const value of [0.1, 0.7, 0.3]) {
    nowMs += 20_000;
    summary.observe(value);
  }
  assert.deepEqual(summary.get()!.quantiles, [{ quantile: 0.5, value: 0.3 }]);
});

test('a window without end forgets nothing, and asks for no time', () => {
  let reads = 0;
  const summary = new Summary({ name: 's', help: '', percentiles: [0, 0.5, 1], maxAgeSeconds: Infinity, clock: () => { reads++; return reads * 1e12; } });
  for (const value of [3, 1, 2]) summary.observe(value);
  assert.deepEqual(summary.get(), { count: 3, sum: 6, quantiles: [{ quantile: 0, value: 1 }, { quantile: 0.5, value: 2 }, { quantile: 1, value: 3 }] });
  assert.equal(reads, 0);
  const registry = new Registry();
  registry.register(summary);
  assert.throws(() => registry.getOrRegister(new Summary({ name: 's', help: '', percentiles: [0, 0.5, 1] })), { code: 'ERR_DUPLICATE', message: /: maxAgeSeconds: expected Infinity, as it is registered, got 600$/ });
});

test('of a window that is empty all quantiles are NaN, and of one that is not none is', () => {
  let nowMs = 0;
  const summary = new Summary({ name: 's', help: '', maxAgeSeconds: 60, clock: () => nowMs });
  const areNaN = (): boolean[] => [...new Set(summary.get()!.quantiles.map(({ value }) => Number.isNaN(value)))];
  assert.deepEqual(areNaN(), [true]);
  for (const value of [-Infinity, 0, Infinity]) {
    summary.observe(value);
    assert.deepEqual(areNaN(), [false]);
  }
  nowMs = 61_000;
  assert.deepEqual(areNaN(), [true]);
  assert.equal(summary.get()!.count, 3);
});
