// The groups of `processMetrics` on systems and engines that are made up: files in a folder, a clock that stands still.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createHistogram } from 'node:perf_hooks';
import { after, test } from 'node:test';

import { render } from '../lib/index.ts';
import { GROUPS } from '../lib/process/catalogue.ts';
import type { GroupName } from '../lib/process/catalogue.ts';
import { ProcessCollector } from '../lib/process/collector.ts';
import { delaysOf, isSampledPerIteration } from '../lib/process/delay-sources.ts';
import { DelayWindow } from '../lib/process/delay-window.ts';
import { Distribution } from '../lib/process/distribution.ts';
import { GC_BUCKETS } from '../lib/process/gc.ts';
import type { Host } from '../lib/process/host.ts';

const folder = mkdtempSync(join(tmpdir(), 'promlet-proc-'));
after(() => rmSync(folder, { recursive: true }));

const NODE: Host = { engine: 'node', version: '20.19.0', platform: 'linux', isMainThread: true, root: '', now: () => performance.now() };
let roots = 0;

/** A file system of its own with these files. */
function rootOf(files: Readonly<Record<string, string>>): string {
  const root = join(folder, String(roots++));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** What the groups show, without the lines that explain it. */
async function shown(groups: readonly GroupName[], host: Partial<Host>): Promise<string[]> {
  const collector = new ProcessCollector({ ...NODE, ...host }, { prefix: '', chosen: new Map(groups.map((group) => [group, Object.keys(GROUPS[group].metrics)])), gcDurationBuckets: GC_BUCKETS, workers: [] });
  try {
    await collector.refresh();
    return render(collector).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  } finally {
    collector.stop();
  }
}

const V2_MOUNT = '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n';
const V2_FILES = (group: string): Record<string, string> => ({
  [`${group}/memory.current`]: '300000000\n',
  [`${group}/memory.max`]: '536870912\n',
  [`${group}/cpu.max`]: '150000 100000\n',
  [`${group}/cpu.stat`]: 'usage_usec 5\nuser_usec 3\nsystem_usec 2\nnr_periods 200\nnr_throttled 17\nthrottled_usec 2500000\n',
});
const V2_SHOWN = [
  'process_cgroup_memory_usage_bytes 300000000',
  'process_cgroup_memory_limit_bytes 536870912',
  'process_cgroup_cpu_limit_cores 1.5',
  'process_cgroup_cpu_periods_total 200',
  'process_cgroup_cpu_throttled_periods_total 17',
  'process_cgroup_cpu_throttled_seconds_total 2.5',
];

test('a control group of version 2 is found by its path, and in a container whatever its path', async () => {
  const cases: readonly (readonly [group: string, mountinfo: string, path: string])[] = [
    ['/sys/fs/cgroup/system.slice/shop.service', V2_MOUNT, '/system.slice/shop.service'],
    ['/sys/fs/cgroup', V2_MOUNT, '/'],
    // A mount of the container's group alone, with the path as the host has it, or relative to another.
    ['/sys/fs/cgroup', V2_MOUNT.replace(' / /sys', ' /kubepods/pod1/abc /sys'), '/kubepods/pod1/abc'],
    ['/sys/fs/cgroup/inner', V2_MOUNT.replace(' / /sys', ' /kubepods/pod1/abc /sys'), '/kubepods/pod1/abc/inner'],
    ['/sys/fs/cgroup', V2_MOUNT, '/../../elsewhere'],
    ['/a folder/cgroup', V2_MOUNT.replace('/sys/fs/cgroup', '/a\\040folder/cgroup'), '/'],
  ];
  for (const [group, mountinfo, path] of cases) {
    const root = rootOf({ ...V2_FILES(group), '/proc/self/mountinfo': `22 1 8:1 / / rw - ext4 /dev/root rw\n${mountinfo}`, '/proc/self/cgroup': `0::${path}\n` });
    assert.deepEqual(await shown(['cgroup'], { root }), V2_SHOWN, path);
  }
});

test('control groups of version 1 are read too, and what has no limit shows none', async () => {
  const mountinfo = ['cpu,cpuacct', 'memory', 'name=systemd'].map((names, i) => `${30 + i} 23 0:26 / /sys/fs/cgroup/${names} rw shared:9 - cgroup cgroup rw,${names}\n`).join('');
  const files = {
    '/proc/self/mountinfo': `${mountinfo}40 23 0:26 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n`,
    '/proc/self/cgroup': '4:memory:/docker/a\n2:cpu,cpuacct:/docker/a\n1:name=systemd:/docker/a\n0::/\n',
    '/sys/fs/cgroup/memory/docker/a/memory.usage_in_bytes': '300000000\n',
    '/sys/fs/cgroup/memory/docker/a/memory.limit_in_bytes': '536870912\n',
    '/sys/fs/cgroup/cpu,cpuacct/docker/a/cpu.cfs_quota_us': '150000\n',
    '/sys/fs/cgroup/cpu,cpuacct/docker/a/cpu.cfs_period_us': '100000\n',
    '/sys/fs/cgroup/cpu,cpuacct/docker/a/cpu.stat': 'nr_periods 200\nnr_throttled 17\nthrottled_time 2500000000\n',
  };
  assert.deepEqual(await shown(['cgroup'], { root: rootOf(files) }), V2_SHOWN);
  const unlimited = { ...files, '/sys/fs/cgroup/memory/docker/a/memory.limit_in_bytes': '9223372036854771712\n', '/sys/fs/cgroup/cpu,cpuacct/docker/a/cpu.cfs_quota_us': '-1\n' };
  assert.deepEqual(await shown(['cgroup'], { root: rootOf(unlimited) }), V2_SHOWN.filter((line) => !line.includes('limit')));
  const unlimited2 = { ...V2_FILES('/sys/fs/cgroup'), '/sys/fs/cgroup/memory.max': 'max\n', '/sys/fs/cgroup/cpu.max': 'max 100000\n', '/proc/self/mountinfo': V2_MOUNT, '/proc/self/cgroup': '0::/\n' };
  assert.deepEqual(await shown(['cgroup'], { root: rootOf(unlimited2) }), V2_SHOWN.filter((line) => !line.includes('limit')));
});

test('pressure is that of the control group, and of the machine where that has none', async () => {
  const psi = (micros: number): string => `some avg10=0.00 avg60=0.00 avg300=0.00 total=${micros}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=${micros / 2}\n`;
  const machine = Object.fromEntries(['cpu', 'io', 'memory'].map((each, i) => [`/proc/pressure/${each}`, psi((i + 1) * 1e6)]));
  const line = (name: string, value: number): string => `process_pressure_${name}_seconds_total ${value}`;
  const ofMachine = [line('cpu_waiting', 1), line('io_waiting', 2), line('io_stalled', 1), line('memory_waiting', 3), line('memory_stalled', 1.5)];
  assert.deepEqual(await shown(['pressure'], { root: rootOf(machine) }), ofMachine);
  const mounted = { ...machine, '/proc/self/mountinfo': V2_MOUNT, '/proc/self/cgroup': '0::/a\n' };
  assert.deepEqual(await shown(['pressure'], { root: rootOf(mounted) }), ofMachine);
  const own = Object.fromEntries(['cpu', 'io', 'memory'].map((each) => [`/sys/fs/cgroup/a/${each}.pressure`, psi(8e6)]));
  const expected = ['cpu', 'io', 'memory'].flatMap((each) => [line(`${each}_waiting`, 8), line(`${each}_stalled`, 4)]);
  assert.deepEqual(await shown(['pressure'], { root: rootOf({ ...mounted, ...own }) }), expected);
});

test('where a kernel does not count descriptors, few are counted one by one, and many are left out', async () => {
  const fds = (most: number, files: number): Record<string, string> => ({
    '/proc/self/status': `FDSize:\t${most}\n`,
    '/proc/self/limits': 'Limit   Soft Limit  Hard Limit  Units\nMax open files            1024                 4096                 files     \n',
    ...Object.fromEntries(Array.from({ length: files }, (_, i) => [`/proc/self/fd/${i}`, ''])),
  });
  // The one that reads the folder is not counted.
  assert.deepEqual(await shown(['descriptors'], { root: rootOf(fds(64, 23)) }), ['process_open_fds 22', 'process_max_fds 1024']);
  assert.deepEqual(await shown(['descriptors'], { root: rootOf(fds(2048, 23)) }), ['process_max_fds 1024']);
  assert.deepEqual(await shown(['descriptors'], { root: rootOf({ '/proc/self/limits': 'Max open files            unlimited            unlimited            files\n' }) }), []);
});

test('the peak of memory is never below what is resident, which is read a moment later', async () => {
  const lines = await shown(['memory'], { root: rootOf({ '/proc/self/status': 'VmHWM:\t       1 kB\n' }) });
  const [resident, peak] = ['process_resident_memory_bytes', 'process_resident_memory_peak_bytes'].map((name) => lines.find((line) => line.startsWith(`${name} `))!.split(' ')[1]);
  assert.equal(peak, resident);
});

test('without /proc, what has to be read there is left out, and nothing is 0 for want of it', async () => {
  const groups = Object.keys(GROUPS) as GroupName[];
  for (const platform of ['darwin', 'win32', 'linux']) {
    const lines = await shown(groups, { platform, root: join(folder, 'nowhere') });
    assert.doesNotMatch(lines.join('\n'), /^process_(open_fds|max_fds|io_|pressure|cgroup|virtual|heap_|num_threads)/m, platform);
    assert.match(lines.join('\n'), /^process_cpu_seconds_total [\d.]+$[^]*^process_resident_memory_bytes \d+$[^]*^nodejs_heap_size_used_bytes \d+$/m, platform);
    assert.equal(lines.some((line) => line.startsWith('process_resident_memory_peak_bytes ')), platform !== 'linux', platform);
    // Windows counts neither.
    assert.equal(lines.some((line) => /^process_(context_switches|m\w+_pagefaults)_total/.test(line)), platform !== 'win32', platform);
    assert.equal(lines.some((line) => line.startsWith('nodejs_active_resources_total ')), platform !== 'linux', platform);
  }
});

test('engines that only have Node’s functions show nothing for them', async () => {
  const absent = { bun: /^nodejs_(eventloop_time|eventloop_utilization|gc|active|heap_space|heap_size_limit)/m, deno: /^nodejs_(eventloop_time|eventloop_utilization|gc|active)/m };
  for (const engine of ['bun', 'deno'] as const) {
    const lines = (await shown(Object.keys(GROUPS) as GroupName[], { engine })).join('\n');
    assert.doesNotMatch(lines, absent[engine], engine);
    assert.match(lines, /^nodejs_eventloop_delay_seconds_count [^]*^nodejs_heap_size_used_bytes \d+$/m, engine);
    assert.match(lines, new RegExp(`^process_runtime_info\\{name="${engine}"`, 'm'));
  }
});

test('handles are not asked for where there are many, nor soon after it took long', (t) => {
  let nowMs = 0;
  let stepMs = 0;
  const open = () => GROUPS.handles.open({ ...NODE, now: () => (nowMs += stepMs) }, { gcDurationBuckets: [], workers: [] });
  const asked = t.mock.method(process, 'getActiveResourcesInfo', () => ['TCPSocketWrap', 'Timeout', 'TCPSocketWrap']);
  const probe = open();
  assert.deepEqual(probe.read!({ descriptors: 1001 }), {});
  assert.deepEqual(probe.read!({ descriptors: undefined }), {});
  assert.equal(asked.mock.callCount(), 0);
  const reading = probe.read!({ descriptors: 1000 });
  assert.equal(reading['nodejs_active_resources_total'], 3);
  assert.deepEqual(reading['nodejs_active_resources'], [{ labels: { type: 'TCPSocketWrap' }, value: 2 }, { labels: { type: 'Timeout' }, value: 1 }]);
  assert.equal(asked.mock.callCount(), 1);
  stepMs = 20;
  assert.equal(probe.read!({ descriptors: 10 })['nodejs_active_resources_total'], 3);
  stepMs = 0;
  nowMs += 19_900;
  assert.deepEqual(probe.read!({ descriptors: 10 }), {});
  nowMs += 100;
  assert.equal(probe.read!({ descriptors: 10 })['nodejs_active_resources_total'], 3);
  assert.equal(asked.mock.callCount(), 3);
});

test('each turn of the loop is measured where the version can: others ignore the option', () => {
  const versions = ['20.20.2', '22.23.3', '24.20.0', '24.21.0', '24.22.1', '25.9.0', '26.4.0', '26.5.0', '26.10.0', '27.0.0'];
  assert.deepEqual(versions.filter(isSampledPerIteration), ['24.21.0', '24.22.1', '26.5.0', '26.10.0', '27.0.0']);
});

test('what a histogram of Node’s holds is read out, whatever is in it', () => {
  let seed = 7;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (const count of [0, 1, 2, 3, 10, 1_000, 20_000]) {
    const histogram = createHistogram();
    const values = Array.from({ length: count }, () => Math.ceil(Math.exp(random() * 16) * 1_000));
    for (const value of values) histogram.record(value);
    const delays = delaysOf(histogram, 0);
    assert.equal(delays.count, count);
    if (count === 0) continue;
    const total = values.reduce((sum, value) => sum + value, 0) / 1e9;
    assert.ok(Math.abs(delays.sum / total - 1) < 0.02, `${count}: ${delays.sum / total}`);
    assert.ok(Math.abs(delays.max / (Math.max(...values) / 1e9) - 1) < 0.002);
    assert.ok(Math.abs(delays.min / (Math.min(...values) / 1e9) - 1) < 0.002);
    const { bounds, counts } = delays.point();
    assert.equal([...counts as number[]].reduce((sum, each) => sum + each, 0), count);
    let below = 0;
    bounds.forEach((bound, i) => {
      below += counts[i]!;
      // Node's histogram itself knows values to 0.1 %.
      const [least, most] = [0.998, 1.002].map((factor) => values.filter((value) => value <= bound * 1e9 * factor).length);
      assert.ok(below >= least! && below <= most!, `${count}, ${bound}: ${below}`);
    });
    const sorted = [...values].sort((a, b) => a - b);
    for (const rank of [0.5, 0.9, 0.99]) {
      const ratio = delays.quantiles([rank])[0]! / (sorted[Math.ceil(rank * count) - 1]! / 1e9);
      assert.ok(ratio > 0.85 && ratio < 1.18, `${count}, ${rank}: ${ratio}`);
    }
  }
});

test('the floor of a timer is taken off, and nothing is below 0', () => {
  const histogram = createHistogram();
  for (const ms of [89, 90, 91, 290]) histogram.record(ms * 1e6);
  const delays = delaysOf(histogram, 90e6);
  assert.equal(delays.min, 0);
  assert.ok(Math.abs(delays.max - 0.2) < 0.001);
  assert.ok(Math.abs(delays.sum - 0.201) < 0.001);
});

test('the window slides by the clock, and not by who reads it', () => {
  const window = new DelayWindow();
  const one = (seconds: number): Distribution => {
    const delays = new Distribution();
    delays.add(seconds);
    return delays;
  };
  window.add(one(0.2), 0);
  window.add(one(0.1), 5_000);
  assert.deepEqual([window.lately(5_000).count, window.lately(5_000).max, window.lately(5_000).count], [2, 0.2, 2]);
  for (let ms = 10_000; ms <= 50_000; ms += 10_000) window.add(one(0.001), ms);
  assert.deepEqual([window.lately(59_999).count, window.lately(59_999).max], [7, 0.2]);
  window.add(one(0.002), 60_000);
  assert.deepEqual([window.lately(60_000).count, window.lately(60_000).max, window.now(60_000).count], [6, 0.002, 2]);
  assert.equal(window.lately(1e9).count, 0);
  assert.deepEqual([window.isDue(69_999), window.isDue(70_000)], [false, true]);
});

test('the files of the groups are few, small, and all in the catalogue', () => {
  const lib = new URL('../lib/process/', import.meta.url);
  const groups = readdirSync(lib).filter((file) => /^export const \w+: Group = /m.test(readFileSync(new URL(file, lib), 'utf8')));
  assert.deepEqual(groups.map((file) => file.slice(0, -3)).sort(), Object.keys(GROUPS).sort());
});
