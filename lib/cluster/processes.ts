// Which processes there are, as far as one can tell, and codes of the system's errors.

import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Whether no process of this number runs, as this process sees it. */
export function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

/** The host, and the namespace in which numbers of processes mean the same. */
export function placeOfProcess(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
