// `assertScrapable`: a URL, a handler of `node:http` and one of `fetch`, as scrapers of all kinds ask them.

import assert from 'node:assert/strict';
import { AssertionError } from 'node:assert';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { certificate } from '../bench/certificate.ts';
import { PrometheusExporter } from '../lib/exporter.ts';
import { fetchHandler } from '../lib/fetch.ts';
import { metricsHandler, serve } from '../lib/http.ts';
import { Counter, Gauge, Histogram, Registry, openMetrics, render } from '../lib/index.ts';
import { assertScrapable } from '../lib/testing.ts';
import type { ScrapableOptions } from '../lib/testing.ts';
import { testIn } from './framework.ts';
import { cases } from './golden/cases.ts';
import { listen } from './run-command.ts';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const GOOD = '# TYPE a gauge\na 1\n';

function registry(): Registry {
  const all = new Registry();
  all.register(new Counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['queue'] })).inc({ queue: 'a' }, 1, { trace_id: 'x' });
  all.register(new Histogram({ name: 'job_seconds', help: 'Seconds.', native: true })).observe(0.3);
  all.register(new Gauge({ name: 'http.open', help: 'Open.', names: 'utf8' })).set(1);
  return all;
}

/** What the handler of a test answers with. */
interface Given {
  readonly status?: number;
  readonly type?: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

function answering(answer: (request: IncomingMessage) => Given): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const { status = 200, type = TEXT, body = GOOD, headers = {} } = answer(request);
    response.writeHead(status, { ...(type !== '' && { 'content-type': type }), ...headers }).end(body);
  };
}

/** What stands below the title. */
async function complaint(target: Parameters<typeof assertScrapable>[0], options?: ScrapableOptions): Promise<string> {
  let found = '';
  await assert.rejects(assertScrapable(target, options), (error: Error) => {
    assert.ok(error instanceof AssertionError, String(error));
    found = /^.* cannot be scraped:\n\n([^]*)\n$/.exec(error.message)![1]!;
    return true;
  });
  return found;
}

test('what promlet serves can be scraped: by URL, and by both kinds of handler', async () => {
  const server = await serve(registry(), { port: 0, host: '127.0.0.1' });
  await assertScrapable(`${server.url}/metrics`);
  await assertScrapable(new URL('/metrics', server.url));
  await server.close();
  await assertScrapable(metricsHandler(registry()));
  await assertScrapable(fetchHandler(registry()));
  await assertScrapable({ fetch: fetchHandler(registry()) });
  const exporter = new PrometheusExporter({ port: 0, host: '127.0.0.1' });
  await exporter.start();
  await assertScrapable(`${exporter.url}/metrics`);
  await exporter.stop();
});

test('over TLS, with the certificate of its authority', async () => {
  const { key, cert } = certificate();
  const server = await serve(registry(), { port: 0, host: 'localhost', https: { key, cert } });
  await assertScrapable(`${server.url}/metrics`, { ca: cert });
  assert.match(await complaint(`${server.url}/metrics`), /^ {2}asked in any way: self.signed certificate/);
  await server.close();
});

test('so can every golden case, and an empty registry', async () => {
  for (const make of [...Object.values(cases), () => new Registry()]) await assertScrapable(fetchHandler(make()));
});

testIn('express', 'so can an Express application, under a path of its own', async (express: (...given: never[]) => any) => {
  const app = express().get('/internal/metrics', metricsHandler(registry()));
  await assertScrapable(app, { path: '/internal/metrics' });
  assert.match(await complaint(app), /^ {2}asked in any way: expected the status 200, got 404; the body begins "<!DOCTYPE html>/);
});

test('says who gets another status', async () => {
  const handler = answering(({ headers }) => (/protobuf/.test(headers.accept ?? '') ? { status: 406, type: 'text/html', body: '' } : {}));
  assert.equal(await complaint(handler), '  asked for protobuf: expected the status 200, got 406');
  assert.equal(await complaint(answering(() => ({ status: 500, body: 'Oops\n' }))), '  asked in any way: expected the status 200, got 500; the body begins "Oops"');
});

test('says which content type is none that was asked for', async () => {
  const om = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
  assert.equal(
    await complaint(answering(() => ({ type: om, body: render(registry(), openMetrics) }))),
    `  asked for the text format, for protobuf, for OpenMetrics 2.0: Content-Type: expected one of those that were asked for, got "${om}"; the body begins ${JSON.stringify(`${render(registry(), openMetrics).slice(0, 80)}…`)}`,
  );
  const expected = 'expected that of an exposition, such as "text/plain; version=0.0.4; charset=utf-8", got';
  for (const type of ['text/html', 'application/json', 'text/plain; version=3', 'application/vnd.google.protobuf', 'text']) {
    assert.equal(await complaint(answering(() => ({ type, body: '' }))), `  asked in any way: Content-Type: ${expected} "${type}"`);
  }
  assert.equal(await complaint(answering(() => ({ type: '', body: '' }))), `  asked in any way: Content-Type: ${expected} none`);
  assert.equal(await complaint(answering(() => ({ type: 'text/plain; charset=latin1', body: '' }))), '  asked in any way: Content-Type: expected the charset utf-8, got "latin1"');
  for (const type of ['text/plain', 'text/plain; version=0.0.4', 'TEXT/PLAIN; Version="0.0.4"; charset=UTF-8']) await assertScrapable(answering(() => ({ type })));
});

test('says where a body is not valid, and what does not fit together', async () => {
  assert.equal(await complaint(answering(() => ({ body: 'a 1\na{b="c} 2\n' }))), '  asked in any way: line 2, column 10: label value: expected a closing quote, got the end of the line');
  const loose = '# TYPE h histogram\nh_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\na{b="1"} 1\na{b="1"} 2\n';
  assert.equal(await complaint(answering(() => ({ body: loose }))), `  asked in any way: h samples do not make a histogram: each bucket needs "le", none may be below the one before, and the last is the count
  asked in any way: a has a series more than once, of which only the first counts`);
  const asOpenMetrics = answering(({ headers }) => ((headers.accept ?? '').startsWith('application/openmetrics-text;version=1') ? { type: 'application/openmetrics-text; version=1.0.0' } : {}));
  assert.match(await complaint(asOpenMetrics), /^ {2}asked for OpenMetrics, as Prometheus 2 does, as Prometheus 3 does: line 3, column 1: .*# EOF/);
});

test('says which name a scraper cannot take', async () => {
  const body = '{"a.b"} 1\n';
  const why = 'is no name for a scraper that did not ask for escaping=allow-utf-8';
  assert.equal(await complaint(answering(() => ({ body }))), `  asked in any way: "a.b" ${why}`);
  assert.equal(await complaint(answering(() => ({ body: 'a{"c d"="1"} 1\n' }))), `  asked in any way: "c d" ${why}`);
  const careful = answering(({ headers }) => (/escaping=allow-utf-8/.test(headers.accept ?? '') ? { type: 'text/plain; version=1.0.0; escaping=allow-utf-8', body } : {}));
  await assertScrapable(careful);
});

test('takes compressed answers where they were asked for', async () => {
  const compressed: Given = { body: gzipSync(GOOD), headers: { 'content-encoding': 'gzip' } };
  await assertScrapable(answering(({ headers }) => (/gzip/.test(String(headers['accept-encoding'])) ? compressed : {})));
  assert.equal(await complaint(answering(() => compressed)), '  asked without Accept, for the text format, for OpenMetrics, for protobuf, for OpenMetrics 2.0: Content-Encoding: expected none, as none was asked for, got "gzip"');
  const lying = answering(({ headers }) => (/gzip/.test(String(headers['accept-encoding'])) ? { headers: { 'content-encoding': 'gzip' } } : {}));
  assert.match(await complaint(lying), /^ {2}asked as Prometheus 2 does, as Prometheus 3 does: Content-Encoding is gzip, and the body is not: /);
});

test('a handler that throws, rejects, returns nothing or is in no hurry is reported', async () => {
  assert.equal(await complaint((_, response) => { response.setHeader('a', 'b'); throw new Error('oops'); }), '  asked in any way: it threw oops');
  assert.equal(await complaint(async (_, response) => { await response.writeHead; throw new Error('oops'); }), '  asked in any way: it threw oops');
  assert.equal(await complaint(async () => { throw new Error('oops'); }), '  asked in any way: oops');
  assert.equal(await complaint((() => {}) as never), '  asked in any way: it returned no Response; a handler of node:http needs both parameters: (request, response) => …');
  assert.equal(await complaint((_, response) => void response, { withinMs: 20 }), '  asked without Accept: no answer within 20 ms');
  assert.equal(await complaint(() => new Promise<Response>(() => {}), { withinMs: 20 }), '  asked without Accept: no answer within 20 ms');
});

test('names the URL without its password, and why nothing comes from there', async (t) => {
  const url = await listen(t, answering(({ headers }) => ({ status: headers.authorization === undefined ? 401 : 403, body: '' })));
  const secret = url.replace('http://', 'http://user:secret@');
  await assert.rejects(assertScrapable(secret), { message: `${url} cannot be scraped:\n\n  asked in any way: expected the status 200, got 403\n` });
  assert.equal(await complaint('http://127.0.0.1:1/metrics'), '  asked in any way: connect ECONNREFUSED 127.0.0.1:1');
});

test('follows redirects, and takes no headers elsewhere', async (t) => {
  const end = await listen(t, answering(({ headers }) => (headers.authorization === undefined ? {} : { status: 400 })));
  await assertScrapable(await listen(t, answering(() => ({ status: 302, headers: { location: end } }))), { headers: { authorization: 'x' } });
  const circle = answering(({ url }) => ({ status: 301, body: '', headers: { location: url! } }));
  assert.equal(await complaint(circle), '  asked in any way: expected the status 200, got 301');
});

test('sends headers of the caller', async () => {
  const guarded = answering(({ headers }) => (headers.authorization === 'Bearer x' ? {} : { status: 401, body: '' }));
  await assertScrapable(guarded, { headers: { authorization: 'Bearer x' } });
  assert.equal(await complaint(guarded), '  asked in any way: expected the status 200, got 401');
});

test('leaves nothing open', async () => {
  const open = (): number => process.getActiveResourcesInfo().filter((type) => /Server|Socket|TCP|Timeout/.test(type)).length;
  const before = open();
  await assertScrapable(metricsHandler(registry()));
  await complaint((_, response) => void response, { withinMs: 20 });
  // The system closes a socket some turns of the event loop after it was asked to.
  for (let i = 0; i < 1000 && open() > before; i++) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(open() <= before);
});

test('refuses what cannot be asked', async () => {
  for (const [target, shown] of [['metrics.txt', '"metrics.txt"'], ['ftp://a/', '"ftp://a/"'], [5, '5'], [{}, 'an object with the keys []'], [undefined, 'undefined']] as const) {
    await assert.rejects(assertScrapable(target as never), { code: 'ERR_OPTION', message: `assertScrapable: expected a URL, a handler (request, response) or a handler (request), got ${shown}` });
  }
  const handler = fetchHandler(registry());
  await assert.rejects(assertScrapable(handler, { path: 'metrics' }), { code: 'ERR_OPTION', message: 'assertScrapable: path: expected a string that begins with "/", got "metrics"' });
  await assert.rejects(assertScrapable(handler, { withinMs: 0 }), { code: 'ERR_OPTION' });
  await assert.rejects(assertScrapable(handler, { header: {} } as never), { code: 'ERR_OPTION', message: 'assertScrapable: expected a known option, such as "headers", got "header"' });
});
