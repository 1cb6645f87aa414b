import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Registry, StateSet, openMetrics, render } from '../lib/index.ts';

test('shows each state as a sample, labelled like the metric', () => {
  const registry = new Registry();
  const door = registry.register(new StateSet({ name: 'door', help: '', states: ['open', 'shut'], labelNames: ['side'] }));
  door.set({ side: 'front' }, 'shut');
  const samples = 'door{side="front",door="open"} 0\ndoor{side="front",door="shut"} 1\n';
  assert.equal(render(registry), `# TYPE door gauge\n${samples}`);
  assert.equal(render(registry, openMetrics), `# TYPE door stateset\n${samples}# EOF\n`);
});

test('`set` leaves one state on, `toggle` minds the others not', () => {
  const set = new StateSet({ name: 'features', help: '', states: ['a', 'b', 'c'] });
  assert.deepEqual({ ...set.get() }, { a: false, b: false, c: false });
  set.set('a');
  set.toggle('b', true);
  assert.deepEqual({ ...set.get() }, { a: true, b: true, c: false });
  set.toggle('a', false);
  set.labels().toggle('c', true);
  assert.deepEqual({ ...set.get() }, { a: false, b: true, c: true });
  set.labels().set('a');
  assert.deepEqual({ ...set.get() }, { a: true, b: false, c: false });
});

test('states may be named like what every object has', () => {
  const set = new StateSet({ name: 's', help: '', states: ['__proto__', 'constructor'] });
  set.set('__proto__');
  const registry = new Registry();
  registry.register(set);
  assert.equal(render(registry), '# TYPE s gauge\ns{s="__proto__"} 1\ns{s="constructor"} 0\n');
});

test('ignores and counts a state that is not declared', () => {
  const set = new StateSet({ name: 's', help: '', states: ['on'] });
  set.set('toString');
  set.toggle('off', true);
  assert.equal(set.rejectedWrites, 2);
  assert.deepEqual({ ...set.get() }, { on: false });
});

test('an ignored state makes no series, and what is no text is no state', () => {
  const set = new StateSet({ name: 's', help: '', states: ['on'], labelNames: ['a'] });
  set.set({ a: 'x' }, 'off');
  set.toggle({ a: 'x' }, 'off', true);
  assert.deepEqual(set.points, []);
  const bare = new StateSet({ name: 's', help: '', states: ['on', 'null'] });
  bare.set('on');
  for (const state of [['null'], null, undefined]) bare.set(state as unknown as string);
  assert.deepEqual({ ...bare.get() }, { on: true, null: false });
  assert.deepEqual([set.rejectedWrites, bare.rejectedWrites], [2, 3]);
});

test('a removed series hands its writes on', () => {
  const set = new StateSet({ name: 's', help: '', states: ['on'], labelNames: ['a'] });
  const child = set.labels('x');
  set.remove({ a: 'x' });
  child.set('on');
  assert.deepEqual({ ...set.get({ a: 'x' }) }, { on: true });
});

for (const states of [[], ['a', 'a'], 'ab', [1], undefined, ['on', ''], ['\ud800', '\udc00']]) {
  test(`refuses ${JSON.stringify(states)} as states`, () => {
    assert.throws(() => new StateSet({ name: 's', help: '', states: states as string[] }), { code: 'ERR_OPTION', message: /^StateSet "s": states: expected one string or more, none empty and none twice, got / });
  });
}

for (const name of ['job:state', ':s', '__x', '__name__']) {
  test(`refuses the name ${name}, which no label can have`, () => {
    assert.throws(() => new StateSet({ name, help: '', states: ['on'] }), {
      code: 'ERR_METRIC_NAME',
      message: `StateSet "${name}": expected a name that its label can have, without ":" and not beginning with "__", got "${name}"`,
    });
  });
}

test('a surrogate that stands alone in a state becomes U+FFFD, in writes too', () => {
  const set = new StateSet({ name: 's', help: '', states: ['a\ud83d', 'b'] });
  set.set('a\ud83d');
  assert.equal(render(set), '# TYPE s gauge\ns{s="a\ufffd"} 1\ns{s="b"} 0\n');
  set.labels().set('b');
  set.toggle('a\ude00', true);
  assert.deepEqual([{ ...set.get() }, set.rejectedWrites], [{ 'a\ufffd': true, b: true }, 0]);
});

test('what was read of a series does not change with it', () => {
  const set = new StateSet({ name: 's', help: '', states: ['on', 'off'] });
  const before = set.points[0]!.states;
  set.set('on');
  assert.deepEqual([{ ...before }, { ...set.points[0]!.states }], [{ on: false, off: false }, { on: true, off: false }]);
});

test('has no label that is named like it, not even a constant one', () => {
  assert.throws(() => new StateSet({ name: 's', help: '', states: ['a'], labelNames: ['s'] }), { code: 'ERR_LABEL_NAME', message: 'StateSet "s": label "s" is reserved: the writers add it to each state' });
  const registry = new Registry({ labels: { s: 'x' } });
  assert.throws(() => registry.register(new StateSet({ name: 's', help: '', states: ['a'] })), { code: 'ERR_LABEL_NAME' });
});
