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

/**
 * Calls the hook, or waits for a call that is under way already.
 *
 * @param running - The calls under way.
 * @throws what the hook throws, and an `Error` where it is not done when the signal is aborted
 */
export async function refreshed(running: Map<Collector, Promise<void>>, collector: Collector, scrape: Scrape): Promise<void> {
  if (CALLED.has(collector)) return;
  const signal: Abortable = scrape.signal;
  let [run, timer, expire] = [running.get(collector), undefined as unknown, (): void => {}];
  const expired = new Promise<void>((_, reject) => (expire = () => reject(new Error('was not done in time'))));
  if (signal.aborted) expire();
  else if (run) timer = HOST.setTimeout?.(expire, LONGEST_JOIN_MS);
  else running.set(collector, (run = callHook(collector, scrape).finally(() => running.delete(collector))));
  signal.addEventListener?.('abort', expire);
  try {
    await Promise.race([expired, run]);
  } finally {
    HOST.clearTimeout?.(timer);
    signal.removeEventListener?.('abort', expire);
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
