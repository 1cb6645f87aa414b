// What does it cost to measure a request? Nanoseconds of processor time that it adds, in Express and Fastify.

import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

import { Registry, render } from '../lib/index.ts';
import { httpServerMetrics } from '../lib/instrument.ts';
import type { HttpMetric } from '../lib/instrument.ts';
import { median, processorNs } from './harness.ts';
import type { Case, Question } from './harness.ts';
import { connectTo } from './memory-connection.ts';

/** A server that is measured, and what was recorded of it. */
interface Measured {
  readonly server: Server;
  /**
   * A path of the same server that is not measured; absent where what measures can be switched. A second application
   * would cost the requests of both some microseconds.
   */
  readonly barePath?: string;
  start?(): void;
  stop?(): void;
  exposition(): string | Promise<string>;
}

type Make = () => Promise<Measured>;

const PATH = '/users/17';
const BARE_PATTERN = '/bares/:id';
const BARE_PATH = '/bares/17';
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const DURATIONS = 'durations';
const ALL = 'all that each has by default';

const MAKES: Readonly<Record<string, Readonly<Record<string, Make>>>> = {
  [`Express, ${DURATIONS}`]: { promlet: promletOn(() => expressServer(), ['duration']), 'express-prom-bundle': bundled },
  [`Express, ${ALL}`]: { promlet: promletOn(() => expressServer()), 'express-prom-bundle': bundled },
  [`Fastify, ${DURATIONS}`]: { promlet: promletOn(fastifyServer, ['duration']), 'fastify-metrics': () => fastifyMetrics({ enabled: { histogram: true, summary: false } }) },
  [`Fastify, ${ALL}`]: { promlet: promletOn(fastifyServer), 'fastify-metrics': () => fastifyMetrics({}) },
  [`node:http, ${ALL}`]: { promlet: promletOn(async () => createServer(answer)) },
};

const REQUESTS = 200;

export const instrument: Question = {
  name: 'instrument',
  asks: 'What does it add to a request, over a connection in memory, that it is measured?',
  unit: 'ns',
  nodeFlags: ['--single-threaded-gc'],

  cases(scale): readonly Case[] {
    const names = Object.keys(MAKES).filter((name) => !scale.isQuick || name.includes(DURATIONS));
    return names.map((name) => ({ name, subjects: Object.keys(MAKES[name]!), rounds: scale.isQuick ? 3 : 5, isOnEachEngine: name.startsWith('Express') }));
  },

  async check(name, subject) {
    const { server, start, stop, exposition } = await MAKES[name]![subject]!();
    start?.();
    const connection = connectTo(server, PATH);
    await connection.ask(50);
    if (!connection.answer.startsWith('HTTP/1.1 200')) throw new Error(`${name}, ${subject}: expected a 200, got ${connection.answer}`);
    const shown = await exposition();
    const counted = /^http_request_duration_seconds_count\{.*\} 50$/m.test(shown);
    if (!counted) throw new Error(`${name}, ${subject}: expected 50 requests, got ${shown}`);
    stop?.();
  },

  async measure(name, subject) {
    const { server, barePath, start, stop } = await MAKES[name]![subject]!();
    const measured = connectTo(server, PATH);
    const bare = barePath === undefined ? measured : connectTo(server, barePath);
    const timed = async (connection: typeof bare): Promise<number> => {
      const begin = processorNs();
      await connection.ask(REQUESTS);
      return (processorNs() - begin) / REQUESTS;
    };
    const batches = 60;
    const phase = async (connection: typeof bare): Promise<number> => {
      for (let i = 0; i < 40; i++) await timed(connection);
      const figures: number[] = [];
      for (let i = 0; i < batches; i++) figures.push(await timed(connection));
      // The quieter half, since other programs take turns on the processor's caches.
      return median(figures.sort((one, other) => one - other).slice(0, batches / 2));
    };
    // Before and after, so that what drifts in the machine meets both.
    const before = await phase(bare);
    start?.();
    const withIt = await phase(measured);
    stop?.();
    const after = await phase(bare);
    return [withIt - (before + after) / 2];
  },
};

function promletOn(make: () => Promise<Server>, metrics?: readonly HttpMetric[]): Make {
  return async () => {
    const registry = new Registry();
    let running: { stop(): void } | undefined;
    return {
      server: await make(),
      start: () => void (running = httpServerMetrics(registry, { metrics })),
      stop: () => running?.stop(),
      exposition: () => render(registry),
    };
  };
}

function answer(_request: IncomingMessage, response: ServerResponse): void {
  response.end('hello');
}

type Middleware = (request: unknown, response: unknown, next: () => void) => void;

interface Express {
  use(handler: Middleware): void;
  get(path: string, handler: (request: unknown, response: { send(text: string): void }) => void): void;
}

async function expressServer(middleware?: Middleware): Promise<Server> {
  const { default: express } = (await import('express' as string)) as { default: () => Express & ((request: IncomingMessage, response: ServerResponse) => void) };
  const app = express();
  if (middleware !== undefined) app.use(middleware);
  app.get('/users/:id', (_request, response) => response.send('hello'));
  return createServer(app);
}

async function bundled(): Promise<Measured> {
  const { default: promBundle } = (await import('express-prom-bundle' as string)) as { default: (options: object) => Middleware };
  const client = (await import('prom-client' as string)) as { Registry: new () => { metrics(): Promise<string> } };
  const registry = new client.Registry();
  const middleware = promBundle({ includeMethod: true, includePath: true, includeUp: false, autoregister: false, buckets: BUCKETS, promRegistry: registry });
  let isOn = false;
  const server = await expressServer((request, response, next) => (isOn ? middleware(request, response, next) : next()));
  return { server, start: () => void (isOn = true), stop: () => void (isOn = false), exposition: () => registry.metrics() };
}

interface Fastify {
  readonly server: Server;
  readonly metrics: { readonly client: { readonly register: { metrics(): Promise<string> } } };
  register(plugin: unknown, options?: object): Promise<void>;
  get(path: string, handler: () => Promise<string>): void;
  ready(): Promise<void>;
}

async function fastifyServer(): Promise<Server> {
  return (await fastifyApp()).server;
}

/** @param register - What applies to the measured route alone. */
async function fastifyApp(register: (scope: Fastify) => Promise<void> = async () => {}): Promise<Fastify> {
  const { default: fastify } = (await import('fastify' as string)) as { default: () => Fastify };
  const app = fastify();
  app.get(BARE_PATTERN, async () => 'hello');
  await app.register(async (scope: Fastify) => {
    await register(scope);
    scope.get('/users/:id', async () => 'hello');
  });
  await app.ready();
  return app;
}

async function fastifyMetrics(routeMetrics: object): Promise<Measured> {
  const { default: loaded } = (await import('fastify-metrics' as string)) as { default: unknown };
  const plugin = (loaded as { default?: unknown }).default ?? loaded;
  let metrics: Fastify['metrics'] | undefined;
  const { server } = await fastifyApp(async (scope) => {
    await scope.register(plugin, { endpoint: null, clearRegisterOnInit: true, defaultMetrics: { enabled: false }, routeMetrics: { overrides: { histogram: { buckets: BUCKETS } }, ...routeMetrics } });
    metrics = scope.metrics;
  });
  return { server, barePath: BARE_PATH, exposition: () => metrics!.client.register.metrics() };
}
