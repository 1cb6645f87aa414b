// A group as its member sees it: asks all others, merges what they tell with its own, and tells them of itself.

import { brand } from '../core/brand.ts';
import { MetricError, messageOf, show } from '../core/errors.ts';
import type { MemberRegistry } from '../core/members.ts';
import type { Collector, MetricFamily, Scrape } from '../core/model.ts';
import { GROUP } from '../scraping/group.ts';
import type { GroupSide } from '../scraping/group.ts';
import { paced } from '../scraping/pace.ts';
import type { Pace } from '../scraping/pace.ts';
import { onExit } from './exits.ts';
import type { GroupFolder } from './folder.ts';
import { groupMetrics } from './group-metrics.ts';
import { Holding } from './holding.ts';
import { Merger } from '../merging/merger.ts';
import { Own } from './own.ts';
import { Presence } from './presence.ts';
import { codeOf } from './processes.ts';
import { Retained } from '../merging/retained.ts';
import type { Retaining } from '../merging/retaining.ts';
import { PATIENCE_MS, Round } from './round.ts';
import type { Answers } from './round.ts';
import type { Told } from './told.ts';

/** One group, as this process or thread is a member of it. */
export interface Group extends Collector {
  readonly name: string;
  /** What this member is called in the label `member`. */
  readonly member: string;
  /**
   * Asks all members, so that `collect` has what they are now. Never rejects because of others: one that does not
   * answer in time costs itself alone.
   *
   * @param scrape - @default one that takes 5 seconds at most
   */
  refresh(scrape?: Scrape): Promise<void>;
  /** All families of the group as of the last refresh; none before the first. */
  collect(): Iterable<MetricFamily>;
  /** Leaves: what was counted stays in the group's sums as long as anybody is in it. */
  leave(): Promise<void>;
  /** `await using group = await joinGroup(…)` leaves where its scope ends. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What stays of a registry that left. */
export interface FormerMember {
  readonly id: string;
  readonly retained: Retaining;
}

export interface MemberSettings {
  readonly name: string;
  readonly folder: GroupFolder;
  readonly member: string | undefined;
  onError(error: unknown): void;
  /** What stays of the same registry, where it was a member before. */
  readonly before: FormerMember | undefined;
  /** Called once it has left. @param former - To be given where the registry joins again. */
  onLeft(former: FormerMember): void;
}

// The steps of reading and writing files come on top of it.
const PAUSE_MS = 5;

// How often a member looks after itself, unless that would take more than one part in a hundred of its time.
const BEAT_MS = 1_000;
const MOST_OF_TIME = 100;

// What is left of a scrape's time when all are asked to tell, beside twice what it took the last time.
const MARGIN_MS = 200;
const LEAVE_MS = 2_000;

export class MemberGroup implements Group {
  readonly name: string;
  private readonly settings: MemberSettings;
  private readonly pace: Pace = paced(PAUSE_MS, () => new Promise((resolve) => setImmediate(resolve)));
  private readonly presence: Presence;
  private readonly own: Own;
  private readonly retained: Retaining;
  private readonly merger: Merger;
  private readonly holding: Holding;
  /** What others told, by their ids. */
  private known: ReadonlyMap<string, Told> = new Map();
  /** Those that said nothing at all in the last round. */
  private silent: ReadonlySet<string> = new Set();
  private families: readonly MetricFamily[] = [];
  private round: { readonly done: Promise<void>; readonly scrapes: Set<Scrape> } | undefined;
  /** How long the last round took after all that were asked were ready. */
  private secondStepMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private left: Promise<void> | undefined;
  private callOff = (): void => {};

  constructor(registry: MemberRegistry, settings: MemberSettings) {
    const { name, folder, before, member, onError } = settings;
    this.retained = before?.retained ?? new Retained();
    brand(this, 'checked');
    this.name = name;
    this.settings = settings;
    this.own = new Own(registry, this.pace, onError, this.retained);
    this.merger = new Merger(onError);
    this.presence = new Presence({ folder, id: before?.id, member, pace: this.pace, onError, answering: { onError, prepare: (limitMs) => this.prepare(limitMs) } });
    this.holding = new Holding(this.presence);
    const { own, holding } = this;
    const side: GroupSide = {
      selfMetrics: own.metrics,
      showHandlers: () => void (own.showsHandlers = true),
      hold: (place) => holding.hold(place),
      isHeldByOther: (place) => holding.isHeldByOther(place),
    };
    Object.defineProperty(this, GROUP, { value: side });
  }

  get member(): string {
    return this.presence.record.member;
  }

  async join(): Promise<this> {
    await this.presence.join();
    this.callOff = onExit((isFinal) => this.end(isFinal));
    this.beatAfter(BEAT_MS);
    return this;
  }

  async refresh(scrape?: Scrape): Promise<void> {
    if (this.left) throw new MetricError('ERR_GROUP', `group ${show(this.name)}: expected a member, got one that left`);
    const own = scrape ?? patient();
    const round = (this.round ??= this.begin());
    round.scrapes.add(own);
    await round.done;
  }

  collect(): Iterable<MetricFamily> {
    return this.families;
  }

  leave(): Promise<void> {
    return (this.left ??= this.leaveOnce());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }

  private begin(): NonNullable<MemberGroup['round']> {
    const { presence, own, known, silent, settings: { onError } } = this;
    const round = new Round({ presence, own, known, silent, reservedMs: MARGIN_MS + 2 * this.secondStepMs, onError });
    // Later than now: the scrape that begins it is to be among those that wait.
    const done = Promise.resolve().then(() => round.run()).then((answers) => this.show(answers)).finally(() => (this.round = undefined));
    return { done, scrapes: round.scrapes };
  }

  private async show({ own, parts, reports, told, silent, isAnyDead, readyMs }: Answers): Promise<void> {
    this.known = told;
    this.silent = silent;
    // What is shown must not be lost with this process.
    const [merged] = await Promise.all([this.pace(this.merger.merge(parts)), this.keep(own)]);
    this.families = [...merged, ...groupMetrics(reports)];
    this.secondStepMs = performance.now() - readyMs;
    if (isAnyDead) this.presence.sweep(told).catch(this.settings.onError);
  }

  /** For another member: gets ready, and tells then. */
  private async prepare(limitMs: number): Promise<() => Promise<Told>> {
    const outcomes = await this.own.refresh(limitMs);
    return async () => {
      const told = await this.own.take(this.presence.record.id, outcomes);
      // What others heard must not be lost with this process.
      await this.keep(told);
      return told;
    };
  }

  private async keep(told: Told): Promise<void> {
    try {
      await this.presence.keeper.keep(told);
    } catch (cause) {
      // Its last word has more, and reports its own failing.
      if (this.left) return;
      // Such as a full disk. Answers go on.
      this.settings.onError(new MetricError('ERR_GROUP', `group ${show(this.name)}: what is counted here cannot be written to the group's folder (${codeOf(cause) ?? messageOf(cause)}); if this process is killed, it is lost`, { cause }));
    }
  }

  private beatAfter(delayMs: number): void {
    if (this.left) return;
    this.timer = setTimeout(() => void this.beat().finally(() => undefined), delayMs).unref();
  }

  /** Stays in the list, and keeps what was counted, so that little is lost if this process is killed. */
  private async beat(): Promise<void> {
    let costMs = 0;
    try {
      await this.presence.check();
      this.holding.renew();
      const beginMs = performance.now();
      const told = await this.own.take(this.presence.record.id);
      if (this.presence.keeper.isNew(told)) await this.keep(told);
      costMs = performance.now() - beginMs;
    } catch (error) {
      this.settings.onError(error);
    }
    this.beatAfter(Math.max(BEAT_MS, MOST_OF_TIME * costMs));
  }

  private async leaveOnce(): Promise<void> {
    this.stop();
    await this.round?.done.catch(() => undefined);
    await this.own.refresh(LEAVE_MS);
    const word = await this.own.take(this.presence.record.id);
    try {
      await this.presence.leave(word);
    } catch (error) {
      this.settings.onError(error);
    }
    // Not before: the process may end while it leaves.
    this.callOff();
    this.settings.onLeft({ id: this.presence.record.id, retained: this.retained });
  }

  /** The process or thread ends, or may end. */
  private end(isFinal: boolean): void {
    if (isFinal) {
      this.left ??= Promise.resolve();
      this.stop();
    }
    const { presence, own } = this;
    try {
      const told = own.takeNow(presence.record.id);
      if (isFinal) presence.endNow({ ...told, isFinal });
      else presence.keeper.keepNow(told);
    } catch (error) {
      this.settings.onError(error);
    }
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.holding.releaseAll();
  }
}

function patient(): Scrape {
  const end = performance.now() + PATIENCE_MS;
  const { signal } = new AbortController();
  return {
    signal,
    get timeLeftMs() {
      return end - performance.now();
    },
  };
}
