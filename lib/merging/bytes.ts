// Bytes of a snapshot: numbers and strings one after another, written into memory that grows, and read with a check
// of every length. Knows nothing of metrics.

import { fault } from '../core/errors.ts';
import type { MetricError } from '../core/errors.ts';

/** What is no snapshot. */
export function malformed(expected: string, given: unknown): MetricError {
  return fault('ERR_SNAPSHOT', 'snapshot', expected, given);
}

export class ByteWriter {
  at = 0;
  private bytes = new Uint8Array(256);
  private view = new DataView(this.bytes.buffer);
  private readonly encoder = new TextEncoder();

  /** A whole number of 0 or more. */
  whole(value: number): void {
    this.reserve(8);
    let rest = value;
    for (; rest >= 2 ** 31; rest = Math.floor(rest / 128)) this.bytes[this.at++] = (rest % 128) | 128;
    for (; rest > 127; rest >>>= 7) this.bytes[this.at++] = (rest & 127) | 128;
    this.bytes[this.at++] = rest;
  }

  number(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  /** A number that is mostly a small and whole one. */
  count(value: number): void {
    const isWhole = value >= 0 && value < 2 ** 48 && Math.floor(value) === value && !Object.is(value, -0);
    this.whole(isWhole ? value + 1 : 0);
    if (!isWhole) this.number(value);
  }

  string(text: string): void {
    const bytes = this.encoder.encode(text);
    this.whole(bytes.length);
    this.put(bytes);
  }

  put(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** What was written, until something else is. */
  get written(): Uint8Array {
    return this.bytes.subarray(0, this.at);
  }

  private reserve(size: number): void {
    if (this.at + size <= this.bytes.length) return;
    const larger = new Uint8Array(2 * (this.at + size));
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}

export class ByteReader {
  at = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get rest(): number {
    return this.bytes.length - this.at;
  }

  /** @throws {MetricError} `ERR_SNAPSHOT` */
  whole(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 56; factor *= 128) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw malformed('more bytes', this.bytes.length);
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw malformed('a whole number', value);
  }

  /** One that is less than the limit, such as a place in a list. @throws {MetricError} `ERR_SNAPSHOT` */
  below(limit: number): number {
    const value = this.whole();
    if (value >= limit) throw malformed(`a number below ${limit}`, value);
    return value;
  }

  /** How many things follow, each of so many bytes at least. @throws {MetricError} `ERR_SNAPSHOT` */
  length(leastBytes: number): number {
    const length = this.whole();
    if (length * leastBytes > this.rest) throw malformed(`a length that ${this.rest} bytes have room for`, length);
    return length;
  }

  /** @throws {MetricError} `ERR_SNAPSHOT` */
  number(): number {
    if (this.rest < 8) throw malformed('more bytes', this.bytes.length);
    this.at += 8;
    return this.view.getFloat64(this.at - 8, true);
  }

  /** @throws {MetricError} `ERR_SNAPSHOT` */
  count(): number {
    const value = this.whole();
    return value === 0 ? this.number() : value - 1;
  }

  /** @throws {MetricError} `ERR_SNAPSHOT` */
  string(): string {
    return this.text(this.length(1));
  }

  /** @throws {MetricError} `ERR_SNAPSHOT` */
  text(length: number): string {
    try {
      return this.decoder.decode(this.take(length));
    } catch (cause) {
      throw malformed('UTF-8', (cause as Error).message);
    }
  }

  /** @throws {MetricError} `ERR_SNAPSHOT` */
  take(length: number): Uint8Array {
    if (length > this.rest) throw malformed('more bytes', this.bytes.length);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}
