// What the figures of the process show in each engine that has `node:` modules: what is missing is left out, and is
// listed here.

import { equal } from './cases.js';

/** Families that an engine has nothing for, beside what depends on the container, the kernel and permissions. */
const MISSING = {
  node: [],
  bun: [
    'nodejs_eventloop_time_seconds_total', 'nodejs_eventloop_utilization_summary', 'nodejs_eventloop_utilization_histogram', 'nodejs_gc_duration_seconds', 'nodejs_heap_size_limit_bytes',
    'nodejs_heap_space_size_total_bytes', 'nodejs_heap_space_size_used_bytes', 'nodejs_heap_space_size_available_bytes',
    'nodejs_active_resources', 'nodejs_active_resources_total', 'nodejs_active_handles', 'nodejs_active_handles_total', 'nodejs_active_requests', 'nodejs_active_requests_total',
  ],
  deno: [
    'nodejs_eventloop_time_seconds_total', 'nodejs_eventloop_utilization_summary', 'nodejs_eventloop_utilization_histogram', 'nodejs_gc_duration_seconds',
    'nodejs_active_resources', 'nodejs_active_resources_total', 'nodejs_active_handles', 'nodejs_active_handles_total', 'nodejs_active_requests', 'nodejs_active_requests_total',
  ],
};

/** Whether they are there depends on more than the engine. */
const DEPENDS = /^process_(cgroup|pressure)_|^nodejs_thread_cpu_|^nodejs_(array_buffer|external)_memory_bytes$/;
/** What is read from files. */
const OF_FILES = /^process_(virtual_memory|heap_bytes|resident_memory_(peak|anon|file|shared)|io_|open_fds|max_fds|num_threads)|^nodejs_active_/;

/** @param canReadFiles - Whether the engine lets the program read `/proc`. */
export async function runProcess({ Registry, processMetrics, render }, canReadFiles) {
  const failures = [];
  const { bun, deno } = process.versions;
  const engine = bun ? 'bun' : deno ? 'deno' : 'node';
  const valueIn = (text, series) => Number(text.split('\n').find((line) => line.startsWith(`${series} `))?.slice(series.length));
  const registry = new Registry({ onWarning: ({ message }) => failures.push(message) });
  const runtime = registry.register(processMetrics());
  const scraped = async () => {
    await registry.refresh();
    return render(registry);
  };
  const cases = {
    'all is shown that is not listed as missing': async () => {
      const shown = new Set((await scraped()).match(/^# TYPE \S+/gm).map((line) => line.slice(7)));
      const missing = runtime.names.filter((name) => !shown.has(name) && !DEPENDS.test(name) && (canReadFiles || !OF_FILES.test(name)));
      equal(missing, MISSING[engine].filter((name) => canReadFiles || !OF_FILES.test(name)));
      if (!canReadFiles) equal(runtime.names.filter((name) => shown.has(name) && /^process_(open_fds|io_|virtual)/.test(name)), []);
    },
    'work is seen, and so is a loop that is blocked': async () => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      const before = await scraped();
      const begin = performance.now();
      while (performance.now() - begin < 200);
      await new Promise((resolve) => setTimeout(resolve, 200));
      const after = await scraped();
      const grown = (series) => valueIn(after, series) - valueIn(before, series);
      equal(grown('process_cpu_seconds_total') > 0, true);
      equal(grown('process_uptime_seconds') > 0.2, true);
      equal(grown('nodejs_eventloop_delay_seconds_sum') > 0.1, true);
      equal(valueIn(after, 'nodejs_eventloop_lag_max_seconds') > 0.1, true);
      equal(valueIn(after, 'process_resident_memory_bytes') > 1e6 && valueIn(after, 'nodejs_heap_size_used_bytes') > 1e5, true);
    },
    'stopped, it shows nothing': async () => {
      runtime.stop();
      equal(await scraped(), '');
    },
  };
  for (const [title, check] of Object.entries(cases)) {
    try {
      await check();
    } catch (error) {
      failures.push(`${title}: ${error && error.message}`);
    }
  }
  return { process: { cases: Object.keys(cases).length, failures } };
}
