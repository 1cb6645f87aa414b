// One value of a registry, by the name of its sample and its labels.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, Histogram, Info, Registry, render, StateSet, Summary } from '../lib/index.ts';
import type { Collector } from '../lib/index.ts';
import { parseSamples } from '../lib/parse.ts';
import { sampleValue } from '../lib/testing.ts';

/** One series of each type. */
function everything(labels: Record<string, string> = {}): Registry {
  const registry = new Registry({ labels });
  registry.register(new Counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['queue', 'state'] })).inc({ queue: 'mail', state: 'done' }, 3);
  registry.register(new Gauge({ name: 'sessions', help: 'Sessions.' })).set(-2.5);
  const seconds = registry.register(new Histogram({ name: 'job_seconds', help: 'Seconds.', labelNames: ['queue'], buckets: [0.5, 1, 1e6] }));
  for (const value of [0.2, 0.7, 2e6]) seconds.observe({ queue: 'mail' }, value);
  registry.register(new Histogram({ name: 'size_bytes', help: 'Bytes.', native: true, buckets: false })).observe(7);
  registry.register(new Summary({ name: 'wait_seconds', help: 'Waits.', percentiles: [0.5, 0.99] })).observe(2);
  registry.register(new Info({ name: 'build_info', help: 'Build.', labelNames: ['version'] })).set({ version: '1.2' });
  registry.register(new StateSet({ name: 'door', help: 'Door.', states: ['open', 'shut'] })).set('open');
  registry.register(new Gauge({ name: 'http.open', help: 'Open.', names: 'utf8' })).set(4);
  registry.register({ collect: () => [{ type: 'unknown', name: 'odd', help: '', points: [{ labels: { a: 'b' }, value: NaN }] }] });
  return registry;
}

test('finds each sample that the text format shows, and no other', () => {
  for (const registry of [everything(), everything({ service: 'x' })]) {
    const shown = [...parseSamples(render(registry))];
    assert.ok(shown.length > 15);
    for (const { name, labels, value } of shown) {
      // The text format has no dots.
      assert.equal(sampleValue(registry, name === 'http_open' ? 'http.open' : name, labels), value, name);
      assert.equal(sampleValue(registry, name, { ...labels, other: 'x' }), undefined, name);
    }
  }
});

test('takes a histogram’s count, sum and buckets by the names of their samples', () => {
  const registry = everything();
  assert.equal(sampleValue(registry, 'job_seconds_count', { queue: 'mail' }), 3);
  assert.equal(sampleValue(registry, 'job_seconds_sum', { queue: 'mail' }), 2000000.9);
  for (const le of [1, '1', '1.0', '1e0']) assert.equal(sampleValue(registry, 'job_seconds_bucket', { queue: 'mail', le }), 2);
  for (const le of [1e6, '1000000', '1e+06']) assert.equal(sampleValue(registry, 'job_seconds_bucket', { le, queue: 'mail' }), 2);
  for (const le of ['+Inf', Infinity, 'Inf']) assert.equal(sampleValue(registry, 'job_seconds_bucket', { queue: 'mail', le }), 3);
  assert.equal(sampleValue(registry, 'job_seconds_bucket', { queue: 'mail' }), undefined);
  assert.equal(sampleValue(registry, 'job_seconds', { queue: 'mail' }), undefined);
  assert.equal(sampleValue(registry, 'size_bytes_bucket', { le: '+Inf' }), 1);
  assert.equal(sampleValue(registry, 'wait_seconds', { quantile: 0.99 }), 2);
  assert.equal(sampleValue(registry, 'door', { door: 'shut' }), 0);
});

test('creates no series, and changes nothing', () => {
  const registry = everything();
  const before = render(registry);
  assert.equal(sampleValue(registry, 'jobs_total', { queue: 'print', state: 'done' }), undefined);
  assert.equal(sampleValue(registry, 'jobs_total', { queue: 'mail' }), undefined);
  assert.equal(sampleValue(registry, 'jobs_total'), undefined);
  assert.equal(sampleValue(registry, 'nothing'), undefined);
  assert.equal(sampleValue(registry, '__proto__', { constructor: 'x' }), undefined);
  assert.equal(render(registry), before);
});

test('constant labels may be left out, and labels that are empty are as good as absent', () => {
  const registry = new Registry({ labels: { service: 'x' } });
  registry.register(new Counter({ name: 'jobs_total', help: '', labelNames: ['queue'], optionalLabels: ['tenant'] })).inc({ queue: 'a' });
  for (const labels of [{ queue: 'a' }, { queue: 'a', service: 'x' }, { queue: 'a', tenant: '' }]) assert.equal(sampleValue(registry, 'jobs_total', labels), 1);
  assert.equal(sampleValue(registry, 'jobs_total', { queue: 'a', service: 'y' }), undefined);
});

test('finds series of registries within, and values of functions as they are now', () => {
  let length = 1;
  const outer = new Registry();
  outer.register(new Registry({ labels: { pool: 'a' } })).register(new Gauge({ name: 'queue_length', help: '', value: () => length }));
  assert.equal(sampleValue(outer, 'queue_length', { pool: 'a' }), 1);
  length = 2;
  assert.equal(sampleValue(outer, 'queue_length', { pool: 'a' }), 2);
});

test('label values are numbers and booleans too', () => {
  const registry = new Registry();
  registry.register(new Counter({ name: 'a_total', help: '', labelNames: ['code', 'ok'] })).inc({ code: 200, ok: true });
  assert.equal(sampleValue(registry, 'a_total', { code: 200, ok: true }), 1);
  assert.equal(sampleValue(registry, 'a_total', { code: '200', ok: 'true' }), 1);
});

test('says what it cannot look for', () => {
  const registry = new Registry();
  assert.throws(() => sampleValue(registry, 5 as never), { code: 'ERR_OPTION', message: 'sampleValue: name: expected a string, got 5' });
  assert.throws(() => sampleValue(registry, 'a', null as never), { code: 'ERR_OPTION', message: 'sampleValue "a": labels: expected an object, got null' });
  assert.throws(() => sampleValue(registry, 'a', { b: undefined as never }), { code: 'ERR_LABEL_VALUE', message: 'sampleValue "a": label "b": expected a string, number or boolean, got undefined' });
  assert.throws(() => sampleValue('text' as unknown as Collector, 'a'), { code: 'ERR_OPTION', message: 'sampleValue: expected a registry or another collector, got "text"' });
});
