// Brings the collectors of a registry up to date for its host. What scrapes add to this, such as deadlines and
// sharing between scrapes, is in `scraping/`.

import type { Collector, Scrape, ScrapeSignal } from './model.ts';

// Milliseconds. A hook that is running already is waited for no longer: it may itself be waiting for this refresh.
const LONGEST_JOIN_MS = 5_000;

/** Whose hook is being called at this moment, whoever calls it: a call lasts until the hook's first `await`. */
const CALLED: WeakSet<Collector> = /* @__PURE__ */ new WeakSet();

/**
 * Calls a collector's hook; rejects with what that throws. A hook that, before its first `await`, asks for a
 * refresh of everything is not called again for it, and not waited for.
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
  async refresh(collector: Collector, scrape: Scrape): Promise<void> {
    if (CALLED.has(collector)) return;
    const expired = expiry(scrape.signal, this.running.has(collector) ? LONGEST_JOIN_MS : Infinity);
    try {
      await Promise.race([expired.promise, this.running.get(collector) ?? this.begin(collector, scrape)]);
    } finally {
      expired.clear();
    }
  }

  private begin(collector: Collector, scrape: Scrape): Promise<void> {
    if (scrape.signal.aborted) return Promise.reject(new Error('was not done in time'));
    const run = callHook(collector, scrape).finally(() => this.running.delete(collector));
    this.running.set(collector, run);
    return run;
  }
}

/** The scrape of a host that waits as long as it takes: its signal is never aborted, but can be handed on, to `fetch` for one. */
export function patientScrape(): Scrape {
  const { AbortController } = globalThis as { AbortController?: new () => { readonly signal: ScrapeSignal } };
  return { signal: AbortController === undefined ? ({ aborted: false } as ScrapeSignal) : new AbortController().signal };
}

// The core is compiled without the types of the DOM and of Node, and runs where neither is.
interface Timers {
  setTimeout?(act: () => void, afterMs: number): unknown;
  clearTimeout?(timer: unknown): void;
}
type Abortable = ScrapeSignal & Partial<Record<'addEventListener' | 'removeEventListener', (type: 'abort', act: () => void) => void>>;

function expiry(signal: Abortable, afterMs: number): { readonly promise: Promise<never>; clear(): void } {
  const { setTimeout, clearTimeout } = globalThis as Timers;
  let expire = (): void => {};
  const promise = new Promise<never>((_, reject) => (expire = () => reject(new Error('was not done in time'))));
  signal.addEventListener?.('abort', expire);
  const timer = afterMs < Infinity ? setTimeout?.(expire, afterMs) : undefined;
  return {
    promise,
    clear() {
      clearTimeout?.(timer);
      signal.removeEventListener?.('abort', expire);
    },
  };
}
