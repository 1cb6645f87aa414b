// Work in fair turns: who asks a lot waits for itself alone, and where too much waits, it is refused first.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Turns } from '../lib/node/turns.ts';

/** Turns whose work is done when it is told to be, one after another. */
function manual(most: number): { take(client: string, name: string): void; next(): Promise<void>; readonly begun: string[]; readonly done: string[]; readonly refused: string[] } {
  const turns = new Turns(most, () => new Error('full'));
  const [begun, done, refused]: [string[], string[], string[]] = [[], [], []];
  const waiting: (() => void)[] = [];
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  let count = 0;
  return {
    begun,
    done,
    refused,
    take(client, name) {
      const title = `${client}/${name}/${count++}`;
      const work = (): Promise<string> => {
        begun.push(title);
        return new Promise((resolve) => waiting.push(() => resolve(title)));
      };
      turns.take(client, name, work).then((result) => done.push(result), () => refused.push(title));
    },
    async next() {
      await settled();
      waiting.shift()?.();
      await settled();
    },
  };
}

/** Who of `client/name` came, in order. */
const lanes = (titles: readonly string[]): string[] => titles.map((title) => title.split('/').slice(0, 2).join('/'));

test('work is done one at a time, in the order of its coming', async () => {
  const turns = manual(10);
  for (let i = 0; i < 3; i++) turns.take('a', 'x');
  for (let i = 1; i <= 3; i++) {
    assert.deepEqual(turns.begun, ['a/x/0', 'a/x/1', 'a/x/2'].slice(0, i));
    await turns.next();
    assert.equal(turns.done.length, i);
  }
});

test('one client waits for one piece of work of another, however many that one asks for', async () => {
  const turns = manual(100);
  for (let i = 0; i < 20; i++) turns.take('flood', 'x');
  turns.take('scraper', 'x');
  turns.take('scraper', 'x');
  for (let i = 0; i < 5; i++) await turns.next();
  assert.deepEqual(lanes(turns.done), ['flood/x', 'flood/x', 'scraper/x', 'flood/x', 'scraper/x']);
});

test('of one client, one name waits for one piece of work of another', async () => {
  const turns = manual(100);
  for (let i = 0; i < 20; i++) turns.take('proxy', 'flood');
  turns.take('proxy', 'scraper');
  for (let i = 0; i < 3; i++) await turns.next();
  assert.deepEqual(lanes(turns.done), ['proxy/flood', 'proxy/flood', 'proxy/scraper']);
});

test('a client that tries many names is one client', async () => {
  const turns = manual(100);
  for (let i = 0; i < 20; i++) turns.take('flood', `name${i}`);
  turns.take('scraper', 'x');
  for (let i = 0; i < 3; i++) await turns.next();
  assert.deepEqual(lanes(turns.done), ['flood/name0', 'flood/name1', 'scraper/x']);
});

test('where too much waits, the last of the client that has most is refused in favour of others', async () => {
  const turns = manual(5);
  for (let i = 0; i < 5; i++) turns.take('flood', 'x');
  turns.take('flood', 'x');
  turns.take('scraper', 'x');
  await turns.next();
  assert.deepEqual(turns.refused, ['flood/x/5', 'flood/x/4']);
  for (let i = 0; i < 6; i++) await turns.next();
  assert.deepEqual(turns.done, ['flood/x/0', 'flood/x/1', 'scraper/x/6', 'flood/x/2', 'flood/x/3']);
});

test('where one client has all that waits, the last of its name that has most is refused in favour of another name', async () => {
  const turns = manual(5);
  for (let i = 0; i < 5; i++) turns.take('proxy', 'flood');
  turns.take('proxy', 'scraper');
  await turns.next();
  assert.deepEqual(turns.refused, ['proxy/flood/4']);
  for (let i = 0; i < 6; i++) await turns.next();
  assert.deepEqual(lanes(turns.done), ['proxy/flood', 'proxy/flood', 'proxy/scraper', 'proxy/flood', 'proxy/flood']);
});

test('where nobody has more than others, who comes last is refused', async () => {
  const turns = manual(3);
  for (const client of ['a', 'b', 'c', 'd']) turns.take(client, 'x');
  await turns.next();
  assert.deepEqual(turns.refused, ['d/x/3']);
});

test('with room for one, the second is refused, and after that there is room again', async () => {
  const turns = manual(1);
  turns.take('a', 'x');
  turns.take('b', 'x');
  await turns.next();
  assert.deepEqual([turns.done, turns.refused], [['a/x/0'], ['b/x/1']]);
  turns.take('b', 'x');
  await turns.next();
  assert.deepEqual(turns.done, ['a/x/0', 'b/x/2']);
});

test('work that fails is the failure of its own alone', async () => {
  const turns = new Turns(2, () => new Error('full'));
  const failing = turns.take('a', 'x', () => Promise.reject(new Error('broken')));
  const working = turns.take('a', 'x', async () => 'done');
  await assert.rejects(failing, { message: 'broken' });
  assert.equal(await working, 'done');
  assert.equal(await turns.take('a', 'x', async () => 'again'), 'again');
});
