// One side of a native histogram: how many observations each of its buckets has, for those that have any.

import type { NativeBuckets } from '../core/model.ts';
import { coarser } from './native-indexes.ts';

// No index is as large.
const EMPTY = 2 ** 30 - 1;

/**
 * A hash table whose hash is the index itself: neighbours have places of their own, and so have all buckets as long as
 * they lie closer together than the table is long.
 */
export class NativeSide implements NativeBuckets {
  private keys: number[] = [EMPTY];
  private values: number[] = [0];
  /** In ascending order, as long as no bucket comes or goes. */
  private sorted: readonly number[] = [];

  get indexes(): readonly number[] {
    return this.sorted;
  }

  get counts(): readonly number[] {
    const { sorted, values } = this;
    return sorted.map((index) => values[this.placeOf(index)]!);
  }

  /** Adds to a bucket. False if it is not at its own place, or empty: then `add` does. */
  count(index: number, count: number): boolean {
    const place = index & (this.keys.length - 1);
    if (this.keys[place] !== index) return false;
    this.values[place]! += count;
    return true;
  }

  /** The same, wherever the bucket is. */
  add(index: number, count: number): void {
    const place = this.placeOf(index);
    if (this.keys[place] === index) this.values[place]! += count;
    else this.fill([...this.entries(), [index, count]]);
  }

  /** Takes out a bucket. Returns what it had. */
  take(index: number): number {
    const entries = this.entries();
    this.fill(entries.filter(([each]) => each !== index));
    return entries.find(([each]) => each === index)?.[1] ?? 0;
  }

  /** Halves the resolution. */
  halve(): void {
    const merged = new Map<number, number>();
    for (const [index, count] of this.entries()) merged.set(coarser(index, 1), (merged.get(coarser(index, 1)) ?? 0) + count);
    this.fill([...merged]);
  }

  private entries(): (readonly [index: number, count: number])[] {
    return this.sorted.map((index) => [index, this.values[this.placeOf(index)]!]);
  }

  /** Where the bucket is, or has to be: at its place, or at the next that is free. */
  private placeOf(index: number): number {
    const { keys } = this;
    const mask = keys.length - 1;
    let place = index & mask;
    while (keys[place] !== index && keys[place] !== EMPTY) place = (place + 1) & mask;
    return place;
  }

  // Buckets come seldom, and so the table is made anew for each.
  private fill(entries: readonly (readonly [index: number, count: number])[]): void {
    const size = 2 ** Math.ceil(Math.log2(2 * entries.length + 1));
    this.keys = Array.from({ length: size }, () => EMPTY);
    this.values = Array.from({ length: size }, () => 0);
    for (const [index, count] of entries) {
      const place = this.placeOf(index);
      this.keys[place] = index;
      this.values[place] = count;
    }
    this.sorted = entries.map(([index]) => index).sort((a, b) => a - b);
  }
}
