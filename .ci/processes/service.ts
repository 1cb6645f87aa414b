// A service of many members, of all the kinds that there are, whose ledgers say what each counted.

import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import { buildSync } from 'esbuild';

import { parseSamples } from '../../lib/parse.ts';
import type { Ending, MemberOrder } from './member.ts';

export type Kind = 'cluster' | 'child_process' | 'worker_threads';

export interface Member {
  readonly kind: Kind;
  /** What it counted so far, by its own ledger. */
  counted(): number;
  /** Makes it count no more. */
  rest(): Promise<void>;
  /** Ends it by its own doing, and loses nothing; resolves when it is gone. */
  end(ending: Ending): Promise<void>;
  /** Ends it without a word, by `SIGKILL`, `SIGTERM` or `terminate()`; resolves when it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** What a scrape showed. */
export interface Shown {
  readonly jobs: number;
  readonly observed: number;
  readonly sized: number;
  readonly members: number;
}

export interface Service {
  readonly port: number;
  start(kind: Kind): Promise<Member>;
  /** Of whichever member has the port; it is asked again for some seconds while none has. */
  scrape(): Promise<Shown>;
  remove(): void;
}

export async function service(): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'promlet-processes-'));
  const port = await freePort();
  // One file, which every version of Node runs in a thread, too.
  const program = join(folder, 'member.mjs');
  buildSync({ entryPoints: [fileURLToPath(new URL('./member.ts', import.meta.url))], outfile: program, bundle: true, format: 'esm', platform: 'node', logLevel: 'error' });
  let started = 0;
  return {
    port,
    async start(kind) {
      const ledger = join(folder, `ledger-${started++}`);
      const { ready, ...member } = STARTERS[kind](program, { name: 'shop', folder: join(folder, 'group'), port, ledger });
      await ready;
      return { kind, counted: () => Number(readFileSync(ledger, 'latin1')), ...member };
    },
    scrape: () => scraped(port),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

type Started = Pick<Member, 'rest' | 'end' | 'kill'> & { readonly ready: Promise<unknown> };

const STARTERS: Readonly<Record<Kind, (program: string, order: MemberOrder) => Started>> = {
  cluster(program, order) {
    cluster.setupPrimary({ exec: program, execArgv: [] });
    const worker = cluster.fork({ MEMBER: JSON.stringify(order) });
    return ofProcess(worker.process);
  },
  child_process: (program, order) => ofProcess(fork(program, { env: { ...process.env, MEMBER: JSON.stringify(order) }, execArgv: [] })),
  worker_threads(program, order) {
    const worker = new Worker(program, { workerData: order, execArgv: [] });
    // One of the ways to end is to throw.
    worker.on('error', () => undefined);
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    return {
      ready: once(worker, 'message'),
      async rest() {
        worker.postMessage('rest');
        await once(worker, 'message');
      },
      async end(ending) {
        worker.postMessage(ending);
        await ended;
      },
      async kill() {
        await worker.terminate();
      },
    };
  },
};

function ofProcess(child: ReturnType<typeof fork>): Started {
  const ended = once(child, 'exit');
  const said = (what: string): Promise<void> =>
    new Promise((resolve, reject) => {
      // Messages of `cluster` itself are others.
      child.on('message', (message) => message === what && resolve());
      void ended.then(() => reject(new Error(`the member ended before it was ${what}`)));
    });
  const ready = said('ready');
  return {
    ready,
    async rest() {
      const resting = said('resting');
      child.send('rest');
      await resting;
    },
    async end(ending) {
      child.send(ending);
      await ended;
    },
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      await ended;
    },
  };
}

async function scraped(port: number): Promise<Shown> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { connection: 'close' }, signal: AbortSignal.timeout(5_000) });
      if (!response.ok) throw new Error(`the answer is ${response.status}`);
      return shownIn(await response.text());
    } catch (error) {
      if (attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function shownIn(text: string): Shown {
  const sums: Record<string, number> = {};
  for (const { name, value } of parseSamples(text)) sums[name] = (sums[name] ?? 0) + Number(value);
  const sumOf = (name: string): number => sums[name] ?? 0;
  return { jobs: sumOf('jobs_total'), observed: sumOf('job_seconds_count'), sized: sumOf('job_size_bytes_count'), members: sumOf('members') };
}

/** A port of the loopback interface that nobody has at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
