// What members last told, in files: each writes its own, and reads those of others that cannot answer.

import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';

import type { GroupFolder } from './folder.ts';
import { codeOf } from './processes.ts';
import { framesOf, toldIn } from './told.ts';
import type { Told } from './told.ts';

/** The files of one member: a shape, which changes rarely, beside the values of the last snapshot. */
export class Keeper {
  private readonly folder: GroupFolder;
  private readonly id: string;
  private shapeId: number | undefined;
  private kept: Told | undefined;
  private writing: Promise<void> = Promise.resolve();
  private writes = 0;
  private isOver = false;

  constructor(folder: GroupFolder, id: string) {
    this.folder = folder;
    this.id = id;
  }

  /** Resolves when what is told is in a file; one after another. @throws what the file system throws */
  keep(told: Told): Promise<void> {
    const kept = this.writing.then(() => this.write(told));
    this.writing = kept.catch(() => undefined);
    return kept;
  }

  /** Whether it differs from what is in the file. */
  isNew({ shapeId, values }: Told): boolean {
    const { kept, id } = this;
    if (kept?.shapeId !== shapeId || !isEqual(kept.values, values)) return true;
    // Somebody may have removed them.
    return ![`${id}.last`, shapeFile(id, shapeId)].every((file) => existsSync(this.folder.fileOf(file)));
  }

  /** The same, at once. @throws what the file system throws */
  keepNow(told: Told): void {
    if (this.shapeId !== told.shapeId) this.replaceNow(shapeFile(this.id, told.shapeId), { ...told, values: [] });
    this.replaceNow(`${this.id}.last`, { ...told, shape: [] });
  }

  /** Writes the last word, at once; nothing is kept after it. @throws what the file system throws */
  end(told: Told): void {
    this.isOver = true;
    this.replaceNow(`${this.id}.end`, told);
  }

  /** Resolves when nothing is being written. */
  get settled(): Promise<void> {
    return this.writing;
  }

  private async write(told: Told): Promise<void> {
    if (this.isOver || (this.kept && told.sequence <= this.kept.sequence)) return;
    const before = this.shapeId;
    const shape = shapeFile(this.id, told.shapeId);
    if (before !== told.shapeId || !existsSync(this.folder.fileOf(shape))) {
      await this.replace(shape, { ...told, values: [] });
      this.shapeId = told.shapeId;
    }
    await this.replace(`${this.id}.last`, { ...told, shape: [] });
    this.kept = told;
    if (before !== undefined && before !== told.shapeId) rmSync(this.folder.fileOf(shapeFile(this.id, before)), { force: true });
  }

  private async replace(file: string, told: Told): Promise<void> {
    const aside = this.aside();
    try {
      await writeFile(aside, framesOf(told), { mode: 0o600 });
      await rename(aside, this.folder.fileOf(file));
    } catch (error) {
      rmSync(aside, { force: true });
      throw error;
    }
  }

  private replaceNow(file: string, told: Told): void {
    const aside = this.aside();
    try {
      writeFileSync(aside, Buffer.concat([...framesOf(told)]), { mode: 0o600 });
      renameSync(aside, this.folder.fileOf(file));
    } catch (error) {
      rmSync(aside, { force: true });
      throw error;
    }
  }

  private aside(): string {
    return this.folder.fileOf(`${this.id}.new-${this.writes++}`);
  }
}

/**
 * What the member last told: its last word, or what it told before; `undefined` where there is nothing.
 *
 * @throws what the file system throws, and {@link MetricError} `ERR_GROUP` for what is no such file
 */
export function lastTold(folder: GroupFolder, id: string): Told | undefined {
  const word = toldBy(folder, `${id}.end`);
  if (word) return word;
  for (let attempt = 0; attempt < 10; attempt++) {
    const last = toldBy(folder, `${id}.last`);
    if (last === undefined) return undefined;
    const shape = toldBy(folder, shapeFile(id, last.shapeId));
    if (shape) return { ...last, shape: shape.shape };
    // It told something else in between.
  }
  return undefined;
}

/** Removes all that is kept of members. */
export function removeFiles(folder: GroupFolder, isRemoved: (id: string) => boolean): void {
  for (const path of folder.folders) {
    for (const file of filesIn(path)) {
      const [, id] = /^([0-9a-f]{16})\./.exec(file) ?? [];
      if (id !== undefined && isRemoved(id)) rmSync(`${path}/${file}`, { force: true });
    }
  }
}

export function filesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function shapeFile(id: string, shapeId: number): string {
  return `${id}.shape-${shapeId}`;
}

function toldBy(folder: GroupFolder, file: string): Told | undefined {
  try {
    return toldIn(readFileSync(folder.fileOf(file)))[0];
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isEqual(one: readonly Uint8Array[], other: readonly Uint8Array[]): boolean {
  return one.length === other.length && one.every((chunk, i) => Buffer.compare(chunk, other[i]!) === 0);
}
