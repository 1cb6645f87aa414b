// The clock and the timers of the host, taken before a test replaces them by fake ones, which would stand still.

import { performance } from 'node:perf_hooks';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';

export interface Waiting {
  now(): number;
  /** Calls the function at the next turn of the event loop. */
  nextTurn(act: () => void): void;
  /** Calls the function after that many milliseconds. Returns one that calls it off. */
  after(ms: number, act: () => void): () => void;
}

export const hostWaiting: Waiting = {
  now: () => performance.now(),
  nextTurn: (act) => void setImmediate(act),
  after(ms, act) {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};
