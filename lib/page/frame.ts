// What all cards share at one moment: the times, the place of the cursor, and where on a plot a time is.

import type { History } from '../live/history.ts';

/** How much of the past is shown: as little as there is, so that the first minute fills the plots. */
const SPANS_MS = [60_000, 120_000, 300_000];
/** Rates of counters are over this time, and quantiles over the longer one: of two seconds alone, both would flicker. */
export const RATE_SPAN_MS = 10_000;
export const QUANTILE_SPAN_MS = 30_000;
/** Room for the marks of the axis beside a plot. */
export const GUTTER = 58;

export interface Frame {
  readonly times: readonly number[];
  readonly restarts: readonly number[];
  /** The time at the right edge. */
  readonly endMs: number;
  /** From the left edge to the right one. */
  readonly spanMs: number;
  /** The scrape whose values are shown: the last one, or that at the cursor. */
  readonly index: number;
  readonly isAtCursor: boolean;
  /** A longer time than this between two scrapes is a gap. */
  readonly gapMs: number;
}

export function frameOf({ times, restarts }: History, cursorMs: number | undefined, intervalMs: number): Frame {
  const index = cursorMs === undefined ? times.length - 1 : nearest(times, cursorMs);
  const endMs = times.at(-1) ?? 0;
  const spanMs = SPANS_MS.find((ms) => endMs - (times[0] ?? endMs) <= ms) ?? SPANS_MS.at(-1)!;
  return { times, restarts, endMs, spanMs, index, isAtCursor: cursorMs !== undefined, gapMs: intervalMs * 3.5 };
}

function nearest(times: readonly number[], ms: number): number {
  let found = times.length - 1;
  while (found > 0 && Math.abs(times[found - 1]! - ms) <= Math.abs(times[found]! - ms)) found--;
  return found;
}

export function xOf(ms: number, { endMs, spanMs }: Frame, width: number): number {
  return width - ((endMs - ms) / spanMs) * (width - GUTTER);
}

export function timeAt(x: number, { endMs, spanMs }: Frame, width: number): number {
  return endMs - ((width - x) / (width - GUTTER)) * spanMs;
}

/** Shortest way to write a coordinate that is exact enough. */
export function px(x: number): string {
  return String(Math.round(x * 10) / 10);
}
