// Requests that go out: by node:http, fetch and undici, by host, and each measured once.

import assert from 'node:assert/strict';
import { channel } from 'node:diagnostics_channel';
import { request as sendRequest } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { createRequire } from 'node:module';
import { createServer as createNetServer } from 'node:net';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { Registry, openMetrics, render } from '../lib/index.ts';
import { httpClientMetrics } from '../lib/instrument.ts';
import type { HttpClientOptions } from '../lib/instrument.ts';
import { listening, refusingPort, serviceOf, shown, until } from './http-service.ts';

const DURATION = 'http_client_request_duration_seconds_count';
const ABORTED = 'http_client_requests_aborted_total';
const ERRORS = 'http_client_request_errors_total';
const HOST = '127.0.0.1';

function measured(t: TestContext, options: HttpClientOptions = { hosts: [HOST] }): Registry {
  const registry = new Registry();
  const metrics = httpClientMetrics(registry, options);
  t.after(() => metrics.stop());
  return registry;
}

const figuresOf = (registry: Registry): readonly string[][] => [shown(registry, DURATION), shown(registry, ERRORS), shown(registry, ABORTED), shown(registry, 'http_client_requests_in_flight')];

/** A server that ends connections as the path says. */
async function brokenServer(t: TestContext): Promise<number> {
  const answers: Readonly<Record<string, (socket: Socket) => void>> = {
    '/ok': (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
    '/closed': (socket) => socket.end(),
    '/reset': (socket) => socket.resetAndDestroy(),
    '/no-http': (socket) => socket.end('nothing of the kind\r\n\r\n'),
    '/cut': (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'),
    '/half': (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'),
    '/upgraded': (socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
    'a:1': (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'),
    '/odd': (socket) => socket.end('HTTP/1.1 777 Odd\r\nContent-Length: 0\r\n\r\n'),
  };
  const server = createNetServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (data) => answers[String(data).split(' ')[1]!]?.(socket));
    t.after(() => socket.destroy());
  });
  return listening(t, server);
}

/** Sends a request and resolves when it is over, however it went. */
async function sent(options: RequestOptions, act: (request: ClientRequest) => void = () => {}): Promise<void> {
  const request = sendRequest({ host: HOST, agent: false, ...options });
  request.on('error', () => {});
  request.on('response', (response) => response.on('error', () => {}).resume());
  for (const event of ['upgrade', 'connect']) request.on(event, (_response: IncomingMessage, socket: Socket) => socket.destroy());
  const closed = new Promise((resolve) => request.once('close', resolve));
  act(request);
  request.end();
  await closed;
}

const ABORTING = new AbortController();
const TIMING_OUT = new AbortController();

/** Aborts a signal as one of `AbortSignal.timeout` is. */
async function timeOut(controller: AbortController): Promise<void> {
  const signal = AbortSignal.timeout(1);
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  controller.abort(signal.reason);
}

const REQUESTS: Readonly<Record<string, { readonly options: RequestOptions | (() => RequestOptions); readonly act?: (request: ClientRequest) => void; readonly shows: readonly string[][] }>> = {
  'a plain request': { options: { path: '/ok' }, shows: [['GET 127.0.0.1 200 1'], [], []] },
  'one with a body': { options: { path: '/ok', method: 'PUT' }, act: (request) => request.write('abc'), shows: [['PUT 127.0.0.1 200 1'], [], []] },
  'an unknown method': { options: { path: '/ok', method: 'PURGE' }, shows: [['OTHER 127.0.0.1 200 1'], [], []] },
  'an odd status': { options: { path: '/odd' }, shows: [['GET 127.0.0.1 other 1'], [], []] },
  'a connection that the other side closes': { options: { path: '/closed' }, shows: [['GET 127.0.0.1 error 1'], ['GET 127.0.0.1 ECONNRESET 1'], []] },
  'a connection that the other side resets': { options: { path: '/reset' }, shows: [['GET 127.0.0.1 error 1'], ['GET 127.0.0.1 ECONNRESET 1'], []] },
  'what is no HTTP': { options: { path: '/no-http' }, shows: [['GET 127.0.0.1 error 1'], ['GET 127.0.0.1 HPE_INVALID_CONSTANT 1'], []] },
  'a body that is cut off': { options: { path: '/cut' }, shows: [['GET 127.0.0.1 200 1'], ['GET 127.0.0.1 ECONNRESET 1'], []] },
  'one that is given up before the head': {
    options: { path: '/wait' }, act: (request) => request.once('finish', () => setImmediate(() => request.destroy())), shows: [['GET 127.0.0.1 error 1'], [], ['GET 127.0.0.1 1']],
  },
  'one that is given up amid the body': {
    options: { path: '/half' }, act: (request) => request.once('response', () => request.destroy()), shows: [['GET 127.0.0.1 200 1'], [], ['GET 127.0.0.1 1']],
  },
  'one that is given up by a signal': {
    options: () => ({ path: '/wait', signal: ABORTING.signal }), act: (request) => request.once('finish', () => setImmediate(() => ABORTING.abort())), shows: [['GET 127.0.0.1 error 1'], [], ['GET 127.0.0.1 1']],
  },
  'one that took too long': {
    options: () => ({ path: '/wait', signal: TIMING_OUT.signal }), act: (request) => request.once('finish', () => void timeOut(TIMING_OUT)), shows: [['GET 127.0.0.1 error 1'], ['GET 127.0.0.1 TIMEOUT 1'], []],
  },
  'one that is destroyed with an error of the caller’s': {
    options: { path: '/wait' }, act: (request) => request.once('finish', () => setImmediate(() => request.destroy(new Error('of mine')))), shows: [['GET 127.0.0.1 error 1'], ['GET 127.0.0.1 other 1'], []],
  },
  'an upgrade': { options: { path: '/upgraded', headers: { connection: 'upgrade', upgrade: 'x' } }, shows: [['GET 127.0.0.1 101 1'], [], []] },
  'CONNECT': { options: { path: 'a:1', method: 'CONNECT' }, shows: [['CONNECT 127.0.0.1 200 1'], [], []] },
  'a host that is nowhere': { options: { host: 'nothing.invalid', path: '/' }, shows: [['GET other error 1'], ['GET other ENOTFOUND 1'], []] },
};

for (const [title, { options, act, shows }] of Object.entries(REQUESTS)) {
  test(`a request of node:http ends once, and leaves nothing in flight: ${title}`, async (t) => {
    const registry = measured(t);
    const port = await brokenServer(t);
    await sent({ port, ...(typeof options === 'function' ? options() : options) }, act);
    await until(() => shown(registry, DURATION).length > 0);
    // Without a network, a name is not known yet.
    const found = figuresOf(registry).map((lines) => lines.map((line) => line.replace('EAI_AGAIN', 'ENOTFOUND')));
    assert.deepEqual(found, [...shows, ['0']]);
  });
}

test('a port where nobody listens is an error of fetch and of node:http', async (t) => {
  const registry = measured(t);
  const port = await refusingPort(t);
  await sent({ port });
  await assert.rejects(fetch(`http://127.0.0.1:${port}`));
  assert.deepEqual(figuresOf(registry), [['GET 127.0.0.1 error 2'], ['GET 127.0.0.1 ECONNREFUSED 2'], [], ['0']]);
});

/** A request without an agent whose connection fails: it is never closed. */
async function failedToConnect(createConnection: object, act: (request: ClientRequest) => void = () => {}): Promise<void> {
  const request = sendRequest({ host: HOST, createConnection } as RequestOptions);
  act(request);
  request.end();
  await new Promise((resolve) => request.once('error', resolve));
}

test('a request that is known from the start ends without a connection too', async (t) => {
  const registry = measured(t);
  // As Node does from 22.12 on; twice is once.
  await failedToConnect((_options: object, done: (error: Error) => void) => void setImmediate(done, Object.assign(new Error('x'), { code: 'ECUSTOM' })), (request) => {
    channel('http.client.request.created').publish({ request });
  });
  assert.deepEqual(figuresOf(registry), [['GET 127.0.0.1 error 1'], ['GET 127.0.0.1 ECUSTOM 1'], [], ['0']]);
});

test('a request that is written to the end after it was closed is measured once', async (t) => {
  const registry = measured(t);
  const port = await brokenServer(t);
  for (const isKnown of [false, true]) {
    registry.reset();
    const request = sendRequest({ host: HOST, port, method: 'POST', agent: false });
    if (isKnown) channel('http.client.request.created').publish({ request });
    request.on('error', () => {});
    await new Promise<void>((resolve) => void request.write('x', () => resolve()));
    const closed = new Promise((resolve) => request.once('close', resolve));
    request.destroy();
    await closed;
    request.end();
    const [, , aborts, inFlight] = figuresOf(registry);
    assert.deepEqual([aborts, inFlight], [['POST 127.0.0.1 1'], ['0']], `${isKnown}`);
  }
});

test('a request that fails before anything of it was sent is an error as any other, and once', async (t) => {
  const registry = measured(t, { ignore: ({ path }) => path === '/ignored' });
  const lookup = (_name: string, _options: object, done: (error: Error, address: string, family: number) => void): void => done(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), '', 4);
  const createConnection = (_options: object, done: (error: Error) => void): undefined => void setImmediate(done, Object.assign(new Error('x'), { code: 'ECUSTOM' }));
  await sent({ host: 'a.invalid', lookup });
  await failedToConnect(createConnection);
  await sent({ host: 'a.invalid', lookup, path: '/ignored' });
  const [, errors, aborts, inFlight] = figuresOf(registry);
  assert.deepEqual([errors, aborts, inFlight], [['GET other ECUSTOM 1', 'GET other ENOTFOUND 1'], [], ['0']]);
});

test('fetch is measured until the body has come, by its size and by the time of its head', async (t) => {
  const time = { ms: 0 };
  const registry = measured(t, { hosts: [HOST], clock: () => time.ms });
  let finish = (): void => {};
  const { origin } = await serviceOf(t, (request, response) => {
    time.ms += 100;
    response.writeHead(201, { 'content-length': 5 });
    response.flushHeaders();
    request.resume();
    finish = () => void response.end('hello');
  });
  const response = await fetch(origin, { method: 'POST', body: 'abc' });
  assert.deepEqual(shown(registry, 'http_client_requests_in_flight'), ['1']);
  time.ms += 400;
  finish();
  await response.text();
  await until(() => shown(registry, DURATION).length > 0);
  const sums = ['request_duration_seconds', 'response_start_seconds', 'request_size_bytes', 'response_size_bytes'].map((name) => shown(registry, `http_client_${name}_sum`).join());
  assert.deepEqual(sums, ['POST 127.0.0.1 201 0.5', 'POST 127.0.0.1 201 0.1', 'POST 127.0.0.1 201 3', 'POST 127.0.0.1 201 5']);
  assert.deepEqual(figuresOf(registry), [['POST 127.0.0.1 201 1'], [], [], ['0']]);
});

test('a fetch that is given up, before the head or amid the body, is aborted', async (t) => {
  const registry = measured(t);
  const port = await brokenServer(t);
  const before = new AbortController();
  const waiting = fetch(`http://127.0.0.1:${port}/wait`, { signal: before.signal });
  await until(() => shown(registry, 'http_client_requests_in_flight').join() === '1');
  before.abort();
  await assert.rejects(waiting);
  const amid = new AbortController();
  const { body } = await fetch(`http://127.0.0.1:${port}/half`, { signal: amid.signal });
  amid.abort();
  await assert.rejects(body!.getReader().read());
  await until(() => shown(registry, 'http_client_requests_in_flight').join() === '0');
  assert.deepEqual(figuresOf(registry), [['GET 127.0.0.1 200 1', 'GET 127.0.0.1 error 1'], [], ['GET 127.0.0.1 2'], ['0']]);
});

test('a fetch that took too long is an error, or aborted where undici does not say why', async (t) => {
  const registry = measured(t);
  const port = await brokenServer(t);
  const controller = new AbortController();
  const waiting = fetch(`http://127.0.0.1:${port}/wait`, { signal: controller.signal });
  await until(() => shown(registry, 'http_client_requests_in_flight').join() === '1');
  void timeOut(controller);
  await assert.rejects(waiting, { name: 'TimeoutError' });
  await until(() => shown(registry, DURATION).length > 0);
  const [durations, errors, aborted, inFlight] = figuresOf(registry);
  assert.deepEqual([durations, [...errors!, ...aborted!].map((line) => line.replace('TIMEOUT ', '')), inFlight], [['GET 127.0.0.1 error 1'], ['GET 127.0.0.1 1'], ['0']]);
});

test('hosts are those of a list, with or without a port, and others share one value', async (t) => {
  const { port } = await serviceOf(t, (_request, response) => void response.end());
  const lists: Readonly<Record<string, readonly string[]>> = { '127.0.0.1': [HOST], [`127.0.0.1:${port}`]: [`127.0.0.1:${port}`], localhost: ['LOCALHOST', `127.0.0.1:${port + 1}`] };
  for (const [name, hosts] of Object.entries(lists)) {
    const registry = measured(t, { hosts });
    await (await fetch(`http://127.0.0.1:${port}`)).text();
    await sent({ port });
    await sent({ port, headers: { host: 'example.com' } });
    await until(() => shown(registry, DURATION).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0) === 3);
    // A header is not where a request goes.
    assert.deepEqual(shown(registry, DURATION), name === 'localhost' ? ['GET other 200 3'] : name === '127.0.0.1' ? ['GET 127.0.0.1 200 3'] : [`GET ${name} 200 2`, 'GET other 200 1']);
  }
});

test('without a list all hosts share one value', async (t) => {
  const registry = measured(t, {});
  const { origin } = await serviceOf(t, (_request, response) => void response.end());
  await (await fetch(origin)).text();
  await until(() => shown(registry, DURATION).length > 0);
  assert.deepEqual(shown(registry, DURATION), ['GET other 200 1']);
});

test('a function names hosts; what it should not do costs nothing but a warning', async (t) => {
  const { origin } = await serviceOf(t, (_request, response) => void response.end());
  const cases: readonly (readonly [hosts: (host: string) => unknown, name: string, warning: RegExp])[] = [
    [(host) => (host.startsWith('127.') ? 'loopback' : undefined), 'loopback', /^$/],
    [() => undefined, 'other', /^$/],
    [() => { throw new Error('broken'); }, 'other', /^ERR_VALUE httpClientMetrics: hosts: failed: broken; "other" is recorded$/],
    [() => Promise.reject(new Error('late')), 'other', /^ERR_VALUE httpClientMetrics: hosts: expected a string, got an object/],
  ];
  for (const [hosts, name, warning] of cases) {
    const warnings: string[] = [];
    const registry = new Registry({ onWarning: ({ code, message }) => warnings.push(`${code} ${message}`) });
    const metrics = httpClientMetrics(registry, { hosts: hosts as never });
    for (let i = 0; i < 2; i++) await (await fetch(origin)).text();
    await until(() => shown(registry, DURATION)[0]?.endsWith('2') === true);
    metrics.stop();
    assert.deepEqual(shown(registry, DURATION), [`GET ${name} 200 2`]);
    assert.match(warnings.join(), warning);
  }
  let count = 0;
  const registry = measured(t, { hosts: () => `name-${count++}`, maxHosts: 2 });
  for (let i = 0; i < 5; i++) await (await fetch(origin)).text();
  await until(() => shown(registry, DURATION).at(-1) === 'GET other 200 3');
  assert.deepEqual(shown(registry, DURATION), ['GET name-0 200 1', 'GET name-1 200 1', 'GET other 200 3']);
});

test('requests are left out, and labels added', async (t) => {
  const registry = measured(t, {
    hosts: [HOST],
    ignore: ({ path }) => path === '/left-out',
    labels: ({ path }, response) => ({ api: path, answered: response !== undefined }),
    labelValues: { api: ['/users'], answered: [true, false] },
  });
  const { port, origin } = await serviceOf(t, (_request, response) => void response.end());
  for (const path of ['/users', '/left-out', '/x']) {
    await (await fetch(origin + path)).text();
    await sent({ port, path });
  }
  await until(() => shown(registry, 'http_client_requests_in_flight').join() === '0' && shown(registry, DURATION).length === 2);
  assert.deepEqual(shown(registry, DURATION), ['GET 127.0.0.1 200 /users true 2', 'GET 127.0.0.1 200 other true 2']);
});

test('in the words of OpenTelemetry, with the port where it is named', async (t) => {
  const { port, origin } = await serviceOf(t, (request, response) => void response.writeHead(request.url === '/bad' ? 404 : 200).end());
  const registry = measured(t, { names: 'opentelemetry', hosts: [`127.0.0.1:${port}`] });
  for (const path of ['/', '/bad']) await sent({ port, path });
  await (await fetch(origin)).text();
  await sent({ port: await refusingPort(t) });
  await until(() => shown(registry, DURATION).length === 4);
  const lines = render(registry).split('\n').filter((line) => line.startsWith(DURATION) || line.startsWith('http_client_active'));
  const of = (status: string, version: string, error: string, address = '127.0.0.1', at = String(port)): string =>
    `${DURATION}{http_request_method="GET",server_address="${address}",server_port="${at}",http_response_status_code="${status}",url_scheme="http",network_protocol_version="${version}",error_type="${error}"} 1`;
  assert.deepEqual(lines.sort(), [
    'http_client_active_requests{http_request_method="GET",url_scheme="http"} 0', of('200', '', ''), of('200', '1.1', ''), of('404', '1.1', '404'), of('', '', 'ECONNREFUSED', 'other', ''),
  ].sort());
});

test('stop ends it; a second call for a registry takes the place of the first', async (t) => {
  const { port, origin } = await serviceOf(t, (_request, response) => void response.end());
  const registry = new Registry();
  const first = httpClientMetrics(registry, { hosts: [HOST] });
  const second = httpClientMetrics(registry, { hosts: [HOST] });
  first.stop();
  await sent({ port });
  await (await fetch(origin)).text();
  await until(() => shown(registry, DURATION)[0]?.endsWith('2') === true);
  second[Symbol.dispose]();
  await sent({ port });
  await (await fetch(origin)).text();
  assert.deepEqual(figuresOf(registry), [['GET 127.0.0.1 200 2'], [], [], ['0']]);
  assert.doesNotMatch(render(registry), /pool/);
});

test('durations show the span that is active when a request is sent', async (t) => {
  const api = Symbol.for('opentelemetry.js.api.1');
  const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
  Object.assign(globalThis, { [api]: { context: { active: () => ({ getValue: () => ({ spanContext: () => span }) }) } } });
  t.after(() => void delete (globalThis as Record<symbol, unknown>)[api]);
  const registry = measured(t);
  const { port } = await serviceOf(t, (_request, response) => void response.end());
  await sent({ port });
  assert.match(render(registry, openMetrics), new RegExp(`# {trace_id="${'a'.repeat(32)}",span_id="${'b'.repeat(16)}"}`));
});

test('shows the pools of dispatchers that tell of them, by origin; hosts that are not listed share one', (t) => {
  const agent = { stats: { 'http://127.0.0.1:80': { connected: 2, free: 1, pending: 3, running: 1, size: 4 }, 'https://a.example': { connected: 1, size: 1 }, 'https://b.example': { connected: 4, size: 2 } } };
  const registry = measured(t, { hosts: [HOST], metrics: ['pools'], dispatchers: [agent, {}, { stats: null }, { stats: { connected: 7, free: 7 } }] });
  const own = (name: string): string[] => shown(registry, `http_client_pool_${name}`).filter((line) => !line.startsWith('http://127.0.0.1:'));
  assert.deepEqual(['connected', 'free', 'pending', 'running', 'size'].map(own), [
    ['http://127.0.0.1 2', 'other 12'], ['http://127.0.0.1 1', 'other 7'], ['http://127.0.0.1 3'], ['http://127.0.0.1 1'], ['http://127.0.0.1 4', 'other 3'],
  ]);
});

const load = createRequire(new URL('./frameworks/package.json', import.meta.url));
interface Undici { Agent: new () => { readonly stats: object; close(): Promise<void> }; request(url: string, options: object): Promise<{ body: { text(): Promise<string> } }> }

function undici(): Undici | undefined {
  try {
    return load('undici') as Undici;
  } catch {
    return undefined;
  }
}

const installed = undici();
const title = 'undici as a package is measured as the one within Node, and its pools are shown';
if (installed !== undefined) {
  test(title, async (t) => {
    const agent = new installed.Agent();
    t.after(() => agent.close());
    const registry = measured(t, { hosts: [HOST], dispatchers: [agent] });
    const { origin } = await serviceOf(t, (_request, response) => void response.end('hello'));
    assert.equal(await (await installed.request(origin, { dispatcher: agent })).body.text(), 'hello');
    assert.deepEqual(figuresOf(registry), [['GET 127.0.0.1 200 1'], [], [], ['0']]);
    assert.deepEqual(shown(registry, 'http_client_response_size_bytes_sum'), ['GET 127.0.0.1 200 5']);
    assert.deepEqual(shown(registry, 'http_client_pool_connected'), ['http://127.0.0.1 1']);
  });
} else if (process.env['CI'] === 'true') {
  test(title, () => assert.fail('undici is not installed: npm ci --prefix spec/frameworks'));
} else {
  test(`${title} [SKIPPED: not installed; npm ci --prefix spec/frameworks]`, { skip: true }, () => {});
}
