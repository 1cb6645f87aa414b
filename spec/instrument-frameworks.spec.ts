// Routes in the real frameworks, each as its users would write it, under ten thousand random paths. They are installed
// apart, by `npm ci --prefix spec/frameworks`; where they are not, this says so, and fails on a build server.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { Registry } from '../lib/index.ts';
import { fetchMetrics, httpServerMetrics, setRoute } from '../lib/instrument.ts';
import type { HttpServerOptions } from '../lib/instrument.ts';
import { load, testIn } from './framework.ts';
import { serviceOf, shown, until } from './http-service.ts';
import { asked, randomPaths } from './random-paths.ts';

/** The metrics of a server, and the routes that are known after these paths were asked for, each with its number. */
function measured(t: TestContext, options: HttpServerOptions = {}) {
  const registry = new Registry();
  const metrics = httpServerMetrics(registry, { metrics: ['duration', 'inFlight'], buckets: [1], ...options });
  t.after(() => metrics.stop());
  return registry;
}

function routes(registry: Registry): string[] {
  return shown(registry, 'http_request_duration_seconds_count');
}

/**
 * Expects these routes for these paths, and then of many random ones, some of which are like those, no new series, and
 * not one request lost.
 *
 * @param paths - By path, the route and the status that are expected.
 */
async function expectRoutes(t: TestContext, listener: RequestListener | Server, registry: Registry, paths: Readonly<Record<string, string>>): Promise<void> {
  const { port } = await serviceOf(t, listener);
  for (const [path, expected] of Object.entries(paths)) {
    registry.reset();
    await asked(port, [path]);
    await until(() => routes(registry).length > 0);
    assert.deepEqual(routes(registry), [`GET ${expected} 1`], path);
  }
  registry.reset();
  const known = [...new Set(Object.values(paths).map((each) => `GET ${each}`))].sort();
  const random = randomPaths(Object.keys(paths), 10_000);
  for (let i = 0; i < random.length; i += 500) await asked(port, random.slice(i, i + 500));
  const count = (): number => routes(registry).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  await until(() => count() === random.length);
  const found = routes(registry).map((line) => line.replace(/ \d+$/, ''));
  // Such paths have routes of their own, or are none; what is no path at all may be a 400.
  const isKnown = (line: string): boolean => known.includes(line) || /^GET unmatched (?:30[0-9]|400|404)$/.test(line);
  assert.deepEqual(found.filter((line) => !isKnown(line)), []);
  assert.equal(shown(registry, 'http_requests_in_flight').join(), '0');
}

interface ExpressRouter extends RequestListener {
  get(path: unknown, handler: unknown): void;
  use(path: unknown, handler: unknown): void;
  param(name: string, handler: unknown): void;
}

interface Express {
  (): ExpressRouter & { use(handler: unknown): void };
  Router(options?: object): ExpressRouter;
}

const answer = (_: IncomingMessage, response: ServerResponse): void => void response.end('x');

for (const name of ['express', 'express-4', 'express-5.1']) {
  testIn<Express>(name, `routes of ${name.replace('-', ' ')} are templates, nested routers too, and 10 000 random paths make no series`, async (express, t) => {
    const registry = measured(t);
    const app = express();
    const users = express.Router({ mergeParams: true });
    users.get('/', answer);
    users.get('/:id', answer);
    users.get('/:id/later', (_: IncomingMessage, response: ServerResponse) => void setImmediate(() => response.end('x')));
    users.get('/:id/fails', () => {
      throw new Error('failed');
    });
    const tenants = express.Router();
    tenants.use('/users', users);
    tenants.use('/static9', answer);
    const mounted = express();
    mounted.get('/deep/:key', answer);
    mounted.use('/people', users);
    app.get('/', answer);
    app.get('/items/:item', answer);
    app.get(['/one', '/two/:n'], answer);
    app.get(/^\/files\/(.*)$/, answer);
    app.use('/t/:tenant', tenants);
    app.use('/people', users);
    app.use('/app/:name', mounted);
    // What an expression took of a path is the client's, whatever is named in it.
    app.use([/^\/v\d+/, '/listed/:l'], users);
    app.use(/^\/by\/(?<who>\w+)-\d+/, users);
    app.use((error: Error, _request: IncomingMessage, response: ServerResponse, _next: unknown) => void response.writeHead(500).end(error.message));
    await expectRoutes(t, app, registry, {
      '/': '/ 200',
      '/items/17?x=y': '/items/:item 200',
      '/one': '/one 200',
      '/two/3': '/two/:n 200',
      '/files/9/9': '/^\\/files\\/(.*)$/ 200',
      '/t/17/users': '/t/:tenant/users 200',
      '/t/17/users/18': '/t/:tenant/users/:id 200',
      // A value that is a part of the path as well.
      '/T/t/users/users': '/t/:tenant/users/:id 200',
      '/t/u/users/9/': '/t/:tenant/users/:id 200',
      '/t/%C3%A9%20%41/Users/9/later': '/t/:tenant/users/:id/later 200',
      '/t/17/users/18/fails': '/t/:tenant/users/:id/fails 500',
      '/people/18': '/people/:id 200',
      '/app/17/deep/18': '/app/:name/deep/:key 200',
      '/app/17/people/18': '/app/:name/people/:id 200',
      '/v17/18': 'unmatched 200',
      '/listed/17/18': `${name === 'express-4' ? 'unmatched' : '/listed/:l/:id'} 200`,
      '/by/me-17/18': 'unmatched 200',
      '/t/17/static9': 'unmatched 200',
      '/t/17/nothing': 'unmatched 404',
      '/nowhere/17': 'unmatched 404',
    });
  });
}

testIn<Express>('express', 'an application that a router uses, which does not say where, is unmatched', async (express, t) => {
  const registry = measured(t);
  const app = express();
  const router = express.Router();
  const inner = express();
  inner.get('/deep/:key', answer);
  router.use('/inner/:name', inner);
  app.use('/outer/:name', router);
  await expectRoutes(t, app, registry, { '/outer/17/inner/18/deep/19': 'unmatched 200' });
});

testIn<Express>('express-4', 'parameters of mounts in Express 4 may have expressions, and be optional', async (express, t) => {
  const registry = measured(t);
  const app = express();
  const router = express.Router();
  router.get('/of/:id', answer);
  app.use('/numbers/:n(\\d+)', router);
  app.use('/kinds/:kind(a|b)/:lang([a-z]{3})?', router);
  app.use('/parts/:from-:to', router);
  await expectRoutes(t, app, registry, {
    '/numbers/17/of/18': '/numbers/:n(\\d+)/of/:id 200',
    '/kinds/a/eng/of/18': '/kinds/:kind(a|b)/:lang([a-z]{3})?/of/:id 200',
    '/kinds/b/of/18': '/kinds/:kind(a|b)/:lang([a-z]{3})?/of/:id 200',
    '/numbers/x/of/18': 'unmatched 404',
    // More than a segment, or less, does not tell how it was written.
    '/parts/1-2/of/18': 'unmatched 200',
  });
});

testIn<Express>('express', 'a mount that no template can be recovered of is unmatched, unless the application says what it is', async (express, t) => {
  const registry = measured(t);
  const app = express();
  const router = express.Router();
  router.get('/:id', answer);
  router.get('/:id/set', (request: IncomingMessage, response: ServerResponse) => {
    setRoute(request, '/by-pattern/:id/set');
    response.end('x');
  });
  app.use(/^\/v[0-9]+/, router);
  await expectRoutes(t, app, registry, { '/v17/18': 'unmatched 200', '/v17/18/set': '/by-pattern/:id/set 200' });
});

interface FastifyRequest { readonly raw: IncomingMessage; readonly routeOptions: { readonly url?: string } }

interface FastifyApp {
  readonly server: Server;
  get(path: string, options: unknown, handler?: unknown): void;
  register(plugin: (app: FastifyApp) => Promise<void>, options: { prefix: string }): void;
  addHook(name: string, hook: (request: FastifyRequest, reply: { code(status: number): { send(text: string): void } }) => Promise<unknown>): void;
  ready(): Promise<void>;
  close(): Promise<void>;
}

function fastifyApp(fastify: (options?: object) => FastifyApp): FastifyApp {
  const app = fastify();
  app.get('/', async () => 'x');
  app.get('/items/:item', async () => 'x');
  app.get('/files/*', async () => 'x');
  app.register(async (scope) => scope.get('/users/:id', async () => 'x'), { prefix: '/t/:tenant' });
  return app;
}

const FASTIFY_PATHS = {
  '/': '/ 200', '/items/17': '/items/:item 200', '/files/9/9': '/files/* 200', '/t/17/users/18': '/t/:tenant/users/:id 200', '/t/17/nothing': 'unmatched 404', '/nowhere/17': 'unmatched 404',
};

testIn<(options?: object) => FastifyApp>('fastify', 'routes of Fastify are templates without a line of code, and 10 000 random paths make no series', async (fastify, t) => {
  const registry = measured(t);
  const app = fastifyApp(fastify);
  await app.ready();
  await expectRoutes(t, app.server, registry, FASTIFY_PATHS);
});

testIn<(options?: object) => FastifyApp>('fastify', 'a hook of Fastify tells the routes of requests that were answered before their handler', async (fastify, t) => {
  const registry = measured(t);
  const app = fastify();
  app.addHook('onRequest', async (request) => setRoute(request, request.routeOptions.url));
  app.addHook('onRequest', async (_request, reply) => reply.code(401).send('no'));
  app.get('/items/:item', async () => 'x');
  await app.ready();
  await expectRoutes(t, app.server, registry, { '/items/17': '/items/:item 401', '/nowhere/17': 'unmatched 401' });
});

interface KoaContext { readonly req: IncomingMessage; body: unknown; readonly _matchedRoute?: unknown }
type Middleware = (context: KoaContext, next: () => Promise<void>) => unknown;
interface KoaApp { use(middleware: Middleware): KoaApp; callback(): RequestListener; on(event: string, listener: () => void): void }
interface KoaRouter { get(path: unknown, ...handlers: Middleware[]): void; use(path: string, ...handlers: Middleware[]): void; routes(): Middleware }

testIn<new () => KoaApp>('koa', 'routes of Koa’s router are templates by one middleware, and 10 000 random paths make no series', async (Koa, t) => {
  const Router = load('@koa/router') as new (options?: object) => KoaRouter;
  const registry = measured(t);
  const app = new Koa();
  app.on('error', () => {});
  app.use((context, next) => next().finally(() => setRoute(context.req, context._matchedRoute)));
  const body: Middleware = (context) => void (context.body = 'x');
  const users = new Router();
  users.get('/:id', body);
  users.get('/:id/fails', () => {
    throw new Error('failed');
  });
  const router = new Router({ prefix: '/api' });
  router.get('/items/:item', body);
  router.use('/t/:tenant/users', users.routes());
  const root = new Router();
  root.get('/', body);
  app.use(root.routes());
  app.use(router.routes());
  await expectRoutes(t, createServer(app.callback()), registry, {
    '/': '/ 200', '/api/items/17': '/api/items/:item 200', '/api/t/17/users/18': '/api/t/:tenant/users/:id 200', '/api/t/17/users/18/fails': '/api/t/:tenant/users/:id/fails 500',
    '/api/t/17/nothing': 'unmatched 404', '/nowhere/17': 'unmatched 404',
  });
});

interface HonoContext { readonly env: { readonly incoming: IncomingMessage }; readonly req: { readonly raw: Request }; res: Response; text(text: string): Response }
interface HonoApp {
  use(middleware: (context: HonoContext, next: () => Promise<void>) => unknown): void;
  get(path: string, handler: (context: HonoContext) => unknown): void;
  route(path: string, app: HonoApp): void;
  fetch(request: Request): Response | Promise<Response>;
}
type RoutePath = (context: HonoContext, index: number) => string;

function honoApp(Hono: new () => HonoApp, measure: (context: HonoContext, next: () => Promise<void>) => unknown): HonoApp {
  const app = new Hono();
  app.use(measure);
  const users = new Hono();
  users.get('/:id', (context) => context.text('x'));
  users.get('/:id/fails', () => {
    throw new Error('failed');
  });
  app.get('/', (context) => context.text('x'));
  app.get('/items/:item', (context) => context.text('x'));
  app.route('/t/:tenant/users', users);
  return app;
}

const HONO_PATHS = {
  '/': '/ 200', '/items/17?x': '/items/:item 200', '/t/17/users/18': '/t/:tenant/users/:id 200', '/t/17/users/18/fails': '/t/:tenant/users/:id/fails 500', '/t/17/nothing': 'unmatched 404', '/nowhere/17': 'unmatched 404',
};

testIn<{ Hono: new () => HonoApp }>('hono', 'routes of Hono on Node are templates by one middleware, and 10 000 random paths make no series', async ({ Hono }, t) => {
  t.mock.method(console, 'error', () => {});
  const { routePath } = load('hono/route') as { routePath: RoutePath };
  const { getRequestListener } = load('@hono/node-server') as { getRequestListener(fetch: unknown): RequestListener };
  const registry = measured(t);
  const app = honoApp(Hono, async (context, next) => {
    await next();
    const path = routePath(context, -1);
    if (path !== '/*') setRoute(context.env.incoming, path);
  });
  await expectRoutes(t, createServer(getRequestListener(app.fetch.bind(app))), registry, HONO_PATHS);
});

testIn<{ Hono: new () => HonoApp }>('hono', 'routes of Hono where there are no channels are templates by fetchMetrics, and 10 000 random paths make no series', async ({ Hono }, t) => {
  t.mock.method(console, 'error', () => {});
  const { routePath } = load('hono/route') as { routePath: RoutePath };
  const registry = new Registry();
  const measure = fetchMetrics<HonoContext>(registry, {
    metrics: ['duration', 'inFlight'],
    buckets: [1],
    route: (_, context) => [routePath(context, -1)].find((path) => path !== '/*'),
  });
  const app = honoApp(Hono, (context, next) => measure(context.req.raw, async () => {
    await next();
    return context.res;
  }, context));
  const ask = async (path: string): Promise<void> => void (await (await app.fetch(new Request(`http://localhost${path}`))).text());
  for (const [path, expected] of Object.entries(HONO_PATHS)) {
    registry.reset();
    await ask(path);
    assert.deepEqual(routes(registry), [`GET ${expected} 1`], path);
  }
  for (const path of randomPaths(Object.keys(HONO_PATHS), 10_000)) await ask(path);
  const known = new Set(Object.values(HONO_PATHS).map((each) => `GET ${each}`));
  assert.deepEqual(routes(registry).map((line) => line.replace(/ \d+$/, '')).filter((line) => !known.has(line)), []);
  assert.equal(shown(registry, 'http_requests_in_flight').join(), '0');
});

type Decorator = (target: unknown, key?: string, descriptor?: PropertyDescriptor) => void;
interface NestApp { init(): Promise<unknown>; setGlobalPrefix(prefix: string): void; getHttpServer(): Server; getHttpAdapter(): { getInstance(): { ready?(): Promise<void> } }; close(): Promise<void> }
interface NestCore { NestFactory: { create(module: unknown, ...options: unknown[]): Promise<NestApp> } }

for (const adapter of ['platform-express', 'platform-fastify']) {
  testIn<NestCore>('@nestjs/core', `routes of NestJS on ${adapter.replace('platform-', '')} are templates, and 10 000 random paths make no series`, async ({ NestFactory }, t) => {
    const { Controller, Get, Module } = load('@nestjs/common') as Record<'Controller' | 'Get' | 'Module', (given?: unknown) => Decorator>;
    class Users {
      list(): string {
        return 'x';
      }
      one(): string {
        return 'x';
      }
    }
    // What decorators do, without their syntax.
    for (const [name, path] of [['list', ''], ['one', ':id']] as const) Get(path)(Users.prototype, name, Object.getOwnPropertyDescriptor(Users.prototype, name));
    Controller('t/:tenant/users')(Users);
    class App {}
    Module({ controllers: [Users] })(App);
    const registry = measured(t);
    const { FastifyAdapter } = (adapter === 'platform-fastify' ? load('@nestjs/platform-fastify') : {}) as { FastifyAdapter?: new () => object };
    const app = await (FastifyAdapter ? NestFactory.create(App, new FastifyAdapter(), { logger: false }) : NestFactory.create(App, { logger: false }));
    app.setGlobalPrefix('api');
    await app.init();
    await app.getHttpAdapter().getInstance().ready?.();
    await expectRoutes(t, app.getHttpServer(), registry, {
      // Fastify takes an empty value for one.
      ...(FastifyAdapter && { '/api/t/17/users/': '/api/t/:tenant/users/:id 404' }),
      '/api/t/17/users': '/api/t/:tenant/users 200', '/api/t/17/users/18': '/api/t/:tenant/users/:id 200', '/api/t/17/nothing': 'unmatched 404', '/nowhere/17': 'unmatched 404',
    });
  });
}

test('routes of bare node:http are what a function says, and 10 000 random paths make no series', async (t) => {
  const registry = measured(t, { route: ({ url = '' }) => (/^\/items\/[^/?]+\/?(?:\?|$)/.test(url) ? '/items/:item' : undefined) });
  await expectRoutes(t, (request, response) => void response.writeHead(/^\/items\//.test(request.url!) ? 200 : 404).end(), registry, {
    '/items/17': '/items/:item 200', '/items/17/18': 'unmatched 200', '/nowhere/17': 'unmatched 404',
  });
});

test('a function that returns paths as they came makes so many series and no more', async (t) => {
  const warnings: string[] = [];
  const registry = new Registry({ onWarning: ({ code, message }) => warnings.push(`${code} ${message}`) });
  const metrics = httpServerMetrics(registry, { metrics: ['duration'], buckets: [1], maxRoutes: 5, route: ({ url }) => url });
  t.after(() => metrics.stop());
  const { port } = await serviceOf(t, (_request, response) => void response.end());
  await asked(port, Array.from({ length: 1_000 }, (_, i) => `/${i}`));
  await until(() => routes(registry).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0) === 1_000);
  assert.deepEqual(routes(registry), ['GET /0 200 1', 'GET /1 200 1', 'GET /2 200 1', 'GET /3 200 1', 'GET /4 200 1', 'GET unmatched 200 995']);
  assert.deepEqual(warnings, ['ERR_SERIES_LIMIT httpServerMetrics: maxRoutes: expected at most 5 values, got one more; others are "unmatched"']);
});
