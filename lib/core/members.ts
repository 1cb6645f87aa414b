// The members of a registry, one by one: each collector, those within inner registries too, with the constant
// labels around it and the families that it offers.

import { isKind } from './brand.ts';
import { fault, MetricError, show } from './errors.ts';
import type { Instrument } from './instrument.ts';
import { toWellFormed } from './labels.ts';
import { LiveFamily } from './live-family.ts';
import type { Collector, Labels, MetricFamily, Point } from './model.ts';
import { anySampleNames, reservedLabel, sampleNames } from './names.ts';

/** One collector of a registry, or of one within it; never a registry itself. */
export interface Member {
  readonly collector: Collector;
  /** What it is called in metrics about it; no other is called the same. */
  readonly name: string;
  /** All names that its families and their samples can have, where they are known. */
  readonly names: readonly string[] | undefined;
  /** The constant labels of all registries around it. */
  readonly labels: Labels;
  /** The registry that it is registered with. */
  readonly registry: MemberRegistry;
  /** Of an instrument. */
  readonly family?: MetricFamily;
  /** Why its family cannot be shown: it has a constant label itself. */
  readonly fault?: MetricError;
}

/** What a registry is to those around it, and to scrapes. */
export interface MemberRegistry extends Collector {
  readonly labels: Labels;
  /** How many families and series a collector of one's own may offer. */
  readonly maxCollectorSeries: number;
  /** Grows with each change to the registry, or to one within it. */
  readonly revision: number;
  members(): readonly Member[];
  /** Whether the collector is registered with it, or with one within it. */
  has(collector: Collector): boolean;
  /** Whether the registry's own last refresh could not bring the collector up to date. */
  isOutdated(collector: Collector): boolean;
  /** Families about the library itself, as they are; none, with a warning, where an instrument has one of their names. */
  ifFree(families: readonly MetricFamily[]): readonly MetricFamily[];
  /** Calls `onWarning`, once for each subject and code. */
  warn(warning: MetricError): void;
  /** The same for a collector that failed, once for each act. */
  warnOf(collector: Collector, act: 'collect' | 'refresh', cause: unknown): void;
  reset(): void;
}

// Characters of a collector's name, where that becomes a label's value.
const LONGEST_NAME = 128;

/** @param taken - Names of other members. @throws {MetricError} `ERR_OPTION` where its `names` are none */
export function memberOf(collector: Collector, registry: MemberRegistry, taken: ReadonlySet<string>): Member {
  const { labels } = registry;
  const member = { collector, name: distinct(nameOf(collector), taken), names: namesOf(collector), labels, registry };
  return isInstrument(collector) ? { ...member, family: liveFamily(collector, labels) } : member;
}

/** A member of a registry as one of the registry around that. */
export function outerMember(member: Member, { labels }: MemberRegistry): Member {
  if (Object.keys(labels).length === 0) return member;
  const { collector } = member;
  const merged = Object.freeze({ ...labels, ...member.labels });
  const taken = [...Object.keys(member.labels), ...(isInstrument(collector) ? labelNamesOf(collector) : [])].find((label) => Object.hasOwn(labels, label));
  return {
    ...member,
    labels: merged,
    ...(isInstrument(collector) && { family: liveFamily(collector, merged) }),
    ...(taken !== undefined && { fault: new MetricError('ERR_LABEL_NAME', `label ${show(taken)} is a constant label of a registry around it`) }),
  };
}

/** The same members, none called like another. */
export function distinctlyNamed(members: readonly Member[]): Member[] {
  const taken = new Set<string>();
  return members.map((member) => {
    const name = distinct(member.name, taken);
    taken.add(name);
    return name === member.name ? member : { ...member, name };
  });
}

/**
 * The member's families as they are now. Nothing but the number of those of a collector of one's own is checked.
 *
 * @throws {MetricError} what `collect` and its iterators throw, and `ERR_COLLECTOR` for more than the registry allows
 */
export function familiesOf({ collector, family, fault, labels, registry }: Member): readonly MetricFamily[] {
  if (fault) throw fault;
  if (family) return [family];
  const count = counting(registry.maxCollectorSeries);
  const families: MetricFamily[] = [];
  for (const { name, type, help, unit, constantLabels, points } of offered(collector)) {
    count();
    const copied: Point[] = [];
    for (const point of points) {
      count();
      copied.push(point);
    }
    families.push({ name, type, help, unit, constantLabels: { ...labels, ...constantLabels }, points: copied } as unknown as MetricFamily);
  }
  return families;
}

/** What a collector offers. @throws {MetricError} `ERR_COLLECTOR` for what is no list, such as a promise */
export function offered(collector: Collector): Iterable<MetricFamily> {
  const families: unknown = collector.collect();
  if (typeof (families as Partial<Iterable<MetricFamily>> | undefined)?.[Symbol.iterator] === 'function') return families as Iterable<MetricFamily>;
  const isPromise = typeof (families as Partial<PromiseLike<unknown>> | undefined)?.then === 'function';
  throw fault('ERR_COLLECTOR', 'collect', `a list of families${isPromise ? ', not a promise: what takes time belongs in refresh' : ''}`, families);
}

/** A function that counts families and series. @throws {MetricError} `ERR_COLLECTOR` when it is called too often */
export function counting(limit: number): () => void {
  let rest = limit;
  return () => {
    if (rest-- <= 0) throw new MetricError('ERR_COLLECTOR', `expected at most ${limit} families and series (maxCollectorSeries)`);
  };
}

/** The labels that an instrument's samples have: its own, and one that the format may add. */
export function labelNamesOf({ labelNames, type, name }: Instrument): string[] {
  const reserved = reservedLabel(type, name);
  return reserved === undefined ? [...labelNames] : [...labelNames, reserved];
}

export function isInstrument(collector: Collector): collector is Instrument {
  return isKind(collector, 'instrument');
}

export function isRegistry(collector: Collector): collector is MemberRegistry {
  return isKind(collector, 'registry');
}

/** What a collector is called in messages. */
export function describe(collector: Collector): string {
  if (isInstrument(collector)) return `${collector.type} ${show(collector.name)}`;
  const { name, constructor } = collector as { readonly name?: unknown; readonly constructor?: { readonly name?: string } };
  return `collector ${typeof name === 'string' && name !== '' ? show(name) : constructor?.name || 'without a name'}`;
}

function liveFamily(instrument: Instrument, constantLabels: Labels): MetricFamily {
  const [family] = [...instrument.collect()] as [MetricFamily];
  return new LiveFamily(family, constantLabels, family) as unknown as MetricFamily;
}

function nameOf({ name, constructor }: Collector): string {
  const given = typeof name === 'string' && name !== '' ? name : constructor === Object ? '' : (constructor as { name?: unknown } | undefined)?.name;
  return toWellFormed(typeof given === 'string' && given !== '' ? given.slice(0, LONGEST_NAME) : 'collector');
}

// With a number after it where another has the name.
function distinct(name: string, taken: ReadonlySet<string>): string {
  let own = name;
  for (let i = 2; taken.has(own); i++) own = `${name}_${i}`;
  return own;
}

// Where only the family's name is known, it may be of any type.
function namesOf(collector: Collector): readonly string[] | undefined {
  if (isInstrument(collector)) return sampleNames(collector.name, collector.type);
  const { names } = collector;
  if (names === undefined) return undefined;
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names.flatMap(anySampleNames);
  throw fault('ERR_OPTION', `${describe(collector)}: names`, 'a list of strings', names);
}
