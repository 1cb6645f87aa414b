// One request that came in over HTTP/1, and its response, as long as they run.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import type { GaugeSeries } from '../metrics/gauge.ts';
import type { Facts } from './recorder.ts';
import { declaredLength, headLength, isBodiless, lengthOf } from './sizes.ts';
import type { Trace } from './tracing.ts';

/** A connection, and those of its exchanges that run: several where requests are pipelined. */
export interface Connection {
  readonly socket: Socket;
  readonly onClose: () => void;
  /** Responses end in the order of their requests. */
  oldest: Exchange | undefined;
  latest: Exchange | undefined;
  /** How much had come when the exchange before ended; -1 where some of it was already of the next. */
  bytesRead: number;
}

/** Fields that are all there from the start: one of these is made for each request. */
export class Exchange implements Facts {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly connection: Connection;
  readonly gauge: GaugeSeries | undefined;
  readonly startMs: number;
  readonly method: number;
  readonly scheme: number;
  readonly version: number;
  readonly error: number = 0;
  status: number = 0;
  /** When the head of the response was written; -1 before. */
  headMs: number = -1;
  /** How much had been sent on the connection before that, where the length of the body is not known in advance. */
  bytesWritten: number = -1;
  trace: Trace | undefined = undefined;
  /** The method of the response that another instrumentation put there before. */
  inner: ServerResponse['writeHead'] | undefined = undefined;
  earlier: Exchange | undefined;
  later: Exchange | undefined = undefined;

  constructor(request: IncomingMessage, response: ServerResponse, connection: Connection, facts: Facts, gauge: GaugeSeries | undefined, startMs: number) {
    this.request = request;
    this.response = response;
    this.connection = connection;
    this.gauge = gauge;
    this.startMs = startMs;
    this.method = facts.method;
    this.scheme = facts.scheme;
    this.version = facts.version;
    this.earlier = connection.latest;
    if (this.earlier === undefined) connection.oldest = this;
    else this.earlier.later = this;
    connection.latest = this;
  }

  /** Takes it out of its connection. */
  leave(): void {
    const { connection, earlier, later } = this;
    if (later === undefined) connection.latest = earlier;
    else later.earlier = earlier;
    if (earlier === undefined) connection.oldest = later;
    else earlier.later = later;
  }

  /** The length of the request's body; of one in chunks, what came over the wire. -1 where it is not known. */
  requestLength(isAborted: boolean): number {
    const { request, connection } = this;
    const declared = declaredLength(request.rawHeaders);
    if (declared >= 0) return isAborted && !request.complete ? -1 : declared;
    // Where requests are pipelined, what came is not of one alone.
    if (connection.bytesRead < 0 || this.later !== undefined) return -1;
    const length = connection.socket.bytesRead - connection.bytesRead - headLength(request);
    return length >= 0 ? length : -1;
  }

  /** The length of the response's body; of one in chunks, what went over the wire. -1 where it is not known. */
  responseLength(isAborted: boolean): number {
    const { request, response, connection } = this;
    if (isBodiless(request.method, response.statusCode)) return 0;
    if (this.bytesWritten < 0) {
      if (isAborted) return -1;
      // The second is of a body that was written all at once.
      return lengthOf(response.getHeader('content-length') ?? (response as { readonly _contentLength?: unknown })._contentLength);
    }
    const head = (response as { readonly _header?: unknown })._header;
    // "0\r\n\r\n" is the end of all chunks.
    const around = (typeof head === 'string' ? head.length : 0) + (response.chunkedEncoding && !isAborted ? 5 : 0);
    const length = connection.socket.bytesWritten - this.bytesWritten - around;
    return length >= 0 ? length : -1;
  }
}
