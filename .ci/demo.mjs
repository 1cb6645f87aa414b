// In a fresh clone: the README's first command starts the demo, which shows the five families on port 9090,
// and Ctrl-C ends all of it, sooner than the command takes to start and print its help: in the best of some rounds,
// since what else the machine does can only add to either. What waits for something waits in all of them.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const FAMILIES = ['active_sessions_total', 'anomalies_detected_total', 'skill_completion_rate', 'skill_duration_seconds', 'skill_invocations_total'];
const COMMAND = 'npm ci && npm start';

const clone = process.argv[2];
assert.ok(readFileSync(join(clone, 'README.md'), 'utf8').includes(`\n${COMMAND}\n`), `the README has the command ${COMMAND}`);
let [endMs, helpMs] = [Infinity, Infinity];
for (let round = 0; round < 5 && !(endMs < helpMs); round++) {
  endMs = Math.min(endMs, await endOf(round === 0 ? COMMAND : 'npm start'));
  helpMs = Math.min(helpMs, timed(() => assert.match(execFileSync('npm', ['start', '--', '--help'], { cwd: clone, encoding: 'utf8' }), /^Usage: promlet demo/m)));
}
console.log(`all of it ended ${endMs} ms after Ctrl-C; its help takes ${helpMs} ms`);
assert.ok(endMs < helpMs);

/** Runs the demo until it shows what it should, and returns how long it takes to end then, in milliseconds. */
async function endOf(command) {
  // A process group of its own, which gets the signal as from a terminal. Its pipes close when all of it has ended.
  const shell = spawn('sh', ['-c', command], { cwd: clone, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  shell.stdout.pipe(process.stdout);
  shell.stderr.pipe(process.stderr);
  const ended = once(shell, 'close');
  try {
    for (const deadline = Date.now() + 300_000; ; await sleep(200)) {
      try {
        const scrape = await (await fetch('http://localhost:9090/metrics')).text();
        // Beside what promlet tells of itself.
        assert.deepEqual([...scrape.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name).sort(), FAMILIES);
        assert.match(scrape, /^skill_invocations_total\{.*\} [1-9]/m, 'some work is done');
        break;
      } catch (error) {
        if (Date.now() > deadline || shell.exitCode !== null) throw error;
      }
    }
    const begin = performance.now();
    process.kill(-shell.pid, 'SIGINT');
    await ended;
    return Math.round(performance.now() - begin);
  } finally {
    try {
      process.kill(-shell.pid, 'SIGKILL');
    } catch {
      // Nothing is left of it, as it should be.
    }
  }
}

function timed(work) {
  const begin = performance.now();
  work();
  return Math.round(performance.now() - begin);
}
