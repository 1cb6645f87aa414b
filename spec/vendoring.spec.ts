// `lib/guide/vendoring.md`: which files each use needs, and what they weigh.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { buildSync } from 'esbuild';

import { vendoredFiles } from '../.ci/vendor.ts';
import { root } from './user-project.ts';

const vendored = await vendoredFiles();
const page = readFileSync(join(root, 'lib/guide/vendoring.md'), 'utf8');

test('the files that each use needs are those that it imports, and no others', () => {
  const rows = [...page.matchAll(/^\| [\w ]+ \| `(\w+\.ts)` \| (.*?) \|/gm)].map(([, entry, files]) => ({ entry: entry!, files: files!.replaceAll('`', '').split(' ').sort() }));
  assert.deepEqual(rows.map(({ entry }) => entry), ['index.ts', 'parse.ts', 'http.ts', 'process.ts', 'instrument.ts', 'cluster.ts', 'exporter.ts', 'testing.ts']);
  for (const { entry, files } of rows) {
    // What is in no folder is named itself, and so is the model where nothing else of `core/` is needed.
    const needed = [...importedBy(entry)].map((file) => (/^core\/(?!model)/.test(file) || /^(?!core)\w+\//.test(file) ? `${file.split('/')[0]}/` : file));
    const wanted = new Set(needed.filter((file) => file !== 'core/model.ts' || !needed.includes('core/')));
    assert.deepEqual(files, [...wanted].sort(), entry);
  }
});

/** What `import()` adds where the page is asked for. */
const LIVE_PAGE = 'scraping/live-page.ts';
/** As those name it that load it: the page, and the exporter's groups. */
const LOADED: readonly string[] = ['./scraping/live-page.ts', './cluster.ts'];

/** By file, entry point, or names of the root, as the tables have them: kilobytes, gzipped. */
const budgets = new Map([...page.matchAll(/^\| `([^`]+)`(?: of `promlet`)? \|.* ([\d.]+) kB \|$/gm)].map(([, what, budget]) => [what!, Number(budget)]));

test('each file and each entry point has a budget', () => {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: Record<string, string> };
  const entries = Object.keys(exports).filter((path) => path !== './package.json').map((path) => `promlet${path.slice(1)}`);
  const files = [...vendored.keys()].filter((file) => /^[^.]+(?:\.min)?\.js$/.test(file));
  assert.deepEqual([...budgets.keys()].sort(), [...files, ...entries, 'Counter, Registry, render', LIVE_PAGE].sort());
});

// A budget is raised on purpose, here to be seen, and lowered where something became smaller.
test('what a budget is for weighs no more than that, and not much less', () => {
  for (const [what, budget] of budgets) {
    const size = gzipSync(vendored.get(what) ?? imported(what), { level: 9 }).length / 1000;
    assert.ok(size <= budget, `${what}: ${size} kB; ${budget} kB are allowed`);
    assert.ok(size > budget * 0.85, `${what}: ${size} kB only; a budget of ${budget} kB lets it grow unseen`);
  }
});

test('who reads text alone gets nothing of protobuf, and the other way round', () => {
  const [parse, parseProtobuf] = ['parse', 'parseProtobuf'].map((name) => Buffer.from(bundled(`export { ${name} } from './lib/parse.ts'`)).toString());
  for (const [code, own, other] of [[parse, '# EOF', 'varint'], [parseProtobuf, 'varint', '# EOF']] as const) {
    assert.ok(code!.includes(own));
    assert.ok(!code!.includes(other));
  }
});

test('the same code for require() or a script weighs the same', () => {
  const sizeOf = (file: string): number => gzipSync(vendored.get(file)!, { level: 9 }).length;
  const others = [...vendored.keys()].filter((file) => /\.cjs$|\.global\./.test(file) && !file.endsWith('ts'));
  assert.equal(others.length, 6);
  for (const file of others) {
    const module = file.replace('.global', '').replace(/cjs$/, 'js');
    assert.ok(Math.abs(sizeOf(file) / sizeOf(module) - 1) < 0.01, `${file}: ${sizeOf(file)}, and ${module}: ${sizeOf(module)}`);
  }
});

/** What a bundler makes of a program that imports an entry point, or these names of the root. */
function imported(what: string): Uint8Array {
  if (what === LIVE_PAGE) return bundled(`export * from './lib/${LIVE_PAGE}'`, []);
  const [, entry] = /^promlet\/?(\w*)$/.exec(what) ?? [];
  return bundled(entry === undefined ? `export { ${what} } from './lib/index.ts'` : `export * from './lib/${entry || 'index'}.ts'`);
}

function bundled(contents: string, external: readonly string[] = LOADED): Uint8Array {
  const { outputFiles } = buildSync({ stdin: { contents, resolveDir: root }, bundle: true, write: false, minify: true, format: 'esm', platform: 'node', target: 'es2022', external: [...external] });
  return outputFiles[0]!.contents;
}

function importedBy(entry: string): Set<string> {
  const found = new Set<string>();
  const walk = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    const code = readFileSync(join(root, 'lib', file), 'utf8');
    for (const [, target] of code.matchAll(/^(?:import|export)\s[^'";]*?from\s+'(\.[^']+)';/gm)) walk(posix.join(posix.dirname(file), target!));
  };
  walk(entry);
  return found;
}
