// Takes away a socket file that a dead process left, once, however many processes start at that moment.

import { closeSync, lstatSync, openSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

// Between binding and listening, a socket refuses as a dead one does. That takes microseconds, where the process
// is not paused just then.
const BINDING_MS = 250;
const BUSY_MS = 10;
const ABANDONED_MS = 10_000;

/**
 * Whether it is worth listening again: nobody answers at that file, and it is gone now.
 *
 * @throws what the file system throws where the file may not be removed
 */
export async function removeLeftBehind(path: string): Promise<boolean> {
  const found = fileAt(path);
  if (found === undefined) return true;
  // A file of another kind is not ours.
  if (!found.isSocket || !(await isRefused(path))) return false;
  await sleep(BINDING_MS);
  if (!(await isRefused(path))) return false;
  return locked(`${path}.lock`, () => {
    // Another process may have listened there since.
    if (fileAt(path)?.identity === found.identity) remove(path);
  });
}

/** Does the work alone, without a pause in it, and waits a little where another does; true either way. */
async function locked(lock: string, work: () => void): Promise<boolean> {
  try {
    closeSync(openSync(lock, 'wx'));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    const { ageMs = 0 } = fileAt(lock) ?? {};
    if (ageMs > ABANDONED_MS) remove(lock);
    await sleep(BUSY_MS);
    return true;
  }
  try {
    work();
  } finally {
    remove(lock);
  }
  return true;
}

function remove(path: string): void {
  rmSync(path, { force: true });
}

function isRefused(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', (error) => resolve(codeOf(error) === 'ECONNREFUSED' || codeOf(error) === 'ENOENT'));
  });
}

interface Found {
  readonly isSocket: boolean;
  /** Differs from that of every other file that was at the same path. */
  readonly identity: string;
  readonly ageMs: number;
}

function fileAt(path: string): Found | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  return { isSocket: stats.isSocket(), identity: `${stats.dev} ${stats.ino} ${stats.ctimeNs}`, ageMs: Date.now() - Number(stats.mtimeMs) };
}

function codeOf(error: unknown): unknown {
  return (error as NodeJS.ErrnoException).code;
}
