// What reaches a terminal, whatever a command writes.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { guarded, painter, printable } from '../lib/commands/terminal.ts';

const HOSTILE = '\u0000\u0007\r\u001b]0;x\u007f\u0085\u009b2J\u061c\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029\ufeff';
const HIDDEN = HOSTILE.replace(/[^\]0;x2J]/g, '\ufffd');

test('an output behind the filter gets no character that a terminal acts upon, but for the command\'s own', () => {
  let written = '';
  const output = { isTTY: true, columns: 80, write: (text: string) => (written += text) };
  const filtered = guarded(output);
  const paint = painter(filtered, { env: {} });
  filtered.write(`${paint('bold', 'a')}\t${paint('red', 'b')}\n\r\u001b[K1 s ${HOSTILE}\u001b[2J\u001b[31;1m\n`);
  assert.equal(written, `\u001b[1ma\u001b[0m\t\u001b[31mb\u001b[0m\n\r\u001b[K1 s ${HIDDEN}\ufffd[2J\ufffd[31;1m\n`);
  written = '';
  filtered.write(new TextEncoder().encode(HOSTILE));
  assert.equal(written, HIDDEN);
  output.columns = 40;
  assert.deepEqual([filtered.isTTY, filtered.columns], [true, 40]);
});

test('a printable text has as many characters as before, and keeps every letter', () => {
  assert.equal(printable(HOSTILE), HIDDEN);
  const letters = 'é 日本 😀 שלום مرحبا क्‍ष';
  assert.equal(printable(letters), letters);
  assert.equal(printable('a\tb\nc'), 'a b\ufffdc');
});

test('nothing of a secret passes the filter', () => {
  let written = '';
  guarded({ write: (text: string) => (written += text) }, (text) => text.replaceAll('s3cret', '***')).write('Basic s3cret\n');
  assert.equal(written, 'Basic ***\n');
});
