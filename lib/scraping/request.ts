// What a request is to the rooms of serving: facts, without a socket. Knows what is read out of them.

import type { ScrapeSignal } from '../core/model.ts';

/** What a client sent. */
export interface RequestHead {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The client's, or its proxy's. Absent where the server around the handler does not say. */
  readonly address?: string | undefined;
}

/** What an answer depends on. */
export interface RequestFacts extends RequestHead {
  /** Aborted when nobody waits for the answer any more. A server may make it when it is first read. */
  readonly signal: ScrapeSignal;
  /** The same without a signal, which costs time to make. @default whether the signal is aborted */
  readonly isGone?: boolean;
  /** When it came, by the clock of the host. @default now */
  readonly receivedMs?: number;
}

/** Whether nobody waits for the answer any more. */
export function isGone(request: RequestFacts): boolean {
  return request.isGone ?? request.signal.aborted;
}

/** A header's value; several of one name are a list. */
export function header({ headers }: RequestHead, name: string): string | undefined {
  const value = headers[name];
  return value === undefined || typeof value === 'string' ? value : value.join(', ');
}

// Prometheus needs some of its own time for what it reads.
const MARGIN_SECONDS = 0.5;
// What is quick is shown even to one whose time seems to be up.
const LEAST_MS = 10;

/** How long the scraper still waits, less what it needs itself; infinite where it does not say. */
export function patienceMs(request: RequestFacts, nowMs: number): number {
  const seconds = Number(header(request, 'x-prometheus-scrape-timeout-seconds'));
  if (!(seconds > 0)) return Infinity;
  const left = Math.max(0, seconds - (nowMs - (request.receivedMs ?? nowMs)) / 1000);
  return Math.max((left - MARGIN_SECONDS) * 1000, left * 500, Math.min(LEAST_MS, seconds * 500));
}

/**
 * The names that the query asks for, as `name[]=up&name[]=http_requests_total`: of families or of their
 * samples. `undefined` where it names none: then all are meant.
 */
export function askedNames({ target }: RequestHead): ReadonlySet<string> | undefined {
  const query = queryOf(target);
  if (query === '') return undefined;
  const names = new URLSearchParams(query).getAll('name[]');
  return names.length === 0 ? undefined : new Set(names);
}

/**
 * Path and query of what stands in a request's first line, which may be a whole URL.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2
 */
export function targetOf(asked: string): string {
  if (asked.startsWith('/')) return asked;
  const authority = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i.exec(asked)?.[0] ?? '';
  const rest = asked.slice(authority.length);
  return authority === '' || rest.startsWith('/') ? rest : `/${rest}`;
}

export function pathOf(target: string): string {
  const end = target.indexOf('?');
  return end < 0 ? target : target.slice(0, end);
}

function queryOf(target: string): string {
  const end = target.indexOf('?');
  return end < 0 ? '' : target.slice(end + 1);
}

// Characters. What Prometheus sends has some 200; whoever sends more wants to cost time.
const LONGEST_HEADER = 8192;
const READ_HEADERS = ['accept', 'accept-encoding', 'authorization', 'x-prometheus-scrape-timeout-seconds'];

/** What is too long in a request, in words; `undefined` where nothing is. */
export function excess(request: RequestHead, maxQueryLength: number): string | undefined {
  if (queryOf(request.target).length > maxQueryLength) return 'The query is too long';
  return READ_HEADERS.some((name) => (header(request, name)?.length ?? 0) > LONGEST_HEADER) ? 'A header is too long' : undefined;
}
