// One round of asking: all members get ready, and then all tell at once. Knows not what is merged of it.

import { setTimeout as sleep } from 'node:timers/promises';

import { MetricError, messageOf, show } from '../core/errors.ts';
import type { Scrape } from '../core/model.ts';
import { Asked } from './asking.ts';
import type { MemberReport } from './group-metrics.ts';
import { judged } from './liveness.ts';
import type { MemberRecord } from './members.ts';
import type { Own } from './own.ts';
import type { Presence } from './presence.ts';
import type { Part } from '../merging/snapshot.ts';
import { partOfEnded } from './ended-chain.ts';
import { latest } from './told.ts';
import type { Told } from './told.ts';

/** What came of a round. */
export interface Answers {
  /** Of this member. */
  readonly own: Told;
  /** Of all that live and of all that ended. */
  readonly parts: readonly Part[];
  readonly reports: readonly MemberReport[];
  /** What each of the others told, now or before. */
  readonly told: ReadonlyMap<string, Told>;
  /** Those of them that said nothing at all, though they live. */
  readonly silent: ReadonlySet<string>;
  /** Whether there are members in the list that have ended. */
  readonly isAnyDead: boolean;
  /** When all that were waited for were ready, by `performance.now()`. */
  readonly readyMs: number;
}

export interface RoundOptions {
  readonly presence: Presence;
  readonly own: Own;
  /** What others told before. */
  readonly known: ReadonlyMap<string, Told>;
  /** Those that said nothing at all in the last round. */
  readonly silent: ReadonlySet<string>;
  /** What has to be left of the time when all are ready. */
  readonly reservedMs: number;
  onError(error: unknown): void;
}

/** How one of the others fared. */
interface Outcome {
  readonly told: Told | undefined;
  readonly isUp: boolean;
  readonly isDead: boolean;
  readonly error?: MetricError | undefined;
}

/** Of scrapes without a deadline. */
export const PATIENCE_MS = 5_000;

const POLL_MS = 50;
const LONGEST_MS = 3_600_000;

// What a member gets to say anything that said nothing in the last round.
const SILENCE_MS = 500;

// Of the time in which a member has to be ready, what its collectors get.
const SHARE_OF_MEMBERS = 0.9;

export class Round {
  /** Those that wait for it; more may come. The one that waits shortest counts. */
  readonly scrapes: Set<Scrape> = new Set();
  private readonly options: RoundOptions;
  private readonly beginMs = performance.now();

  constructor(options: RoundOptions) {
    this.options = options;
  }

  async run(): Promise<Answers> {
    const { presence, own, onError } = this.options;
    const reservedMs = Math.min(this.options.reservedMs, this.leftMs() / 2);
    await presence.check();
    const members = presence.members();
    const others = members.filter(({ id }) => id !== presence.record.id);
    const limitMs = Math.min(Math.max(0, this.leftMs() - reservedMs), LONGEST_MS);
    const asked = new Map(others.map((each) => [each, this.question(each, limitMs)]));
    const ownReady = own.refresh(limitMs * SHARE_OF_MEMBERS);
    await this.until([ownReady, ...[...asked].map(([{ id }, each]) => this.readyOrSilent(id, each))], reservedMs);
    const readyMs = performance.now();
    const ready = [...asked.values()].filter(({ isReady }) => isReady);
    for (const each of ready) each.tell();
    const ownTold = await own.take(presence.record.id, await ownReady);
    await this.until(ready.map((each) => each.told), reservedMs / 2);
    const found = new Map(others.map((record) => [record.id, this.outcome(record, asked.get(record)!)]));
    for (const each of asked.values()) each.close();
    // Read last: whoever ended and is not in it yet had left its words in its files.
    const ended = presence.ended.read();
    const gone = new Set(ended.ids);
    const parts: Part[] = [];
    const reports: MemberReport[] = [];
    for (const record of members) {
      const { told, isUp, isDead, error } = found.get(record.id) ?? { told: ownTold, isUp: true, isDead: false, error: undefined };
      if (gone.has(record.id)) continue;
      if (error) onError(error);
      if (told) parts.push(partOf(told, record.member, isDead));
      if (!isDead) reports.push({ member: record.member, isUp, ageSeconds: Math.max(0, Date.now() - (told?.toldMs ?? record.joinedMs)) / 1_000 });
    }
    parts.push(...ended.told.map(partOfEnded));
    return {
      own: ownTold,
      parts,
      reports,
      told: new Map([...found].flatMap(([id, { told }]) => (told ? [[id, told] as const] : []))),
      silent: new Set([...asked].flatMap(([{ id }, { isHeard }]) => (isHeard || found.get(id)!.isDead ? [] : id))),
      isAnyDead: [...found.values()].some(({ isDead }) => isDead),
      readyMs,
    };
  }

  private question({ id }: MemberRecord, limitMs: number): Asked {
    // A collector that is late is to cost itself alone, and not its member.
    return new Asked({ path: this.options.presence.folder.socketOf(id), id, limitMs: limitMs * SHARE_OF_MEMBERS, known: this.options.known.get(id) });
  }

  /** Whoever says nothing at all, as it did the last time, hangs: that it does so again is not to cost each scrape all its time. */
  private async readyOrSilent(id: string, asked: Asked): Promise<void> {
    if (this.options.silent.has(id)) await Promise.race([asked.heard, sleep(SILENCE_MS)]);
    else await asked.heard;
    if (asked.isHeard) await asked.ready;
  }

  private outcome(record: MemberRecord, asked: Asked): Outcome {
    const { presence, known } = this.options;
    const { answer, error, isConnected } = asked;
    const isDead = judged(record, presence.folder, presence.host, isConnected ? undefined : error) === 'ended';
    if (!isDead && answer) return { told: answer, isUp: true, isDead };
    const reason = error === undefined ? 'did not answer in time' : messageOf(error);
    return {
      told: latest(answer, known.get(record.id), presence.lastTold(record.id)),
      isUp: false,
      isDead,
      error: isDead ? undefined : new MetricError('ERR_GROUP', `member ${show(record.member)}: ${reason}`, { cause: error }),
    };
  }

  private leftMs(): number {
    const ofEach = [...this.scrapes].map(({ signal, timeLeftMs = Infinity }) => {
      if (signal.aborted) return 0;
      return Number.isFinite(timeLeftMs) ? timeLeftMs : PATIENCE_MS - (performance.now() - this.beginMs);
    });
    return Math.min(...ofEach);
  }

  /** Resolves when all is done, or when no more than what is reserved is left of the time. */
  private async until(work: readonly Promise<unknown>[], reservedMs: number): Promise<void> {
    let isDone = false;
    const done = Promise.all(work).then(() => (isDone = true));
    for (;;) {
      const restMs = this.leftMs() - reservedMs;
      if (isDone || restMs <= 0) return;
      let timer: NodeJS.Timeout | undefined;
      // A scrape that waits shorter may come meanwhile, and one may be aborted.
      await Promise.race([done, new Promise((resolve) => (timer = setTimeout(resolve, Math.min(POLL_MS, restMs))))]);
      clearTimeout(timer);
    }
  }
}

function partOf({ id, shapeId, shape, values }: Told, member: string, isEnded: boolean): Part {
  return { key: id, member, isEnded, shapeId, shape, values };
}
