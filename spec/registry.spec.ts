// The registry: which names are taken, what all series share, how collectors are refreshed, and what is told.
// What collectors of one's own may offer is in gathering.spec.ts.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, Histogram, MetricError, Registry, render } from '../lib/index.ts';
import type { Collector, LabelValue, MetricFamily, Scrape } from '../lib/index.ts';
import { sampleValue } from '../lib/testing.ts';

/** A registry that keeps its warnings. */
function listening(): { registry: Registry; warnings: MetricError[]; messages: () => string[] } {
  const warnings: MetricError[] = [];
  const registry = new Registry({ onWarning: (warning) => warnings.push(warning) });
  return { registry, warnings, messages: () => warnings.map(({ message }) => message) };
}

/** A collector of families that no type checker has seen. */
function offering(...families: unknown[]): Collector {
  return { collect: () => families as MetricFamily[] };
}

const gauge = (name: string, ...points: object[]): object => ({ type: 'gauge', name, help: '', points });

test('`register` returns the collector, and its families are shown in the order of registration', () => {
  const registry = new Registry();
  const b = new Gauge({ name: 'b', help: '' });
  assert.equal(registry.register(b), b);
  registry.register(offering(gauge('own', { labels: {}, value: 1 })));
  registry.register(new Gauge({ name: 'a', help: '' }));
  assert.equal(render(registry), '# TYPE b gauge\nb 0\n# TYPE own gauge\nown 1\n# TYPE a gauge\na 0\n');
});

test('`get` finds an instrument by its name alone', () => {
  const registry = new Registry();
  const counter = registry.register(new Counter({ name: 'c_total', help: '' }));
  registry.register(offering(gauge('own', { labels: {}, value: 1 })));
  assert.equal(registry.get('c_total'), counter);
  for (const name of ['c', 'c_created', 'own', '__proto__', 'constructor', '']) assert.equal(registry.get(name), undefined);
});

test('`unregister` says whether it was there, and frees the names', () => {
  const registry = new Registry();
  const histogram = registry.register(new Histogram({ name: 'h', help: '' }));
  assert.equal(registry.unregister(histogram), true);
  assert.equal(registry.unregister(histogram), false);
  assert.equal(registry.get('h'), undefined);
  assert.equal(render(registry), '');
  registry.register(new Counter({ name: 'h_count', help: '' }));
});

test('an instrument that was unregistered is heard no more', () => {
  const { registry, warnings } = listening();
  const counter = registry.register(new Counter({ name: 'c_total', help: '' }));
  registry.unregister(counter);
  counter.inc(NaN);
  assert.deepEqual(warnings, []);
  assert.equal(render(registry), '');
});

test('a name that is taken is refused, and the error carries the collector that has it', () => {
  const registry = new Registry();
  const first = registry.register(new Counter({ name: 'c_total', help: '' }));
  assert.throws(() => registry.register(new Gauge({ name: 'c_total', help: '' })), {
    name: 'MetricError',
    code: 'ERR_DUPLICATE',
    message: 'gauge "c_total": the name is taken by counter "c_total"',
    collector: first,
  });
  assert.throws(() => registry.register(first), {
    code: 'ERR_DUPLICATE',
    message: 'counter "c_total" is registered already',
    collector: first,
  });
  assert.equal(render(registry), '# TYPE c_total counter\nc_total 0\n');
});

const clashes: readonly (readonly [first: Collector & { name: string }, second: Collector & { name: string }, message: string])[] = [
  [new Histogram({ name: 'h', help: '' }), new Counter({ name: 'h_count', help: '' }), 'counter "h_count": the name is taken by histogram "h": both show samples named "h_count" in one format or another'],
  [new Gauge({ name: 'h_sum', help: '' }), new Histogram({ name: 'h', help: '' }), 'histogram "h": the name is taken by gauge "h_sum": both show samples named "h_sum" in one format or another'],
  [new Histogram({ name: 'h', help: '' }), new Gauge({ name: 'h_bucket', help: '' }), 'gauge "h_bucket": the name is taken by histogram "h": both show samples named "h_bucket" in one format or another'],
  [new Counter({ name: 'c', help: '' }), new Counter({ name: 'c_total', help: '' }), 'counter "c_total": the name is taken by counter "c": both show samples named "c" in one format or another'],
  [new Gauge({ name: 'c', help: '' }), new Counter({ name: 'c_total', help: '' }), 'counter "c_total": the name is taken by gauge "c": both show samples named "c" in one format or another'],
  [new Counter({ name: 'c_total', help: '' }), new Gauge({ name: 'c_created', help: '' }), 'gauge "c_created": the name is taken by counter "c_total": both show samples named "c_created" in one format or another'],
];

for (const [first, second, message] of clashes) {
  test(`${second.name} is refused beside ${first.name}, since their samples would be taken for each other`, () => {
    const registry = new Registry();
    registry.register(first);
    assert.throws(() => registry.register(second), { code: 'ERR_DUPLICATE', message, collector: first });
    assert.equal(registry.get(second.name), undefined);
    registry.unregister(first);
    registry.register(second);
  });
}

test('names that only look alike stand side by side', () => {
  const registry = new Registry();
  for (const name of ['a', 'a_total', 'a_sum', 'a_count', 'a_bucket', 'a_info']) registry.register(new Gauge({ name, help: '' }));
  registry.register(new Counter({ name: 'b_counts_total', help: '' }));
  registry.register(new Histogram({ name: 'b', help: '' }));
  assert.equal(registry.collect().length, 8);
});

test('one instrument can be in two registries, and both hear its warnings', () => {
  const [one, two] = [listening(), listening()];
  const counter = new Counter({ name: 'c_total', help: '' });
  one.registry.register(counter);
  two.registry.register(counter);
  counter.inc(2);
  counter.inc(-1);
  assert.deepEqual([one.warnings.length, two.warnings.length], [1, 1]);
  one.registry.unregister(counter);
  assert.equal(sampleValue(two.registry, 'c_total'), 2);
});

for (const [what, thing] of Object.entries({ undefined, null: null, 'an object without collect': {}, text: 'c', 'a class': Counter })) {
  test(`${what} is no collector, and refused where it is registered`, () => {
    assert.throws(() => new Registry().register(thing as unknown as Collector), {
      code: 'ERR_OPTION',
      message: /^Registry: expected a collector, with a method collect, got /,
    });
  });
}

test('a registry does not take itself', () => {
  const registry = new Registry();
  assert.throws(() => registry.register(registry), { code: 'ERR_OPTION', message: 'Registry: expected a collector other than itself' });
});

// Constant labels

test('constant labels are on every series, before its own', () => {
  const registry = new Registry({ labels: { service: 'shop "north"', shard: 3, live: true } });
  registry.register(new Counter({ name: 'c_total', help: '', labelNames: ['a'] })).inc({ a: 'x' });
  registry.register(offering(gauge('own', { labels: { z: 'y' }, value: 1 }, { labels: {}, value: 2 })));
  assert.deepEqual(registry.labels, { service: 'shop "north"', shard: '3', live: 'true' });
  assert.equal(
    render(registry),
    '# TYPE c_total counter\nc_total{service="shop \\"north\\"",shard="3",live="true",a="x"} 1\n' +
      '# TYPE own gauge\nown{service="shop \\"north\\"",shard="3",live="true",z="y"} 1\nown{service="shop \\"north\\"",shard="3",live="true"} 2\n',
  );
});

const constants: readonly (readonly [labels: object, code: string, message: string])[] = [
  [{ 'a-b': 'x' }, 'ERR_LABEL_NAME', 'Registry: expected a label name of letters, digits and "_" that does not begin with a digit, got "a-b"'],
  [{ __name__: 'x' }, 'ERR_LABEL_NAME', 'Registry: label "__name__" is reserved: names that begin with "__" belong to Prometheus'],
  [JSON.parse('{"__proto__": "x"}'), 'ERR_LABEL_NAME', 'Registry: label "__proto__" is reserved: names that begin with "__" belong to Prometheus'],
  [{ a: undefined }, 'ERR_LABEL_VALUE', 'Registry: label "a": expected a string, number or boolean, got undefined'],
  [{ a: null }, 'ERR_LABEL_VALUE', 'Registry: label "a": expected a string, number or boolean, got null'],
  [{ a: 5n }, 'ERR_LABEL_VALUE', 'Registry: label "a": expected a string, number or boolean, got 5'],
];

for (const [labels, code, message] of constants) {
  test(`constant labels are refused: ${message.slice('Registry: '.length)}`, () => {
    assert.throws(() => new Registry({ labels: labels as Record<string, LabelValue> }), { code, message });
  });
}

test('an instrument that has a constant label itself is refused', () => {
  const registry = new Registry({ labels: { service: 'x', le: 'y' } });
  assert.throws(() => registry.register(new Counter({ name: 'c_total', help: '', labelNames: ['service'] })), {
    code: 'ERR_LABEL_NAME',
    message: 'counter "c_total": label "service" is a constant label of the registry',
  });
  assert.throws(() => registry.register(new Histogram({ name: 'h', help: '' })), {
    code: 'ERR_LABEL_NAME',
    message: 'histogram "h": label "le" is a constant label of the registry',
  });
  assert.equal(render(registry), '');
});

// Refreshing

test('`refresh` calls the hooks of instruments with the instrument, and waits for async ones', async () => {
  const registry = new Registry();
  const sync = registry.register(new Gauge({ name: 'sync', help: '', collect: (self) => self.set(1) }));
  const later = registry.register(
    new Counter({
      name: 'later_total',
      help: '',
      labelNames: ['a'],
      collect: async (self) => {
        await Promise.resolve();
        self.inc({ a: 'x' }, 2);
      },
    }),
  );
  await registry.refresh();
  assert.equal(sync.get(), 1);
  assert.equal(later.get({ a: 'x' }), 2);
});

test('reading alone calls no hooks', () => {
  let calls = 0;
  const registry = new Registry();
  registry.register(new Gauge({ name: 'g', help: '', collect: () => { calls++; } }));
  render(registry);
  registry.collect();
  assert.equal(calls, 0);
});

test('collectors are refreshed at once, with the parameters that were given', async () => {
  const registry = new Registry();
  const scrapes: Scrape[] = [];
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  for (let i = 0; i < 2; i++) {
    registry.register({
      collect: () => [],
      async refresh(scrape: Scrape): Promise<void> {
        scrapes.push(scrape);
        if (scrapes.length === 2) release();
        await gate;
      },
    });
  }
  const scrape: Scrape = { signal: new AbortController().signal, params: { a: ['b'] } };
  await registry.refresh(scrape);
  assert.deepEqual(scrapes.map(({ params }) => params), [{ a: ['b'] }, { a: ['b'] }]);
});

test('a refresh without a scrape has a signal that is never aborted', async () => {
  let signal: AbortSignal | undefined;
  const registry = new Registry();
  registry.register({ collect: () => [], refresh: (scrape: Scrape) => { signal = scrape.signal; } });
  await registry.refresh();
  assert.equal(signal!.aborted, false);
});

test('a collector whose refresh fails is left out until it succeeds, and warned of once', async () => {
  const { registry, messages } = listening();
  let isDown = true;
  registry.register(new Gauge({ name: 'hooked', help: '', collect: () => { if (isDown) throw new Error('sync'); } }));
  registry.register({
    collect: () => [gauge('own', { labels: {}, value: 1 }) as MetricFamily],
    refresh: () => (isDown ? Promise.reject(new Error('async')) : Promise.resolve()),
  });
  registry.register(new Gauge({ name: 'good', help: '' }));
  await registry.refresh();
  await registry.refresh();
  assert.equal(render(registry), '# TYPE good gauge\ngood 0\n');
  assert.deepEqual(messages(), ['gauge "hooked": refresh failed: sync', 'collector Object: refresh failed: async']);
  isDown = false;
  await registry.refresh();
  assert.equal(render(registry), '# TYPE hooked gauge\nhooked 0\n# TYPE own gauge\nown 1\n# TYPE good gauge\ngood 0\n');
});

test('a collector that fails to refresh and later to collect is warned of for each', async () => {
  const { registry, messages } = listening();
  let isDown = true;
  registry.register({
    collect: (): never => { throw new Error('collect'); },
    refresh: (): void => { if (isDown) throw new Error('refresh'); },
  });
  await registry.refresh();
  isDown = false;
  await registry.refresh();
  registry.collect();
  registry.collect();
  assert.deepEqual(messages(), ['collector Object: refresh failed: refresh', 'collector Object: collect failed: collect']);
});

test('a hook may register, unregister and render', async () => {
  const { registry, warnings } = listening();
  let seen = '';
  const hooked = registry.register(
    new Gauge({
      name: 'hooked',
      help: '',
      collect: (self) => {
        registry.unregister(self);
        registry.register(new Gauge({ name: 'late', help: '' }));
        seen = render(registry);
      },
    }),
  );
  await registry.refresh();
  assert.equal(hooked.name, 'hooked');
  assert.equal(seen, '# TYPE late gauge\nlate 0\n');
  assert.equal(render(registry), seen);
  assert.deepEqual(warnings, []);
});

// Warnings

test('warnings of an instrument from before its registration are told when it is registered', () => {
  const { registry, messages } = listening();
  const counter = new Counter({ name: 'c_total', help: '' });
  counter.inc(-1);
  registry.register(counter);
  assert.deepEqual(messages(), ['Counter "c_total": expected a finite amount of 0 or more, got -1; such writes are ignored']);
});

test('a listener that throws or rejects disturbs neither write nor scrape', async () => {
  const thrower = new Registry({ onWarning: () => { throw new Error('of the host'); } });
  const rejecter = new Registry({ onWarning: async () => { throw new Error('of the host'); } });
  for (const registry of [thrower, rejecter]) {
    const counter = registry.register(new Counter({ name: 'c_total', help: '' }));
    counter.inc(NaN);
    registry.register({ collect: (): never => { throw new Error('down'); } });
    assert.equal(sampleValue(registry, 'c_total'), 0);
    await registry.refresh();
  }
});

test('a listener may write to the metric that it hears of', () => {
  const registry = new Registry({ onWarning: () => counter.inc(-1) });
  const counter = registry.register(new Counter({ name: 'c_total', help: '' }));
  counter.inc(NaN);
  assert.equal(counter.rejectedWrites, 2);
});

test('labels that are no object are refused', () => {
  for (const [labels, shown] of [[null, 'null'], ['a', '"a"']] as const) {
    assert.throws(() => new Registry({ labels: labels as never }), { code: 'ERR_OPTION', message: `Registry: labels: expected an object, got ${shown}` });
  }
});

test('a listener that is no function is refused', () => {
  assert.throws(() => new Registry({ onWarning: 5 as unknown as () => void }), {
    code: 'ERR_OPTION',
    message: 'Registry: onWarning: expected a function, got 5',
  });
});

test('without a listener, a warning goes to console.warn', (t) => {
  const warn = t.mock.method(console, 'warn', () => {});
  new Registry().register(new Counter({ name: 'c_total', help: '' })).inc(-1);
  assert.deepEqual(warn.mock.calls.map(({ arguments: given }) => given), [
    ['Counter "c_total": expected a finite amount of 0 or more, got -1; such writes are ignored'],
  ]);
});

// Self-metrics

test('ignored and overflowed writes are counted by metric, and shown once there are some', () => {
  const { registry } = listening();
  const counter = registry.register(new Counter({ name: 'c_total', help: '', labelNames: ['a'], maxSeries: 1 }));
  assert.equal(render(registry), '# TYPE c_total counter\n');
  counter.inc({ a: 'x' });
  counter.inc({ a: 'x' }, NaN);
  for (const a of ['y', 'z']) counter.inc({ a });
  const text = render(registry);
  assert.equal(
    text.slice(text.indexOf('# HELP')),
    '# HELP promlet_rejected_writes_total Writes that held no data, such as NaN, and were ignored.\n' +
      '# TYPE promlet_rejected_writes_total counter\npromlet_rejected_writes_total{metric="c_total"} 1\n' +
      '# HELP promlet_overflowed_writes_total Writes of label sets past maxSeries, kept in the overflow series.\n' +
      '# TYPE promlet_overflowed_writes_total counter\npromlet_overflowed_writes_total{metric="c_total"} 2\n',
  );
});

test('an instrument that has the name of a self-metric is shown, and the self-metrics are left out with a warning', () => {
  const { registry, messages } = listening();
  registry.register(new Counter({ name: 'promlet_rejected_writes_total', help: '' })).inc(-1);
  assert.equal(render(registry), '# TYPE promlet_rejected_writes_total counter\npromlet_rejected_writes_total 0\n');
  assert.equal(messages()[1], 'counter "promlet_rejected_writes_total": the name is taken by counter "promlet_rejected_writes_total"; it is left out');
});

test('reading changes nothing: two collections are equal', () => {
  const { registry } = listening();
  registry.register(new Counter({ name: 'c_total', help: '' })).inc(-1);
  registry.register(offering(gauge('g', { labels: {}, value: 1 }, { labels: {}, value: 2 })));
  assert.deepEqual(registry.collect(), registry.collect());
});
