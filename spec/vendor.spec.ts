// `promlet vendor`: copies of promlet in other code bases.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, afterEach, test } from 'node:test';

import { withBanner } from '../lib/commands/banner.ts';
import { CommandError } from '../lib/commands/command.ts';
import type { Io } from '../lib/commands/command.ts';
import { vendorFrom } from '../lib/commands/vendor.ts';

let folder: string;
let built: string;
let host: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'promlet-vendor-'));
  built = join(folder, 'built');
  host = join(folder, 'host');
  mkdirSync(host);
  build('0.1.0');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('writes the file and its declarations into a folder, which it makes', async () => {
  const target = join(host, 'src/metrics');
  assert.deepEqual(await vendor(target), { exitCode: 0, said: `${target}/promlet.js: promlet 0.1.0, promlet.js\n${target}/promlet.d.ts: promlet 0.1.0, promlet.d.ts\n` });
  for (const file of ['promlet.js', 'promlet.d.ts']) assert.equal(readFileSync(join(target, file), 'utf8'), readFileSync(join(built, file), 'utf8'));
});

test('writes the form that is asked for, under the name that is given', async () => {
  const target = join(host, 'metrics.mjs');
  await vendor(target, 'exporter', 'minified');
  assert.equal(readFileSync(target, 'utf8'), readFileSync(join(built, 'promlet-exporter.min.js'), 'utf8'));
  assert.equal(readFileSync(join(host, 'metrics.d.mts'), 'utf8'), readFileSync(join(built, 'promlet-exporter.min.d.ts'), 'utf8'));
});

test('brings a copy up to date in the form that it has', async () => {
  const target = join(host, 'metrics.js');
  await vendor(target, 'minified');
  build('0.2.0');
  const { said } = await vendor(target);
  assert.match(said, /metrics\.js: promlet 0\.2\.0, promlet\.min\.js, in place of promlet 0\.1\.0\n/);
  assert.match((await vendor(target)).said, /metrics\.js: promlet 0\.2\.0, promlet\.min\.js, as it was\n/);
});

test('brings the copies of a folder up to date, and adds none', async () => {
  await vendor(host, 'exporter');
  build('0.2.0');
  const { said } = await vendor(host);
  assert.deepEqual(said.match(/\S+\.js(?=, in place)/g), ['promlet-exporter.js']);
});

test('leaves alone what was edited, and what is not promlet, unless it is forced', async () => {
  const target = join(host, 'promlet.js');
  for (const [text, complaint] of [
    ['export {};\n', `${target} is not a copy of promlet`],
    [readFileSync(join(built, 'promlet.js'), 'utf8').replace('code', 'edit'), `${target} was edited since it was written`],
  ] as const) {
    writeFileSync(target, text);
    await assert.rejects(vendor(host), (error) => error instanceof CommandError && error.exitCode === 1 && error.message === complaint);
    assert.equal(readFileSync(target, 'utf8'), text);
    await vendor(host, 'force');
    assert.equal(readFileSync(target, 'utf8'), readFileSync(join(built, 'promlet.js'), 'utf8'));
  }
});

test('writes nothing where only the declarations were edited', async () => {
  await vendor(host);
  const declarations = join(host, 'promlet.d.ts');
  writeFileSync(declarations, `${readFileSync(declarations, 'utf8')}// mine\n`);
  const before = readFileSync(join(host, 'promlet.js'), 'utf8');
  build('0.2.0');
  await assert.rejects(vendor(host), CommandError);
  assert.equal(readFileSync(join(host, 'promlet.js'), 'utf8'), before);
});

test('--check tells what a copy is, and whether it was edited', async () => {
  await vendor(host);
  assert.deepEqual(await vendor(host, 'check'), {
    exitCode: 0,
    said: `${host}/promlet.js: promlet 0.1.0, promlet.js, unchanged\n${host}/promlet.d.ts: promlet 0.1.0, promlet.d.ts, unchanged\n`,
  });
  const target = join(host, 'promlet.js');
  writeFileSync(target, readFileSync(target, 'utf8').replace('code', 'edit'));
  assert.deepEqual(await vendor(target, 'check'), {
    exitCode: 1,
    said: `${target}: promlet 0.1.0, promlet.js, was edited: it has not the checksum of its banner\n${host}/promlet.d.ts: promlet 0.1.0, promlet.d.ts, unchanged\n`,
  });
});

test('--check is not taken in by a checksum that was made for the edited copy', async () => {
  const target = join(host, 'promlet.js');
  writeFileSync(target, withBanner({ file: 'promlet.js', version: '0.1.0' }, 'MIT License', 'edit promlet.js 0.1.0;\n'));
  assert.deepEqual(await vendor(target, 'check'), { exitCode: 1, said: `${target}: promlet 0.1.0, promlet.js, was edited: it has not the checksum of that version\n` });
});

test('--check of an older copy goes by its banner', async () => {
  await vendor(host);
  build('0.2.0');
  assert.equal((await vendor(host, 'check')).exitCode, 0);
});

test('--check fails for a file without a banner, and for none at all', async () => {
  const target = join(host, 'other.js');
  assert.deepEqual(await vendor(target, 'check'), { exitCode: 1, said: `${target}: there is no such file\n` });
  writeFileSync(target, 'export {};\n');
  assert.deepEqual(await vendor(target, 'check'), { exitCode: 1, said: `${target}: it has no banner of promlet\n` });
  assert.deepEqual(await vendor(host, 'check'), { exitCode: 1, said: `${host}/promlet.js: there is no such file\n` });
});

test('says what is wrong with the path', async () => {
  await assert.rejects(vendorFrom(built).run({ switches: new Set(), values: new Map(), operand: undefined }, {} as Io), { exitCode: 2, message: 'the path is missing: where the copy is, or is to be' });
  await assert.rejects(vendor(join(host, 'promlet.ts')), { exitCode: 2, message: `expected a folder, or a file whose name ends in .js or .mjs, got "${host}/promlet.ts"` });
});

/** What `npm run vendor` would build of that version. */
function build(version: string): void {
  mkdirSync(built, { recursive: true });
  for (const name of ['promlet', 'promlet.min', 'promlet-exporter', 'promlet-exporter.min']) {
    for (const file of [`${name}.js`, `${name}.d.ts`]) writeFileSync(join(built, file), withBanner({ file, version }, 'MIT License', `code ${file} ${version};\n`));
  }
}

async function vendor(operand: string, ...switches: readonly string[]): Promise<{ exitCode: number; said: string }> {
  let said = '';
  const output = { write: (text: string) => (said += text) };
  const io = { stdout: output, stderr: output } as unknown as Io;
  const exitCode = await vendorFrom(built).run({ switches: new Set(switches), values: new Map(), operand }, io);
  return { exitCode, said };
}
