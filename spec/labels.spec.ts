// Labels: which values are kept apart, what a caller may give, and the tree beneath against a naive reference.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, render } from '../lib/index.ts';
import { escapeLabelValue, toWellFormed } from '../lib/core/labels.ts';
import { LabelTree } from '../lib/metrics/label-tree.ts';
import type { Labelled } from '../lib/metrics/label-tree.ts';

/** The same counter as a caller without a type checker sees it. */
interface Untyped {
  inc(...args: unknown[]): void;
  labels(...args: unknown[]): unknown;
}

test('children with tricky label values are kept apart, whatever separator one might use', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a', 'b'] });
  const pairs = [
    ['x|y', 'z'], ['x', 'y|z'], ['x,y', 'z'], ['x', 'y,z'], ['', 'xy'], ['xy', ''], ['x', 'y'], ['a="b"', 'c'], ['a', '"b"="c"'],
    ['\0', ''], ['', '\0'], ['\xff', '\xff\xff'], ['\xff\xff', '\xff'], ['__proto__', 'constructor'], ['constructor', '__proto__'],
  ] as const;
  for (const [i, [a, b]] of pairs.entries()) gauge.set({ a, b }, i);
  assert.equal(gauge.points.length, pairs.length);
  for (const [i, [a, b]] of pairs.entries()) assert.equal(gauge.get({ a, b }), i);
});

test('the order of the names in the object does not matter, and that of the declaration is shown', () => {
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['b', 'a'] });
  counter.inc({ a: '1', b: '2' });
  counter.inc({ b: '2', a: '1' });
  assert.equal(render(counter), '# TYPE c_total counter\nc_total{b="2",a="1"} 2\n');
});

test('numbers and booleans are their usual texts, and the same series as these', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'] });
  const texts: readonly (readonly [value: number | boolean, text: string])[] = [
    [200, '200'], [-0, '0'], [NaN, 'NaN'], [Infinity, 'Infinity'], [1e21, '1e+21'], [0.1, '0.1'], [true, 'true'], [false, 'false'],
  ];
  for (const [value, text] of texts) {
    gauge.inc({ a: value });
    gauge.inc({ a: text });
    assert.equal(gauge.get({ a: text }), 2);
  }
  assert.deepEqual(gauge.points.map(({ labels }) => labels['a']), texts.map(([, text]) => text));
});

test('values are copied: later changes to the object of the caller change nothing', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'] });
  const labels = { a: 'first' };
  const child = gauge.labels(labels);
  labels.a = 'second';
  child.set(1);
  assert.equal(gauge.get({ a: 'first' }), 1);
  assert.equal(gauge.get(labels), undefined);
});

for (const value of [undefined, null, 5n, Symbol('x'), {}, [], ['x'], () => 'x', new Date(0), Object('x')]) {
  test(`a label value that is ${Object.prototype.toString.call(value)} is refused, and named`, () => {
    const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a', 'b'] });
    const expected = {
      name: 'MetricError',
      code: 'ERR_LABEL_VALUE',
      message: /^Counter "c_total": label "b": expected a string, number or boolean, got /,
    };
    assert.throws(() => (counter as Untyped).inc({ a: 'x', b: value }), expected);
    assert.throws(() => (counter as Untyped).labels('x', value), expected);
    assert.throws(() => counter.get({ a: 'x', b: value as string }), expected);
    assert.throws(() => counter.removeMatching({ b: value as string }), expected);
    assert.deepEqual(counter.points, []);
    counter.inc({ a: 'x', b: 'y' });
    assert.throws(() => (counter as Untyped).inc({ a: 'x', b: value }), expected);
    assert.throws(() => counter.remove({ a: 'x', b: value as string }), expected);
  });
}

const misfits: readonly (readonly [what: string, labels: unknown, got: string])[] = [
  ['no labels', {}, 'got [] (["a", "b"] missing)'],
  ['one missing', { a: 'x' }, 'got ["a"] (["b"] missing)'],
  ['one too many', { a: 'x', b: 'y', c: 'z' }, 'got ["a", "b", "c"] (["c"] not declared)'],
  ['one misspelled', { a: 'x', B: 'y' }, 'got ["a", "B"] (["b"] missing, ["B"] not declared)'],
  ['a list', ['x', 'y'], 'got ["0", "1"] (["a", "b"] missing, ["0", "1"] not declared)'],
  ['a Map', new Map([['a', 'x'], ['b', 'y']]), 'got [] (["a", "b"] missing)'],
  ['null', null, 'got [] (["a", "b"] missing)'],
  ['a key __proto__', JSON.parse('{"a": "x", "__proto__": "y"}'), 'got ["a", "__proto__"] (["b"] missing, ["__proto__"] not declared)'],
];

for (const [what, labels, got] of misfits) {
  test(`labels that do not fit are refused with both lists of names: ${what}`, () => {
    const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a', 'b'] });
    counter.inc({ a: 'x', b: 'y' });
    const message = `Counter "c_total": expected the labels ["a", "b"], ${got}`;
    assert.throws(() => (counter as Untyped).labels(labels), { name: 'MetricError', code: 'ERR_LABELS', message });
    if (labels !== null) assert.throws(() => (counter as Untyped).inc(labels), { code: 'ERR_LABELS', message });
    assert.equal(counter.points.length, 1);
  });
}

test('getters of a class are no labels, since only what an object lists is one', () => {
  class Request {
    get method(): string {
      return 'GET';
    }
  }
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['method'] });
  assert.throws(() => counter.inc(new Request()), {
    code: 'ERR_LABELS',
    message: 'Counter "c_total": expected the labels ["method"], got [] (["method"] missing)',
  });
});

test('objects without a prototype, and with own getters, are labels like others', () => {
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'] });
  const bare = Object.assign(Object.create(null) as { a: string }, { a: 'x' });
  counter.inc(bare);
  counter.inc({ get a() { return 'x'; } });
  assert.equal(counter.get({ a: 'x' }), 2);
});

test('a label that is missing is missed, even where every object inherits something of that name', () => {
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['constructor', 'a'] });
  const labels = { a: 'x', b: 'y' } as unknown as { constructor: string; a: string };
  assert.throws(() => counter.inc(labels), {
    code: 'ERR_LABELS',
    message: 'Counter "c_total": expected the labels ["constructor", "a"], got ["a", "b"] (["constructor"] missing, ["b"] not declared)',
  });
});

test('own keys count: what libraries add to every object is no label', () => {
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a', 'b'] });
  const single = new Counter({ name: 's_total', help: '', labelNames: ['a'] });
  const bare = new Counter({ name: 'b_total', help: '' });
  const added = { extra: 'x', format: () => 'x', a: 'inherited' };
  for (const [name, value] of Object.entries(added)) Object.defineProperty(Object.prototype, name, { value, enumerable: true, configurable: true, writable: true });
  try {
    for (let round = 0; round < 3; round++) {
      counter.inc({ a: 'x', b: 'y' });
      counter.inc({ b: 'y', a: 'x' });
      counter.labels({ a: 'x', b: 'y' }).inc();
      single.inc({ a: round });
      bare.inc();
    }
    counter.inc({ a: 'other', b: 'y' });
    assert.deepEqual([counter.get({ a: 'x', b: 'y' }), single.get({ a: 2 }), bare.get()], [9, 1, 3]);
    assert.equal(counter.removeMatching({ b: 'y' }), 2);
    counter.inc({ a: 'inherited', b: 'y' });
    single.inc({ a: 'inherited' });
    for (const labels of [{}, { b: 'y' }, { b: 'y', c: 'z' }, { c: 'z' }] as { a: string; b: string }[]) {
      assert.throws(() => counter.inc(labels), { code: 'ERR_LABELS' });
      assert.throws(() => single.inc(labels), { code: 'ERR_LABELS' });
    }
  } finally {
    for (const name of Object.keys(added)) delete (Object.prototype as Record<string, unknown>)[name];
  }
});

test('labels that an object inherits are not its own, whoever inherits what', () => {
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a', 'b'] });
  const single = new Counter({ name: 's_total', help: '', labelNames: ['a'] });
  counter.inc({ a: 'x', b: 'y' });
  for (const a of ['x', 'y']) single.inc({ a });
  const inherited = Object.create({ a: 'x' }) as { a: string; b: string };
  assert.throws(() => single.inc(inherited), { code: 'ERR_LABELS', message: 'Counter "s_total": expected the labels ["a"], got [] (["a"] missing)' });
  inherited.b = 'y';
  assert.throws(() => counter.inc(inherited), { code: 'ERR_LABELS' });
  class Request {
    readonly c = 'z';
    get a(): string {
      return 'x';
    }
  }
  assert.throws(() => single.inc(new Request()), { code: 'ERR_LABELS', message: 'Counter "s_total": expected the labels ["a"], got ["c"] (["a"] missing, ["c"] not declared)' });
  inherited.a = 'x';
  counter.inc(inherited);
  assert.deepEqual([counter.get({ a: 'x', b: 'y' }), single.points.map(({ value }) => value)], [2, [1, 1]]);
});

test('labels in any order and of any shape are found where they were made', () => {
  const names = ['a', 'b', 'c', 'd'];
  const counter = new Counter<string>({ name: 'c_total', help: '', labelNames: names });
  const orders = names.flatMap((first) => names.filter((name) => name !== first).map((second) => [first, second, ...names.filter((name) => name !== first && name !== second)]));
  for (const [i, order] of orders.entries()) {
    const labels: Record<string, string | number | boolean> = i % 2 === 0 ? {} : Object.create(null);
    for (const name of order) labels[name] = name === 'b' ? 1 : name === 'c' ? true : name;
    counter.inc(labels);
  }
  assert.deepEqual(counter.points.map(({ labels, value }) => [labels, value]), [[{ a: 'a', b: '1', c: 'true', d: 'd' }, orders.length]]);
});

test('a surrogate that stands alone becomes U+FFFD, and texts that become the same are one series', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'] });
  gauge.inc({ a: 'x\ud83d' });
  gauge.inc({ a: 'x\ude00' });
  gauge.inc({ a: 'x\ufffd' });
  assert.equal(render(gauge), '# TYPE g gauge\ng{a="x\ufffd"} 3\n');
  assert.equal(gauge.get({ a: 'x\ud83d' }), 3);
  assert.equal(gauge.removeMatching({ a: 'x\ude00' }), 1);
  gauge.inc({ a: '\ud800' });
  assert.equal(gauge.remove({ a: '\udfff' }), true);
  assert.deepEqual(gauge.points, []);
});

test('pairs of surrogates stay as they are', () => {
  assert.equal(toWellFormed('a😀\ud83d\ude00b'), 'a😀😀b');
  assert.equal(toWellFormed('\ude00\ud83d'), '\ufffd\ufffd');
  assert.equal(toWellFormed('\ud83d😀\ude00'), '\ufffd😀\ufffd');
  assert.equal(toWellFormed(''), '');
});

test('backslashes, quotes and line feeds of a value are escaped, and nothing else', () => {
  assert.equal(escapeLabelValue('a\\b"c\nd\\n'), 'a\\\\b\\"c\\nd\\\\n');
  assert.equal(escapeLabelValue('\r\t\0{}=,\u2028'), '\r\t\0{}=,\u2028');
});

test('the text of a series is escaped when it is made', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'] });
  gauge.set({ a: 'say "hi"\\\n' }, 1);
  assert.equal(render(gauge), '# TYPE g gauge\ng{a="say \\"hi\\"\\\\\\n"} 1\n');
});

for (const count of [1, 2, 3, 5]) {
  test(`a tree of ${count} labels finds, adds, deletes and clears as a list of all series would`, () => {
    const names = Array.from({ length: count }, (_, i) => `l${i}`);
    const tree = new LabelTree<Labelled>('Tree', names);
    // Few values, so that paths are shared and parted often.
    const values = ['', 'a', 'b', '__proto__', 'constructor', 'toString', '0', '\0', '|', ','].slice(0, count > 2 ? 4 : 10);
    const reference = new Map<string, Labelled>();
    let state = count;
    const random = (below: number): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) % 65_521 % below;
    let [found, deleted] = [0, 0];
    for (let step = 0; step < 4_000; step++) {
      const labelValues = names.map(() => values[random(values.length)]!);
      const key = JSON.stringify(labelValues);
      const series = tree.find(Object.fromEntries(names.map((name, i) => [name, labelValues[i]!])));
      assert.equal(series, reference.get(key), `step ${step}: ${key}`);
      assert.equal(tree.findValues(labelValues), series);
      if (series !== undefined) found++;
      const act = random(100);
      if (act === 0 && step % 7 === 0) {
        tree.clear();
        reference.clear();
      } else if (series === undefined && act < 70) {
        const added = { labelValues };
        tree.add(added);
        reference.set(key, added);
      } else if (series !== undefined && act >= 40) {
        tree.delete(series);
        reference.delete(key);
        deleted++;
      }
    }
    for (const series of reference.values()) {
      assert.equal(tree.find(Object.fromEntries(names.map((name, i) => [name, series.labelValues[i]!]))), series);
    }
    assert.ok(found > 200 && deleted > 100, `${found} found, ${deleted} deleted: too few to tell anything`);
  });
}
