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

test('bounds are the decimals that were meant, not what sums and products of binary fractions add to them', () => {
  assert.deepEqual(linearBuckets(0.1, 0.1, 10), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  assert.deepEqual(linearBuckets(-0.3, 0.1, 7), [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3]);
  assert.deepEqual(linearBuckets(1e-7, 2e-7, 3), [1e-7, 3e-7, 5e-7]);
  assert.deepEqual(linearBuckets(1, 1 / 3, 4), [1, 1 + 1 / 3, 1 + 2 / 3, 2]);
  assert.deepEqual(exponentialBuckets(1e-7, 10, 9), [1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10]);
  assert.deepEqual(exponentialBuckets(0.1, 3, 4), [0.1, 0.3, 0.9, 2.7]);
  assert.deepEqual(exponentialBuckets(1, 1.1, 4), [1, 1.1, 1.21, 1.331]);
  assert.deepEqual(exponentialBuckets(2 ** -60, 2, 3), [2 ** -60, 2 ** -59, 2 ** -58]);
  assert.deepEqual(exponentialBuckets(1e-200, 2, 2), [1e-200, 2e-200]);
});

test('rounded bounds are as near as numbers come, whatever start and step are', () => {
  for (const start of [0, 0.005, -2.5, 1e-3, 12_345.678]) {
    for (const width of [0.001, 0.07, 0.3, 2.5, 1e3]) {
      linearBuckets(start, width, 200).forEach((bound, i) => {
        // Decimals of at most 4 places, counted in ten thousandths.
        assert.equal(bound, Math.round(start * 1e4 + i * width * 1e4) / 1e4, `${start} + ${i} * ${width}`);
      });
    }
  }
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
  [() => linearBuckets('0' as never, 1, 1), 'linearBuckets: start: expected a finite number, got "0"'],
  [() => linearBuckets(0n as never, 1, 1), 'linearBuckets: start: expected a finite number, got 0'],
  [() => linearBuckets(0, '1' as never, 1), 'linearBuckets: width: expected a finite number above 0, got "1"'],
  [() => linearBuckets(0, 1n as never, 1), 'linearBuckets: width: expected a finite number above 0, got 1'],
  [() => linearBuckets(0, [1] as never, 1), 'linearBuckets: width: expected a finite number above 0, got [1]'],
  [() => linearBuckets(0, 1, '3' as never), 'linearBuckets: count: expected a whole number of 1 or more, got "3"'],
  [() => linearBuckets(0, 1, 3n as never), 'linearBuckets: count: expected a whole number of 1 or more, got 3'],
  [() => linearBuckets(0, 1, 2 ** 32), 'linearBuckets: count: expected 100000 at most, got 4294967296'],
  [() => linearBuckets(0, 1, 2 ** 31), 'linearBuckets: count: expected 100000 at most, got 2147483648'],
  [() => linearBuckets(0, 1, Infinity), 'linearBuckets: count: expected a whole number of 1 or more, got Infinity'],
  [() => exponentialBuckets('1' as never, 2, 3), 'exponentialBuckets: start: expected a finite number above 0, got "1"'],
  [() => exponentialBuckets(1n as never, 2, 3), 'exponentialBuckets: start: expected a finite number above 0, got 1'],
  [() => exponentialBuckets(1, '2' as never, 3), 'exponentialBuckets: factor: expected a finite number above 1, got "2"'],
  [() => exponentialBuckets(1, 2n as never, 3), 'exponentialBuckets: factor: expected a finite number above 1, got 2'],
  [() => exponentialBuckets(1, new Date(5) as never, 3), 'exponentialBuckets: factor: expected a finite number above 1, got an object with the keys []'],
  [() => exponentialBuckets(1, 2, 2 ** 32), 'exponentialBuckets: count: expected 100000 at most, got 4294967296'],
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
