// The error class, and how values of any kind are shown in messages.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, MetricError } from '../lib/index.ts';
import { show } from '../lib/core/errors.ts';

const itself: unknown[] = [1];
itself.push(itself);

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
];

for (const [value, text] of shown) {
  test(`a message shows ${text.slice(0, 40)}`, () => {
    assert.equal(show(value), text);
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
