// What those told that ended: kept by the group, once each, for as long as the group lives.

import { FRAME, FrameReader, VERSION, jsonFrame, malformed, objectIn } from './wire.ts';
import { ToldReader, framesOf } from './told.ts';
import type { Told } from './told.ts';

export interface Ended {
  /** The members whose words are in it, or that had none; the latest ones at least. */
  readonly ids: readonly string[];
  /** The sum of those before, and the words of those that ended last, by their ids. */
  readonly told: readonly Told[];
}

export const NONE_ENDED: Ended = { ids: [], told: [] };

// Who is in no list any more cannot be counted again, once those that read a list before have looked again.
const MOST_IDS = 1_000;

/** @throws {MetricError} `ERR_GROUP` for what is no such file, or of another version */
export function endedIn(content: Uint8Array | undefined): Ended {
  if (content === undefined) return NONE_ENDED;
  const frames = new FrameReader();
  const reader = new ToldReader();
  const told: Told[] = [];
  let ids: readonly string[] | undefined;
  for (const next of frames.push(content)) {
    if (ids === undefined) {
      ids = idsIn(objectIn(next));
      continue;
    }
    const one = reader.take(next);
    if (one) told.push(one);
  }
  if (ids === undefined || !frames.isEmpty || !reader.isComplete) throw malformed('the words of all that ended');
  return { ids, told };
}

export function bytesOfEnded({ ids, told }: Ended): Uint8Array {
  return Buffer.concat([jsonFrame(FRAME.head, { version: VERSION, ids: ids.slice(-MOST_IDS) }), ...told.flatMap((each) => [...framesOf(each)])]);
}

function idsIn({ version, ids }: Readonly<Record<string, unknown>>): readonly string[] {
  if (version !== VERSION) throw malformed(`the version ${VERSION}`);
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string')) throw malformed('the members that ended');
  return ids;
}
