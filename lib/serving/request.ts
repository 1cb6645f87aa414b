// What a request is to the rooms of serving: facts, without a socket. Knows what is read out of them.

import type { ScrapeSignal } from '../core/model.ts';

/** What an answer depends on. */
export interface RequestFacts {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: ScrapeSignal;
}

/** A header's value; several of one name are a list. */
export function header({ headers }: RequestFacts, name: string): string | undefined {
  const value = headers[name];
  return value === undefined || typeof value === 'string' ? value : value.join(', ');
}

// Prometheus needs some of its own time for what it reads.
const MARGIN_SECONDS = 0.5;

/** How long the scraper waits, less what it needs itself; infinite where it does not say. */
export function patienceMs(request: RequestFacts): number {
  const seconds = Number(header(request, 'x-prometheus-scrape-timeout-seconds'));
  return seconds > 0 ? Math.max(seconds - MARGIN_SECONDS, seconds / 2) * 1000 : Infinity;
}
