// What a member asks of the others, and what becomes of those that do not answer as they should.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';
import { describe, test } from 'node:test';

import { FRAME, FrameReader, frame, jsonFrame } from '../lib/cluster/wire.ts';
import type { Frame } from '../lib/cluster/wire.ts';
import { framesOf } from '../lib/cluster/told.ts';
import type { Told } from '../lib/cluster/told.ts';
import { Gauge, Registry, render } from '../lib/index.ts';
import { shown, testFolder } from './cluster-folder.ts';

const READY = jsonFrame(FRAME.ready, { version: 1 });

/** A member that does this at each frame. */
function answering(act: (socket: Socket, next: Frame) => void): (socket: Socket) => void {
  return (socket) => {
    const frames = new FrameReader();
    socket.on('data', (chunk) => {
      for (const next of frames.push(chunk)) act(socket, next);
    });
  };
}

/**
 * A scrape with so much time, which passes as often as it is looked at: all members but those that are made up run in this
 * process, so none of them is late because the machine is busy.
 */
function scrapeOf(timeLeftMs: number): { signal: AbortSignal; timeLeftMs: number } {
  let left = timeLeftMs;
  return {
    signal: new AbortController().signal,
    get timeLeftMs() {
      return (left -= 25);
    },
  };
}

test('a member that shows nothing shows the group at least', async (t) => {
  const { join } = testFolder(t);
  const group = await join();
  assert.deepEqual([...group.collect()], []);
  assert.deepEqual(await shown(group), ['promlet_group_members 1', 'promlet_group_member_up{member="1"} 1']);
  const other = await join(new Registry(), { member: 'a "b"' });
  assert.deepEqual(await shown(group), ['promlet_group_members 2', 'promlet_group_member_up{member="1"} 1', 'promlet_group_member_up{member="a \\"b\\""} 1']);
  assert.deepEqual(await shown(other), await shown(group));
  assert.match(render(group), /^promlet_group_member_age_seconds\{member="1"\} [\d.e-]+$/m);
});

const told: Told = { id: '', sequence: 1, toldMs: 0, shapeId: 1, shape: [new Uint8Array(10)], values: [new Uint8Array(10)] };

const faults: Readonly<Record<string, readonly [answer: (socket: Socket) => void, error: RegExp]>> = {
  'says nothing': [() => {}, /^member "2": did not answer in time$/],
  'gets ready and says nothing more': [answering((socket, { type }) => type === FRAME.hello && socket.write(READY)), /^member "2": did not answer in time$/],
  'stops in the middle of what it tells': [answering((socket, { type }) => socket.write(type === FRAME.hello ? READY : frame(FRAME.head, Buffer.from('{')).subarray(0, 5))), /^member "2": did not answer in time$/],
  'closes at once': [(socket) => socket.destroy(), /^member "2": (closed the connection before it had told anything|.*(ECONNRESET|EPIPE))$/],
  'dies half-way': [
    answering((socket, { type }) => {
      if (type === FRAME.hello) return void socket.write(READY);
      socket.write([...framesOf(told)][0]!);
      socket.end();
    }),
    /^member "2": closed the connection before it had told anything$/,
  ],
  'has another version': [answering((socket) => socket.end(jsonFrame(FRAME.refused, { version: 99 }))), /^member "2": it refuses to answer: it has the version 99 of promlet's groups, and this member 1; all need the same$/],
  'gets ready in another version': [answering((socket) => socket.write(jsonFrame(FRAME.ready, { version: 99 }))), /^member "2": .*99/],
  'refuses with a reason': [answering((socket) => socket.end(jsonFrame(FRAME.refused, { version: 1, message: 'not today' }))), /^member "2": it refuses to answer: not today$/],
  'speaks HTTP': [(socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'), /^member "2": what a member told: expected a frame, got something else$/],
  'sends a frame that is too long': [(socket) => socket.write(Buffer.from([255, 255, 255, 255, FRAME.values])), /^member "2": what a member told: expected a frame, got something else$/],
  'sends a frame of no known type': [(socket) => socket.write(frame(77 as never)), /^member "2": what a member told: expected a frame, got something else$/],
  'tells what nobody asked for': [(socket) => socket.write(frame(FRAME.values)), /^member "2": what a member told: expected a snapshot, got something else$/],
  'tells without a head': [answering((socket, { type }) => socket.write(type === FRAME.hello ? READY : frame(FRAME.end))), /^member "2": what a member told: expected a snapshot, got something else$/],
  'tells two heads': [answering((socket, { type }) => { const [head] = [...framesOf(told)]; socket.write(type === FRAME.hello ? READY : Buffer.concat([head!, head!])); }), /expected an end before the next snapshot/],
  'tells no JSON': [answering((socket, { type }) => socket.write(type === FRAME.hello ? READY : frame(FRAME.head, Buffer.from('{')))), /^member "2": what a member told: expected an object, got something else$/],
  'tells of numbers that are none': [answering((socket, { type }) => socket.write(type === FRAME.hello ? READY : jsonFrame(FRAME.head, { version: 1, id: 'x', sequence: 'x' }))), /expected the head of a snapshot/],
  'tells the words of another': [answering((socket, { type }) => socket.write(type === FRAME.hello ? READY : Buffer.concat([...framesOf({ ...told, id: 'other' })]))), /^member "2": what a member told: expected the words of [0-9a-f]{16}, got something else$/],
};

// Together, since some of them are waited for.
describe('bad neighbours', { concurrency: true }, () => {
  for (const [what, [answer, error]] of Object.entries(faults)) test(`a member that ${what} costs itself alone`, async (t) => {
    const { join, addFake, errors } = testFolder(t);
    const [group] = [await join(), await addFake(answer), await join()];
    for (let i = 0; i < 2; i++) {
      await group.refresh(scrapeOf(2_000));
      const lines = render(group).split('\n').filter((line) => /^promlet_group_member(s|_up)/.test(line));
      assert.deepEqual(lines, ['promlet_group_members 3', 'promlet_group_member_up{member="1"} 1', 'promlet_group_member_up{member="2"} 0', 'promlet_group_member_up{member="3"} 1']);
    }
    // The same is not reported at every scrape.
    assert.equal(errors.length, 1, String(errors));
    assert.match((errors[0] as Error).message, error);
  });
});

test('what a member is asked in a wrong way it refuses, with its version, and goes on', async (t) => {
  const { join, group: folder, membership, errors } = testFolder(t);
  const group = await join();
  const [{ id }] = membership().members as unknown as [{ readonly id: string }];
  const refusals = async (bytes: Uint8Array): Promise<unknown[]> => {
    const socket = connect(folder.socketOf(id));
    socket.write(bytes);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    await once(socket, 'close');
    return [...new FrameReader().push(Buffer.concat(chunks))].map(({ type, bytes: content }) => [type, JSON.parse(String(content))]);
  };
  assert.deepEqual(await refusals(jsonFrame(FRAME.hello, { version: 99 })), [[FRAME.refused, { version: 1 }]]);
  const reason = (expected: string): object => ({ version: 1, message: `what a member told: expected ${expected}, got something else` });
  assert.deepEqual(await refusals(Buffer.from('GET / HTTP/1.1\r\n\r\n')), [[FRAME.refused, reason('a frame')]]);
  assert.deepEqual(await refusals(frame(FRAME.now)), [[FRAME.refused, reason('a question')]]);
  assert.deepEqual(await refusals(jsonFrame(FRAME.hello, { version: 1, limitMs: 'x' })), [[FRAME.refused, reason('a time limit')]]);
  assert.equal(errors.length, 3);
  assert.deepEqual(await shown(group), ['promlet_group_members 1', 'promlet_group_member_up{member="1"} 1']);
});

test('more than a member may tell is an error before it is kept', () => {
  const reader = new FrameReader();
  const chunk = frame(FRAME.values, new Uint8Array(64 * 1024));
  assert.throws(() => {
    for (let i = 0; i < 5_000; i++) for (const _ of reader.push(chunk));
  }, { code: 'ERR_GROUP', message: 'what a member told: expected at most 268435456 bytes, got something else' });
});

test('frames arrive whole, however they are cut', () => {
  const all = [jsonFrame(FRAME.hello, { a: 1 }), frame(FRAME.now), frame(FRAME.values, new Uint8Array([1, 2, 3]))];
  for (let length = 1; length < 20; length++) {
    const reader = new FrameReader();
    const bytes = Buffer.concat(all);
    const found: Frame[] = [];
    for (let begin = 0; begin < bytes.length; begin += length) found.push(...reader.push(bytes.subarray(begin, begin + length)));
    assert.deepEqual(found.map(({ type, bytes: content }) => [type, ...content]), [[FRAME.hello, ...Buffer.from('{"a":1}')], [FRAME.now], [FRAME.values, 1, 2, 3]]);
    assert.equal(reader.isEmpty, true);
  }
});

test('refresh hooks run in each member, and one that is late or fails costs its own families', async (t) => {
  const { join } = testFolder(t);
  const calls: string[] = [];
  const registryWith = (name: string, refresh: () => unknown): Registry => {
    const registry = new Registry({ onWarning: () => undefined });
    registry.register(new Gauge({ name: 'hooked', help: '', merge: 'each', collect: async (own: Gauge) => { calls.push(name); await refresh(); own.set(1); } } as never));
    return registry;
  };
  const group = await join(registryWith('1', () => undefined));
  await join(registryWith('2', () => { throw new Error('no'); }));
  await join(registryWith('3', () => new Promise(() => {})));
  await group.refresh(scrapeOf(2_000));
  const lines = render(group).split('\n');
  assert.deepEqual(calls.sort(), ['1', '2', '3']);
  assert.deepEqual(lines.filter((line) => line.startsWith('promlet_group_member_up')), ['promlet_group_member_up{member="1"} 1', 'promlet_group_member_up{member="2"} 1', 'promlet_group_member_up{member="3"} 1']);
  assert.deepEqual(lines.filter((line) => line.startsWith('hooked')), ['hooked{member="1"} 1']);
});

test('a member that said nothing at all the last time is not waited for again all the time, until it answers', async (t) => {
  const { join, addFake } = testFolder(t);
  const group = await join();
  let isHanging = true;
  const asked: Socket[] = [];
  const answer = answering((socket, { type, bytes }) => {
    if (type === FRAME.hello) asked.push(socket);
    if (isHanging) return;
    socket.write(type === FRAME.hello ? Buffer.concat([Buffer.from(frame(FRAME.hello, bytes)), READY]) : Buffer.alloc(0));
  });
  await addFake(answer);
  await group.refresh(scrapeOf(1_000));
  const begin = performance.now();
  await group.refresh(scrapeOf(60_000));
  assert.ok(performance.now() - begin < 30_000);
  assert.equal(asked.length, 2);
  isHanging = false;
  // It is heard now, and waited for as long as any other.
  const aborter = new AbortController();
  const refreshed = group.refresh({ signal: aborter.signal, timeLeftMs: 60_000 });
  while (asked.length < 3) await new Promise((resolve) => setImmediate(resolve));
  asked[2]!.once('close', () => aborter.abort());
  setTimeout(() => asked[2]!.destroy(), 600);
  await refreshed;
});

test('scrapes that meet share a round, and the one that waits shortest is not late', async (t) => {
  const { join, addFake } = testFolder(t);
  let calls = 0;
  const registry = new Registry();
  registry.register(new Gauge({ name: 'g', help: '', collect: () => void calls++ }));
  const group = await join(registry);
  await addFake();
  const begin = performance.now();
  const patient = group.refresh(scrapeOf(60_000));
  await group.refresh(scrapeOf(1_000));
  await patient;
  assert.equal(calls, 1);
  // Far less than the patient one would have waited.
  assert.ok(performance.now() - begin < 30_000);
});

test('a scrape that is aborted is not waited for', async (t) => {
  const { join, addFake } = testFolder(t);
  const group = await join();
  await addFake();
  const aborter = new AbortController();
  const refreshed = group.refresh({ signal: aborter.signal, timeLeftMs: 60_000 });
  aborter.abort();
  await refreshed;
});
