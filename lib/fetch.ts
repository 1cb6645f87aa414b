// Serving metrics where requests and responses are those of `fetch`: Hono, Deno, Bun, workers and others. What
// is answered is decided in `serving/answer.ts`.

import type { Collector } from './core/model.ts';
import { aborter } from './scraping/signals.ts';
import { answerer } from './scraping/answer.ts';
import type { AnswerOptions } from './scraping/answer.ts';
import { lengthOf } from './scraping/scraping.ts';

export type { AnswerOptions } from './scraping/answer.ts';
export type { Authenticate } from './scraping/authentication.ts';
export type { RequestHead } from './scraping/request.ts';

/** Answers one request. Never rejects. */
export type FetchHandler = (request: Request) => Promise<Response>;

/**
 * A handler that shows the registry at `/metrics`, and a page that links there at `/`, like `metricsHandler`
 * of `promlet/http`. How long a reader may take is for the server around it to say.
 *
 * @param source - A registry; its collectors are refreshed before each scrape.
 * @throws {MetricError} `ERR_OPTION`
 */
export function fetchHandler(source: Collector, options: AnswerOptions = {}): FetchHandler {
  const respond = answerer(source, { giveWay, ...('CompressionStream' in globalThis && { gzip }) }, options);
  return async (request) => {
    const { pathname, search } = new URL(request.url);
    const { status, headers, body } = await respond({
      method: request.method,
      target: pathname + search,
      headers: Object.fromEntries(request.headers),
      // Not every server around a handler tells it when the client is gone.
      signal: request.signal ?? aborter().signal,
    });
    return new Response(body.length === 0 ? null : joined(body), { status, headers });
  };
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
