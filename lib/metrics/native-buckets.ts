// Native histograms: what they can be given, and the buckets of one series. Prometheus, "Native Histograms".

import { fault } from '../core/errors.ts';
import type { Exemplar, NativeHistogram } from '../core/model.ts';
import { checkOptions } from '../core/options.ts';
import { coarser, fineIndex, MIN_SCHEMA, octaveOf, schemaOf, upperBound } from './native-indexes.ts';
import type { Octave } from './native-indexes.ts';
import { NativeSide } from './native-side.ts';

/** How a histogram's native buckets are made. */
export interface NativeOptions {
  /** By how much a bucket's bound is above that of the one before, at most: 1.005 to 65536. @default 1.1 */
  readonly factor?: number;
  /**
   * How many buckets may hold something. Past that, a series begins anew if its time allows, else widens its zero
   * bucket, else halves its resolution; one step for every observation. 0: no limit.
   *
   * @default 160
   */
  readonly maxBuckets?: number;
  /** What lies no further than this from 0 is counted as 0. @default 2 ** -128 */
  readonly zeroThreshold?: number;
  /**
   * How old a series has to be to begin anew, in seconds. 0: it never does, as it should be in a group of processes, where
   * the sum would fall by what one of them had counted. @default 3600
   */
  readonly minResetSeconds?: number;
  /** How far the zero bucket may be widened. @default 0, not at all */
  readonly maxZeroThreshold?: number;
}

/** The options, all of them, and what follows from them for all series. */
export interface NativeSettings extends Required<NativeOptions> {
  readonly schema: number;
  readonly octave: Octave;
}

/** @throws {MetricError} `ERR_OPTION` */
export function checkedNative(subject: string, given: boolean | NativeOptions): NativeSettings | undefined {
  if (given === false) return undefined;
  const options: NativeOptions = given === true ? {} : given;
  checkOptions(`${subject}: native`, options, ['factor', 'maxBuckets', 'zeroThreshold', 'minResetSeconds', 'maxZeroThreshold']);
  const { factor = 1.1, maxBuckets = 160, zeroThreshold = 2 ** -128, minResetSeconds = 3600, maxZeroThreshold = 0 } = options;
  const settings = { factor, maxBuckets, zeroThreshold, minResetSeconds, maxZeroThreshold };
  for (const [name, value] of Object.entries<unknown>(settings)) {
    const least = name === 'factor' ? 1 : 0;
    const isRight = typeof value === 'number' && value >= least && value !== 1 / 0 && (name !== 'factor' || value > 1);
    if (!isRight) throw fault('ERR_OPTION', `${subject}: native: ${name}`, `a finite number ${name === 'factor' ? 'above 1' : 'of 0 or more'}`, value);
  }
  const schema = schemaOf(factor);
  return { ...settings, schema, octave: octaveOf(schema) };
}

// The side of a series that has nothing there. Nobody adds to it.
const NONE: NativeSide = /* @__PURE__ */ new NativeSide();

/** The native buckets of one series. */
export class NativeSeries implements NativeHistogram {
  schema: number;
  zeroThreshold: number;
  zeroCount: number = 0;
  positive: NativeSide = NONE;
  negative: NativeSide = NONE;
  /** Declared alone: they take no memory before there are some. */
  declare exemplars: readonly Exemplar[] | undefined;
  /** How often the resolution was halved since that of the octave. */
  private halvings: number;
  private readonly octave: Octave;
  /** Whether it has too many buckets, or had and begins anew as soon as its age allows. */
  isOutgrown: boolean = false;
  readonly settings: NativeSettings;

  constructor(settings: NativeSettings) {
    this.settings = settings;
    this.schema = settings.schema;
    this.halvings = Math.max(0, -settings.schema);
    this.octave = settings.octave;
    this.zeroThreshold = settings.zeroThreshold;
  }

  /** Counts a value, so many times. True if there are too many buckets, or were. */
  add(value: number, count: number): boolean {
    const { zeroThreshold, octave, halvings } = this;
    const isPositive = value > zeroThreshold;
    if (!isPositive && !(value < -zeroThreshold)) this.zeroCount += count;
    else {
      const fine = fineIndex(isPositive ? value : -value, octave);
      const index = halvings === 0 ? fine : coarser(fine, halvings);
      if (!(isPositive ? this.positive : this.negative).count(index, count)) return this.open(isPositive, index, count);
    }
    return this.isOutgrown;
  }

  /** Whether more buckets hold something than may. */
  get isFull(): boolean {
    const { maxBuckets } = this.settings;
    return maxBuckets > 0 && this.positive.indexes.length + this.negative.indexes.length > maxBuckets;
  }

  /** Makes do with fewer buckets, by one step: a wider zero bucket, or half the resolution. Loses no observation. */
  shrink(): void {
    const { settings: { octave, maxZeroThreshold }, schema } = this;
    const sides = [this.positive, this.negative].filter((side) => side !== NONE);
    const nearest = Math.min(...sides.map(({ indexes }) => indexes[0] ?? Infinity));
    const threshold = upperBound(nearest, schema, octave);
    if (this.zeroThreshold < maxZeroThreshold && threshold <= maxZeroThreshold) {
      for (const side of sides) this.zeroCount += side.take(nearest);
      this.zeroThreshold = threshold;
    } else if (schema > MIN_SCHEMA) {
      for (const side of sides) side.halve();
      this.schema--;
      this.halvings++;
    }
  }

  private open(isPositive: boolean, index: number, count: number): boolean {
    if (isPositive && this.positive === NONE) this.positive = new NativeSide();
    if (!isPositive && this.negative === NONE) this.negative = new NativeSide();
    (isPositive ? this.positive : this.negative).add(index, count);
    return this.isOutgrown || this.isFull;
  }
}
