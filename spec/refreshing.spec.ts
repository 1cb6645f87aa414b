// Refreshes: a host's own and those of scrapes, which leave each other alone; and hooks that ask for a refresh.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Gauge, MetricError, Registry, render } from '../lib/index.ts';
import type { Collector, Scrape } from '../lib/index.ts';
import { refreshAll } from '../lib/scraping/refreshing.ts';
import { SelfMetrics } from '../lib/scraping/self-metrics.ts';
import { scraper } from '../lib/scraping/scraping.ts';
import type { ScrapeOptions } from '../lib/scraping/scraping.ts';
import { ManualTimers } from './manual-timers.ts';

const host = { giveWay: (): Promise<void> => new Promise((resolve) => setImmediate(resolve)) };

/** A function that scrapes the source, and gives the text. */
function scraping(source: Collector, options: ScrapeOptions = {}): (headers?: Record<string, string>, signal?: AbortSignal) => Promise<string> {
  const scrape = scraper(source, host, { selfMetrics: false, ...options }, new SelfMetrics());
  return async (headers = {}, signal = new AbortController().signal) => {
    const { body } = await scrape({ method: 'GET', target: '/metrics', headers, signal });
    return Buffer.concat(body).toString();
  };
}

function listening(): { registry: Registry; warnings: MetricError[] } {
  const warnings: MetricError[] = [];
  return { registry: new Registry({ onWarning: (warning) => warnings.push(warning) }), warnings };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a scraper without patience, or one that leaves, takes nothing from what the host renders', async () => {
  const { registry } = listening();
  let release = (): void => {};
  registry.register(new Gauge({ name: 'slow', help: '', refresh: () => new Promise<void>((resolve) => (release = resolve)) }));
  registry.register(new Gauge({ name: 'good', help: '' }));
  const expected = render(registry);
  assert.equal(await scraping(registry)({ 'x-prometheus-scrape-timeout-seconds': '0.001' }), '# TYPE good gauge\ngood 0\n');
  assert.equal(render(registry), expected);
  const gone = new AbortController();
  const left = scraping(registry)({}, gone.signal);
  gone.abort();
  await assert.rejects(left);
  assert.equal(render(registry), expected);
  release();
});

test('a failed refresh of the host leaves a family out of what it renders, and of no scrape', async () => {
  const { registry } = listening();
  let isDown = true;
  registry.register(new Gauge({ name: 'g', help: '', refresh: () => { if (isDown) throw new Error('down'); } }));
  registry.register(new Gauge({ name: 'good', help: '' }));
  await registry.refresh();
  assert.equal(render(registry), '# TYPE good gauge\ngood 0\n');
  isDown = false;
  assert.equal(await scraping(registry)(), '# TYPE g gauge\ng 0\n# TYPE good gauge\ngood 0\n');
  assert.equal(render(registry), '# TYPE good gauge\ngood 0\n');
});

test('scrapes that meet share a refresh, also where two handlers stand over one registry', async () => {
  const registry = new Registry();
  let calls = 0;
  let release = (): void => {};
  registry.register(new Gauge({ name: 'g', help: '', refresh: (gauge) => { gauge.set(++calls); return new Promise<void>((resolve) => (release = resolve)); } }));
  const outer = new Registry();
  outer.register(registry);
  const texts = [scraping(registry)(), scraping(registry)(), scraping(outer)()];
  await turn();
  release();
  assert.deepEqual(await Promise.all(texts), Array(3).fill('# TYPE g gauge\ng 1\n'));
  assert.equal(calls, 1);
});

test('the default scrape has a signal that `fetch` takes', async () => {
  const registry = new Registry();
  let signal: unknown;
  registry.register({ collect: () => [], refresh: (scrape: Scrape) => { signal = scrape.signal; } });
  await registry.refresh();
  assert.ok(signal instanceof AbortSignal);
});

test('a refresh that is not done when its signal is aborted resolves, and leaves the collector out', async () => {
  const { registry, warnings } = listening();
  registry.register(new Gauge({ name: 'hanging', help: '', refresh: () => new Promise<void>(() => {}) }));
  registry.register(new Gauge({ name: 'good', help: '' }));
  const controller = new AbortController();
  const refreshed = registry.refresh({ signal: controller.signal });
  controller.abort();
  await refreshed;
  assert.equal(render(registry), '# TYPE good gauge\ngood 0\n');
  assert.deepEqual(warnings.map(({ code, message }) => [code, message]), [['ERR_COLLECTOR', 'gauge "hanging": refresh failed: was not done in time']]);
});

test('a refresh that a hook asks for before its first `await` leaves that hook alone, and reaches the others', async () => {
  for (const refresh of [(registry: Registry) => registry.refresh(), (registry: Registry) => scraping(registry)()]) {
    const registry = new Registry();
    const calls: string[] = [];
    registry.register(new Gauge({ name: 'asking', help: '', refresh: async (gauge) => { calls.push('asking'); await registry.refresh(); gauge.set(1); } }));
    registry.register(new Gauge({ name: 'other', help: '', refresh: (gauge) => { calls.push('other'); gauge.inc(); } }));
    await refresh(registry);
    assert.equal(calls.filter((call) => call === 'asking').length, 1);
    assert.match(render(registry), /^asking 1$/m);
    assert.match(render(registry), /^other [12]$/m);
  }
});

test('a hook that waits for a refresh of itself ends with the scrape’s deadline, or the host’s', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { registry, warnings } = listening();
  let calls = 0;
  registry.register({ name: 'wrong', collect: () => [], async refresh() { calls++; await turn(); await registry.refresh(); } });
  registry.register(new Gauge({ name: 'good', help: '' }));
  const scraped = scraping(registry, { deadlineMs: 30 })();
  await turn();
  t.mock.timers.tick(30);
  await turn();
  // A collector that stops at the signal may end in its own way.
  t.mock.timers.tick(0);
  assert.equal(await scraped, '# TYPE good gauge\ngood 0\n');
  const host = new AbortController();
  const refreshed = registry.refresh({ signal: host.signal });
  await turn();
  host.abort();
  await refreshed;
  assert.deepEqual(warnings.map(({ code, message }) => [code, message]), [['ERR_COLLECTOR', 'collector "wrong": refresh failed: was not done in time']]);
  assert.ok(calls <= 2, `${calls} calls`);
});

test('a hook that waits for a refresh of itself does not hang a host without a deadline', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { registry, warnings } = listening();
  registry.register({ name: 'wrong', collect: () => [], async refresh() { await turn(); await registry.refresh(); } });
  const refreshed = registry.refresh();
  for (let i = 0; i < 5; i++) await turn();
  t.mock.timers.tick(5_000);
  await refreshed;
  assert.deepEqual(warnings.map(({ code }) => code), ['ERR_COLLECTOR']);
});

test('refreshes of the host that meet call a hook once', async () => {
  const registry = new Registry();
  let calls = 0;
  let release = (): void => {};
  registry.register({ collect: () => [], refresh: () => { calls++; return new Promise<void>((resolve) => (release = resolve)); } });
  const both = Promise.all([registry.refresh(), registry.refresh()]);
  release();
  await both;
  assert.equal(calls, 1);
});

test('registries within a registry are refreshed one collector at a time, and reported so', async () => {
  const { registry: inner, warnings } = listening();
  const outer = new Registry();
  outer.register(inner);
  inner.register({ name: 'down', collect: () => [], refresh: () => Promise.reject(new Error('down')) });
  inner.register(new Gauge({ name: 'good', help: '', refresh: (gauge) => gauge.set(1) }));
  const text = await scraping(outer, { selfMetrics: 'collectors' })();
  assert.match(text, /^good 1$/m);
  assert.match(text, /^promlet_collector_success\{collector="down"\} 0$/m);
  assert.match(text, /^promlet_collector_success\{collector="good"\} 1$/m);
  assert.deepEqual(warnings.map(({ message }) => message), ['collector "down": refresh failed: down']);
});

test('a refresh of many hooks leaves no warning behind', async (t) => {
  const warned = t.mock.method(process, 'emitWarning', () => {});
  const registry = new Registry();
  for (let i = 0; i < 30; i++) registry.register(new Gauge({ name: `g${i}`, help: '', refresh: () => new Promise<void>((resolve) => setImmediate(resolve)) }));
  await registry.refresh();
  assert.equal(warned.mock.callCount(), 0);
});

test('a hook can look at how long it may still take, by the scrape that waits shortest', async () => {
  const timers = new ManualTimers();
  const seen: Scrape[] = [];
  let end = (): void => {};
  const collector: Collector = {
    collect: () => [],
    refresh(scrape) {
      seen.push(scrape);
      return new Promise((resolve) => (end = resolve));
    },
  };
  const signal = (): AbortSignal => new AbortController().signal;
  const first = refreshAll([collector], { signal: signal() }, 5_000, timers);
  assert.equal(seen[0]!.timeLeftMs, 5_000);
  await timers.pass(1_000);
  assert.equal(seen[0]!.timeLeftMs, 4_000);
  const second = refreshAll([collector], { signal: signal() }, 2_000, timers);
  const third = refreshAll([collector], { signal: signal() }, Infinity, timers);
  assert.equal(seen[0]!.timeLeftMs, 2_000);
  await timers.pass(3_000);
  assert.equal(seen[0]!.timeLeftMs, 0);
  end();
  await Promise.all([first, second, third]);
  assert.equal(seen.length, 1);
  void refreshAll([collector], { signal: signal() }, Infinity, timers);
  assert.equal(seen[1]!.timeLeftMs, Infinity);
  end();
});
