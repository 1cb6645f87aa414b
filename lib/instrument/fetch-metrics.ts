// Handlers of `fetch` style: Hono, Deno, Bun and workers, which have no channels. Neutral: needs no engine's modules.

import type { Registry } from '../core/registry.ts';
import { Incoming } from './incoming.ts';
import { ignoring } from './ignoring.ts';
import { checkGiven, fetchRules } from './options.ts';
import type { IncomingOptions } from './options.ts';
import { begin, end } from './recorder.ts';
import type { Facts } from './recorder.ts';
import { isBodiless, lengthOf } from './sizes.ts';
import { activeTrace } from './tracing.ts';

export interface FetchMetricsOptions<Context = unknown> extends IncomingOptions {
  /** Returns the template that a request belongs to, from what it was measured with, such as Hono's context. */
  readonly route?: ((request: Request, context: Context) => string | undefined) | undefined;
  /** Requests that are not measured: their paths, such as `['/metrics']`; or a function that returns true. @default none */
  readonly ignore?: readonly string[] | ((request: Request) => boolean) | undefined;
  /** Returns labels from the context of a request; see `labelValues`. The response is absent where the handler threw. */
  readonly labels?: ((request: Request, response: Response | undefined, context: Context) => Readonly<Record<string, unknown>> | undefined) | undefined;
}

/**
 * Calls the handler, and measures until its response is there. Returns that response, the same object; throws what the
 * handler throws, which is recorded as a 500.
 */
export type MeasureFetch<Context = unknown> = (request: Request, handler: (request: Request) => Response | Promise<Response>, context?: Context) => Promise<Response>;

/**
 * Measures requests to a handler of `fetch` style, in any engine:
 *
 * ```ts
 * const measure = fetchMetrics(registry);
 * Deno.serve((request) => measure(request, handler));
 * ```
 *
 * A request is measured until its response is returned: how long the body takes is not known then, and its size only
 * where `Content-Length` says. May be called several times for a registry, once for each handler.
 *
 * @throws {MetricError} `ERR_OPTION`, and `ERR_DUPLICATE` where a name is taken by something else
 */
export function fetchMetrics<Context = unknown>(registry: Registry, options: FetchMetricsOptions<Context> = {}): MeasureFetch<Context> {
  const subject = 'fetchMetrics';
  checkGiven(subject, registry, options, fetchRules());
  const incoming = new Incoming(subject, registry, options);
  const { clock, recorder, methodOf, hasExemplars, complaints, isWanted } = incoming.measuring;
  const isIgnored = ignoring(options.ignore as readonly string[] | ((request: object) => boolean) | undefined, complaints);

  return async (request, handler, context) => {
    const { pathname, protocol } = new URL(request.url);
    if (typeof options.ignore === 'function' ? isIgnored(request) : isIgnored({ url: pathname })) return handler(request);
    const facts: Facts = { method: methodOf(request.method), status: 0, scheme: protocol === 'https:' ? 1 : 0, version: 0, error: 0 };
    const gauge = recorder.gauge(facts);
    begin(gauge);
    const startMs = clock();
    let response: Response | undefined;
    try {
      response = await handler(request);
      return response;
    } finally {
      end(gauge);
      const nowMs = clock();
      const seconds = Math.max(nowMs - startMs, 0) / 1_000;
      // Deno warns whoever looks at the signal, which is aborted there after every response too.
      const isAborted = !('Deno' in globalThis) && request.signal?.aborted === true;
      facts.status = response?.status ?? 500;
      incoming.end(request, response, context, facts, {
        nowMs,
        seconds,
        startSeconds: response === undefined ? -1 : seconds,
        requestBytes: isWanted('requestSize') ? requestLength(request) : -1,
        responseBytes: isWanted('responseSize') && response !== undefined ? responseLength(request, response) : -1,
        isAborted,
        trace: hasExemplars ? activeTrace() : undefined,
      }, traceparentOf);
    }
  };
}

// Bodies are not looked at: in some servers that makes them first.
function requestLength({ method, headers }: Request): number {
  const length = headers.get('content-length');
  return length === null && (method === 'GET' || method === 'HEAD') ? 0 : lengthOf(length);
}

function responseLength({ method }: Request, { status, headers }: Response): number {
  return isBodiless(method, status) ? 0 : lengthOf(headers.get('content-length'));
}

function traceparentOf({ headers }: Request): string | null {
  return headers.get('traceparent');
}
