// What the golden files show: one idea for each case. Clocks stand still, and nothing here is random.

import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary, exponentialBuckets } from '../../lib/index.ts';
import type { Collector, MetricFamily } from '../../lib/index.ts';
import { checked } from '../../lib/scraping.ts';

/** A moment with milliseconds: 2023-11-14T22:13:20.125Z. */
const AT = 1_700_000_000_125;

export const HOSTILE: Readonly<Record<string, string>> = {
  quotes: 'say "hi"',
  backslash: 'C:\\dir\\',
  'backslash-n': 'not a line feed: \\n',
  newline: 'one\ntwo',
  'carriage-return': 'one\r\ntwo',
  tab: 'one\ttwo',
  nul: 'a\0b',
  empty: '',
  blanks: '  ',
  braces: '{a="b"} 1 # {}',
  emoji: 'a 😀 b',
  'combining-marks': 'e\u0301',
  'line-separator': 'one\u2028two',
  'byte-order-mark': '\ufeffx',
  'lone-surrogates': '\ud83d and \ude00',
  proto: '__proto__',
  constructor: 'constructor',
  long: 'x'.repeat(5_000),
};

export const cases: Readonly<Record<string, () => Collector>> = {
  counter: () => {
    const registry = new Registry();
    const bare = registry.register(new Counter({ name: 'jobs_total', help: 'Jobs that ended.' }));
    bare.inc();
    bare.inc(2.5);
    const labelled = registry.register(new Counter({ name: 'http_requests_total', help: 'HTTP requests handled.', labelNames: ['method', 'status'] }));
    labelled.inc({ method: 'GET', status: 200 }, 3);
    labelled.inc({ status: 404, method: 'POST' });
    labelled.labels('PUT', true);
    return registry;
  },

  'counter-without-total': () => {
    const registry = new Registry();
    registry.register(new Counter({ name: 'jobs', help: 'A counter whose name lacks the suffix.' })).inc(4);
    return registry;
  },

  gauge: () => {
    const registry = new Registry();
    registry.register(new Gauge({ name: 'queue_length', help: 'Jobs that wait.' })).set(7);
    const labelled = registry.register(new Gauge({ name: 'temperature_celsius', help: 'How warm it is.', labelNames: ['room'], unit: 'celsius' }));
    labelled.set({ room: 'hall' }, -3.25);
    labelled.inc({ room: 'attic' }, 30);
    labelled.dec({ room: 'attic' }, 0.5);
    return registry;
  },

  histogram: () => {
    const registry = new Registry();
    const bare = registry.register(new Histogram({ name: 'request_duration_seconds', help: 'How long requests take.', unit: 'seconds' }));
    for (const seconds of [0.001, 0.005, 0.0051, 0.7, 10, 11]) bare.observe(seconds);
    const labelled = registry.register(
      new Histogram({ name: 'answer_bytes', help: 'How large answers are.', labelNames: ['route'], buckets: [100, 1000, Infinity] }),
    );
    labelled.observe({ route: '/' }, 100);
    labelled.observe({ route: '/' }, 1e9);
    labelled.labels({ route: '/idle' });
    return registry;
  },

  'histogram-bounds': () => {
    const registry = new Registry();
    registry.register(new Histogram({ name: 'wide', help: '', buckets: exponentialBuckets(1e-7, 10, 16) })).observe(3);
    registry.register(
      new Histogram({ name: 'odd', help: '', buckets: [-2.5, -0, 0.00001, 0.0001, 1 / 3, 999_999, 1_000_000, 1_234_567.5, 1e21, Number.MAX_VALUE] }),
    ).observe(1);
    registry.register(new Histogram({ name: 'no_bounds', help: '', buckets: [] })).observe(1);
    return registry;
  },

  'histogram-infinities': () => {
    const registry = new Registry();
    const up = registry.register(new Histogram({ name: 'up_seconds', help: '', buckets: [1] }));
    up.observe(Infinity);
    const both = registry.register(new Histogram({ name: 'both_seconds', help: '', buckets: [1] }));
    both.observe(Infinity);
    both.observe(-Infinity);
    return registry;
  },

  'native-histogram': () => {
    const registry = new Registry();
    const options = { help: '', wallClock: () => AT } as const;
    const both = registry.register(new Histogram({ ...options, name: 'both_seconds', help: 'Classic and native.', unit: 'seconds', labelNames: ['a'], buckets: [0.1, 1], native: true }));
    for (const seconds of [0, 0.05, 0.1, 0.10001, 0.5, 1, 1, 2, -0.25]) both.observe({ a: 'b' }, seconds);
    both.observe({ a: 'b' }, 3, { trace_id: 'x' });
    both.labels('idle');
    const only = registry.register(new Histogram({ ...options, name: 'only_bytes', native: { factor: 2, zeroThreshold: 0 }, buckets: false }));
    for (const bytes of [1, 2, 3, 1e6, 1e6, 1e300, Infinity]) only.observe(bytes);
    registry.register(new Histogram({ ...options, name: 'unused_bytes', native: { zeroThreshold: 0 }, buckets: false }));
    registry.register(
      families(
        { type: 'gaugehistogram', name: 'current_bytes', help: 'Of parts.', points: [{ labels: {}, bounds: [], counts: [3.5], sum: 9, native: { schema: -1, zeroThreshold: 0.5, zeroCount: 0.5, positive: { indexes: [1, 3, 9], counts: [1, 0.5, 0.5] }, negative: { indexes: [-2], counts: [1] } } }] },
      ),
    );
    return registry;
  },

  summary: () => {
    const registry = new Registry();
    const options = { percentiles: [0.5, 0.99], clock: () => 0 };
    registry.register(new Summary({ ...options, name: 'rpc_seconds', help: 'How long RPCs take.', unit: 'seconds' })).observe(0.25);
    const labelled = registry.register(new Summary({ ...options, name: 'rpc_bytes', help: '', labelNames: ['call'] }));
    labelled.observe({ call: 'a' }, 1e6);
    labelled.labels('b');
    return registry;
  },

  info: () => {
    const registry = new Registry();
    registry.register(new Info({ name: 'build_info', help: 'The build.', labelNames: ['version', 'commit'] })).set({ version: '1.2.3', commit: 'abc' });
    registry.register(new Info({ name: 'empty_info', help: '' }));
    return registry;
  },

  stateset: () => {
    const registry = new Registry();
    registry.register(new StateSet({ name: 'mode', help: 'Bare.', states: ['on', 'off'] })).set('on');
    registry.register(new StateSet({ name: 'door', help: 'Labelled.', states: ['open', 'a "quoted" one'], labelNames: ['side'] })).set({ side: 'front' }, 'open');
    return registry;
  },

  'stateset-groups': () =>
    families({ type: 'stateset', name: 'mode', help: '', points: [['a', '1'], ['b', '1'], ['a', '2']].map(([zone, node]) => ({ labels: { zone: zone!, node: node! }, states: { on: true, off: false } })) }),

  numbers: () => {
    const registry = new Registry();
    const numbers = registry.register(new Gauge({ name: 'number', help: 'Spelled as JavaScript spells it.', labelNames: ['of'] }));
    const values = {
      'not a number': NaN, infinity: Infinity, 'minus infinity': -Infinity, zero: 0, 'minus zero': -0, third: 1 / 3, tenth: 0.1,
      million: 1e6, large: 123_456_789_012_345_680_000, larger: 1e21, largest: Number.MAX_VALUE, smallest: Number.MIN_VALUE,
      small: 1e-6, smaller: 1e-7, 'two to the 53rd': 2 ** 53, 'last digit': 0.30000000000000004,
    };
    for (const [of, value] of Object.entries(values)) numbers.set({ of }, value);
    return registry;
  },

  empty: () => new Registry(),

  'without-series': () => {
    const registry = new Registry();
    registry.register(new Counter({ name: 'errors_total', help: 'None so far.', labelNames: ['kind'] }));
    registry.register(new Histogram({ name: 'wait_seconds', help: 'None so far.', labelNames: ['queue'] }));
    registry.register(new Gauge({ name: 'without_help', help: '', labelNames: ['x'] }));
    return registry;
  },

  order: () => {
    const registry = new Registry();
    const second = registry.register(new Gauge({ name: 'zebra', help: 'Registered first.', labelNames: ['b', 'a'] }));
    registry.register(new Gauge({ name: 'ant', help: 'Registered second.' }));
    second.set({ a: 1, b: 2 }, 1);
    second.set({ a: 0, b: 9 }, 2);
    return registry;
  },

  'constant-labels': () => {
    const registry = new Registry({ labels: { service: 'shop "north"', shard: 3 } });
    registry.register(new Counter({ name: 'bare_total', help: '' })).inc();
    registry.register(new Counter({ name: 'labelled_total', help: '', labelNames: ['method'] })).inc({ method: 'GET' });
    registry.register(new Histogram({ name: 'bare_seconds', help: '', buckets: [1] })).observe(1);
    registry.register(new Histogram({ name: 'labelled_seconds', help: '', labelNames: ['method'], buckets: [1] })).observe({ method: 'GET' }, 2);
    registry.register(families({ type: 'stateset', name: 'door', help: '', points: [{ labels: {}, states: { open: true, shut: false } }] }));
    return registry;
  },

  'hostile-label-values': () => {
    const registry = new Registry();
    const counter = registry.register(new Counter({ name: 'texts_total', help: '', labelNames: ['kind', 'text'] }));
    for (const [kind, text] of Object.entries(HOSTILE)) counter.inc({ kind, text });
    registry.register(new Histogram({ name: 'text_bytes', help: '', labelNames: ['text'], buckets: [1] })).observe({ text: '"\\\n' }, 1);
    return registry;
  },

  'hostile-help': () => {
    const registry = new Registry();
    for (const [kind, help] of Object.entries(HOSTILE)) {
      registry.register(new Gauge({ name: `help_${kind.replaceAll('-', '_')}`, help }));
    }
    return registry;
  },

  'hostile-label-names': () => {
    const registry = new Registry();
    registry
      .register(new Gauge({ name: 'names', help: '', labelNames: ['constructor', 'toString', 'hasOwnProperty', 'quantile', 'A9_'] }))
      .set({ constructor: 'a', toString: 'b', hasOwnProperty: 'c', quantile: 'd', A9_: 'e' }, 1);
    return registry;
  },

  'tricky-neighbours': () => {
    const registry = new Registry();
    const counter = registry.register(new Counter({ name: 'pairs_total', help: 'Apart, whatever the separator.', labelNames: ['a', 'b'] }));
    counter.inc({ a: 'x|y', b: 'z' }, 1);
    counter.inc({ a: 'x', b: 'y|z' }, 2);
    counter.inc({ a: 'x,y', b: 'z' }, 3);
    counter.inc({ a: '', b: 'x' }, 4);
    counter.inc({ a: 'x', b: '' }, 5);
    return registry;
  },

  overflow: () => {
    const registry = new Registry({ onWarning: () => {} });
    const counter = registry.register(new Counter({ name: 'visits_total', help: 'Past two users, of all others.', labelNames: ['user'], maxSeries: 2 }));
    for (const user of ['ann', 'bob', 'cid', 'dan', 'ann']) counter.inc({ user });
    counter.inc({ user: 'ann' }, -1);
    return registry;
  },

  'other-types': () =>
    families(
      { type: 'unknown', name: 'mystery', help: 'Of no known type.', points: [{ labels: { a: 'b' }, value: 2 }] },
      { type: 'info', name: 'build_info', help: 'The build.', points: [{ labels: { version: '1.2.3', commit: 'abc' } }] },
      { type: 'stateset', name: 'door', help: 'Of the house.', points: [{ labels: { side: 'front' }, states: { open: true, shut: false } }] },
      {
        type: 'summary',
        name: 'rpc_seconds',
        help: 'RPCs.',
        unit: 'seconds',
        points: [
          { labels: {}, quantiles: [{ quantile: 0.5, value: 0.2 }, { quantile: 0.99, value: 1 }, { quantile: 1, value: 3 }], sum: 10, count: 20 },
          { labels: { call: 'idle' }, quantiles: [{ quantile: 0.5, value: NaN }], sum: 0, count: 0 },
          { labels: { call: 'bare' }, quantiles: [], count: 1 },
        ],
      },
      { type: 'gaugehistogram', name: 'queue_bytes', help: 'Items now in the queue.', points: [{ labels: { q: 'x' }, bounds: [1, 2], counts: [3, 0, 1], sum: 9 }] },
      { type: 'histogram', name: 'sumless', help: 'No sum, and so no count.', points: [{ labels: {}, bounds: [-1, 1], counts: [1, 1, 0] }] },
    ),

  timestamps: () =>
    families(
      {
        type: 'gauge',
        name: 'delayed',
        help: 'From elsewhere, with its time.',
        points: [
          { labels: { at: 'milliseconds' }, value: 1, timestampMs: AT },
          { labels: { at: 'seconds' }, value: 1, timestampMs: 1_700_000_000_000 },
          { labels: { at: 'epoch' }, value: 1, timestampMs: 0 },
          { labels: { at: 'before' }, value: 1, timestampMs: -1_500 },
        ],
      },
      { type: 'histogram', name: 'delayed_seconds', help: '', points: [{ labels: {}, bounds: [1], counts: [1, 0], sum: 1, timestampMs: AT }] },
    ),

  created: () =>
    families(
      { type: 'counter', name: 'made_total', help: '', points: [{ labels: { a: 'b' }, value: 1, createdMs: AT }] },
      { type: 'histogram', name: 'made_seconds', help: '', points: [{ labels: {}, bounds: [1], counts: [1, 0], sum: 1, createdMs: AT }] },
      { type: 'summary', name: 'made_bytes', help: '', points: [{ labels: {}, quantiles: [], sum: 1, count: 1, createdMs: AT }] },
    ),

  'exemplars-of-writes': () => {
    const registry = new Registry({ onWarning: () => {} });
    const options = { help: '', wallClock: () => AT, labelNames: ['a'] } as const;
    const counter = registry.register(new Counter({ ...options, name: 'writes_total', exemplar: () => ({ trace_id: 'current' }) }));
    counter.inc({ a: 'of the option' });
    counter.inc({ a: 'of the write' }, 2, { trace_id: 'mine' });
    counter.labels('detailed').inc(3, { labels: { trace_id: 'mine' }, value: 2.5, timestampMs: 1_600_000_000_000 });
    const histogram = registry.register(new Histogram({ ...options, name: 'write_seconds', buckets: [1, 2] }));
    histogram.observe({ a: 'x' }, 0.5, { trace_id: 'first' });
    histogram.observe({ a: 'x' }, 0.25, { trace_id: 'second', user: 7 });
    histogram.labels('x').observe(9, { trace_id: 'ü😀' });
    histogram.observe({ a: 'x' }, 1.5, { trace_id: 'x'.repeat(121) });
    histogram.observe({ a: 'none' }, 1);
    return registry;
  },

  exemplars: () => {
    const exemplar = { labels: { trace_id: 'a "1"' }, value: 0.5, timestampMs: AT };
    return families(
      { type: 'counter', name: 'seen_total', help: '', points: [{ labels: {}, value: 3, exemplar: { labels: { trace_id: 'x', span_id: 'y' }, value: 1 } }] },
      {
        type: 'histogram',
        name: 'seen_seconds',
        help: '',
        points: [{ labels: { a: 'b' }, bounds: [1, 2], counts: [1, 0, 1], sum: 9.5, exemplars: [exemplar, undefined, { labels: {}, value: 9 }] }],
      },
    );
  },

  'utf8-names': () =>
    families(
      { type: 'counter', name: 'http.server.requests_total', help: 'Dotted.', points: [{ labels: { 'http.method': 'GET', plain: 'x' }, value: 1 }, { labels: {}, value: 2 }] },
      { type: 'histogram', name: 'größe', help: '', points: [{ labels: { 'a"b\\c': '1' }, bounds: [1], counts: [1, 0], sum: 1 }] },
      { type: 'stateset', name: 'door.state', help: '', points: [{ labels: {}, states: { open: true } }] },
      { type: 'info', name: 'my build_info', help: '', points: [{ labels: { '1st': 'x', 'a:b': 'y' } }] },
      { type: 'gauge', name: '😀', help: 'One code point.', points: [{ labels: {}, value: 1 }] },
    ),

  'known-labels': () => {
    const registry = new Registry({ labels: { service: 'shop' } });
    registry.register(new Counter({ name: 'declared_total', help: 'All values are known.', labelNames: ['method'], labelValues: { method: ['GET', 'POST'] }, wallClock: () => AT })).inc({ method: 'POST' });
    const optional = registry.register(new Histogram({ name: 'optional', help: 'Some labels are absent.', labelNames: ['method'], optionalLabels: ['tenant', 'zone'], buckets: [1], wallClock: () => AT }));
    for (const labels of [{ method: 'GET' }, { method: 'GET', tenant: 'acme' }, { method: 'GET', zone: 'b' }]) optional.observe(labels, 0.5);
    registry.register(new Gauge({ name: 'followed', help: 'The value of a function.', value: () => 7 }));
    return registry;
  },

  'names-that-meet': () =>
    families(
      { type: 'gauge', name: 'a.b', help: 'First of its spelling.', points: [{ labels: { 'x.y': '1', x_y: '2', 'x-y': '3' }, value: 1 }] },
      { type: 'gauge', name: 'a-b', help: 'Second.', points: [{ labels: {}, value: 2 }] },
      { type: 'gauge', name: 'a_b', help: 'Needs no spelling, and keeps its name.', points: [{ labels: {}, value: 3 }] },
      { type: 'histogram', name: 'h.h', help: '', points: [{ labels: {}, bounds: [], counts: [1], sum: 1 }] },
      { type: 'gauge', name: 'h_h_count', help: '', points: [{ labels: {}, value: 4 }] },
      { type: 'counter', name: 'c.c_total', help: '', points: [{ labels: {}, value: 5 }] },
      { type: 'counter', name: 'c_c_total', help: '', points: [{ labels: {}, value: 6 }] },
    ),

  unlawful: () =>
    families(
      { type: 'counter', name: 'from_elsewhere_total', help: 'OpenMetrics has no such counter.', points: [{ labels: {}, value: 1 }, { labels: { a: 'b' }, value: NaN }] },
      { type: 'histogram', name: 'below_zero', help: 'Its sum may fall.', points: [{ labels: {}, bounds: [-1, 1], counts: [1, 1, 0], sum: 0.5 }] },
      { type: 'histogram', name: 'falling', help: 'Its sum fell.', points: [{ labels: {}, bounds: [1], counts: [1, 0], sum: -0.5 }] },
      { type: 'gaugehistogram', name: 'current', help: 'Its sum may fall.', points: [{ labels: {}, bounds: [-1, 1], counts: [1, 1, 0], sum: -2 }] },
      { type: 'summary', name: 'sums', help: '', points: [{ labels: {}, quantiles: [{ quantile: 0.5, value: -1 }], sum: -3, count: 3 }] },
      { type: 'gauge', name: 'unit', help: 'Its unit is not its suffix.', unit: 'seconds', points: [{ labels: {}, value: 1 }] },
      {
        type: 'histogram',
        name: 'examples',
        help: 'One outside of its bucket, one too long.',
        points: [{ labels: {}, bounds: [1, 2], counts: [1, 1, 1], sum: 5, exemplars: [{ labels: {}, value: 1.5 }, undefined, { labels: { a: '😀'.repeat(128) }, value: 3 }] }],
      },
    ),

  'self-metrics': () => {
    const registry = new Registry({ onWarning: () => {} });
    registry.register(new Gauge({ name: 'good', help: 'Shown all the same.' })).set(1);
    registry.register({ collect: () => { throw new Error('down'); } });
    registry.register(families({ type: 'gauge', name: 'twice', help: 'The same labels twice.', points: [{ labels: { a: '1' }, value: 1 }, { labels: { a: '1', b: '' }, value: 2 }] }));
    return checked(registry);
  },
};

/** A collector of fixed families, in a registry. */
function families(...list: MetricFamily[]): Collector {
  const registry = new Registry();
  registry.register({ collect: () => list });
  return registry;
}

