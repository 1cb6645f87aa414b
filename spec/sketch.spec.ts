// Quantiles of a sketch against the exact ones of the same numbers.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Sketch } from '../lib/metrics/sketch.ts';

const RANKS = [0, 0.01, 0.05, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1];
const ACCURACY = 0.011;

/** Evenly from 0 to 1, the same at every run. */
function randomSource(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

function exact(values: readonly number[], rank: number): number {
  const ascending = Float64Array.from(values).sort();
  return ascending[Math.max(1, Math.ceil(rank * values.length)) - 1]!;
}

function assertClose(found: number, expected: number, accuracy: number, what: string): void {
  if (!Number.isFinite(expected)) assert.equal(found, expected, what);
  else assert.ok(Math.abs(found - expected) <= accuracy * Math.abs(expected), `${what}: ${found} instead of ${expected}`);
}

const SHAPES: Readonly<Record<string, (random: () => number) => number>> = {
  'even numbers': (random) => random() * 100,
  'exponential waiting times': (random) => -Math.log(random()) * 0.2,
  'nearly equal numbers': (random) => 5 + random() * 1e-9,
  'few different numbers': (random) => Math.floor(random() * 4),
  'numbers on both sides of zero': (random) => (random() - 0.3) * 1e3,
  'numbers below zero': (random) => -Math.exp(random() * 5),
  'seven decades': (random) => 10 ** (random() * 7 - 4),
  'whole powers of two': (random) => 2 ** Math.floor(random() * 20),
  'some infinities': (random) => (random() < 0.1 ? Infinity : random() < 0.1 ? -Infinity : random()),
};

for (const [shape, draw] of Object.entries(SHAPES)) {
  test(`tells quantiles of ${shape} to 1.1 %`, () => {
    for (const count of [1, 2, 3, 10, 1000, 20_000]) {
      const random = randomSource(count);
      const values = Array.from({ length: count }, () => draw(random));
      const sketch = new Sketch();
      for (const value of values) sketch.add(value);
      sketch.quantiles(RANKS).forEach((found, i) => assertClose(found, exact(values, RANKS[i]!), ACCURACY, `${RANKS[i]} of ${count}`));
      assert.equal(sketch.count, count);
    }
  });
}

// From 1 to four thousand million: 1024 buckets of each sign.
const WIDE = 2 ** 32;

test('numbers of both signs that spread as far as those of one may are known as well', () => {
  for (const count of [2, 100, 20_000]) {
    const random = randomSource(count);
    const values = Array.from({ length: count }, () => WIDE ** random() * (random() < 0.5 ? -1 : 1));
    const sketch = new Sketch();
    for (const value of values) sketch.add(value);
    sketch.quantiles(RANKS).forEach((found, i) => assertClose(found, exact(values, RANKS[i]!), ACCURACY, `${RANKS[i]} of ${count}`));
  }
});

test('where they spread further the error doubles, and is not doubled again before that is needed', () => {
  const random = randomSource(5);
  const values = Array.from({ length: 50_000 }, () => WIDE ** (1.2 * random()) * (random() < 0.5 ? -1 : 1));
  const sketch = new Sketch();
  for (const value of values) sketch.add(value);
  sketch.quantiles(RANKS).forEach((found, i) => assertClose(found, exact(values, RANKS[i]!), 2 * ACCURACY, String(RANKS[i])));
});

for (const [shape, draw] of Object.entries(SHAPES)) {
  test(`the lowest and the highest of ${shape} are exact, also of two sketches in one`, () => {
    const random = randomSource(3);
    const values = Array.from({ length: 500 }, () => draw(random));
    const [sketch, second] = [new Sketch(), new Sketch()];
    values.forEach((value, i) => (i % 2 === 0 ? sketch : second).add(value));
    sketch.merge(second);
    assert.deepEqual(sketch.quantiles([0, 1]), [Math.min(...values), Math.max(...values)]);
    // Ranks so near to the ends that they fall on these numbers too.
    assert.deepEqual(sketch.quantiles([1 / 500, 499.5 / 500]), [Math.min(...values), Math.max(...values)]);
  });
}

test('of two sketches in one, quantiles are those of all their numbers', () => {
  const random = randomSource(7);
  const [one, other] = [0.1, 50].map((scale) => Array.from({ length: 500 }, () => random() * scale));
  const [merged, second] = [new Sketch(), new Sketch()];
  for (const value of one!) merged.add(value);
  for (const value of other!) second.add(value);
  merged.merge(second);
  merged.quantiles(RANKS).forEach((found, i) => assertClose(found, exact([...one!, ...other!], RANKS[i]!), ACCURACY, String(RANKS[i])));
});

test('numbers of every size stay within bounded memory, at a coarser accuracy', () => {
  const random = randomSource(11);
  const values = Array.from({ length: 50_000 }, () => 10 ** (random() * 600 - 300) * (random() < 0.5 ? -1 : 1));
  const sketch = new Sketch();
  for (const value of values) sketch.add(value);
  const { buckets } = sketch as unknown as { buckets: Map<number, number> };
  assert.ok(buckets.size <= 1024);
  // 4000 doublings in 1024 buckets: each holds eight, and its middle is within a factor of 16.
  sketch.quantiles([0.1, 0.9]).forEach((found, i) => {
    const ratio = found / exact(values, [0.1, 0.9][i]!);
    assert.ok(ratio > 1 / 16 && ratio < 16, String(ratio));
  });
  const precise = new Sketch();
  precise.add(3);
  precise.merge(sketch);
  assert.equal(precise.count, values.length + 1);
});

test('an empty sketch has no quantiles', () => {
  assert.deepEqual(new Sketch().quantiles([0, 0.5, 1]), [NaN, NaN, NaN]);
});
