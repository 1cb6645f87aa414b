// The contract of a writer: families in, chunks of text out. Types only.

import type { MetricFamily } from '../core/model.ts';

/** An exposition format that can be written. */
export interface Format {
  /** Short, such as `text`. */
  readonly name: string;
  /** The answer's `Content-Type`, with version and charset. */
  readonly contentType: string;
  /**
   * The exposition in order, in chunks of some 16 to 64 KiB: large enough to be cheap to hand on, small
   * enough to be made into bytes while they are still in the processor's cache.
   *
   * Each point is read at once, so that its own numbers agree. Who takes all chunks without a pause in
   * between sees all families at one instant. Nothing that is read is changed by it.
   */
  write(families: Iterable<MetricFamily>): Iterable<string>;
}
