// Keeps what those told that ended, in a file that all members of a generation share, so that nobody is counted
// twice and nothing is lost, whoever does it.

import type { Pace } from '../scraping/pace.ts';
import { Chain } from './chain.ts';
import { NONE_ENDED, bytesOfEnded, endedIn } from './ended.ts';
import type { Ended } from './ended.ts';
import type { GroupFolder } from './folder.ts';
import { newId } from './members.ts';
import { sumOf } from '../merging/sum.ts';
import type { Part } from '../merging/snapshot.ts';
import type { Told } from './told.ts';

/** A member that ended. */
export interface Word {
  readonly id: string;
  /** Absent where it told nothing. */
  readonly told: Told | undefined;
}

// Those that may come back are kept apart, while they are few and small: who was taken for dead, or left.
const MOST_APART = 8;
const MOST_BYTES_APART = 4 * 1024 * 1024;

const MOST_ATTEMPTS = 100;

export class EndedChain {
  private readonly chain: Chain;
  private readonly pace: Pace;
  private readonly onError: (error: unknown) => void;
  private cached: { readonly number: number; readonly ended: Ended } | undefined;

  constructor(folder: GroupFolder, generation: string, pace: Pace, onError: (error: unknown) => void) {
    this.chain = new Chain(folder.path, `ended-${generation}`);
    this.pace = pace;
    this.onError = onError;
  }

  /** As it is now, or as it was when it could last be read. */
  read(): Ended {
    try {
      return this.latest().ended;
    } catch (error) {
      this.onError(error);
      return this.cached?.ended ?? NONE_ENDED;
    }
  }

  /**
   * Adds the words of members, each once, whoever else adds them.
   *
   * @param dead - Looks for them, after the sum was read: with what is found before, somebody could be counted twice.
   * @returns the members whose words are in the sum now
   */
  async add(dead: (kept: ReadonlySet<string>) => Promise<readonly Word[]>): Promise<readonly string[]> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const { number, ended } = this.latest();
      const kept = new Set(ended.ids);
      const words = await dead(kept);
      const added = words.filter(({ id }) => !kept.has(id));
      const ids = words.map(({ id }) => id);
      if (added.length === 0) return ids;
      if (this.chain.append(number, bytesOfEnded(await this.joined(ended, added)))) return ids;
    }
    throw new Error('others add to the sum of those that ended all the time');
  }

  /** Takes out again what was added of a member that lives. False where it cannot be told any more from the rest. */
  takeOut(id: string): boolean {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const { number, ended } = this.latest();
      if (!ended.ids.includes(id)) return true;
      const told = ended.told.filter((each) => each.id !== id);
      if (told.length === ended.told.length) return false;
      if (this.chain.append(number, bytesOfEnded({ ids: ended.ids.filter((each) => each !== id), told }))) return true;
    }
    return false;
  }

  private latest(): { readonly number: number; readonly ended: Ended } {
    const head = this.chain.head();
    if (this.cached?.number === head) return this.cached;
    // Somebody removed it: what is remembered takes its place.
    if (head === 0 && this.cached) this.chain.append(this.cached.number - 1, bytesOfEnded(this.cached.ended));
    const { number, content } = this.chain.read();
    return (this.cached = { number, ended: this.endedIn(content) });
  }

  /** What cannot be read is what was read before. */
  private endedIn(content: Uint8Array | undefined): Ended {
    try {
      return endedIn(content);
    } catch (error) {
      this.onError(error);
      return this.cached?.ended ?? NONE_ENDED;
    }
  }

  private async joined({ ids, told }: Ended, added: readonly Word[]): Promise<Ended> {
    const all = [...told, ...added.flatMap(({ told: word }) => word ?? [])];
    const apart = lastApart(all);
    const summed = all.filter((each) => !apart.includes(each));
    return { ids: [...ids, ...added.map(({ id }) => id)], told: [...(await this.sum(summed)), ...apart] };
  }

  private async sum(told: readonly Told[]): Promise<readonly Told[]> {
    if (told.length === 0) return [];
    if (told.length === 1 && told[0]!.isFinal) return told;
    const snapshot = await this.pace(sumOf(told.map(partOfEnded), this.onError));
    return [{ id: newId(), sequence: 0, toldMs: Date.now(), isFinal: true, ...snapshot }];
  }
}

export function partOfEnded(told: Told): Part {
  return { key: `ended ${told.id}`, member: '', isEnded: true, shapeId: told.shapeId, shape: told.shape, values: told.values };
}

function lastApart(all: readonly Told[]): readonly Told[] {
  const apart: Told[] = [];
  let bytes = 0;
  for (const told of [...all].reverse()) {
    if (told.isFinal) continue;
    bytes += [...told.shape, ...told.values].reduce((total, { length }) => total + length, 0);
    if (bytes > MOST_BYTES_APART || apart.length === MOST_APART) break;
    apart.unshift(told);
  }
  return apart;
}
