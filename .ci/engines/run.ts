// promlet in every engine there is: one set of cases, run for real, and one line for each engine and group of
// cases. An engine that cannot be had is named, and on a build server that is a failure.
//
// Usage: npm run engines -- [FOLDER]; the engines are installed there, and found there the next time.

import { execFile, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { postedByPage } from './browser.ts';
import { DENO_TYPED, EXAMPLE, prepare } from './kit.ts';

/** How many cases there were, by group, and what failed. */
type Results = Record<string, { readonly cases: number; readonly failures: readonly string[]; readonly note?: string }>;

interface Engine {
  readonly name: string;
  /** By form, such as `one file`: runs the cases. */
  readonly forms: Readonly<Record<string, () => Promise<Results>>>;
}

/** An engine that this machine cannot have. */
class Missing extends Error {}

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
/** For what never ends; far beyond what the slowest machine needs. */
const LIMIT_MS = 120_000;
/** How long a file may take to load, against its text that is only read. Nothing runs at import: it is 1.0 to 1.3. */
const MOST_OF_IDLE = 2;

const given = process.argv[2];
const engines = given ?? mkdtempSync(join(tmpdir(), 'promlet-engines-'));
mkdirSync(engines, { recursive: true });
const kit = mkdtempSync(join(tmpdir(), 'promlet-kit-'));
const fresh = mkdtempSync(join(tmpdir(), 'promlet-fresh-'));
const modules = join(engines, 'node_modules');

const bin = {
  node: (version: string): string => join(modules, `node${version.replace('.', '')}/bin/node`),
  bun: join(modules, '@oven/bun-linux-x64/bin/bun'),
  deno: join(modules, '@deno/linux-x64-glibc/deno'),
  workerd: join(modules, '@cloudflare/workerd-linux-64/bin/workerd'),
};
/** All that promlet may need: no configuration, no network but the loopback, nothing else at all. */
const DENO = ['run', '--no-prompt', '--no-config', '--no-remote', '--no-npm', '--no-lock'];
const READ_ONLY = [`--allow-fs-read=${kit}/`, `--allow-fs-read=${fresh}/`];
const DENIED = "['fs.write', 'child', 'worker', 'addon'].every((scope) => !process.permission.has(scope)) && !process.permission.has('fs.read', '/etc/passwd')";

const ENGINES: readonly Engine[] = [
  // These cannot require() modules.
  ...['18', '22.11'].map((version) => ({ name: `Node ${version}`, forms: required(bin.node(version)) })),
  ...['20', '22', '24', '26'].map((version) => node(version)),
  node('24', '--disallow-code-generation-from-strings', [], "(() => { try { return eval('false'); } catch { return true; } })()"),
  // Only the program itself can be read: all else of the file system is denied, and so are child processes.
  node('24', '--permission', READ_ONLY, DENIED),
  node('26', '--permission', [...READ_ONLY, '--allow-net'], DENIED),
  node('24', '--frozen-intrinsics', [], 'Object.isFrozen(Array.prototype)'),
  {
    name: 'Bun',
    forms: {
      'one file': () => command(bin.bun, ['promlet.run.js']),
      minified: () => command(bin.bun, ['promlet.min.run.js']),
      sources: () => command(bin.bun, ['sources.run.ts']),
      serving: () => command(bin.bun, ['serving.run.js']),
      process: () => command(bin.bun, ['process.run.js']),
      measuring: () => command(bin.bun, ['measuring.run.js']),
      testing: () => command(bin.bun, ['testing.run.js']),
      'fresh folder': () => example(bin.bun, []),
    },
  },
  {
    name: 'Deno',
    forms: {
      'one file': () => command(bin.deno, [...DENO, 'promlet.run.js']),
      minified: () => command(bin.deno, [...DENO, 'promlet.min.run.js']),
      sources: () => command(bin.deno, [...DENO, 'sources.run.ts']),
      serving: () => command(bin.deno, [...DENO, '--allow-net=127.0.0.1', 'serving.run.js']),
      process: () => command(bin.deno, [...DENO, '--allow-all', 'process.run.js']),
      'process, no permissions': () => command(bin.deno, [...DENO, 'process.run.js', 'no files']),
      measuring: () => command(bin.deno, [...DENO, 'measuring.run.js']),
      testing: () => command(bin.deno, [...DENO, '--allow-net=127.0.0.1', 'testing.run.js']),
      types: denoTypes,
      'fresh folder': () => example(bin.deno, [...DENO, '--allow-net=127.0.0.1,localhost']),
    },
  },
  { name: 'workerd', forms: { 'one file': fetchHandler } },
  { name: 'Chromium', forms: Object.fromEntries(['page.html?promlet.js', 'page.html?promlet.min.js', 'script.html', 'script.min.html'].map((address) => [address, () => page(address)])) },
  {
    name: 'QuickJS',
    forms: {
      'one file': () => command(process.execPath, ['quickjs.js', './promlet.js']),
      minified: () => command(process.execPath, ['quickjs.js', './promlet.min.js']),
    },
  },
];

let failures = 0;
let skipped = 0;
try {
  await install();
  await prepare(kit, fresh, modules);
  for (const engine of ENGINES) await report(engine);
} finally {
  for (const folder of given === undefined ? [kit, fresh, engines] : [kit, fresh]) rmSync(folder, { recursive: true });
}
console.log(`${failures} failed, ${skipped} engines skipped`);
process.exitCode = failures === 0 ? 0 : 1;

async function report({ name, forms }: Engine): Promise<void> {
  const groups = new Map<string, { cases: number; forms: string[]; failures: string[]; notes: string[] }>();
  for (const [form, runForm] of Object.entries(forms)) {
    let results: Results;
    try {
      results = await runForm();
    } catch (error) {
      const { message } = error as Error;
      if (error instanceof Missing && process.env['CI'] !== 'true') {
        skipped++;
        return console.log(`· SKIPPED ${name}: ${message}`);
      }
      results = { [error instanceof Missing ? 'missing' : form]: { cases: 0, failures: [message] } };
    }
    for (const [group, { cases, failures, note }] of Object.entries(results)) {
      const seen = groups.get(group) ?? { cases: 0, forms: [], failures: [], notes: [] };
      seen.cases += cases;
      seen.forms.push(form);
      seen.failures.push(...failures.map((failure) => `${form}: ${failure}`));
      if (note !== undefined) seen.notes.push(`${form}: ${note}`);
      groups.set(group, seen);
    }
  }
  for (const [group, { cases, forms, failures: failed, notes }] of groups) {
    failures += failed.length;
    console.log(`· ${failed.length === 0 ? 'ok     ' : 'FAILED '} ${name.padEnd(48)} ${group.padEnd(12)} ${String(cases).padStart(3)} cases  ${notes.join('; ') || forms.join(', ')}`);
    for (const failure of failed) console.log(`          ${failure}`);
  }
}

/** @param proof - An expression that is true where the flag does what it says. */
function node(version: string, flag?: string, more: readonly string[] = [], proof = 'true'): Engine {
  const path = bin.node(version);
  const flags = flag === undefined ? [] : [flag, ...more];
  const forms: Record<string, () => Promise<Results>> = {
    'one file': () => command(path, [...flags, 'promlet.run.js']),
    minified: () => command(path, [...flags, 'promlet.min.run.js']),
    serving: () => command(path, [...flags, 'serving.run.js']),
    process: () => command(path, [...flags, 'process.run.js', ...(flag === '--permission' ? ['no files'] : [])]),
    measuring: () => command(path, [...flags, 'measuring.run.js']),
    testing: () => command(path, [...flags, 'testing.run.js']),
  };
  if (flag === undefined) Object.assign(forms, required(path));
  if (version > '20') forms['sources'] = () => command(path, [...flags, 'sources.run.ts']);
  if (version > '20') forms['fresh folder'] = () => example(path, flags);
  if (flag !== undefined) {
    forms['proof'] = async () => {
      const { stdout } = await ran(path, [...flags, '--print', proof], kit);
      return { 'the flag': { cases: 1, failures: stdout === 'true\n' ? [] : [`it has no effect: ${stdout}`] } };
    };
  } else {
    forms['promlet.js'] = () => costs(path, './promlet.js');
    forms['promlet.min.js'] = () => costs(path, './promlet.min.js');
  }
  return { name: `Node ${version}${flag === undefined ? '' : ` ${flag}`}`, forms };
}

/** What is made for require(). */
function required(path: string): Record<string, () => Promise<Results>> {
  return { 'require()': () => command(path, ['required.cjs', './promlet.cjs']), 'require(), minified': () => command(path, ['required.cjs', './promlet.min.cjs']), 'serving, require()': () => command(path, ['serving.run.cjs']) };
}

/** Runs a program in the kit; the last line that it prints has the results. */
async function command(program: string, args: readonly string[]): Promise<Results> {
  const { stdout } = await ran(program, args, kit);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Results;
}

async function ran(program: string, args: readonly string[], cwd: string): Promise<{ stdout: string; stderr: string }> {
  if (!existsSync(program)) throw new Missing(`there is no ${program}`);
  // An environment of nothing but what programs need to start: none of the machine's own settings.
  const env = { PATH: process.env['PATH'], HOME: engines, TMPDIR: tmpdir(), NO_COLOR: '1' };
  try {
    return await run(program, [...args], { cwd, env, timeout: LIMIT_MS });
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string };
    throw new Error(`${message}\n${stdout}${stderr}`.trim());
  }
}

/** Whether Deno finds the declarations of files that have their own names, and of others. */
async function denoTypes(): Promise<Results> {
  await ran(bin.deno, ['check', '--no-config', '--no-remote', '--no-npm', '--no-lock', 'types.ts'], kit);
  return { types: { cases: DENO_TYPED.length, failures: [] } };
}

/** The README's first example, in a folder that has nothing but a copy of `lib/`. */
async function example(program: string, flags: readonly string[]): Promise<Results> {
  const { stdout } = await ran(program, [...flags, 'example.ts'], fresh);
  const failures = `\n${stdout}`.includes(`\n${EXAMPLE.shown}`) ? [] : [`it shows\n${stdout}`];
  return { 'lib/ alone': { cases: 1, failures } };
}

/**
 * Loading and heap: the best of some runs, since what else the machine does can only add to it. How long a file takes
 * to load is compared with the same text as the body of a function that nobody calls: what it takes beyond that, it
 * does when it is imported. Machines differ in speed; the ratio does not.
 */
async function costs(program: string, file: string): Promise<Results> {
  const idle = file.replace(/js$/, 'idle.js');
  const all: { codeBytes: number; seriesBytes: number }[] = [];
  const loads: Record<string, number>[] = [];
  const best = (each: string): number => Math.min(...loads.map((load) => load[each]!));
  for (let i = 0; i < 5 || (i < 20 && !(best(file) < MOST_OF_IDLE * best(idle))); i++) {
    const { stdout } = await ran(program, ['--expose-gc', '--no-opt', '--no-sparkplug', 'constrained.js', file], kit);
    all.push(JSON.parse(stdout) as (typeof all)[number]);
    for (const inTurn of [[idle, file], [file, idle]]) loads.push(JSON.parse((await ran(program, ['loading.js', './empty.js', ...inTurn], kit)).stdout) as (typeof loads)[number]);
  }
  const kilobytes = (field: 'codeBytes' | 'seriesBytes'): number => Math.round(Math.min(...all.map((each) => each[field])) / 1024);
  const [own, idly, empty] = [file, idle, './empty.js'].map(best) as [number, number, number];
  const ratio = own / idly;
  const note = `loads in ${ratio.toFixed(2)} of the time of its idle text (${own.toFixed(1)}, ${idly.toFixed(1)}, an empty file ${empty.toFixed(1)} ms), ${kilobytes('codeBytes')} KB; 100 series ${kilobytes('seriesBytes')} KB`;
  const failures = [];
  if (!(ratio < MOST_OF_IDLE)) failures.push(`expected it to load in less than ${MOST_OF_IDLE} of the time of its idle text: ${note}`);
  if (!(kilobytes('seriesBytes') <= 100)) failures.push(`expected 100 series within 100 KB: ${note}`);
  return { constrained: { cases: 2, failures, note } };
}

/** workerd: the cases as a request to a Fetch handler, and a scrape. */
async function fetchHandler(): Promise<Results> {
  if (!existsSync(bin.workerd)) throw new Missing(`there is no ${bin.workerd}`);
  const server = spawn(bin.workerd, ['serve', 'workerd.capnp', '--control-fd=1'], { cwd: kit, stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  server.stderr.on('data', (data: Buffer) => (complaints += data));
  const limit = setTimeout(() => server.kill(), LIMIT_MS);
  try {
    for await (const line of createInterface({ input: server.stdout })) {
      const { event, port } = JSON.parse(line) as { event: string; port?: number };
      if (event !== 'listen') continue;
      const url = `http://127.0.0.1:${port}`;
      const results = (await (await fetch(`${url}/cases`)).json()) as Results;
      const scrape = await fetch(`${url}/metrics`, { headers: { accept: 'application/openmetrics-text' } });
      const text = await scrape.text();
      const failures = /^requests_total\{path="\/cases"\} 1$[^]*^# EOF\n$/m.test(text) && scrape.headers.get('content-type')!.startsWith('application/openmetrics-text') ? [] : [`it shows\n${text}`];
      return { ...results, fetch: { cases: 1, failures } };
    }
    throw new Error(complaints);
  } finally {
    clearTimeout(limit);
    server.kill();
  }
}

/** Chromium: the cases in a page that loads the file as a module, or as a script. */
async function page(address: string): Promise<Results> {
  const { stdout } = await run(join(here, '../chromium'), [join(engines, 'chromium')], { timeout: 5 * LIMIT_MS }).catch((error: Error) => {
    throw new Missing(error.message);
  });
  return JSON.parse(await postedByPage(stdout.trim().split('\n').at(-1)!, kit, address, LIMIT_MS)) as Results;
}

async function install(): Promise<void> {
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(here, file), join(engines, file));
  if (given !== undefined && existsSync(modules)) return;
  try {
    await run('npm', ['ci', '--prefix', engines, '--no-audit', '--no-fund'], { timeout: 5 * LIMIT_MS });
  } catch (error) {
    // Each engine will be missed by name.
    console.log((error as Error).message);
  }
}
