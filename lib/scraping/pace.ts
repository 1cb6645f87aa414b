// Work that leaves the event loop free in between, over all the scrapes of a handler. Knows not what is done.

// Milliseconds. After a longer gap, the event loop has had its turn.
const GAP_MS = 0.5;

/** Has work done one after another, in stretches of a limited time. */
export class Pace {
  private readonly maxPauseMs: number;
  private readonly giveWay: () => Promise<void>;
  private stretchBegin = 0;
  private lastEnd = -Infinity;
  private last: Promise<void> = Promise.resolve();

  constructor(maxPauseMs: number, giveWay: () => Promise<void>) {
    this.maxPauseMs = maxPauseMs;
    this.giveWay = giveWay;
  }

  /**
   * Does the work when that before it is done. A hundred scrapes that have waited for the same refresh would
   * else all be written in one go.
   */
  async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = this.last;
    let done = (): void => {};
    this.last = new Promise((resolve) => (done = resolve));
    await before;
    try {
      if (performance.now() - this.lastEnd > GAP_MS) this.stretchBegin = performance.now();
      else if (this.isDue) await this.pause();
      return await work();
    } finally {
      this.lastEnd = performance.now();
      done();
    }
  }

  /** Whether it is time to give way. */
  get isDue(): boolean {
    return performance.now() - this.stretchBegin >= this.maxPauseMs;
  }

  async pause(): Promise<void> {
    await this.giveWay();
    this.stretchBegin = performance.now();
  }
}
