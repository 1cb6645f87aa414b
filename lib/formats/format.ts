// The contract of a writer: families in, chunks of text out. Types only.

import type { MetricFamily } from '../core/model.ts';
import type { Escaping } from './escaping.ts';

/** An exposition format that can be written. */
export interface Format {
  /** Short, such as `text`. */
  readonly name: string;
  /** What a scraper asks for, such as `text/plain`. In lower case. */
  readonly mediaType: string;
  /** Such as `0.0.4`. */
  readonly version: string;
  /** The answer's `Content-Type`, with version and charset. */
  readonly contentType: string;
  /**
   * The same format with names spelled in another way. Absent where the format knows one way alone.
   *
   * @see https://prometheus.io/docs/instrumenting/escaping_schemes/
   */
  readonly withEscaping?: (escaping: Escaping) => Format;
  /**
   * The exposition in order, in chunks of some 16 to 64 KiB: large enough to be cheap to hand on, small
   * enough to be made into bytes while they are still in the processor's cache.
   *
   * Each point is read at once, so that its own numbers agree. Who takes all chunks without a pause in
   * between sees all families at one instant. Nothing that is read is changed by it.
   */
  write(families: Iterable<MetricFamily>): Iterable<string>;
}
