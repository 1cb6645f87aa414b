// What a handler tells of itself: of the answers it gave, and how the collectors fared. Counts, and shows the
// counts as families; decides nothing.

import type { Collector, MetricFamily } from '../core/model.ts';
import type { CollectorReport } from '../core/report.ts';

/** Why a scrape, or a part of it, went wrong. */
export type ErrorCause = 'collector' | 'deadline' | 'encoding' | 'authentication' | 'gone';

// Shown from the start, so that a rate has a beginning.
const CODES = [200, 400, 401, 404, 405, 500, 503];
const CAUSES: readonly ErrorCause[] = ['collector', 'deadline', 'encoding', 'authentication', 'gone'];

export class SelfMetrics {
  inFlight = 0;
  lastScrapeSeconds = 0;
  private readonly answers = new Map(CODES.map((code) => [code, 0]));
  private readonly errors = new Map(CAUSES.map((cause) => [cause, 0]));
  private readonly collectorErrors = new WeakMap<Collector, number>();

  countAnswer(code: number): void {
    this.answers.set(code, (this.answers.get(code) ?? 0) + 1);
  }

  countError(cause: ErrorCause): void {
    this.errors.set(cause, (this.errors.get(cause) ?? 0) + 1);
  }

  countCollectors(reports: readonly CollectorReport[]): void {
    for (const { collector, failure } of reports) {
      const before = this.collectorErrors.get(collector) ?? 0;
      this.collectorErrors.set(collector, failure ? before + 1 : before);
      if (failure) this.countError(failure.isLate ? 'deadline' : 'collector');
    }
  }

  *ofHandler(): Iterable<MetricFamily> {
    yield {
      type: 'counter',
      name: 'promlet_handler_requests_total',
      help: 'Requests that the metrics handler answered, by status code.',
      points: [...this.answers].map(([code, value]) => ({ labels: { code: String(code) }, value })),
    };
    yield {
      type: 'gauge',
      name: 'promlet_handler_requests_in_flight',
      help: 'Requests that the metrics handler is working on.',
      points: [{ labels: {}, value: this.inFlight }],
    };
    yield {
      type: 'counter',
      name: 'promlet_handler_errors_total',
      help: 'What went wrong in the metrics handler, by cause.',
      points: [...this.errors].map(([cause, value]) => ({ labels: { cause }, value })),
    };
    yield {
      type: 'gauge',
      name: 'promlet_handler_last_scrape_duration_seconds',
      help: 'How long the scrape before this one took, until its answer was ready.',
      points: [{ labels: {}, value: this.lastScrapeSeconds }],
    };
  }

  *ofCollectors(reports: readonly CollectorReport[]): Iterable<MetricFamily> {
    if (reports.length === 0) return;
    const points = (value: (report: CollectorReport) => number): { labels: { collector: string }; value: number }[] =>
      reports.map((report) => ({ labels: { collector: report.label }, value: value(report) }));
    yield {
      type: 'gauge',
      name: 'promlet_collector_success',
      help: 'Whether the collector is in this scrape: 1, or 0 where it failed or was late.',
      points: points(({ failure }) => (failure ? 0 : 1)),
    };
    yield {
      type: 'gauge',
      name: 'promlet_collector_duration_seconds',
      help: 'How long the collector took in this scrape.',
      points: points(({ seconds }) => seconds),
    };
    yield {
      type: 'counter',
      name: 'promlet_collector_errors_total',
      help: 'Scrapes that the collector was left out of, since it failed or was late.',
      points: points(({ collector }) => this.collectorErrors.get(collector) ?? 0),
    };
  }
}
