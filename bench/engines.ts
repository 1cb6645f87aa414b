// The engines that the JavaScript clients run in: the one that runs the benchmark and, where a client needs a newer
// one, a plain binary from npm, kept beside the builds.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { BUILDS } from './paths.ts';

export interface Engine {
  /** Such as `24.21.0`. */
  readonly version: string;
  readonly execPath: string;
}

const NEWER = '24.21.0';

export const OWN_ENGINE: Engine = { version: process.versions.node, execPath: process.execPath };

/** The newer engine, installed where it is not there yet; or why it cannot be had. */
export function newerEngine(): Engine | string {
  const directory = join(BUILDS, `node-${NEWER}`);
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const execPath = join(directory, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(execPath)) {
    mkdirSync(directory, { recursive: true });
    console.log(`installing Node ${NEWER} for the clients that need it`);
    const { status, stderr, error } = spawnSync('npm', ['install', '--prefix', directory, '--no-save', '--no-audit', '--no-fund', `${name}@${NEWER}`], { encoding: 'utf8' });
    if (status !== 0) return `Node ${NEWER} cannot be installed: ${error?.message ?? stderr.trim().split('\n')[0]}`;
  }
  return { version: NEWER, execPath };
}

/** Whether a version is in a range of a package's `engines`, as far as the packages here use them: `^20`, `>=22.15.0`, `||` between. */
export function satisfies(version: string, range: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return range.split('||').some((part) => {
    const [, operator, wantedMajor, wantedMinor = '0'] = /^\s*(\^|>=)\s*(\d+)(?:\.(\d+))?/.exec(part) ?? [];
    if (operator === undefined) throw new Error(`the benchmark cannot read the version range ${range}`);
    const isSameMajor = major === Number(wantedMajor);
    return isSameMajor ? minor >= Number(wantedMinor) : operator === '>=' && major > Number(wantedMajor);
  });
}
