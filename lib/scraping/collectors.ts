// The collectors of a registry as a scrape sees them: what each is called in metrics about it, and which of them
// are asked for.

import { toWellFormed } from '../core/labels.ts';
import { isInstrument, namesOf } from '../core/members.ts';
import type { Member, MemberRegistry } from '../core/members.ts';
import type { Collector } from '../core/model.ts';
import { anySampleNames, sampleNames } from '../core/names.ts';

/** A member that is part of a scrape. */
export interface NamedMember extends Member {
  /** What it is called in metrics about it: its own name or its class's, and a number where another has that. */
  readonly name: string;
}

// Characters of a collector's name, where that becomes a label's value.
const LONGEST_NAME = 128;

/** By registry: a collector keeps its name while others come and go, whichever handler shows it. */
const NAMES: WeakMap<MemberRegistry, WeakMap<Collector, string>> = /* @__PURE__ */ new WeakMap();

/** The members that may have one of the names; all, where none are asked for. */
export function membersAsked(registry: MemberRegistry, asked: ReadonlySet<string> | undefined): NamedMember[] {
  const members = [...registry.members()];
  let names = NAMES.get(registry);
  if (names === undefined) NAMES.set(registry, (names = new WeakMap()));
  // Instruments have their names for themselves, but for those of registries within each other.
  const reported = members.filter(({ collector }) => isReported(collector));
  const taken = new Set(reported.map(({ collector }) => names.get(collector)));
  for (const { collector } of reported) {
    if (names.has(collector)) continue;
    const wished = wishedName(collector);
    let name = wished;
    for (let i = 2; taken.has(name); i++) name = `${wished}_${i}`;
    taken.add(name);
    names.set(collector, name);
  }
  const named = members.map((member) => ({ ...member, name: names.get(member.collector) ?? '' }));
  return asked === undefined ? named : named.filter(({ collector }) => mayShow(collector, asked));
}

/** Whether a scrape reports how it fared: it has a hook, or may fail when it is collected. */
export function isReported(collector: Collector): boolean {
  return !isInstrument(collector) || collector.hasHook || collector.evaluate !== undefined;
}

/** Whether it has a hook that is to be called before it is collected. */
export function isRefreshed(collector: Collector): boolean {
  return isInstrument(collector) ? collector.hasHook : 'refresh' in collector;
}

// Where only the names of families are known, they may be of any type.
function mayShow(collector: Collector, asked: ReadonlySet<string>): boolean {
  if (isInstrument(collector)) return sampleNames(collector.name, collector.type).some((name) => asked.has(name));
  return collector.names?.flatMap(anySampleNames).some((name) => asked.has(name)) ?? true;
}

function wishedName(collector: Collector): string {
  const [name, className] = namesOf(collector);
  return toWellFormed(name || (className === 'Object' ? '' : className) || 'collector').slice(0, LONGEST_NAME);
}
