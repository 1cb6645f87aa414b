// Serving metrics over `node:http`: a handler for servers that are there already, and a server for those
// that have none. What is answered is decided in `serving/answer.ts`.

import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { Readable, addAbortSignal } from 'node:stream';
import type { TlsOptions } from 'node:tls';
import { createGzip } from 'node:zlib';

import type { Collector } from './core/model.ts';
import { closing } from './node/closing.ts';
import { listen } from './node/listening.ts';
import { sender } from './node/sending.ts';
import type { SendingOptions } from './node/sending.ts';
import { answerer } from './scraping/answer.ts';
import type { AnswerOptions } from './scraping/answer.ts';
import { checkAboveZero } from './scraping/options.ts';
import { checkPort } from './scraping/port.ts';
import { tell } from './scraping/scraping.ts';

export { basicAuth, hashPassword } from './node/basic-auth.ts';
export type { Authenticate } from './scraping/authentication.ts';
export type { RequestHead } from './scraping/request.ts';

export interface HandlerOptions extends AnswerOptions, SendingOptions {}

export interface ServeOptions extends HandlerOptions {
  /** 0 to 65535; 0 takes any free port. @default 9464 */
  readonly port?: number;
  /** The address to listen on; `127.0.0.1` keeps the metrics on this machine. @default all interfaces */
  readonly host?: string;
  /** A file for a Unix socket to listen on, instead of a port. One that a dead process left is replaced. */
  readonly socketPath?: string;
  /**
   * Serves over TLS, with these options of `node:https`, such as `key` and `cert`. A function is asked again
   * at each `reload()`, so that certificates can be renewed. @default plain HTTP
   */
  readonly https?: TlsOptions | (() => TlsOptions | Promise<TlsOptions>);
  /** How long a client may take to send a request, in milliseconds; then it is cut off. @default 10000 */
  readonly receiveTimeoutMs?: number;
  /** How many connections there may be; those beyond are closed as they come. @default 1000 */
  readonly maxConnections?: number;
  /** Whether the process may end while the server runs, and nothing else does. @default false */
  readonly unref?: boolean;
}

export interface MetricsServer {
  /** Where the server is, such as `http://localhost:9464`; the metrics are at `/metrics` there. */
  readonly url: string;
  /** 0 where it listens on a socket file. */
  readonly port: number;
  /** Asks the option `https` again; connections from then on have the new certificate. @throws what it throws; then the old one stays */
  reload(): Promise<void>;
  /** Stops listening, and resolves when the requests that were running have ended, or were ended at the limit. @default 5000 */
  close(limitMs?: number): Promise<void>;
  /** `await using server = await serve(…)` closes it where its scope ends. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Answers one request. Fits `http.createServer`, Express, Connect and Fastify's raw request. */
export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

const CLOSE_LIMIT_MS = 5_000;

/**
 * A handler that shows the registry at `/metrics`, and a page that links there at `/`; other paths are 404,
 * methods other than `GET` and `HEAD` 405. It never throws.
 *
 * @param source - A registry; its collectors are refreshed before each scrape.
 */
export function metricsHandler(source: Collector, options: HandlerOptions = {}): RequestListener {
  const respond = answerer(source, { giveWay, gzip }, options);
  const send = sender(options);
  return (request, response) => {
    const gone = new AbortController();
    // Not where all was sent: an abort makes an error, with a stack, for nobody.
    const leave = (): void => {
      if (!response.writableFinished) gone.abort();
    };
    response.once('close', leave);
    // A response that waits for those before it on the same connection does not hear of its end.
    request.once('aborted', leave);
    response.on('error', leave);
    // Frameworks that mount a handler under a path take that path off `url`.
    const { originalUrl } = request as { originalUrl?: string };
    const facts = {
      method: request.method ?? 'GET',
      target: originalUrl ?? request.url ?? '/',
      headers: request.headers,
      signal: gone.signal,
    };
    const answered = respond(facts).then((answer) => {
      if (gone.signal.aborted) return answer.giveBack?.();
      // Not before: until then the socket may still read what it could not send at once.
      response.once('close', () => answer.giveBack?.());
      send(response, answer);
    });
    // A framework's response may not take what it is given; the host must not end for it.
    answered.catch(() => response.destroy());
  };
}

/**
 * Starts a server for the registry, and resolves when it listens.
 *
 * @throws {RangeError} where the port is not one
 * @throws an `Error` with the system's `code` where it cannot listen; with `EADDRINUSE` its message says what to do
 */
export async function serve(source: Collector, options: ServeOptions = {}): Promise<MetricsServer> {
  const { port = 9464, host, socketPath, https, receiveTimeoutMs = 10_000, sendTimeoutMs = 30_000, maxConnections = 1_000, unref = false } = options;
  checkPort(port);
  checkAboveZero('receiveTimeoutMs', receiveTimeoutMs);
  checkAboveZero('maxConnections', maxConnections);
  const handler = metricsHandler(source, { selfMetrics: true, ...options });
  // No request that is served here has a body. Node looks for those that take long from time to time alone.
  const connectionsCheckingInterval = Math.min(1_000, receiveTimeoutMs);
  const timeouts = { headersTimeout: receiveTimeoutMs, requestTimeout: receiveTimeoutMs, connectionsCheckingInterval };
  const certified = async (): Promise<TlsOptions | undefined> => (typeof https === 'function' ? https() : https);
  const tlsOptions = await certified();
  const server = tlsOptions ? createTlsServer({ handshakeTimeout: receiveTimeoutMs, ...tlsOptions, ...timeouts }, handler) : createServer(timeouts, handler);
  server.timeout = sendTimeoutMs;
  server.maxConnections = maxConnections;
  if (unref) server.on('connection', (socket: Socket) => socket.unref()).unref();
  const end = closing(server);
  await listen(server, { port, host, socketPath });
  // Such as no descriptor left for a connection. Without a listener, it would end the process.
  server.on('error', (error) => tell(options.onError, error));
  const address = server.address() as AddressInfo | string;
  return {
    url: typeof address === 'string' ? `unix:${address}` : `${tlsOptions ? 'https' : 'http'}://${urlHost(host)}:${address.port}`,
    port: typeof address === 'string' ? 0 : address.port,
    close: (limitMs = CLOSE_LIMIT_MS) => end(limitMs),
    async reload() {
      const renewed = await certified();
      if (renewed) (server as TlsServer).setSecureContext(renewed);
    },
    [Symbol.asyncDispose]: () => end(CLOSE_LIMIT_MS),
  };
}

function giveWay(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

// Level 3 takes a third of the default level's time, for some 3 % more bytes.
async function gzip(chunks: readonly Uint8Array[], signal: AbortSignal): Promise<readonly Uint8Array[]> {
  const parts: Uint8Array[] = [];
  const compressed = addAbortSignal(signal, Readable.from(chunks).pipe(createGzip({ level: 3 })));
  for await (const part of compressed) parts.push(part as Uint8Array);
  return parts;
}

function urlHost(host: string | undefined): string {
  if (host === undefined || host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
