// Who may see the metrics: what a host's check is. Knows no scheme.

import type { RequestHead } from './request.ts';

/**
 * Whether a request may be answered: `true`, and nothing else, lets it in. One that has too much to do may throw
 * an error with `retryAfterSeconds`, a number: the answer is then 503, and says when to come again.
 */
export interface Authenticate {
  (request: RequestHead): boolean | Promise<boolean>;
  /** What a client that is refused should bring, as in `WWW-Authenticate`. @default 'Bearer' */
  readonly challenge?: string | undefined;
  /** How long it may take, in milliseconds. @default `deadlineMs` of the handler */
  readonly limitMs?: number | undefined;
  /** How many requests may wait for it at once. @default `maxInFlight` of the handler */
  readonly maxWaiting?: number | undefined;
}

export interface AuthenticationOptions {
  /**
   * Asked before anything is shown but `/-/healthy` and `/-/ready`; whom it refuses gets 401. Where it
   * throws, rejects or is not done in time, nobody gets in. `basicAuth` of `promlet/http` makes one.
   *
   * @default everybody may
   */
  readonly authenticate?: Authenticate | undefined;
}

/** How long a check that has too much to do wants a client to wait; `undefined` of other errors. */
export function retryAfterSeconds(error: unknown): number | undefined {
  const seconds: unknown = (error as { readonly retryAfterSeconds?: unknown } | null | undefined)?.retryAfterSeconds;
  return typeof seconds === 'number' ? Math.ceil(seconds) : undefined;
}
