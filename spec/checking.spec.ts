// The checks of collectors of one's own, and metrics as plain data.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, Histogram, Info, MetricError, Registry, StateSet, Summary, openMetrics, openMetricsWith, render, text, text1 } from '../lib/index.ts';
import type { Collector, MetricFamily, Point } from '../lib/index.ts';
import { checked, snapshot } from '../lib/scraping.ts';
import { labelHash, SeriesTable } from '../lib/scraping/series-table.ts';

const gauge = (name: string, ...points: object[]): MetricFamily => ({ type: 'gauge', name, help: '', points }) as unknown as MetricFamily;
const offering = (...families: unknown[]): Collector => ({ collect: () => families as MetricFamily[] });

test('`checked` of a collector gives its families, or throws what is wrong with them', () => {
  assert.equal(render(checked(offering(gauge('g', { labels: { a: 'x"' }, value: 1 })))), '# TYPE g gauge\ng{a="x\\""} 1\n');
  assert.throws(() => render(checked(offering(gauge('g', { labels: {}, value: '1' })))), { name: 'MetricError', code: 'ERR_COLLECTOR', message: 'gauge "g": value: expected a number, got "1"' });
  const error = new Error('down');
  assert.throws(() => checked({ collect: () => { throw error; } }).collect(), error);
});

test('`checked` of a collector hands its refresh on, and its names', async () => {
  let seen: unknown;
  const collector = checked({ name: 'disks', names: ['disk_bytes'], collect: () => [], refresh: (scrape) => void (seen = scrape) });
  const scrape = { signal: new AbortController().signal };
  await collector.refresh!(scrape);
  assert.equal(seen, scrape);
  assert.deepEqual([collector.name, collector.names], ['disks', ['disk_bytes']]);
});

test('a registry takes a checked collector, and warns of what is wrong with it', () => {
  const messages: string[] = [];
  const registry = new Registry({ onWarning: ({ message }) => messages.push(message) });
  registry.register(checked({ name: 'disks', ...offering(gauge('g', null as unknown as object)) }));
  assert.equal(render(registry), '');
  assert.deepEqual(messages, ['collector "disks": collect failed: gauge "g": a point: expected an object, got null']);
});

// What would end a process, or say nothing of use

for (const [what, point] of Object.entries({
  counts: { labels: {}, bounds: [1], counts: { length: 2 ** 31 } },
  exemplars: { labels: {}, bounds: [1], counts: [1, 2], exemplars: { length: 2 ** 31 } },
})) {
  test(`a length that is a lie costs nothing: ${what}`, () => {
    assert.throws(() => checked(offering({ type: 'histogram', name: 'h', help: '', points: [point] })).collect(), { code: 'ERR_COLLECTOR', message: /^histogram "h": .* got 2147483648$/ });
  });
}

for (const [what, point] of Object.entries({
  'bounds and counts': { labels: {}, bounds: new Array(2 ** 32 - 1), counts: new Array(2 ** 32 - 1) },
  'bounds alone': { labels: {}, bounds: new Array(1e8), counts: [1, 2] },
})) {
  test(`a list of holes costs nothing: ${what}`, () => {
    assert.throws(() => checked(offering({ type: 'histogram', name: 'h', help: '', points: [point] })).collect(), { code: 'ERR_COLLECTOR', message: /^histogram "h": bounds: expected ascending numbers/ });
  });
}

test('points of one series whose times are the same millisecond are the same', () => {
  const points = [1, 1.5, 2].map((timestampMs) => ({ labels: {}, value: timestampMs, timestampMs }));
  assert.equal(render(checked(offering(gauge('g', ...points)))), '# TYPE g gauge\ng 1 1\ng 2 2\n');
});

const native = (positive: object, rest: object = {}): object => ({ schema: 3, zeroThreshold: 0, zeroCount: 1, positive, negative: { indexes: [], counts: [] }, ...rest });

for (const type of ['histogram', 'gaugehistogram']) {
  test(`native buckets add up to the count, or Prometheus would lose the whole scrape: ${type}`, () => {
    const offered = (point: object): MetricFamily[] => snapshot(offering({ type, name: 'h', help: '', points: [{ labels: {}, bounds: [], sum: 1, native: native({ indexes: [1], counts: [2] }), ...point }] }));
    for (const counts of [[2], [4], [99]]) {
      assert.throws(() => offered({ counts }), { code: 'ERR_COLLECTOR', message: `${type} "h": native: expected as many observations as counts have, ${counts[0]}, got 3` });
    }
    assert.throws(() => offered({ counts: [4], sum: undefined }), { code: 'ERR_COLLECTOR' });
    assert.throws(() => offered({ counts: [2], sum: NaN }), { code: 'ERR_COLLECTOR' });
    // What was no number is in no bucket.
    for (const point of [{ counts: [3] }, { counts: [4], sum: NaN }, { bounds: [1], counts: [1, 2] }]) assert.equal(offered(point).length, 1);
    const fractions = native({ indexes: [1, 2], counts: [0.1, 0.2] }, { zeroCount: 0.3 });
    assert.equal(offered({ counts: [0.6], native: fractions }).length, 1);
    assert.throws(() => offered({ counts: [0.5], native: fractions }), { code: 'ERR_COLLECTOR' });
  });
}

test('a list of holes costs nothing, and breaks no writer: exemplars of native buckets', () => {
  for (const exemplars of [new Array(2 ** 32 - 1), [{ labels: {}, value: 1 }, , { labels: {}, value: 1 }], [undefined]]) {
    const points = [{ labels: {}, bounds: [], counts: [3], sum: 1, native: native({ indexes: [1], counts: [2] }, { exemplars }) }];
    assert.throws(() => checked(offering({ type: 'histogram', name: 'h', help: '', points })).collect(), { code: 'ERR_COLLECTOR', message: /^histogram "h": exemplar's value: expected a number, got undefined$/ });
  }
});

test('native buckets lie between the smallest number and infinity, in each resolution', () => {
  for (const [schema, least, most] of [[-4, -67, 65], [0, -1074, 1025], [8, -274_944, 262_145]] as const) {
    const offered = (index: number): MetricFamily[] => snapshot(offering({ type: 'histogram', name: 'h', help: '', points: [{ labels: {}, bounds: [], counts: [3], sum: 1, native: native({ indexes: [index], counts: [2] }, { schema }) }] }));
    for (const index of [least, most]) assert.equal(offered(index).length, 1);
    for (const index of [least - 1, most + 1, 0.5]) {
      assert.throws(() => offered(index), { code: 'ERR_COLLECTOR', message: `histogram "h": native: positive: expected ascending whole numbers from ${least} to ${most} as indexes, and counts of 0 or more, got [${index}, 2]` });
    }
  }
});

test('a list of holes costs nothing: quantiles', () => {
  assert.throws(() => checked(offering({ type: 'summary', name: 's', help: '', points: [{ labels: {}, quantiles: new Array(2 ** 32 - 1) }] })).collect(), { code: 'ERR_COLLECTOR' });
});

test('a promise that rejects where families are expected ends no process', async (t) => {
  const unhandled = t.mock.fn();
  process.on('unhandledRejection', unhandled);
  const registry = new Registry({ onWarning: () => {} });
  registry.register({ collect: async () => { throw new Error('down'); } } as unknown as Collector);
  render(registry);
  render(checked(registry));
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', unhandled);
  assert.equal(unhandled.mock.callCount(), 0);
});

for (const what of ['name', 'constructor']) {
  test(`a collector whose ${what} cannot be read costs its own families alone`, async () => {
    const messages: string[] = [];
    const registry = new Registry({ onWarning: ({ message }) => messages.push(message) });
    registry.register(Object.defineProperty({ collect: () => { throw new Error('down'); }, refresh: () => { throw new Error('down'); } }, what, { get: () => { throw new Error('no name'); } }));
    registry.register(new Gauge({ name: 'good', help: '' }));
    await registry.refresh();
    for (const source of [registry, checked(registry)]) assert.equal(render(source), '# TYPE good gauge\ngood 0\n');
    assert.equal(messages.length, 1);
  });
}

test('what is no family is named as such', () => {
  for (const lie of [null, 5, 'x']) assert.throws(() => checked(offering(lie)).collect(), { code: 'ERR_COLLECTOR', message: /^a family: expected an object, got / });
});

test('a promise where families are expected is answered with what to use instead', () => {
  const messages: string[] = [];
  const registry = new Registry({ onWarning: ({ message }) => messages.push(message) });
  registry.register({ name: 'polled', collect: async () => [] } as unknown as Collector);
  const expected = 'collector "polled": collect failed: collect: expected a list of families, not a promise: what takes time belongs in refresh, got an object with the keys []';
  assert.equal(render(registry), '');
  assert.deepEqual(messages, [expected]);
  assert.throws(() => checked({ collect: async () => [] } as unknown as Collector).collect(), { code: 'ERR_COLLECTOR', message: /belongs in refresh/ });
});

test('a collector that offers without end is stopped, in `render` and in checks', () => {
  for (const endless of [
    { *collect() { for (let i = 0; ; i++) yield gauge(`g${i}`); } },
    offering(gauge('g'), { ...gauge('h'), points: { *[Symbol.iterator]() { for (let i = 0; ; i++) yield { labels: { i: String(i) }, value: i }; } } }),
  ]) {
    const messages: string[] = [];
    const registry = new Registry({ maxCollectorSeries: 1000, onWarning: ({ message }) => messages.push(message) });
    registry.register(endless);
    registry.register(new Gauge({ name: 'good', help: '' }));
    for (const source of [registry, checked(registry)]) assert.equal(render(source), '# TYPE good gauge\ngood 0\n');
    assert.deepEqual(messages, ['collector Object: collect failed: expected at most 1000 families and series (maxCollectorSeries)']);
  }
});

test('what `render` shows of a collector of its own points under another name has that name', () => {
  const inner = new Counter({ name: 'long_name_total', help: '', labelNames: ['a'] });
  inner.inc({ a: 'x' }, 2);
  const registry = new Registry();
  registry.register({ collect: () => [{ type: 'counter', name: 'c_total', help: '', points: inner.points }] });
  const expected = '# TYPE c_total counter\nc_total{a="x"} 2\n';
  assert.equal(render(registry), expected);
  assert.equal(render(checked(registry)), expected);
});

test('names that need quotes are shown by each format’s rules after the checks too', () => {
  const source = checked(offering(gauge('a.b', { labels: { 'c.d': 'x' }, value: 1 })));
  assert.equal(render(source), '# TYPE a_b gauge\na_b{c_d="x"} 1\n');
  assert.equal(render(source, openMetrics.withEscaping!('allow-utf-8')), '# TYPE "a.b" gauge\n{"a.b","c.d"="x"} 1\n# EOF\n');
});

// The table of series against the naive way: a set of sorted labels

test('the table of series keeps what a set of sorted labels keeps, also where hashes meet', () => {
  let seed = 1;
  const random = (below: number): number => (seed = (seed * 48271) % 2147483647) % below;
  for (const hashes of [(labels: Record<string, string>) => Object.entries(labels).reduce((sum, [name, value]) => (value === '' ? sum : (sum + labelHash(labelHash(0, name), value)) | 0), 0), () => 7, () => -1]) {
    const table = new SeriesTable();
    const naive = new Set<string>();
    for (let i = 0; i < 2_000; i++) {
      const names = ['a', 'b', 'c'].sort(() => random(3) - 1).slice(random(4));
      const labels = Object.fromEntries(names.map((name) => [name, ['', 'x', 'y', String(random(40))][random(4)]!]));
      const timestampMs = random(5) === 0 ? random(3) : undefined;
      const key = JSON.stringify([Object.entries(labels).filter(([, value]) => value !== '').sort(), timestampMs]);
      const lineStart = JSON.stringify(labels);
      assert.equal(table.add({ labels, lineStart, timestampMs } as Point, hashes(labels)), !naive.has(key), key);
      naive.add(key);
    }
    assert.equal(table.points.length, naive.size);
  }
});

test('labels whose hashes are all the same cost no more than a set would', () => {
  const costs = [1_000, 4_000].map((count) => {
    const table = new SeriesTable();
    let reads = 0;
    for (let i = 0; i < count; i++) {
      const labels = { get a(): string { reads++; return String(i); } };
      table.add({ labels, lineStart: String(i) } as Point, 5);
    }
    return reads / count;
  });
  assert.ok(costs[1]! < costs[0]! * 1.5, String(costs));
});

// Series are recognised from one look to the next: what is shown must not depend on what was shown before

test('what is shown of a collector is what it offers now, whatever it offered before', () => {
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 48271) % 2147483647) % below;
  for (const type of ['counter', 'gauge', 'histogram', 'summary', 'stateset', 'info']) {
    const fields = { counter: { value: 1 }, gauge: { value: 2 }, histogram: { bounds: [1], counts: [1, 2], sum: 3 }, summary: { quantiles: [{ quantile: 0.5, value: 1 }], sum: 1, count: 1 }, stateset: { states: { on: true, off: false } }, info: {} }[type];
    let points: object[] = [];
    const pointOf = (): object => {
      const names = ['a', 'b', random(9) === 0 ? 'c.d' : 'c'].sort(() => random(3) - 1).slice(random(4));
      const labels = Object.fromEntries(names.map((name) => [name, ['', 'x"\\\n', 'y\ud800', String(random(40))][random(4)]!]));
      return { labels, ...(random(9) === 0 && { timestampMs: random(3) * 1000 }), ...fields };
    };
    const offers = (): Collector => offering({ type, name: 'm', help: '', points, constantLabels: { k: 'v' } }, { type, name: 'n', help: '', points });
    const remembering = checked({ collect: () => offers().collect() });
    for (let round = 0; round < 60; round++) {
      // Some go, some come, some change places; often nothing does.
      if (round % 3 === 0) points = points.filter(() => random(8) > 0);
      if (round % 3 === 1) for (let i = random(12); i > 0; i--) points.splice(random(points.length + 1), 0, random(3) === 0 && points.length > 0 ? points[random(points.length)]! : pointOf());
      for (const format of [text, text1, openMetricsWith({ created: true })]) {
        assert.equal(render(remembering, format, { onWarning: () => {} }), render(offers(), format, { onWarning: () => {} }));
      }
    }
  }
});

test('labels that are changed in place are shown as they are now', () => {
  const labels = { a: 'x', b: 'y' };
  const points = [{ labels, value: 1 }, { labels: { a: 'z', b: '' }, value: 2 }];
  const source = checked(offering(gauge('g', ...points)));
  assert.equal(render(source), '# TYPE g gauge\ng{a="x",b="y"} 1\ng{a="z",b=""} 2\n');
  labels.a = 'z';
  labels.b = '';
  points[0]!.value = 5;
  assert.equal(render(source), '# TYPE g gauge\ng{a="z",b=""} 5\n');
  labels.b = '2';
  assert.equal(render(source), '# TYPE g gauge\ng{a="z",b="2"} 5\ng{a="z",b=""} 2\n');
});

test('labels that were right are looked at again: a value that is no string is refused', () => {
  const labels: Record<string, unknown> = { a: '1' };
  const source = checked(offering(gauge('g', { labels, value: 1 })));
  render(source);
  labels.a = 1;
  assert.throws(() => render(source), { code: 'ERR_COLLECTOR', message: 'gauge "g": label "a": expected a string, got 1' });
  labels.a = '1';
  assert.equal(render(source), '# TYPE g gauge\ng{a="1"} 1\n');
});

test('getters of labels are read once at each look, whether the series is known or not', () => {
  const reads: string[] = [];
  let b = 'y';
  const labels = { get a() { reads.push('a'); return 'x'; }, get b() { reads.push('b'); return b; } };
  const source = checked(offering(gauge('g', { labels, value: 1 })));
  for (const next of ['y', 'y', 'z']) {
    b = next;
    reads.length = 0;
    assert.equal(render(source), `# TYPE g gauge\ng{a="x",b="${next}"} 1\n`);
    assert.deepEqual(reads, ['a', 'b']);
  }
});

test('two registries with labels of their own show one collector each with theirs', () => {
  const collector = offering(gauge('g', { labels: { a: 'x' }, value: 1 }));
  const outer = new Registry();
  for (const zone of ['1', '2']) {
    const inner = new Registry({ labels: { zone } });
    inner.register(collector);
    outer.register(inner);
  }
  const source = checked(outer);
  for (let look = 0; look < 3; look++) assert.equal(render(source), '# TYPE g gauge\ng{zone="1",a="x"} 1\ng{zone="2",a="x"} 1\n');
});

test('collectors that add to one family are told apart by what they offer now', () => {
  const shared = { labels: { a: 'x' }, value: 1 };
  const [one, other] = [[shared], [{ labels: { a: 'y' }, value: 2 }]];
  const registry = new Registry();
  for (const points of [one, other]) registry.register({ collect: () => [gauge('g', ...points)] });
  const source = checked(registry);
  assert.equal(render(source), '# TYPE g gauge\ng{a="x"} 1\ng{a="y"} 2\n');
  other.unshift({ labels: { a: 'x' }, value: 3 });
  for (let look = 0; look < 2; look++) {
    assert.match(render(source), /^# TYPE g gauge\ng\{a="x"\} 1\ng\{a="y"\} 2\n# HELP promlet_dropped_series .*\n# TYPE .*\npromlet_dropped_series\{metric="g"\} 1\n$/);
  }
});

// Plain data

function filled(): Registry {
  const wallClock = (): number => 1_700_000_000_000;
  const registry = new Registry({ labels: { service: 'shop' }, onWarning: () => {} });
  registry.register(new Counter({ name: 'c_total', help: 'C.', labelNames: ['a'], wallClock })).inc({ a: 'x' }, 2, { trace_id: '4bf9' });
  registry.register(new Gauge({ name: 'g', help: 'G.', wallClock })).set(NaN);
  registry.register(new Histogram({ name: 'h_seconds', help: 'H.', unit: 'seconds', buckets: [1], wallClock })).observe(0.2, { trace_id: '4bf9' });
  registry.register(new Summary({ name: 's', help: 'S.', percentiles: [0.5], wallClock, clock: () => 0 })).observe(2);
  registry.register(new Info({ name: 'build_info', help: 'I.', labelNames: ['v'], wallClock })).set({ v: '1' });
  registry.register(new StateSet({ name: 'door', help: 'D.', states: ['open', 'shut'], wallClock })).set('shut');
  registry.register(offering(gauge('own', { labels: { b: 'y' }, value: 1, timestampMs: 1_000 })));
  return registry;
}

test('a snapshot is plain data: it survives JSON, and whatever is written later', () => {
  const registry = filled();
  const taken = snapshot(registry);
  const json = JSON.stringify(taken);
  registry.get<Counter<'a'>>('c_total')!.inc({ a: 'x' });
  registry.get<Histogram>('h_seconds')!.observe(5);
  registry.get<StateSet>('door')!.set('open');
  assert.equal(JSON.stringify(taken), json);
  assert.deepEqual(JSON.parse(json)[0], {
    name: 'c_total',
    type: 'counter',
    help: 'C.',
    points: [{ labels: { service: 'shop', a: 'x' }, value: 2, exemplar: { labels: { trace_id: '4bf9' }, value: 2, timestampMs: 1_700_000_000_000 }, createdMs: 1_700_000_000_000 }],
  });
  assert.deepEqual(structuredClone(taken), taken);
});

test('a snapshot is printed by every writer as its source is', () => {
  const registry = filled();
  for (const format of [undefined, openMetrics]) assert.equal(render(snapshot(registry), format), render(checked(registry), format));
});

test('a snapshot leaves out a collector that failed, and throws for a lone one', () => {
  const registry = new Registry({ onWarning: () => {} });
  registry.register(offering(gauge('g', { labels: {}, value: 'x' })));
  assert.deepEqual(snapshot(registry), []);
  assert.throws(() => snapshot(offering(gauge('g', { labels: {}, value: 'x' }))), MetricError);
});
