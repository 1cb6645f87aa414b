// Where and how a server listens and ends: TLS and its certificates, socket files, closing within a limit, and
// leaving nothing behind. Ports and requests are in http.spec.ts.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { TLSSocket, connect as connectTls } from 'node:tls';

import { serve } from '../lib/http.ts';
import type { MetricsServer, ServeOptions } from '../lib/http.ts';
import { Counter, Gauge, Registry, render } from '../lib/index.ts';
import { testWith } from './programs.ts';
import { rawClient } from './raw-client.ts';

const host = '127.0.0.1';

function registryWith(value: number): Registry {
  const registry = new Registry({ onWarning: () => {} });
  registry.register(new Gauge({ name: 'size', help: '' })).set(value);
  return registry;
}

/** A folder that is removed when the test ends. */
function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'promlet-listening-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

interface Pair {
  readonly key: Buffer;
  readonly cert: Buffer;
}

function certificate(directory: string, name: string): Pair {
  const [key, cert] = [join(directory, `${name}.key`), join(directory, `${name}.pem`)];
  const form = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${name}`];
  execFileSync('openssl', [...form, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

/** What can be asked of a server in each way that it can be reached. */
interface Transport {
  readonly name: string;
  readonly programs: readonly string[];
  options(t: TestContext): ServeOptions;
  connect(server: MetricsServer): Socket;
}

const options = { host, port: 0 };

const TRANSPORTS: readonly Transport[] = [
  { name: 'plain HTTP', programs: [], options: () => options, connect: ({ port }) => connect(port, host) },
  {
    name: 'TLS',
    programs: ['openssl'],
    options: (t) => ({ ...options, https: certificate(folder(t), 'x') }),
    connect: ({ port }) => connectTls({ port, host, rejectUnauthorized: false }),
  },
  ...(process.platform === 'win32' ? [] : [
    { name: 'a Unix socket', programs: [], options: (t) => ({ socketPath: join(folder(t), 's') }), connect: ({ url }) => connect(url.slice('unix:'.length)) },
    {
      name: 'TLS on a Unix socket',
      programs: ['openssl'],
      options: (t) => ({ socketPath: join(folder(t), 's'), https: certificate(folder(t), 'x') }),
      connect: ({ url }) => connectTls({ path: url.slice('unix:'.length), rejectUnauthorized: false }),
    },
  ] satisfies readonly Transport[]),
];

/** All that comes until the other side ends the connection, which may be by a reset. */
async function readAll(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk)).on('error', () => {});
  await new Promise((resolve) => socket.once('close', resolve));
  return text;
}

/** Fails where something takes as long as what nobody ends: a limit, not a wait. */
async function beforeLong(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('not over after 20 seconds')), 20_000);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const get = (path: string, ...headers: readonly string[]): string => `GET ${path} HTTP/1.1\r\n${['Host: x', ...headers].join('\r\n')}\r\n\r\n`;

/** What a scrape over TLS gets, and whose certificate it saw. */
async function askTls(port: number): Promise<{ name: string; reply: string }> {
  const socket = connectTls({ port, host, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const name = String(socket.getPeerCertificate().subject.CN);
  socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  let reply = '';
  for await (const chunk of socket.setEncoding('utf8')) reply += chunk as string;
  return { name, reply };
}

testWith(['openssl'], 'serves over TLS, and a reload takes up a new certificate', async (t) => {
  const directory = folder(t);
  let current = certificate(directory, 'first');
  const server = await serve(registryWith(1), { port: 0, host, selfMetrics: false, https: async () => current });
  t.after(() => server.close());
  assert.equal(server.url, `https://127.0.0.1:${server.port}`);
  const { name, reply } = await askTls(server.port);
  assert.equal(name, 'first');
  assert.ok(reply.endsWith(render(registryWith(1))));
  current = certificate(directory, 'second');
  assert.equal((await askTls(server.port)).name, 'first');
  await server.reload();
  assert.equal((await askTls(server.port)).name, 'second');
  current = { key: Buffer.from('no key'), cert: current.cert };
  await assert.rejects(server.reload());
  assert.equal((await askTls(server.port)).name, 'second');
});

/** What is no certificate, by what it is. */
function noCertificates({ key, cert }: Pair, another: Pair): Readonly<Record<string, unknown>> {
  return {
    'nothing': undefined,
    'null': null,
    'a string': key.toString(),
    'a file': cert,
    'no key and no certificate': {},
    'no key': { cert },
    'no certificate': { key },
    'an empty certificate': { key, cert: Buffer.alloc(0) },
    'an empty certificate as a string': { key, cert: '' },
    'an empty key': { key: Buffer.alloc(0), cert },
    'an empty key as a string': { key: '', cert },
    'an empty list': { key: [], cert: [] },
    'an empty certificate in a list': { key: [key], cert: [cert, ''] },
    'an empty archive': { pfx: '' },
    'a certificate that is none': { key, cert: 'hello' },
    'half a certificate': { key, cert: cert.subarray(0, cert.length / 2) },
    'the key of another': { key: another.key, cert },
  };
}

testWith(['openssl'], 'what is no certificate is refused at the start and by a reload, shows nothing of a key, and the old one stays', async (t) => {
  const good = certificate(folder(t), 'good');
  let current: unknown = good;
  const server = await serve(registryWith(1), { port: 0, host, https: () => current as object });
  t.after(() => server.close());
  for (const [what, none] of Object.entries(noCertificates(good, certificate(folder(t), 'other')))) {
    current = none;
    const isRefused = (error: Error): boolean => !/BEGIN|PRIVATE/.test(error.message) || assert.fail(error.message);
    await assert.rejects(server.reload(), isRefused, what);
    assert.equal((await askTls(server.port)).name, 'good', what);
    await assert.rejects(serve(registryWith(1), { port: 0, host, https: () => none as object }), isRefused, what);
    if (none !== undefined) await assert.rejects(serve(registryWith(1), { port: 0, host, https: none as object }), isRefused, what);
  }
  current = good;
  await server.reload();
});

testWith(['openssl'], 'where TLS is missing something, the error says what', async (t) => {
  const { key, cert } = certificate(folder(t), 'x');
  for (const [https, message] of [
    [() => undefined, 'https: expected an object with key and cert, got undefined'],
    [null, 'https: expected an object with key and cert, got null'],
    [false, 'https: expected an object with key and cert, got false'],
    [() => key.toString(), 'https: expected an object with key and cert, got a string'],
    [{ key, cert: '' }, 'https: cert: expected what is not empty, got ""'],
    [{ cert }, 'https: expected an object with key and cert, or with pfx, got an object with the keys ["cert"]'],
  ] as const) {
    await assert.rejects(serve(registryWith(1), { port: 0, host, https: https as object }), { code: 'ERR_OPTION', message });
  }
});

testWith(['openssl'], 'of two reloads, the later one counts, however long the earlier takes', async (t) => {
  const directory = folder(t);
  const answers = [['first', 0], ['second', 5], ['third', 0]] as const;
  let calls = 0;
  const https = async (): Promise<object> => {
    const [name, turns] = answers[calls++]!;
    for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
    return certificate(directory, name);
  };
  const server = await serve(registryWith(1), { port: 0, host, https });
  t.after(() => server.close());
  await Promise.all([server.reload(), server.reload()]);
  assert.equal((await askTls(server.port)).name, 'third');
});

testWith(['openssl'], 'a large body over TLS is encrypted in pieces, and the event loop runs in between', async (t) => {
  const registry = large();
  const server = await serve(registry, { port: 0, host, selfMetrics: false, https: certificate(folder(t), 'x'), maxPauseMs: Infinity });
  t.after(() => server.close());
  // What is written between two turns of the event loop.
  let [now, most] = [0, 0];
  const write = TLSSocket.prototype.write;
  t.mock.method(TLSSocket.prototype, 'write', function (this: TLSSocket, ...args: Parameters<typeof write>) {
    if (!(this as { isClient?: boolean }).isClient) most = Math.max(most, (now += Number((args[0] as Uint8Array).length)));
    return write.apply(this, args);
  });
  let isOver = false;
  const turns = (async () => {
    for (; !isOver; now = 0) await new Promise((resolve) => setImmediate(resolve));
  })();
  const { reply } = await askTls(server.port);
  isOver = true;
  await turns;
  assert.ok(reply.endsWith(render(registry)));
  assert.ok(reply.length > 5_000_000);
  assert.ok(most > 0 && most < 1_000_000, `${most} bytes in one turn`);
});

testWith(['openssl'], 'over TLS, `close` ends what is idle at once, and lets a running request end', async (t) => {
  const registry = registryWith(1);
  let begun = (): void => {};
  let release = (): void => {};
  const started = new Promise<void>((resolve) => (begun = resolve));
  registry.register({ collect: () => [], refresh: () => new Promise<void>((resolve) => { begun(); release = resolve; }) });
  const server = await serve(registry, { port: 0, host, https: certificate(folder(t), 'x') });
  const [silent, idle] = [connect(server.port, host), connectTls({ port: server.port, host, rejectUnauthorized: false })];
  await Promise.all([once(silent, 'connect'), once(idle, 'secureConnect')]);
  const ended = [silent, idle].map((socket) => once(socket.on('error', () => {}).resume(), 'close'));
  const running = askTls(server.port);
  await started;
  const closed = server.close(60_000);
  await Promise.all(ended);
  release();
  assert.match((await running).reply, /^HTTP\/1.1 200/);
  await closed;
});

testWith(['openssl'], 'plain HTTP to a server over TLS gets nothing, and the server goes on', async (t) => {
  const server = await serve(registryWith(1), { port: 0, host, https: certificate(folder(t), 'x') });
  t.after(() => server.close());
  const client = await rawClient(server.port);
  client.send('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
  assert.doesNotMatch(await client.ended, /size/);
  assert.match((await askTls(server.port)).reply, /size 1/);
});

const onSockets = { skip: process.platform === 'win32' };

function askSocket(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path: '/metrics', agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk)).on('end', () => resolve(body));
    }).on('error', reject).end();
  });
}

test('listens on a socket file, and takes it away at the end', onSockets, async (t) => {
  const socketPath = join(folder(t), 'metrics.sock');
  const server = await serve(registryWith(2), { socketPath, selfMetrics: false });
  assert.deepEqual([server.url, server.port], [`unix:${socketPath}`, 0]);
  assert.equal(await askSocket(socketPath), render(registryWith(2)));
  await assert.rejects(serve(registryWith(3), { socketPath }), { code: 'EADDRINUSE', message: `${socketPath} is in use by another program; pass another; processes and threads of one service share it through promlet/cluster` });
  assert.match(await askSocket(socketPath), /size 2/);
  await server.close();
  assert.equal(existsSync(socketPath), false);
});

test('a socket file that a dead process has left is replaced', onSockets, async (t) => {
  const socketPath = join(folder(t), 'metrics.sock');
  const child = spawn(process.execPath, ['-e', `require('node:net').createServer().listen(${JSON.stringify(socketPath)}, () => console.log('up'))`]);
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(existsSync(socketPath), true);
  const server = await serve(registryWith(4), { socketPath });
  assert.match(await askSocket(socketPath), /size 4/);
  await server.close();
});

test('a file that is no socket is left alone', onSockets, async (t) => {
  const directory = folder(t);
  await assert.rejects(serve(registryWith(1), { socketPath: directory }), { code: 'EADDRINUSE' });
  await assert.rejects(serve(registryWith(1), { socketPath: join(directory, 'a', 'b') }), (error: Error) => error.message.includes('cannot be listened on') || error.message.includes('needs rights'));
  assert.equal(existsSync(directory), true);
});

test('`close` ends what still runs at its limit', async () => {
  const registry = registryWith(1);
  let begun = (): void => {};
  const started = new Promise<void>((resolve) => (begun = resolve));
  const aborted = new Promise<void>((resolve) => {
    registry.register({ collect: () => [], refresh: ({ signal }) => new Promise<void>(() => { begun(); signal.addEventListener('abort', () => resolve()); }) });
  });
  const server = await serve(registry, { port: 0, host });
  const client = await rawClient(server.port);
  client.send('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
  await started;
  await server.close(10);
  assert.equal(await client.ended, '');
  await aborted;
});

test('is closed where its scope ends', async () => {
  const server = await serve(registryWith(1), { port: 0, host });
  await server[Symbol.asyncDispose]();
  await assert.rejects(fetch(server.url));
});

test('with `unref` the process ends where nothing else runs, and without it goes on', async () => {
  const code = (unref: boolean): string => `
    import { Registry } from ${JSON.stringify(new URL('../lib/index.ts', import.meta.url).href)};
    import { serve } from ${JSON.stringify(new URL('../lib/http.ts', import.meta.url).href)};
    const server = await serve(new Registry(), { port: 0, host: '127.0.0.1', unref: ${unref} });
    await (await fetch(server.url)).text();
    console.log(server.url);`;
  const flags = process.execArgv.filter((flag) => !flag.startsWith('--test'));
  const ended = spawn(process.execPath, [...flags, '--input-type=module', '-e', code(true)]);
  const [exit] = (await once(ended, 'exit')) as [number];
  assert.equal(exit, 0);
  const running = spawn(process.execPath, [...flags, '--input-type=module', '-e', code(false)]);
  const [url] = (await once(running.stdout, 'data')) as [Buffer];
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal((await fetch(String(url).trim())).status, 200);
  running.kill('SIGKILL');
});

test('starting and stopping a thousand times leaves nothing behind', async () => {
  const registry = registryWith(1);
  const left = (): { files: number; handles: number } => ({
    files: existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0,
    handles: process.getActiveResourcesInfo().filter((kind) => /^TCP|Timeout/.test(kind)).length,
  });
  const round = async (i: number): Promise<void> => {
    const server = await serve(registry, { port: 0, host });
    const clients = i % 10 === 0 ? [await rawClient(server.port)] : [];
    await server.close();
    await Promise.all(clients.map(({ ended }) => ended));
  };
  const before = left();
  for (let i = 0; i < 1_000; i++) await round(i);
  // Handles are closed at the end of a turn of the event loop, and the connections of clients when the system says so.
  let after = left();
  const isMore = (): boolean => after.files > before.files || after.handles > before.handles;
  for (let i = 0; i < 1_000 && isMore(); i++, after = left()) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.ok(!isMore(), JSON.stringify({ before, after }));
});

// In each way that a server can be reached

let made: Registry | undefined;

/** A registry that takes more than the system's buffers do. */
function large(): Registry {
  if (made !== undefined) return made;
  made = registryWith(7);
  const counter = made.register(new Counter({ name: 'c_total', help: '', labelNames: ['i'], maxSeries: Infinity }));
  for (let i = 0; i < 15_000; i++) counter.inc({ i: `${'x'.repeat(1_000)}${i}` });
  return made;
}

/** Lets 100 milliseconds pass at once, where the clock is mocked. */
async function timePasses(t: TestContext): Promise<void> {
  // What came together is under way by then.
  await new Promise((resolve) => setImmediate(resolve));
  t.mock.timers.tick(100);
}

for (const { name, programs, options, connect: connected } of TRANSPORTS) {
  const over = (title: string, run: (t: TestContext) => Promise<void>): void => testWith(programs, `over ${name}, ${title}`, run);

  over('a scrape that takes longer than readers may is answered, and so is one that waits behind it', async (t) => {
    const registry = registryWith(7);
    registry.register(new Gauge({ name: 'slow', help: '', collect: () => timePasses(t) }));
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const server = await serve(registry, { ...options(t), sendTimeoutMs: 20, receiveTimeoutMs: 60_000 });
    t.after(() => server.close());
    const socket = connected(server);
    socket.write(get('/metrics') + get('/-/healthy') + get('/metrics?name[]=size', 'Connection: close'));
    const reply = await readAll(socket);
    assert.deepEqual(reply.match(/(?<=HTTP\/1.1 )\d+/g), ['200', '200', '200']);
    assert.match(reply, /^slow 0$/m);
  });

  over('who decides slowly on readiness and on who may see is waited for', async (t) => {
    const slowly = async (): Promise<boolean> => {
      await timePasses(t);
      return true;
    };
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const server = await serve(registryWith(7), { ...options(t), sendTimeoutMs: 20, isReady: slowly, authenticate: slowly });
    t.after(() => server.close());
    for (const path of ['/-/ready', '/metrics']) {
      const socket = connected(server);
      socket.write(get(path, 'Connection: close'));
      assert.match(await readAll(socket), /^HTTP\/1.1 200 /);
    }
  });

  over('a request may have the whole URL', async (t) => {
    const server = await serve(registryWith(7), options(t));
    t.after(() => server.close());
    for (const [target, status, body] of [
      ['http://example.org/metrics?name[]=size', 200, /\r\n\r\n# TYPE size gauge\nsize 7\n$/],
      ['HTTP://example.org:80/-/healthy', 200, /OK\n$/],
      ['http://example.org', 200, /<title>/],
      ['http://example.org/nowhere', 404, /Not found/],
    ] as const) {
      const socket = connected(server);
      socket.write(get(target, 'Connection: close'));
      const reply = await readAll(socket);
      assert.match(reply, new RegExp(`^HTTP/1.1 ${status} `), target);
      assert.match(reply, body);
    }
  });

  over('a reader that does not read is cut off by time, and the next is served', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const server = await serve(large(), { ...options(t), sendTimeoutMs: 1 });
    t.after(() => server.close());
    const socket = connected(server);
    socket.write(get('/metrics', 'Connection: close'));
    await once(socket, 'readable');
    t.mock.timers.tick(1);
    const reply = await readAll(socket);
    const length = Number(/Content-Length: (\d+)/.exec(reply)![1]);
    assert.ok(reply.length < length, `${reply.length} of ${length} bytes`);
    const next = connected(server);
    next.write(get('/metrics?name[]=size', 'Connection: close'));
    assert.match(await readAll(next), /^size 7$/m);
  });

  over('`close` ends at once what is idle, has sent half, or has not shaken hands, however many there are', async (t) => {
    const server = await serve(registryWith(7), { ...options(t), receiveTimeoutMs: Infinity });
    const idle = [connected(server), connected(server)];
    idle[1]!.write('GET /metrics HTTP/1.1\r\nHost:');
    const silent = Array.from({ length: 3 }, () => (server.port === 0 ? connect(server.url.slice('unix:'.length)) : connect(server.port, host)));
    silent[2]!.write('\x16\x03\x01');
    // Once a later connection was answered, the server has seen the ones before.
    const last = connected(server);
    last.write(get('/metrics', 'Connection: close'));
    assert.match(await readAll(last), /^size 7$/m);
    const ended = [...idle, ...silent].map(readAll);
    await beforeLong(server.close(Infinity));
    await Promise.all(ended);
  });

  over('`close` ends handshakes at once while a request still runs, and that at the limit', async (t) => {
    const registry = registryWith(7);
    let begun = (): void => {};
    const started = new Promise<void>((resolve) => (begun = resolve));
    registry.register({ collect: () => [], refresh: () => new Promise<void>(() => begun()) });
    const server = await serve(registry, { ...options(t), deadlineMs: Infinity, receiveTimeoutMs: Infinity });
    const running = connected(server);
    const read = readAll(running);
    running.write(get('/metrics'));
    await started;
    const silent = Array.from({ length: 2 }, () => (server.port === 0 ? connect(server.url.slice('unix:'.length)) : connect(server.port, host)));
    await Promise.all(silent.map((socket) => once(socket, 'connect')));
    const ended = Promise.all(silent.map(readAll));
    const closed = server.close(Infinity);
    await beforeLong(ended);
    await beforeLong(Promise.all([server.close(0), closed]));
    assert.equal(await read, '');
  });
}
