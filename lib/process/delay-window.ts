// The delays of the last minute. It slides by itself, however often and by whom it is read.

import { Distribution } from './distribution.ts';

const SLICE_MS = 10_000;
const WINDOW_MS = 60_000;

export class DelayWindow {
  private lastMs = -Infinity;
  private slices: { readonly beginMs: number; readonly delays: Distribution }[] = [];

  /** Whether it is time to add what came since the last time. */
  isDue(nowMs: number): boolean {
    return nowMs - this.lastMs >= SLICE_MS;
  }

  add(delays: Distribution, nowMs: number): void {
    this.lastMs = nowMs;
    let last = this.slices.at(-1);
    if (last === undefined || nowMs - last.beginMs >= SLICE_MS) {
      last = { beginMs: nowMs, delays: new Distribution() };
      this.slices = [...this.slices.filter(({ beginMs }) => nowMs - beginMs < WINDOW_MS), last];
    }
    if (delays.count > 0) last.delays.merge(delays);
  }

  /** Of the last 50 to 60 seconds. */
  lately(nowMs: number): Distribution {
    return this.since(nowMs - WINDOW_MS);
  }

  /** Of the last 10 to 20 seconds. */
  now(nowMs: number): Distribution {
    return this.since(nowMs - 2 * SLICE_MS);
  }

  private since(ms: number): Distribution {
    const all = new Distribution();
    for (const { beginMs, delays } of this.slices) if (beginMs > ms) all.merge(delays);
    return all;
  }
}
