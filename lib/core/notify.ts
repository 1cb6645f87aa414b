// Calls those who want to hear of warnings.

import type { MetricError } from './errors.ts';
import type { WarningListener } from './instrument.ts';

/** Calls the listener. What it throws or rejects with is dropped: it is called amid writes, which must not fail for it. */
export function notify(listener: WarningListener, warning: MetricError): void {
  try {
    Promise.resolve(listener(warning) as unknown).catch(() => undefined);
  } catch {
    return;
  }
}
