// Gauges: values that are set, moved and taken from clocks.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Gauge, Registry, render } from '../lib/index.ts';

/** The same gauge as a caller without a type checker sees it. */
interface Untyped {
  set(...args: unknown[]): void;
  inc(...args: unknown[]): void;
  dec(...args: unknown[]): void;
}

test('a gauge without labels stands at 0 from the start', () => {
  const gauge = new Gauge({ name: 'queue_length', help: 'Jobs that wait.' });
  assert.equal(gauge.get(), 0);
  assert.equal(render(gauge), '# HELP queue_length Jobs that wait.\n# TYPE queue_length gauge\nqueue_length 0\n');
});

test('a gauge is set and moved up and down', () => {
  const gauge = new Gauge({ name: 'queue_length', help: '' });
  gauge.set(10);
  gauge.inc();
  gauge.inc(2.5);
  gauge.dec();
  gauge.dec(20);
  gauge.inc(-1);
  assert.equal(gauge.get(), -8.5);
});

test('a gauge with labels is moved by labels and by bound children', () => {
  const gauge = new Gauge({ name: 'queue_length', help: '', labelNames: ['queue'] });
  gauge.set({ queue: 'mail' }, 3);
  gauge.inc({ queue: 'mail' });
  gauge.dec({ queue: 'mail' }, 2);
  gauge.dec({ queue: 'print' });
  const mail = gauge.labels('mail');
  mail.inc();
  mail.dec(3);
  assert.equal(gauge.get({ queue: 'mail' }), 0);
  assert.equal(gauge.get({ queue: 'print' }), -1);
  mail.set(9);
  assert.equal(mail.value, 9);
});

test('NaN and the infinities are values of a gauge', () => {
  const gauge = new Gauge({ name: 'level', help: '', labelNames: ['of'] });
  gauge.set({ of: 'nan' }, NaN);
  gauge.set({ of: 'up' }, Infinity);
  gauge.set({ of: 'down' }, -Infinity);
  assert.equal(render(gauge), '# TYPE level gauge\nlevel{of="nan"} NaN\nlevel{of="up"} +Inf\nlevel{of="down"} -Inf\n');
  assert.equal(gauge.rejectedWrites, 0);
});

for (const value of ['3', null, undefined, 3n, Symbol('3'), true, new Date(3)]) {
  test(`setting a gauge to ${typeof value} ${value === null ? 'null' : String(value).slice(0, 12)} is ignored, and makes no series`, () => {
    const warnings: string[] = [];
    const registry = new Registry({ onWarning: ({ code }) => warnings.push(code) });
    const gauge = registry.register(new Gauge({ name: 'level', help: '', labelNames: ['of'] }));
    const child = gauge.labels('a');
    child.set(7);
    (child as Untyped).set(value);
    (gauge as Untyped).set({ of: 'b' }, value);
    assert.equal(child.value, 7);
    assert.equal(gauge.get({ of: 'b' }), undefined);
    assert.equal(gauge.rejectedWrites, 2);
    assert.deepEqual(warnings, ['ERR_VALUE']);
  });
}

for (const amount of [NaN, Infinity, -Infinity, '3', null, 3n]) {
  test(`moving a gauge by ${typeof amount} ${String(amount)} is ignored, and makes no series`, () => {
    const gauge = new Gauge({ name: 'level', help: '', labelNames: ['of'] });
    const child = gauge.labels('a');
    child.set(7);
    (child as Untyped).inc(amount);
    (child as Untyped).dec(amount);
    (gauge as Untyped).inc({ of: 'b' }, amount);
    (gauge as Untyped).dec({ of: 'b' }, amount);
    assert.equal(child.value, 7);
    assert.equal(gauge.get({ of: 'b' }), undefined);
    assert.equal(gauge.rejectedWrites, 4);
  });
}

test('the warning of an ignored write names the metric, the rule and the value', () => {
  const messages: string[] = [];
  const registry = new Registry({ onWarning: ({ message }) => messages.push(message) });
  (registry.register(new Gauge({ name: 'level', help: '' })) as Untyped).set('high');
  registry.register(new Gauge({ name: 'depth', help: '' })).inc(NaN);
  assert.deepEqual(messages, [
    'Gauge "level": expected a number, got "high"; such writes are ignored',
    'Gauge "depth": expected a finite amount, got NaN; such writes are ignored',
  ]);
});

test('null is no value and no labels of a gauge without labels', () => {
  const gauge = new Gauge({ name: 'level', help: '' });
  gauge.set(5);
  (gauge as Untyped).set(null);
  (gauge as Untyped).inc(null);
  (gauge as Untyped).dec(null);
  assert.equal(gauge.get(), 5);
  assert.equal(gauge.rejectedWrites, 3);
});

test('a gauge takes the time from its wall clock, in seconds', () => {
  const gauge = new Gauge({ name: 'last_success_seconds', help: '', labelNames: ['job'], wallClock: () => 1_700_000_000_250 });
  gauge.setToCurrentTime({ job: 'a' });
  gauge.labels('b').setToCurrentTime();
  assert.equal(gauge.get({ job: 'a' }), 1_700_000_000.25);
  assert.equal(gauge.get({ job: 'b' }), 1_700_000_000.25);
});

test('a gauge without labels takes the time too, by default from the system', () => {
  const gauge = new Gauge({ name: 'last_success_seconds', help: '' });
  const before = Date.now() / 1000;
  gauge.setToCurrentTime();
  assert.ok(gauge.get()! >= before && gauge.get()! <= Date.now() / 1000);
});

test('a timer sets the gauge to the elapsed seconds and returns them; ended again, it does so again', () => {
  let now = 5_000;
  const gauge = new Gauge({ name: 'backup_seconds', help: '', labelNames: ['job'], clock: () => now });
  const end = gauge.startTimer({ job: 'a' });
  now += 1_500;
  assert.equal(end(), 1.5);
  assert.equal(gauge.get({ job: 'a' }), 1.5);
  now += 500;
  assert.equal(end(), 2);
  assert.equal(gauge.get({ job: 'a' }), 2);
});

test('timers run on gauges without labels and on bound children', () => {
  let now = 0;
  const bare = new Gauge({ name: 'bare_seconds', help: '', clock: () => now });
  const labelled = new Gauge({ name: 'labelled_seconds', help: '', labelNames: ['job'], clock: () => now });
  const ends = [bare.startTimer(), labelled.labels('a').startTimer()];
  now = 250;
  for (const end of ends) assert.equal(end(), 0.25);
  assert.equal(bare.get(), 0.25);
  assert.equal(labelled.get({ job: 'a' }), 0.25);
});

test('labels that do not fit are refused by every method that takes some', () => {
  const gauge = new Gauge({ name: 'level', help: '', labelNames: ['of'] });
  const wrong = { to: 'x' } as unknown as { of: string };
  const expected = { code: 'ERR_LABELS', message: 'Gauge "level": expected the labels ["of"], got ["to"] (["of"] missing, ["to"] not declared)' };
  assert.throws(() => gauge.set(wrong, 1), expected);
  assert.throws(() => gauge.inc(wrong), expected);
  assert.throws(() => gauge.dec(wrong), expected);
  assert.throws(() => gauge.setToCurrentTime(wrong), expected);
  assert.throws(() => gauge.startTimer(wrong), expected);
  assert.throws(() => gauge.get(wrong), expected);
  assert.throws(() => gauge.remove(wrong), expected);
  assert.throws(() => gauge.labels(wrong), expected);
});
