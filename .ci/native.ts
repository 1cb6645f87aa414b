// Whether a real Prometheus takes native histograms from us, without any option on our side:
// native.ts [PROMETHEUS], where another than the one on the path is to be asked.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

import { serve } from '../lib/http.ts';
import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary } from '../lib/index.ts';
import { eventually, startPrometheus } from '../spec/prometheus-server.ts';
import type { PrometheusServer } from '../spec/prometheus-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'promlet-native-'));
if (process.argv[2] !== undefined) {
  symlinkSync(resolve(process.argv[2]), join(directory, 'prometheus'));
  process.env['PATH'] = directory + delimiter + process.env['PATH'];
}
// One that `go install` built does not know its own version.
const [, version = '3'] = /version (\d+\.\d+)/.exec(execFileSync('prometheus', ['--version'], { encoding: 'utf8' })) ?? [];
const isThird = Number(version.split('.')[0]) >= 3;

/** A way in which a Prometheus can be told to take native histograms. */
interface Way {
  readonly name: string;
  readonly flags: readonly string[];
  /** Lines of the scrape's configuration. */
  readonly scrape: readonly string[];
  /** Whether `increase` sees what a counter was born with. */
  readonly seesBirths: boolean;
}

const WAYS: readonly Way[] = isThird
  ? [
      { name: 'scrape_native_histograms: true', flags: ['--enable-feature=exemplar-storage,created-timestamp-zero-ingestion'], scrape: ['scrape_native_histograms: true'], seesBirths: true },
      { name: 'OpenMetrics 2.0', flags: ['--enable-feature=exemplar-storage,openmetrics2,created-timestamp-zero-ingestion'], scrape: ['scrape_native_histograms: true', 'scrape_protocols: [OpenMetricsText2.0.0, OpenMetricsText1.0.0, PrometheusText0.0.4]'], seesBirths: true },
    ]
  : [{ name: '--enable-feature=native-histograms', flags: ['--enable-feature=native-histograms,exemplar-storage'], scrape: [], seesBirths: false }];

const VALUES = Array.from({ length: 1000 }, (_, i) => (i + 1) / 1000);

try {
  for (const way of WAYS) await ask(way);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function ask({ name, flags, scrape, seesBirths }: Way): Promise<void> {
  const registry = new Registry({ labels: { service: 'shop' } });
  const both = registry.register(new Histogram({ name: 'both_seconds', help: 'Both.', unit: 'seconds', labelNames: ['queue'], native: true }));
  const only = registry.register(new Histogram({ name: 'only_seconds', help: 'Native alone.', native: true, buckets: false }));
  const born = registry.register(new Counter({ name: 'born_total', help: 'Born at 5.', labelNames: ['kind'] }));
  registry.register(new Histogram({ name: 'classic_seconds', help: 'Classic alone.' })).observe(0.2);
  registry.register(new Summary({ name: 'summary_seconds', help: 'A summary.' })).observe(0.2);
  registry.register(new Gauge({ name: 'depth', help: 'A gauge.' })).set(-3.5);
  registry.register(new Info({ name: 'build_info', help: 'An info.', labelNames: ['version'] })).set({ version: '1.2.3 "ü"' });
  registry.register(new StateSet({ name: 'door', help: 'States.', states: ['open', 'shut'] })).set('open');
  for (const value of VALUES) {
    both.observe({ queue: 'mail' }, value, { trace_id: `t${value}` });
    only.observe(value);
  }
  for (const value of [0, -2]) both.observe({ queue: 'mail' }, value);
  const asked = new Set<string>();
  const server = await serve(registry, { port: 0, host: '127.0.0.1', authenticate: (request) => (asked.add(String(request.headers.accept)), true) });
  const data = mkdtempSync(join(directory, 'data-'));
  writeFileSync(join(data, 'prometheus.yml'), ['global: { scrape_interval: 1s, scrape_timeout: 1s }', 'scrape_configs:', '  - job_name: native', ...scrape.map((line) => `    ${line}`), `    static_configs: [{ targets: ['127.0.0.1:${server.port}'] }]`, ''].join('\n'));
  const prometheus = await startPrometheus(data, ...flags);
  try {
    const value = async (query: string): Promise<number | undefined> => (await prometheus.query(query))[0]?.samples[0]?.value;
    await eventually(async () => assert.equal(await value('up'), 1, JSON.stringify(await targets(prometheus))));
    born.inc({ kind: 'late' }, 5);
    // All that is asked below was seen in one of these scrapes, and what grew was seen before and after.
    await eventually(async () => assert.ok((await value('count_over_time(born_total[1h])') ?? 0) >= 3));
    assert.equal(await value('born_total'), 5);
    assert.equal(await value('histogram_count(both_seconds)'), VALUES.length + 2);
    assert.equal(await value('histogram_count(only_seconds)'), VALUES.length);
    near(await value('histogram_sum(only_seconds)'), 500.5, 1e-9);
    // Within the resolution: a bucket's bounds are 2 ** 2 ** -3 apart.
    for (const quantile of [0.1, 0.5, 0.9, 0.99]) near(await value(`histogram_quantile(${quantile}, only_seconds)`), quantile, 2 ** 2 ** -3 - 1);
    assert.equal(await value('classic_seconds_count'), 1);
    assert.equal(await value('summary_seconds{quantile="0.5"}'), 0.2);
    assert.equal(await value('depth'), -3.5);
    assert.equal(await value('build_info{version="1.2.3 \\"ü\\"",service="shop"}'), 1);
    assert.equal(await value('door{door="open"}'), 1);
    const exemplars = (await prometheus.get(`query_exemplars?${new URLSearchParams({ query: 'both_seconds', start: String(Date.now() / 1000 - 3600), end: String(Date.now() / 1000) })}`)) as { exemplars: { labels: object }[] }[];
    assert.ok((exemplars[0]?.exemplars.length ?? 0) > 0, 'exemplars arrive');
    if (seesBirths) near(await value('increase(born_total[1m])'), 5, 0.5);
    const [accept = ''] = asked;
    console.log(`· Prometheus ${version}, ${name}: ${accept.split(',')[0]!.split(';', 2).join(';')}; count exact, quantiles within the factor${seesBirths ? ', a counter born at 5 has increased by 5' : ''}`);
  } finally {
    await prometheus.stop();
    await server.close();
  }
}

async function targets(prometheus: PrometheusServer): Promise<unknown> {
  return ((await prometheus.get('targets')) as { activeTargets: { health: string; lastError: string }[] }).activeTargets.map(({ health, lastError }) => [health, lastError]);
}

function near(found: number | undefined, expected: number, share: number): void {
  assert.ok(found !== undefined && Math.abs(found / expected - 1) <= share, `expected ${expected}, within ${share}, got ${found}`);
}
