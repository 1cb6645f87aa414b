// All families of one scrape, in the order of registration: those of instruments as they are, those of
// collectors of one's own checked.

import { counting, isTrusted, liveFamilyOf, offered, trustedFamiliesOf } from '../core/members.ts';
import type { Member } from '../core/members.ts';
import type { Collector, MetricFamily, Point } from '../core/model.ts';
import { checkedConstants, checkedHead, FamilyCheck } from './checking.ts';
import type { Series } from './label-check.ts';

// Families and points between two chances to yield.
const RUN = 64;

/** The series that collectors offered last, by family: no more than their registries allow, and gone with them. */
export type SeriesMemory = WeakMap<Collector, ReadonlyMap<string, readonly Series[]>>;

export class Gathering {
  private readonly memory: SeriesMemory;
  private readonly found: (MetricFamily | FamilyCheck)[] = [];
  private readonly checks = new Map<string, FamilyCheck>();

  constructor(memory: SeriesMemory) {
    this.memory = memory;
  }

  /**
   * Adds the families of a member; those of collectors of one's own a few points at each step. Collectors may
   * share a family.
   *
   * @throws what `collect` and its iterators throw, and {@link MetricError} `ERR_COLLECTOR` where no format could
   * show what is offered; then none of the member's families is added
   */
  *add(member: Member): Generator<void, void> {
    if (member.family !== undefined) {
      this.found.push(liveFamilyOf(member));
      return;
    }
    if (isTrusted(member.collector)) {
      this.addTrusted(trustedFamiliesOf(member));
      return;
    }
    const known = this.memory.get(member.collector);
    const own = new Map<string, FamilyCheck>();
    const count = counting(member);
    let steps = 0;
    for (const family of offered(member)) {
      count();
      if (++steps % RUN === 0) yield;
      const head = checkedHead(family);
      const constantLabels = checkedConstants(head, member.labels, family.constantLabels);
      const key = JSON.stringify([head.name, head.type, constantLabels]);
      let check = own.get(key);
      if (check === undefined) own.set(key, (check = new FamilyCheck(head, constantLabels, known?.get(key) ?? [])));
      for (const point of family.points as Iterable<Point>) {
        count();
        check.add(point);
        if (++steps % RUN === 0) yield;
      }
    }
    for (const check of own.values()) yield* check.settle();
    this.memory.set(member.collector, new Map(Array.from(own, ([key, { series }]) => [key, series.slice()])));
    for (const [key, check] of own) yield* this.adopt(key, check);
  }

  /** Adds a family that is known to be right. */
  addTrusted(families: readonly MetricFamily[]): void {
    this.found.push(...families);
  }

  get families(): MetricFamily[] {
    return this.found.map((each) => (each instanceof FamilyCheck ? each.family() : each));
  }

  /** By family: series of collectors that were left out, since another has the same labels. */
  get droppedSeries(): ReadonlyMap<string, number> {
    const dropped = new Map<string, number>();
    for (const { head: { name }, dropped: count } of this.checks.values()) if (count > 0) dropped.set(name, (dropped.get(name) ?? 0) + count);
    return dropped;
  }

  private *adopt(key: string, check: FamilyCheck): Generator<void, void> {
    const before = this.checks.get(key);
    if (before !== undefined) return yield* before.join(check);
    this.checks.set(key, check);
    this.found.push(check);
  }
}
