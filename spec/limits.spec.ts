// The server among strangers, over raw sockets: malformed, oversized, slow and broken-off requests. Limits are
// small here, so that nothing has to be waited for.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { metricsHandler, serve } from '../lib/http.ts';
import type { HandlerOptions, ServeOptions } from '../lib/http.ts';
import { Counter, Registry } from '../lib/index.ts';
import { rawClient } from './raw-client.ts';

function registryWith(seriesCount: number): Registry {
  const registry = new Registry({ onWarning: () => {} });
  const counter = registry.register(new Counter({ name: 'c_total', help: '', labelNames: ['i'], maxSeries: Infinity }));
  for (let i = 0; i < seriesCount; i++) counter.inc({ i: `${'x'.repeat(100)}${i}` });
  return registry;
}

async function serving(t: TestContext, registry: Registry, options: ServeOptions = {}): Promise<number> {
  const server = await serve(registry, { port: 0, host: '127.0.0.1', selfMetrics: false, ...options });
  t.after(() => server.close());
  return server.port;
}

async function isServed(port: number): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })).status === 200;
}

const get = (path: string, ...headers: string[]): string => `GET ${path} HTTP/1.1\r\n${['Host: x', ...headers].join('\r\n')}\r\n\r\n`;

const malformed: readonly (readonly [what: string, sent: string, status: number])[] = [
  ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 400],
  ['a request line of its own', 'GET\r\n\r\n', 400],
  ['a method that nobody has', 'FROBNICATE /metrics HTTP/1.1\r\nHost: x\r\n\r\n', 400],
  ['no host', 'GET /metrics HTTP/1.1\r\n\r\n', 400],
  ['two lengths', 'POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
  ['a length and chunks', 'POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
  ['a header with a zero byte', 'GET /metrics HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n', 400],
  ['headers of 20 KiB', get('/metrics', `A: ${'x'.repeat(20_000)}`), 431],
  ['a target of 20 KiB', get(`/metrics?${'x'.repeat(20_000)}`), 431],
  ['a query of 5 KiB', get(`/metrics?${'x'.repeat(5_000)}`, 'Connection: close'), 400],
  ['a header of 9 KiB', get('/metrics', `Accept: ${'x'.repeat(9_000)}`, 'Connection: close'), 400],
];

for (const [what, sent, status] of malformed) {
  test(`${what} is answered ${status}, and the server goes on`, async (t) => {
    const port = await serving(t, registryWith(1));
    const client = await rawClient(port);
    client.send(sent);
    const reply = await client.ended;
    assert.equal(reply.split('\r\n')[0]!.split(' ')[1], String(status));
    assert.doesNotMatch(reply, /Error|at \w/);
    assert.ok(await isServed(port));
  });
}

test('pipelined requests are answered in their order', async (t) => {
  const client = await rawClient(await serving(t, registryWith(1)));
  client.send(get('/nowhere') + get('/metrics') + 'HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n' + 'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  const reply = await client.ended;
  assert.deepEqual(reply.match(/(?<=HTTP\/1.1 )\d+/g), ['404', '200', '200', '405']);
});

test('requests that a client pipelines and leaves behind free all their places', async (t) => {
  const registry = registryWith(1);
  let begun = (): void => {};
  const started = new Promise<void>((resolve) => (begun = resolve));
  registry.register({ names: ['slow'], collect: () => [], refresh: () => new Promise<void>(() => begun()) });
  const port = await serving(t, registry, { selfMetrics: true, deadlineMs: 60_000 });
  const client = await rawClient(port);
  client.send(get('/metrics').repeat(5));
  await started;
  client.socket.destroy();
  for (let inFlight = 0, i = 0; inFlight !== 1; i++) {
    assert.ok(i < 1_000, `${inFlight} in flight`);
    const reply = await fetch(`http://127.0.0.1:${port}/metrics?name[]=promlet_handler_requests_in_flight`);
    inFlight = Number(/in_flight (\d+)/.exec(await reply.text())?.[1]);
  }
});

test('a client that sends nothing, or half a request, is cut off by time', async (t) => {
  const port = await serving(t, registryWith(1), { receiveTimeoutMs: 50 });
  for (const sent of ['', 'GET /metrics HTTP/1.1\r\nHost: x\r\nA: ', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx']) {
    const client = await rawClient(port);
    client.send(sent);
    await client.ended;
  }
  // On a busy machine a whole request may take longer than the limit, too.
  let isAnswered = false;
  for (let i = 0; i < 1_000 && !isAnswered; i++) isAnswered = await isServed(port).catch(() => false);
  assert.ok(isAnswered);
});

test('a client that sends one byte after another is cut off all the same', async (t) => {
  const client = await rawClient(await serving(t, registryWith(1), { receiveTimeoutMs: 50 }));
  let isOver = false;
  const ended = client.ended.then(() => (isOver = true));
  for (let i = 0; !isOver; i++) {
    client.send(get('/metrics', `A: ${'x'.repeat(10_000)}`)[i]!);
    await sleep(5);
  }
  await ended;
});

/** A server of one's own, with the handler alone: what holds there holds everywhere. */
async function handling(t: TestContext, registry: Registry, options: HandlerOptions): Promise<number> {
  const server = createServer(metricsHandler(registry, options)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test('a reader that does not read is cut off by time', async (t) => {
  // More than the kernel's buffers take.
  const registry = registryWith(200_000);
  const port = await handling(t, registry, { sendTimeoutMs: 50 });
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const client = await rawClient(port);
  client.send(get('/metrics'));
  await client.received(/\n/);
  client.socket.pause();
  t.mock.timers.tick(50);
  client.socket.resume();
  const reply = await client.ended;
  const length = Number(/Content-Length: (\d+)/.exec(reply)![1]);
  assert.ok(reply.length < length, `${reply.length} of ${length} bytes`);
});

test('what waits for slow readers is bounded: the next is refused at first, and later takes the place of the slowest', async (t) => {
  const port = await handling(t, registryWith(50_000), { maxUnsentBytes: 10_000_000, sendTimeoutMs: 60_000 });
  const slow = await rawClient(port);
  slow.send(get('/metrics'));
  await slow.received(/\n/);
  slow.socket.pause();
  const scrape = (): Promise<Response> => fetch(`http://127.0.0.1:${port}/metrics`, { headers: { 'accept-encoding': 'identity' } });
  const refused = await scrape();
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '1']);
  const now = performance.now.bind(performance);
  t.mock.method(performance, 'now', () => now() + 1_000);
  const reply = await scrape();
  assert.equal(reply.status, 200);
  assert.equal(String((await reply.text()).length), reply.headers.get('content-length'));
  slow.socket.resume();
  assert.ok((await slow.ended).length < 6_000_000);
});
