// Brings the collectors of a registry up to date for its host. What scrapes add to this, such as deadlines and
// sharing between scrapes, is in `scraping/`.

import type { Collector, Scrape, ScrapeSignal } from './model.ts';

// Milliseconds. A hook that is running already is waited for no longer: it may itself be waiting for this refresh.
const LONGEST_JOIN_MS = 5_000;

/** Whose hook is being called at this moment, by whomever: a call lasts until the hook's first `await`. */
const CALLED: WeakSet<Collector> = /* @__PURE__ */ new WeakSet();

/**
 * Calls a collector's hook; rejects with what that throws. A hook that asks for a refresh of everything before its
 * first `await` is not called again for it, and not waited for.
 */
export async function callHook(collector: Collector, scrape: Scrape): Promise<void> {
  if (CALLED.has(collector)) return;
  CALLED.add(collector);
  let pending: void | Promise<void>;
  try {
    pending = collector.refresh?.(scrape);
  } finally {
    CALLED.delete(collector);
  }
  await pending;
}

/** The hooks that a registry's own refreshes have under way. */
export class HostRefreshes {
  private readonly running = new Map<Collector, Promise<void>>();

  /** Resolves when the collector is up to date. @throws what its hook throws, and an `Error` where that is not done in time */
  refresh(collector: Collector, scrape: Scrape): Promise<void> {
    if (CALLED.has(collector)) return Promise.resolve();
    const before = this.running.get(collector);
    return before ? inTime(before, scrape.signal, LONGEST_JOIN_MS) : inTime(this.begin(collector, scrape), scrape.signal);
  }

  private async begin(collector: Collector, scrape: Scrape): Promise<void> {
    if (scrape.signal.aborted) return;
    const run = callHook(collector, scrape);
    this.running.set(collector, run);
    try {
      await run;
    } finally {
      this.running.delete(collector);
    }
  }
}

// The core is compiled without the types of the DOM and of Node, and runs where neither is.
interface Host {
  readonly AbortController?: new () => { readonly signal: ScrapeSignal };
  setTimeout?(act: () => void, afterMs: number): unknown;
  clearTimeout?(timer: unknown): void;
}
type Abortable = ScrapeSignal & Partial<Record<'addEventListener' | 'removeEventListener', (type: 'abort', act: () => void) => void>>;

const HOST: Host = globalThis;

/** The scrape of a host that waits as long as it takes: its signal is never aborted, but can be handed on, as to `fetch`. */
export function patientScrape(): Scrape {
  return { signal: HOST.AbortController ? new HOST.AbortController().signal : ({ aborted: false } as ScrapeSignal) };
}

function inTime(work: Promise<void>, signal: Abortable, limitMs?: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const expire = (): void => end(() => reject(new Error('was not done in time')));
    const timer = limitMs && HOST.setTimeout?.(expire, limitMs);
    const end = (settle: () => void): void => {
      HOST.clearTimeout?.(timer);
      signal.removeEventListener?.('abort', expire);
      settle();
    };
    if (signal.aborted) expire();
    signal.addEventListener?.('abort', expire);
    work.then(() => end(resolve), (cause) => end(() => reject(cause)));
  });
}
