// A member of a service that counts as fast as it is told to, and keeps a ledger of what it counted: a file that holds
// the count, written in the same turn of the event loop as the count itself. So nobody was ever told more.

import cluster from 'node:cluster';
import { openSync, writeSync } from 'node:fs';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';

import { joinGroup } from '../../lib/cluster.ts';
import { serve } from '../../lib/http.ts';
import { Counter, Gauge, Histogram, Registry, Summary } from '../../lib/index.ts';

/** What a member is told: `MEMBER` in the environment, as JSON, or the data of its thread. */
export interface MemberOrder {
  readonly name: string;
  readonly folder: string;
  readonly port: number;
  readonly ledger: string;
}

/** The ways to end that lose nothing. */
export type Ending = 'leave' | 'exit' | 'throw';
/** Counts no more, and says so. */
export type Command = Ending | 'rest';

/** Counted in one turn of the loop. */
const BATCH = 50;

const { name, folder, port, ledger } = (isMainThread ? JSON.parse(process.env['MEMBER']!) : workerData) as MemberOrder;
const registry = new Registry();
const jobs = registry.register(new Counter({ name: 'jobs_total', help: 'Jobs done.', labelNames: ['kind'] }));
const seconds = registry.register(new Histogram({ name: 'job_seconds', help: 'How long jobs take.', native: true }));
const sizes = registry.register(new Summary({ name: 'job_size_bytes', help: 'How large jobs are.' }));
registry.register(new Gauge({ name: 'members', help: 'One for each that lives.' })).set(1);
const file = openSync(ledger, 'w');
let count = 0;

const group = await joinGroup(registry, { name, folder, onError: (error) => console.error('member:', error) });
const server = await serve(group, { port, host: '127.0.0.1' });
const counting = setInterval(countOn, 1);
if (isMainThread) process.on('message', (command: Command) => void obey(command));
else parentPort!.on('message', (command: Command) => void obey(command));
tell('ready');

function countOn(): void {
  for (let i = 0; i < BATCH; i++) {
    jobs.inc({ kind: i % 2 === 0 ? 'even' : 'odd' });
    seconds.observe(i / 100);
    sizes.observe(i);
  }
  count += BATCH;
  writeSync(file, String(count), 0);
}

async function obey(command: Command): Promise<void> {
  if (command === 'exit') process.exit(0);
  if (command === 'throw') {
    process.stderr.write = () => true;
    setImmediate(() => {
      throw new Error('as it was told');
    });
    return;
  }
  clearInterval(counting);
  if (command === 'rest') return tell('resting');
  await server.close();
  await group.leave();
  if (isMainThread) process.disconnect?.();
  else parentPort!.close();
  if (cluster.isWorker) process.exit(0);
}

function tell(what: string): void {
  if (isMainThread) process.send!(what);
  else parentPort!.postMessage(what);
}
