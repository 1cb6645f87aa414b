// What a group keeps: words of those that ended, once each, whatever happens to its files.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { test } from 'node:test';

import { buildSync } from 'esbuild';

import type { Group } from '../lib/cluster.ts';
import type { Keeper } from '../lib/cluster/keeping.ts';
import { SnapshotWriter } from '../lib/merging/snapshot-writer.ts';
import { framesOf } from '../lib/cluster/told.ts';
import { FRAME, FrameReader, jsonFrame } from '../lib/cluster/wire.ts';
import { Counter, Gauge, Registry } from '../lib/index.ts';
import type { MetricError } from '../lib/index.ts';
import { overtaken, shown, testFolder } from './cluster-folder.ts';
import type { TestFolder } from './cluster-folder.ts';
import { root } from './user-project.ts';

/** Runs a program of a member to its end; as plain JavaScript, which starts at once. */
function run({ path }: TestFolder, program: string): { readonly status: number | null; readonly signal: NodeJS.Signals | null; readonly stderr: string } {
  const contents = `import { joinGroup } from './lib/cluster.ts'; import { Counter, Registry } from './lib/index.ts'; ${program}`;
  const { outputFiles } = buildSync({ stdin: { contents, resolveDir: root }, bundle: true, write: false, platform: 'node', format: 'esm', target: 'es2022' });
  return spawnSync(process.execPath, ['--input-type=module', '-', path], { input: outputFiles[0]!.text, encoding: 'utf8' });
}

interface Member {
  readonly group: Group;
  readonly registry: Registry;
  readonly jobs: Counter;
}

async function memberOf({ join }: TestFolder, count = 0): Promise<Member> {
  const registry = new Registry();
  const jobs = registry.register(new Counter({ name: 'jobs_total', help: '' }));
  jobs.inc(count);
  registry.register(new Gauge({ name: 'busy', help: '' })).set(1);
  return { group: await join(registry), registry, jobs };
}

/** A member that counted so many, and writes nothing. */
function unwritten(count: number): { readonly told: { id: string }; answer(socket: Socket): void } {
  const registry = new Registry();
  registry.register(new Counter({ name: 'jobs_total', help: '' })).inc(count);
  const steps = new SnapshotWriter().take(registry.collect());
  let step = steps.next();
  while (!step.done) step = steps.next();
  const told = { id: '', sequence: 1, toldMs: Date.now(), ...step.value };
  return {
    told,
    answer(socket) {
      const frames = new FrameReader();
      socket.on('data', (chunk) => {
        for (const { type } of frames.push(chunk)) socket.write(type === FRAME.hello ? jsonFrame(FRAME.ready, { version: 1 }) : Buffer.concat([...framesOf(told)]));
      });
    },
  };
}

async function totals(group: Group): Promise<string[]> {
  return (await shown(group)).filter((line) => /^(jobs_total|busy|promlet_group_members) /.test(line));
}

const expected = (jobs: number, members: number): string[] => [`jobs_total ${jobs}`, `busy ${members}`, `promlet_group_members ${members}`];

test('who left stays in the sum, once, whoever is asked and whoever joins', async (t) => {
  const folder = testFolder(t);
  const [one, two, three] = [await memberOf(folder, 1), await memberOf(folder, 20), await memberOf(folder, 300)];
  await two.group.leave();
  for (const { group } of [one, three, await memberOf(folder)]) assert.deepEqual(await totals(group), expected(321, 3));
  await Promise.all([one.group.leave(), three.group.leave()]);
  for (const { group } of [await memberOf(folder, 4_000)]) assert.deepEqual(await totals(group), expected(4_321, 2));
  assert.deepEqual(folder.errors, []);
});

test('a registry that left and joins again counts once, with what it counted meanwhile', async (t) => {
  const folder = testFolder(t);
  const [one, two] = [await memberOf(folder, 1), await memberOf(folder, 20)];
  for (let i = 1; i <= 3; i++) {
    await two.group.leave();
    assert.deepEqual(await totals(one.group), expected(20 + i, 1));
    two.jobs.inc();
    const again = await folder.join(two.registry);
    assert.deepEqual(await totals(one.group), expected(21 + i, 2));
    assert.deepEqual(await totals(again), expected(21 + i, 2));
    await again.leave();
    assert.deepEqual(await totals(one.group), expected(21 + i, 1));
    const third = await folder.join(two.registry);
    assert.deepEqual(await totals(third), expected(21 + i, 2));
    (two as { group: Group }).group = third;
  }
  assert.deepEqual(folder.errors, []);
});

test('a registry whose counts cannot be told any more from those of others cannot come back', async (t) => {
  const folder = testFolder(t);
  const [one, two] = [await memberOf(folder, 1), await memberOf(folder, 20)];
  await two.group.leave();
  for (let i = 0; i < 10; i++) await (await memberOf(folder, 100)).group.leave();
  assert.deepEqual(await totals(one.group), expected(1_021, 1));
  await assert.rejects(folder.join(two.registry), { code: 'ERR_GROUP', message: /expected a registry that is new to the group, got one that left, whose counts are among those of all that left; join with another registry$/ });
  assert.deepEqual(await totals(one.group), expected(1_021, 1));
});

test('what is kept of those that left stays small', async (t) => {
  const folder = testFolder(t);
  await memberOf(folder, 1);
  const sizes = [];
  for (let i = 0; i < 24; i++) {
    await (await memberOf(folder, 1)).group.leave();
    const [file, ...others] = folder.files().filter((each) => each.startsWith('ended-'));
    assert.deepEqual(others, []);
    sizes.push(readFileSync(folder.group.fileOf(file!)).length);
  }
  // No more than the ids grow.
  assert.ok(sizes[23]! - sizes[11]! < 12 * 40, String(sizes));
});

for (const [what, remove] of Object.entries({
  'the folder': ({ group }: TestFolder) => rmSync(group.path, { recursive: true }),
  'the list of members': ({ group, files }: TestFolder) => files().filter((file) => file.startsWith('members')).forEach((file) => rmSync(group.fileOf(file))),
  'what those told that ended': ({ group, files }: TestFolder) => files().filter((file) => file.startsWith('ended')).forEach((file) => rmSync(group.fileOf(file))),
  'all sockets': ({ group, files }: TestFolder) => files().filter((file) => file.endsWith('.s')).forEach((file) => rmSync(group.fileOf(file))),
  'what members told last': ({ group, files }: TestFolder) => files().filter((file) => /\.(last|shape.*)$/.test(file)).forEach((file) => rmSync(group.fileOf(file))),
})) {
  test(`somebody removes ${what}, and all members find each other again with the same sums`, async (t) => {
    const folder = testFolder(t);
    const members = [await memberOf(folder, 1), await memberOf(folder, 20), await memberOf(folder, 300)];
    await (await memberOf(folder, 4_000)).group.leave();
    for (const { group } of members) assert.deepEqual(await totals(group), expected(4_321, 3));
    remove(folder);
    for (const { jobs } of members) jobs.inc();
    // Each looks for itself, about once a second.
    for (;;) {
      const all = [];
      for (const { group } of members) all.push((await totals(group)).join());
      // Nobody's counts are out of the sum in between: that would be a reset for whoever works out a rate.
      for (const each of all) assert.ok(Number(/^jobs_total (\d+)/.exec(each)?.[1]) >= 4_321, each);
      if (all.every((each) => each === expected(4_324, 3).join())) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.deepEqual(folder.membership().members.length, 3);
    // What they told is written anew, though nothing was counted since.
    const isKept = ({ id }: { readonly id: string }): boolean => [`${id}.last`, `${id}.shape-`].every((begin) => folder.files().some((file) => file.startsWith(begin)));
    while (!folder.membership().members.every(isKept)) await new Promise((resolve) => setTimeout(resolve, 50));
    await members[2]!.group.leave();
    assert.deepEqual(await totals(members[0]!.group), expected(4_324, 2));
  });
}

for (const [how, meanwhile] of [['', () => undefined], [', though another changes the list meanwhile', overtaken]] as const) {
  test(`a member that others took for dead comes back${how}, and counts once`, async (t) => {
    const folder = testFolder(t);
    const [one, two] = [await memberOf(folder, 1), await memberOf(folder, 20)];
    await totals(one.group);
    const { id } = folder.membership().members[1]!;
    const path = folder.group.socketOf(id);
    // One that refuses takes the place of the socket, as nothing but a mishap would do.
    renameSync(path, `${path}-aside`);
    const server = createServer().listen(`${path}x`);
    await new Promise((resolve) => server.once('listening', resolve));
    renameSync(`${path}x`, path);
    await new Promise((resolve) => server.close(resolve));
    assert.deepEqual(await totals(one.group), expected(21, 1));
    meanwhile(t, id);
    // Until it looks for itself.
    while (folder.membership().members.length > 1 && folder.membership().members[1]!.id === id && readdirSync(folder.group.path).some((file) => file === `${id}.last`)) await new Promise((resolve) => setTimeout(resolve, 20));
    two.jobs.inc(5);
    assert.deepEqual(await totals(two.group), expected(26, 2));
    assert.deepEqual(await totals(one.group), expected(26, 2));
    assert.deepEqual(folder.errors, []);
  });
}

test('a last word that cannot be read is reported, and its member gone', async (t) => {
  const folder = testFolder(t);
  const one = await memberOf(folder, 1);
  const { record, kill } = await folder.addFake();
  writeFileSync(folder.group.fileOf(`${record.id}.last`), 'x'.repeat(100));
  await kill();
  assert.deepEqual(await totals(one.group), expected(1, 1));
  assert.deepEqual(folder.errors.map((error) => (error as Error).message), ['what a member told: expected a frame, got something else']);
  const { record: other, kill: killOther } = await folder.addFake();
  // A folder where a file should be.
  mkdirSync(folder.group.fileOf(`${other.id}.last`));
  await killOther();
  assert.deepEqual(await totals(one.group), expected(1, 1));
  assert.match(String(folder.errors[1]), /EISDIR/);
});

test('the sum of those that ended, where it cannot be read, is what was read before, and reported once', async (t) => {
  const folder = testFolder(t);
  const [one, two] = [await memberOf(folder, 1), await memberOf(folder, 20)];
  await two.group.leave();
  assert.deepEqual(await totals(one.group), expected(21, 1));
  const file = folder.group.fileOf(folder.files().find((each) => each.startsWith('ended-'))!);
  // Of the same number, it is not read again; so it gets the next.
  writeFileSync(file.replace(/1$/, '2'), readFileSync(file));
  truncateSync(file.replace(/1$/, '2'), 100);
  assert.deepEqual(await totals(one.group), expected(21, 1));
  assert.deepEqual(folder.errors.map((error) => (error as Error).message), ['what a member told: expected the words of all that ended, got something else']);
  await (await memberOf(folder, 300)).group.leave();
  assert.ok((await totals(one.group))[0] !== undefined);
});

test('where nothing can be written, answers go on, and onError hears of it once', async (t) => {
  const folder = testFolder(t);
  const [one, two] = [await memberOf(folder, 1), await memberOf(folder, 20)];
  // As good as a full disk: what is written aside cannot be put in its place.
  for (const { id } of folder.membership().members) mkdirSync(`${folder.group.fileOf(`${id}.last`)}/full`, { recursive: true });
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(await totals(one.group), expected(21, 2));
    assert.deepEqual(await totals(two.group), expected(21, 2));
  }
  assert.deepEqual(folder.errors.map((error) => [(error as { code: string }).code, (error as Error).message]), Array(2).fill(['ERR_GROUP', 'group "shop": what is counted here cannot be written to the group\'s folder (EISDIR); if this process is killed, it is lost']));
});

test('who leaves and cannot write its last word says so in words, leaves nothing half written, and counts by what it told', async (t) => {
  const folder = testFolder(t);
  const [one, two] = [await memberOf(folder, 1), await memberOf(folder, 20)];
  await totals(one.group);
  const { id } = folder.membership().members[1]!;
  mkdirSync(`${folder.group.fileOf(`${id}.end`)}/full`, { recursive: true });
  await two.group.leave();
  assert.deepEqual(folder.errors.map((error) => [(error as MetricError).code, (error as Error).message.replace(/'.*/, '')]), [['ERR_GROUP', 'group "shop": EISDIR: illegal operation on a directory, rename ']]);
  assert.deepEqual(folder.files().filter((file) => file.includes('new')), []);
  rmSync(folder.group.fileOf(`${id}.end`), { recursive: true });
  assert.deepEqual(await totals(one.group), expected(21, 1));
});

test('what is being written when a member leaves is neither left behind nor an error', async (t) => {
  const folder = testFolder(t);
  const [one, two] = [await memberOf(folder, 1), await memberOf(folder, 20)];
  const { id } = folder.membership().members[1]!;
  const { keeper } = (two.group as unknown as { readonly presence: { readonly keeper: Keeper } }).presence;
  const told = { id, sequence: Date.now(), toldMs: 0, shapeId: 1, shape: [], values: [new Uint8Array(20_000_000)] };
  const kept = keeper.keep(told);
  await two.group.leave();
  await kept;
  await keeper.keep({ ...told, sequence: told.sequence + 1e6 });
  assert.deepEqual(folder.files().filter((file) => file.startsWith(id)), []);
  assert.deepEqual(await totals(one.group), expected(21, 1));
  assert.deepEqual(folder.errors, []);
});

test('what was told and could not be written is not lost, as long as anybody heard it', async (t) => {
  const folder = testFolder(t);
  const one = await memberOf(folder, 1);
  const { told, answer } = unwritten(20);
  const { record, kill } = await folder.addFake(answer);
  told.id = record.id;
  for (let i = 0; i < 2; i++) assert.equal((await totals(one.group))[0], 'jobs_total 21');
  await kill();
  for (let i = 0; i < 3; i++) assert.deepEqual(await totals(one.group), expected(21, 1));
});

test('a folder that nobody can use any more costs the others, and not the answer', async (t) => {
  const folder = testFolder(t);
  const [one, two] = [await memberOf(folder, 1), await memberOf(folder, 20)];
  await two.group.leave();
  assert.deepEqual(await totals(one.group), expected(21, 1));
  rmSync(folder.group.path, { recursive: true });
  writeFileSync(folder.group.path, 'a file');
  assert.deepEqual(await totals(one.group), expected(21, 1));
  assert.deepEqual(await totals(one.group), expected(21, 1));
  assert.ok(folder.errors.length > 0);
  rmSync(folder.group.path);
  assert.deepEqual(await totals(one.group), expected(21, 1));
  assert.deepEqual(await totals((await memberOf(folder, 300)).group), expected(321, 2));
});

for (const [what, listen, ends] of [
  ['without a listener', '', 'SIGTERM'],
  ['with one that listens once, and ends the process later', "process.once('SIGTERM', () => setTimeout(() => { jobs.inc(1000); process.exit(7); }, 50));", 7],
  ['with one that ends the process where nobody else listens', "process.on('SIGTERM', function own() { if (process.listenerCount('SIGTERM') > 1) return; process.off('SIGTERM', own); process.kill(process.pid, 'SIGTERM'); });", 'SIGTERM'],
  ['with one that does not end it', "let times = 0; process.on('SIGTERM', () => { if (++times === 2) process.exit(7); else process.kill(process.pid, 'SIGTERM'); });", 7],
] as const) {
  test(`SIGTERM ${what} does what it would do without a group, and no count is lost`, async (t) => {
    const folder = testFolder(t);
    const one = await memberOf(folder, 1);
    const program = `
      const registry = new Registry();
      const jobs = registry.register(new Counter({ name: 'jobs_total', help: '' }));
      ${ends === 7 && listen.includes('once') ? listen : ''}
      await joinGroup(registry, { name: 'shop', folder: process.argv[2] });
      ${ends === 7 && listen.includes('once') ? '' : listen}
      jobs.inc(20);
      setInterval(() => undefined, 1_000);
      process.kill(process.pid, 'SIGTERM');`;
    const { status, signal, stderr } = run(folder, program);
    assert.equal(status ?? signal, ends, stderr);
    assert.equal((await totals(one.group))[0], `jobs_total ${listen.includes('1000') ? 1_021 : 21}`);
  });
}

test('a process of several members ends without a word, and leaves nothing', (t) => {
  const folder = testFolder(t);
  const program = `
    for (let i = 0; i < 3; i++) await joinGroup(new Registry(), { name: 'shop', folder: process.argv[2], onError: console.error });`;
  const { status, stderr } = run(folder, program);
  assert.deepEqual([status, stderr, readdirSync(folder.path)], [0, '', []]);
});
