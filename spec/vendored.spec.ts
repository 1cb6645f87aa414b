// The files that people copy into their own code bases: each one file that needs no other.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { createContext, runInContext } from 'node:vm';

import { buildSync, transformSync } from 'esbuild';

import { builtFiles, vendoredFiles } from '../.ci/vendor.ts';
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

const forms = (...names: readonly string[]): readonly string[] => names.flatMap((name) => [name, name.replace(/\.(?=c?js$)/, '.min.')]);
const MODULES = forms('promlet.js', 'promlet-exporter.js');
const COMMONJS = forms('promlet.cjs', 'promlet-exporter.cjs');
const SCRIPTS = forms('promlet.global.js');
const CODE = [...MODULES, ...COMMONJS, ...SCRIPTS];
const isNeutral = (file: string): boolean => !file.includes('exporter');
const NEUTRAL = CODE.filter(isNeutral);

test('each comes plain and minified, with its declarations beside it', () => {
  const declarations = CODE.map((file) => file.replace(/\.(c?)js$/, '.d.$1ts'));
  assert.deepEqual([...files.keys()].sort(), [...CODE, ...declarations].sort());
});

test('each says where its declarations are, for Deno', () => {
  for (const file of CODE) assert.match(files.get(file)!, new RegExp(`\\n \\*/\\n// @ts-self-types="\\./${file.replace(/\.(c?)js$/, '.d.$1ts')}"\\n`), file);
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
    const leading = MODULES.filter((file) => file.includes('.min.')).map((file) => [file.replace(/js$/, 'd.ts'), `export * from './${file.replace('.min', '')}';\n`] as const);
    assert.deepEqual(new Map(readdirSync(built).map((file) => [file, readFileSync(join(built, file), 'utf8')])), new Map([...(await builtFiles()), ...leading].sort()));
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
});

test('they export what the entry points export, to import, to require() and as a global', async () => {
  const neutral = Object.keys({ ...index, ...parse }).sort();
  const all = [...neutral, ...Object.keys({ ...http, ...exporter })].sort();
  const required = createRequire(import.meta.url);
  for (const file of CODE) {
    const exported: object = SCRIPTS.includes(file) ? globalOf(file, createContext({})) : COMMONJS.includes(file) ? (required(join(folder, file)) as object) : ((await import(pathToFileURL(join(folder, file)).href)) as object);
    assert.deepEqual(Object.keys(exported).sort(), isNeutral(file) ? neutral : all, file);
    // Node finds the names of CommonJS in its text, so that they can be imported too.
    if (COMMONJS.includes(file)) assert.deepEqual(Object.keys((await import(pathToFileURL(join(folder, file)).href)) as object).filter((name) => !['default', 'module.exports'].includes(name)).sort(), Object.keys(exported).sort(), file);
  }
});

/** What a script leaves behind: one name. */
function globalOf(file: string, context: ReturnType<typeof createContext>): typeof index & typeof parse {
  const before = Object.keys(context);
  runInContext(files.get(file)!, context);
  assert.deepEqual(Object.keys(context).filter((name) => !before.includes(name)), ['promlet'], file);
  return (context as unknown as { promlet: typeof index & typeof parse }).promlet;
}

test('nothing is imported but node: modules, and by the neutral files not even those', () => {
  for (const [file, text] of files) {
    const imported = [...text.matchAll(/\bfrom\s*["']([^"']+)["']|\b(?:import|require)\s*\((?:"([^"]+)"\))?/g)].map(([found, from, required]) => from ?? required ?? found);
    if (!isNeutral(file)) assert.notDeepEqual(imported, []);
    assert.deepEqual(imported.filter((from) => isNeutral(file) || !from.startsWith('node:')), [], file);
    if (COMMONJS.includes(file)) assert.doesNotMatch(text, /(?:^|[;}])(?:import|export)\b(?! ?\()/m, file);
  }
});

test('the code is ASCII, so that engines keep it in one byte a character', () => {
  for (const name of CODE) assert.doesNotMatch(files.get(name)!, /[^\x00-\x7f]/, name);
});

test('the neutral files have no syntax that is younger than ES2020', () => {
  for (const name of NEUTRAL) {
    // What is older than the target comes back as it would without one.
    const [aimed, free] = (['es2020', 'esnext'] as const).map((target) => transformSync(files.get(name)!, { target }).code);
    assert.ok(aimed!.length > 10_000);
    assert.ok(aimed === free, name);
    // Nor what stands in for it: private names as weak maps are slow.
    assert.doesNotMatch(free!, /private field|__private/, name);
  }
});

test('the neutral files need nothing of their engine but the language: no clock, no console, no encoder', () => {
  for (const name of NEUTRAL) {
    const context = createContext(Object.create(null) as object);
    const nothing = ['console', 'Date', 'Intl', 'WebAssembly', 'SharedArrayBuffer', 'Atomics', 'eval', 'Function', 'WeakRef', 'FinalizationRegistry'];
    runInContext(`for (const name of ${JSON.stringify(nothing)}) delete globalThis[name];`, context);
    // What is a module or CommonJS needs its engine's way to export; the rest is as it stands.
    const { code } = SCRIPTS.includes(name) ? { code: files.get(name)! } : transformSync(files.get(name)!, { format: 'iife', globalName: 'promlet' });
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
  const importing = (names: readonly string[]): string => names.map((name, i) => `import * as entry${i} from './${name}'; export const e${i} = entry${i};\n`).join('');
  writeFileSync(join(folder, 'neutral.ts'), importing(NEUTRAL.filter((name) => MODULES.includes(name))) + USE('./promlet.js'));
  writeFileSync(join(folder, 'neutral.cts'), importing(NEUTRAL.filter((name) => COMMONJS.includes(name))) + USE('./promlet.cjs'));
  writeFileSync(join(folder, 'script.ts'), `/// <reference path="./promlet.global.d.ts" />\nconst counter: promlet.Counter<'skill'> = new promlet.Counter({ name: 'runs_total', help: 'Runs.', labelNames: ['skill'] });\n${USED}`);
  for (const [file, names] of [['node.ts', MODULES], ['node.cts', COMMONJS]] as const) writeFileSync(join(folder, file), importing(names.filter((name) => !isNeutral(name))));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022', '--pretty', 'false'];
  const compile = (types: string, ...names: readonly string[]) => run(process.execPath, [join(root, 'node_modules/.bin/tsc'), ...strict, '--types', types, ...names], { cwd: folder });
  const compiled = [compile('', 'neutral.ts', 'neutral.cts'), compile('', '--module', 'esnext', '--moduleResolution', 'bundler', 'script.ts'), compile('node', 'node.ts', 'node.cts')];
  const said = await Promise.all(compiled.map((each) => each.catch((error: { stdout: string }) => error)));
  assert.deepEqual(said.map(({ stdout }) => stdout), ['', '', '']);
});

const USED = `
counter.inc({ skill: 'lint' });
// @ts-expect-error: a label that was not declared
counter.inc({ phase: 'setup' });
`;
const USE = (from: string): string => `
import { Counter } from '${from}';
const counter = new Counter({ name: 'runs_total', help: 'Runs.', labelNames: ['skill'] });
${USED}`;
