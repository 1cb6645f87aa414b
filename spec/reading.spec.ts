// What `promlet check` and `promlet convert` share: where an exposition comes from, and what they say where they
// cannot read it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { delimited, float, message, number, text } from './protobuf-bytes.ts';
import { GOOD, OK, listen, run, runWith, temporaryFolder } from './run-command.ts';

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

test('a URL without a path is asked for /metrics, and a web page says where metrics usually are', async (t) => {
  const url = await listen(t, ({ url: path }, response) => response.end(path === '/metrics' ? GOOD : '<!doctype html><title>shop</title>'));
  const { origin } = new URL(url);
  assert.deepEqual(await run('check', origin), OK);
  assert.equal((await run('convert', '--to', 'text', origin)).stdout, GOOD);
  assert.match((await run('reference', origin)).stdout, /^\| `jobs_total` \|/m);
  for (const command of ['check', 'reference']) {
    const { exitCode, stderr } = await run(command, `${origin}/`);
    assert.equal(exitCode, 1);
    assert.match(stderr, /^promlet: \S+:1:1: sample: expected the name of a metric, got "<!doctype"\n[^]*\nThis is a web page\. Metrics are usually at \/metrics\.\n$/);
  }
});

test('reads a named pipe to its end', async (t) => {
  const pipe = join(temporaryFolder(t), 'pipe');
  if (spawnSync('mkfifo', [pipe]).status !== 0) return;
  spawn('sh', ['-c', 'cat > "$1"', 'sh', pipe], { stdio: ['pipe', 'ignore', 'inherit'] }).stdin!.end(GOOD);
  assert.deepEqual(await run('check', pipe), OK);
});

test('input that is empty or has no metrics is an error that hints at the download', async (t) => {
  const hint = 'A download that failed or broke off leaves this; with `curl --fail`, curl says why.\n';
  for (const [text, found] of [['', 'empty input'], [' \n\t\r\n', 'blank lines alone'], ['# HELP a A.\n', 'comments alone']] as const) {
    const file = join(temporaryFolder(t), 'metrics.txt');
    writeFileSync(file, text);
    const url = await listen(t, (_, response) => response.end(text));
    for (const [name, ...line] of [['<stdin>', 'check'], ['<stdin>', 'convert', '--to', 'text'], [file, 'check', file], [url, 'check', url], [url, 'convert', '--to', 'text1', url, '--format', 'text']] as const) {
      const stderr = `promlet: ${name}: expected metrics, got ${found}\n${hint}`;
      assert.deepEqual(await runWith({ stdin: [text] }, ...line), { exitCode: 1, stdout: '', stderr });
    }
  }
  const { stderr } = await runWith({ stdin: [''] }, 'check', '--format', 'openmetrics');
  assert.equal(stderr, `promlet: <stdin>: expected metrics, got empty input\n${hint}`);
  const noContent = await listen(t, (_, response) => response.writeHead(204).end());
  assert.match((await run('check', noContent)).stderr, /got empty input\n/);
});

test('an exposition of OpenMetrics without metrics is complete, and so no error', async () => {
  const { exitCode, stdout } = await runWith({ stdin: ['# EOF\n'] }, 'check');
  assert.equal(exitCode, 0);
  assert.match(stdout, /^OK: 0 metrics, /);
});

test('names a byte order mark as what it is', async () => {
  const hint = 'Save it as UTF-8 without a byte order mark.\n';
  const stderr = `promlet: <stdin>:1:1: expected UTF-8 without a byte order mark, got one (U+FEFF)\n${hint}`;
  for (const format of [[], ['--format', 'text'], ['--format', 'openmetrics']]) {
    assert.deepEqual(await runWith({ stdin: [`\ufeff${GOOD}`] }, 'check', ...format), { exitCode: 1, stdout: '', stderr });
  }
  assert.deepEqual(await runWith({ stdin: ['\ufeff'] }, 'convert', '--to', 'text'), { exitCode: 1, stdout: '', stderr });
  const utf16 = `promlet: <stdin>:1:1: expected UTF-8 without a byte order mark, got UTF-16 with one\n${hint}`;
  const littleEndian = Buffer.from(`\ufeff${GOOD}`, 'utf16le');
  for (const bytes of [littleEndian, Buffer.from(littleEndian).swap16()]) assert.equal((await runWith({ stdin: [bytes] }, 'check')).stderr, utf16);
});

test('an error says which format was assumed, and why', async () => {
  const openMetrics = await runWith({ stdin: ['# TYPE jobs counter\njobs_total 1\n\n# EOF\n'] }, 'check');
  assert.equal(openMetrics.exitCode, 1);
  assert.match(openMetrics.stderr, /^promlet: <stdin>:3:1: .*\n3 \| \n {2}\| \^\nRead as OpenMetrics: the counter of line 1 has samples that end in _total\. With --format text it is read as text\.\n$/);
  const text = await runWith({ stdin: ['a 1\nb x\n# EOF\n'] }, 'convert', '--to', 'text');
  assert.match(text.stderr, /^promlet: <stdin>:2:3: .*\n.*\n.*\nRead as text: it ends in "# EOF", but has nothing that only OpenMetrics has\. /);
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

test('shows the line of an error where the input ends, and where it is not UTF-8', async () => {
  const end = await runWith({ stdin: ['jobs_total{queue="b'] }, 'check');
  assert.match(end.stderr, /^promlet: <stdin>:1:\d+: .*\n1 \| jobs_total\{queue="b\n  \| +\^\n$/);
  const latin1 = await runWith({ stdin: ['a 1\n', Buffer.from('b{c="\xfc"} 1\n', 'latin1')] }, 'check');
  assert.match(latin1.stderr, /^promlet: <stdin>:2:6: .*\n2 \| b\{c="\ufffd"\} 1\n  \|      \^\n$/);
});

test('shows no control character and no mark of direction, wherever it comes from', async (t) => {
  const hostile = '\u0007\u007f\u0085\u009b\u061c\u200e\u202e\u2066\u2028\u2029\ufeff';
  const hidden = '\ufffd'.repeat(hostile.length);
  const folder = temporaryFolder(t);
  const file = join(folder, `x${hostile}`);
  writeFileSync(file, `{"a${hostile}"} 1\n# TYPE "b${hostile}" gauge\n`);
  const complaints = `a${hidden} no help text\nb${hidden} no help text\n`;
  assert.deepEqual(await run('check', file), { exitCode: 3, stdout: `Note: b${hidden} has no samples\n`, stderr: complaints });
  writeFileSync(file, `{"a${hostile}"} ${hostile}\n`);
  const invalid = await run('check', file);
  assert.match(invalid.stderr, new RegExp(`^promlet: ${folder}/x${hidden}:1:18: .*\n1 \\| \\{"a${hidden}"\\} ${hidden}\n`));
  for (const args of [['check', `${hostile}none`], ['check', `--${hostile}`], ['convert', '--to', hostile], ['demo', '--port', hostile], [hostile], ['vendor', hostile, hostile]]) {
    const { stderr } = await run(...args);
    assert.doesNotMatch(stderr, /[^\P{Cc}\n]|[\u061c\u200e\u202e\u2066\u2028\u2029\ufeff]/u);
    assert.match(stderr, /\ufffd/);
  }
});

test('uses colours on a terminal, unless NO_COLOR is set', async () => {
  const stdin = ['a many\n'];
  const plain = await runWith({ stdin }, 'check');
  assert.match((await runWith({ stdin, isTTY: true }, 'check')).stderr, /\u001b\[31m\^\u001b\[0m/);
  assert.deepEqual(await runWith({ stdin, isTTY: true, env: { NO_COLOR: '1' } }, 'check'), plain);
  assert.deepEqual(await runWith({ stdin, isTTY: true, env: { TERM: 'dumb' } }, 'check'), plain);
});

const PROTOBUF = delimited(text(1, 'jobs_total'), text(2, 'Jobs done.'), number(3, 0), message(4, message(1, text(1, 'queue'), text(2, 'a')), message(3, float(1, 1))));

test('reads protobuf from stdin or a file as it looks, or as it is told, in whatever pieces it comes', async (t) => {
  const file = join(temporaryFolder(t), 'metrics.pb');
  writeFileSync(file, PROTOBUF);
  assert.deepEqual(await run('check', file), OK);
  for (const args of [[], ['--format', 'protobuf']]) assert.deepEqual(await runWith({ stdin: [PROTOBUF.subarray(0, 1), PROTOBUF.subarray(1, 30), PROTOBUF.subarray(30)] }, 'check', ...args), OK);
});

test('shows an error of protobuf with its byte, and marks it in a row of bytes', async () => {
  const broken = PROTOBUF.slice();
  broken[18] = 0xff;
  const { exitCode, stdout, stderr } = await runWith({ stdin: [broken] }, 'convert', '--to', 'text', '--format', 'protobuf');
  assert.deepEqual({ exitCode, stdout }, { exitCode: 1, stdout: '' });
  assert.equal(stderr, `promlet: <stdin>: byte 18: text: expected UTF-8, got the byte 0xff
16 | 6f 62 ff 20 64 6f 6e 65 2e 18 00 22 17 0a 0a 0a
   |       ^^
`);
  const guessed = await runWith({ stdin: [PROTOBUF, Uint8Array.of(0x80)] }, 'check');
  assert.equal(guessed.stderr, `promlet: <stdin>: byte 53: varint: expected another byte, got the end of the message
48 | 00 00 f0 3f 80
   |                ^^
Read as protobuf: it begins with a message that has a name. With --format text it is read as text.
`);
  assert.equal((await runWith({ stdin: [GOOD] }, 'check', '--format', 'protobuf')).stderr.split('\n')[0], 'promlet: <stdin>: byte 8: field 13: expected the wire type 0, 1, 2 or 5, got 7');
  assert.match((await runWith({ stdin: [] }, 'check', '--format', 'protobuf')).stderr, /^promlet: <stdin>: expected metrics, got empty input\n/);
});

test('takes the first bytes of protobuf for no byte order mark', async () => {
  for (const [length, first, second] of [[32_639, 0xff, 0xfe], [65_534, 0xfe, 0xff]] as const) {
    const bytes = delimited(text(1, 'jobs_total'), number(3, 0), text(2, 'x'.repeat(length - 18)));
    assert.deepEqual([...bytes.subarray(0, 2)], [first, second]);
    assert.equal((await runWith({ stdin: [bytes] }, 'check')).stderr, '');
  }
});

test('shows an error of OpenMetrics 2.0 with its line and column, and why it was read as that', async () => {
  const { exitCode, stderr } = await runWith({ stdin: ['# TYPE h histogram\nh {count:2,sum:1,bucket:[+Inf:1]}\n# EOF\n'] }, 'check');
  assert.equal(exitCode, 1);
  assert.equal(stderr, `promlet: <stdin>:2:3: sample "h": expected the count to be that of the bucket "+Inf", 1, got 2
2 | h {count:2,sum:1,bucket:[+Inf:1]}
  |   ^
Read as OpenMetrics 2.0: line 2 has a value with fields. With --format openmetrics it is read as OpenMetrics.
`);
});
