// The series of one instrument: by their labels, in the order in which they were made, and no more of them than
// allowed. Knows no kind of value.

import { fault, show } from '../core/errors.ts';
import { lineStarts } from '../core/labels.ts';
import { combinations, undeclared } from './label-rules.ts';
import { LabelTree } from './label-tree.ts';
import type { GivenLabels } from './label-tree.ts';
import { LastWrites } from './last-writes.ts';
import type { Settings } from './options.ts';
import { PLAIN, REMOVED, Series, WATCHED } from './series.ts';
import type { LabelsOf, PositionalValues, RuledLabels, WithLabels } from './signatures.ts';

/** The label values of the series that takes writes of new label sets past the limit. */
export const OVERFLOW = '_overflow_';

/** In characters. What is longer may come from untrusted clients, and every series would keep its own. */
export const LONGEST_VALUE = 131_072;

export interface SeriesSet<Names extends string, S extends Series<S>, Rules = {}> extends Settings<Names> {}

/**
 * The series of all sets of declared values, where each label has some, are there from the start, and again after each
 * removal: without labels, the one that there is.
 *
 * A series that has expired is as good as removed from that moment on, for reads and writes alike, so that scrapes
 * change nothing that anybody could notice: whoever looks at the clock takes out what has expired by then.
 *
 * Clocks and listeners are the caller's code and may write to this very instrument: they are called before a series
 * is looked up, never between the look and what is done by it.
 */
export abstract class SeriesSet<Names extends string, S extends Series<S>, Rules = {}> {
  /** @internal */
  readonly tree: LabelTree<S>;
  /**
   * The series of a metric without labels, where that is written to directly. Declared, not initialised: engines then
   * know its class, and do not check that at each write (bench: record).
   *
   * @internal
   */
  declare single?: S;
  /** @internal */
  readonly beginMs: number;
  /** @internal */
  readonly lineStart: (labelValues: readonly string[]) => string;
  private readonly lastWrites: LastWrites<S> | undefined;
  private list: S[] = [];
  private removedCount = 0;
  /** Whether somebody may be walking the list now, as a scrape that yields in between does. */
  private isShared = false;
  private overflow: S | undefined = undefined;

  constructor(settings: Settings<Names>) {
    const { subject, name, type, allNames, labelNames, ttlSeconds } = settings;
    this.tree = new LabelTree(subject, allNames, labelNames.length);
    this.lineStart = lineStarts(name, allNames, type === 'histogram', labelNames.length);
    this.lastWrites = ttlSeconds === undefined ? undefined : new LastWrites(ttlSeconds);
    Object.assign(this, settings);
    this.beginMs = this.now();
  }

  /** The series as they are now, in the order in which they were created. What is removed later stays in this list. @internal */
  get points(): readonly S[] {
    this.expire();
    this.compact();
    this.isShared = true;
    return this.list;
  }

  /**
   * The series with these labels, to keep and write to without a lookup. Created at 0 where there is none,
   * so this is also how a series is shown before its first write.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`, and what reading the labels throws
   */
  labels(labels: LabelsOf<Names, Rules>): S;
  labels(...labels: WithLabels<Names, [], Rules> | PositionalValues<Names, Rules>): S;
  labels(...values: readonly unknown[]): S {
    const [first] = values;
    if (typeof first !== 'object' || values.length !== 1) return this.withValues(this.tree.texts(values as unknown[]))!;
    const found = this.tree.find(first as GivenLabels);
    return found?.mode === PLAIN ? found : this.withValues(this.tree.values(first as GivenLabels))!;
  }

  /**
   * Takes a series out of all later scrapes. True if it existed. A metric without labels, and one whose labels all
   * have declared values, begins again at 0.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
   */
  remove(labels: RuledLabels<Names, Rules>): boolean {
    const values = this.tree.values(labels as GivenLabels);
    this.expire();
    return this.end(this.tree.findValues(values));
  }

  /**
   * Takes out all series that have these label values, whatever their other labels are. Returns how many. What is shown
   * from the start begins again at 0, as with `remove`. Of an optional label, an empty value is one that is absent.
   *
   * @throws {MetricError} `ERR_LABELS` where a name is not the metric's, `ERR_LABEL_VALUE`
   */
  removeMatching(labels: Partial<RuledLabels<Names, Rules>>): number {
    const { subject, allNames } = this;
    if (typeof labels !== 'object' || labels === null) throw fault('ERR_LABELS', subject, `labels out of ${show(allNames)}`, labels);
    const wanted = Object.entries<unknown>(labels).map(([name, value]) => {
      const position = allNames.indexOf(name);
      if (position < 0) throw fault('ERR_LABELS', subject, `names out of ${show(allNames)}`, name);
      return [position, this.tree.text(position, value)] as const;
    });
    const matching = this.points.filter((series) => wanted.every(([position, value]) => series.labelValues[position] === value));
    for (const series of matching) this.end(series);
    return matching.length;
  }

  /** Takes out all series. What is shown from the start begins again at 0, as with `remove`. */
  clear(): void {
    for (const series of this.list) {
      series.mode = REMOVED;
      this.lastWrites?.forget(series);
    }
    this.tree.clear();
    this.overflow = undefined;
    this.list = [];
    this.removedCount = 0;
    this.isShared = false;
    this.begin();
  }

  /** The series to read; a read makes none. @internal */
  peek(labels: GivenLabels = {}): S | undefined {
    this.expire();
    return this.tree.findValues(this.tree.values(labels));
  }

  /**
   * The series of a write by labels. None where the labels cannot be read, which is a write that holds no data, and
   * past the limit for writes that cannot be summed.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
   * @internal
   */
  at(labels: GivenLabels, canSum?: boolean): S | undefined {
    let found: S | undefined;
    // Not a function of its own (bench: record).
    try {
      found = this.tree.find(labels);
    } catch {
      // `read` fails as well, and reports it.
    }
    if (found !== undefined) return found.mode === PLAIN ? found : this.live(found, canSum);
    const values = this.read(labels);
    // Absent labels may have been overlooked.
    return values && (this.optionalLabels.length > 0 ? this.withValues(values, canSum) : this.createNew(values, canSum));
  }

  /**
   * The values of a write's labels. None where these cannot be read, which is a write that holds no data.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
   * @internal
   */
  read(labels: GivenLabels): string[] | undefined {
    let given: unknown[] | null;
    try {
      given = this.tree.given(labels);
    } catch (cause) {
      return this.rejectLabels(cause);
    }
    return this.tree.texts(given, labels);
  }

  /** @internal */
  rejectLabels(cause: unknown): undefined {
    this.reject('labels that can be read', cause);
    return undefined;
  }

  /** The series of a write without labels. @internal */
  only(): S {
    return this.single ?? this.at({})!;
  }

  /** The series to write to that has these values, made where there is none. @internal */
  withValues(values: readonly string[], canSum = true): S | undefined {
    const found = this.tree.findValues(values);
    return found === undefined ? this.createNew(values, canSum) : this.live(found, canSum);
  }

  /** @internal */
  live(series: S, canSum = true): S | undefined {
    const nowMs = this.expire();
    if (series.mode === REMOVED) return this.withValues(series.labelValues, canSum);
    if (!canSum && series === this.overflow) return undefined;
    this.lastWrites?.note(series, nowMs!);
    return series;
  }

  /** @internal */
  removeBound(series: S): boolean {
    return series !== this.overflow && this.remove(series.labels as RuledLabels<Names, Rules>);
  }

  /**
   * Takes out all series but those of these values, before all values are set at once. A scrape that walks
   * the list meanwhile still sees the values before: in that list, copies take the place of the series that stay.
   *
   * @internal
   */
  retain(labelValues: readonly (readonly string[])[]): void {
    const walked = this.points as S[];
    const kept = new Set(labelValues.map((values) => this.tree.findValues(values)));
    this.list = [...walked];
    walked.forEach((series, i) => {
      if (kept.has(series)) walked[i] = Object.assign(Object.create(Object.getPrototypeOf(series)), series);
      else this.end(series);
    });
  }

  /** Makes the series that are shown from the start. @internal */
  begin(): void {
    if (this.isDeclared) for (const values of combinations(this)) this.createNew(values);
  }

  /** @internal */
  abstract create(labelValues: readonly string[], createdMs: number): S;

  /** @internal */
  abstract reject(expected: string, value: unknown): void;

  /** Reports a write whose labels may have no series of their own. @internal */
  abstract reportOverflow(labelValues: readonly string[], isTooLong: boolean, canSum: boolean): void;

  private createNew(values: readonly string[], canSum = true): S | undefined {
    const createdMs = this.now();
    const nowMs = this.expire();
    const isTooLong = values.some((value) => value.length > LONGEST_VALUE);
    // The overflow series takes no other's place.
    const isFull = this.list.length - this.removedCount - (this.overflow ? 1 : 0) >= this.maxSeries;
    const isOver = (isTooLong || isFull || undeclared(this, values) >= 0) && this.tree.findValues(values) === undefined;
    if (isOver) {
      this.reportOverflow(values, isTooLong, canSum);
      if (canSum) (this.overflow ??= this.add(values.map(() => OVERFLOW), createdMs)).mode = WATCHED;
    }
    const series = isOver ? this.overflow! : this.add(values, createdMs);
    if (!canSum && series === this.overflow) return undefined;
    this.lastWrites?.note(series, nowMs!);
    return series;
  }

  /** Adds a series, or returns the one that is there: another spelling of its labels may have created it, or a clock just now. */
  private add(values: readonly string[], createdMs: number): S {
    const series = this.create(values, createdMs);
    const added = this.tree.add(series);
    if (added !== series) return added;
    this.list.push(series);
    if (values.length === 0 && !this.isWatched) this.single = series;
    return series;
  }

  private end(series: S | undefined): boolean {
    if (series === undefined) return false;
    const isBack = this.isDeclared && series !== this.overflow;
    this.takeOut(series);
    if (isBack) this.createNew(series.labelValues);
    return true;
  }

  /** Takes out what has expired, which costs each series once. Returns the time. */
  private expire(): number | undefined {
    const { lastWrites } = this;
    if (lastWrites === undefined) return undefined;
    const nowMs = this.clock();
    for (let series; (series = lastWrites.expired(nowMs)) !== undefined; ) this.takeOut(series);
    return nowMs;
  }

  private takeOut(series: S): void {
    this.tree.delete(series);
    this.lastWrites?.forget(series);
    if (series === this.overflow) this.overflow = undefined;
    series.mode = REMOVED;
    this.removedCount++;
    // Many removals cost one pass each time their number has doubled; the rest waits for the next reader. A
    // list that is being walked is left as it is, so that what is created anew does not stand in it twice.
    if (this.isShared || this.removedCount * 2 > this.list.length) this.compact();
  }

  private compact(): void {
    if (this.removedCount === 0) return;
    this.list = this.list.filter(({ mode }) => mode !== REMOVED);
    this.removedCount = 0;
    this.isShared = false;
  }

  private now(): number {
    return Math.floor(this.wallClock());
  }
}
