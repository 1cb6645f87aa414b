// Listens on a port or on a socket file, and says in words where that cannot be. Knows no requests.

import cluster from 'node:cluster';
import type { Server } from 'node:http';

import { removeLeftBehind } from './socket-file.ts';

/** Where a server listens. */
export interface Place {
  readonly port: number;
  readonly host: string | undefined;
  /** The socket file, instead of a port. */
  readonly socketPath: string | undefined;
}

// Others that start at the same moment may be busy with the file.
const MOST_ATTEMPTS = 100;

/** Resolves when the server listens. @throws an `Error` with the system's `code`, which says what to do */
export async function listen(server: Server, place: Place): Promise<void> {
  try {
    for (let attempt = 1; ; attempt++) {
      const cause = await failure(server, place);
      if (cause === undefined) return;
      const isTaken = cause.code === 'EADDRINUSE' && place.socketPath !== undefined;
      if (!isTaken || attempt === MOST_ATTEMPTS || !(await removeLeftBehind(place.socketPath))) throw cause;
    }
  } catch (cause) {
    throw explained(cause as NodeJS.ErrnoException, place);
  }
}

/** Why the server cannot listen; `undefined` when it does. */
function failure(server: Server, { port, host, socketPath }: Place): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    // Bun gives null where all is well.
    const settle = (cause?: NodeJS.ErrnoException | null): void => {
      server.off('error', settle).off('listening', settle);
      resolve(cause ?? undefined);
    };
    server.once('error', settle).once('listening', settle);
    // Else the workers of a cluster would share a port: each scrape would see another's counts.
    const exclusive = true;
    if (socketPath === undefined) server.listen({ port, host, exclusive });
    else server.listen({ path: socketPath, exclusive });
  });
}

function explained(cause: NodeJS.ErrnoException, { port, host, socketPath }: Place): Error {
  const where = socketPath ?? `port ${port}${host === undefined ? '' : ` of ${host}`}`;
  const example = socketPath === undefined ? `, for example { port: ${port < 65_535 ? port + 1 : port - 1} }` : '';
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `is in use${cluster.isWorker ? ", perhaps by another worker of this cluster, whose metrics are not this one's; serve in one process, or pass each worker another" : ' by another program; pass another'}${example}`,
    EACCES: `needs rights that this process does not have${socketPath === undefined ? '; pass one above 1023, for example { port: 9090 }' : ''}`,
    EADDRNOTAVAIL: 'cannot be listened on: this machine does not have that address',
  };
  const message = `${where} ${reasons[cause.code ?? ''] ?? `cannot be listened on: ${cause.message}`}`;
  return Object.assign(new Error(message, { cause }), { code: cause.code });
}
