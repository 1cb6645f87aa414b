// Where a group's files and sockets are: in a folder that is the user's alone. Knows not what is in them.

import { createHash, randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';

import { MetricError } from '../core/errors.ts';

// Systems take 104 to 108, with the zero at its end.
const LONGEST_SOCKET_PATH = 100;

/** As long as that of any member. */
const SAMPLE_SOCKET = `${'0'.repeat(16)}.s`;

export class GroupFolder {
  /** Of the group's files. */
  readonly path: string;
  private readonly given: string | undefined;
  private readonly hash: string;
  private readonly sockets: string;

  /** @param folder - @default one in the system's temporary folder */
  constructor(name: string, folder: string | undefined) {
    this.given = folder === undefined ? undefined : resolve(folder);
    // As JSON, since lone surrogates would otherwise be one and the same.
    const hash = hashOf(JSON.stringify(name));
    this.path = join(this.given ?? defaultFolder(), hash);
    this.hash = hashOf(this.path);
    const fitting = [this.path, join(defaultFolder(), this.hash), join('/tmp', nameOfUser(), this.hash)];
    this.sockets = fitting.find((each) => Buffer.byteLength(join(each, SAMPLE_SOCKET)) <= LONGEST_SOCKET_PATH) ?? fitting[2]!;
  }

  /** Where a member listens. */
  socketOf(id: string): string {
    return process.platform === 'win32' ? `\\\\.\\pipe\\promlet-${this.hash}-${id}` : join(this.sockets, `${id}.s`);
  }

  /** Where a member listens before it can be found. */
  firstSocketOf(id: string): string {
    const path = this.socketOf(id);
    return process.platform === 'win32' ? path : `${path.slice(0, -1)}t`;
  }

  fileOf(name: string): string {
    return join(this.path, name);
  }

  /** Makes the folders that are missing. @throws {MetricError} `ERR_GROUP` where one is not the user's alone */
  prepare(): void {
    if (this.given === undefined) makePrivate(defaultFolder());
    else makeGiven(this.given);
    makePrivate(this.path);
    if (this.sockets === this.path || process.platform === 'win32') return;
    makePrivate(join(this.sockets, '..'));
    makePrivate(this.sockets);
  }

  /** Takes the group's folders away, at once for all who look. */
  remove(): void {
    for (const folder of new Set([this.path, this.sockets])) {
      const aside = `${folder}.${randomBytes(6).toString('hex')}`;
      try {
        renameSync(folder, aside);
      } catch {
        continue;
      }
      rmSync(aside, { recursive: true, force: true });
    }
  }

  /** The folders in which the files of members are. */
  get folders(): readonly string[] {
    return process.platform === 'win32' ? [this.path] : [...new Set([this.path, this.sockets])];
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 20);
}

function nameOfUser(): string {
  return `promlet-${process.getuid?.() ?? hashOf(userInfo().username)}`;
}

function defaultFolder(): string {
  return join(tmpdir(), nameOfUser());
}

function makeGiven(folder: string): void {
  const mode = attempted(folder, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stats = statSync(folder);
    if (!stats.isDirectory()) throw new Error('is no folder');
    return stats.mode;
  });
  if (process.platform !== 'win32' && (mode & 0o022) !== 0) throw faulty(folder, 'a folder that nobody but its owner can write to', `the rights ${(mode & 0o777).toString(8)}`);
}

function makePrivate(folder: string): void {
  const stats = attempted(folder, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return lstatSync(folder);
  });
  if (!stats.isDirectory()) throw faulty(folder, 'a folder', stats.isSymbolicLink() ? 'a symbolic link' : 'a file');
  if (process.getuid === undefined) return;
  if (stats.uid !== process.getuid()) throw faulty(folder, 'a folder of this user', `one of the user ${stats.uid}`);
  if ((stats.mode & 0o077) !== 0) throw faulty(folder, 'a folder that is for its owner alone (chmod 700)', `the rights ${(stats.mode & 0o777).toString(8)}`);
}

function attempted<Result>(folder: string, act: () => Result): Result {
  try {
    return act();
  } catch (cause) {
    throw new MetricError('ERR_GROUP', `folder ${JSON.stringify(folder)}: expected one that can be used, got ${(cause as Error).message}`, { cause });
  }
}

function faulty(folder: string, expected: string, got: string): MetricError {
  return new MetricError('ERR_GROUP', `folder ${JSON.stringify(folder)}: expected ${expected}, got ${got}; pass another folder`);
}
