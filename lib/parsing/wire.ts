// Reads protobuf byte by byte: the place in it, and the values that fields have. Does not know which messages there are.
// https://protobuf.dev/programming-guides/encoding/

import { ParseError } from './parse-error.ts';
import { LONG, MOST_LONG_NAMES } from './scanner.ts';
import { decodeUtf8, fatalDecoder, isBytes } from './utf8.ts';
import type { Decoder } from './utf8.ts';

// Wire types. The two that begin and end a group are deprecated, and no message here has one.
export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH = 2;
const FIXED32 = 5;

/** What a field of a message is, by its number; `isRepeated` is one of numbers, which may stand in one run of bytes. */
export type Fields<T> = Readonly<Record<number, readonly [wireType: number, read: (wire: Wire, target: T) => void, isRepeated?: true]>>;

/** The largest numbers that both 64 bits and a JavaScript number can hold. */
const MAX_SIGNED = 2 ** 63 - 1024;
const MAX_UNSIGNED = 2 ** 64 - 2048;
const HIGH = 2 ** 32;

export class Wire {
  /** The place that is read next. */
  at = 0;
  /** Where the message ends that is being read. */
  private end: number;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly decoder: Decoder | undefined = fatalDecoder();
  // The varint read last.
  private low = 0;
  private high = 0;
  private longNames = 0;

  /** @throws {TypeError} if `bytes` is no `Uint8Array`. */
  constructor(bytes: Uint8Array) {
    if (!isBytes(bytes)) throw new TypeError(`bytes: expected a Uint8Array, got ${bytes === null ? 'null' : typeof bytes}`);
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.length;
  }

  /** Whether there are more messages. */
  hasMore(): boolean {
    return this.at < this.end;
  }

  /** Reads a message with its length before it. Fields that are not among those given are skipped. */
  readMessage<T>(fields: Fields<T>, target: T): T {
    const { end } = this;
    const length = this.readLength();
    this.end = this.at + length;
    while (this.at < this.end) this.readField(fields, target);
    this.end = end;
    return target;
  }

  readDouble(): number {
    const at = this.take(8);
    return this.view.getFloat64(at, true);
  }

  /** 0 to 2^64, rounded beyond 2^53. */
  readUnsigned(): number {
    this.readVarint();
    return Math.min(this.high * HIGH + this.low, MAX_UNSIGNED);
  }

  /** `int64`, and what is shorter: -2^63 to 2^63, rounded beyond 2^53. */
  readSigned(): number {
    this.readVarint();
    return Math.min((this.high | 0) * HIGH + this.low, MAX_SIGNED);
  }

  /** `sint64`, and what is shorter: the same, written as 0, -1, 1, -2 and so on. */
  readZigzag(): number {
    this.readVarint();
    const half = (this.high >>> 1) * HIGH + (((this.high << 31) | (this.low >>> 1)) >>> 0);
    return (this.low & 1) === 1 ? -half - 1 : Math.min(half, MAX_SIGNED);
  }

  /** @param hint - What it probably is: if so, the very same string is returned, and nothing has to be decoded. */
  readString(hint?: string): string {
    const length = this.readLength();
    const from = this.take(length);
    if (hint !== undefined && this.isAscii(from, hint, length)) return hint;
    const bytes = this.bytes.subarray(from, from + length);
    try {
      const text = this.decoder?.decode(bytes);
      if (text !== undefined) return text;
    } catch {
      // The error does not say where, so the bytes are decoded once more below.
    }
    const { text, invalidAt } = decodeUtf8(bytes);
    if (invalidAt >= 0) this.fail(`text: expected UTF-8, got the byte 0x${bytes[invalidAt]!.toString(16)}`, from + invalidAt);
    return text;
  }

  /** Reads a name that is looked up; see `LONG`. */
  readName(hint?: string): string {
    const { at } = this;
    const name = this.readString(hint);
    if (name.length > LONG && ++this.longNames > MOST_LONG_NAMES) {
      this.fail(`name: expected at most ${MOST_LONG_NAMES} of more than ${LONG} characters, got another of ${name.length}`, at);
    }
    return name;
  }

  /** @throws {ParseError} always */
  fail(reason: string, at: number): never {
    throw new ParseError(reason, 0, 0, at);
  }

  private readField<T>(fields: Fields<T>, target: T): void {
    const { at } = this;
    this.readVarint();
    const number = this.low >>> 3;
    const wireType = this.low & 7;
    if (this.high !== 0 || number === 0) this.fail(`field: expected a number from 1 to 536870911, got ${this.high !== 0 ? 'a larger one' : '0'}`, at);
    const field = fields[number];
    if (field === undefined) return this.skip(number, wireType, at);
    const [expected, read, isRepeated] = field;
    if (wireType === expected) return read(this, target);
    if (wireType !== LENGTH || isRepeated !== true) return this.skip(number, wireType, at);
    const { end } = this;
    const length = this.readLength();
    this.end = this.at + length;
    while (this.at < this.end) read(this, target);
    this.end = end;
  }

  /** Skips a field that is not known, or has another wire type than the known one, which is then another field. */
  private skip(number: number, wireType: number, at: number): void {
    if (wireType === VARINT) this.readVarint();
    else if (wireType === FIXED64) this.take(8);
    else if (wireType === FIXED32) this.take(4);
    else if (wireType === LENGTH) this.take(this.readLength());
    else this.fail(`field ${number}: expected the wire type 0, 1, 2 or 5, got ${wireType}${wireType === 3 || wireType === 4 ? ', that of a group' : ''}`, at);
  }

  /** The length of what comes next, which is there. */
  private readLength(): number {
    const { at } = this;
    const length = this.readUnsigned();
    const most = this.end - this.at;
    if (length > most) this.fail(`length: expected at most ${most} bytes, got ${length}`, at);
    return length;
  }

  private readVarint(): void {
    const { bytes, end, at: start } = this;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= end) this.fail('varint: expected another byte, got the end of the message', this.at);
      const byte = bytes[this.at++]!;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift > 28) high |= bits << (shift - 32);
      else {
        low |= bits << 28;
        high = bits >>> 4;
      }
      if (byte > 0x7f) continue;
      if (shift === 63 && bits > 1) break;
      this.low = low >>> 0;
      this.high = high >>> 0;
      return;
    }
    this.fail('varint: expected at most 64 bits, got more', start);
  }

  /** Moves on by some bytes, and returns where they begin. */
  private take(count: number): number {
    const { at } = this;
    if (count > this.end - at) this.fail(`number: expected ${count} bytes, got the end of the message after ${this.end - at}`, at);
    this.at += count;
    return at;
  }

  private isAscii(from: number, text: string, length: number): boolean {
    if (text.length !== length) return false;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f || code !== this.bytes[from + i]) return false;
    }
    return true;
  }
}
