// Work that leaves the event loop free in between, over all the scrapes of a handler. Knows not what is done.

// Milliseconds. After a longer gap, the event loop has had its turn.
const GAP_MS = 0.5;

/** Does one work after another, in stretches of a limited time. */
export class Pace {
  private readonly maxPauseMs: number;
  private readonly yieldToHost: () => Promise<void>;
  private stretchBegin = 0;
  private lastEnd = -Infinity;
  private waiting = 0;
  private last: Promise<void> = Promise.resolve();

  constructor(maxPauseMs: number, yieldToHost: () => Promise<void>) {
    this.maxPauseMs = maxPauseMs;
    this.yieldToHost = yieldToHost;
  }

  /**
   * What the work returns: at once where it is short and none is under way. Otherwise it waits for its turn,
   * since a hundred scrapes that have waited for the same refresh would be written in one go.
   *
   * @param work - Steps of some hundred microseconds at most.
   */
  run<Result>(work: Iterator<unknown, Result>): Result | Promise<Result> {
    if (this.waiting > 0 || this.isSpent()) return this.inTurn(work, false);
    const step = this.stretch(work);
    return step.done ? step.value : this.inTurn(work, true);
  }

  private async inTurn<Result>(work: Iterator<unknown, Result>, isBegun: boolean): Promise<Result> {
    const before = this.last;
    let done = (): void => {};
    this.last = new Promise((resolve) => (done = resolve));
    this.waiting++;
    await before;
    try {
      if (isBegun || this.isSpent()) await this.pause();
      for (;;) {
        const step = this.stretch(work);
        if (step.done) return step.value;
        await this.pause();
      }
    } finally {
      this.waiting--;
      done();
    }
  }

  /** Works until all is done or the stretch is over. */
  private stretch<Result>(work: Iterator<unknown, Result>): IteratorResult<unknown, Result> {
    try {
      let step = work.next();
      while (!step.done && !this.isOver(performance.now())) step = work.next();
      return step;
    } finally {
      this.lastEnd = performance.now();
    }
  }

  /** Whether the stretch is over and the event loop has not run since. */
  private isSpent(): boolean {
    const now = performance.now();
    if (now - this.lastEnd <= GAP_MS) return this.isOver(now);
    this.stretchBegin = now;
    return false;
  }

  private isOver(now: number): boolean {
    return now - this.stretchBegin >= this.maxPauseMs;
  }

  private async pause(): Promise<void> {
    await this.yieldToHost();
    this.stretchBegin = performance.now();
    this.lastEnd = this.stretchBegin;
  }
}
