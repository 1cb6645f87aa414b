// Requests that go out by `fetch` and undici, the copy within Node and others: all publish on the same channels.

import { OTHER } from './given.ts';
import type { Outgoing, Sent } from './outgoing.ts';
import { isBodiless, lengthOf } from './sizes.ts';

/** A request of undici, as far as its channels document it. */
export interface UndiciRequest {
  readonly origin?: string | URL | undefined;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly upgrade?: unknown;
  readonly contentLength?: unknown;
  readonly body?: unknown;
}

export interface UndiciMessage {
  readonly request: UndiciRequest;
  readonly response?: { readonly statusCode: number; readonly headers: readonly unknown[] };
  readonly chunk?: { readonly byteLength?: number };
  readonly error?: unknown;
}

export interface UndiciListeners {
  onCreate(message: UndiciMessage): void;
  onHeaders(message: UndiciMessage): void;
  onChunk(message: UndiciMessage): void;
  onEnd(message: UndiciMessage): void;
  onError(message: UndiciMessage): void;
}

type Marked = Record<symbol, Sent | undefined>;

/** @param isIgnored - Whether a request is not measured. Never throws. */
export function undiciListeners(outgoing: Outgoing, isIgnored: (request: UndiciRequest) => boolean): UndiciListeners {
  const { isWanted } = outgoing.measuring;
  const key = Symbol('promlet.sent');
  const origins = new Map<string, { readonly host: string; readonly isSecure: boolean }>();

  function placeOf(origin: string): { readonly host: string; readonly isSecure: boolean } {
    let place = origins.get(origin);
    if (place === undefined) {
      place = { host: hostOf(origin), isSecure: origin.startsWith('https:') };
      if (origins.size < 1_000) origins.set(origin, place);
    }
    return place;
  }

  function take(request: UndiciRequest): Sent | undefined {
    const sent = (request as Marked)[key];
    if (sent !== undefined) (request as Marked)[key] = undefined;
    return sent;
  }

  return {
    onCreate({ request }) {
      // No channel tells of the end of a connection that is handed over, as that of a WebSocket is.
      if (request.method === 'CONNECT' || (request.upgrade ?? false) !== false || isIgnored(request)) return;
      const { host, isSecure } = placeOf(String(request.origin ?? ''));
      (request as Marked)[key] = outgoing.begin(request.method, host, isSecure);
    },
    onHeaders({ request, response }) {
      const sent = (request as Marked)[key];
      if (sent === undefined || response === undefined) return;
      sent.response = response;
      outgoing.head(sent, response.statusCode, 0);
    },
    onChunk({ request, chunk }) {
      const sent = (request as Marked)[key];
      if (sent !== undefined) sent.responseBytes = Math.max(sent.responseBytes, 0) + (chunk?.byteLength ?? 0);
    },
    onEnd({ request }) {
      const sent = take(request);
      if (sent === undefined) return;
      const { headers } = (sent.response ?? { headers: [] }) as { readonly headers: readonly unknown[] };
      if (isWanted('requestSize')) sent.requestBytes = request.contentLength == null ? (request.body == null ? 0 : -1) : lengthOf(request.contentLength);
      // Versions that do not tell of chunks tell of the length at most.
      if (sent.responseBytes < 0) sent.responseBytes = isBodiless(request.method, sent.status) ? 0 : contentLength(headers);
      if (!isWanted('responseSize')) sent.responseBytes = -1;
      outgoing.end(sent, request, false);
    },
    onError({ request, error }) {
      const sent = take(request);
      if (sent !== undefined) outgoing.end(sent, request, true, error ?? OTHER);
    },
  };
}

/** The host of an origin, with its port where that is not the protocol's own. */
export function hostOf(origin: string): string {
  try {
    return new URL(origin).host;
  } catch {
    return '';
  }
}

/** Names and values in turn, as bytes. -1 where the length is not known. */
function contentLength(headers: readonly unknown[]): number {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as { readonly length?: number };
    if (name.length === 14 && String(name).toLowerCase() === 'content-length') return lengthOf(String(headers[i + 1]));
  }
  return -1;
}
