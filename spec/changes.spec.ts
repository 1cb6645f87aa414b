// `changes`: what a piece of work did to the metrics.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary } from '../lib/index.ts';
import { changes } from '../lib/testing.ts';

const NOTHING = { counters: {}, histograms: {}, summaries: {}, gauges: {}, created: [], removed: [] };

function instruments() {
  const registry = new Registry({ onWarning: () => {} });
  return {
    registry,
    jobs: registry.register(new Counter({ name: 'jobs_total', help: '', labelNames: ['queue'] })),
    seconds: registry.register(new Histogram({ name: 'job_seconds', help: '', labelNames: ['queue'], buckets: [0.5, 1] })),
    waits: registry.register(new Summary({ name: 'wait_seconds', help: '' })),
    sessions: registry.register(new Gauge({ name: 'sessions', help: '' })),
    door: registry.register(new StateSet({ name: 'door', help: '', states: ['open', 'shut'] })),
    build: registry.register(new Info({ name: 'build_info', help: '', labelNames: ['version'] })),
  };
}

test('shows what work did to each type, and nothing of what it left alone', async () => {
  const { registry, jobs, seconds, waits, sessions, door, build } = instruments();
  jobs.inc({ queue: 'mail' }, 7);
  jobs.inc({ queue: 'print' }, 7);
  seconds.observe({ queue: 'mail' }, 0.1);
  sessions.set(1);
  door.set('shut');
  const found = await changes(registry, () => {
    jobs.inc({ queue: 'mail' }, 2);
    jobs.inc({ queue: 'new' });
    for (const value of [0.2, 0.4, 5]) seconds.observe({ queue: 'mail' }, value);
    waits.observe(0.25);
    sessions.set(3);
    door.set('open');
    build.set({ version: '1' });
  });
  assert.deepEqual(found, {
    counters: { 'jobs_total{queue="mail"}': 2, 'jobs_total{queue="new"}': 1 },
    histograms: { 'job_seconds{queue="mail"}': { count: 3, sum: 5.6, buckets: { '0.5': 2, '+Inf': 1 } } },
    summaries: { wait_seconds: { count: 1, sum: 0.25 } },
    gauges: { sessions: { before: 1, after: 3 }, 'door{door="open"}': { before: 0, after: 1 }, 'door{door="shut"}': { before: 1, after: 0 }, 'build_info{version="1"}': { before: undefined, after: 1 } },
    created: ['jobs_total{queue="new"}', 'build_info{version="1"}'],
    removed: [],
  });
});

test('work that does nothing changes nothing, however often one looks', async () => {
  const { registry, jobs } = instruments();
  jobs.inc({ queue: 'mail' });
  for (let i = 0; i < 3; i++) assert.deepEqual(await changes(registry, () => {}), NOTHING);
});

test('waits for asynchronous work, and has what it resolves to', async () => {
  const { registry, jobs } = instruments();
  const found = await changes(registry, async () => {
    await new Promise((resolve) => setImmediate(resolve));
    jobs.inc({ queue: 'mail' });
    return 42;
  });
  assert.deepEqual(found, { ...NOTHING, counters: { 'jobs_total{queue="mail"}': 1 }, created: ['jobs_total{queue="mail"}'], result: 42 });
  assert.equal((await changes(registry, () => 'at once')).result, 'at once');
});

test('work that throws or rejects has changed something nevertheless', async () => {
  const { registry, jobs } = instruments();
  jobs.inc({ queue: 'mail' });
  const error = new Error('lost');
  for (const work of [() => { jobs.inc({ queue: 'mail' }); throw error; }, async () => { jobs.inc({ queue: 'mail' }); await null; throw error; }]) {
    assert.deepEqual(await changes(registry, work), { ...NOTHING, counters: { 'jobs_total{queue="mail"}': 1 }, error });
  }
  assert.deepEqual(await changes(registry, () => { throw undefined; }), { ...NOTHING, error: undefined });
});

test('a series that is gone is removed, and one that was reset counts from 0', async () => {
  const { registry, jobs, seconds } = instruments();
  jobs.inc({ queue: 'mail' }, 9);
  jobs.inc({ queue: 'print' }, 9);
  seconds.observe({ queue: 'mail' }, 0.1);
  seconds.observe({ queue: 'mail' }, 0.1);
  const found = await changes(registry, () => {
    jobs.remove({ queue: 'print' });
    jobs.remove({ queue: 'mail' });
    jobs.inc({ queue: 'mail' }, 2);
    seconds.clear();
    seconds.observe({ queue: 'mail' }, 0.75);
  });
  assert.deepEqual(found, {
    ...NOTHING,
    counters: { 'jobs_total{queue="mail"}': 2 },
    histograms: { 'job_seconds{queue="mail"}': { count: 1, sum: 0.75, buckets: { '1': 1 } } },
    removed: ['jobs_total{queue="print"}'],
  });
  const gauge = registry.register(new Gauge({ name: 'a', help: '', labelNames: ['b'] }));
  gauge.set({ b: 'x' }, 4);
  assert.deepEqual(await changes(registry, () => gauge.clear()), { ...NOTHING, gauges: { 'a{b="x"}': { before: 4, after: undefined } }, removed: ['a{b="x"}'] });
});

test('differences have no digits that come of the subtraction alone', async () => {
  const { registry, jobs } = instruments();
  jobs.inc({ queue: 'a' }, 0.1);
  assert.deepEqual((await changes(registry, () => jobs.inc({ queue: 'a' }, 0.2))).counters, { 'jobs_total{queue="a"}': 0.2 });
  jobs.inc({ queue: 'a' }, 123456.1);
  assert.deepEqual((await changes(registry, () => jobs.inc({ queue: 'a' }, 0.001))).counters, { 'jobs_total{queue="a"}': 0.001 });
  jobs.inc({ queue: 'b' }, 1e300);
  assert.deepEqual((await changes(registry, () => jobs.inc({ queue: 'b' }, 1e300))).counters, { 'jobs_total{queue="b"}': 1e300 });
});

test('a gauge that is NaN before and after did not change', async () => {
  const { registry } = instruments();
  let value = NaN;
  registry.register({ collect: () => [{ type: 'gauge', name: 'odd', help: '', points: [{ labels: {}, value }] }] });
  assert.deepEqual(await changes(registry, () => {}), NOTHING);
  assert.deepEqual((await changes(registry, () => { value = 1; })).gauges, { odd: { before: NaN, after: 1 } });
});

test('writes that were not taken show as what the registry counts of them', async () => {
  const { registry, jobs } = instruments();
  jobs.inc({ queue: 'a' });
  const { counters } = await changes(registry, () => jobs.inc({ queue: 'a' }, NaN));
  assert.deepEqual(counters, { 'promlet_rejected_writes_total{metric="jobs_total"}': 1 });
});

test('refreshes before the work and after it', async () => {
  const registry = new Registry();
  let value = 1;
  registry.register(new Gauge({ name: 'a', help: '', refresh: async (gauge) => { await null; gauge.set(value); } }));
  assert.deepEqual((await changes(registry, () => { value = 2; })).gauges, { a: { before: 1, after: 2 } });
});

test('looks at the named metrics alone', async () => {
  const { registry, jobs, sessions, seconds } = instruments();
  const work = (): void => {
    jobs.inc({ queue: 'a' });
    sessions.inc();
    seconds.observe({ queue: 'a' }, 1);
  };
  assert.deepEqual(await changes(registry, work, { names: ['sessions'] }), { ...NOTHING, gauges: { sessions: { before: 0, after: 1 } } });
  for (const name of ['job_seconds', 'job_seconds_count']) assert.deepEqual(Object.keys((await changes(registry, work, { names: [name] })).histograms), ['job_seconds{queue="a"}']);
  registry.register(new Gauge({ name: 'sessions_count', help: '' }));
  assert.deepEqual((await changes(registry, () => registry.get<Gauge>('sessions_count')!.inc(), { names: ['sessions'] })).gauges, {});
});

test('native buckets alone count as one', async () => {
  const registry = new Registry();
  const histogram = registry.register(new Histogram({ name: 'a', help: '', native: true, buckets: false }));
  assert.deepEqual((await changes(registry, () => histogram.observe(3))).histograms, { a: { count: 1, sum: 3, buckets: { '+Inf': 1 } } });
});

test('refuses what is no work', async () => {
  await assert.rejects(changes(new Registry(), Promise.resolve() as never), { code: 'ERR_OPTION', message: 'changes: work: expected a function, got an object with the keys []' });
  await assert.rejects(changes(new Registry(), () => {}, { name: 'a' } as never), { code: 'ERR_OPTION', message: 'changes: expected a known option, such as "names", got "name"' });
  await assert.rejects(changes(new Registry(), () => {}, { names: 'a' as never }), { code: 'ERR_OPTION', message: 'changes: names: expected a list of names, got "a"' });
  await assert.rejects(changes({} as never, () => {}), { code: 'ERR_OPTION', message: 'changes: expected a registry or another collector, got an object with the keys []' });
});
