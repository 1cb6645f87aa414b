// Brings collectors up to date for scrapes: each on its own, each once at a time, shared by the scrapes that
// meet. Knows no names, no families, and not what becomes of a failure.

import type { Collector, Scrape } from '../core/model.ts';
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
  /** When the time is up of the scrape that waits shortest. */
  endMs: number;
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
  const { signal, params } = scrape;
  // One listener for all that is waited for: engines warn of many on one signal.
  const leaving = new Set<() => void>();
  let callOff = (): void => {};
  // A little after the scrape can wait no longer: collectors that stop at the signal may end in their own way.
  const ended = new Promise<void>((resolve) => {
    callOff = onAbort(signal, () => {
      for (const leave of leaving) leave();
      void afterThis().then(resolve);
    });
  });
  const secondsSince = (beginMs: number): number => (timers.now() - beginMs) / 1000;
  const late = (beginMs: number, message = 'was not done in time'): Refreshed => ({ seconds: secondsSince(beginMs), failure: { cause: new Error(message), isLate: true } });

  async function refreshOne(collector: Collector): Promise<Refreshed> {
    const beginMs = timers.now();
    for (;;) {
      if (signal.aborted) return late(beginMs);
      const run = RUNS.get(collector) ?? begin(collector);
      const isOver = run.aborter.signal.aborted;
      if (timers.now() - run.beginMs > patienceMs) return late(run.beginMs, 'is still busy with an earlier scrape');
      run.endMs = Math.min(run.endMs, beginMs + patienceMs);
      const refreshed = await shared(run);
      // What was aborted, or was asked with other parameters, is no answer to this scrape.
      if (refreshed.failure?.isLate || !(isOver || run.params !== params)) return refreshed;
    }
  }

  function begin(collector: Collector): Run {
    const run: Run = { beginMs: timers.now(), endMs: timers.now() + patienceMs, aborter: aborter(), params, waiting: 0 };
    RUNS.set(collector, run);
    run.done = callHook(collector, scrapeOf(run, timers))
      .then(() => undefined, (cause: unknown) => ({ cause, isLate: false }))
      .then((failure) => {
        RUNS.delete(collector);
        return { seconds: secondsSince(run.beginMs), ...(failure && { failure }) };
      });
    return run;
  }

  /** The outcome of the run, or that the scrape could not wait for it. */
  function shared(run: Run): Promise<Refreshed> {
    return new Promise((resolve) => {
      run.waiting++;
      const leave = (): void => {
        run.waiting--;
        if (run.waiting === 0) run.aborter.abort((signal as { readonly reason?: unknown }).reason);
      };
      if (signal.aborted) leave();
      else leaving.add(leave);
      void ended.then(() => resolve(late(run.beginMs)));
      void run.done?.then((refreshed) => {
        leaving.delete(leave);
        resolve(refreshed);
      });
    });
  }

  const refreshed = await Promise.all(collectors.map(async (collector) => [collector, await refreshOne(collector)] as const));
  callOff();
  return new Map(refreshed);
}

function scrapeOf(run: Run, timers: Timers): Scrape {
  const { aborter: { signal }, params } = run;
  return {
    signal,
    get timeLeftMs() {
      return Math.max(0, run.endMs - timers.now());
    },
    ...(params && { params }),
  };
}
