// The package as it is published: what it exports, how it loads, and that it needs nothing.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { buildSync } from 'esbuild';

import { root, userProject } from './user-project.ts';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
};
const project = userProject();
after(() => project.remove());

/** Every value that can be imported, by entry point. Adding one is a decision; removing one is a major version. */
const EXPORTS: Readonly<Record<string, readonly string[]>> = {
  '.': ['Counter', 'Gauge', 'Histogram', 'Info', 'MetricError', 'Registry', 'StateSet', 'Summary', 'defaultBuckets', 'exponentialBuckets', 'linearBuckets', 'negotiate', 'openMetrics', 'openMetricsWith', 'render', 'text', 'text1'],
  './http': ['basicAuth', 'hashPassword', 'metricsHandler', 'serve'],
  './fetch': ['fetchHandler'],
  './exporter': ['PrometheusExporter', 'createExporter'],
  './parse': ['ParseError', 'parse', 'parseSamples'],
};

const importable = Object.keys(manifest.exports).filter((path) => path !== './package.json');

test('the package depends on no other', () => {
  for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies', 'bundledDependencies', 'bundleDependencies']) {
    assert.ok(!(kind in manifest), kind);
  }
});

test('nothing is imported but node: built-ins and the package itself', () => {
  const { metafile } = bundle(`${importable.map((path) => `export * as ${path.replace(/\W/g, '_')} from 'promlet${path.slice(1)}';`).join('')}`, 'node');
  const outside = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  assert.ok(outside.length > 0);
  for (const path of outside) assert.match(path, /^node:/);
});

test('every entry point has a source file at the top of lib/', () => {
  for (const [path, target] of Object.entries({ ...manifest.exports, ...manifest.bin })) {
    if (path === './package.json') continue;
    assert.ok(existsSync(join(root, target.replace('./dist/', 'lib/').replace(/\.js$/, '.ts'))), path);
  }
});

test('exports exactly what is listed', async () => {
  assert.deepEqual(importable.sort(), Object.keys(EXPORTS).sort());
  for (const [path, names] of Object.entries(EXPORTS)) {
    project.write('list.js', `import * as entry from 'promlet${path.slice(1)}'; console.log(JSON.stringify(Object.keys(entry)));`);
    const { output } = await project.run('list.js');
    assert.deepEqual(JSON.parse(output), [...names].sort(), path);
  }
});

test('CommonJS can require() every entry point, without a word on stderr', async () => {
  const lines = importable.map((path) => `console.log(typeof require('promlet${path.slice(1)}'));`);
  project.write('required.cjs', lines.join('\n'));
  // From 20.19 on no flag is needed; up to 22 Node names the feature experimental when packages outside node_modules use it.
  assert.deepEqual(await project.run('required.cjs'), { code: 0, output: 'object\n'.repeat(importable.length) });
});

test('the declarations satisfy a user’s strictest compiler', async () => {
  const lines = importable.map((path, i) => `import * as entry${i} from 'promlet${path.slice(1)}'; export const e${i} = entry${i};`);
  project.write('types.ts', lines.join('\n'));
  assert.equal(await project.check(), '');
});

test('the command runs as it is published', async () => {
  for (const target of Object.values(manifest.bin)) {
    assert.match(readFileSync(join(project.folder, 'node_modules/promlet', target), 'utf8'), /^#!\/usr\/bin\/env node\n/);
    assert.deepEqual(await project.run(join('node_modules/promlet', target), '--version'), { code: 0, output: `${manifest.version}\n` });
  }
});

test('importing has no effect: what is not used is not bundled', () => {
  const { text } = bundle(`import 'promlet'; import 'promlet/http';`, 'node').outputFiles[0]!;
  assert.equal(text.trim(), '');
});

function bundle(contents: string, platform: 'node' | 'neutral') {
  return buildSync({
    stdin: { contents, resolveDir: project.folder },
    bundle: true,
    write: false,
    minify: true,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    platform,
    logLevel: 'error',
  });
}
