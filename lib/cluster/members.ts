// Who is in a group: the list that all its members share, and what it says of each.

import { randomBytes } from 'node:crypto';

import { MetricError, show } from '../core/errors.ts';
import { VERSION } from './wire.ts';

export interface MemberRecord {
  /** Of this membership alone: whoever joins again has another. */
  readonly id: string;
  /** The lowest that no live member had. */
  readonly number: number;
  /** The value of the label `member`; no two live members have the same. */
  readonly member: string;
  readonly pid: number;
  /** Where that number means a process. */
  readonly host: string;
  readonly joinedMs: number;
}

export interface Membership {
  /** Of the time from the first member's joining to the last one's end: sums last as long. */
  readonly generation: string;
  /** In the order in which they joined; those that ended stay until what they told was kept. */
  readonly members: readonly MemberRecord[];
}

export const NOBODY: Membership = { generation: '', members: [] };

export function newId(): string {
  return randomBytes(8).toString('hex');
}

/** @param report - Told of what is no list; then nobody is in it. @throws {MetricError} `ERR_GROUP` for a list of another version */
export function membershipIn(content: Uint8Array | undefined, report: (error: MetricError) => void): Membership {
  if (content === undefined) return NOBODY;
  let read: Readonly<Record<'version' | 'generation' | 'members', unknown>> | undefined;
  try {
    read = JSON.parse(Buffer.from(content).toString()) as typeof read;
  } catch {
    // No JSON.
  }
  const { version, generation, members } = read ?? {};
  if (version !== undefined && version !== VERSION) throw new MetricError('ERR_GROUP', `list of members: expected the version ${VERSION} of promlet's groups, got ${show(version)}; all members need the same`);
  if (typeof generation === 'string' && Array.isArray(members) && members.every(isRecord)) return { generation, members };
  report(new MetricError('ERR_GROUP', 'list of members: expected members, got something else'));
  return NOBODY;
}

export function bytesOf({ generation, members }: Membership): Uint8Array {
  return Buffer.from(JSON.stringify({ version: VERSION, generation, members }));
}

/** A record for whoever joins these. */
export function recordBeside(live: readonly MemberRecord[], wished: string | undefined, own: Pick<MemberRecord, 'id' | 'pid' | 'host' | 'joinedMs'>): MemberRecord {
  let number = 1;
  while (live.some((each) => each.number === number)) number++;
  const isTaken = (label: string): boolean => live.some(({ member }) => member === label);
  let member = wished ?? String(number);
  for (let i = number; isTaken(member); i++) member = `${wished ?? number} (${i})`;
  return { ...own, number, member };
}

function isRecord(given: unknown): given is MemberRecord {
  const { id, number, member, pid, host, joinedMs } = (given ?? {}) as Readonly<Record<keyof MemberRecord, unknown>>;
  return typeof id === 'string' && /^[0-9a-f]{16}$/.test(id) && typeof member === 'string' && typeof host === 'string' && [number, pid, joinedMs].every(Number.isFinite);
}
