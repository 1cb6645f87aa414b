// The server and the handler over real sockets, on loopback and on free ports.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { IncomingHttpHeaders, RequestOptions } from 'node:http';
import { Server, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { metricsHandler, serve } from '../lib/http.ts';
import type { MetricsServer } from '../lib/http.ts';
import { Counter, Gauge, Registry, render } from '../lib/index.ts';
import type { Scrape } from '../lib/index.ts';

const host = '127.0.0.1';

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(port: number, path: string, options: RequestOptions = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = request({ host, port, path, agent: false, ...options }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end();
  });
}

function registryWith(value: number): Registry {
  const registry = new Registry();
  registry.register(new Gauge({ name: 'size', help: 'Größe 😀.' })).set(value);
  return registry;
}

/** A server that is closed when the test ends, and shows nothing of itself. */
async function serving(t: { after(done: () => Promise<void>): void }, registry: Registry): Promise<MetricsServer> {
  const server = await serve(registry, { port: 0, host, selfMetrics: false });
  t.after(() => server.close());
  return server;
}

test('a scrape over a socket has the bytes of `render`, and their number', async (t) => {
  const registry = registryWith(3);
  const { port, url } = await serving(t, registry);
  assert.equal(url, `http://127.0.0.1:${port}`);
  const { status, headers, body } = await ask(port, '/metrics');
  assert.equal(status, 200);
  assert.equal(body, render(registry));
  assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  assert.equal(headers['content-length'], String(Buffer.byteLength(body)));
  assert.equal(headers['transfer-encoding'], undefined);
});

test('HEAD has the same status and headers, and no body', async (t) => {
  const { port } = await serving(t, registryWith(3));
  const [get, head] = [await ask(port, '/metrics'), await ask(port, '/metrics', { method: 'HEAD' })];
  assert.equal(head.status, 200);
  assert.equal(head.body, '');
  assert.equal(head.headers['content-length'], get.headers['content-length']);
  assert.equal(head.headers['content-type'], get.headers['content-type']);
});

test('other methods are 405, other paths 404, and / links to the metrics', async (t) => {
  const { port } = await serving(t, registryWith(3));
  const post = await ask(port, '/metrics', { method: 'POST' });
  assert.deepEqual([post.status, post.headers['allow']], [405, 'GET, HEAD']);
  assert.equal((await ask(port, '/nowhere')).status, 404);
  const landing = await ask(port, '/');
  assert.deepEqual([landing.status, landing.headers['content-type']], [200, 'text/html; charset=utf-8']);
  assert.match(landing.body, /href="\/metrics"/);
});

test('one connection serves scrape after scrape, each up to date', async (t) => {
  const registry = new Registry();
  const counter = registry.register(new Counter({ name: 'c_total', help: '' }));
  const { port } = await serving(t, registry);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  for (let i = 1; i <= 3; i++) {
    counter.inc();
    assert.match((await ask(port, '/metrics', { agent })).body, new RegExp(`^c_total ${i}$`, 'm'));
  }
});

test('a small scrape makes no signal and no timer, and one that waits for a collector makes both and leaves neither', async (t) => {
  const registry = registryWith(3);
  const { port } = await serving(t, registry);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const timers = new Set<unknown>();
  const { setTimeout, clearTimeout } = globalThis;
  let signals = 0;
  t.mock.method(globalThis, 'setTimeout', (act: () => void, delayMs: number) => {
    const timer = setTimeout(() => (timers.delete(timer), act()), delayMs);
    timers.add(timer);
    return timer;
  });
  t.mock.method(globalThis, 'clearTimeout', (timer: NodeJS.Timeout) => {
    timers.delete(timer);
    clearTimeout(timer);
  });
  const signal = Object.getOwnPropertyDescriptor(AbortController.prototype, 'signal')!;
  t.mock.getter(AbortController.prototype, 'signal', function (this: AbortController) {
    signals++;
    return signal.get!.call(this) as AbortSignal;
  });
  const setTimeouts = (globalThis.setTimeout as unknown as { mock: { callCount(): number } }).mock;
  for (const headers of [{}, { 'accept-encoding': 'gzip', accept: 'application/openmetrics-text' }, { 'x-prometheus-scrape-timeout-seconds': '10' }]) {
    assert.equal((await ask(port, '/metrics', { agent, headers })).status, 200);
  }
  assert.deepEqual([setTimeouts.callCount(), signals], [0, 0]);
  registry.register(new Gauge({ name: 'slow', help: '', collect: () => new Promise((resolve) => setImmediate(resolve)) }));
  assert.equal((await ask(port, '/metrics', { agent })).status, 200);
  assert.ok(setTimeouts.callCount() > 0 && signals > 0);
  assert.equal(timers.size, 0);
});

test('a large scrape arrives whole', async (t) => {
  const registry = new Registry();
  const counter = registry.register(new Counter({ name: 'c_total', help: '', labelNames: ['path'] }));
  for (let i = 0; i < 9_000; i++) counter.inc({ path: `/a/path/of/some/length/${i}` });
  const { port } = await serving(t, registry);
  const { body, headers } = await ask(port, '/metrics');
  assert.equal(body, render(registry));
  assert.equal(headers['content-length'], String(body.length));
});

test('the handler works inside a server that has routes of its own', async (t) => {
  const registry = registryWith(3);
  const metrics = metricsHandler(registry);
  const server = createServer((incoming, response) => {
    if (incoming.url === '/hello') response.end('hello');
    else metrics(incoming, response);
  });
  server.listen(0, host);
  await once(server, 'listening');
  t.after(() => void server.close());
  const { port } = server.address() as AddressInfo;
  assert.equal((await ask(port, '/hello')).body, 'hello');
  assert.equal((await ask(port, '/metrics')).body, render(registry));
});

test('who decides on a request sees all of its target, also where a framework has taken a part off the url, and the client’s address', async (t) => {
  const registry = registryWith(3);
  const seen: unknown[] = [];
  const metrics = metricsHandler(registry, { authenticate: ({ target, address }) => seen.push([target, address]) > 0 });
  const server = createServer((incoming, response) => {
    const mounted = Object.assign(incoming, { originalUrl: incoming.url });
    mounted.url = '/?x=y';
    metrics(mounted, response);
  });
  server.listen(0, host);
  await once(server, 'listening');
  t.after(() => void server.close());
  assert.equal((await ask((server.address() as AddressInfo).port, '/m/metrics?x=y')).body, render(registry));
  assert.deepEqual(seen, [['/m/metrics?x=y', host]]);
});

test('the handler leaves a response alone that somebody else has answered meanwhile', async (t) => {
  const registry = new Registry();
  let release = (): void => {};
  registry.register({ collect: () => [], refresh: () => new Promise<void>((resolve) => (release = resolve)) });
  const metrics = metricsHandler(registry);
  const server = createServer((incoming, response) => {
    metrics(incoming, response);
    response.writeHead(503).end('busy');
    setImmediate(() => release());
  });
  server.listen(0, host);
  await once(server, 'listening');
  t.after(() => void server.close());
  const { status, body } = await ask((server.address() as AddressInfo).port, '/metrics');
  assert.deepEqual([status, body], [503, 'busy']);
});

test('a response that takes nothing is cut off, and the host goes on', async (t) => {
  const metrics = metricsHandler(registryWith(3));
  const server = createServer((incoming, response) => {
    response.writeHead = () => { throw new Error('of the framework'); };
    metrics(incoming, response);
  });
  server.listen(0, host);
  await once(server, 'listening');
  t.after(() => void server.close());
  await assert.rejects(ask((server.address() as AddressInfo).port, '/metrics'), { code: 'ECONNRESET' });
});

test('a client that goes away aborts the signal of its scrape, and the server goes on', async (t) => {
  const registry = new Registry();
  let begun = (): void => {};
  const started = new Promise<void>((resolve) => (begun = resolve));
  let isFirst = true;
  const aborted = new Promise<void>((resolve) => {
    registry.register({
      collect: () => [],
      refresh({ signal }: Scrape): Promise<void> | void {
        if (!isFirst) return;
        isFirst = false;
        begun();
        return new Promise<void>((done) => {
          signal.addEventListener('abort', () => {
            resolve();
            done();
          });
        });
      },
    });
  });
  const { port } = await serving(t, registry);
  const asked = request({ host, port, path: '/metrics', agent: false });
  asked.on('error', () => {});
  asked.end();
  await started;
  asked.destroy();
  await aborted;
  assert.equal((await ask(port, '/metrics')).status, 200);
});

test('a port that is in use is refused with the system’s code, and a message that says what to do', async (t) => {
  const { port } = await serving(t, new Registry());
  await assert.rejects(serve(new Registry(), { port, host }), (error: NodeJS.ErrnoException) => {
    assert.equal(error.code, 'EADDRINUSE');
    const other = port < 65_535 ? port + 1 : port - 1;
    assert.equal(error.message, `port ${port} of 127.0.0.1 is in use by another program; pass another, for example { port: ${other} }; processes and threads of one service share it through promlet/cluster`);
    assert.equal((error.cause as NodeJS.ErrnoException).code, 'EADDRINUSE');
    return true;
  });
});

test('an address that this machine does not have is refused in words', async () => {
  await assert.rejects(serve(new Registry(), { port: 0, host: '192.0.2.1' }), {
    code: 'EADDRNOTAVAIL',
    message: 'port 0 of 192.0.2.1 cannot be listened on: this machine does not have that address',
  });
});

for (const port of [-1, 65_536, 1.5, NaN, '9090', null, 9090n]) {
  test(`the port ${typeof port} ${String(port)} is refused by name`, async () => {
    await assert.rejects(serve(new Registry(), { port: port as number }), {
      name: 'RangeError',
      message: `port: expected a whole number from 1 to 65535, or 0 for any free port, got ${typeof port === 'string' ? `"${port}"` : String(port)}`,
    });
  });
}

for (const [given, shown] of [
  ['localhost', 'localhost'],
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '[::1]'],
  ['0.0.0.0', 'localhost'],
  ['::', 'localhost'],
  ['', 'localhost'],
  [undefined, 'localhost'],
] as const) {
  test(`the url of a server on the host ${JSON.stringify(given)} is one that can be asked`, async (t) => {
    const listen = Server.prototype.listen;
    // On loopback, whatever it asks for.
    const listened = t.mock.method(Server.prototype, 'listen', function (this: Server, options: object) {
      return listen.call(this, { ...options, host });
    });
    const server = await serve(new Registry(), { port: 0, host: given });
    t.after(() => server.close());
    assert.equal(server.url, `http://${shown}:${server.port}`);
    assert.deepEqual(listened.mock.calls.map(({ arguments: [options] }) => options), [{ port: 0, host: given, exclusive: true }]);
  });
}

// Closing

/** A server whose connections stay open for ever where nobody ends them. */
async function servingForEver(t: TestContext, registry: Registry): Promise<MetricsServer> {
  const listen = Server.prototype.listen;
  t.mock.method(Server.prototype, 'listen', function (this: Server & { keepAliveTimeout: number }, options: object) {
    this.keepAliveTimeout = 0;
    return listen.call(this, options);
  });
  return serve(registry, { port: 0, host, selfMetrics: false, receiveTimeoutMs: Infinity });
}

/** Closes the server, and fails where it stays open: a limit, not a wait. */
async function closesAtOnce(server: MetricsServer): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('still open after 20 seconds')), 20_000);
  });
  await Promise.race([server.close(Infinity), late]).finally(() => clearTimeout(timer));
}

test('`close` ends at once where connections are kept alive, and frees the port', async (t) => {
  const server = await servingForEver(t, new Registry());
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  await ask(server.port, '/metrics', { agent });
  await closesAtOnce(server);
  await assert.rejects(ask(server.port, '/metrics'), { code: 'ECONNREFUSED' });
  const again = await serve(new Registry(), { port: server.port, host });
  await again.close();
});

test('`close` ends at once where a connection has sent nothing, or half a request', async (t) => {
  const server = await servingForEver(t, new Registry());
  const sockets: Socket[] = [connect(server.port, host), connect(server.port, host)];
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  sockets[1]!.write('GET /metrics HTTP/1.1\r\nHost:');
  // Once a later connection has been answered, the server has seen the ones before.
  await ask(server.port, '/metrics');
  const closed = sockets.map((socket) => once(socket.resume().on('error', () => {}), 'close'));
  await closesAtOnce(server);
  await Promise.all(closed);
});

test('`close` lets a running request end, and then its connection', async (t) => {
  const registry = registryWith(3);
  let begun = (): void => {};
  let release = (): void => {};
  const started = new Promise<void>((resolve) => (begun = resolve));
  registry.register({ collect: () => [], refresh: () => new Promise<void>((resolve) => { begun(); release = resolve; }) });
  const server = await servingForEver(t, registry);
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  const reply = ask(server.port, '/metrics', { agent });
  await started;
  const closed = closesAtOnce(server);
  await assert.rejects(ask(server.port, '/metrics'), { code: 'ECONNREFUSED' });
  release();
  assert.equal((await reply).body, render(registry));
  await closed;
});

test('`close` waits no longer than 5 seconds for a request that does not end', async (t) => {
  const registry = new Registry();
  let begun = (): void => {};
  const started = new Promise<void>((resolve) => (begun = resolve));
  registry.register({ collect: () => [], refresh: () => new Promise<void>(() => begun()) });
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const server = await serve(registry, { port: 0, host });
  const reply = ask(server.port, '/metrics');
  const failed = assert.rejects(reply, { code: 'ECONNRESET' });
  await started;
  const closed = server.close();
  let isClosed = false;
  void closed.then(() => (isClosed = true));
  t.mock.timers.tick(4_999);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isClosed, false);
  t.mock.timers.tick(1);
  await closed;
  await failed;
});

test('`close` may be called twice, at once or later', async () => {
  const server = await serve(new Registry(), { port: 0, host });
  await Promise.all([closesAtOnce(server), closesAtOnce(server)]);
  await closesAtOnce(server);
});
