// Requests that come in over HTTP/2: each is a stream. Known by channels, or by the events of a server.

import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';

import type { GaugeSeries } from '../metrics/gauge.ts';
import type { Incoming } from './incoming.ts';
import { begin, end } from './recorder.ts';
import type { Facts } from './recorder.ts';
import { secondsBetween } from './server.ts';
import { routeSetOn, setRoute } from './set-route.ts';
import { isBodiless, lengthOf } from './sizes.ts';
import { activeTrace } from './tracing.ts';
import type { Trace } from './tracing.ts';

/** What the channels tell. */
export interface StreamMessage {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
}

export interface StreamListeners {
  onStart(message: StreamMessage): void;
  /** The head of the response was sent. */
  onHead(message: StreamMessage): void;
  stop(): void;
}

/** A stream, as callers' functions are given it in the place of a request of `node:http`. */
export interface StreamRequest {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  readonly headers: IncomingHttpHeaders;
  readonly stream: ServerHttp2Stream;
}

interface Running {
  readonly facts: Facts;
  readonly gauge: GaugeSeries | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly startMs: number;
  headMs: number;
  trace: Trace | undefined;
}

const HTTP_2 = 3;

/** @param isIgnored - Whether a request is not measured. Never throws. */
export function streamListeners(incoming: Incoming, isIgnored: (request: StreamRequest) => boolean): StreamListeners {
  const { clock, recorder, methodOf, isWanted, hasExemplars } = incoming.measuring;
  const running = new Map<ServerHttp2Stream, Running>();
  const seen = Symbol('promlet.stream');

  function finish(stream: ServerHttp2Stream): void {
    const one = running.get(stream);
    if (one === undefined || !running.delete(stream)) return;
    const { facts, gauge, headers, startMs, headMs, trace } = one;
    end(gauge);
    const nowMs = clock();
    const sent = stream.sentHeaders as Readonly<Record<string, unknown>> | undefined;
    const status = Number(sent?.[':status'] ?? 0);
    const isAborted = stream.aborted || status === 0 || (stream.rstCode ?? 0) !== 0;
    const request = requestOf(stream, headers);
    setRoute(request, routeSetOn(stream));
    incoming.end(request, { statusCode: status, headers: sent ?? {} }, request, { ...facts, status }, {
      nowMs,
      seconds: secondsBetween(startMs, nowMs),
      startSeconds: headMs < 0 ? -1 : secondsBetween(startMs, headMs),
      requestBytes: !isWanted('requestSize') || isAborted ? -1 : stream.endAfterHeaders ? 0 : lengthOf(headers['content-length']),
      responseBytes: !isWanted('responseSize') || isAborted ? -1 : isBodiless(request.method, status) ? 0 : lengthOf(sent?.['content-length']),
      isAborted,
      trace,
    }, traceparentOf);
  }

  return {
    onStart({ stream, headers }) {
      // The even ones are pushed. What is known by a channel and by its server is measured once.
      const marked = stream as unknown as Record<symbol, boolean | undefined>;
      if (stream.id === undefined || stream.id % 2 === 0 || marked[seen] === true) return;
      marked[seen] = true;
      if (isIgnored(requestOf(stream, headers))) return;
      const scheme = headers[':scheme'] === 'https' && (stream.session?.encrypted ?? false) ? 1 : 0;
      const facts: Facts = { method: methodOf(headers[':method'] as string | undefined), status: 0, scheme, version: HTTP_2, error: 0 };
      const gauge = recorder.gauge(facts);
      begin(gauge);
      running.set(stream, { facts, gauge, headers, startMs: clock(), headMs: -1, trace: undefined });
      // All of the response is written, or the stream is gone.
      stream.once('finish', () => finish(stream));
      stream.once('close', () => finish(stream));
    },
    onHead({ stream }) {
      const one = running.get(stream);
      if (one === undefined || one.headMs >= 0) return;
      one.headMs = clock();
      if (hasExemplars) one.trace = activeTrace();
    },
    stop() {
      for (const { gauge } of running.values()) end(gauge);
      running.clear();
    },
  };
}

function requestOf(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): StreamRequest {
  return { method: String(headers[':method'] ?? ''), url: String(headers[':path'] ?? ''), httpVersion: '2.0', headers, stream };
}

function traceparentOf({ headers }: StreamRequest): unknown {
  return headers['traceparent'];
}
