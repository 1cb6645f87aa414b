// Listens on a port or on a socket file, and says in words where that cannot be. Knows no requests.

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { GroupSide } from '../scraping/group.ts';
import { removeLeftBehind } from './socket-file.ts';

/** Where a server listens. */
export interface Place {
  readonly port: number;
  readonly host: string | undefined;
  /** The socket file, instead of a port. */
  readonly socketPath: string | undefined;
}

/** How a server takes part in what its group does. */
export interface Turn {
  /** Whether it listens, or stands by until the member that does has ended. */
  readonly isListening: boolean;
  /** Ends standing by, and lets others listen. */
  release(): void;
}

// Others that start at the same moment may be busy with the file.
const MOST_ATTEMPTS = 100;

// Another member may listen, and not have said so yet.
const HOLDER_ATTEMPTS = 20;
const HOLDER_MS = 25;

// How often a server that stands by tries to take over.
const TAKEOVER_MS = 250;

/** Resolves when the server listens. @throws an `Error` with the system's `code`, which says what to do */
export async function listen(server: Server, place: Place, isShared = false): Promise<void> {
  try {
    for (let attempt = 1; ; attempt++) {
      const cause = await failure(server, place, isShared);
      if (cause === undefined) return;
      const isTaken = cause.code === 'EADDRINUSE' && place.socketPath !== undefined;
      if (!isTaken || attempt === MOST_ATTEMPTS || !(await removeLeftBehind(place.socketPath))) throw cause;
    }
  } catch (cause) {
    throw explained(cause as NodeJS.ErrnoException, place);
  }
}

/**
 * Resolves when the server listens, or when another member of the group does, and this one stands by. In a cluster all
 * workers listen on one port.
 *
 * @param unref - Whether the process may end while it stands by.
 * @throws as `listen`
 */
export async function listenInTurn(server: Server, place: Place, group: GroupSide, unref: boolean): Promise<Turn> {
  const { socketPath } = place;
  // The others may be in other working directories.
  const nameOf = (port: number): string => (socketPath === undefined ? `port ${port}` : resolve(socketPath));
  let timer: NodeJS.Timeout | undefined;
  let release = (): void => {};
  let isOver = false;
  const attempt = async (): Promise<void> => {
    await listen(server, place, true);
    if (isOver) server.close();
    else release = group.hold(nameOf((server.address() as Partial<AddressInfo>).port ?? 0));
  };
  const standBy = (): void => {
    timer = setTimeout(() => void attempt().catch(() => !isOver && standBy()), TAKEOVER_MS);
    if (unref) timer.unref();
  };
  for (let tries = 1; ; tries++) {
    try {
      await attempt();
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      if (await group.isHeldByOther(nameOf(place.port))) {
        standBy();
        break;
      }
      if (tries === HOLDER_ATTEMPTS) throw error;
      await sleep(HOLDER_MS);
    }
  }
  return {
    get isListening() {
      return server.listening;
    },
    release() {
      isOver = true;
      clearTimeout(timer);
      release();
    },
  };
}

/** Why the server cannot listen; `undefined` when it does. */
function failure(server: Server, { port, host, socketPath }: Place, isShared: boolean): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    // Bun gives null where all is well.
    const settle = (cause?: NodeJS.ErrnoException | null): void => {
      server.off('error', settle).off('listening', settle);
      resolve(cause ?? undefined);
    };
    server.once('error', settle).once('listening', settle);
    // Else the workers of a cluster would share a port: each scrape would see another's counts, unless they are a group.
    const exclusive = !isShared;
    if (socketPath === undefined) server.listen({ port, host, exclusive });
    else server.listen({ path: socketPath, exclusive });
  });
}

function explained(cause: NodeJS.ErrnoException, { port, host, socketPath }: Place): Error {
  const where = socketPath ?? `port ${port}${host === undefined ? '' : ` of ${host}`}`;
  const example = socketPath === undefined ? `, for example { port: ${port < 65_535 ? port + 1 : port - 1} }` : '';
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `is in use by another program; pass another${example}; processes and threads of one service share it through promlet/cluster`,
    EACCES: `needs rights that this process does not have${socketPath === undefined ? '; pass one above 1023, for example { port: 9090 }' : ''}`,
    EADDRNOTAVAIL: 'cannot be listened on: this machine does not have that address',
  };
  const message = `${where} ${reasons[cause.code ?? ''] ?? `cannot be listened on: ${cause.message}`}`;
  return Object.assign(new Error(message, { cause }), { code: cause.code });
}
