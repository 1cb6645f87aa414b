// The steps of the release workflow as they stand there, on a clone whose changelog has the version: all but those that
// need GitHub, and up to what would be sent to npm.
//
// Usage: release.ts TARBALL; it stands for what `.ci/run packed` leaves, which is what runs this.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tarball = process.argv[2]!;
const temp = mkdtempSync(join(tmpdir(), 'promlet-release-'));
const checked = join(temp, 'checked');
const published = join(temp, 'published');

interface Step {
  readonly action?: string | undefined;
  readonly path?: string | undefined;
  readonly command?: string | undefined;
}

try {
  execFileSync('git', ['clone', '--quiet', root, checked]);
  const { version, repository } = JSON.parse(readFileSync(join(checked, 'package.json'), 'utf8')) as { version: string; repository: { url: string } };
  const changelog = readFileSync(join(checked, 'CHANGELOG.md'), 'utf8');
  writeFileSync(join(checked, 'CHANGELOG.md'), changelog.replace(/^## Unreleased$/m, `## ${version} \u2014 today`));
  mkdirSync(published);
  const [, server, name] = /^git\+(https:\/\/[^/]+)\/(.+)\.git$/.exec(repository.url) ?? [];
  const env = { GITHUB_REF_NAME: `v${version}`, GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name };

  const { check, publish } = jobs(readFileSync(join(checked, '.github/workflows/release.yml'), 'utf8'));
  for (const { action, path, command } of check!) {
    if (command === '.ci/run packed') {
      mkdirSync(join(checked, 'packed'));
      cpSync(tarball, join(checked, 'packed', basename(tarball)));
    } else if (command !== undefined) run(command, checked, env);
    if (action === 'actions/upload-artifact') upload(path!);
  }
  assert.ok(publish!.some(({ action }) => action === 'actions/download-artifact'));
  const sent = publish!.map(({ command }) => (command === undefined ? '' : run(command, published, { ...env, npm_config_dry_run: 'true' }))).join('');
  const [, integrity] = /"integrity": "(.*)"/.exec(sent) ?? [];
  assert.equal(integrity, `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`, 'what would be sent is what was checked');
  console.log(`· ${basename(tarball)}, as it was checked`);
} finally {
  rmSync(temp, { recursive: true });
}

/** Copies what the action would take; all of it, and nothing else, is then downloaded. */
function upload(path: string): void {
  const pattern = new RegExp(`^${basename(path).replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
  const found = readdirSync(join(checked, dirname(path))).filter((file) => pattern.test(file));
  assert.deepEqual(found, [basename(tarball)]);
  for (const file of found) cpSync(join(checked, dirname(path), file), join(published, file));
}

function run(command: string, cwd: string, env: NodeJS.ProcessEnv): string {
  // As the runner does.
  return execFileSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', command], { cwd, env: { ...process.env, ...env, npm_config_json: 'true', npm_config_loglevel: 'error' }, encoding: 'utf8' });
}

/** The steps of each job. Reads no more of YAML than the workflow has. */
function jobs(workflow: string): Readonly<Record<string, readonly Step[]>> {
  const parts = workflow.slice(workflow.indexOf('\njobs:\n')).split(/^ {2}(?=\w+:$)/m).slice(1);
  return Object.fromEntries(parts.map((part) => [part.slice(0, part.indexOf(':')), part.split(/^ {6}- /m).slice(1).map(stepOf)]));
}

function stepOf(text: string): Step {
  const lines = text.split('\n').map((line) => line.replace(/^ {8}/, ''));
  const value = (key: string): string | undefined => lines.find((line) => line.trimStart().startsWith(`${key}: `))?.trimStart().slice(key.length + 2).replace(/ #.*$/, '');
  const isBlock = value('run') === '|';
  const block = lines.slice(lines.findIndex((line) => line === 'run: |') + 1).filter((line) => line.startsWith('  '));
  return { action: value('uses')?.replace(/@.*$/, ''), path: value('path'), command: isBlock ? block.join('\n') : value('run') };
}
