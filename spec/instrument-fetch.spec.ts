// Handlers of fetch style, where there are no channels.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Registry, openMetrics, render } from '../lib/index.ts';
import { fetchMetrics, setRoute } from '../lib/instrument.ts';
import { assertExposition } from '../lib/testing.ts';
import { shown } from './http-service.ts';

const DURATION = 'http_request_duration_seconds_count';

test('measures a handler until its response is there, and returns that very response', async () => {
  const time = { ms: 0 };
  const registry = new Registry();
  const measure = fetchMetrics(registry, { clock: () => time.ms });
  const request = new Request('http://localhost/users/17', { method: 'POST', body: 'abc', headers: { 'content-length': '3' } });
  const response = new Response('hello', { status: 201, headers: { 'content-length': '5' } });
  const returned = await measure(request, (given) => {
    assert.equal(given, request);
    assert.deepEqual(shown(registry, 'http_requests_in_flight'), ['1']);
    setRoute(given, '/users/:id');
    time.ms += 250;
    return response;
  });
  assert.equal(returned, response);
  const figures = ['http_requests_in_flight', DURATION, 'http_request_duration_seconds_sum', 'http_request_size_bytes_sum', 'http_response_size_bytes_sum', 'http_response_start_seconds_sum'];
  assert.deepEqual(figures.map((name) => shown(registry, name).join()), ['0', 'POST /users/:id 201 1', 'POST /users/:id 201 0.25', 'POST /users/:id 201 3', 'POST /users/:id 201 5', 'POST /users/:id 201 0.25']);
  assert.equal(await returned.text(), 'hello');
});

test('a handler that throws is a 500, and throws the same', async () => {
  const registry = new Registry();
  const measure = fetchMetrics(registry, { metrics: ['duration', 'inFlight'] });
  const failed = new Error('failed');
  await assert.rejects(measure(new Request('http://localhost/'), () => { throw failed; }), failed);
  await assert.rejects(measure(new Request('http://localhost/'), () => Promise.reject(failed)), failed);
  assert.deepEqual([shown(registry, DURATION), shown(registry, 'http_requests_in_flight')], [['GET unmatched 500 2'], ['0']]);
});

test('a request that nobody waits for any more is aborted', async () => {
  const registry = new Registry();
  const measure = fetchMetrics(registry);
  const controller = new AbortController();
  await measure(new Request('http://localhost/', { signal: controller.signal }), async () => {
    controller.abort();
    return new Response('x');
  });
  assert.deepEqual(shown(registry, 'http_requests_aborted_total'), ['GET unmatched 1']);
});

test('nothing of the request becomes a label; route and labels come from functions, given the context', async () => {
  const registry = new Registry();
  const measure = fetchMetrics<{ path: string; tenant: string }>(registry, {
    metrics: ['duration'],
    route: (_, context) => context.path,
    labels: (_request, _response, context) => ({ tenant: context.tenant }),
    labelValues: { tenant: ['a'] },
    ignore: ['/metrics'],
    routes: { '/healthz': false },
  });
  const ask = (path: string, context: { path: string; tenant: string }, method = 'GET') => measure(new Request(`http://localhost${path}`, { method }), () => new Response(), context);
  await ask('/users/17?x', { path: '/users/:id', tenant: 'a' });
  await ask('/users/18', { path: '/users/:id', tenant: 'b' }, 'BREW');
  await ask('/metrics?name[]=x', { path: '/metrics', tenant: 'a' });
  await ask('/healthz', { path: '/healthz', tenant: 'a' });
  await ask('/nowhere', { path: '', tenant: 'a' });
  assert.deepEqual(shown(registry, DURATION), ['GET /users/:id 200 a 1', 'GET unmatched 200 a 1', 'OTHER /users/:id 200 other 1']);
});

test('several handlers of a registry add up', async () => {
  const registry = new Registry();
  for (const measure of [fetchMetrics(registry), fetchMetrics(registry)]) await measure(new Request('http://localhost/'), () => new Response());
  assert.deepEqual(shown(registry, DURATION), ['GET unmatched 200 2']);
});

test('shows the trace of traceparent as an exemplar', async () => {
  const registry = new Registry();
  const measure = fetchMetrics(registry);
  await measure(new Request('http://localhost/', { headers: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` } }), () => new Response());
  assert.match(render(registry, openMetrics), new RegExp(`# {trace_id="${'a'.repeat(32)}",span_id="${'b'.repeat(16)}"}`));
});

test('in the words of OpenTelemetry', async () => {
  const registry = new Registry();
  const measure = fetchMetrics(registry, { names: 'opentelemetry', metrics: ['duration'], buckets: [60] });
  await measure(new Request('https://localhost/', { method: 'BREW' }), () => new Response(null, { status: 503 }));
  const name = 'http_server_request_duration_seconds_count';
  await assertExposition(registry, `${name}{http_request_method="_OTHER",http_route="unmatched",http_response_status_code="503",url_scheme="https",error_type="503"} 1`, { names: [name] });
});
