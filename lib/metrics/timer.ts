// Timing, for every instrument that takes seconds.

import type { Clock } from '../core/clock.ts';

/** Ends a timer, hands the elapsed seconds on, and returns them. */
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
  return (result as PromiseLike<unknown>).then(
    (value) => {
      end();
      return value;
    },
    (reason: unknown) => {
      end();
      throw reason;
    },
  ) as Result;
}
