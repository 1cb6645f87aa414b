// Runs a command line in this process.

import type { Io } from '../lib/commands/command.ts';
import { main } from '../lib/commands/main.ts';

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command line prints and returns, with nothing on stdin and no terminal. */
export function run(...args: readonly string[]): Promise<CommandResult> {
  return runWith({}, ...args);
}

export interface World {
  /** What is read from stdin, in as many pieces. */
  readonly stdin?: readonly (string | Uint8Array)[];
  /** Whether the outputs are terminals. */
  readonly isTTY?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export async function runWith({ stdin = [], isTTY = false, env = {} }: World, ...args: readonly string[]): Promise<CommandResult> {
  const written = { stdout: '', stderr: '' };
  const io: Io = {
    stdin: (async function* () {
      for (const piece of stdin) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
    })(),
    stdout: { isTTY, write: (text) => (written.stdout += text) },
    stderr: { isTTY, write: (text) => (written.stderr += text) },
    env,
    stopSignal: () => AbortSignal.abort(),
  };
  return { exitCode: await main(args, io), ...written };
}
