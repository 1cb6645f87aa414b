// How late the event loop of this thread comes to what is due: as a histogram of all time, and of the last minute.

import { setTimeout } from 'node:timers';

import { delaySource } from './delay-sources.ts';
import { DelayWindow } from './delay-window.ts';
import { Distribution } from './distribution.ts';
import type { Group } from './group.ts';

/** Milliseconds. */
const FIRST_MS = 1;

export const delay: Group = {
  isOfProcess: false,
  metrics: {
    nodejs_eventloop_delay_seconds: ['histogram', 'Delays of the event loop.'],
    nodejs_eventloop_lag_seconds: ['gauge', 'Lag of event loop in seconds.', 'max'],
    nodejs_eventloop_lag_min_seconds: ['gauge', 'The minimum recorded event loop delay.', 'min'],
    nodejs_eventloop_lag_max_seconds: ['gauge', 'The maximum recorded event loop delay.', 'max'],
    nodejs_eventloop_lag_mean_seconds: ['gauge', 'The mean of the recorded event loop delays.', 'mean'],
    nodejs_eventloop_lag_stddev_seconds: ['gauge', 'The standard deviation of the recorded event loop delays.', 'max'],
    nodejs_eventloop_lag_p50_seconds: ['gauge', 'The 50th percentile of the recorded event loop delays.', 'max'],
    nodejs_eventloop_lag_p90_seconds: ['gauge', 'The 90th percentile of the recorded event loop delays.', 'max'],
    nodejs_eventloop_lag_p99_seconds: ['gauge', 'The 99th percentile of the recorded event loop delays.', 'max'],
  },
  open(host) {
    const source = delaySource(host);
    const all = new Distribution();
    const window = new DelayWindow();
    const add = (delays: Distribution): void => {
      if (delays.count > 0) all.merge(delays);
      window.add(delays, host.now());
    };
    const take = (): void => add(source.take());
    return {
      // To read out a histogram of Node's takes some 0.1 ms, however little is in it.
      beat() {
        if (window.isDue(host.now())) take();
      },
      // Before the first sample, one is taken on the spot: the gauges are there from the first scrape on.
      async load() {
        if (all.count === 0) take();
        if (all.count > 0) return {};
        const beginMs = host.now();
        await new Promise((resolve) => setTimeout(resolve, FIRST_MS));
        const first = new Distribution();
        first.add(Math.max(0, host.now() - beginMs - FIRST_MS) / 1_000);
        add(first);
        return {};
      },
      read() {
        take();
        const lately = window.lately(host.now());
        const now = window.now(host.now());
        const [p50, p90, p99] = lately.count > 0 ? lately.quantiles([0.5, 0.9, 0.99]) : [];
        return {
          nodejs_eventloop_delay_seconds: [all.point()],
          nodejs_eventloop_lag_seconds: now.count > 0 ? now.mean : undefined,
          ...(lately.count > 0 && {
            nodejs_eventloop_lag_min_seconds: lately.min,
            nodejs_eventloop_lag_max_seconds: lately.max,
            nodejs_eventloop_lag_mean_seconds: lately.mean,
            nodejs_eventloop_lag_stddev_seconds: lately.deviation,
            nodejs_eventloop_lag_p50_seconds: p50,
            nodejs_eventloop_lag_p90_seconds: p90,
            nodejs_eventloop_lag_p99_seconds: p99,
          }),
        };
      },
      stop: () => source.stop(),
    };
  },
};
