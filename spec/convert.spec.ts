// `promlet convert`, as a user calls it.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { print } from '../lib/commands/convert.ts';
import { MetricError } from '../lib/core/errors.ts';
import type { Format } from '../lib/formats/format.ts';
import { text as textFormat } from '../lib/formats/text.ts';
import { parse, parseProtobuf } from '../lib/parse.ts';
import { delimited, float, message, number, text } from './protobuf-bytes.ts';
import { run, runWith } from './run-command.ts';

const TEXT = '# HELP jobs_total Jobs done.\n# TYPE jobs_total counter\njobs_total{queue="a"} 1\n';
const OPEN_METRICS = '# TYPE jobs counter\n# HELP jobs Jobs done.\njobs_total{queue="a"} 1\n# EOF\n';

test('prints an exposition in the format that is asked for', async () => {
  assert.deepEqual(await runWith({ stdin: [TEXT] }, 'convert', '--to', 'openmetrics'), { exitCode: 0, stdout: OPEN_METRICS, stderr: '' });
  assert.deepEqual(await runWith({ stdin: [OPEN_METRICS] }, 'convert', '--to=text', '-'), { exitCode: 0, stdout: TEXT, stderr: '' });
});

test('prints names that are no identifiers in quotes, where the format has them', async () => {
  const quoted = '# TYPE "a.b" gauge\n{"a.b"} 1\n';
  assert.deepEqual(await runWith({ stdin: [quoted] }, 'convert', '--to', 'text1'), { exitCode: 0, stdout: quoted, stderr: '' });
  assert.deepEqual(await runWith({ stdin: [quoted] }, 'convert', '--to', 'text'), { exitCode: 0, stdout: '# TYPE a_b gauge\na_b 1\n', stderr: '' });
});

test('reads OpenMetrics 2.0 and protobuf, and prints what the other format can show of them', async () => {
  const openMetrics2 = '# TYPE h_seconds histogram\n# UNIT h_seconds seconds\nh_seconds{a="b"} {count:3,sum:6.5,schema:0,zero_threshold:0,zero_count:1,positive_spans:[1:1],positive_buckets:[2],bucket:[1:1,+Inf:3]} st@1.5 # {t="x"} 2 1.25\n# EOF\n';
  const protobuf = delimited(
    text(1, 'h_seconds'), number(3, 4), text(5, 'seconds'),
    message(4, message(1, text(1, 'a'), text(2, 'b')), message(7, number(1, 3), float(2, 6.5), number(5, 0), number(7, 1), message(12, number(1, 2), number(2, 1)), number(13, 4), message(3, number(1, 1), float(2, 1)), message(3, number(1, 3), float(2, Infinity), message(3, message(1, text(1, 't'), text(2, 'x')), float(2, 2), message(3, number(1, 1), number(2, 250_000_000)))))),
  );
  const shown = `# TYPE h_seconds histogram
# UNIT h_seconds seconds
h_seconds_bucket{a="b",le="1.0"} 1
h_seconds_bucket{a="b",le="+Inf"} 3 # {t="x"} 2 1.25
h_seconds_sum{a="b"} 6.5
h_seconds_count{a="b"} 3
# EOF
`;
  for (const [format, input] of [['openmetrics2', openMetrics2], ['protobuf', protobuf]] as const) {
    for (const args of [[], ['--format', format]]) assert.deepEqual(await runWith({ stdin: [input] }, 'convert', '--to', 'openmetrics', ...args), { exitCode: 0, stdout: shown, stderr: '' });
  }
});

test('prints OpenMetrics 2.0 and protobuf, which read back as what was printed', async () => {
  const openMetrics2 = '# TYPE h histogram\n# HELP h Help.\nh{a="b"} {count:3,sum:6.5,schema:0,zero_threshold:0.001,zero_count:1,positive_spans:[1:1],positive_buckets:[2],bucket:[1.0:1,+Inf:3]} st@1.5\n# EOF\n';
  const protobuf = await runWith({ stdin: [openMetrics2] }, 'convert', '--to', 'protobuf');
  assert.deepEqual({ exitCode: protobuf.exitCode, stderr: protobuf.stderr }, { exitCode: 0, stderr: '' });
  const bytes = Buffer.from(protobuf.stdout, 'latin1');
  assert.deepEqual(parseProtobuf(bytes), parse(openMetrics2, { format: 'openmetrics2' }));
  assert.deepEqual(await runWith({ stdin: [bytes] }, 'convert', '--to', 'openmetrics2'), { exitCode: 0, stdout: openMetrics2, stderr: '' });
});

test('prints no bytes to a terminal', async () => {
  const { exitCode, stdout, stderr } = await runWith({ stdin: [TEXT], isTTY: true, env: { NO_COLOR: '1' } }, 'convert', '--to', 'protobuf');
  assert.deepEqual({ exitCode, stdout }, { exitCode: 1, stdout: '' });
  assert.equal(stderr, 'promlet: --to protobuf: expected a file or another program to write to, got a terminal\nSuch as `promlet convert --to protobuf metrics.txt > metrics.pb`.\n');
});

test('prints nothing of an exposition that is not valid', async () => {
  const { exitCode, stdout, stderr } = await runWith({ stdin: [TEXT, 'jobs_total many\n'] }, 'convert', '--to', 'openmetrics');
  assert.deepEqual({ exitCode, stdout }, { exitCode: 1, stdout: '' });
  assert.match(stderr, /^promlet: <stdin>:4:12: /);
});

test('prints every character into a file or another program, and to a terminal none that it would act upon', async () => {
  const hostile = '\u001b[31m\u0085\u009b2J\u202e\u2066\u2028';
  const exposition = `# HELP a A ${hostile}.\n# TYPE a gauge\na{b="${hostile}"} 1\n`;
  assert.equal((await runWith({ stdin: [exposition] }, 'convert', '--to', 'text')).stdout, exposition);
  const hidden = '\ufffd[31m\ufffd\ufffd2J\ufffd\ufffd\ufffd';
  assert.equal((await runWith({ stdin: [exposition], isTTY: true }, 'convert', '--to', 'text')).stdout, exposition.replaceAll(hostile, hidden));
});

test('reports on stderr what the writer could not show as it was', async () => {
  const written = { stdout: '', stderr: '' };
  const io = { stdout: { write: (text: string) => (written.stdout += text) }, stderr: { write: (text: string) => (written.stderr += text) } };
  const families = parse('a 1\na 2\n');
  const format: Format = {
    ...textFormat,
    *write(each, warn) {
      assert.equal(each, families);
      yield 'a 1\n';
      warn?.(new MetricError('ERR_DUPLICATE', 'family "a\u202e": a series is there twice'));
    },
  };
  print(families, format, io);
  assert.deepEqual(written, { stdout: 'a 1\n', stderr: 'Warning: family "a\ufffd": a series is there twice\n' });
});

test('needs to know the format', async () => {
  const hint = 'See `promlet convert --help`.\n';
  const formats = 'text, text1, openmetrics, openmetrics2, protobuf';
  const missing = `promlet: --to is missing: the format to print, one of ${formats}\n${hint}`;
  assert.deepEqual(await run('convert'), { exitCode: 2, stdout: '', stderr: missing });
  const unknown = `promlet: --to: expected one of ${formats}, got "xml"\n${hint}`;
  assert.deepEqual(await run('convert', '--to', 'xml'), { exitCode: 2, stdout: '', stderr: unknown });
});
