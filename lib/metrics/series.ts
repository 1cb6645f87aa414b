// What the series of all instruments share: their labels, their creation time, and where writes to them go once they
// are gone.

import type { Clock } from '../core/clock.ts';
import type { Labels, Point } from '../core/model.ts';
import type { ExemplarSource } from './exemplars.ts';

/** What `using` needs, where the compiler knows of it: the core is compiled without. */
export type Disposing = SymbolConstructor extends { readonly dispose: infer Key extends symbol } ? { readonly [K in Key]: () => void } : object;

/** How a series is written to. Numbers, since every write compares one. */
export type Mode = typeof PLAIN | typeof WATCHED | typeof REMOVED;
/** Directly. */
export const PLAIN = 0;
/** After its instrument was asked, by `live`: its series expire or take exemplars, or this is the overflow series. */
export const WATCHED = 1;
/** Not at all: the write goes to the series that has these labels now, by `live`. */
export const REMOVED = 2;

export interface Series<Self> extends Disposing {}

/**
 * One series of an instrument: its bound child, and a point of the model, so that a scrape copies nothing.
 *
 * Writes to a series that is gone, by hand or by time, go to the series that has its labels now, which begins at 0
 * where there is none.
 */
export abstract class Series<Self> implements Point {
  static {
    // Compilers that have `using` put the second symbol in the place of the first, where the engine lacks that.
    const { dispose = Symbol.for('Symbol.dispose') } = Symbol as { readonly dispose?: symbol };
    (this.prototype as unknown as Record<symbol, () => void>)[dispose] = function (this: Series<unknown>): void {
      this.remove();
    };
  }

  /** @internal */
  readonly family: Family<Self>;
  /** In the order of the names, those of optional labels last; empty where such a label is absent. @internal */
  readonly labelValues: readonly string[];
  private start: string | undefined = undefined;
  /** Milliseconds since the instrument began; absent where its value is older. @internal */
  createdOffset: number | undefined;
  /** Changed by the set of series alone. The last field, next to the value, since writes read both. @internal */
  mode: Mode = PLAIN;
  /** @internal */
  declare writtenMs?: number;
  /** @internal */
  declare earlier?: Self | undefined;
  /** @internal */
  declare later?: Self | undefined;

  /** @internal */
  constructor(family: Family<Self>, labelValues: readonly string[], createdMs: number) {
    this.family = family;
    this.labelValues = labelValues;
    const offset = createdMs - family.beginMs;
    // An integer of 31 bits takes no memory of its own, if the engine sees that it is one: 16 of 260 bytes.
    this.createdOffset = offset === (offset | 0) ? offset | 0 : offset;
    if (family.isWatched) this.mode = WATCHED;
  }

  /** Made when it is first shown: what ends before that costs less. Short, so that engines put it into the loop of a scrape. @internal */
  get lineStart(): string {
    return this.start ?? this.begin();
  }

  private begin(): string {
    return (this.start = this.family.lineStart(this.labelValues));
  }

  get labels(): Labels {
    const { allNames, labelNames } = this.family;
    return Object.fromEntries(allNames.map((name, i) => [name, this.labelValues[i]!] as const).filter(([, value], i) => value !== '' || i < labelNames.length));
  }

  /** When the series was created, in milliseconds since the epoch; absent where its value is older. */
  get createdMs(): number | undefined {
    return this.createdOffset === undefined ? undefined : this.family.beginMs + this.createdOffset;
  }

  /**
   * Takes this series out of all later scrapes, or the one that has its labels by now. True if there was one. So
   * does the end of a block that holds it by `using`.
   *
   * The overflow series stays, since it was handed out in the place of many others.
   */
  remove(): boolean {
    return this.family.removeBound(this as unknown as Self);
  }
}

/** What a series sees of its instrument. */
export interface Family<Series> extends ExemplarSource {
  readonly name: string;
  readonly labelNames: readonly string[];
  /** Those, and the names of optional labels. @internal */
  readonly allNames: readonly string[];
  /** @internal */
  readonly clock: Clock;
  /** When the instrument was made, in milliseconds since the epoch. @internal */
  readonly beginMs: number;
  /** Whether all its series are `WATCHED`. @internal */
  readonly isWatched: boolean;
  /** How the line of a series begins; see `core/labels.ts`. @internal */
  lineStart(labelValues: readonly string[]): string;
  /**
   * The series to write to: this one, or the one that has its labels now that it was removed or has expired.
   *
   * @param canSum - Whether the write may go to the overflow series. If not, there is none past the limit.
   * @internal
   */
  live(series: Series, canSum?: boolean): Series | undefined;
  /** Counts a write that holds no data, and warns of the first. @internal */
  reject(expected: string, value: unknown): void;
  /** Takes out the series that has the labels of this one, if there is one and it is not the overflow series. @internal */
  removeBound(series: Series): boolean;
}
