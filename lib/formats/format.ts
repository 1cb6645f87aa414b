// The contract of a writer: families in, chunks out. Types only.

import type { MetricError } from '../core/errors.ts';
import type { MetricFamily } from '../core/model.ts';

/**
 * Called with what could not be shown as it came: `ERR_DUPLICATE` for names and series that another one has,
 * `ERR_COLLECTOR` for what the rules of the format forbid.
 */
export type WriteWarning = (warning: MetricError) => void;

/**
 * How names are spelled that may not stand as they are. `allow-utf-8` leaves them as they are, to be quoted;
 * `underscores` replaces each character that may not stand; `dots` and `values` can be turned back.
 *
 * @see https://prometheus.io/docs/instrumenting/escaping_schemes/
 */
export type Escaping = 'allow-utf-8' | 'underscores' | 'dots' | 'values';

/** An exposition format that can be written: as text or, such as protobuf, as bytes. */
export interface Format<Chunk extends string | Uint8Array = string> {
  /** Short, such as `text`. */
  readonly name: string;
  /** What a scraper asks for, such as `text/plain`. In lower case. */
  readonly mediaType: string;
  /** Such as `0.0.4`. Absent where the format has but one. */
  readonly version?: string;
  /** Other versions that it is sent for, where a scraper asks for those: older ones, and drafts of later ones. */
  readonly standsFor?: readonly string[];
  /** What a scraper that asks for the media type has to say with it, such as `encoding=delimited`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Whether only scrapers that name its version get it. @default false */
  readonly isExperimental?: boolean;
  /** How names are spelled for scrapers that do not say. @default 'underscores' */
  readonly impliedEscaping?: Escaping;
  /** The answer's `Content-Type`, with version and charset. */
  readonly contentType: string;
  /** The same format with names spelled in another way. Absent where the format knows one way alone. */
  readonly withEscaping?: (escaping: Escaping) => Format<Chunk>;
  /**
   * The exposition in order, in chunks of some 16 to 64 KiB: large enough to be cheap to hand on, small
   * enough to be made into bytes while they are still in the processor's cache. A format of bytes yields one
   * chunk at least, which may be empty.
   *
   * Each point is read at once, so that its own numbers agree; whoever takes all chunks without a pause sees all
   * families at one instant. Nothing that is read is changed by it.
   *
   * Families may come in any order, have names that clash, and hold a series twice; several of one name and type are
   * shown as one. What is written is valid nevertheless, and `warn` is called for each family of which something is
   * renamed, shown as another type or left out.
   */
  write(families: Iterable<MetricFamily>, warn?: WriteWarning): Iterable<Chunk>;
}
