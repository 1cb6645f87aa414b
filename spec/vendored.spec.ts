// The files that people copy into their own code bases: each one file that needs no other.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { createContext, runInContext } from 'node:vm';

import { buildSync, transformSync } from 'esbuild';

import { vendoredFiles } from '../.ci/vendor.ts';
import { checksumOf, readBanner } from '../lib/commands/banner.ts';
import * as exporter from '../lib/exporter.ts';
import * as http from '../lib/http.ts';
import * as index from '../lib/index.ts';
import * as parse from '../lib/parse.ts';
import { root } from './user-project.ts';

const run = promisify(execFile);
const files = await vendoredFiles();
const folder = mkdtempSync(join(tmpdir(), 'promlet-vendored-'));
for (const [file, text] of files) writeFileSync(join(folder, file), text);
after(() => rmSync(folder, { recursive: true }));

const NEUTRAL = ['promlet.js', 'promlet.min.js'];
const NODE = ['promlet-exporter.js', 'promlet-exporter.min.js'];

test('each comes plain and minified, with its declarations beside it', () => {
  const declarations = [...NEUTRAL, ...NODE].map((file) => file.replace(/js$/, 'd.ts'));
  assert.deepEqual([...files.keys()].sort(), [...NEUTRAL, ...NODE, ...declarations].sort());
});

test('each says in its banner what it is, under which licence, and its checksum', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  for (const [file, text] of files) {
    assert.deepEqual(readBanner(text), { file, version, checksum: checksumOf(text) });
    const licence = text.slice(0, text.indexOf('*/')).replaceAll(/^ \* ?/gm, '');
    assert.ok(licence.includes(readFileSync(join(root, 'LICENSE'), 'utf8').trim()), file);
  }
});

test('a checksum changes with any character of the file but itself, and not with the ends of its lines', () => {
  const text = files.get('promlet.min.js')!;
  const checksum = checksumOf(text);
  for (const edited of [`${text}\n`, text.replace('0.1.0', '0.1.1'), text.replace('MIT', 'BSD'), text.replace('_total', '_totai')]) {
    assert.notEqual(edited, text);
    assert.notEqual(checksumOf(edited), checksum);
  }
  assert.equal(checksumOf(text.replace(checksum, 'f'.repeat(64))), checksum);
  assert.equal(checksumOf(text.replaceAll('\n', '\r\n')), checksum);
});

test('the same sources give the same bytes wherever they lie', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'promlet elsewhere-'));
  try {
    for (const name of ['lib', '.ci', 'package.json', 'tsconfig.json', 'LICENSE']) cpSync(join(root, name), join(elsewhere, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(elsewhere, 'node_modules'));
    await run(process.execPath, ['--import', import.meta.resolve('tsx'), '.ci/vendor.ts'], { cwd: elsewhere });
    const built = join(elsewhere, 'dist/vendor');
    assert.deepEqual(new Map(readdirSync(built).map((file) => [file, readFileSync(join(built, file), 'utf8')])), new Map([...files].sort()));
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
});

test('they export what the entry points export', async () => {
  const neutral = Object.keys({ ...index, ...parse }).sort();
  const all = [...neutral, ...Object.keys({ ...http, ...exporter })].sort();
  for (const [names, expected] of [[NEUTRAL, neutral], [NODE, all]] as const) {
    for (const name of names) assert.deepEqual(Object.keys((await import(pathToFileURL(join(folder, name)).href)) as object), expected, name);
  }
});

test('nothing is imported but node: modules, and by the neutral file not even those', () => {
  for (const [file, text] of files) {
    const imported = [...text.matchAll(/\bfrom\s*["']([^"']+)["']|\b(?:import|require)\s*\(/g)].map(([found, from]) => from ?? found);
    if (file.startsWith('promlet-exporter')) assert.notDeepEqual(imported, []);
    assert.deepEqual(imported.filter((from) => !file.startsWith('promlet-exporter') || !from.startsWith('node:')), [], file);
  }
});

test('the code is ASCII, so that engines keep it in one byte a character', () => {
  for (const name of [...NEUTRAL, ...NODE]) assert.doesNotMatch(files.get(name)!, /[^\x00-\x7f]/, name);
});

test('the neutral file has no syntax that is younger than ES2020', () => {
  for (const name of NEUTRAL) {
    // What is older than the target comes back as it would without one.
    const [aimed, free] = (['es2020', 'esnext'] as const).map((target) => transformSync(files.get(name)!, { target }).code);
    assert.ok(aimed!.length > 10_000);
    assert.ok(aimed === free, name);
    // Nor what stands in for it: private names as weak maps are slow.
    assert.doesNotMatch(free!, /private field|__private/, name);
  }
});

test('the neutral file needs nothing of its engine but the language: no clock, no console, no encoder', () => {
  for (const name of NEUTRAL) {
    const context = createContext(Object.create(null) as object);
    const nothing = ['console', 'Date', 'Intl', 'WebAssembly', 'SharedArrayBuffer', 'Atomics', 'eval', 'Function', 'WeakRef', 'FinalizationRegistry'];
    runInContext(`for (const name of ${JSON.stringify(nothing)}) delete globalThis[name];`, context);
    const { code } = transformSync(files.get(name)!, { format: 'iife', globalName: 'promlet' });
    const shown: unknown = runInContext(
      `${code};
      const registry = new promlet.Registry();
      let time = 5000;
      const clocks = { clock: () => time, wallClock: () => time };
      const seconds = registry.register(new promlet.Histogram({ name: 'job_seconds', help: 'Jobs.', labelNames: ['queue'], buckets: [1], ...clocks }));
      const end = seconds.startTimer({ queue: 'mail' });
      time += 500;
      end();
      const read = promlet.parse(new Uint8Array([...promlet.render(registry, promlet.openMetrics)].map((each) => each.charCodeAt(0))), { format: 'openmetrics' });
      promlet.render(read);`,
      context,
    );
    const lines = ['_bucket{queue="mail",le="1"} 1', '_bucket{queue="mail",le="+Inf"} 1', '_sum{queue="mail"} 0.5', '_count{queue="mail"} 1'];
    assert.equal(shown, `# HELP job_seconds Jobs.\n# TYPE job_seconds histogram\n${lines.map((line) => `job_seconds${line}\n`).join('')}`, name);
  }
});

test('a bundler leaves out what is not used of the plain file, though nothing tells it that it may', () => {
  const sizeOf = (names: string): number =>
    buildSync({ stdin: { contents: `export { ${names} } from './promlet.js';`, resolveDir: folder }, bundle: true, write: false, minify: true, format: 'esm' }).outputFiles[0]!.contents.length;
  const whole = files.get('promlet.min.js')!.length;
  const shares = ['render', 'Counter', 'parse'].map((names) => sizeOf(names) / whole);
  assert.ok(shares.every((share, i) => share < [0.2, 0.3, 0.5][i]!), `of the whole, they are ${shares.map((share) => share.toFixed(2))}`);
});

test('the declarations satisfy a strict compiler: the neutral ones without any types but the language’s', async () => {
  writeFileSync(join(folder, 'neutral.ts'), [...NEUTRAL, ''].map((name, i) => (name === '' ? USE : `import * as entry${i} from './${name}'; export const e${i} = entry${i};`)).join('\n'));
  writeFileSync(join(folder, 'node.ts'), NODE.map((name, i) => `import * as entry${i} from './${name}'; export const e${i} = entry${i};`).join('\n'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022', '--pretty', 'false'];
  const compile = (types: string, file: string) => run(process.execPath, [join(root, 'node_modules/.bin/tsc'), ...strict, '--types', types, file], { cwd: folder });
  const said = await Promise.all([compile('', 'neutral.ts'), compile('node', 'node.ts')].map((compiled) => compiled.catch((error: { stdout: string }) => error)));
  assert.deepEqual(said.map(({ stdout }) => stdout), ['', '']);
});

const USE = `
import { Counter } from './promlet.js';
const counter = new Counter({ name: 'runs_total', help: 'Runs.', labelNames: ['skill'] });
counter.inc({ skill: 'lint' });
// @ts-expect-error: a label that was not declared
counter.inc({ phase: 'setup' });
`;
