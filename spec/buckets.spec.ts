// Bucket bounds: how some are made, and which are refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Histogram, defaultBuckets, exponentialBuckets, linearBuckets } from '../lib/index.ts';

test('the default buckets are those of the official clients, and cannot be changed', () => {
  assert.deepEqual(defaultBuckets, [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);
  assert.throws(() => (defaultBuckets as number[]).push(20), TypeError);
});

test('linear buckets are a width apart', () => {
  assert.deepEqual(linearBuckets(10, 5, 3), [10, 15, 20]);
  assert.deepEqual(linearBuckets(-1, 0.5, 4), [-1, -0.5, 0, 0.5]);
  assert.deepEqual(linearBuckets(7, 1, 1), [7]);
});

test('exponential buckets are a factor apart', () => {
  assert.deepEqual(exponentialBuckets(1, 2, 4), [1, 2, 4, 8]);
  assert.deepEqual(exponentialBuckets(0.5, 10, 3), [0.5, 5, 50]);
  assert.deepEqual(exponentialBuckets(3, 1.5, 1), [3]);
});

const made: readonly (readonly [call: () => unknown, message: string])[] = [
  [() => linearBuckets(NaN, 1, 1), 'linearBuckets: start: expected a finite number, got NaN'],
  [() => linearBuckets(-Infinity, 1, 1), 'linearBuckets: start: expected a finite number, got -Infinity'],
  [() => linearBuckets(0, 0, 1), 'linearBuckets: width: expected a finite number above 0, got 0'],
  [() => linearBuckets(0, NaN, 1), 'linearBuckets: width: expected a finite number above 0, got NaN'],
  [() => linearBuckets(0, Infinity, 1), 'linearBuckets: width: expected a finite number above 0, got Infinity'],
  [() => linearBuckets(0, 1, 0), 'linearBuckets: count: expected a whole number of 1 or more, got 0'],
  [() => linearBuckets(0, 1, 1.5), 'linearBuckets: count: expected a whole number of 1 or more, got 1.5'],
  [() => linearBuckets(0, 1e308, 3), 'linearBuckets: count: expected as many bounds as stay finite and apart, got 3'],
  [() => linearBuckets(1e16, 1, 2), 'linearBuckets: count: expected as many bounds as stay finite and apart, got 2'],
  [() => exponentialBuckets(0, 2, 1), 'exponentialBuckets: start: expected a finite number above 0, got 0'],
  [() => exponentialBuckets(NaN, 2, 1), 'exponentialBuckets: start: expected a finite number above 0, got NaN'],
  [() => exponentialBuckets(1, 1, 1), 'exponentialBuckets: factor: expected a finite number above 1, got 1'],
  [() => exponentialBuckets(1, Infinity, 1), 'exponentialBuckets: factor: expected a finite number above 1, got Infinity'],
  [() => exponentialBuckets(1, 2, NaN), 'exponentialBuckets: count: expected a whole number of 1 or more, got NaN'],
  [() => exponentialBuckets(1, 2, -3), 'exponentialBuckets: count: expected a whole number of 1 or more, got -3'],
  [() => exponentialBuckets(1, 10, 400), 'exponentialBuckets: count: expected as many bounds as stay finite and apart, got 400'],
];

for (const [call, message] of made) {
  test(`${String(call).replace(/^\(\) ?=> ?/, '')} is refused`, () => {
    assert.throws(call, { name: 'MetricError', code: 'ERR_BUCKETS', message });
  });
}

test('a +Inf at the end is dropped, since every histogram has that bucket', () => {
  assert.deepEqual(new Histogram({ name: 'h', help: '', buckets: [1, 2, Infinity] }).buckets, [1, 2]);
  assert.deepEqual(new Histogram({ name: 'h', help: '', buckets: [Infinity] }).buckets, []);
});

const refused: readonly (readonly [why: string, buckets: unknown, found: string])[] = [
  ['unsorted', [1, 3, 2], 'number 3 is 2, got [1, 3, 2]'],
  ['twice', [1, 1], 'number 2 is 1, got [1, 1]'],
  ['0 and -0, which are one number', [-0, 0], 'number 2 is 0, got [0, 0]'],
  ['NaN', [1, NaN, 2], 'number 2 is NaN, got [1, NaN, 2]'],
  ['NaN alone', [NaN], 'number 1 is NaN, got [NaN]'],
  ['+Inf twice', [1, Infinity, Infinity], 'number 2 is Infinity, got [1, Infinity, Infinity]'],
  ['+Inf in the midst', [Infinity, 1], 'number 1 is Infinity, got [Infinity, 1]'],
  ['texts', ['1', '2'], 'number 1 is "1", got ["1", "2"]'],
  ['bigints', [1n], 'number 1 is 1, got [1]'],
  ['null', [null], 'number 1 is null, got [null]'],
];

for (const [why, buckets, found] of refused) {
  test(`buckets are refused: ${why}`, () => {
    assert.throws(() => new Histogram({ name: 'h', help: '', buckets: buckets as number[] }), {
      name: 'MetricError',
      code: 'ERR_BUCKETS',
      message: `Histogram "h": buckets: expected numbers in ascending order, none twice and none NaN, but ${found}`,
    });
  });
}

test('a list of buckets with a hole is refused, also where +Inf follows it', () => {
  const holes: number[] = [1];
  holes[2] = Infinity;
  assert.throws(() => new Histogram({ name: 'h', help: '', buckets: holes }), { code: 'ERR_BUCKETS' });
});

for (const buckets of [5, '1,2', null, new Set([1, 2]), new Float64Array([1, 2])]) {
  test(`buckets that are no list but ${Object.prototype.toString.call(buckets)} are refused`, () => {
    assert.throws(() => new Histogram({ name: 'h', help: '', buckets: buckets as unknown as number[] }), {
      code: 'ERR_BUCKETS',
      message: /^Histogram "h": buckets: expected a list of numbers, got /,
    });
  });
}
