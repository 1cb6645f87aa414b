// A scrape among collectors that throw, reject, hang and lie: what is left out, what is told, and when it is
// over. And what all series of one scrape have in common: one instant.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, MetricError, Registry, render } from '../lib/index.ts';
import type { Collector, MetricFamily, Scrape } from '../lib/index.ts';
import type { Answer } from '../lib/scraping/answer.ts';
import { answerer } from '../lib/scraping/handler.ts';
import type { AnswerOptions } from '../lib/scraping/handler.ts';
import { ManualTimers } from './manual-timers.ts';

const host = { giveWay: (): Promise<void> => new Promise((resolve) => setImmediate(resolve)) };

function quiet(): Registry {
  return new Registry({ onWarning: () => {} });
}

/** A function that scrapes the source. */
function scraping(source: Collector, options?: AnswerOptions, timers = new ManualTimers()): (headers?: Record<string, string>, signal?: AbortSignal) => Promise<Answer> {
  const respond = answerer(source, { ...host, timers }, options);
  return async (headers = {}, signal = new AbortController().signal) => respond({ method: 'GET', target: '/metrics', headers, signal });
}

/** The samples of an answer, without those that differ from run to run. */
function samplesOf({ body }: Answer): string[] {
  return Buffer.concat(body).toString().split('\n').filter((line) => /^[^#]/.test(line) && !/seconds/.test(line));
}

const gauge = (name: string, value: number): MetricFamily => ({ type: 'gauge', name, help: '', points: [{ labels: {}, value }] });
const hanging = (): Promise<void> => new Promise(() => {});

class Disks {
  collect(): MetricFamily[] {
    return [gauge('disks', 2)];
  }
}

const down = new Error('secret');

const bad: readonly (readonly [how: string, collector: Collector])[] = [
  ['throws when refreshed', { collect: () => [gauge('bad', 1)], refresh: () => { throw down; } }],
  ['rejects', { collect: () => [gauge('bad', 1)], refresh: () => Promise.reject(down) }],
  ['hangs', { collect: () => [gauge('bad', 1)], refresh: hanging }],
  ['waits for a thenable that lies', { collect: () => [gauge('bad', 1)], refresh: () => ({ then: () => {} }) as unknown as Promise<void> }],
  ['has no function to refresh it', { collect: () => [gauge('bad', 1)], refresh: 5 as unknown as () => void }],
  ['throws where its refresh is looked up', { collect: () => [gauge('bad', 1)], get refresh(): never { throw down; } }],
  ['throws when collected', { collect: () => { throw down; } }],
  ['offers what no format can show', { collect: () => [gauge('bad', 1), { type: 'gouge' } as unknown as MetricFamily] }],
  ['offers families without end', { *collect() { for (let i = 0; ; i++) yield gauge(`bad_${i}`, 1); } }],
  ['offers points without end', { collect: () => [{ ...gauge('bad', 1), points: { *[Symbol.iterator]() { for (let i = 0; ; i++) yield { labels: { i: String(i) }, value: 1 }; } } } as MetricFamily] }],
];

for (const [how, collector] of bad) {
  test(`a collector that ${how} costs its own families alone, and the same scrape says so`, async () => {
    const registry = quiet();
    registry.register(new Disks());
    registry.register(Object.defineProperties(collector, { name: { value: 'bad' } }));
    registry.register(new Gauge({ name: 'good', help: '' })).set(3);
    const timers = new ManualTimers();
    const running = scraping(registry, { deadlineMs: 20 }, timers)();
    await timers.pass(20);
    const answer = await running;
    assert.equal(answer.status, 200);
    assert.deepEqual(samplesOf(answer), [
      'disks 2',
      'good 3',
      'promlet_collector_success{collector="Disks"} 1',
      'promlet_collector_success{collector="bad"} 0',
      'promlet_collector_errors_total{collector="Disks"} 0',
      'promlet_collector_errors_total{collector="bad"} 1',
    ]);
  });
}

test('a collector is called by its name, by its class, or else in general, and a number keeps two apart', async () => {
  const registry = quiet();
  const first = registry.register(new Disks());
  registry.register(new Disks());
  registry.register({ name: 'queue', collect: () => [] });
  registry.register({ collect: () => [] });
  registry.register(new Gauge({ name: 'hooked', help: '', collect: (self) => self.set(1) }));
  registry.register(new Gauge({ name: 'plain', help: '' }));
  const scrape = scraping(registry);
  const labels = async (): Promise<string[]> => samplesOf(await scrape()).flatMap((line) => /^promlet_collector_success\{collector="(.*)"\} 1$/.exec(line)?.[1] ?? []);
  assert.deepEqual(await labels(), ['Disks', 'Disks_2', 'queue', 'collector', 'hooked']);
  registry.unregister(first);
  assert.deepEqual(await labels(), ['Disks_2', 'queue', 'collector', 'hooked']);
});

test('instruments without hooks are shown as `render` shows them, and `render` never shows how collectors fared', async () => {
  const registry = quiet();
  registry.register(new Counter({ name: 'c_total', help: '' }));
  assert.equal(Buffer.concat((await scraping(registry)()).body).toString(), render(registry));
  registry.register(new Disks());
  await scraping(registry)();
  assert.doesNotMatch(render(registry), /promlet/);
});

test('where all collectors fail, the answer is 500 and says nothing; where nothing is registered, it is empty', async () => {
  const registry = quiet();
  assert.deepEqual(await scraping(registry)().then(({ status, body }) => [status, body]), [200, []]);
  registry.register({ collect: () => { throw down; } });
  registry.register({ collect: () => [], refresh: hanging });
  const timers = new ManualTimers();
  const running = scraping(registry, { deadlineMs: 20 }, timers)();
  await timers.pass(20);
  const { status, body } = await running;
  assert.deepEqual([status, Buffer.concat(body).toString()], [500, 'The metrics could not be written\n']);
});

test('with `errors: fail` one failure fails the scrape', async () => {
  const registry = quiet();
  registry.register(new Disks());
  const failing = registry.register({ collect: () => [], refresh: () => Promise.reject(down) });
  const scrape = scraping(registry, { errors: 'fail' });
  const { status, body } = await scrape();
  assert.deepEqual([status, Buffer.concat(body).toString()], [500, 'The metrics could not be written\n']);
  registry.unregister(failing);
  assert.equal((await scrape()).status, 200);
});

test('`onError` gets each cause at each scrape, and the registry warns of each once', async () => {
  const [errors, warnings]: [unknown[], MetricError[]] = [[], []];
  const registry = new Registry({ onWarning: (warning) => warnings.push(warning) });
  registry.register({ name: 'rejecting', collect: () => [], refresh: () => Promise.reject(down) });
  registry.register({ name: 'throwing', collect: () => { throw down; } });
  const scrape = scraping(registry, { onError: (error) => errors.push(error) });
  await scrape();
  await scrape();
  assert.deepEqual(errors, [down, down, down, down]);
  assert.equal(errors[0], down);
  assert.deepEqual(warnings.map(({ message }) => message), ['collector "rejecting": refresh failed: secret', 'collector "throwing": collect failed: secret']);
});

test('an `onError` that throws or rejects disturbs nothing', async () => {
  for (const onError of [() => { throw down; }, () => Promise.reject(down)]) {
    const registry = quiet();
    registry.register(new Disks());
    registry.register({ collect: () => { throw down; } });
    assert.equal((await scraping(registry, { onError })()).status, 200);
  }
});

test('a format that throws is a 500 without its words, and `onError` gets the cause', async () => {
  const errors: unknown[] = [];
  const format = { name: 'x', mediaType: 'text/plain', version: '1', contentType: 'text/plain', write: () => { throw down; } };
  const { status, body } = await scraping(quiet(), { formats: [format], onError: (error) => errors.push(error) })();
  assert.deepEqual([status, Buffer.concat(body).toString(), errors], [500, 'The metrics could not be written\n', [down]]);
});

// Deadlines

test('the deadline is the scraper’s own time less half a second, where that comes before the limit', async () => {
  for (const [seconds, deadlineMs, expectedMs] of [['10', undefined, 9_500], ['0.53', undefined, 265], ['60', undefined, 10_000], ['60', Infinity, 59_500], ['10', 1_000, 1_000]] as const) {
    const registry = quiet();
    registry.register(new Gauge({ name: 'good', help: '' }));
    registry.register({ collect: () => [], refresh: hanging });
    const timers = new ManualTimers();
    let isOver = false;
    const running = scraping(registry, { deadlineMs }, timers)({ 'x-prometheus-scrape-timeout-seconds': seconds }).finally(() => (isOver = true));
    await timers.pass(expectedMs - 1);
    assert.equal(isOver, false, seconds);
    await timers.pass(1);
    assert.equal((await running).status, 200);
  }
});

test('what the request waited before counts against the scraper’s time', async () => {
  for (const [waitedMs, restMs] of [[0, 1_500], [1_000, 500], [1_600, 200], [2_500, 10]] as const) {
    const registry = quiet();
    registry.register(new Gauge({ name: 'good', help: '' }));
    registry.register({ collect: () => [], refresh: hanging });
    const timers = new ManualTimers();
    const respond = answerer(registry, { ...host, timers }, { authenticate: () => new Promise((resolve) => void timers.after(waitedMs, () => resolve(true))) });
    const headers = { 'x-prometheus-scrape-timeout-seconds': '2' };
    let isOver = false;
    const running = Promise.resolve(respond({ method: 'GET', target: '/metrics', headers, signal: new AbortController().signal, receivedMs: 0 })).finally(() => (isOver = true));
    await timers.pass(waitedMs + restMs - 1);
    assert.equal(isOver, false);
    await timers.pass(1);
    assert.equal((await running).status, 200);
    assert.equal(timers.waiting, 0);
  }
});

for (const given of ['', '0', '-1', 'NaN', 'soon', 'Infinity', '1e400']) {
  test(`a scraper’s time of "${given}" says nothing`, async () => {
    const registry = quiet();
    registry.register(new Gauge({ name: 'good', help: '', collect: () => new Promise((resolve) => setTimeout(resolve, 5)) }));
    assert.deepEqual(samplesOf(await scraping(registry)({ 'x-prometheus-scrape-timeout-seconds': given }))[0], 'good 0');
  });
}

test('collectors may be given all the time that the scraper has', async () => {
  const registry = quiet();
  registry.register(new Gauge({ name: 'slow', help: '', collect: () => new Promise((resolve) => setTimeout(resolve, 5)) }));
  assert.equal(samplesOf(await scraping(registry, { deadlineMs: Infinity })())[0], 'slow 0');
});

test('at the deadline a collector is told, by a signal that says the time is up, and a hook is too', async () => {
  const registry = quiet();
  const reasons: string[] = [];
  const timers = new ManualTimers();
  const untilTold = ({ signal }: Scrape): Promise<void> => new Promise((_, reject) => signal.addEventListener('abort', () => {
    reasons.push((signal.reason as Error).name);
    reject(signal.reason as Error);
  }));
  registry.register({ collect: () => [], refresh: untilTold });
  registry.register(new Gauge({ name: 'g', help: '', collect: (_, scrape) => untilTold(scrape) }));
  registry.register(new Gauge({ name: 'good', help: '' }));
  const running = scraping(registry, { deadlineMs: 10 }, timers)();
  await timers.pass(10);
  await running;
  assert.deepEqual(reasons, ['TimeoutError', 'TimeoutError']);
});

test('a collector that ignores the deadline is not asked again until it has ended, and costs later scrapes no time', async () => {
  const registry = quiet();
  let calls = 0;
  let release = (): void => {};
  registry.register({ name: 'stuck', collect: () => [gauge('stuck', calls)], refresh: () => { calls++; return new Promise<void>((resolve) => (release = resolve)); } });
  registry.register(new Gauge({ name: 'good', help: '' }));
  const timers = new ManualTimers();
  const scrape = scraping(registry, { deadlineMs: 50 }, timers);
  const first = scrape();
  await timers.pass(51);
  await first;
  // Time stands still: a scrape that waited would wait for ever.
  for (let i = 0; i < 20; i++) assert.equal(samplesOf(await scrape())[0], 'good 0');
  assert.equal(calls, 1);
  release();
  await new Promise((resolve) => setImmediate(resolve));
  const again = scrape();
  release();
  assert.equal(samplesOf(await again)[0], 'stuck 2');
});

test('a crowd does not keep a collector that hangs from being told, and begun anew', async () => {
  const registry = quiet();
  let calls = 0;
  registry.register({
    collect: () => [],
    refresh: ({ signal }) => { calls++; return new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(new Error('told')))); },
  });
  registry.register(new Gauge({ name: 'good', help: '' }));
  const timers = new ManualTimers();
  const scrape = scraping(registry, { deadlineMs: 150 }, timers);
  const running: Promise<Answer>[] = [];
  // One every few milliseconds, so that there is always one that waits.
  for (; calls < 2; await timers.pass(10)) {
    running.push(scrape());
    assert.ok(timers.now() < 1_000);
  }
  await timers.pass(150);
  await Promise.all(running);
});

test('a scraper without patience does not keep a collector from those who have some', async () => {
  const registry = quiet();
  let calls = 0;
  let release = (): void => {};
  registry.register({ collect: () => [gauge('deaf', calls)], refresh: () => { calls++; return new Promise<void>((resolve) => (release = resolve)); } });
  registry.register(new Gauge({ name: 'good', help: '' }));
  const timers = new ManualTimers();
  const scrape = scraping(registry, {}, timers);
  const impatient = scrape({ 'x-prometheus-scrape-timeout-seconds': '0.001' });
  await timers.pass(1);
  assert.equal(samplesOf(await impatient)[0], 'good 0');
  const patient = scrape();
  release();
  await new Promise((resolve) => setImmediate(resolve));
  release();
  assert.equal(samplesOf(await patient)[0], 'deaf 2');
});

test('a registry within a registry keeps what was done in time', async () => {
  const [outer, inner] = [quiet(), quiet()];
  outer.register({ collect: () => [], refresh: hanging });
  outer.register(inner);
  inner.register(new Gauge({ name: 'good', help: '' }));
  inner.register(new Gauge({ name: 'hanging', help: '', collect: hanging }));
  const timers = new ManualTimers();
  const running = scraping(outer, { deadlineMs: 10, selfMetrics: false }, timers)();
  await timers.pass(10);
  assert.deepEqual(samplesOf(await running), ['good 0']);
});

// Scrapes that meet

test('a crowd that runs out of time asks no collector again', async () => {
  const registry = quiet();
  let calls = 0;
  let release = (): void => {};
  registry.register({
    collect: () => [],
    refresh: ({ signal }) => { calls++; return new Promise<void>((_, reject) => signal.addEventListener('abort', () => (release = () => reject(new Error('told'))))); },
  });
  registry.register(new Gauge({ name: 'good', help: '' }));
  const gone = new AbortController();
  const timers = new ManualTimers();
  const scrape = scraping(registry, { deadlineMs: 60 }, timers);
  const first = scrape({}, gone.signal);
  gone.abort();
  const crowd = Array.from({ length: 20 }, () => scrape());
  await timers.pass(60);
  release();
  await Promise.all([first, ...crowd]);
  assert.equal(calls, 1);
});

test('scrapes that wait while time runs out begin no work for nobody', async () => {
  const registry = quiet();
  let calls = 0;
  registry.register({ collect: () => [], refresh: () => { calls++; } });
  await registry.refresh({ signal: AbortSignal.abort() });
  assert.equal(calls, 0);
});

test('many collectors and many scrapers at once leave no warning behind', async (t) => {
  const warned = t.mock.method(process, 'emitWarning', () => {});
  const registry = quiet();
  for (let i = 0; i < 50; i++) registry.register(new Gauge({ name: `g${i}`, help: '', collect: () => new Promise((resolve) => setImmediate(resolve)) }));
  const scrape = scraping(registry);
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 5 }, () => scrape({}, signal)));
  assert.equal(warned.mock.callCount(), 0);
});

test('scrapes that have waited for the same take turns, and the event loop runs in between', async () => {
  const registry = quiet();
  registry.register(new Gauge({ name: 'g', help: '', collect: () => new Promise((resolve) => setImmediate(resolve)) }));
  // Each takes a millisecond to write.
  const busy = (): MetricFamily[] => { for (const end = performance.now() + 1; performance.now() < end; ); return []; };
  registry.register({ collect: busy });
  let [turns, isOver] = [0, false];
  const scrape = scraping(registry, { maxPauseMs: 5 });
  const host = async (): Promise<void> => { for (; !isOver; turns++) await new Promise((resolve) => setImmediate(resolve)); };
  const running = host();
  await Promise.all(Array.from({ length: 50 }, () => scrape()));
  isOver = true;
  await running;
  assert.ok(turns >= 8, `${turns} turns`);
});

test('a scraper that goes away stops the work for itself alone', async () => {
  const registry = quiet();
  const signals: AbortSignal[] = [];
  let release = (): void => {};
  registry.register({ collect: () => [gauge('shared', signals.length)], refresh: ({ signal }: Scrape) => { signals.push(signal); return new Promise<void>((resolve) => (release = resolve)); } });
  const scrape = scraping(registry, { selfMetrics: false });
  const [one, two] = [new AbortController(), new AbortController()];
  const [first, second] = [scrape({}, one.signal), scrape({}, two.signal)];
  one.abort();
  assert.equal((await first).status, 500);
  assert.equal(signals[0]!.aborted, false);
  release();
  assert.deepEqual(samplesOf(await second), ['shared 1']);
});

test('what was broken off for nobody was waiting is begun anew for the next, once it has ended', async () => {
  const registry = quiet();
  const signals: AbortSignal[] = [];
  let release = (): void => {};
  registry.register({ collect: () => [gauge('shared', signals.length)], refresh: ({ signal }: Scrape) => { signals.push(signal); return new Promise<void>((resolve) => (release = resolve)); } });
  const scrape = scraping(registry, { selfMetrics: false });
  const gone = new AbortController();
  const first = scrape({}, gone.signal);
  gone.abort();
  await first;
  assert.equal(signals[0]!.aborted, true);
  const second = scrape();
  release();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(signals.length, 2);
  release();
  assert.deepEqual(samplesOf(await second), ['shared 2']);
});

test('a scraper that goes away while its scrape is written stops that too', async () => {
  const registry = quiet();
  const counter = registry.register(new Counter({ name: 'c_total', help: '', labelNames: ['i'], maxSeries: 30_000 }));
  for (let i = 0; i < 30_000; i++) counter.inc({ i: `${'x'.repeat(20)}${i}` });
  const gone = new AbortController();
  let pauses = 0;
  const respond = answerer(registry, { giveWay: async () => { if (++pauses === 2) gone.abort(); } }, { maxPauseMs: 0 });
  assert.equal((await respond({ method: 'GET', target: '/metrics', headers: {}, signal: gone.signal })).status, 500);
  assert.equal(pauses, 2);
});

test('every scrape is one instant: what is written together is seen together, whatever goes on beside it', async () => {
  const registry = quiet();
  const begun = registry.register(new Counter({ name: 'begun_total', help: '' }));
  const moved = registry.register(new Counter({ name: 'moved_total', help: '', labelNames: ['to'] }));
  const ended = registry.register(new Counter({ name: 'ended_total', help: '' }));
  const running = registry.register(new Gauge({ name: 'running', help: '' }));
  registry.register({ collect: () => [gauge('own_begun', begun.get()!)], refresh: () => new Promise<void>((resolve) => setImmediate(resolve)) });
  let isOver = false;
  const host = async (): Promise<void> => {
    while (!isOver) {
      begun.inc();
      running.inc();
      for (const to of ['a', 'b']) moved.inc({ to });
      await new Promise((resolve) => setImmediate(resolve));
      ended.inc();
      running.dec();
      await Promise.resolve();
    }
  };
  const hosts = Array.from({ length: 20 }, host);
  const scrape = scraping(registry, { selfMetrics: false, maxPauseMs: 60_000 });
  let last = 0;
  for (let round = 0; round < 20; round++) {
    const answers = await Promise.all(Array.from({ length: 10 }, () => scrape()));
    for (const answer of answers) {
      const [nBegun, a, b, nEnded, nRunning, own] = samplesOf(answer).map((line) => Number(line.split(' ')[1]));
      assert.deepEqual([a, b, nEnded! + nRunning!, own], Array(4).fill(nBegun));
      assert.ok(nBegun! >= last);
    }
    last = begun.get()!;
  }
  isOver = true;
  await Promise.all(hosts);
  assert.ok(last > 100);
});
