// The routes of a server of promlet's own, without a socket: where the metrics are, the page, health, and the rest.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Gauge, Registry, render } from '../lib/index.ts';
import type { Collector } from '../lib/index.ts';
import type { Answer } from '../lib/scraping/answer.ts';
import type { AnswerOptions } from '../lib/scraping/handler.ts';
import { targetOf } from '../lib/scraping/request.ts';
import { routes } from '../lib/scraping/routes.ts';
import type { RouteOptions } from '../lib/scraping/routes.ts';

const noPause = { giveWay: (): Promise<void> => Promise.resolve() };

async function ask(source: Collector, method: string, target: string, options?: AnswerOptions & RouteOptions): Promise<Answer> {
  return routes(source, noPause, options)({ method, target, headers: {}, signal: new AbortController().signal });
}

function bodyOf({ body }: Answer): string {
  return Buffer.concat(body).toString();
}

function registryWith(help: string): Registry {
  const registry = new Registry();
  registry.register(new Gauge({ name: 'g', help })).set(1);
  return registry;
}

test('HEAD has the headers of GET and no body, wherever it goes', async () => {
  const registry = registryWith('');
  for (const target of ['/metrics', '/', '/nowhere', '/-/ready']) {
    const [get, head] = [await ask(registry, 'GET', target), await ask(registry, 'HEAD', target)];
    assert.deepEqual({ ...head, giveBack: undefined }, { ...get, body: [], giveBack: undefined });
    assert.ok(Number(head.headers['Content-Length']) > 0);
  }
});

test('a query does not change where the metrics are', async () => {
  assert.equal((await ask(registryWith(''), 'GET', '/metrics?debug=1&x=/')).status, 200);
  assert.equal((await ask(registryWith(''), 'GET', '/?x=/metrics')).headers['Content-Type'], 'text/html; charset=utf-8');
});

for (const target of ['/nowhere', '/metrics/', '/Metrics', '//metrics', '', '*', '/metrics%20', '/%6detrics', 'metrics', '/../metrics']) {
  test(`the target "${target}" is not found, and the answer says where the metrics are`, async () => {
    const found = await ask(registryWith(''), 'GET', target);
    assert.equal(found.status, 404);
    assert.equal(found.headers['Content-Type'], 'text/plain; charset=utf-8');
    assert.equal(bodyOf(found), 'Not found. The metrics are at /metrics\n');
  });
}

for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'get', '']) {
  test(`the method "${method}" is not allowed`, async () => {
    for (const target of ['/metrics', '/']) {
      const found = await ask(registryWith(''), method, target);
      assert.equal(found.status, 405);
      assert.equal(found.headers['Allow'], 'GET, HEAD');
      assert.equal(bodyOf(found), 'Only GET and HEAD\n');
    }
    assert.equal((await ask(registryWith(''), method, '/nowhere')).status, 404);
  });
}

test('a small page at / says what this is and links to the metrics', async () => {
  const found = await ask(registryWith(''), 'GET', '/', { title: 'Skill metrics' });
  assert.equal(found.status, 200);
  assert.equal(found.headers['Content-Type'], 'text/html; charset=utf-8');
  assert.match(bodyOf(found), /<title>Skill metrics<\/title>/);
  assert.match(bodyOf(found), /Prometheus exporter.*<a href="\/metrics">\/metrics<\/a>/s);
});

test('title and path are escaped on the page', async () => {
  const page = bodyOf(await ask(registryWith(''), 'GET', '/', { title: '<script>"&\'', path: '/"><b>' }));
  assert.ok(page.includes('<h1>&lt;script&gt;&quot;&amp;&#39;</h1>'));
  assert.ok(page.includes('<a href="/&quot;&gt;&lt;b&gt;">/&quot;&gt;&lt;b&gt;</a>'));
  assert.ok(!page.includes('<script>') && !page.includes('<b>'));
});

test('the metrics can be at another path, also at / itself', async () => {
  const registry = registryWith('');
  assert.equal(bodyOf(await ask(registry, 'GET', '/internal', { path: '/internal' })), render(registry));
  assert.equal(bodyOf(await ask(registry, 'GET', '/metrics', { path: '/internal' })), 'Not found. The metrics are at /internal\n');
  assert.equal(bodyOf(await ask(registry, 'GET', '/', { path: '/' })), render(registry));
});

test('what is not a scrape refreshes nothing', async () => {
  let calls = 0;
  const registry = new Registry();
  registry.register({ collect: () => [], refresh: () => { calls++; } });
  for (const [method, target] of [['GET', '/'], ['GET', '/nowhere'], ['POST', '/metrics']] as const) await ask(registry, method, target);
  assert.equal(calls, 0);
});

// Health

test('`/-/healthy` says that the process answers, and `/-/ready` what the host says', async () => {
  const checks: readonly (readonly [isReady: RouteOptions['isReady'], status: number])[] = [
    [undefined, 200],
    [() => true, 200],
    [async () => true, 200],
    [() => false, 503],
    [() => 'yes' as unknown as boolean, 503],
    [() => { throw new Error('secret'); }, 503],
    [() => Promise.reject(new Error('secret')), 503],
    [() => new Promise(() => {}), 503],
  ];
  for (const [isReady, status] of checks) {
    const options = { deadlineMs: 10, ...(isReady && { isReady }) };
    const ready = await ask(registryWith(''), 'GET', '/-/ready', options);
    assert.deepEqual([ready.status, bodyOf(ready)], [status, status === 200 ? 'OK\n' : 'Not ready\n']);
    const healthy = await ask(registryWith(''), 'GET', '/-/healthy', options);
    assert.deepEqual([healthy.status, bodyOf(healthy)], [200, 'OK\n']);
  }
  assert.equal((await ask(registryWith(''), 'POST', '/-/healthy')).status, 405);
  assert.deepEqual((await ask(registryWith(''), 'HEAD', '/-/ready')).body, []);
});

test('a crowd at the metrics does not make the host look ill, and asks it for its health but once', async () => {
  const registry = new Registry();
  registry.register({ collect: () => [], refresh: () => new Promise<void>(() => {}) });
  let [calls, release] = [0, (_: boolean): void => {}];
  const isReady = (): Promise<boolean> => { calls++; return new Promise((resolve) => (release = resolve)); };
  const respond = routes(registry, noPause, { maxInFlight: 1, deadlineMs: 50, isReady });
  const get = async (target: string): Promise<Answer> => respond({ method: 'GET', target, headers: {}, signal: new AbortController().signal });
  const running = get('/metrics');
  assert.equal((await get('/metrics')).status, 503);
  assert.equal((await get('/-/healthy')).status, 200);
  const asked = [get('/-/ready'), get('/-/ready')];
  release(true);
  assert.deepEqual((await Promise.all(asked)).map(({ status }) => status), [200, 200]);
  assert.equal(calls, 1);
  await running;
});

test('the page may load nothing, and stand in no other', async () => {
  const { headers } = await ask(registryWith(''), 'GET', '/');
  assert.equal(headers['Content-Security-Policy'], "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  assert.deepEqual([headers['Referrer-Policy'], headers['X-Frame-Options'], headers['X-Content-Type-Options']], ['no-referrer', 'DENY', 'nosniff']);
});

for (const [asked, target] of [
  ['/metrics?a=b', '/metrics?a=b'],
  ['//metrics', '//metrics'],
  ['http://host/metrics', '/metrics'],
  ['http://host:9464/metrics?name[]=a', '/metrics?name[]=a'],
  ['HTTPS://user@[::1]:1/metrics', '/metrics'],
  ['http://host', '/'],
  ['http://host?name[]=a', '/?name[]=a'],
  ['http:///metrics', '/metrics'],
  ['http:/metrics', 'http:/metrics'],
  ['metrics', 'metrics'],
  ['host:443', 'host:443'],
  ['*', '*'],
  ['', ''],
] as const) {
  test(`a request for "${asked}" is one for "${target}"`, () => {
    assert.equal(targetOf(asked), target);
  });
}

test('a query that is too long is 400, wherever it goes', async () => {
  for (const target of ['/metrics', '/', '/nowhere', '/-/healthy']) {
    const found = await ask(registryWith(''), 'GET', `${target}?${'x'.repeat(101)}`, { maxQueryLength: 100 });
    assert.deepEqual([found.status, bodyOf(found)], [400, 'The query is too long\n']);
  }
});

test('who is refused learns nothing of the routes either, and health is for all', async () => {
  const authenticate = Object.assign(() => false, { challenge: 'Basic realm="x"' });
  for (const target of ['/metrics', '/', '/nowhere']) {
    const found = await ask(registryWith(''), 'GET', target, { authenticate });
    assert.deepEqual([found.status, bodyOf(found), found.headers['WWW-Authenticate']], [401, 'Unauthorized\n', 'Basic realm="x"']);
  }
  for (const target of ['/-/healthy', '/-/ready']) assert.equal((await ask(registryWith(''), 'GET', target, { authenticate })).status, 200);
});

test('a scraper that goes away frees its place at once', async () => {
  const registry = new Registry();
  registry.register({ collect: () => [], refresh: () => new Promise<void>(() => {}) });
  const respond = routes(registry, noPause, { maxInFlight: 1, deadlineMs: 10 });
  const gone = new AbortController();
  const first = respond({ method: 'GET', target: '/metrics', headers: {}, signal: gone.signal });
  gone.abort();
  await first;
  assert.equal((await respond({ method: 'GET', target: '/', headers: {}, signal: new AbortController().signal })).status, 200);
});
