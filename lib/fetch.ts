// Serving metrics where requests and responses are those of `fetch`: Hono, Deno, Bun, workers and others. What
// is answered is decided in `scraping/`.

import type { Collector, ScrapeSignal } from './core/model.ts';
import { aborter } from './scraping/signals.ts';
import { lengthOf } from './scraping/answer.ts';
import { answerer } from './scraping/handler.ts';
import type { AnswerOptions } from './scraping/handler.ts';
import { HANDLER_RULES, ROUTE_RULES, checkGiven, onlyOfServe } from './scraping/options.ts';
import type { RequestFacts } from './scraping/request.ts';
import { engineTimers } from './scraping/timers.ts';

export type { AnswerOptions } from './scraping/handler.ts';
export type { Authenticate } from './scraping/authentication.ts';
export type { RequestHead } from './scraping/request.ts';

/** Answers one request. Never rejects. */
export type FetchHandler = (request: Request) => Promise<Response>;

/**
 * A handler that answers with the metrics, wherever it is routed, like `metricsHandler` of `promlet/http`. How long
 * a reader may take is for the server around it to say.
 *
 * @param source - A registry; its collectors are refreshed before each scrape.
 * @throws {MetricError} `ERR_OPTION`
 */
export function fetchHandler(source: Collector, options: AnswerOptions = {}): FetchHandler {
  const ofServer = 'no limit for readers, who are those of the server around the handler';
  checkGiven('fetchHandler', source, options, HANDLER_RULES, { ...onlyOfServe(ROUTE_RULES), sendTimeoutMs: ofServer, maxUnsentBytes: ofServer });
  const respond = answerer(source, { giveWay, ...('CompressionStream' in globalThis && { gzip }) }, options);
  return async (request) => {
    const { status, headers, body, giveBack } = await respond(new FetchRequest(request));
    const sent = body.length === 0 ? null : joined(body);
    giveBack?.();
    return new Response(sent, { status, headers });
  };
}

class FetchRequest implements RequestFacts {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly receivedMs: number;
  private readonly request: Request;
  private asked: ScrapeSignal | undefined;

  constructor(request: Request) {
    const { pathname, search } = new URL(request.url);
    this.method = request.method;
    this.target = pathname + search;
    this.headers = Object.fromEntries(request.headers);
    this.receivedMs = engineTimers.now();
    this.request = request;
  }

  /**
   * Made where somebody asks. Deno warns whoever looks at a request's own, which is aborted there after every answer
   * too; and not every server around a handler has one.
   */
  get signal(): ScrapeSignal {
    return (this.asked ??= ('Deno' in globalThis ? undefined : this.request.signal) ?? aborter().signal);
  }

  get isGone(): boolean {
    return this.asked?.aborted ?? false;
  }
}

function giveWay(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

async function gzip(chunks: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  const compressed = new Response(joined(chunks)).body!.pipeThrough(new CompressionStream('gzip'));
  return [new Uint8Array(await new Response(compressed).arrayBuffer())];
}

function joined(chunks: readonly Uint8Array[]): ArrayBuffer {
  const buffer = new ArrayBuffer(lengthOf(chunks));
  const bytes = new Uint8Array(buffer);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return buffer;
}
