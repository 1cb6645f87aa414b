// The members of a registry: each collector, those within inner registries too, with the constant labels around
// it and the families that it offers.

import { isKind } from './brand.ts';
import { fault, MetricError, show } from './errors.ts';
import type { Instrument } from './instrument.ts';
import { LiveFamily } from './live-family.ts';
import type { Collector, Labels, MetricFamily, Point } from './model.ts';
import { reservedLabel } from './names.ts';
import { ignoreRejection } from './notify.ts';
import type { Warnings } from './warnings.ts';

/** One collector of a registry, or of one within it; never a registry itself. */
export interface Member {
  readonly collector: Collector;
  /** The registry that it is registered with. */
  readonly registry: MemberRegistry;
  /** The constant labels of all registries around it. */
  readonly labels: Labels;
  /** Of an instrument. */
  readonly family?: LiveFamily | undefined;
  /** A label that two of the registries around it have, or one of them and the instrument. */
  readonly clash?: string | undefined;
}

/** What a registry is to those around it, and to scrapes. */
export interface MemberRegistry extends Collector {
  readonly labels: Labels;
  /** How many families and series a collector of one's own may offer. */
  readonly maxCollectorSeries: number;
  readonly warnings: Warnings;
  /** Those that the registry's own last refresh could not bring up to date. */
  readonly outdated: ReadonlySet<Collector>;
  members(): Iterable<Member>;
  /** Whether the collector is registered with it, or with one within it. */
  has(collector: Collector): boolean;
  /** The instrument whose samples would be taken for those of such a family. */
  ownerOf(family: Pick<MetricFamily, 'name' | 'type'>): Instrument | undefined;
}

/**
 * A member of a registry as one of the registry around that.
 *
 * @param families - The outer registry's family for each of the inner's: looked up there, and added.
 */
export function outerMember(member: Member, labels: Labels, families: WeakMap<LiveFamily, LiveFamily>): Member {
  const { collector, family } = member;
  if (Object.keys(labels).length === 0) return member;
  const own = [...Object.keys(member.labels), ...(isInstrument(collector) ? labelNamesOf(collector) : [])];
  let outer = family && families.get(family);
  if (family && outer === undefined) families.set(family, (outer = new LiveFamily(family, { ...labels, ...member.labels }, family)));
  return { ...member, labels: { ...labels, ...member.labels }, family: outer, clash: member.clash ?? own.find((name) => Object.hasOwn(labels, name)) };
}

/**
 * The member's families as they are now. Nothing but the number of those of a collector of one's own is checked.
 *
 * @throws {MetricError} what `collect` and its iterators throw, and `ERR_COLLECTOR` for more than the registry allows
 */
export function familiesOf(member: Member): readonly MetricFamily[] {
  if (member.family) return [liveFamilyOf(member)];
  if (isTrusted(member.collector)) return trustedFamiliesOf(member);
  const count = counting(member);
  return Array.from(offered(member), ({ name, type, help, unit, merge, constantLabels, points }) => {
    count();
    const copied = Array.from<Point, Point>(points, (point) => (count(), point));
    return { name, type, help, unit, merge, constantLabels: { ...member.labels, ...constantLabels }, points: copied } as unknown as MetricFamily;
  });
}

/** An instrument's family, with its value as it is now. @throws {MetricError} `ERR_LABEL_NAME` where it would have a label twice; what its function throws */
export function liveFamilyOf({ collector, family, clash }: Member): MetricFamily {
  (collector as Instrument).evaluate?.();
  if (clash === undefined) return family as unknown as MetricFamily;
  throw new MetricError('ERR_LABEL_NAME', `label ${show(clash)} is a constant label of a registry around it`);
}

/** Whether all that it offers is right by construction, as with a group of processes: such families are neither checked nor counted. */
export function isTrusted(collector: Collector): boolean {
  return isKind(collector, 'checked');
}

/** The families of a trusted collector, with the labels around it. @throws {MetricError} `ERR_LABEL_NAME` where a series would have a label twice; what `collect` throws */
export function trustedFamiliesOf(member: Member): MetricFamily[] {
  const { labels } = member;
  return Array.from(offered(member), (family) => {
    if (Object.keys(labels).length === 0) return family;
    const { constantLabels, allNames } = family as Partial<LiveFamily>;
    const own = [...Object.keys(constantLabels ?? {}), ...(allNames ?? Array.from<Point, string[]>(family.points, (point) => Object.keys(point.labels)).flat())];
    const clash = own.find((name) => Object.hasOwn(labels, name));
    if (clash !== undefined) throw new MetricError('ERR_LABEL_NAME', `${describe(family)}: label ${show(clash)} is a constant label of a registry around it`);
    const around = { ...labels, ...constantLabels };
    return (isKind(family, 'live', 'checked') ? new LiveFamily(family, around, family, 'checked') : { ...family, constantLabels: around }) as MetricFamily;
  });
}

/** What a collector offers. @throws {MetricError} `ERR_COLLECTOR` for what is no list, such as a promise */
export function offered({ collector }: Member): Iterable<MetricFamily> {
  const families = collector.collect() as Partial<Iterable<MetricFamily> & PromiseLike<unknown> & AsyncIterable<unknown>> | undefined;
  if (families?.[Symbol.iterator]) return families as Iterable<MetricFamily>;
  ignoreRejection(families);
  throw fault('ERR_COLLECTOR', 'collect', `a list of families${families?.then || families?.[Symbol.asyncIterator] ? ', not a promise: what takes time belongs in refresh' : ''}`, families);
}

/** A function that counts families and series. @throws {MetricError} `ERR_COLLECTOR` where there are too many */
export function counting({ registry: { maxCollectorSeries } }: Member): () => void {
  let rest = maxCollectorSeries;
  return () => {
    if (rest-- <= 0) throw new MetricError('ERR_COLLECTOR', `expected at most ${maxCollectorSeries} families and series (maxCollectorSeries)`);
  };
}

/** The labels that an instrument's samples have: its own, and one that the format may add. */
export function labelNamesOf({ labelNames, optionalLabels = [], type, name }: Instrument): string[] {
  return [...labelNames, ...optionalLabels, reservedLabel(type, name) ?? []].flat();
}

/** What a collector is called in messages. */
export function describe(collector: Collector | MetricFamily): string {
  if (!('collect' in collector) || isInstrument(collector)) return `${(collector as MetricFamily).type} ${show(collector.name)}`;
  const [name, className] = namesOf(collector);
  return `collector ${name === '' ? className || 'without a name' : show(name)}`;
}

/** A collector's own name and that of its class; empty where there is none, or it cannot be read. */
export function namesOf(collector: Collector): readonly [name: string, className: string] {
  const read = (get: () => unknown): string => {
    try {
      const name = get();
      return typeof name === 'string' ? name : '';
    } catch {
      return '';
    }
  };
  return [read(() => collector.name), read(() => (collector.constructor as { readonly name?: unknown } | undefined)?.name)];
}

export function isInstrument(collector: Collector): collector is Instrument {
  return isKind(collector, 'instrument');
}

export function isRegistry(collector: Collector): collector is MemberRegistry {
  return isKind(collector, 'registry');
}
