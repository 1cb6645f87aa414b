// Tokens that stand in both formats, read alike.

import { quote } from './parse-error.ts';
import { BLANK, OPEN, QUOTE } from './scanner.ts';
import type { Scanner } from './scanner.ts';

/**
 * Reads the name that a sample begins with.
 *
 * @param hint - The name of the sample before, which is mostly the same: comparing is cheaper than reading.
 */
export function readSampleName(scanner: Scanner, hint: string): string {
  const { text, at } = scanner;
  if (hint !== '' && text.startsWith(hint, at)) {
    const code = text.charCodeAt(at + hint.length);
    if (code === OPEN || code === BLANK) {
      scanner.at += hint.length;
      return hint;
    }
  }
  const name = scanner.readName(true);
  if (name === '') scanner.fail(`sample: expected the name of a metric, got ${scanner.found()}`);
  return name;
}

/** Reads the name that metadata are for: bare or quoted. */
export function readFamilyName(scanner: Scanner, keyword: string): string {
  const start = scanner.at;
  const isQuoted = scanner.text.charCodeAt(start) === QUOTE;
  const name = isQuoted ? scanner.readString('quoted name') : scanner.readName(true);
  if (name === '') scanner.fail(`# ${keyword}: expected the name of a metric, got ${isQuoted ? '""' : scanner.found(start)}`, start);
  return name;
}

/**
 * Reads a help text up to `end` and undoes its escapes.
 *
 * @param mayHaveQuotes - Whether a quote may stand there without a backslash.
 */
export function readHelp(scanner: Scanner, end: number, mayHaveQuotes: boolean): string {
  const start = scanner.at;
  // Of this line alone: a search in all of the text would go through the rest of it for each help.
  const escaped = scanner.text.slice(start, end);
  const special = mayHaveQuotes ? /\\/g : /["\\]/g;
  let help = '';
  let plain = 0;
  for (let found = special.exec(escaped); found !== null; found = special.exec(escaped)) {
    const at = found.index;
    if (found[0] === '"') scanner.fail('help: expected the quote to be escaped as \\", got it bare', start + at);
    help += escaped.slice(plain, at) + scanner.unescape('help', start + at);
    plain = special.lastIndex = at + 2;
  }
  scanner.at = end;
  return help + escaped.slice(plain);
}

/** How a sample is called in messages. */
export function sampleSubject(name: string): string {
  return `sample ${quote(name)}`;
}
