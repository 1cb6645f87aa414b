// Brings collectors up to date for scrapes: each on its own, each once at a time, shared by the scrapes that
// meet. Knows no names, no families, and not what becomes of a failure.

import type { Collector, Scrape, ScrapeSignal } from '../core/model.ts';
import { callHook } from '../core/refreshing.ts';
import { afterThis, aborter, onAbort } from './signals.ts';
import type { Aborter } from './signals.ts';
import type { Timers } from './timers.ts';

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
  /** Used when no scrape waits for it any more. */
  readonly aborter: Aborter;
  readonly params: Scrape['params'];
  /** Never rejects. Absent while the collector is being called, which may itself ask for a refresh. */
  done?: Promise<Refreshed>;
  /** Scrapes that wait for it. */
  waiting: number;
}

/** What is under way, by collector: of all handlers, since two may stand over one registry. */
const RUNS: WeakMap<Collector, Run> = /* @__PURE__ */ new WeakMap();

/**
 * How each refresh went. Never rejects, and resolves when the scrape's signal is aborted at the latest.
 * Scrapes that meet share a refresh that is under way; its own signal is aborted when the last of them is gone.
 *
 * One that was aborted and goes on is not begun a second time before it ends: a collector that hangs cannot
 * pile up. What has lasted longer than a scrape would wait fails at once, and costs the scrape no time; nor
 * does a crowd keep it from being aborted. Until then, what was aborted is waited for, or a scraper that is soon
 * gone could keep the collector from others.
 *
 * @param patienceMs - How long the scrape waits, by its signal.
 */
export async function refreshAll(collectors: readonly Collector[], scrape: Scrape, patienceMs: number, timers: Timers): Promise<Map<Collector, Refreshed>> {
  const patience = new Patience(scrape.signal, patienceMs, timers);
  const refreshed = await Promise.all(collectors.map(async (collector) => [collector, await refreshOne(collector, scrape, patience)] as const));
  patience.end();
  return new Map(refreshed);
}

async function refreshOne(collector: Collector, scrape: Scrape, patience: Patience): Promise<Refreshed> {
  const { timers } = patience;
  const beginMs = timers.now();
  for (;;) {
    if (scrape.signal.aborted) return late(beginMs, 'was not done in time', timers);
    const run = RUNS.get(collector) ?? begin(collector, scrape, timers);
    const isOver = run.aborter.signal.aborted;
    if (timers.now() - run.beginMs > patience.limitMs) return late(run.beginMs, 'is still busy with an earlier scrape', timers);
    const refreshed = await shared(run, patience);
    // What was aborted, or was asked with other parameters, is no answer to this scrape.
    if (refreshed.failure?.isLate || !(isOver || run.params !== scrape.params)) return refreshed;
  }
}

function begin(collector: Collector, { params }: Scrape, timers: Timers): Run {
  const run: Run = { beginMs: timers.now(), aborter: aborter(), params, waiting: 0 };
  RUNS.set(collector, run);
  run.done = outcome(collector, { signal: run.aborter.signal, ...(params && { params }) }).then((failure) => {
    RUNS.delete(collector);
    return { seconds: secondsSince(run.beginMs, timers), ...(failure && { failure }) };
  });
  return run;
}

async function outcome(collector: Collector, scrape: Scrape): Promise<RefreshFailure | undefined> {
  try {
    await callHook(collector, scrape);
    return undefined;
  } catch (cause) {
    return { cause, isLate: false };
  }
}

/** The outcome of the run, or that the scrape could not wait for it. */
function shared(run: Run, patience: Patience): Promise<Refreshed> {
  return new Promise((resolve) => {
    run.waiting++;
    const callOff = patience.onEnd(() => {
      run.waiting--;
      if (run.waiting === 0) run.aborter.abort(patience.reason);
    });
    void patience.ended.then(() => resolve(late(run.beginMs, 'was not done in time', patience.timers)));
    void run.done?.then((refreshed) => {
      callOff();
      resolve(refreshed);
    });
  });
}

/** How long a scrape waits. One listener for all that it waits for: engines warn of many on one signal. */
class Patience {
  readonly limitMs: number;
  readonly timers: Timers;
  private readonly signal: ScrapeSignal;
  private readonly acts = new Set<() => void>();
  /**
   * Resolves a little after the scrape can wait no longer: collectors that stop at the signal may end in their
   * own way.
   */
  readonly ended: Promise<void>;
  private callOff: () => void = () => {};

  constructor(signal: ScrapeSignal, limitMs: number, timers: Timers) {
    this.limitMs = limitMs;
    this.timers = timers;
    this.signal = signal;
    this.ended = new Promise((resolve) => {
      this.callOff = onAbort(signal, () => {
        for (const act of this.acts) act();
        void afterThis().then(resolve);
      });
    });
  }

  get reason(): unknown {
    return (this.signal as { readonly reason?: unknown }).reason;
  }

  /** Calls back where the scrape can wait no longer. Returns the way to call it off. */
  onEnd(act: () => void): () => void {
    if (this.signal.aborted) act();
    else this.acts.add(act);
    return () => this.acts.delete(act);
  }

  end(): void {
    this.callOff();
  }
}

function late(beginMs: number, message: string, timers: Timers): Refreshed {
  return { seconds: secondsSince(beginMs, timers), failure: { cause: new Error(message), isLate: true } };
}

function secondsSince(beginMs: number, timers: Timers): number {
  return (timers.now() - beginMs) / 1000;
}
