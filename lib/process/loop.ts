// How busy the event loop of this thread is.

import { performance } from 'node:perf_hooks';

import { Buckets } from './buckets.ts';
import type { Group } from './group.ts';
import { BEAT_MS } from './host.ts';
import { Ratios } from './ratios.ts';

const BOUNDS = [0.01, 0.05, 0.1, 0.25, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99, 1];
const RATIO = 'Ratio of time the event loop is not idling in the event provider to the total time the event loop is running.';

export const loop: Group = {
  isOfProcess: false,
  metrics: {
    nodejs_eventloop_time_seconds_total: ['counter', 'Time of the event loop by state: active, or idle, which is waiting for something to happen.'],
    nodejs_eventloop_utilization_summary: ['summary', RATIO],
    nodejs_eventloop_utilization_histogram: ['histogram', RATIO],
  },
  open({ engine }) {
    // Bun and Deno have the function, and nothing behind it.
    if (engine !== 'node') return {};
    const buckets = new Buckets(BOUNDS);
    const ratios = new Ratios();
    let before = performance.eventLoopUtilization();
    return {
      beat() {
        const now = performance.eventLoopUtilization();
        const { idle, active, utilization } = performance.eventLoopUtilization(now, before);
        before = now;
        // Time in which the loop was blocked counts as often, even if nobody could look at it then.
        const times = Math.max(1, Math.round((idle + active) / BEAT_MS));
        buckets.add(utilization, times);
        ratios.add(utilization, times);
      },
      read() {
        const { idle, active } = performance.eventLoopUtilization();
        // Before the loop has begun, nothing is known.
        const time = idle + active > 0 ? [{ labels: { state: 'active' }, value: active / 1_000 }, { labels: { state: 'idle' }, value: idle / 1_000 }] : undefined;
        return {
          nodejs_eventloop_time_seconds_total: time,
          nodejs_eventloop_utilization_summary: [ratios.point()],
          nodejs_eventloop_utilization_histogram: [buckets.point({})],
        };
      },
    };
  },
};
