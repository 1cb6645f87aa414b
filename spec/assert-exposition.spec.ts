// `assertExposition`: what differs, by name and label, beside what is there.

import assert from 'node:assert/strict';
import { AssertionError } from 'node:assert';
import { test } from 'node:test';

import { Counter, Gauge, Histogram, Registry, Summary, openMetrics, openMetricsWith, render, text, text1 } from '../lib/index.ts';
import { assertExposition } from '../lib/testing.ts';
import type { ExpositionOptions } from '../lib/testing.ts';
import { cases } from './golden/cases.ts';

function jobs(): Registry {
  const registry = new Registry();
  const done = registry.register(new Counter({ name: 'jobs_total', help: 'Jobs done.', labelNames: ['queue', 'state'] }));
  done.inc({ queue: 'mail', state: 'done' }, 2);
  done.inc({ queue: 'printer', state: 'done' });
  registry.register(new Histogram({ name: 'job_seconds', help: 'Seconds.', buckets: [0.5, 1] })).observe(0.3);
  registry.register(new Gauge({ name: 'sessions', help: 'Sessions.' })).set(5);
  return registry;
}

/** The message without its first line and blanks around it. */
async function difference(expected: string, options?: ExpositionOptions, registry = jobs()): Promise<string> {
  let message = '';
  await assert.rejects(assertExposition(registry, expected, options), (error: Error) => {
    assert.ok(error instanceof AssertionError);
    assert.deepEqual({ name: error.name, code: error.code }, { name: 'AssertionError', code: 'ERR_ASSERTION' });
    ({ message } = error);
    return true;
  });
  const [, rest] = /^the exposition differs from what is expected in (?:1 place|\d+ places) \(- expected, \+ shown\):\n\n([^]*)\n$/.exec(message)!;
  return rest!;
}

test('what a registry shows is what is expected, for every golden case and in each text format', async () => {
  for (const [name, make] of Object.entries(cases)) {
    const collector = make();
    const onWarning = (): void => {};
    await assertExposition(collector, render(collector, text1, { onWarning }));
    // Without UTF-8, some names have to be spelled in another way.
    if (!['utf8-names', 'names-that-meet'].includes(name)) await assertExposition(collector, render(collector, text, { onWarning }));
  }
  await assertExposition(jobs(), render(jobs(), openMetrics));
});

test('neither order, blanks, comments, nor the spelling of numbers count', async () => {
  await assertExposition(jobs(), `
    # A comment.
    sessions 5.0
    job_seconds_sum 3e-1
    job_seconds_count 1
    job_seconds_bucket{le="+Inf"} 1

    job_seconds_bucket{le="1.0"} 1.0
    # TYPE jobs_total counter
    job_seconds_bucket{le="0.50"} 1
      jobs_total{state="done",queue="printer"} 1
    jobs_total{queue="mail",state="done",tenant=""} 2\r
  `);
});

test('says which values differ', async () => {
  assert.equal(await difference('jobs_total{queue="mail",state="done"} 3\njobs_total{queue="printer",state="done"} 1\nsessions 4', { names: ['jobs_total', 'sessions'] }), `  # TYPE jobs_total counter
- jobs_total{queue="mail",state="done"} 3
+ jobs_total{queue="mail",state="done"} 2
  # TYPE sessions gauge
- sessions 4
+ sessions 5`);
});

test('says what is missing, with the nearest that is there, and what is not expected', async () => {
  assert.equal(await difference('jobs_total{queue="mail",state="done"} 2\njobs_total{queue="print",state="done"} 1', { names: ['jobs_total'] }), `  # TYPE jobs_total counter
+ jobs_total{queue="printer",state="done"} 1   not expected
- jobs_total{queue="print",state="done"} 1   no such series; nearest: jobs_total{queue="printer",state="done"} 1, whose queue is "printer"`);
  assert.equal(await difference('sesions 5', { names: ['sesions'] }), '- sesions 5   no series of this name; nearest: sessions 5');
  assert.equal(await difference('jobs_total{queue="mail"} 2', { names: ['jobs_total'] }, single()), `  # TYPE jobs_total counter
+ jobs_total{queue="mail",state="done"} 2   not expected
- jobs_total{queue="mail"} 2   no such series; nearest: jobs_total{queue="mail",state="done"} 2, whose state is "done"`);
  assert.equal(await difference('a 1', {}, new Registry()), '- a 1   no such series; none is shown');
});

function single(): Registry {
  const registry = new Registry();
  registry.register(new Counter({ name: 'jobs_total', help: '', labelNames: ['queue', 'state'] })).inc({ queue: 'mail', state: 'done' }, 2);
  return registry;
}

test('says that a metric has no series yet', async () => {
  const registry = new Registry();
  registry.register(new Counter({ name: 'jobs_total', help: '', labelNames: ['queue'] }));
  assert.equal(await difference('jobs_total{queue="a"} 1', {}, registry), '  # TYPE jobs_total counter\n- jobs_total{queue="a"} 1   no series of this metric yet');
  await assertExposition(registry, '# TYPE jobs_total counter');
  await assertExposition(registry, '');
});

test('compares type, help and unit where they are expected', async () => {
  const registry = new Registry();
  registry.register(new Gauge({ name: 'a_bytes', help: 'One\nline, C:\\x.', unit: 'bytes' })).set(1);
  await assertExposition(registry, '# HELP a_bytes One\\nline, C:\\\\x.\n# TYPE a_bytes gauge\n# UNIT a_bytes bytes\na_bytes 1');
  await assertExposition(registry, 'a_bytes 1');
  assert.equal(await difference('# HELP a_bytes Two.\n# TYPE a_bytes counter\n# UNIT a_bytes seconds\na_bytes 1', {}, registry), `- # HELP a_bytes Two.
+ # HELP a_bytes One\\nline, C:\\\\x.
- # TYPE a_bytes counter
+ # TYPE a_bytes gauge
- # UNIT a_bytes seconds
+ # UNIT a_bytes bytes`);
  assert.equal(await difference('# TYPE a_byte gauge\na_bytes 1', {}, registry), '- # TYPE a_byte gauge   no such metric; nearest: a_bytes');
});

test('a value may be a pattern', async () => {
  const registry = new Registry();
  const gauge = registry.register(new Gauge({ name: 'a', help: '', labelNames: ['b'] }));
  gauge.set({ b: 'x * y' }, 0.25);
  for (const met of ['*', '>0', '>=0.25', '<1', '<=0.25', '0.2±0.1', '0.3+-0.1', '0.25', '2.5e-1', '* ']) await assertExposition(registry, `a{b="x * y"} ${met}`);
  for (const unmet of ['>0.25', '>=0.26', '<0.25', '<=0', '0.2±0.01', '0.2+-0.01', 'NaN', '0.250001']) {
    assert.equal(await difference(`a{b="x * y"} ${unmet}`, {}, registry), `  # TYPE a gauge\n- a{b="x * y"} ${unmet}\n+ a{b="x * y"} 0.25`);
  }
  gauge.set({ b: 'x * y' }, -Infinity);
  for (const met of ['*', '<0', '-Inf']) await assertExposition(registry, `a{b="x * y"} ${met}`);
});

test('NaN is no number: it is expected by its name alone', async () => {
  const registry = new Registry();
  registry.register(new Summary({ name: 's', help: '', percentiles: [0.5] }));
  await assertExposition(registry, 's{quantile="0.5"} NaN\ns_sum 0\ns_count 0');
  for (const unmet of ['*', '>0', '<0', '0±1']) assert.match(await difference(`s{quantile="0.5"} ${unmet}\ns_sum 0\ns_count 0`, {}, registry), /\+ s\{quantile="0.5"\} NaN$/);
});

test('a tolerance is a share of what is expected; without one, whole numbers are exact and fractions but for rounding', async () => {
  const registry = new Registry();
  const gauge = registry.register(new Gauge({ name: 'a', help: '' }));
  gauge.set(0.1 + 0.2);
  await assertExposition(registry, 'a 0.3');
  gauge.set(1e15);
  await difference('a 1000000000000001', {}, registry);
  gauge.set(105);
  await assertExposition(registry, 'a 100', { tolerance: 0.05 });
  await difference('a 100', { tolerance: 0.049 }, registry);
  await assertExposition(registry, 'a -100', { tolerance: 3 });
  gauge.set(-0);
  await assertExposition(registry, 'a 0');
});

test('names are those of metrics, or of their samples', async () => {
  await assertExposition(jobs(), 'job_seconds_count 1', { names: ['job_seconds_count'] });
  await assertExposition(jobs(), 'job_seconds_count 1\nother 7', { names: ['job_seconds_count'] });
  assert.equal(await difference('job_seconds_count 1', { names: ['job_seconds'] }), `  # TYPE job_seconds histogram
+ job_seconds_bucket{le="0.5"} 1   not expected
+ job_seconds_bucket{le="1"} 1   not expected
+ job_seconds_bucket{le="+Inf"} 1   not expected
+ job_seconds_sum 0.3   not expected`);
});

test('a name stands for one metric, and not for others that begin like it', async () => {
  const registry = jobs();
  for (const name of ['jobs_total_count', 'sessions_count', 'sessions_total']) registry.register(new Gauge({ name, help: '' }));
  await assertExposition(registry, 'sessions 5', { names: ['sessions'] });
  await assertExposition(registry, 'sessions 5\nsessions_count 0', { names: ['sessions', 'sessions_count'] });
  // As OpenMetrics calls the counter.
  await assertExposition(registry, 'jobs_total{queue="mail",state="done"} 2\njobs_total{queue="printer",state="done"} 1', { names: ['jobs'] });
  assert.match(await difference('others_count 2', { names: ['others'] }, registry), /^- others_count 2 {3}no series of this name; nearest: /);
});

test('a name that is neither expected nor shown is no comparison', async () => {
  assert.equal(await difference('', { names: ['job_total'] }), 'names: "job_total" is neither expected nor shown; nearest: jobs_total');
});

test('reads OpenMetrics by its end, exemplars, times and all', async () => {
  const registry = new Registry();
  registry.register(new Counter({ name: 'a_total', help: 'Say "hi".' })).inc(2, { trace_id: 'x' });
  await assertExposition(registry, render(registry, openMetrics));
  await assertExposition(registry, '# TYPE a counter\n# HELP a Say \\"hi\\".\na_total 2 1700000000.5 # {x="y"} 1\n# EOF\n');
  await assertExposition(registry, 'a_total *\n# EOF\n');
  // Those that OpenMetrics cannot show as they are, and names that it has to spell in another way, are left to it.
  const lawful = Object.entries(cases).filter(([name]) => !['counter-without-total', 'histogram-bounds', 'histogram-infinities', 'native-histogram', 'utf8-names', 'names-that-meet', 'unlawful'].includes(name));
  for (const [, make] of lawful) {
    const collector = make();
    await assertExposition(collector, render(collector, openMetricsWith({ created: true }), { onWarning: () => {} }));
  }
});

test('compares timestamps where they are expected', async () => {
  const registry = new Registry();
  registry.register({ collect: () => [{ type: 'gauge', name: 'a', help: '', points: [{ labels: {}, value: 1, timestampMs: 5 }, { labels: {}, value: 2, timestampMs: 6 }] }] });
  await assertExposition(registry, 'a 2 6\na 1 5');
  await assertExposition(registry, 'a * 6\na >0 5');
  assert.equal(await difference('a 1 5\na 2 7', {}, registry), '  # TYPE a gauge\n+ a 2 6   not expected\n- a 2 7   no such series; nearest: a 1 5, which is there');
});

test('refreshes first', async () => {
  const registry = new Registry();
  registry.register(new Gauge({ name: 'a', help: '', refresh: async (gauge) => { await null; gauge.set(3); } }));
  await assertExposition(registry, 'a 3');
});

test('labels of any characters are read and shown as an exposition has them', async () => {
  const registry = new Registry();
  registry.register(new Gauge({ name: 'a.b', help: '', names: 'utf8', labelNames: ['c d'] })).set({ 'c d': 'x"\n\\ } 3 *' }, 1);
  const line = '{"a.b","c d"="x\\"\\n\\\\ } 3 *"}';
  await assertExposition(registry, `# TYPE "a.b" gauge\n${line} *`);
  assert.equal(await difference(`${line} 2`, {}, registry), `  # TYPE "a.b" gauge\n- ${line} 2\n+ ${line} 1`);
});

test('what a terminal would act upon is not in a message, and no line is without end', async () => {
  const registry = new Registry();
  const gauge = registry.register(new Gauge({ name: 'a', help: '', labelNames: ['b'] }));
  gauge.set({ b: '\u001b[31m\r\u202e' }, 1);
  assert.equal(await difference('', {}, registry), '  # TYPE a gauge\n+ a{b="\ufffd[31m\ufffd\ufffd"} 1   not expected');
  gauge.clear();
  gauge.set({ b: 'x'.repeat(4_000) }, 1);
  assert.ok((await difference('', {}, registry)).length < 1_100);
});

test('shows the first 40 lines of a long difference', async () => {
  const registry = new Registry();
  const gauge = registry.register(new Gauge({ name: 'a', help: '', labelNames: ['i'] }));
  for (let i = 0; i < 100; i++) gauge.set({ i }, 1);
  const lines = (await difference('', {}, registry)).split('\n');
  assert.equal(lines.length, 41);
  assert.equal(lines.at(-1), '… and 61 more lines');
});

test('what is expected and cannot be read is an error of the test, with its line', async () => {
  const cases: readonly (readonly [string, string])[] = [
    ['a 1\n\n  b{c="x} 2', 'assertExposition: expected: line 3, column 10: label value: expected a closing quote, got the end of the line, in "b{c=\\"x} 2"'],
    ['a one', 'assertExposition: expected: line 1, column 3: sample "a": expected a number as value, got "one", in "a one"'],
    ['a >x', 'assertExposition: expected: line 1: expected a number, got "x"'],
    ['a 1±', 'assertExposition: expected: line 1, column 3: sample "a": expected a number as value, got "1±", in "a 1±"'],
    ['a{b="1",c="2"} 1\na{c="2",b="1"} *', 'assertExposition: expected: line 2 has a series that is there before: "a{c=\\"2\\",b=\\"1\\"} *"'],
  ];
  for (const [expected, message] of cases) await assert.rejects(assertExposition(jobs(), expected), { name: 'MetricError', code: 'ERR_OPTION', message });
  const options: readonly (readonly [ExpositionOptions, string])[] = [
    [{ name: ['a'] } as never, 'assertExposition: expected a known option, such as "names", got "name"'],
    [{ names: 'a' as never }, 'assertExposition: names: expected a list of names, got "a"'],
    [{ names: [] }, 'assertExposition: names: expected a list of names, got []'],
    [{ tolerance: -1 }, 'assertExposition: tolerance: expected a number of 0 or more, got -1'],
  ];
  for (const [given, message] of options) await assert.rejects(assertExposition(jobs(), '', given), { name: 'MetricError', code: 'ERR_OPTION', message });
  await assert.rejects(assertExposition(jobs(), undefined as never), { code: 'ERR_OPTION', message: 'assertExposition: expected: expected a string, got undefined' });
  await assert.rejects(assertExposition(undefined as never, ''), { code: 'ERR_OPTION', message: 'assertExposition: expected a registry or another collector, got undefined' });
});
