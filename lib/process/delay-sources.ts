// Where delays come from. Each source is the collector's own: what it forgets once it was read, nobody else sees.

import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { EventLoopMonitorOptions, IntervalHistogram } from 'node:perf_hooks';
import { clearImmediate, clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } from 'node:timers';

import { Distribution, isClose } from './distribution.ts';
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
function monitored(host: Host): DelaySource {
  const isPerIteration = isSampledPerIteration(host.version);
  const options: EventLoopMonitorOptions & { readonly samplePerIteration?: boolean } = isPerIteration ? { samplePerIteration: true } : { resolution: INTERVAL_MS };
  let monitor: IntervalHistogram | undefined;
  const gap = isPerIteration ? undefined : new OneDelay(host);
  // Within the loop: where it was enabled before, the time until something happened first was taken for a delay. One that
  // is made and never enabled counts as an active resource until it is collected.
  const begin = setImmediate(() => {
    monitor = monitorEventLoopDelay(options);
    monitor.enable();
    gap?.begin();
  });
  begin.unref();
  return {
    take() {
      // Neither before it has begun nor after its end, when a refresh may still be under way.
      if (monitor === undefined) return new Distribution();
      const delays = delaysOf(monitor, isPerIteration ? 0 : INTERVAL_MS * 1e6);
      gap?.end(delays);
      monitor.reset();
      // By a timer, a delay is the time since the one before, and after a reset there is none.
      gap?.begin();
      return delays;
    },
    stop() {
      clearImmediate(begin);
      monitor?.disable();
      monitor = undefined;
      gap?.stop();
    },
  };
}

/** How late a single timer is: for the interval that a monitor does not see. */
class OneDelay {
  private readonly host: Host;
  private timer: NodeJS.Timeout | undefined;
  private dueMs = Infinity;
  private seconds: number | undefined;

  constructor(host: Host) {
    this.host = host;
  }

  begin(): void {
    this.stop();
    this.dueMs = this.host.now() + INTERVAL_MS;
    this.timer = setTimeout(() => this.note(), INTERVAL_MS);
    this.timer.unref();
  }

  /** Adds the delay, where it is known by now. */
  end(delays: Distribution): void {
    if (this.host.now() > this.dueMs) this.note();
    if (this.seconds !== undefined) delays.add(this.seconds);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.dueMs = Infinity;
    this.seconds = undefined;
  }

  private note(): void {
    this.seconds = Math.max(0, this.host.now() - this.dueMs) / 1_000;
    this.dueMs = Infinity;
  }
}

/**
 * What a histogram of Node's holds. It gives no counts of its own but the value at any percentile, and so at any rank:
 * where the values at two ranks are close, so are all between them. (Its mean and deviation take 1 ms to work out.)
 *
 * @param floorNs - What each value has too much.
 */
export function delaysOf(histogram: Pick<IntervalHistogram, 'count' | 'percentile'>, floorNs: number): Distribution {
  const delays = new Distribution();
  const { count } = histogram;
  const at = (rank: number): number => Math.max(0, histogram.percentile((rank / count) * 100) - floorNs) / 1e9;
  const addBetween = (low: number, lowest: number, high: number, highest: number): void => {
    if (low === high || isClose(lowest, highest)) return delays.add((lowest + highest) / 2, high - low + 1);
    const middle = (low + high) >> 1;
    addBetween(low, lowest, middle, middle === low ? lowest : at(middle));
    addBetween(middle + 1, middle + 1 === high ? highest : at(middle + 1), high, highest);
  };
  if (count === 0) return delays;
  const [least, greatest] = [at(1), at(count)];
  addBetween(1, least, count, greatest);
  delays.min = least;
  delays.max = greatest;
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
