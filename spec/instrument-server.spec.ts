// Requests that come in, by the channels of Node: each is measured once, however it ends.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect as connectSecond, createServer as createSecondServer } from 'node:http2';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { certificate } from '../bench/certificate.ts';
import { Registry, openMetrics, render } from '../lib/index.ts';
import { httpServerMetrics, setRoute } from '../lib/instrument.ts';
import type { HttpServerOptions } from '../lib/instrument.ts';
import { listening, serviceOf, shown, until } from './http-service.ts';
import { rawClient } from './raw-client.ts';

const PATH = { route: ({ url = '' }: IncomingMessage) => url.split('?')[0] };
const DURATION = 'http_request_duration_seconds_count';
const ABORTED = 'http_requests_aborted_total';

/** Until the test has ended. */
function measured(t: TestContext, registry: Registry, options?: HttpServerOptions): void {
  const metrics = httpServerMetrics(registry, options);
  t.after(() => metrics.stop());
}

function inFlight(registry: Registry): string {
  return shown(registry, 'http_requests_in_flight').join();
}

/** A server that does what the path says. Some paths wait until `go` is called. */
function controlled() {
  const waiting: (() => void)[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname } = new URL(request.url!, 'http://x');
    if (pathname === '/wait') return void waiting.push(() => response.end('waited'));
    if (pathname === '/half') return void response.write('half');
    if (pathname === '/destroyed') return void response.destroy();
    if (pathname === '/detached') {
      response.detachSocket(request.socket);
      return void request.socket.end('HTTP/1.1 200 OK\r\n\r\n');
    }
    if (pathname === '/304') return void response.writeHead(304).end();
    if (pathname === '/echo') return void request.resume().on('end', () => response.end('read'));
    response.end('hello');
  };
  return { listener, go: () => waiting.splice(0).forEach((each) => each()) };
}

test('shows duration, sizes, time to the first byte, aborts and requests in flight under the names of the field', async (t) => {
  const time = { ms: 1_000 };
  const registry = new Registry();
  measured(t, registry, { ...PATH, clock: () => time.ms, buckets: [0.1, 1] , sizeBuckets: [1_024] });
  const { origin } = await serviceOf(t, (request, response) => {
    time.ms += 40;
    response.writeHead(201, { 'content-length': 5 });
    time.ms += 200;
    request.resume().on('end', () => response.end('hello'));
  });
  await (await fetch(`${origin}/a`, { method: 'POST', body: 'x'.repeat(2_000) })).text();
  await until(() => shown(registry, DURATION).length === 1);
  assert.equal(render(registry), `# HELP http_request_duration_seconds How long requests took, from their first byte to the last of the response, in seconds.
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{method="POST",route="/a",status_code="201",le="0.1"} 0
http_request_duration_seconds_bucket{method="POST",route="/a",status_code="201",le="1"} 1
http_request_duration_seconds_bucket{method="POST",route="/a",status_code="201",le="+Inf"} 1
http_request_duration_seconds_sum{method="POST",route="/a",status_code="201"} 0.24
http_request_duration_seconds_count{method="POST",route="/a",status_code="201"} 1
# HELP http_requests_in_flight How many requests run now.
# TYPE http_requests_in_flight gauge
http_requests_in_flight 0
# HELP http_request_size_bytes How large the bodies of requests were, in bytes.
# TYPE http_request_size_bytes histogram
http_request_size_bytes_bucket{method="POST",route="/a",status_code="201",le="1024"} 0
http_request_size_bytes_bucket{method="POST",route="/a",status_code="201",le="+Inf"} 1
http_request_size_bytes_sum{method="POST",route="/a",status_code="201"} 2000
http_request_size_bytes_count{method="POST",route="/a",status_code="201"} 1
# HELP http_response_size_bytes How large the bodies of responses were, in bytes.
# TYPE http_response_size_bytes histogram
http_response_size_bytes_bucket{method="POST",route="/a",status_code="201",le="1024"} 1
http_response_size_bytes_bucket{method="POST",route="/a",status_code="201",le="+Inf"} 1
http_response_size_bytes_sum{method="POST",route="/a",status_code="201"} 5
http_response_size_bytes_count{method="POST",route="/a",status_code="201"} 1
# HELP http_response_start_seconds How long it took until the head of responses was sent, in seconds.
# TYPE http_response_start_seconds histogram
http_response_start_seconds_bucket{method="POST",route="/a",status_code="201",le="0.1"} 1
http_response_start_seconds_bucket{method="POST",route="/a",status_code="201",le="1"} 1
http_response_start_seconds_bucket{method="POST",route="/a",status_code="201",le="+Inf"} 1
http_response_start_seconds_sum{method="POST",route="/a",status_code="201"} 0.04
http_response_start_seconds_count{method="POST",route="/a",status_code="201"} 1
# HELP http_requests_aborted_total How many requests ended before their response was complete.
# TYPE http_requests_aborted_total counter
`);
});

test('bounds are those of OpenTelemetry', async (t) => {
  const registry = new Registry();
  measured(t, registry, { metrics: ['duration'] });
  const { origin } = await serviceOf(t, (_request, response) => void response.end());
  await (await fetch(origin)).text();
  await until(() => shown(registry, DURATION).length === 1);
  const bounds = [...render(registry).matchAll(/le="([^"]+)"/g)].map(([, bound]) => bound);
  assert.deepEqual(bounds, ['0.005', '0.01', '0.025', '0.05', '0.075', '0.1', '0.25', '0.5', '0.75', '1', '2.5', '5', '7.5', '10', '+Inf']);
});

test('in the words of OpenTelemetry: its names, and its attributes as labels', async (t) => {
  const registry = new Registry();
  measured(t, registry, { ...PATH, names: 'opentelemetry', buckets: [10], sizeBuckets: [10] });
  const { origin } = await serviceOf(t, (request, response) => void response.writeHead(request.url === '/bad' ? 503 : 200).end('x'));
  for (const path of ['/', '/bad']) await (await fetch(origin + path)).text();
  const client = await rawClient(Number(new URL(origin).port));
  client.send('PROPFIND / HTTP/1.0\r\n\r\n');
  await client.ended;
  await until(() => shown(registry, 'http_server_request_duration_seconds_count').length === 3);
  const lines = render(registry).split('\n');
  assert.deepEqual(lines.filter((line) => /^http_server_request_duration_seconds_count|^http_server_active/.test(line)), [
    'http_server_request_duration_seconds_count{http_request_method="GET",http_route="/",http_response_status_code="200",url_scheme="http",network_protocol_version="1.1",error_type=""} 1',
    'http_server_request_duration_seconds_count{http_request_method="GET",http_route="/bad",http_response_status_code="503",url_scheme="http",network_protocol_version="1.1",error_type="503"} 1',
    'http_server_request_duration_seconds_count{http_request_method="_OTHER",http_route="/",http_response_status_code="200",url_scheme="http",network_protocol_version="1.0",error_type=""} 1',
    'http_server_active_requests{http_request_method="GET",url_scheme="http"} 0',
    'http_server_active_requests{http_request_method="_OTHER",url_scheme="http"} 0',
  ]);
  assert.deepEqual(lines.filter((line) => line.startsWith('# TYPE')), [
    '# TYPE http_server_request_duration_seconds histogram', '# TYPE http_server_active_requests gauge', '# TYPE http_server_request_body_size_bytes histogram',
    '# TYPE http_server_response_body_size_bytes histogram', '# TYPE http_server_response_start_seconds histogram', '# TYPE http_server_requests_aborted_total counter',
  ]);
});

test('nothing that a client sends becomes a label: paths are unmatched, unknown methods share one value', async (t) => {
  const registry = new Registry();
  measured(t, registry);
  const { port } = await serviceOf(t, (_request, response) => void response.end());
  for (const method of ['GET', 'QUERY', 'PROPFIND', 'M-SEARCH', 'PURGE', 'PATCH']) {
    const client = await rawClient(port);
    client.send(`${method} /${Math.random()} HTTP/1.1\r\nHost: ${Math.random()}\r\nConnection: close\r\n\r\n`);
    await client.ended;
  }
  // Parsers before Node 22 know no QUERY.
  const names = shown(registry, DURATION).filter((line) => !line.startsWith('QUERY'));
  assert.deepEqual(names, ['GET unmatched 200 1', 'OTHER unmatched 200 3', 'PATCH unmatched 200 1']);
});

test('methods of the caller’s are known too', async (t) => {
  const registry = new Registry();
  measured(t, registry, { methods: ['PROPFIND'], metrics: ['duration'] });
  const { origin } = await serviceOf(t, (_request, response) => void response.end());
  for (const method of ['PROPFIND', 'MKCOL']) await (await fetch(origin, { method })).text();
  await until(() => shown(registry, DURATION).length === 2);
  assert.deepEqual(shown(registry, DURATION), ['OTHER unmatched 200 1', 'PROPFIND unmatched 200 1']);
});

test('status codes that are none of 100 to 599 share one value', async (t) => {
  const registry = new Registry();
  measured(t, registry, { metrics: ['duration'] });
  const { port } = await serviceOf(t, (request, response) => void response.writeHead(Number(request.url!.slice(1))).end());
  for (const status of [200, 599, 600, 999]) {
    const client = await rawClient(port);
    client.send(`GET /${status} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    await client.ended;
  }
  assert.deepEqual(shown(registry, DURATION), ['GET unmatched 200 1', 'GET unmatched 599 1', 'GET unmatched other 2']);
});

// Each on a connection of its own: what is sent, and what is shown for it.
const ENDINGS: Readonly<Record<string, { readonly sends: string; readonly counts: readonly string[]; readonly aborted?: readonly string[] }>> = {
  'a plain request': { sends: 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n', counts: ['GET /a 200 1'] },
  'one of HTTP/1.0': { sends: 'GET /a HTTP/1.0\r\n\r\n', counts: ['GET /a 200 1'] },
  'several that are pipelined': { sends: 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(5), counts: ['GET /a 200 5'] },
  'HEAD': { sends: 'HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n', counts: ['HEAD /a 200 1'] },
  '304': { sends: 'GET /304 HTTP/1.1\r\nHost: a\r\n\r\n', counts: ['GET /304 304 1'] },
  '100-continue': { sends: 'POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc', counts: ['POST /echo 200 1'] },
  'an expectation that fails': { sends: 'GET /a HTTP/1.1\r\nHost: a\r\nExpect: more\r\n\r\n', counts: ['GET /a 417 1'] },
  'a body in chunks': { sends: 'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n', counts: ['POST /echo 200 1'] },
  'an abort before the head': { sends: 'GET /wait HTTP/1.1\r\nHost: a\r\n\r\n', counts: ['GET /wait 499 1'], aborted: ['GET /wait 1'] },
  'an abort amid the body': { sends: 'GET /half HTTP/1.1\r\nHost: a\r\n\r\n', counts: ['GET /half 200 1'], aborted: ['GET /half 1'] },
  'an abort of pipelined ones': {
    sends: 'GET /wait HTTP/1.1\r\nHost: a\r\n\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /wait HTTP/1.1\r\nHost: a\r\n\r\n',
    counts: ['GET /a 200 1', 'GET /wait 499 2'], aborted: ['GET /a 1', 'GET /wait 2'],
  },
  'an abort of a request’s body': { sends: 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc', counts: ['POST /echo 499 1'], aborted: ['POST /echo 1'] },
  'a response that the server destroys': { sends: 'GET /destroyed HTTP/1.1\r\nHost: a\r\n\r\n', counts: ['GET /destroyed 499 1'], aborted: ['GET /destroyed 1'] },
  'a connection that is taken off its response': { sends: 'GET /detached HTTP/1.1\r\nHost: a\r\n\r\n', counts: ['GET /detached 499 1'], aborted: ['GET /detached 1'] },
  'an upgrade, which is no response': { sends: 'GET /up HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n', counts: [] },
  'an upgrade after a request': {
    sends: 'GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /up HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n', counts: ['GET /a 200 1'],
  },
  'CONNECT': { sends: 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', counts: [] },
  'what is no HTTP': { sends: 'hello\r\n\r\n', counts: [] },
};

for (const [title, { sends, counts, aborted = [] }] of Object.entries(ENDINGS)) {
  test(`ends once, and leaves nothing in flight: ${title}`, async (t) => {
    const registry = new Registry();
    measured(t, registry, PATH);
    const { server, port } = await serviceOf(t, controlled().listener);
    server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    server.on('connect', (_request, socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
    let begun = 0;
    const onStart = (): void => void begun++;
    subscribe('http.server.request.start', onStart);
    t.after(() => unsubscribe('http.server.request.start', onStart));
    const client = await rawClient(port);
    client.send(sends);
    const expected = counts.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    // Answered, each of them, or as far as it gets.
    if (aborted.length === 0) await client.received(new RegExp(`^(?:[^]*?HTTP/1\\.1 (?!100)){${sends.match(/ HTTP\/1\.[01]\r/g)?.length ?? 1}}`));
    else if (sends.includes('half')) await client.received(/half/);
    else await until(() => begun === expected);
    client.socket.destroy();
    await until(() => shown(registry, DURATION).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0) === expected && inFlight(registry) === '0');
    assert.deepEqual([shown(registry, DURATION), shown(registry, ABORTED)], [counts, aborted]);
    // Nothing comes later.
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
    assert.deepEqual([shown(registry, DURATION), shown(registry, ABORTED), inFlight(registry)], [counts, aborted, '0']);
  });
}

test('requests in flight are counted while they run, and end with their server', async (t) => {
  const registry = new Registry();
  measured(t, registry, PATH);
  const { listener, go } = controlled();
  const { server, port, origin } = await serviceOf(t, listener);
  const clients = await Promise.all([rawClient(port), rawClient(port), rawClient(port)]);
  for (const client of clients) client.send('GET /wait HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => inFlight(registry) === '3');
  await (await fetch(`${origin}/a`)).text();
  await until(() => inFlight(registry) === '3');
  go();
  await Promise.all(clients.map((client) => client.received(/waited/)));
  await until(() => inFlight(registry) === '0');
  clients[0]!.send('GET /wait HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => inFlight(registry) === '1');
  server.close();
  server.closeAllConnections();
  await until(() => inFlight(registry) === '0');
  assert.deepEqual(shown(registry, ABORTED), ['GET /wait 1']);
});

test('requests in flight begin at 0 after a reset, and go below it never', async (t) => {
  const registry = new Registry();
  measured(t, registry, PATH);
  const { listener, go } = controlled();
  const { origin } = await serviceOf(t, listener);
  const waiting = fetch(`${origin}/wait`);
  await until(() => inFlight(registry) === '1');
  registry.reset();
  assert.equal(inFlight(registry), '0');
  go();
  await (await waiting).text();
  await (await fetch(`${origin}/a`)).text();
  await until(() => shown(registry, DURATION).length === 2);
  assert.equal(inFlight(registry), '0');
});

test('sizes are those of bodies: declared, written at once, in chunks as they are on the wire, or none', async (t) => {
  const registry = new Registry();
  measured(t, registry, PATH);
  const { port } = await serviceOf(t, (request, response) => {
    if (request.url === '/declared') response.writeHead(200, { 'content-length': '4' });
    if (request.url === '/chunks') response.write('a'.repeat(1_000));
    request.resume().on('end', () => response.end('1234'));
  });
  const client = await rawClient(port);
  for (const path of ['/once', '/declared', '/chunks']) {
    client.send(`POST ${path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n${'x'.repeat(100)}\r\n0\r\n\r\n`);
    await until(() => shown(registry, DURATION).some((line) => line.includes(path)));
  }
  client.send('HEAD /declared HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  await client.ended;
  // 64\r\n, \r\n and 0\r\n\r\n around 100 bytes; 3e8\r\n, \r\n, 4\r\n and \r\n around 1004.
  assert.deepEqual(shown(registry, 'http_request_size_bytes_sum'), ['HEAD /declared 200 0', 'POST /chunks 200 111', 'POST /declared 200 111', 'POST /once 200 111']);
  assert.deepEqual(shown(registry, 'http_response_size_bytes_sum'), ['HEAD /declared 200 0', 'POST /chunks 200 1016', 'POST /declared 200 4', 'POST /once 200 4']);
});

test('the size of a body in chunks is its own: not that of requests that are ignored or pipelined', async (t) => {
  const registry = new Registry();
  measured(t, registry, { ...PATH, ignore: ['/ignored'] });
  const { port } = await serviceOf(t, (request, response) => void request.resume().on('end', () => response.end(request.url)));
  const client = await rawClient(port);
  const chunked = (path: string, body: string, more = ''): string => `POST ${path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n${more}\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  client.send(chunked('/ignored', 'x'.repeat(5_000)));
  await client.received(/ignored/);
  client.send(chunked('/a', '1234'));
  await client.received(/\/a/);
  client.send(chunked('/ignored', 'x'.repeat(6_000)) + chunked('/after', '1') + chunked('/then', 'x'.repeat(100)));
  await client.received(/\/then/);
  client.send(chunked('/b', '12345'));
  await client.received(/\/b/);
  client.send(chunked('/c', '1') + chunked('/d', 'x'.repeat(3_000)) + chunked('/ignored', 'x'.repeat(100)) + chunked('/e', '123', 'Connection: close\r\n'));
  await client.ended;
  await until(() => shown(registry, DURATION).length === 7);
  assert.deepEqual(shown(registry, 'http_request_size_bytes_sum'), ['POST /a 200 14', 'POST /b 200 15']);
});

test('many requests that are pipelined cost no more each than a few', async (t) => {
  const registry = new Registry();
  measured(t, registry, { ...PATH, metrics: ['duration', 'inFlight'] });
  const { port } = await serviceOf(t, (_request, response) => void setImmediate(() => response.end('x')));
  const client = await rawClient(port);
  client.send(`${'GET /a HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(4_999)}GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  await client.ended;
  assert.deepEqual([shown(registry, DURATION), inFlight(registry)], [['GET /a 200 5000'], '0']);
});

test('an abort has the size that was sent', async (t) => {
  const registry = new Registry();
  measured(t, registry, PATH);
  const { port } = await serviceOf(t, controlled().listener);
  const client = await rawClient(port);
  client.send('GET /half HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.received(/half/);
  client.socket.destroy();
  await until(() => shown(registry, ABORTED).length === 1);
  // 4\r\nhalf\r\n
  assert.deepEqual(shown(registry, 'http_response_size_bytes_sum'), ['GET /half 200 9']);
});

test('servers of TLS and of streams that are no sockets are measured too', async (t) => {
  const registry = new Registry();
  measured(t, registry, { ...PATH, names: 'opentelemetry', metrics: ['duration', 'requestSize', 'responseSize'] });
  const server = createTlsServer(certificate(), (_request, response) => void response.end('x'));
  const port = await listening(t, server);
  const { request } = await import('node:https');
  await new Promise((resolve) => request({ port, host: '127.0.0.1', path: '/tls', rejectUnauthorized: false, agent: false }, (response) => response.resume().on('end', resolve)).end());
  const plain = createServer((_request, response) => void response.end('x'));
  let sent = '';
  const stream = new Duplex({ read() {}, write(chunk, _encoding, done) { sent += String(chunk); done(); } });
  plain.emit('connection', stream);
  stream.push('GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  await until(() => shown(registry, 'http_server_request_duration_seconds_count').length === 2);
  assert.match(sent, /^HTTP\/1.1 200 OK/);
  assert.deepEqual(shown(registry, 'http_server_request_duration_seconds_count'), ['GET /stream 200 http 1.1  1', 'GET /tls 200 https 1.1  1']);
});

test('requests over HTTP/2 are measured by channels, or where the engine has none by their server', async (t) => {
  const registry = new Registry();
  const server = createSecondServer();
  measured(t, registry, { ...PATH, servers: [server], names: 'opentelemetry' });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    if (headers[':path'] === '/wait') return;
    setRoute({ stream }, headers[':path'] === '/set' ? '/named' : undefined);
    stream.respond({ ':status': 202, 'content-length': 2 });
    if (headers[':path'] !== '/half') stream.end('ok');
  });
  const port = await listening(t, server);
  const client = connectSecond(`http://127.0.0.1:${port}`);
  t.after(() => client.destroy());
  for (const path of ['/a', '/set']) await once(client.request({ ':path': path }).resume(), 'end');
  const active = (): string => shown(registry, 'http_server_active_requests').join();
  for (const path of ['/wait', '/half']) {
    const request = client.request({ ':path': path }).on('error', () => {});
    const responded = path === '/half' ? once(request, 'response') : undefined;
    await until(() => active() === 'GET http 1');
    await responded;
    request.close(8);
    await until(() => active() === 'GET http 0');
  }
  assert.deepEqual(shown(registry, 'http_server_request_duration_seconds_count'), ['GET /a 202 http 2  1', 'GET /half 202 http 2  1', 'GET /named 202 http 2  1', 'GET /wait  http 2 aborted 1']);
  assert.deepEqual(shown(registry, 'http_server_requests_aborted_total'), ['GET /half 1', 'GET /wait 1']);
  assert.deepEqual(shown(registry, 'http_server_response_body_size_bytes_sum'), ['GET /a 202 http 2  2', 'GET /named 202 http 2  2']);
  assert.deepEqual(shown(registry, 'http_server_request_body_size_bytes_sum').length, 2);
});

test('a route is left out, or one request of many stands for all; paths are left out altogether', async (t) => {
  const registry = new Registry();
  measured(t, registry, { ...PATH, routes: { '/healthz': false, '/often': 10 }, ignore: ['/metrics'] });
  const { origin } = await serviceOf(t, (_request, response) => void response.end('x'));
  for (const path of ['/healthz', '/metrics', '/metrics?x', '/metrics/x', ...Array.from({ length: 25 }, () => '/often')]) await (await fetch(origin + path)).text();
  await until(() => inFlight(registry) === '0');
  // The first, the eleventh and the twenty-first.
  assert.deepEqual(shown(registry, DURATION), ['GET /metrics/x 200 1', 'GET /often 200 30']);
});

test('a function may leave requests out', async (t) => {
  const registry = new Registry();
  measured(t, registry, { ...PATH, ignore: ({ headers }) => headers['user-agent'] === 'probe' });
  const { origin } = await serviceOf(t, (_request, response) => void response.end('x'));
  await (await fetch(`${origin}/a`, { headers: { 'user-agent': 'probe' } })).text();
  await (await fetch(`${origin}/a`)).text();
  await until(() => shown(registry, DURATION).length > 0);
  assert.deepEqual(shown(registry, DURATION), ['GET /a 200 1']);
});

test('the instance of a response is touched at one method, and no class of Node', async (t) => {
  const before = [createServer, Object.getOwnPropertyDescriptors((await import('node:http')).ServerResponse.prototype).writeHead?.value];
  const registry = new Registry();
  measured(t, registry);
  measured(t, registry, { names: 'opentelemetry' });
  const { origin } = await serviceOf(t, (_request, response) => {
    // As packages do it that set headers late.
    const { writeHead } = response;
    response.writeHead = function (this: ServerResponse, ...given: unknown[]) {
      this.setHeader('x-late', 'yes');
      return (writeHead as (...given: unknown[]) => ServerResponse).apply(this, given);
    } as ServerResponse['writeHead'];
    assert.equal(response.writeHead(201, 'Made', { 'x-own': '1' }), response);
    response.end();
  });
  const { status, statusText, headers } = await fetch(origin);
  assert.deepEqual([status, statusText, headers.get('x-late'), headers.get('x-own')], [201, 'Made', 'yes', '1']);
  assert.deepEqual([createServer, (await import('node:http')).ServerResponse.prototype.writeHead], before);
  for (const name of ['http_response_start_seconds_count', 'http_server_response_start_seconds_count']) await until(() => shown(registry, name).length === 1);
});

test('stop ends it at once, by hand or by using, and what was recorded stays', async (t) => {
  const registry = new Registry();
  const { listener, go } = controlled();
  const { server, origin } = await serviceOf(t, listener);
  const sockets: { listenerCount(event: string): number }[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  const metrics = httpServerMetrics(registry, PATH);
  await (await fetch(`${origin}/a`)).text();
  const listeners = sockets[0]!.listenerCount('close');
  const waiting = fetch(`${origin}/wait`);
  await until(() => inFlight(registry) === '1');
  metrics.stop();
  metrics.stop();
  assert.equal(inFlight(registry), '0');
  assert.equal(sockets[0]!.listenerCount('close'), listeners - 1);
  go();
  await (await waiting).text();
  await (await fetch(`${origin}/a`)).text();
  httpServerMetrics(registry, PATH)[Symbol.dispose]();
  await (await fetch(`${origin}/a`)).text();
  assert.deepEqual([shown(registry, DURATION), inFlight(registry)], [['GET /a 200 1'], '0']);
  const { hasSubscribers } = (await import('node:diagnostics_channel')).channel('http.server.request.start');
  assert.equal(hasSubscribers, false);
});

test('where two measure, each may be stopped amid a request without loss to the other', async (t) => {
  const { listener, go } = controlled();
  const { origin } = await serviceOf(t, listener);
  for (const stopped of [0, 1]) {
    const registries = [new Registry(), new Registry()] as const;
    const metrics = registries.map((registry) => httpServerMetrics(registry));
    const waiting = fetch(`${origin}/wait`);
    await until(() => registries.every((registry) => inFlight(registry) === '1'));
    metrics[stopped]!.stop();
    go();
    await (await waiting).text();
    const other = registries[1 - stopped]!;
    await until(() => inFlight(other) === '0');
    metrics[1 - stopped]!.stop();
    for (const name of ['http_request_duration_seconds', 'http_response_start_seconds', 'http_response_size_bytes']) {
      assert.deepEqual(registries.map((registry) => shown(registry, `${name}_count`).length), stopped === 0 ? [0, 1] : [1, 0], name);
    }
  }
});

test('a second call for a registry takes the place of the first: no request counts twice', async (t) => {
  const registry = new Registry();
  const first = httpServerMetrics(registry, PATH);
  measured(t, registry, { ...PATH, metrics: ['duration'] });
  first.stop();
  const other = new Registry();
  measured(t, other, PATH);
  const { origin } = await serviceOf(t, (_request, response) => void response.end('x'));
  await (await fetch(`${origin}/a`)).text();
  await until(() => shown(other, DURATION).length === 1);
  assert.deepEqual([shown(registry, DURATION), shown(other, DURATION)], [['GET /a 200 1'], ['GET /a 200 1']]);
  assert.throws(() => httpServerMetrics(registry, { buckets: [1] }), { code: 'ERR_DUPLICATE' });
  // The one before goes on.
  await (await fetch(`${origin}/a`)).text();
  await until(() => shown(other, DURATION)[0] === 'GET /a 200 2');
  assert.deepEqual(shown(registry, DURATION), ['GET /a 200 2']);
});

test('durations show the trace of the header traceparent, where that is sampled and well-formed', async (t) => {
  const registry = new Registry();
  measured(t, registry, { ...PATH, metrics: ['duration'], buckets: [10] });
  const { origin } = await serviceOf(t, (_request, response) => void response.end('x'));
  const id = '4bf92f3577b34da6a3ce929d0e0e4736';
  const headers: Readonly<Record<string, string>> = {
    '/sampled': `00-${id}-00f067aa0ba902b7-01`,
    '/later-version': `01-${id}-00f067aa0ba902b7-03-more`,
    '/not-sampled': `00-${id}-00f067aa0ba902b7-00`,
    '/upper-case': `00-${id.toUpperCase()}-00f067aa0ba902b7-01`,
    '/zero': `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    '/zero-span': `00-${id}-0000000000000000-01`,
    '/no-version': `ff-${id}-00f067aa0ba902b7-01`,
    '/more-in-version-0': `00-${id}-00f067aa0ba902b7-01-x`,
    '/short': `00-${id}-01`,
    '/quoted': `00-"} 1 # {x="y-00f067aa0ba902b7-01`,
  };
  for (const [path, traceparent] of Object.entries(headers)) await (await fetch(origin + path, { headers: { traceparent } })).text();
  await until(() => shown(registry, DURATION).length === Object.keys(headers).length);
  const exemplars = render(registry, openMetrics).split('\n').filter((line) => line.includes(' # ')).map((line) => line.replace(/ [\d.e-]+ [\d.]+$/, '').replace(/^.*route="([^"]*)".*# /, '$1 '));
  assert.deepEqual(exemplars, [`/sampled {trace_id="${id}",span_id="00f067aa0ba902b7"}`, `/later-version {trace_id="${id}",span_id="00f067aa0ba902b7"}`]);
});

test('durations show the span that is active where OpenTelemetry’s API is in use, before any header', async (t) => {
  const api = Symbol.for('opentelemetry.js.api.1');
  const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
  // As the API keeps its context manager.
  const context = { active: () => ({ getValue: (key: symbol) => (key === Symbol.for('OpenTelemetry Context Key SPAN') ? { spanContext: () => span } : undefined) }) };
  Object.assign(globalThis, { [api]: { version: '1.9.0', context } });
  t.after(() => void delete (globalThis as Record<symbol, unknown>)[api]);
  const registry = new Registry();
  measured(t, registry, { ...PATH, metrics: ['duration', 'responseStart'], buckets: [10] });
  const off = new Registry();
  measured(t, off, { ...PATH, exemplars: false });
  const { origin } = await serviceOf(t, (_request, response) => void response.end('x'));
  await (await fetch(`${origin}/a`, { headers: { traceparent: `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01` } })).text();
  await until(() => shown(registry, DURATION).length === 1 && shown(off, DURATION).length === 1);
  assert.match(render(registry, openMetrics), new RegExp(`# {trace_id="${'a'.repeat(32)}",span_id="${'b'.repeat(16)}"}`));
  assert.doesNotMatch(render(off, openMetrics), /trace_id/);
});

test('a process ends that measures and does nothing else', () => {
  const code = `
    import { Registry } from ${JSON.stringify(new URL('../lib/index.ts', import.meta.url).href)};
    import { httpClientMetrics, httpServerMetrics } from ${JSON.stringify(new URL('../lib/instrument.ts', import.meta.url).href)};
    httpServerMetrics(new Registry()); httpClientMetrics(new Registry()); console.log('ends');`;
  assert.equal(execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', code], { encoding: 'utf8' }), 'ends\n');
});
