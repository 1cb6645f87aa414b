// Whether test runners find the package, and types where they look for them: each runs the same tests, with the settings
// that it has without any. And whether `promlet/testing` works in each, and shows there what differs.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { NODES, node, root } from './project.ts';
import type { Project } from './project.ts';

const USE = `
test('it counts, and serves what it counted', async () => {
  const registry = new Registry();
  registry.register(new Counter({ name: 'runs_total', help: 'Runs.', labelNames: ['skill'] })).inc({ skill: 'lint' });
  const [family] = parse(render(registry));
  const server = await serve(registry, { port: 0, host: '127.0.0.1' });
  const scrape = await (await fetch(\`\${server.url}/metrics\`)).text();
  await server.close();
  expect(family!.name).toBe('runs_total');
  expect(scrape).toContain('runs_total{skill="lint"} 1');
  expect(() => registry.register(new Gauge({ name: 'runs_total', help: '' }))).toThrow(MetricError);
  expect(new PrometheusExporter().registry).toBeInstanceOf(Registry);
});
`;
/** All of the kit, under the runner's fake timers where it has some: no test waits for real ones, and none stay behind. */
const KIT = `
test('the kit looks, compares, waits and asks', async () => {
  const registry = new Registry();
  const jobs = registry.register(new Counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['queue'] }));
  const { counters, error } = await changes(registry, async () => {
    jobs.inc({ queue: 'mail' });
    throw new Error('lost');
  });
  assert.deepEqual(counters, { 'jobs_total{queue="mail"}': 1 });
  assert.equal(error.message, 'lost');
  assert.equal(sampleValue(registry, 'jobs_total', { queue: 'mail' }), 1);
  await assertExposition(registry, 'jobs_total{queue="mail"} >0');
  let asked = 0;
  FAKE
  await eventually(registry, () => ++asked > 15, { withinMs: 60_000 });
  REAL
  assert.deepEqual(await lint(registry), []);
  await assertGoodPractice(registry, { except: [/nothing/] });
  await assertScrapable(metricsHandler(registry));
  await assertScrapable(fetchHandler(registry));
  const server = await serve(registry, { port: 0, host: '127.0.0.1' });
  await assertScrapable(server.url + '/metrics');
  await server.close();
  assert.match(await reference(registry), /jobs_total/);
  await assert.rejects(assertExposition(registry, 'jobs_total{queue="mail"} 2'), { name: 'AssertionError', code: 'ERR_ASSERTION', message: /^- jobs_total\\{queue="mail"\\} 2\\n\\+ jobs_total\\{queue="mail"\\} 1$/m });
});
`;
/** A test that fails, and what has to be seen then. */
const FAILING = `
test('it fails', async () => {
  const registry = new Registry();
  registry.register(new Counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['queue'] })).inc({ queue: 'printer' });
  await assertExposition(registry, 'jobs_total{queue="print"} 2');
});
`;
const SEEN = ['+ jobs_total{queue="printer"} 1   not expected', '- jobs_total{queue="print"} 2   no such series; nearest: jobs_total{queue="printer"} 1, whose queue is "printer"'];
const NAMES: Readonly<Record<string, string>> = {
  promlet: 'Counter, Gauge, MetricError, Registry, render',
  'promlet/exporter': 'PrometheusExporter',
  'promlet/fetch': 'fetchHandler',
  'promlet/http': 'metricsHandler, serve',
  'promlet/parse': 'parse',
  'promlet/testing': 'assertExposition, assertGoodPractice, assertScrapable, changes, eventually, lint, reference, sampleValue',
};
const ASSERT = `import assert from 'node:assert/strict';\n`;
const IMPORTED = Object.entries(NAMES).map(([path, names]) => `import { ${names} } from '${path}';\n`).join('');
const REQUIRED = `const assert = require('node:assert/strict');\n` + Object.entries(NAMES).map(([path, names]) => `const { ${names} } = require('${path}');\n`).join('');
const PLAIN = USE.replaceAll('!.', '.');

/** The tests of the kit, with a runner's fake timers: `jest`, `vi` or none. */
function kit(fake: string): string {
  return KIT.replace('FAKE', fake && `${fake}.useFakeTimers();`).replace('REAL', fake && `${fake}.useRealTimers();`);
}

/** All that is to be run, by title. */
export function testRuns(project: Project): ReadonlyMap<string, () => void> {
  const { folder, tools, run } = project;
  const modules = join(tools, 'node_modules');
  const put = (name: string, files: Readonly<Record<string, string | object>>): string => {
    mkdirSync(join(folder, name));
    for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, name, file), typeof content === 'string' ? content : JSON.stringify(content));
    return join(folder, name);
  };
  const commonjs = put('jest', { 'package.json': { type: 'commonjs' }, 'use.test.js': REQUIRED + PLAIN, 'kit.test.js': REQUIRED + kit('jest'), 'jest.config.json': {} });
  // What jsdom asks for.
  const browser = put('jest-browser', { 'package.json': { type: 'commonjs' }, 'use.test.js': REQUIRED + PLAIN, 'jest.config.json': { testEnvironmentOptions: { customExportConditions: ['browser'] } } });
  const esm = put('jest-esm', { 'package.json': { type: 'module' }, 'use.test.js': IMPORTED + PLAIN, 'kit.test.js': ASSERT + IMPORTED + kit(''), 'jest.config.json': {} });
  const ofVitest = `import { expect, test, vi } from '${join(modules, 'vitest/dist/index.js')}';\n${ASSERT}${IMPORTED}`;
  const vitest = put('vitest', { 'package.json': { type: 'module' }, 'use.test.js': ofVitest + PLAIN, 'kit.test.js': ofVitest + kit('vi') });
  const ofNode = `import { test } from 'node:test';\n${ASSERT}${IMPORTED}`;
  const plain = put('node-test', { 'package.json': { type: 'module' }, 'kit.test.js': ofNode + kit(''), 'kit.test.cjs': `const { test } = require('node:test');\n${REQUIRED}${kit('')}` });
  const failing = {
    jest: put('jest-failing', { 'package.json': { type: 'commonjs' }, 'failing.test.js': REQUIRED + FAILING, 'jest.config.json': {} }),
    vitest: put('vitest-failing', { 'package.json': { type: 'module' }, 'failing.test.js': ofVitest + FAILING }),
    node: put('node-failing', { 'package.json': { type: 'module' }, 'failing.test.js': ofNode + FAILING }),
  };
  const typed = (compilerOptions: object) => ({
    'package.json': { type: 'commonjs' },
    'use.test.ts': `declare const test: any, expect: any;\n${IMPORTED}${USE}`,
    'tsconfig.json': { compilerOptions: { strict: true, target: 'es2022', types: ['node'], skipLibCheck: true, esModuleInterop: true, ...compilerOptions } },
    'jest.config.json': { transform: { '^.+\\.ts$': join(modules, 'ts-jest') } },
  });
  const node10 = put('ts-jest-node10', typed({ module: 'commonjs', moduleResolution: 'node10' }));
  const node16 = put('ts-jest-node16', typed({ module: 'node16', isolatedModules: true }));

  const jestOf = (version: string, at: string): string[] => [join(modules, `jest${version}/bin/jest.js`), '--ci', '--rootDir', at, '--config', join(at, 'jest.config.json')];
  const jest = (version: string, engine: string, at: string, ...flags: readonly string[]) => () => void run(node(tools, engine), ...flags, ...jestOf(version, at));
  const vitestAt = (at: string): string[] => [join(modules, 'vitest/vitest.mjs'), 'run', '--root', at];
  const runs = new Map<string, () => void>();
  for (const version of ['29', '30']) {
    for (const engine of ['20.19', '22.11', '24']) runs.set(`Jest ${version}, Node ${engine}`, jest(version, engine, commonjs));
    runs.set(`Jest ${version}, as for a browser`, jest(version, '22', browser));
    runs.set(`Jest ${version}, with modules`, jest(version, '22', esm, '--experimental-vm-modules'));
  }
  runs.set('ts-jest, module: commonjs', jest('30', '22', node10));
  runs.set('ts-jest, module: node16', jest('30', '22', node16));
  runs.set('vitest', () => void run(node(tools, '24'), ...vitestAt(vitest)));
  for (const version of NODES) runs.set(`node:test, Node ${version}`, () => void run(node(tools, version), '--test', join(plain, 'kit.test.js'), join(plain, 'kit.test.cjs')));
  for (const [page, shown] of guideTests()) runs.set(`Jest 30, what lib/guide/${page} shows`, jest('30', '20.19', put(`jest-${page}`, { 'package.json': { type: 'commonjs' }, 'guide.test.js': shown, 'jest.config.json': {} })));
  runs.set('Jest 30, open handles', () => {
    const { status, stdout, stderr } = spawnSync(node(tools, '22'), [...jestOf('30', commonjs), '--detectOpenHandles', 'kit'], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stdout + stderr, /open handle/);
  });
  for (const [name, args] of Object.entries({ jest: jestOf('30', failing.jest), vitest: vitestAt(failing.vitest), node: ['--test', join(failing.node, 'failing.test.js')] })) {
    runs.set(`${name}: what differs is seen`, () => showsDifference(node(tools, '24'), args));
  }
  return runs;
}

function showsDifference(engine: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(engine, args, { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' } });
  assert.equal(status, 1);
  const said = stdout + stderr;
  for (const line of SEEN) assert.ok(said.split('\n').some((each) => each.trim() === line), said);
}

/** By page of the guide, its tests in CommonJS. */
function guideTests(): [page: string, code: string][] {
  const folder = join(root, 'lib/guide');
  const blocks = readdirSync(folder).filter((file) => file.endsWith('.md')).flatMap((page) => Array.from(readFileSync(join(folder, page), 'utf8').matchAll(/^```js\n([^]*?)^```/gm), ([, code]): [string, string] => [page, code!]));
  return blocks.filter(([, code]) => /^test\(/m.test(code));
}
