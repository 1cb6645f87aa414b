// The clocks that instruments measure with. Engines differ in what they have; looked up when called.

import { ignoreRejection } from './notify.ts';

/** Milliseconds, from any origin. */
export type Clock = () => number;

/** Milliseconds since the epoch. */
export const wallClock: Clock = () => Date.now();

/** Milliseconds that never go back, where the engine has such a clock; else the wall clock. */
export const monotonicClock: Clock = () => {
  const { performance } = globalThis as { performance?: { now(): number } };
  return performance === undefined ? Date.now() : performance.now();
};

/**
 * A clock of the caller's, safe to read amid a write. Where it throws, returns no finite number, or itself writes
 * what needs the time, the time is the one that it returned last.
 */
export function safeClock(clock: Clock): Clock {
  let lastMs = 0;
  let isBeingRead = false;
  return () => {
    if (isBeingRead) return lastMs;
    isBeingRead = true;
    try {
      const nowMs = clock();
      if (Number.isFinite(nowMs)) lastMs = nowMs;
      else ignoreRejection(nowMs);
    } catch {
      // No write fails because of its time.
    }
    isBeingRead = false;
    return lastMs;
  };
}
