// Counters: what `inc` takes, what it ignores, and what is read back.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Registry, render } from '../lib/index.ts';

/** The same counter as a caller without a type checker sees it. */
interface Untyped {
  inc(...args: unknown[]): void;
}

test('a counter without labels stands at 0 from the start', () => {
  const counter = new Counter({ name: 'jobs_total', help: 'Jobs.' });
  assert.equal(counter.get(), 0);
  assert.equal(render(counter), '# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total 0\n');
});

test('a counter with labels shows a series once it was touched, and taking its child touches it', () => {
  const counter = new Counter({ name: 'jobs_total', help: '', labelNames: ['queue'] });
  assert.equal(render(counter), '# TYPE jobs_total counter\n');
  counter.labels({ queue: 'mail' });
  assert.equal(render(counter), '# TYPE jobs_total counter\njobs_total{queue="mail"} 0\n');
});

test('`inc` adds 1, or the amount that it is given, and 0 is an amount', () => {
  const counter = new Counter({ name: 'jobs_total', help: '' });
  counter.inc();
  counter.inc(2.5);
  counter.inc(0);
  counter.inc(undefined);
  assert.equal(counter.get(), 4.5);
});

test('`inc` takes the labels first and the amount after them', () => {
  const counter = new Counter({ name: 'jobs_total', help: '', labelNames: ['queue', 'done'] });
  counter.inc({ queue: 'mail', done: true });
  counter.inc({ done: 'true', queue: 'mail' }, 3);
  assert.equal(counter.get({ queue: 'mail', done: true }), 4);
});

test('a bound child and its counter write to the same series', () => {
  const counter = new Counter({ name: 'jobs_total', help: '', labelNames: ['queue'] });
  const mail = counter.labels('mail');
  mail.inc();
  mail.inc(2);
  counter.inc({ queue: 'mail' }, 4);
  assert.equal(counter.labels({ queue: 'mail' }), mail);
  assert.equal(mail.value, 7);
});

test('`get` makes no series', () => {
  const counter = new Counter({ name: 'jobs_total', help: '', labelNames: ['queue'] });
  assert.equal(counter.get({ queue: 'mail' }), undefined);
  assert.deepEqual(counter.points, []);
});

for (const amount of [-1, -Number.MIN_VALUE, NaN, Infinity, -Infinity, '3', null, 3n, Symbol('3'), true, [3], {}]) {
  test(`an amount of ${describe(amount)} changes nothing, throws nothing, and is counted and warned of once`, () => {
    const warnings: string[] = [];
    const registry = new Registry({ onWarning: ({ code, message }) => warnings.push(`${code} ${message}`) });
    const counter = registry.register(new Counter({ name: 'jobs_total', help: '', labelNames: ['queue'] }));
    const child = counter.labels('mail');
    (child as Untyped).inc(amount);
    (counter as Untyped).inc({ queue: 'mail' }, amount);
    assert.equal(child.value, 0);
    assert.equal(counter.rejectedWrites, 2);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /^ERR_VALUE Counter "jobs_total": expected a finite amount of 0 or more, got .*; such writes are ignored$/);
  });
}

test('the warning of an ignored amount names the metric, the rule and the value', () => {
  const messages: string[] = [];
  const registry = new Registry({ onWarning: ({ message }) => messages.push(message) });
  registry.register(new Counter({ name: 'jobs_total', help: '' })).inc(-1);
  assert.deepEqual(messages, ['Counter "jobs_total": expected a finite amount of 0 or more, got -1; such writes are ignored']);
});

test('an ignored amount makes no series', () => {
  const counter = new Counter({ name: 'jobs_total', help: '', labelNames: ['queue'] });
  counter.inc({ queue: 'mail' }, NaN);
  assert.equal(counter.get({ queue: 'mail' }), undefined);
  assert.equal(counter.rejectedWrites, 1);
});

test('null as the amount of a counter without labels is ignored, not taken for no labels and so for 1', () => {
  const counter = new Counter({ name: 'jobs_total', help: '' });
  (counter as Untyped).inc(null);
  assert.equal(counter.get(), 0);
  assert.equal(counter.rejectedWrites, 1);
});

test('an ignored amount on a removed child does not bring its series back', () => {
  const counter = new Counter({ name: 'jobs_total', help: '', labelNames: ['queue'] });
  const child = counter.labels('mail');
  counter.remove({ queue: 'mail' });
  child.inc(-1);
  assert.equal(counter.get({ queue: 'mail' }), undefined);
});

test('a counter that is given another kind of argument than labels or an amount says so', () => {
  const labelled = new Counter({ name: 'jobs_total', help: '', labelNames: ['queue'] });
  const expected = {
    code: 'ERR_LABELS',
    message: 'Counter "jobs_total": expected the labels ["queue"], got [] (["queue"] missing)',
  };
  assert.throws(() => (labelled as Untyped).inc(), expected);
  assert.throws(() => (labelled as Untyped).inc(5), expected);
  assert.throws(() => (labelled as Untyped).inc('mail'), expected);
  assert.throws(() => (labelled as Untyped).inc(null), expected);
  assert.deepEqual(labelled.points, []);
});

test('labels by position, where an object is expected, are named as they were given', () => {
  const counter = new Counter({ name: 'jobs_total', help: '', labelNames: ['queue', 'state'] });
  const untyped = counter as unknown as Record<'remove' | 'get', (...values: string[]) => unknown>;
  const expected = { code: 'ERR_LABELS', message: 'Counter "jobs_total": expected an object with the labels ["queue", "state"], got "mail"' };
  assert.throws(() => untyped.remove('mail', 'done'), expected);
  assert.throws(() => untyped.get('mail', 'done'), expected);
  assert.deepEqual(counter.points, []);
});

test('a counter without labels refuses labels', () => {
  const counter = new Counter({ name: 'jobs_total', help: '' });
  assert.throws(() => (counter as Untyped).inc({ queue: 'mail' }), {
    code: 'ERR_LABELS',
    message: 'Counter "jobs_total": expected the labels [], got ["queue"] (["queue"] not declared)',
  });
  assert.equal(counter.get(), 0);
});

test('a total past the largest number is infinite, and stays so', () => {
  const counter = new Counter({ name: 'bytes_total', help: '' });
  counter.inc(Number.MAX_VALUE);
  counter.inc(Number.MAX_VALUE);
  counter.inc();
  assert.equal(counter.get(), Infinity);
});

function describe(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : typeof value === 'string' ? `"${value}"` : `${typeof value} ${String(value)}`;
}
