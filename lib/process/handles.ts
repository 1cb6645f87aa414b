// What keeps the event loop of this thread alive, by type. To ask takes some 0.4 us for each of them, three times.

import type { GaugePoint } from '../core/model.ts';
import type { Group } from './group.ts';
import type { Host } from './host.ts';

/** It is not asked for where there are more descriptors open than this: it would take more than a millisecond. */
const MOST_DESCRIPTORS = 1_000;

/** Milliseconds. What else it counts, such as timers, has no descriptors: where an answer took longer than this, … */
const LONGEST_MS = 1;
/** … it is not asked for again until this many times as much has passed: no more than 0.1 % of the time goes there. */
const PAUSE = 1_000;

export const handles: Group = {
  isOfProcess: false,
  metrics: {
    nodejs_active_resources: ['gauge', 'Number of active resources that are currently keeping the event loop alive, grouped by async resource type.'],
    nodejs_active_resources_total: ['gauge', 'Total number of active resources.'],
    nodejs_active_handles: ['gauge', 'Number of active libuv handles grouped by handle type. Every handle type is C++ class name.'],
    nodejs_active_handles_total: ['gauge', 'Total number of active handles.'],
    nodejs_active_requests: ['gauge', 'Number of active libuv requests grouped by request type. Every request type is C++ class name.'],
    nodejs_active_requests_total: ['gauge', 'Total number of active requests.'],
  },
  open(host) {
    let nextMs = -Infinity;
    return {
      read({ descriptors }) {
        const beginMs = host.now();
        if (!isCheap(host, descriptors) || beginMs < nextMs) return {};
        const { getActiveResourcesInfo, _getActiveHandles, _getActiveRequests } = process as Partial<Insides>;
        const [resources, active, requests] = [getActiveResourcesInfo?.call(process), _getActiveHandles?.call(process).map(classOf), _getActiveRequests?.call(process).map(classOf)];
        const tookMs = host.now() - beginMs;
        if (tookMs > LONGEST_MS) nextMs = beginMs + tookMs * PAUSE;
        return {
          nodejs_active_resources: resources && byType(resources),
          nodejs_active_resources_total: resources?.length,
          nodejs_active_handles: active && byType(active),
          nodejs_active_handles_total: active?.length,
          nodejs_active_requests: requests && byType(requests),
          nodejs_active_requests_total: requests?.length,
        };
      },
    };
  },
};

// Bun and Deno have the functions, and nothing behind them.
function isCheap({ engine, platform }: Host, descriptors: number | undefined): boolean {
  if (engine !== 'node') return false;
  return descriptors === undefined ? platform !== 'linux' : descriptors <= MOST_DESCRIPTORS;
}

interface Insides {
  getActiveResourcesInfo(): string[];
  _getActiveHandles(): object[];
  _getActiveRequests(): object[];
}

function classOf(thing: object): string {
  return (thing.constructor as { readonly name?: string } | undefined)?.name || 'Object';
}

function byType(types: readonly string[]): readonly GaugePoint[] {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].map(([type, value]) => ({ labels: { type }, value }));
}
