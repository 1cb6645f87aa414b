// Time that stands still until a spec moves it.

import type { Timers } from '../lib/scraping/timers.ts';

interface Alarm {
  readonly atMs: number;
  readonly act: () => void;
}

export class ManualTimers implements Timers {
  private nowMs = 0;
  private readonly alarms = new Set<Alarm>();

  now(): number {
    return this.nowMs;
  }

  after(delayMs: number, act: () => void): () => void {
    const alarm = { atMs: this.nowMs + delayMs, act };
    this.alarms.add(alarm);
    return () => this.alarms.delete(alarm);
  }

  /** How many callbacks wait for their time. */
  get waiting(): number {
    return this.alarms.size;
  }

  /** Moves time on, from one callback that is due to the next, and lets what follows from each settle. */
  async pass(delayMs: number): Promise<void> {
    const untilMs = this.nowMs + delayMs;
    for (;;) {
      await settled();
      const next = [...this.alarms].sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.nowMs = next.atMs;
      this.alarms.delete(next);
      next.act();
    }
    this.nowMs = untilMs;
    await settled();
  }
}

/** Resolves when all that is due without time passing is done. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 0));
}
