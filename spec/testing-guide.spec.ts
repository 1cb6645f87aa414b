// `lib/guide/testing.md`: its tests pass, and its table has all of the kit. Its `ts` blocks are run by `readme.spec.ts`.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import * as kit from '../lib/testing.ts';
import { root, userProject } from './user-project.ts';

const page = readFileSync(join(root, 'lib/guide/testing.md'), 'utf8');
const blocks = [...page.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language, code]) => ({ language: language!, code: code! }));
const project = userProject();
after(() => project.remove());

test('the tests in CommonJS pass', async () => {
  const programs = blocks.filter(({ language }) => language === 'js');
  assert.equal(programs.length, 1);
  // As Jest does, somebody gives it `test`.
  project.write('given.cjs', `const test = (title, run) => run().then(() => console.log(title));\n${programs[0]!.code}`);
  assert.deepEqual(await project.run('given.cjs'), { code: 0, output: 'metrics are named well\na job is counted by its queue\n' });
});

test('its table has each function of the kit', () => {
  const [, rows] = /^\| to find out .*\n\|.*\n((?:\|.*\n)+)/m.exec(page)!;
  assert.deepEqual([...rows!.matchAll(/`(\w+)\(/g)].map(([, name]) => name).sort(), Object.keys(kit).sort());
});
