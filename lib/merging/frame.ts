// How the pieces of a shape, and of values, are held together: a head of four numbers, then numbers and bytes. A sum of
// all of it shows what was cut off or changed on its way.

import { malformed } from './bytes.ts';

/** Of the form of shapes and values. Another one is refused. */
const VERSION = 1;

/** Of the largest piece, in bytes. */
export const PIECE = 65_536;

const HEAD = 32;

/** Two sums of 32 bits each, over words of four bytes: whatever changes in one word changes both. */
export class Checksum {
  private one = 0x9e3779b9;
  private other = 0x85ebca6b;

  /** @param bytes - At a place and of a length that four divides. */
  add(bytes: Uint8Array): void {
    let { one, other } = this;
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    // Not by an iterator, which takes several times as long.
    for (let i = 0; i < words.length; i++) {
      const word = words[i]!;
      one = Math.imul(((one << 5) | (one >>> 27)) ^ word, 0x9e3779b1);
      other = Math.imul(((other << 7) | (other >>> 25)) ^ word, 0x85ebca77);
    }
    this.one = one;
    this.other = other;
  }

  /** A whole number that a `Float64Array` holds exactly. */
  get value(): number {
    return (this.one >>> 0) * 2 ** 21 + ((this.other ^ (this.other >>> 11)) & 0x1fffff);
  }
}

/** Views of the bytes, none larger than a piece may be. */
export function* inPieces(bytes: Uint8Array): Generator<Uint8Array, void> {
  for (let from = 0; from < bytes.length; from += PIECE) yield bytes.subarray(from, from + PIECE);
}

/** Bytes in whole words of eight: zeros fill the last one. */
export function inWords(bytes: Uint8Array): Uint8Array {
  const words = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
  words.set(bytes);
  return words;
}

/** The head of a shape or of values. @param pieces - Each in whole words. */
export function headOf(id: number, count: number, checksum: Checksum): Uint8Array {
  const head = new Float64Array([VERSION, id, count, 0]);
  checksum.add(new Uint8Array(head.buffer));
  head[3] = checksum.value;
  return new Uint8Array(head.buffer);
}

export interface Frame {
  readonly id: number;
  readonly count: number;
  /** After the head. At a place that eight divides. */
  readonly body: Uint8Array;
}

/** Joins the pieces. @throws {MetricError} `ERR_SNAPSHOT` */
export function* framed(pieces: readonly Uint8Array[]): Generator<void, Frame> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length < HEAD || length % 8 !== 0) throw malformed('a head and whole words', `${length} bytes`);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  const [version, id, count, sum] = new Float64Array(bytes.buffer, 0, HEAD / 8) as unknown as readonly [number, number, number, number];
  if (version !== VERSION) throw malformed(`version ${VERSION}`, version);
  const body = bytes.subarray(HEAD);
  const checksum = new Checksum();
  for (const part of inPieces(body)) {
    checksum.add(part);
    yield;
  }
  checksum.add(new Uint8Array(new Float64Array([version, id, count, 0]).buffer));
  if (checksum.value !== sum) throw malformed('its bytes as they were sent', 'others');
  return { id, count, body };
}
