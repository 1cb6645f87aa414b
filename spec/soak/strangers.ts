// Everything that strangers do to a port, all at once and again and again: slow readers, crowds, connections
// that are dropped, nonsense, and answers that are broken off. Counts what it did; expects nothing.

import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Started } from './host.ts';

/** What was done, by kind. */
export type Deeds = Record<string, number>;

const deeds: Deeds = {};

function count(deed: string, times = 1): void {
  deeds[deed] = (deeds[deed] ?? 0) + times;
}

function most(deed: string, held: number): void {
  deeds[deed] = Math.max(deeds[deed] ?? 0, held);
}

const get = (path: string, ...headers: string[]): string => `GET ${path} HTTP/1.1\r\n${['Host: x', ...headers].join('\r\n')}\r\n\r\n`;

async function opened(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => undefined);
  return socket;
}

/** Resolves to what came until the other side closed, or until it has been long. */
async function reply(socket: Socket, forMs = 10_000): Promise<string> {
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text = (text + chunk).slice(0, 500)));
  const timer = setTimeout(() => socket.destroy(), forMs);
  if (!socket.destroyed) await once(socket, 'close').catch(() => undefined);
  clearTimeout(timer);
  return text;
}

/** Two hundred at a time, each of which asks for more than the system buffers, and reads a byte a second. */
async function slowReaders(port: number): Promise<void> {
  let held = 0;
  const one = async (_: unknown, i: number): Promise<void> => {
    await sleep(i * 20);
    for (;;) {
      const socket = await opened(port);
      socket.pause();
      socket.write(get('/metrics').repeat(10));
      most('slow readers held at once', ++held);
      count('slow readers');
      // Who reads so slowly does not learn that it was cut off: what the system has buffered comes first.
      for (let read = 0; read < 15 && !socket.destroyed; read++) {
        await sleep(1_000);
        socket.read(1);
      }
      held--;
      socket.destroy();
    }
  };
  await Promise.all(Array.from({ length: 200 }, one));
}

/** A thousand scrapes at once. */
async function crowds(port: number, deed: string, size: number): Promise<void> {
  for (;;) {
    const answers = await Promise.all(Array.from({ length: size }, async () => {
      const socket = await opened(port);
      socket.write(get('/metrics', 'Connection: close'));
      return (await reply(socket)).split(' ')[1] ?? 'none';
    }));
    count(`${deed}: crowds of ${size}`);
    for (const code of answers) count(`${deed}: answered ${code}`);
    await sleep(2_000);
  }
}

/** Connections that are opened and dropped, with and without a word. */
async function drops(port: number): Promise<void> {
  for (;;) {
    await Promise.all(Array.from({ length: 50 }, async (_, i) => {
      const socket = await opened(port);
      if (i % 3 === 1) socket.write('GET /met');
      if (i % 3 === 2) socket.write(get('/metrics'));
      count('connections opened and dropped');
      if (i % 2 === 0) socket.resetAndDestroy();
      else socket.destroy();
    }));
    await sleep(20);
  }
}

const NONSENSE: readonly string[] = [
  '\x16\x03\x01\x02\x00\x01\x00',
  'GET\r\n\r\n',
  'BREW /metrics HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET /metrics HTTP/9.9\r\nHost: x\r\n\r\n',
  'GET /metrics HTTP/1.1\r\n\r\n',
  'POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
  get('/metrics', `A: ${'x'.repeat(20_000)}`),
  get(`/metrics?${'x'.repeat(10_000)}`, 'Connection: close'),
  get('/metrics', `Accept: ${'text/plain;q=0.1,'.repeat(700)}`, 'Connection: close'),
  get(`/metrics?${'name[]=x&'.repeat(400)}`, 'Connection: close'),
  get('/%00/../../etc/passwd', 'Connection: close'),
  ...['HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'TRACE'].map((method) => `${method} /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
  get('/metrics').repeat(20) + get('/nowhere', 'Connection: close'),
];

async function nonsense(port: number): Promise<void> {
  for (let i = 0; ; i++) {
    const socket = await opened(port);
    socket.write(NONSENSE[i % NONSENSE.length]!, 'latin1');
    await reply(socket, 2_000);
    count('malformed, oversized and odd requests');
    await sleep(5);
  }
}

/** Answers that are broken off at a random moment. */
async function aborts(port: number): Promise<void> {
  for (;;) {
    const socket = await opened(port);
    socket.resume().write(get('/metrics', 'Accept-Encoding: gzip'));
    await sleep(Math.random() * 300);
    socket.resetAndDestroy();
    count('answers broken off');
  }
}

/** One byte after another, for as long as it lasts. */
async function slowSenders(port: number): Promise<void> {
  for (;;) {
    const socket = await opened(port);
    for (let i = 0; !socket.destroyed; i++) {
      socket.resume().write('GET /metrics HTTP/1.1\r\nHost: x\r\nA: '.padEnd(10_000, 'x')[i]!);
      await sleep(100);
    }
    count('slow senders cut off');
  }
}

process.on('message', (order: Started | 'tell') => {
  if (order === 'tell') return process.send!(deeds);
  const { metricsPort, smallPort } = order;
  const going = [
    slowReaders(metricsPort),
    crowds(metricsPort, 'server', 1_000),
    crowds(smallPort, 'small limit', 100),
    drops(metricsPort),
    ...Array.from({ length: 5 }, () => nonsense(metricsPort)),
    ...Array.from({ length: 10 }, () => aborts(metricsPort)),
    ...Array.from({ length: 10 }, () => slowSenders(metricsPort)),
  ];
  Promise.all(going).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
  return undefined;
});
process.on('disconnect', () => process.exit());
