// Scrapes a process that watches its own event loop, and tells how long it was held: as it was, and without the
// collections that the engine's `--trace-gc` tells of.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { clockOffset, collectionsIn, longestOwn } from './loop.ts';
import type { Gap } from './loop.ts';
import { scrape } from './scraping.ts';
import type { ScrapeOrder } from './scraping.ts';
import type { WatchedCommand, WatchedMessage, WatchedOrder } from './watched.ts';

const FLAGS: readonly string[] = ['--trace-gc', '--expose-gc', '--max-old-space-size=8192'];
/** What stands after a case's name, where collections are taken out. */
const WITHOUT_COLLECTIONS = ', without collections';

export interface Stalls {
  readonly warmUps: number;
  readonly repetitions: number;
}

/** The longest stall of each scrape, in milliseconds. None, where an answer was not compressed as it was asked to be. */
export async function stalls(order: WatchedOrder, how: Omit<ScrapeOrder, 'port'>, { warmUps, repetitions }: Stalls): Promise<Record<string, number[]>> {
  const child = fork(fileURLToPath(new URL('./watched.js', import.meta.url)), [JSON.stringify(order)], {
    execArgv: [...FLAGS],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let trace = '';
  child.stdout!.on('data', (data: Buffer) => (trace += data));
  const ended = once(child.stdout!, 'close');
  const next = async <Is extends WatchedMessage['is']>(is: Is): Promise<Extract<WatchedMessage, { is: Is }>> => {
    const [message] = (await Promise.race([once(child, 'message'), ended.then(() => Promise.reject(new Error(`${order.name}: ${order.subject}: the process ended`)))])) as [WatchedMessage];
    if (message.is !== is) throw new Error(`expected ${is}, got ${message.is}`);
    return message as Extract<WatchedMessage, { is: Is }>;
  };
  const send = (command: WatchedCommand): void => void child.send(command);

  const { port, forcedAt } = await next('listening');
  const found: (readonly Gap[])[] = [];
  for (let i = -warmUps; i < repetitions; i++) {
    send('begin');
    await next('watching');
    const { wasGzip } = await scrape({ ...how, port });
    send('stop');
    const { gaps } = await next('watched');
    if (wasGzip !== (how.isGzip === true)) {
      child.kill();
      return {};
    }
    if (i >= 0) found.push(gaps);
  }
  send('exit');
  await ended;
  const collections = collectionsIn(trace);
  const offset = clockOffset(collections, forcedAt);
  return {
    '': found.map((gaps) => Math.max(...gaps.map(({ ms }) => ms))),
    [WITHOUT_COLLECTIONS]: found.map((gaps) => longestOwn(gaps, collections, offset)),
  };
}
