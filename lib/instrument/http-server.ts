// The metrics of all servers of a process: which channels tell what.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Server } from 'node:net';

import type { Registry } from '../core/registry.ts';
import { subscribe } from './channels.ts';
import { FASTIFY_CHANNEL, onFastifyHandler } from './fastify.ts';
import { handleOf, stopBefore } from './handle.ts';
import type { HttpMetrics } from './handle.ts';
import { streamListeners } from './http2-server.ts';
import { ignoring } from './ignoring.ts';
import { Incoming } from './incoming.ts';
import { checkGiven, serverRules } from './options.ts';
import type { IncomingOptions } from './options.ts';
import { serverListeners } from './server.ts';

export interface HttpServerOptions extends IncomingOptions {
  /**
   * Returns the template that a request belongs to, such as `/users/:id`; `undefined` where it is to be found in the
   * usual way. Of HTTP/2, the request has `method`, `url`, `headers` and `stream`. Where it throws or returns no
   * string, the route is looked for in the usual way, with a warning.
   */
  readonly route?: ((request: IncomingMessage, response: ServerResponse) => string | undefined) | undefined;
  /** Requests that are not measured: their paths, such as `['/metrics']`; or a function that returns true. @default none */
  readonly ignore?: readonly string[] | ((request: IncomingMessage) => boolean) | undefined;
  /**
   * Returns labels from the context of a request, such as its tenant; called when it has ended. Their names and values
   * are declared in `labelValues`: what is not becomes `other`, and so does all where it throws, with a warning.
   */
  readonly labels?: ((request: IncomingMessage, response: ServerResponse) => Readonly<Record<string, unknown>> | undefined) | undefined;
  /** Servers of HTTP/2, where the engine has no channels for them (before Node 22.20 and 24). Others need not be named. */
  readonly servers?: readonly Server[] | undefined;
}

/**
 * Measures all requests that come in, at every server of this process, by the channels of `node:diagnostics_channel`.
 *
 * The route is what `setRoute` said, or `options.route`, or the template of Express and Fastify (NestJS on either), which
 * are found; else `unmatched`. Koa, Hono and others need a line: see the README.
 *
 * A request is measured from its first byte until the last of its response was handed to the system. Where it was aborted
 * before the head of the response was sent, its status is 499. Requests that are upgraded, and `CONNECT`, have no response
 * and are not measured.
 *
 * Called again for a registry, it takes the place of the call before: so code can be loaded again while it runs. The
 * instruments stay, as long as they would be the same.
 *
 * @throws {MetricError} `ERR_OPTION`, and `ERR_DUPLICATE` where a name is taken by something else
 */
export function httpServerMetrics(registry: Registry, options: HttpServerOptions = {}): HttpMetrics {
  const subject = 'httpServerMetrics';
  checkGiven(subject, registry, options, serverRules());
  const incoming = new Incoming(subject, registry, options);
  const { complaints } = incoming.measuring;
  const isIgnored = ignoring(options.ignore, complaints);
  const requests = serverListeners(incoming, isIgnored);
  const streams = streamListeners(incoming, isIgnored as (request: object) => boolean);
  const what = `server ${options.names ?? 'prometheus'}`;
  stopBefore(registry, what);
  const unsubscribe = subscribe(subject, {
    'http.server.request.start': requests.onStart,
    'http.server.response.finish': requests.onFinish,
    'http2.server.stream.start': streams.onStart,
    'http2.server.stream.finish': streams.onHead,
    [FASTIFY_CHANNEL]: onFastifyHandler,
  });
  const { servers = [] } = options;
  const onStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void => streams.onStart({ stream, headers });
  for (const server of servers) server.on('stream', onStream);
  return handleOf(registry, what, () => {
    unsubscribe();
    for (const server of servers) server.removeListener('stream', onStream);
    requests.stop();
    streams.stop();
  });
}
