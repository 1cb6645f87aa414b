// The checks of a scrape without a scrape: for what renders, keeps or sends metrics in a way of its own.

import { brand } from '../core/brand.ts';
import { isRegistry } from '../core/members.ts';
import type { MemberRegistry } from '../core/members.ts';
import type { Collector, MetricFamily, Scrape } from '../core/model.ts';
import { Registry } from '../core/registry.ts';
import { ifFree, selfMetrics } from '../core/self-metrics.ts';
import { Gathering } from './gathering.ts';
import type { SeriesMemory } from './gathering.ts';
import { droppedSeries } from './self-metrics.ts';

/**
 * The source as a collector whose families every writer can print: what collectors of your own offer is checked
 * and copied, and a series that is offered twice left out.
 *
 * Of a registry, collectors that fail are left out and warned of, as `collect` does it, and
 * `promlet_dropped_series` is shown where there is something to count. Any other collector that fails makes
 * `collect` throw: what it throws itself, or {@link MetricError} `ERR_COLLECTOR` for what no format could show.
 */
export function checked(source: Collector): Collector {
  const { name, names } = source;
  const memory: SeriesMemory = new WeakMap();
  const collector = {
    ...(name !== undefined && { name }),
    ...(names !== undefined && { names }),
    collect: () => (isRegistry(source) ? familiesOfRegistry(source, memory) : familiesOfCollector(source, memory)),
    async refresh(scrape: Scrape): Promise<void> {
      await source.refresh?.(scrape);
    },
  };
  if (!isRegistry(source)) return collector;
  // So that `render` warns where the registry would.
  const ofRegistry = { ...collector, warnings: source.warnings };
  brand(ofRegistry, 'checked');
  return ofRegistry;
}

function familiesOfRegistry(registry: MemberRegistry, memory: SeriesMemory): readonly MetricFamily[] {
  const gathering = new Gathering(memory);
  const members = [...registry.members()];
  for (const member of members) {
    if (member.registry.outdated.has(member.collector)) continue;
    try {
      for (const _ of gathering.add(member));
    } catch (cause) {
      member.registry.warnings.warnOf(member.collector, 'collect', cause);
    }
  }
  gathering.addTrusted([...selfMetrics(registry, members), ...ifFree(registry, droppedSeries(gathering.droppedSeries, registry.labels))]);
  return gathering.families;
}

function familiesOfCollector(collector: Collector, memory: SeriesMemory): readonly MetricFamily[] {
  const registry = new Registry();
  registry.register(collector);
  const gathering = new Gathering(memory);
  for (const member of registry.members()) for (const _ of gathering.add(member));
  return gathering.families;
}
