// Checks the families of a collector of one's own, and makes live families of them, in one pass: the text of a
// point's labels says whether its series was there before, and is how its line begins. So no writer renders it again.

import { fault, show } from '../core/errors.ts';
import { escapeLabelValue, toWellFormed } from '../core/labels.ts';
import { LiveFamily } from '../core/live-family.ts';
import type { LiveHead } from '../core/live-family.ts';
import type { Labels, MetricFamily, Point } from '../core/model.ts';
import { isLabelName, isMetricName, reservedLabel } from '../core/names.ts';
import { TYPES } from '../core/types.ts';
import { checkedTime, FIELDS } from './fields.ts';
import type { GivenPoint } from './fields.ts';

/** How points write their labels whose names come in the same order, as most of a family do. */
interface Order {
  /** As they are given. */
  readonly names: readonly string[];
  /** As they are kept. */
  readonly kept: readonly string[];
  /** What stands before each value: `method="`, `",status="`. */
  readonly openings: readonly string[];
  /** The places of the names in the order by which series are compared; absent where that is this one. */
  readonly places?: readonly number[];
}

/** One family of points that are checked as they come. Of those with the same labels and time the first is kept. */
export class FamilyCheck {
  readonly head: LiveHead;
  /** How many points were left out. */
  dropped = 0;
  private readonly subject: string;
  private readonly constantLabels: Labels;
  private readonly reserved: string | undefined;
  private readonly fields: readonly (readonly [name: string, check: NonNullable<(typeof FIELDS)[string]>])[];
  /** How its lines begin, and what stands there where a point has no labels and after those that it has. */
  private readonly begin: string;
  private readonly ends: { readonly bare: string; readonly labelled: string };
  private readonly points: Point[] = [];
  private readonly seen = new Set<string>();
  private readonly orders = new Map<string, Order>();
  private first: Order | undefined;
  private last: Order | undefined;
  /** Whether all names can stand unquoted, so that the text that is made here can be shown as it is. */
  private isBare: boolean;

  /** @param like - A family of the same name, type and constant labels that this one is to be joined with. */
  constructor(head: LiveHead, constantLabels: Labels, like?: FamilyCheck) {
    const { name, type } = head;
    this.head = head;
    this.first = like?.first;
    this.subject = `${type} ${show(name)}`;
    this.constantLabels = constantLabels;
    this.reserved = reservedLabel(type, name);
    this.fields = TYPES[type].fields.map((field) => [field, FIELDS[field]!] as const);
    this.begin = `\n${name}${this.reserved === 'le' ? '_bucket{' : '{'}`;
    this.ends = this.reserved === 'le' ? { bare: `\n${name}_bucket{le="`, labelled: '",le="' } : { bare: `\n${name} `, labelled: '"} ' };
    this.isBare = isMetricName(name) && Object.keys(constantLabels).every(isLabelName);
    if (this.reserved !== undefined && Object.hasOwn(constantLabels, this.reserved)) throw fault('ERR_COLLECTOR', `${this.subject}: labels`, 'no constant label of that name', this.reserved);
  }

  /** @throws {MetricError} `ERR_COLLECTOR` where no format could show it */
  add(given: unknown): void {
    if (typeof given !== 'object' || given === null) throw fault('ERR_COLLECTOR', `${this.subject}: a point`, 'an object', given);
    const { labels: givenLabels, timestampMs } = given as Point;
    const labels: Record<string, string> = {};
    const text = this.labelText(givenLabels ?? {}, labels);
    const key = timestampMs === undefined ? text.key : `${text.key} ${checkedTime(this.subject, 'timestampMs', timestampMs)}`;
    const before = this.seen.size;
    if (this.seen.add(key).size === before) {
      this.dropped++;
      return;
    }
    const lineStart = text.line === '' ? this.ends.bare : this.begin + text.line + this.ends.labelled;
    const point: Record<string, unknown> = { labels, lineStart, timestampMs };
    for (const [name, check] of this.fields) point[name] = check(this.subject, (given as GivenPoint)[name], point);
    this.points.push(point as unknown as Point);
  }

  /** Adds the points of one that was made to be joined with this. */
  join({ points, seen, dropped, isBare }: FamilyCheck): void {
    this.dropped += dropped;
    this.isBare &&= isBare;
    // A key for each point, in their order.
    let i = 0;
    for (const key of seen) {
      const point = points[i++]!;
      const before = this.seen.size;
      if (this.seen.add(key).size === before) this.dropped++;
      else this.points.push(point);
    }
  }

  family(): MetricFamily {
    const { head, constantLabels, points } = this;
    const family = this.isBare ? new LiveFamily(head, constantLabels, { points }) : { ...head, constantLabels, points };
    return family as unknown as MetricFamily;
  }

  /** The labels as they stand in a line, and as series are compared; copies them. */
  private labelText(given: Labels, copy: Record<string, string>): { readonly line: string; readonly key: string } {
    const names = Object.keys(given);
    const { kept, openings, places } = this.orderOf(names);
    let line = '';
    let hasEmpty = false;
    for (let i = 0; i < names.length; i++) {
      const value: unknown = given[names[i]!];
      if (typeof value !== 'string') throw fault('ERR_COLLECTOR', `${this.subject}: label ${show(names[i])}`, 'a string', value);
      if (value === '') hasEmpty = true;
      const clean = /[\ud800-\udfff]/.test(value) ? toWellFormed(value) : value;
      copy[kept[i]!] = clean;
      line += openings[i]! + escapeLabelValue(clean);
    }
    if (places === undefined && !hasEmpty) return { line, key: line };
    // A label with an empty value is as good as absent. Exposition formats, "Grouping and sorting".
    const compared = (places ?? kept.map((_, i) => i)).map((place) => kept[place]!).filter((name) => copy[name] !== '');
    return { line, key: compared.map((name, i) => `${i === 0 ? '' : '",'}${name}="${escapeLabelValue(copy[name]!)}`).join('') };
  }

  private orderOf(names: readonly string[]): Order {
    if (this.last !== undefined && isSame(this.last.names, names)) return this.last;
    const key = JSON.stringify(names);
    let order = this.orders.get(key);
    if (order === undefined) this.orders.set(key, (order = this.checkedOrder(names)));
    this.first ??= order;
    return (this.last = order);
  }

  private checkedOrder(names: readonly string[]): Order {
    const kept = names.map(toWellFormed);
    for (const [i, name] of kept.entries()) {
      if (name === '' || name.startsWith('__') || name === this.reserved) throw fault('ERR_COLLECTOR', `${this.subject}: labels`, 'names that are not reserved', names[i]);
      if (Object.hasOwn(this.constantLabels, name) || kept.indexOf(name) < i) throw fault('ERR_COLLECTOR', `${this.subject}: labels`, 'each name once', names[i]);
    }
    this.isBare &&= kept.every(isLabelName);
    const order = { names, kept, openings: kept.map((name, i) => `${i === 0 ? '' : '",'}${name}="`) };
    if (this.first === undefined) return order;
    // By the first point's order, and what that has not by name.
    const ranks = new Map(this.first.kept.map((name, i) => [name, i]));
    const rank = (place: number): number => ranks.get(kept[place]!) ?? Infinity;
    const places = kept.map((_, i) => i).sort((a, b) => compare(rank(a), rank(b)) || compare(kept[a]!, kept[b]!));
    return { ...order, places };
  }
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

function compare<Key extends string | number>(a: Key, b: Key): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
