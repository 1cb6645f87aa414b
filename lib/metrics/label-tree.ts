// The label tree: from label values to the one series that has them. Knows the order of the names and nothing
// of what a series holds.

import { MetricError, fault, show } from '../core/errors.ts';
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
   * The series with these labels; `undefined` where there is none, or the labels do not fit: `values` says why. Throws
   * only what reading the labels throws.
   *
   * Tuned (bench: record). Walks the labels in the order of their object, which is mostly the declared one: engines then
   * need not check that they are its own, and read them by position, whatever shapes of objects were read here before.
   */
  find(labels: GivenLabels): Series | undefined {
    const { names } = this;
    let entry = this.root;
    if (names.length === 1 && entry instanceof Map) return single(entry, names[0]!, labels) as Series | undefined;
    let depth = 0;
    for (const key in labels) {
      if (!Object.prototype.hasOwnProperty.call(labels, key)) continue;
      const name = names[depth]!;
      let text: string | undefined;
      if (key === name) text = textOf(labels[key]);
      else if (Object.prototype.hasOwnProperty.call(labels, name)) text = textOf(labels[name]);
      // Asked whether it is a map, not whether it is a series: for a class of the engine's own that is fast.
      if (entry instanceof Map) entry = entry.get(text!);
      else if (entry === undefined || valueAt(entry, depth) !== text) return undefined;
      depth++;
    }
    return depth === names.length ? (entry as Series | undefined) : undefined;
  }

  /** The series with these values, in the order of the names; `undefined` where there is none. */
  findValues(values: readonly string[]): Series | undefined {
    let entry = this.root;
    for (let depth = 0; entry instanceof Map; depth++) entry = entry.get(values[depth]!);
    return entry !== undefined && values.every((value, depth) => value === valueAt(entry, depth)) ? entry : undefined;
  }

  /** Takes in a series that `findValues` does not know. */
  add(series: Series): void {
    this.root = withAdded(this.root, series, 0);
  }

  /** Takes out a series that is there, and the levels that this leaves empty. */
  delete(series: Series): void {
    this.root = withoutDeleted(this.root, series, 0);
  }

  clear(): void {
    this.root = undefined;
  }

  /**
   * The values to keep of a new series: strings, in the order of the names, and valid Unicode: a surrogate
   * that stands alone becomes U+FFFD, since no UTF-8 can carry it.
   *
   * @throws {MetricError} `ERR_LABELS` where names are missing or too many, `ERR_LABEL_VALUE` where a value
   * is no string, number or boolean.
   */
  values(labels: GivenLabels): string[] {
    this.checkNames(Object.keys(labels ?? {}));
    return this.orderedValues(this.names.map((name) => labels[name]));
  }

  /**
   * The same of values that are given in the order of the names.
   *
   * @throws {MetricError} `ERR_LABELS` where there are not as many as names, `ERR_LABEL_VALUE`
   */
  orderedValues(given: readonly unknown[]): string[] {
    const { subject, names } = this;
    if (given.length !== names.length) throw fault('ERR_LABELS', subject, `a value for each label of ${show(names)}`, given);
    return given.map((value, depth) => toWellFormed(labelText(subject, names[depth]!, value)));
  }

  /** @param mayLack - Whether some may be missing. @throws {MetricError} `ERR_LABELS` */
  checkNames(given: readonly string[], mayLack = false): void {
    const { names } = this;
    if ((mayLack || given.length === names.length) && given.every((name) => names.includes(name))) return;
    const missing = names.filter((name) => !given.includes(name));
    const extra = given.filter((name) => !names.includes(name));
    const faults = [missing.length > 0 && `${show(missing)} missing`, extra.length > 0 && `${show(extra)} not declared`];
    throw new MetricError('ERR_LABELS', `${this.subject}: expected the labels ${show(names)}, got ${show(given)} (${faults.filter(Boolean).join(', ')})`);
  }
}

/** The value of the label that has this place in the order of the names. */
export function valueAt(series: Labelled, depth: number): string {
  return depth === 0 ? series.firstValue : series.otherValues[depth - 1]!;
}

// Reading a label by its name takes half the time as long as all objects have one shape, as is likely with one label.
function single<Entry>(level: ReadonlyMap<string, Entry>, name: string, labels: GivenLabels): Entry | undefined {
  let count = 0;
  for (const key in labels) {
    if (key !== name || !Object.prototype.hasOwnProperty.call(labels, key)) return undefined;
    count++;
  }
  return count === 1 ? level.get(textOf(labels[name])!) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : isLabelValue(value) ? `${value}` : undefined;
}

function withAdded<Series extends Labelled>(entry: Entry<Series> | undefined, series: Series, depth: number): Entry<Series> {
  if (entry === undefined) return series;
  const level: Level<Series> = entry instanceof Map ? entry : new Map([[valueAt(entry, depth), entry]]);
  const value = valueAt(series, depth);
  return level.set(value, withAdded(level.get(value), series, depth + 1));
}

function withoutDeleted<Series extends Labelled>(entry: Entry<Series> | undefined, series: Series, depth: number): Entry<Series> | undefined {
  if (!(entry instanceof Map)) return undefined;
  const value = valueAt(series, depth);
  if (withoutDeleted(entry.get(value), series, depth + 1) === undefined) entry.delete(value);
  return entry.size > 0 ? entry : undefined;
}
