// Scrapes a process that watches itself, and tells for how long its event loop was held, or what it allocated. The
// engine's own trace says what was collected meanwhile.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { longestOwn } from './loop.ts';
import { scrape } from './scraping.ts';
import type { ScrapeOrder } from './scraping.ts';
import { collectionsIn } from './trace.ts';
import type { Collection } from './trace.ts';
import type { Listening, Watched, WatchedCommand, WatchedOrder } from './watched.ts';

const FLAGS: readonly string[] = ['--trace-gc', '--expose-gc', '--max-old-space-size=8192'];
/** What stands after a case's name, where collections are taken out. */
const WITHOUT_COLLECTIONS = ', without collections';

type How = Omit<ScrapeOrder, 'port'>;

/** How many scrapes. */
export interface Times {
  readonly warmUps: number;
  readonly repetitions: number;
}

/** The longest stall of each scrape, in milliseconds, with and without collections. None, where an answer was not compressed as it was asked to be. */
export async function stalls(order: WatchedOrder, how: How, times: Times): Promise<Record<string, number[]>> {
  const { found, collections } = await watched('watch the loop', order, how, times);
  return {
    '': found.map(({ gaps }) => Math.max(...gaps.map(({ ms }) => ms))),
    [WITHOUT_COLLECTIONS]: found.map(({ gaps }) => longestOwn(gaps, collections)),
  };
}

/** Bytes that each scrape allocated on the heap, whether they were collected meanwhile or not. */
export async function allocations(order: WatchedOrder, how: How, times: Times): Promise<number[]> {
  const { found, collections } = await watched('watch the heap', order, how, times);
  return found.map(({ begin, end, grownBytes }) => {
    const meanwhile = collections.filter((each) => !each.isForced && each.end > begin && each.end < end + 1);
    return meanwhile.reduce((total, { freedBytes }) => total + freedBytes, grownBytes);
  });
}

async function watched(watch: WatchedCommand, order: WatchedOrder, how: How, { warmUps, repetitions }: Times): Promise<{ found: Watched[]; collections: Collection[] }> {
  const child = fork(fileURLToPath(new URL('./watched.js', import.meta.url)), [JSON.stringify(order)], {
    execArgv: [...FLAGS],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let trace = '';
  child.stdout!.on('data', (data: Buffer) => (trace += data));
  const ended = once(child.stdout!, 'close');
  const failed = ended.then(() => Promise.reject(new Error(`${order.name}: ${order.subject}: the process that is watched ended`)));
  const answer = async (): Promise<unknown> => ((await Promise.race([once(child, 'message'), failed])) as [unknown])[0];
  const send = (command: WatchedCommand): void => void child.send(command);

  const { port, forcedAt } = (await answer()) as Listening;
  const found: Watched[] = [];
  let isAsAsked = true;
  for (let i = -warmUps; i < repetitions && isAsAsked; i++) {
    send(watch);
    await answer();
    const { wasGzip } = await scrape({ ...how, port });
    send('report');
    const report = (await answer()) as Watched;
    isAsAsked = wasGzip === (how.isGzip === true);
    if (i >= 0 && isAsAsked) found.push(report);
  }
  send('exit');
  // From here on it is meant to end.
  failed.catch(() => {});
  await ended;
  return { found, collections: collectionsIn(trace, forcedAt) };
}
