// What the engine says of its collections, by `--trace-gc`.

/** A collection on the main thread. */
export interface Collection {
  /** In milliseconds since the process began. */
  readonly end: number;
  readonly ms: number;
  /** What was on the heap before it, and is not any more. */
  readonly freedBytes: number;
  /** Whether the program asked for it. */
  readonly isForced: boolean;
}

// `[pid:isolate] 98 ms: Mark-Compact 13.9 (29.2) -> 12.1 (28.7) MB, 14.52 / 0.00 ms (average …) why`
const LINE = /^\[\d+:[^\]]+\] +(\d+) ms: .*? ([\d.]+) \([\d.]+\) -> ([\d.]+) \([\d.]+\) MB, (?:pooled: \d+ MB, )?([\d.]+) \/ [\d.]+ ms .*$/gm;
const MEBIBYTE = 1024 * 1024;

/**
 * All collections of a trace, on the process's clock.
 *
 * The engine's clock began at another time, and the trace rounds it to milliseconds. Each forced collection says how
 * far apart the clocks are, to within a millisecond; many at different times, to within some hundredths.
 *
 * @param forcedAt - When the first forced collections had ended, by the process's clock.
 */
export function collectionsIn(trace: string, forcedAt: readonly number[]): Collection[] {
  const collections = [...trace.matchAll(LINE)].map(([line, end, before, after, ms]) => ({
    end: Number(end),
    ms: Number(ms),
    freedBytes: (Number(before) - Number(after)) * MEBIBYTE,
    isForced: line.includes(') testing'),
  }));
  const forced = collections.filter(({ isForced }) => isForced);
  if (forced.length < forcedAt.length) throw new Error(`expected ${forcedAt.length} forced collections in the trace, got ${forced.length}`);
  const ahead = forcedAt.map((at, i) => forced[i]!.end - at);
  const offset = (Math.max(...ahead) + Math.min(...ahead)) / 2;
  return collections.map((each) => ({ ...each, end: each.end - offset }));
}
