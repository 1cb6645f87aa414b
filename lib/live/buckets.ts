// Buckets of histograms, classic and native ones in one shape: what they hold at a scrape, what came between two,
// their sum over series or times, and quantiles of it.

import type { HistogramPoint, NativeHistogram } from '../core/model.ts';

/** Buckets in ascending order that do not overlap. Native ones may have gaps between them. */
export interface Buckets {
  /** Exclusive; `-Infinity` where nothing is known. */
  readonly lowers: readonly number[];
  /** Inclusive; `Infinity` for what is above all bounds. */
  readonly uppers: readonly number[];
  /** Observations in each bucket alone. */
  readonly counts: ArrayLike<number>;
  /** Whether bounds grow by a factor, so that values within a bucket are taken to be spread like that too. */
  readonly isExponential: boolean;
}

export const EMPTY: Buckets = { lowers: [], uppers: [], counts: [], isExponential: false };

/** The buckets of a point: its classic ones, or where it has none but the total, its native ones. */
export function bucketsOf({ bounds, counts, native }: HistogramPoint): Buckets {
  if (bounds.length === 0 && native !== undefined) return nativeBuckets(native);
  return { lowers: [(bounds[0] ?? 0) > 0 ? 0 : -Infinity, ...bounds], uppers: [...bounds, Infinity], counts, isExponential: false };
}

function nativeBuckets({ schema, zeroThreshold, zeroCount, positive, negative }: NativeHistogram): Buckets {
  const [lowers, uppers, counts]: [number[], number[], number[]] = [[], [], []];
  const add = (lower: number, upper: number, count: number): void => {
    if (!(count > 0)) return;
    lowers.push(lower);
    uppers.push(upper);
    counts.push(count);
  };
  const boundOf = (index: number): number => 2 ** (index * 2 ** -schema);
  for (let i = negative.indexes.length - 1; i >= 0; i--) add(-boundOf(negative.indexes[i]!), -boundOf(negative.indexes[i]! - 1), negative.counts[i]!);
  add(negative.indexes.length > 0 ? -zeroThreshold : 0, zeroThreshold, zeroCount);
  for (let i = 0; i < positive.indexes.length; i++) add(boundOf(positive.indexes[i]! - 1), boundOf(positive.indexes[i]!), positive.counts[i]!);
  return { lowers, uppers, counts, isExponential: true };
}

/**
 * What was observed between two scrapes; `undefined` where a count has fallen, which is a reset. Native buckets may
 * have become coarser in between.
 */
export function increase(later: Buckets, earlier: Buckets): Buckets | undefined {
  const before = onBounds(earlier, later.uppers);
  if (before === undefined) return undefined;
  const counts = new Array<number>(later.uppers.length);
  let total = 0;
  for (let i = 0; i < counts.length; i++) {
    const count = later.counts[i]! - before[i]!;
    if (!(count >= 0)) return undefined;
    counts[i] = count;
    total += count;
  }
  return total === 0 ? EMPTY : { ...later, counts };
}

/** The counts by other bounds; `undefined` where there is none for one of them. */
function onBounds({ uppers, counts }: Buckets, bounds: readonly number[]): ArrayLike<number> | undefined {
  if (isSame(uppers, bounds)) return counts;
  const moved = new Array<number>(bounds.length).fill(0);
  let at = 0;
  for (let i = 0; i < uppers.length; i++) {
    while (at < bounds.length && bounds[at]! < uppers[i]!) at++;
    if (at === bounds.length && counts[i]! > 0) return undefined;
    if (at < bounds.length) moved[at]! += counts[i]!;
  }
  return moved;
}

/** All observations of several, by the bounds that any of them has. */
export function sumOf(several: Iterable<Buckets>): Buckets {
  let sum = EMPTY;
  let counts: number[] = [];
  for (const each of several) {
    if (each.uppers.length === 0) continue;
    if (isSame(sum.uppers, each.uppers)) {
      for (let i = 0; i < counts.length; i++) counts[i]! += each.counts[i]!;
    } else {
      sum = sum.uppers.length === 0 ? each : merged({ ...sum, counts }, each);
      counts = Array.from(sum.counts);
    }
  }
  return { ...sum, counts };
}

function merged(a: Buckets, b: Buckets): Buckets {
  const [lowers, uppers, counts]: [number[], number[], number[]] = [[], [], []];
  let [i, j] = [0, 0];
  while (i < a.uppers.length || j < b.uppers.length) {
    const upper = Math.min(a.uppers[i] ?? Infinity, b.uppers[j] ?? Infinity);
    let [lower, count] = [Infinity, 0];
    if (a.uppers[i] === upper) [lower, count] = [a.lowers[i]!, a.counts[i++]!];
    if (b.uppers[j] === upper) [lower, count] = [Math.min(lower, b.lowers[j]!), count + b.counts[j++]!];
    lowers.push(Math.max(lower, uppers.at(-1) ?? -Infinity));
    uppers.push(upper);
    counts.push(count);
  }
  return { lowers, uppers, counts, isExponential: a.isExponential && b.isExponential };
}

export function totalOf({ counts }: Buckets): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i]!;
  return total;
}

/**
 * The value that this share of the observations does not exceed, as Prometheus estimates it; `NaN` where there are none.
 *
 * @param quantile - 0 to 1.
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 */
export function quantileOf(buckets: Buckets, quantile: number): number {
  const { lowers, uppers, counts, isExponential } = buckets;
  const rank = quantile * totalOf(buckets);
  let below = 0;
  for (let i = 0; i < uppers.length; i++) {
    const count = counts[i]!;
    if (count > 0 && below + count >= rank) {
      const [lower, upper] = [lowers[i]!, uppers[i]!];
      if (upper === Infinity) return lower === -Infinity ? NaN : lower;
      if (lower === -Infinity) return upper;
      const share = (rank - below) / count;
      if (!isExponential || lower * upper <= 0) return lower + (upper - lower) * share;
      return lower * (upper / lower) ** share;
    }
    below += count;
  }
  return NaN;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a === b || (a.length === b.length && a.every((each, i) => each === b[i]));
}
