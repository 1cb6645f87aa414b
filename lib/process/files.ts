// The small files of `/proc` and `/sys`, read away from the main thread. By callbacks: promises of `node:fs` took
// three times as long on the main thread (13 files: 1.28 ms of Node 20's, 0.43 ms so).

import { close, open, read, readdir, readFile, stat } from 'node:fs';

import type { Host } from './host.ts';

/** Bytes; all files that are read in one go are shorter, and the kernel gives each in one piece. */
const LONGEST = 8_192;

/** Limits change so seldom that they are read this seldom: each file costs the main thread some 15 us. */
const SELDOM_MS = 60_000;

/** What scrapes leave to those after them, by path. */
export type Kept = Map<string, { readonly atMs: number; readonly text: Promise<string> }>;

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

  /** The text of a short file; empty where it cannot be read. */
  text(path: string): Promise<string> {
    let text = this.texts.get(path);
    if (text === undefined) this.texts.set(path, (text = this.isThere ? shortText(this.root + path) : Promise.resolve('')));
    return text;
  }

  /** The same, as it was no longer than a minute ago. */
  recentText(path: string): Promise<string> {
    const kept = this.kept.get(path);
    if (kept !== undefined && this.nowMs - kept.atMs < SELDOM_MS) return kept.text;
    const text = this.text(path);
    this.kept.set(path, { atMs: this.nowMs, text });
    return text;
  }

  /** The text of a file of any length. */
  longText(path: string): Promise<string> {
    return new Promise((resolve) => (this.isThere ? readFile(this.root + path, 'latin1', (error, text) => resolve(error ? '' : text)) : resolve('')));
  }

  /** The size that the file system gives a folder. */
  size(path: string): Promise<number> {
    return new Promise((resolve) => (this.isThere ? stat(this.root + path, (error, stats) => resolve(error ? 0 : stats.size)) : resolve(0)));
  }

  /** How many entries a folder has; `undefined` where it cannot be read. */
  count(path: string): Promise<number | undefined> {
    return new Promise((resolve) => readdir(this.root + path, (error, entries) => resolve(error ? undefined : entries.length)));
  }
}

function shortText(path: string): Promise<string> {
  return new Promise((resolve) => {
    open(path, 'r', (error, descriptor) => {
      if (error) return resolve('');
      read(descriptor, new Uint8Array(LONGEST), 0, LONGEST, 0, (failure, length, bytes) => {
        close(descriptor, () => resolve(failure ? '' : Buffer.from(bytes.buffer, 0, length).toString('latin1')));
      });
    });
  });
}

/** The numbers of lines such as `VmRSS:  12 kB` and `rchar: 12` or `nr_periods 12`, by name. */
export function numbersIn(text: string): Readonly<Record<string, number>> {
  const numbers: Record<string, number> = Object.create(null) as Record<string, number>;
  for (const [, name, digits] of text.matchAll(/^(\w+):?\s+(\d+)/gm)) numbers[name!] = Number(digits);
  return numbers;
}

/** A product, where its factor is known. */
export function times(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}
