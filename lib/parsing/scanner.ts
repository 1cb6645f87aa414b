// Reads the input character by character: where it is, and the tokens that both formats have. Which token
// comes where, and what it means, others know.

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

/** Whether a word stands at a place. Cutting it out and comparing takes half the time of `startsWith`. */
export function isAt(text: string, at: number, word: string): boolean {
  return text.slice(at, at + word.length) === word;
}

export class Scanner {
  /** The piece of the input that is being read. It holds whole lines. */
  text = '';
  /** The place in `text` that is read next. */
  at = 0;
  /** The line that is being read, from 1. */
  line = 0;
  /** Where that line begins in `text`. */
  lineStart = 0;
  /** Where it ends: at its line feed, or at the end of the input. */
  lineEnd = 0;

  readonly #source: Source;
  readonly #keepsUnknownEscapes: boolean;
  // The next backslash, from some place that has been read on.
  #backslash = -1;

  /** @param keepsUnknownEscapes - Whether `\x` in a quoted string stands for its two characters, or is an error. */
  constructor(source: Source, keepsUnknownEscapes: boolean) {
    this.#source = source;
    this.#keepsUnknownEscapes = keepsUnknownEscapes;
  }

  /** Goes on to the line that begins at `at`. False at the end of the input. */
  nextLine(): boolean {
    if (this.at >= this.text.length) {
      const piece = this.#source.next(this.line + 1);
      if (piece === undefined) return false;
      this.text = piece;
      this.at = 0;
      this.#backslash = -1;
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
   * Reads a name of letters, digits and `_`, and of `:` if it is a metric's. Where none begins it is empty.
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

  /**
   * Reads a quoted string, whose opening quote is here, and undoes its escapes. Text format, "Line format";
   * OpenMetrics 1.0, "Escaping".
   *
   * @param subject - What the string is, for messages.
   */
  readString(subject: string): string {
    const start = this.at + 1;
    const end = this.plainEnd(start);
    if (end < 0) return this.#readEscaped(subject, start);
    this.at = end + 1;
    return this.text.slice(start, end);
  }

  /**
   * Where the quoted string ends that begins at `start`, after its quote; -1 if it has escapes or no end.
   *
   * `indexOf` takes 9 ns here, a loop 2 ns for each character. The next backslash is looked for only when the
   * last one found lies behind, so that all these searches together go through the text once.
   */
  plainEnd(start: number): number {
    const end = this.text.indexOf('"', start);
    if (end > this.lineEnd) return -1;
    if (this.#backslash < start) {
      const backslash = this.text.indexOf('\\', start);
      this.#backslash = backslash < 0 ? Infinity : backslash;
    }
    return this.#backslash < end ? -1 : end;
  }

  /** Undoes the escape at `at`, a backslash. Nothing is read. */
  unescape(subject: string, at: number): string {
    const code = this.text.charCodeAt(at + 1);
    if (code === BACKSLASH) return '\\';
    if (code === QUOTE) return '"';
    if (code === 110) return '\n';
    const isOther = code !== LINE_FEED && code === code;
    if (this.#keepsUnknownEscapes && isOther) return this.text.slice(at, at + 2);
    const rule = this.#keepsUnknownEscapes ? 'a character after the backslash' : 'one of the escapes \\\\, \\" and \\n';
    return this.fail(`${subject}: expected ${rule}, got ${isOther ? quote(this.text.slice(at, at + 2)) : this.found(at + 1)}`, at);
  }

  /** What stands at a place, for messages. */
  found(at: number = this.at): string {
    if (at >= this.text.length) return 'the end of the input';
    const code = this.text.charCodeAt(at);
    if (code === LINE_FEED) return 'the end of the line';
    if (code === BLANK || code === TAB) return code === TAB ? 'a tab' : 'a blank';
    const token = /[^ \t\n]{1,80}/y;
    token.lastIndex = at;
    return quote(token.exec(this.text)![0]);
  }

  /** @throws {ParseError} always, for a place in the current line. */
  fail(reason: string, at: number = this.at): never {
    throw new ParseError(reason, this.line, at - this.lineStart + 1);
  }

  #readEscaped(subject: string, start: number): string {
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
}
