// Figures of the process itself: its processor time, memory and files, Node's event loop, heap and collections. What
// there is stands in `process/`, a file for each group.

import { fault } from './core/errors.ts';
import type { Collector, MetricFamily, Scrape } from './core/model.ts';
import { isMetricName } from './core/names.ts';
import { checkOptions } from './core/options.ts';
import { checkBuckets } from './metrics/buckets.ts';
import type { GroupName } from './process/catalogue.ts';
import { ProcessCollector } from './process/collector.ts';
import { GC_BUCKETS } from './process/gc.ts';
import { ownHost } from './process/host.ts';
import { selected } from './process/selection.ts';

export type { GroupName } from './process/catalogue.ts';

export interface ProcessMetricsOptions {
  /** What all names begin with, such as `shop_`. Dashboards look for the names as they are. @default '' */
  readonly prefix?: string | undefined;
  /** The groups, and single metrics by their names without the prefix, that are wanted. Others cost nothing. @default all */
  readonly only?: readonly (GroupName | (string & {}))[] | undefined;
  /** Those that are not wanted. @default none */
  readonly except?: readonly (GroupName | (string & {}))[] | undefined;
  /** Upper bounds of `nodejs_gc_duration_seconds`, in seconds. @default [0.001, 0.01, 0.1, 1, 2, 5] */
  readonly gcDurationBuckets?: readonly number[] | undefined;
  /** Worker threads (`Worker` of `node:worker_threads`) that were there before; those that begin later are seen. @default none */
  readonly workers?: Iterable<object> | undefined;
}

/** A collector that measures until it is stopped. */
export interface ProcessMetrics extends Collector {
  readonly name: string;
  /** Of all families that it may show, prefix included. */
  readonly names: readonly string[];
  /**
   * The families as the last refresh found them. Before the first refresh: those that can be read at once, as they are
   * now, without what stands in files. None after `stop()`.
   */
  collect(): Iterable<MetricFamily>;
  /** Reads everything anew, files away from the main thread. @throws an `Error` where the signal is aborted before that is done */
  refresh(scrape?: Scrape): Promise<void>;
  /** Ends all observers, monitors and timers. Nothing is shown any more. */
  stop(): void;
  /** `using runtime = processMetrics()` stops it where its scope ends. */
  [Symbol.dispose](): void;
}

/**
 * Figures of this process, under the names that `prom-client` made common, and of Node:
 *
 * | group | has | cost |
 * |---|---|---|
 * | `cpu` | processor time, context switches, threads | |
 * | `memory` | resident, virtual, peak and shared memory, page faults | |
 * | `descriptors` | open files, and how many there may be | |
 * | `io` | bytes read and written | |
 * | `pressure` | time that was lost waiting for processors, storage and memory | |
 * | `cgroup` | the container's memory, limits and throttling | |
 * | `loop` | busy and idle time of the event loop | a timer every two seconds |
 * | `delay` | delays of the event loop | the same; before Node 24.21 and 26.5 another every 90 ms |
 * | `gc` | collections by kind | nothing while nothing is collected |
 * | `heap` | the heap and its spaces | |
 * | `handles` | what keeps the event loop alive, by type | some 0.5 ms a scrape at most, then it is left out |
 * | `threads` | processor time by thread; loops and heaps of workers, labelled `thread` | |
 * | `info` | start time, uptime, versions | |
 *
 * What a system or an engine does not have is left out, and never 0. In a worker thread there are `loop`, `delay`,
 * `gc`, `heap`, `handles` and `threads`, of that worker: what belongs to the process, its main thread shows alone.
 *
 * In a group of processes, times, memory, files and counts add up. Of limits the lowest is shown, of peaks, lags and what
 * belongs to the container the highest, of lowest and mean lags the lowest and the mean, of versions those of the member
 * that joined last; start time and uptime of each, with a label `member`. Where worker threads are members themselves,
 * the main thread should leave out what it sees of them: `except: ['threads']`. Neither a timer nor an observer keeps the process alive.
 *
 * @throws {MetricError} `ERR_OPTION`, `ERR_METRIC_NAME`, `ERR_BUCKETS`
 */
export function processMetrics(options: ProcessMetricsOptions = {}): ProcessMetrics {
  checkOptions(SUBJECT, options, ['prefix', 'only', 'except', 'gcDurationBuckets', 'workers'], HINTS);
  const { prefix = '', only, except, gcDurationBuckets = GC_BUCKETS, workers = [] } = options;
  if (prefix !== '' && !isMetricName(prefix)) throw fault('ERR_METRIC_NAME', `${SUBJECT}: prefix`, 'letters, digits, "_" and ":" that do not begin with a digit', prefix);
  const settings = { prefix, chosen: selected(SUBJECT, only, except), gcDurationBuckets: checkBuckets(`${SUBJECT}: gcDurationBuckets`, gcDurationBuckets), workers: listOf(workers) };
  return new ProcessCollector(ownHost(), settings);
}

/** @throws {MetricError} `ERR_OPTION` where some are no worker threads */
function listOf(workers: Iterable<object>): readonly object[] {
  const isWorker = (each: unknown): boolean => typeof (each as { readonly threadId?: unknown } | null | undefined)?.threadId === 'number';
  const isList = typeof workers === 'object' && typeof (workers as Partial<Iterable<object>> | null)?.[Symbol.iterator] === 'function';
  const list = isList ? [...workers] : [];
  if (!isList || !list.every(isWorker)) throw fault('ERR_OPTION', `${SUBJECT}: workers`, 'a list of worker threads', isList ? list.find((each) => !isWorker(each)) : workers);
  return list;
}

const SUBJECT = 'processMetrics';

/** Options of prom-client. */
const HINTS = {
  register: 'registry.register(processMetrics()) instead',
  labels: 'constant labels of the registry instead',
  timeout: 'no interval: values are read when they are scraped',
  eventLoopMonitoringPrecision: 'no precision: newer versions of Node measure each turn of the loop, others every 90 ms',
};
