// The package as it is published: what it exports, how it loads, and that it needs nothing.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { buildSync } from 'esbuild';

import { root, userProject } from './user-project.ts';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly version: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly main: string;
  readonly types: string;
  readonly bin: Readonly<Record<string, string>>;
};
const project = userProject();
const installed = join(project.folder, 'node_modules/promlet');
after(() => project.remove());

/** Every value that can be imported, by entry point. Adding one is a decision; removing one is a major version. */
const EXPORTS: Readonly<Record<string, readonly string[]>> = {
  '.': ['Counter', 'Gauge', 'Histogram', 'Info', 'MetricError', 'Registry', 'StateSet', 'Summary', 'defaultBuckets', 'exponentialBuckets', 'lineSafe', 'linearBuckets', 'negotiate', 'openMetrics', 'openMetricsWith', 'render', 'text', 'text1'],
  './http': ['basicAuth', 'hashPassword', 'metricsHandler', 'serve'],
  './fetch': ['fetchHandler'],
  './exporter': ['PrometheusExporter', 'createExporter'],
  './parse': ['ParseError', 'parse', 'parseProtobuf', 'parseSamples'],
  './process': ['processMetrics'],
  './instrument': ['fetchMetrics', 'httpClientMetrics', 'httpServerMetrics', 'setRoute'],
  './cluster': ['joinGroup'],
  './scraping': ['checked', 'snapshot'],
  './protobuf': ['protobuf'],
  './openmetrics2': ['openMetrics2'],
  './testing': ['assertExposition', 'assertGoodPractice', 'assertScrapable', 'changes', 'eventually', 'lint', 'reference', 'sampleValue'],
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

test('each file at the top of lib/ but the command is an entry point, as a module and as CommonJS', () => {
  const names = readdirSync(join(root, 'lib')).filter((file) => file.endsWith('.ts') && file !== 'cli.ts').map((file) => file.slice(0, -'.ts'.length));
  const pathOf = (name: string): string => (name === 'index' ? '.' : `./${name}`);
  // The first is for Node that can require() modules: there both forms are one copy.
  const targetsOf = (name: string): object => ({ 'module-sync': `./dist/${name}.js`, import: `./dist/${name}.js`, require: `./dist/cjs/${name}.js` });
  const expected = Object.fromEntries(names.map((name) => [pathOf(name), targetsOf(name)]));
  assert.deepEqual({ ...manifest.exports }, { ...expected, './package.json': './package.json' });
  // The first that an engine knows is taken.
  for (const path of importable) assert.deepEqual(Object.keys(manifest.exports[path]!), ['module-sync', 'import', 'require'], path);
});

test('what the manifest names is there, and each form has its declarations beside it', () => {
  const targets = [...importable.flatMap((path) => Object.values(manifest.exports[path]!)), manifest.main, manifest.types, ...Object.values(manifest.bin)];
  for (const target of targets) assert.ok(existsSync(join(installed, target)), target);
  for (const target of targets.filter((each) => each !== manifest.bin['promlet'])) assert.ok(existsSync(join(installed, target.replace(/(?:\.d\.ts|\.js)$/, '.d.ts'))), target);
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

test('what is imported and what is required are one copy, where Node can require() modules', async () => {
  const paths = JSON.stringify(importable.map((path) => `promlet${path.slice(1)}`));
  project.write('one.mjs', `
    import { createRequire } from 'node:module';
    const required = createRequire(import.meta.url);
    for (const path of ${paths}) {
      const imported = await import(path);
      const functions = Object.entries(required(path)).filter(([, value]) => typeof value === 'function');
      for (const [name, value] of functions) if ((imported[name] === value) !== (process.features.require_module === true)) console.log(path, name);
    }`);
  assert.deepEqual(await project.run('one.mjs'), { code: 0, output: '' });
});

/** Both forms in one program, as a host gets them whose Node cannot require() modules. */
const BOTH = `
  import assert from 'node:assert/strict';
  import { createRequire } from 'node:module';
  const required = createRequire(import.meta.url);
  const names = ${JSON.stringify(importable.map((path) => (path === '.' ? 'index' : path.slice(2))))};
  const modules = {};
  const commonjs = {};
  for (const name of names) {
    modules[name] = await import('./node_modules/promlet/dist/' + name + '.js');
    commonjs[name] = required('./node_modules/promlet/dist/cjs/' + name + '.js');
    assert.deepEqual(Object.keys(commonjs[name]).sort(), Object.keys(modules[name]).sort(), name);
  }`;

test('each form has each class once, whatever entry point uses it', async () => {
  project.write('once.mjs', `${BOTH}
    assert.notEqual(modules.index.Registry, commonjs.index.Registry);
    for (const { index, exporter, http, parse } of [modules, commonjs]) {
      assert.ok(new exporter.PrometheusExporter().registry instanceof index.Registry);
      await assert.rejects(http.serve(new index.Registry(), { maxInFlight: -1 }), index.MetricError);
      assert.throws(() => parse.parse('}'), parse.ParseError);
    }`);
  assert.deepEqual(await project.run('once.mjs'), { code: 0, output: '' });
});

test('each form has the live page, and loads it when it is asked for', async () => {
  project.write('live.mjs', `${BOTH}
    for (const { http, index } of [modules, commonjs]) {
      const errors = [];
      const server = await http.serve(new index.Registry(), { port: 0, host: '127.0.0.1', page: 'live', onError: (error) => errors.push(error) });
      const text = await (await fetch(server.url, { headers: { connection: 'close' } })).text();
      await server.close();
      assert.deepEqual(errors, []);
      assert.ok(text.includes('<script>'));
    }`);
  assert.deepEqual(await project.run('live.mjs'), { code: 0, output: '' });
});

test('what is built keeps its names, as stack traces and consoles show them', async () => {
  project.write('names.mjs', `${BOTH}
    for (const exported of [modules, commonjs].flatMap((form) => Object.values(form))) {
      for (const [name, value] of Object.entries(exported)) if (typeof value === 'function') assert.equal(value.name, name);
    }`);
  assert.deepEqual(await project.run('names.mjs'), { code: 0, output: '' });
});

test('both forms share one world: what one makes, the other registers, renders and serves', async () => {
  project.write('world.mjs', `${BOTH}
    const scraped = async ({ serve }, registry) => {
      const server = await serve(registry, { port: 0, host: '127.0.0.1' });
      const text = await (await fetch(server.url + '/metrics', { headers: { accept: 'text/plain' } })).text();
      await server.close();
      return text.replace(/^(# \\w+ )?promlet_(handler|collector)_.*\\n/gm, '');
    };
    const filled = (registries, instruments) => {
      const warnings = [];
      const registry = new registries.Registry({ labels: { service: 'x' }, onWarning: ({ code }) => warnings.push(code) });
      const counter = registry.register(new instruments.Counter({ name: 'a_total', help: 'A.', labelNames: ['b'] }));
      counter.inc({ b: 'x' });
      counter.inc({ b: 'y' }, NaN);
      registry.register(new instruments.Histogram({ name: 'h', help: 'H.', buckets: [1] })).observe(2);
      registry.register(new instruments.Summary({ name: 's', help: 'S.' })).observe(2);
      registry.register(new instruments.Info({ name: 'i_info', help: 'I.', labelNames: ['v'] })).set({ v: '1' });
      registry.register(new instruments.StateSet({ name: 'd', help: 'D.', states: ['open', 'shut'] })).set('open');
      registry.register(new instruments.Gauge({ name: 'g', help: 'G.', collect: (own) => own.set(3) }));
      const nested = new instruments.Registry();
      nested.register(new registries.Gauge({ name: 'n', help: 'N.' })).set(4);
      registry.register(nested);
      assert.throws(() => registry.register(new instruments.Gauge({ name: 'a_total', help: 'A.' })), { code: 'ERR_DUPLICATE', collector: counter });
      assert.deepEqual(warnings, ['ERR_VALUE']);
      return registry;
    };
    const expected = await scraped(modules.http, filled(modules.index, modules.index));
    assert.match(expected, /^a_total\\{service="x",b="x"\\} 1$[^]*^g\\{service="x"\\} 3$[^]*^n\\{service="x"\\} 4$/m);
    for (const [one, other] of [[modules, commonjs], [commonjs, modules]]) {
      const registry = filled(one.index, other.index);
      assert.equal(await scraped(one.http, registry), expected);
      assert.equal(await scraped(other.http, registry), expected);
      for (const { index } of [one, other]) {
        assert.equal(index.render(registry), modules.index.render(registry));
        for (const format of [one.index.openMetrics, other.index.openMetrics]) assert.equal(index.render(registry, format), modules.index.render(registry, modules.index.openMetrics));
      }
      assert.equal(one.index.render(other.parse.parse(expected)), expected);
      // The types are the same too: see .ci/packaging.
    }`);
  assert.deepEqual(await project.run('world.mjs'), { code: 0, output: '' });
});

test('both forms are in one group: as modules, and as CommonJS', async () => {
  project.write('group.mjs', `${BOTH}
    import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
    const folder = mkdtempSync('./group-');
    const errors = [];
    const join = async ({ cluster, index }, count) => {
      const registry = new index.Registry();
      registry.register(new index.Counter({ name: 'jobs_total', help: '' })).inc(count);
      return cluster.joinGroup(registry, { name: 'shop', folder, onError: (error) => errors.push(error) });
    };
    const groups = [await join(modules, 1), await join(commonjs, 2)];
    for (const [i, { index, http }] of [commonjs, modules].entries()) {
      await groups[i].refresh();
      assert.match(index.render(groups[i]), /^jobs_total 3$/m);
      const server = await http.serve(groups[i], { port: 0, host: '127.0.0.1' });
      assert.match(await (await fetch(server.url + '/metrics')).text(), /^jobs_total 3$/m);
      await server.close();
    }
    for (const group of groups) await group.leave();
    assert.deepEqual([errors, readdirSync(folder)], [[], []]);
    rmSync(folder, { recursive: true });`);
  assert.deepEqual(await project.run('group.mjs'), { code: 0, output: '' });
});

test('the declarations satisfy a user’s strictest compiler', async () => {
  const lines = importable.map((path, i) => `import * as entry${i} from 'promlet${path.slice(1)}'; export const e${i} = entry${i};`);
  project.write('types.ts', lines.join('\n'));
  assert.equal(await project.check(), '');
});

test('the command runs as it is published', async () => {
  for (const target of Object.values(manifest.bin)) {
    assert.match(readFileSync(join(installed, target), 'utf8'), /^#!\/usr\/bin\/env node\n/);
    assert.deepEqual(await project.run(join('node_modules/promlet', target), '--version'), { code: 0, output: `${manifest.version}\n` });
  }
});

test('in a clone the command runs from the sources, whatever was built', async () => {
  for (const target of Object.values(manifest.bin)) {
    assert.deepEqual(await project.run(join(root, target), '--version'), { code: 0, output: `${manifest.version}\n` });
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
