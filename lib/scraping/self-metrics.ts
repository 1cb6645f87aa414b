// What a handler shows of itself: of the answers it gave, and how the collectors fared. Counts, and shows the
// counts as live families, made once: in a small scrape they are a good part of it. Decides nothing.

import { lineStarts } from '../core/labels.ts';
import { LiveFamily } from '../core/live-family.ts';
import type { LiveHead } from '../core/live-family.ts';
import type { Collector, Labels, MetricFamily, Point } from '../core/model.ts';
import type { NamedMember } from './collectors.ts';

/** Why a scrape, or a part of it, went wrong. */
export type ErrorCause = 'collector' | 'deadline' | 'encoding' | 'authentication' | 'gone';

/** How a collector of one's own, or an instrument with a hook, fared in one scrape. */
export interface CollectorReport {
  readonly member: NamedMember;
  readonly seconds: number;
  /** Absent where its families are shown. */
  readonly failure?: CollectorFailure | undefined;
}

export interface CollectorFailure {
  readonly act: 'refresh' | 'collect';
  readonly cause: unknown;
  /** Whether it was not done in time, rather than failed. */
  readonly isLate: boolean;
}

interface LivePoint extends Point {
  value: number;
}

// Shown from the start, so that a rate has a beginning.
const CODES = [200, 400, 401, 404, 405, 500, 503];
const CAUSES: readonly ErrorCause[] = ['collector', 'deadline', 'encoding', 'authentication', 'gone'];

const REQUESTS: LiveHead = { type: 'counter', name: 'promlet_handler_requests_total', help: 'Requests that the metrics handler answered, by status code.' };
const IN_FLIGHT: LiveHead = { type: 'gauge', name: 'promlet_handler_requests_in_flight', help: 'Requests that the metrics handler is working on.' };
const ERRORS: LiveHead = { type: 'counter', name: 'promlet_handler_errors_total', help: 'What went wrong in the metrics handler, by cause.' };
const LAST_SCRAPE: LiveHead = { type: 'gauge', name: 'promlet_handler_last_scrape_duration_seconds', help: 'How long the scrape before this one took, until its answer was ready.', merge: 'max' };
const SUCCESS: LiveHead = { type: 'gauge', name: 'promlet_collector_success', help: 'Whether the collector is in this scrape: 1, or 0 where it failed or was late.', merge: 'min' };
const DURATION: LiveHead = { type: 'gauge', name: 'promlet_collector_duration_seconds', help: 'How long the collector took in this scrape.', merge: 'max' };
const FAILURES: LiveHead = { type: 'counter', name: 'promlet_collector_errors_total', help: 'Scrapes that the collector was left out of, since it failed or was late.' };

export class SelfMetrics {
  private readonly answers = new Map(CODES.map((code) => [code, livePoint(REQUESTS, { code: String(code) })]));
  private readonly errors = new Map(CAUSES.map((cause) => [cause, livePoint(ERRORS, { cause })]));
  readonly inFlight: LivePoint = livePoint(IN_FLIGHT, {});
  readonly lastScrapeSeconds: LivePoint = livePoint(LAST_SCRAPE, {});
  private readonly collectors = new WeakMap<Collector, CollectorPoints>();
  /** Of the collectors of the last scrape that was shown. */
  private reported: readonly CollectorPoints[] = [];
  private families: { readonly labels: Labels; readonly ofHandler: readonly MetricFamily[]; readonly ofCollectors: readonly MetricFamily[] } | undefined;

  countAnswer(code: number): void {
    let point = this.answers.get(code);
    if (point === undefined) this.answers.set(code, (point = livePoint(REQUESTS, { code: String(code) })));
    point.value++;
  }

  countError(cause: ErrorCause): void {
    this.errors.get(cause)!.value++;
  }

  countCollectors(reports: readonly CollectorReport[]): void {
    for (const { member, seconds, failure } of reports) {
      const points = this.pointsOf(member);
      points.success.value = failure ? 0 : 1;
      points.duration.value = seconds;
      if (failure === undefined) continue;
      points.failures.value++;
      this.countError(failure.isLate ? 'deadline' : 'collector');
    }
  }

  /** @param labels - The constant labels to show them with: the same object each time. */
  ofHandler(labels: Labels): readonly MetricFamily[] {
    return this.familiesWith(labels).ofHandler;
  }

  /** Of those that the last scrape counted; none where it has none. */
  ofCollectors(reports: readonly CollectorReport[], labels: Labels): readonly MetricFamily[] {
    if (reports.length === 0) return [];
    this.reported = reports.map(({ member }) => this.pointsOf(member));
    return this.familiesWith(labels).ofCollectors;
  }

  private familiesWith(labels: Labels): NonNullable<SelfMetrics['families']> {
    if (this.families?.labels === labels) return this.families;
    const live = (head: LiveHead, pointsOf: () => readonly Point[]): MetricFamily => new LiveFamily(head, labels, { get points() { return pointsOf(); } }) as unknown as MetricFamily;
    return (this.families = {
      labels,
      ofHandler: [
        live(REQUESTS, () => [...this.answers.values()]),
        live(IN_FLIGHT, () => [this.inFlight]),
        live(ERRORS, () => [...this.errors.values()]),
        live(LAST_SCRAPE, () => [this.lastScrapeSeconds]),
      ],
      ofCollectors: [
        live(SUCCESS, () => this.reported.map(({ success }) => success)),
        live(DURATION, () => this.reported.map(({ duration }) => duration)),
        live(FAILURES, () => this.reported.map(({ failures }) => failures)),
      ],
    });
  }

  private pointsOf({ collector, name }: NamedMember): CollectorPoints {
    let points = this.collectors.get(collector);
    if (points === undefined || points.name !== name) {
      const labels = { collector: name };
      points = { name, success: livePoint(SUCCESS, labels), duration: livePoint(DURATION, labels), failures: livePoint(FAILURES, labels, points?.failures.value) };
      this.collectors.set(collector, points);
    }
    return points;
  }
}

interface CollectorPoints {
  readonly name: string;
  readonly success: LivePoint;
  readonly duration: LivePoint;
  readonly failures: LivePoint;
}

/** The series that collectors of one's own offered twice, where there are some. */
export function droppedSeries(dropped: ReadonlyMap<string, number>, constantLabels: Labels): readonly MetricFamily[] {
  if (dropped.size === 0) return [];
  const points = [...dropped].map(([metric, value]) => ({ labels: { metric }, value }));
  return [{ type: 'gauge', name: 'promlet_dropped_series', help: 'Series left out of this scrape, since another has the same labels.', constantLabels, points }];
}

function livePoint({ name }: LiveHead, labels: Labels, value = 0): LivePoint {
  return { labels, lineStart: lineStarts(name, Object.keys(labels))(Object.values(labels)), value };
}
