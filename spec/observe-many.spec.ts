// `observeMany`: one value many times, as a loop of `observe` would have it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Histogram, Registry, Summary } from '../lib/index.ts';

const KINDS = {
  'classic histogram': () => new Histogram({ name: 'm', help: '', labelNames: ['a'], buckets: [1, 2, 4] }),
  'native histogram': () => new Histogram({ name: 'm', help: '', labelNames: ['a'], buckets: false, native: true }),
  'histogram of both kinds': () => new Histogram({ name: 'm', help: '', labelNames: ['a'], native: true }),
  summary: () => new Summary({ name: 'm', help: '', labelNames: ['a'], percentiles: [0.1, 0.5, 0.9], clock: () => 0 }),
  'summary without quantiles': () => new Summary({ name: 'm', help: '', labelNames: ['a'], percentiles: [] }),
};

for (const [name, make] of Object.entries(KINDS)) {
  test(`${name}: it is the same as so many calls of observe, by labels and bound`, () => {
    const [looped, byLabels, bound] = [make(), make(), make()];
    const child = bound.labels('x');
    // Powers of two, whose sums are exact.
    for (const [value, count] of [[2, 3], [0.5, 40], [-8, 5], [0, 2], [16, 100], [2, 1], [4, 0], [Infinity, 2]] as const) {
      for (let i = 0; i < count; i++) looped.observe({ a: 'x' }, value);
      byLabels.observeMany({ a: 'x' }, value, count);
      child.observeMany(value, count);
    }
    assert.deepEqual(byLabels.get({ a: 'x' }), looped.get({ a: 'x' }));
    assert.deepEqual(bound.get({ a: 'x' }), looped.get({ a: 'x' }));
    assert.equal(byLabels.rejectedWrites, 0);
  });

  test(`${name}: a count that is no whole number of 0 or more, and no number, are ignored and counted`, () => {
    const warnings: string[] = [];
    const registry = new Registry({ onWarning: ({ code, message }) => warnings.push(`${code} ${message}`) });
    const metric = make();
    registry.register(metric);
    for (const count of [-1, 0.5, NaN, Infinity, '3', undefined, null, 3n]) metric.observeMany({ a: 'x' }, 1, count as number);
    assert.equal(metric.get({ a: 'x' }), undefined);
    for (const value of [NaN, '1', undefined, null]) metric.observeMany({ a: 'x' }, value as number, 1);
    metric.labels('y').observeMany(1, -1);
    metric.labels('y').observeMany(NaN, 1);
    assert.equal(metric.rejectedWrites, 14);
    assert.equal(metric.get({ a: 'x' }), undefined);
    assert.equal(metric.get({ a: 'y' })!.count, 0);
    assert.equal(warnings.length, 2);
    assert.match(warnings[0]!, /^ERR_VALUE \w+ "m": expected a count that is a whole number of 0 or more, got -1; such writes are ignored$/);
    assert.match(warnings[1]!, /^ERR_VALUE \w+ "m": expected a number, got NaN; such writes are ignored$/);
  });

  test(`${name}: 0 times shows the series and changes nothing`, () => {
    const metric = make();
    metric.observeMany({ a: 'x' }, Infinity, 0);
    assert.deepEqual([metric.get({ a: 'x' })!.count, metric.get({ a: 'x' })!.sum], [0, 0]);
  });

  test(`${name}: labels that do not fit throw, and a child of a series that is gone begins it anew`, () => {
    const metric = make();
    assert.throws(() => metric.observeMany({ b: 'x' } as never, 1, 1), { code: 'ERR_LABELS' });
    const child = metric.labels('x');
    child.remove();
    child.observeMany(2, 3);
    assert.deepEqual([metric.get({ a: 'x' })!.count, metric.get({ a: 'x' })!.sum], [3, 6]);
  });

  test(`${name}: past \`maxSeries\` all of them go to the overflow series, as one write`, () => {
    const metric = make();
    Object.assign(metric, { maxSeries: 1 });
    metric.observeMany({ a: 'x' }, 1, 2);
    metric.observeMany({ a: 'y' }, 1, 5);
    assert.equal(metric.get({ a: '_overflow_' })!.count, 5);
    assert.equal(metric.overflowedWrites, 1);
  });
}

test('a million times costs one step, and a count of a thousand million as well', () => {
  const histogram = new Histogram({ name: 'h', help: '', native: true });
  const summary = new Summary({ name: 's', help: '', percentiles: [0.5] });
  histogram.observeMany(0.3, 1e9);
  summary.observeMany(0.3, 1e9);
  assert.equal(histogram.get()!.count, 1e9);
  assert.deepEqual(summary.get(), { count: 1e9, sum: 0.3 * 1e9, quantiles: [{ quantile: 0.5, value: 0.3 }] });
});

test('past the maximum of native buckets it takes one step, and loses nothing', () => {
  let nowMs = 0;
  const make = (minResetSeconds: number): Histogram => new Histogram({ name: 'h', help: '', buckets: false, native: { maxBuckets: 4, minResetSeconds }, wallClock: () => nowMs });
  const halving = make(0);
  for (const value of [1, 1.1, 1.25, 1.4]) halving.observe(value);
  const { schema } = halving.get()!.native!;
  halving.observeMany(1e6, 7);
  assert.equal(halving.get()!.native!.schema, schema - 1);
  assert.deepEqual([halving.get()!.count, Array.from(halving.get()!.native!.positive.counts).at(-1)], [11, 7]);

  const resetting = make(3600);
  for (const value of [1, 1.1, 1.25, 1.4]) resetting.observe(value);
  nowMs = 3_600_000;
  resetting.observeMany(1e6, 7);
  assert.deepEqual([resetting.get()!.count, resetting.get()!.sum, resetting.get()!.native!.positive.counts], [7, 7e6, [7]]);
  assert.equal(resetting.points[0]!.createdMs, 3_600_000);
});

test('an exemplar that the option gives stands for all of them', () => {
  const histogram = new Histogram({ name: 'h', help: '', buckets: [1], exemplar: () => ({ trace_id: 'x' }), wallClock: () => 5000 });
  histogram.observeMany(0.5, 3);
  assert.deepEqual(histogram.points[0]!.exemplars, [{ labels: { trace_id: 'x' }, value: 0.5, timestampMs: 5000 }, undefined]);
});
