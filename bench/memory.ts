// What does a series keep, and what do scrapes and writes leave for the collector? Bytes.

import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';

import type { OpenClient } from './clients/client.ts';
import { clientNamed, compared } from './clients/index.ts';
import { sink } from './harness.ts';
import type { Case, Question } from './harness.ts';
import { build } from './registries.ts';
import { mix, uniqueLabelValues } from './workloads.ts';

const SERIES = 100_000;
const BOUNDS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const CALLS = 200_000;

const CASES: Readonly<Record<string, (open: OpenClient, subject: string) => Promise<number>>> = {
  'counter, 3 labels, a series': (open) =>
    kept(() => {
      const counter = open.counter({ name: 'http_requests_total', help: 'Requests answered.', labelNames: ['route', 'method', 'status'] });
      for (let i = 0; i < SERIES; i++) {
        const [route, method, status] = uniqueLabelValues(i);
        counter.inc({ route, method, status });
      }
    }, SERIES),
  'histogram, 10 buckets, a series': (open) =>
    kept(() => {
      const histogram = open.histogram({ name: 'http_request_duration_seconds', help: 'How long requests take.', labelNames: ['route', 'method'], bounds: BOUNDS });
      for (let i = 0; i < SERIES; i++) {
        const [route, method] = uniqueLabelValues(i);
        histogram.observe({ route, method }, 0.3);
      }
    }, SERIES),
  'allocated by a scrape, a line': async (_, subject) => {
    const workload = mix(24_000);
    const built = await build(clientNamed(subject), workload);
    for (let i = 0; i < 5; i++) await built.client.scrape();
    built.change();
    return (await allocated(async () => sink(await built.client.scrape()))) / workload.lines;
  },
  'allocated by a bound inc': async (open) => {
    const bound = open.counter({ name: 'http_requests_total', help: 'Requests answered.', labelNames: ['route'] }).labels({ route: '/' });
    return calls(() => bound.inc());
  },
  'allocated by a bound observe': async (open) => {
    const histogram = open.histogram({ name: 'http_request_duration_seconds', help: 'How long requests take.', labelNames: ['route'], bounds: BOUNDS });
    const bound = histogram.labels({ route: '/' });
    // Literals: a number out of an array of numbers is boxed for the call, by the caller.
    const each = await calls(() => {
      bound.observe(0.001);
      bound.observe(0.3);
      bound.observe(0.07);
      bound.observe(7);
    });
    return each / 4;
  },
};

export const memory: Question = {
  name: 'memory',
  asks: `What does a series keep, ${SERIES.toLocaleString('en').replace(',', ' ')} of them, and what do scrapes and writes leave to be collected?`,
  unit: 'bytes',
  // A young generation that nothing fills: what a scrape allocated is all still there when it is counted.
  nodeFlags: ['--expose-gc', '--single-threaded-gc', '--min-semi-space-size=512', '--max-semi-space-size=512'],

  cases(scale): readonly Case[] {
    const names = scale.isQuick ? ['counter, 3 labels, a series'] : Object.keys(CASES);
    return names.map((name) => ({ name, subjects: compared(scale), rounds: 1 }));
  },

  async measure(name, subject) {
    return [await CASES[name]!(await clientNamed(subject).open(), subject)];
  },
};

/** Bytes that are still held after `make`, each of so many. */
async function kept(make: () => void, count: number): Promise<number> {
  const before = await settled();
  make();
  return ((await settled()) - before) / count;
}

/**
 * Bytes that `act` allocated, whether held or not.
 *
 * @throws {Error} where some of it was collected meanwhile, and so not counted
 */
async function allocated(act: () => void | Promise<void>): Promise<number> {
  await settled();
  let collections = 0;
  const observer = new PerformanceObserver((list) => (collections += list.getEntries().length));
  observer.observe({ entryTypes: ['gc'] });
  const before = inUse();
  await act();
  const bytes = inUse() - before;
  await wait(10);
  observer.disconnect();
  if (collections > 0) throw new Error(`${collections} collections while allocations were counted`);
  return bytes;
}

async function calls(call: () => void): Promise<number> {
  const run = (): void => {
    for (let i = 0; i < CALLS; i++) call();
  };
  // Often enough for the engine's last compiler, whose own work is on the heap too.
  for (let i = 0; i < 5; i++) run();
  return Math.round(((await allocated(run)) / CALLS) * 10) / 10;
}

async function settled(): Promise<number> {
  const { gc } = globalThis as { gc?: () => void };
  for (let i = 0; i < 4; i++) {
    gc!();
    await wait(10);
  }
  return inUse();
}

function inUse(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
