// A member of a group that does as it is told, in a process, in a worker of a cluster or in a thread.

import cluster from 'node:cluster';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';

import { joinGroup } from '../lib/cluster.ts';
import { serve } from '../lib/http.ts';
import type { MetricsServer } from '../lib/http.ts';
import { Counter, Gauge, Histogram, Registry, Summary, render } from '../lib/index.ts';
import type { Order } from './cluster-ways.ts';

const { folder } = (isMainThread ? JSON.parse(process.env['MEMBER']!) : workerData) as { readonly folder: string };
const isWrapped = process.env['pm_id'] !== undefined;
const registry = new Registry();
const jobs = registry.register(new Counter({ name: 'jobs_total', help: '' }));
const busy = registry.register(new Gauge({ name: 'busy', help: '' }));
const taken = registry.register(new Histogram({ name: 'taken', help: '', buckets: [1] }));
const sizes = registry.register(new Summary({ name: 'sizes', help: '' }));
const errors: string[] = [];
const group = await joinGroup(registry, { name: 'shop', folder, onError: (error) => errors.push(String(error)) });
let server: MetricsServer | undefined;

const acts: Readonly<Record<Order['act'], (given: never) => unknown>> = {
  inc(times: number) {
    for (let i = 0; i < times; i++) {
      jobs.inc();
      taken.observe(2);
      sizes.observe(3);
    }
    busy.set(times);
  },
  // A busy machine needs its time: who hangs is to be told from who is slow.
  async show(limitMs: number = 120_000) {
    await group.refresh({ signal: AbortSignal.timeout(limitMs), timeLeftMs: limitMs });
    return render(group);
  },
  async serve(port: number) {
    server = await serve(group, { port, host: '127.0.0.1' });
    return { port: server.port, url: server.url };
  },
  close: () => server?.close(),
  leave: () => group.leave(),
  exit: () => void setImmediate(() => process.exit()),
  throw: () => void setImmediate(() => { throw new Error('on purpose'); }),
  // Nothing is left then but the group.
  idle: () => void setImmediate(() => (cluster.isWorker ? cluster.worker!.disconnect() : isMainThread ? process.disconnect!() : parentPort!.close())),
  block(ms: number) {
    const end = performance.now() + ms;
    setImmediate(() => { while (performance.now() < end); });
  },
  member: () => group.member,
  errors: () => errors.splice(0),
};

const answer = async ({ id, act, given }: Order): Promise<void> => {
  const outcome = await Promise.resolve().then(() => acts[act](given as never)).then((result) => ({ id, result }), (error: Error) => ({ id, error: error.message }));
  // PM2 hands on what is wrapped so.
  if (isMainThread) process.send!(isWrapped ? { type: 'process:msg', data: outcome } : outcome);
  else parentPort!.postMessage(outcome);
};
if (isMainThread) process.on('message', (message: Order & { readonly data: Order }) => void answer(isWrapped ? message.data : message));
else parentPort!.on('message', (order: Order) => void answer(order));
await answer({ id: 0, act: 'member', given: undefined });
