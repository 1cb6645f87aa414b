// Runs a command line in this process, with the files and servers that one needs.

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import type { Io, Screen } from '../lib/commands/command.ts';
import { main } from '../lib/commands/main.ts';

/** An exposition, and what `check` says of it. */
export const GOOD = '# HELP jobs_total Jobs done.\n# TYPE jobs_total counter\njobs_total{queue="a"} 1\n';
export const OK = { exitCode: 0, stdout: 'OK: 1 metric, nothing to complain of.\n', stderr: '' };

export interface CommandResult {
  readonly exitCode: number;
  /** Of bytes, each is a character. */
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command line prints and returns, with nothing on stdin and no terminal. */
export function run(...args: readonly string[]): Promise<CommandResult> {
  return runWith({}, ...args);
}

export interface World {
  /** What is read from stdin, in as many pieces. */
  readonly stdin?: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;
  /** Whether the outputs are terminals. */
  readonly isTTY?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** In place of the clock. */
  readonly timeout?: (ms: number) => AbortSignal;
  readonly screen?: Screen;
  readonly now?: () => number;
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** What ends a command that runs until it is stopped. @default at once */
  readonly stop?: AbortSignal;
}

export async function runWith({ stdin = [], isTTY = false, env = {}, stop = AbortSignal.abort(), ...others }: World, ...args: readonly string[]): Promise<CommandResult> {
  const written = { stdout: '', stderr: '' };
  const io: Io = {
    stdin: (async function* () {
      for await (const piece of stdin) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
    })(),
    stdout: { isTTY, write: (chunk) => (written.stdout += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1')) },
    stderr: { isTTY, write: (chunk) => (written.stderr += chunk) },
    env,
    stopSignal: () => stop,
    ...others,
  };
  return { exitCode: await main(args, io), ...written };
}

/** The URL of a server on a free port. */
export async function listen(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

/** A folder that is gone after the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'promlet-command-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}
