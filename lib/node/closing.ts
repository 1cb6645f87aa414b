// Ends a server: what runs may end within a limit, what is idle ends at once, and nothing stays open.
//
// Node's own account of idle connections leaves out those that have not sent a request yet, as browsers open
// them in advance, and those whose request ends after `close`. Each would hold the end up for seconds.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';

/** Ends the server. Resolves when it has, and also where it had before. */
export type Close = (limitMs: number) => Promise<void>;

/** Keeps account of a server's connections from now on, and returns the way to end it. */
export function closing(server: Server): Close {
  const running = new Map<Socket, number>();
  let isClosing = false;
  const opened = (socket: Socket): void => {
    running.set(socket, 0);
    socket.once('close', () => running.delete(socket));
  };
  // Over TLS, requests come on a socket of their own within the connection's, once hands are shaken.
  const handshaking = new Map<string, Socket>();
  if (server instanceof TlsServer) {
    server.on('connection', (socket: Socket) => {
      const address = addressOf(socket);
      handshaking.set(address, socket);
      socket.once('close', () => handshaking.delete(address));
    });
    server.on('secureConnection', (socket: Socket) => {
      handshaking.delete(addressOf(socket));
      opened(socket);
    });
  } else server.on('connection', opened);
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
      const limit = setTimeout(() => server.closeAllConnections(), limitMs);
      limit.unref();
      server.close(() => {
        clearTimeout(limit);
        resolve();
      });
      for (const [socket, requests] of running) if (requests === 0) socket.destroy();
      for (const socket of handshaking.values()) socket.destroy();
    });
}

function addressOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
