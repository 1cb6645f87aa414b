// Requests that come in over `node:http` and `node:https`, as the channels of Node tell of them. An exchange begins
// with its request, and ends once: with its response, or with its connection.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import { Exchange } from './exchange.ts';
import type { Connection } from './exchange.ts';
import type { Incoming } from './incoming.ts';
import { begin, end } from './recorder.ts';
import type { Facts } from './recorder.ts';
import { rawHeader } from './sizes.ts';
import { activeTrace } from './tracing.ts';

/** What the channels tell. */
export interface ServerMessage {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
}

export interface ServerListeners {
  onStart(message: ServerMessage): void;
  onFinish(message: ServerMessage): void;
  /** Ends all that runs. */
  stop(): void;
}

type Marked = Record<symbol, Connection | undefined>;

/** @param isIgnored - Whether a request is not measured. Never throws. */
export function serverListeners(incoming: Incoming, isIgnored: (request: IncomingMessage) => boolean): ServerListeners {
  const { clock, recorder, methodOf, isWanted, hasExemplars } = incoming.measuring;
  // A property of the connection, not a weak map, which costs 300 ns an entry; and none of the response: frameworks change
  // its prototype, after which each access costs as much (bench: instrument).
  const connectionKey = Symbol('promlet.connection');
  const connections = new Set<Connection>();
  const hasRequestSize = isWanted('requestSize');
  const hasResponseSize = isWanted('responseSize');
  const hasHead = isWanted('responseStart') || hasResponseSize;
  let isStopped = false;

  function connectionOf(socket: Socket): Connection {
    const onClose = (): void => {
      while (connection.oldest !== undefined) finish(connection.oldest, true);
      connections.delete(connection);
    };
    const connection: Connection = { socket, onClose, oldest: undefined, latest: undefined, bytesRead: 0 };
    (socket as unknown as Marked)[connectionKey] = connection;
    // One listener for each connection, not for each response: nobody closes responses that wait for their turn when
    // the connection ends (Node 20, 22), or that were taken off it to write to the socket.
    socket.once('close', onClose);
    connections.add(connection);
    return connection;
  }

  /** The exchange that a response is of, while it runs: as good as always the oldest of its connection. */
  function exchangeOf(socket: Socket | null, response: ServerResponse): Exchange | undefined {
    let exchange = (socket as unknown as Marked | null)?.[connectionKey]?.oldest;
    while (exchange !== undefined && exchange.response !== response) exchange = exchange.later;
    return exchange;
  }

  // Node has no channel for the moment at which the head of a response is sent. So this stands before the method of
  // that one response; the class stays as it is.
  function onHead(this: ServerResponse, ...given: unknown[]): ServerResponse {
    const exchange = exchangeOf(this.req.socket, this);
    const writeHead = exchange?.inner ?? (Object.getPrototypeOf(this) as ServerResponse).writeHead;
    const result = writeHead.apply(this, given as Parameters<ServerResponse['writeHead']>);
    if (exchange !== undefined && exchange.headMs < 0 && !isStopped) {
      exchange.headMs = clock();
      if (hasResponseSize && (this.chunkedEncoding || !this.useChunkedEncodingByDefault)) exchange.bytesWritten = this.socket?.bytesWritten ?? -1;
      if (hasExemplars) exchange.trace = activeTrace();
    }
    return result;
  }

  function finish(exchange: Exchange, isAborted: boolean): void {
    if (isStopped) return;
    const { request, response, connection, startMs, headMs } = exchange;
    exchange.leave();
    end(exchange.gauge);
    const nowMs = clock();
    const isHeadSent = response.headersSent;
    if (isHeadSent) exchange.status = response.statusCode;
    incoming.end(request, response, response, exchange, {
      nowMs,
      seconds: secondsBetween(startMs, nowMs),
      startSeconds: headMs < 0 ? -1 : secondsBetween(startMs, headMs),
      requestBytes: hasRequestSize ? exchange.requestLength(isAborted) : -1,
      responseBytes: hasResponseSize && isHeadSent ? exchange.responseLength(isAborted) : -1,
      isAborted,
      trace: exchange.trace,
    }, traceparentOf);
    if (hasRequestSize) noteRead(connection);
  }

  /** Where the body of the next request begins to count. */
  function noteRead(connection: Connection): void {
    connection.bytesRead = connection.oldest === undefined ? connection.socket.bytesRead : -1;
  }

  return {
    onStart({ request, response, socket }) {
      if (isIgnored(request)) {
        // What it sends is not of the next one.
        if (hasRequestSize) ((socket as unknown as Marked)[connectionKey] ?? connectionOf(socket)).bytesRead = -1;
        return;
      }
      const facts: Facts = {
        method: methodOf(request.method),
        status: 0,
        scheme: (socket as { readonly encrypted?: boolean }).encrypted === true ? 1 : 0,
        version: request.httpVersionMinor === 0 ? 1 : 2,
        error: 0,
      };
      const gauge = recorder.gauge(facts);
      begin(gauge);
      const connection = (socket as unknown as Marked)[connectionKey] ?? connectionOf(socket);
      const exchange = new Exchange(request, response, connection, facts, gauge, clock());
      if (!hasHead) return;
      const { writeHead } = response;
      if (writeHead !== (Object.getPrototypeOf(response) as ServerResponse).writeHead) exchange.inner = writeHead;
      response.writeHead = onHead as ServerResponse['writeHead'];
    },
    onFinish({ response, socket }) {
      const exchange = exchangeOf(socket, response);
      if (exchange !== undefined) return finish(exchange, false);
      const connection = hasRequestSize ? (socket as unknown as Marked)[connectionKey] : undefined;
      if (connection !== undefined) noteRead(connection);
    },
    stop() {
      isStopped = true;
      // Exchanges stay with their connections: they know what else stands before the heads of their responses.
      for (const connection of connections) {
        for (let exchange = connection.latest; exchange !== undefined; exchange = exchange.earlier) end(exchange.gauge);
        connection.socket.removeListener('close', connection.onClose);
      }
      connections.clear();
    },
  };
}

/** Never negative: a clock of the caller's may go back. */
export function secondsBetween(startMs: number, endMs: number): number {
  return Math.max(endMs - startMs, 0) / 1_000;
}

function traceparentOf({ rawHeaders }: IncomingMessage): string | undefined {
  return rawHeader(rawHeaders, 'traceparent');
}
