// The sketches of several members, taken into one.

import type { NativeBuckets, QuantileSketch } from '../core/model.ts';
import type { Sketch } from '../metrics/sketch.ts';

/** Takes in all values of a sketch: those in buckets by their middles, but for the lowest and the highest, which are known. */
export function takeIn(into: Sketch, { values, schema, zeroCount, positive, negative, least, greatest }: QuantileSketch): void {
  for (const value of values) into.add(value);
  const buckets = [
    ...bucketsOf(negative, schema).map(({ value, count }) => ({ value: -value, count })).reverse(),
    ...(zeroCount > 0 ? [{ value: 0, count: zeroCount }] : []),
    ...bucketsOf(positive, schema),
  ];
  for (const known of [buckets[0], buckets.at(-1)]) {
    if (known === undefined || known.count < 1) continue;
    known.count--;
    into.add(known === buckets[0] ? least : greatest);
  }
  for (const { value, count } of buckets) if (count > 0) into.add(Math.min(Math.max(value, least), greatest), count);
}

function bucketsOf({ indexes, counts }: NativeBuckets, schema: number): { readonly value: number; count: number }[] {
  const resolution = 2 ** schema;
  return Array.from(indexes, (index, i) => ({ value: middle(index, resolution), count: counts[i]! }));
}

// Where the relative error is the same to both ends.
function middle(index: number, resolution: number): number {
  const upper = 2 ** (index / resolution);
  return index > 1024 * resolution ? Infinity : upper === Infinity ? Number.MAX_VALUE : (2 * upper) / (1 + 2 ** (1 / resolution));
}
