// Calls those who want to hear of warnings, and whatever else may reject for nobody.

import type { MetricError } from './errors.ts';
import type { WarningListener } from './instrument.ts';

/** Keeps a promise that nobody waits for from ending the process. */
export function ignoreRejection(value: unknown): void {
  if (value instanceof Promise) value.catch(() => undefined);
}

/** Calls the listener. What it throws or rejects with is dropped: it is called amid writes, which must not fail for it. */
export function notify(listener: WarningListener, warning: MetricError): void {
  try {
    Promise.resolve(listener(warning) as unknown).catch(() => undefined);
  } catch {
    return;
  }
}
