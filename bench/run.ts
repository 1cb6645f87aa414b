// `npm run bench`: prepares what is compared, runs every variant in a process of its own, prints tables, and
// keeps the figures. `npm run bench -- serialise record --quick` picks questions and takes a short look.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { chart } from './chart.ts';
import { CLIENTS, packageFacts } from './clients/index.ts';
import { FULL, QUICK, summarise } from './harness.ts';
import type { Question, Scale } from './harness.ts';
import { BENCH, BUILDS, ROOT } from './paths.ts';
import { buildPeer, isBuilt, PEERS, versionOf } from './peers/index.ts';
import { QUESTIONS } from './questions.ts';
import { circumstances, table } from './results.ts';
import type { Results, Row } from './results.ts';
import type { Order } from './worker.ts';

const RESULTS = join(BENCH, 'results.json');
const WORKER = join(BUILDS, 'bench/worker.js');

const names = process.argv.slice(2).filter((each) => !each.startsWith('--'));
const flags = process.argv.slice(2).filter((each) => each.startsWith('--'));
const unknown = [...names.filter((name) => !Object.hasOwn(QUESTIONS, name)), ...flags.filter((flag) => flag !== '--quick')];
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(' ')}\nusage: npm run bench -- [${Object.keys(QUESTIONS).join('] [')}] [--quick]`);
  process.exit(2);
}
const scale = flags.includes('--quick') ? QUICK : FULL;
const facts = circumstances(scale.isQuick);

install();
compile();
const { versions, skipped } = subjects();
console.log(`Node ${facts.node}, ${facts.cpu}, ${facts.cores} cores, ${facts.platform}, ${facts.date}`);
for (const [subject, reason] of Object.entries(skipped)) console.log(`skipped: ${subject}: ${reason}`);

let results: Results = existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Results) : { versions, skipped, questions: {} };
for (const name of names.length > 0 ? names : Object.keys(QUESTIONS)) {
  const question = await QUESTIONS[name]!();
  const rows = answer(question, scale);
  console.log(table(question, rows));
  const { asks, unit, better = 'lower' } = question;
  results = { versions, skipped, questions: { ...results.questions, [name]: { ...facts, asks, unit, better, rows } } };
  writeFileSync(RESULTS, `${JSON.stringify(results, undefined, 1)}\n`);
  writeFileSync(join(BENCH, 'results.svg'), chart(results));
}

/** All cases of a question, for all that can run here. */
function answer(question: Question, { rounds: usual, ...rest }: Scale): Row[] {
  const order = { question: question.name, scale: { rounds: usual, ...rest } };
  const cases = question.cases(order.scale).map((each) => ({ ...each, subjects: each.subjects.filter((subject) => !Object.hasOwn(skipped, subject)) }));
  const variants = cases.flatMap(({ name, subjects: each, rounds = usual }) => each.map((subject) => ({ name, subject, rounds, samples: [] as number[] })));
  if (question.check !== undefined) {
    progress(`${question.name}: checking that all show the same`);
    work({ ...order, act: 'check', variants: variants.map(({ name, subject }) => ({ name, subject })) }, question);
  }
  for (let round = 0; variants.some(({ rounds }) => round < rounds); round++) {
    // To and fro, so that what warms up or wears off in the machine meets all alike.
    for (const variant of round % 2 === 0 ? variants : [...variants].reverse()) {
      const { name, subject, rounds, samples } = variant;
      if (round >= rounds) continue;
      progress(`${question.name}: round ${round + 1} of ${rounds}: ${name}: ${subject}`);
      samples.push(...(JSON.parse(work({ ...order, act: 'measure', variants: [{ name, subject }] }, question)) as number[]));
    }
  }
  progress('');
  return cases.map(({ name }) => ({
    name,
    // No samples: the subject has nothing of the kind.
    figures: variants.filter((each) => each.name === name && each.samples.length > 0).map(({ subject, samples }) => ({ subject, ...summarise(samples) })),
  }));
}

/** The last line that a fresh process prints. */
function work(order: Order, { nodeFlags = [] }: Question): string {
  const { status, stdout, signal } = spawnSync(process.execPath, [...nodeFlags, WORKER, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`${order.question}: ${order.act} ${JSON.stringify(order.variants)}: the process ended with ${status ?? signal}`);
  return stdout.trimEnd().split('\n').at(-1)!;
}

function install(): void {
  if (existsSync(join(BENCH, 'node_modules'))) return;
  console.log('installing what promlet is compared with');
  run('npm', ['ci', '--no-audit', '--no-fund'], BENCH);
}

/** What is measured is what users get: the sources with their types taken out, in files as they are. */
function compile(): void {
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
  run(process.execPath, [join(typescript, 'bin/tsc'), '-p', BENCH], ROOT);
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? `it ended with ${status}`}`);
}

function subjects(): Pick<Results, 'versions' | 'skipped'> {
  const versions: Record<string, string> = {};
  const skipped: Record<string, string> = {};
  for (const { name } of CLIENTS) {
    const { version, skipped: reason } = packageFacts(name === 'promlet' ? ROOT : join(BENCH, 'node_modules', name));
    versions[name] = version;
    if (reason !== undefined) skipped[name] = reason;
  }
  // Building takes longer than a short look at everything.
  const isGlance = scale.isQuick && names.length === 0;
  const isAsked = names.length === 0 || names.includes('languages');
  for (const peer of PEERS) {
    versions[peer.name] = versionOf(peer);
    if (!isAsked) continue;
    progress(`building ${peer.name}`);
    const reason = isGlance ? (isBuilt(peer) ? undefined : 'not built yet; `npm run bench -- languages --quick` builds it') : buildPeer(peer);
    if (reason !== undefined) skipped[peer.name] = reason;
  }
  progress('');
  return { versions, skipped };
}

function progress(message: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${message}`);
}
