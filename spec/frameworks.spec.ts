// The handlers inside the real frameworks, each as its users would write it. They are installed apart, by
// `npm ci --prefix spec/frameworks`; where they are not, this says so, and fails on a build server.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

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

/** Starts the server, and expects of it what every host promises. */
async function expectServed(t: TestContext, server: Server, registry: Registry): Promise<void> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => void server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expectAnswers((path, init) => fetch(origin + path, { ...init, headers: { connection: 'close', ...init?.headers } }), registry);
}

async function expectAnswers(ask: (path: string, init?: RequestInit) => Promise<Response> | Response, registry: Registry): Promise<void> {
  const scrape = await ask('/metrics');
  assert.equal(await scrape.text(), render(registry));
  assert.deepEqual([scrape.status, scrape.headers.get('content-type')], [200, 'text/plain; version=0.0.4; charset=utf-8']);
  assert.equal(await (await ask('/metrics?name[]=nothing')).text(), '');
  const openMetrics = await ask('/metrics', { headers: { accept: 'application/openmetrics-text' } });
  assert.match(await openMetrics.text(), /# EOF\n$/);
  assert.equal(await (await ask('/hello')).text(), 'hello');
  assert.equal((await ask('/nowhere')).status, 404);
}

interface ExpressApp {
  (request: IncomingMessage, response: ServerResponse): void;
  get(path: string, handler: unknown): void;
}

testIn<() => ExpressApp>('express', async (express, t) => {
  const registry = registryWith(1);
  const app = express();
  app.get('/metrics', metricsHandler(registry));
  app.get('/hello', (_: unknown, response: { send(text: string): void }) => response.send('hello'));
  await expectServed(t, createServer(app), registry);
});

interface FastifyApp {
  readonly server: Server;
  get(path: string, handler: (request: { raw: IncomingMessage }, reply: { raw: ServerResponse; hijack(): void }) => unknown): void;
  listen(place: { port: number; host: string }): Promise<string>;
  close(): Promise<void>;
}

testIn<() => FastifyApp>('fastify', async (fastify, t) => {
  const registry = registryWith(2);
  const metrics = metricsHandler(registry);
  const app = fastify();
  app.get('/metrics', (request, reply) => {
    reply.hijack();
    metrics(request.raw, reply.raw);
  });
  app.get('/hello', () => 'hello');
  await app.listen({ port: 0, host: '127.0.0.1' });
  await expectServed(t, app.server, registry);
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
    if (context.path !== '/metrics') return next();
    context.respond = false;
    return metrics(context.req, context.res);
  });
  app.use((context) => {
    if (context.path === '/hello') context.body = 'hello';
  });
  await expectServed(t, createServer(app.callback()), registry);
});

interface HonoContext {
  readonly req: { readonly raw: Request };
  text(text: string): Response;
}

interface HonoApp {
  get(path: string, handler: (context: HonoContext) => Response | Promise<Response>): void;
  fetch(request: Request): Response | Promise<Response>;
}

testIn<{ Hono: new () => HonoApp }>('hono', async ({ Hono }) => {
  const registry = registryWith(4);
  const metrics = fetchHandler(registry);
  const app = new Hono();
  app.get('/metrics', (context) => metrics(context.req.raw));
  app.get('/hello', (context) => context.text('hello'));
  await expectAnswers((path, init) => app.fetch(new Request(`http://localhost${path}`, init)), registry);
});
