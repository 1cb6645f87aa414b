// The input as pieces of text that end where a line ends, so that bytes are decoded a little at a time. Knows
// no syntax but the line feed.

import { ParseError } from './parse-error.ts';

// Smaller ones are moved about by the collector while families that are cut from them are put together: with 64 KiB
// `parse` took a quarter longer.
const PIECE_BYTES = 256 * 1024;

const LINE_FEED = 10;

// Code units given to `fromCharCode` at once: engines limit the number of arguments.
const RUN = 4096;

interface Decoder {
  decode(bytes: Uint8Array): string;
}

/** Gives the input out piece by piece. */
export class Source {
  private readonly input: string | Uint8Array;
  private readonly decoder: Decoder | undefined;
  private at = 0;

  /** @throws {TypeError} if `input` is neither a string nor a `Uint8Array`. */
  constructor(input: string | Uint8Array) {
    if (typeof input !== 'string' && !isBytes(input)) {
      throw new TypeError(`input: expected a string or a Uint8Array, got ${input === null ? 'null' : typeof input}`);
    }
    this.input = input;
    if (typeof input !== 'string') this.decoder = fatalDecoder();
  }

  /**
   * The next piece: whole lines, each with its line feed, which only the input's last line may lack.
   * Undefined at the end.
   *
   * @param line - The number of the piece's first line, for errors.
   * @throws {ParseError} if the text is not valid Unicode.
   */
  next(line: number): string | undefined {
    const input = this.input;
    if (this.at >= input.length) return undefined;
    if (typeof input === 'string') {
      this.at = input.length;
      const at = SURROGATE.test(input) ? input.search(LONE_SURROGATE) : -1;
      if (at >= 0) fail('text: expected Unicode, got half of a surrogate pair', input.slice(0, at), line);
      return input;
    }
    const end = pieceEnd(input, this.at);
    const bytes = input.subarray(this.at, end);
    this.at = end;
    return this.decode(bytes, line);
  }

  private decode(bytes: Uint8Array, line: number): string {
    if (this.decoder !== undefined) {
      try {
        return this.decoder.decode(bytes);
      } catch {
        // It does not say where; the slow way does.
      }
    }
    const { text, invalidAt } = decodeUtf8(bytes);
    if (invalidAt >= 0) fail(`text: expected UTF-8, got the byte 0x${bytes[invalidAt]!.toString(16)}`, text, line);
    return text;
  }
}

// Not `instanceof`: the bytes may come from another realm, such as a test runner's.
function isBytes(input: unknown): input is Uint8Array {
  return Object.prototype.toString.call(input) === '[object Uint8Array]';
}

// Without the flag, text that has no surrogates is searched in a fifth of the time. With it, two that form a pair
// are one character, and so not in the range.
const SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /[\ud800-\udfff]/u;

// A byte-order mark is kept, to be rejected as what it is: not the beginning of a line.
function fatalDecoder(): Decoder | undefined {
  const { TextDecoder } = globalThis as { TextDecoder?: new (label: string, options: object) => Decoder };
  return TextDecoder === undefined ? undefined : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
}

function pieceEnd(bytes: Uint8Array, from: number): number {
  const wanted = from + PIECE_BYTES;
  if (wanted >= bytes.length) return bytes.length;
  const before = bytes.lastIndexOf(LINE_FEED, wanted - 1);
  if (before >= from) return before + 1;
  const after = bytes.indexOf(LINE_FEED, wanted);
  return after < 0 ? bytes.length : after + 1;
}

/**
 * The text of the bytes up to the first that is not valid UTF-8; `invalidAt` is that byte, or -1. For engines without
 * `TextDecoder`, and to find the byte that is wrong where they have one.
 */
function decodeUtf8(bytes: Uint8Array): { readonly text: string; readonly invalidAt: number } {
  let text = '';
  let units: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at]!;
    const length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (length === 0 || !isContinued(bytes, at, length)) break;
    let code = length === 1 ? lead : lead & (0xff >> (length + 1));
    for (let i = 1; i < length; i++) code = (code << 6) | (bytes[at + i]! & 0x3f);
    if (code < 0x10000) units.push(code);
    else units.push(0xd7c0 + (code >> 10), 0xdc00 + (code & 0x3ff));
    at += length;
    if (units.length >= RUN) {
      text += String.fromCharCode(...units);
      units = [];
    }
  }
  return { text: text + String.fromCharCode(...units), invalidAt: at < bytes.length ? at : -1 };
}

// Unicode, table "Well-Formed UTF-8 Byte Sequences": the second byte keeps out what a shorter sequence could
// say, the surrogates, and what lies above the last code point.
function isContinued(bytes: Uint8Array, at: number, length: number): boolean {
  if (at + length > bytes.length) return false;
  for (let i = 1; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return false;
  const lead = bytes[at]!;
  const second = bytes[at + 1]!;
  if (lead === 0xe0) return second >= 0xa0;
  if (lead === 0xed) return second < 0xa0;
  if (lead === 0xf0) return second >= 0x90;
  return lead !== 0xf4 || second < 0x90;
}

function fail(reason: string, before: string, line: number): never {
  const lineFeeds = before.split('\n').length - 1;
  throw new ParseError(reason, line + lineFeeds, before.length - before.lastIndexOf('\n'));
}
