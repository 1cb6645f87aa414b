// Whether a member lives, by its socket: whoever listens there lives, even where it hangs.

import { existsSync } from 'node:fs';
import { connect } from 'node:net';

import type { GroupFolder } from './folder.ts';
import type { MemberRecord } from './members.ts';
import { codeOf, isGone } from './processes.ts';

/** `unreachable`: it may live, and will perhaps listen again. */
export type Liveness = 'alive' | 'ended' | 'unreachable';

const LONGEST_PROBE_MS = 1_000;

export async function livenessOf(record: MemberRecord, folder: GroupFolder, host: string): Promise<Liveness> {
  if (hasEnded(record, folder)) return 'ended';
  return judged(record, folder, host, await probe(folder.socketOf(record.id)));
}

export async function isListeningAt(path: string): Promise<boolean> {
  return isLife(await probe(path));
}

/** What it says of a member that nobody could connect to it. */
export function judged(record: MemberRecord, folder: GroupFolder, host: string, error: unknown): Liveness {
  if (hasEnded(record, folder)) return 'ended';
  if (isLife(error)) return 'alive';
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return 'ended';
  if (code !== 'ENOENT') return 'unreachable';
  // A pipe of Windows is there as long as somebody listens; a socket's file may have been removed by others.
  return process.platform === 'win32' || isProcessGone(record, host) ? 'ended' : 'unreachable';
}

/** Whether it left its last word. */
export function hasEnded({ id }: Pick<MemberRecord, 'id'>, folder: GroupFolder): boolean {
  return existsSync(folder.fileOf(`${id}.end`));
}

export function isProcessGone({ pid, host }: Pick<MemberRecord, 'pid' | 'host'>, own: string): boolean {
  return host === own && isGone(pid);
}

/** A queue that is full is that of a live process. */
function isLife(error: unknown): boolean {
  return error === undefined || codeOf(error) === 'EAGAIN';
}

/** Why nobody can connect there; `undefined` where one can. */
function probe(path: string): Promise<unknown> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once('error', resolve);
    socket.setTimeout(LONGEST_PROBE_MS, () => {
      socket.destroy();
      resolve(undefined);
    });
  });
}
