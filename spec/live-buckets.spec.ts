// Buckets of histograms as the live page shows them: increases, sums and quantiles, of classic and native ones.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Histogram } from '../lib/index.ts';
import type { HistogramPoint } from '../lib/index.ts';
import { bucketsOf, increase, quantileOf, sumOf, totalOf } from '../lib/live/buckets.ts';
import type { Buckets } from '../lib/live/buckets.ts';

const classic = (bounds: readonly number[], counts: readonly number[]): Buckets => bucketsOf({ labels: {}, bounds, counts });

function native(...values: readonly number[]): Buckets {
  const histogram = new Histogram({ name: 'h', help: '', native: true });
  for (const value of values) histogram.observe(value);
  const { native: side } = [...[...histogram.collect()][0]!.points][0] as HistogramPoint;
  return bucketsOf({ labels: {}, bounds: [], counts: [values.length], native: side });
}

test('classic buckets reach from bound to bound, from 0 where the first is above it', () => {
  assert.deepEqual(classic([1, 2], [3, 4, 5]), { lowers: [0, 1, 2], uppers: [1, 2, Infinity], counts: [3, 4, 5], isExponential: false });
  assert.deepEqual(classic([-1, 2], [3, 4, 5]).lowers, [-Infinity, -1, 2]);
  assert.deepEqual(classic([], [7]), { lowers: [-Infinity], uppers: [Infinity], counts: [7], isExponential: false });
});

test('native buckets ascend from the negative side over zero to the positive one, and hold what was observed', () => {
  const values = [-8, -0.5, 0, 0.1, 1, 1, 1000];
  const buckets = native(...values);
  assert.equal(totalOf(buckets), values.length);
  for (let i = 0; i < buckets.uppers.length; i++) {
    const [lower, upper] = [buckets.lowers[i]!, buckets.uppers[i]!];
    assert.ok(lower <= upper && (i === 0 || lower >= buckets.uppers[i - 1]!));
    const within = values.filter((value) => (value < 0 ? value >= lower && value < upper : value > lower && value <= upper) || (value === 0 && lower <= 0 && upper >= 0));
    assert.equal(within.length, buckets.counts[i]);
  }
});

test('an increase is what came since, and none where a count has fallen', () => {
  assert.deepEqual(increase(classic([1], [5, 3]), classic([1], [2, 3]))?.counts, [3, 0]);
  assert.equal(totalOf(increase(classic([1], [5, 3]), classic([1], [5, 3]))!), 0);
  assert.equal(increase(classic([1], [1, 9]), classic([1], [2, 3])), undefined);
});

test('an increase of native buckets counts those that are new, and those that have become coarser', () => {
  assert.equal(totalOf(increase(native(1, 2, 3), native(1, 2))!), 1);
  assert.equal(increase(native(1, 2), native(1, 3)), undefined);
  const at = (schema: number, indexes: number[], counts: number[]): Buckets =>
    bucketsOf({ labels: {}, bounds: [], counts: [0], native: { schema, zeroThreshold: 0, zeroCount: 0, positive: { indexes, counts }, negative: { indexes: [], counts: [] } } });
  assert.deepEqual(increase(at(0, [1, 2], [5, 4]), at(1, [1, 2, 3], [1, 2, 3]))?.counts, [2, 1]);
});

test('a sum has the bounds of all', () => {
  assert.deepEqual(sumOf([]).uppers, []);
  assert.deepEqual(sumOf([classic([1, 2], [1, 2, 3]), classic([1, 2], [10, 20, 30])]), classic([1, 2], [11, 22, 33]));
  const { uppers, counts } = sumOf([classic([1, 4], [1, 2, 3]), classic([2], [10, 20])]);
  assert.deepEqual([uppers, counts], [[1, 2, 4, Infinity], [1, 10, 2, 23]]);
});

test('quantiles are those of Prometheus: within a bucket by rank, and never above the last bound', () => {
  const buckets = classic([1, 2, 4], [10, 10, 0, 0]);
  assert.equal(quantileOf(buckets, 0.5), 1);
  assert.equal(quantileOf(buckets, 0.75), 1.5);
  assert.equal(quantileOf(buckets, 0.25), 0.5);
  assert.equal(quantileOf(classic([1, 2], [0, 0, 5]), 0.5), 2);
  assert.ok(Number.isNaN(quantileOf(classic([1], [0, 0]), 0.5)));
  assert.equal(quantileOf(classic([-1, 1], [4, 0, 0]), 0.5), -1);
});

test('a quantile of native buckets is within a bucket’s width of the true one', () => {
  const values = Array.from({ length: 1000 }, (_, i) => 1.01 ** i);
  for (const quantile of [0.05, 0.5, 0.95, 0.99]) {
    const [found, truth] = [quantileOf(native(...values), quantile), values[Math.ceil(quantile * values.length) - 1]!];
    assert.ok(found / truth < 1.1 && truth / found < 1.1, `${quantile}: ${found}, and it is ${truth}`);
  }
});
