// The warnings of a registry: each kind of fault reported once, whatever the listener does with it.

import { MetricError, show } from './errors.ts';
import type { WarningListener } from './instrument.ts';
import { describe } from './members.ts';
import type { Collector } from './model.ts';

// How many subjects are remembered: names may come from elsewhere.
const MOST_SUBJECTS = 1_000;

export class Warnings {
  private readonly listener: WarningListener;
  private readonly subjects = new Set<string>();
  private readonly failed = { collect: new WeakSet<Collector>(), refresh: new WeakSet<Collector>() };

  constructor(listener: WarningListener) {
    this.listener = listener;
  }

  /** Notifies the listener, once for each subject and code. */
  warn(warning: MetricError): void {
    const subject = `${warning.code} ${warning.message.split(': ', 1)[0]}`;
    if (this.subjects.has(subject) || this.subjects.size >= MOST_SUBJECTS) return;
    this.subjects.add(subject);
    this.notify(warning);
  }

  /** Notifies the listener of a collector that failed, once for each act. */
  warnOf(collector: Collector, act: 'collect' | 'refresh', cause: unknown): void {
    if (this.failed[act].has(collector)) return;
    this.failed[act].add(collector);
    this.notify(new MetricError('ERR_COLLECTOR', `${describe(collector)}: ${act} failed: ${cause instanceof Error ? cause.message : show(cause)}`, { collector, cause }));
  }

  notify(warning: MetricError): void {
    // What fails here is the host's own fault, in the midst of a write or a scrape that must not fail for it.
    try {
      const notified: unknown = this.listener(warning);
      void Promise.resolve(notified).catch(() => undefined);
    } catch {
      return;
    }
  }

  clear(): void {
    this.subjects.clear();
  }
}
