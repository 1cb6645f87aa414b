// What measuring returns, and that a registry is measured for once: code that is loaded again while it runs would
// otherwise count twice.

import type { Disposing } from '../metrics/series.ts';

/** Ends the measuring: by hand, or by `using metrics = httpServerMetrics(registry)`. */
export interface HttpMetrics extends Disposing {
  /** Ends it at once, and for good. What was recorded stays; requests that run are no longer counted as in flight. */
  stop(): void;
}

const ACTIVE: unique symbol = /* @__PURE__ */ Symbol.for('promlet.measuring') as never;

type Measured = { [ACTIVE]?: Map<string, HttpMetrics> };

/**
 * Makes a handle, in the place of the one before.
 *
 * @param what - What of the registry is measured.
 */
export function handleOf(registry: object, what: string, stop: () => void): HttpMetrics {
  const { dispose = Symbol.for('Symbol.dispose') } = Symbol as { readonly dispose?: symbol };
  const active = ((registry as Measured)[ACTIVE] ??= new Map());
  let isStopped = false;
  const handle = {
    stop(): void {
      if (isStopped) return;
      isStopped = true;
      if (active.get(what) === handle) active.delete(what);
      stop();
    },
  } as HttpMetrics;
  Object.defineProperty(handle, dispose, { value: handle.stop });
  active.set(what, handle);
  return handle;
}

/** Stops the one that measures now, if there is one. */
export function stopBefore(registry: object, what: string): void {
  (registry as Measured)[ACTIVE]?.get(what)?.stop();
}
