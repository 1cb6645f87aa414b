// `promlet check`, as a user calls it; what it says of metrics is compared with what promtool says.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

import { delimited, message, number, text } from './protobuf-bytes.ts';
import { GOOD, OK, run, runWith } from './run-command.ts';

/** Expositions in the text format, and what there is to complain of. */
const BAD_PRACTICE: Readonly<Record<string, readonly [exposition: string, complaints: readonly string[]]>> = {
  'help that is missing or empty': [
    'a 1\n# HELP b \n# TYPE b gauge\nb 1\n',
    ['a no help text', 'b no help text'],
  ],
  'suffixes of other types': [
    `# HELP c C.
# TYPE c counter
c 1
# HELP g_total G.
# TYPE g_total gauge
g_total 1
# HELP g_bucket G.
# TYPE g_bucket gauge
g_bucket 1
# HELP g_count G.
# TYPE g_count gauge
g_count 1
# HELP g_sum G.
# TYPE g_sum gauge
g_sum 1
# HELP h_total H.
# TYPE h_total histogram
h_total_bucket{le="+Inf"} 1
h_total_sum 1
h_total_count 1
# HELP h_count H.
# TYPE h_count histogram
h_count_bucket{le="+Inf"} 1
h_count_sum 1
h_count_count 1
# HELP s_bucket S.
# TYPE s_bucket summary
s_bucket_sum 1
s_bucket_count 1
# HELP u_total U.
# TYPE u_total untyped
u_total 1
`,
    [
      'c counter metrics should have "_total" suffix',
      'g_bucket non-histogram metrics should not have "_bucket" suffix',
      'g_count non-histogram and non-summary metrics should not have "_count" suffix',
      'g_sum non-histogram and non-summary metrics should not have "_sum" suffix',
      'g_total non-counter metrics should not have "_total" suffix',
      'h_total non-counter metrics should not have "_total" suffix',
      's_bucket non-histogram metrics should not have "_bucket" suffix',
    ],
  ],
  'labels of other types': [
    `# HELP g G.
# TYPE g gauge
g{le="1"} 1
g{quantile="0.5"} 1
# HELP h H.
# TYPE h histogram
h_bucket{quantile="1",le="+Inf"} 1
h_sum{quantile="1"} 1
h_count{quantile="1"} 1
# HELP s S.
# TYPE s summary
s{quantile="0.5",le="1"} 1
s_sum{le="1"} 1
s_count{le="1"} 1
# HELP u U.
# TYPE u untyped
u{le="1",quantile="1"} 1
`,
    [
      'g non-histogram metrics should not have "le" label',
      'g non-summary metrics should not have "quantile" label',
      'h non-summary metrics should not have "quantile" label',
      's non-histogram metrics should not have "le" label',
    ],
  ],
  'units that are not base units': [
    helped('a_milliseconds', 'b_minutes_x', 'kibibytes_read', 'd_kilometres', 'e_fahrenheit', 'f_kelvins', 'g_megabits', 'thermometers', 'h_seconds', 'i_Milliseconds', 'j_kelvin', 'k_millikelvin', 'l_mibibytes'),
    [
      'a_milliseconds use base unit "seconds" instead of "milliseconds"',
      'b_minutes_x use base unit "seconds" instead of "minutes"',
      'd_kilometres use base unit "metres" instead of "kilometres"',
      'e_fahrenheit use base unit "celsius" instead of "fahrenheit"',
      'f_kelvins use base unit "kelvin" instead of "kelvins"',
      'g_megabits use base unit "bytes" instead of "megabits"',
      'k_millikelvin use base unit "kelvin" instead of "millikelvin"',
      'kibibytes_read use base unit "bytes" instead of "kibibytes"',
      'l_mibibytes use base unit "bytes" instead of "mibibytes"',
    ],
  ],
  'types in names': [
    `${helped('a_gauge', 'a_Gauge_x', 'gauge_x', 'gauge', 'a_gauges', 'a_untyped')}# HELP b_counter_total B.
# TYPE b_counter_total counter
b_counter_total 1
# HELP c_histogram C.
# TYPE c_histogram histogram
c_histogram_bucket{le="+Inf"} 1
c_histogram_sum 1
c_histogram_count 1
# HELP d_summary_x D.
# TYPE d_summary_x summary
d_summary_x_sum 1
d_summary_x_count 1
`,
    [
      "a_Gauge_x metric name should not include type 'gauge'",
      "a_gauge metric name should not include type 'gauge'",
      "b_counter_total metric name should not include type 'counter'",
      "c_histogram metric name should not include type 'histogram'",
      "d_summary_x metric name should not include type 'summary'",
    ],
  ],
  'abbreviated units': [
    helped('a_ms', 'a_kb_x', 'ms_a', 'a_KB', 'a_items'),
    [
      'a_KB metric names should not contain abbreviated units',
      'a_kb_x metric names should not contain abbreviated units',
      'a_ms metric names should not contain abbreviated units',
    ],
  ],
  'colons and camelCase': [
    `${helped('a:b', 'fooBar', 'HTTP')}# HELP c C.\n# TYPE c gauge\nc{jobName="x",queue="y"} 1\nc{jobName="z"} 1\n`,
    [
      "a:b metric names should not contain ':'",
      "c label names should be written in 'snake_case' not 'camelCase'",
      "fooBar metric names should be written in 'snake_case' not 'camelCase'",
    ],
  ],
};

const promtool = spawnSync('promtool', ['--version']).status === 0;
if (!promtool && process.env['CI'] === 'true') throw new Error('promtool is missing, and CI needs it');
const skip = promtool ? false : 'SKIPPED: promtool is not installed, so nobody tells whether it complains of the same';

for (const [what, [exposition, complaints]] of Object.entries(BAD_PRACTICE)) {
  test(`complains of ${what}, with the exit code 3`, async () => {
    const stderr = complaints.map((line) => `${line}\n`).join('');
    assert.deepEqual(await runWith({ stdin: [exposition] }, 'check'), { exitCode: 3, stdout: '', stderr });
  });

  test(`promtool complains of ${what} in the same words`, { skip }, () => {
    const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: exposition, encoding: 'utf8' });
    // It says some things once for every label.
    assert.deepEqual([status, [...new Set(stderr.trimEnd().split('\n'))]], [3, complaints]);
  });
}

test('complains of metrics without samples too, which promtool does not see', async () => {
  const { stderr } = await runWith({ stdin: ['# TYPE a gauge\n'] }, 'check');
  assert.equal(stderr, 'a no help text\n');
});

test('notes metrics that have HELP and TYPE and no samples, which is no error', async () => {
  const types = ['gauge', 'counter', 'histogram', 'summary', 'untyped'];
  const names = types.map((type) => (type === 'counter' ? 'a_total' : `a_${type[0]}x`));
  const text = types.map((type, i) => `# HELP ${names[i]} Any.\n# TYPE ${names[i]} ${type}\n`).join('');
  const notes = names.map((name) => `Note: ${name} has no samples\n`).join('');
  assert.deepEqual(await runWith({ stdin: [text, GOOD] }, 'check'), { exitCode: 0, stdout: `OK: 6 metrics, nothing to complain of.\n${notes}`, stderr: '' });
  const openMetrics = '# TYPE b info\n# HELP b B.\n# TYPE jobs counter\n# HELP jobs Jobs done.\n# EOF\n';
  const stdout = 'OK: 2 metrics, nothing to complain of.\nNote: b_info has no samples\nNote: jobs_total has no samples\n';
  assert.deepEqual(await runWith({ stdin: [openMetrics] }, 'check'), { exitCode: 0, stdout, stderr: '' });
});

test('complains of the family\'s own type in a name, and of no other, as promtool 3 does', async () => {
  const text = `${helped('gc_heap_summary', 'a_histogram_x', 'b_counter')}# HELP c_gauge C.\n# TYPE c_gauge untyped\nc_gauge 1\n`;
  assert.equal((await runWith({ stdin: [text] }, 'check')).exitCode, 0);
  const openMetrics = '# TYPE a_info info\n# HELP a_info A.\n# TYPE a_gauge_histogram gaugehistogram\n# HELP a_gauge_histogram A.\n# TYPE a_stateset stateset\n# HELP a_stateset A.\n# EOF\n';
  assert.equal((await runWith({ stdin: [openMetrics] }, 'check')).stderr, "a_gauge_histogram metric name should not include type 'gauge_histogram'\n");
});

test('complains of the first unit in a name alone, as promtool 3 does', async () => {
  const stderr = 'b_days_bits use base unit "seconds" instead of "days"\n';
  assert.deepEqual(await runWith({ stdin: [helped('a_bytes_minutes', 'b_days_bits')] }, 'check'), { exitCode: 3, stdout: '', stderr });
});

test('knows mebi and, as promtool had it for years, mibi', async () => {
  const stderr = ['mebi', 'mibi'].map((prefix) => `a_${prefix}bytes use base unit "bytes" instead of "${prefix}bytes"\n`).join('');
  assert.deepEqual(await runWith({ stdin: [helped('a_mibibytes', 'a_mebibytes')] }, 'check'), { exitCode: 3, stdout: '', stderr });
});

test('complains of text whose lines are valid and do not fit together, which promtool lets pass', async () => {
  const text = `# HELP h H.
# TYPE h histogram
h_bucket{le="1"} 5
h_bucket{le="+Inf"} 3
h_sum 3
h_count 3
# HELP "a.b" S.
# TYPE "a.b" summary
{"a.b"} 3
# HELP g G.
# TYPE g gauge
g{a="1",b="2"} 1
g{b="2",a="1"} 2
g{b="2",a="1"} 3 1000
# HELP i I.
# TYPE i gauge
i{a="1",b=""} 1
i{a="1"} 1
`;
  const stderr = `a.b samples do not make a summary: each quantile needs the label "quantile", and no two may have the same
g has a series more than once, of which only the first counts
h samples do not make a histogram: each bucket needs "le", none may be below the one before, and the last is the count
i has a series more than once, of which only the first counts
`;
  assert.deepEqual(await runWith({ stdin: [text] }, 'check'), { exitCode: 3, stdout: '', stderr });
});

test('reports a series that protobuf has more than once', async () => {
  const gauge = (value: string): Uint8Array => message(4, message(1, text(1, 'a'), text(2, value)), message(2));
  const twice = delimited(text(1, 'g'), text(2, 'Help.'), number(3, 1), gauge('x'), gauge('y'), gauge('x'));
  const stderr = 'g has a series more than once, of which only the first counts\n';
  assert.deepEqual(await runWith({ stdin: [twice] }, 'check'), { exitCode: 3, stdout: '', stderr });
});

test('reads input that ends in # EOF as OpenMetrics where it has what only OpenMetrics has, unless it is told otherwise', async () => {
  const openMetrics = '# HELP jobs Jobs done.\n# TYPE jobs counter\njobs_total 1\n# EOF\n';
  assert.deepEqual(await runWith({ stdin: [openMetrics] }, 'check'), OK);
  assert.equal((await runWith({ stdin: [GOOD] }, 'check', '--format', 'openmetrics')).exitCode, 1);
  // In the text format the samples have nothing to do with the family that is described.
  assert.match((await runWith({ stdin: [openMetrics] }, 'check', '--format', 'text')).stderr, /^jobs_total no help text$/m);
  const unknown = { exitCode: 2, stdout: '', stderr: 'promlet: --format: expected text, openmetrics, openmetrics2 or protobuf, got "xml"\n' };
  assert.deepEqual(await run('check', '--format', 'xml'), unknown);
});

test('reads the text format of exporters that end it in # EOF, and says so', async () => {
  const ended = await runWith({ stdin: [`${GOOD}# EOF\n`] }, 'check');
  const note = 'Note: Read as text: the counter of line 2 has samples of the same name. With --format openmetrics it is read as OpenMetrics.\n';
  assert.deepEqual(ended, { ...OK, stdout: OK.stdout + note });
  const { exitCode, stdout, stderr } = await runWith({ stdin: ['# TYPE a_ms gauge\na_ms 1\n\n# EOF\n'] }, 'check');
  assert.deepEqual({ exitCode, stderr }, { exitCode: 3, stderr: 'a_ms metric names should not contain abbreviated units\na_ms no help text\n' });
  assert.match(stdout, /^Note: Read as text: line 3 is blank\. /);
});

test('shows no name that a terminal would act upon', async () => {
  const { stderr } = await runWith({ stdin: ['{"a\u001b[31m"} 1\n'] }, 'check');
  assert.equal(stderr, 'a\ufffd[31m no help text\n');
});

// Gauges of these names, with help.
function helped(...names: readonly string[]): string {
  return names.map((name) => `# HELP ${name} Any.\n# TYPE ${name} gauge\n${name} 1\n`).join('');
}
