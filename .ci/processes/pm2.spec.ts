// Groups of the instances of a real PM2, in its cluster mode: the cases of all groups. `PM2` is the folder of a project
// in which it is installed.

import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { promisify } from 'node:util';

import { testGroups } from '../../spec/cluster-cases.ts';
import { program, started } from '../../spec/cluster-ways.ts';
import type { Channel } from '../../spec/cluster-ways.ts';

interface Instance {
  readonly pid: number;
  readonly pm_id: number;
}

interface Pm2 {
  connect(done: (error: Error | null) => void): void;
  start(options: object, done: (error: Error | null, instances: readonly { readonly pid?: number; readonly process?: { readonly pid: number }; readonly pm2_env: { readonly pm_id: number } }[]) => void): void;
  launchBus(done: (error: Error | null, bus: Bus) => void): void;
  sendDataToProcessId(id: number, packet: object, done: (error: Error | null) => void): void;
  killDaemon(done: (error: Error | null) => void): void;
}

interface Bus {
  on(event: 'process:msg', act: (packet: { readonly process: { readonly pm_id: number }; readonly data: never }) => void): void;
}

const home = mkdtempSync(join(tmpdir(), 'promlet-pm2-'));
process.env['PM2_HOME'] = home;
const pm2 = createRequire(join(process.env['PM2']!, 'package.json'))('pm2') as Pm2;
let bus: Bus;
let count = 0;
const listeners = new Map<number, (message: never) => void>();
/** What an instance says before anybody listens. */
const early = new Map<number, never[]>();

before(async () => {
  await promisify((done: (error: Error | null) => void) => pm2.connect(done))();
  bus = await promisify((done: (error: Error | null, bus: Bus) => void) => pm2.launchBus(done))();
  bus.on('process:msg', ({ process: { pm_id: id }, data }) => {
    const listener = listeners.get(id);
    if (listener) listener(data);
    else early.set(id, [...(early.get(id) ?? []), data]);
  });
});

after(async () => {
  await promisify((done: (error: Error | null) => void) => pm2.killDaemon(done))();
  rmSync(home, { recursive: true, force: true });
});

testGroups('pm2', async (folder) => {
  const options = { name: `member-${count++}`, script: program, exec_mode: 'cluster', instances: 1, autorestart: false, env: { MEMBER: JSON.stringify({ folder }) } };
  const [found] = await promisify((done: Parameters<Pm2['start']>[1]) => pm2.start(options, done))();
  return started(channelOf({ pid: found!.pid ?? found!.process!.pid, pm_id: found!.pm2_env.pm_id }));
});

function channelOf({ pid, pm_id: id }: Instance): Channel {
  return {
    pid,
    post: (order) => pm2.sendDataToProcessId(id, { id, type: 'process:msg', topic: true, data: order }, () => undefined),
    listen(heard) {
      listeners.set(id, heard);
      for (const message of early.get(id) ?? []) heard(message);
    },
    kill: () => signal('SIGKILL'),
    signal,
    ended: new Promise((resolve) => {
      const timer = setInterval(() => {
        if (isThere()) return;
        clearInterval(timer);
        resolve();
      }, 20);
    }),
  };

  function signal(name: NodeJS.Signals): void {
    if (isThere()) process.kill(pid, name);
  }

  function isThere(): boolean {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  }
}
