// What every request passes before it is answered, and every answer before it leaves: limits, authentication,
// and counting. Knows not what is answered.

import { plain } from './answer.ts';
import type { Answer, Answerer } from './answer.ts';
import { retryAfterSeconds } from './authentication.ts';
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

export interface Gate {
  /** What `respond` answers, counted; where the request is too long or the answer fails, another. */
  answer(request: RequestFacts, respond: Answerer): Answer | Promise<Answer>;
  /** What `respond` answers to one who may be answered, while there are not too many. */
  admit(request: RequestFacts, respond: Answerer): Answer | Promise<Answer>;
}

export function gate(options: GateOptions & Others, metrics: SelfMetrics, timers: Timers): Gate {
  const { maxInFlight = 100, maxQueryLength = 4096, deadlineMs = 10_000, authenticate, onError } = options;
  // Requests that wait for authentication, and those that are answered.
  const busy = { waiting: 0, working: 0 };

  /** Counts a request until the function that it returns is called. */
  function enter(room: keyof typeof busy): () => void {
    busy[room]++;
    metrics.inFlight.value++;
    return () => {
      busy[room]--;
      metrics.inFlight.value--;
    };
  }

  function leaving(request: RequestFacts, answer: Answer): Answer {
    if (isGone(request)) metrics.countError('gone');
    else metrics.countAnswer(answer.status);
    return request.method === 'HEAD' ? { ...answer, body: [] } : answer;
  }

  /** The answer to one who may not be answered. */
  function refusal(request: RequestFacts, check: Authenticate): Answer | undefined | Promise<Answer | undefined> {
    if (busy.waiting >= (check.maxWaiting ?? maxInFlight)) return tooMany();
    const refusedUnless = (isAllowed: unknown): Answer | undefined => (isAllowed === true ? undefined : unauthorized(check));
    const failed = (error: unknown): Answer => {
      if (isGone(request)) throw new Gone();
      const seconds = retryAfterSeconds(error);
      if (seconds !== undefined) return tooMany(seconds);
      metrics.countError('authentication');
      tell(onError, error);
      return unauthorized(check);
    };
    try {
      const { method, target, headers, address } = request;
      const verdict: unknown = check({ method, target, headers, ...(address !== undefined && { address }) });
      if (!isThenable(verdict)) return refusedUnless(verdict);
      return within(verdict, check.limitMs ?? deadlineMs, timers, request.signal).finally(enter('waiting')).then(refusedUnless, failed);
    } catch (error) {
      return failed(error);
    }
  }

  /** What `respond` answers, where not too many are answered at the moment. */
  function worked(request: RequestFacts, respond: Answerer): Answer | Promise<Answer> {
    if (busy.working >= maxInFlight) return tooMany();
    const end = enter('working');
    let found: Answer | Promise<Answer> | undefined;
    try {
      found = respond(request);
      return found instanceof Promise ? found.finally(end) : found;
    } finally {
      if (!(found instanceof Promise)) end();
    }
  }

  return {
    answer(request, respond) {
      try {
        const tooLong = excess(request, maxQueryLength);
        const found = tooLong === undefined ? respond(request) : plain(400, tooLong);
        if (!(found instanceof Promise)) return leaving(request, found);
        return found.then((answer) => leaving(request, answer), () => leaving(request, failure()));
      } catch {
        return leaving(request, failure());
      }
    },
    admit(request, respond) {
      const refused = authenticate && refusal(request, authenticate);
      if (refused instanceof Promise) return refused.then((answer) => answer ?? worked(request, respond));
      return refused ?? worked(request, respond);
    },
  };
}

function tooMany(seconds = 1): Answer {
  return plain(503, 'Too many requests at once', { 'Retry-After': String(seconds) });
}

function unauthorized({ challenge = 'Bearer' }: Authenticate): Answer {
  return plain(401, 'Unauthorized', { 'WWW-Authenticate': challenge });
}

// Why is for `onError` alone: an answer never says it.
function failure(): Answer {
  return plain(500, 'The metrics could not be written');
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
}
