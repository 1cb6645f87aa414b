// What a member told: one snapshot, as it is sent, and as it is kept in a file.

import { FRAME, FrameReader, VERSION, frame, framesWith, jsonFrame, malformed, objectIn } from './wire.ts';
import type { Frame } from './wire.ts';

/** One snapshot of one member, or the sum of several that ended. */
export interface Told {
  /** Of the member; of a sum, any that no other has. */
  readonly id: string;
  /** Grows with each snapshot of a member. */
  readonly sequence: number;
  /** When it was taken, in milliseconds since the epoch. */
  readonly toldMs: number;
  readonly shapeId: number;
  /** Empty where whoever reads it has it already. */
  readonly shape: readonly Uint8Array[];
  readonly values: readonly Uint8Array[];
  /** Of a last word, since the process or thread ends: nothing that was counted can come back. */
  readonly isFinal?: boolean | undefined;
}

/** The one that was told last; `undefined` where there is none. */
export function latest(...all: readonly (Told | undefined)[]): Told | undefined {
  return all.reduce((best, each) => (best === undefined || (each !== undefined && each.sequence > best.sequence) ? each : best));
}

/** As frames. */
export function* framesOf({ shape, values, ...head }: Told): Generator<Buffer, void> {
  yield jsonFrame(FRAME.head, { version: VERSION, ...head });
  for (const chunk of shape) yield* framesWith(FRAME.shape, chunk);
  for (const chunk of values) yield* framesWith(FRAME.values, chunk);
  yield frame(FRAME.end);
}

/** Reads one after another. */
export class ToldReader {
  private head: Omit<Told, 'shape' | 'values'> | undefined;
  private shape: Uint8Array[] = [];
  private values: Uint8Array[] = [];

  /** What is told, once it is complete. @throws {MetricError} `ERR_GROUP` */
  take(next: Frame): Told | undefined {
    if (next.type === FRAME.head) {
      if (this.head !== undefined) throw malformed('an end before the next snapshot');
      this.head = headOf(objectIn(next));
      this.shape = [];
      this.values = [];
      return undefined;
    }
    if (this.head === undefined) throw malformed('a snapshot');
    if (next.type === FRAME.shape) this.shape.push(next.bytes);
    else if (next.type === FRAME.values) this.values.push(next.bytes);
    else if (next.type === FRAME.end) {
      const told = { ...this.head, shape: this.shape, values: this.values };
      this.head = undefined;
      return told;
    } else throw malformed('a part of a snapshot');
    return undefined;
  }

  get isComplete(): boolean {
    return this.head === undefined;
  }
}

/** All that a file tells, after what may stand before it. @throws {MetricError} `ERR_GROUP` for what is cut off or was never such a file */
export function toldIn(content: Uint8Array): Told[] {
  const frames = new FrameReader();
  const reader = new ToldReader();
  const all: Told[] = [];
  for (const next of frames.push(content)) {
    const told = reader.take(next);
    if (told) all.push(told);
  }
  if (!frames.isEmpty || !reader.isComplete) throw malformed('a complete file');
  return all;
}

function headOf({ version, id, sequence, toldMs, shapeId, isFinal }: Readonly<Record<string, unknown>>): Omit<Told, 'shape' | 'values'> {
  if (version !== VERSION) throw malformed(`the version ${VERSION}`);
  if (typeof id !== 'string' || ![sequence, toldMs, shapeId].every(Number.isFinite)) throw malformed('the head of a snapshot');
  return { id, sequence: sequence as number, toldMs: toldMs as number, shapeId: shapeId as number, isFinal: isFinal === true };
}
