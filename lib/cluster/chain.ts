// A file that many processes change without a lock: `<name>.<n>`, of which the highest number counts. A change is
// written aside and linked to the next number, which fails where another was faster. Safe when killed at any point.
// Knows not what is in it.

import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { codeOf, isGone } from './processes.ts';

/** The content that counts. */
export interface Link {
  /** 0: there is none yet. */
  readonly number: number;
  readonly content?: Buffer;
}

// Others may be faster now and then, but not for ever.
const MOST_ATTEMPTS = 1_000;

// Between writing aside and linking are moments.
const ABANDONED_MS = 60_000;

export class Chain {
  private readonly folder: string;
  private readonly name: string;

  constructor(folder: string, name: string) {
    this.folder = folder;
    this.name = name;
  }

  /** The highest number; 0 where there is none. @throws what the file system throws */
  head(): number {
    return Math.max(0, ...this.numbers());
  }

  read(): Link {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const number = this.head();
      if (number === 0) return { number };
      try {
        return { number, content: readFileSync(this.pathOf(number)) };
      } catch (error) {
        // There is a higher one, and this one was removed.
        if (codeOf(error) !== 'ENOENT') throw error;
      }
    }
    throw new Error(`${join(this.folder, this.name)}: changes faster than it can be read`);
  }

  /**
   * Puts content in the place of that with this number. False where that is not the highest any more, or where it
   * cannot be told: then the change has to be made again from what is read, and be one that may be made twice.
   */
  append(number: number, content: Uint8Array): boolean {
    const aside = join(this.folder, `${this.name}.new-${process.pid}-${randomBytes(6).toString('hex')}`);
    const own = number + 1;
    try {
      writeFileSync(aside, content, { mode: 0o600, flag: 'wx' });
      linkSync(aside, this.pathOf(own));
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EEXIST' || (code === 'ENOENT' && this.isThere())) return false;
      throw error;
    } finally {
      rmSync(aside, { force: true });
    }
    // Who was slow may have linked a number that others had gone past, and removed.
    const isHighest = this.head() === own;
    for (const each of this.numbers()) if (isHighest ? each < own : each === own) rmSync(this.pathOf(each), { force: true });
    if (isHighest) this.removeAbandoned();
    return isHighest;
  }

  /**
   * Reads, changes and appends until no other is faster.
   *
   * @param next - What is to be there instead; `undefined`: it may stay as it is.
   */
  change(next: (content: Buffer | undefined) => Uint8Array | undefined): void {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const { number, content } = this.read();
      const changed = next(content);
      if (changed === undefined || this.append(number, changed)) return;
    }
    throw new Error(`${join(this.folder, this.name)}: others change it all the time`);
  }

  private pathOf(number: number): string {
    return join(this.folder, `${this.name}.${number}`);
  }

  private numbers(): number[] {
    const prefix = `${this.name}.`;
    return readdirSync(this.folder).flatMap((file) => (file.startsWith(prefix) && /^\d+$/.test(file.slice(prefix.length)) ? Number(file.slice(prefix.length)) : []));
  }

  private isThere(): boolean {
    try {
      return this.numbers() !== undefined;
    } catch {
      return false;
    }
  }

  /** What writers wrote aside that were killed before they could link it. One that is slow only has to do it again. */
  private removeAbandoned(): void {
    const prefix = `${this.name}.new-`;
    for (const file of readdirSync(this.folder)) {
      if (!file.startsWith(prefix)) continue;
      const path = join(this.folder, file);
      // A thread may have been ended, whose process runs on.
      const ageMs = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity);
      if (ageMs > ABANDONED_MS || isGone(Number.parseInt(file.slice(prefix.length), 10))) rmSync(path, { force: true });
    }
  }
}
