// In a fresh clone, after `npm ci`: every `npx promlet …` that the README and the guide show works, without a build
// and with one; and the clone can be installed as a dependency of another project.
//
// Usage: clone.ts CLONE

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const clone = process.argv[2]!;
const temp = mkdtempSync(join(tmpdir(), 'promlet-clone-'));

try {
  const pages = readdirSync(join(clone, 'lib/guide')).filter((file) => file.endsWith('.md')).map((file) => `lib/guide/${file}`);
  const shown = ['README.md', ...pages].flatMap((file) => readFileSync(join(clone, file), 'utf8').match(/npx promlet [^`#\n]+/g) ?? []);
  assert.ok(shown.length >= 8, `${shown.length} commands`);
  writeFileSync(join(temp, 'metrics.txt'), '# HELP up_seconds Up.\n# TYPE up_seconds gauge\nup_seconds 1\n');
  // Those that ask a server, or read what is typed, run in `commands.spec.ts` and `top.spec.ts`.
  const alone = shown.map((command) => command.trim()).filter((command) => !/http:|<URL>| check$/.test(command));
  // Where the text has a place, the command gets one; and it writes outside of the clone.
  const placed = alone.map((command) => command.replace(/<file or URL>/, join(temp, 'metrics.txt')).replace(/ -$/, ` - <${join(temp, 'metrics.txt')}`).replace(/\bsrc\//, `${temp}/src/`));
  // What runs until it is ended runs for some seconds, on any port, and is ended.
  const commands = [...new Set(placed)].map((command) => (/ demo$/.test(command) ? `timeout 10 ${command} --port 0; test $? = 124` : command));
  for (const isBuilt of [false, true]) {
    if (isBuilt) execFileSync('npm', ['run', 'build'], { cwd: clone });
    else rmSync(join(clone, 'dist'), { recursive: true, force: true });
    for (const command of commands) succeeds(command);
    console.log(`· ${commands.length} commands ${isBuilt ? 'after' : 'before'} a build`);
  }
  assert.ok(existsSync(join(temp, 'src/vendor/promlet.cjs')));
  installed();
  console.log('· installed from the repository: import, require, the command');
} finally {
  rmSync(temp, { recursive: true });
}

function succeeds(command: string): void {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: clone, encoding: 'utf8' });
  assert.equal(status, 0, `${command}\n${stdout}${stderr}`);
}

function installed(): void {
  const user = join(temp, 'user');
  cpSync(join(clone, '.ci/packaging/user'), user, { recursive: true });
  writeFileSync(join(user, 'package.json'), '{ "type": "module" }');
  const run = (program: string, ...args: readonly string[]): string => execFileSync(program, args, { cwd: user, encoding: 'utf8' });
  // From npm 12 on it has to be allowed.
  run('npm', 'install', '--no-audit', '--no-fund', '--allow-git=all', `git+file://${clone}`);
  run('node', 'program.mjs');
  run(join(clone, 'node_modules/.bin/tsc'), '--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', '', 'neutral.ts');
  assert.match(run('npx', 'promlet', '--version'), /^\d+\.\d+\.\d+\n$/);
  run('npx', 'promlet', 'vendor', 'copies');
}
