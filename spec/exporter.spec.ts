// The exporter for skill runs: what each call records, how it starts and stops, and what it refuses.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { PrometheusExporter, createExporter } from '../lib/exporter.ts';
import type { ExporterOptions, Invocation } from '../lib/exporter.ts';
import { Gauge, render } from '../lib/index.ts';
import { serve } from '../lib/http.ts';
import { assertGoodPractice, changes, sampleValue } from '../lib/testing.ts';

const local: ExporterOptions = { port: 0, host: '127.0.0.1' };

/** The exporter as a caller without a type checker sees it. */
interface Untyped {
  recordInvocation(...args: unknown[]): void;
  updateCompletionRate(...args: unknown[]): void;
  updateActiveSessions(...args: unknown[]): void;
  recordAnomaly(...args: unknown[]): void;
  every(...args: unknown[]): () => void;
}

/** The samples of one family, in order, without comments. */
function samples({ registry }: PrometheusExporter, name: string): string[] {
  return render(registry).split('\n').filter((line) => line.startsWith(name) && !line.includes('_bucket'));
}

/** What it serves. */
async function scrape(exporter: PrometheusExporter): Promise<string> {
  const response = await fetch(`${exporter.url}/metrics`, { headers: { connection: 'close' } });
  return response.text();
}

test('the five families are there from the start, in order', () => {
  assert.equal(
    render(new PrometheusExporter().registry),
    `# HELP skill_invocations_total Skill runs, by skill, phase of the workflow, and whether they were completed.
# TYPE skill_invocations_total counter
# HELP skill_duration_seconds How long skill runs took, in seconds.
# TYPE skill_duration_seconds histogram
# HELP skill_completion_rate Share of the runs of a skill that were completed, from 0.0 to 1.0.
# TYPE skill_completion_rate gauge
# HELP active_sessions_total Sessions that are active now.
# TYPE active_sessions_total gauge
active_sessions_total 0
# HELP anomalies_detected_total Anomalies detected in skill runs, by type: drop, spike, pattern_shift and others.
# TYPE anomalies_detected_total counter
`,
  );
});

test('all names and helps are good practice, but for one name that is given', async () => {
  await assertGoodPractice(new PrometheusExporter().registry, { except: ['active_sessions_total non-counter metrics should not have "_total" suffix'] });
});

test('both forms of `recordInvocation` record the same', () => {
  const exporter = new PrometheusExporter();
  exporter.recordInvocation({ skillName: 'pytest-run', workflowPhase: 'execution', completed: true, durationSeconds: 45.2 });
  exporter.recordInvocation('pytest-run', 'execution', true, 45.2);
  exporter.recordInvocation('pytest-run', 'execution', false, 0.1);
  assert.deepEqual(samples(exporter, 'skill_'), [
    'skill_invocations_total{skill_name="pytest-run",workflow_phase="execution",completed="true"} 2',
    'skill_invocations_total{skill_name="pytest-run",workflow_phase="execution",completed="false"} 1',
    'skill_duration_seconds_sum{skill_name="pytest-run",workflow_phase="execution"} 90.5',
    'skill_duration_seconds_count{skill_name="pytest-run",workflow_phase="execution"} 3',
  ]);
});

test('durations fall into the buckets of skills', () => {
  const exporter = new PrometheusExporter();
  for (const seconds of [45.2, 38.7, 120.5]) exporter.recordInvocation('pytest-run', 'execution', true, seconds);
  const buckets = render(exporter.registry).match(/(?<=le=")[^"]+"\} \d+/g);
  assert.deepEqual(buckets, [
    '0.1"} 0', '0.5"} 0', '1"} 0', '2"} 0', '5"} 0', '10"} 0', '30"} 0', '60"} 2', '300"} 3', '+Inf"} 3',
  ]);
});

for (const workflowPhase of [null, undefined, '']) {
  test(`a phase that is ${workflowPhase === '' ? 'empty' : workflowPhase} is unknown`, () => {
    const exporter = new PrometheusExporter();
    exporter.recordInvocation({ skillName: 'a', workflowPhase, completed: true, durationSeconds: 1 });
    exporter.recordInvocation('a', workflowPhase, true, 1);
    assert.deepEqual(samples(exporter, 'skill_'), [
      'skill_invocations_total{skill_name="a",workflow_phase="unknown",completed="true"} 2',
      'skill_duration_seconds_sum{skill_name="a",workflow_phase="unknown"} 2',
      'skill_duration_seconds_count{skill_name="a",workflow_phase="unknown"} 2',
    ]);
  });
}

test('a run without a phase in the object is of an unknown phase', () => {
  const exporter = new PrometheusExporter();
  exporter.recordInvocation({ skillName: 'a', completed: false });
  assert.deepEqual(samples(exporter, 'skill_'), ['skill_invocations_total{skill_name="a",workflow_phase="unknown",completed="false"} 1']);
});

for (const durationSeconds of [null, undefined]) {
  test(`a duration of ${durationSeconds} counts the run and observes nothing`, () => {
    const exporter = new PrometheusExporter();
    exporter.recordInvocation({ skillName: 'a', workflowPhase: 'x', completed: true, durationSeconds });
    exporter.recordInvocation('a', 'x', true, durationSeconds);
    assert.deepEqual(samples(exporter, 'skill_'), ['skill_invocations_total{skill_name="a",workflow_phase="x",completed="true"} 2']);
  });
}

test('a duration of 0 is a duration', () => {
  const exporter = new PrometheusExporter();
  exporter.recordInvocation('a', 'x', true, 0);
  assert.equal(sampleValue(exporter.registry, 'skill_duration_seconds_bucket', { skill_name: 'a', workflow_phase: 'x', le: 0.1 }), 1);
});

test('a duration of NaN is ignored, counted and warned of, and the run counts', () => {
  const warnings: string[] = [];
  const exporter = new PrometheusExporter({ onWarning: ({ message }) => warnings.push(message) });
  exporter.recordInvocation('a', 'x', true, NaN);
  assert.deepEqual(samples(exporter, 'skill_'), ['skill_invocations_total{skill_name="a",workflow_phase="x",completed="true"} 1']);
  assert.deepEqual(samples(exporter, 'promlet_'), ['promlet_rejected_writes_total{metric="skill_duration_seconds"} 1']);
  assert.deepEqual(warnings, ['Histogram "skill_duration_seconds": expected a number, got NaN; such writes are ignored']);
});

test('a run without a name is refused, and records nothing', () => {
  const exporter = new PrometheusExporter();
  for (const given of [[{ completed: true, durationSeconds: 1 }], [null, 'x', true, 1], [undefined]]) {
    assert.throws(() => (exporter as Untyped).recordInvocation(...given), /skill_name|skillName/);
  }
  assert.deepEqual(samples(exporter, 'skill_'), []);
});

const badRuns: readonly (readonly [given: unknown[], message: string])[] = [
  [[null], 'recordInvocation: skillName: expected a string, got null'],
  [[undefined, 'x', true], 'recordInvocation: skillName: expected a string, got undefined'],
  [[{}], 'recordInvocation: skillName: expected a string, got undefined'],
  [[{ skillName: {}, completed: true }], 'recordInvocation: skillName: expected a string, got an object with the keys []'],
  [[{ skillName: 'a', workflowPhase: ['x'], completed: true }], 'recordInvocation: workflowPhase: expected a string, got ["x"]'],
  [[{ skillName: 'a', completed: 'yes' }], 'recordInvocation: completed: expected true or false, got "yes"'],
  [[{ skillName: 'a', completed: 'false' }], 'recordInvocation: completed: expected true or false, got "false"'],
  [[{ skillName: 'a', completed: 1 }], 'recordInvocation: completed: expected true or false, got 1'],
  [[{ skillName: 'a' }], 'recordInvocation: completed: expected true or false, got undefined'],
  [['a', 'x', 'yes', 1], 'recordInvocation: completed: expected true or false, got "yes"'],
  [['a', 'x'], 'recordInvocation: completed: expected true or false, got undefined'],
  [[{ skill_name: 'a', completed: true }], 'recordInvocation: expected a known option, such as "skillName", got "skill_name"'],
  [[{ skillName: 'a', phase: 'x', completed: true }], 'recordInvocation: expected a known option, such as "workflowPhase", got "phase"'],
  [[{ skillName: 'a', completed: true, duration: 5 }], 'recordInvocation: expected a known option, such as "durationSeconds", got "duration"'],
];

for (const [given, message] of badRuns) {
  test(`a run is refused, and not recorded: ${message}`, () => {
    const exporter = new PrometheusExporter();
    assert.throws(() => (exporter as Untyped).recordInvocation(...given), { name: 'MetricError', code: 'ERR_OPTION', message });
    assert.deepEqual(samples(exporter, 'skill_'), []);
  });
}

test('completion rates are from 0 to 1, and the last one counts', () => {
  const exporter = new PrometheusExporter();
  exporter.updateCompletionRate('a', 0);
  exporter.updateCompletionRate('b', 1);
  exporter.updateCompletionRate('a', 0.92);
  assert.deepEqual(samples(exporter, 'skill_'), ['skill_completion_rate{skill_name="a"} 0.92', 'skill_completion_rate{skill_name="b"} 1']);
});

const rates: readonly (readonly [rate: unknown, shown: string])[] = [
  [1.01, '1.01'], [-0.1, '-0.1'], [92, '92'], [NaN, 'NaN'], [Infinity, 'Infinity'], ['0.5', '"0.5"'], [null, 'null'], [undefined, 'undefined'],
];

for (const [rate, shown] of rates) {
  test(`a completion rate of ${shown} is refused by name, and changes nothing`, () => {
    const exporter = new PrometheusExporter();
    assert.throws(() => (exporter as Untyped).updateCompletionRate('pytest-run', rate), {
      name: 'RangeError',
      message: `completion rate of "pytest-run": expected a number from 0.0 to 1.0, got ${shown}`,
    });
    assert.deepEqual(samples(exporter, 'skill_'), []);
  });
}

test('active sessions are set, not added up', () => {
  const exporter = new PrometheusExporter();
  exporter.updateActiveSessions(5);
  exporter.updateActiveSessions(3);
  assert.deepEqual(samples(exporter, 'active_'), ['active_sessions_total 3']);
  exporter.updateActiveSessions(0);
  assert.deepEqual(samples(exporter, 'active_'), ['active_sessions_total 0']);
});

const counts: readonly (readonly [count: unknown, shown: string])[] = [
  [-1, '-1'], [NaN, 'NaN'], [Infinity, 'Infinity'], ['5', '"5"'], [null, 'null'], [undefined, 'undefined'],
];

for (const [count, shown] of counts) {
  test(`${shown} active sessions are refused by name, and change nothing`, () => {
    const exporter = new PrometheusExporter();
    exporter.updateActiveSessions(2);
    assert.throws(() => (exporter as Untyped).updateActiveSessions(count), {
      name: 'RangeError',
      message: `active sessions: expected a number of 0 or more, got ${shown}`,
    });
    assert.deepEqual(samples(exporter, 'active_'), ['active_sessions_total 2']);
  });
}

test('anomalies are counted by type and skill, whatever text the type is', () => {
  const exporter = new PrometheusExporter();
  exporter.recordAnomaly('performance_drop', 'pytest-run');
  exporter.recordAnomaly('spike', 'ruff-check');
  exporter.recordAnomaly('spike', 'ruff-check');
  exporter.recordAnomaly('"odd"', '');
  assert.deepEqual(samples(exporter, 'anomalies_'), [
    'anomalies_detected_total{anomaly_type="performance_drop",skill_name="pytest-run"} 1',
    'anomalies_detected_total{anomaly_type="spike",skill_name="ruff-check"} 2',
    'anomalies_detected_total{anomaly_type="\\"odd\\"",skill_name=""} 1',
  ]);
});

test('`trackInvocation` passes the result on, and records a completed run with its time', async () => {
  const exporter = new PrometheusExporter();
  assert.equal(await exporter.trackInvocation('a', 'x', () => 5), 5);
  assert.equal(await exporter.trackInvocation('a', 'x', async () => 6), 6);
  assert.equal(await exporter.trackInvocation('a', null, () => undefined), undefined);
  assert.deepEqual(samples(exporter, 'skill_invocations'), [
    'skill_invocations_total{skill_name="a",workflow_phase="x",completed="true"} 2',
    'skill_invocations_total{skill_name="a",workflow_phase="unknown",completed="true"} 1',
  ]);
  assert.equal(sampleValue(exporter.registry, 'skill_duration_seconds_count', { skill_name: 'a', workflow_phase: 'x' }), 2);
});

for (const [timeFailedRuns, durations] of [[undefined, 0], [false, 0], [true, 2]] as const) {
  test(`\`trackInvocation\` passes an error on, thrown or rejected with, and counts the run; it times ${durations} of 2 where \`timeFailedRuns\` is ${timeFailedRuns}`, async () => {
    const exporter = new PrometheusExporter({ timeFailedRuns });
    const error = new Error('no');
    for (const fail of [() => { throw error; }, () => Promise.reject(error)]) {
      const did = await changes(exporter.registry, () => exporter.trackInvocation('a', 'x', fail));
      assert.equal(did.error, error);
      assert.deepEqual(did.counters, { 'skill_invocations_total{skill_name="a",workflow_phase="x",completed="false"}': 1 });
    }
    assert.equal(sampleValue(exporter.registry, 'skill_duration_seconds_count', { skill_name: 'a', workflow_phase: 'x' }) ?? 0, durations);
  });
}

test('`trackInvocation` refuses what names no skill before the work begins', async () => {
  const exporter = new PrometheusExporter();
  let calls = 0;
  for (const [skillName, phase] of [[undefined, 'x'], [null, 'x'], [{}, 'x'], ['a', {}]] as unknown as [string, string][]) {
    await assert.rejects(exporter.trackInvocation(skillName, phase, () => calls++), { code: 'ERR_OPTION', message: /^trackInvocation: (skillName|workflowPhase): expected a string, got / });
  }
  assert.equal(calls, 0);
});

test('`trackInvocation` times its work in seconds', async () => {
  const exporter = new PrometheusExporter();
  const begin = performance.now();
  await exporter.trackInvocation('a', 'x', () => { while (performance.now() - begin < 12); });
  const sum = sampleValue(exporter.registry, 'skill_duration_seconds_sum', { skill_name: 'a', workflow_phase: 'x' })!;
  assert.ok(sum >= 0.01 && sum <= (performance.now() - begin) / 1000, String(sum));
});

test('metrics of one’s own stand beside the five, and constant labels are on all', () => {
  const exporter = new PrometheusExporter({ labels: { instance_id: 'i1' } });
  exporter.registry.register(new Gauge({ name: 'own', help: '' })).set(2);
  exporter.updateActiveSessions(1);
  assert.deepEqual([...samples(exporter, 'active_'), ...samples(exporter, 'own')], ['active_sessions_total{instance_id="i1"} 1', 'own{instance_id="i1"} 2']);
  assert.throws(() => new PrometheusExporter({ labels: { skill_name: 'x' } }), { code: 'ERR_LABEL_NAME' });
});

for (const port of [-1, 65_536, 9090.5, NaN, Infinity, '9090', null]) {
  test(`the port ${typeof port} ${String(port)} is refused by name`, () => {
    assert.throws(() => new PrometheusExporter({ port: port as number }), {
      name: 'RangeError',
      message: `port: expected a whole number from 1 to 65535, or 0 for any free port, got ${typeof port === 'string' ? `"${port}"` : String(port)}`,
    });
  });
}

const badOptions: readonly (readonly [given: unknown, message: string | RegExp])[] = [
  [19_302, 'PrometheusExporter: expected options, as in { port: 19302 }, got 19302'],
  ['9090', 'PrometheusExporter: expected options, as in { port: 9090 }, got "9090"'],
  [null, 'PrometheusExporter: expected options, as in { port: 9090 }, got null'],
  [{ prot: 9091 }, 'PrometheusExporter: expected a known option, such as "port", got "prot"'],
  [{ maxCollectorSerie: 5 }, 'PrometheusExporter: expected a known option, such as "maxCollectorSeries", got "maxCollectorSerie"'],
  [{ timeFailedRuns: 'yes' }, 'timeFailedRuns: expected true or false, got "yes"'],
  [{ maxCollectorSeries: 0 }, /^Registry: maxCollectorSeries: expected a number of 1 or more, got 0$/],
  [{ onWarning: 5 }, 'Registry: onWarning: expected a function, got 5'],
  [{ onWarning: null }, 'Registry: onWarning: expected a function, got null'],
  [{ onError: 'log' }, 'onError: expected a function, got "log"'],
  [{ deadlineMs: '5' }, 'deadlineMs: expected a number above 0, got "5"'],
  [{ selfMetrics: 'all' }, /^selfMetrics: expected one of /],
];

for (const [given, message] of badOptions) {
  test(`the exporter is not made with ${JSON.stringify(given)}`, async () => {
    assert.throws(() => new PrometheusExporter(given as ExporterOptions), { code: 'ERR_OPTION', message });
    await assert.rejects(createExporter(given as ExporterOptions), { code: 'ERR_OPTION', message });
  });
}

test('options that are undefined are as good as absent', async () => {
  const exporter = await createExporter({
    ...local, title: undefined, selfMetrics: undefined, onError: undefined, onWarning: undefined, labels: undefined, maxCollectorSeries: undefined, deadlineMs: undefined,
  });
  assert.match(await (await fetch(exporter.url!, { headers: { connection: 'close' } })).text(), /Skill metrics/);
  exporter.registry.register({ collect: () => [] });
  const scraped = await scrape(exporter);
  await exporter.stop();
  assert.match(scraped, /^promlet_collector_success\{/m);
  assert.doesNotMatch(scraped, /promlet_handler/);
  assert.equal(new PrometheusExporter({ port: undefined, host: undefined }).url, undefined);
});

test('every option of the registry and of `serve` arrives there', async () => {
  const warnings: string[] = [];
  const exporter = await createExporter({
    ...local, maxCollectorSeries: 2, labels: { site: 'a' }, onWarning: ({ message }) => warnings.push(message), path: '/skills', maxQueryLength: 10,
  });
  exporter.registry.register({ collect: () => [{ type: 'gauge', name: 'own', help: '', points: [1, 2, 3].map((value) => ({ labels: { n: `${value}` }, value })) }] });
  const get = async (path: string): Promise<Response> => fetch(`${exporter.url}${path}`, { headers: { connection: 'close' } });
  const [page, elsewhere, long] = await Promise.all([get('/skills'), get('/metrics'), get(`/skills?${'x'.repeat(11)}`)]);
  const scraped = await page.text();
  await exporter.stop();
  assert.match(scraped, /^active_sessions_total\{site="a"\} 0$/m);
  assert.doesNotMatch(scraped, /own/);
  assert.deepEqual([page.status, elsewhere.status, long.status], [200, 404, 400]);
  assert.match(warnings[0]!, /at most 2 families and series/);
});

// Starting and stopping

test('an exporter serves between `start` and `stop`, and says so', async () => {
  const exporter = new PrometheusExporter(local);
  assert.deepEqual([exporter.isRunning(), exporter.url], [false, undefined]);
  await exporter.start();
  assert.equal(exporter.isRunning(), true);
  assert.match(exporter.url!, /^http:\/\/127\.0\.0\.1:\d+$/);
  exporter.updateActiveSessions(7);
  assert.equal(await scrape(exporter), render(exporter.registry));
  const { url } = exporter;
  await exporter.stop();
  assert.deepEqual([exporter.isRunning(), exporter.url], [false, undefined]);
  await assert.rejects(fetch(`${url}/metrics`));
});

test('`start` does nothing where the exporter runs, also when called at once', async () => {
  const exporter = new PrometheusExporter(local);
  await Promise.all([exporter.start(), exporter.start(), exporter.start()]);
  const { url } = exporter;
  await exporter.start();
  assert.equal(exporter.url, url);
  assert.equal((await fetch(url!, { headers: { connection: 'close' } })).status, 200);
  await exporter.stop();
  assert.equal(exporter.isRunning(), false);
});

test('`stop` without `start`, and a second `stop`, do nothing', async () => {
  const exporter = new PrometheusExporter(local);
  await exporter.stop();
  await exporter.start();
  await Promise.all([exporter.stop(), exporter.stop()]);
  assert.equal(exporter.isRunning(), false);
});

test('an exporter starts again after `stop`, on the same port and with its counts', async () => {
  const first = await createExporter(local);
  const port = Number(new URL(first.url!).port);
  await first.stop();
  const exporter = new PrometheusExporter({ ...local, port });
  await exporter.start();
  exporter.recordAnomaly('spike', 'a');
  await exporter.stop();
  exporter.recordAnomaly('spike', 'a');
  await exporter.start();
  assert.equal(exporter.url, `http://127.0.0.1:${port}`);
  assert.match(await scrape(exporter), /^anomalies_detected_total\{anomaly_type="spike",skill_name="a"\} 2$/m);
  await exporter.stop();
});

test('an exporter that is held with `await using` is stopped where its scope ends, and its collectors’ errors are told', async () => {
  const errors: unknown[] = [];
  const exporter = await createExporter({ ...local, onError: (error) => errors.push(error), onWarning: () => {} });
  exporter.registry.register({ collect: () => { throw 'down'; } });
  assert.match(await scrape(exporter), /^promlet_collector_success\{collector="collector"\} 0$/m);
  await exporter[Symbol.asyncDispose]();
  assert.deepEqual([exporter.isRunning(), errors], [false, ['down']]);
});

test('starts and stops that are called at once take turns in their order', async () => {
  const exporter = new PrometheusExporter(local);
  await Promise.all([exporter.start(), exporter.stop(), exporter.start()]);
  assert.equal(exporter.isRunning(), true);
  assert.match(await scrape(exporter), /^active_sessions_total 0$/m);
  await Promise.all([exporter.stop(), exporter.start(), exporter.stop()]);
  assert.equal(exporter.isRunning(), false);
});

test('a port that is taken is named, with what to do, and the exporter can start once it is free', async () => {
  const other = await serve(new PrometheusExporter().registry, local);
  const exporter = new PrometheusExporter({ ...local, port: other.port });
  const advice = `pass another, for example { port: ${other.port < 65_535 ? other.port + 1 : other.port - 1} }`;
  await assert.rejects(exporter.start(), {
    code: 'EADDRINUSE',
    message: `port ${other.port} of 127.0.0.1 is in use by another program; ${advice}; processes and threads of one service share it through promlet/cluster`,
  });
  assert.equal(exporter.isRunning(), false);
  await assert.rejects(createExporter({ ...local, port: other.port }), { code: 'EADDRINUSE' });
  await other.close();
  await exporter.start();
  assert.equal(exporter.isRunning(), true);
  await exporter.stop();
});

test('`createExporter` resolves to an exporter that runs', async () => {
  const exporter = await createExporter(local);
  assert.ok(exporter instanceof PrometheusExporter);
  assert.equal(exporter.isRunning(), true);
  await exporter.stop();
  await assert.rejects(createExporter({ port: -1 }), { name: 'RangeError' });
});

// `every`. Its timers keep no process alive: the exporters run, so that there is something to wait for.

test('`every` calls the function again and again until `stop`', async () => {
  const exporter = await createExporter(local);
  let calls = 0;
  await new Promise<void>((resolve) => exporter.every(1, () => void (++calls === 3 && resolve())));
  await exporter.stop();
  const before = calls;
  const other = await createExporter(local);
  await ticks(other, 5);
  await other.stop();
  assert.equal(calls, before);
});

test('the function that `every` returns ends that one alone', async () => {
  const exporter = await createExporter(local);
  let calls = 0;
  const end = exporter.every(1, () => void calls++);
  end();
  end();
  await new Promise<void>((resolve) => {
    let others = 0;
    exporter.every(1, () => void (++others === 5 && resolve()));
  });
  assert.equal(calls, 0);
  await exporter.stop();
});

test('`every` leaves a call out while the one before is still running', async () => {
  const exporter = await createExporter(local);
  let [running, most, calls] = [0, 0, 0];
  let release = (): void => {};
  exporter.every(1, async () => {
    calls++;
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => (release = resolve));
    running--;
  });
  await ticks(exporter, 5);
  assert.deepEqual([calls, most], [1, 1]);
  release();
  await ticks(exporter, 5);
  assert.deepEqual([calls, most], [2, 1]);
  await exporter.stop();
});

test('what the function of `every` throws or rejects with is reported, and it is called again', async () => {
  const errors: unknown[] = [];
  const exporter = await createExporter({ ...local, onError: (error) => errors.push(error) });
  let calls = 0;
  await new Promise<void>((resolve) => {
    exporter.every(1, () => {
      calls++;
      if (calls === 1) throw 'thrown';
      if (calls === 2) return Promise.reject('rejected');
      resolve();
    });
  });
  await exporter.stop();
  assert.deepEqual(errors, ['thrown', 'rejected']);
});

test('an `onError` that fails itself ends nothing', async () => {
  for (const onError of [() => { throw new Error('of the host'); }, () => Promise.reject(new Error('of the host'))]) {
    const exporter = await createExporter({ ...local, onError: onError as () => void });
    let calls = 0;
    await new Promise<void>((resolve) => {
      exporter.every(1, () => {
        if (++calls === 3) resolve();
        throw new Error('no');
      });
    });
    await exporter.stop();
  }
});

test('errors in `every` go to console.error by default', async (t) => {
  const error = t.mock.method(console, 'error', () => {});
  const exporter = await createExporter(local);
  const thrown = new Error('no');
  exporter.every(1, () => { throw thrown; });
  await ticks(exporter, 3);
  await exporter.stop();
  assert.deepEqual(error.mock.calls[0]!.arguments, [thrown]);
});

for (const interval of [0, -1, NaN, Infinity, 2_147_483_648, '60', null]) {
  test(`an interval of ${typeof interval} ${String(interval)} is refused by name`, () => {
    assert.throws(() => (new PrometheusExporter() as Untyped).every(interval, () => {}), {
      name: 'RangeError',
      message: `every: expected an interval from 1 to 2147483647 milliseconds, got ${typeof interval === 'string' ? `"${interval}"` : String(interval)}`,
    });
  });
}

test('`every` needs a function', () => {
  assert.throws(() => (new PrometheusExporter() as Untyped).every(1_000, undefined), { code: 'ERR_OPTION', message: 'every: expected a function to call, got undefined' });
});

test('`every` does not keep the process alive', async () => {
  const script = `
    import { PrometheusExporter } from ${JSON.stringify(new URL('../lib/exporter.ts', import.meta.url).href)};
    new PrometheusExporter().every(60_000, () => {});
    console.log('end of the script');`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 300_000 });
  assert.equal(stdout, 'end of the script\n');
});

test('the invocation of a type checker’s caller needs a name and whether it was completed, no more', () => {
  const invocation: Invocation = { skillName: 'a', completed: true };
  new PrometheusExporter().recordInvocation(invocation);
});

/** Waits for some calls of a function given to `every`, and so for as many chances of others. */
function ticks(exporter: PrometheusExporter, count: number): Promise<void> {
  return new Promise((resolve) => {
    let calls = 0;
    const end = exporter.every(1, () => {
      if (++calls < count) return;
      end();
      resolve();
    });
  });
}

test('work that is no function is refused before anything is counted', async () => {
  const exporter = new PrometheusExporter({ port: 0 });
  for (const work of [undefined, 5]) await assert.rejects(exporter.trackInvocation('s', 'p', work as never), { code: 'ERR_OPTION', message: /^trackInvocation: work: expected a function, got / });
  assert.doesNotMatch(render(exporter.registry), /^skill_invocations_total\{/m);
});

test('a list in the place of options is refused', () => {
  assert.throws(() => new PrometheusExporter([] as never), { code: 'ERR_OPTION' });
});

test('exporters of one group show the runs of all, on one port, and begin where they ended', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'promlet-exporters-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const group = { name: 'skills', folder };
  const first = await createExporter({ ...local, group });
  const port = Number(new URL(first.url!).port);
  const second = await createExporter({ ...local, port, group });
  first.recordInvocation('lint', 'review', true, 1);
  second.recordInvocation('lint', 'review', true, 2);
  const runs = async (): Promise<string[]> => {
    for (;;) {
      const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { connection: 'close' } }).catch(() => undefined);
      if (response) return (await response.text()).split('\n').filter((line) => /^skill_(invocations_total|duration_seconds_sum)|^promlet_group_members /.test(line));
      // The second is about to take over.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const expected = (count: number, sum: number, members: number): string[] => [`skill_invocations_total{skill_name="lint",workflow_phase="review",completed="true"} ${count}`, `skill_duration_seconds_sum{skill_name="lint",workflow_phase="review"} ${sum}`, `promlet_group_members ${members}`];
  assert.deepEqual(await runs(), expected(2, 3, 2));
  await first.stop();
  assert.deepEqual(await runs(), expected(2, 3, 1));
  await first.start();
  first.recordInvocation('lint', 'review', true, 4);
  assert.deepEqual(await runs(), expected(3, 7, 2));
  await Promise.all([first.stop(), second.stop()]);
  assert.deepEqual(readdirSync(folder), []);
});

test('a group is a name or its options', () => {
  new PrometheusExporter({ group: 'skills' });
  assert.throws(() => new PrometheusExporter({ group: '' }), { code: 'ERR_OPTION', message: 'PrometheusExporter: group: name: expected a string that is not empty, got ""' });
  assert.throws(() => new PrometheusExporter({ group: 5 as never }), { code: 'ERR_OPTION', message: 'PrometheusExporter: group: expected options, got 5' });
  assert.throws(() => new PrometheusExporter({ group: { name: 'a', foldr: 'x' } as never }), { code: 'ERR_OPTION', message: 'PrometheusExporter: group: expected a known option, such as "folder", got "foldr"' });
});
