// The pools of connections that undici keeps for each origin, as far as its dispatchers tell: `stats` of an agent.

import type { Collector, GaugePoint, MetricFamily } from '../core/model.ts';
import type { Hosts } from './hosts.ts';
import { OTHER } from './given.ts';
import { hostOf } from './undici.ts';

/** An agent of undici, or anything else that may have `stats` by origin. */
export interface DispatcherLike {
  readonly stats?: unknown;
}

type Stats = Readonly<Record<string, unknown>>;

const FIGURES: readonly (readonly [figure: string, help: string])[] = [
  ['connected', 'Connections that are open'],
  ['free', 'Connections that are open and have nothing to do'],
  ['pending', 'Requests that wait for a connection'],
  ['running', 'Requests that a connection is busy with'],
  ['size', 'Requests that wait or run'],
];

// Where undici keeps the dispatcher that `fetch` uses, the latest first.
const GLOBAL = /* @__PURE__ */ ['undici.globalDispatcher.2', 'undici.globalDispatcher.1'];

/** Shows them when asked, by origin; nothing where no dispatcher tells. @param given - Beside that of `fetch`. */
export function poolsCollector(hosts: Hosts, given: readonly DispatcherLike[]): Collector {
  return {
    name: 'httpClientPools',
    names: FIGURES.map(([figure]) => `http_client_pool_${figure}`),
    collect(): MetricFamily[] {
      const totals = totalsOf(hosts, given);
      return FIGURES.flatMap(([figure, help]) => {
        const points: GaugePoint[] = [...totals].flatMap(([origin, total]) => {
          const value = total.get(figure);
          return value === undefined ? [] : [{ labels: { origin }, value }];
        });
        return points.length === 0 ? [] : [{ type: 'gauge' as const, name: `http_client_pool_${figure}`, help: `${help}, by origin.`, points }];
      });
    },
  } as Collector;
}

function totalsOf(hosts: Hosts, given: readonly DispatcherLike[]): Map<string, Map<string, number>> {
  const totals = new Map<string, Map<string, number>>();
  for (const dispatcher of new Set([...globalDispatchers(), ...given])) {
    for (const [origin, stats] of Object.entries(statsOf(dispatcher))) {
      const name = hosts.of(hostOf(origin));
      const shown = name === OTHER ? OTHER : `${origin.slice(0, origin.indexOf(':'))}://${name}`;
      let total = totals.get(shown);
      if (total === undefined) totals.set(shown, (total = new Map()));
      for (const [figure] of FIGURES) {
        const value = (stats as Stats | undefined)?.[figure];
        if (typeof value === 'number') total.set(figure, (total.get(figure) ?? 0) + value);
      }
    }
  }
  return totals;
}

function globalDispatchers(): DispatcherLike[] {
  const found = GLOBAL.map((key) => (globalThis as unknown as Readonly<Record<symbol, DispatcherLike | undefined>>)[Symbol.for(key)]);
  // The same agent may be under both names, within something that has no figures.
  return found.filter((each): each is DispatcherLike => each !== undefined && each !== null).slice(0, 1);
}

function statsOf({ stats }: DispatcherLike): Stats {
  if (typeof stats !== 'object' || stats === null) return {};
  // A pool alone does not say what its origin is.
  return typeof (stats as Stats)['connected'] === 'number' ? { '': stats } : (stats as Stats);
}
