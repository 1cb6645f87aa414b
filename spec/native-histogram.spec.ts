// Native histograms: which bucket a value falls into, what happens at the maximum of buckets, and what is kept.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Histogram, Registry, render } from '../lib/index.ts';
import type { HistogramPoint, NativeHistogram, NativeOptions } from '../lib/index.ts';
import { coarser, fineIndex, octaveOf, schemaOf, upperBound } from '../lib/metrics/native-indexes.ts';
import { snapshot } from '../lib/scraping.ts';

const MINUTE_MS = 60_000;
const FINEST = octaveOf(8);

/** A native histogram alone, with a clock of its own. */
function histogram(native: NativeOptions = {}, begin = 1_700_000_000_000) {
  const clock = { nowMs: begin };
  const own = new Histogram({ name: 'h', help: '', native, buckets: false, wallClock: () => clock.nowMs });
  return { own, clock, point: (): HistogramPoint => own.points[0]!, native: (): NativeHistogram => own.get()!.native! };
}

test('the factor decides the schema: the coarsest whose buckets grow by no more', () => {
  const schemas: readonly (readonly [factor: number, schema: number])[] = [
    [1e9, -4], [65536, -4], [65535, -3], [256, -3], [17, -2], [16, -2], [4, -1], [3.99, 0], [2, 0], [1.5, 1], [Math.SQRT2 + 1e-15, 1], [Math.SQRT2 - 1e-15, 2], [1.2, 2], [1.1, 3], [1.05, 4], [1.03, 5], [1.02, 6], [1.01, 7], [1.005, 8], [1.0001, 8],
  ];
  for (const [factor, schema] of schemas) assert.equal(schemaOf(factor), schema, String(factor));
});

test('every bound within a power of 2 is the nearest number to the exact one', () => {
  for (let schema = 0; schema <= 8; schema++) {
    const { size, begins } = octaveOf(schema);
    begins.forEach((begin, k) => {
      // m / 2 ** 52 is nearest to 2 ** (k / size) where m - 1/2 is below and m + 1/2 above it.
      const twice = 2n * (BigInt(begin) + 2n ** 52n);
      const exact = 2n ** BigInt(53 * size + k);
      assert.ok((twice - 1n) ** BigInt(size) < exact && exact < (twice + 1n) ** BigInt(size), `${schema} ${k}`);
    });
  }
});

test('a value at a bound lies below it, and the next number above it, at every resolution', () => {
  for (let schema = -4; schema <= 8; schema++) {
    const octave = octaveOf(schema);
    const halvings = Math.max(0, -schema);
    const indexOf = (value: number): number => coarser(fineIndex(value, octave), halvings);
    const most = 1024 * 2 ** schema;
    for (const index of [-1074 * 2 ** schema, -1022 * 2 ** schema - 1, -1022 * 2 ** schema, -7, -1, 0, 1, 2, 3, 100, most - 1].map(Math.ceil)) {
      const bound = upperBound(index, schema, octave);
      if (bound === 0 || index > most - 1) continue;
      // Below 2 ** -1022 numbers lie too far apart for the finer buckets, some of which hold none.
      if (bound >= 2 ** -1022 || Math.log2(bound) % 1 === 0) assert.equal(indexOf(bound), index, `${schema} ${index}`);
      assert.ok(indexOf(nextAfter(bound)) > index, `${schema} ${index}`);
    }
    assert.equal(indexOf(Number.MAX_VALUE), Math.ceil(most), `${schema}`);
    assert.equal(indexOf(Infinity), Math.ceil(most) + 1, `${schema}`);
    assert.equal(upperBound(Math.ceil(most), schema, octave), Number.MAX_VALUE);
    assert.equal(upperBound(Math.ceil(most) + 1, schema, octave), Infinity);
  }
});

test('random values fall into the same buckets as by a search of all bounds, at every resolution', () => {
  const random = randomFrom(1);
  for (let schema = -4; schema <= 8; schema++) {
    const octave = octaveOf(schema);
    const bounds = new Map<number, number>();
    const boundOf = (index: number): number => bounds.get(index) ?? (bounds.set(index, upperBound(index, schema, octave)), bounds.get(index)!);
    for (let i = 0; i < 4_000; i++) {
      const value = 2 ** (random() * 2000 - 1000);
      const index = coarser(fineIndex(value, octave), Math.max(0, -schema));
      assert.ok(boundOf(index - 1) < value && value <= boundOf(index), `${schema}: ${value} in ${index}`);
    }
  }
});

test('a million random observations agree with a naive count, bucket by bucket', () => {
  const random = randomFrom(2);
  const { own, native } = histogram({ maxBuckets: 0 });
  const { own: limited, native: limitedNative } = histogram({ maxBuckets: 40, minResetSeconds: 0 });
  const octave = octaveOf(3);
  const counts = { positive: new Map<number, number>(), negative: new Map<number, number>() };
  let zeroCount = 0;
  for (let i = 0; i < 1_000_000; i++) {
    const value = i % 1000 === 0 ? 0 : (random() < 0.3 ? -1 : 1) * Math.exp(random() * 20 - 10);
    own.observe(value);
    limited.observe(value);
    if (value === 0) zeroCount++;
    else {
      const side = counts[value > 0 ? 'positive' : 'negative'];
      const index = fineIndex(Math.abs(value), octave);
      side.set(index, (side.get(index) ?? 0) + 1);
    }
  }
  const { schema, zeroCount: zeros, positive, negative } = native();
  assert.deepEqual([schema, zeros], [3, zeroCount]);
  const limitedState = limitedNative();
  assert.ok(limitedState.schema < 3);
  for (const name of ['positive', 'negative'] as const) {
    assert.deepEqual([...counts[name]].sort(([a], [b]) => a - b), Array.from({ positive, negative }[name].indexes, (index, i) => [index, { positive, negative }[name].counts[i]]));
    // The same counts, merged by as much as the resolution was halved.
    const merged = new Map<number, number>();
    for (const [index, count] of [...counts[name]].sort(([a], [b]) => a - b)) {
      const wider = coarser(index, 3 - limitedState.schema);
      merged.set(wider, (merged.get(wider) ?? 0) + count);
    }
    assert.deepEqual([...merged], Array.from(limitedState[name].indexes, (index, i) => [index, limitedState[name].counts[i]]));
  }
});

test('values as far from 0 as the threshold are counted as 0, and in no other bucket', () => {
  const { own, native } = histogram({ zeroThreshold: 0.5 });
  for (const value of [0, -0, 0.5, -0.5, 2 ** -1074, 0.500001, -0.6]) own.observe(value);
  const { zeroCount, positive, negative } = native();
  assert.deepEqual([zeroCount, positive.counts, negative.counts], [5, [1], [1]]);
  const none = histogram({ zeroThreshold: 0 });
  for (const value of [0, 2 ** -1074]) none.own.observe(value);
  assert.deepEqual([none.native().zeroCount, none.native().positive.indexes], [1, [-1074 * 8]]);
});

test('infinities are in the last buckets, and NaN in none: it is rejected', () => {
  const { own, native } = histogram();
  own.observe(Infinity);
  own.observe(-Infinity);
  own.observe(NaN);
  assert.deepEqual([native().positive, native().negative], [{ indexes: [8193], counts: [1] }, { indexes: [8193], counts: [1] }]);
  assert.equal(own.rejectedWrites, 1);
  assert.equal(own.get()!.count, 2);
});

test('past the maximum of buckets, a series that is old enough begins anew with that observation', () => {
  const { own, clock, point, native } = histogram({ maxBuckets: 4, minResetSeconds: 300 });
  for (const value of [1, 2, 4, 8]) own.observe(value);
  clock.nowMs += 5 * MINUTE_MS;
  own.observe(16);
  assert.deepEqual(own.get(), { count: 1, sum: 16, buckets: [{ le: Infinity, count: 1 }], native: { schema: 3, zeroThreshold: 2 ** -128, zeroCount: 0, positive: { indexes: [32], counts: [1] }, negative: { indexes: [], counts: [] } } });
  assert.equal(point().createdMs, clock.nowMs);
  assert.equal(native().schema, 3);
});

test('a series that is not old enough halves its resolution, and begins anew as soon as it is', () => {
  const { own, clock, point, native } = histogram({ maxBuckets: 4, minResetSeconds: 300 });
  const begin = clock.nowMs;
  for (const value of [0, 1, 1.1, 1.2, 1.4, 1.8, 2, 3]) own.observe(value);
  assert.ok(native().schema < 3);
  assert.equal(own.get()!.count, 8);
  clock.nowMs += 5 * MINUTE_MS - 1;
  own.observe(0);
  assert.deepEqual([own.get()!.count, point().createdMs], [9, begin]);
  // Any observation then: the series had been too large.
  clock.nowMs += 1;
  own.observe(0);
  assert.deepEqual([own.get()!.count, native().schema, native().zeroCount, point().createdMs], [1, 3, 1, clock.nowMs]);
});

test('with classic buckets, exemplars and labels beside it, all of them begin anew together', () => {
  let nowMs = 1_700_000_000_000;
  const own = new Histogram({ name: 'h', help: '', labelNames: ['a'], buckets: [2, 4], native: { maxBuckets: 2, minResetSeconds: 1 }, wallClock: () => nowMs });
  own.observe({ a: 'other' }, 1);
  for (const value of [1, 3]) own.observe({ a: 'x' }, value, { id: 'old' });
  nowMs += 1000;
  own.observe({ a: 'x' }, 5, { id: 'new' });
  const point = own.points[1]!;
  assert.deepEqual([point.counts, point.sum, point.createdMs], [[0, 0, 1], 5, nowMs]);
  assert.deepEqual(point.exemplars, [undefined, undefined, { labels: { id: 'new' }, value: 5, timestampMs: nowMs }]);
  assert.deepEqual(point.native!.exemplars, [{ labels: { id: 'new' }, value: 5, timestampMs: nowMs }]);
  assert.equal(own.get({ a: 'other' })!.count, 1);
});

test('an observation that begins a series anew brings one exemplar, as any other does', () => {
  for (const given of [{ id: 'given' }, undefined]) {
    for (const current of [{ id: 'current' }, undefined]) {
      let nowMs = 0;
      let asked = 0;
      const exemplar = (): { id: string } | undefined => {
        asked++;
        return current;
      };
      const own = new Histogram({ name: 'h', help: '', native: { maxBuckets: 2, minResetSeconds: 60 }, wallClock: () => nowMs, exemplar });
      for (const value of [1, 2]) own.observe(value);
      nowMs += MINUTE_MS;
      asked = 0;
      own.observe(100, given);
      assert.equal(own.get()!.count, 1);
      assert.deepEqual(own.get()!.native!.exemplars?.map(({ labels }) => labels), given ? [given] : current && [current]);
      assert.equal(asked, given ? 0 : 1);
    }
  }
});

test('the zero bucket is widened only as far as it may be, and by default not at all', () => {
  const options = { factor: 1.2, maxBuckets: 4, minResetSeconds: 0 };
  const values = [0, 1, 1.1, 1.2, 1.4, 1.8, 2, 3];
  const widened = histogram({ ...options, maxZeroThreshold: 1.2 });
  const halved = histogram(options);
  for (const value of values) for (const { own } of [widened, halved]) own.observe(value);
  assert.deepEqual([widened.native().schema, widened.native().zeroThreshold, widened.native().zeroCount], [2, 1, 2]);
  assert.deepEqual([halved.native().schema, halved.native().zeroThreshold, halved.native().zeroCount], [1, 2 ** -128, 1]);
  // Once more: up to the next bound, which is below 1.2, and with it the buckets of both signs.
  widened.own.observe(-1.1);
  assert.ok(widened.native().zeroThreshold <= 1.2 && widened.native().zeroThreshold > 1);
  for (const { own } of [widened, halved]) assert.equal(own.get()!.count, own === widened.own ? 9 : 8);
});

test('whatever happens at the maximum, it is what a naive model of the rules has', () => {
  const random = randomFrom(3);
  for (let round = 0; round < 40; round++) {
    const options = { factor: [1.05, 1.1, 1.5, 4][round % 4]!, maxBuckets: 2 + Math.floor(random() * 12), zeroThreshold: [0, 2 ** -128, 0.1][round % 3]!, minResetSeconds: [0, 30, 300][Math.floor(random() * 3)]!, maxZeroThreshold: [0, 0.5, 3][Math.floor(random() * 3)]! };
    const { own, clock, point, native } = histogram(options);
    const model = new NaiveNative(options, clock.nowMs);
    for (let i = 0; i < 200; i++) {
      clock.nowMs += Math.floor(random() * 20_000);
      const value = random() < 0.1 ? 0 : (random() < 0.3 ? -1 : 1) * 2 ** Math.round(random() * 30 - 15) * (random() < 0.5 ? 1 : 1 + random());
      own.observe(value);
      model.observe(value, clock.nowMs);
      assert.deepEqual({ ...native(), count: own.get()!.count, sum: own.get()!.sum, createdMs: point().createdMs }, model.state(), `round ${round}, observation ${i}, ${JSON.stringify(options)}`);
    }
  }
});

test('`reset`, `clear` and `remove` begin a series anew, at the first resolution', () => {
  const { own, native } = histogram({ maxBuckets: 1, minResetSeconds: 0 });
  for (const end of [() => own.reset(), () => own.clear(), () => own.remove({})]) {
    for (const value of [1, 2, 4, 8]) own.observe(value);
    assert.ok(native().schema < 3);
    end();
    assert.deepEqual(native(), { schema: 3, zeroThreshold: 2 ** -128, zeroCount: 0, positive: { indexes: [], counts: [] }, negative: { indexes: [], counts: [] } });
  }
});

test('of exemplars ten are kept, spread over the values, each with its time', () => {
  const random = randomFrom(4);
  const { own, clock, point } = histogram();
  for (let i = 0; i < 1000; i++) {
    clock.nowMs += 1;
    own.observe(2 ** (random() * 100), { n: i });
  }
  const { exemplars = [] } = point().native!;
  assert.equal(exemplars.length, 10);
  assert.ok(exemplars.every(({ timestampMs }) => timestampMs! > 0));
  const values = exemplars.map(({ value }) => Math.log2(value));
  const gaps = values.slice(1).map((value, i) => value - values[i]!);
  assert.ok(Math.max(...values) - Math.min(...values) > 50 && Math.min(...gaps) > 2, String(values));
});

test('how far exemplars lie from each other does not depend on how small they are', () => {
  const { own, native } = histogram();
  for (const value of [1, 1e-200, 2e-200, 4e-200, 1e10, 1e20, 1e30, 1e40, 1e50, 1e60, 1e70]) own.observe(value, { value });
  assert.deepEqual(native().exemplars!.map(({ value }) => value), [2e-200, 4e-200, 1, 1e10, 1e20, 1e30, 1e40, 1e50, 1e60, 1e70]);
});

test('an exemplar of more than five minutes ago goes first', () => {
  const { own, clock, point } = histogram();
  own.observe(1, { n: 'old' });
  clock.nowMs += 6 * MINUTE_MS;
  for (let i = 1; i <= 9; i++) own.observe(1000 * 2 ** i, { n: i });
  assert.ok(point().native!.exemplars!.some(({ labels }) => labels['n'] === 'old'));
  own.observe(1e9, { n: 'last' });
  assert.deepEqual(point().native!.exemplars!.map(({ labels }) => labels['n']), ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'last']);
});

test('text formats show the classic side; of native buckets alone count, sum and +Inf', () => {
  const registry = new Registry();
  registry.register(new Histogram({ name: 'both', help: '', native: true, buckets: [1] })).observe(0.5);
  registry.register(new Histogram({ name: 'only', help: '', native: true, buckets: false })).observe(0.5);
  const lines = ['# TYPE both histogram', 'both_bucket{le="1"} 1', 'both_bucket{le="+Inf"} 1', 'both_sum 0.5', 'both_count 1', '# TYPE only histogram', 'only_bucket{le="+Inf"} 1', 'only_sum 0.5', 'only_count 1', ''];
  assert.equal(render(registry), lines.join('\n'));
});

test('`snapshot` has them as plain data that does not change', () => {
  const registry = new Registry();
  const own = registry.register(new Histogram({ name: 'h', help: '', native: true, buckets: false }));
  own.observe(2, { id: 1 });
  const before = JSON.stringify(snapshot(registry).map(({ points }) => [...points].map((point) => (point as HistogramPoint).native)));
  own.observe(3);
  assert.match(before, /^\[\[\{"schema":3,"zeroThreshold":2\.938735877055719e-39,"zeroCount":0,"positive":\{"indexes":\[8\],"counts":\[1\]\},"negative":\{"indexes":\[\],"counts":\[\]\},"exemplars":\[\{"labels":\{"id":"1"\},"value":2,"timestampMs":\d+\}\]\}\]\]$/);
});

test('options that cannot be are errors that name them', () => {
  const cases: readonly (readonly [native: unknown, message: string])[] = [
    [{ factor: 1 }, 'Histogram "h": native: factor: expected a finite number above 1, got 1'],
    [{ factor: Infinity }, 'Histogram "h": native: factor: expected a finite number above 1, got Infinity'],
    [{ maxBuckets: -1 }, 'Histogram "h": native: maxBuckets: expected a finite number of 0 or more, got -1'],
    [{ zeroThreshold: NaN }, 'Histogram "h": native: zeroThreshold: expected a finite number of 0 or more, got NaN'],
    [{ minResetSeconds: '1h' }, 'Histogram "h": native: minResetSeconds: expected a finite number of 0 or more, got "1h"'],
    [{ bucketFactor: 1.1 }, 'Histogram "h": native: expected a known option, such as "factor", got "bucketFactor"'],
    ['yes', 'Histogram "h": native: expected options, got "yes"'],
  ];
  for (const [native, message] of cases) assert.throws(() => new Histogram({ name: 'h', help: '', native: native as NativeOptions }), { code: 'ERR_OPTION', message });
  assert.throws(() => new Histogram({ name: 'h', help: '', buckets: false }), { code: 'ERR_BUCKETS', message: 'Histogram "h": buckets: expected a list of numbers, got false' });
});

test('`getOrRegister` tells histograms apart by their native buckets', () => {
  const registry = new Registry();
  registry.register(new Histogram({ name: 'h', help: '', native: true }));
  registry.getOrRegister(new Histogram({ name: 'h', help: '', native: { factor: 1.1 } }));
  assert.throws(() => registry.getOrRegister(new Histogram({ name: 'h', help: '', native: { factor: 1.5 } })), { code: 'ERR_DUPLICATE', message: 'histogram "h": factor: expected 1.1, as it is registered, got 1.5' });
  assert.throws(() => registry.getOrRegister(new Histogram({ name: 'h', help: '' })), { code: 'ERR_DUPLICATE', message: 'histogram "h": factor: expected 1.1, as it is registered, got undefined' });
});

/** The rules as they are written, on maps, with bounds as powers: slow, and without anything in common with the library but those. */
class NaiveNative {
  private readonly options: Required<NativeOptions>;
  private schema = 0;
  private zeroThreshold = 0;
  private zeroCount = 0;
  private positive = new Map<number, number>();
  private negative = new Map<number, number>();
  private count = 0;
  private sum = 0;
  private createdMs = 0;
  private isPlanned = false;

  constructor(options: Required<NativeOptions>, nowMs: number) {
    this.options = options;
    this.begin(nowMs);
  }

  private begin(nowMs: number): void {
    this.schema = schemaOf(this.options.factor);
    this.zeroThreshold = this.options.zeroThreshold;
    this.zeroCount = this.count = this.sum = 0;
    this.positive = new Map();
    this.negative = new Map();
    this.createdMs = nowMs;
    this.isPlanned = false;
  }

  private bound(index: number): number {
    return upperBound(index, this.schema, FINEST);
  }

  private add(value: number): void {
    this.count++;
    this.sum += value;
    if (Math.abs(value) <= this.zeroThreshold) {
      this.zeroCount++;
      return;
    }
    const side = value > 0 ? this.positive : this.negative;
    let index = Math.ceil(Math.log2(Math.abs(value)) * 2 ** this.schema);
    while (this.bound(index) < Math.abs(value)) index++;
    while (this.bound(index - 1) >= Math.abs(value)) index--;
    side.set(index, (side.get(index) ?? 0) + 1);
  }

  observe(value: number, nowMs: number): void {
    const { maxBuckets, minResetSeconds, maxZeroThreshold } = this.options;
    const isDue = minResetSeconds > 0 && nowMs - this.createdMs >= minResetSeconds * 1000;
    if (this.isPlanned && isDue) this.begin(nowMs);
    this.add(value);
    if (maxBuckets === 0 || this.positive.size + this.negative.size <= maxBuckets) return;
    if (isDue) {
      this.begin(nowMs);
      this.add(value);
      return;
    }
    this.isPlanned = minResetSeconds > 0;
    const nearest = Math.min(...this.positive.keys(), ...this.negative.keys());
    if (this.zeroThreshold < maxZeroThreshold && this.bound(nearest) <= maxZeroThreshold) {
      this.zeroThreshold = this.bound(nearest);
      for (const side of [this.positive, this.negative]) {
        this.zeroCount += side.get(nearest) ?? 0;
        side.delete(nearest);
      }
    } else if (this.schema > -4) {
      this.schema--;
      this.positive = halved(this.positive);
      this.negative = halved(this.negative);
    }
  }

  state(): unknown {
    const side = (map: Map<number, number>): unknown => {
      const sorted = [...map].sort(([a], [b]) => a - b);
      return { indexes: sorted.map(([index]) => index), counts: sorted.map(([, count]) => count) };
    };
    const { schema, zeroThreshold, zeroCount, count, sum, createdMs } = this;
    return { schema, zeroThreshold, zeroCount, positive: side(this.positive), negative: side(this.negative), count, sum, createdMs };
  }
}

function halved(side: Map<number, number>): Map<number, number> {
  const wider = new Map<number, number>();
  for (const [index, count] of side) wider.set(Math.ceil(index / 2), (wider.get(Math.ceil(index / 2)) ?? 0) + count);
  return new Map([...wider].map(([index, count]) => [index + 0, count]));
}

function nextAfter(value: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + 1n);
  return view.getFloat64(0);
}

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
