// What the series of all instruments share: their labels, their beginning, and what becomes of writes to them
// once they are gone.

import type { Clock } from '../core/clock.ts';
import { valueAt } from './label-tree.ts';
import type { Exemplar, Labels, Point } from '../core/model.ts';
import type { GivenExemplar } from './exemplars.ts';

/** What `using` needs, where the compiler knows of it: the core is compiled without. */
export type Disposing = SymbolConstructor extends { readonly dispose: infer Key extends symbol } ? { readonly [K in Key]: () => void } : object;

export interface Series<Self> extends Disposing {}

/**
 * One series of an instrument: its bound child, and a point of the model, so that a scrape copies nothing.
 *
 * A series that is gone, by hand or by time, is not written into nowhere: its writes go to the series that has
 * its labels now, which begins at 0 where there is none.
 */
export abstract class Series<Self> implements Point {
  static {
    // Compilers that have `using` put the second symbol in the place of the first, where the engine lacks that.
    const { dispose = Symbol.for('Symbol.dispose') } = Symbol as { readonly dispose?: symbol };
    Object.defineProperty(this.prototype, dispose, {
      value(this: Series<unknown>): void {
        this.remove();
      },
    });
  }

  /** @internal */
  readonly firstValue: string;
  /** @internal */
  readonly otherValues: readonly string[];
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
    this.firstValue = labelValues[0] ?? '';
    this.otherValues = family.shared(labelValues.slice(1));
    this.lineStart = lineStart;
    this.mode = family.watchesWrites ? 'watched' : 'plain';
    this.createdSeconds = Math.floor(family.wallClock() / 1000);
  }

  get labels(): Labels {
    return Object.fromEntries(this.family.labelNames.map((name, i) => [name, valueAt(this, i)]));
  }

  /** In the order of the names. */
  get labelValues(): readonly string[] {
    return this.family.labelNames.map((_, i) => valueAt(this, i));
  }

  /** When the series was created, in milliseconds since the epoch, to the second before it; absent where its value is older. */
  get createdMs(): number | undefined {
    return this.createdSeconds === UNKNOWN ? undefined : this.createdSeconds * 1000;
  }

  /**
   * Takes this series out of all later scrapes, or the one that has its labels by now. True if there was one. So
   * does the end of a block that holds it by `using`.
   *
   * The overflow series stays, since it was handed out in the place of many others.
   */
  remove(): boolean {
    return this.family.removeFor(this.labelValues);
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
  /** A list of the same texts that other series have, where there is one. @internal */
  shared(values: readonly string[]): readonly string[];
  /** Counts a write that holds no data, and warns of the first. @internal */
  reject(expected: string, value: unknown): void;
  /** The series that has the labels of one that is gone. @internal */
  successor(gone: Series): Series;
  /** Takes out the series that has these labels, if there is one and it is not the overflow series. @internal */
  removeFor(labelValues: readonly string[]): boolean;
}
