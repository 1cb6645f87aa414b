// What a request is to the rooms of serving: facts, without a socket. Knows what is read out of them.

import type { ScrapeSignal } from '../core/model.ts';

/** What a client sent. */
export interface RequestHead {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** What an answer depends on. */
export interface RequestFacts extends RequestHead {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: ScrapeSignal;
}

/** A header's value; several of one name are a list. */
export function header({ headers }: RequestHead, name: string): string | undefined {
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

/**
 * The names that the query asks for, as `name[]=up&name[]=http_requests_total`: of families or of their
 * samples. `undefined` where it names none: then all are meant.
 */
export function askedNames({ target }: RequestFacts): ReadonlySet<string> | undefined {
  const names = new URLSearchParams(queryOf(target)).getAll('name[]');
  return names.length === 0 ? undefined : new Set(names);
}

export function pathOf(target: string): string {
  return target.split('?', 1)[0]!;
}

function queryOf(target: string): string {
  return target.slice(pathOf(target).length + 1);
}

// Characters. What Prometheus sends has some 200; whoever sends more wants to cost time.
const LONGEST_HEADER = 8192;
const READ_HEADERS = ['accept', 'accept-encoding', 'authorization', 'x-prometheus-scrape-timeout-seconds'];

/** What is too long in a request, in words; `undefined` where nothing is. */
export function excess(request: RequestFacts, maxQueryLength: number): string | undefined {
  if (queryOf(request.target).length > maxQueryLength) return 'The query is too long';
  return READ_HEADERS.some((name) => (header(request, name)?.length ?? 0) > LONGEST_HEADER) ? 'A header is too long' : undefined;
}
