// Servers of several processes: those that start at one moment, those of a cluster, and those that end while a
// scrape is under way. Real processes, since the promises are about those.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { connect as connectTls } from 'node:tls';

import { testWith } from './programs.ts';

const flags = process.execArgv.filter((flag) => !flag.startsWith('--test'));
const library = ['index', 'http'].map((name) => new URL(`../lib/${name}.ts`, import.meta.url).href);
const IMPORTS = `
  import { Gauge, Registry } from ${JSON.stringify(library[0])};
  import { serve } from ${JSON.stringify(library[1])};`;

/** A process that runs the code, and is ended with the test at the latest. */
function program(t: TestContext, code: string): ChildProcess {
  const child = spawn(process.execPath, [...flags, '--input-type=module', '-e', `${IMPORTS}${code}`], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

/** The next lines that the process prints, one at a time. */
function lines({ stdout }: ChildProcess): () => Promise<string> {
  let text = '';
  stdout!.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return async () => {
    for (;;) {
      const end = text.indexOf('\n');
      if (end >= 0) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        return line;
      }
      await once(stdout!, 'data');
    }
  };
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'promlet-starting-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

const onSockets = { skip: process.platform === 'win32' };

/** A socket file that nobody listens on any more, as a killed process leaves it. */
async function leaveSocket(path: string): Promise<void> {
  const server = createServer().listen(`${path}.live`);
  await once(server, 'listening');
  // What is closed takes the file of that name away.
  renameSync(`${path}.live`, path);
  await new Promise((resolve) => server.close(resolve));
  assert.equal(existsSync(path), true);
}

test('of several processes that start at once on a socket file that was left, exactly one serves', onSockets, async (t) => {
  const directory = folder(t);
  const code = `
    import { createInterface } from 'node:readline';
    const servers = [];
    console.log('ready');
    for await (const line of createInterface({ input: process.stdin })) {
      const [name, socketPath] = JSON.parse(line);
      const registry = new Registry();
      registry.register(new Gauge({ name, help: '' }));
      try {
        servers.push(await serve(registry, { socketPath, selfMetrics: false }));
        console.log('serves');
      } catch (error) {
        console.log(JSON.stringify([error.code, error.message]));
      }
    }`;
  const names = ['one', 'two', 'three'];
  const children = names.map(() => program(t, code));
  const readers = children.map(lines);
  await Promise.all(readers.map((next) => next()));
  for (let round = 0; round < 8; round++) {
    const path = join(directory, `${round}.sock`);
    await leaveSocket(path);
    children.forEach((child, i) => child.stdin!.write(`${JSON.stringify([names[i], path])}\n`));
    const outcomes = await Promise.all(readers.map((next) => next()));
    const winner = outcomes.indexOf('serves');
    const taken = JSON.stringify(['EADDRINUSE', `${path} is in use by another program; pass another; processes and threads of one service share it through promlet/cluster`]);
    assert.deepEqual(outcomes.map((outcome, i) => (i === winner ? 'serves' : outcome)), names.map((_, i) => (i === winner ? 'serves' : taken)));
    assert.match(await scrape({ path }), new RegExp(`\r\n\r\n# TYPE ${names[winner]} gauge\n`));
  }
  // Nothing is left beside the files of the servers.
  assert.deepEqual(readdirSync(directory).sort(), Array.from({ length: 8 }, (_, round) => `${round}.sock`));
});

test('a lock that a killed process has left keeps nobody from starting', onSockets, async (t) => {
  const path = join(folder(t), 's.sock');
  await leaveSocket(path);
  writeFileSync(`${path}.lock`, '');
  const child = program(t, `
    import { utimesSync } from 'node:fs';
    utimesSync(${JSON.stringify(`${path}.lock`)}, 0, 0);
    const server = await serve(new Registry(), { socketPath: ${JSON.stringify(path)} });
    console.log(server.url);`);
  assert.equal(await lines(child)(), `unix:${path}`);
  assert.equal(existsSync(`${path}.lock`), false);
});

/** What a server answers. */
function scrape(place: { path: string } | { port: number; host: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(place, () => socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'));
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => resolve(text)).on('error', reject);
  });
}

const CLUSTER = `
  import cluster from 'node:cluster';
  import { writeFileSync } from 'node:fs';
  import { connect } from 'node:net';
  import { once } from 'node:events';
  const host = '127.0.0.1';
  const outcome = async (options) => {
    const registry = new Registry();
    registry.register(new Gauge({ name: 'worker', help: '' })).set(cluster.worker?.id ?? 0);
    try {
      const { port, url } = await serve(registry, { host, selfMetrics: false, ...options });
      return { port, url };
    } catch (error) {
      return { code: error.code, message: error.message };
    }
  };`;

test('workers of a cluster share neither port nor socket file, are told what to do instead, and each show their own metrics', onSockets, async (t) => {
  const directory = folder(t);
  const [file, socketPath] = [join(directory, 'cluster.mjs'), join(directory, 's.sock')];
  writeFileSync(file, `${IMPORTS}${CLUSTER}
    if (cluster.isPrimary) {
      const ask = async (worker, options) => {
        worker.send(options);
        return (await once(worker, 'message'))[0];
      };
      const workers = [cluster.fork(), cluster.fork()];
      // A message that comes before the worker listens is lost.
      await Promise.all(workers.map((worker) => once(worker, 'message')));
      const first = await ask(workers[0], { port: 0 });
      const second = await ask(workers[1], { port: first.port });
      const primary = await outcome({ port: first.port });
      const other = await ask(workers[1], { port: 0 });
      const shown = [];
      for (let i = 0; i < 6; i++) shown.push((await (await fetch([first, other][i % 2].url + '/metrics')).text()).split('\\n')[1]);
      const sockets = [await ask(workers[0], { socketPath: process.env.SOCKET }), await ask(workers[1], { socketPath: process.env.SOCKET })];
      console.log(JSON.stringify({ first, second, primary, other, shown, sockets }));
      for (const worker of workers) worker.kill();
      process.exit();
    } else {
      process.on('message', async (options) => process.send(await outcome(options)));
      process.send('ready');
    }`);
  const child = spawn(process.execPath, [...flags, file], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, SOCKET: socketPath } });
  t.after(() => child.kill('SIGKILL'));
  const { first, second, primary, other, shown, sockets } = JSON.parse(await lines(child)()) as Record<'first' | 'other', { port: number }> & Record<'second' | 'primary' | 'shown' | 'sockets', unknown>;
  const next = first.port < 65_535 ? first.port + 1 : first.port - 1;
  const share = '; processes and threads of one service share it through promlet/cluster';
  const taken = { code: 'EADDRINUSE', message: `port ${first.port} of 127.0.0.1 is in use by another program; pass another, for example { port: ${next} }${share}` };
  assert.deepEqual(second, taken);
  assert.deepEqual(primary, taken);
  assert.notEqual(other.port, first.port);
  assert.deepEqual(shown, ['worker 1', 'worker 2', 'worker 1', 'worker 2', 'worker 1', 'worker 2']);
  assert.deepEqual(sockets, [{ port: 0, url: `unix:${socketPath}` }, { code: 'EADDRINUSE', message: `${socketPath} is in use by another program; pass another${share}` }]);
});

for (const isTls of [false, true]) {
  testWith(isTls ? ['openssl'] : [], `with \`unref\`${isTls ? ' and TLS' : ''}, requests that wait for collectors, for who may see and for readiness do not keep the process`, async (t) => {
    const [key, cert] = isTls ? certificate(folder(t)) : [];
    const child = program(t, `
      const never = () => { console.log('asked'); return new Promise(() => {}); };
      const registry = () => {
        const registry = new Registry();
        registry.register(new Gauge({ name: 'slow', help: '', collect: never }));
        return registry;
      };
      const https = ${JSON.stringify(key)} && { key: ${JSON.stringify(key)}, cert: ${JSON.stringify(cert)} };
      const options = { port: 0, host: '127.0.0.1', unref: true, deadlineMs: 3_600_000, sendTimeoutMs: 3_600_000, https };
      const servers = await Promise.all([
        serve(registry(), options),
        serve(registry(), { ...options, deadlineMs: Infinity }),
        serve(registry(), { ...options, authenticate: never }),
        serve(registry(), { ...options, isReady: never }),
      ]);
      console.log(JSON.stringify(servers.map(({ port }) => port)));
      process.stdin.resume().once('end', () => process.stdin.destroy());`);
    const exited = once(child, 'exit');
    const next = lines(child);
    const ports = JSON.parse(await next()) as number[];
    const requests = [
      'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET /metrics HTTP/1.1\r\nHost: x\r\nX-Prometheus-Scrape-Timeout-Seconds: 3600\r\n\r\n',
      'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET /-/ready HTTP/1.1\r\nHost: x\r\n\r\n',
    ];
    for (const [i, port] of ports.entries()) {
      const socket = isTls ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }) : connect(port, '127.0.0.1');
      t.after(() => socket.destroy());
      socket.on('error', () => {}).write(requests[i]!);
      assert.equal(await next(), 'asked');
    }
    // Until now its input has kept it.
    child.stdin!.end();
    assert.deepEqual(await exited, [0, null]);
  });
}

function certificate(directory: string): [key: string, cert: string] {
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const form = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=x'];
  execFileSync('openssl', [...form, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return [readFileSync(key, 'utf8'), readFileSync(cert, 'utf8')];
}
