// The small files of `/proc` and `/sys`, read away from the main thread. By callbacks: promises of `node:fs` took
// three times as long on the main thread (13 files: 1.28 ms of Node 20's, 0.43 ms so).

import { closeSync, open, read, readdir, readFile, stat } from 'node:fs';

import type { Host } from './host.ts';

/** Bytes; the kernel gives each of the small files in one piece. */
const LONGEST = 4_096;

/** Limits change so seldom that they are read this seldom: each file costs the main thread some 15 us. */
const SELDOM_MS = 60_000;

/** What scrapes leave to those after them. */
export class Kept {
  /** By path. */
  readonly texts: Map<string, { readonly atMs: number; readonly text: Promise<string> }> = new Map();
  /** Nobody reads into them at the moment. To make new ones each time gave the collector as much work as all else. */
  readonly buffers: Buffer[] = [];
}

/** The files as one scrape reads them, each once. */
export class Files {
  private readonly root: string;
  private readonly nowMs: number;
  private readonly isThere: boolean;
  private readonly texts = new Map<string, Promise<string>>();
  private readonly kept: Kept;

  constructor({ root, platform, now }: Host, kept: Kept) {
    this.root = root;
    this.nowMs = now();
    this.isThere = platform === 'linux' || platform === 'android';
    this.kept = kept;
  }

  /** The text of a small file; empty where it cannot be read. */
  text(path: string): Promise<string> {
    let text = this.texts.get(path);
    if (text === undefined) this.texts.set(path, (text = this.read(path)));
    return text;
  }

  /** The same, as it was no longer than a minute ago. */
  recentText(path: string): Promise<string> {
    const before = this.kept.texts.get(path);
    if (before !== undefined && this.nowMs - before.atMs < SELDOM_MS) return before.text;
    const text = this.text(path);
    this.kept.texts.set(path, { atMs: this.nowMs, text });
    return text;
  }

  /** The text of a file of any length. */
  longText(path: string): Promise<string> {
    return this.asked((resolve) => readFile(this.root + path, 'latin1', (error, text) => resolve(error ? '' : text)), '');
  }

  /** The size that the file system gives a folder. */
  size(path: string): Promise<number> {
    return this.asked((resolve) => stat(this.root + path, (error, stats) => resolve(error ? 0 : stats.size)), 0);
  }

  /** How many entries a folder has; `undefined` where it cannot be read. */
  count(path: string): Promise<number | undefined> {
    return this.asked<number | undefined>((resolve) => readdir(this.root + path, (error, entries) => resolve(error ? undefined : entries.length)), undefined);
  }

  private read(path: string): Promise<string> {
    return this.asked((resolve) => {
      open(this.root + path, 'r', (error, descriptor) => {
        if (error) return resolve('');
        const buffer = this.kept.buffers.pop() ?? Buffer.allocUnsafeSlow(LONGEST);
        read(descriptor, buffer, 0, LONGEST, 0, (failure, length) => {
          const text = failure ? '' : buffer.toString('latin1', 0, length);
          this.kept.buffers.push(buffer);
          // Nothing is written, so that there is nothing to wait for.
          closeSync(descriptor);
          resolve(text);
        });
      });
    }, '');
  }

  /** Where there are no such files, and where they are denied, the answer for want of one. */
  private asked<T>(ask: (resolve: (answer: T) => void) => void, none: T): Promise<T> {
    return new Promise((resolve) => {
      if (!this.isThere) return resolve(none);
      try {
        ask(resolve);
      } catch {
        resolve(none);
      }
    });
  }
}

/** The numbers of lines such as `VmRSS:  12 kB` and `rchar: 12` or `nr_periods 12`, by name. */
export function numbersIn<Name extends string>(text: string, names: readonly Name[]): Readonly<Partial<Record<Name, number>>> {
  const numbers: Partial<Record<Name, number>> = {};
  const lines = `\n${text}`;
  for (const name of names) {
    const key = `\n${name}`;
    let at = lines.indexOf(key);
    while (at >= 0 && !' :'.includes(lines.charAt(at + key.length))) at = lines.indexOf(key, at + 1);
    // No number of 64 bits is longer, with its blanks.
    const value = at < 0 ? NaN : parseInt(lines.slice(at + key.length + 1, at + key.length + 33), 10);
    if (!Number.isNaN(value)) numbers[name] = value;
  }
  return numbers;
}

/** A product, where its factor is known. */
export function times(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}
