// Programs that referee the library from outside, such as promtool. Not every machine has them.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

/**
 * A test that needs programs on the PATH. Without them the title says that it was skipped, and why; on a
 * build server (`CI=true`), where a silent skip would look like a pass, it fails instead.
 */
export function testWith(programs: readonly string[], title: string, run: (t: TestContext) => void | Promise<void>): void {
  const missing = programs.filter((program) => spawnSync(program, ['--version']).error !== undefined).join(' and ');
  if (missing === '') test(title, run);
  else if (process.env['CI'] === 'true') test(title, () => assert.fail(`${missing} cannot be run; install Prometheus`));
  else test(`${title} [SKIPPED: no ${missing} on the PATH; it comes with Prometheus]`, { skip: true }, run);
}

/** What promtool says of an exposition, line by line, and its exit code: 0 well, 1 unreadable, 3 complaints. */
export function checkMetrics(exposition: string | Uint8Array): { status: number | null; complaints: string[] } {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: exposition, encoding: 'utf8' });
  return { status, complaints: `${stdout}${stderr}`.split('\n').filter((line) => line !== '') };
}

/** Expects promtool to be content with what these words ask. */
export function promtool(...words: string[]): void {
  const { status, stdout, stderr } = spawnSync('promtool', words, { encoding: 'utf8' });
  assert.equal(status, 0, `promtool ${words.join(' ')}:\n${stdout}${stderr}`);
}
