// Timing, for every instrument that takes seconds.

import type { Clock } from '../core/clock.ts';

/** A function that hands the seconds since now on, and returns them; each time that it is called. */
export function startTimer<Args extends unknown[]>(
  clock: Clock,
  record: (seconds: number, ...args: Args) => void,
): (...args: Args) => number {
  const begin = clock();
  return (...args) => {
    const seconds = (clock() - begin) / 1000;
    record(seconds, ...args);
    return seconds;
  };
}

/** Calls `work` and then `end`: when it returned or threw; for a promise, when that is settled. */
export function timed<Result>(end: () => void, work: () => Result): Result {
  let result: Result;
  try {
    result = work();
  } catch (error) {
    end();
    throw error;
  }
  if (typeof (result as PromiseLike<unknown> | undefined)?.then !== 'function') {
    end();
    return result;
  }
  // Adopted by a promise, it can settle only once, whatever kind it is.
  return Promise.resolve(result).finally(end) as Result;
}
