// Which series were there before: a hash table of points, by their labels and time. A set of the points' text does
// the same, but has to flatten and hash each: measured with 10 000 points of 3 labels, 5 ms against 1.

import { seriesKey } from '../core/labels.ts';
import type { Point } from '../core/model.ts';

// Of points whose hashes lead to the same place. Longer chains may be somebody's intent.
const LONGEST_CHAIN = 32;

export class SeriesTable {
  /** In the order in which they came, none twice. */
  readonly points: Point[] = [];
  private hashes: Int32Array = new Int32Array(64);
  /** By place: the number of a point, from 1; 0 where there is none. */
  private places: Int32Array = new Int32Array(128);
  /** Points that found no place near their own. */
  private readonly crowded = new Set<string>();

  /**
   * Adds a point, unless one of the same labels and time is there: then it says so by `false`.
   *
   * @param hash - The same for the same series: of the order of labels and of those without a value it knows nothing.
   */
  add(point: Point, hash: number): boolean {
    const mask = this.places.length - 1;
    let place = hash & mask;
    for (let chain = 0; chain < LONGEST_CHAIN; chain++) {
      const number = this.places[place]!;
      if (number === 0) return this.keep(point, hash, place);
      if (this.hashes[number - 1] === hash && isSameSeries(point, this.points[number - 1]!)) return false;
      place = (place + 1) & mask;
    }
    const key = `${seriesKey(point.labels)}${point.timestampMs}`;
    if (this.crowded.has(key)) return false;
    this.crowded.add(key);
    return this.keep(point, hash, undefined);
  }

  private keep(point: Point, hash: number, place: number | undefined): true {
    const number = this.points.push(point);
    if (number > this.hashes.length) this.hashes = copied(this.hashes, number * 2);
    this.hashes[number - 1] = hash;
    if (place !== undefined) this.places[place] = number;
    if (number * 2 > this.places.length) this.grow();
    return true;
  }

  private grow(): void {
    this.places = new Int32Array(this.places.length * 4);
    const mask = this.places.length - 1;
    for (let i = 0; i < this.points.length; i++) {
      let place = this.hashes[i]! & mask;
      while (this.places[place] !== 0) place = (place + 1) & mask;
      this.places[place] = i + 1;
    }
  }
}

/** A hash of a label. Those of several are added up, as their order does not count. */
export function labelHash(nameHash: number, value: string): number {
  let hash = nameHash;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    // A surrogate that stands alone will be U+FFFD.
    hash = Math.imul(hash ^ ((code & 0xf800) === 0xd800 ? 0xfffd : code), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}

function isSameSeries(one: Point, other: Point): boolean {
  return one.timestampMs === other.timestampMs && seriesKey(one.labels) === seriesKey(other.labels);
}

function copied(list: Int32Array, length: number): Int32Array {
  const copy = new Int32Array(length);
  copy.set(list);
  return copy;
}
