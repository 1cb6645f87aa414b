// What a registry shows of itself in every exposition: writes that were not taken as they came.

import { MetricError } from './errors.ts';
import { describe, isInstrument } from './members.ts';
import type { Member, MemberRegistry } from './members.ts';
import type { CounterFamily, MetricFamily } from './model.ts';

/** Families about the library itself, as they are; none, with a warning, where an instrument has one of their names. */
export function ifFree(registry: MemberRegistry, families: readonly MetricFamily[]): readonly MetricFamily[] {
  for (const family of families) {
    const owner = registry.ownerOf(family);
    if (owner === undefined) continue;
    registry.warnings.warn(new MetricError('ERR_DUPLICATE', `${describe(family)}: the name is taken by ${describe(owner)}; it is left out`));
    return [];
  }
  return families;
}

/** Families of what there is to show, of inner registries first; none where all is well. */
export function selfMetrics(registry: MemberRegistry, all: readonly Member[]): readonly MetricFamily[] {
  const members = [...all].sort((a, b) => Number(a.registry === registry) - Number(b.registry === registry));
  return ifFree(registry, [
    counted(members, 'rejectedWrites', 'promlet_rejected_writes_total', 'Writes that held no data, such as NaN, and were ignored.'),
    counted(members, 'overflowedWrites', 'promlet_overflowed_writes_total', 'Writes of label sets past maxSeries, kept in the overflow series.'),
  ].filter(({ points }) => points.length > 0));
}

function counted(members: readonly Member[], count: 'rejectedWrites' | 'overflowedWrites', name: string, help: string): CounterFamily & { readonly points: readonly unknown[] } {
  const points = members.flatMap(({ collector, labels }) => {
    const value = isInstrument(collector) ? collector[count] : 0;
    return value > 0 ? [{ labels: { ...labels, metric: (collector as { readonly name: string }).name }, value }] : [];
  });
  return { type: 'counter', name, help, points };
}
