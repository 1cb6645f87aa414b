// One side of a native histogram: how many observations each of its buckets has, for those that have any.

import type { NativeBuckets } from '../core/model.ts';
import { coarser } from './native-indexes.ts';

/**
 * Buckets in ascending order. An index is found where it was noted last by its lowest bits: as long as the buckets
 * lie closer together than twice their number, that is its own place and nobody else's.
 */
export class NativeSide implements NativeBuckets {
  readonly indexes: number[] = [];
  readonly counts: number[] = [];
  private places: number[] = [0];

  /** Adds one to a bucket. False if it cannot be found at once, or is empty: then `add` does. */
  count(index: number): boolean {
    const place = this.places[index & (this.places.length - 1)]!;
    if (this.indexes[place] !== index) return false;
    this.counts[place]! += 1;
    return true;
  }

  /** Adds to a bucket. */
  add(index: number, count: number): void {
    const place = this.placeOf(index);
    if (this.indexes[place] === index) this.counts[place]! += count;
    else {
      this.indexes.splice(place, 0, index);
      this.counts.splice(place, 0, count);
      this.note();
    }
  }

  /** Takes out the first bucket if it is this one. Returns what it had. */
  takeFirst(index: number): number {
    if (this.indexes[0] !== index) return 0;
    this.indexes.shift();
    const count = this.counts.shift()!;
    this.note();
    return count;
  }

  /** Halves the resolution. */
  halve(): void {
    const indexes = this.indexes.splice(0);
    const counts = this.counts.splice(0);
    this.note();
    indexes.forEach((index, i) => this.add(coarser(index, 1), counts[i]!));
  }

  private placeOf(index: number): number {
    const { indexes } = this;
    let low = 0;
    let end = indexes.length;
    while (low < end) {
      const middle = (low + end) >> 1;
      if (indexes[middle]! < index) low = middle + 1;
      else end = middle;
    }
    return low;
  }

  private note(): void {
    const { indexes } = this;
    const size = 2 ** Math.ceil(Math.log2(2 * indexes.length + 1));
    if (this.places.length < size) this.places = Array.from({ length: size }, () => 0);
    for (const [place, index] of indexes.entries()) this.places[index & (this.places.length - 1)] = place;
  }
}
