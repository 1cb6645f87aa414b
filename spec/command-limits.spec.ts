// How much the commands read, and how long they wait for it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { testWith } from './programs.ts';
import { GOOD, listen, run, runWith, temporaryFolder } from './run-command.ts';

test('reads no more bytes than its limit, which counts what was decompressed', async (t) => {
  const metrics = 'a 1\n'.repeat(1_000);
  const file = join(temporaryFolder(t), 'metrics.txt');
  writeFileSync(file, metrics);
  const url = await listen(t, (_, response) => response.setHeader('Content-Encoding', 'gzip').end(gzipSync(metrics)));
  for (const operand of [url, file, '-']) {
    const name = operand === '-' ? '<stdin>' : operand;
    const stderr = `promlet: cannot read ${name}: more than 3999 bytes\nRaise the limit with --max-bytes.\n`;
    assert.deepEqual(await runWith({ stdin: [metrics] }, 'check', operand, '--max-bytes', '3999'), { exitCode: 1, stdout: '', stderr });
    assert.deepEqual(await runWith({ stdin: [metrics] }, 'convert', '--to', 'text', operand, '--max-bytes', '3999'), { exitCode: 1, stdout: '', stderr });
    assert.equal((await runWith({ stdin: [metrics] }, 'convert', '--to', 'text', operand, '--max-bytes', '4000')).exitCode, 0);
  }
});

test('stops reading input without end at 100 MB, and reads none of what comes after', async () => {
  const chunk = Buffer.alloc(1_000_000, 'a 1\n');
  let given = 0;
  const { stderr } = await runWith({ stdin: (function* () { for (;; given++) yield chunk; })() }, 'check');
  assert.equal(stderr, 'promlet: cannot read <stdin>: more than 100000000 bytes\nRaise the limit with --max-bytes.\n');
  assert.equal(given, 100);
});

test('hangs up on a server whose answer is too long', async (t) => {
  let hungUp: Promise<unknown> | undefined;
  const url = await listen(t, (_, response) => {
    hungUp = once(response, 'close');
    const send = (): void => void (response.write('a 1\n'.repeat(10_000)) && setImmediate(send));
    response.on('drain', send);
    send();
  });
  assert.match((await run('check', url, '--max-bytes', '2000000')).stderr, /: more than 2000000 bytes\n/);
  await hungUp;
});

test('waits no longer than its time limit, whatever does not end', async (t) => {
  const waited: number[] = [];
  const clock = new AbortController();
  const timeout = (ms: number): AbortSignal => {
    waited.push(ms);
    return clock.signal;
  };
  const silent = await listen(t, () => clock.abort());
  assert.deepEqual(await runWith({ timeout }, 'check', silent), { exitCode: 1, stdout: '', stderr: `promlet: cannot read ${silent}: no end after 10 s\nRaise the limit with --timeout.\n` });

  for (const args of [['check'], ['convert', '--to', 'text']]) {
    const unended = await listen(t, (_, response) => response.write(GOOD));
    const stdin = (async function* () {
      yield GOOD;
      await new Promise(() => undefined);
    })();
    for (const operand of [unended, '-']) {
      const name = operand === '-' ? '<stdin>' : operand;
      const ended = AbortSignal.timeout(1); // whenever that is, no end comes before
      const stderr = `promlet: cannot read ${name}: no end after 0.5 s\nRaise the limit with --timeout.\n`;
      assert.deepEqual(await runWith({ stdin, timeout: (ms) => (waited.push(ms), ended) }, ...args, operand, '--timeout', '0.5'), { exitCode: 1, stdout: '', stderr });
    }
  }
  assert.deepEqual(waited, [10_000, 500, 500, 500, 500]);
});

testWith(['mkfifo'], 'waits no longer than its time limit for the writer of a named pipe, or for its end', async (t) => {
  const pipe = join(temporaryFolder(t), 'pipe');
  spawnSync('mkfifo', [pipe]);
  const stderr = `promlet: cannot read ${pipe}: no end after 60 s\nRaise the limit with --timeout.\n`;
  assert.deepEqual(await runWith({ timeout: () => AbortSignal.timeout(1) }, 'check', pipe), { exitCode: 1, stdout: '', stderr });
  const writer = spawn('sh', ['-c', 'exec 3>"$1"; printf "a 1\n" >&3; read never', 'sh', pipe], { stdio: ['pipe', 'ignore', 'inherit'] });
  t.after(() => writer.kill());
  const clock = new AbortController();
  const waiting = runWith({ timeout: () => clock.signal }, 'check', pipe);
  await new Promise((resolve) => setImmediate(resolve));
  clock.abort();
  assert.deepEqual(await waiting, { exitCode: 1, stdout: '', stderr });
});

test('limits that make no sense are refused', async () => {
  for (const [option, value, expected] of [
    ['--max-bytes', '0', 'a whole number above 0'],
    ['--max-bytes', '1e6', 'a whole number above 0'],
    ['--max-bytes', '1.5', 'a whole number above 0'],
    ['--max-bytes', 'Infinity', 'a whole number above 0'],
    ['--max-bytes', '9007199254740993', 'a whole number above 0'],
    ['--timeout', '0', 'a number above 0 and up to 2147483'],
    ['--timeout', '-1', 'a number above 0 and up to 2147483'],
    ['--timeout', '5s', 'a number above 0 and up to 2147483'],
    ['--timeout', '2147484', 'a number above 0 and up to 2147483'],
  ] as const) {
    const stderr = `promlet: ${option}: expected ${expected}, got "${value}"\n`;
    assert.deepEqual(await runWith({ stdin: [GOOD] }, 'check', `${option}=${value}`), { exitCode: 2, stdout: '', stderr });
  }
});
