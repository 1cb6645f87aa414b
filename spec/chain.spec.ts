// A file that many processes change without a lock.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, linkSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { Chain } from '../lib/cluster/chain.ts';
import { root } from './user-project.ts';

const folder = mkdtempSync(join(tmpdir(), 'promlet-chain-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const bytes = (text: string): Uint8Array => Buffer.from(text);
const folderFor = (name: string): string => mkdtempSync(join(folder, name));

test('has nothing at first, then what was appended last, and one file of it', () => {
  const own = folderFor('one');
  const chain = new Chain(own, 'list');
  assert.deepEqual(chain.read(), { number: 0 });
  assert.equal(chain.append(0, bytes('a')), true);
  assert.equal(chain.append(1, bytes('b')), true);
  assert.deepEqual(chain.read(), { number: 2, content: Buffer.from('b') });
  assert.deepEqual(readdirSync(own), ['list.2']);
});

test('whoever is too late changes nothing, also where the number is free again', () => {
  const own = folderFor('late');
  const chain = new Chain(own, 'list');
  for (const number of [0, 1, 2]) assert.equal(chain.append(number, bytes(`at ${number}`)), true);
  // 3 is there; 1 and 2 have been removed.
  for (const number of [2, 1, 0]) assert.equal(chain.append(number, bytes('late')), false);
  assert.deepEqual(chain.read(), { number: 3, content: Buffer.from('at 2') });
  assert.deepEqual(readdirSync(own), ['list.3']);
});

test('chains of one folder do not meet, whatever their names begin with', () => {
  const own = folderFor('two');
  const [one, other] = [new Chain(own, 'a'), new Chain(own, 'a-b')];
  one.append(0, bytes('one'));
  other.append(0, bytes('other'));
  other.append(1, bytes('other again'));
  assert.deepEqual([one.read().number, other.read().number], [1, 2]);
});

test('a change is made from what is there, and none where there is nothing to change', () => {
  const chain = new Chain(folderFor('change'), 'list');
  chain.change((content) => (content === undefined ? bytes('1') : undefined));
  chain.change((content) => bytes(`${content}2`));
  chain.change(() => undefined);
  assert.deepEqual(chain.read(), { number: 2, content: Buffer.from('12') });
});

test('what a killed writer left aside is removed, and not what a live one is writing', () => {
  const own = folderFor('aside');
  const chain = new Chain(own, 'list');
  const [abandoned, busy] = [`list.new-${2 ** 30}-0`, `list.new-${process.pid}-0`];
  for (const file of [abandoned, busy]) writeFileSync(join(own, file), 'x');
  chain.append(0, bytes('a'));
  assert.deepEqual(readdirSync(own).sort(), ['list.1', busy].sort());
});

test('what a writer left that was killed after it had linked is cleared up by the next', () => {
  const own = folderFor('linked');
  const chain = new Chain(own, 'list');
  chain.append(0, bytes('a'));
  // As it is between linking and removing.
  writeFileSync(join(own, 'aside'), 'b');
  linkSync(join(own, 'aside'), join(own, 'list.2'));
  assert.deepEqual(chain.read(), { number: 2, content: Buffer.from('b') });
  chain.append(2, bytes('c'));
  assert.deepEqual(readdirSync(own).sort(), ['aside', 'list.3']);
});

test('a folder that is gone is an error, not an empty chain', () => {
  const chain = new Chain(join(folder, 'never'), 'list');
  assert.throws(() => chain.read(), { code: 'ENOENT' });
  assert.throws(() => chain.append(0, bytes('a')), { code: 'ENOENT' });
  assert.equal(existsSync(join(folder, 'never')), false);
});

test('no change of many processes is lost, though some are killed in the middle of it', async () => {
  const own = folderFor('many');
  const program = join(own, 'program.mts');
  writeFileSync(program, `
    import { Chain } from ${JSON.stringify(join(root, 'lib/cluster/chain.ts'))};
    import { appendFileSync } from 'node:fs';
    const [, , folder, who] = process.argv;
    const chain = new Chain(folder, 'list');
    process.send('ready');
    process.once('message', () => {
      for (let i = 0; i < 60; i++) {
        const mark = who + ':' + i;
        chain.change((content) => {
          const all = content ? JSON.parse(content) : [];
          return all.includes(mark) ? undefined : Buffer.from(JSON.stringify([...all, mark]));
        });
        // Only what is known to be in the list.
        appendFileSync(folder + '/done-' + who, mark + '\\n');
      }
      process.exit();
    });`);
  const chains = folderFor('chains');
  const children = Array.from({ length: 6 }, (_, i) => spawn(process.execPath, ['--import', 'tsx', program, chains, String(i)], { cwd: root, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  await Promise.all(children.map((child) => new Promise((resolve) => child.once('message', resolve))));
  const ended = children.map((child) => new Promise<number | null>((resolve) => child.once('exit', resolve)));
  for (const child of children) child.send('go');
  // Two are killed once they are seen to have begun.
  for (const i of [0, 1]) {
    while (!existsSync(join(chains, `done-${i}`))) await new Promise((resolve) => setImmediate(resolve));
    children[i]!.kill('SIGKILL');
  }
  assert.deepEqual((await Promise.all(ended)).slice(2), [0, 0, 0, 0]);
  const { content } = new Chain(chains, 'list').read();
  const all = JSON.parse(String(content)) as string[];
  assert.equal(new Set(all).size, all.length);
  for (let i = 0; i < children.length; i++) {
    const done = readFileSync(join(chains, `done-${i}`), 'utf8').split('\n').slice(0, -1);
    assert.deepEqual(done.filter((mark) => !all.includes(mark)), [], `of ${i}`);
    if (i > 1) assert.equal(done.length, 60);
  }
  new Chain(chains, 'list').change((before) => before);
  assert.deepEqual(readdirSync(chains).filter((file) => !file.startsWith('done-')).length, 1);
});
