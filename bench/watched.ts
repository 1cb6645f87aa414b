// A process that serves what a question says, and watches its own event loop or heap for its parent, which scrapes it.

import { setTimeout as wait } from 'node:timers/promises';

import { QUESTIONS } from './questions.ts';
import { watchLoop } from './loop.ts';
import type { Gap } from './loop.ts';

/** What is served, as JSON in the first argument. */
export interface WatchedOrder {
  readonly question: string;
  readonly name: string;
  readonly subject: string;
}

/** Watching begins with a change of all values, and is for one thing: what watches the loop fills the heap. */
export type WatchedCommand = 'watch the loop' | 'watch the heap' | 'report' | 'exit';

export interface Listening {
  readonly port: number;
  /** When each of the first forced collections had ended. */
  readonly forcedAt: readonly number[];
}

/** From when to when, in milliseconds since the process began, and what was found. */
export interface Watched {
  readonly begin: number;
  readonly end: number;
  readonly gaps: readonly Gap[];
  /** How much the heap grew. */
  readonly grownBytes: number;
}

const CALIBRATIONS = 50;

const { gc } = globalThis as { gc?: (options?: { type: 'minor' }) => void };
const { question, name, subject } = JSON.parse(process.argv[2]!) as WatchedOrder;
const { listen, change } = await (await QUESTIONS[question]!()).serve!(name, subject);
let report = (): Watched => ({ begin: 0, end: 0, gaps: [], grownBytes: 0 });
process.on('message', async (command: WatchedCommand) => {
  // Ending flushes what the engine has printed of its collections.
  if (command === 'exit') process.exit();
  if (command === 'report') return process.send!(report());
  change();
  report = await watch(command === 'watch the loop');
  process.send!('watching');
});
process.on('disconnect', () => process.exit());
process.send!({ port: await listen(), forcedAt: forcedCollections() } satisfies Listening);

async function watch(isLoop: boolean): Promise<() => Watched> {
  if (!isLoop) gc!();
  // The trace is read to the millisecond: what was collected before has to be some of them away.
  await wait(5);
  const stop = isLoop ? watchLoop() : (): Gap[] => [];
  const begin = performance.now();
  const { heapUsed } = process.memoryUsage();
  return () => ({ begin, grownBytes: process.memoryUsage().heapUsed - heapUsed, end: performance.now(), gaps: stop() });
}

/** Collections at different fractions of a millisecond, and when each had ended. */
function forcedCollections(): number[] {
  return Array.from({ length: CALIBRATIONS }, (_, i) => {
    for (const begin = performance.now(); performance.now() - begin < i / CALIBRATIONS; );
    gc!({ type: 'minor' });
    return performance.now();
  });
}
