// Tokens that stand in both formats, read alike.

import type { Line } from './line.ts';
import { quote } from './parse-error.ts';
import { BLANK, isAt, OPEN, QUOTE } from './scanner.ts';
import type { Scanner } from './scanner.ts';

/** Reads the bare name that a sample begins with. */
export function readSampleName(scanner: Scanner, line: Line): string {
  const { text, at } = scanner;
  // Mostly it is that of the sample before: comparing is cheaper than reading.
  const hint = line.bareName;
  const next = text.charCodeAt(at + hint.length);
  if (hint !== '' && (next === OPEN || next === BLANK) && isAt(text, at, hint)) {
    scanner.at += hint.length;
    return hint;
  }
  const name = scanner.readName(true);
  if (name === '') scanner.fail(`sample: expected the name of a metric, got ${scanner.found()}`);
  return (line.bareName = name);
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
  scanner.at = end;
  if (!escaped.includes('\\') && (mayHaveQuotes || !escaped.includes('"'))) return escaped;

  const special = mayHaveQuotes ? /\\/g : /["\\]/g;
  let help = '';
  let plain = 0;
  for (let found = special.exec(escaped); found !== null; found = special.exec(escaped)) {
    const at = found.index;
    if (found[0] === '"') scanner.fail('help: expected the quote to be escaped as \\", got it bare', start + at);
    help += escaped.slice(plain, at) + scanner.unescape('help', start + at);
    plain = special.lastIndex = at + 2;
  }
  return help + escaped.slice(plain);
}

/** How a sample is called in messages. */
export function sampleSubject(name: string): string {
  return `sample ${quote(name)}`;
}
