// What all cards share at one moment: the times, the place of the cursor, and where on a plot a time is.

import type { History } from '../live/history.ts';

export const WINDOW_MS = 300_000;
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
  /** The scrape whose values are shown: the last one, or that at the cursor. */
  readonly index: number;
  readonly isAtCursor: boolean;
  /** A longer time than this between two scrapes is a gap. */
  readonly gapMs: number;
}

export function frameOf({ times, restarts }: History, cursorMs: number | undefined, intervalMs: number): Frame {
  const index = cursorMs === undefined ? times.length - 1 : nearest(times, cursorMs);
  return { times, restarts, endMs: times.at(-1) ?? 0, index, isAtCursor: cursorMs !== undefined, gapMs: intervalMs * 3.5 };
}

function nearest(times: readonly number[], ms: number): number {
  let found = times.length - 1;
  while (found > 0 && Math.abs(times[found - 1]! - ms) <= Math.abs(times[found]! - ms)) found--;
  return found;
}

export function xOf(ms: number, { endMs }: Frame, width: number): number {
  return width - ((endMs - ms) / WINDOW_MS) * (width - GUTTER);
}

export function timeAt(x: number, { endMs }: Frame, width: number): number {
  return endMs - ((width - x) / (width - GUTTER)) * WINDOW_MS;
}

/** Shortest way to write a coordinate that is exact enough. */
export function px(x: number): string {
  return String(Math.round(x * 10) / 10);
}
