#!/usr/bin/env node
// The command as a process: its streams, signals and exit code. What it does is in `commands/`.

import { main } from './commands/main.ts';
import { terminalScreen } from './commands/top-screen.ts';

const stopping = new AbortController();
const stop = (): void => stopping.abort();

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader has gone, as `head` does. What would run forever stops; the rest ends by itself, with its own
    // exit code.
    if (error.code === 'EPIPE') return stop();
    process.stderr.write(`promlet: cannot write: ${error.message}\n`);
    process.exit(1);
  });
}

const exitCode = await main(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  screen: process.stdout.isTTY && process.env['TERM'] !== 'dumb' ? terminalScreen(process.stdin, process.stdout) : undefined,
  env: process.env,
  stopSignal() {
    // Not `once`: under npm each Ctrl-C arrives twice, from the terminal and from npm.
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    if (process.env['npm_lifecycle_event'] !== undefined) stopWhenOrphaned();
    return stopping.signal;
  },
});

// Connections that a browser keeps open would hold the process: it ends as soon as all output is flushed.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));

// Between `npx` and this process stands a shell, which a signal to `npx` ends without reaching us.
function stopWhenOrphaned(): void {
  const { ppid } = process;
  setInterval(() => {
    if (process.ppid !== ppid) stop();
  }, 200).unref();
}
