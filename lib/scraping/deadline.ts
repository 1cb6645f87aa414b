// Work that has to end: a signal that is aborted at a deadline, or when another is, and waiting no longer.

import type { ScrapeSignal } from '../core/model.ts';
import { aborter, onAbort } from './signals.ts';

// Timers that are set for longer go off at once.
const LONGEST_MS = 2 ** 31 - 1;

export interface Deadline {
  readonly signal: ScrapeSignal;
  /** To be called when the work is done, so that no timer is left behind. */
  clear(): void;
}

/** @param afterMs - Infinite: no deadline. */
export function deadline(gone: ScrapeSignal, afterMs: number): Deadline {
  const own = aborter();
  const timeUp = (): void => own.abort(new DOMException('The time for the scrape is up', 'TimeoutError'));
  const timer = afterMs <= LONGEST_MS ? setTimeout(timeUp, afterMs) : undefined;
  const callOff = onAbort(gone, () => own.abort());
  return {
    signal: own.signal,
    clear() {
      clearTimeout(timer);
      callOff();
    },
  };
}

/**
 * What the work comes to, where it comes to it in time.
 *
 * @throws what the work throws, and an `Error` at the deadline and when the client is gone
 */
export async function within<Result>(gone: ScrapeSignal, afterMs: number, work: () => Promise<Result>): Promise<Result> {
  const { signal, clear } = deadline(gone, afterMs);
  try {
    return await Promise.race([
      work(),
      new Promise<never>((_, reject) => onAbort(signal, () => reject(new Error('was not done in time')))),
    ]);
  } finally {
    clear();
  }
}
