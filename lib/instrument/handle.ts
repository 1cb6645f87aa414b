// What measuring returns, and that a registry is measured for once: code that is loaded again while it runs would
// otherwise count twice.

import type { Disposing } from '../metrics/series.ts';

/** Ends the measuring: by hand, or by `using metrics = httpServerMetrics(registry)`. */
export interface HttpMetrics extends Disposing {
  /** Ends it at once, and for good. What was recorded stays; requests that run are no longer counted as in flight. */
  stop(): void;
}

const ACTIVE: unique symbol = /* @__PURE__ */ Symbol.for('promlet.measuring') as never;

/**
 * Makes a handle, in the place of the one before.
 *
 * @param owner - Something that is the same for all who measure the same, such as an instrument of the registry.
 */
export function handleOf(owner: object, stop: () => void): HttpMetrics {
  const { dispose = Symbol.for('Symbol.dispose') } = Symbol as { readonly dispose?: symbol };
  let isStopped = false;
  const handle = {
    stop(): void {
      if (isStopped) return;
      isStopped = true;
      stop();
    },
  };
  Object.defineProperty(handle, dispose, { value: handle.stop });
  Object.defineProperty(owner, ACTIVE, { value: handle, configurable: true });
  return handle as HttpMetrics;
}

/** Stops the one that measures now, if there is one. */
export function stopBefore(owner: object): void {
  (owner as { readonly [ACTIVE]?: HttpMetrics })[ACTIVE]?.stop();
}
