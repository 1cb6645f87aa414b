// The peers in other languages: how each is built where its toolchain is found, and how it is asked. The
// programs are our own, a directory for each language; nothing but this benchmark needs them.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { BENCH, BUILDS } from '../paths.ts';
import { planText } from '../workloads.ts';
import type { Workload } from '../workloads.ts';

const SOURCES = join(BENCH, 'peers');
const PROGRAMS = join(BUILDS, 'peers');

export interface Peer {
  readonly name: string;
  readonly language: string;
  /** The file that fixes its version, below this directory, and where in it that is. */
  readonly pinned: readonly [file: string, version: RegExp];
  /** The program that was built, below the directory of builds. */
  readonly program: readonly string[];
  /** What builds it; each runs in its language's directory. */
  readonly build: (output: string) => readonly (readonly string[])[];
  /** Histograms have buckets of other names: only the rest can be compared. */
  readonly hasOwnBuckets?: boolean;
}

const buildGo: Peer['build'] = (output) => [['go', 'build', '-o', join(output, 'go-peer'), '.']];

export const PEERS: readonly Peer[] = [
  {
    name: 'client_golang',
    language: 'go',
    pinned: ['go/go.mod', /client_golang v(\S+)/],
    program: ['go-peer'],
    build: buildGo,
  },
  {
    name: 'VictoriaMetrics/metrics',
    language: 'go',
    pinned: ['go/go.mod', /VictoriaMetrics\/metrics v(\S+)/],
    program: ['go-peer'],
    build: buildGo,
    hasOwnBuckets: true,
  },
  {
    name: 'prometheus-client (Rust)',
    language: 'rust',
    pinned: ['rust/Cargo.toml', /^prometheus-client = "=(.+)"/m],
    program: ['rust/release/promlet-bench-peer'],
    build: (output) => [['cargo', 'build', '--quiet', '--release', '--target-dir', join(output, 'rust')]],
  },
  {
    name: 'prometheus_client (Python)',
    language: 'python',
    pinned: ['python/requirements.txt', /==(\S+)/],
    program: ['python/bin/python', 'peer.py'],
    build: (output) => [
      ['python3', '-m', 'venv', join(output, 'python')],
      [join(output, 'python/bin/python'), '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '-r', 'requirements.txt'],
    ],
  },
];

export function versionOf({ pinned: [file, version] }: Peer): string {
  const found = version.exec(readFileSync(join(SOURCES, file), 'utf8'))?.[1];
  if (found === undefined) throw new Error(`no version in ${file}`);
  return found;
}

export function isBuilt({ program: [first] }: Peer): boolean {
  return existsSync(join(PROGRAMS, first!));
}

/** Builds it. Returns why that failed; `undefined` where it did not. */
export function buildPeer({ language, build }: Peer): string | undefined {
  mkdirSync(PROGRAMS, { recursive: true });
  for (const [command, ...args] of build(PROGRAMS)) {
    const { status, error, stderr } = spawnSync(command!, args, { cwd: join(SOURCES, language), encoding: 'utf8' });
    if (error !== undefined) return `${command} is not found here`;
    if (status !== 0) return `${command} ${args[0]} failed: ${stderr.trim().split('\n').at(-1)}`;
  }
  return undefined;
}

/** What the program prints, asked for a registry's exposition (`dump`) or for samples (`measure`). */
export function ask({ name, language, program: [first, ...args] }: Peer, act: 'dump' | 'measure', number: number, workload: Workload): string {
  const { status, stdout, error } = spawnSync(join(PROGRAMS, first!), [...args, name, act, String(number)], {
    cwd: join(SOURCES, language),
    input: planText(workload),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${name}: ${error?.message ?? `the program ended with ${status}`}`);
  return stdout;
}
