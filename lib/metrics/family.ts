// What all instruments share beside their series: what they are called, their hook, and what is reported of writes
// that could not be taken. Knows no kind of value and no format.

import { brand } from '../core/brand.ts';
import { MetricError, show } from '../core/errors.ts';
import type { MetricErrorCode } from '../core/errors.ts';
import type { Instrument, WarningListener } from '../core/instrument.ts';
import type { MetricFamily, Scrape } from '../core/model.ts';
import { notify } from '../core/notify.ts';
import { undeclared } from './label-rules.ts';
import type { Settings } from './options.ts';
import type { Series } from './series.ts';
import { LONGEST_VALUE, OVERFLOW, SeriesSet } from './series-set.ts';

/** The part of an instrument that does not depend on what it measures. */
export abstract class InstrumentFamily<Names extends string, S extends Series<S>, Rules = {}> extends SeriesSet<Names, S, Rules> implements Instrument {
  rejectedWrites = 0;
  overflowedWrites = 0;
  private readonly listeners = new Set<WarningListener>();
  private readonly reported = new Map<string, MetricError>();

  /** @internal */
  constructor(settings: Settings<Names>) {
    super(settings);
    brand(this, 'instrument');
  }

  /** @internal */
  get definition(): Readonly<Record<string, unknown>> {
    const { type, unit, merge, labelNames, labelDefinition } = this;
    return { type, unit, ...(merge && { merge }), labelNames, ...labelDefinition };
  }

  collect(): Iterable<MetricFamily> {
    // Each instrument is, field by field, the family of its type; only they know which.
    return [this as unknown as MetricFamily];
  }

  /** @internal */
  get hasHook(): boolean {
    return this.hook !== undefined;
  }

  refresh(scrape: Scrape): void | Promise<void> {
    return this.hook?.(this as never, scrape);
  }

  reset(): void {
    this.rejectedWrites = this.overflowedWrites = 0;
    this.reported.clear();
    this.clear();
  }

  /** @internal */
  listen(listener: WarningListener): () => void {
    this.listeners.add(listener);
    for (const warning of this.reported.values()) notify(listener, warning);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Counts a write that holds no data, and warns of the first. @internal */
  reject(expected: string, value: unknown): void {
    this.ignore(expected, () => `${this.subject}: expected ${expected}, got ${show(value)}`);
  }

  /** The same, with a message of its own for each cause. @internal */
  ignore(cause: string, message: () => string): void {
    this.rejectedWrites++;
    this.report('ERR_VALUE', cause, () => `${message()}; such writes are ignored`);
  }

  /** @internal */
  reportOverflow(labelValues: readonly string[], isTooLong: boolean, canSum: boolean): void {
    this.overflowedWrites++;
    const place = undeclared(this, labelValues);
    const name = this.allNames[place] ?? '';
    this.report('ERR_SERIES_LIMIT', name, () => {
      const expected = place >= 0 ? `one of ${show(this.declaredValues[place])} (labelValues) as label ${show(name)}, got` : isTooLong ? `label values of at most ${LONGEST_VALUE} characters, got` : `at most ${this.maxSeries} series (maxSeries), got one more:`;
      return `${this.subject}: expected ${expected} ${show(labelValues)}; ${canSum ? `writes of new label sets go to ${OVERFLOW}` : 'such writes are ignored'}`;
    });
  }

  /** Warns, once for each code and cause. @param message - Called the first time alone. @internal */
  report(code: MetricErrorCode, cause: string, message: () => string): void {
    if (this.reported.has(code + cause)) return;
    const warning = new MetricError(code, message());
    this.reported.set(code + cause, warning);
    // A copy: a listener may add others, which get this warning from `listen`.
    for (const listener of [...this.listeners]) notify(listener, warning);
  }
}
