// What the commands that run the exporter share: where it listens, how it starts, and how it stops.

import { setTimeout as after } from 'node:timers/promises';

import { PrometheusExporter } from '../exporter.ts';
import { CommandError, USAGE_EXIT_CODE } from './command.ts';
import type { Given, Options } from './command.ts';
import { valueOf } from './given.ts';

/** Ctrl-C ends a command within a second, whatever a connection is doing. */
const STOP_LIMIT_MS = 500;

export function listenOptions(defaultPort: number): Options {
  return {
    port: { value: 'N', help: `Port to listen on; 0 takes any free one. Default: ${defaultPort}` },
    host: { value: 'ADDRESS', help: 'Address to listen on, such as 127.0.0.1. Default: all' },
  };
}

/** Starts an exporter where the options say. @throws {CommandError} where it cannot listen there */
export async function startExporter(given: Given, defaultPort: number): Promise<PrometheusExporter> {
  const port = portOf(valueOf(given, 'port') ?? String(defaultPort));
  const host = valueOf(given, 'host');
  const exporter = new PrometheusExporter({ port, ...(host === undefined ? {} : { host }) });
  try {
    await exporter.start();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const other = port < 65_535 ? port + 1 : port - 1;
    throw new CommandError(message, code === 'EADDRINUSE' ? { hint: `On this command line: --port ${other}` } : {});
  }
  return exporter;
}

/** Stops the exporter; connections that are still busy after half a second are left to the end of the process. */
export async function stopExporter(
  exporter: Pick<PrometheusExporter, 'stop'>,
  wait: (ms: number) => Promise<unknown> = (ms) => after(ms, undefined, { ref: false }),
): Promise<void> {
  await Promise.race([exporter.stop(), wait(STOP_LIMIT_MS)]);
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function portOf(given: string): number {
  if (/^\d{1,5}$/.test(given) && Number(given) <= 65_535) return Number(given);
  throw new CommandError(`--port: expected a whole number from 0 to 65535, got "${given}"`, { exitCode: USAGE_EXIT_CODE });
}
