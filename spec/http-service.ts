// A server on the loopback interface, and what a registry knows of the requests to it, for the specs of HTTP metrics.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { connect, createServer as createNetServer } from 'node:net';
import type { AddressInfo, Server as NetServer } from 'node:net';
import type { TestContext } from 'node:test';

import type { Registry } from '../lib/index.ts';
import { render } from '../lib/index.ts';
import { parseSamples } from '../lib/parse.ts';

export interface Service {
  readonly server: Server;
  readonly port: number;
  readonly origin: string;
}

export async function serviceOf(t: TestContext, listener: RequestListener | Server): Promise<Service> {
  const server = typeof listener === 'function' ? createServer(listener) : listener;
  const port = await listening(t, server);
  t.after(() => server.closeAllConnections());
  return { server, port, origin: `http://127.0.0.1:${port}` };
}

/** The port that a server listens on until the test has ended. */
export async function listening(t: TestContext, server: NetServer): Promise<number> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A port of the loopback interface that refuses connections until the test has ended, since a client has it. */
export async function refusingPort(t: TestContext): Promise<number> {
  const client = connect(await listening(t, createNetServer((socket) => socket.resume())), '127.0.0.1');
  t.after(() => client.destroy());
  await once(client, 'connect');
  return client.localPort!;
}

/** The samples of one name, each as its label values in order and its number: `GET /a 200 1`. */
export function shown(registry: Registry, name: string): string[] {
  return [...parseSamples(render(registry), { format: 'text' })]
    .filter((sample) => sample.name === name)
    .map(({ labels, value }) => [...Object.values(labels), String(value)].join(' '))
    .sort();
}

/** Waits for what the other side of a connection has yet to notice. Bounded. */
export async function until(isReached: () => boolean): Promise<void> {
  for (let i = 0; i < 20_000 && !isReached(); i++) await new Promise((resolve) => setTimeout(resolve, 1));
  if (!isReached()) throw new Error(`never reached: ${isReached}`);
}
