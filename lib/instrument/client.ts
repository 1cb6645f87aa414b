// Requests that go out by `node:http` and `node:https`, as the channels of Node tell of them.

import type { ClientRequest, IncomingMessage } from 'node:http';

import type { Outgoing, Sent } from './outgoing.ts';
import { isBodiless, lengthOf, rawHeader } from './sizes.ts';

export interface ClientMessage {
  readonly request: ClientRequest;
  readonly response?: IncomingMessage;
  readonly error?: unknown;
}

export interface ClientListeners {
  /** It was made, or sent; the first of both counts. */
  onCreated(message: ClientMessage): void;
  onResponse(message: ClientMessage): void;
  onError(message: ClientMessage): void;
}

type Marked = Record<symbol, Sent | undefined>;

/** @param isIgnored - Whether a request is not measured. Never throws. */
export function clientListeners(outgoing: Outgoing, isIgnored: (request: ClientRequest) => boolean): ClientListeners {
  const { isWanted } = outgoing.measuring;
  const key = Symbol('promlet.sent');
  const failed = Symbol('promlet.error');
  const [hasRequestSize, hasResponseSize] = [isWanted('requestSize'), isWanted('responseSize')];

  // A request is closed last, however it ended: with its response, with an error, or when its connection was handed
  // over, as by an upgrade.
  function onClose(this: ClientRequest): void {
    const sent = (this as unknown as Marked)[key];
    if (sent === undefined) return;
    (this as unknown as Marked)[key] = undefined;
    const { error, response, isHandedOver, isFailed: hasFailed } = endOf(this, sent);
    // No channel tells of the response to CONNECT.
    if (response !== undefined && sent.headMs < 0) outgoing.head(sent, response.statusCode ?? 0, versionOf(response));
    const isFailed = !isHandedOver && (hasFailed || response?.complete !== true);
    if (hasRequestSize && !isFailed) sent.requestBytes = requestLength(this);
    if (hasResponseSize && response !== undefined && !isHandedOver) sent.responseBytes = responseLength(this, response);
    outgoing.end(sent, this, isFailed, error);
  }

  function endOf(request: ClientRequest, sent: Sent): { readonly error: unknown; readonly response: IncomingMessage | undefined; readonly isHandedOver: boolean; readonly isFailed: boolean } {
    const response = (sent.response ?? (request as { readonly res?: unknown }).res ?? undefined) as (IncomingMessage & { readonly _dumped?: unknown }) | undefined;
    const error = (request as unknown as Record<symbol, unknown>)[failed];
    const status = response?.statusCode ?? 0;
    const isHandedOver = error === undefined && (status === 101 || (request.method === 'CONNECT' && status >= 200 && status < 300));
    // A response that nobody wanted to have any more has an error too, that of the connection it came by.
    const ofResponse = response?._dumped === true ? undefined : response?.errored ?? undefined;
    return { error: error === GIVEN_UP ? undefined : error ?? ofResponse, response, isHandedOver, isFailed: error !== undefined };
  }

  function onCreated({ request }: ClientMessage): void {
    // It may be written to the end after it was closed.
    if (Object.hasOwn(request, key) || request.closed || isIgnored(request)) return;
    const isSecure = request.protocol === 'https:';
    (request as unknown as Marked)[key] = outgoing.begin(request.method, hostOf(request, request.getHeader('host')), isSecure);
    request.once('close', onClose);
  }

  return {
    onCreated,
    onResponse({ request, response }) {
      const sent = (request as unknown as Marked)[key];
      if (sent === undefined || response === undefined) return;
      sent.response = response;
      outgoing.head(sent, response.statusCode ?? 0, versionOf(response));
    },
    onError({ request, error }) {
      const reason = isGivenUp(request, error) ? GIVEN_UP : error;
      if ((request as unknown as Marked)[key] !== undefined) {
        (request as unknown as Record<symbol, unknown>)[failed] = reason;
        // Without a connection, it may never be closed.
        if (request.socket === null || request.socket === undefined) onClose.call(request);
      } else if (!Object.hasOwn(request, key) && !isIgnored(request)) {
        // It failed before it was sent, and in this version nobody told of it (before Node 22.12).
        (request as unknown as Marked)[key] = undefined;
        outgoing.failUnsent(request.method, hostOf(request, request.getHeader('host')), request.protocol === 'https:', request, reason === GIVEN_UP ? undefined : reason);
      }
    },
  };
}

const GIVEN_UP = 'given up';

/**
 * Whether the connection was ended by this side. `destroy()` of a request gives the same error as a connection that the
 * other side has closed; but then no end of it was read.
 */
function isGivenUp({ socket }: ClientRequest, error: unknown): boolean {
  if ((error as { readonly code?: unknown } | undefined)?.code !== 'ECONNRESET') return false;
  // Without a connection there was nobody to end it.
  return socket === null || socket === undefined || (!socket.readableEnded && socket.errored === null);
}

function versionOf({ httpVersionMinor }: IncomingMessage): number {
  return httpVersionMinor === 0 ? 1 : 2;
}

/** The host that was connected to, with its port where that is known and not the protocol's own. */
function hostOf({ host }: ClientRequest, header: unknown): string {
  const name = host.includes(':') ? `[${host}]` : host;
  // The header has the port. It may be about another host, as that of a proxied request is.
  return typeof header === 'string' && header.startsWith(`${name}:`) ? header : name;
}

// What is not declared comes in chunks, or is written all at once.
function requestLength(request: ClientRequest): number {
  const declared = lengthOf(request.getHeader('content-length') ?? (request as { readonly _contentLength?: unknown })._contentLength);
  return declared >= 0 ? declared : request.chunkedEncoding ? -1 : 0;
}

function responseLength({ method }: ClientRequest, { statusCode = 0, rawHeaders }: IncomingMessage): number {
  return isBodiless(method, statusCode) ? 0 : lengthOf(rawHeader(rawHeaders, 'content-length'));
}
