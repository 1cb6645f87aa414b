// Collectors of one's own, checked as every scrape does it: what they may offer, and that no fault or lie of theirs
// costs more than their own families.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary, openMetrics, render } from '../lib/index.ts';
import type { Collector, MetricError, MetricFamily } from '../lib/index.ts';
import { parse } from '../lib/parse.ts';
import { checked } from '../lib/scraping.ts';

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

test('a collector that throws costs its own families and nothing else, and is warned of once', () => {
  const { registry, warnings, messages } = listening();
  registry.register(new Gauge({ name: 'before', help: '' }));
  const error = new Error('down');
  const failing = registry.register({ collect: (): MetricFamily[] => { throw error; } });
  registry.register(new Gauge({ name: 'after', help: '' }));
  assert.equal(render(registry), '# TYPE before gauge\nbefore 0\n# TYPE after gauge\nafter 0\n');
  render(registry);
  assert.deepEqual(messages(), ['collector Object: collect failed: down']);
  assert.equal(warnings[0]!.code, 'ERR_COLLECTOR');
  assert.equal(warnings[0]!.cause, error);
  assert.equal(warnings[0]!.collector, failing);
});

test('a collector that throws half-way shows none of its families', () => {
  const { registry } = listening();
  registry.register({
    *collect() {
      yield gauge('first', { labels: {}, value: 1 }) as MetricFamily;
      throw new Error('down');
    },
  });
  assert.equal(render(registry), '');
});

test('a collector whose points throw shows none of its families', () => {
  const { registry, messages } = listening();
  registry.register(offering(gauge('first', { labels: {}, value: 1 }), { type: 'gauge', name: 'second', help: '', points: { *[Symbol.iterator]() { throw new Error('down'); } } }));
  assert.equal(render(registry), '');
  assert.deepEqual(messages(), ['collector Object: collect failed: down']);
});

test('what is thrown need not be an error, nor the collector have a constructor', () => {
  const { registry, messages } = listening();
  const bare = Object.assign(Object.create(null) as Collector, { collect: (): never => { throw undefined; } });
  registry.register(bare);
  registry.register({ collect: (): never => { throw 'a text'; } });
  assert.equal(render(registry), '');
  assert.deepEqual(messages(), ['collector without a name: collect failed: undefined', 'collector Object: collect failed: "a text"']);
});

test('the warning names the class of the collector', () => {
  const { registry, messages } = listening();
  class DiskCollector {
    collect(): MetricFamily[] {
      throw new Error('no disk');
    }
  }
  registry.register(new DiskCollector());
  registry.collect();
  assert.deepEqual(messages(), ['collector DiskCollector: collect failed: no disk']);
});

test('a series that is offered twice is shown once, as it came first, and the other is counted', () => {
  const { registry } = listening();
  registry.register(offering(gauge('g', { labels: { a: '1', b: '2' }, value: 1 }, { labels: { b: '2', a: '1' }, value: 2 })));
  registry.register(offering(gauge('g', { labels: { a: '1', b: '2', c: '' }, value: 3 }, { labels: { a: '2' }, value: 4 })));
  assert.equal(
    render(checked(registry)),
    '# TYPE g gauge\ng{a="1",b="2"} 1\ng{a="2"} 4\n' +
      '# HELP promlet_dropped_series Series left out of this scrape, since another has the same labels.\n' +
      '# TYPE promlet_dropped_series gauge\npromlet_dropped_series{metric="g"} 2\n',
  );
});

test('points of one series at different times are no duplicates', () => {
  const { registry } = listening();
  registry.register(offering(gauge('g', { labels: {}, value: 1, timestampMs: 1_000 }, { labels: {}, value: 2, timestampMs: 2_000 }, { labels: {}, value: 3 })));
  assert.equal(render(registry), '# TYPE g gauge\ng 1 1000\ng 2 2000\ng 3\n');
});

test('two collectors may add to one family, which stands where the first put it', () => {
  const { registry } = listening();
  registry.register(offering(gauge('g', { labels: { a: '1' }, value: 1 })));
  registry.register(new Gauge({ name: 'other', help: '' }));
  registry.register(offering(gauge('g', { labels: { a: '2' }, value: 2 })));
  assert.equal(render(registry), '# TYPE g gauge\ng{a="1"} 1\ng{a="2"} 2\n# TYPE other gauge\nother 0\n');
});

test('a family of another type, or whose samples are another family’s, is shown under a name of its own, and warned of', () => {
  for (const show of [render, (registry: Registry) => render(checked(registry))]) {
    const { registry, messages } = listening();
    registry.register(new Histogram({ name: 'h', help: '', buckets: [] }));
    registry.register(offering(gauge('own', { labels: {}, value: 1 })));
    registry.register(offering(gauge('fine', { labels: {}, value: 1 }), gauge('h_count', { labels: {}, value: 2 })));
    registry.register(offering({ type: 'counter', name: 'own', help: '', points: [{ labels: {}, value: 3 }] }));
    const expected = '# TYPE h histogram\nh_bucket{le="+Inf"} 0\nh_sum 0\nh_count 0\n# TYPE own gauge\nown 1\n# TYPE fine gauge\nfine 1\n# TYPE h_count_ gauge\nh_count_ 2\n# TYPE own_ counter\nown_ 3\n';
    assert.equal(show(registry), expected);
    assert.equal(show(registry), expected);
    assert.deepEqual(messages(), [
      'gauge "h_count": expected names that no other family has, got "h_count" again; shown as gauge "h_count_"',
      'counter "own": expected names that no other family has, got "own" again; shown as counter "own_"',
    ]);
  }
});

test('the families of one collector that clash with each other are all shown', () => {
  const { registry, messages } = listening();
  registry.register(offering({ type: 'histogram', name: 'h', help: '', points: [] }, gauge('h_sum', { labels: {}, value: 1 })));
  registry.register(offering(gauge('x', { labels: {}, value: 1 }), { type: 'counter', name: 'x', help: '', points: [{ labels: {}, value: 2 }] }));
  assert.equal(render(registry), '# TYPE h histogram\n# TYPE h_sum_ gauge\nh_sum_ 1\n# TYPE x gauge\nx 1\n# TYPE x_ counter\nx_ 2\n');
  assert.equal(messages().length, 2);
});

test('what every Go and client_python program exposes is shown as it is in text, and validly in OpenMetrics', () => {
  const { registry, messages } = listening();
  registry.register(offering(
    gauge('go_memstats_alloc_bytes', { labels: {}, value: 5 }),
    { type: 'counter', name: 'go_memstats_alloc_bytes_total', help: '', points: [{ labels: {}, value: 7 }] },
    { type: 'histogram', name: 'h', help: '', points: [{ labels: {}, bounds: [], counts: [1], sum: 1 }] },
    gauge('h_created', { labels: {}, value: 9 }),
  ));
  const expected = '# TYPE go_memstats_alloc_bytes gauge\ngo_memstats_alloc_bytes 5\n# TYPE go_memstats_alloc_bytes_total counter\ngo_memstats_alloc_bytes_total 7\n' +
    '# TYPE h histogram\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n# TYPE h_created gauge\nh_created 9\n';
  for (const source of [registry, checked(registry)]) assert.equal(render(source), expected);
  assert.deepEqual(messages(), []);
  const shown = render(registry, openMetrics);
  assert.equal(parse(shown, { format: 'openmetrics' }).length, 4);
  assert.match(shown, /^go_memstats_alloc_bytes 5$/m);
  assert.match(shown, /^go_memstats_alloc_bytes_total 7$/m);
  assert.equal(messages().length, 2);
});

const point = { labels: {}, value: 1 };
const lies: readonly (readonly [lie: unknown, message: string | RegExp])[] = [
  [undefined, /undefined/],
  [{ type: 'gauge', help: '', points: [] }, 'a family: name: expected a string, got undefined'],
  [gauge(''), 'a family: name: expected a string, got ""'],
  [{ type: 'gouge', name: 'x', help: '', points: [] }, 'family "x": type: expected one of ["counter", "gauge", "unknown", "histogram", "gaugehistogram", "summary", "info", "stateset"], got "gouge"'],
  [{ type: 'constructor', name: 'x', help: '', points: [] }, 'family "x": type: expected one of ["counter", "gauge", "unknown", "histogram", "gaugehistogram", "summary", "info", "stateset"], got "constructor"'],
  [{ type: 'gauge', name: 'x', points: [] }, 'family "x": help: expected a string, which may be empty, got undefined'],
  [{ type: 'gauge', name: 'x', help: '', unit: 5, points: [] }, 'family "x": unit: expected a string, got 5'],
  [{ type: 'gauge', name: 'x', help: '', points: {} }, /not iterable/],
  [{ type: 'gauge', name: 'x', help: '' }, /not iterable/],
  [gauge('x', null as unknown as object), 'gauge "x": a point: expected an object, got null'],
  [gauge('x', { labels: {} }), 'gauge "x": value: expected a number, got undefined'],
  [gauge('x', { labels: {}, value: '1' }), 'gauge "x": value: expected a number, got "1"'],
  [gauge('x', { labels: {}, value: 1n }), 'gauge "x": value: expected a number, got 1'],
  [gauge('x', { labels: { a: 5 }, value: 1 }), 'gauge "x": label "a": expected a string, got 5'],
  [gauge('x', { labels: { a: null }, value: 1 }), 'gauge "x": label "a": expected a string, got null'],
  [gauge('x', { labels: { '': 'a' }, value: 1 }), 'gauge "x": labels: expected names that are not reserved, got ""'],
  [gauge('x', { labels: { __name__: 'a' }, value: 1 }), 'gauge "x": labels: expected names that are not reserved, got "__name__"'],
  [gauge('x', { labels: { 'a\ud800': '1', 'a\ud801': '2' }, value: 1 }), 'gauge "x": labels: expected each name once, got "a\\ud801"'],
  [gauge('x', { labels: {}, value: 1, timestampMs: NaN }), 'gauge "x": timestampMs: expected milliseconds since the epoch, got NaN'],
  [gauge('x', { labels: {}, value: 1, timestampMs: 1e21 }), 'gauge "x": timestampMs: expected milliseconds since the epoch, got 1e+21'],
  [gauge('x', { labels: {}, value: 1, timestampMs: new Date(0) }), 'gauge "x": timestampMs: expected milliseconds since the epoch, got an object with the keys []'],
  [{ ...gauge('x', point), constantLabels: { a: '1' }, points: [{ labels: { a: '2' }, value: 1 }] }, 'gauge "x": labels: expected each name once, got "a"'],
  [{ type: 'counter', name: 'x', help: '', points: [{ labels: {}, value: null }] }, 'counter "x": value: expected a number, got null'],
  [{ type: 'counter', name: 'x', help: '', points: [{ labels: {}, value: 1, exemplar: null }] }, 'counter "x": exemplar\'s value: expected a number, got undefined'],
  [{ type: 'counter', name: 'x', help: '', points: [{ labels: {}, value: 1, exemplar: { labels: { a: 1 }, value: 1 } }] }, 'counter "x": exemplar\'s label "a": expected a string, got 1'],
  [{ type: 'counter', name: 'x', help: '', points: [{ labels: {}, value: 1, createdMs: 'now' }] }, 'counter "x": createdMs: expected milliseconds since the epoch, got "now"'],
  [{ type: 'histogram', name: 'x', help: '', points: [{ labels: {} }] }, 'histogram "x": bounds: expected a list, got undefined'],
  [{ type: 'histogram', name: 'x', help: '', points: [{ labels: {}, bounds: [2, 1], counts: [0, 0, 0] }] }, 'histogram "x": bounds: expected ascending numbers without +Inf, got [2, 1]'],
  [{ type: 'histogram', name: 'x', help: '', points: [{ labels: {}, bounds: [NaN], counts: [0, 0] }] }, 'histogram "x": bounds: expected ascending numbers without +Inf, got [NaN]'],
  [{ type: 'histogram', name: 'x', help: '', points: [{ labels: {}, bounds: [Infinity], counts: [0, 0] }] }, 'histogram "x": bounds: expected ascending numbers without +Inf, got [Infinity]'],
  [{ type: 'histogram', name: 'x', help: '', points: [{ labels: {}, bounds: ['1'], counts: [0, 0] }] }, 'histogram "x": bounds: expected ascending numbers without +Inf, got ["1"]'],
  [{ type: 'histogram', name: 'x', help: '', points: [{ labels: {}, bounds: [1], counts: [0] }] }, 'histogram "x": counts: expected 2, one more than bounds, got 1'],
  [{ type: 'histogram', name: 'x', help: '', points: [{ labels: {}, bounds: [1], counts: [0, -1] }] }, 'histogram "x": counts: expected numbers of 0 or more, got [0, -1]'],
  [{ type: 'gaugehistogram', name: 'x', help: '', points: [{ labels: {}, bounds: [], counts: ['1'] }] }, 'gaugehistogram "x": counts: expected numbers of 0 or more, got ["1"]'],
  [{ type: 'histogram', name: 'x', help: '', points: [{ labels: { le: '1' }, bounds: [], counts: [1] }] }, 'histogram "x": labels: expected names that are not reserved, got "le"'],
  [{ type: 'histogram', name: 'x', help: '', points: [{ labels: {}, bounds: [], counts: [1], sum: null }] }, 'histogram "x": sum: expected a number, got null'],
  [{ type: 'summary', name: 'x', help: '', points: [{ labels: {} }] }, 'summary "x": quantiles: expected a list, got undefined'],
  [{ type: 'summary', name: 'x', help: '', points: [{ labels: {}, quantiles: [null] }] }, 'summary "x": quantile: expected a number, got undefined'],
  [{ type: 'summary', name: 'x', help: '', points: [{ labels: {}, quantiles: [{ quantile: 0.5, value: 1 }, { quantile: 0.5, value: 2 }] }] }, 'summary "x": quantiles: expected each once, got [0.5, 0.5]'],
  [{ type: 'summary', name: 'x', help: '', points: [{ labels: { quantile: '1' }, quantiles: [] }] }, 'summary "x": labels: expected names that are not reserved, got "quantile"'],
  [{ type: 'summary', name: 'x', help: '', points: [{ labels: {}, quantiles: [], count: 1n }] }, 'summary "x": count: expected a number, got 1'],
  [{ type: 'stateset', name: 'x', help: '', points: [{ labels: {} }] }, 'stateset "x": states: expected an object, got undefined'],
  [{ type: 'stateset', name: 'x', help: '', points: [{ labels: { x: 'on' }, states: {} }] }, 'stateset "x": labels: expected names that are not reserved, got "x"'],
];

for (const [i, [lie, message]] of lies.entries()) {
  test(`no lie of a collector breaks a scrape: ${i + 1}. ${String(message)}`, () => {
    const { registry, warnings, messages } = listening();
    registry.register(offering(gauge('y', { labels: {}, value: 1 }), lie));
    registry.register(new Gauge({ name: 'good', help: '' }));
    assert.equal(render(checked(registry)), '# TYPE good gauge\ngood 0\n');
    assert.equal(warnings.length, 1);
    assert.equal(warnings[0]!.code, 'ERR_COLLECTOR');
    if (typeof message === 'string') assert.equal(messages()[0], `collector Object: collect failed: ${message}`);
    else assert.match(messages()[0]!, message);
  });
}

test('a constant label that the format adds itself keeps out only what it clashes with', () => {
  const warnings: string[] = [];
  const registry = new Registry({ labels: { le: 'x' }, onWarning: ({ message }) => warnings.push(message) });
  registry.register(offering({ type: 'histogram', name: 'h', help: '', points: [{ labels: {}, bounds: [], counts: [1] }] }));
  registry.register(offering(gauge('g', { labels: {}, value: 1 })));
  assert.equal(render(checked(registry)), '# TYPE g gauge\ng{le="x"} 1\n');
  assert.deepEqual(warnings, ['collector Object: collect failed: histogram "h": labels: expected no constant label of that name, got "le"']);
});

test('a collector that returns no list costs only itself', () => {
  const { registry, warnings } = listening();
  for (const result of [undefined, null, 5, {}, Promise.resolve([])]) registry.register({ collect: () => result as unknown as MetricFamily[] });
  registry.register(new Gauge({ name: 'good', help: '' }));
  assert.equal(render(checked(registry)), '# TYPE good gauge\ngood 0\n');
  assert.equal(warnings.length, 5);
});

test('points may be of a class with getters, and without labels', () => {
  class Reading {
    get labels(): Record<string, string> {
      return { a: 'x' };
    }
    get value(): number {
      return 4;
    }
  }
  const { registry } = listening();
  registry.register(offering(gauge('g', new Reading()), gauge('bare', { value: 5 })));
  assert.equal(render(checked(registry)), '# TYPE g gauge\ng{a="x"} 4\n# TYPE bare gauge\nbare 5\n');
});

test('what a collector offers is copied: it may change its objects as soon as it has been asked', () => {
  const { registry } = listening();
  const counts = [1, 2];
  const offered = { labels: { a: 'x' }, bounds: [1], counts, sum: 3 };
  registry.register(offering({ type: 'histogram', name: 'h', help: '', points: [offered] }));
  const families = [...checked(registry).collect()];
  counts[0] = 99;
  offered.labels.a = 'y';
  offered.bounds[0] = 7;
  assert.equal(render(families), '# TYPE h histogram\nh_bucket{a="x",le="1"} 1\nh_bucket{a="x",le="+Inf"} 3\nh_sum{a="x"} 3\nh_count{a="x"} 3\n');
});

test('what a collector offers of lone surrogates is made well-formed', () => {
  const { registry } = listening();
  registry.register(offering({ type: 'gauge', name: 'g', help: 'h\ud800', points: [{ labels: { a: '\udfff' }, value: 1 }] }));
  registry.register(offering({ type: 'stateset', name: 's', help: '', points: [{ labels: {}, states: { '\ud800': true } }] }));
  assert.equal(render(checked(registry)), '# HELP g h\ufffd\n# TYPE g gauge\ng{a="\ufffd"} 1\n# TYPE s gauge\ns{s="\ufffd"} 1\n');
});

test('a collector may offer an instrument’s own family', () => {
  const { registry } = listening();
  const inner = new Counter({ name: 'c_total', help: 'Help.', labelNames: ['a'] });
  inner.inc({ a: 'x' }, 2);
  registry.register({ collect: () => inner.collect() });
  assert.equal(render(registry), '# HELP c_total Help.\n# TYPE c_total counter\nc_total{a="x"} 2\n');
});

test('a collector that registers another while it is asked shows that one next time', () => {
  const { registry } = listening();
  let isDone = false;
  registry.register({
    collect(): MetricFamily[] {
      if (!isDone) registry.register(new Gauge({ name: 'late', help: '' }));
      isDone = true;
      return [];
    },
  });
  assert.equal(render(registry), '');
  assert.equal(render(registry), '# TYPE late gauge\nlate 0\n');
});

test('a collector may take itself out, and render the registry, while it is asked', () => {
  const { registry } = listening();
  registry.register(new Gauge({ name: 'g', help: '' }));
  let inner = '';
  const collector: Collector = {
    collect(): MetricFamily[] {
      registry.unregister(collector);
      inner = render(registry);
      return [gauge('own', { labels: {}, value: 1 }) as MetricFamily];
    },
  };
  registry.register(collector);
  assert.equal(render(registry), '# TYPE g gauge\ng 0\n# TYPE own gauge\nown 1\n');
  assert.equal(inner, '# TYPE g gauge\ng 0\n');
});

// Registries within registries

test('a registry is a collector: families of several stand together, each with its own constant labels', () => {
  const outer = new Registry({ labels: { host: 'h' } });
  for (const tenant of ['a', 'b']) {
    const inner = new Registry({ labels: { tenant } });
    inner.register(new Counter({ name: 'c_total', help: '', labelNames: ['x'] })).inc({ x: tenant });
    outer.register(inner);
  }
  assert.equal(render(outer), '# TYPE c_total counter\nc_total{host="h",tenant="a",x="a"} 1\nc_total{host="h",tenant="b",x="b"} 1\n');
});

test('every instrument is shown within an inner registry as it is by itself, in every format', () => {
  const inner = new Registry();
  const wallClock = (): number => 1_700_000_000_000;
  const labelNames = ['a'] as const;
  inner.register(new Counter({ name: 'c_total', help: 'C.', labelNames, wallClock })).inc({ a: 'x' }, 2, { trace_id: '4bf9' });
  inner.register(new Gauge({ name: 'g', help: 'G.', wallClock })).set(NaN);
  inner.register(new Histogram({ name: 'h_seconds', help: 'H.', unit: 'seconds', labelNames, wallClock })).observe({ a: 'x' }, 0.2, { trace_id: '4bf9' });
  inner.register(new Summary({ name: 's', help: 'S.', labelNames, wallClock, clock: () => 0 })).observe({ a: 'x' }, 2);
  inner.register(new Info({ name: 'build_info', help: 'I.', labelNames, wallClock })).set({ a: '"' });
  inner.register(new StateSet({ name: 'door', help: 'D.', labelNames, states: ['open', 'shut'], wallClock })).set({ a: 'x' }, 'shut');
  const outer = new Registry();
  outer.register(inner);
  assert.equal(render(outer), render(inner));
  assert.equal(render(outer, openMetrics), render(inner, openMetrics));
  assert.match(render(outer, openMetrics), /trace_id="4bf9"/);
});

test('the self-metrics of registries within each other are one family', () => {
  const outer = new Registry({ onWarning: () => {} });
  const inner = new Registry({ onWarning: () => {}, labels: { tenant: 'a' } });
  outer.register(new Counter({ name: 'c_total', help: '' })).inc(-1);
  outer.register(inner);
  inner.register(new Counter({ name: 'd_total', help: '' })).inc(-1);
  const lines = render(outer).split('\n').filter((line) => line.includes('promlet_'));
  assert.deepEqual(lines, [
    '# HELP promlet_rejected_writes_total Writes that held no data, such as NaN, and were ignored.',
    '# TYPE promlet_rejected_writes_total counter',
    'promlet_rejected_writes_total{tenant="a",metric="d_total"} 1',
    'promlet_rejected_writes_total{metric="c_total"} 1',
  ]);
});

test('`refresh` reaches registries within registries', async () => {
  const outer = new Registry();
  const inner = outer.register(new Registry());
  const late = inner.register(new Gauge({ name: 'g', help: '', collect: (self) => self.set(5) }));
  await outer.refresh();
  assert.equal(late.get(), 5);
});
