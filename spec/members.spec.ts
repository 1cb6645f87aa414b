// What a registry holds: instruments by name, registries within it, and copies of the library in one program.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { buildSync } from 'esbuild';

import { Counter, Gauge, Histogram, Info, MetricError, Registry, StateSet, Summary, openMetrics, render } from '../lib/index.ts';
import type { Collector } from '../lib/index.ts';
import { checked } from '../lib/scraping.ts';

async function anotherCopy(): Promise<typeof import('../lib/index.ts')> {
  const { outputFiles } = buildSync({ entryPoints: [fileURLToPath(new URL('../lib/index.ts', import.meta.url))], bundle: true, write: false, format: 'esm', target: 'es2022' });
  return (await import(`data:text/javascript,${encodeURIComponent(outputFiles[0]!.text)}`)) as typeof import('../lib/index.ts');
}

test('`get` gives the instrument in the type that is asked for', () => {
  const registry = new Registry();
  registry.register(new Counter({ name: 'jobs_total', help: '', labelNames: ['queue'] }));
  const jobs: Counter<'queue'> | undefined = registry.get('jobs_total');
  jobs?.inc({ queue: 'mail' });
  assert.equal(registry.get<Counter<'queue'>>('jobs_total')?.get({ queue: 'mail' }), 1);
});

test('`instruments` lists the instruments in the order of registration, and nothing else', () => {
  const registry = new Registry();
  const b = registry.register(new Gauge({ name: 'b', help: '' }));
  registry.register({ collect: () => [] });
  registry.register(new Registry()).register(new Gauge({ name: 'inner', help: '' }));
  const a = registry.register(new Counter({ name: 'a_total', help: '' }));
  assert.deepEqual(registry.instruments(), [b, a]);
  registry.unregister(b);
  assert.deepEqual(registry.instruments(), [a]);
});

test('`reset` has every instrument begin as it was constructed, within inner registries too', () => {
  const messages: string[] = [];
  const onWarning = ({ message }: MetricError): void => void messages.push(message);
  const registry = new Registry({ onWarning });
  const inner = registry.register(new Registry({ onWarning }));
  const wallClock = (): number => 1_700_000_000_000;
  const instruments = [
    registry.register(new Counter({ name: 'c_total', help: '', labelNames: ['a'], maxSeries: 1, wallClock })),
    registry.register(new Gauge({ name: 'g', help: '', wallClock })),
    registry.register(new Histogram({ name: 'h', help: '', buckets: [1], wallClock })),
    inner.register(new Summary({ name: 's', help: '', percentiles: [0.5], wallClock, clock: () => 0 })),
    inner.register(new Info({ name: 'i_info', help: '', labelNames: ['v'], wallClock })),
    inner.register(new StateSet({ name: 'door', help: '', states: ['open'], wallClock })),
  ] as const;
  const before = render(registry, openMetrics);
  const [counter, gauge, histogram, summary, info, stateSet] = instruments;
  for (const a of ['x', 'y']) counter.inc({ a });
  counter.inc({ a: 'x' }, NaN);
  gauge.set(5);
  histogram.observe(0.5, { trace_id: '4bf9' });
  summary.observe(3);
  info.set({ v: '1' });
  stateSet.set('open');
  assert.notEqual(render(registry, openMetrics), before);
  const warned = messages.length;
  registry.reset();
  assert.equal(render(registry, openMetrics), before);
  counter.inc({ a: 'x' }, NaN);
  assert.equal(messages.length, warned + 1);
});

test('`getOrRegister` registers what is not there, and returns what is', () => {
  const registry = new Registry();
  const make = (): Histogram<'route'> => new Histogram({ name: 'h_seconds', help: 'Some.', unit: 'seconds', labelNames: ['route'], buckets: [1, 2] });
  const first = registry.getOrRegister(make());
  assert.equal(registry.getOrRegister(make()), first);
  assert.equal(registry.getOrRegister(new Histogram({ name: 'h_seconds', help: 'Another help.', unit: 'seconds', labelNames: ['route'], buckets: [1, 2, Infinity] })), first);
  assert.equal(registry.getOrRegister(first), first);
  const own: Collector = { collect: () => [] };
  assert.equal(registry.getOrRegister(own), own);
  assert.equal(registry.getOrRegister(own), own);
});

const labelNames = ['a'] as const;
const differing: readonly (readonly [present: Collector & { name: string }, given: Collector & { name: string }, message: RegExp])[] = [
  [new Counter({ name: 'x', help: '' }), new Gauge({ name: 'x', help: '' }), /^gauge "x": type: expected "counter", as it is registered, got "gauge"$/],
  [new Counter({ name: 'x', help: '', labelNames }), new Counter({ name: 'x', help: '' }), /^counter "x": labelNames: expected \["a"\], as it is registered, got \[\]$/],
  [new Histogram({ name: 'x', help: '', buckets: [1] }), new Histogram({ name: 'x', help: '', buckets: [2] }), /^histogram "x": buckets: expected \[1\], as it is registered, got \[2\]$/],
  [new Summary({ name: 'x', help: '', percentiles: [0.5] }), new Summary({ name: 'x', help: '', percentiles: [0.9] }), /^summary "x": percentiles: expected \[0\.5\], as it is registered, got \[0\.9\]$/],
  [new StateSet({ name: 'x', help: '', states: ['a'] }), new StateSet({ name: 'x', help: '', states: ['b'] }), /^stateset "x": states: expected \["a"\], as it is registered, got \["b"\]$/],
];

for (const [present, given, message] of differing) {
  test(`\`getOrRegister\` throws where the two differ: ${message.source}`, () => {
    const registry = new Registry();
    registry.register(present);
    assert.throws(() => registry.getOrRegister(given), { name: 'MetricError', code: 'ERR_DUPLICATE', message, collector: present });
    assert.equal(registry.get('x'), present);
  });
}

test('`getOrRegister` refuses a name whose samples another has', () => {
  const registry = new Registry();
  const histogram = registry.register(new Histogram({ name: 'h', help: '' }));
  assert.throws(() => registry.getOrRegister(new Counter({ name: 'h_count', help: '' })), { code: 'ERR_DUPLICATE', collector: histogram });
});

test('a registry does not take one that holds it, however deep', () => {
  const [a, b, c] = [new Registry(), new Registry(), new Registry()];
  a.register(b);
  b.register(c);
  for (const outer of [b, c]) assert.throws(() => outer.register(a), { code: 'ERR_OPTION', message: 'Registry: expected a collector other than itself' });
  assert.equal(render(a), '');
});

test('constant labels of registries within each other are all shown, the outermost first', () => {
  const outer = new Registry({ labels: { host: 'h' } });
  const middle = outer.register(new Registry({ labels: { service: 's' } }));
  const inner = middle.register(new Registry({ labels: { tenant: 't' } }));
  inner.register(new Gauge({ name: 'g', help: '', labelNames: ['a'] })).set({ a: 'x' }, 1);
  inner.register({ collect: () => [{ type: 'gauge', name: 'own', help: '', points: [{ labels: { b: 'y' }, value: 2 }] }] });
  const expected = '# TYPE g gauge\ng{host="h",service="s",tenant="t",a="x"} 1\n# TYPE own gauge\nown{host="h",service="s",tenant="t",b="y"} 2\n';
  assert.equal(render(outer), expected);
  assert.equal(render(checked(outer)), expected);
});

test('an instrument that has a constant label of a registry around its own is left out, and warned of', () => {
  for (const show of [render, (registry: Registry) => render(checked(registry))]) {
    const messages: string[] = [];
    const inner = new Registry({ onWarning: ({ message }) => messages.push(message) });
    const outer = new Registry({ labels: { tenant: 't' } });
    outer.register(inner);
    inner.register(new Gauge({ name: 'g', help: '', labelNames: ['tenant'] })).set({ tenant: 'x' }, 1);
    inner.register(new Gauge({ name: 'good', help: '' }));
    assert.equal(show(outer), '# TYPE good gauge\ngood{tenant="t"} 0\n');
    assert.deepEqual(messages, ['gauge "g": collect failed: label "tenant" is a constant label of a registry around it']);
  }
});

test('families are the same objects at every scrape, so that writers can keep what they make of them', () => {
  const outer = new Registry({ labels: { host: 'h' } });
  outer.register(new Gauge({ name: 'a', help: '' }));
  outer.register(new Registry({ labels: { tenant: 't' } })).register(new Gauge({ name: 'b', help: '' }));
  const [first, second] = [outer.collect(), outer.collect()];
  assert.equal(first.length, 2);
  first.forEach((family, i) => assert.equal(family, second[i]));
});

// Two copies of the library in one program: ESM and CommonJS, or two versions.

test('a registry and instruments of another copy of the library are known as what they are', async () => {
  const other = await anotherCopy();
  assert.notEqual(other.Registry, Registry);
  const mine = new Registry();
  const inner = mine.register(new other.Registry({ labels: { copy: '2' } }) as unknown as Registry);
  const counter = mine.register(new other.Counter({ name: 'c_total', help: '' }) as unknown as Counter);
  inner.register(new Gauge({ name: 'g', help: '' })).set(3);
  counter.inc(2);
  assert.equal(mine.get('c_total'), counter);
  assert.deepEqual(mine.instruments(), [counter]);
  const expected = '# TYPE g gauge\ng{copy="2"} 3\n# TYPE c_total counter\nc_total 2\n';
  assert.equal(render(mine), expected);
  assert.equal(other.render(mine as unknown as InstanceType<typeof other.Registry>), expected);
  assert.equal(render(checked(mine)), expected);
  assert.throws(() => mine.register(new other.Gauge({ name: 'c_total', help: '' }) as unknown as Gauge), { code: 'ERR_DUPLICATE', collector: counter });
});

test('what only looks like an instrument is a collector of one’s own', () => {
  const lookalike = { name: 'g', type: 'gauge', labelNames: [], rejectedWrites: 0, overflowedWrites: 0, hasHook: false, listen: () => () => {}, collect: () => [] };
  const registry = new Registry();
  registry.register(lookalike);
  assert.deepEqual(registry.instruments(), []);
  assert.equal(registry.get('g'), undefined);
});
