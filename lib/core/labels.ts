// The label set: from label values to the one series that has them, and from them to its text. Knows the
// order of the names and nothing of what a series holds.

import { MetricError, show } from './errors.ts';

/** What may stand for a label's value. It becomes a string once, when the series is created. */
export type LabelValue = string | number | boolean;

/** What a series knows of its labels. */
export interface Labelled {
  /** In the order of the names. */
  readonly labelValues: readonly string[];
}

/** Label values as callers give them. */
export type GivenLabels = Readonly<Record<string, unknown>>;

/** By a label's value: the one series that has it, or, where several have, those by the next label's. */
type Level<Series> = Map<string, Series | Level<Series>>;

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
  private root: Level<Series> = new Map();

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
    let given = 0;
    for (const _ in labels) given++;
    if (given !== names.length) this.mismatch(labels);
    let level = this.root;
    for (let depth = 0; depth < names.length; depth++) {
      const entry = level.get(this.text(labels, depth));
      if (entry === undefined) return undefined;
      // The test for a map, not for a series: it is the engine's own class, and four times as fast.
      if (entry instanceof Map) {
        level = entry;
        continue;
      }
      const values = entry.labelValues;
      while (++depth < names.length) {
        if (values[depth] !== this.text(labels, depth)) return undefined;
      }
      return entry;
    }
    return undefined;
  }

  /** The series with these values, in the order of the names; `undefined` where there is none. */
  findValues(values: readonly string[]): Series | undefined {
    let entry: Series | Level<Series> | undefined = this.root;
    for (let depth = 0; entry instanceof Map; depth++) entry = entry.get(values[depth]!);
    return entry?.labelValues.every((value, depth) => value === values[depth]) ? entry : undefined;
  }

  /** Takes in a series that `find` does not know. */
  add(series: Series): void {
    const values = series.labelValues;
    let level = this.root;
    for (let depth = 0; depth < values.length; depth++) {
      const value = values[depth]!;
      const entry = level.get(value);
      if (entry === undefined) {
        level.set(value, series);
        return;
      }
      if (entry instanceof Map) {
        level = entry;
        continue;
      }
      const branch: Level<Series> = new Map([[entry.labelValues[depth + 1]!, entry]]);
      level.set(value, branch);
      level = branch;
    }
  }

  /** Takes out a series, and the levels that this leaves empty. */
  delete(series: Series): void {
    const values = series.labelValues;
    const path = [this.root];
    for (;;) {
      const entry = path.at(-1)!.get(values[path.length - 1]!);
      if (!(entry instanceof Map)) break;
      path.push(entry);
    }
    for (let depth = path.length - 1; depth >= 0; depth--) {
      path[depth]!.delete(values[depth]!);
      if (path[depth]!.size > 0) return;
    }
  }

  clear(): void {
    this.root = new Map();
  }

  /**
   * The values to keep of a new series: strings, in the order of the names, and valid Unicode: a surrogate
   * that stands alone becomes U+FFFD, since no UTF-8 can carry it.
   */
  values(labels: GivenLabels): string[] {
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

/** A label's value as text. @throws {MetricError} `ERR_LABEL_VALUE` */
export function labelText(subject: string, name: string, value: unknown): string {
  if (isLabelValue(value)) return String(value);
  throw new MetricError('ERR_LABEL_VALUE', `${subject}: label ${show(name)}: expected a string, number or boolean, got ${show(value)}`);
}

function isLabelValue(value: unknown): value is LabelValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Exposition formats, "Line format"; OpenMetrics 1.0, "Escaping": the same three escapes in both. */
export function escapeLabelValue(value: string): string {
  return /[\\"\n]/.test(value) ? value.replace(/[\\"\n]/g, (found) => (found === '\n' ? '\\n' : `\\${found}`)) : value;
}

/**
 * The text with each surrogate that stands alone replaced by U+FFFD, as `String.prototype.toWellFormed`
 * does where the engine has it.
 */
export function toWellFormed(text: string): string {
  return /[\ud800-\udfff]/.test(text) ? text.replace(/[\ud800-\udfff]/gu, '\ufffd') : text;
}
