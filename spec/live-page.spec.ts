// The live page as a server answers it: what it weighs, what it may do, and where it is not. How it looks and moves is
// in `spec/browser/`.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { MODULE, pageModule } from '../.ci/page.ts';
import { vendoredFiles } from '../.ci/vendor.ts';
import { PrometheusExporter } from '../lib/exporter.ts';
import { serve } from '../lib/http.ts';
import type { ServeOptions } from '../lib/http.ts';
import { Gauge, Registry } from '../lib/index.ts';
import type { Answer } from '../lib/scraping/answer.ts';
import { routes } from '../lib/scraping/routes.ts';

const LOCAL = { port: 0, host: '127.0.0.1' };

async function answered(options: ServeOptions, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const server = await serve(new Registry(), { ...LOCAL, ...options });
  try {
    const response = await fetch(`${server.url}/`, { headers: { connection: 'close', ...headers } });
    return new Response(await response.arrayBuffer(), response);
  } finally {
    await server.close();
  }
}

test('the module that ships is what the sources give', () => {
  assert.ok(readFileSync(MODULE, 'utf8') === pageModule(), 'lib/scraping/live-page.ts is stale: npm run page');
});

test('`page: "live"` answers with a page that may run its own script, and ask its own server alone', async () => {
  const response = await answered({ page: 'live', title: 'Shop' });
  const text = await response.text();
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.equal(response.headers.get('x-frame-options'), 'DENY');
  assert.match(text, /<title>Shop<\/title>/);
  const policy = new Map(response.headers.get('content-security-policy')!.split('; ').map((directive) => [directive.split(' ')[0]!, directive.split(' ').slice(1).join(' ')]));
  const hashOf = (tag: string): string => `'sha256-${createHash('sha256').update(new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(text)![1]!).digest('base64')}'`;
  assert.deepEqual(Object.fromEntries(policy), {
    'default-src': "'none'", 'script-src': hashOf('script'), 'style-src': hashOf('style'), 'connect-src': "'self'", 'img-src': 'data:',
    'base-uri': "'none'", 'form-action': "'none'", 'frame-ancestors': "'none'", 'require-trusted-types-for': "'script'", 'trusted-types': "'none'",
  });
  assert.doesNotMatch(text, /\sstyle=|\son\w+=|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
  assert.equal(text.match(/<(?:script|style)\b/g)!.length, 2);
});

test('the page weighs at most 20 kB as it is sent to a browser, and comes plain to who takes no gzip', async () => {
  const server = await serve(new Registry(), { ...LOCAL, page: 'live' });
  try {
    const sizes = await Promise.all(['gzip, deflate, br', 'identity'].map(async (coding) => {
      const response = await fetch(`${server.url}/`, { method: 'HEAD', headers: { 'accept-encoding': coding, connection: 'close' } });
      assert.equal(response.headers.get('vary'), 'Accept-Encoding');
      assert.equal(response.headers.get('content-encoding'), coding === 'identity' ? null : 'gzip');
      return Number(response.headers.get('content-length'));
    }));
    assert.ok(sizes[0]! <= 20_000, `${sizes[0]} bytes`);
    assert.ok(sizes[1]! > 2 * sizes[0]!);
  } finally {
    await server.close();
  }
  assert.equal((await answered({ page: 'live', compress: false }, { 'accept-encoding': 'gzip' })).headers.get('content-encoding'), null);
});

test('title and path are escaped, and never taken for places to fill', async () => {
  const text = await (await answered({ page: 'live', title: '<script>"{{path}}\'', path: '/"><b>{{title}}' })).text();
  assert.ok(text.includes('<title>&lt;script&gt;&quot;{{path}}&#39;</title>'));
  assert.ok(text.includes('data-metrics="/&quot;&gt;&lt;b&gt;{{title}}"'));
});

test('the page is plain in `serve` unless asked for, and live in the exporter unless not', async (t) => {
  const isLive = async (response: Response): Promise<boolean> => (await response.text()).includes('<script>');
  assert.equal(await isLive(await answered({})), false);
  assert.equal(await isLive(await answered({ page: 'plain' })), false);
  assert.equal(await isLive(await answered({ page: 'live' })), true);
  for (const [page, expected] of [[undefined, true], ['live', true], ['plain', false]] as const) {
    const exporter = new PrometheusExporter({ ...LOCAL, page });
    await exporter.start();
    t.after(() => exporter.stop());
    assert.equal(await isLive(await fetch(exporter.url!, { headers: { connection: 'close' } })), expected);
  }
});

test('another page is refused', async () => {
  await assert.rejects(serve(new Registry(), { page: 'moving' as never }), { code: 'ERR_OPTION', message: 'page: expected one of "live", "plain", got "moving"' });
  assert.throws(() => new PrometheusExporter({ page: true as never }), { code: 'ERR_OPTION', message: 'page: expected one of "live", "plain", got true' });
});

test('whoever may not see the metrics does not see the page either, and asking for it scrapes nothing', async () => {
  assert.equal((await answered({ page: 'live', authenticate: () => false })).status, 401);
  let calls = 0;
  const registry = new Registry();
  registry.register(new Gauge({ name: 'g', help: '', refresh: () => void calls++ }));
  const server = await serve(registry, { ...LOCAL, page: 'live' });
  await (await fetch(`${server.url}/`, { headers: { connection: 'close' } })).text();
  assert.equal((await fetch(`${server.url}/`, { method: 'POST', headers: { connection: 'close' } })).status, 405);
  await server.close();
  assert.equal(calls, 0);
});

test('where the page is missing or cannot be loaded, `/` is plain, and `onError` hears of it once', async () => {
  const giveWay = (): Promise<void> => Promise.resolve();
  for (const [host, message] of [
    [{ giveWay }, 'page: the live page is not in this build, which has the plain one in its place'],
    [{ giveWay, livePage: () => Promise.resolve(undefined) }, 'page: the live page is not in this build, which has the plain one in its place'],
    [{ giveWay, livePage: () => Promise.reject(new Error('no such file')) }, 'no such file'],
  ] as const) {
    const errors: unknown[] = [];
    const respond = routes(new Registry(), host, { page: 'live', onError: (error) => void errors.push((error as Error).message) });
    const ask = async (): Promise<Answer> => respond({ method: 'GET', target: '/', headers: {}, signal: new AbortController().signal });
    for (let i = 0; i < 3; i++) assert.match(Buffer.concat((await ask()).body).toString(), /Its metrics are at <a href="\/metrics">/);
    assert.deepEqual(errors, [message]);
  }
});

test('no vendored file has the live page, and the exporter of one has the plain page', async () => {
  const { livePage } = await import('../lib/scraping/live-page.ts');
  const files = await vendoredFiles();
  for (const [file, text] of files) assert.ok(!text.includes(livePage.scriptHash) && !text.includes('IntersectionObserver'), file);
  const vendored = (await import(`data:text/javascript,${encodeURIComponent(files.get('promlet-exporter.js')!)}`)) as { serve: typeof serve; Registry: typeof Registry };
  const errors: unknown[] = [];
  const server = await vendored.serve(new vendored.Registry(), { ...LOCAL, page: 'live', onError: (error) => void errors.push((error as Error).message) });
  const text = await (await fetch(server.url, { headers: { connection: 'close' } })).text();
  await server.close();
  assert.match(text, /Its metrics are at <a href="\/metrics">/);
  assert.deepEqual(errors, ['page: the live page is not in this build, which has the plain one in its place']);
});
