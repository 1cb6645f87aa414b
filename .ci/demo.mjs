// In a fresh clone: the README's first command starts the demo, which shows the five families on port 9090,
// and Ctrl-C ends all of it within a second.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const FAMILIES = ['active_sessions_total', 'anomalies_detected_total', 'skill_completion_rate', 'skill_duration_seconds', 'skill_invocations_total'];
const COMMAND = 'npm ci && npm start';

const clone = process.argv[2];
assert.ok(readFileSync(join(clone, 'README.md'), 'utf8').includes(`\n${COMMAND}\n`), `the README has the command ${COMMAND}`);
// A process group of its own, which gets the signal as a terminal's does.
const shell = spawn('sh', ['-c', COMMAND], { cwd: clone, detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
const ended = once(shell, 'exit');
try {
  // Until there was some work: a family with labels has no series before that.
  for (const deadline = Date.now() + 120_000; ; await sleep(200)) {
    try {
      assert.equal(shell.exitCode, null, 'the demo ended by itself');
      const scrape = await (await fetch('http://localhost:9090/metrics')).text();
      const shown = FAMILIES.filter((name) => scrape.includes(`# TYPE ${name} `) && new RegExp(`^${name}(_count)?[ {]`, 'm').test(scrape));
      assert.deepEqual(shown, FAMILIES);
      break;
    } catch (error) {
      if (Date.now() > deadline || shell.exitCode !== null) throw error;
    }
  }
  const begin = performance.now();
  signalGroup('SIGINT');
  const [code, signal] = await ended;
  while (signalGroup(0)) await sleep(10);
  const ms = Math.round(performance.now() - begin);
  console.log(`\nall of it ended ${ms} ms after Ctrl-C, exit code ${code}, signal ${signal}`);
  assert.ok(ms < 1000);
} finally {
  signalGroup('SIGKILL');
}

/** Whether there was a process left to take the signal. */
function signalGroup(signal) {
  try {
    return process.kill(-shell.pid, signal);
  } catch {
    return false;
  }
}
