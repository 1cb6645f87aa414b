// The table of frameworks in `lib/guide/service.md`: what its cells show is run, letter by letter, in the real
// framework, which then knows the route of a request and shows it.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { fetchHandler } from '../lib/fetch.ts';
import { metricsHandler } from '../lib/http.ts';
import { Registry } from '../lib/index.ts';
import { fetchMetrics, httpServerMetrics, setRoute } from '../lib/instrument.ts';
import { load, testIn } from './framework.ts';
import { serviceOf } from './http-service.ts';
import { page } from './pages.ts';

interface Row {
  /** Pieces of code, by column. */
  readonly serve: readonly string[];
  readonly route: readonly string[];
}

const rows = new Map([...page('service.md').text.matchAll(/^\| ([^|`]*(?:`[^`]*`)?[^|`]*) \| (.*?`.*?|the same.*?) \| (.*) \|$/gm)].map(([, name, serve, route]): [string, Row] => [name!, { serve: codeIn(serve!), route: codeIn(route!) }]));

test('the table has a row for each framework', () => {
  assert.deepEqual([...rows.keys()].filter((name) => rows.get(name)!.serve.length + rows.get(name)!.route.length > 0), [
    'Express 4 and 5', 'Fastify', 'Koa and its router', 'Hono on Node', 'Hono in Deno, Bun and workers', 'other handlers of `fetch` style', '`node:http`',
  ]);
});

for (const name of ['express', 'express-4']) {
  testIn<() => App & RequestListener>(name, `${name}: the row of Express`, async (express, t) => {
    const [registry, app] = [measured(t), express()];
    app.get('/users/:id', (_request: unknown, response: { send(text: string): void }) => response.send('x'));
    evaluate(rows.get('Express 4 and 5')!.serve[0]!, { app, registry });
    await expectShown(t, app);
  });
}

testIn<() => App & { ready(): Promise<void>; readonly server: RequestListener }>('fastify', 'the row of Fastify', async (fastify, t) => {
  const [registry, app] = [measured(t), fastify()];
  const { serve: [serves], route: [hook] } = rows.get('Fastify')!;
  evaluate(hook!, { app });
  app.get('/users/:id', async () => 'x');
  evaluate(serves!, { app, metrics: metricsHandler(registry) });
  await app.ready();
  await expectShown(t, app.server);
});

testIn<new () => App & { callback(): RequestListener }>('koa', 'the row of Koa', async (Koa, t) => {
  const Router = load('@koa/router') as new () => App & { routes(): unknown };
  const [registry, app, router] = [measured(t), new Koa(), new Router()];
  const { serve: [serves], route: [names] } = rows.get('Koa and its router')!;
  evaluate(names!, { app });
  evaluate(serves!, { app, metrics: metricsHandler(registry) });
  router.get('/users/:id', (context: { body: unknown }) => void (context.body = 'x'));
  app.use(router.routes());
  await expectShown(t, app.callback());
});

testIn<{ Hono: new () => HonoApp }>('hono', 'the row of Hono on Node', async ({ Hono }, t) => {
  const { routePath } = load('hono/route') as { routePath: unknown };
  const { getRequestListener } = load('@hono/node-server') as { getRequestListener(fetch: unknown): RequestListener };
  const [registry, app] = [measured(t), new Hono()];
  const { serve: [serves], route: [names] } = rows.get('Hono on Node')!;
  evaluate(names!, { app, routePath });
  app.get('/users/:id', (context: { text(text: string): unknown }) => context.text('x'));
  evaluate(serves!, { app, registry });
  await expectShown(t, getRequestListener(app.fetch.bind(app)));
});

testIn<{ Hono: new () => HonoApp }>('hono', 'the row of Hono elsewhere', async ({ Hono }) => {
  const { routePath } = load('hono/route') as { routePath: unknown };
  const [registry, app] = [new Registry(), new Hono()];
  const [measures, uses] = rows.get('Hono in Deno, Bun and workers')!.route;
  evaluate(`${measures}; ${uses}`, { app, registry, routePath });
  app.get('/users/:id', (context: { text(text: string): unknown }) => context.text('x'));
  evaluate(rows.get('Hono on Node')!.serve[0]!, { app, registry });
  await expectFetched(async (path) => app.fetch(new Request(`http://localhost${path}`)));
});

test('the row of other handlers', async () => {
  const registry = new Registry();
  const { serve: [serves], route: [measures, names] } = rows.get('other handlers of `fetch` style')!;
  const handlers: ((request: Request) => Response | Promise<Response>)[] = [];
  const Deno = { serve: (handler: (typeof handlers)[number]) => handlers.push(handler) };
  evaluate(serves!, { Deno, registry });
  evaluate(measures!, {
    Deno,
    measure: fetchMetrics(registry),
    handler(request: Request) {
      evaluate(names!, { request });
      return new Response('x');
    },
  });
  const [metrics, users] = handlers;
  await expectFetched(async (path) => (path === '/metrics' ? metrics! : users!)(new Request(`http://localhost${path}`)));
});

test('the row of node:http', async (t) => {
  const registry = new Registry();
  const { serve: [serves], route: [measures] } = rows.get('`node:http`')!;
  const handle = evaluate(`return ${measures}`, { registry }) as { stop(): void };
  t.after(() => handle.stop());
  // A server of metrics alone, as the cell has it, beside one that has users.
  const metrics = evaluate(`return ${serves}`, { registry }) as ReturnType<typeof createServer>;
  const users = await serviceOf(t, (_request, response) => void response.end('x'));
  await (await fetch(`http://127.0.0.1:${users.port}/users/7`)).text();
  const shown = await serviceOf(t, metrics);
  assert.ok((await (await fetch(`http://127.0.0.1:${shown.port}/metrics`)).text()).includes(KNOWN));
});

const KNOWN = 'http_request_duration_seconds_count{method="GET",route="/users/:id",status_code="200"} 1';

interface App {
  get(path: string, handler: unknown): unknown;
  use(middleware: unknown): unknown;
}

interface HonoApp extends App {
  fetch(request: Request): Response | Promise<Response>;
}

function measured(t: TestContext): Registry {
  const registry = new Registry();
  const handle = httpServerMetrics(registry);
  t.after(() => handle.stop());
  return registry;
}

function codeIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!).filter((code) => code.includes('('));
}

function evaluate(code: string, scope: Readonly<Record<string, unknown>>): unknown {
  const names: Readonly<Record<string, unknown>> = { createServer, fetchHandler, fetchMetrics, httpServerMetrics, metricsHandler, setRoute, ...scope };
  return new Function(...Object.keys(names), code)(...Object.values(names));
}

async function expectShown(t: TestContext, listener: Parameters<typeof serviceOf>[1]): Promise<void> {
  const { port } = await serviceOf(t, listener);
  await expectFetched((path) => fetch(`http://127.0.0.1:${port}${path}`));
}

async function expectFetched(ask: (path: string) => Promise<Response>): Promise<void> {
  assert.equal(await (await ask('/users/7')).text(), 'x');
  const exposition = await (await ask('/metrics')).text();
  assert.ok(exposition.includes(KNOWN), exposition);
}
