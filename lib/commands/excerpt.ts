// Shows the place of an error in its line.

import { printable } from './paint.ts';
import type { Paint } from './paint.ts';

const LINE_WIDTH = 100;

/** The line, cut to what is around the column, and a caret under that column. Both count from 1. */
export function excerpt(bytes: Uint8Array, line: number, column: number, paint: Paint): string {
  const text = lineOf(bytes, line);
  const from = Math.max(0, column - LINE_WIDTH / 2);
  const shown = printable(text.slice(from, from + LINE_WIDTH));
  const number = String(line);
  return `${paint('blue', `${number} |`)} ${shown}
${paint('blue', `${' '.repeat(number.length)} |`)} ${' '.repeat(column - 1 - from)}${paint('red', '^')}`;
}

function lineOf(bytes: Uint8Array, line: number): string {
  let from = 0;
  for (let left = line - 1; left > 0; left--) from = bytes.indexOf(0x0a, from) + 1;
  const end = bytes.indexOf(0x0a, from);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(from, end === -1 ? bytes.length : end));
}
