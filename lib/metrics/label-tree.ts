// The label tree: from label values to the one series that has them. Knows the order of the names and nothing
// of what a series holds.

import { MetricError, show } from '../core/errors.ts';
import { isLabelValue, labelText, toWellFormed } from '../core/labels.ts';

/** What a series knows of its labels: their values, in the order of the names. */
export interface Labelled {
  /** Of the first label; empty where there is none. */
  readonly firstValue: string;
  /** Of the others. Apart from the first, since several series have the same ones and may share the list. */
  readonly otherValues: readonly string[];
}

/** Label values as callers give them. */
export type GivenLabels = Readonly<Record<string, unknown>>;

/** The one series there is; or, where there are several, those by the value of the next label. */
type Entry<Series> = Series | Level<Series>;
type Level<Series> = Map<string, Entry<Series>>;

/**
 * All series of one metric, by their label values.
 *
 * A tree: a level per label, a map per level, values as keys. No two label sets share a path, whatever
 * characters they hold, so there is no separator to collide with. A level exists only where two series
 * part; above that the leaf's own values are compared. Measured with fresh objects of 3 labels: a map for
 * each label is as fast, but takes twice the memory where the first label is unique; a hash table of our
 * own takes twice the time; one map of joined keys three times, and needs its separator escaped.
 */
export class LabelTree<Series extends Labelled> {
  readonly names: readonly string[];
  private readonly subject: string;
  private root: Entry<Series> | undefined = undefined;

  /** @param subject - Begins the messages, such as `Counter "jobs_total"`. */
  constructor(subject: string, names: readonly string[]) {
    this.subject = subject;
    this.names = names;
  }

  /**
   * The series with these labels; `undefined` where there is none.
   *
   * @throws {MetricError} `ERR_LABELS` where names are missing or too many, `ERR_LABEL_VALUE` where a value
   * is no string, number or boolean.
   */
  find(labels: GivenLabels): Series | undefined {
    const { names } = this;
    this.checkCount(labels);
    let entry = this.root;
    let depth = 0;
    // Asked whether it is a map, not whether it is a series: for a class of the engine's own that is fast.
    while (entry instanceof Map) entry = entry.get(this.text(labels, depth++));
    if (entry === undefined) return undefined;
    for (; depth < names.length; depth++) {
      if (valueAt(entry, depth) !== this.text(labels, depth)) return undefined;
    }
    return entry;
  }

  /** The series with these values, in the order of the names; `undefined` where there is none. */
  findValues(values: readonly string[]): Series | undefined {
    let entry = this.root;
    for (let depth = 0; entry instanceof Map; depth++) entry = entry.get(values[depth]!);
    return entry !== undefined && values.every((value, depth) => value === valueAt(entry, depth)) ? entry : undefined;
  }

  /** Takes in a series that `findValues` does not know. */
  add(series: Series): void {
    const { levels, entry } = this.pathTo(series);
    const depth = levels.length;
    const added = entry === undefined ? series : parted(entry, series, depth);
    if (depth === 0) this.root = added;
    else levels[depth - 1]!.set(valueAt(series, depth - 1), added);
  }

  /** Takes out a series that is there, and the levels that this leaves empty. */
  delete(series: Series): void {
    const { levels } = this.pathTo(series);
    for (let depth = levels.length - 1; depth >= 0; depth--) {
      levels[depth]!.delete(valueAt(series, depth));
      if (levels[depth]!.size > 0) return;
    }
    this.root = undefined;
  }

  // The levels on the way to where the series has its place, and the series that stands there.
  private pathTo(series: Series): { readonly levels: readonly Level<Series>[]; readonly entry: Series | undefined } {
    const levels: Level<Series>[] = [];
    let entry = this.root;
    while (entry instanceof Map) {
      levels.push(entry);
      entry = entry.get(valueAt(series, levels.length - 1));
    }
    return { levels, entry };
  }

  clear(): void {
    this.root = undefined;
  }

  /**
   * The values to keep of a new series: strings, in the order of the names, and valid Unicode: a surrogate
   * that stands alone becomes U+FFFD, since no UTF-8 can carry it.
   *
   * @throws {MetricError} as `find` does
   */
  values(labels: GivenLabels): string[] {
    this.checkCount(labels);
    return this.names.map((_, depth) => toWellFormed(this.text(labels, depth)));
  }

  /**
   * The same of values that are given in the order of the names.
   *
   * @throws {MetricError} `ERR_LABELS` where there are not as many as names, `ERR_LABEL_VALUE`
   */
  orderedValues(given: readonly unknown[]): string[] {
    if (given.length !== this.names.length) {
      throw new MetricError('ERR_LABELS', `${this.subject}: expected a value for each label of ${show(this.names)}, got ${show(given)}`);
    }
    return given.map((value, depth) => toWellFormed(labelText(this.subject, this.names[depth]!, value)));
  }

  private checkCount(labels: GivenLabels): void {
    let given = 0;
    for (const _ in labels) given++;
    if (given !== this.names.length) this.mismatch(labels);
  }

  private text(labels: GivenLabels, depth: number): string {
    const name = this.names[depth]!;
    const value = labels[name];
    if (typeof value === 'string') return value;
    // What is inherited, such as `constructor`, was not meant.
    if (!isLabelValue(value) && !Object.hasOwn(labels, name)) return this.mismatch(labels);
    return labelText(this.subject, name, value);
  }

  private mismatch(labels: GivenLabels): never {
    const given = Object.keys(labels ?? {});
    const missing = this.names.filter((name) => !given.includes(name));
    const extra = given.filter((name) => !this.names.includes(name));
    const faults = [
      missing.length > 0 ? `${show(missing)} missing` : '',
      extra.length > 0 ? `${show(extra)} not declared` : '',
    ];
    throw new MetricError(
      'ERR_LABELS',
      `${this.subject}: expected the labels ${show(this.names)}, got ${show(given)} (${faults.filter(Boolean).join(', ')})`,
    );
  }
}

/** The value of the label that has this place in the order of the names. */
export function valueAt({ firstValue, otherValues }: Labelled, depth: number): string {
  return depth === 0 ? firstValue : otherValues[depth - 1]!;
}

// Two series that part at this depth or below.
function parted<Series extends Labelled>(one: Series, other: Series, depth: number): Level<Series> {
  const [value, otherValue] = [valueAt(one, depth), valueAt(other, depth)];
  if (value === otherValue) return new Map([[value, parted(one, other, depth + 1)]]);
  return new Map([[value, one], [otherValue, other]]);
}
