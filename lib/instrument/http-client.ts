// The metrics of all requests that a process sends: which channels tell what.

import type { ClientRequest } from 'node:http';

import type { Registry } from '../core/registry.ts';
import { subscribe } from './channels.ts';
import { clientListeners } from './client.ts';
import { handleOf, stopBefore } from './handle.ts';
import type { HttpMetrics } from './handle.ts';
import type { HostFunction } from './hosts.ts';
import { ignoring } from './ignoring.ts';
import { checkGiven, clientRules } from './options.ts';
import type { HttpMetricsOptions } from './options.ts';
import { Outgoing } from './outgoing.ts';
import { poolsCollector } from './pools.ts';
import type { DispatcherLike } from './pools.ts';
import { undiciListeners } from './undici.ts';
import type { UndiciRequest } from './undici.ts';

/** A request that goes out: by `node:http` and `node:https`, or by `fetch` and undici. Both have `method` and `path`. */
export type OutgoingRequest = ClientRequest | UndiciRequest;

export interface HttpClientOptions extends HttpMetricsOptions {
  /**
   * Which hosts have a value of their own, as `api.example.com`, on any port, or `localhost:8080`; or a function that
   * returns what a host is called, `undefined` for `other`. All others are `other`. @default none
   */
  readonly hosts?: readonly string[] | HostFunction | undefined;
  /** How many names the function may return; others are `other`. @default 100 */
  readonly maxHosts?: number | undefined;
  /** Returns true for requests that are not measured. @default none */
  readonly ignore?: ((request: OutgoingRequest) => boolean) | undefined;
  /**
   * Returns labels from a request and its response, which is `undefined` where there was none. Their names and values
   * are declared in `labelValues`: what is not becomes `other`, and so does all where it throws, with a warning.
   */
  readonly labels?: ((request: OutgoingRequest, response: unknown) => Readonly<Record<string, unknown>> | undefined) | undefined;
  /** Agents of undici whose pools are shown, beside that of `fetch`. @default none */
  readonly dispatchers?: readonly DispatcherLike[] | undefined;
}

/**
 * Measures all requests that this process sends by `node:http`, `node:https`, `fetch` and undici, by the channels of
 * `node:diagnostics_channel`.
 *
 * A request that ended before its response was complete is an error, by its code, or aborted where this side gave it up:
 * `TIMEOUT` is a signal's, which versions of undici before 8 show as an abort.
 *
 * Called again for a registry, it takes the place of the call before, as `httpServerMetrics` does.
 *
 * @throws {MetricError} `ERR_OPTION`, and `ERR_DUPLICATE` where a name is taken by something else
 */
export function httpClientMetrics(registry: Registry, options: HttpClientOptions = {}): HttpMetrics {
  const subject = 'httpClientMetrics';
  checkGiven(subject, registry, options, clientRules());
  const outgoing = new Outgoing(subject, registry, options);
  const { complaints, isWanted } = outgoing.measuring;
  const isIgnored = ignoring(options.ignore as ((request: { readonly url?: string }) => boolean) | undefined, complaints) as (request: OutgoingRequest) => boolean;
  const requests = clientListeners(outgoing, isIgnored);
  const fetched = undiciListeners(outgoing, isIgnored);
  const what = `client ${options.names ?? 'prometheus'}`;
  stopBefore(registry, what);
  const unsubscribe = subscribe(subject, {
    // The first is of Node 22.12 and later; the second comes when all of the request was written.
    'http.client.request.created': requests.onCreated,
    'http.client.request.start': requests.onCreated,
    'http.client.response.finish': requests.onResponse,
    'http.client.request.error': requests.onError,
    'undici:request:create': fetched.onCreate,
    'undici:request:headers': fetched.onHeaders,
    'undici:request:bodyChunkReceived': fetched.onChunk,
    'undici:request:trailers': fetched.onEnd,
    'undici:request:error': fetched.onError,
  });
  const pools = isWanted('pools') ? registry.register(poolsCollector(outgoing.hosts, options.dispatchers ?? [])) : undefined;
  return handleOf(registry, what, () => {
    unsubscribe();
    if (pools !== undefined) registry.unregister(pools);
    outgoing.stop();
  });
}
