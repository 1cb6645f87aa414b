// Brings collectors up to date: each on its own, each once at a time, shared by the scrapes that meet. Knows
// no names, no families, and not what becomes of a failure.

import { monotonicClock } from './clock.ts';
import type { Collector, Scrape } from './model.ts';
import { afterThis, aborter, isTimeUp, onAbort } from './signals.ts';
import type { Aborter } from './signals.ts';

/** How the refresh of one collector went, as one scrape saw it. */
export interface Refreshed {
  /** From its beginning to its end, or to where the scrape gave it up. */
  readonly seconds: number;
  /** Absent where it succeeded. */
  readonly failure?: RefreshFailure;
}

export interface RefreshFailure {
  readonly cause: unknown;
  /** Whether it was not done in time, rather than failed. */
  readonly isLate: boolean;
}

/** A refresh under way. */
interface Run {
  readonly beginMs: number;
  /** Aborted when no scrape waits for it any more. */
  readonly aborter: Aborter;
  readonly params: Scrape['params'];
  /** Never rejects. Absent while the collector is being called, which may itself ask for a refresh. */
  done?: Promise<Refreshed>;
  /** Scrapes that wait for it. */
  waiting: number;
  /** Whether a scrape has given it up because the time was up. */
  isLate: boolean;
}

export class Refresher {
  private readonly runs = new Map<Collector, Run>();

  /**
   * Never rejects, and resolves when the scrape's signal is aborted at the latest. Scrapes that meet share
   * the refresh that is under way; it is told to stop when the last of them is gone.
   *
   * One that was told to stop because the time was up, and goes on, is not begun a second time before it
   * ends: a collector that hangs cannot pile up. Until then it fails at once, and costs no scrape its time.
   */
  async refresh(collector: Collector, scrape: Scrape): Promise<Refreshed> {
    for (;;) {
      const run = this.runs.get(collector) ?? this.begin(collector, scrape);
      const isOver = run.aborter.signal.aborted;
      if (isOver && run.isLate) return late(run, 'is still busy with an earlier scrape that gave it up');
      const refreshed = await shared(run, scrape);
      // What was told to stop, or was asked with other parameters, is no answer to this scrape.
      if (refreshed.failure?.isLate || !(isOver || run.params !== scrape.params)) return refreshed;
    }
  }

  private begin(collector: Collector, { params }: Scrape): Run {
    const run: Run = { beginMs: monotonicClock(), aborter: aborter(), params, waiting: 0, isLate: false };
    this.runs.set(collector, run);
    run.done = outcome(collector, { signal: run.aborter.signal, ...(params && { params }) }).then((failure) => {
      this.runs.delete(collector);
      return { seconds: secondsSince(run.beginMs), ...(failure && { failure }) };
    });
    return run;
  }
}

async function outcome(collector: Collector, scrape: Scrape): Promise<RefreshFailure | undefined> {
  try {
    await collector.refresh?.(scrape);
    return undefined;
  } catch (cause) {
    return { cause, isLate: false };
  }
}

/** The outcome of the run, or that the scrape could not wait for it. */
function shared(run: Run, { signal }: Scrape): Promise<Refreshed> {
  return new Promise((resolve) => {
    run.waiting++;
    const callOff = onAbort(signal, () => {
      if (isTimeUp(signal)) run.isLate = true;
      run.waiting--;
      if (run.waiting === 0) run.aborter.abort((signal as { readonly reason?: unknown }).reason);
      // One that stops when it is told to, such as a registry within a registry, may end in its own way.
      void afterThis().then(() => resolve(late(run, 'was not done in time')));
    });
    void run.done?.then((refreshed) => {
      callOff();
      resolve(refreshed);
    });
  });
}

function late({ beginMs }: Run, message: string): Refreshed {
  return { seconds: secondsSince(beginMs), failure: { cause: new Error(message), isLate: true } };
}

function secondsSince(beginMs: number): number {
  return (monotonicClock() - beginMs) / 1000;
}
