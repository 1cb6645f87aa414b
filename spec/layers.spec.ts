// Who may import whom, as a table. A line of code knows its room and what it may see from there.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { test } from 'node:test';

const root = new URL('../lib/', import.meta.url);

/** By file or folder of `lib/`: what it may import beside its own folder. The most specific entry counts. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'core/model.ts': [],
  'core/': [],
  'metrics/': ['core/'],
  'formats/': ['core/'],
  'parsing/': ['core/model.ts'],
  'parse.ts': ['core/model.ts', 'parsing/'],
  'scraping/': ['core/', 'formats/'],
  'scraping.ts': ['scraping/'],
  'protobuf.ts': ['formats/'],
  'openmetrics2.ts': ['formats/'],
  'index.ts': ['core/', 'metrics/', 'formats/'],
  'node/': [
    'core/', 'scraping/', 'node:cluster', 'node:crypto', 'node:fs', 'node:http', 'node:net', 'node:path', 'node:stream', 'node:timers/promises', 'node:tls', 'node:zlib',
  ],
  'fetch.ts': ['core/', 'scraping/'],
  'http.ts': ['core/', 'node/', 'scraping/', 'node:http', 'node:https', 'node:net'],
  'exporter.ts': ['core/', 'metrics/', 'cluster.ts', 'cluster/options.ts', 'http.ts', 'scraping/options.ts'],
  'live/': ['core/model.ts'],
  'page/': ['core/model.ts', 'live/'],
  'process/': ['core/', 'node:fs', 'node:perf_hooks', 'node:timers', 'node:v8', 'node:worker_threads'],
  'process.ts': ['core/', 'metrics/buckets.ts', 'process/'],
  'instrument/': ['core/', 'metrics/', 'node:http', 'node:http2', 'node:net'],
  'instrument.ts': ['instrument/'],
  'testing/': [
    'core/', 'formats/', 'parse.ts', 'scraping/', 'node:assert', 'node:http', 'node:https', 'node:net', 'node:perf_hooks', 'node:timers', 'node:zlib',
  ],
  'testing.ts': ['testing/'],
  'merging/': ['core/', 'metrics/'],
  'cluster/': ['core/', 'merging/', 'scraping/', 'node:crypto', 'node:events', 'node:fs', 'node:fs/promises', 'node:net', 'node:os', 'node:path', 'node:timers/promises', 'node:worker_threads'],
  'cluster.ts': ['cluster/', 'core/'],
  'commands/': ['*'],
  'cli.ts': ['*'],
};

/** By file: what it loads when that is first asked for. */
const LOADED: Readonly<Record<string, string>> = { 'http.ts': './scraping/live-page.ts', 'exporter.ts': './cluster.ts' };

const IMPORT = /^(?:import|export)\s(type\s)?[^'";]*?from\s+'([^']+)';/gm;

const files = (readdirSync(root, { recursive: true }) as string[])
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'))
  .sort();

test('every file of lib/ has its place in the table', () => {
  assert.ok(files.length > 20);
  for (const file of files) assert.ok(placeOf(file), file);
  for (const place of Object.keys(MAY_IMPORT)) assert.ok(files.some((file) => placeOf(file) === place), `${place} is in the table alone`);
});

for (const file of files) {
  test(`${file} imports only what it may`, () => {
    const place = placeOf(file)!;
    for (const { target } of importsOf(file)) {
      const allowed = MAY_IMPORT[place]!;
      const isHome = place.endsWith('/') && target.startsWith(place);
      const isAllowed = isHome || allowed.some((each) => each === '*' || target === each || (each.endsWith('/') && target.startsWith(each)));
      assert.ok(isAllowed, `${file} imports ${target}; its place ${place} may import ${allowed.join(', ') || 'nothing'}`);
    }
  });
}

test('core/model.ts is types alone: nothing of it is left at run time', () => {
  assert.doesNotMatch(source('core/model.ts'), /^(?:export )?(?:const|let|function|class)\b/m);
  for (const file of files) {
    for (const { target, isTypeOnly } of importsOf(file)) {
      if (target === 'core/model.ts') assert.ok(isTypeOnly, `${file} imports the model at run time`);
    }
  }
});

test('the live page is in no file that a program loads before it asks for the page', () => {
  for (const file of files) for (const { target } of importsOf(file)) assert.notEqual(target, 'scraping/live-page.ts', file);
});

test('nothing imports for its side effects, dynamically, or by require, and nothing evaluates text', () => {
  for (const file of files) {
    const code = withoutComments(source(file));
    assert.doesNotMatch(code, /^import\s+'/m, `${file}: side-effect import`);
    // What stands in a string is written for others.
    assert.doesNotMatch(code.replace(/`[^`]*`/g, '``'), /\brequire\(|\beval\(|\bnew Function\b/, file);
    // The live page and groups are loaded where they are asked for, and by nobody else.
    if (file in LOADED) assert.deepEqual(code.match(/\bimport\([^)]*\)/g), [`import('${LOADED[file]}')`]);
    else if (file !== 'cli.ts') assert.doesNotMatch(code, /\bimport\(|^await\b/m, `${file}: dynamic import or top-level await`);
  }
});

test('the neutral files need neither Buffer nor process', () => {
  const neutral = files.filter((file) => !/^(cluster|http|exporter|process|testing|cli)\.ts$|^(cluster|commands|node|process|testing)\//.test(file));
  for (const file of neutral) assert.doesNotMatch(withoutComments(source(file)), /\b(Buffer|process|require)\b\./, file);
});

test('imports name files with their extension, and go in no circles', () => {
  const visited = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    assert.ok(!path.includes(file), `circle: ${[...path, file].join(' → ')}`);
    if (visited.has(file)) return;
    visited.add(file);
    for (const { target, isTypeOnly } of importsOf(file)) {
      if (target.startsWith('node:')) continue;
      assert.match(target, /\.ts$/, file);
      if (!isTypeOnly) walk(target, [...path, file]);
    }
  };
  for (const file of files) walk(file, []);
});

function source(file: string): string {
  return readFileSync(new URL(file, root), 'utf8');
}

function withoutComments(code: string): string {
  return code.replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '');
}

/** Targets from `lib/`, or `node:` names. */
function importsOf(file: string): { readonly target: string; readonly isTypeOnly: boolean }[] {
  const code = withoutComments(source(file));
  const found = [...code.matchAll(IMPORT)].map(([, type, target]) => ({
    target: target!.startsWith('.') ? posix.join(posix.dirname(file), target!) : target!,
    isTypeOnly: type !== undefined,
  }));
  // Nothing is missed for being written in another way.
  assert.equal(found.length, [...code.matchAll(/\bfrom\s+'/g)].length, `${file}: an import that this spec cannot read`);
  return found;
}

function placeOf(file: string): string | undefined {
  return Object.keys(MAY_IMPORT)
    .filter((place) => place === file || (place.endsWith('/') && file.startsWith(place)))
    .sort((a, b) => b.length - a.length)[0];
}
