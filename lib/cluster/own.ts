// What this member itself tells the group: its registry's families, each collector refreshed and collected on its
// own, as for a scrape.

import type { MemberRegistry } from '../core/members.ts';
import type { Collector, MetricFamily } from '../core/model.ts';
import { ifFree, selfMetrics as registryMetrics } from '../core/self-metrics.ts';
import { TYPES } from '../core/types.ts';
import { isRefreshed, isReported, membersAsked } from '../scraping/collectors.ts';
import type { NamedMember } from '../scraping/collectors.ts';
import { deadline } from '../scraping/deadline.ts';
import { Gathering } from '../scraping/gathering.ts';
import type { SeriesMemory } from '../scraping/gathering.ts';
import { groupSideOf } from '../scraping/group.ts';
import type { Pace } from '../scraping/pace.ts';
import { refreshAll } from '../scraping/refreshing.ts';
import type { Refreshed } from '../scraping/refreshing.ts';
import { droppedSeries, SelfMetrics } from '../scraping/self-metrics.ts';
import type { CollectorReport } from '../scraping/self-metrics.ts';
import { aborter } from '../scraping/signals.ts';
import { engineTimers } from '../scraping/timers.ts';
import type { Retaining } from '../merging/retaining.ts';
import { survives } from '../merging/layout.ts';
import { SnapshotWriter } from '../merging/snapshot-writer.ts';
import type { Told } from './told.ts';

/** How the refresh of each collector went. */
export type Outcomes = ReadonlyMap<Collector, Refreshed>;

/** Whether it is an instrument of which sums are shown: they must not fall where its hook fails in one member. */
function isSummed({ family }: NamedMember): boolean {
  return family !== undefined && survives({ type: family.type, merge: family.merge ?? TYPES[family.type].rules[0]! });
}

export class Own {
  readonly metrics: SelfMetrics = new SelfMetrics();
  /** Whether a handler of this member shows how many requests it answered. */
  showsHandlers = false;
  private readonly registry: MemberRegistry;
  private readonly pace: Pace;
  private readonly onError: (error: unknown) => void;
  private readonly memory: SeriesMemory = new WeakMap();
  private readonly retained: Retaining;
  private readonly writer: SnapshotWriter;
  /** Whether a snapshot is being taken, in steps. */
  private isTaking = false;
  private outcomes: Outcomes = new Map();
  private sequence = 0;

  /** @param retained - What series had that ended. */
  constructor(registry: MemberRegistry, pace: Pace, onError: (error: unknown) => void, retained: Retaining) {
    this.registry = registry;
    this.retained = retained;
    this.writer = new SnapshotWriter(retained);
    this.pace = pace;
    this.onError = onError;
  }

  /** Brings all collectors up to date, as far as they are within the time. Never rejects. */
  async refresh(limitMs: number): Promise<Outcomes> {
    const collectors = this.members().flatMap(({ collector }) => (isRefreshed(collector) ? collector : []));
    const { signal, clear } = deadline(aborter().signal, limitMs);
    try {
      return (this.outcomes = await refreshAll(collectors, { signal }, limitMs, engineTimers));
    } finally {
      clear();
    }
  }

  /** All as it is now. @param outcomes - Of the refresh for this very snapshot, which is then counted. */
  async take(id: string, outcomes?: Outcomes): Promise<Told> {
    return this.pace(this.stepsOfOne(id, outcomes));
  }

  /** The same, at once. */
  takeNow(id: string): Told {
    const steps = this.steps(id, this.isTaking ? new SnapshotWriter(this.retained) : this.writer);
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
    }
  }

  private *stepsOfOne(id: string, outcomes?: Outcomes): Generator<void, Told> {
    this.isTaking = true;
    try {
      return yield* this.steps(id, this.writer, outcomes);
    } finally {
      this.isTaking = false;
    }
  }

  private *steps(id: string, writer: SnapshotWriter, outcomes?: Outcomes): Generator<void, Told> {
    const gathering = new Gathering(this.memory);
    const reports: CollectorReport[] = [];
    const members = this.members();
    for (const member of members) yield* this.gather(gathering, reports, member, (outcomes ?? this.outcomes).get(member.collector));
    if (outcomes) this.metrics.countCollectors(reports);
    gathering.addTrusted(this.ownMetrics(gathering, members, reports));
    const toldMs = Date.now();
    const snapshot = yield* writer.take(gathering.families);
    // Above those of the same registry, where it was in the group before.
    this.sequence = Math.max(this.sequence + 1, toldMs);
    return { id, sequence: this.sequence, toldMs, ...snapshot };
  }

  private *gather(gathering: Gathering, reports: CollectorReport[], member: NamedMember, refreshed: Refreshed | undefined): Generator<void, void> {
    const { collector, registry } = member;
    const begin = performance.now();
    let failure: CollectorReport['failure'] = refreshed?.failure && { act: 'refresh', ...refreshed.failure };
    if (failure === undefined || isSummed(member)) {
      try {
        yield* gathering.add(member);
      } catch (cause) {
        failure ??= { act: 'collect', cause, isLate: false };
      }
    }
    if (isReported(collector)) reports.push({ member, seconds: (refreshed?.seconds ?? 0) + (performance.now() - begin) / 1000, failure });
    if (failure === undefined) return;
    registry.warnings.warnOf(collector, failure.act, failure.cause);
    this.onError(failure.cause);
  }

  /** What the registry, its collectors and the handlers have to say of themselves. */
  private ownMetrics(gathering: Gathering, members: readonly NamedMember[], reports: readonly CollectorReport[]): readonly MetricFamily[] {
    const { registry, metrics } = this;
    return [
      ...registryMetrics(registry, members),
      ...ifFree(registry, droppedSeries(gathering.droppedSeries, registry.labels)),
      ...ifFree(registry, metrics.ofCollectors(reports, registry.labels)),
      ...ifFree(registry, this.showsHandlers ? metrics.ofHandler(registry.labels) : []),
    ];
  }

  /** Without the group itself, where it is registered with its own registry. */
  private members(): NamedMember[] {
    return membersAsked(this.registry, undefined).filter(({ collector }) => groupSideOf(collector) === undefined);
  }
}
