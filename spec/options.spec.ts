// Options of handlers and of `serve`: which there are, what each may be, and that they are refused before anything
// is served.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';

import { fetchHandler } from '../lib/fetch.ts';
import { metricsHandler, serve } from '../lib/http.ts';
import type { ServeOptions } from '../lib/http.ts';
import { Gauge, Registry, openMetrics, render } from '../lib/index.ts';
import type { Collector } from '../lib/index.ts';

const host = '127.0.0.1';

function registryWith(value: number): Registry {
  const registry = new Registry();
  registry.register(new Gauge({ name: 'size', help: '' })).set(value);
  return registry;
}

type Make = (source: Collector, options: object) => unknown;

const ENTRIES: Readonly<Record<'metricsHandler' | 'fetchHandler' | 'serve', Make>> = {
  metricsHandler: (source, options) => metricsHandler(source, options),
  fetchHandler: (source, options) => fetchHandler(source, options),
  serve: (source, options) => serve(source, options),
};

/** Expects the entry point to refuse the options: `serve` rejects, and never throws. */
async function refuses(entry: string, source: unknown, options: unknown, error: object): Promise<void> {
  const make = ENTRIES[entry as keyof typeof ENTRIES];
  const attempt = (): unknown => make(source as Collector, options as object);
  if (entry === 'serve') await assert.rejects(attempt() as Promise<unknown>, error);
  else assert.throws(attempt, error);
}

const HANDLERS = ['metricsHandler', 'fetchHandler', 'serve'];
const NODE = ['metricsHandler', 'serve'];

/** Times and numbers, and who has them. */
const LIMITS: Readonly<Record<string, { readonly entries: readonly string[]; readonly lowest: string }>> = {
  deadlineMs: { entries: HANDLERS, lowest: 'above 0' },
  maxInFlight: { entries: HANDLERS, lowest: 'above 0' },
  maxQueryLength: { entries: HANDLERS, lowest: 'above 0' },
  maxPauseMs: { entries: HANDLERS, lowest: 'that is not negative' },
  sendTimeoutMs: { entries: NODE, lowest: 'above 0' },
  maxUnsentBytes: { entries: NODE, lowest: 'above 0' },
  receiveTimeoutMs: { entries: ['serve'], lowest: 'above 0' },
  maxConnections: { entries: ['serve'], lowest: 'above 0' },
};

for (const [name, { entries, lowest }] of Object.entries(LIMITS)) {
  for (const given of [NaN, -1, -Infinity, '5', '', null, 5n, true, [5], {}, ...(lowest === 'above 0' ? [0] : [])]) {
    test(`${name} of ${typeof given} ${String(given)} is refused by all that have it`, async () => {
      for (const entry of entries) {
        await refuses(entry, new Registry(), { [name]: given }, (error: Error & { code: string }) => {
          assert.equal(error.code, 'ERR_OPTION');
          assert.ok(error.message.startsWith(`${name}: expected a number ${lowest}, got `), error.message);
          return true;
        });
      }
    });
  }
}

test('an option of a handler is the same in `serve`, and the other way about where it is no route’s or server’s', () => {
  const accepted = (entry: keyof typeof ENTRIES, name: string): boolean => {
    try {
      void Promise.resolve(ENTRIES[entry](new Registry(), { [name]: NaN })).catch(() => {});
      return true;
    } catch (error) {
      return !(error as Error).message.startsWith(`${entry}: `);
    }
  };
  for (const [name, { entries }] of Object.entries(LIMITS)) {
    assert.equal(accepted('metricsHandler', name), entries.includes('metricsHandler'), name);
    assert.equal(accepted('fetchHandler', name), entries.includes('fetchHandler'), name);
  }
});

for (const limit of [Infinity, 2 ** 31, 2 ** 32 + 5, 1e300, 0.5]) {
  test(`${limit} is a limit for all times and numbers, and the server serves`, async (t) => {
    const warned = t.mock.method(process, 'emitWarning', () => {});
    // Half a millisecond would be too short for these.
    const names = Object.keys(LIMITS).filter((name) => limit > 1 || !['deadlineMs', 'receiveTimeoutMs', 'maxQueryLength', 'sendTimeoutMs'].includes(name));
    const options = Object.fromEntries(names.map((name) => [name, limit]));
    const registry = registryWith(1);
    registry.register(new Gauge({ name: 'slow', help: '', collect: () => new Promise((resolve) => setTimeout(resolve, 20)) }));
    const server = await serve(registry, { ...options, port: 0, host, selfMetrics: false });
    try {
      const reply = await fetch(`${server.url}/metrics?x`, { headers: { connection: 'close' } });
      assert.equal(await reply.text(), render(registry));
      assert.equal(reply.status, 200);
    } finally {
      await server.close(limit);
    }
    assert.equal(warned.mock.callCount(), 0);
  });
}

for (const limitMs of [NaN, -1, '5', null, 5n]) {
  test(`\`close\` refuses a limit of ${typeof limitMs} ${String(limitMs)}, and the server goes on`, async () => {
    const server = await serve(registryWith(1), { port: 0, host });
    await assert.rejects(server.close(limitMs as number), { code: 'ERR_OPTION', message: /^limitMs: expected a number that is not negative, got / });
    assert.equal((await fetch(`${server.url}/metrics`, { headers: { connection: 'close' } })).status, 200);
    await server.close(0);
  });
}

/** Values that an option cannot have. */
const WRONG: readonly (readonly [name: string, entries: readonly string[], given: unknown, message: string])[] = [
  ['errors', HANDLERS, 'isolated', 'errors: expected one of "isolate", "fail", got "isolated"'],
  ['selfMetrics', HANDLERS, 'collector', 'selfMetrics: expected one of true, false, "collectors", got "collector"'],
  ['openMetrics', HANDLERS, 'no', 'openMetrics: expected true or false, got "no"'],
  ['created', HANDLERS, 1, 'created: expected true or false, got 1'],
  ['lineSafe', HANDLERS, 'yes', 'lineSafe: expected true or false, got "yes"'],
  ['compress', HANDLERS, 'gzip', 'compress: expected true or false, got "gzip"'],
  ['formats', HANDLERS, 'text', 'formats: expected a list of formats, as in [text, openMetrics], got "text"'],
  ['formats', HANDLERS, ['text'], 'formats: expected a list of formats, as in [text, openMetrics], got ["text"]'],
  ['formats', HANDLERS, [], 'formats: expected one format or more, got none'],
  ['onError', HANDLERS, true, 'onError: expected a function, got true'],
  ['authenticate', HANDLERS, { prometheus: 'secret' }, 'authenticate: expected a function, got an object with the keys ["prometheus"]'],
  ['path', ['serve'], 'metrics', 'path: expected a path that begins with "/", got "metrics"'],
  ['path', ['serve'], '', 'path: expected a path that begins with "/", got ""'],
  ['path', ['serve'], 5, 'path: expected a path that begins with "/", got 5'],
  ['title', ['serve'], 5, 'title: expected a string, got 5'],
  ['isReady', ['serve'], true, 'isReady: expected a function, got true'],
  ['host', ['serve'], 5, 'host: expected a string, got 5'],
  ['host', ['serve'], null, 'host: expected a string, got null'],
  ['socketPath', ['serve'], '', 'socketPath: expected the path of a file, got ""'],
  ['unref', ['serve'], 'yes', 'unref: expected true or false, got "yes"'],
];

for (const [name, entries, given, message] of WRONG) {
  test(`${name} that is ${JSON.stringify(given)} is refused by all that have it`, async () => {
    for (const entry of entries) await refuses(entry, new Registry(), { [name]: given }, { code: 'ERR_OPTION', message });
  });
}

test('where formats are switched off, none may be left', async () => {
  for (const entry of HANDLERS) {
    await refuses(entry, new Registry(), { formats: [openMetrics], openMetrics: false }, { code: 'ERR_OPTION', message: 'formats: expected one format or more, got none' });
  }
});

for (const name of ['path', 'title', 'isReady']) {
  test(`${name} is an option of \`serve\` alone, and handlers say so`, async () => {
    for (const entry of ['metricsHandler', 'fetchHandler']) {
      await refuses(entry, new Registry(), { [name]: '/x' }, (error: Error & { code: string }) => {
        assert.equal(error.code, 'ERR_OPTION');
        assert.equal(error.message, `${entry}: expected no option of serve alone, since a handler answers wherever it is mounted, got "${name}"`);
        return true;
      });
    }
  });
}

for (const [entry, name, nearest] of [
  ['metricsHandler', 'deadline', 'deadlineMs'],
  ['fetchHandler', 'maxInflight', 'maxInFlight'],
  ['serve', 'hostt', 'host'],
  ['serve', 'Port', 'port'],
  ['serve', 'socketpath', 'socketPath'],
] as const) {
  test(`${entry} does not know the option ${name}, and knows ${nearest}`, async () => {
    await refuses(entry, new Registry(), { [name]: 1 }, (error: Error & { code: string }) => {
      assert.equal(error.code, 'ERR_OPTION');
      assert.ok(error.message.startsWith(`${entry}: `) && error.message.includes(`"${name}"`) && error.message.includes(nearest), error.message);
      return true;
    });
  });
}

for (const given of [9464, '9464', null, true, () => {}]) {
  test(`options that are ${String(given)} are refused in words`, async () => {
    for (const entry of HANDLERS) {
      await refuses(entry, new Registry(), given, (error: Error & { code: string }) => {
        assert.equal(error.code, 'ERR_OPTION');
        assert.ok(error.message.startsWith(`${entry}: expected`), error.message);
        if (entry === 'serve') assert.match(error.message, /serve\(registry, \{ port: 9464 \}\)/);
        return true;
      });
    }
  });
}

for (const [what, source] of [['undefined', undefined], ['null', null], ['5', 5], ['an object with the keys ["port"]', { port: 9464 }]] as const) {
  test(`a source that is ${what} is refused in words`, async () => {
    for (const entry of HANDLERS) {
      await refuses(entry, source, {}, { code: 'ERR_OPTION', message: `${entry}: expected a registry or another collector, got ${what}` });
    }
  });
}

test('an option that is undefined is one that is not given', async (t) => {
  const registry = registryWith(3);
  const names = [...Object.keys(LIMITS), ...WRONG.map(([name]) => name), 'https'];
  const none = Object.fromEntries(names.map((name) => [name, undefined]));
  const server = await serve(registry, { ...none, port: 0, host } as ServeOptions);
  t.after(() => server.close());
  const shown = await (await fetch(`${server.url}/metrics`, { headers: { connection: 'close' } })).text();
  assert.ok(shown.startsWith(render(registry)) && shown.includes('promlet_handler_requests_total'));
  assert.equal((await fetch(`${server.url}/`, { headers: { connection: 'close' } })).status, 200);
  assert.equal((await fetch(`${server.url}/-/ready`, { headers: { connection: 'close' } })).status, 200);
  const handlerNames = names.filter((name) => WRONG.every(([wrong, entries]) => wrong !== name || entries === HANDLERS) && LIMITS[name]?.entries !== NODE && LIMITS[name]?.entries.includes('fetchHandler') !== false && name !== 'https');
  const handler = fetchHandler(registry, Object.fromEntries(handlerNames.map((name) => [name, undefined])));
  assert.equal(await (await handler(new Request('http://localhost/'))).text(), render(registry));
});

test('options may be inherited, and are checked all the same', async () => {
  await refuses('metricsHandler', new Registry(), Object.create({ deadlineMs: NaN }), { code: 'ERR_OPTION', message: 'deadlineMs: expected a number above 0, got NaN' });
});

test('with `created`, OpenMetrics says when counting began, and nothing else does', async (t) => {
  const registry = new Registry();
  registry.register({ collect: () => [{ type: 'counter', name: 'c_total', help: '', points: [{ labels: {}, value: 1, createdMs: 1_700_000_000_125 }] }] });
  const accept = 'application/openmetrics-text;version=1.0.0';
  const created = /^c_created 1700000000\.125$/m;
  const nodeServer = createServer(metricsHandler(registry, { created: true })).listen(0, host);
  await once(nodeServer, 'listening');
  t.after(() => void nodeServer.close());
  const server = await serve(registry, { port: 0, host, created: true });
  t.after(() => server.close());
  const ask = async (url: string, headers: Record<string, string>): Promise<string> => (await fetch(url, { headers: { connection: 'close', ...headers } })).text();
  for (const url of [`${server.url}/metrics`, `http://${host}:${(nodeServer.address() as AddressInfo).port}/`]) {
    assert.match(await ask(url, { accept }), created);
    assert.match(await ask(url, { accept: `${accept};escaping=allow-utf-8` }), created);
    assert.doesNotMatch(await ask(url, {}), /_created/);
  }
  const request = new Request('http://localhost/', { headers: { accept } });
  assert.match(await (await fetchHandler(registry, { created: true })(request)).text(), created);
  assert.match(await (await fetchHandler(registry, { created: true, formats: [openMetrics] })(request)).text(), created);
  assert.doesNotMatch(await (await fetchHandler(registry)(request)).text(), /_created/);
  assert.doesNotMatch(await (await fetchHandler(registry, { created: false })(request)).text(), /_created/);
});

test('with `lineSafe`, no label value breaks a line for readers that split at more than line feeds', async (t) => {
  const registry = new Registry();
  registry.register(new Gauge({ name: 'g', help: '', labelNames: ['a'] })).set({ a: 'x\r\v\f\x1c\x85\u2028y' }, 1);
  const server = await serve(registry, { port: 0, host, lineSafe: true, selfMetrics: false });
  t.after(() => server.close());
  for (const accept of ['text/plain;version=0.0.4', 'text/plain;version=1.0.0', 'application/openmetrics-text;version=1.0.0', 'application/openmetrics-text;escaping=allow-utf-8']) {
    const request = new Request('http://localhost/', { headers: { accept } });
    const shown = await (await fetch(`${server.url}/metrics`, { headers: { connection: 'close', accept } })).text();
    assert.match(shown, /^g\{a="x[^\r\v\f\x1c\x85\u2028]{6}y"\} 1$/m);
    assert.equal(await (await fetchHandler(registry, { lineSafe: true })(request)).text(), shown);
    assert.match(await (await fetchHandler(registry)(request)).text(), /x\r/);
  }
});
