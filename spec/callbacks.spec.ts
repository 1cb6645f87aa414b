// Functions of the caller's, called amid a write: clocks, listeners, exemplars, getters of labels. Whatever they do,
// throw or return, no write fails because of them, and no series is there twice.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fetchHandler } from '../lib/fetch.ts';
import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary, openMetrics, render } from '../lib/index.ts';
import type { InstrumentOptions } from '../lib/index.ts';

type Options = Omit<InstrumentOptions<'a', never>, 'refresh' | 'collect' | 'unit'>;

/** What every instrument can do here, whatever it measures. */
interface Written {
  readonly points: readonly { readonly labels: Readonly<Record<string, string>> }[];
  readonly instrument: Counter<'a'> | Gauge<'a'> | Histogram<'a'> | Summary<'a'> | Info<'a'> | StateSet<'a'>;
  write(a: string): void;
  writeBound(a: string): void;
}

const KINDS: Readonly<Record<string, (options: Omit<Options, 'name' | 'help' | 'labelNames'>) => Written>> = {
  counter(options) {
    const instrument = new Counter({ ...options, name: 'm_total', help: '', labelNames: ['a'] });
    return of(instrument, (a) => instrument.inc({ a }), (a) => instrument.labels(a).inc());
  },
  gauge(options) {
    const instrument = new Gauge({ ...options, name: 'm', help: '', labelNames: ['a'] });
    return of(instrument, (a) => instrument.inc({ a }), (a) => instrument.labels(a).inc());
  },
  'gauge that is set'(options) {
    const instrument = new Gauge({ ...options, name: 'm', help: '', labelNames: ['a'] });
    return of(instrument, (a) => instrument.set({ a }, 5), (a) => instrument.labels(a).set(5));
  },
  histogram(options) {
    const instrument = new Histogram({ ...options, name: 'm', help: '', labelNames: ['a'] });
    return of(instrument, (a) => instrument.observe({ a }, 1), (a) => instrument.labels(a).observe(1));
  },
  summary(options) {
    const instrument = new Summary({ ...options, name: 'm', help: '', labelNames: ['a'] });
    return of(instrument, (a) => instrument.observe({ a }, 1), (a) => instrument.labels(a).observe(1));
  },
  info(options) {
    const instrument = new Info({ ...options, name: 'm_info', help: '', labelNames: ['a'] });
    return of(instrument, (a) => void instrument.labels({ a }), (a) => void instrument.labels(a));
  },
  'state set'(options) {
    const instrument = new StateSet({ ...options, name: 'm', help: '', labelNames: ['a'], states: ['on', 'off'] });
    return of(instrument, (a) => instrument.set({ a }, 'on'), (a) => instrument.labels(a).toggle('off', true));
  },
  timer(options) {
    const instrument = new Histogram({ ...options, name: 'm', help: '', labelNames: ['a'] });
    return of(instrument, (a) => void instrument.startTimer()({ a }), (a) => void instrument.labels(a).time(() => 1));
  },
};

function of(instrument: Written['instrument'], write: (a: string) => void, writeBound: (a: string) => void): Written {
  return { instrument, write, writeBound, get points() { return instrument.points; } };
}

function assertDistinct({ points }: Written): void {
  const values = [...points].map(({ labels }) => labels['a']);
  assert.deepEqual(values, [...new Set(values)]);
}

for (const [kind, make] of Object.entries(KINDS)) {
  test(`${kind}: a listener that writes to the metric that overflows is called once, and throws nothing into the write`, () => {
    for (const again of ['write', 'writeBound'] as const) {
      let calls = 0;
      const metric = make({ maxSeries: 1 });
      const registry = new Registry({
        onWarning: () => {
          calls++;
          for (const a of ['x', 'y', 'z']) metric[again](a);
        },
      });
      registry.register(metric.instrument);
      for (const a of ['x', 'y', 'z', 'y']) metric.write(a);
      for (const a of ['x', 'y', 'z', 'y']) metric.writeBound(a);
      assert.equal(calls, 1);
      assertDistinct(metric);
      assert.doesNotThrow(() => render(registry));
    }
  });

  test(`${kind}: a listener may clear the metric, remove from it, or reset it`, () => {
    for (const act of ['clear', 'reset', 'removeMatching'] as const) {
      const metric = make({ maxSeries: 1 });
      metric.instrument.listen(() => metric.instrument[act]({}));
      for (const a of ['x', 'y', 'z', 'y']) metric.write(a);
      for (const a of ['x', 'y', 'z', 'y']) metric.writeBound(a);
      assertDistinct(metric);
      metric.write('w');
      assert.ok(metric.points.length <= 2);
    }
  });

  for (const option of ['clock', 'wallClock'] as const) {
    for (const ttlSeconds of [undefined, 10]) {
      const lived = ttlSeconds === undefined ? {} : { ttlSeconds };
      test(`${kind}: a ${option} may write to the metric, whose series have ${ttlSeconds ?? 'no'} time to live`, () => {
        let now = 0;
        let metric: Written | undefined;
        metric = make({ ...lived, maxSeries: 3, [option]: () => {
          for (const a of ['x', 'y', 'z', 'more', 'x']) {
            metric?.write(a);
            metric?.writeBound(a);
          }
          return (now += 4_000);
        } });
        for (const a of ['x', 'y', 'z', 'y', 'w', 'v']) {
          metric.write(a);
          metric.writeBound(a);
          assertDistinct(metric);
        }
      });

      test(`${kind}: a ${option} may take series out, whose series have ${ttlSeconds ?? 'no'} time to live`, () => {
        for (const act of ['clear', 'removeMatching'] as const) {
          let metric: Written | undefined;
          metric = make({ ...lived, [option]: () => {
            metric?.instrument[act]({});
            return 5;
          } });
          for (const a of ['x', 'y', 'y', 'x']) {
            metric.write(a);
            metric.writeBound(a);
          }
          assertDistinct(metric);
          assert.ok(metric.points.length <= 2);
        }
      });

      for (const [what, bad] of Object.entries(BAD_CLOCKS())) {
        test(`${kind}: a ${option} that ${what} costs no write, where series have ${ttlSeconds ?? 'no'} time to live`, () => {
          const metric = make({ ...lived, [option]: bad });
          for (const a of ['x', 'y', 'x']) {
            metric.write(a);
            metric.writeBound(a);
          }
          assert.deepEqual(metric.points.map(({ labels }) => labels['a']), ['x', 'y']);
          assert.doesNotThrow(() => render(metric.instrument, openMetrics));
        });
      }
    }
  }
}

function BAD_CLOCKS(): Record<string, () => number> {
  return {
    throws: () => { throw new Error('no clock'); },
    'returns NaN': () => NaN,
    'returns Infinity': () => Infinity,
    'returns nothing': () => undefined as unknown as number,
    'returns a string': () => '5' as unknown as number,
    'returns a bigint': () => 5n as unknown as number,
    'returns a Date': () => new Date(5) as unknown as number,
  };
}

test('a clock that fails now and then stands meanwhile', () => {
  const times = [1_000, NaN, 3_000];
  const histogram = new Histogram({ name: 'h', help: '', clock: () => times.shift() ?? assert.fail('no more') });
  const end = histogram.startTimer();
  assert.deepEqual([end(), end(), end()], [0, 2, 2]);
});

test('the name of the hook is `refresh`, and `collect` is another one for it', async () => {
  for (const option of ['refresh', 'collect'] as const) {
    const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'], [option]: async (self: Gauge<'a'>) => self.set({ a: option }, 1) });
    assert.equal(gauge.hasHook, true);
    const registry = new Registry();
    registry.register(gauge);
    await registry.refresh();
    assert.equal(render(registry), `# TYPE g gauge\ng{a="${option}"} 1\n`);
    assert.throws(() => new Gauge({ name: 'g', help: '', [option]: 5 } as never), { code: 'ERR_OPTION', message: `Gauge "g": ${option}: expected a function, got 5` });
  }
  assert.throws(() => new Gauge({ name: 'g', help: '', refresh: () => {}, collect: () => {} }), {
    code: 'ERR_OPTION',
    message: 'Gauge "g": collect: expected no other name for refresh beside it, got a function',
  });
  assert.equal(new Gauge({ name: 'g', help: '', refresh: () => {}, collect: undefined } as never).hasHook, true);
});

for (const [what, listener] of Object.entries({
  throws: () => { throw new Error('of the host'); },
  rejects: () => Promise.reject(new Error('of the host')),
  'throws when it is awaited': () => ({ then: () => { throw new Error('of the host'); } }),
  'returns a revoked Proxy': () => unreadable(),
})) {
  test(`a listener that ${what} costs no write, and is no unhandled rejection`, async () => {
    const counter = new Counter({ name: 'c_total', help: '' });
    const heard: string[] = [];
    counter.listen(listener as () => void);
    counter.listen(({ code }) => void heard.push(code));
    counter.inc(-1);
    counter.inc(2);
    counter.listen(listener as () => void);
    assert.deepEqual([counter.get(), heard], [2, ['ERR_VALUE']]);
    await new Promise((resolve) => setImmediate(resolve));
  });
}

test('a listener that adds another, or itself again, is heard once', () => {
  const counter = new Counter({ name: 'c_total', help: '' });
  const heard: string[] = [];
  counter.listen(() => {
    heard.push('first');
    counter.listen(() => void heard.push('second'));
  });
  counter.inc(-1);
  assert.deepEqual(heard, ['first', 'second']);
});

test('an `exemplar` option that writes is not asked by its own writes', () => {
  let asked = 0;
  const counter: Counter<'a'> = new Counter({
    name: 'c_total', help: '', labelNames: ['a'],
    exemplar() {
      asked++;
      counter.inc({ a: 'x' });
      counter.labels('new').inc(1, { trace_id: 'given' });
      counter.labels('new').inc();
      return { trace_id: 't' };
    },
  });
  counter.inc({ a: 'x' });
  assert.deepEqual([asked, counter.get({ a: 'x' }), counter.get({ a: 'new' })], [1, 2, 2]);
  const histogram: Histogram = new Histogram({ name: 'h', help: '', exemplar: () => (histogram.observe(1), { trace_id: 't' }) });
  histogram.observe(1);
  assert.equal(histogram.get()!.count, 2);
});

test('getters of labels may write to the very metric, and clear it', () => {
  for (const act of ['write', 'clear'] as const) {
    const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a', 'b'], maxSeries: 2 });
    let depth = 0;
    const labels = {
      get a() {
        if (depth++ < 3) act === 'clear' ? counter.clear() : counter.inc({ a: 'x', b: 'y' });
        return 'x';
      },
      get b() {
        if (depth++ < 3) act === 'clear' ? counter.clear() : counter.inc({ a: 'x', b: 'z' });
        return 'y';
      },
    };
    counter.inc(labels);
    counter.inc(labels);
    assert.ok(counter.get({ a: 'x', b: 'y' })! >= 1);
    const keys = counter.points.map(({ labelValues }) => labelValues.join());
    assert.deepEqual(keys, [...new Set(keys)]);
  }
});

/** A Proxy that throws at every look. */
function unreadable(): never {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy as never;
}

const throwing = { get a(): string { throw new TypeError('not now'); } };
const badKeys = new Proxy({ a: 'x' }, { ownKeys: () => { throw new Error('no keys'); } });

for (const [what, labels] of Object.entries({ 'a revoked Proxy': unreadable(), 'a getter that throws': throwing, 'a Proxy without keys': badKeys })) {
  test(`labels that cannot be read, such as ${what}, are a write without data`, async () => {
    const warnings: string[] = [];
    const registry = new Registry({ onWarning: ({ code, message }) => warnings.push(`${code} ${message}`) });
    const options = { help: '', labelNames: ['a'] } as const;
    const counter = registry.register(new Counter({ name: 'c_total', ...options }));
    const gauge = registry.register(new Gauge({ name: 'g', ...options }));
    const histogram = registry.register(new Histogram({ name: 'h', ...options }));
    const summary = registry.register(new Summary({ name: 's', ...options }));
    const info = registry.register(new Info({ name: 'i_info', ...options }));
    const states = registry.register(new StateSet({ name: 'e', ...options, states: ['on'] }));
    const given = labels as { a: string };
    counter.inc(given);
    counter.inc(given, 2);
    gauge.set(given, 1);
    gauge.inc(given);
    gauge.dec(given);
    gauge.setToCurrentTime(given);
    gauge.startTimer(given)();
    gauge.startTimer()(given);
    histogram.observe(given, 1);
    summary.observe(given, 1);
    for (const timed of [histogram, summary]) {
      timed.startTimer(given)();
      timed.startTimer()(given);
      assert.equal(timed.time(given, () => 'done'), 'done');
      assert.equal(await timed.time(given, async () => 'done'), 'done');
    }
    states.set(given, 'on');
    states.toggle(given, 'on', true);
    const kept = info.labels('kept');
    info.set(given);
    info.replace([{ a: 'new' }, given]);
    for (const replaced of [counter, gauge]) replaced.replace([[{ a: 'new' }, 1], [given, 2]]);
    states.replace([[given, 'on']]);
    assert.deepEqual([counter, gauge, histogram, summary, states].map(({ points }) => points), [[], [], [], [], []]);
    assert.deepEqual(info.points, [kept]);
    assert.deepEqual([counter, gauge, histogram, summary, info, states].map(({ rejectedWrites }) => rejectedWrites), [3, 7, 5, 5, 2, 3]);
    assert.equal(warnings.length, 6);
    assert.match(warnings[0]!, /^ERR_VALUE Counter "c_total": expected labels that can be read, got .*; such writes are ignored$/);
    assert.doesNotThrow(() => render(registry));
  });
}

for (const [what, value] of Object.entries({
  'a revoked Proxy': unreadable(),
  'an error whose message is a symbol': Object.assign(new Error(), { message: Symbol('s') }),
  'an error whose message throws': Object.defineProperty(new Error('x'), 'message', { get: () => { throw new Error('no'); } }),
  'an object whose text throws': { toString: () => { throw new Error('no'); }, [Symbol.toPrimitive]: () => { throw new Error('no'); } },
})) {
  test(`${what} is no value, label, state, amount or exemplar, and throws nothing`, () => {
    const warnings: string[] = [];
    const registry = new Registry({ onWarning: ({ message }) => warnings.push(message) });
    const bad = value as never;
    const counter = registry.register(new Counter({ name: 'c_total', help: '', labelNames: ['a'], exemplar: () => bad }));
    counter.labels('x').inc(bad);
    counter.inc({ a: 'x' }, bad);
    counter.inc({ a: 'x' }, 1, bad);
    counter.inc({ a: 'x' }, 1, { labels: bad });
    counter.inc({ a: 'x' });
    const thrower = registry.register(new Counter({ name: 'd_total', help: '', exemplar: () => { throw value; } }));
    thrower.inc();
    const gauge = registry.register(new Gauge({ name: 'g', help: '', labelNames: ['a'] }));
    gauge.labels('x').set(bad);
    gauge.set({ a: 'x' }, bad);
    const histogram = registry.register(new Histogram({ name: 'h', help: '', labelNames: ['a'] }));
    histogram.labels('x').observe(bad);
    histogram.observe({ a: 'x' }, bad);
    const states = registry.register(new StateSet({ name: 'e', help: '', labelNames: ['a'], states: ['on'] }));
    states.labels('x').set(bad);
    states.toggle({ a: 'x' }, bad, true);
    assert.deepEqual([counter, thrower, gauge, histogram, states].map(({ rejectedWrites }) => rejectedWrites), [2, 0, 2, 2, 2]);
    assert.deepEqual([counter.get({ a: 'x' }), thrower.get(), gauge.get({ a: 'x' })], [3, 1, 0]);
    assert.throws(() => counter.inc({ a: bad }), { code: 'ERR_LABEL_VALUE' });
    assert.doesNotThrow(() => render(registry, openMetrics));
    assert.equal(warnings.length, 6);
  });
}

test('a collector or hook that throws what cannot be shown costs its own families alone, and no scrape', async () => {
  for (const thrown of [unreadable(), Object.assign(new Error(), { message: Symbol('s') }), Object.defineProperty(new Error('x'), 'message', { get: () => { throw new Error('no'); } })]) {
    const warnings: string[] = [];
    const registry = new Registry({ onWarning: ({ message }) => warnings.push(message) });
    registry.register({ collect: () => { throw thrown; } });
    registry.register(new Gauge({ name: 'hooked', help: '', refresh: () => { throw thrown; } }));
    registry.register(new Gauge({ name: 'good', help: '' }));
    await registry.refresh();
    assert.equal(render(registry), '# TYPE good gauge\ngood 0\n');
    assert.equal(warnings.length, 2);
    const response = await fetchHandler(registry, { onError: () => { throw thrown; } })(new Request('http://localhost/metrics'));
    assert.equal(response.status, 200);
    assert.match(await response.text(), /^good 0$/m);
  }
});
