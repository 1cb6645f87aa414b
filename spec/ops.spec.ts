// The operations files as a user takes them: what they name must be what the exporter exposes. YAML is
// matched as text, since nothing here may need a parser; promtool, where there is one, reads it for real.
// One file, although long: the three read the same lists of metrics and rules.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { complaints, queriesOf, readDashboard } from './dashboards.ts';
import { promtool, testWith } from './programs.ts';
import { expressionOf, metricNames } from './promql.ts';

const directory = fileURLToPath(new URL('../lib/ops/', import.meta.url));
const config = readFileSync(join(directory, 'prometheus.yml'), 'utf8');
const rules = readFileSync(join(directory, 'alerts.yml'), 'utf8');
const ruleTests = readFileSync(join(directory, 'alerts.test.yml'), 'utf8');

const dashboard = readDashboard(join(directory, 'dashboard.json'));
const { panels } = dashboard;
const queries = queriesOf(dashboard);

const exporterSamples = [
  'skill_invocations_total',
  // A native histogram has the family's name.
  'skill_duration_seconds',
  'skill_duration_seconds_bucket',
  'skill_duration_seconds_sum',
  'skill_duration_seconds_count',
  'skill_completion_rate',
  'active_sessions_total',
  'anomalies_detected_total',
];
/** What Prometheus itself records of every scrape and alert. */
const prometheusSamples = ['up', 'scrape_samples_post_metric_relabeling', 'ALERTS'];

const alertNames = valuesOf('alert');
const recordNames = valuesOf('record');

test('Prometheus scrapes the exporter at localhost:9090 every 15 seconds as job session-buddy', () => {
  const active = config.replace(/#.*$/gm, '');
  assert.match(active, /^global:\n {2}scrape_interval: 15s\b/m);
  assert.match(active, /^rule_files: \[alerts\.yml\]/m);
  assert.match(active, /^ {2}- job_name: session-buddy\n {4}scrape_interval: 15s\n/m);
  assert.match(active, /^ {4}static_configs:\n {6}- targets: \[localhost:9090\]\n/m);
  assert.deepEqual(active.match(/job_name/g), ['job_name']);
});

test('the rules ask only for jobs that prometheus.yml defines', () => {
  const jobs = [...rules.matchAll(/\bjob=~?"([^"]*)"/g)].map((match) => match[1]);
  assert.deepEqual([...new Set(jobs)], ['session-buddy']);
});

test('the rules name only metrics of the exporter, of Prometheus, or recorded by the rules above them', () => {
  const known = new Set([...exporterSamples, ...prometheusSamples]);
  for (const rule of rules.split(/^ {6}- (?=record|alert)/m).slice(1)) {
    const names = metricNames(expressionOf(rule));
    assert.notEqual(names.length, 0, rule);
    assert.deepEqual(names.filter((name) => !known.has(name)), [], rule);
    const recorded = /^record: (.+)$/m.exec(rule)?.[1];
    if (recorded !== undefined) known.add(recorded);
  }
});

test('recording rules are named level:metric:operation, the level being the labels that are left', () => {
  assert.deepEqual(recordNames, [
    'skill_name:skill_duration_seconds:p95_rate5m',
    'skill_name:skill_invocations:rate5m',
    'skill_name:skill_invocations:success_ratio_rate5m',
    'anomaly_type_skill_name:anomalies_detected:increase1h',
  ]);
});

test('every alert has a severity, a summary, and a description that names what it is about', () => {
  assert.deepEqual(alertNames, [
    'SkillAnomalyRateHigh',
    'SkillCompletionRateCritical',
    'SkillCompletionRateLow',
    'SessionBuddyDown',
    'SessionBuddyMissing',
    'SessionBuddyTooManySeries',
  ]);
  for (const rule of rules.split(/^ {6}- alert: /m).slice(1)) {
    assert.match(rule, /^ {10}severity: (?:warning|critical)$/m);
    assert.match(rule, /^ {10}summary: .*\{\{ \$labels\.\w+ \}\}/m);
    assert.match(rule, /^ {10}description: >-\n(?: {12}.*\n)* {12}.*\{\{ \$labels\.\w+ \}\}/m);
  }
});

test('every alert that compares a number shows it, rounded for people', () => {
  for (const rule of rules.split(/^ {6}- alert: /m).slice(1)) {
    const compares = /[<>]/.test(expressionOf(rule));
    assert.equal(/\{\{ \$value \| humanize(?:Percentage)? \}\}/.test(rule), compares, rule);
  }
});

test('every alert is tested to fire and not to fire, and every recording rule has an expected value', () => {
  for (const name of alertNames) {
    const cases = ruleTests.split(/^ {6}- alertname: /m).filter((text) => text.startsWith(`${name}\n`));
    const silent = cases.some((text) => /^ {8}exp_alerts: \[\]$/m.test(text));
    const fires = cases.some((text) => /^ {8}exp_alerts:(?: &\w+)?\n {10}- exp_labels:/m.test(text));
    assert.deepEqual({ name, silent, fires }, { name, silent: true, fires: true });
  }
  for (const name of recordNames) assert.ok(ruleTests.includes(`- {labels: '${name}{`), `${name} has no value`);
});

test('the dashboard can be imported as it is, again and again, and is one dashboard', () => {
  const { id, uid, title, tags, schemaVersion, time, refresh } = dashboard;
  assert.deepEqual({ id, uid, title, tags, schemaVersion, time, refresh }, {
    id: null,
    uid: 'promlet-session-buddy',
    title: 'Session Buddy: skills',
    tags: ['promlet', 'prometheus', 'session-buddy'],
    schemaVersion: 42,
    time: { from: 'now-6h', to: 'now' },
    refresh: '30s',
  });
  assert.equal('__inputs' in dashboard, false);
});

test('the dashboard has five panels, each with one query', () => {
  const of = (name: string): string => `${name}{job=~"$job", instance=~"$instance"}`;
  assert.deepEqual(panels.map(({ type, title, targets }) => [type, title, ...targets!.map(({ expr }) => expr)]), [
    ['gauge', 'Completion rate by skill', `avg by (skill_name) (${of('skill_completion_rate')})`],
    [
      'timeseries',
      'Duration by skill, 95th percentile',
      `histogram_quantile(0.95, sum by (skill_name) (rate(${of('skill_duration_seconds')}[$__rate_interval])))` +
        ` or histogram_quantile(0.95, sum by (skill_name, le) (rate(${of('skill_duration_seconds_bucket')}[$__rate_interval])))`,
    ],
    ['timeseries', 'Invocations by skill', `sum by (skill_name) (rate(${of('skill_invocations_total')}[$__rate_interval]))`],
    ['stat', 'Active sessions', `sum(${of('active_sessions_total')})`],
    ['timeseries', 'Anomalies by type, last hour', `sum by (anomaly_type) (increase(${of('anomalies_detected_total')}[1h]))`],
  ]);
});

test('rates go by the interval of scrapes and by what the screen can show, and over five minutes at least', () => {
  const seconds = Number(/^ {4}scrape_interval: (\d+)s$/m.exec(config)![1]);
  for (const { expr, interval } of queries) {
    // Grafana makes four times the least step of it.
    assert.equal(interval, expr.includes('$__rate_interval') ? `${5 * seconds}s` : undefined, expr);
  }
});

test('Grafana’s linter has nothing to complain of but what is meant to be', () => {
  assert.deepEqual(complaints(dashboard), [
    // A gauge, whose name is given.
    'target-counter-agg-rule: active_sessions_total',
    // Who has imported it may change it.
    'uneditable-dashboard-rule',
  ]);
});

test('the completion rate runs from 0 to 100 percent and changes colour where the alerts begin', () => {
  const { unit, min, max, thresholds } = panels[0]!.fieldConfig!.defaults;
  assert.deepEqual({ unit, min, max, thresholds }, {
    unit: 'percentunit',
    min: 0,
    max: 1,
    thresholds: {
      mode: 'absolute',
      steps: [
        { color: 'red', value: null },
        { color: 'yellow', value: 0.5 },
        { color: 'green', value: 0.7 },
      ],
    },
  });
  assert.deepEqual([...rules.matchAll(/\(skill_completion_rate\) < (\S+)/g)].map((match) => match[1]), ['0.5', '0.7']);
});

test('durations are shown in seconds', () => {
  assert.equal(panels[1]!.fieldConfig!.defaults['unit'], 's');
});

test('a panel of one value asks for this moment, so that it never shows the value of a dead exporter', () => {
  for (const { type, instant, range } of queries) {
    const oneValue = type !== 'timeseries';
    assert.deepEqual({ instant, range }, { instant: oneValue, range: !oneValue });
  }
});

test('data source, job and instance are chosen at the top, and every query goes by them', () => {
  const variables = dashboard.templating.list;
  assert.deepEqual(variables.map(({ name, type, query }) => [name, type, typeof query === 'object' ? query.query : query]), [
    ['datasource', 'datasource', 'prometheus'],
    ['job', 'query', 'label_values(active_sessions_total, job)'],
    ['instance', 'query', 'label_values(active_sessions_total{job=~"$job"}, instance)'],
  ]);
  for (const { datasource, targets } of panels) {
    assert.deepEqual(datasource, { type: 'prometheus', uid: '${datasource}' });
    for (const target of targets!) {
      assert.deepEqual(target.datasource, datasource);
      assert.deepEqual([...target.expr.matchAll(/([\w:]+)\{job=~"\$job", instance=~"\$instance"\}/g)].map(([, name]) => name), metricNames(target.expr));
    }
  }
});

test('what Session Buddy is, stands where its name does', () => {
  for (const text of [String(dashboard['description']), config]) assert.match(text.replace(/\n *# /g, ' '), /Session Buddy is the program that .* sessions .* skills/);
});

test('the panels have ids of their own, stay within the 24 columns, and do not overlap', () => {
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  const taken = new Map<string, string>();
  for (const { title, gridPos } of panels) {
    const { x, y, w, h } = gridPos;
    assert.ok(x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= 24, title);
    for (let column = x; column < x + w; column++) {
      for (let row = y; row < y + h; row++) {
        assert.equal(taken.get(`${column},${row}`), undefined, `${title} at ${column},${row}`);
        taken.set(`${column},${row}`, title);
      }
    }
  }
});

test('the dashboard names only metrics of the exporter, so that it works without the rules', () => {
  const names = queries.flatMap(({ expr }) => metricNames(expr));
  assert.deepEqual(names, [
    'skill_completion_rate',
    'skill_duration_seconds',
    'skill_duration_seconds_bucket',
    'skill_invocations_total',
    'active_sessions_total',
    'anomalies_detected_total',
  ]);
  assert.deepEqual(names.filter((name) => !exporterSamples.includes(name)), []);
});

test('a legend names the label that its query keeps', () => {
  assert.deepEqual(queries.map(({ legendFormat }) => legendFormat), [
    '{{skill_name}}',
    '{{skill_name}}',
    '{{skill_name}}',
    'Active sessions',
    '{{anomaly_type}}',
  ]);
});

testWith(['promtool'], 'promtool accepts prometheus.yml and the rules it names', () => {
  promtool('check', 'config', join(directory, 'prometheus.yml'));
});

testWith(['promtool'], 'promtool accepts alerts.yml', () => {
  promtool('check', 'rules', join(directory, 'alerts.yml'));
});

testWith(['promtool'], 'promtool finds that every rule does what alerts.test.yml expects', () => {
  promtool('test', 'rules', join(directory, 'alerts.test.yml'));
});

testWith(['promtool'], 'every setting that prometheus.yml shows switched off is valid once switched on', () => {
  const copy = mkdtempSync(join(tmpdir(), 'promlet-ops-'));
  try {
    cpSync(directory, copy, { recursive: true });
    const switchedOn = config.replace(/^#(?=[a-z]| {2,})/gm, '');
    assert.match(switchedOn, /^alerting:$/m);
    assert.match(switchedOn, /^ {4}file_sd_configs:$/m);
    // Debian's Prometheus knows no Kubernetes: these two lines are compared, and all others checked.
    const kubernetes = '    kubernetes_sd_configs:\n      - role: pod\n';
    assert.ok(switchedOn.includes(kubernetes));
    writeFileSync(join(copy, 'prometheus.yml'), switchedOn.replace(kubernetes, ''));
    promtool('check', 'config', join(copy, 'prometheus.yml'));
  } finally {
    rmSync(copy, { recursive: true });
  }
});

testWith(['promtool'], 'promtool can read every query of the dashboard', () => {
  const expressions = queries.map(({ expr }) => JSON.stringify(expr.replaceAll('$__rate_interval', '5m')));
  const copy = mkdtempSync(join(tmpdir(), 'promlet-ops-'));
  try {
    const list = expressions.map((text, index) => `      - {record: 'dashboard:query:${index}', expr: ${text}}\n`);
    writeFileSync(join(copy, 'queries.yml'), `groups:\n  - name: dashboard\n    rules:\n${list.join('')}`);
    promtool('check', 'rules', join(copy, 'queries.yml'));
  } finally {
    rmSync(copy, { recursive: true });
  }
});

function valuesOf(key: string): string[] {
  return [...rules.matchAll(new RegExp(`^ {6}- ${key}: (.+)$`, 'gm'))].map((match) => match[1]!);
}
