// A client that sends bytes as they are, and reads as slowly as it is told.

import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface RawClient {
  readonly socket: Socket;
  send(text: string): void;
  /** Resolves to all that came when the other side has ended the connection. */
  readonly ended: Promise<string>;
  /** Resolves to all that came once it matches. */
  received(pattern: RegExp): Promise<string>;
}

export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => {});
  return {
    socket,
    send: (given) => void socket.write(given, 'latin1'),
    // Not `once`, which rejects for a reset: that is an end as well.
    ended: new Promise((resolve) => socket.once('close', () => resolve(text))),
    async received(pattern) {
      while (!pattern.test(text)) {
        if (socket.destroyed) throw new Error(`ended before ${pattern}, with ${JSON.stringify(text.slice(0, 500))}`);
        await Promise.race([once(socket, 'data'), once(socket, 'close')]);
      }
      return text;
    },
  };
}
