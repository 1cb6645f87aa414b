// Reads the input character by character: the place in it, and the tokens that both formats have. Does not know
// which token may stand where, or what it means.

import { ParseError, quote } from './parse-error.ts';
import type { Source } from './source.ts';

/** Character codes with a meaning in the formats. */
export const TAB = 9;
export const LINE_FEED = 10;
export const BLANK = 32;
export const QUOTE = 34;
export const HASH = 35;
export const COMMA = 44;
export const EQUALS = 61;
export const BACKSLASH = 92;
export const OPEN = 123;
export const CLOSE = 125;

const COLON = 58;

/**
 * Above 16 383 characters, V8 hashes a string by its length alone, so that looking one up compares it with all others
 * of that length: an exposition with 2 000 names of 17 000 characters took 12 s.
 */
export const LONG = 16_000;
export const MOST_LONG_NAMES = 100;

/** Whether a word stands at a place. `slice` and a comparison take half the time of `startsWith`. */
export function isAt(text: string, at: number, word: string): boolean {
  return text.slice(at, at + word.length) === word;
}

export class Scanner {
  /** The piece of the input that is being read. It holds whole lines. */
  text = '';
  /** The place in `text` that is read next. */
  at = 0;
  /** The number of the current line, from 1. */
  line = 0;
  /** Where that line begins in `text`. */
  lineStart = 0;
  /** Where it ends: at its line feed, or at the end of the input. */
  lineEnd = 0;

  private readonly source: Source;
  private readonly keepsUnknownEscapes: boolean;
  // The first backslash after some place that has been read.
  private backslash = -1;
  private lastSampleName = '';
  private longNames = 0;

  /** @param keepsUnknownEscapes - Whether `\x` in a quoted string stands for its two characters, or is an error. */
  constructor(source: Source, keepsUnknownEscapes: boolean) {
    this.source = source;
    this.keepsUnknownEscapes = keepsUnknownEscapes;
  }

  /** Begins the line at `at`. False at the end of the input. */
  nextLine(): boolean {
    if (this.at >= this.text.length) {
      const piece = this.source.next(this.line + 1);
      if (piece === undefined) return false;
      this.text = piece;
      this.at = 0;
      this.backslash = -1;
    }
    this.line++;
    this.lineStart = this.at;
    const end = this.text.indexOf('\n', this.at);
    this.lineEnd = end < 0 ? this.text.length : end;
    return true;
  }

  skipBlanks(): void {
    const { text } = this;
    let code = text.charCodeAt(this.at);
    while (code === BLANK || code === TAB) code = text.charCodeAt(++this.at);
  }

  /** Where the token that begins here ends: at a blank, a tab or the line's end. */
  tokenEnd(): number {
    const { text, lineEnd } = this;
    let end = this.at;
    for (; end < lineEnd; end++) {
      const code = text.charCodeAt(end);
      if (code === BLANK || code === TAB) break;
    }
    return end;
  }

  /**
   * Reads a name of letters, digits and `_`, and of `:` if it is a metric's. Empty where none begins.
   * Prometheus data model, "Metric names and labels".
   */
  readName(withColon: boolean): string {
    const { text, at: start } = this;
    let at = start;
    for (let code = text.charCodeAt(at); ; code = text.charCodeAt(++at)) {
      if (code >= 97 ? code <= 122 : code >= 65 ? code <= 90 || code === 95 : code === COLON ? withColon : code >= 48 && code <= 57 && at > start) continue;
      break;
    }
    this.at = at;
    return text.slice(start, at);
  }

  /** Reads the bare name that a sample begins with. */
  readSampleName(): string {
    const { text, at, lastSampleName: hint } = this;
    // Mostly it is that of the sample before, and comparing is cheaper than reading.
    const next = text.charCodeAt(at + hint.length);
    if (hint !== '' && (next === OPEN || next === BLANK) && isAt(text, at, hint)) {
      this.at += hint.length;
      return hint;
    }
    const name = this.readName(true);
    if (name === '') this.fail(`sample: expected the name of a metric, got ${this.found()}`);
    return (this.lastSampleName = this.countLong(name, at));
  }

  /** Reads the name that metadata are for: bare or quoted. */
  readFamilyName(keyword: string): string {
    const start = this.at;
    const isQuoted = this.text.charCodeAt(start) === QUOTE;
    const name = isQuoted ? this.readString('quoted name') : this.readName(true);
    if (name === '') this.fail(`# ${keyword}: expected the name of a metric, got ${isQuoted ? '""' : this.found(start)}`, start);
    return this.countLong(name, start);
  }

  /** Returns a name, or what else is looked up as names are, unless there have been too many long ones. */
  countLong(name: string, at: number): string {
    if (name.length > LONG && ++this.longNames > MOST_LONG_NAMES) {
      this.fail(`name: expected at most ${MOST_LONG_NAMES} of more than ${LONG} characters, got another of ${name.length}`, at);
    }
    return name;
  }

  /**
   * Reads a help text up to `end` and undoes its escapes.
   *
   * @param mayHaveQuotes - Whether a quote may stand there without a backslash.
   */
  readHelp(end: number, mayHaveQuotes: boolean): string {
    const start = this.at;
    // In the line alone: a search in all of the text would read the rest of it for each help.
    const escaped = this.text.slice(start, end);
    this.at = end;
    if (!escaped.includes('\\') && (mayHaveQuotes || !escaped.includes('"'))) return escaped;

    const special = mayHaveQuotes ? /\\/g : /["\\]/g;
    let help = '';
    let plain = 0;
    for (let found = special.exec(escaped); found !== null; found = special.exec(escaped)) {
      const at = found.index;
      if (found[0] === '"') this.fail('help: expected the quote to be escaped as \\", got it bare', start + at);
      help += escaped.slice(plain, at) + this.unescape('help', start + at);
      plain = special.lastIndex = at + 2;
    }
    return help + escaped.slice(plain);
  }

  /**
   * Reads a quoted string, whose opening quote is here, and undoes its escapes. Text format, "Line format";
   * OpenMetrics 1.0, "Escaping".
   *
   * @param subject - What the string is, for messages.
   */
  readString(subject: string): string {
    const start = this.at + 1;
    const end = this.plainEnd(start);
    if (end < 0) return this.readEscaped(subject, start);
    this.at = end + 1;
    return this.text.slice(start, end);
  }

  /**
   * Where the quoted string ends that begins at `start`, after its quote; -1 if it has escapes or no end.
   *
   * `indexOf` takes 9 ns here, a loop 2 ns a character. The next backslash is searched for only when the last one
   * found lies behind, so that all these searches together read the text once.
   */
  plainEnd(start: number): number {
    const end = this.text.indexOf('"', start);
    if (end > this.lineEnd) return -1;
    if (this.backslash < start) {
      const backslash = this.text.indexOf('\\', start);
      this.backslash = backslash < 0 ? Infinity : backslash;
    }
    return this.backslash < end ? -1 : end;
  }

  /** What is at a place, for messages. */
  found(at: number = this.at): string {
    if (at >= this.text.length) return 'the end of the input';
    const code = this.text.charCodeAt(at);
    if (code === LINE_FEED) return 'the end of the line';
    if (code === BLANK || code === TAB) return code === TAB ? 'a tab' : 'a blank';
    // A little more than `quote` shows, so that it marks the cut.
    const token = /[^ \t\n]{1,90}/y;
    token.lastIndex = at;
    return quote(token.exec(this.text)![0]);
  }

  /** @throws {ParseError} always, for a place in the current line. */
  fail(reason: string, at: number = this.at): never {
    throw new ParseError(reason, this.line, at - this.lineStart + 1);
  }

  private readEscaped(subject: string, start: number): string {
    const { text, lineEnd } = this;
    let string = '';
    let plain = start;
    for (let at = start; at < lineEnd; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.at = at + 1;
        return string + text.slice(plain, at);
      }
      if (code === BACKSLASH) {
        string += text.slice(plain, at) + this.unescape(subject, at);
        plain = at + 2;
        at++;
      }
    }
    return this.fail(`${subject}: expected a closing quote, got ${this.found(lineEnd)}`, lineEnd);
  }

  /** What the escape at `at`, a backslash, stands for. */
  private unescape(subject: string, at: number): string {
    const code = this.text.charCodeAt(at + 1);
    if (code === BACKSLASH) return '\\';
    if (code === QUOTE) return '"';
    if (code === 110) return '\n';
    const isOther = code !== LINE_FEED && code === code;
    if (this.keepsUnknownEscapes && isOther) return this.text.slice(at, at + 2);
    const rule = this.keepsUnknownEscapes ? 'a character after the backslash' : 'one of the escapes \\\\, \\" and \\n';
    return this.fail(`${subject}: expected ${rule}, got ${isOther ? quote(`\\${String.fromCodePoint(this.text.codePointAt(at + 1)!)}`) : this.found(at + 1)}`, at);
  }
}
