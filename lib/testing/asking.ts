// One request to what is to be tried: a URL, a handler of `node:http`, or one of `fetch`. Leaves nothing open behind it.

import { createServer, request as requestHttp } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';
import { gunzipSync } from 'node:zlib';

import { fault, messageOf, MetricError } from '../core/errors.ts';

/** A handler as `http.createServer` takes it: that of `metricsHandler`, an Express application, Koa's `callback()`. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => unknown;
/** A handler of the style of `fetch`: that of `fetchHandler`, or Hono's `app.fetch`. */
export type RequestHandler = (request: Request) => Response | Promise<Response>;

export interface Reply {
  readonly status: number;
  readonly contentType: string | undefined;
  /** Decompressed. */
  readonly body: Uint8Array;
}

/** How the message begins of what took too long. */
export const NO_ANSWER = 'no answer within';

/** A place to ask. */
export interface Place {
  /** As messages call it; without a password. */
  readonly title: string;
  /** @throws an `Error` that says why there is no reply */
  ask(headers: Readonly<Record<string, string>>, withinMs: number): Promise<Reply>;
  close(): Promise<void>;
}

/** @param path - What to ask a handler for. @throws {MetricError} `ERR_OPTION` where it is nothing to ask */
export async function placeOf(target: unknown, path: string, ca: Authority): Promise<Place> {
  if (typeof target === 'function') return target.length >= 2 ? placeOfNode(target as NodeHandler, path) : placeOfFetch(target as RequestHandler, path);
  // The application of Hono, and what workers, Deno and Bun export.
  const { fetch } = (target ?? {}) as { readonly fetch?: RequestHandler };
  if (typeof fetch === 'function') return placeOfFetch((request) => fetch.call(target as object, request), path);
  const url = typeof target === 'string' || target instanceof URL || Object.prototype.toString.call(target) === '[object URL]' ? String(target) : '';
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) throw fault('ERR_OPTION', 'assertScrapable', 'a URL, a handler (request, response) or a handler (request)', target);
  return placeOfUrl(new URL(url), ca);
}

function placeOfUrl(url: URL, ca: Authority): Place {
  const shown = new URL(url);
  shown.username = shown.password = '';
  return { title: shown.href, ask: (headers, withinMs) => ask(url, { headers, ca }, withinMs), close: async () => {} };
}

/** Answers over a real connection: what a framework makes of a response shows there alone. */
async function placeOfNode(handler: NodeHandler, path: string): Promise<Place> {
  let thrown: unknown;
  const fail = (error: unknown, response: ServerResponse): void => {
    thrown ??= error;
    response.destroy();
  };
  const server = createServer((request, response) => {
    void (async () => handler(request, response))().catch((error: unknown) => fail(error, response));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const url = new URL(path, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return {
    title: `the handler${nameOf(handler)}`,
    async ask(headers, withinMs) {
      thrown = undefined;
      try {
        return await ask(url, { headers }, withinMs);
      } catch (error) {
        throw thrown === undefined ? error : new Error(`it threw ${messageOf(thrown)}`);
      }
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function placeOfFetch(handler: RequestHandler, path: string): Place {
  if (typeof Request === 'undefined') throw new MetricError('ERR_OPTION', 'assertScrapable: expected an engine with Request and Response, for a handler of one parameter; a handler of node:http has two');
  const url = new URL(path, 'http://localhost').href;
  return {
    title: `the handler${nameOf(handler)}`,
    ask: (headers, withinMs) =>
      within(withinMs, async (signal) => {
        const response: unknown = await handler(new Request(url, { headers, signal }));
        if (typeof (response as Partial<Response> | undefined)?.arrayBuffer !== 'function') {
          throw new Error('it returned no Response; a handler of node:http needs both parameters: (request, response) => …');
        }
        const { status, headers: answered } = response as Response;
        const body = new Uint8Array(await (response as Response).arrayBuffer());
        return { status, contentType: answered.get('content-type') ?? undefined, body: decompressed(body, answered.get('content-encoding'), headers) };
      }),
    close: async () => {},
  };
}

function nameOf({ name }: { readonly name: string }): string {
  return name === '' ? '' : ` ${name}`;
}

type Authority = string | Uint8Array | undefined;

interface Asked {
  readonly headers: Readonly<Record<string, string>>;
  readonly ca?: Authority;
}

/** As many as Prometheus follows, or fewer. */
const MOST_REDIRECTS = 5;
/** An answer without end must not fill the memory. */
const MOST_BYTES = 100_000_000;

// Not `fetch`, which keeps connections open, and which test runners that play a browser do not have.
function ask(url: URL, { headers, ca }: Asked, withinMs: number, redirects = MOST_REDIRECTS): Promise<Reply> {
  const asked = within(withinMs, (signal) => new Promise<Reply & { readonly location: string | undefined }>((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, { headers, signal, agent: false, ...(ca !== undefined && { ca: Buffer.from(ca) }) }, (response) => {
      const chunks: Uint8Array[] = [];
      let size = 0;
      response.on('error', reject).on('data', (chunk: Uint8Array) => {
        size += chunk.length;
        if (size > MOST_BYTES) response.destroy(new Error(`more than ${MOST_BYTES} bytes`));
        else chunks.push(chunk);
      });
      response.on('end', () => {
        try {
          const { 'content-type': contentType, 'content-encoding': encoding, location } = response.headers;
          resolve({ status: response.statusCode!, contentType, body: decompressed(Buffer.concat(chunks), encoding, headers), location });
        } catch (error) {
          reject(error as Error);
        }
      });
    });
    request.on('error', reject).end();
  }));
  return asked.then(({ location, ...reply }) => {
    if (![301, 302, 303, 307, 308].includes(reply.status) || location === undefined || redirects === 0 || !URL.canParse(location, url.href)) return reply;
    const next = new URL(location, url);
    // What was meant for one server is not sent to another.
    const { accept = '*/*' } = headers;
    return ask(next, { headers: next.origin === url.origin ? headers : { accept }, ca }, withinMs, redirects - 1);
  });
}

function decompressed(body: Uint8Array, encoding: string | null | undefined, asked: Readonly<Record<string, string>>): Uint8Array {
  if (encoding === undefined || encoding === null || encoding === '' || encoding === 'identity') return body;
  if (asked['accept-encoding'] !== 'gzip') throw new Error(`Content-Encoding: expected none, as none was asked for, got "${encoding}"`);
  if (encoding !== 'gzip') throw new Error(`Content-Encoding: expected "gzip" or none, got "${encoding}"`);
  try {
    return gunzipSync(body);
  } catch (error) {
    throw new Error(`Content-Encoding is gzip, and the body is not: ${messageOf(error)}`);
  }
}

async function within<T>(ms: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: unknown;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${NO_ANSWER} ${ms} ms`));
      controller.abort();
    }, ms);
  });
  try {
    return await Promise.race([late, run(controller.signal)]);
  } finally {
    clearTimeout(timer as NodeJS.Timeout);
  }
}
