// Ends a server: what runs may end within a limit, what is idle ends at once, and nothing stays open.
//
// Node's own account of idle connections leaves out those that have not sent a request yet, as browsers open
// them in advance, those that have not shaken hands, and those whose request ends after `close`. Each would hold
// the end up for seconds.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';

import { idleTimers } from '../scraping/timers.ts';

/** Ends the server. Resolves when it has, and also where it had before. */
export type Close = (limitMs: number) => Promise<void>;

/** Keeps account of a server's connections from now on, and returns the way to end it. */
export function closing(server: Server): Close {
  /** How many requests run, by the socket that they come on. */
  const running = new Map<Socket, number>();
  const connections = new Set<Socket>();
  // Over TLS, requests come on a socket of their own within the connection's, once hands are shaken.
  const handshaking = new Set<Socket>();
  let isClosing = false;

  const opened = (socket: Socket): void => {
    if (isClosing) return void socket.destroy();
    running.set(socket, 0);
    socket.once('close', () => running.delete(socket));
  };
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    if (!(server instanceof TlsServer)) return opened(socket);
    handshaking.add(socket);
    socket.once('close', () => handshaking.delete(socket));
  });
  server.on('secureConnection', (socket: Socket) => {
    // Node says nowhere else whose hands were shaken. An engine that says nothing ends handshakes at the limit.
    const { _parent: connection } = socket as { readonly _parent?: Socket };
    if (connection === undefined) handshaking.clear();
    else handshaking.delete(connection);
    opened(socket);
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    running.set(socket, (running.get(socket) ?? 0) + 1);
    response.once('close', () => {
      if (!running.has(socket)) return;
      const rest = (running.get(socket) ?? 1) - 1;
      running.set(socket, rest);
      if (isClosing && rest === 0) socket.destroySoon();
    });
  });
  return (limitMs) =>
    new Promise((resolve) => {
      isClosing = true;
      const stop = idleTimers.after(limitMs, () => {
        for (const socket of connections) socket.destroy();
      });
      server.close(() => {
        stop();
        resolve();
      });
      for (const [socket, requests] of running) if (requests === 0) socket.destroy();
      for (const socket of handshaking) socket.destroy();
    });
}
