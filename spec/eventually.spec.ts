// `eventually`: waits without a sleep in the test, by turns of the event loop and timers.

import assert from 'node:assert/strict';
import { AssertionError } from 'node:assert';
import { test } from 'node:test';

import { Counter, Gauge, Registry } from '../lib/index.ts';
import { eventually, sampleValue } from '../lib/testing.ts';
import { waitFor } from '../lib/testing/eventually.ts';
import type { Waiting } from '../lib/testing/waiting.ts';

/** Time that goes on when somebody waits for it, and then at once. */
class ManualWaiting implements Waiting {
  nowMs = 0;
  /** How long each wait was; 0 for a turn. */
  readonly waits: number[] = [];
  private readonly timers = new Set<{ readonly at: number; readonly act: () => void }>();

  now(): number {
    return this.nowMs;
  }

  nextTurn(act: () => void): void {
    this.waits.push(0);
    setImmediate(act);
  }

  after(ms: number, act: () => void): () => void {
    // The first is that of the end: it comes where another would be later, or when a test says so.
    if (this.waits.push(ms) > 1) setImmediate(() => this.advance());
    const timer = { at: this.nowMs + ms, act };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  /** Timers that were not called off. */
  get open(): number {
    return this.timers.size;
  }

  /** To the next timer. */
  advance(): void {
    const [next] = [...this.timers].sort((a, b) => a.at - b.at);
    if (next === undefined) return;
    this.timers.delete(next);
    this.nowMs = Math.max(this.nowMs, next.at);
    next.act();
  }
}

function gauge() {
  const registry = new Registry();
  return { registry, sessions: registry.register(new Gauge({ name: 'sessions', help: '' })) };
}

test('what is true already is not waited for', async () => {
  const { registry } = gauge();
  const waiting = new ManualWaiting();
  let asked = 0;
  assert.equal(await waitFor(registry, () => ++asked, 100, waiting), undefined);
  assert.deepEqual({ asked, waits: waiting.waits, open: waiting.open }, { asked: 1, waits: [100], open: 0 });
});

test('asks after a few turns of the event loop, then after longer and longer pauses', async () => {
  const { registry } = gauge();
  const waiting = new ManualWaiting();
  let asked = 0;
  assert.equal(await waitFor(registry, () => ++asked === 20, 10_000, waiting), undefined);
  assert.deepEqual(waiting.waits, [10_000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 50, 50, 50]);
  assert.equal(waiting.open, 0);
});

test('gives up when time is up, and shows what changed first, then all else', async () => {
  const { registry, sessions } = gauge();
  const jobs = registry.register(new Counter({ name: 'jobs_total', help: '', labelNames: ['queue'] }));
  const waiting = new ManualWaiting();
  let asked = 0;
  const message = await waitFor(registry, () => {
    if (++asked === 2) jobs.inc({ queue: 'mail' });
    if (asked === 3) sessions.set(2);
    return sampleValue(registry, 'jobs_total', { queue: 'mail' }) === 3;
  }, 100, waiting);
  registry.register(new Gauge({ name: 'later', help: '' }));
  assert.equal(message, `not true within 100 ms: the predicate returned false
the last state:

  sessions 2   was 0
  jobs_total{queue="mail"} 1   new
`);
  assert.equal(waiting.open, 0);
  assert.ok(asked > 15, String(asked));
});

test('the last look is not long before the end', async () => {
  const { registry } = gauge();
  const waiting = new ManualWaiting();
  let lastMs = 0;
  await waitFor(registry, () => void (lastMs = waiting.nowMs), 1_000, waiting);
  assert.ok(lastMs >= 997, String(lastMs));
});

test('shows what the predicate returned or threw last', async () => {
  const { registry } = gauge();
  const messages: readonly (readonly [() => unknown, RegExp])[] = [
    [() => undefined, /^not true within 20 ms: the predicate returned undefined\n/],
    [() => 0, /: the predicate returned 0\n/],
    [() => Promise.resolve(false), /: the predicate returned false\n/],
    [() => { throw new Error('3 !== 4'); }, /: the predicate threw 3 !== 4\n/],
    [() => Promise.reject(new Error('later')), /: the predicate threw later\n/],
    [() => { throw 'text'; }, /: the predicate threw "text"\n/],
  ];
  for (const [predicate, message] of messages) assert.match((await waitFor(registry, predicate, 20, new ManualWaiting()))!, message);
});

test('a predicate or a hook that never ends does not hold it up', async () => {
  const { registry, sessions } = gauge();
  sessions.set(1);
  const never = new Promise(() => {});
  const late = (source: Registry, predicate: () => unknown): Promise<string | undefined> => {
    const waiting = new ManualWaiting();
    setImmediate(() => waiting.advance());
    return waitFor(source, predicate, 50, waiting);
  };
  assert.equal(await late(registry, () => never), 'not true within 50 ms: the predicate did not answer\nthe last state:\n\n  sessions 1\n');
  const hanging = new Registry({ onWarning: () => {} });
  hanging.register(new Gauge({ name: 'a', help: '', refresh: () => never as Promise<void> }));
  assert.match((await late(hanging, () => true))!, /^not true within 50 ms: the predicate did not answer\n/);
});

test('refreshes before each look, and gives the predicate the registry', async () => {
  const registry = new Registry();
  let value = 0;
  registry.register(new Gauge({ name: 'a', help: '', refresh: async (own) => { await null; own.set(++value); } }));
  assert.equal(await waitFor(registry, (given) => given === registry && sampleValue(given, 'a') === 4, 1_000, new ManualWaiting()), undefined);
});

test('a collector that fails says why, and one of a registry is left out', async () => {
  const failing = { collect: (): never => { throw new Error('down'); } };
  assert.equal(await waitFor(failing, () => true, 20, new ManualWaiting()), 'not true within 20 ms: the predicate threw down\nthe last state:\n\n  no series\n');
  const registry = new Registry({ onWarning: () => {} });
  registry.register(failing);
  assert.equal(await waitFor(registry, () => true, 20, new ManualWaiting()), undefined);
});

test('shows no more than 40 series', async () => {
  const registry = new Registry();
  const many = registry.register(new Gauge({ name: 'a', help: '', labelNames: ['i'] }));
  for (let i = 0; i < 100; i++) many.set({ i }, i);
  const message = (await waitFor(registry, () => false, 10, new ManualWaiting()))!;
  assert.equal(message.trimEnd().split('\n').length, 44);
  assert.match(message, /\n… and 60 more series\n$/);
  assert.match((await waitFor(new Registry(), () => false, 10, new ManualWaiting()))!, /\n {2}no series\n$/);
});

test('waits by the real clock for work that ends by itself', async () => {
  const { registry, sessions } = gauge();
  setTimeout(() => sessions.set(5), 5);
  await eventually(registry, () => sampleValue(registry, 'sessions') === 5, { withinMs: 60_000 });
  await assert.rejects(eventually(registry, () => false, { withinMs: 0 }), (error) => error instanceof AssertionError && error.message.startsWith('not true within 0 ms: '));
});

test('fake timers do not stop it', async (t) => {
  const { registry, sessions } = gauge();
  t.mock.timers.enable({ apis: ['setTimeout', 'setImmediate', 'setInterval', 'Date'] });
  let asked = 0;
  await eventually(registry, () => (++asked > 12 ? sessions : undefined), { withinMs: 60_000 });
  assert.equal(asked, 13);
});

test('refuses options that make no sense', async () => {
  const { registry } = gauge();
  await assert.rejects(eventually(registry, () => true, { within: 5 } as never), { code: 'ERR_OPTION', message: 'eventually: expected a known option, such as "withinMs", got "within"' });
  for (const withinMs of [-1, NaN, Infinity, '5']) await assert.rejects(eventually(registry, () => true, { withinMs: withinMs as number }), { code: 'ERR_OPTION' });
  await assert.rejects(eventually({} as never, () => true), { code: 'ERR_OPTION', message: 'eventually: expected a registry or another collector, got an object with the keys []' });
  await assert.rejects(eventually(registry, true as never), { code: 'ERR_OPTION', message: 'eventually: predicate: expected a function, got true' });
});
