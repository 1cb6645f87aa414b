// `promlet demo`: the exporter with something to show. Does small jobs and serves their metrics.

import { relative } from 'node:path';

import type { PrometheusExporter } from '../exporter.ts';
import type { Command, Output } from './command.ts';
import { listenOptions, startExporter, stopExporter } from './exporting.ts';
import { packagePath } from './package.ts';
import { Workload } from './workload.ts';

const DEFAULT_PORT = 9090;
/** How often the status is printed: to a terminal, where the line is rewritten, and elsewhere, where lines add up. */
const TERMINAL_INTERVAL_MS = 500;
const LOG_INTERVAL_MS = 10_000;

export const demo: Command = {
  summary: 'Do small jobs and serve their metrics, for a first look.',
  description: `Starts the exporter and keeps doing small real jobs: it parses, searches, hashes
and compresses a few files, slowly, and fails at some, so that all its metrics
have values that change. Runs until Ctrl-C or SIGTERM.`,
  options: listenOptions(DEFAULT_PORT),
  async run(given, io) {
    const signal = io.stopSignal();
    const exporter = await startExporter(given, DEFAULT_PORT);
    io.stdout.write(welcome(exporter));
    const workload = new Workload(exporter, signal);
    showStatus(exporter, workload, io.stdout);
    await workload.run();
    if (io.stdout.isTTY) io.stdout.write('\n');
    await stopExporter(exporter);
    return 0;
  },
};

function welcome({ url }: PrometheusExporter): string {
  const folder = packagePath('lib/ops');
  const nearby = relative('', folder);
  const operations = nearby.startsWith('..') ? folder : nearby;
  return `The exporter is running, and small jobs with it. Look here:

  ${url}/metrics   the metrics, as Prometheus reads them
  ${url}/          the same, live, for people
  ${operations}/   prometheus.yml, alerts.yml, and dashboard.json for Grafana

Ctrl-C ends it.

`;
}

function showStatus(exporter: PrometheusExporter, workload: Workload, output: Output): void {
  const begin = performance.now();
  exporter.every(output.isTTY ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS, () => {
    const line = `${Math.round((performance.now() - begin) / 1000)} s · ${statusOf(workload)}`;
    // Back to the start of the line, which is cleared. A line that wraps could not be rewritten.
    output.write(output.isTTY ? `\r\u001b[K${line.slice(0, (output.columns || 80) - 1)}` : `${line}\n`);
  });
}

function statusOf({ activeSessions, jobs, failures, anomalies, lastJob }: Workload): string {
  return `sessions ${activeSessions} · jobs ${jobs}, failed ${failures} · anomalies ${anomalies} · last: ${lastJob || 'none'}`;
}
