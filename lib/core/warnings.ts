// The warnings of a registry: each fault reported once, whatever the listener does with it.

import { MetricError, messageOf } from './errors.ts';
import type { WarningListener } from './instrument.ts';
import { describe } from './members.ts';
import type { Collector } from './model.ts';
import { notify } from './notify.ts';

// How many are remembered of one thing: names may come from elsewhere.
const MOST_FAULTS = 1_000;

export class Warnings {
  private readonly listener: WarningListener;
  private reported = new WeakMap<object, Set<string>>();

  constructor(listener: WarningListener) {
    this.listener = listener;
  }

  /** Calls the listener, once for each subject and code. */
  warn(warning: MetricError): void {
    this.once(this, `${warning.code} ${warning.message.split(': ', 1)[0]}`, warning);
  }

  /** Calls the listener of a collector that failed, once for each act. */
  warnOf(collector: Collector, act: string, cause: unknown): void {
    this.once(collector, act, new MetricError('ERR_COLLECTOR', `${describe(collector)}: ${act} failed: ${messageOf(cause)}`, { collector, cause }));
  }

  notify(warning: MetricError): void {
    notify(this.listener, warning);
  }

  reset(): void {
    this.reported = new WeakMap();
  }

  private once(thing: object, fault: string, warning: MetricError): void {
    const faults = this.reported.get(thing) ?? new Set();
    if (faults.has(fault) || faults.size >= MOST_FAULTS) return;
    this.reported.set(thing, faults.add(fault));
    this.notify(warning);
  }
}
