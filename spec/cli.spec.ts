// The command as its users run it: a process, with its output, exit code and signals. What needs no process of
// its own runs in this one, through `main`.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

import { stopExporter } from '../lib/commands/exporting.ts';
import { RecentRuns } from '../lib/commands/recent-runs.ts';
import { expectedLines } from '../lib/commands/smoke-expected.ts';
import { differences } from '../lib/commands/smoke.ts';
import { run } from './run-command.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string };
const COMMANDS = ['check', 'convert', 'demo', 'reference', 'smoke', 'top', 'vendor'];
/** Every spec listens here, on a port that the system picks. */
const LOCAL = ['--host', '127.0.0.1', '--port', '0'];
/** A process that does not end fails its test, instead of holding up all of them. */
const WITH_END = { timeout: 300_000 };

function spawnCommand(t: TestContext, ...args: string[]): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', 'lib/cli.ts', ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

function killGroup({ pid }: ChildProcess): void {
  try {
    process.kill(-pid!, 'SIGKILL');
  } catch {
    // Nothing is left of it, as it should be.
  }
}

// Reads until the output matches, and returns what matched.
async function outputMatching(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  let output = '';
  for await (const chunk of child.stdout!.iterator({ destroyOnReturn: false })) {
    const match = pattern.exec((output += chunk));
    if (match !== null) return match;
  }
  throw new Error(`${pattern} did not come; this did:\n${output}`);
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}

test('the version is that of package.json', async () => {
  for (const option of ['--version', '-v']) {
    assert.deepEqual(await run(option), { exitCode: 0, stdout: `${version}\n`, stderr: '' });
  }
});

test('the help goes to stdout where it was asked for', async () => {
  const help = await run('--help');
  assert.equal(help.exitCode, 0);
  assert.match(help.stdout, /^promlet .*\n\nUsage: promlet <command> \[options\]\n\nCommands:\n(  [a-z]+ +\S.*\n)+\nOptions:\n/);
  assert.deepEqual(await run('-h'), help);
  assert.deepEqual(await run('help'), help);
});

test('without a command the help goes to stderr, and the exit code is 2', async () => {
  const { stdout } = await run('help');
  assert.deepEqual(await run(), { exitCode: 2, stdout: '', stderr: stdout });
});

test('the help lists each command, and each has its own, with which nothing else happens', async () => {
  const [list] = /^Commands:\n( .*\n)+/m.exec((await run('help')).stdout)!;
  assert.deepEqual([...list.matchAll(/^  (\w+)/gm)].map(([, name]) => name), COMMANDS);
  for (const name of COMMANDS) {
    const help = await run(name, '--help');
    assert.equal(help.exitCode, 0);
    assert.match(help.stdout, new RegExp(`^Usage: promlet ${name} \\[options\\]`));
    assert.match(help.stdout, /^ {6}--[a-z]+(?: [A-Z]+)? +\S.*\n/m);
    assert.deepEqual(await run(name, '-h'), help);
    assert.deepEqual(await run('help', name), help);
  }
});

test('help fits into 80 columns', async () => {
  for (const names of [[], ...COMMANDS.map((name) => [name])]) {
    const { stdout } = await run('help', ...names);
    assert.deepEqual(stdout.split('\n').filter((line) => line.length > 80), []);
  }
});

test('a command line that makes no sense ends with one line, a hint and the exit code 2', async () => {
  const cases: [args: string[], stderr: string][] = [
    [['dmo'], 'promlet: unknown command "dmo"\nDid you mean demo? See `promlet help`.\n'],
    [['help', 'smkoe'], 'promlet: unknown command "smkoe"\nDid you mean smoke? See `promlet help`.\n'],
    [['__proto__'], 'promlet: unknown command "__proto__"\nSee `promlet help`.\n'],
    [['--verbose'], 'promlet: unknown option "--verbose"\nSee `promlet help`.\n'],
    [['demo', '--prot', '1'], 'promlet: unknown option "--prot"\nDid you mean --port? See `promlet demo --help`.\n'],
    [['demo', '--constructor'], 'promlet: unknown option "--constructor"\nSee `promlet demo --help`.\n'],
    [['demo', '--hots', 'a'], 'promlet: unknown option "--hots"\nDid you mean --host? See `promlet demo --help`.\n'],
    [['check', '--maxbytes', '1'], 'promlet: unknown option "--maxbytes"\nDid you mean --max-bytes? See `promlet check --help`.\n'],
    [['check', '--time', '1'], 'promlet: unknown option "--time"\nDid you mean --timeout? See `promlet check --help`.\n'],
    [['convert', '--Format', 'text'], 'promlet: unknown option "--Format"\nDid you mean --format? See `promlet convert --help`.\n'],
    [['vendor', '--mnified'], 'promlet: unknown option "--mnified"\nDid you mean --minified? See `promlet vendor --help`.\n'],
    [['vendor', '--mini', 'x'], 'promlet: unknown option "--mini"\nDid you mean --minified? See `promlet vendor --help`.\n'],
    [['check', '-y'], 'promlet: unknown option "-y"\nSee `promlet check --help`.\n'],
    [['demo', '-x'], 'promlet: unknown option "-x"\nSee `promlet demo --help`.\n'],
    [['demo', '--port'], 'promlet: --port needs a value: N\nSee `promlet demo --help`.\n'],
    [['smoke', '--keep=yes'], 'promlet: --keep takes no value\nSee `promlet smoke --help`.\n'],
    [['smoke', 'now'], 'promlet: unexpected argument "now"\nSee `promlet smoke --help`.\n'],
    [['demo', '--port', '70000'], 'promlet: --port: expected a whole number from 0 to 65535, got "70000"\n'],
    [['demo', '--port', '9e3'], 'promlet: --port: expected a whole number from 0 to 65535, got "9e3"\n'],
  ];
  for (const [args, stderr] of cases) {
    assert.deepEqual(await run(...args), { exitCode: 2, stdout: '', stderr });
  }
});

test('smoke prints what it scraped, and exits with 0 as all of it is as expected', async () => {
  const { exitCode, stdout, stderr } = await run('smoke', ...LOCAL);
  assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
  assert.match(stdout, /^# HELP skill_invocations_total .*\n# TYPE skill_invocations_total counter\nskill_invocations_total\{.*\} 2\n/);
  assert.match(stdout, /\nOK: all \d+ lines of types and samples are as expected\.\n$/);
});

test('smoke finds values that differ, samples that are missing, and samples that should not be there', () => {
  const good = `# HELP a Any.\npromlet_own 7\n${expectedLines.join('\n')}\n`;
  const bad = good
    .replace('active_sessions_total 5', 'active_sessions_total 4')
    .replace('skill_completion_rate{skill_name="codespell"} 1\n', '')
    .replace(/^(anomalies_.*spike.*)$/m, '$1\n$1');
  assert.deepEqual(differences(good, expectedLines), []);
  assert.deepEqual(differences(bad, expectedLines), [
    '+ active_sessions_total 4',
    '- active_sessions_total 5',
    '+ anomalies_detected_total{anomaly_type="spike",skill_name="ruff-check"} 1',
    '- skill_completion_rate{skill_name="codespell"} 1',
  ]);
});

test('the demo serves figures of work that it really does, and Ctrl-C ends it', WITH_END, async (t) => {
  const child = spawnCommand(t, 'demo', ...LOCAL);
  const stderr = textOf(child.stderr!);
  const [, url, operations] = await outputMatching(child, /^ {2}(http:\S+\/metrics) [^]*^ {2}(\S+\/ops)\/ [^]*^Ctrl-C ends it\.$/m);
  assert.ok(existsSync(`${root}${operations}/dashboard.json`));
  // Sessions begin three seconds apart, however long the first job takes, and end after some.
  const shown = [/^skill_duration_seconds_count\{.*\} [1-9]/m, /^active_sessions_total [1-4]$/m];
  let scraped = '';
  for (let tries = 0; tries < 10_000 && !shown.every((line) => line.test(scraped)); tries++) scraped = await (await fetch(url!)).text();
  assert.match(scraped, /^skill_invocations_total\{skill_name="\w+",workflow_phase="\w+",completed="(true|false)"\} [1-9]/m);
  for (const line of shown) assert.match(scraped, line);
  child.kill('SIGINT');
  child.kill('SIGINT'); // as npm does: it passes on what the terminal sends to both
  assert.deepEqual(await once(child, 'close'), [0, null]);
  assert.equal(await stderr, '');
});

test('smoke --keep serves until SIGTERM, which a connection that says nothing does not hold up', WITH_END, async (t) => {
  const child = spawnCommand(t, 'smoke', '--keep', ...LOCAL);
  const [, url] = await outputMatching(child, /^Serving at (http:\S+) until Ctrl-C\.$/m);
  const silent = connect(Number(new URL(url!).port), '127.0.0.1');
  silent.on('error', () => undefined);
  await once(silent, 'connect');
  assert.match(await (await fetch(url!)).text(), /^active_sessions_total 5$/m);
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'close'), [0, null]);
});

test('a stop waits half a second for busy connections, and no longer', async () => {
  const never = new Promise<void>(() => undefined);
  let limitMs = 0;
  await stopExporter({ stop: () => never }, async (ms) => void (limitMs = ms));
  assert.equal(limitMs, 500);
  await stopExporter({ stop: async () => undefined }, () => never);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`npm start ends with all that it started on ${signal}, with the exit code 0`, WITH_END, async (t) => {
    const npm = spawn('npm', ['start', '--silent', '--', ...LOCAL], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    t.after(() => killGroup(npm));
    const [, url] = await outputMatching(npm, /^ {2}(http:\S+\/metrics) [^]*^Ctrl-C ends it\.$/m);
    npm.kill(signal);
    // Once nobody has the other end of its pipe.
    assert.deepEqual(await once(npm, 'close'), [0, null]);
    await assert.rejects(fetch(url!));
  });
}

test('the demo ends when the shell between it and npx is gone', WITH_END, async (t) => {
  const command = `"${process.execPath}" --import tsx lib/cli.ts demo ${LOCAL.join(' ')}; true`;
  const shell = spawn('sh', ['-c', command], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], detached: true, env: { ...process.env, npm_lifecycle_event: 'npx' } });
  t.after(() => killGroup(shell));
  await outputMatching(shell, /^Ctrl-C ends it\.$/m);
  shell.kill('SIGTERM');
  assert.deepEqual(await once(shell, 'close'), [null, 'SIGTERM']);
});

test('a port that is taken ends the demo with the advice of the exporter, exit code 1, and no stack', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { exitCode, stdout, stderr } = await run('demo', '--host', '127.0.0.1', '--port', String(port));
  assert.deepEqual({ exitCode, stdout }, { exitCode: 1, stdout: '' });
  assert.match(stderr, new RegExp(`^promlet: port ${port} of 127.0.0.1 is in use .*; pass another, .*\nOn this command line: --port \\d+\n$`));
});

test('a reader that goes away, such as head, ends the demo without a word', WITH_END, async (t) => {
  const child = spawnCommand(t, 'demo', ...LOCAL);
  const stderr = textOf(child.stderr!);
  child.stdout!.destroy();
  assert.deepEqual(await once(child, 'close'), [0, null]);
  assert.equal(await stderr, '');
});

test('an anomaly of the demo is a run far from the recent ones, or a completion rate that shifts', () => {
  const runs = new RecentRuns();
  assert.equal(runs.completionRate, undefined);
  const steady = Array.from({ length: 10 }, () => runs.add(true, 1));
  assert.deepEqual(new Set(steady), new Set([undefined]));
  assert.equal(runs.add(true, 4), 'spike');
  assert.equal(runs.add(true, 0.2), 'drop');
  assert.equal(runs.completionRate, 1);
  assert.deepEqual([runs.add(false, 9), runs.add(false, 9), runs.add(false, 9)], [undefined, undefined, 'pattern_shift']);
  assert.equal(runs.completionRate, 2 / 5);
});
