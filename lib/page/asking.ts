// Asks the server for its metrics, from time to time, and not at all while nobody sees the page or it is paused.

import type { MetricFamily } from '../core/model.ts';
import { now } from './clock.ts';
import { Reader } from './reading.ts';
import type { OpenMetrics } from './reading.ts';

// The newest is the shortest, and has native histograms and the times when counting began.
const ACCEPT = 'application/openmetrics-text;version=2.0.0;escaping=allow-utf-8,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=.95,application/openmetrics-text;version=1.0.0;q=.9,text/plain;version=0.0.4;q=.5';
const LIMIT_MS = 15_000;
/** By the lines of an answer: how long to wait for the next. The longest is what Prometheus waits by default. */
const LONGEST_MS = 15_000;
const INTERVALS: readonly (readonly [lines: number, ms: number])[] = [[8_000, 2000], [80_000, 5000], [Infinity, LONGEST_MS]];
/** An answer is to cost the server no more than this share of its time, unless that were rarer than Prometheus asks. */
const SHARE = 0.05;
/** Reading gives way to the page after this time. */
const PAUSE_MS = 8;
/** The server's clock is told in whole seconds, and answers take their time. */
const LEAST_SKEW_MS = 10_000;

export interface Answer {
  readonly families: readonly MetricFamily[];
  /** When it came. */
  readonly atMs: number;
  readonly tookMs: number;
  /** How much later it is by the server's clock. */
  readonly skewMs: number;
  readonly bytes: number;
}

export class Asking {
  intervalMs: number = INTERVALS[0]![1];
  private readonly url: string;
  private readonly take: (answer: Answer) => void;
  private readonly fail: (reason: string) => void;
  private readonly reader = new Reader();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isAsking = false;
  private isPaused = false;
  private lastMs = -Infinity;

  constructor(url: string, take: (answer: Answer) => void, fail: (reason: string) => void) {
    this.url = url;
    this.take = take;
    this.fail = fail;
    document.addEventListener('visibilitychange', () => this.plan());
    this.plan();
  }

  set paused(isPaused: boolean) {
    this.isPaused = isPaused;
    this.plan();
  }

  /** Sets the time of the next request, if there is to be one. */
  private plan(): void {
    clearTimeout(this.timer);
    if (this.isPaused || this.isAsking || document.visibilityState === 'hidden') return;
    this.timer = setTimeout(() => void this.ask(), Math.max(0, this.lastMs + this.intervalMs - performance.now()));
  }

  private async ask(): Promise<void> {
    this.isAsking = true;
    this.lastMs = performance.now();
    try {
      const response = await fetch(this.url, { headers: { Accept: ACCEPT }, cache: 'no-store', signal: AbortSignal.timeout(LIMIT_MS) });
      if (!response.ok) throw new Error(response.status === 401 ? '401: reload the page to sign in' : `the server answers ${response.status}`);
      const format = formatOf(response.headers.get('content-type') ?? '');
      const text = await response.text();
      if (format !== undefined && !/# EOF\n?$/.test(text.slice(-9))) throw new Error('the answer is cut short');
      const tookMs = performance.now() - this.lastMs;
      const atMs = now();
      const skewMs = skewOf(response.headers.get('date'), atMs);
      const families = await this.read(text, format);
      // Reading it has filled this turn of the event loop.
      await turn();
      const lines = text.length / 80;
      this.intervalMs = Math.min(LONGEST_MS, Math.max(INTERVALS.find(([most]) => lines <= most)![1], tookMs / SHARE));
      this.take({ families, atMs, tookMs, skewMs, bytes: text.length });
    } catch (error) {
      this.fail(error instanceof TypeError || (error as Error).name === 'TimeoutError' ? 'no answer' : (error as Error).message);
    } finally {
      this.isAsking = false;
      this.plan();
    }
  }

  private async read(text: string, openMetrics: OpenMetrics): Promise<MetricFamily[]> {
    const reading = this.reader.read(text, openMetrics);
    for (let beginMs = performance.now(); ; ) {
      const { done, value } = reading.next();
      if (done) return value;
      if (performance.now() - beginMs < PAUSE_MS) continue;
      await turn();
      beginMs = performance.now();
    }
  }
}

function skewOf(date: string | null, atMs: number): number {
  const skewMs = Date.parse(date ?? '') - atMs;
  return Math.abs(skewMs) > LEAST_SKEW_MS ? skewMs : 0;
}

/** @throws an `Error` for what is no metrics, such as the page of a proxy that wants a password */
function formatOf(contentType: string): OpenMetrics {
  if (contentType.startsWith('application/openmetrics-text')) return /version="?2/.test(contentType) ? 2 : 1;
  if (contentType.startsWith('text/plain')) return undefined;
  throw new Error(`the answer is no metrics, but ${contentType || 'of no type'}`);
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
