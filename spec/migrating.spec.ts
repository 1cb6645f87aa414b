// `lib/guide/migrating.md`: its table has every call of prom-client, what it says of promlet is so, and its service
// shows the same before and after.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';

import { Counter, Gauge, Histogram, MetricError, Registry, Summary, render, text } from '../lib/index.ts';
import { parseSamples } from '../lib/parse.ts';
import { processMetrics } from '../lib/process.ts';
import { snapshot } from '../lib/scraping.ts';
import { loadPeer, testBeside } from './framework.ts';
import { blocksIn, page } from './pages.ts';
import { userProject } from './user-project.ts';

const migrating = page('migrating.md');
const table = migrating.text.slice(migrating.text.indexOf('## Every call'), migrating.text.indexOf('## What behaves otherwise'));
const project = userProject();
after(() => project.remove());

testBeside('prom-client', 'the table has every name that prom-client exports, and every method and option of its classes', async (peer: object) => {
  const types = readFileSync(join(dirname(loadPeer.resolve('prom-client')), 'index.d.ts'), 'utf8');
  const methods = [...types.matchAll(/^\t(?:static )?(\w+)(?:<[^>]*>)?\(/gm)].map(([, name]) => name!).filter((name) => name !== 'constructor');
  const options = ['registers', 'collect', 'enableExemplars', 'aggregator', 'buckets', 'percentiles', 'maxAgeSeconds', 'ageBuckets', 'pruneAgedBuckets', 'compressCount', 'prefix', 'gcDurationBuckets', 'eventLoopMonitoringPrecision'];
  for (const option of options) assert.match(types, new RegExp(`\\b${option}\\??:|\\b${option}\\(`), option);
  const absent = [...new Set([...Object.keys(peer), ...methods, ...options])].filter((name) => !new RegExp(`\\b${name}\\b`).test(table));
  assert.deepEqual(absent, []);
});

test('what the table says of promlet’s calls is so', async () => {
  const registry = new Registry({ labels: { service: 'x' }, onWarning: () => {} });
  const counter = registry.register(new Counter({ name: 'c_total', help: 'C.', labelNames: ['code'] }));
  for (const amount of [-1, NaN, '2' as never]) counter.inc({ code: 1 }, amount);
  assert.equal(counter.get({ code: 1 }), undefined);
  counter.inc({ code: 1 }, 2, { trace_id: 'x' });
  assert.throws(() => new Counter({ name: 'd_total', help: '', registers: [] } as never), MetricError);
  assert.throws(() => new Counter({ name: 'd_total', help: '', aggregator: 'max' } as never), /"merge" of a gauge in a group instead/);
  assert.throws(() => new Histogram({ name: 'h', help: '', buckets: [2, 1] }), MetricError);
  assert.throws(() => new Summary({ name: 's', help: '', compressCount: 1 } as never), MetricError);
  assert.equal(registry.get<Counter<'code'>>('c_total'), counter);
  assert.throws(() => registry.register(new Counter({ name: 'c_total', help: 'C.' })), /c_total/);
  assert.equal(registry.getOrRegister(new Counter({ name: 'c_total', help: 'C.', labelNames: ['code'] })), counter);
  assert.ok(render(registry).startsWith('# HELP c_total C.\n# TYPE c_total counter\nc_total{service="x",code="1"} 2\n'));
  assert.equal(render(registry.get('c_total')!), '# HELP c_total C.\n# TYPE c_total counter\nc_total{code="1"} 2\n');
  assert.deepEqual(registry.instruments(), [counter]);
  assert.match(text.contentType, /^text\/plain; version=0\.0\.4/);
  const [family] = snapshot(registry);
  assert.equal(family!.name, 'c_total');
  const seconds = new Histogram({ name: 'h_seconds', help: 'H.', labelNames: ['route'] });
  seconds.labels({ route: '/' });
  assert.equal(seconds.get({ route: '/' })!.count, 0);
  assert.throws(() => seconds.time({ route: '/' }, () => assert.fail('it threw')), /it threw/);
  assert.equal(seconds.get({ route: '/' })!.count, 1);
  const summary = new Summary({ name: 's', help: 'S.', percentiles: [0.5] });
  assert.deepEqual(summary.get()!.quantiles, [{ quantile: 0.5, value: NaN }]);
  assert.equal(counter.remove({ code: 1 }), true);
  counter.labels('2').inc();
  const gauge = new Gauge({ name: 'g', help: 'G.', collect: (own) => own.set(7) });
  const bound = registry.register(new Gauge({ name: 'bound', help: 'B.', collect(this: Gauge) { this.set(NaN); } } as never)) as Gauge;
  const all = new Registry();
  all.register(registry);
  all.register(gauge);
  await all.refresh();
  assert.equal(bound.get(), NaN);
  assert.match(render(all), /^c_total\{.*\n[^]*^g 7\n/m);
  registry.unregister(registry.get('c_total')!);
  assert.deepEqual(registry.instruments(), [bound]);
  processMetrics({ prefix: 'shop_', gcDurationBuckets: [1] }).stop();
});

test('the test for Jest passes, with what stands in for Jest’s globals', async () => {
  const [block] = blocksIn('js').filter((each) => each.page === migrating);
  const globals = `
    const assert = require('node:assert');
    let ran = 0;
    const expect = (found) => ({ toBe: (wanted) => (ran++, assert.strictEqual(found, wanted)), toContain: (part) => (ran++, assert.ok(found.includes(part), found)) });
    const test = (title, run) => run();
  `;
  project.write('jest.cjs', `${globals}${block!.code}assert.strictEqual(ran, 2);`);
  const { code, output } = await project.run('jest.cjs');
  assert.equal(code, 0, output);
});

/** In order; what they answer is the same before and after. */
const REQUESTS = [
  '/order?sku=tea', '/order?sku=tea&items=2', '/order?sku=coffee&items=4&channel=phone', '/order?sku=none', '/order?sku=tea&items=1000',
  '/refund?euros=-3', '/refund?euros=2', '/nowhere', '/close-channel?channel=phone', '/sold-out?sku=coffee',
];

testBeside('prom-client', 'the service shows the same before and after, but for what the page says', async () => {
  cpSync(join(dirname(new URL(import.meta.url).pathname), '../lib/guide/migrating'), project.folder, { recursive: true });
  symlinkSync(dirname(loadPeer.resolve('prom-client')), join(project.folder, 'node_modules/prom-client'));
  const [before, now] = [await shown('before.cjs'), await shown('after.cjs')];
  assert.deepEqual(now.codes, before.codes);
  assert.equal(now.total, before.total);
  // Types and helps of all families, the default metrics among them.
  const heads = new Set(headsOf(now.exposition).map(([head]) => head));
  const missing = headsOf(before.exposition).filter(([head]) => !heads.has(head)).map(([, name]) => name);
  assert.deepEqual(missing, []);
  const [samples, samplesBefore] = [own(now.exposition), own(before.exposition)];
  assert.deepEqual(samples.map(([key]) => key), samplesBefore.map(([key]) => key));
  const different = samples.flatMap(([key, value], i) => (value === samplesBefore[i]![1] ? [] : [[key, samplesBefore[i]![1], value]]));
  // The middle of 3 and 6.
  assert.deepEqual(different, [['shop_order_price_euros [["channel","web"],["quantile","0.5"],["service","shop"]]', 4.5, 3]]);
  // What the page says of a reset.
  const lost = (one: Sample[], other: Sample[]): string[] => [...new Set(one.filter(([key]) => !other.some(([there]) => there === key)).map(([, , name]) => name))];
  assert.deepEqual(lost(own(now.afterReset), own(before.afterReset)), ['shop_order_items_bucket', 'shop_order_items_count', 'shop_order_items_sum']);
  assert.deepEqual(lost(own(before.afterReset), own(now.afterReset)), ['shop_order_price_euros', 'shop_order_price_euros_count', 'shop_order_price_euros_sum']);
});

interface Shown {
  readonly codes: readonly number[];
  readonly total: string;
  readonly exposition: string;
  readonly afterReset: string;
}

async function shown(file: string): Promise<Shown> {
  const child = spawn(process.execPath, [file], { cwd: project.folder, env: { ...process.env, PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const url = await firstLine(child);
    const get = async (path: string): Promise<Response> => fetch(url + path, { headers: { connection: 'close' } });
    const codes: number[] = [];
    for (const path of REQUESTS) codes.push((await get(path)).status);
    const [total, exposition] = [await (await get('/total')).text(), await (await get('/metrics')).text()];
    await get('/reset');
    const afterReset = await (await get('/metrics')).text();
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null]);
    return { codes, total, exposition, afterReset };
  } finally {
    child.kill('SIGKILL');
  }
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  const [said] = (await once(stdout!, 'data')) as [Buffer];
  return said.toString().trim();
}

/** Of every family, and its name. */
function headsOf(exposition: string): [head: string, name: string][] {
  const helps = new Map([...exposition.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name, help]) => [name!, help!]));
  // An info is a gauge in the text format.
  return [...exposition.matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(([, name, type]) => [`${name} ${type} ${helps.get(name!)}`, name!]);
}

type Sample = [key: string, value: number, name: string];

/** The shop's samples in one order, without what a clock says. */
function own(exposition: string): Sample[] {
  const samples = [...parseSamples(exposition)].filter(({ name }) => name.startsWith('shop_'));
  const timed = /^shop_request_duration_seconds_(sum|bucket)$|_timestamp_seconds$/;
  return samples
    .map(({ name, labels, value }): Sample => [`${name} ${JSON.stringify(Object.entries(labels).sort())}`, timed.test(name) ? 0 : value, name])
    .sort(([one], [other]) => (one < other ? -1 : 1));
}
