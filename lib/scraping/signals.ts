// `AbortSignal`, for engines that may not have it, and a compiler that may not know it.

import type { ScrapeSignal } from '../core/model.ts';

/** What is used of an `AbortSignal`. */
interface Abortable {
  readonly aborted: boolean;
  addEventListener?(type: 'abort', listener: () => void): void;
  removeEventListener?(type: 'abort', listener: () => void): void;
}

/** What is used of an `AbortController`. */
export interface Aborter {
  readonly signal: ScrapeSignal;
  abort(reason?: unknown): void;
}

/** A new signal and the way to abort it. Without `AbortController` in the engine, it never is. */
export function aborter(): Aborter {
  const { AbortController } = globalThis as { AbortController?: new () => Aborter };
  return AbortController === undefined ? { signal: { aborted: false } as ScrapeSignal, abort() {} } : new AbortController();
}

/** Calls back when the signal is aborted, at once where it is already. Returns the way to call it off. */
export function onAbort(signal: ScrapeSignal, act: () => void): () => void {
  const abortable: Abortable = signal;
  if (abortable.aborted) act();
  else abortable.addEventListener?.('abort', act);
  return () => abortable.removeEventListener?.('abort', act);
}

/** Resolves after everything that is due now. */
export function afterThis(): Promise<void> {
  const { setTimeout } = globalThis as { setTimeout?: (act: () => void, delayMs: number) => unknown };
  return new Promise((resolve) => {
    if (setTimeout === undefined) resolve();
    else setTimeout(resolve, 0);
  });
}
