// That a member is in its group: it joins, sees to it that it stays in the list and can be found, and clears up
// after those that ended.

import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

import { MetricError } from '../core/errors.ts';
import type { Pace } from '../scraping/pace.ts';
import { AskedSocket } from './answering.ts';
import type { Answering } from './answering.ts';
import { Chain } from './chain.ts';
import type { GroupFolder } from './folder.ts';
import { Keeper, lastTold, removeFiles } from './keeping.ts';
import { removeLeftovers } from './leftovers.ts';
import { hasEnded, isProcessGone, livenessOf } from './liveness.ts';
import { NOBODY, bytesOf, membershipIn, newId, recordBeside } from './members.ts';
import type { MemberRecord, Membership } from './members.ts';
import { codeOf, placeOfProcess } from './processes.ts';
import { EndedChain } from './ended-chain.ts';
import { latest } from './told.ts';
import type { Told } from './told.ts';

export interface PresenceOptions {
  readonly folder: GroupFolder;
  /** Of the same registry, when it was in the group before. */
  readonly id: string | undefined;
  /** The label's value that is wished for. */
  readonly member: string | undefined;
  readonly pace: Pace;
  readonly answering: Answering;
  onError(error: unknown): void;
}

const MOST_ATTEMPTS = 1_000;
const MOST_REMOVALS = 10;

export class Presence {
  /** These are there once it has joined. */
  record!: MemberRecord;
  ended!: EndedChain;
  keeper!: Keeper;
  readonly folder: GroupFolder;
  readonly host: string = placeOfProcess();
  private readonly options: PresenceOptions;
  private readonly list: Chain;
  private generation = '';
  /** The members, as the list had them last. */
  private remembered: readonly MemberRecord[] = [];
  private socket: AskedSocket | undefined;
  private seen = 0;
  private checking: Promise<void> | undefined;
  private isOver = false;
  private hasSaid = false;

  constructor(options: PresenceOptions) {
    this.options = options;
    this.folder = options.folder;
    this.list = new Chain(options.folder.path, 'members');
  }

  /** @throws {MetricError} `ERR_GROUP`, and what the system says where it cannot listen */
  async join(): Promise<void> {
    const { folder } = this;
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      folder.prepare();
      const id = this.options.id ?? newId();
      const socket = new AskedSocket(folder.socketOf(id), folder.firstSocketOf(id), this.options.answering);
      try {
        // Before the list is changed: whoever reads it finds this member alive.
        await socket.listen();
        if (await this.enterAs(id, socket)) return;
        socket.close(true);
      } catch (error) {
        socket.close(true);
        // Somebody removed the folder at this moment, such as the last one that left.
        if (codeOf(error) !== 'ENOENT' || attempt > MOST_REMOVALS) throw error;
      }
    }
    throw new MetricError('ERR_GROUP', `folder ${JSON.stringify(folder.path)}: expected to join, got others that join all the time`);
  }

  /** All members in the order in which they joined, as the list has them now, or had them when it could last be read; this one in any case. Never throws. */
  members(): readonly MemberRecord[] {
    let members = this.remembered;
    try {
      members = this.read().membership.members;
    } catch (error) {
      this.options.onError(error);
    }
    return members.some(({ id }) => id === this.record.id) ? members : [...members, this.record];
  }

  others(): readonly MemberRecord[] {
    return this.members().filter(({ id }) => id !== this.record.id);
  }

  /** Makes sure that others find this member. Never rejects. */
  check(): Promise<void> {
    if (this.isOver) return Promise.resolve();
    this.checking ??= this.restore()
      .catch((error: unknown) => this.options.onError(error))
      .finally(() => (this.checking = undefined));
    return this.checking;
  }

  /**
   * Keeps what those told that have ended, and takes them out of the list.
   *
   * @param heard - What they told this member: later than what is in their files, where those could not be written.
   */
  async sweep(heard?: ReadonlyMap<string, Told>): Promise<void> {
    let dead: readonly MemberRecord[] = [];
    await this.ended.add(async (kept) => {
      const { membership } = this.read();
      dead = membership.generation === this.generation ? await this.deadAmong(membership) : [];
      return dead.map(({ id }) => ({ id, told: kept.has(id) ? undefined : latest(heard?.get(id), this.lastTold(id)) }));
    });
    if (dead.length === 0) return;
    // One that has come back meanwhile has another record.
    const isSwept = (each: MemberRecord): boolean => dead.some(({ id, joinedMs }) => id === each.id && joinedMs === each.joinedMs);
    this.change((membership) => (membership.generation === this.generation && membership.members.some(isSwept) ? { ...membership, members: membership.members.filter((each) => !isSwept(each)) } : undefined));
    const { members } = this.read().membership;
    removeFiles(this.folder, (id) => dead.some((each) => each.id === id) && !members.some((each) => each.id === id));
  }

  /** What a member told last, as its files say it; reported where they cannot be read. */
  lastTold(id: string): Told | undefined {
    try {
      return lastTold(this.folder, id);
    } catch (error) {
      this.options.onError(error);
      return undefined;
    }
  }

  /** Leaves with a last word. The last one out removes the folder. */
  async leave(word: Told): Promise<void> {
    this.isOver = true;
    await this.checking;
    try {
      this.say(word);
      // What is being written comes before the files are removed.
      await this.keeper.settled;
      await this.sweep();
      if (this.read().membership.members.length === 0) this.folder.remove();
    } catch (error) {
      // Another that left at the same moment was the last one out, and has removed the folder.
      if (codeOf(error) !== 'ENOENT') throw error;
    } finally {
      this.socket?.close();
    }
  }

  /** The same at once, as the process or thread ends. What is left is kept by whoever comes next. */
  endNow(word: Told): void {
    this.isOver = true;
    try {
      this.say(word);
      this.removeIfOver();
    } catch (error) {
      // Another member of this process was the last one out.
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }

  /** Removes the folder if it is certain, without asking anybody, that nobody is left. */
  private removeIfOver(): void {
    const { number, membership } = this.read();
    if (membership.generation !== this.generation) return;
    // The main thread's end is that of all threads.
    const isOver = (each: MemberRecord): boolean => hasEnded(each, this.folder) || isProcessGone(each, this.host) || (isMainThread && each.host === this.host && each.pid === process.pid);
    if (membership.members.every(isOver) && this.list.append(number, bytesOf(NOBODY))) this.folder.remove();
  }

  /** Once: later words would be of what is in the sum already. */
  private say(word: Told): void {
    if (this.hasSaid) return;
    this.keeper.end(word);
    this.hasSaid = true;
  }

  /** Enters the list. False where others were faster. */
  private async enterAs(id: string, socket: AskedSocket): Promise<boolean> {
    const { folder, options: { member, pace, onError } } = this;
    const { number, membership } = this.read();
    const dead = await this.deadOf(membership);
    const before = membership.members.filter((each) => each.id !== id);
    const live = before.filter((each) => !dead.has(each.id));
    const isFirst = live.length === 0;
    const record = recordBeside(live, member, { id, pid: process.pid, host: this.host, joinedMs: Date.now() });
    const generation = isFirst ? randomBytes(8).toString('hex') : membership.generation;
    // The word of a registry that was in the group before, and has not been added to the sum.
    rmSync(folder.fileOf(`${id}.end`), { force: true });
    if (!this.append(number, { generation, members: [...(isFirst ? [] : before), record] }, record)) return false;
    this.socket?.close();
    if (this.record && this.record.id !== id) this.removeOwnFiles();
    this.record = record;
    this.generation = generation;
    this.socket = socket;
    this.ended = new EndedChain(folder, generation, pace, onError);
    this.keeper = new Keeper(folder, id);
    this.seen = this.list.head();
    if (!isFirst) {
      this.takeOut();
      if (dead.size > 0) await this.sweep();
    }
    await removeLeftovers(folder, () => this.read().membership);
    return true;
  }

  private async restore(): Promise<void> {
    this.folder.prepare();
    if (!this.socket?.isThere) await this.socket?.listen();
    const head = this.list.head();
    if (head !== 0 && head === this.seen) return;
    const { number, membership } = this.read();
    this.seen = number;
    const isLost = number === 0;
    if (!isLost && membership.generation !== this.generation) return this.join();
    if (membership.members.some(({ id }) => id === this.record.id)) return;
    // Those whose files are gone too count by what they told, until they listen anew.
    await this.comeBack(number, isLost ? this.remembered.filter(({ id }) => id !== this.record.id) : membership.members);
  }

  /** Takes out of the sum what it has of this member, when it left or was taken for dead: now that counts again. */
  private takeOut(): void {
    const { id } = this.record;
    if (this.ended.takeOut(id)) return;
    this.isOver = true;
    this.change((membership) => ({ ...membership, members: membership.members.filter((each) => each.id !== id) }));
    throw new MetricError('ERR_GROUP', `folder ${JSON.stringify(this.folder.path)}: expected a registry that is new to the group, got one that left, whose counts are among those of all that left; join with another registry`);
  }

  /** Into the list again, as who it was: somebody removed the files, or took this member for dead. */
  private async comeBack(number: number, members: readonly MemberRecord[]): Promise<void> {
    this.seen = 0;
    const record = recordBeside(members, this.options.member, this.record);
    // What the sum has of it counts until the very moment in which it is taken out.
    if (!this.append(number, { generation: this.generation, members: [...members, record] }, record)) return;
    this.record = record;
    this.keeper = new Keeper(this.folder, record.id);
    this.takeOut();
  }

  /** Whether the record is in the list then: another may have changed what was appended before one could see that it counts. */
  private append(number: number, membership: Membership, { id, joinedMs }: MemberRecord): boolean {
    return this.list.append(number, bytesOf(membership)) || this.read().membership.members.some((each) => each.id === id && each.joinedMs === joinedMs);
  }

  private read(): { readonly number: number; readonly membership: Membership } {
    const { number, content } = this.list.read();
    const membership = this.membershipIn(content);
    if (membership.generation === this.generation) this.remembered = membership.members;
    return { number, membership };
  }

  /** What cannot be read is as if nobody was there. @throws {MetricError} `ERR_GROUP` for another version */
  private membershipIn(content: Uint8Array | undefined): Membership {
    return membershipIn(content, (error) => this.options.onError(error));
  }

  private change(next: (membership: Membership) => Membership | undefined): void {
    this.list.change((content) => {
      const changed = next(this.membershipIn(content));
      return changed && bytesOf(changed);
    });
  }

  private async deadOf(membership: Membership): Promise<ReadonlySet<string>> {
    return new Set((await this.deadAmong(membership)).map(({ id }) => id));
  }

  private async deadAmong({ members }: Membership): Promise<readonly MemberRecord[]> {
    const others = members.filter(({ id }) => id !== this.record?.id || this.isOver);
    const dead = await Promise.all(others.map(async (each) => ((await livenessOf(each, this.folder, this.host)) === 'ended' ? each : [])));
    return dead.flat();
  }

  private removeOwnFiles(): void {
    const { id } = this.record;
    removeFiles(this.folder, (each) => each === id);
  }
}
