// Waits for what the metrics are to show in the end.

import { fault, messageOf, show } from '../core/errors.ts';
import type { Collector } from '../core/model.ts';
import { checkOptions } from '../core/options.ts';
import { valueText } from '../formats/syntax.ts';
import { failure, firstOf } from './failing.ts';
import { collectorOf, familiesNow, familiesRefreshed, samplesOf, seriesText } from './samples.ts';
import { hostWaiting } from './waiting.ts';
import type { Waiting } from './waiting.ts';

export interface EventuallyOptions {
  /** How long to wait at most, in milliseconds. @default 1000 */
  readonly withinMs?: number | undefined;
}

/**
 * Whether what is waited for is there. It is given the registry. What it throws or rejects with means "not yet", and is
 * shown where time is up; so an assertion may stand in it, and `true` be returned after it.
 */
export type Predicate<Source extends Collector = Collector> = (registry: Source) => unknown;

// First a few turns of the event loop, in which most work is done, then longer and longer pauses.
const TURNS = 10;
const LONGEST_PAUSE_MS = 50;
const MOST_LINES = 40;
// What a timer can wait.
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Refreshes the registry and asks the predicate, again and again, until that returns (or resolves to) something true.
 *
 * ```ts
 * await eventually(registry, () => sampleValue(registry, 'jobs_total', { queue: 'mail' }) === 3, { withinMs: 2000 });
 * ```
 *
 * It asks once at least, and waits by the host's own timers: fake ones do not stop it. Nothing keeps running afterwards.
 *
 * @throws an `AssertionError` after `withinMs`, with what the predicate returned or threw last, and all series as they
 * are then, those first that changed in the meantime
 * @throws {MetricError} `ERR_OPTION`
 */
export async function eventually<Source extends Collector>(registry: Source, predicate: Predicate<Source>, options: EventuallyOptions = {}): Promise<void> {
  checkOptions('eventually', options, ['withinMs']);
  const { withinMs = 1_000 } = options;
  collectorOf('eventually', registry);
  if (typeof predicate !== 'function') throw fault('ERR_OPTION', 'eventually: predicate', 'a function', predicate);
  if (!(typeof withinMs === 'number' && withinMs >= 0 && withinMs <= LONGEST_MS)) throw fault('ERR_OPTION', 'eventually: withinMs', `a number from 0 to ${LONGEST_MS}`, withinMs);
  const message = await waitFor(registry, predicate, withinMs, hostWaiting);
  if (message !== undefined) throw failure(message, eventually);
}

/** Resolves to what was wrong where time is up. */
export async function waitFor<Source extends Collector>(registry: Source, predicate: Predicate<Source>, withinMs: number, waiting: Waiting): Promise<string | undefined> {
  const startMs = waiting.now();
  const expiry = new AbortController();
  const expired = Symbol();
  let first: ReadonlyMap<string, string> | undefined;
  let last = 'the predicate did not answer';
  let callOff = (): void => {};
  let endPause = (): void => {};
  const over = new Promise<typeof expired>((resolve) => {
    callOff = waiting.after(withinMs, () => {
      expiry.abort();
      resolve(expired);
    });
  });
  try {
    for (let i = 0; ; i++) {
      const answer = await Promise.race([over, ask(registry, predicate, expiry.signal)]);
      if (answer === expired) break;
      if (answer === undefined) return undefined;
      last = answer;
      first ??= new Map(linesNow(registry));
      if (waiting.now() - startMs >= withinMs) break;
      await Promise.race([over, new Promise<void>((resolve) => (endPause = pause(i, withinMs - (waiting.now() - startMs), waiting, resolve)))]);
    }
  } finally {
    callOff();
    endPause();
  }
  return `not true within ${withinMs} ms: ${last}\nthe last state:\n\n${stateText(first, registry)}\n`;
}

/** Resolves to what is still wrong, or `undefined`. */
async function ask<Source extends Collector>(registry: Source, predicate: Predicate<Source>, signal: AbortSignal): Promise<string | undefined> {
  try {
    await familiesRefreshed('eventually', registry, { signal });
    const answer = await predicate(registry);
    return answer ? undefined : `the predicate returned ${show(answer)}`;
  } catch (error) {
    return `the predicate threw ${messageOf(error)}`;
  }
}

/** Calls the function after a while. Returns one that calls it off. */
function pause(i: number, leftMs: number, waiting: Waiting, act: () => void): () => void {
  // Half of what is left at most, so that the last look is not long before the end.
  if (i >= TURNS) return waiting.after(Math.max(1, Math.min(2 ** (i - TURNS), LONGEST_PAUSE_MS, leftMs / 2)), act);
  waiting.nextTurn(act);
  return () => {};
}

/** By series, its value; none where they cannot be read. */
function linesNow(registry: Collector): [series: string, value: string][] {
  try {
    return readLines(registry);
  } catch {
    return [];
  }
}

function readLines(registry: Collector): [series: string, value: string][] {
  return familiesNow('eventually', registry).flatMap((family) => Array.from(samplesOf(family), ({ name, labels, value }): [string, string] => [seriesText(name, labels), valueText(value)]));
}

function stateText(first: ReadonlyMap<string, string> | undefined, registry: Collector): string {
  const lines = linesNow(registry).map(([series, value]) => {
    const before = first === undefined ? value : first.get(series);
    return { isChanged: before !== value, text: `  ${series} ${value}${before === value ? '' : before === undefined ? '   new' : `   was ${before}`}` };
  });
  const sorted = [...lines.filter(({ isChanged }) => isChanged), ...lines.filter(({ isChanged }) => !isChanged)].map(({ text }) => text);
  return sorted.length === 0 ? '  no series' : firstOf(sorted, MOST_LINES, 'series').join('\n');
}
