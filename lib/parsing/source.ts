// Splits the input into pieces of whole lines, so that bytes are decoded a little at a time. Knows no syntax but the
// line feed.

import { ParseError } from './parse-error.ts';
import { decodeUtf8, fatalDecoder, isBytes } from './utf8.ts';
import type { Decoder } from './utf8.ts';

// With 64 KiB `parse` took a quarter longer: the garbage collector moves smaller pieces while names and labels are
// cut from them.
const PIECE_BYTES = 256 * 1024;

// More may not fit into a string, and no exposition has such a line.
const LINE_LIMIT = 2 ** 28;

const LINE_FEED = 10;

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
   * Undefined at the end. The lines above an invalid one are a piece of their own.
   *
   * @param line - The number of the piece's first line, for errors.
   * @throws {ParseError} if the first line is not valid Unicode, or too long.
   */
  next(line: number): string | undefined {
    const { input, at } = this;
    if (at >= input.length) return undefined;
    if (at === 0) rejectByteOrderMark(input);
    if (typeof input !== 'string') return this.decode(input.subarray(at, pieceEnd(input, at)), line);

    const text = at === 0 ? input : input.slice(at);
    const invalidAt = SURROGATE.test(text) ? text.search(LONE_SURROGATE) : -1;
    const end = invalidAt < 0 ? text.length : text.lastIndexOf('\n', invalidAt) + 1;
    if (end === 0) throw new ParseError('text: expected Unicode, got half of a surrogate pair', line, invalidAt + 1);
    this.at += end;
    return text.slice(0, end);
  }

  private decode(bytes: Uint8Array, line: number): string {
    if (bytes.length > LINE_LIMIT) throw new ParseError(`line: expected at most ${LINE_LIMIT} bytes, got ${bytes.length}`, line, 1);
    try {
      const text = this.decoder?.decode(bytes);
      if (text !== undefined) {
        this.at += bytes.length;
        return text;
      }
    } catch {
      // The error does not say where, so the bytes are decoded once more below.
    }
    const { text, invalidAt } = decodeUtf8(bytes);
    const end = invalidAt < 0 ? bytes.length : bytes.lastIndexOf(LINE_FEED, invalidAt) + 1;
    if (end === 0) throw new ParseError(`text: expected UTF-8, got the byte 0x${bytes[invalidAt]!.toString(16)}`, line, text.length + 1);
    this.at += end;
    return invalidAt < 0 ? text : text.slice(0, text.lastIndexOf('\n') + 1);
  }
}

function rejectByteOrderMark(input: string | Uint8Array): void {
  const [first, second, third] = typeof input === 'string' ? [input.charCodeAt(0)] : input;
  if (first === 0xfeff || (first === 0xef && second === 0xbb && third === 0xbf)) {
    throw new ParseError('text: expected no byte order mark at its start, got U+FEFF', 1, 1);
  }
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new ParseError('text: expected UTF-8, got the byte order mark of UTF-16', 1, 1);
  }
}

// The first takes a fifth of the time where there are no surrogates. With the flag, a pair of them is one character,
// and so not in the range.
const SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /[\ud800-\udfff]/u;

function pieceEnd(bytes: Uint8Array, from: number): number {
  const wanted = from + PIECE_BYTES;
  if (wanted >= bytes.length) return bytes.length;
  const before = bytes.lastIndexOf(LINE_FEED, wanted - 1);
  if (before >= from) return before + 1;
  const after = bytes.indexOf(LINE_FEED, wanted);
  return after < 0 ? bytes.length : after + 1;
}
