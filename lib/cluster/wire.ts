// What is sent between members and kept in their files: frames of a type and bytes. Knows not what they mean.

import { MetricError } from '../core/errors.ts';

/** The version of all that members say to each other. */
export const VERSION = 1;

/** What a frame is. */
export const FRAME = { hello: 1, ready: 2, now: 3, head: 4, shape: 5, values: 6, end: 7, refused: 8 } as const;

export type FrameType = (typeof FRAME)[keyof typeof FRAME];

export interface Frame {
  readonly type: FrameType;
  readonly bytes: Uint8Array;
}

// A header: the length of what follows, then the type.
const HEADER_LENGTH = 5;

const LONGEST_FRAME = 64 * 1024;

/** What one member may tell at once. */
export const MOST_BYTES: number = 256 * 1024 * 1024;

const EMPTY = new Uint8Array(0);

/** A frame as it is sent. */
export function frame(type: FrameType, bytes: Uint8Array = EMPTY): Buffer {
  const framed = Buffer.allocUnsafe(HEADER_LENGTH + bytes.length);
  framed.writeUInt32LE(bytes.length, 0);
  framed[4] = type;
  framed.set(bytes, HEADER_LENGTH);
  return framed;
}

/** Bytes of any length, as frames. */
export function* framesWith(type: FrameType, bytes: Uint8Array): Generator<Buffer, void> {
  for (let begin = 0; begin < bytes.length; begin += LONGEST_FRAME) yield frame(type, bytes.subarray(begin, begin + LONGEST_FRAME));
}

/** @param content - Short. */
export function jsonFrame(type: FrameType, content: object): Buffer {
  return frame(type, Buffer.from(JSON.stringify(content)));
}

/** The object in a frame. @throws {MetricError} `ERR_GROUP` */
export function objectIn({ bytes }: Frame): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content as Readonly<Record<string, unknown>>;
  } catch {
    // No JSON.
  }
  throw malformed('an object');
}

/** Takes frames out of the bytes that come in. */
export class FrameReader {
  private pending: Buffer = Buffer.alloc(0);
  private total = 0;

  /** The frames that are complete now. @throws {MetricError} `ERR_GROUP` for what is no frame, and for more than a member may tell */
  *push(chunk: Uint8Array): Generator<Frame, void> {
    this.total += chunk.length;
    if (this.total > MOST_BYTES) throw malformed(`at most ${MOST_BYTES} bytes`);
    this.pending = this.pending.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([this.pending, chunk]);
    let offset = 0;
    while (this.pending.length - offset >= HEADER_LENGTH) {
      const length = this.pending.readUInt32LE(offset);
      const type = this.pending[offset + 4] as FrameType;
      if (length > LONGEST_FRAME || !(type >= FRAME.hello && type <= FRAME.refused)) throw malformed('a frame');
      const begin = offset + HEADER_LENGTH;
      if (this.pending.length < begin + length) break;
      offset = begin + length;
      yield { type, bytes: this.pending.subarray(begin, offset) };
    }
    this.pending = this.pending.subarray(offset);
  }

  /** Whether nothing is left of an incomplete frame. */
  get isEmpty(): boolean {
    return this.pending.length === 0;
  }
}

export function malformed(expected: string): MetricError {
  return new MetricError('ERR_GROUP', `what a member told: expected ${expected}, got something else`);
}
