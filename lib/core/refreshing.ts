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

/** When a refresh is to be waited for no longer. One for all its collectors: engines warn of many listeners on a signal. */
export interface Expiry {
  readonly signal: ScrapeSignal;
  readonly promise: Promise<void>;
  clear(): void;
}

export function expiryOf(signal: ScrapeSignal & Abortable): Expiry {
  let expire = (): void => {};
  const promise = new Promise<void>((_, reject) => (expire = () => reject(new Error('was not done in time'))));
  promise.catch(() => undefined);
  if (signal.aborted) expire();
  signal.addEventListener?.('abort', expire);
  return { signal, promise, clear: () => signal.removeEventListener?.('abort', expire) };
}

/**
 * Calls the hook, or waits for a call that is under way already.
 *
 * @param running - The calls under way.
 * @throws what the hook throws, and an `Error` where it is not done in time
 */
export async function refreshed(running: Map<Collector, Promise<void>>, collector: Collector, scrape: Scrape, expiry: Expiry): Promise<void> {
  if (CALLED.has(collector)) return;
  const before = running.get(collector);
  let timer: unknown;
  const awaited = [expiry.promise, before];
  if (before) awaited.push(new Promise((_, reject) => (timer = HOST.setTimeout?.(() => reject(new Error('was not done in time')), LONGEST_JOIN_MS))));
  else if (!expiry.signal.aborted) {
    const run = callHook(collector, scrape).finally(() => running.delete(collector));
    running.set(collector, run);
    awaited.push(run);
  }
  try {
    await Promise.race(awaited.filter((each) => each !== undefined));
  } finally {
    HOST.clearTimeout?.(timer);
  }
}

/** The scrape of a host that waits as long as it takes: its signal is never aborted, but can be handed on, as to `fetch`. */
export function patientScrape(): Scrape {
  return { signal: HOST.AbortController ? new HOST.AbortController().signal : ({ aborted: false } as ScrapeSignal) };
}

// The core is compiled without the types of the DOM and of Node, and runs where neither is.
interface Host {
  readonly AbortController?: new () => { readonly signal: ScrapeSignal };
  setTimeout?(act: () => void, afterMs: number): unknown;
  clearTimeout?(timer: unknown): void;
}
type Abortable = ScrapeSignal & Partial<Record<'addEventListener' | 'removeEventListener', (type: 'abort', act: () => void) => void>>;

const HOST = globalThis as Host;
