// What the series of all instruments share: their labels, their beginning, and what becomes of writes to them
// once they are gone.

import type { Clock } from '../core/clock.ts';
import type { Labelled } from '../core/labels.ts';
import type { Exemplar, Labels, Point } from '../core/model.ts';
import type { GivenExemplar } from './exemplars.ts';

/**
 * One series of an instrument: its bound child, and a point of the model, so that a scrape copies nothing.
 *
 * A series that was removed is not written into nowhere: its writes go to the series that has its labels
 * now, which begins at 0 where there is none.
 */
export abstract class Series<Self> implements Labelled, Point {
  readonly labelValues: readonly string[];
  readonly lineStart: string;
  /**
   * What a write has to mind: nothing, that its instrument wants to know of it (`touch`, `exemplarOf`), or
   * that the series is gone. One field, since every write reads it. Set by the instrument alone. @internal
   */
  mode: 'plain' | 'watched' | 'removed';
  /** @internal */
  readonly family: Family<Self>;
  // Seconds, since a whole number takes no memory of its own.
  private createdSeconds: number;

  /** @internal */
  constructor(family: Family<Self>, labelValues: readonly string[], lineStart: string) {
    this.family = family;
    this.labelValues = labelValues;
    this.lineStart = lineStart;
    this.mode = family.watchesWrites ? 'watched' : 'plain';
    this.createdSeconds = Math.floor(family.wallClock() / 1000);
  }

  get labels(): Labels {
    return Object.fromEntries(this.family.labelNames.map((name, i) => [name, this.labelValues[i]!]));
  }

  /** When the series was created, in milliseconds since the epoch, to the second before it; absent where its value is older. */
  get createdMs(): number | undefined {
    return this.createdSeconds === UNKNOWN ? undefined : this.createdSeconds * 1000;
  }

  /** @internal */
  forgetCreation(): void {
    this.createdSeconds = UNKNOWN;
  }
}

const UNKNOWN = -1;

/** What a series sees of its instrument. */
export interface Family<Series> {
  readonly name: string;
  readonly labelNames: readonly string[];
  /** @internal */
  readonly clock: Clock;
  /** @internal */
  readonly wallClock: Clock;
  /** Whether writes are to be told to `touch`, and ask for exemplars that are not given with them. @internal */
  readonly watchesWrites: boolean;
  /** Notes a write to a series that is not plain. False where the write is for its successor. @internal */
  touch(series: Series): boolean;
  /** The exemplar to keep after a write: the one given, one of the `exemplar` option, or the one before. @internal */
  exemplarOf(given: GivenExemplar | undefined, value: number, before: Exemplar | undefined): Exemplar | undefined;
  /** Counts a write that holds no data, and warns of the first. @internal */
  reject(expected: string, value: unknown): void;
  /** The series that has the labels of one that is gone. @internal */
  successor(gone: Labelled): Series;
}
