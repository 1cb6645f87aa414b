// The live page in a real browser: what it draws is what was recorded, wherever it stands and whatever it is given.
// `npm run browser` runs these; `npm ci --prefix spec/browser` installs what they need beside Chromium.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { TestContext } from 'node:test';

import { basicAuth, hashPassword, serve } from '../../lib/http.ts';
import type { MetricsServer, ServeOptions } from '../../lib/http.ts';
import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary } from '../../lib/index.ts';
import { quantileOf } from '../../lib/live/buckets.ts';
import { answers, card, openBrowser, shown } from './tab.ts';
import type { Browser, Tab } from './tab.ts';

let browser: Browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());

async function served(t: TestContext, registry: Registry, options: ServeOptions = {}): Promise<MetricsServer> {
  const server = await serve(registry, { port: 0, host: '127.0.0.1', page: 'live', ...options });
  t.after(() => server.close(100));
  return server;
}

/** A tab whose page may complain of nothing: no script fails, nothing is refused, nothing else is asked for. */
async function opened(t: TestContext, url: string, prepare?: (tab: Tab) => Promise<void>): Promise<Tab> {
  const tab = await browser.tab();
  const complaints: string[] = [];
  tab.on('pageerror', (error: Error) => complaints.push(String(error)));
  tab.on('console', (message: { text(): string }) => complaints.push(message.text()));
  tab.on('request', (request: { url(): string }) => {
    const to = request.url();
    if (!to.startsWith('data:') && !to.startsWith('blob:') && new URL(to).origin !== new URL(url).origin) complaints.push(`asked ${to}`);
  });
  t.after(async () => {
    await tab.close();
    assert.deepEqual(complaints.filter((text) => !/net::ERR_(?:CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE)|status of (?:401|5\d\d)/.test(text)), []);
  });
  await tab.setViewport({ width: 1280, height: 2000 });
  await prepare?.(tab);
  await tab.goto(url);
  return tab;
}

/** The values that a card's lines have at their ends, read off the picture by its own marks. */
async function drawn(tab: Tab, family: string): Promise<readonly number[]> {
  return (await tab.evaluate(`(() => {
    const plot = document.querySelector(${JSON.stringify(card(family))} + ' .plot');
    const ys = [...plot.querySelectorAll('.marks path')].map((mark) => Number(/ ([\\d.]+)H/.exec(mark.getAttribute('d'))[1]) - 0.5);
    const values = [...plot.querySelectorAll('.marks text')].map(({ textContent }) => parseFloat(textContent));
    const [top, zero] = [ys[0], ys[values.indexOf(0)]];
    return [...plot.querySelectorAll('.line')].map((line) => Number(/([\\d.]+)(?:h0)?$/.exec(line.getAttribute('d'))[1])).map((y) => ((zero - y) / (zero - top)) * values[0]);
  })()`)) as number[];
}

const near = (found: number, expected: number, by: number): void => assert.ok(Math.abs(found - expected) <= by, `${found}, and ${expected} was recorded`);

function everyType() {
  const registry = new Registry();
  const requests = registry.register(new Counter({ name: 'requests_total', help: 'Requests.', labelNames: ['method', 'status'] }));
  const heap = registry.register(new Gauge({ name: 'heap_bytes', help: 'Heap.' }));
  const jobs = registry.register(new Gauge({ name: 'jobs', help: 'Jobs.', labelNames: ['queue'] }));
  const duration = registry.register(new Histogram({ name: 'duration_seconds', help: 'Durations.', labelNames: ['route'], buckets: [0.1, 0.5, 1, 5] }));
  const rpc = registry.register(new Summary({ name: 'rpc_seconds', help: 'RPC.', percentiles: [0.5, 0.9] }));
  const build = registry.register(new Info({ name: 'build_info', help: 'Build.', labelNames: ['version'] }));
  const door = registry.register(new StateSet({ name: 'door', help: 'Door.', states: ['open', 'shut'] }));
  for (const labels of [{ method: 'GET', status: '200' }, { method: 'POST', status: '500' }]) requests.inc(labels, 0);
  heap.set(1024 ** 2);
  for (const route of ['/a', '/b']) duration.labels({ route });
  build.set({ version: '1.2.3' });
  door.set('shut');
  return { registry, requests, heap, jobs, duration, rpc, build, door };
}

test('each family is drawn as what it is, and what is drawn was recorded', async (t) => {
  const { registry, requests, heap, jobs, duration, rpc, door } = everyType();
  const server = await served(t, registry);
  const tab = await opened(t, server.url);
  await answers(tab, 1);
  requests.inc({ method: 'GET', status: '200' }, 3000);
  requests.inc({ method: 'POST', status: '500' }, 1000);
  heap.set(3 * 1024 ** 2);
  jobs.set({ queue: 'mail' }, 70);
  jobs.set({ queue: 'bills' }, -20);
  for (let i = 0; i < 90; i++) duration.observe({ route: '/a' }, 0.3);
  for (let i = 0; i < 10; i++) duration.observe({ route: '/b' }, 3);
  for (let i = 1; i <= 10; i++) rpc.observe(i / 10);
  door.set('open');
  await answers(tab, 2);

  const counted = await shown(tab, 'requests_total');
  assert.deepEqual(counted.rows.map(([name, , total]) => [name, total]), [['GET · 200', 3000], ['POST · 500', 1000]]);
  const [[, fast], [, slow]] = counted.rows as [[string, number], [string, number]];
  near(fast / slow, 3, 1e-9);
  near(counted.value, fast + slow, 1e-9);
  assert.match(counted.now, /\/s$/);
  const lines = await drawn(tab, 'requests_total');
  near(lines.at(-1)! / lines.at(-2)!, 3, 0.1);

  assert.deepEqual({ ...(await shown(tab, 'heap_bytes')), reading: '' }, { type: 'gauge', now: '3\u00a0MiB', value: 3 * 1024 ** 2, note: '', stale: '', rows: [], reading: '' });
  near((await drawn(tab, 'heap_bytes'))[0]!, 3, 0.05);

  assert.deepEqual((await shown(tab, 'jobs')).rows, [['mail', 70], ['bills', -20]]);
  const values = [...(await drawn(tab, 'jobs'))].sort((a, b) => a - b);
  near(values[0]!, -20, 1.5);
  near(values[1]!, 70, 1.5);

  const heat = await shown(tab, 'duration_seconds');
  const buckets = { lowers: [0, 0.1, 0.5, 1, 5], uppers: [0.1, 0.5, 1, 5, Infinity], counts: [0, 90, 0, 10, 0], isExponential: false };
  const [all, a, b] = heat.rows;
  assert.deepEqual([all![0], a![0], b![0]], ['all 2\u00a0series', '/a', '/b']);
  [0.5, 0.95, 0.99].forEach((quantile, i) => near(all![i + 2] as number, quantileOf(buckets, quantile), 1e-9));
  near((a![1] as number) / (b![1] as number), 9, 1e-9);

  const summary = await shown(tab, 'rpc_seconds');
  assert.deepEqual(summary.rows[0]!.slice(2), [0.5, 0.9]);

  const texts = (await tab.evaluate(`['build_info', 'door'].map((name) => document.querySelector('[data-family=' + name + ']').innerText)`)) as string[];
  assert.match(texts[0]!, /version\s+1\.2\.3/);
  assert.match(texts[1]!, /open\s+for 0\ss/);
});

test('a heat map is darkest where most was observed, and empty where nothing was', async (t) => {
  const { registry, duration } = everyType();
  const server = await served(t, registry);
  const tab = await opened(t, server.url);
  await answers(tab, 1);
  for (let i = 0; i < 100; i++) duration.observe({ route: '/a' }, 0.3);
  duration.observe({ route: '/a' }, 3);
  await answers(tab, 2);
  const cells = (await tab.evaluate(`[...document.querySelectorAll('${card('duration_seconds')} .heat')].map((shade) => (shade.getAttribute('d').match(/M[\\d.]+ ([\\d.]+)H[\\d.]+V([\\d.]+)/) ?? []).slice(1).map(Number))`)) as number[][];
  const filled = cells.map((cell, shade) => ({ cell, shade })).filter(({ cell }) => cell.length > 0);
  assert.deepEqual(filled.map(({ shade }) => shade), [0, 5]);
  // What took longer is further up.
  assert.ok(filled[0]!.cell[0]! < filled[1]!.cell[0]!);
});

test('a histogram of native buckets alone is a heat map too', async (t) => {
  const registry = new Registry();
  const sizes = registry.register(new Histogram({ name: 'size_bytes', help: 'Sizes.', native: true, buckets: false }));
  sizes.observe(1);
  const server = await served(t, registry);
  const tab = await opened(t, server.url);
  await answers(tab, 1);
  for (let i = 0; i < 99; i++) sizes.observe(1000);
  sizes.observe(1_000_000);
  await answers(tab, 2);
  const [, , p50, p95, p99] = (await shown(tab, 'size_bytes')).rows[0]!;
  for (const found of [p50, p95, p99]) near(found!, 1000, 100);
  const shades = (await tab.evaluate(`[...document.querySelectorAll('${card('size_bytes')} .heat')].map((shade) => shade.getAttribute('d').length > 0)`)) as boolean[];
  assert.deepEqual([shades[0], shades[5]], [true, true]);
});

for (const scheme of ['light', 'dark'] as const) {
  test(`in the ${scheme} scheme all text can be read, and lines have the colours of their rows`, async (t) => {
    const { registry, requests, jobs } = everyType();
    registry.register({ name: 'broken', collect: () => { throw new Error('down'); } });
    for (let i = 0; i < 9; i++) jobs.set({ queue: String(i) }, i);
    const server = await served(t, registry);
    const tab = await opened(t, server.url, (each) => each.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]));
    await answers(tab, 1);
    requests.inc({ method: 'GET', status: '200' }, 10);
    await answers(tab, 3);
    const background = (await tab.evaluate(`getComputedStyle(document.body).backgroundColor`)) as string;
    assert.equal(background, scheme === 'light' ? 'rgb(244, 245, 247)' : 'rgb(14, 17, 22)');
    assert.deepEqual(await tab.evaluate(CONTRASTS), []);
    const colours = (await tab.evaluate(`['.line.s0', '.legend i.s0'].map((selector) => document.querySelector('${card('requests_total')} ' + selector)).map((each, i) => getComputedStyle(each)[i ? 'backgroundColor' : 'stroke'])`)) as string[];
    assert.equal(colours[0], colours[1]);
    const seen = await pixels(tab, card('requests_total'));
    assert.ok((seen.get(colours[0]!) ?? 0) > 20, `${colours[0]} is in the picture`);
    assert.match((await tab.evaluate(`document.querySelector('.trouble').textContent`)) as string, /failing: broken/);
  });
}

/** Texts whose contrast to what is behind them is less than WCAG AA asks for. */
const CONTRASTS = `(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => { for (let e = element; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] === 1) return c; } };
  const bad = [];
  for (const element of document.querySelectorAll('body *')) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()) || !element.getClientRects().length || /^(SCRIPT|STYLE|NOSCRIPT)$/.test(element.tagName)) continue;
    const style = getComputedStyle(element);
    const [a, b] = [luminance(parts(element instanceof SVGElement ? style.fill : style.color)), luminance(behind(element))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) bad.push(element.tagName + ' ' + element.textContent.slice(0, 20) + ' ' + ((a + 0.05) / (b + 0.05)).toFixed(2));
  }
  return bad;
})()`;

/** How many pixels of each colour an element has, as another tab sees its picture. */
async function pixels(tab: Tab, selector: string): Promise<Map<string, number>> {
  const clip = (await tab.evaluate(`(() => { const { x, y, width, height } = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect(); return { x, y, width, height }; })()`)) as object;
  const picture = Buffer.from(await tab.screenshot({ clip })).toString('base64');
  const other = await browser.tab();
  try {
    return new Map((await other.evaluate(`(async () => {
      const image = new Image();
      image.src = 'data:image/png;base64,${picture}';
      await image.decode();
      const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      const counts = {};
      for (let i = 0; i < data.length; i += 4) { const colour = 'rgb(' + data[i] + ', ' + data[i + 1] + ', ' + data[i + 2] + ')'; counts[colour] = (counts[colour] ?? 0) + 1; }
      return Object.entries(counts);
    })()`)) as [string, number][]);
  } finally {
    await other.close();
  }
}

test('under a prefix, with and without the slash at its end, the page asks there', async (t) => {
  const { registry } = everyType();
  const server = await served(t, registry, { path: '/internal/metrics' });
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(request.url!);
    httpRequest(server.url + (request.url!.replace(/^\/some\/prefix/, '') || '/'), { headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    }).end();
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  t.after(() => void proxy.close().closeAllConnections());
  for (const end of ['', '/', '/?x=1#y']) {
    asked.length = 0;
    const tab = await opened(t, `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/some/prefix${end}`);
    await answers(tab, 1);
    assert.equal((await shown(tab, 'heap_bytes')).now, '1\u00a0MiB');
    assert.deepEqual(asked.map((url) => url.replace(/\?.*/, '')).slice(0, 2), [`/some/prefix${end.replace(/\?.*/, '')}`, '/some/prefix/internal/metrics']);
  }
});

test('with basic authentication, over TLS, the page asks with the password that it was opened with', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'promlet-tls-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const [key, cert] = [join(directory, 'key'), join(directory, 'cert')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=x', '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const { registry } = everyType();
  const server = await served(t, registry, { https: { key: readFileSync(key), cert: readFileSync(cert) }, authenticate: basicAuth({ me: await hashPassword('secret') }) });
  const tab = await opened(t, server.url.replace('localhost', '127.0.0.1'), (each) => each.authenticate({ username: 'me', password: 'secret' }));
  await answers(tab, 2);
  assert.equal((await shown(tab, 'heap_bytes')).now, '1\u00a0MiB');
});

test('a tab that nobody sees asks nothing, and goes on where it is seen again', async (t) => {
  let scrapes = 0;
  const registry = new Registry();
  registry.register(new Gauge({ name: 'g', help: '', collect: () => void scrapes++ }));
  const server = await served(t, registry);
  const tab = await opened(t, server.url);
  await answers(tab, 1);
  // Another tab before it hides it, and asks as often as it would have.
  const other = await opened(t, server.url);
  assert.equal(await tab.evaluate(`document.visibilityState`), 'hidden');
  const atHidden = (await tab.evaluate(`Number(document.querySelector('.status').dataset.answers)`)) as number;
  await answers(other, 3);
  const ofOther = (await other.evaluate(`Number(document.querySelector('.status').dataset.answers)`)) as number;
  const ofThis = (await tab.evaluate(`Number(document.querySelector('.status').dataset.answers)`)) as number;
  assert.ok(ofThis <= atHidden + 1, `${ofThis} answers, ${atHidden} of them while it was seen`);
  assert.ok(scrapes <= ofThis + ofOther + 1);
  await tab.bringToFront();
  await answers(tab, ofThis + 1);
});

test('`p` pauses, and nothing is asked until it is resumed', async (t) => {
  const { registry } = everyType();
  const server = await served(t, registry);
  const tab = await opened(t, server.url);
  await answers(tab, 1);
  await tab.keyboard.press('p');
  assert.equal(await tab.evaluate(`document.querySelector('nav button').textContent + document.querySelector('.status .state').textContent`), 'ResumePaused');
  const paused = Number(await tab.evaluate(`document.querySelector('.status').dataset.answers`));
  const other = await opened(t, server.url);
  await answers(other, 3);
  assert.ok(Number(await tab.evaluate(`document.querySelector('.status').dataset.answers`)) <= paused + 1);
  await tab.bringToFront();
  await tab.keyboard.press('p');
  await answers(tab, paused + 1);
});

test('a restart is seen, and neither it nor a reset is a spike', async (t) => {
  const counter = (registry: Registry, value: number): Counter<'k'> => {
    const made = registry.register(new Counter({ name: 'work_total', help: 'Work.', labelNames: ['k'] }));
    made.inc({ k: 'a' }, value);
    made.inc({ k: 'b' }, value);
    return made;
  };
  const first = new Registry();
  const before = counter(first, 1_000_000);
  const server = await serve(first, { port: 0, host: '127.0.0.1', page: 'live' });
  const tab = await opened(t, server.url);
  await answers(tab, 1);
  before.inc({ k: 'a' });
  await answers(tab, 2);
  await server.close(0);
  await tab.waitForFunction(`document.querySelector('.status').dataset.state === 'bad'`, { polling: 50, timeout: 60_000 });
  assert.match((await tab.evaluate(`document.querySelector('.status').textContent`)) as string, /no answer/);
  const second = new Registry();
  const later = counter(second, 900_000);
  await served(t, second, { port: server.port });
  await answers(tab, 3);
  assert.match((await tab.evaluate(`document.querySelector('.trouble').textContent`)) as string, /restarted at \d/);
  later.inc({ k: 'a' });
  await answers(tab, 4);
  const { rows } = await shown(tab, 'work_total');
  assert.deepEqual(rows.map(([name, , total]) => [name, total]), [['a', 900_001], ['b', 900_000]]);
  for (const [, rate] of rows) assert.ok((rate as number) <= 1, `${rate} per second`);
  for (const value of await drawn(tab, 'work_total')) assert.ok(value <= 1);
  assert.ok(((await tab.evaluate(`document.querySelector('${card('work_total')} .restart').getAttribute('d')`)) as string).length > 0);
});

test('a collector that fails is in red, and so is what it has left', async (t) => {
  let isDown = false;
  const { registry } = everyType();
  registry.register({ name: 'db', collect: () => { if (isDown) throw new Error('down'); return [{ type: 'gauge', name: 'connections', help: '', points: [{ labels: {}, value: 5 }] }]; } });
  const server = await served(t, registry);
  const tab = await opened(t, server.url);
  await answers(tab, 1);
  assert.equal((await shown(tab, 'connections')).now, '5');
  isDown = true;
  await answers(tab, 2);
  assert.match((await shown(tab, 'connections')).stale, /^Missing since \d/);
  const red = (await tab.evaluate(`getComputedStyle(document.querySelector('.trouble')).color`)) as string;
  assert.equal(await tab.evaluate(`getComputedStyle(document.querySelector('${card('promlet_collector_success')} .state')).color`), red);
  assert.equal(await tab.evaluate(`getComputedStyle(document.querySelector('${card('connections')}')).borderTopColor`), red);
  assert.match((await tab.evaluate(`document.querySelector('${card('promlet_collector_success')}').innerText`)) as string, /1 failing[^]*db\s+failing/);
});

test('hostile names and values are shown as text, visibly and cut', async (t) => {
  const values = ['<script>window.hit = 1</script>', '"><img src=x onerror="hit = 1">', '\\ "quoted"\nline', '\u202egnp.exe\u202c', 'x'.repeat(100_000), '', '{{title}}', '__proto__', '\u0000'];
  const registry = new Registry();
  const counter = registry.register(new Counter({ name: 'hostile_total', help: '<img src=x onerror="hit = 1"> \u202e help', labelNames: ['value', 'constructor'] }));
  for (const value of values) counter.inc({ value, constructor: 'toString' });
  registry.register(new Gauge({ name: 'http.<b>"\\\u202e', names: 'utf8', help: '' } as never));
  const server = await served(t, registry, { title: '<script>hit = 1</script>' });
  const tab = await opened(t, server.url);
  await answers(tab, 1);
  const found = (await tab.evaluate(`({ hit: typeof hit, scripts: document.scripts.length, images: document.images.length, text: document.body.innerText, longest: Math.max(...[...document.querySelectorAll('body *')].filter(({ tagName }) => tagName !== 'SCRIPT').flatMap((each) => [...each.attributes].map(({ value }) => value.length).concat([...each.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data.length)))), wide: document.documentElement.scrollWidth > innerWidth })`)) as Readonly<Record<string, unknown>>;
  assert.deepEqual([found['hit'], found['scripts'], found['images'], found['wide']], ['undefined', 1, 0, false]);
  assert.ok((found['longest'] as number) < 5000, `${String(found['longest'])} characters`);
  assert.doesNotMatch(found['text'] as string, /[\u202a-\u202e\u2066-\u2069\u0000]/);
  assert.match(found['text'] as string, /http\.<b>"\\\\u\{202e\}/);
  const names = (await shown(tab, 'hostile_total')).rows.map(([name]) => name);
  assert.equal(names.length, 7);
  // All of them are somewhere: six are rows, and a search shows the others.
  await tab.type('input', '202e gnp');
  await tab.keyboard.press('Escape');
  await tab.type('input', 'onerror="hit');
  await tab.waitForFunction(`document.querySelectorAll('.card').length === 1`, { polling: 50, timeout: 10_000 });
});

test('search leaves the families and series that have the words, and Escape ends it', async (t) => {
  const { registry, requests } = everyType();
  requests.inc({ method: 'DELETE', status: '404' });
  const server = await served(t, registry);
  const tab = await opened(t, server.url);
  await answers(tab, 1);
  const families = (): Promise<unknown> => tab.evaluate(`[...document.querySelectorAll('.card')].map(({ dataset }) => dataset.family)`);
  const all = (await families()) as string[];
  await tab.keyboard.press('/');
  await tab.type('input', 'delete');
  await tab.waitForFunction(`document.querySelectorAll('.card').length === 1`, { polling: 50, timeout: 10_000 });
  assert.deepEqual(await families(), ['requests_total']);
  await tab.waitForFunction(`document.querySelectorAll('.legend:not([hidden]) tbody tr').length === 1`, { polling: 50, timeout: 10_000 });
  await tab.keyboard.press('Escape');
  await tab.waitForFunction(`document.querySelectorAll('.card').length === ${all.length}`, { polling: 50, timeout: 10_000 });
  assert.deepEqual(await families(), all);
});

test('keys and pointers read the values at an instant, in words too', async (t) => {
  const { registry, heap } = everyType();
  const server = await served(t, registry);
  const tab = await opened(t, server.url);
  await answers(tab, 1);
  heap.set(2 * 1024 ** 2);
  await answers(tab, 2);
  const plot = `${card('heap_bytes')} .plot`;
  const now = await shown(tab, 'heap_bytes');
  assert.equal(now.reading, 'now: 2\u00a0MiB');
  await tab.keyboard.press('p');
  await tab.focus(plot);
  await tab.keyboard.press('Home');
  await tab.waitForFunction(`/1.MiB$/.test(document.querySelector(${JSON.stringify(plot)}).getAttribute('aria-valuetext'))`, { polling: 50, timeout: 10_000 });
  const then = await shown(tab, 'heap_bytes');
  assert.match(then.reading, /^\d.*\d(?: [AP]M)?: 1\u00a0MiB$/);
  assert.equal(then.value, 1024 ** 2);
  assert.notEqual(await tab.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(plot)})).outlineStyle`), 'none');
  // The cursor is that of all plots.
  assert.ok(((await tab.evaluate(`document.querySelector('${card('requests_total')} .cursor').getAttribute('d')`)) as string).length > 0);
  await tab.keyboard.press('Escape');
  await tab.waitForFunction(`document.querySelector(${JSON.stringify(plot)}).getAttribute('aria-valuetext').startsWith('now')`, { polling: 50, timeout: 10_000 });
});

test('10 000 series are drawn as few: the most active, and the others as one', async (t) => {
  const registry = new Registry();
  const counter = registry.register(new Counter({ name: 'many_total', help: '', labelNames: ['id'], maxSeries: 20_000 }));
  for (let i = 0; i < 9_000; i++) counter.inc({ id: String(i) }, 0);
  for (let i = 0; i < 1_000; i++) registry.register(new Gauge({ name: `gauge_${i}`, help: '' })).set(i);
  const server = await served(t, registry);
  const tab = await opened(t, server.url);
  await answers(tab, 1);
  for (let i = 0; i < 9_000; i++) counter.inc({ id: String(i) }, i === 4711 ? 500 : 1);
  await answers(tab, 2);
  const { rows, note } = await shown(tab, 'many_total');
  assert.equal(note, '9,000\u00a0series');
  assert.deepEqual([rows[0]![0], rows[0]![2]], ['4711', 500]);
  assert.deepEqual([rows.length, rows.at(-1)![0], rows.at(-1)![2]], [7, '8,994\u00a0others', 8_994]);
  assert.ok(Number(await tab.evaluate(`document.querySelectorAll('*').length`)) < 12_000);
  // Those further down come as one scrolls there.
  await tab.type('input', 'gauge_999');
  await tab.waitForFunction(`document.querySelector('${card('gauge_999')} .now')?.value === '999'`, { polling: 50, timeout: 20_000 });
});

test('a server that offers the text format alone is shown the same', async (t) => {
  const { registry, requests } = everyType();
  const server = await served(t, registry, { openMetrics: false });
  const tab = await opened(t, server.url);
  await answers(tab, 1);
  requests.inc({ method: 'GET', status: '200' }, 5);
  await answers(tab, 2);
  const types = (await tab.evaluate(`[...document.querySelectorAll('.card')].map(({ dataset }) => dataset.type)`)) as string[];
  assert.deepEqual(types.slice(0, 7), ['counter', 'gauge', 'gauge', 'histogram', 'summary', 'info', 'stateset']);
  assert.equal((await shown(tab, 'requests_total')).rows[0]![2], 5);
});

test('on a phone nothing is wider than the screen, and what is touched is large enough', async (t) => {
  const { registry } = everyType();
  const server = await served(t, registry);
  const tab = await opened(t, server.url, (each) => each.setViewport({ width: 390, height: 844, deviceScaleFactor: 2 }));
  await answers(tab, 2);
  assert.equal(await tab.evaluate(`document.documentElement.scrollWidth`), 390);
  assert.deepEqual(await tab.evaluate(`[...document.querySelectorAll('button, input')].filter((each) => each.offsetParent && each.getBoundingClientRect().height < 24).map(({ outerHTML }) => outerHTML)`), []);
});

/** A server that sends what comes of the answer of another for each request for metrics. */
async function altered(t: TestContext, origin: string, alter: (answer: { status: number; type: string; date?: string; text: string }) => unknown): Promise<string> {
  const server = createServer(async (request, response) => {
    const given = await fetch(origin + request.url!, { headers: { accept: request.headers.accept ?? '*/*' } });
    const answer = { status: given.status, type: given.headers.get('content-type')!, text: await given.text() };
    if (request.url === '/metrics') await alter(answer);
    const { status, type, text, ...more } = answer;
    response.writeHead(status, { ...more, 'content-type': type, 'content-security-policy': given.headers.get('content-security-policy') ?? '' }).end(text);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => void server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test('what is no metrics, or not all of them, is reported, and leaves the picture as it is', async (t) => {
  const { registry } = everyType();
  const server = await served(t, registry);
  let alter: Parameters<typeof altered>[2] = () => {};
  const tab = await opened(t, await altered(t, server.url, (answer) => alter(answer)));
  await answers(tab, 2);
  const before = await tab.evaluate(`document.querySelectorAll('.card').length`);
  for (const [change, message] of [
    [(answer) => Object.assign(answer, { type: 'text/html', text: '<p>Sign in {1} 2' }), 'the answer is no metrics, but text/html'],
    [(answer) => Object.assign(answer, { text: answer.text.slice(0, 700) }), 'the answer is cut short'],
    [(answer) => Object.assign(answer, { status: 503, text: 'busy' }), 'the server answers 503'],
    [(answer) => Object.assign(answer, { status: 401 }), '401: reload the page to sign in'],
  ] as [typeof alter, string][]) {
    alter = change;
    await tab.waitForFunction(`document.querySelector('.status .state').textContent === ${JSON.stringify(message)}`, { polling: 50, timeout: 30_000 });
    assert.equal(await tab.evaluate(`document.querySelectorAll('.card').length`), before);
    assert.equal((await shown(tab, 'heap_bytes')).stale, '');
  }
  // Screen readers say it.
  assert.equal(await tab.evaluate(`document.querySelector('.status .state').getAttribute('role')`), 'status');
});

test('a server that is slow to answer is asked no more rarely than Prometheus asks', async (t) => {
  const { registry } = everyType();
  const server = await served(t, registry);
  const tab = await opened(t, await altered(t, server.url, () => new Promise((resolve) => setTimeout(resolve, 1500))));
  await answers(tab, 1);
  assert.match((await tab.evaluate(`document.querySelector('.cost').textContent`)) as string, /every 15\u00a0s$/);
});

test('a clock that is set back, or wrong by a day, makes neither a spike nor another age', async (t) => {
  const { registry, requests } = everyType();
  registry.register(new Gauge({ name: 'backup_timestamp_seconds', help: '' })).set(Date.now() / 1000 - 7200 - 60);
  const server = await served(t, registry);
  const tab = await opened(t, await altered(t, server.url, (answer) => void (answer.date = new Date().toUTCString())));
  await answers(tab, 2);
  for (const hours of [-1, 24]) {
    await tab.evaluate(`{ const { now } = Date; Date.now = () => now() + ${hours * 3_600_000}; }`);
    requests.inc({ method: 'GET', status: '200' }, 100);
    const seen = (await tab.evaluate(`Number(document.querySelector('.status').dataset.answers)`)) as number;
    await answers(tab, seen + 2);
    const rate = (await shown(tab, 'requests_total')).value;
    assert.ok(rate <= 100, `${rate} per second`);
    if (hours > 0) assert.match((await shown(tab, 'backup_timestamp_seconds')).now, /^2\.0\d\u00a0h ago$/);
  }
});

test('long names and label values are read in full, also on a phone', async (t) => {
  const registry = new Registry();
  const name = 'process_pressure_memory_stalled_seconds_total';
  registry.register(new Counter({ name, help: '' })).inc();
  const durations = registry.register(new Histogram({ name: 'duration_seconds', help: '', labelNames: ['route'], buckets: [1] }));
  for (const end of ['users', 'pay']) durations.observe({ route: `/api/v1/shop/${end}` }, 0.5);
  const server = await served(t, registry);
  const tab = await opened(t, server.url, (each) => each.setViewport({ width: 390, height: 1500 }));
  await answers(tab, 2);
  const cut = `[...document.querySelectorAll('h2, .legend bdi')].filter((each) => each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight + 1).map(({ textContent }) => textContent)`;
  assert.deepEqual(await tab.evaluate(cut), []);
});

test('colours that the system chooses leave the keys of a legend', async (t) => {
  const { registry } = everyType();
  const server = await served(t, registry);
  const tab = await opened(t, server.url, async (each) => {
    const session = await each.createCDPSession();
    await session.send('Emulation.setEmulatedMedia', { features: [{ name: 'forced-colors', value: 'active' }] });
  });
  await answers(tab, 1);
  const keys = (await tab.evaluate(`[...document.querySelectorAll('${card('requests_total')} .legend i')].map((key) => getComputedStyle(key).backgroundColor)`)) as string[];
  assert.equal(new Set(keys).size, 2);
  for (const key of keys) assert.doesNotMatch(key, /^rgba?\((?:255, 255, 255|0, 0, 0)/);
});

test('of many quantiles, the median is shown and the highest', async (t) => {
  const registry = new Registry();
  registry.register(new Summary({ name: 'rpc_seconds', help: '' })).observe(1);
  const server = await served(t, registry);
  const tab = await opened(t, server.url);
  await answers(tab, 1);
  assert.deepEqual(await tab.evaluate(`[...document.querySelectorAll('${card('rpc_seconds')} thead th')].map(({ textContent }) => textContent)`), ['series', 'rate', 'p50', 'p95', 'p99', 'p99.9']);
});
