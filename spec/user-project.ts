// A project as a user has it: the package as it is published, in its `node_modules`, and nothing of promlet's
// sources around it.

import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { buildPackage } from '../.ci/build.ts';

export const root: string = fileURLToPath(new URL('..', import.meta.url));

const compiler = join(root, 'node_modules/.bin/tsc');

export interface UserProject {
  readonly folder: string;
  write(file: string, text: string): void;
  /** Puts a package into it that is installed elsewhere, with all that it needs and the types of these. */
  link(from: string, name: string): void;
  /** Compiles all of it with the strictest options, declarations of packages included; returns the complaints. */
  check(): Promise<string>;
  /** Runs one of its files. */
  run(...args: readonly string[]): Promise<{ readonly code: number; readonly output: string }>;
  remove(): void;
}

export function userProject(): UserProject {
  const folder = mkdtempSync(join(tmpdir(), 'promlet-user-'));
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'promlet'), { recursive: true });
  buildPackage(join(modules, 'promlet/dist'));
  const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: readonly string[] };
  for (const file of ['package.json', ...files.filter((each) => each !== 'dist' && !each.startsWith('!'))]) cpSync(join(root, file), join(modules, 'promlet', file), { recursive: true });
  mkdirSync(join(modules, '@types'));
  for (const name of ['@types/node', 'undici-types']) symlinkSync(join(root, 'node_modules', name), join(modules, name));
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  write('package.json', '{ "type": "module" }');
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as { compilerOptions: object };
  const options = { ...compilerOptions, isolatedDeclarations: false, declaration: false, noUnusedLocals: false, skipLibCheck: false };
  write('tsconfig.json', JSON.stringify({ compilerOptions: options, include: ['*.ts'] }));
  return {
    folder,
    write,
    link(from, name) {
      const there = join(from, 'node_modules');
      symlinkSync(join(there, name), join(modules, name));
      // Copied, so that they find the same types of Node as the project.
      for (const types of readdirSync(join(there, '@types')).filter((each) => each !== 'node')) cpSync(join(there, '@types', types), join(modules, '@types', types), { recursive: true });
    },
    check: async () => (await run(process.execPath, [compiler, '-p', folder], folder)).output,
    run: (...args) => run(process.execPath, args, folder),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function run(command: string, args: readonly string[], cwd: string): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    // A limit for what never ends, far beyond what the slowest machine needs.
    execFile(command, args, { cwd, timeout: 300_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
    });
  });
}
