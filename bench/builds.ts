// What is measured is what users get: the library built as the package is. A build has this benchmark beside the
// library of the work tree, or beside that of another revision.

import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

import { buildSync } from 'esbuild';

import { BENCH, BUILDS, ROOT } from './paths.ts';

/** The program that measures one thing in a fresh process; see `worker.ts`. */
const WORKER = 'bench/worker.js';
const MANIFEST = 'package.json';

/** What the figures of another revision are called. */
export const BEFORE = 'before';

/** Installs what promlet is compared with, where it is not there yet or is another version. */
export function installPeers(): void {
  const { dependencies } = manifest(BENCH) as { dependencies: Record<string, string> };
  const isThere = ([name, version]: [string, string]): boolean => {
    const directory = join(BENCH, 'node_modules', name);
    return existsSync(join(directory, MANIFEST)) && manifest(directory).version === version;
  };
  if (Object.entries(dependencies).every(isThere)) return;
  console.log('installing what promlet is compared with');
  run('npm', ['ci', '--no-audit', '--no-fund'], BENCH);
}

/** Builds the work tree. Returns the worker. */
export function buildWorkTree(): string {
  for (const each of ['bench', 'lib']) rmSync(join(BUILDS, each), { recursive: true, force: true });
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
  run(process.execPath, [join(typescript, 'bin/tsc'), '-p', BENCH], ROOT);
  buildLibrary(ROOT, BUILDS);
  return join(BUILDS, WORKER);
}

/**
 * Builds the library of another revision, with the benchmark of the work tree, which was built before. Returns the
 * worker.
 *
 * @param revision - What git calls it, or the directory of a checkout.
 */
export function buildRevision(revision: string): string {
  const output = join(BUILDS, BEFORE);
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  cpSync(join(BUILDS, 'bench'), join(output, 'bench'), { recursive: true });
  if (isDirectory(revision)) {
    buildLibrary(revision, output);
  } else {
    const sources = join(output, 'sources');
    const archive = join(output, 'sources.tar');
    mkdirSync(sources);
    run('git', ['archive', `--output=${archive}`, revision, 'lib', MANIFEST], ROOT);
    run('tar', ['-xf', archive, '-C', sources], ROOT);
    buildLibrary(sources, output);
  }
  return join(output, WORKER);
}

/** A file for each entry point, and others that they share, as `npm run build` makes them. */
function buildLibrary(root: string, output: string): void {
  const entries = readdirSync(join(root, 'lib')).filter((file) => file.endsWith('.ts')).map((file) => join(root, 'lib', file));
  const outdir = join(output, 'lib');
  rmSync(outdir, { recursive: true, force: true });
  buildSync({ entryPoints: entries, outdir, bundle: true, splitting: true, chunkNames: 'shared/[hash]', format: 'esm', platform: 'node', target: 'es2022', logLevel: 'error' });
  copyFileSync(join(root, MANIFEST), join(output, MANIFEST));
}

function manifest(directory: string): { readonly version?: string } {
  return JSON.parse(readFileSync(join(directory, MANIFEST), 'utf8')) as { version?: string };
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${basename(command)} ${args.join(' ')} failed: ${error?.message ?? `it ended with ${status}`}`);
}
