// The place of an error within its surroundings: a line of text, or some bytes, and a mark under the place.

import { printable } from './terminal.ts';
import type { Paint } from './terminal.ts';

const LINE_WIDTH = 100;

/** The line, cut to what is around the column, and a caret under that column. Both count from 1. */
export function excerptOfLine(bytes: Uint8Array, line: number, column: number, paint: Paint): string {
  const text = lineOf(bytes, line);
  const from = Math.max(0, column - LINE_WIDTH / 2);
  const shown = printable(text.slice(from, from + LINE_WIDTH));
  return marked(String(line), shown, column - 1 - from, 1, paint);
}

const ROW = 16;

/** The row of bytes that holds the one at the offset, in hexadecimals. */
export function excerptOfBytes(bytes: Uint8Array, offset: number, paint: Paint): string {
  // At the end stands none: then the row before it is shown, and the place after it.
  const from = Math.max(0, offset - (offset === bytes.length ? 1 : 0)) & -ROW;
  const shown = Array.from(bytes.subarray(from, from + ROW), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return marked(String(from), shown, (offset - from) * 3, 2, paint);
}

function marked(place: string, shown: string, at: number, width: number, paint: Paint): string {
  return `${paint('blue', `${place} |`)} ${shown}
${paint('blue', `${' '.repeat(place.length)} |`)} ${' '.repeat(at)}${paint('red', '^'.repeat(width))}`;
}

function lineOf(bytes: Uint8Array, line: number): string {
  let from = 0;
  for (let left = line - 1; left > 0; left--) from = bytes.indexOf(0x0a, from) + 1;
  const end = bytes.indexOf(0x0a, from);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(from, end === -1 ? bytes.length : end));
}
