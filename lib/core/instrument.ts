// What a registry knows of an instrument beyond any other collector. Types only.

import type { MetricError } from './errors.ts';
import type { Collector, MetricFamily, MetricType } from './model.ts';

/** Called with what was not taken or shown as it was meant; whatever it throws is dropped. */
export type WarningListener = (warning: MetricError) => void;

/** A collector of one family, whose series are its own and so never twice the same. */
export interface Instrument extends Collector {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly labelNames: readonly string[];
  /** Labels that may be absent. @default none */
  readonly optionalLabels?: readonly string[];
  /** Reads the function that its value follows, for the scrape or reader that comes next. @throws what that throws @internal */
  readonly evaluate?: (() => void) | undefined;
  /** Whether it has a hook that a refresh calls. @internal */
  readonly hasHook: boolean;
  /** Writes that held no data, such as `NaN`, and were ignored. */
  readonly rejectedWrites: number;
  /** Writes that went to the overflow series, or were ignored, since `maxSeries` was reached or their label values are not declared. */
  readonly overflowedWrites: number;
  /** What two instruments of one name must agree in to be the same: labels, unit, buckets and the like. @internal */
  readonly definition: Readonly<Record<string, unknown>>;
  /** The one family, which is the instrument itself. */
  collect(): Iterable<MetricFamily>;
  /** Begins as it was constructed: without series, rejected writes and warnings. */
  reset(): void;
  /** Calls the listener with each warning, and at once with those from before. Returns a function that ends it. @internal */
  listen(listener: WarningListener): () => void;
}
