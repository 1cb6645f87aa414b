// What all instruments share: options, bound children, removal, and the limit on series.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary, render } from '../lib/index.ts';
import type { MetricError } from '../lib/index.ts';

interface Untyped {
  labels(...args: unknown[]): unknown;
}

test('an instrument tells what it was made of', () => {
  const gauge = new Gauge({ name: 'room_celsius', help: 'How warm.', labelNames: ['room'], unit: 'celsius', maxSeries: 5 });
  const { name, type, help, labelNames, unit, maxSeries } = gauge;
  assert.deepEqual(
    { name, type, help, labelNames, unit, maxSeries },
    { name: 'room_celsius', type: 'gauge', help: 'How warm.', labelNames: ['room'], unit: 'celsius', maxSeries: 5 },
  );
});

test('an instrument has at most 10000 series unless told otherwise', () => {
  assert.equal(new Counter({ name: 'c_total', help: '' }).maxSeries, 10_000);
});

test('later changes to the list of label names change nothing', () => {
  const labelNames = ['a'];
  const gauge = new Gauge({ name: 'g', help: '', labelNames });
  labelNames.push('b');
  assert.deepEqual(gauge.labelNames, ['a']);
  assert.throws(() => (gauge.labelNames as string[]).push('b'), TypeError);
});

const options: readonly (readonly [given: object, message: string])[] = [
  [{ help: undefined }, 'Gauge "g_bytes": help: expected a string that says what it measures, got undefined'],
  [{ help: 5 }, 'Gauge "g_bytes": help: expected a string that says what it measures, got 5'],
  [{ unit: 'seconds' }, 'Gauge "g_bytes": unit: expected the end of the name, as in "g_bytes_seconds", got "seconds"'],
  [{ unit: 'ytes' }, 'Gauge "g_bytes": unit: expected the end of the name, as in "g_bytes_ytes", got "ytes"'],
  [{ maxSeries: 0 }, 'Gauge "g_bytes": maxSeries: expected a number of 1 or more, got 0'],
  [{ maxSeries: NaN }, 'Gauge "g_bytes": maxSeries: expected a number of 1 or more, got NaN'],
  [{ maxSeries: '10' }, 'Gauge "g_bytes": maxSeries: expected a number of 1 or more, got "10"'],
  [{ unit: '' }, 'Gauge "g_bytes": unit: expected the end of the name, as in "g_bytes_", got ""'],
  [{ unit: 'g_bytes' }, 'Gauge "g_bytes": unit: expected the end of the name, as in "g_bytes_g_bytes", got "g_bytes"'],
  [{ unit: Symbol('s') }, 'Gauge "g_bytes": unit: expected the end of the name, as in "g_bytes_Symbol(s)", got Symbol(s)'],
  [{ unit: 5 }, 'Gauge "g_bytes": unit: expected the end of the name, as in "g_bytes_5", got 5'],
  [{ clock: 5 }, 'Gauge "g_bytes": clock: expected a function, got 5'],
  [{ wallClock: null }, 'Gauge "g_bytes": wallClock: expected a function, got null'],
  [{ collect: 5 }, 'Gauge "g_bytes": collect: expected a function, got 5'],
];

for (const [given, message] of options) {
  test(`the option ${Object.entries(given).map(([name, value]) => `${name} ${String(value)}`).join(' ')} is refused`, () => {
    assert.throws(() => new Gauge({ name: 'g_bytes', help: '', ...given }), { name: 'MetricError', code: 'ERR_OPTION', message });
  });
}

const unknown: readonly (readonly [kind: new (options: never) => unknown, given: object, expected: string])[] = [
  [Counter, { lableNames: ['a'] }, 'a known option, such as "labelNames", got "lableNames"'],
  [Counter, { max_series: 5 }, 'a known option, such as "maxSeries", got "max_series"'],
  [Counter, { buckets: [1] }, 'a known option, such as'],
  [Gauge, { exemplar: () => undefined }, 'a known option, such as'],
  [Gauge, { colect: () => {} }, 'a known option, such as "collect", got "colect"'],
  [Histogram, { bucket: [1] }, 'a known option, such as "buckets", got "bucket"'],
  [Histogram, { percentiles: [0.5] }, 'a known option, such as'],
  [Summary, { percentile: [0.5] }, 'a known option, such as "percentiles", got "percentile"'],
  [Summary, { maxAge: 5 }, 'a known option, such as "maxAgeSeconds", got "maxAge"'],
  [Info, { unit: 'bytes' }, 'a known option, such as'],
  [StateSet, { state: ['on'] }, 'a known option, such as "states", got "state"'],
  [StateSet, { unit: 'bytes' }, 'a known option, such as'],
  [Counter, { registers: [] }, 'registry.register(…) instead, got "registers"'],
  [Summary, { registers: undefined }, 'registry.register(…) instead, got "registers"'],
  [Histogram, { aggregator: 'sum' }, '"merge" of a gauge in a group instead, got "aggregator"'],
  [Counter, { enableExemplars: true }, 'an exemplar as the last argument of a write instead, got "enableExemplars"'],
  [Summary, { pruneAgedBuckets: true }, 'nothing in its place: memory is bounded, got "pruneAgedBuckets"'],
  [Summary, { compressCount: 100 }, 'nothing in its place: memory is bounded, got "compressCount"'],
  [Gauge, JSON.parse('{ "__proto__": 5 }'), 'a known option, such as'],
  [Gauge, { constructor: 5 }, 'a known option, such as'],
];

for (const [kind, given, expected] of unknown) {
  test(`${kind.name} has no option ${Object.keys(given).join()}: expected ${expected}`, () => {
    const name = kind === Info ? 'm_info' : 'm_total';
    const options = { name, help: '', ...(kind === StateSet && { states: ['on'] }), ...given };
    assert.throws(() => new kind(options as never), (error: MetricError) => {
      assert.equal(error.code, 'ERR_OPTION');
      assert.ok(error.message.startsWith(`${kind.name} "${name}": expected ${expected}`), error.message);
      return true;
    });
  });
}

for (const kind of [Counter, Gauge, Histogram, Summary, Info, StateSet]) {
  for (const options of [undefined, null, 5, 'jobs_total', () => {}]) {
    test(`${kind.name} is not made of ${String(options)}`, () => {
      assert.throws(() => new kind(options as never), { code: 'ERR_OPTION', message: new RegExp(`^${kind.name} .*: expected options, got `) });
    });
  }
}

const definitions: readonly (readonly [make: () => { readonly definition: unknown; readonly name: string }, definition: object])[] = [
  [() => new Counter({ name: 'c_bytes_total', help: 'x', unit: 'bytes', labelNames: ['a', 'b'] }), { type: 'counter', unit: 'bytes', labelNames: ['a', 'b'] }],
  [() => new Gauge({ name: 'g', help: '', maxSeries: 5 }), { type: 'gauge', unit: undefined, labelNames: [] }],
  [() => new Histogram({ name: 'h', help: '', buckets: [1, 2, Infinity] }), { type: 'histogram', unit: undefined, labelNames: [], buckets: [1, 2] }],
  [
    () => new Summary({ name: 's', help: '', percentiles: [0.9, 0.5], maxAgeSeconds: 60 }),
    { type: 'summary', unit: undefined, labelNames: [], percentiles: [0.5, 0.9], maxAgeSeconds: 60, ageBuckets: 5 },
  ],
  [() => new Info({ name: 'i_info', help: '', labelNames: ['v'] }), { type: 'info', unit: undefined, labelNames: ['v'] }],
  [() => new StateSet({ name: 'e', help: '', states: ['on', 'off'] }), { type: 'stateset', unit: undefined, labelNames: [], states: ['on', 'off'] }],
];

for (const [make, definition] of definitions) {
  const { name } = make();
  test(`the definition of ${name} is what another has to agree in, as plain data`, () => {
    assert.deepEqual(make().definition, definition);
    assert.equal(JSON.stringify(make().definition), JSON.stringify(definition));
  });
}

test('the unit of a counter stands before its suffix', () => {
  assert.equal(new Counter({ name: 'sent_bytes_total', help: '', unit: 'bytes' }).unit, 'bytes');
  assert.throws(() => new Counter({ name: 'sent_total', help: '', unit: 'bytes' }), {
    code: 'ERR_OPTION',
    message: 'Counter "sent_total": unit: expected the end of the name, as in "sent_bytes", got "bytes"',
  });
});

test('a lone surrogate in the help becomes U+FFFD', () => {
  assert.equal(new Gauge({ name: 'g', help: 'a\ud83d' }).help, 'a\ufffd');
});

test('labels are given by name or in declared order, and both are the same child', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a', 'b'] });
  assert.equal(gauge.labels('x', 1), gauge.labels({ b: '1', a: 'x' }));
  assert.deepEqual(gauge.labels('x', 1).labels, { a: 'x', b: '1' });
});

for (const values of [[], ['x'], ['x', 'y', 'z'], [{ a: 'x' }, { b: 'y' }, {}]]) {
  test(`${values.length} positional values for two labels are refused`, () => {
    const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a', 'b'] });
    assert.throws(() => (gauge as Untyped).labels(...values), {
      code: 'ERR_LABELS',
      message: /^Gauge "g": expected a value for each label of \["a", "b"\], got \[/,
    });
  });
}

test('a metric without labels has one child, by no labels in either way', () => {
  const gauge = new Gauge({ name: 'g', help: '' });
  assert.equal(gauge.labels(), (gauge as Untyped).labels({}));
  gauge.labels().set(3);
  assert.equal(gauge.get(), 3);
  assert.throws(() => (gauge as Untyped).labels('x'), {
    code: 'ERR_LABELS',
    message: 'Gauge "g": expected a value for each label of [], got ["x"]',
  });
});

test('series come in the order in which they were made', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'] });
  for (const a of ['z', '10', 'a', '2']) gauge.inc({ a });
  gauge.remove({ a: '10' });
  gauge.inc({ a: '10' });
  assert.deepEqual(gauge.points.map(({ labels }) => labels['a']), ['z', 'a', '2', '10']);
});

test('`remove` takes out one series and says whether it was there', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a', 'b'] });
  gauge.set({ a: 'x', b: 'y' }, 1);
  gauge.set({ a: 'x', b: 'z' }, 2);
  assert.equal(gauge.remove({ a: 'x', b: 'y' }), true);
  assert.equal(gauge.remove({ a: 'x', b: 'y' }), false);
  assert.equal(gauge.get({ a: 'x', b: 'y' }), undefined);
  assert.equal(gauge.get({ a: 'x', b: 'z' }), 2);
});

test('`removeMatching` takes out all series that have some labels, and says how many', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a', 'b'] });
  for (const a of ['x', 'y']) for (const b of [1, 2, 3]) gauge.set({ a, b }, 1);
  assert.equal(gauge.removeMatching({ b: 2 }), 2);
  assert.equal(gauge.removeMatching({ a: 'x', b: '1' }), 1);
  assert.equal(gauge.removeMatching({ a: 'x', b: '1' }), 0);
  assert.equal(gauge.removeMatching({ a: 'nobody' }), 0);
  assert.deepEqual(gauge.points.map(({ labels }) => labels), [{ a: 'x', b: '3' }, { a: 'y', b: '1' }, { a: 'y', b: '3' }]);
  assert.equal(gauge.removeMatching({}), 3);
  assert.deepEqual(gauge.points, []);
});

test('`removeMatching` refuses a name that the metric does not have', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'] });
  gauge.inc({ a: 'x' });
  const wrong = { b: 'x' } as unknown as { a: string };
  assert.throws(() => gauge.removeMatching(wrong), { code: 'ERR_LABELS', message: 'Gauge "g": expected names out of ["a"], got "b"' });
  assert.equal(gauge.points.length, 1);
});

test('`removeMatching` without labels is no way to take out all of them', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'] });
  gauge.inc({ a: 'x' });
  for (const labels of [undefined, null, 'x']) {
    assert.throws(() => gauge.removeMatching(labels as unknown as { a: string }), {
      code: 'ERR_LABELS',
      message: `Gauge "g": expected labels out of ["a"], got ${labels === 'x' ? '"x"' : String(labels)}`,
    });
  }
  assert.equal(gauge.points.length, 1);
});

test('`clear` takes out all series', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'] });
  gauge.inc({ a: 'x' });
  gauge.inc({ a: 'y' });
  gauge.clear();
  assert.equal(render(gauge), '# TYPE g gauge\n');
  gauge.inc({ a: 'y' });
  assert.equal(gauge.get({ a: 'y' }), 1);
});

const restarts: readonly (readonly [what: string, act: (gauge: Gauge) => unknown, result: unknown])[] = [
  ['clear', (gauge) => gauge.clear(), undefined],
  ['remove', (gauge) => gauge.remove({}), true],
  ['removeMatching', (gauge) => gauge.removeMatching({}), 1],
];

for (const [what, act, result] of restarts) {
  test(`a metric without labels begins again at 0 after \`${what}\`, and its child goes on with it`, () => {
    const gauge = new Gauge({ name: 'g', help: '' });
    const child = gauge.labels();
    gauge.set(5);
    assert.equal(act(gauge), result);
    assert.equal(render(gauge), '# TYPE g gauge\ng 0\n');
    child.inc();
    gauge.inc();
    assert.equal(render(gauge), '# TYPE g gauge\ng 2\n');
  });
}

test('a child whose series was removed writes to the series that has its labels now', () => {
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'] });
  const child = counter.labels('x');
  child.inc(5);
  counter.remove({ a: 'x' });
  assert.deepEqual(counter.points, []);
  child.inc();
  assert.equal(counter.get({ a: 'x' }), 1);
  child.inc();
  counter.inc({ a: 'x' });
  assert.equal(counter.get({ a: 'x' }), 3);
  assert.equal(counter.points.length, 1);
});

test('children of every instrument survive `clear`', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'], wallClock: () => 5_000 });
  const [set, inc, dec, now] = ['set', 'inc', 'dec', 'now'].map((a) => gauge.labels(a)) as [ReturnType<typeof gauge.labels>, ...ReturnType<typeof gauge.labels>[]];
  const histogram = new Histogram({ name: 'h', help: '', labelNames: ['a'] });
  const observed = histogram.labels('x');
  observed.observe(1);
  gauge.clear();
  histogram.clear();
  set.set(3);
  inc!.inc();
  dec!.dec();
  now!.setToCurrentTime();
  observed.observe(2);
  assert.deepEqual(gauge.points.map(({ labels, value }) => [labels['a'], value]), [['set', 3], ['inc', 1], ['dec', -1], ['now', 5]]);
  assert.equal(histogram.get({ a: 'x' })!.sum, 2);
});

test('removing many series in any order leaves the others as they were', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'] });
  for (let a = 0; a < 500; a++) gauge.set({ a }, a);
  for (let a = 0; a < 500; a++) if ((a * 7) % 5 !== 0) assert.equal(gauge.remove({ a: (a * 7) % 500 }), true);
  const left = gauge.points.map(({ value }) => value);
  assert.equal(left.length, 100);
  assert.ok(left.every((value) => gauge.get({ a: value }) === value));
});

test('past `maxSeries`, writes of new label sets go to one series, so that totals stay right', () => {
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['user', 'kind'], maxSeries: 2 });
  for (const user of ['ann', 'bob', 'cid', 'dan', 'ann']) counter.inc({ user, kind: 'x' });
  assert.equal(
    render(counter),
    '# TYPE c_total counter\nc_total{user="ann",kind="x"} 2\nc_total{user="bob",kind="x"} 1\nc_total{user="_overflow_",kind="_overflow_"} 2\n',
  );
  assert.equal(counter.overflowedWrites, 2);
  assert.equal(counter.get({ user: 'cid', kind: 'x' }), undefined);
});

test('the warning of the limit comes once, and names the metric, the limit and the labels', () => {
  const warnings: MetricError[] = [];
  const registry = new Registry({ onWarning: (warning) => warnings.push(warning) });
  const counter = registry.register(new Counter({ name: 'c_total', help: '', labelNames: ['user'], maxSeries: 1 }));
  for (const user of ['ann', 'bob', 'cid']) counter.inc({ user });
  assert.deepEqual(warnings.map(({ code, message }) => [code, message]), [
    ['ERR_SERIES_LIMIT', 'Counter "c_total": expected at most 1 series (maxSeries), got one more: ["bob"]; writes of new label sets go to _overflow_'],
  ]);
});

test('after a removal there is room again: the overflow series takes no place of its own', () => {
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['user'], maxSeries: 2 });
  for (const user of ['ann', 'bob', 'cid']) counter.inc({ user });
  counter.remove({ user: 'ann' });
  counter.inc({ user: 'dan' });
  counter.inc({ user: 'eve' });
  assert.deepEqual(counter.points.map(({ labels, value }) => [labels['user'], value]), [['bob', 1], ['_overflow_', 2], ['dan', 1]]);
});

test('the overflow series can be removed like others, and comes back', () => {
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['user'], maxSeries: 1 });
  counter.inc({ user: 'ann' });
  const child = counter.labels('bob');
  child.inc();
  assert.equal(counter.removeMatching({ user: '_overflow_' }), 1);
  child.inc();
  assert.deepEqual(counter.points.map(({ labels, value }) => [labels['user'], value]), [['ann', 1], ['_overflow_', 1]]);
});

test('the limit holds for children whose series was removed, too', () => {
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['user'], maxSeries: 1 });
  const ann = counter.labels('ann');
  counter.remove({ user: 'ann' });
  counter.inc({ user: 'bob' });
  ann.inc(5);
  assert.deepEqual(counter.points.map(({ labels, value }) => [labels['user'], value]), [['bob', 1], ['_overflow_', 5]]);
});

test('a series that is removed and made again while somebody walks the list is not met twice', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'] });
  for (let a = 0; a < 10; a++) gauge.set({ a }, a);
  const walked: string[] = [];
  for (const { labels } of gauge.points) {
    walked.push(labels['a']!);
    gauge.remove({ a: 5 });
    gauge.set({ a: 5 }, 1);
  }
  assert.deepEqual(walked, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  assert.equal(gauge.points.length, 10);
});

test('a listener hears of what came before it, and of nothing after it left', () => {
  const codes: string[] = [];
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'], maxSeries: 1 });
  counter.inc({ a: 'x' }, -1);
  const leave = counter.listen(({ code }) => codes.push(code));
  assert.deepEqual(codes, ['ERR_VALUE']);
  leave();
  counter.inc({ a: 'x' });
  counter.inc({ a: 'y' });
  assert.deepEqual(codes, ['ERR_VALUE']);
});

test('an instrument is a family of the model: its points are its own series', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'] });
  const child = gauge.labels('x');
  const [family] = gauge.collect();
  assert.equal(family, gauge as unknown);
  assert.deepEqual([...family!.points], [child]);
});

test('any order of writes, removals and clearing gives what a plain map would', () => {
  const maxSeries = 12;
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a', 'b'], maxSeries });
  const overflow = JSON.stringify(['_overflow_', '_overflow_']);
  const reference = new Map<string, number>();
  const children = new Map<string, ReturnType<typeof counter.labels>>();
  const keyOf = (key: string): string => {
    const others = reference.size - (reference.has(overflow) ? 1 : 0);
    return reference.has(key) || others < maxSeries ? key : overflow;
  };
  const add = (key: string, amount: number): void => void reference.set(key, (reference.get(key) ?? 0) + amount);
  const values = ['', 'x', 'y', '__proto__', '\ud800'];
  let state = 99;
  const random = (below: number): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) % 65_521 % below;
  let overflowed = 0;
  for (let step = 0; step < 5_000; step++) {
    const [a, b] = [values[random(5)]!, values[random(5)]!];
    const key = JSON.stringify([a, b].map((value) => value.replace('\ud800', '\ufffd')));
    const act = random(100);
    if (act < 40) {
      overflowed += keyOf(key) === key ? 0 : 1;
      add(keyOf(key), 1);
      counter.inc({ a, b });
    } else if (act < 50 && keyOf(key) === key) {
      add(key, 0);
      children.set(key, counter.labels(a, b));
    } else if (act < 75 && children.has(key)) {
      add(keyOf(key), 2);
      children.get(key)!.inc(2);
    } else if (act < 90) {
      assert.equal(counter.remove({ a, b }), reference.delete(key));
    } else if (act < 99) {
      const matching = [...reference.keys()].filter((each) => (JSON.parse(each) as string[])[0] === (JSON.parse(key) as string[])[0]);
      for (const each of matching) reference.delete(each);
      assert.equal(counter.removeMatching({ a }), matching.length);
    } else {
      counter.clear();
      reference.clear();
    }
    // A reader now and then: lists that are being read are kept apart from those that change.
    if (step % 3 !== 0) continue;
    assert.deepEqual(counter.points.map(({ labelValues, value }) => [JSON.stringify(labelValues), value]), [...reference], `step ${step}`);
  }
  assert.ok(overflowed > 100, `${overflowed} writes past the limit: too few to tell anything`);
});

test('a label value of any size costs one series at most: too long ones share the overflow series', () => {
  const warnings: string[] = [];
  const registry = new Registry({ onWarning: ({ message }) => warnings.push(message) });
  const counter = registry.register(new Counter({ name: 'c_total', help: '', labelNames: ['path'], maxSeries: 2 }));
  counter.inc({ path: 'x'.repeat(131_072) });
  for (const letter of 'abc') counter.inc({ path: letter.repeat(131_073) });
  assert.equal(counter.get({ path: '_overflow_' }), 3);
  assert.equal(counter.overflowedWrites, 3);
  assert.deepEqual(warnings, [
    `Counter "c_total": expected label values of at most 131072 characters, got ["${'a'.repeat(80)}…"]; writes of new label sets go to _overflow_`,
  ]);
  counter.inc({ path: 'y' });
  assert.equal(counter.get({ path: 'y' }), 1);
});
