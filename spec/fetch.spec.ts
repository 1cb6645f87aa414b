// The handler for servers whose requests and responses are those of `fetch`.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { fetchHandler } from '../lib/fetch.ts';
import { metricsHandler } from '../lib/http.ts';
import { Counter, Gauge, Registry, render } from '../lib/index.ts';

function registryWith(count: number): Registry {
  const registry = new Registry({ onWarning: () => {} });
  const counter = registry.register(new Counter({ name: 'c_total', help: 'Größe.', labelNames: ['i'], maxSeries: 50_000 }));
  for (let i = 0; i < count; i++) counter.inc({ i });
  return registry;
}

const url = 'http://localhost/metrics';

test('a scrape has the bytes of `render`', async () => {
  const registry = registryWith(3);
  const response = await fetchHandler(registry)(new Request(url));
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  assert.equal(response.headers.get('content-length'), String(Buffer.byteLength(render(registry))));
  assert.equal(await response.text(), render(registry));
});

test('it answers as the handler for `node:http` does', async (t) => {
  const registry = registryWith(3);
  const server = createServer(metricsHandler(registry)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => void server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const handler = fetchHandler(registry);
  const asked = [['GET', '/'], ['HEAD', '/metrics'], ['POST', '/metrics'], ['GET', '/internal/metrics/?x'], ['GET', '/-/healthy'], ['GET', '/metrics?name[]=x'], ['GET', `/metrics?${'x'.repeat(5000)}`]];
  for (const [method, path] of asked) {
    const answers = await Promise.all([fetch(origin + path, { method: method! }), handler(new Request(origin + path, { method: method! }))]);
    const seen = await Promise.all(answers.map(async (answer) => {
      const headers = new Headers(answer.headers);
      for (const name of ['connection', 'date', 'keep-alive']) headers.delete(name);
      return { status: answer.status, headers: [...headers], body: await answer.text() };
    }));
    assert.deepEqual(seen[1], seen[0]);
  }
});

test('compresses for those who accept it', async () => {
  const registry = registryWith(100);
  const response = await fetchHandler(registry)(new Request(url, { headers: { 'accept-encoding': 'gzip' } }));
  const body = Buffer.from(await response.arrayBuffer());
  assert.deepEqual([response.headers.get('content-encoding'), response.headers.get('content-length')], ['gzip', String(body.length)]);
  assert.equal(gunzipSync(body).toString(), render(registry));
});

test('a request that is aborted stops the work', async () => {
  const registry = registryWith(1);
  const told = new Promise<void>((resolve) => {
    registry.register(new Gauge({ name: 'g', help: '', collect: (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => {
      resolve();
      reject(signal.reason as Error);
    })) }));
  });
  const gone = new AbortController();
  const answer = fetchHandler(registry)(new Request(url, { signal: gone.signal }));
  gone.abort();
  await told;
  assert.equal((await answer).status, 500);
});

test('a long scrape gives way and is whole', async () => {
  const registry = registryWith(50_000);
  const response = await fetchHandler(registry, { maxPauseMs: 0 })(new Request(url));
  assert.equal(await response.text(), render(registry));
});

test('a request’s signal is not looked at where nobody needs it, and in Deno, which warns of that, never', async (t) => {
  let looks = 0;
  const requested = (): Request => Object.defineProperty(new Request(url), 'signal', { get: () => { looks++; return new AbortController().signal; } });
  const plain = registryWith(1);
  const hooked = registryWith(1);
  hooked.register(new Gauge({ name: 'g', help: '', collect: () => new Promise((resolve) => setImmediate(resolve)) }));
  assert.equal((await fetchHandler(plain)(requested())).status, 200);
  assert.equal(looks, 0);
  assert.equal((await fetchHandler(hooked)(requested())).status, 200);
  assert.equal(looks, 1);
  Object.assign(globalThis, { Deno: {} });
  t.after(() => delete (globalThis as { Deno?: object }).Deno);
  assert.equal((await fetchHandler(hooked)(requested())).status, 200);
  assert.equal(looks, 1);
});

test('memory is given back once a response has its body: scrape after scrape stands in the same', async (t) => {
  // More than is copied, so that it is lent.
  const registry = registryWith(20_000);
  const lent = new Set<ArrayBufferLike>();
  const encodeInto = TextEncoder.prototype.encodeInto;
  t.mock.method(TextEncoder.prototype, 'encodeInto', function (this: unknown, text: string, into: Uint8Array) {
    lent.add(into.buffer);
    return encodeInto.call(this, text, into);
  });
  const handler = fetchHandler(registry);
  const headers: readonly Record<string, string>[] = [{}, { 'accept-encoding': 'gzip' }];
  const scrape = async (method: string, i: number): Promise<string> => (await handler(new Request(url, { method, headers: headers[i]! }))).text();
  const shown = await scrape('GET', 0);
  const count = lent.size;
  assert.ok(count > 0);
  for (let round = 0; round < 5; round++) {
    assert.equal(await scrape('GET', 0), shown);
    assert.equal(await scrape('HEAD', 0), '');
    await scrape('GET', 1);
  }
  assert.equal(lent.size, count);
});

test('an answer keeps its bytes when the memory behind it is used again', async () => {
  const registry = registryWith(20_000);
  const handler = fetchHandler(registry);
  const first = await handler(new Request(url));
  const shown = render(registry);
  (registry.get('c_total') as Counter<'i'>).inc({ i: 0 }, 1e9);
  await (await handler(new Request(url))).text();
  assert.equal(await first.text(), shown);
});
