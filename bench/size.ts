// How much does a bundle grow? Bytes, minified and gzipped, for each entry point and for what most people use.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

import { clientNamed, compared } from './clients/index.ts';
import type { Case, Question } from './harness.ts';
import { BENCH, BUILD } from './paths.ts';

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

  cases(scale): readonly Case[] {
    const all = [WHOLE, USUAL].map((name) => ({ name, subjects: compared(scale), rounds: 1 }));
    return scale.isQuick ? all : [...all, ...entryPoints().map((name) => ({ name, subjects: ['promlet'], rounds: 1 }))];
  },

  async measure(name, subject) {
    const { specifier } = clientNamed(subject);
    const from = JSON.stringify(subject === 'promlet' ? fileURLToPath(specifier) : specifier);
    if (name === WHOLE) return [await bundled(`export * from ${from}`)];
    if (name === USUAL) return [await bundled(`export { ${USUAL_IMPORTS[subject]} } from ${from}`)];
    const file = join(BUILD, 'lib', `${name.replace('promlet/', '')}.js`);
    // Another revision may not have all of them.
    return existsSync(file) ? [await bundled(`export * from ${JSON.stringify(file)}`)] : [];
  },
};

/** The package's entry points other than the root; each is a file of that name. */
function entryPoints(): string[] {
  const { exports } = JSON.parse(readFileSync(join(BUILD, 'package.json'), 'utf8')) as { exports: Record<string, unknown> };
  return Object.keys(exports).filter((path) => path !== '.' && path !== './package.json').map((path) => path.replace('./', 'promlet/'));
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
