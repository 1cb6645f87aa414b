// What the handler tells of itself: on in `serve`, off where it is switched off, and never in `render`.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { serve } from '../lib/http.ts';
import { Counter, Registry, openMetrics, render } from '../lib/index.ts';
import type { AnswerOptions } from '../lib/scraping/handler.ts';
import { routes } from '../lib/scraping/routes.ts';
import { checkMetrics, testWith } from './programs.ts';

const host = { giveWay: (): Promise<void> => Promise.resolve() };

/** A function that asks, and gives the samples about the handler that a scrape shows. */
function asking(registry: Registry, options?: AnswerOptions): (target: string, method?: string, signal?: AbortSignal) => Promise<string[]> {
  const respond = routes(registry, host, { selfMetrics: true, ...options });
  return async (target, method = 'GET', signal = new AbortController().signal) => {
    const { body } = await respond({ method, target, headers: {}, signal });
    return Buffer.concat(body).toString().split('\n').filter((line) => line.startsWith('promlet_handler_') && !line.includes('duration'));
  };
}

const quiet = (): Registry => new Registry({ onWarning: () => {} });

test('all codes and causes are there from the first scrape, at 0', async () => {
  assert.deepEqual(await asking(quiet())('/metrics'), [
    ...[200, 400, 401, 404, 405, 500, 503].map((code) => `promlet_handler_requests_total{code="${code}"} 0`),
    'promlet_handler_requests_in_flight 1',
    ...['collector', 'deadline', 'encoding', 'authentication', 'gone'].map((cause) => `promlet_handler_errors_total{cause="${cause}"} 0`),
  ]);
});

test('answers are counted by their code, and faults by their cause', async () => {
  const registry = quiet();
  registry.register(new Counter({ name: 'c_total', help: '' }));
  registry.register({ collect: () => { throw new Error('down'); } });
  registry.register({ collect: () => [], refresh: () => new Promise<void>(() => {}) });
  let isAllowed = true;
  const authenticate = (): boolean => {
    if (isAllowed) return true;
    throw new Error('down');
  };
  const ask = asking(registry, { deadlineMs: 10, authenticate, maxQueryLength: 10 });
  await ask('/nowhere');
  await ask('/metrics', 'POST');
  await ask('/metrics?12345678901');
  isAllowed = false;
  await ask('/metrics');
  isAllowed = true;
  await ask('/metrics', 'GET', AbortSignal.abort());
  const told = await ask('/metrics');
  assert.deepEqual(told.filter((line) => !line.endsWith(' 0')), [
    ...[400, 401, 404, 405].map((code) => `promlet_handler_requests_total{code="${code}"} 1`),
    'promlet_handler_requests_in_flight 1',
    'promlet_handler_errors_total{cause="collector"} 1',
    'promlet_handler_errors_total{cause="deadline"} 1',
    'promlet_handler_errors_total{cause="authentication"} 1',
    'promlet_handler_errors_total{cause="gone"} 1',
  ]);
});

test('the time of the scrape before is shown', async () => {
  const respond = routes(quiet(), host, { selfMetrics: true });
  const seconds = async (): Promise<number> => {
    const { body } = await respond({ method: 'GET', target: '/metrics', headers: {}, signal: new AbortController().signal });
    return Number(/^promlet_handler_last_scrape_duration_seconds (.*)$/m.exec(Buffer.concat(body).toString())![1]);
  };
  assert.equal(await seconds(), 0);
  assert.ok((await seconds()) > 0);
});

for (const { selfMetrics, shown } of [
  { selfMetrics: true, shown: ['promlet_collector_', 'promlet_handler_'] },
  { selfMetrics: 'collectors', shown: ['promlet_collector_'] },
  { selfMetrics: undefined, shown: ['promlet_collector_'] },
  { selfMetrics: false, shown: [] },
] as const) {
  test(`\`selfMetrics: ${selfMetrics}\` in a handler shows ${shown.join(' and ') || 'nothing of the kind'}`, async () => {
    const registry = quiet();
    registry.register({ collect: () => [] });
    const respond = routes(registry, host, selfMetrics === undefined ? {} : { selfMetrics });
    const { body } = await respond({ method: 'GET', target: '/metrics', headers: {}, signal: new AbortController().signal });
    const found = Buffer.concat(body).toString().match(/^promlet_[a-z]+_/gm) ?? [];
    assert.deepEqual([...new Set(found)].sort(), shown);
  });
}

test('constant labels of the registry are on them too', async () => {
  const ask = asking(new Registry({ labels: { service: 'shop' } }));
  assert.ok((await ask('/metrics')).includes('promlet_handler_requests_in_flight{service="shop"} 1'));
});

test('a registry that has such a metric itself keeps its own', async () => {
  const registry = quiet();
  registry.register(new Counter({ name: 'promlet_handler_requests_total', help: '' })).inc(5);
  assert.deepEqual(await asking(registry)('/metrics'), ['promlet_handler_requests_total 5']);
});

test('`serve` shows them unless they are switched off, and `render` does not', async (t) => {
  const registry = new Registry();
  registry.register(new Counter({ name: 'c_total', help: '' }));
  for (const { selfMetrics, isShown } of [{ selfMetrics: undefined, isShown: true }, { selfMetrics: false, isShown: false }]) {
    const server = await serve(registry, { port: 0, host: '127.0.0.1', ...(selfMetrics === false && { selfMetrics }) });
    t.after(() => server.close());
    const scrape = await (await fetch(`${server.url}/metrics`)).text();
    assert.equal(scrape.includes('promlet_handler_'), isShown);
    assert.ok(scrape.startsWith(render(registry)));
  }
  assert.equal(render(registry), '# TYPE c_total counter\nc_total 0\n');
});

testWith(['promtool'], '`promtool check metrics` has nothing to say of them', async () => {
  const registry = quiet();
  registry.register({ name: 'x', collect: () => [{ type: 'gauge', name: 'x', help: 'X.', points: [] }] });
  const respond = routes(registry, host, { selfMetrics: true });
  const { body } = await respond({ method: 'GET', target: '/metrics', headers: {}, signal: new AbortController().signal });
  assert.deepEqual(checkMetrics(Buffer.concat(body)), { status: 0, complaints: [] });
  const asOpenMetrics = await respond({ method: 'GET', target: '/metrics', headers: { accept: openMetrics.mediaType }, signal: new AbortController().signal });
  assert.match(Buffer.concat(asOpenMetrics.body).toString(), /^promlet_handler_requests_total\{code="200"\} 1$/m);
});
