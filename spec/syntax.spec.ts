// How numbers and help texts are spelled in the text format.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { boundText, helpText, millisecondsText, secondsText, valueText } from '../lib/formats/syntax.ts';

const values: readonly (readonly [value: number, text: string])[] = [
  [0, '0'],
  [-0, '0'],
  [1, '1'],
  [-1.5, '-1.5'],
  [0.1 + 0.2, '0.30000000000000004'],
  [1e6, '1000000'],
  [2 ** 53, '9007199254740992'],
  [123_456_789_012_345_680_000, '123456789012345680000'],
  [1e21, '1e+21'],
  [1e-6, '0.000001'],
  [1e-7, '1e-7'],
  [Number.MAX_VALUE, '1.7976931348623157e+308'],
  [Number.MIN_VALUE, '5e-324'],
  [NaN, 'NaN'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
];

for (const [value, text] of values) {
  test(`the value ${Object.is(value, -0) ? '-0' : value} is spelled ${text}`, () => {
    assert.equal(valueText(value), text);
  });
}

// What Go's `%g` prints of them.
const bounds: readonly (readonly [bound: number, text: string])[] = [
  [0.005, '0.005'],
  [1, '1'],
  [2.5, '2.5'],
  [10, '10'],
  [0, '0'],
  [0.0001, '0.0001'],
  [0.00012, '0.00012'],
  [0.00001, '1e-05'],
  [0.000099999, '9.9999e-05'],
  [1.5e-7, '1.5e-07'],
  [99_999, '99999'],
  [100_000, '100000'],
  [999_999, '999999'],
  [999_999.5, '999999.5'],
  [1e6, '1e+06'],
  [1_234_567, '1.234567e+06'],
  [1_048_576, '1.048576e+06'],
  [1e21, '1e+21'],
  [1e100, '1e+100'],
  [-0.25, '-0.25'],
  [-1e6, '-1e+06'],
  [-1e-5, '-1e-05'],
  [Number.MIN_VALUE, '5e-324'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
];

for (const [bound, text] of bounds) {
  test(`the bound ${bound} is spelled ${text}`, () => {
    assert.equal(boundText(bound), text);
  });
}

test('values and bounds read back as the same number', () => {
  // A small generator of its own, so that every run sees the same numbers.
  let state = 12_345;
  const random = (): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  for (let i = 0; i < 2_000; i++) {
    const number = (random() - 0.5) * 10 ** Math.floor(random() * 600 - 300);
    assert.equal(Number(valueText(number)), number);
    assert.equal(Number(boundText(number)), number);
  }
});

test('a time is whole milliseconds that a reader of 64 bits can hold', () => {
  const times: readonly (readonly [number, string])[] = [[0, '0'], [1.9, '1'], [-1.9, '-1'], [1_700_000_000_125, '1700000000125'], [1e30, '9223372036854775000'], [-1e30, '-9223372036854775000']];
  for (const [ms, text] of times) assert.equal(millisecondsText(ms), text);
});

test('a time in seconds has no exponent, down to the nanosecond', () => {
  const times: readonly (readonly [number, string])[] = [[0, '0'], [1, '0.001'], [1_700_000_000_125, '1700000000.125'], [0.0001, '0.000000100'], [1e-9, '0.000000000'], [-1500, '-1.5']];
  for (const [ms, text] of times) assert.equal(secondsText(ms), text);
});

test('a help text has its backslashes and line feeds escaped, and quotes as they are', () => {
  assert.equal(helpText('a "b" \\ c\nd\\n\n'), 'a "b" \\\\ c\\nd\\\\n\\n');
  assert.equal(helpText('as it is\t\r\u2028'), 'as it is\t\r\u2028');
});
