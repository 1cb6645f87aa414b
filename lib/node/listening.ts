// Listens on a port or on a socket file, and says in words where that cannot be. Knows no requests.

import { lstat, unlink } from 'node:fs/promises';
import type { Server } from 'node:http';
import { connect } from 'node:net';

/** Where a server listens. */
export interface Place {
  readonly port: number;
  readonly host: string | undefined;
  /** The socket file, instead of a port. */
  readonly socketPath: string | undefined;
}

/** Resolves when the server listens. @throws an `Error` with the system's `code`, which says what to do */
export async function listen(server: Server, place: Place): Promise<void> {
  try {
    await listenOnce(server, place);
  } catch (cause) {
    if (!(await isLeftBehind(cause, place))) throw explained(cause as NodeJS.ErrnoException, place);
    await unlink(place.socketPath!);
    await listenOnce(server, place).catch((again: NodeJS.ErrnoException) => {
      throw explained(again, place);
    });
  }
}

function listenOnce(server: Server, { port, host, socketPath }: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const listens = (): void => {
      server.off('error', reject);
      resolve();
    };
    if (socketPath === undefined) server.listen({ port, host }, listens);
    else server.listen(socketPath, listens);
  });
}

// A process that was killed leaves its socket file, where nobody answers. A file of another kind is not ours.
async function isLeftBehind(cause: unknown, { socketPath }: Place): Promise<boolean> {
  if (socketPath === undefined || (cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') return false;
  if (!(await lstat(socketPath)).isSocket()) return false;
  return new Promise((resolve) => {
    const socket = connect(socketPath, () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'));
  });
}

function explained(cause: NodeJS.ErrnoException, { port, host, socketPath }: Place): Error {
  const ofPort = host === undefined ? `port ${port}` : `port ${port} of ${host}`;
  const where = socketPath ?? ofPort;
  const other = port < 65_535 ? port + 1 : port - 1;
  const advice: Readonly<Record<string, string>> = {
    EADDRINUSE: `${where} is in use by another program; pass another${socketPath === undefined ? `, for example { port: ${other} }` : ''}`,
    EACCES: `${where} needs rights that this process does not have${socketPath === undefined ? '; pass one above 1023, for example { port: 9090 }' : ''}`,
    EADDRNOTAVAIL: `${where} cannot be listened on: this machine does not have that address`,
  };
  const message = advice[cause.code ?? ''] ?? `${where} cannot be listened on: ${cause.message}`;
  return Object.assign(new Error(message, { cause }), { code: cause.code });
}
