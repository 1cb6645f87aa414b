// One scrape, from its refresh to its bytes: collectors brought up to date under a deadline, one pass over
// all series, encoded in full before anything is sent. Knows no paths and no status codes.

import { MetricError } from '../core/errors.ts';
import type { Collector, MetricFamily, ScrapeSignal } from '../core/model.ts';
import type { Refreshed } from '../core/refreshing.ts';
import { Registry } from '../core/registry.ts';
import type { CollectorReport } from '../core/report.ts';
import type { Format } from '../formats/format.ts';
import { negotiate } from '../formats/negotiate.ts';
import { openMetrics } from '../formats/openmetrics.ts';
import { text } from '../formats/text.ts';
import { text1 } from '../formats/text1.ts';
import { deadline } from './deadline.ts';
import { acceptsGzip } from './encoding.ts';
import { checkAboveZero } from './options.ts';
import { Pace } from './pace.ts';
import { askedNames, header, patienceMs } from './request.ts';
import type { RequestFacts } from './request.ts';
import type { SelfMetrics } from './self-metrics.ts';
import { LentBody, Slabs } from './slabs.ts';

export interface ScrapeOptions {
  /**
   * How long collectors may take, in milliseconds; less where the scraper's own time is up earlier, by its
   * header `X-Prometheus-Scrape-Timeout-Seconds` and half a second before it. Those that are not done by
   * then are left out of the scrape. `Infinity`: as long as the scraper waits.
   *
   * @default 10000
   */
  readonly deadlineMs?: number;
  /**
   * What becomes of a scrape when a collector fails: `isolate` leaves out that collector's families, `fail`
   * answers 500. Where all fail, the answer is 500 anyway. @default 'isolate'
   */
  readonly errors?: 'isolate' | 'fail';
  /**
   * Told what went wrong, each time, for your log: no answer ever says. What it throws is dropped.
   *
   * @default nothing; the registry's `onWarning` hears of each collector once
   */
  readonly onError?: (error: unknown) => void;
  /**
   * Whether a scrape tells of itself: `promlet_handler_*` of the answers given, and `promlet_collector_*` of
   * each collector of your own and each hook. `collectors`: the latter alone. `render` shows neither.
   *
   * @default true in `serve`, else 'collectors'
   */
  readonly selfMetrics?: boolean | 'collectors';
  /**
   * How long writing may keep the event loop busy at a stretch, in milliseconds. A scrape that takes less is
   * one instant over all series; one that takes more gives way in between, and each series agrees in itself.
   *
   * @default 10
   */
  readonly maxPauseMs?: number;
  /**
   * Whether scrapers that prefer OpenMetrics get it. It spells bounds as `le="1.0"`, which Prometheus 2 takes
   * for another series than the `le="1"` of the text format. @default true
   */
  readonly openMetrics?: boolean;
  /** What scrapers can choose from; the first is for those who ask for nothing in particular. @default text, text1, openMetrics */
  readonly formats?: readonly Format[];
  /** Whether answers of more than 1 KiB are compressed for scrapers that accept gzip. @default true */
  readonly compress?: boolean;
}

/** What the host has, and the skin knows of. */
export interface Host {
  /** Lets the event loop run. */
  giveWay(): Promise<void>;
  /** Compresses away from the event loop. Absent: answers are never compressed. */
  gzip?(chunks: readonly Uint8Array[], signal: ScrapeSignal): Promise<readonly Uint8Array[]>;
}

export type Scraper = (request: RequestFacts) => Promise<Scraped>;

export interface Scraped {
  readonly contentType: string;
  readonly body: readonly Uint8Array[];
  readonly isCompressed: boolean;
  /** Gives the body's memory back, once nobody reads it any more. */
  readonly giveBack: () => void;
}

interface Written {
  readonly contentType: string;
  readonly body: LentBody;
}

type AskedNames = ReadonlySet<string> | undefined;

const COMPRESSED_FROM = 1024;

/** The client has gone: nobody is there to be told. */
export class Gone extends Error {}

/**
 * A function that makes the body of a scrape. Where there is none to show it rejects, and `onError` knows why.
 *
 * @throws {MetricError} `ERR_OPTION`
 */
export function scraper(source: Collector, host: Host, options: ScrapeOptions, metrics: SelfMetrics): Scraper {
  const { deadlineMs = 10_000, errors = 'isolate', onError, selfMetrics = 'collectors', maxPauseMs = 10, compress = true } = options;
  checkAboveZero('deadlineMs', deadlineMs);
  const formats = (options.formats ?? [text, text1, openMetrics]).filter(({ name }) => options.openMetrics !== false || name !== openMetrics.name);
  if (formats.length === 0) throw new MetricError('ERR_OPTION', 'formats: expected one format or more, got none');
  const registry = isRegistry(source) ? source : registryOf(source);
  const slabs = new Slabs();
  const pace = new Pace(maxPauseMs, host.giveWay);

  async function refreshed(request: RequestFacts, names: AskedNames): Promise<ReadonlyMap<Collector, Refreshed>> {
    const limitMs = Math.min(deadlineMs, patienceMs(request));
    const { signal, clear } = deadline(request.signal, limitMs);
    try {
      return await registry.refreshFor({ signal }, limitMs, names);
    } finally {
      clear();
    }
  }

  function* reported(reports: readonly CollectorReport[]): Iterable<MetricFamily> {
    metrics.countCollectors(reports);
    for (const { failure } of reports) if (failure) tell(onError, failure.cause);
    if (selfMetrics !== false) yield* metrics.ofCollectors(reports);
    if (selfMetrics === true) yield* metrics.ofHandler();
  }

  /** One instant over all series, where it does not take too long. */
  async function written(request: RequestFacts, names: AskedNames, refreshes: ReadonlyMap<Collector, Refreshed>): Promise<Written> {
    const { signal } = request;
    if (signal.aborted) throw new Gone();
    const { families, isLost, hasFailure } = registry.gather(refreshes, names, reported);
    if (isLost || (hasFailure && errors === 'fail')) throw new CollectorsFailed();
    const format = negotiate(header(request, 'accept'), formats);
    const body = new LentBody(slabs);
    for (const chunk of format.write(families)) {
      body.add(chunk);
      if (!pace.isDue) continue;
      await pace.pause();
      if (signal.aborted) throw new Gone();
    }
    return { contentType: format.contentType, body };
  }

  return async (request) => {
    const begin = performance.now();
    try {
      const names = askedNames(request);
      const refreshes = await refreshed(request, names);
      const { contentType, body } = await pace.inTurn(() => written(request, names, refreshes));
      const { parts } = body;
      const isCompressed = compress && host.gzip !== undefined && lengthOf(parts) >= COMPRESSED_FROM && acceptsGzip(header(request, 'accept-encoding'));
      const sent = isCompressed ? await host.gzip!(parts, request.signal) : body.settled();
      if (isCompressed) body.giveBack();
      metrics.lastScrapeSeconds = (performance.now() - begin) / 1000;
      return { contentType, body: sent, isCompressed, giveBack: () => body.giveBack() };
    } catch (error) {
      // The causes of failed collectors have been told one by one.
      const isNews = !request.signal.aborted && !(error instanceof CollectorsFailed);
      if (isNews) metrics.countError('encoding');
      if (isNews) tell(onError, error);
      throw error;
    }
  };
}

/** Tells the host of an error. What comes of that is the host's own affair, and must not stop a scrape. */
export function tell(onError: ((error: unknown) => void) | undefined, error: unknown): void {
  try {
    const told: unknown = onError?.(error);
    void Promise.resolve(told).catch(() => undefined);
  } catch {
    return;
  }
}

export function lengthOf(body: readonly Uint8Array[]): number {
  return body.reduce((total, chunk) => total + chunk.length, 0);
}

class CollectorsFailed extends Error {}

// Not `instanceof`, which fails across two copies of the package.
function isRegistry(source: Collector): source is Registry {
  return 'refreshFor' in source && 'gather' in source;
}

// Its warnings are those of `onError`.
function registryOf(source: Collector): Registry {
  const registry = new Registry({ onWarning: () => {} });
  registry.register(source);
  return registry;
}
