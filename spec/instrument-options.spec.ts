// What HTTP metrics can be given, and functions of the caller's that do what they should not: no request breaks, and no
// measurement is lost.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { Counter, Gauge, Registry, render } from '../lib/index.ts';
import type { HistogramPoint } from '../lib/index.ts';
import { fetchMetrics, httpClientMetrics, httpServerMetrics, setRoute } from '../lib/instrument.ts';
import type { HttpServerOptions } from '../lib/instrument.ts';
import { sampleValue } from '../lib/testing.ts';
import { serviceOf, shown, until } from './http-service.ts';

const DURATION = 'http_request_duration_seconds_count';

/** What is shown after requests to these paths, and what was warned of. */
async function afterRequests(t: TestContext, options: HttpServerOptions, paths: readonly string[]) {
  const warnings: string[] = [];
  const registry = new Registry({ onWarning: ({ code, message }) => warnings.push(`${code} ${message}`) });
  const metrics = httpServerMetrics(registry, { metrics: ['duration', 'aborted'], ...options });
  t.after(() => metrics.stop());
  const { origin } = await serviceOf(t, (_request, response) => void response.end('x'));
  for (const path of paths) assert.equal(await (await fetch(origin + path)).text(), 'x');
  await until(() => shown(registry, DURATION).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0) === paths.length);
  return { shown: shown(registry, DURATION), warnings };
}

const WRONG: readonly (readonly [options: unknown, message: RegExp])[] = [
  [{ names: 'otel' }, /httpServerMetrics: names: expected "prometheus" or "opentelemetry", got "otel"/],
  [{ name: 'x' }, /httpServerMetrics: expected a known option, such as "names", got "name"/],
  [{ metrics: [] }, /metrics: expected a list of "duration"/],
  [{ metrics: ['durations'] }, /metrics: expected a list of "duration", .*, got \["durations"\]/],
  [{ route: '/x' }, /route: expected a function, got "\/x"/],
  [{ routes: { '/x': true } }, /routes: expected for each route false, or one of how many requests is measured/],
  [{ routes: { '/x': 1.5 } }, /routes: /],
  [{ ignore: '/metrics' }, /ignore: expected a list of paths, or a function, got "\/metrics"/],
  [{ maxRoutes: 0 }, /maxRoutes: expected a number of 1 or more, got 0/],
  [{ labels: () => ({}) }, /labels: expected labels and labelValues together, got a function/],
  [{ labelValues: { a: 1 } }, /labels: expected labels and labelValues together/],
  [{ labels: () => ({}), labelValues: { a: 'x' } }, /labelValues: expected for each label a list of values, or how many there may be/],
  [{ exemplars: 'yes' }, /exemplars: expected true or false, got "yes"/],
  [{ clock: 5 }, /clock: expected a function, got 5/],
  [{ servers: {} }, /servers: expected a list of servers/],
  [{ buckets: 5 }, /buckets: expected a list of bounds, got 5/],
  [{ native: 5 }, /native: expected true, false, or options of native histograms, got 5/],
  [null, /expected options, got null/],
];

for (const [options, message] of WRONG) {
  test(`refuses ${JSON.stringify(options)}`, () => {
    assert.throws(() => httpServerMetrics(new Registry(), options as HttpServerOptions), { code: 'ERR_OPTION', message });
  });
}

test('refuses what is no registry, names and labels that cannot be, and bounds that are none', () => {
  for (const make of [httpServerMetrics, httpClientMetrics, fetchMetrics]) {
    for (const given of [undefined, {}, { collect: () => [] }]) assert.throws(() => make(given as never), { code: 'ERR_OPTION', message: /: expected a registry, got / });
    assert.throws(() => make(new Registry(), { buckets: [2, 1] }), { code: 'ERR_BUCKETS' });
    assert.throws(() => make(new Registry(), { labels: () => ({}), labelValues: { 'a-b': 2 } }), { code: 'ERR_LABEL_NAME' });
    assert.throws(() => make(new Registry({ labels: { method: 'x' } })), { code: 'ERR_LABEL_NAME' });
    assert.throws(() => make(new Registry(), { hots: [] } as never), { code: 'ERR_OPTION' });
  }
  assert.throws(() => httpServerMetrics(new Registry(), { labels: () => ({}), labelValues: { route: 2 } }), { code: 'ERR_LABEL_NAME' });
  const taken = new Registry();
  taken.register(new Counter({ name: 'http_requests_aborted_total', help: '' }));
  assert.throws(() => httpServerMetrics(taken), { code: 'ERR_DUPLICATE' });
  const hosts = /hosts: expected a list of hosts such as "api.example.com" or "localhost:8080", or a function, got /;
  for (const given of ['x', [1], [''], ['https://api.example.com'], ['api.example.com/v1'], ['*.example.com'], ['user@api.example.com']]) {
    assert.throws(() => httpClientMetrics(new Registry(), { hosts: given as never }), { code: 'ERR_OPTION', message: hosts });
  }
  for (const given of [[], ['api.example.com', 'localhost:8080', '[::1]:80', 'bücher.example'], () => undefined]) httpClientMetrics(new Registry(), { hosts: given }).stop();
});

test('where a name is taken, nothing is registered, and what was there stays', () => {
  const registry = new Registry();
  registry.register(new Gauge({ name: 'http_request_size_bytes', help: 'Mine.' }));
  httpServerMetrics(registry, { metrics: ['duration'] }).stop();
  const before = render(registry);
  assert.throws(() => httpServerMetrics(registry), { code: 'ERR_DUPLICATE' });
  assert.equal(render(registry), before);
});

test('what is undefined is not given', () => {
  httpServerMetrics(new Registry(), { names: undefined, metrics: undefined, route: undefined, labels: undefined, labelValues: undefined, clock: undefined }).stop();
});

test('chosen metrics alone are there', () => {
  const registry = new Registry();
  httpServerMetrics(registry, { metrics: ['inFlight', 'aborted'] }).stop();
  assert.deepEqual(registry.instruments().map(({ name }) => name), ['http_requests_in_flight', 'http_requests_aborted_total']);
});

test('labels from the context: declared values, or the first so many; others share one', async (t) => {
  const found = await afterRequests(t, {
    labels: ({ url = '' }) => ({ tenant: url.split('/')[1], shard: url.split('/')[2] }),
    labelValues: { tenant: ['a', 'b'], shard: 2 },
  }, ['/a/1', '/b/2', '/c/3', '/a/1', `/a/${'x'.repeat(1_000)}`, '/toString/__proto__']);
  assert.deepEqual(found, {
    shown: ['GET unmatched 200 a 1 2', 'GET unmatched 200 a other 1', 'GET unmatched 200 b 2 1', 'GET unmatched 200 other other 2'],
    warnings: [],
  });
});

test('numbers and booleans are label values, what is absent is other, and names that are not declared are left out', async (t) => {
  const found = await afterRequests(t, { labels: () => ({ a: 5, b: true, d: 'x' }), labelValues: { a: [5], b: [true], c: ['x'] } }, ['/']);
  assert.deepEqual(found, { shown: ['GET unmatched 200 5 true other 1'], warnings: [] });
});

const NONSENSE: readonly (readonly [returns: string, value: () => unknown, complaint: string])[] = [
  ['throws', () => { throw new Error('broken'); }, 'failed: broken'],
  ['throws nothing to speak of', () => { throw null; }, 'failed: null'],
  ['returns a promise that rejects', () => Promise.reject(new Error('late')), 'got an object'],
  ['returns a number', () => 5, 'got 5'],
];

for (const [returns, value, complaint] of NONSENSE) {
  test(`a function that ${returns} breaks no request and loses nothing; it is warned of once`, async (t) => {
    const route = await afterRequests(t, { route: value as never }, ['/', '/']);
    assert.deepEqual(route.shown, ['GET unmatched 200 2']);
    assert.match(route.warnings.join(), new RegExp(`^ERR_VALUE httpServerMetrics: route: .*${complaint}[^,]*; it is looked for in the usual way$`));
    const labels = await afterRequests(t, { labels: value as never, labelValues: { tenant: ['a'] } }, ['/', '/']);
    assert.deepEqual(labels.shown, ['GET unmatched 200 other 2']);
    assert.match(labels.warnings.join(), new RegExp(`^ERR_VALUE httpServerMetrics: labels: .*${complaint}[^,]*; "other" is recorded$`));
    const ignored = await afterRequests(t, { ignore: value as never }, ['/', '/']);
    assert.deepEqual(ignored.shown, ['GET unmatched 200 2']);
    assert.match(ignored.warnings.join(), new RegExp(`^ERR_VALUE httpServerMetrics: ignore: .*${complaint}[^,]*; the request is measured$`));
  });
}

test('a label’s value that is none is other, with a warning', async (t) => {
  const found = await afterRequests(t, { labels: () => ({ tenant: { toString: () => 'a' } }), labelValues: { tenant: ['a'] } }, ['/']);
  assert.deepEqual(found.shown, ['GET unmatched 200 other 1']);
  assert.match(found.warnings.join(), /^ERR_VALUE httpServerMetrics: labels: tenant: expected a string, number or boolean, got an object/);
});

test('labels that throw when read are other', async (t) => {
  const found = await afterRequests(t, { labels: () => ({ get tenant() { throw new Error('no tenant'); } }), labelValues: { tenant: ['a'] } }, ['/']);
  assert.deepEqual([found.shown, found.warnings], [['GET unmatched 200 other 1'], ['ERR_VALUE httpServerMetrics: labels: failed: no tenant; "other" is recorded']]);
});

test('a clock that goes back, throws or lies makes no duration below 0, and breaks nothing', async (t) => {
  let ms = 1_000;
  const found = await afterRequests(t, { clock: () => (ms -= 10) }, ['/', '/']);
  assert.deepEqual(found.shown, ['GET unmatched 200 2']);
  for (const clock of [() => NaN, () => { throw new Error('stopped'); }, () => 'x' as never]) assert.deepEqual((await afterRequests(t, { clock }, ['/'])).shown, ['GET unmatched 200 1']);
});

test('setRoute takes templates alone, of whatever holds the request, and the last one counts', async (t) => {
  const registry = new Registry();
  const metrics = httpServerMetrics(registry, { metrics: ['duration'] });
  t.after(() => metrics.stop());
  const { origin } = await serviceOf(t, (request, response) => {
    const given: Readonly<Record<string, () => void>> = {
      '/raw': () => setRoute(request, '/by/:raw'),
      '/wrapped': () => setRoute({ raw: request }, '/by/:wrapper'),
      '/context': () => setRoute({ req: { raw: request } }, '/by/:context'),
      '/twice': () => [setRoute(request, '/first'), setRoute(request, '/second')],
      '/undefined': () => [setRoute(request, '/first'), setRoute(request, undefined)],
      '/pattern': () => setRoute(request, /^\/x/),
      '/nothing': () => [undefined, null, '', 5, {}].forEach((each) => setRoute(request, each)),
      '/frozen': () => setRoute(Object.freeze({}), '/x'),
      '/none': () => setRoute(undefined as never, '/x'),
    };
    given[request.url!]?.();
    response.end();
  });
  for (const path of ['/raw', '/wrapped', '/context', '/twice', '/undefined', '/pattern', '/nothing', '/frozen', '/none']) await (await fetch(origin + path)).text();
  await until(() => shown(registry, DURATION).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0) === 9);
  assert.deepEqual(shown(registry, DURATION), [
    'GET /^\\/x/ 200 1', 'GET /by/:context 200 1', 'GET /by/:raw 200 1', 'GET /by/:wrapper 200 1', 'GET /first 200 1', 'GET /second 200 1', 'GET unmatched 200 3',
  ]);
});

test('a registry within a registry shows them too, under its labels', async (t) => {
  const outer = new Registry({ labels: { service: 'shop' } });
  const registry = outer.register(new Registry());
  const metrics = httpServerMetrics(registry, { metrics: ['duration'], buckets: [1] });
  t.after(() => metrics.stop());
  const { origin } = await serviceOf(t, (_request, response) => void response.end());
  await (await fetch(origin)).text();
  await until(() => shown(registry, DURATION).length === 1);
  assert.equal(sampleValue(outer, DURATION, { service: 'shop', method: 'GET', route: 'unmatched', status_code: 200 }), 1);
});

test('with `native`, durations and sizes have native buckets beside the classic ones', async (t) => {
  const registry = new Registry();
  const metrics = httpServerMetrics(registry, { metrics: ['duration', 'responseSize'], native: { factor: 1.5 } });
  t.after(() => metrics.stop());
  const { origin } = await serviceOf(t, (_request, response) => void response.end('answer'));
  await (await fetch(origin)).text();
  await until(() => shown(registry, DURATION).length === 1);
  for (const family of registry.collect()) {
    const [point] = family.points as readonly HistogramPoint[];
    assert.equal(point!.native!.schema, 1, family.name);
    assert.equal(Array.from(point!.counts).reduce((sum, count) => sum + count), 1);
    assert.equal(Array.from(point!.native!.positive.counts).reduce((sum, count) => sum + count), 1);
  }
});
