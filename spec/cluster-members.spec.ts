// Who is in a group: joining, numbers and labels, generations, leaving, and what is left in the folder.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { joinGroup } from '../lib/cluster.ts';
import { GroupFolder } from '../lib/cluster/folder.ts';
import { removeLeftovers } from '../lib/cluster/leftovers.ts';
import { NOBODY, newId } from '../lib/cluster/members.ts';
import { Registry } from '../lib/index.ts';
import { overtaken, testFolder } from './cluster-folder.ts';

test('options that are none are refused, with what is expected', async (t) => {
  const { path: folder } = testFolder(t);
  const registry = new Registry();
  const faults: readonly (readonly [options: unknown, message: string])[] = [
    [undefined, 'joinGroup: expected options, got undefined'],
    [{}, 'joinGroup: name: expected a string that is not empty, got undefined'],
    [{ name: '' }, 'joinGroup: name: expected a string that is not empty, got ""'],
    [{ name: 5 }, 'joinGroup: name: expected a string that is not empty, got 5'],
    [{ name: 'a', folder: '' }, 'joinGroup: folder: expected a string that is not empty, got ""'],
    [{ name: 'a', folder, member: 3 }, 'joinGroup: member: expected a string that is not empty, got 3'],
    [{ name: 'a', folder, onError: true }, 'joinGroup: onError: expected a function, got true'],
    [{ name: 'a', foldr: folder }, 'joinGroup: expected a known option, such as "folder", got "foldr"'],
  ];
  for (const [options, message] of faults) await assert.rejects(joinGroup(registry, options as never), { code: 'ERR_OPTION', message });
  for (const none of [undefined, null, {}, 'registry']) await assert.rejects(joinGroup(none as never, { name: 'a', folder }), { code: 'ERR_OPTION', message: /^joinGroup: expected a registry, got / });
  assert.deepEqual(readdirSync(folder), []);
});

test('a member has the lowest number that no live one has', async (t) => {
  const { join } = testFolder(t);
  const groups = [await join(), await join(), await join(), await join()];
  assert.deepEqual(groups.map(({ member }) => member), ['1', '2', '3', '4']);
  await groups[2]!.leave();
  await groups[0]!.leave();
  assert.deepEqual([(await join()).member, (await join()).member, (await join()).member], ['1', '3', '5']);
});

test('a member that was killed has its number taken by the next', async (t) => {
  const { join, addFake, errors } = testFolder(t);
  await join();
  const { record, kill } = await addFake();
  assert.equal(record.member, '2');
  await kill();
  assert.equal((await join()).member, '2');
  assert.deepEqual(errors, []);
});

test('a label that a live member has is followed by a number', async (t) => {
  const { join } = testFolder(t);
  const labels = [];
  for (const member of ['web', 'web', undefined, '5', undefined, 'web']) labels.push((await join(new Registry(), { member })).member);
  assert.deepEqual(labels, ['web', 'web (2)', '3', '5', '5 (5)', 'web (6)']);
});

test('all that join at once are in, each with a number of its own', async (t) => {
  const { join, membership } = testFolder(t);
  const groups = await Promise.all(Array.from({ length: 12 }, () => join()));
  assert.deepEqual(groups.map(({ member }) => Number(member)).sort((a, b) => a - b), Array.from({ length: 12 }, (_, i) => i + 1));
  assert.equal(membership().members.length, 12);
});

test('who joins is in once, though another changes the list at the very moment in which it has', async (t) => {
  const { join, membership } = testFolder(t);
  await join();
  overtaken(t);
  const { member } = await join();
  assert.deepEqual(membership().members.map((each) => each.member), ['1', member]);
});

test('all that join at once begin one new generation, where all before were killed', async (t) => {
  const { join, addFake, membership } = testFolder(t);
  const fakes = [await addFake(), await addFake()];
  const { generation } = membership();
  for (const { kill } of fakes) await kill();
  await Promise.all(Array.from({ length: 6 }, () => join()));
  const { generation: next, members } = membership();
  assert.notEqual(next, generation);
  assert.deepEqual(members.map(({ number }) => number).sort(), [1, 2, 3, 4, 5, 6]);
});

test('whoever begins a generation removes what the dead left', async (t) => {
  const { join, addFake, group, files } = testFolder(t);
  const { record: { id }, kill } = await addFake();
  await kill();
  for (const file of [`${id}.last`, `${id}.shape-1`, '00000000000000ff.end', 'ended-0000.3']) writeFileSync(group.fileOf(file), 'x');
  await join();
  assert.deepEqual(files().map((file) => file.replace(/^[0-9a-f]{16}/, 'id')), ['id.s', 'members.2']);
});

test('whoever joins removes what those left that were killed before they were in the list, or as they wrote', async (t) => {
  const { join, group, files, addFake, membership } = testFolder(t);
  await join();
  const { record: { id }, kill } = await addFake();
  // One that joins at this moment, and one that has not even its last name.
  const joining = createServer().listen(group.socketOf('00000000000000aa'));
  const first = createServer().listen(group.firstSocketOf('00000000000000bb'));
  t.after(() => [joining, first].forEach((server) => server.close()));
  const list = group.fileOf('members.1');
  await kill();
  renameSync(group.socketOf(id), group.socketOf('00000000000000cc'));
  linkSync(group.socketOf('00000000000000cc'), group.firstSocketOf('00000000000000dd'));
  writeFileSync(group.fileOf('00000000000000ee.new-1'), 'x');
  // Of a thread of this process.
  for (const file of ['old', 'new']) writeFileSync(`${list.slice(0, -1)}new-${process.pid}-${file}`, 'x');
  utimesSync(`${list.slice(0, -1)}new-${process.pid}-old`, 0, 0);
  await join();
  const members = new Set(membership().members.map((each) => each.id));
  assert.deepEqual(files().filter((file) => !members.has(file.split('.')[0]!)).map((file) => file.replace(/\.\d+$/, '')), ['00000000000000aa.s', '00000000000000bb.t', 'members', `members.new-${process.pid}-new`]);
});

test('a group lives on while anybody is in it, and its folder goes with the last', async (t) => {
  const { join, membership, path } = testFolder(t);
  const [first, second] = [await join(), await join()];
  const { generation } = membership();
  await first.leave();
  const third = await join();
  assert.equal(membership().generation, generation);
  await Promise.all([second.leave(), third.leave()]);
  assert.deepEqual(readdirSync(path), []);
  await join();
  assert.notEqual(membership().generation, generation);
});

test('the last live member out removes the folder, though others were killed', async (t) => {
  const { join, addFake, path, errors } = testFolder(t);
  const group = await join();
  const { kill } = await addFake();
  await kill();
  await group.leave();
  assert.deepEqual([readdirSync(path), errors], [[], []]);
});

test('leaving again is the same leaving, and whoever left cannot ask any more', async (t) => {
  const { join } = testFolder(t);
  const group = await join();
  const left = group.leave();
  assert.equal(group.leave(), left);
  await left;
  await assert.rejects(group.refresh(), { code: 'ERR_GROUP', message: 'group "shop": expected a member, got one that left' });
});

test('`await using` leaves where its scope ends', async (t) => {
  const { join, path } = testFolder(t);
  const group = await join();
  await group[Symbol.asyncDispose]();
  assert.deepEqual(readdirSync(path), []);
});

test('a registry joins a group once, and again after it left; other groups and other registries as they like', async (t) => {
  const { join, path } = testFolder(t);
  const registry = new Registry();
  const [first, again] = [join(registry), join(registry)];
  await assert.rejects(again, { code: 'ERR_DUPLICATE', message: 'joinGroup: the registry is in the group "shop" already; another registry may join it, and this one another group' });
  const other = await join(registry, { name: 'other' });
  assert.deepEqual([(await first).member, other.member, (await join()).member], ['1', '1', '2']);
  await (await first).leave();
  assert.equal((await join(registry)).member, '1');
  assert.equal(readdirSync(path).length, 2);
});

test('whoever could not join may try again', async (t) => {
  const { join, path } = testFolder(t);
  const registry = new Registry();
  chmodSync(path, 0o777);
  await assert.rejects(join(registry), { code: 'ERR_GROUP' });
  chmodSync(path, 0o700);
  assert.equal((await join(registry)).member, '1');
});

test('whoever cannot join hears why in words', async (t) => {
  const { join, group } = testFolder(t);
  // As where the disk is full: the system's error names a file that nobody knows.
  mkdirSync(`${group.path}/members.1`, { recursive: true, mode: 0o700 });
  await assert.rejects(join(), { name: 'MetricError', code: 'ERR_GROUP', message: 'group "shop": EISDIR: illegal operation on a directory, read' });
});

test('names of any length and characters are groups of their own', async (t) => {
  const { join } = testFolder(t);
  const names = ['a', 'A', ' a', 'a/../b', '..', '.', '\0', '\u00fc', 'u\u0308', '\ud800', '\ud801', '\ufffd', '名'.repeat(100_000), 'C:\\a', '%'];
  for (const name of names) {
    const group = await join(new Registry(), { name });
    assert.deepEqual([group.name, group.member], [name, '1']);
  }
});

test('another folder is another group, and one that is missing is made, for its owner alone', async (t) => {
  const { join, path } = testFolder(t);
  const folder = `${path}/a/b`;
  assert.deepEqual([(await join()).member, (await join(new Registry(), { folder })).member], ['1', '1']);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
});

test('a folder given by another path is the same', async (t) => {
  const { join, path } = testFolder(t);
  assert.deepEqual([(await join()).member, (await join(new Registry(), { folder: `${path}/x/..//` })).member], ['1', '2']);
});

test('sockets of a folder with a long path are elsewhere, and gone with the group', async (t) => {
  const { join, path } = testFolder(t);
  const folder = `${path}/${'long/'.repeat(40)}`;
  const [one, other] = [await join(new Registry(), { folder }), await join(new Registry(), { folder })];
  const place = new GroupFolder('shop', folder);
  assert.equal(other.member, '2');
  const sockets = place.folders[1]!;
  assert.equal(readdirSync(sockets).length, 2);
  assert.ok(Buffer.byteLength(place.socketOf('0'.repeat(16))) <= 100);
  await Promise.all([one.leave(), other.leave()]);
  assert.equal(existsSync(sockets), false);
});

test('the default folder is of this user alone, below the system’s temporary folder', async (t) => {
  const name = `promlet spec ${process.pid} ${Math.random()}`;
  const group = await joinGroup(new Registry(), { name });
  t.after(() => group.leave());
  const folder = join(tmpdir(), `promlet-${process.getuid!()}`);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  const own = new GroupFolder(name, undefined).path;
  assert.equal(join(own, '..'), folder);
  await group.leave();
  assert.equal(existsSync(own), false);
});

test('a folder that others can get at is refused, and so is what is none', async (t) => {
  const { path, group, join: joinThere } = testFolder(t);
  const refused = (folder: string, message: RegExp): Promise<void> => assert.rejects(joinGroup(new Registry(), { name: 'shop', folder }), { code: 'ERR_GROUP', message });
  chmodSync(path, 0o722);
  await refused(path, /^folder ".*": expected a folder that nobody but its owner can write to, got the rights 722; pass another folder$/);
  chmodSync(path, 0o700);
  mkdirSync(group.path, { mode: 0o700 });
  chmodSync(group.path, 0o750);
  await refused(path, /: expected a folder that is for its owner alone \(chmod 700\), got the rights 750; pass another folder$/);
  rmSync(group.path, { recursive: true });
  const elsewhere = mkdtempSync(join(tmpdir(), 'promlet-elsewhere-'));
  t.after(() => rmSync(elsewhere, { recursive: true, force: true }));
  symlinkSync(elsewhere, group.path);
  await refused(path, /: expected a folder, got a symbolic link; pass another folder$/);
  rmSync(group.path);
  writeFileSync(`${path}/file`, '');
  await refused(`${path}/file`, /: expected one that can be used, got .*EEXIST|: expected one that can be used, got is no folder/);
  await refused(`${path}/file/below`, /: expected one that can be used, got .*(ENOTDIR|EEXIST)/);
  assert.equal((await joinThere()).member, '1');
});

test('a list of another version is not changed, and whoever finds it says so', async (t) => {
  const { join, group, files } = testFolder(t);
  mkdirSync(group.path, { mode: 0o700 });
  writeFileSync(group.fileOf('members.7'), '{"version":99,"generation":"x","members":[]}');
  await assert.rejects(join(), { code: 'ERR_GROUP', message: 'list of members: expected the version 1 of promlet\'s groups, got 99; all members need the same' });
  assert.deepEqual(files(), ['members.7']);
});

test('a list that cannot be read is as none, and reported', async (t) => {
  const { join, group, errors } = testFolder(t);
  mkdirSync(group.path, { mode: 0o700 });
  for (const content of ['', 'x', '{}', '[]', 'null', '{"version":1,"generation":"g","members":[{"id":"../x"}]}']) {
    writeFileSync(group.fileOf('members.7'), content);
    const joined = await join();
    assert.equal(joined.member, '1', content);
    await joined.leave();
    mkdirSync(group.path, { mode: 0o700 });
    assert.deepEqual(errors.splice(0).map((error) => (error as Error).message), ['list of members: expected members, got something else'], content);
  }
});

test('one that joins at this moment is not taken for what is left of others', async (t) => {
  const folder = new GroupFolder('joining', mkdtempSync(join(tmpdir(), 'promlet-joining-')));
  t.after(() => rmSync(join(folder.path, '..'), { recursive: true, force: true }));
  folder.prepare();
  // It takes its second name before anybody looks, or while somebody does.
  for (const moment of [(act: () => void) => act(), process.nextTick, setImmediate]) {
    const id = newId();
    const server = createServer().listen(folder.firstSocketOf(id));
    await once(server, 'listening');
    await removeLeftovers(folder, () => {
      moment(() => renameSync(folder.firstSocketOf(id), folder.socketOf(id)));
      return NOBODY;
    });
    assert.ok(existsSync(folder.socketOf(id)));
    server.close();
    await once(server, 'close');
  }
});
