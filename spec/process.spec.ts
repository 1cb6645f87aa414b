// `processMetrics`: which families there are, how they are chosen, and what kind of collector it is.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, openSync, closeSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';

import { serve } from '../lib/http.ts';
import { openMetrics, Registry, render } from '../lib/index.ts';
import type { MetricFamily } from '../lib/index.ts';
import { parse } from '../lib/parse.ts';
import { GROUPS } from '../lib/process/catalogue.ts';
import { processMetrics } from '../lib/process.ts';
import type { ProcessMetrics, ProcessMetricsOptions } from '../lib/process.ts';
import { sampleValue } from '../lib/testing.ts';
import { checkMetrics, testWith } from './programs.ts';

const isLinux = process.platform === 'linux';
const running: ProcessMetrics[] = [];
afterEach(() => running.splice(0).forEach((each) => each.stop()));

function begun(options?: ProcessMetricsOptions): ProcessMetrics {
  const runtime = processMetrics(options);
  running.push(runtime);
  return runtime;
}

async function scraped(runtime: ProcessMetrics): Promise<readonly MetricFamily[]> {
  await runtime.refresh();
  return [...runtime.collect()];
}

/** What `@prometheus-io/client` 0.16.1 shows on Linux; the last but two are not in `prom-client` 15.1.3. */
const PEERS: readonly (readonly [name: string, type: string, labels: string, help: string])[] = [
  ['process_cpu_user_seconds_total', 'counter', '', 'Total user CPU time spent in seconds.'],
  ['process_cpu_system_seconds_total', 'counter', '', 'Total system CPU time spent in seconds.'],
  ['process_cpu_seconds_total', 'counter', '', 'Total user and system CPU time spent in seconds.'],
  ['process_start_time_seconds', 'gauge', '', 'Start time of the process since unix epoch in seconds.'],
  ['process_resident_memory_bytes', 'gauge', '', 'Resident memory size in bytes.'],
  ['process_virtual_memory_bytes', 'gauge', '', 'Virtual memory size in bytes.'],
  ['process_heap_bytes', 'gauge', '', 'Process heap size in bytes.'],
  ['process_open_fds', 'gauge', '', 'Number of open file descriptors.'],
  ['process_max_fds', 'gauge', '', 'Maximum number of open file descriptors.'],
  ['nodejs_eventloop_lag_seconds', 'gauge', '', 'Lag of event loop in seconds.'],
  ['nodejs_eventloop_lag_min_seconds', 'gauge', '', 'The minimum recorded event loop delay.'],
  ['nodejs_eventloop_lag_max_seconds', 'gauge', '', 'The maximum recorded event loop delay.'],
  ['nodejs_eventloop_lag_mean_seconds', 'gauge', '', 'The mean of the recorded event loop delays.'],
  ['nodejs_eventloop_lag_stddev_seconds', 'gauge', '', 'The standard deviation of the recorded event loop delays.'],
  ['nodejs_eventloop_lag_p50_seconds', 'gauge', '', 'The 50th percentile of the recorded event loop delays.'],
  ['nodejs_eventloop_lag_p90_seconds', 'gauge', '', 'The 90th percentile of the recorded event loop delays.'],
  ['nodejs_eventloop_lag_p99_seconds', 'gauge', '', 'The 99th percentile of the recorded event loop delays.'],
  ['nodejs_eventloop_utilization_summary', 'summary', '', 'Ratio of time the event loop is not idling in the event provider to the total time the event loop is running.'],
  ['nodejs_eventloop_utilization_histogram', 'histogram', '', 'Ratio of time the event loop is not idling in the event provider to the total time the event loop is running.'],
  ['nodejs_active_resources', 'gauge', 'type', 'Number of active resources that are currently keeping the event loop alive, grouped by async resource type.'],
  ['nodejs_active_resources_total', 'gauge', '', 'Total number of active resources.'],
  ['nodejs_active_handles', 'gauge', 'type', 'Number of active libuv handles grouped by handle type. Every handle type is C++ class name.'],
  ['nodejs_active_handles_total', 'gauge', '', 'Total number of active handles.'],
  ['nodejs_active_requests', 'gauge', 'type', 'Number of active libuv requests grouped by request type. Every request type is C++ class name.'],
  ['nodejs_active_requests_total', 'gauge', '', 'Total number of active requests.'],
  ['nodejs_heap_size_total_bytes', 'gauge', '', 'Process heap size from Node.js in bytes.'],
  ['nodejs_heap_size_used_bytes', 'gauge', '', 'Process heap size used from Node.js in bytes.'],
  ['nodejs_external_memory_bytes', 'gauge', '', 'Node.js external memory size in bytes.'],
  ['nodejs_heap_space_size_total_bytes', 'gauge', 'space', 'Process heap space size total from Node.js in bytes.'],
  ['nodejs_heap_space_size_used_bytes', 'gauge', 'space', 'Process heap space size used from Node.js in bytes.'],
  ['nodejs_heap_space_size_available_bytes', 'gauge', 'space', 'Process heap space size available from Node.js in bytes.'],
  ['nodejs_version_info', 'gauge', 'version major minor patch', 'Node.js version info.'],
  ['nodejs_gc_duration_seconds', 'histogram', 'kind', 'Garbage collection duration by kind, one of major, minor, incremental or weakcb.'],
];

/** What is shown beyond that on Linux, in the order of the groups. */
const BEYOND = [
  'process_context_switches_total', 'process_num_threads',
  'process_resident_memory_peak_bytes', 'process_virtual_memory_peak_bytes', 'process_resident_memory_anon_bytes', 'process_resident_memory_file_bytes', 'process_resident_memory_shared_bytes', 'process_major_pagefaults_total', 'process_minor_pagefaults_total',
  'process_io_read_bytes_total', 'process_io_written_bytes_total', 'process_io_read_syscalls_total', 'process_io_write_syscalls_total', 'process_io_storage_read_bytes_total', 'process_io_storage_written_bytes_total',
  'nodejs_eventloop_time_seconds_total', 'nodejs_eventloop_delay_seconds',
  'nodejs_heap_size_limit_bytes', 'nodejs_array_buffer_memory_bytes',
  'process_uptime_seconds', 'process_runtime_info', 'nodejs_build_info',
];

/** What depends on the kernel, the container and the version of Node. */
const DEPENDS = /^process_(cgroup|pressure)_|^nodejs_thread_cpu_seconds_total$/;

test('it shows all that the other clients show, under the same names, types, labels and helps', { skip: !isLinux }, async () => {
  // Something of each type that keeps the event loop busy: a server, and a file that opens when someone writes to it.
  const server = createServer().listen(0, '127.0.0.1');
  const folder = mkdtempSync(join(tmpdir(), 'promlet-fifo-'));
  const fifo = join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const opened = open(fifo, 'r');
  try {
    const runtime = begun();
    const shown = new Map((await scraped(runtime)).map((family) => [family.name, family]));
    const found = PEERS.map(([name]) => {
      const { type, points, help } = shown.get(name) ?? { type: 'none', points: [], help: '' };
      const own = [...points].filter(({ labels }) => !('thread' in labels));
      return [name, type === 'info' ? 'gauge' : type, [...new Set(own.flatMap(({ labels }) => Object.keys(labels)))].join(' '), help];
    });
    assert.deepEqual(found, PEERS.map((each) => [...each]));
  } finally {
    closeSync(openSync(fifo, 'w'));
    await (await opened).close();
    rmSync(folder, { recursive: true });
    server.close();
  }
});

test('what it shows beyond that is what the catalogue has, and all of it is named beforehand', { skip: !isLinux }, async () => {
  const runtime = begun();
  const shown = (await scraped(runtime)).map(({ name }) => name);
  const peers = new Set(PEERS.map(([name]) => name));
  assert.deepEqual(shown.filter((name) => !peers.has(name) && !DEPENDS.test(name)), BEYOND);
  const all = Object.values(GROUPS).flatMap(({ metrics }) => Object.keys(metrics));
  assert.deepEqual(runtime.names, all);
  assert.deepEqual(all.filter((name) => !peers.has(name) && !BEYOND.includes(name) && !DEPENDS.test(name)), []);
  for (const name of shown) assert.ok(all.includes(name), name);
});

test('every value is a number that can be, and every counter and gauge of bytes a whole one', async () => {
  for (const { name, points } of await scraped(begun())) {
    for (const point of points) {
      const { value = 0 } = point as { readonly value?: number };
      assert.ok(Number.isFinite(value) && value >= 0, `${name} ${value}`);
      if (/_bytes(_total)?$/.test(name)) assert.equal(value, Math.trunc(value), name);
    }
  }
});

test('OpenMetrics shows it as the text format does, units included', async () => {
  const runtime = begun();
  await runtime.refresh();
  const shown = render(runtime, openMetrics);
  assert.match(shown, /^# UNIT process_cpu_seconds seconds\n[^]*^process_cpu_seconds_total [\d.]+$/m);
  assert.match(shown, /^# TYPE nodejs_version info\n[^]*^nodejs_version_info\{version="v[\d.]+",major="\d+",minor="\d+",patch="\d+"\} 1$/m);
  assert.deepEqual(parse(shown, { format: 'openmetrics' }).map(({ name }) => name).sort(), parse(render(runtime), { format: 'text' }).map(({ name }) => name).sort());
});

testWith(['promtool'], 'promtool finds nothing wrong with it but what the names of others are', async () => {
  const runtime = begun();
  await runtime.refresh();
  const { status, complaints } = checkMetrics(render(runtime));
  const expected = complaints.filter((line) => !/_total non-counter metrics should not have "_total" suffix$/.test(line) && !/_summary |_histogram /.test(line));
  assert.deepEqual({ expected, isRead: status !== 1 }, { expected: [], isRead: true });
});

test('two renders in a row are the same bytes, with a refresh before them and without', async () => {
  const registry = new Registry();
  const runtime = registry.register(begun());
  assert.equal(render(registry), render(registry));
  await registry.refresh();
  const first = render(registry);
  for (let i = 0; i < 1e6; i++) Math.random();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(render(registry), first);
  await registry.refresh();
  assert.notEqual(render(registry), first);
  runtime.stop();
});

test('without a refresh it shows what can be read at once, as it is at that moment', async () => {
  const runtime = begun();
  const uptime = (): number => sampleValue(runtime, 'process_uptime_seconds')!;
  const first = uptime();
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(uptime() > first);
  const shown = render(runtime);
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_heap_size_used_bytes', 'nodejs_version_info']) assert.match(shown, new RegExp(`^${name}\\b`, 'm'));
  for (const name of ['process_open_fds', 'process_max_fds', 'process_virtual_memory_bytes']) assert.doesNotMatch(shown, new RegExp(`^${name}\\b`, 'm'));
});

test('counters only grow, histograms too, whoever scrapes and however often', async () => {
  const [one, other] = [begun(), begun()];
  let before = new Map<string, readonly number[]>();
  for (let i = 0; i < 5; i++) {
    await other.refresh();
    const now = new Map<string, readonly number[]>();
    for (const { name, type, points } of await scraped(one)) {
      if (type !== 'counter' && type !== 'histogram') continue;
      for (const point of points) {
        const { value, counts, sum } = point as { readonly value?: number; readonly counts?: readonly number[]; readonly sum?: number };
        now.set(name + JSON.stringify(point.labels), value === undefined ? [...counts!, sum!] : [value]);
      }
    }
    for (const [series, values] of before) values.forEach((value, j) => assert.ok(now.get(series)![j]! >= value, series));
    before = now;
    const begin = performance.now();
    while (performance.now() - begin < 20);
  }
  assert.ok(before.size > 20);
});

test('groups and single metrics can be chosen and left out', async () => {
  const names = (options: ProcessMetricsOptions) => begun(options).names;
  assert.deepEqual(names({ only: ['descriptors'] }), ['process_open_fds', 'process_max_fds']);
  assert.deepEqual(names({ only: ['descriptors', 'process_uptime_seconds'] }), ['process_open_fds', 'process_max_fds', 'process_uptime_seconds']);
  assert.deepEqual(names({ only: ['descriptors'], except: ['process_max_fds'] }), ['process_open_fds']);
  const all = names({});
  assert.deepEqual(names({ except: ['delay', 'process_num_threads'] }), all.filter((name) => !/_lag_|_delay_|_num_threads/.test(name)));
  const runtime = begun({ only: ['cpu', 'nodejs_version_info'] });
  for (const { name } of await scraped(runtime)) assert.ok(runtime.names.includes(name), name);
  assert.deepEqual(names({ only: [] }), []);
});

test('a prefix stands before every name', async () => {
  const runtime = begun({ prefix: 'shop_' });
  for (const { name } of await scraped(runtime)) assert.match(name, /^shop_(process|nodejs)_/);
  assert.ok(runtime.names.includes('shop_process_cpu_seconds_total'));
});

test('options that are wrong are errors, which name the nearest one', () => {
  const wrong = (options: unknown, code: string, message: RegExp): void => assert.throws(() => processMetrics(options as ProcessMetricsOptions), { code, message });
  wrong({ prefx: 'a_' }, 'ERR_OPTION', /^processMetrics: expected a known option, such as "prefix", got "prefx"$/);
  wrong({ only: ['gcc'] }, 'ERR_OPTION', /^processMetrics: only: expected a known option, such as "gc", got "gcc"$/);
  wrong({ except: ['proces_open_fds'] }, 'ERR_OPTION', /^processMetrics: except: .* such as "process_open_fds"/);
  wrong({ only: 'gc' }, 'ERR_OPTION', /^processMetrics: only: expected a list of groups and names, such as "cpu", got "gc"$/);
  wrong({ only: [3] }, 'ERR_OPTION', /^processMetrics: only: expected names, got 3$/);
  wrong({ prefix: '1 ' }, 'ERR_METRIC_NAME', /^processMetrics: prefix: .*got "1 "$/);
  wrong({ prefix: 3 }, 'ERR_METRIC_NAME', /got 3$/);
  wrong({ gcDurationBuckets: [2, 1] }, 'ERR_BUCKETS', /^processMetrics: gcDurationBuckets/);
  wrong({ workers: 3 }, 'ERR_OPTION', /^processMetrics: workers: expected a list of worker threads, got 3$/);
  wrong({ workers: 'abc' }, 'ERR_OPTION', /^processMetrics: workers: expected a list of worker threads, got "abc"$/);
  wrong({ workers: [{ threadId: 1 }, null] }, 'ERR_OPTION', /^processMetrics: workers: expected a list of worker threads, got null$/);
  wrong({ workers: new Set([{}]) }, 'ERR_OPTION', /^processMetrics: workers: expected a list of worker threads, got /);
  wrong({ eventLoopMonitoringPrecision: 10 }, 'ERR_OPTION', /^processMetrics: expected no precision: .*, got "eventLoopMonitoringPrecision"$/);
  wrong({ register: {} }, 'ERR_OPTION', /expected registry\.register\(processMetrics\(\)\) instead/);
  wrong(null, 'ERR_OPTION', /^processMetrics: expected options, got null$/);
});

test('bounds of collections can be given', async () => {
  const [family] = await scraped(begun({ only: ['gc'], gcDurationBuckets: [0.01, 0.1, Infinity] }));
  assert.deepEqual((family as unknown as { points: { bounds: number[] }[] }).points.map(({ bounds }) => bounds), Array(4).fill([0.01, 0.1]));
});

test('it is a collector as any other: under constant labels, alone, and gone when it is taken out', async () => {
  const registry = new Registry({ labels: { service: 'shop' } });
  const runtime = registry.register(begun({ only: ['info', 'gc'] }));
  await registry.refresh();
  assert.ok(sampleValue(registry, 'process_uptime_seconds', { service: 'shop' })! > 0);
  assert.ok(sampleValue(registry, 'nodejs_gc_duration_seconds_count', { service: 'shop', kind: 'major' })! >= 0);
  assert.ok(sampleValue(runtime, 'process_uptime_seconds')! > 0);
  assert.equal(registry.unregister(runtime), true);
  assert.equal(render(registry), '');
});

test('a scrape over HTTP shows it, and only what is asked for by name', async () => {
  const registry = new Registry();
  registry.register(begun());
  const server = await serve(registry, { port: 0, host: '127.0.0.1' });
  try {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(text, /^promlet_collector_success\{collector="process"\} 1$/m);
    assert.match(text, /^process_cpu_seconds_total \d/m);
    const some = await (await fetch(`${server.url}/metrics?name[]=process_max_fds&name[]=nodejs_version_info`)).text();
    assert.deepEqual(some.match(/^# TYPE (?!promlet_).*/gm), [...(isLinux ? ['# TYPE process_max_fds gauge'] : []), '# TYPE nodejs_version_info gauge']);
  } finally {
    await server.close();
  }
});

test('it ends with the scrape’s signal, and the next refresh is complete again', async () => {
  const warnings: string[] = [];
  const registry = new Registry({ onWarning: ({ message }) => void warnings.push(message) });
  const runtime = registry.register(begun());
  await assert.rejects(runtime.refresh({ signal: AbortSignal.abort() }), /was not done in time/);
  await registry.refresh({ signal: AbortSignal.abort() });
  assert.equal(render(registry), '');
  assert.match(warnings.join(), /collector "process"/);
  await registry.refresh();
  assert.ok(sampleValue(registry, 'process_cpu_seconds_total')! > 0);
});

test('refreshes that overlap disturb each other in nothing', async () => {
  const runtime = begun();
  await Promise.all([runtime.refresh(), runtime.refresh(), runtime.refresh()]);
  assert.ok([...runtime.collect()].length > 30);
});
