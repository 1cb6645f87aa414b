// Gauges that follow a function: read when they are shown, and by nobody else written to.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, Registry, openMetrics, render } from '../lib/index.ts';
import { fetchHandler } from '../lib/fetch.ts';
import { protobuf } from '../lib/protobuf.ts';
import { checked, snapshot } from '../lib/scraping.ts';

function warned(): { readonly registry: Registry; readonly warnings: string[] } {
  const warnings: string[] = [];
  return { registry: new Registry({ onWarning: ({ code, message }) => warnings.push(`${code} ${message}`) }), warnings };
}

async function scraped(registry: Registry): Promise<string> {
  return (await fetchHandler(registry)(new Request('http://localhost/metrics'))).text();
}

test('the function is read once for each exposition, and not before', async () => {
  const registry = new Registry();
  let reads = 0;
  const queue: string[] = [];
  const gauge = registry.register(new Gauge({ name: 'queue_length', help: 'Jobs that wait.', value: () => (reads++, queue.length) }));
  assert.equal(reads, 0);
  queue.push('a', 'b');
  assert.equal(render(registry), '# HELP queue_length Jobs that wait.\n# TYPE queue_length gauge\nqueue_length 2\n');
  assert.equal(render(registry), render(registry));
  assert.equal(reads, 3);
  render(registry, openMetrics);
  render(registry, protobuf);
  assert.equal(reads, 5);
  assert.match(await scraped(registry), /^queue_length 2$/m);
  assert.equal(reads, 6);
  assert.equal(render(gauge), '# HELP queue_length Jobs that wait.\n# TYPE queue_length gauge\nqueue_length 2\n');
  assert.equal(reads, 7);
  assert.match(render(checked(registry)), /^queue_length 2$/m);
  assert.deepEqual(snapshot(registry)[0]!.points, [{ labels: {}, value: 2 }]);
  assert.equal(reads, 9);
  queue.length = 0;
  assert.equal(gauge.get(), 0);
});

test('its value is of the same instant as all others', () => {
  const registry = new Registry();
  const done = new Counter({ name: 'done_total', help: '' });
  const waiting = new Gauge({ name: 'waiting', help: '', value: () => 10 - done.get()! });
  registry.register(waiting);
  registry.register(done);
  done.inc(4);
  assert.equal(render(registry), '# TYPE waiting gauge\nwaiting 6\n# TYPE done_total counter\ndone_total 4\n');
});

test('NaN and the infinities are values', () => {
  for (const value of [NaN, Infinity, -Infinity, -0.5]) {
    const gauge = new Gauge({ name: 'g', help: '', value: () => value });
    assert.equal(gauge.get(), value);
    assert.match(render(gauge), /^g (NaN|[+-]Inf|-0\.5)$/m);
  }
});

test('one that throws, or returns no number, leaves its family out, and is warned of once', async () => {
  for (const [value, message] of [
    [() => { throw new Error('no queue'); }, 'no queue'],
    [() => '5', 'expected a number from its function, got "5"'],
    [() => undefined, 'expected a number from its function, got undefined'],
    [async () => { throw new Error('later'); }, 'expected a number from its function, got an object with the keys []'],
    [() => 5n, 'expected a number from its function, got 5'],
  ] as const) {
    const { registry, warnings } = warned();
    const gauge = registry.register(new Gauge({ name: 'g', help: '', value: value as () => number }));
    registry.register(new Counter({ name: 'c', help: '' }));
    assert.deepEqual([render(registry), render(registry)], ['# TYPE c counter\nc 0\n', '# TYPE c counter\nc 0\n']);
    assert.deepEqual(warnings, [`ERR_COLLECTOR gauge "g": collect failed: ${message}`]);
    assert.equal(gauge.get(), undefined);
    const text = await scraped(registry);
    assert.match(text, /^promlet_collector_success\{collector="g"\} 0$/m);
    assert.doesNotMatch(text, /^g /m);
    assert.match(text, /^c 0$/m);
  }
});

test('one that fails and succeeds later is shown again', async () => {
  const { registry } = warned();
  let isThere = false;
  registry.register(new Gauge({ name: 'g', help: '', value: () => {
    if (!isThere) throw new Error('not yet');
    return 3;
  } }));
  assert.equal(render(registry), '');
  isThere = true;
  assert.equal(render(registry), '# TYPE g gauge\ng 3\n');
  assert.match(await scraped(registry), /^promlet_collector_success\{collector="g"\} 1$/m);
});

test('shown alone, one that fails is left out, and its registry hears of it later', () => {
  const gauge = new Gauge({ name: 'g', help: '', value: () => { throw new Error('no queue'); } });
  assert.equal(render(gauge), '');
  const { registry, warnings } = warned();
  registry.register(gauge);
  assert.deepEqual(warnings, ['ERR_COLLECTOR Gauge "g": value: no queue; the gauge is left out']);
});

test('all writes to it are ignored, counted and warned of once', () => {
  const { registry, warnings } = warned();
  const gauge = registry.register(new Gauge({ name: 'g', help: '', value: () => 7, clock: () => 0, wallClock: () => 5000 }));
  const child = gauge.labels();
  const writes = [
    () => gauge.set(1), () => gauge.inc(), () => gauge.inc(2), () => gauge.dec(), () => gauge.setToCurrentTime(), () => gauge.startTimer()(),
    () => child.set(1), () => child.inc(), () => child.dec(2), () => child.setToCurrentTime(), () => child.startTimer()(), () => gauge.replace([[{}, 5]]),
  ];
  for (const write of writes) write();
  assert.equal(gauge.rejectedWrites, writes.length);
  assert.deepEqual(warnings, ['ERR_VALUE Gauge "g": expected no write, since its value is that of a function, got 1; such writes are ignored']);
  assert.equal(gauge.get(), 7);
});

test('`clear`, `reset`, `remove` and `replace` leave it following', () => {
  let value = 1;
  const gauge = new Gauge({ name: 'g', help: '', value: () => value });
  for (const change of [() => gauge.clear(), () => gauge.reset(), () => gauge.remove({} as never), () => gauge.removeMatching({} as never), () => gauge.replace([])]) {
    change();
    value++;
    assert.equal(render(gauge), `# TYPE g gauge\ng ${value}\n`);
  }
});

test('a registry within a registry reads it for both, with all constant labels', () => {
  const inner = new Registry({ labels: { shard: '1' } });
  inner.register(new Gauge({ name: 'g', help: '', value: () => 5 }));
  const outer = new Registry({ labels: { service: 'shop' } });
  outer.register(inner);
  assert.equal(render(outer), '# TYPE g gauge\ng{service="shop",shard="1"} 5\n');
  assert.equal(render(inner), '# TYPE g gauge\ng{shard="1"} 5\n');
});

test('what does not go with a function is refused', () => {
  const refused = (options: object, message: string): void => assert.throws(() => new Gauge({ name: 'g', help: '', ...options }), { code: 'ERR_OPTION', message: `Gauge "g": value: expected ${message}` });
  refused({ value: 5 }, 'a function, got 5');
  refused({ value: null }, 'a function, got null');
  refused({ value: () => 5, labelNames: ['a'] }, 'no labels beside it, got ["a"]');
  refused({ value: () => 5, optionalLabels: ['a'] }, 'no labels beside it, got ["a"]');
  refused({ value: () => 5, ttlSeconds: 60 }, 'no ttlSeconds beside it, got 60');
  assert.throws(() => new Counter({ name: 'c', help: '', value: () => 5 } as never), { code: 'ERR_OPTION' });
});

test('one that follows a function is not the same as one that is written to', () => {
  const registry = new Registry();
  registry.register(new Gauge({ name: 'g', help: '', value: () => 5 }));
  registry.getOrRegister(new Gauge({ name: 'g', help: '', value: () => 6 }));
  assert.throws(() => registry.getOrRegister(new Gauge({ name: 'g', help: '' })), { code: 'ERR_DUPLICATE', message: 'gauge "g": value: expected "that of a function", as it is registered, got undefined' });
});

test('a `refresh` may prepare what the function reads', async () => {
  let loaded = 0;
  const registry = new Registry();
  registry.register(new Gauge({ name: 'g', help: '', refresh: async () => void (loaded = 9), value: () => loaded }));
  assert.match(await scraped(registry), /^g 9$/m);
});
