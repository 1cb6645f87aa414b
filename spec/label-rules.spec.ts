// What instruments know of their labels beyond the names: declared values, and labels that may be absent.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary, openMetrics, render, text1 } from '../lib/index.ts';
import type { Labels } from '../lib/index.ts';
import { parseProtobuf } from '../lib/parse.ts';
import { protobuf } from '../lib/protobuf.ts';
import { sampleValue } from '../lib/testing.ts';

/** Options that every instrument takes, as the specs vary them: checked at run time, not by the compiler. */
type Given = Readonly<Record<string, unknown>>;

/** What the specs need of any instrument. */
interface Any {
  readonly name: string;
  readonly labelNames: readonly string[];
  readonly optionalLabels: readonly string[];
  readonly points: readonly { readonly labels: Labels }[];
  readonly rejectedWrites: number;
  readonly overflowedWrites: number;
  labels(...values: unknown[]): { remove(): boolean };
  get(labels: Labels): unknown;
  remove(labels: Given): boolean;
  removeMatching(labels: Given): number;
  clear(): void;
  reset(): void;
}

interface Kind {
  readonly name: string;
  make(options?: Given): Any;
  write(instrument: Any, labels: Given): void;
  /** Whether writes past the declared values are summed up. */
  readonly canSum: boolean;
  readonly zero: unknown;
}

const KINDS: readonly Kind[] = [
  {
    name: 'counter', canSum: true, zero: 0,
    make: (options) => new Counter({ name: 'm', help: '', ...options }) as unknown as Any,
    write: (counter, labels) => (counter as unknown as Counter<string>).inc(labels as never),
  },
  {
    name: 'gauge that is set', canSum: false, zero: 0,
    make: (options) => new Gauge({ name: 'm', help: '', ...options }) as unknown as Any,
    write: (gauge, labels) => (gauge as unknown as Gauge<string>).set(labels as never, 1),
  },
  {
    name: 'gauge that is added to', canSum: true, zero: 0,
    make: (options) => new Gauge({ name: 'm', help: '', ...options }) as unknown as Any,
    write: (gauge, labels) => (gauge as unknown as Gauge<string>).inc(labels as never),
  },
  {
    name: 'histogram', canSum: true, zero: { count: 0, sum: 0, buckets: [{ le: 1, count: 0 }, { le: Infinity, count: 0 }] },
    make: (options) => new Histogram({ name: 'm', help: '', buckets: [1], ...options }) as unknown as Any,
    write: (histogram, labels) => (histogram as unknown as Histogram<string>).observe(labels as never, 1),
  },
  {
    name: 'summary', canSum: true, zero: { count: 0, sum: 0, quantiles: [] },
    make: (options) => new Summary({ name: 'm', help: '', percentiles: [], ...options }) as unknown as Any,
    write: (summary, labels) => (summary as unknown as Summary<string>).observe(labels as never, 1),
  },
  {
    name: 'state set', canSum: false, zero: { on: false },
    make: (options) => new StateSet({ name: 'm', help: '', states: ['on'], ...options }) as unknown as Any,
    write: (states, labels) => (states as unknown as StateSet<string>).set(labels as never, 'on'),
  },
];

const INFO: Kind = {
  name: 'info', canSum: true, zero: false,
  make: (options) => new Info({ name: 'm_info', help: '', ...options }) as unknown as Any,
  write: (info, labels) => void info.labels(labels),
};

function labelsOf({ points }: Any): Labels[] {
  return points.map(({ labels }) => labels);
}

const METHODS = { labelNames: ['method'], labelValues: { method: ['GET', 'POST'] } };
const BOTH = { labelNames: ['method', 'ok'], labelValues: { ok: [true, false], method: ['GET', 'POST'] } };

for (const { name, make, write, canSum, zero } of KINDS) {
  test(`${name}: all series of declared values are there at 0 from the start, the last label changing first`, () => {
    const instrument = make(BOTH);
    assert.deepEqual(labelsOf(instrument), [
      { method: 'GET', ok: 'true' },
      { method: 'GET', ok: 'false' },
      { method: 'POST', ok: 'true' },
      { method: 'POST', ok: 'false' },
    ]);
    for (const labels of labelsOf(instrument)) assert.deepEqual(instrument.get(labels), zero);
  });

  test(`${name}: where a label has no declared values, series are shown once they are touched`, () => {
    const instrument = make({ ...METHODS, labelNames: ['method', 'status'] });
    assert.deepEqual(labelsOf(instrument), []);
    write(instrument, { method: 'GET', status: 200 });
    write(instrument, { method: 'PUT', status: 200 });
    assert.deepEqual(labelsOf(instrument), [{ method: 'GET', status: '200' }, ...(canSum ? [{ method: '_overflow_', status: '_overflow_' }] : [])]);
  });

  test(`${name}: writes of other values ${canSum ? 'go to the overflow series' : 'are ignored'}, counted and warned of once`, () => {
    const warnings: string[] = [];
    const registry = new Registry({ onWarning: ({ code, message }) => warnings.push(`${code} ${message}`) });
    const instrument = registry.register(make(METHODS) as never) as Any;
    write(instrument, { method: 'PUT' });
    write(instrument, { method: 'HEAD' });
    write(instrument, { method: 'GET' });
    assert.deepEqual(labelsOf(instrument), [{ method: 'GET' }, { method: 'POST' }, ...(canSum ? [{ method: '_overflow_' }] : [])]);
    assert.equal(instrument.overflowedWrites, canSum ? 1 + 1 : 2);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /^ERR_SERIES_LIMIT \w+ "m": expected one of \["GET", "POST"\] \(labelValues\) as label "method", got \["PUT"\]; (writes of new label sets go to _overflow_|such writes are ignored)$/);
    assert.equal(warnings[0]!.endsWith('are ignored'), !canSum);
    assert.equal(sampleValue(registry, 'promlet_overflowed_writes_total', { metric: 'm' }), 2);
  });

  test(`${name}: declared series come back at 0 after each way to take them out`, () => {
    const fresh = [{ method: 'GET' }, { method: 'POST' }];
    for (const takeOut of [
      (each: Any) => each.clear(),
      (each: Any) => each.reset(),
      (each: Any) => assert.equal(each.remove({ method: 'GET' }), true),
      (each: Any) => assert.equal(each.removeMatching({ method: 'GET' }), 1),
      (each: Any) => assert.equal(each.removeMatching({}), 2),
      (each: Any) => assert.equal(each.labels('GET').remove(), true),
    ]) {
      const instrument = make(METHODS);
      const child = instrument.labels({ method: 'GET' });
      write(instrument, { method: 'GET' });
      assert.notDeepEqual(instrument.get({ method: 'GET' }), zero);
      takeOut(instrument);
      assert.deepEqual(new Set(labelsOf(instrument).map(({ method }) => method)), new Set(fresh.map(({ method }) => method)));
      assert.equal(instrument.points.length, 2);
      assert.deepEqual(instrument.get({ method: 'GET' }), zero);
      write(instrument, { method: 'GET' });
      assert.notDeepEqual(instrument.get({ method: 'GET' }), zero);
      void child;
    }
  });
}

for (const { name, make, write } of [...KINDS, INFO]) {
  test(`${name}: rules of labels that do not fit are refused at once`, () => {
    const refused = (options: Given, message: RegExp, code = 'ERR_OPTION'): void => assert.throws(() => make(options), { code, message });
    refused({ labelNames: ['method'], labelValues: { metod: ['GET'] } }, /: labelValues: expected names out of \["method"\], got "metod"$/);
    refused({ labelValues: { method: ['GET'] } }, /: labelValues: expected names out of \[\], got "method"$/);
    for (const values of [[], 'GET', null, undefined, ['GET', 'GET'], [1, '1'], [null], [{}], [undefined], [['GET']], new Set(['GET'])]) {
      refused({ labelNames: ['method'], labelValues: { method: values } }, /: labelValues: method: expected strings, numbers or booleans, one or more and none twice, got /);
    }
    for (const labelValues of [null, 5, 'method']) refused({ labelNames: ['method'], labelValues }, /: labelValues: expected /);
    for (const optionalLabels of [null, 5, 'tenant', new Set(['tenant'])]) refused({ optionalLabels }, /: optionalLabels: expected a list of names, got /);
    refused({ labelNames: ['method'], optionalLabels: ['method'] }, /: label "method" is given twice$/, 'ERR_LABEL_NAME');
    refused({ optionalLabels: ['__tenant'] }, /: label "__tenant" is reserved/, 'ERR_LABEL_NAME');
    refused({ optionalLabels: ['a b'] }, /: expected a label name of letters/, 'ERR_LABEL_NAME');
  });

  test(`${name}: more declared series than \`maxSeries\` are refused, with both numbers`, () => {
    const options = { ...BOTH, optionalLabels: ['tenant'], labelValues: { ...BOTH.labelValues, tenant: ['a', 'b'] } };
    assert.throws(() => make({ ...options, maxSeries: 11 }), { code: 'ERR_OPTION', message: /^\w+ "\w+": labelValues: expected at most 11 series \(maxSeries\), got 12$/ });
    make({ ...options, maxSeries: 12 });
  });

  test(`${name}: an optional label that is absent, empty or undefined is one series, and not shown`, () => {
    const instrument = make({ labelNames: ['method'], optionalLabels: ['tenant', 'zone'] });
    assert.deepEqual([instrument.labelNames, instrument.optionalLabels], [['method'], ['tenant', 'zone']]);
    for (const labels of [{ method: 'GET' }, { tenant: '', method: 'GET' }, { method: 'GET', tenant: undefined, zone: '' }]) write(instrument, labels);
    instrument.labels('GET');
    instrument.labels('GET', '');
    instrument.labels('GET', undefined, '');
    assert.deepEqual(labelsOf(instrument), [{ method: 'GET' }]);
    write(instrument, { zone: 'b', method: 'GET' });
    instrument.labels('GET', undefined, 'b');
    instrument.labels('GET', 'acme');
    assert.deepEqual(labelsOf(instrument), [{ method: 'GET' }, { method: 'GET', zone: 'b' }, { method: 'GET', tenant: 'acme' }]);
    assert.doesNotMatch(render(instrument as never) + render(instrument as never, openMetrics) + render(instrument as never, text1), /=""/);
  });

  test(`${name}: optional labels are part of the series for reads and removals`, () => {
    const instrument = make({ labelNames: ['method'], optionalLabels: ['tenant'] });
    const missing = instrument.get({ method: 'none' });
    for (const tenant of [undefined, 'acme', 'other']) for (const method of ['GET', 'PUT']) write(instrument, { method, tenant });
    assert.equal(instrument.points.length, 6);
    assert.notDeepEqual(instrument.get({ method: 'GET', tenant: 'acme' }), missing);
    assert.equal(instrument.remove({ method: 'GET', tenant: 'acme' }), true);
    assert.deepEqual(instrument.get({ method: 'GET', tenant: 'acme' }), missing);
    assert.equal(instrument.remove({ method: 'GET' }), true);
    assert.equal(instrument.remove({ method: 'GET', tenant: '' }), false);
    assert.equal(instrument.removeMatching({ tenant: '' }), 1);
    assert.equal(instrument.labels('PUT', 'acme').remove(), true);
    assert.deepEqual(labelsOf(instrument), [{ method: 'GET', tenant: 'other' }, { method: 'PUT', tenant: 'other' }]);
    assert.equal(instrument.removeMatching({ tenant: 'other' }), 2);
  });

  test(`${name}: labels that are required, or not declared, are still checked beside optional ones`, () => {
    const instrument = make({ labelNames: ['method'], optionalLabels: ['tenant'] });
    assert.throws(() => write(instrument, { tenant: 'acme' }), { code: 'ERR_LABELS', message: /: expected the labels \["method", "tenant"\], got \["tenant"\] \(\["method"\] missing\)$/ });
    assert.throws(() => write(instrument, { method: 'GET', zone: 'b' }), { code: 'ERR_LABELS', message: /\(\["zone"\] not declared\)$/ });
    assert.throws(() => write(instrument, { method: 'GET', tenant: null }), { code: 'ERR_LABEL_VALUE' });
    assert.throws(() => write(instrument, { method: undefined, tenant: 'x' }), { code: 'ERR_LABEL_VALUE' });
    assert.throws(() => instrument.labels(), { code: 'ERR_LABELS' });
    assert.throws(() => instrument.labels('GET', 'acme', 'b'), { code: 'ERR_LABELS' });
    assert.deepEqual(labelsOf(instrument), []);
  });

  test(`${name}: past \`maxSeries\`, optional labels overflow with the others`, () => {
    const instrument = make({ labelNames: ['method'], optionalLabels: ['tenant'], maxSeries: 1 });
    write(instrument, { method: 'GET' });
    instrument.labels('PUT');
    write(instrument, { method: 'GET' });
    assert.deepEqual(labelsOf(instrument), [{ method: 'GET' }, { method: '_overflow_', tenant: '_overflow_' }]);
  });

  test(`${name}: two with other rules are not the same instrument`, () => {
    const registry = new Registry();
    const declared = registry.register(make({ labelNames: ['method'], labelValues: { method: ['GET', 200] } }) as never) as unknown;
    assert.equal(registry.getOrRegister(make({ labelNames: ['method'], labelValues: { method: ['GET', '200'] } }) as never), declared);
    for (const [options, message] of [
      [{ labelNames: ['method'] }, /: labelValues: method: expected \["GET", "200"\], as it is registered, got undefined$/],
      [{ labelNames: ['method'], labelValues: { method: ['GET'] } }, /: labelValues: method: expected \["GET", "200"\], as it is registered, got \["GET"\]$/],
      [{ labelNames: ['method'], labelValues: { method: ['GET', 200] }, optionalLabels: ['tenant'] }, /: optionalLabels: expected undefined, as it is registered, got \["tenant"\]$/],
    ] as const) assert.throws(() => registry.getOrRegister(make(options) as never), { code: 'ERR_DUPLICATE', message });
  });

  test(`${name}: an optional label that is a constant label of the registry is refused`, () => {
    const registry = new Registry({ labels: { tenant: 'x' } });
    assert.throws(() => registry.register(make({ optionalLabels: ['tenant'] }) as never), { code: 'ERR_LABEL_NAME' });
  });
}

test('an info shows what is set alone, whatever values are declared', () => {
  const info = new Info({ name: 'm_info', help: '', ...METHODS } as never) as unknown as Info<'method'>;
  assert.deepEqual(labelsOf(info as unknown as Any), []);
  info.set({ method: 'GET' });
  info.remove({ method: 'GET' });
  assert.deepEqual(labelsOf(info as unknown as Any), []);
});

test('the series of optional labels with declared values are there without them too', () => {
  const counter = new Counter({ name: 'c', help: '', labelNames: ['method'], optionalLabels: ['tenant'], labelValues: { method: ['GET'], tenant: ['a'] } });
  assert.equal(render(counter), '# TYPE c counter\nc{method="GET"} 0\nc{method="GET",tenant="a"} 0\n');
});

test('a metric of optional labels alone is written to with and without them', () => {
  const counter = new Counter({ name: 'c', help: '', optionalLabels: ['tenant'] });
  assert.equal(render(counter), '# TYPE c counter\n');
  counter.inc();
  counter.inc(2);
  counter.inc({});
  counter.inc({ tenant: 'acme' }, 3);
  counter.labels().inc();
  assert.equal(render(counter), '# TYPE c counter\nc 5\nc{tenant="acme"} 3\n');
  assert.deepEqual([counter.get(), counter.get({}), counter.get({ tenant: 'acme' })], [5, 5, 3]);
});

test('buckets and quantiles stand beside optional labels, or alone', () => {
  const registry = new Registry();
  const histogram = registry.register(new Histogram({ name: 'h', help: '', optionalLabels: ['a', 'b'], buckets: [] }));
  const summary = registry.register(new Summary({ name: 's', help: '', optionalLabels: ['a'], percentiles: [0.5] }));
  histogram.observe(1);
  histogram.observe({ b: 'x' }, 1);
  summary.observe({ a: '' }, 1);
  summary.observe({ a: 'x' }, 1);
  assert.equal(render(registry), `# TYPE h histogram
h_bucket{le="+Inf"} 1
h_sum 1
h_count 1
h_bucket{b="x",le="+Inf"} 1
h_sum{b="x"} 1
h_count{b="x"} 1
# TYPE s summary
s{quantile="0.5"} 1
s_sum 1
s_count 1
s{a="x",quantile="0.5"} 1
s_sum{a="x"} 1
s_count{a="x"} 1
`);
});

test('an optional label that is absent is not written in protobuf', () => {
  const registry = new Registry({ labels: { service: 'shop' } });
  const counter = registry.register(new Counter({ name: 'c', help: '', labelNames: ['method'], optionalLabels: ['tenant'] }));
  counter.inc({ method: 'GET' });
  counter.inc({ method: 'GET', tenant: 'acme' });
  assert.deepEqual(parseProtobuf(render(registry, protobuf)).flatMap(({ points }) => Array.from(points, ({ labels }) => labels)), [
    { service: 'shop', method: 'GET' },
    { service: 'shop', method: 'GET', tenant: 'acme' },
  ]);
});

test('`replace` brings declared series back at 0, and shows no scrape half of it', () => {
  const counter = new Counter({ name: 'c', help: '', ...BOTH } as never) as unknown as Counter<'method' | 'ok'>;
  counter.inc({ method: 'GET', ok: true }, 5);
  counter.inc({ method: 'PUT', ok: true }, 7);
  const before = counter.points;
  const child = counter.labels('GET', true);
  counter.replace([[{ method: 'POST', ok: false }, 3]]);
  assert.deepEqual(before.map(({ value }) => value), [5, 0, 0, 0, 7]);
  assert.deepEqual(new Map(counter.points.map(({ labels, value }) => [JSON.stringify(Object.values(labels)), value])), new Map([
    ['["POST","false"]', 3],
    ['["GET","true"]', 0],
    ['["GET","false"]', 0],
    ['["POST","true"]', 0],
  ]));
  child.inc();
  assert.equal(counter.get({ method: 'GET', ok: true }), 1);

  const gauge = new Gauge({ name: 'g', help: '', optionalLabels: ['tenant'], labelNames: ['queue'] });
  gauge.replace([[{ queue: 'mail' }, 1], [{ queue: 'mail', tenant: 'acme' }, 2], [{ queue: 'mail', tenant: '' }, 3]]);
  assert.equal(render(gauge), '# TYPE g gauge\ng{queue="mail"} 3\ng{queue="mail",tenant="acme"} 2\n');
});

test('a metric of which all labels have declared values never overflows by number', () => {
  const counter = new Counter({ name: 'c', help: '', ...METHODS, maxSeries: 2 } as never) as unknown as Counter<'method'>;
  for (let i = 0; i < 5; i++) {
    counter.inc({ method: 'GET' });
    counter.remove({ method: 'POST' });
    counter.clear();
  }
  assert.equal(counter.overflowedWrites, 0);
  assert.equal(render(counter), '# TYPE c counter\nc{method="GET"} 0\nc{method="POST"} 0\n');
});

test('timers take optional labels at their start, at their end, or not at all', () => {
  let now = 0;
  const histogram = new Histogram({ name: 'h', help: '', labelNames: ['route'], optionalLabels: ['tenant'], buckets: [], clock: () => now });
  const ends = [histogram.startTimer({ route: '/' }), histogram.startTimer({ route: '/', tenant: 'a' }), histogram.startTimer({ route: '/' }), histogram.startTimer()];
  now = 1000;
  ends[0]!();
  ends[1]!();
  ends[2]!({ tenant: 'a' });
  ends[3]!({ route: '/' });
  assert.deepEqual([histogram.get({ route: '/' })!.sum, histogram.get({ route: '/', tenant: 'a' })!.sum], [2, 2]);
});

test('a declared value given in another spelling is the same: numbers and booleans are their text', () => {
  const counter = new Counter({ name: 'c', help: '', labelNames: ['code'], labelValues: { code: [200, 404] } });
  counter.inc({ code: 200 });
  counter.inc({ code: '200' });
  assert.equal(render(counter), '# TYPE c counter\nc{code="200"} 2\nc{code="404"} 0\n');
});

test('what was declared is copied: later changes to the lists change nothing', () => {
  const methods = ['GET'];
  const optional = ['tenant'];
  const counter = new Counter({ name: 'c', help: '', labelNames: ['method'], optionalLabels: optional, labelValues: { method: methods } });
  methods.push('PUT');
  optional.push('zone');
  counter.inc({ method: 'PUT' } as never);
  assert.equal(counter.overflowedWrites, 1);
  assert.throws(() => counter.inc({ method: 'GET', zone: 'x' } as never), { code: 'ERR_LABELS' });
});

test('labels keep their order: those of `labelNames` first, then the optional ones', () => {
  const counter = new Counter({ name: 'c', help: '', labelNames: ['b'], optionalLabels: ['a'] });
  counter.inc({ a: '1', b: '2' });
  assert.equal(render(counter), '# TYPE c counter\nc{b="2",a="1"} 1\n');
});

test('whatever labels are given, in whatever order, the series is that of a naive lookup', () => {
  const optionalLabels = ['c', 'd'];
  const counter = new Counter<string, { optionalLabels: string[] }>({ name: 'c', help: '', labelNames: ['a', 'b'], optionalLabels });
  const naive = new Map<string, number>();
  let state = 7;
  const random = (below: number): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) % below;
  for (let i = 0; i < 5_000; i++) {
    const given: Record<string, string | undefined> = {};
    const names = ['a', 'b', 'c', 'd', 'e'].sort(() => random(3) - 1);
    for (const name of names) if (random(name === 'e' ? 20 : name < 'c' ? 30 : 2) !== 0) given[name] = name > 'b' && random(4) === 0 ? ['', undefined][random(2)] : `v${random(2)}`;
    if (random(20) !== 0) delete given.e;
    const fits = given.a !== undefined && given.b !== undefined && !('e' in given);
    if (!fits) {
      assert.throws(() => counter.inc(given as never), { code: 'ERR_LABELS' });
      continue;
    }
    counter.inc(given as never);
    const key = JSON.stringify(['a', 'b', 'c', 'd'].map((name) => given[name] ?? ''));
    naive.set(key, (naive.get(key) ?? 0) + 1);
  }
  const found = counter.points.map(({ labels, value }) => [JSON.stringify(['a', 'b', 'c', 'd'].map((name) => labels[name] ?? '')), value] as const);
  assert.equal(found.length, naive.size);
  assert.deepEqual(new Map(found), naive);
});
