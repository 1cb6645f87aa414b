// Serving metrics over `node:http`: a handler for servers that are there already, and a server for those
// that have none. What is answered is decided in `serving/answer.ts`.

import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable, addAbortSignal } from 'node:stream';
import { createGzip } from 'node:zlib';

import type { Collector } from './core/model.ts';
import { sender } from './node/sending.ts';
import type { SendingOptions } from './node/sending.ts';
import { answerer } from './serving/answer.ts';
import type { AnswerOptions } from './serving/answer.ts';
import { checkAboveZero } from './serving/options.ts';
import { checkPort } from './serving/port.ts';

export interface HandlerOptions extends AnswerOptions, SendingOptions {}

export interface ServeOptions extends HandlerOptions {
  /** 0 to 65535; 0 takes any free port. @default 9464 */
  readonly port?: number;
  /** The address to listen on; `127.0.0.1` keeps the metrics on this machine. @default all interfaces */
  readonly host?: string;
  /** How long a client may take to send a request, in milliseconds; then it is cut off. @default 10000 */
  readonly receiveTimeoutMs?: number;
  /** How many connections there may be; those beyond are closed as they come. @default 1000 */
  readonly maxConnections?: number;
}

export interface MetricsServer {
  /** Where the server is, such as `http://localhost:9464`; the metrics are at `/metrics` there. */
  readonly url: string;
  readonly port: number;
  /** Stops listening and resolves when the requests that were running have ended, after 5 seconds at most. */
  close(): Promise<void>;
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
    const leave = (): void => gone.abort();
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
    void respond(facts).then((answer) => {
      if (gone.signal.aborted) return answer.giveBack?.();
      // Not before: until then the socket may still read what it could not send at once.
      response.once('close', () => answer.giveBack?.());
      send(response, answer);
    });
  };
}

/**
 * Starts a server for the registry, and resolves when it listens.
 *
 * @throws {RangeError} where the port is not one
 * @throws an `Error` with the system's `code` where it cannot listen; with `EADDRINUSE` its message says what to do
 */
export async function serve(source: Collector, options: ServeOptions = {}): Promise<MetricsServer> {
  const { port = 9464, host, receiveTimeoutMs = 10_000, sendTimeoutMs = 30_000, maxConnections = 1_000 } = options;
  checkPort(port);
  checkAboveZero('receiveTimeoutMs', receiveTimeoutMs);
  checkAboveZero('maxConnections', maxConnections);
  // No request that is served here has a body. Node looks for those that take long from time to time alone.
  const connectionsCheckingInterval = Math.min(1_000, receiveTimeoutMs);
  const timeouts = { headersTimeout: receiveTimeoutMs, requestTimeout: receiveTimeoutMs, connectionsCheckingInterval };
  const server = createServer(timeouts, metricsHandler(source, { selfMetrics: true, ...options }));
  server.timeout = sendTimeoutMs;
  server.maxConnections = maxConnections;
  const close = closing(server);
  await listening(server, port, host);
  const { port: actual } = server.address() as AddressInfo;
  return { url: `http://${urlHost(host)}:${actual}`, port: actual, close };
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

function listening(server: Server, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(explained(cause, port, host)));
    server.listen({ port, host }, resolve);
  });
}

function explained(cause: NodeJS.ErrnoException, port: number, host: string | undefined): Error {
  const where = host === undefined ? `port ${port}` : `port ${port} of ${host}`;
  const other = port < 65_535 ? port + 1 : port - 1;
  const advice: Readonly<Record<string, string>> = {
    EADDRINUSE: `${where} is in use by another program; pass another, for example { port: ${other} }`,
    EACCES: `${where} needs rights that this process does not have; pass one above 1023, for example { port: 9090 }`,
    EADDRNOTAVAIL: `${where} cannot be listened on: this machine does not have that address`,
  };
  const message = advice[cause.code ?? ''] ?? `${where} cannot be listened on: ${cause.message}`;
  return Object.assign(new Error(message, { cause }), { code: cause.code });
}

// Node's own account of idle connections leaves out those that have not sent a request yet, as browsers open
// them in advance, and those whose request ends after `close`. Each would hold the end up for seconds.
function closing(server: Server): () => Promise<void> {
  const running = new Map<Socket, number>();
  let isClosing = false;
  server.on('connection', (socket: Socket) => {
    running.set(socket, 0);
    socket.once('close', () => running.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    running.set(socket, (running.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const rest = (running.get(socket) ?? 1) - 1;
      if (running.has(socket)) running.set(socket, rest);
      if (isClosing && rest === 0) socket.destroySoon();
    });
  });
  return () =>
    new Promise((resolve) => {
      isClosing = true;
      const limit = setTimeout(() => server.closeAllConnections(), CLOSE_LIMIT_MS);
      limit.unref();
      server.close(() => {
        clearTimeout(limit);
        resolve();
      });
      for (const [socket, requests] of running) if (requests === 0) socket.destroy();
    });
}

function urlHost(host: string | undefined): string {
  if (host === undefined || host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
