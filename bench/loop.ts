// How long the event loop was kept from turning, and how much of that was not collecting garbage.

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

/** A collection on the main thread, as a line of `--trace-gc` tells of it. */
export interface Collection {
  /** By the engine's clock, in whole milliseconds. */
  readonly end: number;
  readonly ms: number;
  /** Whether the program asked for it. */
  readonly isForced: boolean;
}

export function collectionsIn(trace: string): Collection[] {
  return [...trace.matchAll(/^\[\d+:[^\]]+\] +(\d+) ms: .*? ([\d.]+) \/ [\d.]+ ms .*$/gm)].map(([line, end, ms]) => ({
    end: Number(end),
    ms: Number(ms),
    isForced: line.includes(') testing'),
  }));
}

/**
 * How far the engine's clock is ahead of the process's, in milliseconds. Each forced collection says it to within
 * a millisecond, since the trace rounds; many at different times say it to within some hundredths.
 *
 * @param forcedAt - When the first forced collections had ended, by the process's clock.
 */
export function clockOffset(collections: readonly Collection[], forcedAt: readonly number[]): number {
  const forced = collections.filter(({ isForced }) => isForced);
  const offsets = forcedAt.map((at, i) => forced[i]!.end - at);
  return (Math.max(...offsets) - 0.5 + (Math.min(...offsets) + 0.5)) / 2;
}

/**
 * The longest gap less the collections in it, which is what the program itself held the loop for. Never more than
 * the processor time, so that what other programs took is not in it.
 */
export function longestOwn(gaps: readonly Gap[], collections: readonly Collection[], offset: number): number {
  return Math.max(
    ...gaps.map(({ end, ms, processorMs: processor }) => {
      const collecting = collections.reduce((total, each) => {
        const collectedUntil = each.end - offset;
        return total + Math.max(0, Math.min(end, collectedUntil) - Math.max(end - ms, collectedUntil - each.ms));
      }, 0);
      return Math.min(ms - collecting, processor);
    }),
  );
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
