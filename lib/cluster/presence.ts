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
import { Keeper, filesIn, lastTold, removeFiles } from './keeping.ts';
import { hasEnded, isProcessGone, livenessOf } from './liveness.ts';
import { NOBODY, bytesOf, membershipIn, newId, recordBeside } from './members.ts';
import type { MemberRecord, Membership } from './members.ts';
import { codeOf, placeOfProcess } from './processes.ts';
import { EndedChain } from './ended-chain.ts';
import type { Word } from './ended-chain.ts';
import type { Told } from './told.ts';

export interface PresenceOptions {
  readonly folder: GroupFolder;
  /** The label's value that is wished for. */
  readonly member: string | undefined;
  readonly pace: Pace;
  readonly answering: Answering;
  onError(error: unknown): void;
}

const MOST_ATTEMPTS = 1_000;

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
    const { folder, options: { answering, member } } = this;
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      folder.prepare();
      const own = { id: newId(), pid: process.pid, host: this.host, joinedMs: Date.now() };
      const socket = new AskedSocket(folder.socketOf(own.id), answering);
      try {
        // Before the list is changed: whoever reads it finds this member alive.
        await socket.listen();
        const { number, membership } = this.read();
        const dead = await this.deadOf(membership);
        const live = membership.members.filter(({ id }) => !dead.has(id));
        const isFirst = live.length === 0;
        const record = recordBeside(live, member, own);
        const generation = isFirst ? randomBytes(8).toString('hex') : membership.generation;
        if (this.list.append(number, bytesOf({ generation, members: [...(isFirst ? [] : membership.members), record] }))) {
          this.enter(record, generation, socket);
          if (isFirst) this.removeLeftovers(dead);
          else if (dead.size > 0) await this.sweep();
          return;
        }
      } catch (error) {
        socket.close();
        removeFiles(folder, (id) => id === own.id);
        // Somebody removed the folder at this moment, such as the last one that left.
        if (codeOf(error) === 'ENOENT' && attempt < 10) continue;
        throw error;
      }
      socket.close();
      removeFiles(folder, (id) => id === own.id);
    }
    throw new MetricError('ERR_GROUP', `folder ${JSON.stringify(folder.path)}: expected to join, got others that join all the time`);
  }

  /** All members in the order in which they joined, as the list has them now; this one in any case. */
  members(): readonly MemberRecord[] {
    const { members } = this.read().membership;
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

  /** Keeps what those told that have ended, and takes them out of the list. */
  async sweep(): Promise<void> {
    const swept = new Set(
      await this.ended.add(async (kept) => {
        const { membership } = this.read();
        if (membership.generation !== this.generation) return [];
        const dead = await this.deadOf(membership);
        return membership.members.filter(({ id }) => dead.has(id)).map(({ id }) => (kept.has(id) ? { id, told: undefined, isCertain: true } : this.wordOf(id)));
      }),
    );
    if (swept.size === 0) return;
    this.change((membership) => (membership.generation === this.generation && membership.members.some(({ id }) => swept.has(id)) ? { ...membership, members: membership.members.filter(({ id }) => !swept.has(id)) } : undefined));
    removeFiles(this.folder, (id) => swept.has(id));
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
      await this.sweep();
      if (this.read().membership.members.length === 0) this.folder.remove();
    } catch (error) {
      // Another that left at the same moment was the last one out, and has removed the folder.
      if (codeOf(error) !== 'ENOENT') throw error;
    } finally {
      this.socket?.close();
      removeFiles(this.folder, (id) => id === this.record.id && !hasEnded(this.record, this.folder));
    }
  }

  /** The same at once, as the process or thread ends. What is left is kept by whoever comes next. */
  endNow(word: Told): void {
    this.isOver = true;
    this.say(word);
    const { number, membership } = this.read();
    if (membership.generation !== this.generation) return;
    // The main thread's end is that of all threads.
    const isOver = (each: MemberRecord): boolean => hasEnded(each, this.folder) || isProcessGone(each, this.host) || (isMainThread && each.host === this.host && each.pid === process.pid);
    if (!membership.members.every(isOver)) return;
    if (this.list.append(number, bytesOf(NOBODY))) this.folder.remove();
  }

  /** Once: later words would be of what is in the sum already. */
  private say(word: Told): void {
    if (this.hasSaid) return;
    this.keeper.end(word);
    this.hasSaid = true;
  }

  private enter(record: MemberRecord, generation: string, socket: AskedSocket): void {
    this.socket?.close();
    if (this.record) removeFiles(this.folder, (id) => id === this.record.id);
    this.record = record;
    this.generation = generation;
    this.socket = socket;
    this.ended = new EndedChain(this.folder, generation, this.options.pace, (error) => this.options.onError(error));
    this.keeper = new Keeper(this.folder, record.id);
    this.seen = this.list.head();
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
    await this.comeBack(number, membership.members);
  }

  /** Into the list again, as who it was: somebody removed the files, or took this member for dead. */
  private async comeBack(number: number, members: readonly MemberRecord[]): Promise<void> {
    this.seen = 0;
    const record = recordBeside(members, this.options.member, this.record);
    // What the sum has of it counts until the very moment in which it is taken out.
    if (!this.list.append(number, bytesOf({ generation: this.generation, members: [...members, record] }))) return;
    this.record = record;
    this.keeper = new Keeper(this.folder, record.id);
    if (this.ended.takeOut(record.id)) return;
    await this.join();
    this.options.onError(new MetricError('ERR_GROUP', `member ${JSON.stringify(record.member)}: the others took it for dead, and what it counted until then counts twice`));
  }

  private read(): { readonly number: number; readonly membership: Membership } {
    const { number, content } = this.list.read();
    return { number, membership: this.membershipIn(content) };
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

  private async deadOf({ members }: Membership): Promise<ReadonlySet<string>> {
    const others = members.filter(({ id }) => id !== this.record?.id || this.isOver);
    const dead = await Promise.all(others.map(async (each) => ((await livenessOf(each, this.folder, this.host)) === 'ended' ? each.id : [])));
    return new Set(dead.flat());
  }

  private wordOf(id: string): Word {
    const isCertain = hasEnded({ id }, this.folder);
    return { id, told: this.lastTold(id), isCertain };
  }

  /** What is left of earlier generations, but sockets of those that join at this moment. */
  private removeLeftovers(dead: ReadonlySet<string>): void {
    const found = this.folder.folders.flatMap(filesIn);
    // Read afterwards: whoever is not in it now has no files but a socket.
    const { members, generation } = this.read().membership;
    const old = new Set([...dead, ...found.filter((file) => !/\.[st]$/.test(file)).map((file) => file.split('.')[0]!)]);
    removeFiles(this.folder, (id) => old.has(id) && !members.some((each) => each.id === id));
    for (const file of found) if (file.startsWith('ended-') && !file.startsWith(`ended-${generation}`)) rmSync(this.folder.fileOf(file), { force: true });
  }
}
