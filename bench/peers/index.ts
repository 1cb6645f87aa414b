// The peers in other languages: how each is built where its toolchain is found, and how it is asked. The
// programs are our own, a directory for each language; nothing but this benchmark needs them.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

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
  /** What builds it, one command after another; each runs in its language's directory. */
  readonly build: (output: string) => readonly Command[];
  /** What runs it, from the same directory. */
  readonly run: (output: string) => Command;
}

type Command = readonly [program: string, ...parameters: string[]];

const GO: Pick<Peer, 'language' | 'build' | 'run'> = {
  language: 'go',
  build: (output) => [['go', 'build', '-o', join(output, 'go-peer'), '.']],
  run: (output) => [join(output, 'go-peer')],
};

export const PEERS: readonly Peer[] = [
  { name: 'client_golang', ...GO, pinned: ['go/go.mod', /client_golang v(\S+)/] },
  { name: 'VictoriaMetrics/metrics', ...GO, pinned: ['go/go.mod', /VictoriaMetrics\/metrics v(\S+)/] },
  {
    name: 'prometheus-client (Rust)',
    language: 'rust',
    pinned: ['rust/Cargo.toml', /^prometheus-client = "=(.+)"/m],
    build: (output) => [['cargo', 'build', '--quiet', '--release', '--target-dir', join(output, 'rust')]],
    run: (output) => [join(output, 'rust/release/promlet-bench-peer')],
  },
  {
    name: 'prometheus-metrics (Java)',
    language: 'java',
    pinned: ['java/pom.xml', /<client.version>(.+)<\/client.version>/],
    build: (output) => [
      ['mvn', '--batch-mode', '--quiet', 'dependency:copy-dependencies', `-DoutputDirectory=${join(output, 'java/jars')}`],
      ['javac', '-d', join(output, 'java'), '-cp', join(output, 'java/jars/*'), 'Peer.java'],
    ],
    // One core, as everything that is compared has.
    run: (output) => ['java', '-XX:ActiveProcessorCount=1', '-XX:+UseSerialGC', '-cp', [join(output, 'java'), join(output, 'java/jars/*')].join(delimiter), 'Peer'],
  },
  {
    name: 'prometheus_client (Python)',
    language: 'python',
    pinned: ['python/requirements.txt', /==(\S+)/],
    build: (output) => [
      ['python3', '-m', 'venv', join(output, 'python')],
      [join(output, 'python/bin/python'), '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '-r', 'requirements.txt'],
    ],
    run: (output) => [join(output, 'python/bin/python'), 'peer.py'],
  },
];

export function versionOf({ pinned: [file, version] }: Peer): string {
  const found = version.exec(readFileSync(join(SOURCES, file), 'utf8'))?.[1];
  if (found === undefined) throw new Error(`no version in ${file}`);
  return found;
}

/** Builds it. Returns why that failed; `undefined` where it did not. */
export function buildPeer({ language, build }: Peer): string | undefined {
  mkdirSync(PROGRAMS, { recursive: true });
  for (const [program, ...parameters] of build(PROGRAMS)) {
    const { status, error, stdout, stderr } = spawnSync(program, parameters, { cwd: join(SOURCES, language), encoding: 'utf8' });
    if (error !== undefined) return `${program} is not found here`;
    if (status !== 0) return `${program} ${parameters[0]} failed: ${(stderr.trim() || stdout.trim()).split('\n').at(-1)}`;
  }
  return undefined;
}

/** What the program prints, a character for each byte where that is `latin1`; asked for a registry's exposition (`dump`) or for samples (`measure`). */
export function ask({ name, language, run }: Peer, act: 'dump' | 'measure', number: number, workload: Workload, encoding: BufferEncoding = 'utf8'): string {
  const [program, ...parameters] = run(PROGRAMS);
  const { status, stdout, error } = spawnSync(program, [...parameters, name, act, String(number)], {
    cwd: join(SOURCES, language),
    input: planText(workload),
    encoding,
    stdio: ['pipe', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${name}: ${error?.message ?? `the program ended with ${status}`}`);
  return stdout;
}
