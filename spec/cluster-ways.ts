// The ways to start members of a group: one table, so that the same cases run for all of them.

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import cluster from 'node:cluster';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { buildSync } from 'esbuild';

import { root } from './user-project.ts';

export interface Order {
  readonly id: number;
  readonly act: 'inc' | 'show' | 'serve' | 'close' | 'leave' | 'exit' | 'throw' | 'idle' | 'block' | 'member' | 'errors';
  readonly given: unknown;
}

export interface Started {
  /** What it is called in its group. */
  readonly member: string;
  readonly pid: number | undefined;
  call(act: Order['act'], given?: unknown): Promise<any>;
  /** Ends it without a word: SIGKILL, or `terminate`. */
  kill(): void;
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<void>;
}

/** How a member is talked to, and ended. */
export interface Channel {
  post(order: Order): void;
  listen(heard: (message: { readonly id: number; readonly result?: unknown; readonly error?: string }) => void): void;
  kill(): void;
  signal(signal: NodeJS.Signals): void;
  readonly pid: number | undefined;
  readonly ended: Promise<void>;
}

/** The program as plain JavaScript: it starts at once. */
export const program: string = join(mkdtempSync(join(tmpdir(), 'promlet-members-')), 'program.mjs');
buildSync({ entryPoints: [join(root, 'spec/cluster-program.ts')], outfile: program, bundle: true, platform: 'node', format: 'esm', target: 'es2022' });
process.on('exit', () => rmSync(join(program, '..'), { recursive: true, force: true }));

export type Way = 'child_process' | 'cluster' | 'worker_threads';

export const ways: Readonly<Record<Way, (folder: string) => Promise<Started>>> = {
  child_process: (folder) => started(ofProcess(fork(program, { execArgv: [], env: { ...process.env, MEMBER: JSON.stringify({ folder }) }, stdio: ['ignore', 'inherit', 'ignore', 'ipc'] }))),
  cluster(folder) {
    cluster.setupPrimary({ exec: program, execArgv: [], stdio: ['ignore', 'inherit', 'ignore', 'ipc'] } as object);
    return started(ofProcess(cluster.fork({ MEMBER: JSON.stringify({ folder }) }).process));
  },
  worker_threads(folder) {
    const worker = new Worker(program, { workerData: { folder }, execArgv: [], stderr: true });
    worker.on('error', () => undefined);
    return started({
      post: (order) => worker.postMessage(order),
      listen: (heard) => worker.on('message', heard),
      kill: () => void worker.terminate(),
      signal: () => undefined,
      pid: undefined,
      ended: new Promise((resolve) => worker.once('exit', () => resolve())),
    });
  },
};

function ofProcess(child: ChildProcess): Channel {
  return {
    post: (order) => child.send(order),
    listen: (heard) => child.on('message', heard as never),
    kill: () => child.kill('SIGKILL'),
    signal: (signal) => void child.kill(signal),
    pid: child.pid,
    ended: new Promise((resolve) => child.once('exit', () => resolve())),
  };
}

/** Once the member has joined. */
export async function started(channel: Channel): Promise<Started> {
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let orders = 0;
  const member = new Promise((resolve, reject) => waiting.set(0, { resolve, reject }));
  channel.listen(({ id, result, error }) => {
    const caller = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) caller?.resolve(result);
    else caller?.reject(new Error(error));
  });
  void channel.ended.then(() => {
    for (const { reject } of waiting.values()) reject(new Error('the member ended'));
  });
  return {
    member: (await member) as string,
    pid: channel.pid,
    kill: channel.kill,
    signal: channel.signal,
    ended: channel.ended,
    call: (act, given) => new Promise((resolve, reject) => {
      const id = ++orders;
      waiting.set(id, { resolve, reject });
      channel.post({ id, act, given });
    }),
  };
}
