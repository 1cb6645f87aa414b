// The packed package, as its users get it: what is in it, what publint and attw say of it, whether it runs on each
// version of Node, in test runners, and under compilers of other versions than ours.
//
// Usage: run.ts TARBALL [FOLDER]; the tools are installed in FOLDER, and found there the next time.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';

import { compilations } from './compilers.ts';
import { NODES, here, node, projectWith, root } from './project.ts';
import { testRuns } from './test-runners.ts';

const [tarball, given] = process.argv.slice(2);
if (tarball === undefined) throw new Error('the path of the packed package is missing');
const tools = given ?? mkdtempSync(join(tmpdir(), 'promlet-tools-'));
const project = projectWith(tarball, tools);

let failures = 0;
try {
  check('holds what is needed, and nothing else', contents);
  check('publint --strict', () => tool('publint', 'run', '--strict', tarball));
  check('attw', () => tool('attw', tarball, '--format', 'ascii'));
  cpSync(join(here, 'user/program.mjs'), join(project.folder, 'program.mjs'));
  for (const version of NODES) check(`Node ${version}: import, require, the command`, () => program(version));
  for (const [title, run] of [...testRuns(project), ...compilations(project)]) check(title, run);
} finally {
  for (const folder of given === undefined ? [project.folder, tools] : [project.folder]) rmSync(folder, { recursive: true });
}
process.exitCode = failures === 0 ? 0 : 1;

function check(title: string, run: () => void): void {
  try {
    run();
    console.log(`· ok      ${title}`);
  } catch (error) {
    failures++;
    console.log(`· FAILED  ${title}\n${(error as Error).message}`);
  }
}

/** What the manifest leads to, file by file; and what is for people, or is read at run time. */
function contents(): void {
  const manifest = JSON.parse(text('package.json')) as { exports: object; bin: object; main: string; types: string };
  const named = [manifest.exports, manifest.bin, manifest.main, manifest.types].flatMap((each) => [...JSON.stringify(each).matchAll(/(?<![,{])"\.\/([^"]+)"/g)].map(([, file]) => file!));
  const needed = new Set([...named, ...named.map((file) => file.replace(/^(dist\/.*)\.js$/, '$1.d.ts'))]);
  for (const file of needed) {
    for (const [, target] of text(file).matchAll(/(?:from |import |(?:require|import)\()["'](\.[^"']+)["']/g)) {
      const path = posix.join(posix.dirname(file), target!);
      if (path !== 'lib/cli.ts') needed.add(file.endsWith('.d.ts') ? path.replace(/\.[jt]s$/, '.d.ts') : path);
    }
  }
  const ops = readdirSync(join(root, 'lib/ops')).filter((file) => !file.includes('.test.')).map((file) => `lib/ops/${file}`);
  const guide = (readdirSync(join(root, 'lib/guide'), { recursive: true }) as string[]).filter((file) => file.includes('.')).map((file) => `lib/guide/${file.replaceAll('\\', '/')}`);
  const vendored = ['promlet', 'promlet-exporter'].flatMap((name) => ['.js', '.d.ts', '.min.js', '.min.d.ts'].map((ending) => `dist/vendor/${name}${ending}`));
  const expected = new Set([...needed, ...ops, ...guide, ...vendored, 'LICENSE', 'README.md', 'dist/cjs/package.json']);
  assert.deepEqual(filesOf(project.installed), [...expected].sort());
}

function program(version: string): void {
  const engine = node(tools, version);
  assert.match(project.run(engine, '--version'), new RegExp(`^v${version.replace('.', '\\.')}\\.`));
  project.run(engine, 'program.mjs');
  const command = join(project.installed, 'lib/commands/bin.js');
  project.run(engine, command, 'smoke');
  for (const form of [[], ['--commonjs', '--exporter']]) project.run(engine, command, 'vendor', ...form, `copies/${version}`);
  project.run(engine, command, 'vendor', '--check', `copies/${version}`);
}

function tool(name: string, ...args: readonly string[]): void {
  project.run(join(tools, 'node_modules/.bin', name), ...args);
}

function text(file: string): string {
  return readFileSync(join(project.installed, file), 'utf8');
}

function filesOf(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).filter((file) => statSync(join(folder, file)).isFile()).sort();
}
