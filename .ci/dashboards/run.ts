// Both dashboards as pictures, for a look without Grafana: an exporter and a service at work, a real Prometheus that
// scrapes them, and what each panel asks for, drawn. Usage: dashboards/run.ts FOLDER [SECONDS]

import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { Workload } from '../../lib/commands/workload.ts';
import { createExporter } from '../../lib/exporter.ts';
import { metricsHandler } from '../../lib/http.ts';
import { Registry } from '../../lib/index.ts';
import { httpClientMetrics, httpServerMetrics } from '../../lib/instrument.ts';
import { processMetrics } from '../../lib/process.ts';
import { readDashboard } from '../../spec/dashboards.ts';
import type { Dashboard } from '../../spec/dashboards.ts';
import { startPrometheus } from '../../spec/prometheus-server.ts';
import type { PrometheusServer } from '../../spec/prometheus-server.ts';
import { drawing } from './drawing.ts';
import type { Line } from './drawing.ts';

const [folder, seconds = '90'] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: dashboards/run.ts FOLDER [SECONDS]');
  process.exit(2);
}
/** In place of Grafana's: of a look at minutes, with a scrape a second. */
const RATE_INTERVAL = '15s';

/** What answers a request, with its status: one is slow, and one fails at times. */
const ROUTES: Readonly<Record<string, () => Promise<number>>> = {
  '/': async () => 200,
  '/users/7': async () => (await sleep(5 + Math.random() * 30), 200),
  '/report': async () => (await sleep(50 + Math.random() * 400), 200),
  '/boom': async () => (Math.random() < 0.3 ? 500 : 200),
};

function service(registry: Registry): Server {
  const metrics = metricsHandler(registry);
  return createServer((incoming, response) => {
    if (incoming.url === '/metrics') return metrics(incoming, response);
    const route = ROUTES[incoming.url!] ?? (async () => 404);
    void route().then((status) => response.writeHead(status).end('x'.repeat(200 + Math.random() * 5_000)));
  }).listen(0, '127.0.0.1');
}

const registry = new Registry();
const handles = [registry.register(processMetrics()), httpServerMetrics(registry, { route: ({ url }) => (url === '/users/7' ? '/users/:id' : url! in ROUTES ? url : undefined), ignore: ['/metrics'] }), httpClientMetrics(registry, { hosts: ['127.0.0.1'] })];
const server = service(registry);
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
const stop = new AbortController();
const exporter = await createExporter({ port: 0, host: '127.0.0.1' });
const working = new Workload(exporter, stop.signal).run();
const asking = (async () => {
  while (!stop.signal.aborted) {
    for (const path of ['/', '/', '/users/7', '/users/7', '/report', '/boom', '/nowhere']) void fetch(`http://127.0.0.1:${port}${path}`).then((response) => response.text(), () => undefined);
    // One that nobody answers, and one that is given up.
    request({ host: '127.0.0.1', port: 1 }).on('error', () => {}).end();
    request({ host: '127.0.0.1', port, path: '/report' }).on('error', () => {}).on('socket', (socket) => void setTimeout(() => socket.destroy(), 20)).end();
    await sleep(100 + Math.random() * 200);
  }
})();

const directory = mkdtempSync(join(tmpdir(), 'promlet-dashboards-'));
writeFileSync(join(directory, 'prometheus.yml'), [
  'global: { scrape_interval: 1s, scrape_timeout: 1s }',
  'scrape_configs:',
  `  - { job_name: session-buddy, static_configs: [{ targets: ['${new URL(exporter.url!).host}'] }] }`,
  `  - { job_name: service, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }`,
  '',
].join('\n'));
const prometheus = await startPrometheus(directory);
try {
  await sleep(Number(seconds) * 1_000);
  mkdirSync(folder, { recursive: true });
  for (const name of ['dashboard', 'node-dashboard']) writeFileSync(join(folder, `${name}.svg`), await picture(prometheus, name));
} finally {
  stop.abort();
  await prometheus.stop();
  rmSync(directory, { recursive: true });
  for (const handle of handles) handle.stop();
  await Promise.all([working, asking, exporter.stop()]);
  server.closeAllConnections();
  server.close();
}

async function picture(asked: PrometheusServer, name: string): Promise<string> {
  const dashboard = readDashboard(fileURLToPath(new URL(`../../lib/ops/${name}.json`, import.meta.url)));
  const filled = await filler(asked, dashboard);
  const panels = await Promise.all(dashboard.panels.map(async (panel) => ({ ...panel, lines: (await Promise.all((panel.targets ?? []).map((target) => linesOf(asked, { ...target, expr: filled(target.expr) })))).flat() })));
  return drawing(String(dashboard['title']), panels);
}

/** Fills in the variables with all their values, as Grafana does. */
async function filler(asked: PrometheusServer, { templating }: Dashboard): Promise<(expression: string) => string> {
  const values: [name: string, value: string][] = [['__rate_interval', RATE_INTERVAL]];
  const filled = (expression: string): string => values.reduce((text, [name, value]) => text.replaceAll(`$${name}`, value), expression);
  for (const { name, query, allValue } of templating.list) {
    const [, selector, label] = /^label_values\((.*), (\w+)\)$/.exec(typeof query === 'string' ? query : query.query) ?? [];
    if (selector === undefined) continue;
    const found = await asked.query(`count by (${label}) (${filled(selector)})`);
    values.push([name, allValue ?? `(${found.map(({ metric }) => metric[label!]).join('|')})`]);
  }
  return filled;
}

/** What a query of a panel gives, over the time that was scraped, or at its end. */
async function linesOf(asked: PrometheusServer, { expr, legendFormat, instant }: { readonly expr: string; readonly legendFormat: string; readonly instant: boolean }): Promise<Line[]> {
  const end = Date.now() / 1000;
  const { result } = (await asked.get(instant
    ? `query?${new URLSearchParams({ query: expr, time: String(end) })}`
    : `query_range?${new URLSearchParams({ query: expr, start: String(end - Number(seconds)), end: String(end), step: '1' })}`)) as { result: { metric: Record<string, string>; value?: [number, string]; values?: [number, string][] }[] };
  return result.map(({ metric, value, values = [value!] }) => ({
    name: legendFormat.replace(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? ''),
    points: values.map(([at, text]) => ({ at: (at - end) / Number(seconds) + 1, value: Number(text.replace('Inf', 'Infinity')) })),
  }));
}
