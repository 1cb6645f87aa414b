// When each series was last written to, for instruments that forget those which nobody writes to any more.
// Sets no timer: looks at the clock when it is asked.

import type { Clock } from '../core/clock.ts';

/** How many series a write past the limit pays a look at. */
const LOOKS = 8;

export class LastWrites<S> {
  private readonly ttlMs: number;
  private readonly clock: Clock;
  // Beside the series, not in them: those of other instruments have the same shape and shall not pay for this.
  private readonly writtenMs = new Map<S, number>();
  private unspentLooks = 0;

  constructor(ttlSeconds: number, clock: Clock) {
    this.ttlMs = ttlSeconds * 1000;
    this.clock = clock;
  }

  /** Notes a write, now. False where the series' time was over before that: then nothing is noted. */
  note(series: S): boolean {
    const nowMs = this.clock();
    const beforeMs = this.writtenMs.get(series);
    if (beforeMs !== undefined && nowMs - beforeMs >= this.ttlMs) return false;
    this.writtenMs.set(series, nowMs);
    return true;
  }

  forget(series: S): void {
    this.writtenMs.delete(series);
  }

  clear(): void {
    this.writtenMs.clear();
  }

  /** Whether its time is over. */
  isStale(series: S): boolean {
    return this.clock() - this.writtenMs.get(series)! >= this.ttlMs;
  }

  /** All whose time is over. */
  stale(): S[] {
    const nowMs = this.clock();
    const found: S[] = [];
    for (const [series, writtenMs] of this.writtenMs) if (nowMs - writtenMs >= this.ttlMs) found.push(series);
    return found;
  }

  /** The same for a write that finds no place. Few such writes look at all series, so that none costs much. */
  staleIfAffordable(): S[] {
    this.unspentLooks += LOOKS;
    if (this.unspentLooks < this.writtenMs.size) return [];
    this.unspentLooks = 0;
    return this.stale();
  }
}
