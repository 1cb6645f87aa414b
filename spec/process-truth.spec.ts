// Processes that do a known amount of something, and what the figures say of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isSampledPerIteration } from '../lib/process/delay-sources.ts';
import { childOutput, childSays } from './process-child.ts';

test('a second of processor time is a second', async () => {
  const { before, after, own, ownBefore } = await childSays(`
    const runtime = processMetrics({ only: ['cpu'] });
    const cpu = (text) => ['user_', 'system_', ''].map((mode) => valueIn(text, 'process_cpu_' + mode + 'seconds_total'));
    const used = () => { const { user, system } = process.cpuUsage(); return [user / 1e6, system / 1e6, (user + system) / 1e6]; };
    const before = cpu(await scraped(runtime));
    const begin = used()[2];
    while (used()[2] < begin + 1);
    const ownBefore = used();
    const after = cpu(await scraped(runtime));
    print({ before, after, ownBefore, own: used() });
  `) as unknown as Record<string, number[]>;
  assert.ok(after![2]! - before![2]! >= 1, `${after![2]! - before![2]!} s`);
  assert.equal((after![0]! + after![1]!).toFixed(6), after![2]!.toFixed(6));
  // What it had used right before the scrape and right after it.
  for (const i of [0, 1, 2]) assert.ok(ownBefore![i]! <= after![i]! + 1e-9 && after![i]! <= own![i]! + 1e-9, `${ownBefore![i]} ≤ ${after![i]} ≤ ${own![i]}`);
});

test('57 files that are opened are 57 descriptors, and those of a scrape itself are none', { skip: process.platform !== 'linux' }, async () => {
  const { before, open, listed, closed, limit } = await childSays(`
    const runtime = processMetrics();
    const count = async () => valueIn(await scraped(runtime), 'process_open_fds');
    const before = await count();
    const files = Array.from({ length: 57 }, () => fs.openSync(process.execPath));
    const open = await count();
    const listed = fs.readdirSync('/proc/self/fd').length - 1;
    for (const file of files) fs.closeSync(file);
    print({ before, open, listed, closed: await count(), limit: valueIn(render(runtime), 'process_max_fds') });
    runtime.stop();
  `) as unknown as Record<string, number>;
  assert.deepEqual([open! - before!, open! - closed!, listed], [57, 57, open]);
  assert.ok(limit! >= open!);
});

test('each collection is counted, by kind, as the engine’s own trace has them', async () => {
  const output = await childOutput(`
    // Forced ones stand out in the trace: minor ones around all that may be counted, major ones around what must be.
    gc({ type: 'minor' });
    const runtime = processMetrics({ only: ['gc'] });
    gc();
    // Some at a stretch, without a pause for the observer, and some with.
    const kept = [];
    for (let i = 0; i < 600; i++) {
      for (let j = 0; j < 20_000; j++) kept[j % 5_000] = new Array(20).fill(j);
      if (i > 300) await sleep(1);
    }
    gc();
    const text = await scraped(runtime);
    gc({ type: 'minor' });
    print(Object.fromEntries(['minor', 'major'].map((kind) => [kind, valueIn(text, 'nodejs_gc_duration_seconds_count{kind="' + kind + '"}')])));
    runtime.stop();
  `, ['--expose-gc', '--trace-gc', '--max-semi-space-size=1']);
  const lines = [...output.matchAll(/^\[\d+:(\w+)\].*?: (?:Incremental )?(Scavenge|Mark-Compact|Minor Mark-Sweep)\b.*$/gm)];
  // Other threads have collections of their own.
  const isolate = lines.find(([line]) => line.includes('testing'))![1];
  const own = lines.filter((line) => line[1] === isolate);
  const isForced = (kind: string) => ([line, , each]: RegExpExecArray): boolean => line.includes('testing') && each === kind;
  const [before, after] = [own.findIndex(isForced('Scavenge')), own.findLastIndex(isForced('Scavenge'))];
  const [first, last] = [own.findIndex(isForced('Mark-Compact')), own.findLastIndex(isForced('Mark-Compact'))];
  assert.ok(0 <= before && before < first && first < last && last < after);
  const traced = (from: number, to: number): readonly [minor: number, major: number] => {
    const kinds = own.slice(from, to).map(([, , kind]) => kind);
    return [kinds.filter((kind) => kind !== 'Mark-Compact').length, kinds.filter((kind) => kind === 'Mark-Compact').length];
  };
  const [least, most] = [traced(first, last + 1), traced(before + 1, after)];
  const { minor, major } = JSON.parse(output.split('\n').findLast((line) => line.startsWith('{'))!) as { minor: number; major: number };
  const said = `${least} ≤ ${minor}, ${major} ≤ ${most}`;
  assert.ok(least[0] + least[1] > 10, said);
  assert.ok(minor >= least[0] && minor <= most[0] && major >= least[1] && major <= most[1], said);
});

test('a loop that is blocked for 200 ms shows it, in every figure that should', async () => {
  const found = await childSays(`
    const runtime = processMetrics({ only: ['loop', 'delay'] });
    const [active, above] = ['nodejs_eventloop_time_seconds_total{state="active"}', 'nodejs_eventloop_delay_seconds_bucket{le="0.1"}'];
    await sleep(300);
    const before = await scraped(runtime);
    const begin = performance.now();
    while (performance.now() - begin < 200);
    await sleep(300);
    const after = await scraped(runtime);
    const count = (text) => valueIn(text, 'nodejs_eventloop_delay_seconds_count');
    print({
      blocked: valueIn(after, active) - valueIn(before, active),
      late: count(after) - valueIn(after, above) - (count(before) - valueIn(before, above)),
      sum: valueIn(after, 'nodejs_eventloop_delay_seconds_sum') - valueIn(before, 'nodejs_eventloop_delay_seconds_sum'),
      max: valueIn(after, 'nodejs_eventloop_lag_max_seconds'),
      p99: valueIn(after, 'nodejs_eventloop_lag_p99_seconds'),
      min: valueIn(after, 'nodejs_eventloop_lag_min_seconds'),
      life: performance.now() / 1000,
    });
    runtime.stop();
  `) as unknown as Record<string, number>;
  // By a timer, the delay is what is left of the 200 ms when the timer is due: 110 at least, and a little for rounding.
  const least = isSampledPerIteration(process.versions.node) ? 0.199 : 0.105;
  assert.ok(found['blocked']! >= 0.199, JSON.stringify(found));
  assert.ok(found['late']! >= 1, JSON.stringify(found));
  for (const figure of ['sum', 'max', 'p99']) assert.ok(found[figure]! >= least && found[figure]! < found['life']!, `${figure}: ${JSON.stringify(found)}`);
  // No floor.
  assert.ok(found['min']! < 0.09, JSON.stringify(found));
});

test('memory, faults and bytes written are what was allocated and written', { skip: process.platform !== 'linux' }, async () => {
  const found = await childSays(`
    const runtime = processMetrics();
    const names = ['process_resident_memory_bytes', 'process_resident_memory_peak_bytes', 'nodejs_array_buffer_memory_bytes', 'nodejs_external_memory_bytes', 'process_io_written_bytes_total', 'process_minor_pagefaults_total', 'process_virtual_memory_bytes'];
    const figures = (text) => Object.fromEntries(names.map((name) => [name, valueIn(text, name)]));
    const before = figures(await scraped(runtime));
    const kept = Buffer.alloc(2 ** 26, 1);
    fs.writeFileSync('/dev/null', kept);
    const after = figures(await scraped(runtime));
    print(Object.fromEntries(names.map((name) => [name, after[name] - before[name]])));
    runtime.stop();
  `) as unknown as Record<string, number>;
  const least = (share: number): number => 2 ** 26 * share;
  assert.ok(found['process_resident_memory_bytes']! > least(0.9), JSON.stringify(found));
  assert.ok(found['process_resident_memory_peak_bytes']! > least(0.5), JSON.stringify(found));
  assert.ok(found['process_virtual_memory_bytes']! >= least(0.9), JSON.stringify(found));
  // Of what was there before, something may have been collected meanwhile.
  for (const name of ['nodejs_array_buffer_memory_bytes', 'nodejs_external_memory_bytes']) assert.ok(found[name]! >= least(0.9), `${name}: ${JSON.stringify(found)}`);
  assert.ok(found['process_io_written_bytes_total']! >= least(1), JSON.stringify(found));
  assert.ok(found['process_minor_pagefaults_total']! > 0, JSON.stringify(found));
});

test('a worker shows its own loop, heap and collections, and the main thread those of all workers', async () => {
  const found = await childSays(`
    const runtime = processMetrics();
    const code = \`
      const { parentPort, threadId, workerData } = process.getBuiltinModule('node:worker_threads');
      import(workerData).then(async ({ processMetrics, render }) => {
        const runtime = processMetrics();
        const begin = performance.now();
        while (performance.now() - begin < 50);
        await new Promise((resolve) => setTimeout(resolve, 50));
        await runtime.refresh();
        parentPort.postMessage({ text: render(runtime), threadId });
        runtime.stop();
        parentPort.once('message', () => {});
      });\`;
    const worker = new Worker(code, { eval: true, workerData: library });
    const { text, threadId } = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    // It has a tenth of a second to say what its heap is, which it may miss.
    let during;
    for (let i = 0; i < 1_000; i++) {
      during = await scraped(runtime);
      if (worker.getHeapStatistics === undefined || during.includes('nodejs_heap_size_used_bytes{')) break;
    }
    worker.postMessage('end');
    await new Promise((resolve) => worker.once('exit', resolve));
    const after = await scraped(runtime);
    const of = (text) => text.split('\\n').filter((line) => line.includes('thread="' + threadId + '"'));
    print({ worker: text.match(/^# TYPE \\S+/gm).map((line) => line.slice(7)), during: of(during), after: of(after) });
    runtime.stop();
  `) as unknown as Record<string, string[]>;
  assert.deepEqual(found['worker']!.filter((name) => name.startsWith('process_')), []);
  for (const name of ['nodejs_eventloop_time_seconds_total', 'nodejs_eventloop_delay_seconds', 'nodejs_heap_size_used_bytes', 'nodejs_gc_duration_seconds']) assert.ok(found['worker']!.includes(name), name);
  assert.ok(!found['worker']!.includes('nodejs_version_info'));
  const active = found['during']!.find((line) => line.startsWith('nodejs_eventloop_time_seconds_total{state="active"'))!;
  assert.ok(Number(active.split(' ')[1]) > 0.045, active);
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major >= 24 || (major === 22 && minor >= 16)) assert.ok(found['during']!.some((line) => line.startsWith('nodejs_heap_size_used_bytes{')), found['during']!.join('\n'));
  assert.deepEqual(found['after'], []);
});

test('workers that were there before are shown where they are given, each once', async () => {
  const found = await childSays(`
    const worker = new Worker("process.getBuiltinModule('node:worker_threads').parentPort.once('message', () => {})", { eval: true });
    await new Promise((resolve) => worker.once('online', resolve));
    const runtimes = [processMetrics({ only: ['loop', 'threads'], workers: [worker, worker] }), processMetrics({ only: ['loop'], workers: [worker] }), processMetrics({ only: ['loop', 'threads'] })];
    const counts = [];
    const shown = async (runtime) => (await scraped(runtime)).split('\\n').filter((line) => line.includes('thread="' + worker.threadId + '"') && line.includes('eventloop_time')).length;
    // Until it has begun, nothing is known of its loop.
    for (let i = 0; i < 10_000 && (await shown(runtimes[0])) === 0; i++) await sleep(1);
    for (const runtime of runtimes) {
      counts.push(await shown(runtime));
      runtime.stop();
    }
    worker.postMessage('end');
    print({ counts });
  `);
  assert.deepEqual(found, { counts: [2, 0, 0] });
});

test('a worker that cannot answer costs its own figures alone', async () => {
  const found = await childSays(`
    const runtime = processMetrics();
    const folder = fs.mkdtempSync(os.tmpdir() + '/promlet-fifo-');
    const fifo = folder + '/fifo';
    execFileSync('mkfifo', [fifo]);
    // It is blocked from before its child opens the pipe until nobody can write to it any more.
    const code = "const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads'); process.getBuiltinModule('node:child_process').execFileSync('cat', [workerData]); parentPort.postMessage(0);";
    const worker = new Worker(code, { eval: true, workerData: fifo });
    let isBlocked = true;
    const unblocked = new Promise((resolve) => worker.once('message', () => resolve(isBlocked = false)));
    let writer;
    while (writer === undefined) {
      // As long as nobody reads, it cannot be opened.
      try { writer = fs.openSync(fifo, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK); } catch { await sleep(1); }
    }
    await scraped(runtime);
    const text = await scraped(runtime);
    print({ isBlocked, hasOwn: text.includes('nodejs_heap_size_used_bytes '), hasOther: text.includes('used_bytes{thread="' + worker.threadId) });
    fs.closeSync(writer);
    await unblocked;
    fs.rmSync(folder, { recursive: true });
    runtime.stop();
  `);
  assert.deepEqual(found, { isBlocked: true, hasOwn: true, hasOther: false });
});

test('it keeps no process alive, stopped or not', async () => {
  // It would run into the limit of the child otherwise.
  await childOutput('processMetrics();');
  await childOutput('await scraped(processMetrics());');
  await childOutput('const runtime = processMetrics(); runtime.stop(); await scraped(runtime);');
});

test('once it is stopped, nothing of it is left', async () => {
  const found = await childSays(`
    import { createHook } from 'node:async_hooks';
    import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
    const running = { timers: 0, monitors: 0, observers: 0 };
    const timers = new Set();
    createHook({
      init: (id, type) => void (type === 'Timeout' && timers.add(id)),
      destroy: (id) => void timers.delete(id),
    }).enable();
    const counts = (prototype, method, what, change) => {
      const original = prototype[method];
      prototype[method] = function (...given) { running[what] += change; return original.apply(this, given); };
    };
    const monitor = Object.getPrototypeOf(monitorEventLoopDelay());
    counts(monitor, 'enable', 'monitors', 1);
    counts(monitor, 'disable', 'monitors', -1);
    counts(PerformanceObserver.prototype, 'observe', 'observers', 1);
    counts(PerformanceObserver.prototype, 'disconnect', 'observers', -1);
    const all = () => ({ ...running, timers: timers.size > 0, listeners: process.listenerCount('worker') });
    const before = all();
    const runtime = processMetrics();
    await scraped(runtime);
    const during = all();
    runtime.stop();
    runtime.stop();
    await new Promise(setImmediate);
    const after = all();
    const other = processMetrics();
    await scraped(other);
    other[Symbol.dispose]();
    await new Promise(setImmediate);
    print({ before, during, after, again: all(), shown: (await scraped(runtime)) + render(other) });
  `);
  const nothing = { monitors: 0, observers: 0, timers: false, listeners: 0 };
  assert.deepEqual(found, { before: nothing, during: { monitors: 1, observers: 1, timers: true, listeners: 1 }, after: nothing, again: nothing, shown: '' });
});

test('nothing is left where it is stopped at once, or amid a refresh', async () => {
  const found = await childSays(`
    const left = () => process.getActiveResourcesInfo().filter((type) => !/Pipe|TTY|Req|Immediate/.test(type));
    const before = left();
    processMetrics().stop();
    const after = [left()];
    for (const turns of [0, 1, 2, 3, 5, 8]) {
      const runtime = processMetrics();
      const started = [];
      const { setTimeout: original } = timers;
      const refreshing = runtime.refresh();
      for (let i = 0; i < turns; i++) await new Promise(setImmediate);
      runtime.stop();
      timers.setTimeout = (...given) => { started.push(given[1]); return original(...given); };
      syncBuiltinESMExports();
      await refreshing;
      await new Promise(setImmediate);
      timers.setTimeout = original;
      syncBuiltinESMExports();
      after.push([...left(), ...started]);
    }
    print({ before, after });
  `.replace(/^/, "import timers from 'node:timers'; import { syncBuiltinESMExports } from 'node:module';"));
  assert.deepEqual(found, { before: [], after: [[], [], [], [], [], [], []] });
});

test('many of them at once make no warning, and each sees the workers that begin', async () => {
  const found = await childSays(`
    const warnings = [];
    process.on('warning', ({ name }) => warnings.push(name));
    const all = Array.from({ length: 12 }, () => processMetrics({ only: ['loop', 'threads'] }));
    all.pop().stop();
    const worker = new Worker('setInterval(() => {}, 1_000); import("node:worker_threads").then(({ parentPort }) => setTimeout(() => parentPort.postMessage(0), 20));', { eval: true });
    await new Promise((resolve) => worker.once('message', resolve));
    const seen = (await Promise.all(all.map(scraped))).filter((text) => text.includes('thread="' + worker.threadId + '"')).length;
    const during = process.listenerCount('worker');
    for (const each of all) each.stop();
    await worker.terminate();
    print({ warnings, seen, during, after: process.listenerCount('worker') });
  `);
  assert.deepEqual(found, { warnings: [], seen: 11, during: 1, after: 0 });
});
