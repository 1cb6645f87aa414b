// The operations files as a user takes them: what they name must be what the exporter exposes. YAML is
// matched as text, since nothing here may need a parser; promtool, where there is one, reads it for real.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const directory = fileURLToPath(new URL('../lib/ops/', import.meta.url));
const config = readFileSync(join(directory, 'prometheus.yml'), 'utf8');
const rules = readFileSync(join(directory, 'alerts.yml'), 'utf8');
const ruleTests = readFileSync(join(directory, 'alerts.test.yml'), 'utf8');

const exporterSamples = [
  'skill_invocations_total',
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
    assert.ok(cases.some((text) => /^ {8}exp_alerts: \[\]$/m.test(text)), `${name} is never silent`);
    assert.ok(cases.some((text) => /^ {8}exp_alerts:(?: &\w+)?\n {10}- exp_labels:/m.test(text)), `${name} never fires`);
  }
  for (const name of recordNames) assert.ok(ruleTests.includes(`- {labels: '${name}{`), `${name} has no value`);
});

promtoolTest('promtool accepts prometheus.yml and the rules it names', () => {
  promtool('check', 'config', join(directory, 'prometheus.yml'));
});

promtoolTest('promtool accepts alerts.yml', () => {
  promtool('check', 'rules', join(directory, 'alerts.yml'));
});

promtoolTest('promtool finds that every rule does what alerts.test.yml expects', () => {
  promtool('test', 'rules', join(directory, 'alerts.test.yml'));
});

promtoolTest('every setting that prometheus.yml shows switched off is valid once switched on', () => {
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

function valuesOf(key: string): string[] {
  return [...rules.matchAll(new RegExp(`^ {6}- ${key}: (.+)$`, 'gm'))].map((match) => match[1]!);
}

/** The PromQL of one rule: the rest of the line, or the deeper lines below `expr: |`. */
function expressionOf(rule: string): string {
  const match = /^ {8}expr: (?:\|\n((?: {10}.*\n)+)|(.+)$)/m.exec(rule);
  assert.ok(match, rule);
  return (match[1] ?? match[2])!;
}

/** The names left once strings, matchers, windows, label lists, functions and operators are taken away. */
function metricNames(expression: string): string[] {
  const bare = expression
    .replace(/"[^"]*"/g, '')
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, '')
    .replace(/\b(?:by|without|on|ignoring)\s*\([^)]*\)/g, '');
  const names = bare.match(/(?<![\w:.])[A-Za-z_:][\w:]*(?![\w:]|\s*\()/g) ?? [];
  return names.filter((name) => !['and', 'or', 'unless', 'bool'].includes(name));
}

/**
 * A test that needs promtool. Without it the title says why it was skipped; on a build server, where a
 * silent skip would look like a pass, it runs and fails.
 */
function promtoolTest(title: string, run: () => void): void {
  const missing = spawnSync('promtool', ['--version']).error !== undefined;
  const skip = missing && process.env['CI'] !== 'true';
  test(skip ? `${title} [SKIPPED: no promtool on the PATH; it comes with Prometheus]` : title, { skip }, run);
}

function promtool(...words: string[]): void {
  const { error, status, stdout, stderr } = spawnSync('promtool', words, { encoding: 'utf8' });
  assert.equal(error, undefined, `promtool ${words.join(' ')}: cannot be run; install Prometheus`);
  assert.equal(status, 0, `promtool ${words.join(' ')}:\n${stdout}${stderr}`);
}
