// Expositions for readers that split lines at more than line feeds.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, Histogram, Registry, StateSet, lineSafe, openMetrics, openMetricsWith, render, text, text1 } from '../lib/index.ts';
import type { Format, MetricFamily } from '../lib/index.ts';
import { parse } from '../lib/parse.ts';

/** All that Python's `splitlines` takes for the end of a line, but for the line feed. */
const BREAKS = ['\r', '\v', '\f', '\x1c', '\x1d', '\x1e', '\x85', '\u2028', '\u2029'];
const FORMATS: readonly Format[] = [lineSafe(text), lineSafe(text1), lineSafe(openMetrics), openMetricsWith({ lineSafe: true })];

function withBreaks(): Registry {
  const registry = new Registry({ labels: { constant: BREAKS.join('') } });
  const counter = registry.register(new Counter({ name: 'c_total', help: BREAKS.join(), labelNames: ['a'], wallClock: () => 0 }));
  for (const each of BREAKS) counter.inc({ a: `x${each}y` }, 1, { trace_id: each });
  registry.register(new Histogram({ name: 'h', help: '', buckets: [1], labelNames: ['a'], wallClock: () => 0 })).observe({ a: BREAKS[0]! }, 1, { trace_id: BREAKS.join('') });
  registry.register(new StateSet({ name: 's', help: '', states: [...BREAKS, 'on'] })).set(BREAKS[3]!);
  registry.register({ collect: () => [{ type: 'gauge', name: 'g\r', help: '\u2028', constantLabels: { b: '\r' }, points: [{ labels: { 'a\x85': '\f' }, value: 1 }] }] });
  return registry;
}

test('no line is broken by anything but its line feed, and nothing is lost', () => {
  const registry = withBreaks();
  for (const [i, format] of FORMATS.entries()) {
    const exposition = render(registry, format);
    assert.doesNotMatch(exposition, /[\r\v\f\x1c-\x1e\x85\u2028\u2029]/);
    assert.equal(exposition.split('\n').length, render(registry, [text, text1, openMetrics, openMetrics][i]!).split('\n').length);
    parse(exposition, { format: i < 2 ? 'text' : 'openmetrics' });
  }
});

test('each character is shown by a sign for it', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'] });
  gauge.set({ a: BREAKS.join('') }, 1);
  assert.equal(render(gauge, lineSafe(text)), '# TYPE g gauge\ng{a="␍␋␌␜␝␞␤↵¶"} 1\n');
});

test('series that become one are shown once, with a warning', () => {
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'] });
  counter.inc({ a: '␍' }, 1);
  counter.inc({ a: '\r' }, 2);
  const warnings: string[] = [];
  assert.equal(render(counter, lineSafe(text), { onWarning: ({ message }) => warnings.push(message) }), '# TYPE c_total counter\nc_total{a="␍"} 1\n');
  assert.deepEqual(warnings, ['counter "c_total": expected each series once, got 1 again; the first of each is shown']);
});

test('what has no such characters is the same with and without', () => {
  const registry = new Registry({ labels: { z: '1' } });
  registry.register(new Counter({ name: 'c_total', help: 'H.', labelNames: ['a'] })).inc({ a: '"\\\n' }, 2);
  registry.register(new Histogram({ name: 'h', help: '', buckets: [1], labelNames: ['a'] })).observe({ a: 'x' }, 1);
  for (const format of [text, text1, openMetrics]) assert.equal(render(registry, lineSafe(format)), render(registry, format));
});

test('it is the same format in all else, and with each escaping', () => {
  const { write, withEscaping, ...rest } = lineSafe(openMetrics);
  const { write: _, withEscaping: __, ...same } = openMetrics;
  assert.deepEqual(rest, same);
  assert.equal(lineSafe(text).withEscaping, undefined);
  const family: MetricFamily = { type: 'gauge', name: 'a.b\r', help: '', points: [{ labels: { 'c.d\r': '\r' }, value: 1 }] };
  assert.equal(render([family], withEscaping!('allow-utf-8')), '# TYPE "a.b␍" gauge\n{"a.b␍","c.d␍"="␍"} 1\n# EOF\n');
  assert.equal(withEscaping!('dots').contentType, openMetrics.withEscaping!('dots').contentType);
});

test('a series that begins while an exposition is being written is not in it', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'] });
  for (let i = 0; i < 3_000; i++) gauge.set({ a: i }, 1);
  const registry = new Registry();
  registry.register(new Gauge({ name: 'before', help: '', labelNames: ['a'] })).set({ a: 'x'.repeat(40_000) }, 1);
  registry.register(gauge);
  let exposition = '';
  for (const chunk of lineSafe(text).write(registry.collect())) {
    exposition += chunk;
    gauge.set({ a: '\r' }, 1);
  }
  assert.doesNotMatch(exposition, /\r|␍/);
  assert.match(render(registry, lineSafe(text)), /␍/);
});

test('bytes of a binary format are passed on as they are', () => {
  const binary: Format<Uint8Array> = { name: 'b', mediaType: 'b/b', version: '1', contentType: 'b/b', *write(families) { yield new TextEncoder().encode([...families].map(({ name, help }) => name + help).join()); } };
  assert.equal(Buffer.from(render([{ type: 'gauge', name: 'g\r', help: '\r', points: [] }], lineSafe(binary))).toString(), 'g␍\r');
});
