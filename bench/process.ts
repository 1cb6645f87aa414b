// What do figures of the process itself cost? The share of a core that they take while nothing happens, and the time
// that the main thread spends on a scrape, with few sockets open and with as many as there may be.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import { Registry, render } from '../lib/index.ts';
import { processMetrics } from '../lib/process.ts';
import type { Case, Question, Scale } from './harness.ts';
import { processorNs, sink } from './harness.ts';

const FLOOR = 'floor';
const IDLE = 'idle, everything shown';
const SAME = 'scrape of what all show';
const EVERYTHING = 'scrape of everything';
const FEW = 20;
const MANY = 20_000;
/** Files that the process has open beside sockets, generously. */
const OTHERS = 100;

const SHOWN_BY_ALL: readonly string[] = [
  'process_cpu_user_seconds_total', 'process_cpu_system_seconds_total', 'process_cpu_seconds_total', 'process_start_time_seconds', 'process_resident_memory_bytes', 'process_virtual_memory_bytes', 'process_heap_bytes', 'process_open_fds', 'process_max_fds',
  'nodejs_eventloop_lag_seconds', ...['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'].map((figure) => `nodejs_eventloop_lag_${figure}_seconds`),
  ...['resources', 'handles', 'requests'].flatMap((kind) => [`nodejs_active_${kind}`, `nodejs_active_${kind}_total`]),
  'nodejs_heap_size_total_bytes', 'nodejs_heap_size_used_bytes', 'nodejs_external_memory_bytes', ...['total', 'used', 'available'].map((size) => `nodejs_heap_space_size_${size}_bytes`),
  'nodejs_version_info', 'nodejs_gc_duration_seconds',
];

/** One scrape: values brought up to date, and made into text. */
type Scraper = () => Promise<string> | string;

const SUBJECTS: Readonly<Record<string, (name: string) => Scraper | Promise<Scraper>>> = {
  promlet(name) {
    const registry = new Registry();
    registry.register(processMetrics(name.startsWith(SAME) ? { only: SHOWN_BY_ALL } : {}));
    return async () => {
      await registry.refresh();
      return render(registry);
    };
  },
  'prom-client': () => defaultMetrics('prom-client'),
  '@prometheus-io/client': () => defaultMetrics('@prometheus-io/client'),
  /** A process that shows nothing of itself. */
  [FLOOR]: () => () => '',
};

export const processQuestion: Question = {
  name: 'process',
  asks: 'What do figures of the process itself cost: while nothing happens, and the main thread at a scrape?',
  unit: 'ms',

  cases(scale): readonly Case[] {
    const all = Object.keys(SUBJECTS).filter((subject) => !scale.isQuick || subject !== '@prometheus-io/client');
    const most = Math.min(MANY, mostFiles() - OTHERS);
    const scrapes = (what: string, subjects: readonly string[]): Case[] =>
      [FEW, most].map((sockets) => ({ name: `${what}, ${sockets.toLocaleString('en').replaceAll(',', ' ')} sockets`, subjects }));
    return [
      // Some seconds after a program begins, the engine tidies its heap: 20 ms, or 0.15 % of the time that is looked at.
      { name: IDLE, subjects: all, unit: '% of a core', nodeFlags: ['--no-memory-reducer'] },
      ...scrapes(SAME, all),
      ...scrapes(EVERYTHING, ['promlet', FLOOR]).map((each) => ({ ...each, isOnEachEngine: true })),
    ];
  },

  async check(name, subject) {
    if (subject === FLOOR) return;
    const scrape = await SUBJECTS[subject]!(name);
    await wait(150);
    const text = await scrape();
    for (const name of ['process_cpu_seconds_total', 'process_open_fds', 'nodejs_eventloop_lag_p99_seconds', 'nodejs_heap_space_size_used_bytes', 'nodejs_gc_duration_seconds']) {
      if (!text.includes(`# TYPE ${name} `)) throw new Error(`${subject} shows no ${name}`);
    }
  },

  async measure(name, subject, scale) {
    const scrape = await SUBJECTS[subject]!(name);
    if (name === IDLE) return [await idleShare(scale)];
    const close = await openSockets(Number(/[\d ]+(?= sockets)/.exec(name)![0].replaceAll(' ', '')));
    const samples = await scrapeTimes(scrape, scale);
    close();
    return samples;
  },
};

interface PeerPackage {
  readonly Registry: new () => { metrics(): Promise<string> };
  collectDefaultMetrics(options: object): void;
}

async function defaultMetrics(specifier: string): Promise<Scraper> {
  // Not a literal, so that this compiles where the package is not installed.
  const { default: client } = (await import(specifier)) as { readonly default: PeerPackage };
  const register = new client.Registry();
  client.collectDefaultMetrics({ register });
  return () => register.metrics();
}

async function idleShare({ isQuick }: Scale): Promise<number> {
  // What has to be compiled is compiled by then.
  await wait(2_000);
  const [beginNs, beginMs] = [processorNs(), performance.now()];
  await wait(isQuick ? 4_000 : 12_000);
  return ((processorNs() - beginNs) / 1e6 / (performance.now() - beginMs)) * 100;
}

/** Milliseconds of the main thread, for a scrape and the turn of the loop that it is in. */
async function scrapeTimes(scrape: Scraper, { isQuick }: Scale): Promise<number[]> {
  const samples: number[] = [];
  const [warmUps, repetitions] = isQuick ? [20, 20] : [30, 60];
  await wait(20);
  for (let i = -warmUps; i < repetitions; i++) {
    const begin = mainThreadMs();
    sink(await scrape());
    await wait(20);
    if (i >= 0) samples.push(mainThreadMs() - begin);
  }
  return samples;
}

/** What the main thread has taken of a processor, up to when it last waited; elsewhere than on Linux, what all threads have. */
function mainThreadMs(): number {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return processorNs() / 1e6;
  }
}

/** Connections over the loopback interface, both ends in this process: two sockets each. */
async function openSockets(count: number): Promise<() => void> {
  const server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connections = Math.floor(count / 2);
  // A few at a time: more than the system's queue holds would be refused.
  for (let open = 0; open < connections; open += 100) {
    const sockets = Array.from({ length: Math.min(100, connections - open) }, () => connect(port, '127.0.0.1').on('error', (error) => { throw error; }));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  }
  // The process ends with its sockets.
  return () => void server.close();
}

/** How many files a process may have open, as Linux says; elsewhere, what is common. */
function mostFiles(): number {
  try {
    return Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))![1]);
  } catch {
    return 4_096;
  }
}
