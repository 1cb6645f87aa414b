// From the facts of a request to status, headers and body. Knows no socket and no server: `http.ts` is the
// skin over it, and another server can be.

import { MetricError, show } from '../core/errors.ts';
import type { Collector, Scrape, ScrapeSignal } from '../core/model.ts';
import type { Format } from '../formats/format.ts';
import { negotiate } from '../formats/negotiate.ts';
import { openMetrics } from '../formats/openmetrics.ts';
import { text } from '../formats/text.ts';
import { text1 } from '../formats/text1.ts';
import { acceptsGzip } from './encoding.ts';
import { landingPage } from './landing.ts';

export interface AnswerOptions {
  /** Where the metrics are. @default '/metrics' */
  readonly path?: string;
  /** Names the host on the landing page. @default 'promlet' */
  readonly title?: string;
  /**
   * How long writing may keep the event loop busy at a stretch, in milliseconds. A scrape that takes less is
   * one instant over all series; one that takes more gives way in between, and each series agrees in itself.
   *
   * @default 10
   */
  readonly maxPauseMs?: number;
  /**
   * Whether scrapers that prefer OpenMetrics get it. It spells bounds as `le="1.0"`, which Prometheus 2 takes
   * for another series than the `le="1"` of the text format. @default true
   */
  readonly openMetrics?: boolean;
  /** What scrapers can choose from; the first is for those who ask for nothing in particular. @default text, text1, openMetrics */
  readonly formats?: readonly Format[];
  /** Whether answers of more than 1 KiB are compressed for scrapers that accept gzip. @default true */
  readonly compress?: boolean;
}

/** What an answer depends on. */
export interface RequestFacts {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly accept?: string | undefined;
  readonly acceptEncoding?: string | undefined;
  readonly signal: ScrapeSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty in the answer to `HEAD`, whose `Content-Length` is nevertheless that of `GET`. */
  readonly body: readonly Uint8Array[];
}

/** What the host has, and the skin knows of. */
export interface Host {
  /** Lets the event loop run. */
  giveWay(): Promise<void>;
  /** Compresses away from the event loop. Absent: answers are never compressed. */
  gzip?(chunks: readonly Uint8Array[]): Promise<readonly Uint8Array[]>;
}

const COMPRESSED_FROM = 1024;

const FIXED_HEADERS = { 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' } as const;

/**
 * A function that answers requests for one source. It never rejects.
 *
 * @throws {MetricError} `ERR_OPTION` for a path without its `/`, and where no format is on offer
 */
export function answerer(source: Collector, host: Host, options: AnswerOptions = {}): (request: RequestFacts) => Promise<Answer> {
  const { path = '/metrics', title = 'promlet', maxPauseMs = 10, compress = true } = options;
  if (!(typeof path === 'string' && path.startsWith('/'))) {
    throw new MetricError('ERR_OPTION', `path: expected a path that begins with "/", got ${show(path)}`);
  }
  const formats = (options.formats ?? [text, text1, openMetrics]).filter(({ name }) => options.openMetrics !== false || name !== openMetrics.name);
  if (formats.length === 0) throw new MetricError('ERR_OPTION', 'formats: expected one format or more, got none');
  const encoder = new TextEncoder();
  let refreshing: Promise<void> | undefined;

  // Scrapes that meet share the refresh that is under way, and nothing else.
  function refresh(scrape: Scrape): Promise<void> {
    refreshing ??= Promise.resolve(source.refresh?.(scrape)).finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  async function encoded(format: Format): Promise<Uint8Array[]> {
    const chunks: Uint8Array[] = [];
    let since = performance.now();
    for (const chunk of format.write(source.collect())) {
      chunks.push(encoder.encode(chunk));
      if (performance.now() - since < maxPauseMs) continue;
      await host.giveWay();
      since = performance.now();
    }
    return chunks;
  }

  async function metrics(request: RequestFacts): Promise<Answer> {
    await refresh({ signal: request.signal });
    const format = negotiate(request.accept, formats);
    const body = await encoded(format);
    const headers = { Vary: 'Accept, Accept-Encoding' };
    if (!compress || host.gzip === undefined || lengthOf(body) < COMPRESSED_FROM || !acceptsGzip(request.acceptEncoding)) {
      return answer(200, format.contentType, body, headers);
    }
    return answer(200, format.contentType, await host.gzip(body), { ...headers, 'Content-Encoding': 'gzip' });
  }

  function plain(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
    return answer(status, 'text/plain; charset=utf-8', [encoder.encode(`${message}\n`)], headers);
  }

  return async (request) => {
    const { method, target } = request;
    const asked = target.split('?', 1)[0];
    let found: Answer;
    if (asked !== path && asked !== '/') found = plain(404, `Not found. The metrics are at ${path}`);
    else if (method !== 'GET' && method !== 'HEAD') found = plain(405, 'Only GET and HEAD', { Allow: 'GET, HEAD' });
    else if (asked === path) found = await metrics(request).catch(() => plain(500, 'The metrics could not be written'));
    else found = answer(200, 'text/html; charset=utf-8', [encoder.encode(landingPage(title, path))]);
    return method === 'HEAD' ? { ...found, body: [] } : found;
  };
}

function answer(status: number, contentType: string, body: readonly Uint8Array[], headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'Content-Type': contentType, 'Content-Length': String(lengthOf(body)), ...FIXED_HEADERS, ...headers }, body };
}

function lengthOf(body: readonly Uint8Array[]): number {
  return body.reduce((total, chunk) => total + chunk.length, 0);
}
