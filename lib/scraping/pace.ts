// Work that leaves the event loop free in between, over all the scrapes of a handler. Knows not what is done.

// Milliseconds. After a longer gap, the event loop has had its turn.
const GAP_MS = 0.5;

// Steps of each stretch, whatever the clock says. On a busy machine it may pass `maxPauseMs` while this process does not
// run at all, within its first step: yielding then would tear apart what a few steps show of one moment.
const LEAST_STEPS = 8;

/**
 * Does work: what it returns, at once where it is short and none is under way. Otherwise it waits for its turn, since a
 * hundred scrapes that have waited for the same refresh would be written in one go.
 *
 * @param work - Steps of some hundred microseconds at most.
 */
export type Pace = <Result>(work: Iterator<unknown, Result>) => Result | Promise<Result>;

/** Does one work after another, in stretches of a limited time, or of a few steps where these take longer. */
export function paced(maxPauseMs: number, yieldToHost: () => Promise<void>): Pace {
  let stretchBegin = 0;
  let lastEnd = -Infinity;
  let waiting = 0;
  let last = Promise.resolve();

  const isOver = (now: number): boolean => now - stretchBegin >= maxPauseMs;

  /** Whether the stretch is over and the event loop has not run since. */
  function isSpent(): boolean {
    const now = performance.now();
    if (now - lastEnd <= GAP_MS) return isOver(now);
    stretchBegin = now;
    return false;
  }

  /** Works until all is done or the stretch is over. */
  function stretch<Result>(work: Iterator<unknown, Result>): IteratorResult<unknown, Result> {
    try {
      let step = work.next();
      for (let steps = 1; !step.done && (steps < LEAST_STEPS || !isOver(performance.now())); steps++) step = work.next();
      return step;
    } finally {
      lastEnd = performance.now();
    }
  }

  async function pause(): Promise<void> {
    await yieldToHost();
    stretchBegin = lastEnd = performance.now();
  }

  async function inTurn<Result>(work: Iterator<unknown, Result>, isBegun: boolean): Promise<Result> {
    const before = last;
    let done = (): void => {};
    last = new Promise((resolve) => (done = resolve));
    waiting++;
    await before;
    try {
      if (isBegun || isSpent()) await pause();
      for (;;) {
        const step = stretch(work);
        if (step.done) return step.value;
        await pause();
      }
    } finally {
      waiting--;
      done();
    }
  }

  return (work) => {
    if (waiting > 0 || isSpent()) return inTurn(work, false);
    const step = stretch(work);
    return step.done ? step.value : inTurn(work, true);
  };
}
