// How long the event loop was kept from turning, and how much of that was not collecting garbage.

import type { Collection } from './trace.ts';

/** A time between two turns of the event loop, in milliseconds since the process began. */
export interface Gap {
  readonly end: number;
  readonly ms: number;
  /** Processor time that the process took meanwhile. */
  readonly processorMs: number;
}

/** Shorter ones are not kept, but for the longest of them. */
const KEPT_FROM_MS = 1;

/** Watches the event loop until it is stopped; then returns the gaps. */
export function watchLoop(): () => Gap[] {
  const gaps: Gap[] = [];
  let longestShort: Gap = { end: 0, ms: 0, processorMs: 0 };
  let isOver = false;
  let last = performance.now();
  let lastProcessor = processorMs();
  const tick = (): void => {
    const end = performance.now();
    const processor = processorMs();
    const ms = end - last;
    if (ms >= KEPT_FROM_MS) gaps.push({ end, ms, processorMs: processor - lastProcessor });
    else if (ms > longestShort.ms) longestShort = { end, ms, processorMs: processor - lastProcessor };
    last = end;
    lastProcessor = processor;
    if (!isOver) setImmediate(tick);
  };
  setImmediate(tick);
  return () => {
    isOver = true;
    return gaps.length > 0 ? gaps : [longestShort];
  };
}

/**
 * The longest of what the gaps are less the collections in them, which is what the program itself held the loop for.
 * Never more than the processor time, so that what other programs took is not in it.
 */
export function longestOwn(gaps: readonly Gap[], collections: readonly Collection[]): number {
  return Math.max(
    ...gaps.map(({ end, ms, processorMs: processor }) => {
      const collecting = collections.reduce((total, each) => total + Math.max(0, Math.min(end, each.end) - Math.max(end - ms, each.end - each.ms)), 0);
      return Math.min(ms - collecting, processor);
    }),
  );
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
