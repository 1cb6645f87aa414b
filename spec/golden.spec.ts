// What each case of `golden/cases.ts` looks like in each format, byte for byte. `UPDATE_GOLDEN=1` writes the
// files anew; the diff is the review.

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

import { openMetrics, render, text, text1 } from '../lib/index.ts';
import type { Format } from '../lib/index.ts';
import { cases } from './golden/cases.ts';

const folder = new URL('./golden/', import.meta.url);

/** By the end of the file's name. */
const formats: Readonly<Record<string, Format>> = { text, text1, om1: openMetrics };

for (const [name, make] of Object.entries(cases)) {
  for (const [ending, format] of Object.entries(formats)) {
    test(`writes "${name}" as ${ending}, byte for byte`, () => {
      const file = new URL(`${name}.${ending}`, folder);
      const source = make();
      const written = render(source, format);
      assert.equal(render(source, format), written, 'a second rendering gives the same bytes');
      assert.equal(Buffer.from(written).toString(), written, 'no surrogate stands alone');
      if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, written);
      assert.ok(existsSync(file), `${name}.${ending} is missing; UPDATE_GOLDEN=1 writes it`);
      assert.deepEqual(Buffer.from(written), readFileSync(file));
    });
  }
}

const promtool = spawnSync('promtool', ['--version']).status === 0;
if (!promtool && process.env['CI'] === 'true') throw new Error('promtool is missing, and CI needs it');
const skip = promtool ? false : 'SKIPPED: promtool is not installed, so no second reader sees the golden files';

test('promtool reads each case in the text format', { skip }, async () => {
  const checks = Object.keys(cases).map(async (name) => {
    const [exitCode, messages] = await new Promise<[number | null, string]>((resolve) => {
      const run = execFile('promtool', ['check', 'metrics'], (error, _, messages) => resolve([(error?.code ?? 0) as number, messages]));
      run.stdin!.end(readFileSync(new URL(`${name}.text`, folder)));
    });
    // 3: it could be read, and the linter does not like a name.
    assert.ok(exitCode === 0 || exitCode === 3, `${name}: ${messages}`);
  });
  await Promise.all(checks);
});

test('has no golden file without a case', () => {
  const expected = Object.keys(cases).flatMap((name) => Object.keys(formats).map((ending) => `${name}.${ending}`));
  assert.deepEqual(readdirSync(folder).filter((file) => file !== 'cases.ts').sort(), expected.sort());
});
