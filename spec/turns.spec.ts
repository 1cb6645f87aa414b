// Work in fair turns: who asks a lot waits for itself alone, and where too much waits, it is refused first.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { turns } from '../lib/node/turns.ts';

/** Turns whose work is done when it is told to be, one after another. */
function manual(most: number): { take(client: string, name: string, isReturning?: boolean): void; next(): Promise<void>; readonly begun: string[]; readonly done: string[]; readonly refused: string[] } {
  const inTurn = turns(most, () => new Error('full'));
  const [begun, done, refused]: [string[], string[], string[]] = [[], [], []];
  const waiting: (() => void)[] = [];
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  let count = 0;
  return {
    begun,
    done,
    refused,
    take(client, name, isReturning) {
      const title = `${client}/${name}/${count++}`;
      const work = (): Promise<string> => {
        begun.push(title);
        return new Promise((resolve) => waiting.push(() => resolve(title)));
      };
      inTurn(client, name, work, isReturning).then((result) => done.push(result), () => refused.push(title));
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
  const queue = manual(10);
  for (let i = 0; i < 3; i++) queue.take('a', 'x');
  for (let i = 1; i <= 3; i++) {
    assert.deepEqual(queue.begun, ['a/x/0', 'a/x/1', 'a/x/2'].slice(0, i));
    await queue.next();
    assert.equal(queue.done.length, i);
  }
});

test('one client waits for one piece of work of another, however many that one asks for', async () => {
  const queue = manual(100);
  for (let i = 0; i < 20; i++) queue.take('flood', 'x');
  queue.take('scraper', 'x');
  queue.take('scraper', 'x');
  for (let i = 0; i < 5; i++) await queue.next();
  assert.deepEqual(lanes(queue.done), ['flood/x', 'flood/x', 'scraper/x', 'flood/x', 'scraper/x']);
});

test('of one client, one name waits for one piece of work of another', async () => {
  const queue = manual(100);
  for (let i = 0; i < 20; i++) queue.take('proxy', 'flood');
  queue.take('proxy', 'scraper');
  for (let i = 0; i < 3; i++) await queue.next();
  assert.deepEqual(lanes(queue.done), ['proxy/flood', 'proxy/flood', 'proxy/scraper']);
});

test('a client that tries many names is one client', async () => {
  const queue = manual(100);
  for (let i = 0; i < 20; i++) queue.take('flood', `name${i}`);
  queue.take('scraper', 'x');
  for (let i = 0; i < 3; i++) await queue.next();
  assert.deepEqual(lanes(queue.done), ['flood/name0', 'flood/name1', 'scraper/x']);
});

test('where too much waits, the last of the client that has most is refused in favour of others', async () => {
  const queue = manual(5);
  for (let i = 0; i < 5; i++) queue.take('flood', 'x');
  queue.take('flood', 'x');
  queue.take('scraper', 'x');
  await queue.next();
  assert.deepEqual(queue.refused, ['flood/x/5', 'flood/x/4']);
  for (let i = 0; i < 6; i++) await queue.next();
  assert.deepEqual(queue.done, ['flood/x/0', 'flood/x/1', 'scraper/x/6', 'flood/x/2', 'flood/x/3']);
});

test('where one client has all that waits, the last of its name that has most is refused in favour of another name', async () => {
  const queue = manual(5);
  for (let i = 0; i < 5; i++) queue.take('proxy', 'flood');
  queue.take('proxy', 'scraper');
  await queue.next();
  assert.deepEqual(queue.refused, ['proxy/flood/4']);
  for (let i = 0; i < 6; i++) await queue.next();
  assert.deepEqual(lanes(queue.done), ['proxy/flood', 'proxy/flood', 'proxy/scraper', 'proxy/flood', 'proxy/flood']);
});

test('where nobody has more than others, who comes last is refused', async () => {
  const queue = manual(3);
  for (const client of ['a', 'b', 'c', 'd']) queue.take(client, 'x');
  await queue.next();
  assert.deepEqual(queue.refused, ['d/x/3']);
});

test('work that was refused before goes before that of its client and name which was not, in the order of its coming', async () => {
  const queue = manual(5);
  for (let i = 0; i < 3; i++) queue.take('a', 'x');
  queue.take('a', 'x', true);
  queue.take('a', 'x', true);
  for (let i = 0; i < 5; i++) await queue.next();
  assert.deepEqual(queue.done, ['a/x/0', 'a/x/3', 'a/x/4', 'a/x/1', 'a/x/2']);
});

test('where too much waits, work that was refused before takes the place of the last of its client and name which was not', async () => {
  const queue = manual(3);
  for (let i = 0; i < 3; i++) queue.take('a', 'x');
  for (let i = 0; i < 4; i++) queue.take('a', 'x', true);
  for (let i = 0; i < 3; i++) await queue.next();
  assert.deepEqual([queue.done, queue.refused], [['a/x/0', 'a/x/3', 'a/x/4'], ['a/x/2', 'a/x/1', 'a/x/5', 'a/x/6']]);
});

test('with room for one, the second is refused, and after that there is room again', async () => {
  const queue = manual(1);
  queue.take('a', 'x');
  queue.take('b', 'x');
  await queue.next();
  assert.deepEqual([queue.done, queue.refused], [['a/x/0'], ['b/x/1']]);
  queue.take('b', 'x');
  await queue.next();
  assert.deepEqual(queue.done, ['a/x/0', 'b/x/2']);
});

test('work that fails is the failure of its own alone', async () => {
  const inTurn = turns(2, () => new Error('full'));
  const failing = inTurn('a', 'x', () => Promise.reject(new Error('broken')));
  const working = inTurn('a', 'x', async () => 'done');
  await assert.rejects(failing, { message: 'broken' });
  assert.equal(await working, 'done');
  assert.equal(await inTurn('a', 'x', async () => 'again'), 'again');
});
