// The clock of serving and its timers: those of the engine, or others that are moved by hand.

import { monotonicClock } from '../core/clock.ts';

export interface Timers {
  /** Milliseconds that never go back. */
  now(): number;
  /** Calls back after a time; `Infinity`: never. Returns the way to call it off. */
  after(delayMs: number, act: () => void): () => void;
}

// The engine takes a timer that is set for longer, 25 days, for one of 1 ms.
export const LONGEST_MS: number = 2 ** 31 - 1;

/** The engine's own. Its timers keep a process running where nothing else does. */
export const engineTimers: Timers = { now: monotonicClock, after: (delayMs, act) => start(delayMs, act).clear };

/** The same, and a process may end while they run. */
export const idleTimers: Timers = {
  now: monotonicClock,
  after(delayMs, act) {
    const { timer, clear } = start(delayMs, act);
    (timer as { unref?(): void } | undefined)?.unref?.();
    return clear;
  },
};

function start(delayMs: number, act: () => void): { readonly timer: unknown; readonly clear: () => void } {
  const timer = delayMs <= LONGEST_MS ? setTimeout(act, delayMs) : undefined;
  return { timer, clear: () => clearTimeout(timer) };
}
