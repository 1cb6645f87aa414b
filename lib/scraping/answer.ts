// From the facts of a request to status, headers and body. Knows no socket and no server: `http.ts` is the
// skin over it, and another server can be.

import { MetricError, show } from '../core/errors.ts';
import type { Collector } from '../core/model.ts';
import { aborter } from './signals.ts';
import type { Authenticate, AuthenticationOptions } from './authentication.ts';
import { within } from './deadline.ts';
import { landingPage } from './landing.ts';
import { checkAboveZero } from './options.ts';
import { excess, pathOf } from './request.ts';
import type { RequestFacts } from './request.ts';
import { Gone, lengthOf, scraper, tell } from './scraping.ts';
import type { Host, ScrapeOptions } from './scraping.ts';
import { SelfMetrics } from './self-metrics.ts';

export interface AnswerOptions extends ScrapeOptions, AuthenticationOptions {
  /** Where the metrics are. @default '/metrics' */
  readonly path?: string;
  /** Names the host on the landing page. @default 'promlet' */
  readonly title?: string;
  /**
   * How many requests may be worked on at once. Those beyond are answered 503 at once, with `Retry-After`.
   *
   * @default 100
   */
  readonly maxInFlight?: number;
  /** How many characters a query may have, which `name[]` may fill. Longer ones are answered 400. @default 4096 */
  readonly maxQueryLength?: number;
  /** Asked by `/-/ready`: 200 where it says `true`, else 503. @default always ready */
  readonly isReady?: () => boolean | Promise<boolean>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty in the answer to `HEAD`, whose `Content-Length` is nevertheless that of `GET`. */
  readonly body: readonly Uint8Array[];
  /** Lets later answers use the body's memory. To be called when nobody reads it any more, or not at all. */
  readonly giveBack?: () => void;
}

/** Answers a request. Never rejects; what it answers to one whose signal is aborted is for nobody. */
export type Answerer = (request: RequestFacts) => Promise<Answer>;

const HEALTHY = '/-/healthy';
const READY = '/-/ready';

const FIXED_HEADERS = { 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' } as const;

// The page needs its own style and nothing else.
const PAGE_HEADERS = {
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
} as const;

/**
 * A function that answers requests for one source.
 *
 * @throws {MetricError} `ERR_OPTION`, such as for a path without its `/`
 */
export function answerer(source: Collector, host: Host, options: AnswerOptions = {}): Answerer {
  const { path = '/metrics', title = 'promlet', maxInFlight = 100, maxQueryLength = 4096, deadlineMs = 10_000, authenticate, isReady, onError } = options;
  if (!(typeof path === 'string' && path.startsWith('/'))) {
    throw new MetricError('ERR_OPTION', `path: expected a path that begins with "/", got ${show(path)}`);
  }
  checkAboveZero('maxInFlight', maxInFlight);
  checkAboveZero('maxQueryLength', maxQueryLength);
  const selfMetrics = new SelfMetrics();
  const scrape = scraper(source, host, options, selfMetrics);
  const encoder = new TextEncoder();
  let readiness: Promise<unknown> | undefined;

  async function metrics(request: RequestFacts): Promise<Answer> {
    const { contentType, body, isCompressed, giveBack } = await scrape(request);
    const headers = { Vary: 'Accept, Accept-Encoding', ...(isCompressed && { 'Content-Encoding': 'gzip' }) };
    return { ...answer(200, contentType, body, headers), giveBack };
  }

  function plain(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
    return answer(status, 'text/plain; charset=utf-8', [encoder.encode(`${message}\n`)], headers);
  }

  async function admitted(request: RequestFacts): Promise<Answer> {
    const tooLong = excess(request, maxQueryLength);
    if (tooLong !== undefined) return plain(400, tooLong);
    // Whoever asks about health may end the host for a wrong answer: no crowd at the metrics decides on it.
    if (isHealth(pathOf(request.target))) return health(request);
    if (selfMetrics.inFlight >= maxInFlight) return plain(503, 'Too many requests at once', { 'Retry-After': '1' });
    selfMetrics.inFlight++;
    try {
      return await routed(request);
    } finally {
      selfMetrics.inFlight--;
    }
  }

  async function routed(request: RequestFacts): Promise<Answer> {
    const asked = pathOf(request.target);
    if (authenticate !== undefined && !(await isAllowed(request, authenticate))) {
      return plain(401, 'Unauthorized', { 'WWW-Authenticate': authenticate.challenge ?? 'Bearer' });
    }
    if (asked !== path && asked !== '/') return plain(404, `Not found. The metrics are at ${path}`);
    if (!isRead(request)) return notAllowed();
    if (asked === path) return metrics(request);
    return answer(200, 'text/html; charset=utf-8', [encoder.encode(landingPage(title, path))], PAGE_HEADERS);
  }

  async function isAllowed(request: RequestFacts, authenticate: Authenticate): Promise<boolean> {
    const { method, target, headers } = request;
    try {
      return (await within(request.signal, deadlineMs, async () => authenticate({ method, target, headers }))) === true;
    } catch (error) {
      if (request.signal.aborted) throw new Gone();
      selfMetrics.countError('authentication');
      tell(onError, error);
      return false;
    }
  }

  async function health(request: RequestFacts): Promise<Answer> {
    if (!isRead(request)) return notAllowed();
    if (pathOf(request.target) === HEALTHY || isReady === undefined) return plain(200, 'OK');
    // Shared, so that a crowd asks the host but once.
    readiness ??= within(aborter().signal, deadlineMs, async () => isReady())
      .catch((error: unknown) => tell(onError, error))
      .finally(() => (readiness = undefined));
    return (await readiness) === true ? plain(200, 'OK') : plain(503, 'Not ready');
  }

  function notAllowed(): Answer {
    return plain(405, 'Only GET and HEAD', { Allow: 'GET, HEAD' });
  }

  return async (request) => {
    let found: Answer;
    try {
      found = await admitted(request);
    } catch {
      // Why is for `onError` alone, which has been told: an answer never says it.
      found = plain(500, 'The metrics could not be written');
    }
    if (request.signal.aborted) selfMetrics.countError('gone');
    else selfMetrics.countAnswer(found.status);
    return request.method === 'HEAD' ? { ...found, body: [] } : found;
  };
}

function isHealth(asked: string): boolean {
  return asked === HEALTHY || asked === READY;
}

function isRead({ method }: RequestFacts): boolean {
  return method === 'GET' || method === 'HEAD';
}

function answer(status: number, contentType: string, body: readonly Uint8Array[], headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'Content-Type': contentType, 'Content-Length': String(lengthOf(body)), ...FIXED_HEADERS, ...headers }, body };
}
