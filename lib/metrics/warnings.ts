// What is told of writes that were not taken as they were meant: each kind of fault once.

import { MetricError } from '../core/errors.ts';
import type { MetricErrorCode } from '../core/errors.ts';
import type { WarningListener } from '../core/instrument.ts';

export class Warnings {
  private readonly told = new Map<MetricErrorCode, MetricError>();
  private readonly listeners = new Set<WarningListener>();

  /** @param message - Asked the first time alone. */
  tell(code: MetricErrorCode, message: () => string): void {
    if (this.told.has(code)) return;
    const warning = new MetricError(code, message());
    this.told.set(code, warning);
    for (const listener of this.listeners) listener(warning);
  }

  /** Tells what was told before, too. Returns the way out. */
  listen(listener: WarningListener): () => void {
    this.listeners.add(listener);
    for (const warning of this.told.values()) listener(warning);
    return () => {
      this.listeners.delete(listener);
    };
  }
}
