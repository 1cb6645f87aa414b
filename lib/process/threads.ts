// Processor time by thread; and in the main thread, what can be seen from there of the worker threads.

import { clearTimeout, setTimeout } from 'node:timers';

import type { GaugePoint, Labels } from '../core/model.ts';
import type { Group, Reading, ShownPoint } from './group.ts';

/** Milliseconds. A worker that does not answer by then, since it is blocked outside of JavaScript, is left out. */
const LONGEST_ANSWER_MS = 100;

export const threads: Group = {
  isOfProcess: false,
  metrics: {
    nodejs_thread_cpu_seconds_total: ['counter', 'CPU time of the thread in seconds, by mode: user or system.'],
  },
  open({ engine, isMainThread }, { workers }) {
    const { threadCpuUsage } = process as { readonly threadCpuUsage?: () => CpuUsage };
    const read = (): Reading => ({ nodejs_thread_cpu_seconds_total: threadCpuUsage && cpuPoints(threadCpuUsage.call(process), {}) });
    // Elsewhere workers have the methods, and nothing behind them.
    if (!isMainThread || engine !== 'node') return { read };
    const seen = new Map<unknown, Asked>();
    // Those that have ended have no number. There is no need to listen to them.
    const forget = (): void => {
      for (const [worker, asked] of seen) if (!(asked.worker.threadId > 0)) seen.delete(worker);
    };
    const add = (worker: unknown): void => {
      forget();
      seen.set(worker, { worker: worker as SeenWorker, isBusy: false });
    };
    for (const worker of workers) add(worker);
    if (listeners.size === 0) process.on('worker', tell);
    listeners.add(add);
    return {
      read,
      async load() {
        forget();
        return joined(await Promise.all([...seen.values()].map(readingOf)));
      },
      stop() {
        listeners.delete(add);
        if (listeners.size === 0) process.off('worker', tell);
        seen.clear();
      },
    };
  },
};

// One listener for all collectors: Node warns of more than ten.
const listeners = new Set<(worker: unknown) => void>();

function tell(worker: unknown): void {
  for (const listener of listeners) listener(worker);
}

interface CpuUsage {
  /** Microseconds. */
  readonly user: number;
  readonly system: number;
}

/** What later versions of Node have of a worker. */
interface SeenWorker {
  readonly threadId: number;
  readonly performance?: { eventLoopUtilization(): { readonly idle: number; readonly active: number } };
  getHeapStatistics?(): Promise<Readonly<Record<'total_heap_size' | 'used_heap_size' | 'external_memory' | 'heap_size_limit', number>>>;
  cpuUsage?(): Promise<CpuUsage>;
}

interface Asked {
  readonly worker: SeenWorker;
  /** Whether an earlier question has not been answered. */
  isBusy: boolean;
}

async function readingOf(asked: Asked): Promise<Reading> {
  const { worker } = asked;
  const labels = { thread: String(worker.threadId) };
  const { idle = 0, active = 0 } = worker.performance?.eventLoopUtilization() ?? {};
  const time = idle + active > 0 ? [{ labels: { state: 'active', ...labels }, value: active / 1_000 }, { labels: { state: 'idle', ...labels }, value: idle / 1_000 }] : [];
  return { nodejs_eventloop_time_seconds_total: time, ...(await answerOf(asked, labels)) };
}

/** What it says itself, in time. */
async function answerOf(asked: Asked, labels: Labels): Promise<Reading> {
  if (asked.isBusy) return {};
  asked.isBusy = true;
  const answer = askedFor(asked.worker, labels).catch((): Reading => ({})).finally(() => (asked.isBusy = false));
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<Reading>((resolve) => (timer = setTimeout(resolve, LONGEST_ANSWER_MS, {})));
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** Rejects where it ends meanwhile. */
async function askedFor(worker: SeenWorker, labels: Labels): Promise<Reading> {
  const [heap, cpu] = await Promise.all([worker.getHeapStatistics?.(), worker.cpuUsage?.()]);
  return {
    ...(heap && {
      nodejs_heap_size_total_bytes: [{ labels, value: heap.total_heap_size }],
      nodejs_heap_size_used_bytes: [{ labels, value: heap.used_heap_size }],
      nodejs_external_memory_bytes: [{ labels, value: heap.external_memory }],
      nodejs_heap_size_limit_bytes: [{ labels, value: heap.heap_size_limit }],
    }),
    ...(cpu && { nodejs_thread_cpu_seconds_total: cpuPoints(cpu, labels) }),
  };
}

function cpuPoints({ user, system }: CpuUsage, labels: Labels): readonly GaugePoint[] {
  return [{ labels: { mode: 'user', ...labels }, value: user * 1e-6 }, { labels: { mode: 'system', ...labels }, value: system * 1e-6 }];
}

/** One reading of those of many threads, each with a label of its own. */
function joined(readings: readonly Reading[]): Reading {
  const all: Record<string, ShownPoint[]> = {};
  for (const reading of readings) {
    for (const [name, points] of Object.entries(reading)) (all[name] ??= []).push(...(points as readonly ShownPoint[]));
  }
  return all;
}
