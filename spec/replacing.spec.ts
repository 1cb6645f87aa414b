// `replace` while a scrape is under way: it yields between its chunks, and reads each series when it comes to it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, Info, Registry, StateSet, openMetrics, render, text } from '../lib/index.ts';
import type { CounterSeries, GaugeSeries } from '../lib/index.ts';

/** A scrape that yields after each of its points, while others act. */
function scrapeWhile<P, Shown>(points: readonly P[], show: (point: P) => Shown, act: (i: number) => void): Shown[] {
  return Array.from({ length: points.length }, (_, i) => {
    const now = show(points[i]!);
    act(i);
    return now;
  });
}

test('no scrape sees `replace` half done: one that is under way shows the values before', () => {
  const labels = Array.from({ length: 50 }, (_, a) => ({ a: `${a}` }));
  const [counter, gauge] = [new Counter({ name: 'c_total', help: '', labelNames: ['a'] }), new Gauge({ name: 'g', help: '', labelNames: ['a'] })];
  for (const metric of [counter, gauge]) {
    metric.replace(labels.map((each) => [each, 1] as const));
    const child = metric.labels('30');
    const shownNow = scrapeWhile<CounterSeries | GaugeSeries, unknown>(metric.points, (point) => [point.labels['a'], point.lineStart, point.value], (i) => {
      // Series go, come and stay, and what stays is written to afterwards.
      metric.replace(labels.slice(5).map((each) => [each, 2 + i] as const).concat([[{ a: `new ${i}` }, 9]]));
      child.inc(100);
    });
    assert.deepEqual(shownNow, labels.map(({ a }) => [a, `\n${metric.name}{a="${a}"} `, 1]));
    assert.equal(metric.labels('30'), child);
    assert.equal(metric.get({ a: '30' }), 151);
    assert.equal(metric.points.length, 46);
  }
});

test('a scrape under way keeps exemplars, states and creation times as they were before `replace` too', () => {
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'], wallClock: () => 5_000 });
  for (const a of ['x', 'y']) counter.inc({ a }, 1, { trace_id: a });
  const counters = scrapeWhile(counter.points, ({ value, exemplar, createdMs }) => [value, exemplar?.labels['trace_id'], createdMs], () => {
    counter.replace([[{ a: 'x' }, 7], [{ a: 'y' }, 8]]);
    counter.inc({ a: 'y' }, 1, { trace_id: 'later' });
  });
  assert.deepEqual(counters, [[1, 'x', 5_000], [1, 'y', 5_000]]);
  assert.deepEqual(counter.points.map(({ value, createdMs }) => [value, createdMs]), [[7, undefined], [9, undefined]]);
  const doors = new StateSet({ name: 'door', help: '', labelNames: ['a'], states: ['open', 'shut'] });
  doors.replace([[{ a: 'x' }, 'open'], [{ a: 'y' }, 'open']]);
  const states = scrapeWhile(doors.points, (point) => ({ ...point.states }), () => doors.replace([[{ a: 'x' }, 'shut'], [{ a: 'y' }, 'shut']]));
  assert.deepEqual(states, [{ open: true, shut: false }, { open: true, shut: false }]);
  const info = new Info({ name: 'i_info', help: '', labelNames: ['a'] });
  info.replace([{ a: 'x' }, { a: 'y' }]);
  assert.deepEqual(scrapeWhile(info.points, ({ labels }) => labels['a'], () => info.replace([{ a: 'y' }])), ['x', 'y']);
});

test('the same where the metric has no labels, and where series expire meanwhile', () => {
  const bare = new Gauge({ name: 'g', help: '' });
  bare.set(1);
  const walked = bare.points;
  bare.replace([[{}, 2]]);
  assert.deepEqual([walked.map(({ value }) => value), bare.get()], [[1], 2]);
  let now = 0;
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'], ttlSeconds: 10, clock: () => now });
  for (const a of ['x', 'y', 'z']) gauge.set({ a }, 1);
  const values = scrapeWhile(gauge.points, ({ value }) => value, () => {
    now += 20_000;
    gauge.replace([[{ a: 'z' }, 2], [{ a: 'x' }, 2]]);
  });
  assert.deepEqual([values, gauge.points.map(({ labelValues, value }) => [...labelValues, value])], [[1, 1, 1], [['z', 2], ['x', 2]]]);
});

test('what a writer has not reached yet when the set is replaced is shown as it was, in every format', () => {
  const registry = new Registry({ labels: { site: 'a' } });
  const gauge = registry.register(new Gauge({ name: 'g', help: '', labelNames: ['a'] }));
  const labels = Array.from({ length: 5_000 }, (_, a) => ({ a: `device ${a}` }));
  for (const format of [text, openMetrics]) {
    gauge.replace(labels.map((each) => [each, 1] as const));
    const before = render(registry, format);
    const chunks = format.write(registry.collect())[Symbol.iterator]();
    let written = '';
    for (let chunk = chunks.next(), round = 2; chunk.done !== true; chunk = chunks.next(), round++) {
      written += chunk.value;
      gauge.replace(labels.slice(round).map((each) => [each, round] as const));
    }
    assert.equal(written, before);
    assert.notEqual(render(registry, format), before);
  }
});
