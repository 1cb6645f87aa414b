// Dashboard and alerts of a service as a user takes them: what they name must be what promlet shows. Rules are matched
// as text; promtool, where there is one, reads them for real.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Registry } from '../lib/index.ts';
import { httpClientMetrics, httpServerMetrics } from '../lib/instrument.ts';
import { GROUPS } from '../lib/process/catalogue.ts';
import { complaints, queriesOf, readDashboard } from './dashboards.ts';
import { promtool, testWith } from './programs.ts';
import { expressionOf, metricNames } from './promql.ts';

const directory = fileURLToPath(new URL('../lib/ops/', import.meta.url));
const rules = readFileSync(join(directory, 'node-alerts.yml'), 'utf8');
const ruleTests = readFileSync(join(directory, 'node-alerts.test.yml'), 'utf8');
const dashboard = readDashboard(join(directory, 'node-dashboard.json'));
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const alerts = rules.split(/^ {6}- alert: /m).slice(1);

/** What Prometheus itself records of every scrape. */
const PROMETHEUS = ['up', 'scrape_samples_post_metric_relabeling', 'scrape_duration_seconds'];

test('the rules name only metrics of promlet, of Prometheus, or recorded by the rules above them', () => {
  const known = new Set([...promletSamples(), ...PROMETHEUS]);
  for (const rule of rules.split(/^ {6}- (?=record|alert)/m).slice(1)) {
    const names = metricNames(expressionOf(rule));
    assert.notEqual(names.length, 0, rule);
    assert.deepEqual(names.filter((name) => !known.has(name)), [], rule);
    const recorded = /^record: (.+)$/m.exec(rule)?.[1];
    if (recorded !== undefined) known.add(recorded);
  }
});

test('every alert has a severity, and says of which job it is', () => {
  assert.deepEqual(alerts.map((alert) => alert.split('\n')[0]), [
    'NodeScrapeFailing',
    'NodeCrashLoop',
    'NodeEventLoopBlocked',
    'NodeEventLoopSaturated',
    'NodeHeapNearLimit',
    'NodeDescriptorsNearLimit',
    'NodeCollectorFailing',
    'HttpErrorBudgetBurnsFast',
    'HttpErrorBudgetBurnsSlowly',
    'HttpLatencyBudgetBurnsFast',
    'HttpLatencyBudgetBurnsSlowly',
  ]);
  for (const alert of alerts) {
    assert.match(alert, /^ {10}severity: (?:warning|critical)$/m);
    assert.match(alert, /^ {10}summary: .*\{\{ \$labels\.job \}\}/m);
    assert.match(alert, /^ {10}description: >-\n(?: {12}.*\n)* {12}.*\{\{ \$labels\.job \}\}/m);
  }
});

test('every alert that compares a number shows it, rounded for people', () => {
  for (const alert of alerts) assert.equal(/\{\{ \$value \| humanize(?:Percentage|Duration)? \}\}/.test(alert), expressionOf(alert).includes('>'), alert);
});

test('every alert is tested to fire and not to fire, and every recording rule has an expected value', () => {
  for (const name of alerts.map((alert) => alert.split('\n')[0]!)) {
    const cases = ruleTests.split(/^ {6}- alertname: /m).filter((text) => text.startsWith(`${name}\n`));
    const fires = cases.filter((text) => /^ {8}exp_alerts:\n {10}- (?:&\w+\n {12})?exp_labels:/m.test(text));
    // Silent altogether, or for one that fired before.
    assert.deepEqual({ name, fires: fires.length, others: cases.length > 1 }, { name, fires: 1, others: true });
  }
  for (const [, name] of rules.matchAll(/^ {6}- record: (.+)$/gm)) assert.ok(ruleTests.includes(`- {labels: '${name}{`), `${name} has no value`);
});

test('the dashboard can be imported as it is, beside that of the exporter', () => {
  const { id, uid, title, tags, schemaVersion, time, refresh } = dashboard;
  assert.deepEqual({ id, uid, title, tags, schemaVersion, time, refresh }, {
    id: null,
    uid: 'promlet-node',
    title: 'Node service: HTTP, event loop, process',
    tags: ['promlet', 'prometheus', 'nodejs', 'http'],
    schemaVersion: 42,
    time: { from: 'now-6h', to: 'now' },
    refresh: '30s',
  });
  assert.equal('__inputs' in dashboard, false);
});

test('data source, job and instance are chosen at the top, and every query goes by them', () => {
  const variables = dashboard.templating.list;
  assert.deepEqual(variables.map(({ name, type, query }) => [name, type, typeof query === 'object' ? query.query : query]), [
    ['datasource', 'datasource', 'prometheus'],
    ['job', 'query', 'label_values(nodejs_version_info, job)'],
    ['instance', 'query', 'label_values(nodejs_version_info{job=~"$job"}, instance)'],
  ]);
  for (const { name, type, datasource, multi, includeAll } of variables) {
    if (type === 'query') assert.deepEqual({ name, datasource, multi, includeAll }, { name, datasource: { type: 'prometheus', uid: '${datasource}' }, multi: true, includeAll: true });
  }
  for (const { title, datasource, targets } of panels) {
    assert.deepEqual(datasource, { type: 'prometheus', uid: '${datasource}' });
    for (const target of targets!) {
      assert.deepEqual(target.datasource, datasource);
      const matched = [...target.expr.matchAll(/([\w:]+)\{job=~"\$job", instance=~"\$instance"[,}]/g)].map(([, name]) => name);
      assert.deepEqual(matched, metricNames(target.expr), `${title}: ${target.expr}`);
    }
  }
});

test('rates go by the interval of scrapes and by what the screen can show', () => {
  for (const { expr } of queriesOf(dashboard)) {
    const windows = [...expr.matchAll(/\[([^\]]+)\]/g)].map(([, window]) => window);
    assert.deepEqual(windows.filter((window) => window !== '$__rate_interval'), expr.includes('changes(') ? ['1h'] : [], expr);
  }
});

test('every query of a histogram takes native ones too', () => {
  for (const { expr } of queriesOf(dashboard)) {
    const classic = [...expr.matchAll(/(\w+_seconds|\w+_bytes)_(bucket|count|sum)\{/g)];
    for (const [, name, part] of classic) {
      const native = part === 'bucket' ? `rate(${name}{` : `histogram_${part}(rate(${name}{`;
      assert.ok(expr.includes(native), expr);
    }
  }
});

test('Grafana’s linter has nothing to complain of but what is meant to be', () => {
  assert.deepEqual(complaints(dashboard), [
    // All jobs are those with a Node process, which `.+` is not: `up` and `process_start_time_seconds` are everybody's.
    'template-job-rule: allValue',
    'template-instance-rule: allValue',
    // Who has imported it may change it.
    'uneditable-dashboard-rule',
  ]);
});

test('a panel of one value asks for this moment, so that it never shows the value of a dead instance', () => {
  for (const { type, instant, range } of queriesOf(dashboard)) assert.deepEqual({ instant, range }, { instant: type === 'stat', range: type !== 'stat' });
});

test('the panels have ids and titles of their own, stay within the 24 columns, and do not overlap', () => {
  assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length);
  assert.equal(new Set(dashboard.panels.map(({ title }) => title)).size, dashboard.panels.length);
  const taken = new Map<string, string>();
  for (const { title, gridPos } of dashboard.panels) {
    const { x, y, w, h } = gridPos;
    assert.ok(x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= 24, title);
    for (let column = x; column < x + w; column++) {
      for (let line = y; line < y + h; line++) {
        assert.equal(taken.get(`${column},${line}`), undefined, `${title} at ${column},${line}`);
        taken.set(`${column},${line}`, title);
      }
    }
  }
});

test('the dashboard names only metrics of promlet and of Prometheus, so that it works without the rules', () => {
  const known = new Set([...promletSamples(), ...PROMETHEUS]);
  const names = queriesOf(dashboard).flatMap(({ expr }) => metricNames(expr));
  assert.deepEqual(names.filter((name) => !known.has(name)), []);
});

test('a legend names labels that its query keeps', () => {
  for (const { expr, legendFormat } of queriesOf(dashboard)) {
    const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!);
    const [, kept] = /^\W*(?:sum|avg|min|max|count) by \(([^)]*)\)/.exec(expr) ?? /\bby \(([^)]*)\)/.exec(expr) ?? [];
    // Without an aggregation all labels are there.
    if (kept === undefined && !/\bsum\(|\bavg\(/.test(expr)) continue;
    assert.deepEqual(named, (kept ?? '').split(', ').filter((label) => label !== '' && label !== 'le'), expr);
  }
});

testWith(['promtool'], 'promtool accepts node-alerts.yml, and complains of nothing', () => {
  promtool('check', 'rules', '--lint=all', '--lint-fatal', join(directory, 'node-alerts.yml'));
});

testWith(['promtool'], 'promtool finds that every rule does what node-alerts.test.yml expects', () => {
  promtool('test', 'rules', join(directory, 'node-alerts.test.yml'));
});

testWith(['promtool'], 'promtool can read every query of the dashboard', () => {
  const list = queriesOf(dashboard).map(({ expr }, index) => `      - {record: 'dashboard:query:${index}', expr: ${JSON.stringify(expr.replaceAll('$__rate_interval', '1m'))}}\n`);
  const copy = mkdtempSync(join(tmpdir(), 'promlet-ops-'));
  try {
    writeFileSync(join(copy, 'queries.yml'), `groups:\n  - name: dashboard\n    rules:\n${list.join('')}`);
    promtool('check', 'rules', join(copy, 'queries.yml'));
  } finally {
    rmSync(copy, { recursive: true });
  }
});

/** All names of samples that promlet can show of a process and its HTTP traffic; a native histogram has the family's. */
function promletSamples(): string[] {
  const registry = new Registry();
  const handles = [httpServerMetrics(registry), httpClientMetrics(registry, { hosts: [] })];
  const families = [
    ...Object.values(GROUPS).flatMap(({ metrics }) => Object.entries(metrics).map(([name, [type]]) => ({ name, type }))),
    ...registry.collect(),
    ...['connected', 'free', 'pending', 'running', 'size'].map((figure) => ({ name: `http_client_pool_${figure}`, type: 'gauge' })),
    ...['success', 'duration_seconds'].map((figure) => ({ name: `promlet_collector_${figure}`, type: 'gauge' })),
  ];
  for (const handle of handles) handle.stop();
  return families.flatMap(({ name, type }) => (type === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]));
}
