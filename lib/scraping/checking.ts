// Checks the families of a collector of one's own, and makes live families of them, in one pass: the text of a
// point's labels says whether its series was there before, and is how its line begins. So no writer renders it again.

import { fault, show } from '../core/errors.ts';
import { escapeLabelValue, toWellFormed } from '../core/labels.ts';
import { LiveFamily } from '../core/live-family.ts';
import type { LiveHead } from '../core/live-family.ts';
import type { Labels, MetricFamily, Point } from '../core/model.ts';
import { isLabelName, isMetricName, reservedLabel } from '../core/names.ts';
import { POINT_FIELDS, TYPES } from '../core/types.ts';
import { checkedTime, FIELDS } from './fields.ts';
import type { GivenPoint } from './fields.ts';
import { labelHash, SeriesTable } from './series-table.ts';

/** How points begin their line whose labels have the same names, in the same order: most of a family do. */
interface LabelNames {
  /** As they are given. */
  readonly given: readonly string[];
  /** As they are kept. */
  readonly kept: readonly string[];
  readonly hashes: readonly number[];
  /** What stands before each value: `\njobs_total{queue="`, `",host="`. */
  readonly openings: readonly string[];
  /** What stands after the last value; or all of it, where there are no labels. */
  readonly end: string;
}

/** One family of points that are checked as they come. Of those with the same labels and time the first is kept. */
export class FamilyCheck {
  readonly head: LiveHead;
  /** How many points were left out. */
  dropped = 0;
  private readonly constantLabels: Labels;
  private readonly subject: string;
  private readonly reserved: string | undefined;
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
    this.isBare = isMetricName(name) && Object.keys(constantLabels).every(isLabelName);
    if (this.reserved !== undefined && Object.hasOwn(constantLabels, this.reserved)) throw fault('ERR_COLLECTOR', `${this.subject}: labels`, 'no constant label of that name', this.reserved);
  }

  /** @throws {MetricError} `ERR_COLLECTOR` where no format could show it */
  add(given: unknown): void {
    if (typeof given !== 'object' || given === null) throw fault('ERR_COLLECTOR', `${this.subject}: a point`, 'an object', given);
    const { labels = NO_LABELS } = given as Point;
    const timestampMs = checkedTime(this.subject, 'timestampMs', (given as Point).timestampMs);
    const names = this.namesOf(labels);
    let lineStart = '';
    let hash = 0;
    for (let i = 0; i < names.given.length; i++) {
      const value = labels[names.given[i]!];
      if (typeof value !== 'string') throw fault('ERR_COLLECTOR', `${this.subject}: label ${show(names.given[i])}`, 'a string', value);
      const text = UNSAFE.test(value) ? escapeLabelValue(toWellFormed(value)) : value;
      lineStart += names.openings[i]! + text;
      // A label with an empty value is as good as absent. Exposition formats, "Grouping and sorting".
      if (value !== '') hash = (hash + labelHash(names.hashes[i]!, text)) | 0;
    }
    // Where the text is all that is shown of the labels, nothing else needs a copy.
    const kept = this.isBare && timestampMs === undefined ? labels : copiedLabels(names, labels);
    if (!this.series.add(this.point(given as GivenPoint, kept, lineStart + names.end, timestampMs), hash)) this.dropped++;
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
  private point(given: GivenPoint, labels: Labels, lineStart: string, timestampMs: number | undefined): Point {
    const fields = POINT_FIELDS[this.head.type];
    if (fields[0] === 'value') {
      const value = this.field('value', given, given);
      if (fields.length === 1) return { labels, lineStart, timestampMs, value } as Point;
      return { labels, lineStart, timestampMs, value, exemplar: this.field('exemplar', given, given), createdMs: this.field('createdMs', given, given) } as Point;
    }
    const point: Record<string, unknown> = { labels, lineStart, timestampMs };
    for (const field of fields) point[field] = this.field(field, given, point);
    return point as unknown as Point;
  }

  private field(field: string, given: GivenPoint, kept: GivenPoint): unknown {
    return FIELDS[field]!(this.subject, given[field], kept);
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
    const isBucket = this.reserved === 'le';
    const begin = `\n${this.head.name}${isBucket ? '_bucket' : ''}`;
    return {
      given,
      kept,
      hashes: kept.map((name) => labelHash(0, name)),
      openings: kept.map((name, i) => `${i === 0 ? `${begin}{` : '",'}${name}="`),
      end: kept.length > 0 ? (isBucket ? '",le="' : '"} ') : isBucket ? `${begin}{le="` : `${begin} `,
    };
  }
}

const NO_LABELS: Labels = {};
/** What is escaped in a label's value, or not well-formed. */
const UNSAFE = /[\\"\n\ud800-\udfff]/;

function copiedLabels({ given, kept }: LabelNames, labels: Labels): Labels {
  return Object.fromEntries(given.map((name, i) => [kept[i]!, toWellFormed(labels[name]!)]));
}

/** @throws {MetricError} `ERR_COLLECTOR` */
export function checkedHead({ name, type, help, unit }: MetricFamily): LiveHead {
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
