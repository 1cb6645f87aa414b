// A group's folder as its specs see it: what is in it, and members that were never there.

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import { joinGroup } from '../lib/cluster.ts';
import type { Group, GroupOptions } from '../lib/cluster.ts';
import { Chain } from '../lib/cluster/chain.ts';
import { GroupFolder } from '../lib/cluster/folder.ts';
import { bytesOf, membershipIn, newId } from '../lib/cluster/members.ts';
import type { MemberRecord, Membership } from '../lib/cluster/members.ts';
import { placeOfProcess } from '../lib/cluster/processes.ts';
import { Registry, render } from '../lib/index.ts';

export const NAME = 'shop';

export interface TestFolder {
  readonly path: string;
  readonly group: GroupFolder;
  /** What `onError` heard, of all that joined by `join`. */
  readonly errors: unknown[];
  /** Joins, and leaves when the test ends. */
  join(registry?: Registry, options?: Partial<GroupOptions>): Promise<Group>;
  membership(): Membership;
  /** The files of the group, by name; empty where it has none. */
  files(): string[];
  /** Puts a member into the list that this process made up, and has it listen. */
  addFake(answer?: (socket: Socket) => void, record?: Partial<MemberRecord>): Promise<FakeMember>;
}

export interface FakeMember {
  readonly record: MemberRecord;
  /** Ends as a process does that is killed: what it listened on refuses. */
  kill(): Promise<void>;
}

export function testFolder(t: TestContext): TestFolder {
  const path = mkdtempSync(join(tmpdir(), 'promlet-group-'));
  const group = new GroupFolder(NAME, path);
  const list = new Chain(group.path, 'members');
  const groups = new Set<Group>();
  const servers = new Set<Server>();
  const errors: unknown[] = [];
  t.after(async () => {
    for (const server of servers) server.close();
    await Promise.all([...groups].map((each) => each.leave()));
    rmSync(path, { recursive: true, force: true });
  });
  return {
    path,
    group,
    errors,
    async join(registry = new Registry(), options = {}) {
      const joined = await joinGroup(registry, { name: NAME, folder: path, onError: (error) => errors.push(error), ...options });
      groups.add(joined);
      return joined;
    },
    membership: () => membershipIn(list.read().content, (error) => { throw error; }),
    files() {
      try {
        return readdirSync(group.path).sort();
      } catch {
        return [];
      }
    },
    async addFake(answer = () => undefined, given = {}) {
      mkdirSync(group.path, { recursive: true, mode: 0o700 });
      chmodSync(group.path, 0o700);
      const id = newId();
      const sockets = new Set<Socket>();
      const server = createServer((socket) => {
        sockets.add(socket.on('error', () => undefined).unref());
        answer(socket);
      }).unref();
      servers.add(server);
      const place = group.socketOf(id);
      // As members do it, so that the file stays when it ends.
      await new Promise<void>((resolve) => server.listen(`${place}x`, resolve));
      const { renameSync } = await import('node:fs');
      renameSync(`${place}x`, place);
      let record: MemberRecord | undefined;
      list.change((content) => {
        const { generation, members } = membershipIn(content, () => undefined);
        let number = 1;
        while (members.some((each) => each.number === number)) number++;
        record = { id, number, member: String(number), pid: process.pid, host: placeOfProcess(), joinedMs: Date.now(), ...given };
        return bytesOf({ generation: generation || newId(), members: [...members, record] });
      });
      return {
        record: record!,
        async kill() {
          for (const socket of sockets) socket.destroy();
          await new Promise((resolve) => server.close(resolve));
        },
      };
    },
  };
}

/** Has another process change the list before who enters it next can see that it has. @param id - Of whom. @default anybody */
export function overtaken(t: TestContext, id = ''): void {
  const { append } = Chain.prototype;
  const { mock } = t.mock.method(Chain.prototype, 'append', function (this: Chain, number: number, content: Uint8Array) {
    const text = Buffer.from(content).toString();
    const isDone = append.call(this, number, content);
    if (!text.startsWith('{') || !text.includes(id)) return isDone;
    mock.restore();
    assert.ok(isDone && append.call(this, number + 1, content));
    return false;
  });
}

/** What a group shows after a refresh, without comments; of `promlet_` its own metrics alone, and no ages. */
export async function shown(group: Group): Promise<string[]> {
  // Longer than a busy machine takes.
  await group.refresh({ signal: AbortSignal.timeout(60_000), timeLeftMs: 60_000 });
  return render(group).split('\n').filter((line) => line !== '' && !line.startsWith('#') && !/^promlet_(?!group)|_age_seconds/.test(line));
}
