// The routes around the metrics where a server is promlet's own: a page at `/`, health and readiness, and 404 for
// the rest.

import type { Collector } from '../core/model.ts';
import { plain, unlessRead } from './answer.ts';
import type { Answer, Answerer } from './answer.ts';
import { within } from './deadline.ts';
import { gatedMetrics } from './handler.ts';
import type { AnswerOptions } from './handler.ts';
import { landingPage } from './landing.ts';
import { livePages } from './live-pages.ts';
import { pathOf } from './request.ts';
import type { RequestFacts } from './request.ts';
import { tell } from './scraping.ts';
import type { Host } from './scraping.ts';
import { engineTimers } from './timers.ts';

export interface RouteOptions {
  /** Where the metrics are. @default '/metrics' */
  readonly path?: string | undefined;
  /** Names the host on the page at `/`. @default 'promlet' */
  readonly title?: string | undefined;
  /**
   * The page at `/`: `live` shows the metrics as they move, in any browser, from the server's own metrics alone; `plain`
   * links to them. The live page is loaded when it is first asked for; where a build has left it out, such as a single
   * file, `onError` hears of it once, and `/` is plain.
   *
   * @default 'plain'
   */
  readonly page?: 'live' | 'plain' | undefined;
  /** Asked by `/-/ready`: 200 where it says `true`, else 503. @default always ready */
  readonly isReady?: (() => boolean | Promise<boolean>) | undefined;
}

const HEALTHY = '/-/healthy';
const READY = '/-/ready';

/** A function that answers requests for one source, by their paths. */
export function routes(source: Collector, host: Host, options: AnswerOptions & RouteOptions = {}): Answerer {
  const { path = '/metrics', title = 'promlet', page = 'plain', isReady, deadlineMs = 10_000, onError } = options;
  const { timers = engineTimers } = host;
  const { gate, metrics } = gatedMetrics(source, host, options);
  const pageAt = page === 'live' ? livePages(title, path, host, options) : (): Answer => landingPage(title, path);
  let readiness: Promise<unknown> | undefined;

  // Shared, so that a crowd asks the host but once.
  async function ready(isAsked: NonNullable<RouteOptions['isReady']>): Promise<Answer> {
    readiness ??= within((async () => isAsked())(), deadlineMs, timers)
      .catch((error: unknown) => tell(onError, error))
      .finally(() => (readiness = undefined));
    return (await readiness) === true ? plain(200, 'OK') : plain(503, 'Not ready');
  }

  function health(request: RequestFacts): Answer | Promise<Answer> {
    if (isReady === undefined || pathOf(request.target) === HEALTHY) return unlessRead(request) ?? plain(200, 'OK');
    return unlessRead(request) ?? ready(isReady);
  }

  function routed(request: RequestFacts): Answer | Promise<Answer> {
    const asked = pathOf(request.target);
    if (asked === path) return metrics(request);
    if (asked !== '/') return plain(404, `Not found. The metrics are at ${path}`);
    return unlessRead(request) ?? pageAt(request);
  }

  // Whoever asks about health may end the host for a wrong answer: no crowd at the metrics decides on it.
  function found(request: RequestFacts): Answer | Promise<Answer> {
    const asked = pathOf(request.target);
    return asked === HEALTHY || asked === READY ? health(request) : gate.admit(request, routed);
  }

  return (request) => gate.answer(request, found);
}
