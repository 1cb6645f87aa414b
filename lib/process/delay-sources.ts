// Where delays come from. Each source is the collector's own: what it forgets once it was read, nobody else sees.

import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { EventLoopMonitorOptions, IntervalHistogram } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';

import { Distribution, placeOf } from './distribution.ts';
import type { Host } from './host.ts';

export interface DelaySource {
  /** The delays since the last call. */
  take(): Distribution;
  stop(): void;
}

/**
 * Milliseconds from one sample to the next, where a timer takes them. A loop that is blocked for longer shows up late by
 * at least the difference: 200 ms of blocking as 110 to 200 ms. A timer costs 45 us of processor time each time.
 */
const INTERVAL_MS = 90;

export function delaySource(host: Host): DelaySource {
  return host.engine === 'node' ? monitored(host) : timed(host);
}

/** Whether this version measures each turn of the loop. Others ignore the option without a word. */
export function isSampledPerIteration(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 24 ? minor >= 21 : major === 26 ? minor >= 5 : major > 26;
}

/** Node's monitor, which runs no JavaScript. */
function monitored({ version }: Host): DelaySource {
  const isPerIteration = isSampledPerIteration(version);
  const options: EventLoopMonitorOptions & { readonly samplePerIteration?: boolean } = isPerIteration ? { samplePerIteration: true } : { resolution: INTERVAL_MS };
  const monitor = monitorEventLoopDelay(options);
  // Within the loop: where it was enabled before, the time until something happened first was taken for a delay.
  const begin = setImmediate(() => monitor.enable());
  begin.unref();
  return {
    take() {
      const delays = delaysOf(monitor, isPerIteration ? 0 : INTERVAL_MS * 1e6);
      monitor.reset();
      return delays;
    },
    stop() {
      clearImmediate(begin);
      monitor.disable();
    },
  };
}

/**
 * What a histogram of Node's holds, which gives no counts of its own but the value at any percentile, and so at any rank.
 *
 * @param floorNs - What each value has too much.
 */
export function delaysOf(histogram: Pick<IntervalHistogram, 'count' | 'min' | 'max' | 'mean' | 'stddev' | 'percentile'>, floorNs: number): Distribution {
  const delays = new Distribution();
  const { count, min, max, mean, stddev } = histogram;
  if (count === 0) return delays;
  const seconds = (ns: number): number => Math.max(0, ns - floorNs) / 1e9;
  delays.count = count;
  delays.sum = seconds(mean) * count;
  delays.squares = count * (seconds(mean) ** 2 + (stddev / 1e9) ** 2);
  delays.min = seconds(min);
  delays.max = seconds(max);
  const placeAt = (rank: number): number => placeOf(seconds(histogram.percentile((rank / count) * 100)));
  // Where both ends are in one place, so is all between them.
  const spread = (low: number, lowPlace: number, high: number, highPlace: number): void => {
    if (lowPlace === highPlace) {
      delays.counts[lowPlace]! += high - low + 1;
      return;
    }
    const middle = (low + high) >> 1;
    spread(low, lowPlace, middle, middle === low ? lowPlace : placeAt(middle));
    spread(middle + 1, middle + 1 === high ? highPlace : placeAt(middle + 1), high, highPlace);
  };
  spread(1, placeAt(1), count, placeOf(seconds(max)));
  return delays;
}

/** A timer of our own, for Bun and Deno: their monitors measure other things. */
function timed({ now }: Host): DelaySource {
  let delays = new Distribution();
  let lastMs = now();
  const timer = setInterval(() => {
    const nowMs = now();
    delays.add(Math.max(0, nowMs - lastMs - INTERVAL_MS) / 1_000);
    lastMs = nowMs;
  }, INTERVAL_MS);
  timer.unref();
  return {
    take() {
      const taken = delays;
      delays = new Distribution();
      return taken;
    },
    stop: () => clearInterval(timer),
  };
}
