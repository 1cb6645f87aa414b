// The error class, and how values of any kind are shown in messages.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';

import { Counter, MetricError } from '../lib/index.ts';
import { messageOf, show } from '../lib/core/errors.ts';

const itself: unknown[] = [1];
itself.push(itself);

/** A Proxy that throws at every look. */
function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const shown: readonly (readonly [value: unknown, text: string])[] = [
  ['a "b"\n', '"a \\"b\\"\\n"'],
  ['\ud83d', '"\\ud83d"'],
  ['', '""'],
  ['x'.repeat(80), `"${'x'.repeat(80)}"`],
  ['x'.repeat(81), `"${'x'.repeat(80)}…"`],
  [1.5, '1.5'],
  [NaN, 'NaN'],
  [5n, '5'],
  [true, 'true'],
  [null, 'null'],
  [undefined, 'undefined'],
  [Symbol('s'), 'Symbol(s)'],
  [() => 'x', 'a function'],
  [[], '[]'],
  [['a', 1, null], '["a", 1, null]'],
  [Array(13).fill(0), '[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, …]'],
  [itself, '[1, a list]'],
  [{ a: 1, b: 2 }, 'an object with the keys ["a", "b"]'],
  [Object.create(null), 'an object with the keys []'],
  [10n ** 100n, `1${'0'.repeat(79)}…`],
  [Symbol('x'.repeat(100)), `Symbol(${'x'.repeat(73)}…`],
  [revoked(), 'an unreadable object'],
  [['a', revoked()], '["a", an unreadable object]'],
  [new Proxy([], { get: () => { throw new Error('no'); } }), 'an unreadable object'],
  [new Proxy({}, { ownKeys: () => { throw new Error('no'); } }), 'an unreadable object'],
];

for (const [value, text] of shown) {
  test(`a message shows ${text.slice(0, 40)}`, () => {
    assert.equal(show(value), text);
  });
}

const thrown: readonly (readonly [what: string, thrown: unknown, message: string])[] = [
  ['an error', new RangeError('too far'), 'too far'],
  ['an error of another realm', runInNewContext('new RangeError("too far")'), 'too far'],
  ['a string', 'down', '"down"'],
  ['nothing', undefined, 'undefined'],
  ['an error whose message is a symbol', Object.assign(new Error(), { message: Symbol('s') }), 'an object with the keys ["message"]'],
  ['an error whose message throws', Object.defineProperty(new Error('x'), 'message', { get: () => { throw new Error('no'); } }), 'an object with the keys []'],
  ['what throws at every look', revoked(), 'an unreadable object'],
];

for (const [what, each, message] of thrown) {
  test(`the message of ${what} can be told, and telling it never throws`, () => {
    assert.equal(messageOf(each), message);
  });
}

test('a value that holds itself is ignored like others that are no data', () => {
  const counter = new Counter({ name: 'c_total', help: '' });
  counter.labels().inc(itself as unknown as number);
  assert.deepEqual([counter.rejectedWrites, counter.get()], [1, 0]);
});

test('an error says what it is, also to those who cannot use `instanceof`', () => {
  const error = new MetricError('ERR_OPTION', 'message', { collector: 1, cause: 2 });
  assert.ok(error instanceof Error && error instanceof MetricError);
  assert.deepEqual([error.name, error.code, error.message, error.collector, error.cause], ['MetricError', 'ERR_OPTION', 'message', 1, 2]);
  assert.equal('cause' in new MetricError('ERR_OPTION', 'message'), false);
});
