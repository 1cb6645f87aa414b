// Histograms: which bucket a value falls into, sums and counts that agree, timers.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Gauge, Histogram, Registry, Summary, defaultBuckets, render } from '../lib/index.ts';
import type { MetricError } from '../lib/index.ts';

/** The same histogram as a caller without a type checker sees it. */
interface Untyped {
  observe(...args: unknown[]): void;
}

test('a histogram without labels stands at 0 from the start', () => {
  const histogram = new Histogram({ name: 'h', help: 'Help.', buckets: [1] });
  assert.equal(
    render(histogram),
    '# HELP h Help.\n# TYPE h histogram\nh_bucket{le="1"} 0\nh_bucket{le="+Inf"} 0\nh_sum 0\nh_count 0\n',
  );
});

test('a value counts into the first bucket whose bound is not below it', () => {
  const histogram = new Histogram({ name: 'h', help: '', buckets: [1, 2, 5] });
  for (const value of [0, 1, 1.0000001, 2, 5, 5.1]) histogram.observe(value);
  assert.deepEqual(histogram.get(), {
    count: 6,
    sum: 14.1000001,
    buckets: [
      { le: 1, count: 2 },
      { le: 2, count: 4 },
      { le: 5, count: 5 },
      { le: Infinity, count: 6 },
    ],
  });
});

test('a histogram has the default buckets unless it is given others', () => {
  assert.deepEqual(new Histogram({ name: 'h', help: '' }).buckets, defaultBuckets);
});

test('a histogram without bounds has the one bucket that all have', () => {
  const histogram = new Histogram({ name: 'h', help: '', buckets: [] });
  histogram.observe(3);
  assert.equal(render(histogram), '# TYPE h histogram\nh_bucket{le="+Inf"} 1\nh_sum 3\nh_count 1\n');
});

test('a negative value is allowed, and the sum falls', () => {
  const histogram = new Histogram({ name: 'h', help: '', buckets: [-1, 0] });
  histogram.observe(-1);
  histogram.observe(-0.5);
  assert.deepEqual(histogram.get(), {
    count: 2,
    sum: -1.5,
    buckets: [{ le: -1, count: 1 }, { le: 0, count: 2 }, { le: Infinity, count: 2 }],
  });
});

test('of both infinities there is no sum, and there the counts stay right', () => {
  const histogram = new Histogram({ name: 'h', help: '', buckets: [1] });
  for (const value of [Infinity, -Infinity, 0.5, 2]) histogram.observe(value);
  assert.deepEqual(histogram.get(), { count: 4, sum: NaN, buckets: [{ le: 1, count: 2 }, { le: Infinity, count: 4 }] });
  assert.equal(histogram.rejectedWrites, 0);
});

test('an infinite value counts into the last bucket or the first, and the sum is infinite', () => {
  const up = new Histogram({ name: 'up', help: '', buckets: [1] });
  up.observe(Infinity);
  assert.deepEqual(up.get(), { count: 1, sum: Infinity, buckets: [{ le: 1, count: 0 }, { le: Infinity, count: 1 }] });
  const down = new Histogram({ name: 'down', help: '', buckets: [1] });
  down.observe(-Infinity);
  assert.deepEqual(down.get(), { count: 1, sum: -Infinity, buckets: [{ le: 1, count: 1 }, { le: Infinity, count: 1 }] });
});

for (const value of [NaN, '3', null, undefined, 3n, Symbol('3'), true]) {
  test(`observing ${typeof value} ${String(value)} changes nothing, throws nothing, and is counted and warned of once`, () => {
    const warnings: string[] = [];
    const registry = new Registry({ onWarning: ({ code }) => warnings.push(code) });
    const histogram = registry.register(new Histogram({ name: 'h', help: '', labelNames: ['of'], buckets: [1] }));
    const child = histogram.labels('a');
    (child as Untyped).observe(value);
    (histogram as Untyped).observe({ of: 'b' }, value);
    assert.equal(histogram.get({ of: 'a' })!.count, 0);
    assert.equal(histogram.get({ of: 'a' })!.sum, 0);
    assert.equal(histogram.get({ of: 'b' }), undefined);
    assert.equal(histogram.rejectedWrites, 2);
    assert.deepEqual(warnings, ['ERR_VALUE']);
  });
}

test('the warning of an ignored value names the metric, the rule and the value', () => {
  const messages: string[] = [];
  const registry = new Registry({ onWarning: ({ message }) => messages.push(message) });
  registry.register(new Histogram({ name: 'h', help: '' })).observe(NaN);
  assert.deepEqual(messages, ['Histogram "h": expected a number, got NaN; such writes are ignored']);
});

test('null is no value and no labels of a histogram without labels', () => {
  const histogram = new Histogram({ name: 'h', help: '' });
  (histogram as Untyped).observe(null);
  assert.equal(histogram.get()!.count, 0);
  assert.equal(histogram.rejectedWrites, 1);
});

test('what `get` returns is a copy', () => {
  const histogram = new Histogram({ name: 'h', help: '', buckets: [1] });
  const before = histogram.get();
  histogram.observe(0.5);
  assert.deepEqual(before, { count: 0, sum: 0, buckets: [{ le: 1, count: 0 }, { le: Infinity, count: 0 }] });
});

test('later changes to the list of buckets change nothing', () => {
  const buckets = [1, 2];
  const histogram = new Histogram({ name: 'h', help: '', buckets });
  buckets[0] = 99;
  assert.deepEqual(histogram.buckets, [1, 2]);
  assert.throws(() => (histogram.buckets as number[]).push(3), TypeError);
});

test('a histogram refuses the label le, which its buckets have', () => {
  assert.throws(() => new Histogram({ name: 'h', help: '', labelNames: ['le'] }), {
    code: 'ERR_LABEL_NAME',
    message: 'Histogram "h": label "le" is reserved: the writers add it to each bucket',
  });
});

test('a timer observes the elapsed seconds and returns them; ended again, it observes again', () => {
  let now = 1_000;
  const histogram = new Histogram({ name: 'h', help: '', buckets: [1], clock: () => now });
  const end = histogram.startTimer();
  now += 250;
  assert.equal(end(), 0.25);
  now += 1_000;
  assert.equal(end(), 1.25);
  assert.deepEqual(histogram.get(), { count: 2, sum: 1.5, buckets: [{ le: 1, count: 1 }, { le: Infinity, count: 2 }] });
});

test('a timer takes its labels at the start, at the end, or some here and some there', () => {
  const histogram = new Histogram({ name: 'h', help: '', labelNames: ['route', 'status'], clock: () => 0 });
  histogram.startTimer({ route: '/', status: 200 })();
  histogram.startTimer()({ route: '/', status: 200 });
  histogram.startTimer({ route: '/' })({ status: 200 });
  histogram.startTimer({ route: '/', status: 500 })({ status: 200 });
  assert.equal(histogram.get({ route: '/', status: 200 })!.count, 4);
});

test('a timer makes no series before it ends', () => {
  const histogram = new Histogram({ name: 'h', help: '', labelNames: ['route'] });
  const end = histogram.startTimer({ route: '/' });
  assert.deepEqual(histogram.points, []);
  end();
  assert.equal(histogram.points.length, 1);
});

test('changes to the labels after the start of a timer change nothing', () => {
  const histogram = new Histogram({ name: 'h', help: '', labelNames: ['route'], clock: () => 0 });
  const labels = { route: '/a' };
  const end = histogram.startTimer(labels);
  labels.route = '/b';
  end();
  assert.equal(histogram.get({ route: '/a' })!.count, 1);
  assert.equal(histogram.get({ route: '/b' }), undefined);
});

const ends: readonly (readonly [what: string, start: object | undefined, end: object | undefined, message: string])[] = [
  ['without one of the labels', { route: '/' }, undefined, 'expected the labels ["route", "status"], got ["route"] (["status"] missing)'],
  ['without any', undefined, undefined, 'expected the labels ["route", "status"], got [] (["route", "status"] missing)'],
  ['with one too many', { route: '/' }, { status: 200, method: 'GET' }, 'expected the labels ["route", "status"], got ["route", "status", "method"] (["method"] not declared)'],
  ['with a label that is none', { route: '/' }, { status: null }, 'label "status": expected a string, number or boolean, got null'],
  ['with one that was right before', { route: '/', status: 200 }, { status: {} }, 'label "status": expected a string, number or boolean, got an object with the keys []'],
  ['with what is no labels', { route: '/' }, [200], 'expected the labels ["route", "status"], got ["0", "route"] (["status"] missing, ["0"] not declared)'],
];

for (const [what, start, end, message] of ends) {
  test(`a timer that ends ${what} throws nothing: the write is ignored, counted and warned of once`, () => {
    const warnings: MetricError[] = [];
    const registry = new Registry({ onWarning: (warning) => warnings.push(warning) });
    let now = 0;
    const options = { help: '', labelNames: ['route', 'status'], clock: () => now };
    for (const timed of [new Histogram({ name: 'h', ...options }), new Summary({ name: 's', ...options }), new Gauge({ name: 'g', ...options })]) {
      registry.register(timed);
      now = 0;
      const stop = timed.startTimer(start as never);
      now = 250;
      assert.equal(stop(end as never), 0.25);
      stop(end as never);
      assert.deepEqual([timed.points, timed.rejectedWrites], [[], 2]);
      assert.deepEqual(warnings.splice(0).map((warning) => [warning.code, warning.message]), [
        ['ERR_VALUE', `${timed.constructor.name} "${timed.name}": ${message}; such writes are ignored`],
      ]);
      timed.startTimer({ route: '/', status: 200 })();
      assert.equal(timed.points.length, 1);
    }
  });
}

const starts: readonly (readonly [labels: unknown, error: object])[] = [
  [{ to: 'x' }, { code: 'ERR_LABELS', message: /: expected the labels \["route", "status"\], got \["to"\] \(\["route", "status"\] missing, \["to"\] not declared\)$/ }],
  [{ route: '/', status: 200, method: 'GET' }, { code: 'ERR_LABELS', message: /\(\["method"\] not declared\)$/ }],
  [{ route: null }, { code: 'ERR_LABEL_VALUE', message: /: label "route": expected a string, number or boolean, got null$/ }],
];

for (const [labels, error] of starts) {
  test(`what can be checked when a timer starts is: ${JSON.stringify(labels)}`, () => {
    const options = { help: '', labelNames: ['route', 'status'] };
    for (const timed of [new Histogram({ name: 'h', ...options }), new Summary({ name: 's', ...options }), new Gauge({ name: 'g', ...options })]) {
      assert.throws(() => timed.startTimer(labels as never), error);
      assert.deepEqual([timed.points, timed.rejectedWrites], [[], 0]);
    }
  });
}

test('a label that is undefined when a timer starts is not known yet', () => {
  const histogram = new Histogram({ name: 'h', help: '', labelNames: ['route', 'status'] });
  histogram.startTimer({ route: '/', status: undefined } as unknown as { route: string })({ status: 200 });
  assert.equal(histogram.get({ route: '/', status: 200 })!.count, 1);
});

test('`time` observes how long a function takes and returns what it returns', () => {
  let now = 0;
  const histogram = new Histogram({ name: 'h', help: '', labelNames: ['route'], clock: () => now });
  const result = histogram.time({ route: '/' }, () => {
    now = 500;
    return 'done';
  });
  assert.equal(result, 'done');
  assert.equal(histogram.get({ route: '/' })!.sum, 0.5);
});

test('`time` works without labels and on bound children', () => {
  let now = 0;
  const bare = new Histogram({ name: 'bare', help: '', clock: () => now });
  const labelled = new Histogram({ name: 'labelled', help: '', labelNames: ['route'], clock: () => now });
  assert.equal(bare.time(() => ++now), 1);
  assert.equal(labelled.labels('/').time(() => ++now), 2);
  assert.equal(bare.get()!.sum, 0.001);
  assert.equal(labelled.get({ route: '/' })!.sum, 0.001);
});

test('`time` observes a function that throws, once, and passes the error on', () => {
  let now = 0;
  const histogram = new Histogram({ name: 'h', help: '', clock: () => now });
  const error = new Error('no');
  assert.throws(
    () =>
      histogram.time(() => {
        now = 1_000;
        throw error;
      }),
    error,
  );
  assert.deepEqual([histogram.get()!.count, histogram.get()!.sum], [1, 1]);
});

test('`time` observes a promise when it is fulfilled', async () => {
  let now = 0;
  const histogram = new Histogram({ name: 'h', help: '', clock: () => now });
  const timed = histogram.time(async () => {
    await Promise.resolve();
    now = 2_000;
    return 'done';
  });
  assert.equal(histogram.get()!.count, 0);
  assert.equal(await timed, 'done');
  assert.deepEqual([histogram.get()!.count, histogram.get()!.sum], [1, 2]);
});

test('`time` observes a promise that is rejected, and passes the reason on', async () => {
  const histogram = new Histogram({ name: 'h', help: '', clock: () => 0 });
  await assert.rejects(histogram.time(() => Promise.reject(new Error('no'))), { message: 'no' });
  assert.equal(histogram.get()!.count, 1);
});

test('`time` observes a thenable once, even one that settles twice', async () => {
  const histogram = new Histogram({ name: 'h', help: '', clock: () => 0 });
  const thenable = {
    then(fulfilled: (value: string) => void, rejected: (reason: Error) => void): void {
      fulfilled('first');
      fulfilled('second');
      rejected(new Error('third'));
    },
  };
  assert.equal(await histogram.time(() => thenable), 'first');
  assert.equal(histogram.get()!.count, 1);
});

test('`time` takes null, undefined and objects whose `then` is no function for results', () => {
  const histogram = new Histogram({ name: 'h', help: '', clock: () => 0 });
  const chess = { then: 'e4' };
  assert.equal(histogram.time(() => null), null);
  assert.equal(histogram.time(() => undefined), undefined);
  assert.equal(histogram.time(() => chess), chess);
  assert.equal(histogram.get()!.count, 3);
});

test('`time` refuses labels that do not fit before it calls the function', () => {
  const histogram = new Histogram({ name: 'h', help: '', labelNames: ['route'] });
  let calls = 0;
  assert.throws(() => histogram.time({} as { route: string }, () => calls++), { code: 'ERR_LABELS' });
  assert.equal(calls, 0);
});

test('a histogram whose series was removed while a timer ran begins again', () => {
  const histogram = new Histogram({ name: 'h', help: '', labelNames: ['route'], clock: () => 0 });
  const child = histogram.labels('/');
  child.observe(1);
  const end = child.startTimer();
  histogram.clear();
  end();
  assert.equal(histogram.get({ route: '/' })!.count, 1);
});
