// A project as a user has it, with the packed package in it, and the tools that judge it.

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const here: string = fileURLToPath(new URL('.', import.meta.url));
export const root: string = join(here, '../..');

export interface Project {
  /** The user's own folder. */
  readonly folder: string;
  /** The package in it. */
  readonly installed: string;
  /** The folder of packages with the tools. */
  readonly tools: string;
  write(file: string, content: string | object): void;
  /** Runs a program there; fails where that does, with what it said. */
  run(program: string, ...args: readonly string[]): string;
}

/** The versions of Node that the package is tried on. 22.11 is the last that cannot require() modules. */
export const NODES: readonly string[] = ['20.19', '22.11', '22', '24', '26'];

export function node(tools: string, version: string): string {
  return join(tools, 'node_modules', `node${version.replace('.', '')}`, 'bin/node');
}

export function projectWith(tarball: string, tools: string): Project {
  install(tools);
  const folder = mkdtempSync(join(tmpdir(), 'promlet-user-'));
  const installed = join(folder, 'node_modules/promlet');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  mkdirSync(join(folder, 'node_modules/.bin'));
  symlinkSync('../promlet/lib/commands/bin.js', join(folder, 'node_modules/.bin/promlet'));
  for (const name of ['@types', 'undici-types']) symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  const write = (file: string, content: string | object): void => writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
  write('package.json', { type: 'module' });
  return {
    folder,
    installed,
    tools,
    write,
    run(program, ...args) {
      const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
      assert.equal(status, 0, `${stdout}${stderr}`);
      return stdout;
    },
  };
}

function install(tools: string): void {
  mkdirSync(tools, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(here, file), join(tools, file));
  if (!existsSync(join(tools, 'node_modules'))) execFileSync('npm', ['ci', '--prefix', tools, '--no-audit', '--no-fund'], { stdio: 'ignore' });
}
