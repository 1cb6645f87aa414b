// The handlers inside the real frameworks, each as its users would write it. They are installed apart, by
// `npm ci --prefix spec/frameworks`; where they are not, this says so, and fails on a build server.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect as connectSecond, createServer as createSecondServer } from 'node:http2';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { fetchHandler } from '../lib/fetch.ts';
import { metricsHandler } from '../lib/http.ts';
import type { RequestListener } from '../lib/http.ts';
import { Counter, Registry, render } from '../lib/index.ts';

const load = createRequire(new URL('./frameworks/package.json', import.meta.url));

function registryWith(value: number): Registry {
  const registry = new Registry();
  registry.register(new Counter({ name: 'c_total', help: 'Größe.' })).inc(value);
  return registry;
}

function testIn<Framework>(name: string, run: (framework: Framework, t: TestContext) => Promise<void>): void {
  const title = `the handler serves inside ${name}, beside the routes of the host`;
  let framework: Framework;
  try {
    framework = load(name) as Framework;
  } catch {
    if (process.env['CI'] === 'true') test(title, () => assert.fail(`${name} is not installed: npm ci --prefix spec/frameworks`));
    else test(`${title} [SKIPPED: not installed; npm ci --prefix spec/frameworks]`, { skip: true }, () => {});
    return;
  }
  test(title, (t) => run(framework, t));
}

/** Starts the server, and expects of it what every host promises. @param mounted - Where its metrics are. */
async function expectServed(t: TestContext, server: Server, registry: Registry, mounted: readonly string[]): Promise<void> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => void server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expectAnswers((path, init) => fetch(origin + path, { ...init, headers: { connection: 'close', ...init?.headers } }), registry, mounted);
}

async function expectAnswers(ask: (path: string, init?: RequestInit) => Promise<Response> | Response, registry: Registry, mounted: readonly string[]): Promise<void> {
  for (const path of mounted) {
    const scrape = await ask(path);
    assert.equal(await scrape.text(), render(registry), path);
    assert.deepEqual([scrape.status, scrape.headers.get('content-type')], [200, 'text/plain; version=0.0.4; charset=utf-8']);
    assert.equal(await (await ask(`${path}?name[]=nothing`)).text(), '', path);
    const openMetrics = await ask(path, { headers: { accept: 'application/openmetrics-text' } });
    assert.match(await openMetrics.text(), /# EOF\n$/);
  }
  assert.equal(await (await ask('/hello')).text(), 'hello');
  assert.equal((await ask('/nowhere')).status, 404);
}

test('the handler is all of a server', async (t) => {
  const registry = registryWith(1);
  const server = createServer(metricsHandler(registry)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => void server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const path of ['', '/', '/metrics', '/metrics/', '/anywhere/else?x=y', '/-/healthy']) {
    assert.equal(await (await fetch(origin + path, { headers: { connection: 'close' } })).text(), render(registry), path);
  }
});

test('the handler answers over HTTP/2, also what is long', async (t) => {
  const registry = registryWith(1);
  const long = registry.register(new Counter({ name: 'long_total', help: '', labelNames: ['i'] }));
  for (let i = 0; i < 10_000; i++) long.inc({ i: `${'x'.repeat(100)}${i}` });
  const metrics = metricsHandler(registry);
  const server = createSecondServer((request, response) => metrics(request as unknown as IncomingMessage, response as unknown as ServerResponse)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => void server.close());
  const client = connectSecond(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  t.after(() => client.close());
  let body = '';
  for await (const chunk of client.request({ ':path': '/metrics' }).setEncoding('utf8')) body += chunk as string;
  assert.equal(body, render(registry));
});

interface ExpressRouter {
  (request: IncomingMessage, response: ServerResponse): void;
  get(path: string, handler: unknown): void;
  use(path: string, handler: unknown): void;
}

interface Express {
  (): ExpressRouter;
  Router(): ExpressRouter;
}

testIn<Express>('express', async (express, t) => {
  const registry = registryWith(1);
  const metrics = metricsHandler(registry);
  const app = express();
  const router = express.Router();
  router.get('/metrics', metrics);
  router.get('/', metrics);
  app.get('/metrics', metrics);
  app.get('/internal/metrics', metrics);
  app.use('/m', metrics);
  app.use('/api/v1', router);
  app.get('/hello', (_: unknown, response: { send(text: string): void }) => response.send('hello'));
  await expectServed(t, createServer(app), registry, [
    '/metrics', '/metrics/', '/internal/metrics', '/internal/metrics/', '/m', '/m/', '/m/below', '/api/v1', '/api/v1/', '/api/v1/metrics', '/api/v1/metrics/',
  ]);
});

interface FastifyApp {
  readonly server: Server;
  get(path: string, handler: (request: { raw: IncomingMessage }, reply: { raw: ServerResponse; hijack(): void }) => unknown): void;
  register(plugin: (app: FastifyApp) => Promise<void>, options: { prefix: string }): void;
  listen(place: { port: number; host: string }): Promise<string>;
  /** Asks without a socket, as tests of an application do. */
  inject(request: { url: string; headers?: Record<string, string> }): Promise<{ readonly statusCode: number; readonly rawPayload: Buffer }>;
  close(): Promise<void>;
}

testIn<(options: object) => FastifyApp>('fastify', async (fastify, t) => {
  const registry = registryWith(2);
  const metrics = metricsHandler(registry);
  const app = fastify({ routerOptions: { ignoreTrailingSlash: true } });
  const route = (scope: FastifyApp): void => scope.get('/metrics', (request, reply) => {
    reply.hijack();
    metrics(request.raw, reply.raw);
  });
  route(app);
  app.register(async (scope) => route(scope), { prefix: '/internal/v1' });
  app.get('/hello', () => 'hello');
  const long = registry.register(new Counter({ name: 'long_total', help: '', labelNames: ['i'] }));
  for (const count of [1, 1_000, 10_000]) {
    for (let i = long.points.length; i < count; i++) long.inc({ i: `${'x'.repeat(100)}${i}` });
    const { statusCode, rawPayload } = await app.inject({ url: '/metrics' });
    assert.deepEqual([statusCode, rawPayload.toString()], [200, render(registry)]);
    const zipped = await app.inject({ url: '/metrics', headers: { 'accept-encoding': 'gzip' } });
    assert.equal((count === 1 ? zipped.rawPayload : gunzipSync(zipped.rawPayload)).toString(), render(registry));
  }
  await app.listen({ port: 0, host: '127.0.0.1' });
  await expectServed(t, app.server, registry, ['/metrics', '/metrics/', '/internal/v1/metrics', '/internal/v1/metrics/']);
});

interface KoaContext {
  readonly path: string;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  respond: boolean;
  body: unknown;
}

interface KoaApp {
  use(middleware: (context: KoaContext, next: () => Promise<void>) => unknown): void;
  callback(): RequestListener;
}

testIn<new () => KoaApp>('koa', async (Koa, t) => {
  const registry = registryWith(3);
  const metrics = metricsHandler(registry);
  const app = new Koa();
  app.use((context, next) => {
    if (!/^\/(internal\/)?metrics\/?$/.test(context.path)) return next();
    context.respond = false;
    return metrics(context.req, context.res);
  });
  app.use((context) => {
    if (context.path === '/hello') context.body = 'hello';
  });
  await expectServed(t, createServer(app.callback()), registry, ['/metrics', '/metrics/', '/internal/metrics', '/internal/metrics/']);
});

interface HonoContext {
  readonly req: { readonly raw: Request };
  text(text: string): Response;
}

interface HonoApp {
  get(path: string, handler: (context: HonoContext) => Response | Promise<Response>): void;
  route(path: string, app: HonoApp): void;
  mount(path: string, handler: unknown): void;
  fetch(request: Request): Response | Promise<Response>;
}

testIn<{ Hono: new (options?: object) => HonoApp }>('hono', async ({ Hono }) => {
  const registry = registryWith(4);
  const metrics = fetchHandler(registry);
  const app = new Hono({ strict: false });
  const inner = new Hono({ strict: false });
  inner.get('/metrics', (context) => metrics(context.req.raw));
  app.get('/metrics', (context) => metrics(context.req.raw));
  app.route('/internal', inner);
  app.mount('/m', metrics);
  app.get('/hello', (context) => context.text('hello'));
  await expectAnswers((path, init) => app.fetch(new Request(`http://localhost${path}`, init)), registry, [
    '/metrics', '/metrics/', '/internal/metrics', '/internal/metrics/', '/m', '/m/', '/m/below',
  ]);
});
