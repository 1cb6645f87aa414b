// How the points of several members become those of one family: worked out once, and kept as long as each of them has
// the same series.

import { lineStarts } from '../core/labels.ts';
import type { MergeRule, MetricType } from '../core/model.ts';
import { isLabelName, isMetricName, reservedLabel } from '../core/names.ts';
import { agreedHead, disagreement, most, votersOf } from './agreeing.ts';
import type { Offer, Report } from './agreeing.ts';
import { survives, TIME } from './layout.ts';
import { MergedSeries } from './merged-points.ts';
import type { Naming } from './merged-points.ts';
import type { ReadFamily } from './shape-reader.ts';

// Points between two chances to yield.
const RUN = 128;

/** The points of one part's family, and where they go. */
export interface Source extends Offer {
  /** Among the offers. */
  readonly place: number;
  /** By point: the place of its series, or -1. */
  readonly map: Int32Array;
  /** By layout: bounds or ranks, the same list for all that are equal. */
  readonly steps: readonly (readonly number[])[];
  /** Points of one series at several times. The latest counts. */
  readonly rivals: readonly (readonly number[])[];
}

export interface FamilyPlan {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string | undefined;
  readonly rule: MergeRule;
  readonly series: readonly MergedSeries[];
  readonly labelNames: readonly string[];
  readonly isRetained: boolean;
  /** Whether the names can stand unquoted. */
  readonly isBare: boolean;
  /** Those that count, live ones first. */
  readonly sources: readonly Source[];
  /** All that were offered. */
  readonly offers: readonly Offer[];
}

/** Whether a plan is still right. */
export function isPlanOf({ offers }: FamilyPlan, given: readonly Offer[]): boolean {
  return offers.length === given.length && offers.every((offer, i) => {
    const { key, member, isEnded, family } = given[i]!;
    return offer.family === family && offer.key === key && offer.member === member && offer.isEnded === isEnded;
  });
}

/** @param areApart - Whether histograms of other bounds stay series of their own, so that nothing is lost. */
export function* planOf(offers: readonly Offer[], report: Report, areApart = false): Generator<void, FamilyPlan> {
  const { name, type, help, unit, merge, isRetained } = agreedHead(offers, report);
  const table = new SeriesTable(name, type, merge, areApart);
  const sources: Source[] = [];
  const counted = [...offers.entries()].filter(([, { family, isEnded }]) => family.type === type && (!isEnded || survives({ type, merge })));
  // What is retained comes last: it adds to series that are there, and to no other.
  for (const isLast of [false, true]) for (const [place, offer] of counted) if (offer.family.isRetained === isLast) sources.push({ place, ...(yield* table.add(offer)) });
  if (type.endsWith('histogram') && !areApart) agreeOnBounds(sources, table.series, report);
  if (type === 'summary') agreeOnRanks(sources, table.series);
  return { name, type, help, unit, rule: merge, series: table.series, labelNames: table.labelNames, isRetained, isBare: isMetricName(name) && table.labelNames.every(isLabelName), sources, offers };
}

/** The series of a family: those of the first member in their order, then what others add. */
class SeriesTable {
  readonly series: MergedSeries[] = [];
  private readonly name: string;
  private readonly type: MetricType;
  private readonly rule: MergeRule;
  private readonly areApart: boolean;
  private readonly places = new Map<string, number>();
  private readonly namings = new Map<string, KeyedNaming>();
  private readonly lists = new Map<string, readonly number[]>();
  /** By series: of which part the last point was, and where it is among those. */
  private readonly owners: string[] = [];
  private readonly lastPoints: number[] = [];

  constructor(name: string, type: MetricType, rule: MergeRule, areApart: boolean) {
    this.name = name;
    this.type = type;
    this.rule = rule;
    this.areApart = areApart;
  }

  get labelNames(): readonly string[] {
    return [...new Set([...this.namings.values()].flatMap(({ names }) => names))];
  }

  *add(offer: Offer): Generator<void, Omit<Source, 'place'>> {
    const { family, key, isEnded, member } = offer;
    const { layouts, layoutAt, strings, values, valuesAt, created } = family;
    const own = this.rule === 'each' ? [member] : [];
    const constants = Object.values(family.constantLabels);
    const namings = layouts.map(({ names }) => this.namingOf([...Object.keys(family.constantLabels), ...names]));
    const steps = layouts.map((layout) => this.listOf(layout.steps));
    const map = new Int32Array(family.length).fill(-1);
    const timed = new Map<number, number[]>();
    // Most members have their series in the same order.
    let next = 0;
    for (let i = 0; i < family.length; i++) {
      const naming = namings[layoutAt[i]!]!;
      const bounds = steps[layoutAt[i]!]!;
      const guess = this.series[next];
      let isNext = guess !== undefined && guess.naming === naming && (!this.areApart || guess.steps === bounds) && (own.length === 0 || guess.values.at(-1) === own[0]);
      for (let j = 0; isNext && j < constants.length; j++) isNext = guess!.values[j] === constants[j];
      for (let at = valuesAt[i]!, j = constants.length; isNext && at < valuesAt[i + 1]!; at++, j++) isNext = guess!.values[j] === strings[values[at]!];
      const place = isNext ? next : this.placeOf(naming, valuesOf(family, i, constants, own), bounds, family.isRetained && !this.areApart);
      if (place < 0) continue;
      next = place + 1;
      const series = this.series[place]!;
      if (!(series.created <= created[i]!) && created[i] === created[i]) series.created = created[i]!;
      // Of those that ended there may be several of one series; of a live one the first counts, or the latest in time.
      if (this.owners[place] !== key || isEnded) map[i] = place;
      else if (layouts[layoutAt[i]!]!.flags & TIME && map[this.lastPoints[place]!] === place) timed.set(place, [...(timed.get(place) ?? [this.lastPoints[place]!]), i]);
      this.owners[place] = key;
      if (map[i] === place) this.lastPoints[place] = i;
      if (i % RUN === 0) yield;
    }
    return { ...offer, map, steps, rivals: [...timed.values()] };
  }

  private placeOf(naming: KeyedNaming, values: readonly string[], steps: readonly number[], isKnown: boolean): number {
    const key = naming.keyOf(values) + (this.areApart ? `|${steps.join()}` : '');
    let place = this.places.get(key);
    if (place === undefined) {
      if (isKnown) return -1;
      place = this.series.length;
      this.places.set(key, place);
      this.series.push(new MergedSeries(naming, values, steps));
    }
    return place;
  }

  private namingOf(given: readonly string[]): KeyedNaming {
    const key = JSON.stringify(given);
    let naming = this.namings.get(key);
    if (naming === undefined) {
      const reserved = reservedLabel(this.type, this.name);
      const names = this.rule === 'each' ? withMember(given, reserved) : given;
      this.namings.set(key, (naming = { names, lineStart: lineStarts(this.name, names, reserved === 'le'), keyOf: keysOf(names) }));
    }
    return naming;
  }

  private listOf(steps: readonly number[]): readonly number[] {
    const key = steps.join();
    let list = this.lists.get(key);
    if (list === undefined) this.lists.set(key, (list = steps));
    return list;
  }
}

function valuesOf({ strings, values, valuesAt }: ReadFamily, i: number, constants: readonly string[], own: readonly string[]): string[] {
  const found = [...constants];
  for (let at = valuesAt[i]!; at < valuesAt[i + 1]!; at++) found.push(strings[values[at]!]!);
  found.push(...own);
  return found;
}

interface KeyedNaming extends Naming {
  keyOf(values: readonly string[]): string;
}

/** A function for a string that only the same series have: of their order, and of those without a value, it knows nothing. */
function keysOf(names: readonly string[]): (values: readonly string[]) => string {
  const order = names.map((_, i) => i).sort((a, b) => (names[a]! < names[b]! ? -1 : 1));
  const starts = names.map((name) => `${name.length}:${name}`);
  return (values) => {
    let key = '';
    for (const i of order) if (values[i] !== '') key += `${starts[i]}${values[i]!.length}:${values[i]}`;
    return key;
  };
}

/** With the label `member` after them. One that is there already becomes `exported_member`, as Prometheus does it. */
function withMember(names: readonly string[], reserved: string | undefined): readonly string[] {
  const label = reserved === 'member' ? 'group_member' : 'member';
  let exported = `exported_${label}`;
  while (names.includes(exported)) exported = `exported_${exported}`;
  return [...names.map((name) => (name === label ? exported : name)), label];
}

/** Shows all series with the bounds that most members have; where a member has several in one family, series by series. */
function agreeOnBounds(sources: readonly Source[], series: readonly MergedSeries[], report: Report): void {
  const voters = votersOf(sources.filter(({ steps }) => steps.length > 0)) as Source[];
  if (voters.length === 0) return;
  if (voters.every(({ steps }) => new Set(steps).size === 1)) {
    const bounds = most(voters, ({ steps }) => steps[0]).steps[0]!;
    for (const voter of voters) if (voter.steps[0] !== bounds && !voter.isEnded) report(disagreement(voter, voter.family.type, 'bounds', bounds, voter.steps[0]));
    for (const each of series) each.steps = bounds;
    return;
  }
  const votes = series.map((): (readonly number[])[] => []);
  for (const { map, steps, family, isEnded } of sources) if (!isEnded) map.forEach((place, i) => place >= 0 && votes[place]!.push(steps[family.layoutAt[i]!]!));
  votes.forEach((given, place) => {
    if (given.length > 0) series[place]!.steps = most(given);
  });
}

/** A summary has all ranks that some live member has. */
function agreeOnRanks(sources: readonly Source[], series: readonly MergedSeries[]): void {
  for (const { map, steps, family, isEnded } of sources) {
    if (isEnded) continue;
    map.forEach((place, i) => {
      const own = steps[family.layoutAt[i]!]!;
      if (place >= 0 && series[place]!.steps !== own) series[place]!.steps = [...new Set([...series[place]!.steps, ...own])].sort((a, b) => a - b);
    });
  }
}
