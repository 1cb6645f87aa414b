// Serving metrics over `node:http`: a handler for servers that are there already, and a server for those
// that have none. What is answered is decided in `scraping/`.

import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

import type { Collector } from './core/model.ts';
import { currentOptions } from './node/certificates.ts';
import type { Certificates } from './node/certificates.ts';
import { closing } from './node/closing.ts';
import { gzip } from './node/compressing.ts';
import { listen, listenInTurn } from './node/listening.ts';
import { listener } from './node/requests.ts';
import type { RequestListener } from './node/requests.ts';
import { sender } from './node/sending.ts';
import type { SendingOptions } from './node/sending.ts';
import { groupSideOf } from './scraping/group.ts';
import { answerer } from './scraping/handler.ts';
import type { AnswerOptions } from './scraping/handler.ts';
import type { LivePage } from './scraping/landing.ts';
import { HANDLER_RULES, ROUTE_RULES, SENDING_RULES, SERVER_RULES, checkGiven, checkWait, onlyOfServe } from './scraping/options.ts';
import type { Rules } from './scraping/options.ts';
import { routes } from './scraping/routes.ts';
import type { RouteOptions } from './scraping/routes.ts';
import { tell } from './scraping/scraping.ts';
import type { Host } from './scraping/scraping.ts';
import { LONGEST_MS, idleTimers } from './scraping/timers.ts';

export { basicAuth, hashPassword } from './node/basic-auth.ts';
export type { RequestListener } from './node/requests.ts';
export type { Authenticate } from './scraping/authentication.ts';
export type { RequestHead } from './scraping/request.ts';

export interface HandlerOptions extends AnswerOptions, SendingOptions {}

export interface ServeOptions extends HandlerOptions, RouteOptions {
  /** 0 to 65535; 0 takes any free port. @default 9464 */
  readonly port?: number | undefined;
  /** The address to listen on; `127.0.0.1` keeps the metrics on this machine. @default all interfaces */
  readonly host?: string | undefined;
  /** A file for a Unix socket to listen on, instead of a port. One that a dead process left is replaced. */
  readonly socketPath?: string | undefined;
  /**
   * Serves over TLS, with these options of `node:https`, such as `key` and `cert`. A function is asked again
   * at each `reload()`, so that certificates can be renewed. @default plain HTTP
   */
  readonly https?: Certificates | undefined;
  /** How long a client may take to send a request, in milliseconds; then it is cut off. @default 10000 */
  readonly receiveTimeoutMs?: number | undefined;
  /** How many connections there may be; those beyond are closed as they come. @default 1000 */
  readonly maxConnections?: number | undefined;
  /** Whether the process may end while the server runs, and nothing else does. @default false */
  readonly unref?: boolean | undefined;
}

export interface MetricsServer {
  /** Where the server is, such as `http://localhost:9464`; the metrics are at `/metrics` there. */
  readonly url: string;
  /** 0 where it listens on a socket file. */
  readonly port: number;
  /** Asks the option `https` again; connections from then on have the new certificate. @throws what it throws, and `ERR_OPTION` for what is none; then the old one stays */
  reload(): Promise<void>;
  /** Stops listening, and resolves when the requests that were running have ended, or were ended at the limit. @default 5000 */
  close(limitMs?: number): Promise<void>;
  /** `await using server = await serve(…)` closes it where its scope ends. */
  [Symbol.asyncDispose](): Promise<void>;
}

const CLOSE_LIMIT_MS = 5_000;

const HOST: Host = {
  giveWay: () => new Promise((resolve) => setImmediate(resolve)),
  gzip,
  // The one module that is loaded when it is needed: most servers are never asked for it, and no build has to have it.
  livePage: async (): Promise<LivePage | undefined> => (await import('./scraping/live-page.ts')).livePage,
};

/**
 * A handler that answers with the metrics, wherever it is mounted: no path is its own. Methods other than `GET`
 * and `HEAD` are 405. It never throws.
 *
 * @param source - A registry; its collectors are refreshed before each scrape.
 * @throws {MetricError} `ERR_OPTION`
 */
export function metricsHandler(source: Collector, options: HandlerOptions = {}): RequestListener {
  const rules: Rules<keyof HandlerOptions> = { ...HANDLER_RULES, ...SENDING_RULES };
  checkGiven('metricsHandler', source, options, rules, onlyOfServe({ ...ROUTE_RULES, ...SERVER_RULES }));
  return listener(answerer(source, HOST, options), sender(options));
}

/**
 * Starts a server for the registry, and resolves when it listens. The metrics are at `/metrics`, a page for
 * people at `/`, health and readiness at `/-/healthy` and `/-/ready`; other paths are 404.
 *
 * All members of a group may serve it on one port: the workers of a cluster share it; elsewhere one listens, and the
 * others stand by until it ends.
 *
 * @throws {MetricError} `ERR_OPTION`
 * @throws {RangeError} where the port is not one
 * @throws an `Error` with the system's `code` where it cannot listen; with `EADDRINUSE` its message says what to do
 */
export async function serve(source: Collector, options: ServeOptions = {}): Promise<MetricsServer> {
  const rules: Rules<keyof ServeOptions> = { ...HANDLER_RULES, ...SENDING_RULES, ...ROUTE_RULES, ...SERVER_RULES };
  checkGiven('serve', source, options, rules);
  const { port = 9464, host, socketPath, https, selfMetrics = true, sendTimeoutMs, maxUnsentBytes, unref = false, onError } = options;
  const respond = routes(source, unref ? { ...HOST, timers: idleTimers } : HOST, { ...options, selfMetrics });
  const server = await serverOf(listener(respond, sender({ sendTimeoutMs, maxUnsentBytes })), options);
  if (unref) server.on('connection', (socket: Socket) => socket.unref()).unref();
  const close = closing(server);
  const group = groupSideOf(source);
  const place = { port, host, socketPath };
  const turn = group ? await listenInTurn(server, place, group, unref) : await listen(server, place);
  // Such as no descriptor left for a connection. Without a listener, it would end the process. That a port is still
  // held by the member that listens there is none.
  server.on('error', (error) => server.listening && tell(onError, error));
  // Of one that stands by, where it will listen.
  const address = (server.address() ?? socketPath ?? { port }) as AddressInfo | string;
  let renewing = Promise.resolve();
  const end = async (limitMs: number): Promise<void> => {
    turn?.release();
    await close(limitMs);
  };
  return {
    url: typeof address === 'string' ? `unix:${address}` : `${https ? 'https' : 'http'}://${urlHost(host)}:${address.port}`,
    port: typeof address === 'string' ? 0 : address.port,
    async close(limitMs = CLOSE_LIMIT_MS) {
      checkWait('limitMs', limitMs);
      await end(limitMs);
    },
    reload() {
      const renewed = renewing.then(async () => {
        if (https) (server as TlsServer).setSecureContext(await currentOptions(https));
      });
      renewing = renewed.catch(() => undefined);
      return renewed;
    },
    [Symbol.asyncDispose]: () => end(CLOSE_LIMIT_MS),
  };
}

/** A server that cuts off those who send slowly; `sendTimeoutMs` is for readers, and nothing else is timed. */
async function serverOf(handler: RequestListener, { https, receiveTimeoutMs = 10_000, maxConnections = 1_000 }: ServeOptions): Promise<Server> {
  // No request that is served here has a body. Node looks for those that take long from time to time alone.
  const limit = Math.min(Math.ceil(receiveTimeoutMs), LONGEST_MS);
  const timeouts = { headersTimeout: limit, requestTimeout: limit, connectionsCheckingInterval: Math.min(1_000, limit) };
  const server = https === undefined ? createServer(timeouts, handler) : createTlsServer({ handshakeTimeout: limit, ...(await currentOptions(https)), ...timeouts }, handler);
  server.maxConnections = maxConnections;
  return server;
}

function urlHost(host: string | undefined): string {
  if (host === undefined || host === '' || host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
