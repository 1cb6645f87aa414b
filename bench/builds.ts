// What is measured is what users get: the sources with their types taken out, in files as they are. A build has
// this benchmark beside the library of the work tree, or beside that of another revision.

import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

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
  compile(BENCH);
  copyFileSync(join(ROOT, MANIFEST), join(BUILDS, MANIFEST));
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
  const sources = join(BUILDS, `${BEFORE}.sources`);
  for (const directory of [output, sources]) rmSync(directory, { recursive: true, force: true });
  mkdirSync(sources, { recursive: true });
  if (isDirectory(revision)) {
    for (const each of ['lib', MANIFEST]) cpSync(join(revision, each), join(sources, each), { recursive: true });
  } else {
    const archive = join(sources, 'revision.tar');
    run('git', ['archive', `--output=${archive}`, revision, 'lib', MANIFEST], ROOT);
    run('tar', ['-xf', archive, '-C', sources], ROOT);
  }
  const options = { rootDir: '.', outDir: output, noCheck: true, noEmit: false, declaration: false, isolatedDeclarations: false };
  writeFileSync(join(sources, 'tsconfig.json'), JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), compilerOptions: options, include: ['lib/**/*.ts'], exclude: [] }));
  compile(sources);
  copyFileSync(join(sources, MANIFEST), join(output, MANIFEST));
  cpSync(join(BUILDS, 'bench'), join(output, 'bench'), { recursive: true });
  return join(output, WORKER);
}

function compile(project: string): void {
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
  run(process.execPath, [join(typescript, 'bin/tsc'), '-p', project], ROOT);
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
