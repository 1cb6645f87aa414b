// The answer to a request, without a socket: status, headers, body, refreshing, and yielding. Where it was routed
// from is no matter; the routes of `serve` are in routes.spec.ts.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, Histogram, Registry, render, text } from '../lib/index.ts';
import type { Collector, MetricFamily } from '../lib/index.ts';
import type { Answer } from '../lib/scraping/answer.ts';
import { answerer } from '../lib/scraping/handler.ts';
import type { AnswerOptions } from '../lib/scraping/handler.ts';
import type { Authenticate } from '../lib/scraping/authentication.ts';
import type { RequestHead } from '../lib/scraping/request.ts';
import { ManualTimers } from './manual-timers.ts';

const noPause = { giveWay: (): Promise<void> => Promise.resolve() };

async function ask(source: Collector, method: string, target: string, options?: AnswerOptions): Promise<Answer> {
  return answerer(source, noPause, options)({ method, target, headers: {}, signal: new AbortController().signal });
}

function bodyOf({ body }: Answer): string {
  return Buffer.concat(body).toString();
}

function registryWith(help: string): Registry {
  const registry = new Registry();
  registry.register(new Gauge({ name: 'g', help })).set(1);
  return registry;
}

test('GET of the metrics is what `render` gives, with its type and its length in bytes', async () => {
  const registry = registryWith('größer 😀');
  const found = await ask(registry, 'GET', '/metrics');
  assert.equal(found.status, 200);
  assert.equal(bodyOf(found), render(registry));
  assert.deepEqual(found.headers, {
    'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(render(registry))),
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    Vary: 'Accept, Accept-Encoding',
  });
});

test('HEAD has the headers of GET and no body', async () => {
  const registry = registryWith('');
  for (const target of ['/metrics', '/', '/nowhere/']) {
    const [get, head] = [await ask(registry, 'GET', target), await ask(registry, 'HEAD', target)];
    assert.deepEqual({ ...head, giveBack: undefined }, { ...get, body: [], giveBack: undefined });
    assert.ok(Number(head.headers['Content-Length']) > 0);
  }
});

for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'get', '']) {
  test(`the method "${method}" is not allowed`, async () => {
    const found = await ask(registryWith(''), method, '/metrics');
    assert.deepEqual([found.status, found.headers['Allow'], bodyOf(found)], [405, 'GET, HEAD', 'Only GET and HEAD\n']);
  });
}


for (const target of ['/metrics', '/metrics/', '/', '', '*', '/internal/metrics?x=/', '//m', '/%6d', '/-/healthy', '/-/ready']) {
  test(`what was routed here from "${target}" is answered with the metrics`, async () => {
    const registry = registryWith('');
    const found = await ask(registry, 'GET', target);
    assert.deepEqual([found.status, bodyOf(found)], [200, render(registry)]);
  });
}

test('collectors are refreshed before each scrape', async () => {
  const registry = new Registry();
  registry.register(new Gauge({ name: 'g', help: '', collect: async (self) => { await Promise.resolve(); self.inc(); } }));
  const respond = answerer(registry, noPause);
  const { signal } = new AbortController();
  assert.match(bodyOf(await respond({ method: 'GET', target: '/metrics', headers: {}, signal })), /^g 1$/m);
  assert.match(bodyOf(await respond({ method: 'HEAD', target: '/metrics', headers: {}, signal })), /^$/);
  assert.match(bodyOf(await respond({ method: 'GET', target: '/metrics', headers: {}, signal })), /^g 3$/m);
});

test('scrapes that meet share the refresh that is under way, and nothing after it', async () => {
  let calls = 0;
  let release = (): void => {};
  const registry = new Registry();
  const counter = registry.register(new Counter({ name: 'c_total', help: '' }));
  registry.register({ collect: () => [], refresh: () => new Promise<void>((resolve) => { calls++; release = resolve; }) });
  const respond = answerer(registry, noPause);
  const scrape = async (): Promise<Answer> => respond({ method: 'GET', target: '/metrics', headers: {}, signal: new AbortController().signal });
  const [first, second] = [scrape(), scrape()];
  counter.inc();
  release();
  assert.match(bodyOf(await first), /^c_total 1$/m);
  assert.match(bodyOf(await second), /^c_total 1$/m);
  assert.equal(calls, 1);
  const third = scrape();
  counter.inc();
  release();
  assert.match(bodyOf(await third), /^c_total 2$/m);
  assert.equal(calls, 2);
});

test('a source that fails is a 500 without any of its words, and the next scrape works', async () => {
  let isDown = true;
  const sources: Collector[] = [
    { collect: () => { if (isDown) throw new Error('secret'); return []; } },
    { collect: () => [], refresh: () => { if (isDown) throw new Error('secret'); } },
    { collect: () => [], refresh: () => (isDown ? Promise.reject(new Error('secret')) : Promise.resolve()) },
    { collect: () => (isDown ? [{ type: 'gauge' } as MetricFamily] : []) },
  ];
  for (const source of sources) {
    isDown = true;
    const respond = answerer(source, noPause);
    const scrape = async (): Promise<Answer> => respond({ method: 'GET', target: '/metrics', headers: {}, signal: new AbortController().signal });
    const failed = await scrape();
    assert.equal(failed.status, 500);
    assert.equal(bodyOf(failed), 'The metrics could not be written\n');
    isDown = false;
    assert.equal((await scrape()).status, 200);
  }
});

test('a source without `refresh` is served too', async () => {
  const counter = new Counter({ name: 'c_total', help: '' });
  const source = { collect: () => counter.collect() };
  assert.equal(bodyOf(await ask(source, 'GET', '/metrics', { selfMetrics: false })), '# TYPE c_total counter\nc_total 0\n');
});

/** A registry of more than fifty chunks. */
function large(): Registry {
  const registry = new Registry();
  const counter = registry.register(new Counter({ name: 'c_total', help: '', labelNames: ['path'], maxSeries: 100_000 }));
  for (let i = 0; i < 50_000; i++) counter.inc({ path: `/a/path/of/some/length/${i}` });
  return registry;
}

test('a scrape that takes longer than `maxPauseMs` gives way in between, and the body is whole', async () => {
  const registry = large();
  let pauses = 0;
  const respond = answerer(registry, { giveWay: async () => { pauses++; } }, { maxPauseMs: 0 });
  const found = await respond({ method: 'GET', target: '/metrics', headers: {}, signal: new AbortController().signal });
  assert.ok(pauses > 5, `${pauses} pauses`);
  // Every eight chunks: fewer are written in no time.
  assert.equal(pauses, Math.floor([...text.write(registry.collect())].length / 8));
  assert.equal(bodyOf(found), render(registry));
  assert.equal(found.headers['Content-Length'], String(bodyOf(found).length));
});

test('a scrape that takes less is one instant over all series', async () => {
  const registry = large();
  let pauses = 0;
  const respond = answerer(registry, { giveWay: async () => { pauses++; } }, { maxPauseMs: 60_000 });
  await respond({ method: 'GET', target: '/metrics', headers: {}, signal: new AbortController().signal });
  assert.equal(pauses, 0);
});

test('others run while a scrape gives way, and what they write and remove does not break it', async () => {
  const registry = large();
  const counter = registry.get('c_total') as Counter<'path'>;
  let i = 0;
  const giveWay = async (): Promise<void> => {
    counter.remove({ path: `/a/path/of/some/length/${i}` });
    counter.inc({ path: `/a/path/of/some/length/${i++}` }, 5);
    registry.register(new Gauge({ name: `g${i}`, help: '' }));
  };
  const respond = answerer(registry, { giveWay }, { maxPauseMs: 0 });
  const found = bodyOf(await respond({ method: 'GET', target: '/metrics', headers: {}, signal: new AbortController().signal }));
  assert.ok(i > 5);
  assert.match(found, /^# TYPE c_total counter\n(?:c_total\{path="[^"]+"\} [15]\n){50000}$/);
  assert.equal(new Set(found.split('\n')).size, found.split('\n').length);
});

test('answers in the format that the scraper prefers, and two scrapers differently at the same moment', async () => {
  const registry = registryWith('');
  const respond = answerer(registry, noPause);
  const scrape = async (accept: string): Promise<Answer> => respond({ method: 'GET', target: '/metrics', headers: { accept }, signal: new AbortController().signal });
  const [openMetricsAnswer, textAnswer] = await Promise.all([scrape('application/openmetrics-text'), scrape('text/plain')]);
  assert.equal(bodyOf(openMetricsAnswer), '# TYPE g gauge\ng 1\n# EOF\n');
  assert.equal(openMetricsAnswer.headers['Content-Type'], 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores');
  assert.equal(bodyOf(textAnswer), '# TYPE g gauge\ng 1\n');
});

test('OpenMetrics can be switched off', async () => {
  const respond = answerer(registryWith(''), noPause, { openMetrics: false });
  const found = await respond({ method: 'GET', target: '/metrics', headers: { accept: 'application/openmetrics-text' }, signal: new AbortController().signal });
  assert.equal(found.headers['Content-Type'], 'text/plain; version=0.0.4; charset=utf-8');
});

test('needs a format to offer', () => {
  assert.throws(() => answerer(new Registry(), noPause, { formats: [] }), { code: 'ERR_OPTION', message: 'formats: expected one format or more, got none' });
});

for (const { why, help, acceptEncoding, compress, isCompressed } of [
  { why: 'a long answer for a scraper that accepts gzip', help: 'x'.repeat(2000), acceptEncoding: 'gzip', compress: true, isCompressed: true },
  { why: 'a short answer', help: 'x', acceptEncoding: 'gzip', compress: true, isCompressed: false },
  { why: 'a long answer for a scraper that does not accept gzip', help: 'x'.repeat(2000), acceptEncoding: 'gzip;q=0', compress: true, isCompressed: false },
  { why: 'a long answer where compression is switched off', help: 'x'.repeat(2000), acceptEncoding: 'gzip', compress: false, isCompressed: false },
]) {
  test(`${isCompressed ? 'compresses' : 'does not compress'} ${why}`, async () => {
    const zipped = Uint8Array.of(1, 2, 3);
    const respond = answerer(registryWith(help), { ...noPause, gzip: async () => [zipped] }, { compress });
    const { headers, body } = await respond({ method: 'GET', target: '/metrics', headers: { 'accept-encoding': acceptEncoding }, signal: new AbortController().signal });
    assert.equal(headers['Content-Encoding'], isCompressed ? 'gzip' : undefined);
    assert.equal(headers['Content-Length'], String(Buffer.concat(body).length));
    assert.equal(body[0] === zipped, isCompressed);
  });
}

// Limits

test('requests beyond `maxInFlight` are 503 at once, with a time to come again, and free places are given anew', async () => {
  const registry = new Registry();
  let release = (): void => {};
  registry.register({ collect: () => [], refresh: () => new Promise<void>((resolve) => (release = resolve)) });
  const respond = answerer(registry, noPause, { maxInFlight: 2 });
  const scrape = async (): Promise<Answer> => respond({ method: 'GET', target: '/metrics', headers: {}, signal: new AbortController().signal });
  const running = [scrape(), scrape()];
  const refused = await scrape();
  assert.deepEqual([refused.status, refused.headers['Retry-After'], bodyOf(refused)], [503, '1', 'Too many requests at once\n']);
  release();
  assert.deepEqual((await Promise.all(running)).map(({ status }) => status), [200, 200]);
  const next = scrape();
  release();
  assert.equal((await next).status, 200);
});

test('a scraper that goes away frees its place at once', async () => {
  const registry = new Registry();
  registry.register({ collect: () => [], refresh: () => new Promise<void>(() => {}) });
  const respond = answerer(registry, noPause, { maxInFlight: 1, deadlineMs: 10 });
  const gone = new AbortController();
  const first = respond({ method: 'GET', target: '/metrics', headers: {}, signal: gone.signal });
  gone.abort();
  await first;
  const second = respond({ method: 'GET', target: '/metrics', headers: {}, signal: gone.signal });
  assert.equal((await second).status, 500);
});

test('a query that is too long is 400, wherever it goes', async () => {
  for (const target of ['/metrics', '/', '/nowhere']) {
    const found = await ask(registryWith(''), 'GET', `${target}?${'x'.repeat(101)}`, { maxQueryLength: 100 });
    assert.deepEqual([found.status, bodyOf(found)], [400, 'The query is too long\n']);
  }
  assert.equal((await ask(registryWith(''), 'GET', `/metrics?${'x'.repeat(100)}`, { maxQueryLength: 100 })).status, 200);
});

test('a header that is too long to be worth reading is 400', async () => {
  const respond = answerer(registryWith(''), noPause);
  const askWith = async (headers: Record<string, string>): Promise<Answer> => respond({ method: 'GET', target: '/metrics', headers, signal: new AbortController().signal });
  for (const name of ['accept', 'accept-encoding', 'authorization']) {
    const found = await askWith({ [name]: 'x'.repeat(8193) });
    assert.deepEqual([found.status, bodyOf(found)], [400, 'A header is too long\n']);
    assert.equal((await askWith({ [name]: 'x'.repeat(8192) })).status, 200);
  }
});

// name[]

/** Counts how often each of its collectors is asked. */
function asked(): { registry: Registry; calls: string[] } {
  const registry = new Registry();
  const calls: string[] = [];
  for (const name of ['a', 'b']) registry.register(new Gauge({ name, help: '', collect: (self) => { calls.push(name); self.set(1); } }));
  registry.register(new Histogram({ name: 'h', help: '', buckets: [1], collect: () => { calls.push('h'); } }));
  registry.register({ names: ['own_total'], collect: () => { calls.push('own'); return []; } });
  registry.register({ collect: () => { calls.push('unnamed'); return [{ type: 'gauge', name: 'u', help: '', points: [{ labels: {}, value: 1 }] }]; } });
  return { registry, calls };
}

const selections: readonly (readonly [query: string, calls: readonly string[], shown: readonly string[]])[] = [
  ['name[]=a', ['a', 'unnamed'], ['a']],
  ['name%5B%5D=b&x=1&name[]=a', ['a', 'b', 'unnamed'], ['a', 'b']],
  ['name[]=h_bucket', ['h', 'unnamed'], ['h']],
  ['name[]=u', ['unnamed'], ['u']],
  ['name[]=own', ['own', 'unnamed'], []],
  ['name[]=nothing', ['unnamed'], []],
  ['name[]=', ['unnamed'], []],
  ['name[]=__proto__', ['unnamed'], []],
  ['name[]=promlet_collector_success', ['unnamed'], ['promlet_collector_success']],
  ['name=a', ['a', 'b', 'h', 'own', 'unnamed'], ['a', 'b', 'h', 'u']],
  ['name[]=%E0%A4%A&name[]=a', ['a', 'unnamed'], ['a']],
];

for (const [query, calls, shown] of selections) {
  test(`?${query} shows what it names, and asks no collector that is known to have none of it`, async () => {
    const counted = asked();
    const selfMetrics = query.includes('promlet');
    const found = await ask(counted.registry, 'GET', `/metrics?${query}`, { selfMetrics });
    assert.equal(found.status, 200);
    assert.deepEqual([...bodyOf(found).matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name), shown);
    assert.deepEqual(counted.calls, calls);
  });
}

test('the names of a collector have to be a list of strings', () => {
  assert.throws(() => new Registry().register({ names: 'a' as unknown as string[], collect: () => [] }), {
    code: 'ERR_OPTION',
    message: 'collector Object: names: expected a list of strings, got "a"',
  });
});

// Who gets in

const gates: readonly (readonly [what: string, authenticate: Authenticate, status: number])[] = [
  ['true', () => true, 200],
  ['a promise of true', async () => true, 200],
  ['false', () => false, 401],
  ['something else that is truthy', () => 1 as unknown as boolean, 401],
  ['a throw', () => { throw new Error('secret'); }, 401],
  ['a rejection', () => Promise.reject(new Error('secret')), 401],
  ['nothing in time', () => new Promise(() => {}), 401],
];

for (const [what, authenticate, status] of gates) {
  test(`where \`authenticate\` answers with ${what}, the answer is ${status}`, async () => {
    assert.equal((await ask(registryWith(''), 'GET', '/metrics', { authenticate, deadlineMs: 10 })).status, status);
  });
}

test('a check that has too much to do may say so, and when to come again: the answer is 503, and no fault', async () => {
  const errors: unknown[] = [];
  const overload = Object.assign(new Error('full'), { retryAfterSeconds: 7 });
  for (const authenticate of [() => { throw overload; }, () => Promise.reject(overload)]) {
    const found = await ask(registryWith(''), 'GET', '/metrics', { authenticate, onError: (error) => errors.push(error) });
    assert.deepEqual([found.status, found.headers['Retry-After'], bodyOf(found)], [503, '7', 'Too many requests at once\n']);
  }
  assert.deepEqual(errors, []);
});

test('a check may have a limit of its own, longer or shorter than that of collectors', async () => {
  for (const [limitMs, deadlineMs, status] of [[100, 10, 200], [10, 100, 401], [undefined, 100, 200], [undefined, 10, 401], [Infinity, 1, 200]] as const) {
    const timers = new ManualTimers();
    const authenticate = Object.assign(() => new Promise<boolean>((resolve) => void timers.after(50, () => resolve(true))), { limitMs });
    const answered = answerer(registryWith(''), { ...noPause, timers }, { authenticate, deadlineMs })({ method: 'GET', target: '/metrics', headers: {}, signal: new AbortController().signal });
    await timers.pass(100);
    assert.equal((await answered).status, status);
    assert.equal(timers.waiting, 0);
  }
});

test('those who wait for authentication take no place of those who are answered, and are limited too', async () => {
  const registry = new Registry();
  const releases: ((isAllowed: boolean) => void)[] = [];
  let release = (): void => {};
  registry.register({ collect: () => [], refresh: () => new Promise<void>((resolve) => (release = resolve)) });
  const authenticate = ({ target }: RequestHead): boolean | Promise<boolean> => target === '/known' || (target !== '/wrong' && new Promise((resolve) => releases.push(resolve)));
  const respond = answerer(registry, noPause, { maxInFlight: 2, authenticate });
  const get = async (target: string): Promise<Answer> => respond({ method: 'GET', target, headers: {}, signal: new AbortController().signal });
  const asking = [get('/new'), get('/new')];
  // No more may wait; a check of one's own is not even called.
  assert.deepEqual([(await get('/new')).status, releases.length], [503, 2]);
  releases.splice(0).forEach((allow, i) => allow(i === 0));
  assert.equal((await asking[1]!).status, 401);
  const [one, two] = [get('/known'), get('/known')];
  // One was let in before.
  assert.deepEqual([(await two).status, (await get('/wrong')).status], [503, 401]);
  const other = get('/new');
  release();
  assert.deepEqual([(await asking[0]!).status, (await one).status], [200, 200]);
  releases[0]!(true);
  await new Promise((resolve) => setImmediate(resolve));
  release();
  assert.equal((await other).status, 200);
});

test('who is refused learns nothing: not what there is, nor how, but what to bring', async () => {
  let calls = 0;
  const registry = registryWith('');
  registry.register({ collect: () => [], refresh: () => { calls++; } });
  const authenticate = Object.assign(() => false, { challenge: 'Basic realm="x"' });
  for (const method of ['GET', 'HEAD', 'POST']) {
    const found = await ask(registry, method, '/metrics', { authenticate });
    assert.deepEqual([found.status, found.headers['WWW-Authenticate']], [401, 'Basic realm="x"']);
    assert.equal(bodyOf(found), method === 'HEAD' ? '' : 'Unauthorized\n');
  }
  assert.equal(calls, 0);
});

test('`authenticate` sees what the client sent', async () => {
  const seen: unknown[] = [];
  const authenticate = (request: RequestHead): boolean => seen.push(request) > 0;
  const respond = answerer(registryWith(''), noPause, { authenticate });
  await respond({ method: 'GET', target: '/metrics?a=b', headers: { authorization: 'Bearer x' }, signal: new AbortController().signal });
  await respond({ method: 'HEAD', target: '/', headers: {}, address: '192.0.2.1', signal: new AbortController().signal });
  assert.deepEqual(seen, [
    { method: 'GET', target: '/metrics?a=b', headers: { authorization: 'Bearer x' } },
    { method: 'HEAD', target: '/', headers: {}, address: '192.0.2.1' },
  ]);
});
