// Garbage collections of this thread, by kind. The engine reports each by itself: nothing is asked for in between.

import { constants, PerformanceObserver } from 'node:perf_hooks';
import type { PerformanceEntry } from 'node:perf_hooks';

import { Buckets } from './buckets.ts';
import type { Group } from './group.ts';

/** Seconds. */
export const GC_BUCKETS: readonly number[] = [0.001, 0.01, 0.1, 1, 2, 5];

/** By the engine's number. */
const KINDS: readonly (readonly [number, string])[] = [
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  // Another way to collect the young generation, behind a flag.
  [(constants as { readonly NODE_PERFORMANCE_GC_MINOR_MARK_SWEEP?: number }).NODE_PERFORMANCE_GC_MINOR_MARK_SWEEP ?? 2, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
];

export const gc: Group = {
  isOfProcess: false,
  metrics: {
    nodejs_gc_duration_seconds: ['histogram', 'Garbage collection duration by kind, one of major, minor, incremental or weakcb.'],
  },
  open({ engine }, { gcDurationBuckets }) {
    // Bun reports none. Deno says that it would, and does not.
    if (engine !== 'node') return {};
    const byName = new Map(KINDS.map(([, name]) => [name, new Buckets(gcDurationBuckets)]));
    const byKind = new Map(KINDS.map(([kind, name]) => [kind, byName.get(name)!]));
    const count = (entries: readonly PerformanceEntry[]): void => {
      for (const { duration, detail } of entries as readonly (PerformanceEntry & { readonly detail: { readonly kind: number } })[]) byKind.get(detail.kind)?.add(duration / 1_000);
    };
    const observer = new PerformanceObserver((list) => count(list.getEntries()));
    observer.observe({ entryTypes: ['gc'] });
    return {
      read() {
        // Those that the observer would hear of a moment later.
        count((observer as unknown as { takeRecords(): PerformanceEntry[] }).takeRecords());
        return { nodejs_gc_duration_seconds: [...byName].map(([kind, buckets]) => buckets.point({ kind })) };
      },
      stop: () => observer.disconnect(),
    };
  },
};
