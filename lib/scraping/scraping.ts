// One scrape, from its refresh to its bytes: collectors brought up to date under a deadline, one pass over
// all series, encoded in full before anything is sent. Knows no paths and no status codes.

import { isRegistry } from '../core/members.ts';
import type { MemberRegistry } from '../core/members.ts';
import type { Collector } from '../core/model.ts';
import { sampleNames } from '../core/names.ts';
import { Registry } from '../core/registry.ts';
import { ifFree, selfMetrics as registryMetrics } from '../core/self-metrics.ts';
import { lengthOf } from './answer.ts';
import { isRefreshed, isReported, membersAsked } from './collectors.ts';
import type { NamedMember } from './collectors.ts';
import { deadline } from './deadline.ts';
import { Gathering } from './gathering.ts';
import type { SeriesMemory } from './gathering.ts';
import { groupSideOf } from './group.ts';
import type { LivePage } from './landing.ts';
import { offerOf } from './offer.ts';
import type { Offer, OfferOptions } from './offer.ts';
import { paced } from './pace.ts';
import type { Pace } from './pace.ts';
import { refreshAll } from './refreshing.ts';
import type { Refreshed } from './refreshing.ts';
import { askedNames, isGone, patienceMs } from './request.ts';
import type { RequestFacts } from './request.ts';
import { droppedSeries } from './self-metrics.ts';
import type { CollectorReport, SelfMetrics } from './self-metrics.ts';
import { LentBody, Slabs } from './slabs.ts';
import { engineTimers } from './timers.ts';
import type { Timers } from './timers.ts';

export interface ScrapeOptions extends OfferOptions {
  /**
   * How long collectors may take, in milliseconds; less where the scraper's own time is up earlier, by its
   * header `X-Prometheus-Scrape-Timeout-Seconds` and half a second before it. Those that are not done by
   * then are left out of the scrape. `Infinity`: as long as the scraper waits.
   *
   * @default 10000
   */
  readonly deadlineMs?: number | undefined;
  /**
   * What becomes of a scrape when a collector fails: `isolate` leaves out that collector's families, `fail`
   * answers 500. Where all fail, the answer is 500 anyway. @default 'isolate'
   */
  readonly errors?: 'isolate' | 'fail' | undefined;
  /**
   * Told what went wrong, each time, for your log: no answer ever says. What it throws is dropped.
   *
   * @default nothing; the registry's `onWarning` hears of each collector once
   */
  readonly onError?: ((error: unknown) => void) | undefined;
  /**
   * Whether a scrape tells of itself: `promlet_handler_*` of the answers given, and `promlet_collector_*` of
   * each collector of your own, each hook, and each gauge that follows a function. `collectors`: the latter alone.
   * `render` shows neither.
   *
   * @default true in `serve`, else 'collectors'
   */
  readonly selfMetrics?: boolean | 'collectors' | undefined;
  /**
   * How long writing may keep the event loop busy at a stretch, in milliseconds. A scrape that takes less is
   * one instant over all series; one that takes more yields in between, and each series agrees in itself. No stretch
   * is less than 8 steps, of some hundred microseconds at most, even if others keep the processor meanwhile.
   *
   * @default 10
   */
  readonly maxPauseMs?: number | undefined;
}

/** What the host has, and the skin knows of. */
export interface Host {
  /** Lets the event loop run. */
  giveWay(): Promise<void>;
  /** Compresses away from the event loop. Absent: answers are never compressed. @param level - 1 to 9. @default 3 */
  gzip?(chunks: readonly Uint8Array[], request: RequestFacts, level?: number): readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  /** Loads the live page, where the build has one. */
  livePage?(): Promise<LivePage | undefined>;
  /** @default the engine's, which keep a process running */
  readonly timers?: Timers;
}

/** Makes the body of a scrape; at once where nothing has to be waited for. */
export type Scraper = (request: RequestFacts) => Scraped | Promise<Scraped>;

export interface Scraped {
  readonly contentType: string;
  readonly body: readonly Uint8Array[];
  readonly isCompressed: boolean;
  /** Gives the body's memory back, once nobody reads it any more. */
  readonly giveBack: () => void;
}

/** The client has gone: nobody is there to be told. */
export class Gone extends Error {}

class CollectorsFailed extends Error {}

/**
 * A function that makes the body of a scrape. Where there is none to show it throws or rejects, and `onError` knows why.
 *
 * @throws {MetricError} `ERR_OPTION`
 */
export function scraper(source: Collector, host: Host, options: ScrapeOptions, metrics: SelfMetrics): Scraper {
  const { deadlineMs = 10_000, selfMetrics = 'collectors', maxPauseMs = 10, onError } = options;
  const registry = isRegistry(source) ? source : registryOf(source, onError);
  const group = groupSideOf(source);
  if (selfMetrics === true) group?.showHandlers();
  const handler: Handler = { ...options, registry, isGroup: group !== undefined, host, timers: host.timers ?? engineTimers, offer: offerOf(options), deadlineMs, selfMetrics, metrics, slabs: new Slabs(), memory: new WeakMap(), pace: paced(maxPauseMs, () => host.giveWay()) };
  return (request) => new ScrapeRun(handler, request).result();
}

/** What the scrapes of one handler have in common. */
interface Handler extends Pick<ScrapeOptions, 'errors' | 'onError'> {
  readonly registry: MemberRegistry;
  /** Whether it stands over a group: what it shows of itself is then part of what the group shows. */
  readonly isGroup: boolean;
  readonly host: Host;
  readonly timers: Timers;
  readonly offer: Offer;
  readonly deadlineMs: number;
  readonly selfMetrics: boolean | 'collectors';
  readonly metrics: SelfMetrics;
  readonly slabs: Slabs;
  readonly memory: SeriesMemory;
  readonly pace: Pace;
}

/** One scrape: refresh, gather and check, write, compress. Each step is synchronous where it can be. */
class ScrapeRun {
  private readonly handler: Handler;
  private readonly request: RequestFacts;
  private readonly begin = performance.now();
  /** Names of families and samples that are asked for. Absent: all there are. */
  private readonly names: ReadonlySet<string> | undefined;
  private readonly members: readonly NamedMember[];
  private readonly gathering: Gathering;
  private readonly reports: CollectorReport[] = [];
  private failures = 0;

  constructor(handler: Handler, request: RequestFacts) {
    this.handler = handler;
    this.request = request;
    this.gathering = new Gathering(handler.memory);
    this.names = askedNames(request);
    this.members = membersAsked(handler.registry, this.names);
  }

  result(): Scraped | Promise<Scraped> {
    const hooked = this.members.filter(({ collector }) => isRefreshed(collector));
    if (hooked.length > 0) return this.later(this.refresh(hooked).then((refreshed) => this.written(refreshed)));
    try {
      const written = this.written(NONE);
      return written instanceof Promise ? this.later(written) : written;
    } catch (error) {
      throw this.reported(error);
    }
  }

  private async later(result: Promise<Scraped>): Promise<Scraped> {
    try {
      return await result;
    } catch (error) {
      throw this.reported(error);
    }
  }

  private async refresh(hooked: readonly NamedMember[]): Promise<ReadonlyMap<Collector, Refreshed>> {
    const { timers, deadlineMs } = this.handler;
    const limitMs = Math.min(deadlineMs, patienceMs(this.request, timers.now()));
    const { signal, clear } = deadline(this.request.signal, limitMs, timers);
    try {
      return await refreshAll(hooked.map(({ collector }) => collector), { signal }, limitMs, timers);
    } finally {
      clear();
    }
  }

  private written(refreshed: ReadonlyMap<Collector, Refreshed>): Scraped | Promise<Scraped> {
    const body = this.handler.pace(this.work(refreshed));
    return body instanceof Promise ? body.then((each) => this.compressed(each)) : this.compressed(body);
  }

  private *work(refreshed: ReadonlyMap<Collector, Refreshed>): Generator<void, Written> {
    this.stopIfGone();
    for (const member of this.members) yield* this.gather(member, refreshed.get(member.collector));
    this.addMetrics();
    const { failures } = this;
    if (failures > 0 && (failures === this.members.length || this.handler.errors === 'fail')) throw new CollectorsFailed();
    return yield* this.write();
  }

  private *gather(member: NamedMember, refreshed: Refreshed | undefined): Generator<void, void> {
    const { collector, registry } = member;
    const begin = performance.now();
    let failure: CollectorReport['failure'] = refreshed?.failure && { act: 'refresh', ...refreshed.failure };
    if (failure === undefined) {
      try {
        for (const _ of this.gathering.add(member)) {
          yield;
          this.stopIfGone();
        }
      } catch (cause) {
        this.stopIfGone();
        failure = { act: 'collect', cause, isLate: false };
      }
    }
    if (isReported(collector)) this.reports.push({ member, seconds: (refreshed?.seconds ?? 0) + (performance.now() - begin) / 1000, failure });
    if (failure === undefined) return;
    this.failures++;
    registry.warnings.warnOf(collector, failure.act, failure.cause);
    tell(this.handler.onError, failure.cause);
  }

  /** Adds what the registry, its collectors and the handler have to say of themselves. */
  private addMetrics(): void {
    const { registry, metrics, selfMetrics, isGroup } = this.handler;
    if (isGroup) return;
    metrics.countCollectors(this.reports);
    this.gathering.addTrusted([
      ...registryMetrics(registry, this.members),
      ...ifFree(registry, droppedSeries(this.gathering.droppedSeries, registry.labels)),
      ...ifFree(registry, selfMetrics === false ? [] : metrics.ofCollectors(this.reports, registry.labels)),
      ...ifFree(registry, selfMetrics === true ? metrics.ofHandler(registry.labels) : []),
    ]);
  }

  /** One instant over all series, where it does not take too long. */
  private *write(): Generator<void, Written> {
    const { registry, offer, slabs } = this.handler;
    const { names } = this;
    const { families } = this.gathering;
    const shown = names === undefined ? families : families.filter(({ name, type }) => sampleNames(name, type).some((sample) => names.has(sample)));
    const format = offer.formatFor(this.request);
    const body = new LentBody(slabs);
    for (const chunk of format.write(shown, (warning) => registry.warnings.warn(warning))) {
      body.add(chunk);
      yield;
      this.stopIfGone();
    }
    return { contentType: format.contentType, body };
  }

  private compressed({ contentType, body }: Written): Scraped | Promise<Scraped> {
    const { offer, host } = this.handler;
    if (host.gzip === undefined || !offer.isCompressed(this.request, lengthOf(body.parts))) {
      return this.done({ contentType, body: body.settled(), isCompressed: false, giveBack: () => body.giveBack() });
    }
    const finish = (parts: readonly Uint8Array[]): Scraped => {
      body.giveBack();
      return this.done({ contentType, body: parts, isCompressed: true, giveBack: () => {} });
    };
    const zipped = host.gzip(body.parts, this.request);
    return zipped instanceof Promise ? zipped.then(finish) : finish(zipped);
  }

  private done(scraped: Scraped): Scraped {
    this.handler.metrics.lastScrapeSeconds.value = (performance.now() - this.begin) / 1000;
    return scraped;
  }

  /** The error, after it was counted and reported where that is news. */
  private reported(error: unknown): unknown {
    // The causes of failed collectors have been reported one by one.
    if (isGone(this.request) || error instanceof CollectorsFailed) return error;
    this.handler.metrics.countError('encoding');
    tell(this.handler.onError, error);
    return error;
  }

  private stopIfGone(): void {
    if (isGone(this.request)) throw new Gone();
  }
}

interface Written {
  readonly contentType: string;
  readonly body: LentBody;
}

const NONE: ReadonlyMap<Collector, Refreshed> = /* @__PURE__ */ new Map();

/** Tells the host of an error. What comes of that is the host's own affair, and must not stop a scrape. */
export function tell(onError: ((error: unknown) => void) | undefined, error: unknown): void {
  try {
    const told: unknown = onError?.(error);
    void Promise.resolve(told).catch(() => undefined);
  } catch {
    return;
  }
}

// `onError` hears of its failures anyway.
function registryOf(source: Collector, onError: ScrapeOptions['onError']): Registry {
  const registry = new Registry({ onWarning: (warning) => warning.code !== 'ERR_COLLECTOR' && tell(onError, warning) });
  registry.register(source);
  return registry;
}
