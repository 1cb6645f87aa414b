// Copies of promlet in other code bases, as files: read, and written without following a symbolic link.

import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { checksumOf, readBanner } from './banner.ts';
import type { Banner } from './banner.ts';
import { CommandError } from './command.ts';

/** A file that is, or may be, a copy. */
export interface Copy {
  readonly text: string;
  readonly banner: Banner | undefined;
  readonly isEdited: boolean;
}

export function copyAt(path: string): Copy | undefined {
  const text = read(path);
  if (text === undefined) return undefined;
  const banner = readBanner(text);
  return { text, banner, isEdited: banner !== undefined && banner.checksum !== checksumOf(text) };
}

/** The text of a file; undefined where there is none. */
export function read(path: string): string | undefined {
  return found(path, () => readFileSync(path, 'utf8'));
}

/** Writes a file, and the folders that it lies in. What has its name is replaced, and where that is a link, the link. */
export function replace(path: string, text: string): void {
  reporting(`cannot write ${path}`, () => {
    mkdirSync(dirname(path), { recursive: true });
    const unfinished = `${path}.${process.pid}.tmp`;
    try {
      writeFileSync(unfinished, text, { flag: 'wx' });
      renameSync(unfinished, path);
    } catch (error) {
      rmSync(unfinished, { force: true });
      throw error;
    }
  });
}

export function isFolder(path: string): boolean {
  return found(path, () => statSync(path))?.isDirectory() === true;
}

/** Also where the link leads nowhere. */
export function isLink(path: string): boolean {
  return found(path, () => lstatSync(path))?.isSymbolicLink() === true;
}

/** What is in the way of a file: a part of its path that is there and no folder, such as a file, or a link that leads nowhere. */
export function obstacle(path: string): string | undefined {
  const parent = dirname(path);
  if (isFolder(parent)) return undefined;
  return found(parent, () => lstatSync(parent)) === undefined ? obstacle(parent) : parent;
}

function found<Result>(path: string, look: () => Result): Result | undefined {
  return reporting(`cannot read ${path}`, () => {
    try {
      return look();
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
      throw error;
    }
  });
}

/** What the system refuses is no fault of the command, and its user needs no stack. */
function reporting<Result>(subject: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new CommandError(`${subject}: ${(error as Error).message}`);
  }
}
