// What every request passes before it is answered, and every answer before it leaves: limits, authentication,
// and counting. Knows not what is answered.

import { plain } from './answer.ts';
import type { Answer, Answerer } from './answer.ts';
import { isOverload } from './authentication.ts';
import type { Authenticate, AuthenticationOptions } from './authentication.ts';
import { within } from './deadline.ts';
import { excess, isGone } from './request.ts';
import type { RequestFacts } from './request.ts';
import { Gone, tell } from './scraping.ts';
import type { SelfMetrics } from './self-metrics.ts';
import type { Timers } from './timers.ts';

export interface GateOptions extends AuthenticationOptions {
  /**
   * How many requests may be worked on at once. Those beyond are answered 503 at once, with `Retry-After`.
   *
   * @default 100
   */
  readonly maxInFlight?: number | undefined;
  /** How many characters a query may have, which `name[]` may fill. Longer ones are answered 400. @default 4096 */
  readonly maxQueryLength?: number | undefined;
}

interface Others {
  readonly deadlineMs?: number | undefined;
  readonly onError?: ((error: unknown) => void) | undefined;
}

export class Gate {
  private readonly maxInFlight: number;
  private readonly maxQueryLength: number;
  private readonly deadlineMs: number;
  private readonly authenticate: Authenticate | undefined;
  private readonly onError: ((error: unknown) => void) | undefined;
  private readonly metrics: SelfMetrics;
  private readonly timers: Timers;
  /** Requests that wait for authentication, and those that are answered. */
  private waiting = 0;
  private working = 0;

  constructor(options: GateOptions & Others, metrics: SelfMetrics, timers: Timers) {
    const { maxInFlight = 100, maxQueryLength = 4096, deadlineMs = 10_000, authenticate, onError } = options;
    this.maxInFlight = maxInFlight;
    this.maxQueryLength = maxQueryLength;
    this.deadlineMs = deadlineMs;
    this.authenticate = authenticate;
    this.onError = onError;
    this.metrics = metrics;
    this.timers = timers;
  }

  /** What `respond` answers, counted; where the request is too long or the answer fails, another. */
  answer(request: RequestFacts, respond: Answerer): Answer | Promise<Answer> {
    try {
      const tooLong = excess(request, this.maxQueryLength);
      const found = tooLong === undefined ? respond(request) : plain(400, tooLong);
      if (!(found instanceof Promise)) return this.leaving(request, found);
      return found.then((answer) => this.leaving(request, answer), () => this.leaving(request, failure()));
    } catch {
      return this.leaving(request, failure());
    }
  }

  /** What `respond` answers to one who may be answered, while there are not too many. */
  admit(request: RequestFacts, respond: Answerer): Answer | Promise<Answer> {
    const refused = this.refusal(request);
    if (refused instanceof Promise) return refused.then((answer) => answer ?? this.worked(request, respond));
    return refused ?? this.worked(request, respond);
  }

  /** The answer to one who may not be answered. */
  private refusal(request: RequestFacts): Answer | undefined | Promise<Answer | undefined> {
    const { authenticate } = this;
    if (authenticate === undefined) return undefined;
    if (this.waiting >= (authenticate.maxWaiting ?? this.maxInFlight)) return tooMany();
    const refusedUnless = (isAllowed: unknown): Answer | undefined => (isAllowed === true ? undefined : unauthorized(authenticate));
    const failed = (error: unknown): Answer => {
      if (isGone(request)) throw new Gone();
      if (isOverload(error)) return tooMany(Math.ceil(error.retryAfterSeconds));
      this.metrics.countError('authentication');
      tell(this.onError, error);
      return unauthorized(authenticate);
    };
    try {
      const { method, target, headers, address } = request;
      const verdict: unknown = authenticate({ method, target, headers, ...(address !== undefined && { address }) });
      if (!isThenable(verdict)) return refusedUnless(verdict);
      this.waiting++;
      this.metrics.inFlight++;
      return within(verdict, authenticate.limitMs ?? this.deadlineMs, this.timers, request.signal)
        .finally(() => {
          this.waiting--;
          this.metrics.inFlight--;
        })
        .then(refusedUnless, failed);
    } catch (error) {
      return failed(error);
    }
  }

  /** What `respond` answers, where not too many are answered at the moment. */
  private worked(request: RequestFacts, respond: Answerer): Answer | Promise<Answer> {
    if (this.working >= this.maxInFlight) return tooMany();
    const end = (): void => {
      this.working--;
      this.metrics.inFlight--;
    };
    this.working++;
    this.metrics.inFlight++;
    let found: Answer | Promise<Answer> | undefined;
    try {
      found = respond(request);
      return found instanceof Promise ? found.finally(end) : found;
    } finally {
      if (!(found instanceof Promise)) end();
    }
  }

  private leaving(request: RequestFacts, answer: Answer): Answer {
    if (isGone(request)) this.metrics.countError('gone');
    else this.metrics.countAnswer(answer.status);
    return request.method === 'HEAD' ? { ...answer, body: [] } : answer;
  }
}

function tooMany(retryAfterSeconds = 1): Answer {
  return plain(503, 'Too many requests at once', { 'Retry-After': String(retryAfterSeconds) });
}

function unauthorized({ challenge = 'Bearer' }: Authenticate): Answer {
  return plain(401, 'Unauthorized', { 'WWW-Authenticate': challenge });
}

// Why is for `onError` alone, which has been told: an answer never says it.
function failure(): Answer {
  return plain(500, 'The metrics could not be written');
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
}
