// `promlet vendor`: copies of promlet in other code bases.

import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
  const text = readFileSync(target, 'utf8');
  assert.match(text, /\n \* promlet 0\.1\.0, promlet-exporter\.min\.js\n/);
  assert.equal(withoutBanner(text), withoutBanner(readFileSync(join(built, 'promlet-exporter.min.js'), 'utf8')).replace('./promlet-exporter.min.d.ts', './metrics.d.mts'));
  assert.equal(withoutBanner(readFileSync(join(host, 'metrics.d.mts'), 'utf8')), withoutBanner(readFileSync(join(built, 'promlet-exporter.d.ts'), 'utf8')));
});

test('names the declarations as they are called beside the copy, which is no edit', async () => {
  const target = join(host, 'metrics.mjs');
  await vendor(target);
  assert.match(readFileSync(target, 'utf8'), /\n\/\/ @ts-self-types="\.\/metrics\.d\.mts"\n/);
  assert.equal((await vendor(target, 'check')).exitCode, 0);
  const moved = join(host, 'moved.mjs');
  writeFileSync(moved, readFileSync(target, 'utf8'));
  assert.deepEqual(await vendor(moved, 'check'), { exitCode: 0, said: `${moved}: promlet 0.1.0, promlet.js, unchanged\n` });
  assert.match((await vendor(moved)).said, /moved\.mjs: promlet 0\.1\.0, promlet\.js, in place of promlet 0\.1\.0\n/);
});

test('writes for require() what ends in .cjs, and what is asked for as CommonJS', async () => {
  await vendor(join(host, 'metrics.cjs'));
  assert.match(readFileSync(join(host, 'metrics.cjs'), 'utf8'), /\n\/\/ @ts-self-types="\.\/metrics\.d\.cts"\n'use strict';\nconst code = 'promlet\.js 0\.1\.0';\nmodule\.exports = \{ code, renamed: code \};\n$/);
  assert.ok(existsSync(join(host, 'metrics.d.cts')));
  const { said } = await vendor(host, 'commonjs', 'exporter', 'minified');
  assert.equal(said, ['cjs', 'd.cts'].map((ending) => `${host}/promlet-exporter.min.${ending}: promlet 0.1.0, promlet-exporter.min.${ending}\n`).join(''));
  await vendor(join(host, 'old.js'), 'commonjs');
  assert.match(readFileSync(join(host, 'old.js'), 'utf8'), /\nmodule\.exports = /);
  build('0.2.0');
  assert.match((await vendor(join(host, 'old.js'))).said, /old\.js: promlet 0\.2\.0, promlet\.cjs, in place of promlet 0\.1\.0\n/);
  assert.equal((await vendor(join(host, 'old.js'), 'check')).exitCode, 0);
});

test('writes a script that sets one name', async () => {
  assert.match((await vendor(host, 'script')).said, /promlet\.global\.js: promlet 0\.1\.0, promlet\.global\.js\n.*promlet\.global\.d\.ts/);
  assert.match(readFileSync(join(host, 'promlet.global.js'), 'utf8'), /\nvar promlet = \(\(\) => \{\n'use strict';\nconst code = 'promlet\.js 0\.1\.0';\nreturn \{ code, renamed: code \};\n\}\)\(\);\n$/);
  assert.match(readFileSync(join(host, 'promlet.global.d.ts'), 'utf8'), /\nexport as namespace promlet;\n$/);
  assert.equal((await vendor(host, 'check')).exitCode, 0);
});

test('refuses forms that cannot be, and says why', async () => {
  const hint = 'See `promlet vendor --help`.';
  for (const [target, switches, message] of [
    [host, ['script', 'exporter'], '--script and --exporter: the exporter is for Node'],
    [host, ['script', 'commonjs'], '--script and --commonjs: expected one of them'],
    [join(host, 'a.mjs'), ['commonjs'], `--commonjs: expected a file whose name ends in .js or .cjs, got "${host}/a.mjs"`],
    [join(host, 'a.cjs'), ['script'], `--script: expected a file whose name ends in .js, got "${host}/a.cjs"`],
    ['', [], 'the path is empty: expected a folder, or . for this one'],
    [join(host, 'a.css'), [], `expected a folder, or a file whose name ends in .js, .mjs or .cjs, got "${host}/a.css"`],
    ['https://example.org/v1', [], 'expected a folder, or a file whose name ends in .js, .mjs or .cjs, got "https://example.org/v1"'],
    ['', ['check'], 'the path is empty: expected a folder, or . for this one'],
  ] as const) {
    await assert.rejects(vendor(target, ...switches), { exitCode: 2, message, hint });
  }
  assert.deepEqual(readdirSync(host), []);
});

test('writes into folders whose names look like those of files', async () => {
  for (const name of ['v1.2', 'third.party/promlet']) {
    await vendor(join(host, name));
    assert.ok(existsSync(join(host, name, 'promlet.js')), name);
  }
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

test('never writes through a symbolic link, not to a file that is there and not to one that is not', async () => {
  const outside = join(folder, 'outside.js');
  const hint = 'Give the path that it leads to, or put a file in its place with --force.';
  for (const name of ['promlet.js', 'promlet.d.ts']) {
    for (const isThere of [false, true]) {
      const link = join(host, name);
      if (isThere) writeFileSync(outside, readFileSync(join(built, name), 'utf8'));
      symlinkSync(outside, link);
      for (const target of [host, join(host, 'promlet.js')]) await assert.rejects(vendor(target), { exitCode: 1, message: `${link} is a symbolic link`, hint });
      assert.equal(existsSync(outside), isThere);
      await vendor(host, 'force');
      assert.ok(lstatSync(link).isFile());
      assert.equal(existsSync(outside), isThere);
      rmSync(host, { recursive: true });
      rmSync(outside, { force: true });
      mkdirSync(host);
    }
  }
});

test('writes into a folder that a link leads to, and not where that leads nowhere', async () => {
  symlinkSync(host, join(folder, 'link'));
  await vendor(join(folder, 'link'));
  assert.ok(existsSync(join(host, 'promlet.js')));
  symlinkSync(join(folder, 'nowhere'), join(host, 'dangling'));
  for (const target of ['dangling', 'dangling/sub', 'dangling/promlet.js']) {
    await assert.rejects(vendor(join(host, target)), (error) => error instanceof CommandError && error.message === `${host}/dangling is no folder`);
  }
  assert.equal(existsSync(join(folder, 'nowhere')), false);
});

test('says what is in the way of a folder', async () => {
  writeFileSync(join(host, 'plain'), '');
  for (const target of ['plain', 'plain/sub', 'plain/sub/below', 'plain/promlet.js', 'plain/sub/promlet.cjs']) {
    for (const switches of [[], ['check'], ['force'], ['exporter']]) {
      await assert.rejects(vendor(join(host, target), ...switches), (error) => error instanceof CommandError && error.message === `${host}/plain is no folder`, target);
    }
  }
  assert.equal(readFileSync(join(host, 'plain'), 'utf8'), '');
});

test('leaves nothing unfinished where the system refuses', async () => {
  mkdirSync(join(host, 'promlet.js'));
  for (const switches of [[], ['force'], ['check']]) await assert.rejects(vendor(host, ...switches), (error) => error instanceof CommandError && error.message.startsWith(`cannot read ${host}/promlet.js: `));
  await assert.rejects(vendor(join(host, 'x'.repeat(300))), (error) => error instanceof CommandError && /^cannot (?:read|write) /.test(error.message));
  assert.deepEqual(readdirSync(host), ['promlet.js']);
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
  await assert.rejects(vendor(join(host, 'promlet.ts')), { exitCode: 2, message: `expected a folder, or a file whose name ends in .js, .mjs or .cjs, got "${host}/promlet.ts"` });
});

/** What `npm run vendor` would build of that version. */
function build(version: string): void {
  mkdirSync(built, { recursive: true });
  const put = (file: string, text: string): void => writeFileSync(join(built, file), withBanner({ file, version }, 'MIT License', text));
  for (const name of ['promlet', 'promlet-exporter']) {
    for (const form of [name, `${name}.min`]) put(`${form}.js`, `// @ts-self-types="./${form}.d.ts"\nconst code = '${form}.js ${version}';\nexport {\n  code,\n  code as renamed\n};\n`);
    put(`${name}.d.ts`, `declare const code: '${name} ${version}';\n`);
  }
}

function withoutBanner(text: string): string {
  return text.slice(text.indexOf('*/'));
}

async function vendor(operand: string, ...switches: readonly string[]): Promise<{ exitCode: number; said: string }> {
  let said = '';
  const output = { write: (text: string) => (said += text) };
  const io = { stdout: output, stderr: output } as unknown as Io;
  const exitCode = await vendorFrom(built).run({ switches: new Set(switches), values: new Map(), operand }, io);
  return { exitCode, said };
}
