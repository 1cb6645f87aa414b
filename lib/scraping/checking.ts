// Checks the families of a collector of one's own, point by point, and copies what they hold: so a writer can show
// them as they are. Their text is made by the writer, once: made and kept here, it cost half a scrape in collections.

import { fault, show } from '../core/errors.ts';
import { toWellFormed } from '../core/labels.ts';
import { LiveFamily } from '../core/live-family.ts';
import type { LiveHead } from '../core/live-family.ts';
import type { Labels, MetricFamily, Point } from '../core/model.ts';
import { isLabelName, isMetricName, reservedLabel } from '../core/names.ts';
import { POINT_FIELDS, TYPES } from '../core/types.ts';
import { checkedTime, FIELDS } from './fields.ts';
import type { GivenPoint } from './fields.ts';
import { labelHash, SeriesTable } from './series-table.ts';

/** What is known of labels with the same names in the same order, as most points of a family have them. */
interface LabelNames {
  /** As they are given. */
  readonly given: readonly string[];
  /** As they are kept. */
  readonly kept: readonly string[];
  readonly hashes: readonly number[];
}

/** One family of points that are checked as they come. Of those with the same labels and time the first is kept. */
export class FamilyCheck {
  readonly head: LiveHead;
  /** How many points were left out. */
  dropped = 0;
  private readonly constantLabels: Labels;
  private readonly subject: string;
  private readonly reserved: string | undefined;
  private readonly fields: readonly string[];
  private readonly series = new SeriesTable();
  private readonly known = new Map<string, LabelNames>();
  private last: LabelNames | undefined;
  /** Whether all names can stand unquoted, so that the text that is made here can be shown as it is. */
  private isBare: boolean;

  constructor(head: LiveHead, constantLabels: Labels) {
    const { name, type } = head;
    this.head = head;
    this.constantLabels = constantLabels;
    this.subject = `${type} ${show(name)}`;
    this.reserved = reservedLabel(type, name);
    this.fields = POINT_FIELDS[type];
    this.isBare = isMetricName(name) && Object.keys(constantLabels).every(isLabelName);
    if (this.reserved !== undefined && Object.hasOwn(constantLabels, this.reserved)) throw fault('ERR_COLLECTOR', `${this.subject}: labels`, 'no constant label of that name', this.reserved);
  }

  /** @throws {MetricError} `ERR_COLLECTOR` where no format could show it */
  add(given: unknown): void {
    if (typeof given !== 'object' || given === null) throw fault('ERR_COLLECTOR', `${this.subject}: a point`, 'an object', given);
    // A copy, which nobody else can change.
    const labels: Labels = { ...(given as Point).labels };
    const timestampMs = checkedTime(this.subject, 'timestampMs', (given as Point).timestampMs);
    const names = this.namesOf(labels);
    let hash = 0;
    for (let i = 0; i < names.given.length; i++) {
      const value = labels[names.given[i]!];
      if (typeof value !== 'string') throw fault('ERR_COLLECTOR', `${this.subject}: label ${show(names.given[i])}`, 'a string', value);
      // A label with an empty value is as good as absent. Exposition formats, "Grouping and sorting".
      if (value !== '') hash = (hash + labelHash(names.hashes[i]!, value)) | 0;
    }
    const point = this.point(given as GivenPoint, names.kept === names.given ? labels : renamed(names, labels), timestampMs);
    if (!this.series.add(point, hash)) this.dropped++;
  }

  /** Adds the points of one of the same name, type and constant labels. */
  join({ series, dropped, isBare }: FamilyCheck): void {
    this.dropped += dropped + this.series.addAll(series);
    this.isBare &&= isBare;
  }

  family(): MetricFamily {
    const { head, constantLabels, series } = this;
    const family = this.isBare ? new LiveFamily(head, constantLabels, series, 'checked') : { ...head, constantLabels, points: series.points };
    return family as unknown as MetricFamily;
  }

  // Counters and gauges apart: most points are such, and an object of a shape that is known is made in a third of the time.
  private point(given: GivenPoint, labels: Labels, timestampMs: number | undefined): Point {
    const { fields, subject } = this;
    if (fields[0] === 'value') {
      const { value, exemplar, createdMs } = given;
      if (typeof value !== 'number') throw fault('ERR_COLLECTOR', `${subject}: value`, 'a number', value);
      if (fields.length === 1) return { labels, timestampMs, value } as Point;
      if (exemplar === undefined && createdMs === undefined) return { labels, timestampMs, value, exemplar, createdMs } as Point;
    }
    const point: Record<string, unknown> = { labels, timestampMs };
    for (const field of fields) point[field] = FIELDS[field]!(subject, given[field], point);
    return point as unknown as Point;
  }

  private namesOf(labels: Labels): LabelNames {
    const given = Object.keys(labels);
    if (this.last !== undefined && isSame(this.last.given, given)) return this.last;
    const key = JSON.stringify(given);
    let names = this.known.get(key);
    if (names === undefined) this.known.set(key, (names = this.checkedNames(given)));
    return (this.last = names);
  }

  private checkedNames(given: readonly string[]): LabelNames {
    const kept = given.map(toWellFormed);
    const seen = new Set(Object.keys(this.constantLabels));
    for (const [i, name] of kept.entries()) {
      if (name === '' || name.startsWith('__') || name === this.reserved) throw fault('ERR_COLLECTOR', `${this.subject}: labels`, 'names that are not reserved', given[i]);
      if (seen.has(name)) throw fault('ERR_COLLECTOR', `${this.subject}: labels`, 'each name once', given[i]);
      seen.add(name);
    }
    this.isBare &&= kept.every(isLabelName);
    return { given, kept: isSame(given, kept) ? given : kept, hashes: kept.map((name) => labelHash(0, name)) };
  }
}

function renamed({ given, kept }: LabelNames, labels: Labels): Labels {
  return Object.fromEntries(given.map((name, i) => [kept[i]!, labels[name]!]));
}

/** @throws {MetricError} `ERR_COLLECTOR` */
export function checkedHead(family: MetricFamily): LiveHead {
  if (typeof family !== 'object' || family === null) throw fault('ERR_COLLECTOR', 'a family', 'an object', family);
  const { name, type, help, unit } = family;
  if (typeof name !== 'string' || name === '') throw fault('ERR_COLLECTOR', 'a family: name', 'a string', name);
  const subject = `family ${show(name)}`;
  if (!Object.hasOwn(TYPES, type)) throw fault('ERR_COLLECTOR', `${subject}: type`, `one of ${show(Object.keys(TYPES))}`, type);
  if (typeof help !== 'string') throw fault('ERR_COLLECTOR', `${subject}: help`, 'a string, which may be empty', help);
  if (unit !== undefined && typeof unit !== 'string') throw fault('ERR_COLLECTOR', `${subject}: unit`, 'a string', unit);
  return { name: toWellFormed(name), type, help: toWellFormed(help), unit: unit === undefined ? undefined : toWellFormed(unit) };
}

/** The constant labels of the registries and the family's own. @throws {MetricError} `ERR_COLLECTOR` */
export function checkedConstants({ name, type }: LiveHead, outer: Labels, given: unknown): Labels {
  if (given === undefined) return outer;
  const constantLabels: Record<string, string> = { ...outer };
  for (const [label, value] of Object.entries((given ?? {}) as GivenPoint)) {
    const subject = `${type} ${show(name)}`;
    const kept = toWellFormed(label);
    if (kept === '' || kept.startsWith('__')) throw fault('ERR_COLLECTOR', `${subject}: constantLabels`, 'names that are not reserved', label);
    if (Object.hasOwn(constantLabels, kept)) throw fault('ERR_COLLECTOR', `${subject}: constantLabels`, 'each name once', label);
    if (typeof value !== 'string') throw fault('ERR_COLLECTOR', `${subject}: label ${show(label)}`, 'a string', value);
    constantLabels[kept] = toWellFormed(value);
  }
  return constantLabels;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}
