// `promlet check`, as a user calls it; what it says of metrics is compared with what promtool says.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { run, runWith } from './run-command.ts';

const GOOD = '# HELP jobs_total Jobs done.\n# TYPE jobs_total counter\njobs_total{queue="a"} 1\n';
const OK = { exitCode: 0, stdout: 'OK: 1 metric, nothing to complain of.\n', stderr: '' };

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
    helped('a_milliseconds', 'b_minutes_x', 'kibibytes_read', 'd_kilometres', 'e_fahrenheit', 'f_kelvins', 'g_megabits', 'thermometers', 'h_seconds', 'i_Milliseconds'),
    [
      'a_milliseconds use base unit "seconds" instead of "milliseconds"',
      'b_minutes_x use base unit "seconds" instead of "minutes"',
      'd_kilometres use base unit "metres" instead of "kilometres"',
      'e_fahrenheit use base unit "celsius" instead of "fahrenheit"',
      'f_kelvins use base unit "kelvin" instead of "kelvins"',
      'g_megabits use base unit "bytes" instead of "megabits"',
      'kibibytes_read use base unit "bytes" instead of "kibibytes"',
    ],
  ],
  'types in names': [
    helped('a_gauge', 'a_Histogram_x', 'b_gauge_histogram', 'gauge_x', 'summary', 'a_untyped', 'x_counter_things'),
    [
      "a_Histogram_x metric name should not include type 'histogram'",
      "a_gauge metric name should not include type 'gauge'",
      "b_gauge_histogram metric name should not include type 'gauge'",
      "b_gauge_histogram metric name should not include type 'gauge_histogram'",
      "b_gauge_histogram metric name should not include type 'histogram'",
      "x_counter_things metric name should not include type 'counter'",
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

test('reads stdin where no file is named, and where the file is "-"', async () => {
  const [begin, end] = [GOOD.slice(0, 20), GOOD.slice(20)];
  assert.deepEqual(await runWith({ stdin: [begin, end] }, 'check'), OK);
  assert.deepEqual(await runWith({ stdin: [GOOD] }, 'check', '-'), OK);
});

test('reads a file, and says why where it cannot', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'metrics.txt');
  writeFileSync(file, GOOD);
  assert.deepEqual(await run('check', file), OK);
  const missing = join(folder, 'none.txt');
  const stderr = `promlet: cannot read ${missing}: no such file or directory\n`;
  assert.deepEqual(await run('check', missing), { exitCode: 1, stdout: '', stderr });
});

test('asks where a URL lacks its scheme', async () => {
  const stderr = 'promlet: cannot read localhost:9090/metrics: no such file or directory\nDid you mean http://localhost:9090/metrics?\n';
  assert.deepEqual(await run('check', 'localhost:9090/metrics'), { exitCode: 1, stdout: '', stderr });
});

test('reads a URL, in the format that was asked for and that the answer names', async (t) => {
  const url = await listen(t, ({ headers: { accept } }, response) => {
    const isOpenMetrics = accept!.startsWith('application/openmetrics-text;version=1.0.0');
    if (!isOpenMetrics) assert.equal(accept, 'text/plain;version=0.0.4');
    response.setHeader('Content-Type', isOpenMetrics ? 'application/openmetrics-text; version=1.0.0' : 'text/plain; version=0.0.4');
    // Valid in the text format alone: OpenMetrics needs an end.
    response.end(GOOD);
  });
  assert.deepEqual(await run('check', url, '--format', 'text'), OK);
  assert.equal((await run('check', url, '--format', 'openmetrics')).exitCode, 1);
  assert.equal((await run('check', url)).exitCode, 1);
});

test('says why where the answer is no exposition', async (t) => {
  const url = await listen(t, (_, response) => response.writeHead(404).end('none'));
  assert.deepEqual(await run('check', url), { exitCode: 1, stdout: '', stderr: `promlet: cannot read ${url}: it answered 404 Not Found\n` });
});

test('says why where nobody answers at a URL', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  const stderr = `promlet: cannot read http://127.0.0.1:${port}/: connect ECONNREFUSED 127.0.0.1:${port}\n`;
  assert.deepEqual(await run('check', `http://127.0.0.1:${port}/`), { exitCode: 1, stdout: '', stderr });
});

test('complains of metrics without series too, which promtool does not see', async () => {
  const { stderr } = await runWith({ stdin: ['# TYPE a gauge\n'] }, 'check');
  assert.equal(stderr, 'a no help text\n');
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
`;
  const stderr = `a.b samples do not make a summary: each quantile needs the label "quantile", and no two may have the same
g has a series more than once, of which only the first counts
h samples do not make a histogram: each bucket needs "le", none may be below the one before, and the last is the count
`;
  assert.deepEqual(await runWith({ stdin: [text] }, 'check'), { exitCode: 3, stdout: '', stderr });
});

test('takes input that ends in # EOF as OpenMetrics, unless it is told otherwise', async () => {
  const openMetrics = '# HELP jobs Jobs done.\n# TYPE jobs counter\njobs_total 1\n# EOF\n';
  assert.deepEqual(await runWith({ stdin: [openMetrics] }, 'check'), OK);
  assert.equal((await runWith({ stdin: [GOOD] }, 'check', '--format', 'openmetrics')).exitCode, 1);
  // In the text format the samples have nothing to do with the family that is described.
  assert.match((await runWith({ stdin: [openMetrics] }, 'check', '--format', 'text')).stderr, /^jobs_total no help text$/m);
  const unknown = { exitCode: 2, stdout: '', stderr: 'promlet: --format: expected text or openmetrics, got "xml"\n' };
  assert.deepEqual(await run('check', '--format', 'xml'), unknown);
});

test('shows an error with its line and column, and a caret under the place', async (t) => {
  const file = join(temporaryFolder(t), 'metrics.txt');
  writeFileSync(file, `${GOOD}jobs_total{queue="b"} many\n`);
  const { exitCode, stdout, stderr } = await run('check', file);
  assert.deepEqual({ exitCode, stdout }, { exitCode: 1, stdout: '' });
  const [message, ...excerpt] = stderr.split('\n');
  assert.ok(message!.startsWith(`promlet: ${file}:4:23: `), message);
  assert.deepEqual(excerpt, ['4 | jobs_total{queue="b"} many', '  |                       ^', '']);
});

test('shows a part of a line that is long, and nothing that a terminal would act upon', async () => {
  const { stderr } = await runWith({ stdin: [`jobs_total{queue="${'\u001b[31m'.repeat(1_000)}"} many\n`] }, 'check');
  const [message, shown, caret] = stderr.split('\n');
  const [, column] = /^promlet: <stdin>:1:(\d+): /.exec(message!)!;
  assert.ok(Number(column) > 4_000 && shown!.length < 120);
  assert.equal(shown![caret!.indexOf('^')], 'm');
  assert.doesNotMatch(stderr, /\u001b/);
});

test('shows no name that a terminal would act upon', async () => {
  const { stderr } = await runWith({ stdin: ['{"a\u001b[31m"} 1\n'] }, 'check');
  assert.equal(stderr, 'a\ufffd[31m no help text\n');
});

test('shows the line of an error where the input ends, and where it is not UTF-8', async () => {
  const end = await runWith({ stdin: ['jobs_total{queue="b'] }, 'check');
  assert.match(end.stderr, /^promlet: <stdin>:1:\d+: .*\n1 \| jobs_total\{queue="b\n  \| +\^\n$/);
  const latin1 = await runWith({ stdin: ['a 1\n', Buffer.from('b{c="\xfc"} 1\n', 'latin1')] }, 'check');
  assert.match(latin1.stderr, /^promlet: <stdin>:2:6: .*\n2 \| b\{c="\ufffd"\} 1\n  \|      \^\n$/);
});

test('uses colours on a terminal, unless NO_COLOR is set', async () => {
  const stdin = ['a many\n'];
  const plain = await runWith({ stdin }, 'check');
  assert.match((await runWith({ stdin, isTTY: true }, 'check')).stderr, /\u001b\[31m\^\u001b\[0m/);
  assert.deepEqual(await runWith({ stdin, isTTY: true, env: { NO_COLOR: '1' } }, 'check'), plain);
  assert.deepEqual(await runWith({ stdin, isTTY: true, env: { TERM: 'dumb' } }, 'check'), plain);
});

// Gauges of these names, with help.
function helped(...names: readonly string[]): string {
  return names.map((name) => `# HELP ${name} Any.\n# TYPE ${name} gauge\n${name} 1\n`).join('');
}

async function listen(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'promlet-check-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}
