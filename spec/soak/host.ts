// The process that the soak is about: it serves requests of its own, counts them with promlet, and once more
// without, and shows its metrics beside collectors that hang, throw and lie. Takes orders from run.ts.

import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { metricsHandler, serve } from '../../lib/http.ts';
import { Counter, Gauge, Histogram, Registry } from '../../lib/index.ts';
import type { MetricFamily, Scrape } from '../../lib/index.ts';

export type HostOrder = 'look' | 'found' | 'end';

export interface Started {
  readonly workPort: number;
  readonly metricsPort: number;
  readonly smallPort: number;
}

/** How the process is, after garbage collection. */
export interface Look {
  readonly heapBytes: number;
  readonly rssBytes: number;
  readonly descriptors: number;
  /** Since the last look. */
  readonly longestDelayMs: number;
  /** The same, without the time that this process did not run: a busy machine adds nothing to it. */
  readonly longestWorkMs: number;
  readonly distinctLabels: number;
}

/** What was counted twice. */
export interface Found {
  readonly increments: number;
  readonly counted: number;
  readonly churned: number;
  readonly churnCounted: number;
  readonly observed: number;
  readonly observationsCounted: number;
}

const registry = new Registry({ onWarning: () => {}, maxCollectorSeries: 1_000 });
const requests = registry.register(new Counter({ name: 'work_requests_total', help: 'Own requests.', labelNames: ['kind'] }));
const seconds = registry.register(new Histogram({ name: 'work_seconds', help: 'How long own requests took.', labelNames: ['kind'] }));
const begun = registry.register(new Counter({ name: 'steps_begun_total', help: 'Steps that began.' }));
const ended = registry.register(new Counter({ name: 'steps_ended_total', help: 'Steps that ended.' }));
const running = registry.register(new Gauge({ name: 'steps_running', help: 'Steps under way.' }));
// Label values that nobody foresaw, such as paths that strangers ask for.
const churn = registry.register(new Counter({ name: 'churn_total', help: 'Writes with ever new labels.', labelNames: ['id'], maxSeries: 2_000 }));
const passing = registry.register(new Counter({ name: 'passing_total', help: 'Series that come and go.', labelNames: ['id'] }));

const gauge = (name: string, value: number): MetricFamily => ({ type: 'gauge', name, help: 'Of the soak.', points: [{ labels: {}, value }] });
const untilTold = ({ signal }: Scrape): Promise<void> => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('told'))));

registry.register({ name: 'good', collect: () => [gauge('good', 1)], refresh: () => new Promise<void>((resolve) => setTimeout(resolve, 5)) });
registry.register({ name: 'throwing', collect: () => { throw new Error('collect'); } });
registry.register({ name: 'rejecting', collect: () => [], refresh: () => Promise.reject(new Error('refresh')) });
registry.register({ name: 'hanging', collect: () => [gauge('hanging', 1)], refresh: () => new Promise<void>(() => {}) });
registry.register({ name: 'slow', collect: () => [gauge('slow', 1)], refresh: untilTold });
registry.register({ name: 'lying', collect: () => [gauge('work_requests_total', 1), { type: 'gouge' } as unknown as MetricFamily] });
registry.register({ name: 'endless', *collect() { for (let i = 0; ; i++) yield gauge(`endless_${i}`, 1); } });
registry.register({ name: 'flaky', collect: () => [gauge('flaky', 1)], refresh: () => (Math.random() < 0.5 ? Promise.reject(new Error('flaky')) : Promise.resolve()) });

let [increments, churned, observed] = [0, 0, 0];

const work = createServer((request, response) => {
  const end = seconds.startTimer({ kind: 'own' });
  requests.inc({ kind: 'own' });
  increments++;
  setImmediate(() => {
    response.end(`did ${request.url}\n`);
    end();
    observed++;
  });
});

/** Work without requests: many increments, invariants between metrics, and ever new labels. */
async function toil(): Promise<void> {
  for (;;) {
    for (let i = 0; i < 200; i++) {
      requests.inc({ kind: 'toil' });
      increments++;
    }
    begun.inc();
    running.inc();
    for (let i = 0; i < 20; i++) {
      churn.inc({ id: `id-${churned++}` });
      passing.inc({ id: churned });
      passing.remove({ id: churned });
    }
    await new Promise((resolve) => setImmediate(resolve));
    running.dec();
    ended.inc();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

const delays = monitorEventLoopDelay({ resolution: 1 });
let longestWorkMs = 0;

/** Measures how long the process works from one turn of the event loop to the next. */
async function watch(): Promise<void> {
  for (;;) {
    const [beginMs, begin] = [performance.now(), process.cpuUsage()];
    await new Promise((resolve) => setTimeout(resolve, 1));
    const { user, system } = process.cpuUsage(begin);
    // Other threads work too: no more than the time that passed counts.
    longestWorkMs = Math.max(longestWorkMs, Math.min((user + system) / 1e3, performance.now() - beginMs));
  }
}

async function look(): Promise<Look> {
  const longest = { longestDelayMs: delays.max / 1e6, longestWorkMs };
  for (let i = 0; i < 3; i++) {
    globalThis.gc!();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { heapUsed, rss } = process.memoryUsage();
  // The collections above are the soak's own doing.
  delays.reset();
  longestWorkMs = 0;
  const descriptors = existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0;
  return { heapBytes: heapUsed, rssBytes: rss, descriptors, ...longest, distinctLabels: churned };
}

function found(): Found {
  const total = (counter: Counter<'id'>): number => counter.points.reduce((sum, { value }) => sum + value, 0);
  const counted = requests.points.reduce((sum, { value }) => sum + value, 0);
  return { increments, counted, churned, churnCounted: total(churn), observed, observationsCounted: seconds.get({ kind: 'own' })?.count ?? 0 };
}

// A client that asks at the very moment at which its idle connection is closed would be told of a fault.
work.keepAliveTimeout = 0;

const options = { deadlineMs: 200, sendTimeoutMs: 10_000, maxInFlight: 2_000 };
const server = await serve(registry, { port: 0, host: '127.0.0.1', maxConnections: 5_000, receiveTimeoutMs: 5_000, ...options });
// The same again with a small limit, to be overrun.
const small = createServer(metricsHandler(registry, { ...options, maxInFlight: 10 })).listen(0, '127.0.0.1');
await new Promise<void>((resolve) => work.listen(0, '127.0.0.1', resolve));
const portOf = (each: { address(): unknown }): number => (each.address() as AddressInfo).port;
process.send!({ workPort: portOf(work), metricsPort: server.port, smallPort: portOf(small) } satisfies Started);
delays.enable();
void toil();
void watch();

process.on('message', (order: HostOrder) => {
  if (order === 'look') void look().then((seen) => process.send!(seen));
  else if (order === 'found') process.send!(found());
  else process.exit();
});
process.on('disconnect', () => process.exit());
