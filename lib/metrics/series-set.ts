// The series of one instrument: by their labels, in the order in which they were made, and no more of them
// than are allowed. Knows no kind of value.

import { LabelTree } from './label-tree.ts';
import type { GivenLabels } from './label-tree.ts';
import type { LastWrites } from './last-writes.ts';
import type { Series } from './series.ts';

export interface SeriesSetOptions<S> {
  readonly maxSeries: number;
  readonly create: (labelValues: readonly string[]) => S;
  /** Told of each write whose labels would have been a series too many. */
  readonly onOverflow: (labelValues: readonly string[], isTooLong: boolean) => void;
  /** Kept where series that nobody writes to are to be forgotten. */
  readonly lastWrites?: LastWrites<S> | undefined;
}

/** The label values of the series that takes the writes of label sets past the limit. */
export const OVERFLOW = '_overflow_';

/** In characters. What is longer may be data that strangers send, and every series would keep its own. */
export const LONGEST_VALUE = 131_072;

export function isOverflow(labelValues: readonly string[]): boolean {
  return labelValues.length > 0 && labelValues.every((value) => value === OVERFLOW);
}

/**
 * Without labels it has one series from the start, and again after each removal.
 *
 * A series whose time is over is as good as removed from that moment on, for reads and writes alike, so that
 * scrapes change nothing that anybody could tell. Memory is given back by the next reader of them all, or by a
 * new series that finds no place.
 */
export class SeriesSet<S extends Series<S>> {
  private readonly tree: LabelTree<S>;
  private readonly options: SeriesSetOptions<S>;
  private list: S[] = [];
  private removedCount = 0;
  /** Whether somebody may be walking the list now, as a scrape that gives way in between does. */
  private isShared = false;

  /** @param subject - Begins the messages, such as `Counter "jobs_total"`. */
  constructor(subject: string, labelNames: readonly string[], options: SeriesSetOptions<S>) {
    this.tree = new LabelTree(subject, labelNames);
    this.options = options;
    this.begin();
  }

  /** All series, in the order in which they were made. What is removed later stays in the list that was read. */
  get all(): readonly S[] {
    this.takeOutAll(this.options.lastWrites?.stale());
    this.compact();
    this.isShared = true;
    return this.list;
  }

  /** The series to write to, by a write that asks `touch` where it is not plain. */
  at(labels: GivenLabels): S {
    return this.tree.find(labels) ?? this.withValues(this.tree.values(labels));
  }

  /** The same, by values in the order of the names. */
  atOrdered(values: readonly unknown[]): S {
    return this.withValues(this.tree.orderedValues(values));
  }

  /** The same for what has no labels. */
  only(): S {
    return this.tree.names.length === 0 ? (this.list[0] ?? this.createNew([])) : this.at({});
  }

  /** The series to read; a read makes none. */
  peek(labels: GivenLabels): S | undefined {
    // Values that hold lone surrogates are there as others.
    return this.alive(this.tree.find(labels) ?? this.tree.findValues(this.tree.values(labels)));
  }

  /** The series that has these values; made where there is none. */
  withValues(values: readonly string[]): S {
    return this.tree.findValues(values) ?? this.createNew(values);
  }

  /**
   * Notes a write to a series that is not plain. False where it is gone, or its time is over: then the write
   * is for the series that `withValues` has for its labels.
   */
  touch(series: S): boolean {
    const { lastWrites } = this.options;
    if (series.mode === 'removed') return false;
    if (lastWrites === undefined || lastWrites.note(series)) return true;
    this.takeOut(series);
    return false;
  }

  /** Takes out the series that has these values. True if there was one. */
  removeValues(values: readonly string[]): boolean {
    const series = this.alive(this.tree.findValues(values));
    if (series === undefined) return false;
    this.remove(series);
    return true;
  }

  /** Takes out a series that is there. */
  remove(series: S): void {
    this.takeOut(series);
    this.begin();
  }

  /** The values of these labels, as `withValues` takes them. */
  valuesOf(labels: GivenLabels): readonly string[] {
    return this.tree.values(labels);
  }

  /** Takes out all series but those that have one of these lists of values. */
  retain(wanted: readonly (readonly string[])[]): void {
    const kept = new Set(wanted.map((values) => this.tree.findValues(values)));
    for (const series of this.all) if (!kept.has(series)) this.remove(series);
  }

  clear(): void {
    for (const series of this.list) series.mode = 'removed';
    this.list = [];
    this.removedCount = 0;
    this.isShared = false;
    this.tree.clear();
    this.options.lastWrites?.clear();
    this.begin();
  }

  private alive(series: S | undefined): S | undefined {
    return series !== undefined && this.options.lastWrites?.isStale(series) ? undefined : series;
  }

  private begin(): void {
    if (this.tree.names.length === 0) this.append([]);
  }

  private takeOut(series: S): void {
    this.tree.delete(series);
    this.options.lastWrites?.forget(series);
    series.mode = 'removed';
    this.removedCount++;
    // Many removals cost one pass each time their number has doubled; the rest waits for the next reader. A
    // list that is being walked is left as it is, so that what is created anew does not stand in it twice.
    if (this.isShared || this.removedCount * 2 > this.list.length) this.compact();
  }

  private takeOutAll(series: readonly S[] = []): void {
    for (const each of series) this.takeOut(each);
  }

  private createNew(values: readonly string[]): S {
    const { maxSeries, onOverflow, lastWrites } = this.options;
    if (this.count >= maxSeries) this.takeOutAll(lastWrites?.staleIfAffordable());
    const { count } = this;
    const isTooLong = values.some((value) => value.length > LONGEST_VALUE);
    if (count < maxSeries && !isTooLong) return this.append(values);
    const overflow = values.map(() => OVERFLOW);
    const overflowed = this.tree.findValues(overflow);
    // The overflow series takes no other's place.
    if (count === maxSeries && overflowed !== undefined && !isTooLong) return this.append(values);
    onOverflow(values, isTooLong);
    return overflowed ?? this.append(overflow);
  }

  private append(labelValues: readonly string[]): S {
    const series = this.options.create(labelValues);
    this.tree.add(series);
    this.list.push(series);
    this.options.lastWrites?.note(series);
    return series;
  }

  private get count(): number {
    return this.list.length - this.removedCount;
  }

  private compact(): void {
    if (this.removedCount === 0) return;
    this.list = this.list.filter(({ mode }) => mode !== 'removed');
    this.removedCount = 0;
    this.isShared = false;
  }
}
