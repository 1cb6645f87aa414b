// How much does a bundle grow? Bytes, minified and gzipped, for each entry point and for what most people use.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

import { clientNamed, CLIENTS } from './clients/index.ts';
import type { Case, Question } from './harness.ts';
import { BENCH, BUILDS, ROOT } from './paths.ts';

const WHOLE = 'everything';
const USUAL = 'a registry with one counter, printed';

/** What a program names that counts something and shows it. */
const USUAL_IMPORTS: Readonly<Record<string, string>> = {
  promlet: 'Counter, Registry, render',
  'prom-client': 'Counter, Registry',
  '@platformatic/prom-client': 'Counter, Registry',
  '@prometheus-io/client': 'Counter, Registry',
  '@opentelemetry/exporter-prometheus': 'PrometheusExporter',
};

export const size: Question = {
  name: 'size',
  asks: 'How much does a bundle grow, minified and gzipped?',
  unit: 'bytes',

  cases(): readonly Case[] {
    const subjects = CLIENTS.map(({ name }) => name);
    return [...[WHOLE, USUAL].map((name) => ({ name, subjects, rounds: 1 })), ...Object.keys(entryPoints()).map((name) => ({ name, subjects: ['promlet'], rounds: 1 }))];
  },

  async measure(name, subject) {
    const { specifier } = clientNamed(subject);
    const from = JSON.stringify(subject === 'promlet' ? fileURLToPath(specifier) : specifier);
    if (name === WHOLE) return [await bundled(`export * from ${from}`)];
    if (name === USUAL) return [await bundled(`export { ${USUAL_IMPORTS[subject]} } from ${from}`)];
    return [await bundled(`export * from ${JSON.stringify(entryPoints()[name])}`)];
  },
};

/** The package's entry points other than the root, and the built file of each. */
function entryPoints(): Record<string, string> {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { exports: object };
  const files = Object.keys(exports).map((path) => [path.replace('./', 'promlet/'), join(BUILDS, 'lib', `${path.slice(2)}.js`)] as const);
  return Object.fromEntries(files.filter(([, file]) => existsSync(file)));
}

async function bundled(contents: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: BENCH },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    write: false,
    logLevel: 'silent',
  });
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
}
