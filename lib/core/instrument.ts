// What the registry knows of an instrument beyond any other collector. Types only.

import type { MetricError } from './errors.ts';
import type { Collector, MetricType } from './model.ts';

/** Told of writes that were not taken as they were meant; never throws into the write. */
export type WarningListener = (warning: MetricError) => void;

/** A collector of one family, whose series are its own and so never twice the same. */
export interface Instrument extends Collector {
  readonly name: string;
  readonly type: MetricType;
  readonly labelNames: readonly string[];
  /** Whether it has a hook that a refresh calls. */
  readonly hasHook: boolean;
  /** Writes that held no data, such as `NaN`, and were ignored. */
  readonly rejectedWrites: number;
  /** Writes that went to the overflow series, since `maxSeries` was reached. */
  readonly overflowedWrites: number;
  /** Calls the listener with each warning, and at once with those from before. Returns a function that ends it. */
  listen(listener: WarningListener): () => void;
}
