// Work that has to end: a signal that is aborted at a deadline, or when another is, and waiting no longer.

import type { ScrapeSignal } from '../core/model.ts';
import { aborter, onAbort } from './signals.ts';
import { engineTimers } from './timers.ts';
import type { Timers } from './timers.ts';

export interface Deadline {
  readonly signal: ScrapeSignal;
  /** To be called when the work is done, so that no timer is left behind. */
  clear(): void;
}

/** @param afterMs - Infinite: no deadline. */
export function deadline(gone: ScrapeSignal, afterMs: number, timers: Timers = engineTimers): Deadline {
  const own = aborter();
  const stop = timers.after(afterMs, () => own.abort(new DOMException('The deadline of the scrape has passed', 'TimeoutError')));
  const callOff = onAbort(gone, () => own.abort());
  return {
    signal: own.signal,
    clear() {
      stop();
      callOff();
    },
  };
}

/**
 * What the work comes to, where it comes to it in time.
 *
 * @param gone - Nobody waits for the work any more. @default somebody always does
 * @throws what the work throws, and an `Error` at the limit and when nobody waits
 */
export function within<Result>(work: PromiseLike<Result>, limitMs: number, timers: Timers, gone?: ScrapeSignal): Promise<Result> {
  return new Promise<Result>((resolve, reject) => {
    const giveUp = (): void => reject(new Error('was not done in time'));
    const stop = timers.after(limitMs, giveUp);
    const callOff = gone && onAbort(gone, giveUp);
    const end = (): void => {
      stop();
      callOff?.();
    };
    Promise.resolve(work).finally(end).then(resolve, reject);
  });
}
