// The handler: answers every request that reaches it with the metrics, wherever it is mounted. Knows no path, no
// socket and no server.

import type { Collector } from '../core/model.ts';
import { answerOf, unlessRead } from './answer.ts';
import type { Answer, Answerer } from './answer.ts';
import { gate } from './gate.ts';
import type { Gate, GateOptions } from './gate.ts';
import { groupSideOf } from './group.ts';
import { scraper } from './scraping.ts';
import type { Host, Scraped, ScrapeOptions } from './scraping.ts';
import { SelfMetrics } from './self-metrics.ts';
import { engineTimers } from './timers.ts';

export interface AnswerOptions extends ScrapeOptions, GateOptions {}

/** The metrics, and the gate before them. */
export interface GatedMetrics {
  readonly gate: Gate;
  readonly metrics: Answerer;
}

/** A function that answers every request with the metrics of one source, where it may be answered. */
export function answerer(source: Collector, host: Host, options: AnswerOptions = {}): Answerer {
  const { gate: { answer, admit }, metrics } = gatedMetrics(source, host, options);
  const admitted: Answerer = (request) => admit(request, metrics);
  return (request) => answer(request, admitted);
}

export function gatedMetrics(source: Collector, host: Host, options: AnswerOptions): GatedMetrics {
  const group = groupSideOf(source);
  const selfMetrics = group?.selfMetrics ?? new SelfMetrics();
  const scrape = scraper(source, host, options, selfMetrics);
  return {
    gate: gate(options, selfMetrics, host.timers ?? engineTimers),
    metrics(request) {
      const refused = unlessRead(request);
      if (refused) return refused;
      const scraped = scrape(request);
      return scraped instanceof Promise ? scraped.then(answerTo) : answerTo(scraped);
    },
  };
}

const HEADERS = { Vary: 'Accept, Accept-Encoding' };
const COMPRESSED_HEADERS = { Vary: HEADERS.Vary, 'Content-Encoding': 'gzip' };

function answerTo({ contentType, body, isCompressed, giveBack }: Scraped): Answer {
  return answerOf(200, contentType, body, isCompressed ? COMPRESSED_HEADERS : HEADERS, giveBack);
}
