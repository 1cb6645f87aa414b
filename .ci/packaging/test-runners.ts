// Whether test runners find the package, and types where they look for them: each runs one test, with the settings that
// it has without any.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { node, root } from './project.ts';
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
const NAMES: Readonly<Record<string, string>> = {
  promlet: 'Counter, Gauge, MetricError, Registry, render',
  'promlet/exporter': 'PrometheusExporter',
  'promlet/http': 'serve',
  'promlet/parse': 'parse',
};
const IMPORTED = Object.entries(NAMES).map(([path, names]) => `import { ${names} } from '${path}';\n`).join('');
const REQUIRED = Object.entries(NAMES).map(([path, names]) => `const { ${names} } = require('${path}');\n`).join('');
const PLAIN = USE.replaceAll('!.', '.');

/** All that is to be run, by title. */
export function testRuns(project: Project): ReadonlyMap<string, () => void> {
  const { folder, tools, run } = project;
  const modules = join(tools, 'node_modules');
  const put = (name: string, files: Readonly<Record<string, string | object>>): string => {
    mkdirSync(join(folder, name));
    for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, name, file), typeof content === 'string' ? content : JSON.stringify(content));
    return join(folder, name);
  };
  const commonjs = put('jest', { 'package.json': { type: 'commonjs' }, 'use.test.js': REQUIRED + PLAIN, 'jest.config.json': {} });
  // What jsdom asks for.
  const browser = put('jest-browser', { 'package.json': { type: 'commonjs' }, 'use.test.js': REQUIRED + PLAIN, 'jest.config.json': { testEnvironmentOptions: { customExportConditions: ['browser'] } } });
  const [, shown] = /^```js\n([^]*?)^```/m.exec(readFileSync(join(root, 'lib/guide/migrating.md'), 'utf8'))!;
  const guide = put('jest-guide', { 'package.json': { type: 'commonjs' }, 'use.test.js': shown!, 'jest.config.json': {} });
  const esm = put('jest-esm', { 'package.json': { type: 'module' }, 'use.test.js': IMPORTED + PLAIN, 'jest.config.json': {} });
  const vitest = put('vitest', { 'package.json': { type: 'module' }, 'use.test.js': `import { expect, test } from '${join(modules, 'vitest/dist/index.js')}';\n${IMPORTED}${PLAIN}` });
  const typed = (compilerOptions: object) => ({
    'package.json': { type: 'commonjs' },
    'use.test.ts': `declare const test: any, expect: any;\n${IMPORTED}${USE}`,
    'tsconfig.json': { compilerOptions: { strict: true, target: 'es2022', types: ['node'], skipLibCheck: true, esModuleInterop: true, ...compilerOptions } },
    'jest.config.json': { transform: { '^.+\\.ts$': join(modules, 'ts-jest') } },
  });
  const node10 = put('ts-jest-node10', typed({ module: 'commonjs', moduleResolution: 'node10' }));
  const node16 = put('ts-jest-node16', typed({ module: 'node16', isolatedModules: true }));

  const jest = (version: string, engine: string, at: string, ...flags: readonly string[]) => () =>
    run(node(tools, engine), ...flags, join(modules, `jest${version}/bin/jest.js`), '--ci', '--rootDir', at, '--config', join(at, 'jest.config.json'));
  const runs = new Map<string, () => void>();
  for (const version of ['29', '30']) {
    for (const engine of ['20.19', '22.11', '24']) runs.set(`Jest ${version}, Node ${engine}`, jest(version, engine, commonjs));
    runs.set(`Jest ${version}, as for a browser`, jest(version, '22', browser));
    runs.set(`Jest ${version}, with modules`, jest(version, '22', esm, '--experimental-vm-modules'));
  }
  runs.set('Jest 30, the test that the guide shows', jest('30', '20.19', guide));
  runs.set('ts-jest, module: commonjs', jest('30', '22', node10));
  runs.set('ts-jest, module: node16', jest('30', '22', node16));
  runs.set('vitest', () => run(node(tools, '24'), join(modules, 'vitest/vitest.mjs'), 'run', '--root', vitest));
  return runs;
}
