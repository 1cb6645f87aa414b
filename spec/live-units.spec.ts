// Numbers of the live page and `promlet top`, as people read them.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { calmTop, formatRate, formatValue, roundUp, unitOf } from '../lib/live/units.ts';
import type { Unit } from '../lib/live/units.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

test('a unit is what the family says, or else the end of its name', () => {
  const cases: readonly (readonly [name: string, type: 'counter' | 'gauge' | 'histogram', unit: Unit])[] = [
    ['http_request_duration_seconds', 'histogram', 'seconds'], ['process_cpu_seconds_total', 'counter', 'seconds'], ['heap_bytes', 'gauge', 'bytes'],
    ['cache_hit_ratio', 'gauge', 'ratio'], ['process_start_time_seconds', 'gauge', 'timestamp'], ['last_success_timestamp_seconds', 'gauge', 'timestamp'],
    ['http_requests_total', 'counter', 'none'], ['active_sessions_total', 'gauge', 'none'], ['seconds', 'gauge', 'seconds'], ['node_cpu_time_seconds', 'gauge', 'seconds'],
  ];
  for (const [name, type, unit] of cases) assert.equal(unitOf({ name, type }), unit, name);
  assert.equal(unitOf({ name: 'x', unit: 'bytes', type: 'gauge' }), 'bytes');
});

test('values have three digits that count, and the unit that fits', () => {
  const cases: readonly (readonly [value: number, unit: Unit, shown: string])[] = [
    [0.0452, 'seconds', '45.2 ms'], [0, 'seconds', '0 s'], [0.9999, 'seconds', '1.00 s'], [59.99, 'seconds', '1.00 min'], [90, 'seconds', '1.50 min'], [7200, 'seconds', '2 h'],
    [3e-7, 'seconds', '300 ns'], [1e-10, 'seconds', '0.100 ns'], [259_200, 'seconds', '3 d'], [-0.5, 'seconds', '-500 ms'],
    [12_582_912, 'bytes', '12 MiB'], [1536, 'bytes', '1.50 KiB'], [512, 'bytes', '512 B'], [1023.9, 'bytes', '1.00 KiB'],
    [0.925, 'ratio', '92.5 %'], [1, 'ratio', '100 %'], [33, 'percent', '33 %'],
    [1234, 'none', '1234'], [123_456, 'none', '123 k'], [1.5e9, 'none', '1.50 G'], [0.12345, 'none', '0.123'], [1e300, 'none', '1.00e+300'], [2.5e14, 'none', '250 T'], [20.5, 'celsius', '20.5 °C'],
    [NaN, 'none', '–'], [Infinity, 'bytes', '+Inf'], [-Infinity, 'seconds', '-Inf'],
  ];
  for (const [value, unit, shown] of cases) assert.equal(plain(formatValue(value, unit)), shown);
});

test('rates are per second, in the unit of what is counted', () => {
  assert.equal(plain(formatRate(3.2, 'none')), '3.20/s');
  assert.equal(plain(formatRate(1_572_864, 'bytes')), '1.50 MiB/s');
  assert.equal(plain(formatRate(0.25, 'seconds')), '250 ms/s');
  assert.equal(plain(formatRate(NaN, 'none')), '–');
});

test('a time is how long ago it was, or how soon it is', () => {
  assert.equal(plain(formatValue(1000 + 86_400 * 30, 'timestamp', 1_000_000)), 'in 30 d');
  assert.equal(plain(formatValue(1000.2, 'timestamp', 1_000_000)), 'in 1 s');
  assert.equal(plain(formatValue(1000, 'timestamp', 1_090_000)), '1.50 min ago');
  assert.equal(formatValue(0, 'timestamp', 5), 'never');
  assert.equal(formatValue(1_700_000_000, 'timestamp'), '2023-11-14 22:13:20Z');
});

test('an axis ends at a round number, and keeps its end until values exceed it or have become much smaller', () => {
  assert.deepEqual([0, 0.7, 9.2, 140, 2.1].map((size) => roundUp(size, 'none')), [1, 0.8, 10, 150, 2.5]);
  assert.equal(roundUp(1.2 * 1024 ** 2, 'bytes'), 1.5 * 1024 ** 2);
  assert.equal(roundUp(75, 'seconds'), 90);
  for (const size of [5e-324, 1.7e308]) assert.ok(roundUp(size, 'none') >= size && Number.isFinite(roundUp(size, 'none')));
  assert.deepEqual([calmTop(90, 'none', 100), calmTop(50, 'none', 100), calmTop(101, 'none', 100), calmTop(30, 'none', 100)], [100, 100, 150, 30]);
});
