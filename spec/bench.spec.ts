// The benchmark's own promises: its documents show what it found, it compares what can be compared, and it reads the
// engine's trace of collections right.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { parseArguments } from '../bench/arguments.ts';
import { variantsOf } from '../bench/asking.ts';
import { chart } from '../bench/chart.ts';
import { OWN_ENGINE, satisfies } from '../bench/engines.ts';
import type { Engine } from '../bench/engines.ts';
import { figures } from '../bench/figures.ts';
import { guideSection, SECTIONS } from '../bench/guide.ts';
import { FULL } from '../bench/harness.ts';
import type { Question } from '../bench/harness.ts';
import { longestOwn } from '../bench/loop.ts';
import { readResults } from '../bench/results.ts';
import type { Figure, QuestionResults, Results } from '../bench/results.ts';
import { summary } from '../bench/summary.ts';
import { collectionsIn } from '../bench/trace.ts';
import { root } from './user-project.ts';

const again = 'node --import tsx bench/publish.ts writes it again';
const results = readResults();

test('the README, the guide, the benchmark’s own page and its picture show the figures that were found', () => {
  assert.ok(readFileSync(join(root, 'README.md'), 'utf8').includes(`## Performance\n\n${summary(results)}\n\n## `), again);
  assert.ok(readFileSync(join(root, 'bench/README.md'), 'utf8').endsWith(`## All figures\n\n${figures(results)}\n`), again);
  assert.equal(readFileSync(join(root, 'bench/results.svg'), 'utf8'), chart(results), again);
  for (const section of SECTIONS) assert.ok(readFileSync(join(root, 'lib/guide', section.page), 'utf8').includes(`## ${section.heading}\n\n${guideSection(section, results)}\n`), again);
});

test('every figure that was found is on the benchmark’s page', () => {
  const cells = figures(results).split('\n').filter((line) => /^\| [^ |-]/.test(line)).flatMap((line) => line.split('|').slice(2, -1)).filter((cell) => cell.trim() !== '-');
  const found = Object.values(results.questions).flatMap(({ rows }) => rows.flatMap((row) => row.figures));
  assert.equal(cells.length, found.length);
});

test('the README’s table has each row in which another is ahead, on the engine that it needs', () => {
  const figure = (subject: string, median: number, node?: string): Figure => ({ subject, median, spread: 0, samples: 1, ...(node !== undefined && { node }) });
  const asked = (rows: QuestionResults['rows'], more: Partial<QuestionResults> = {}): QuestionResults => ({
    date: '2026-01-01', node: '20.0.0', cpu: 'x', cores: 2, platform: 'linux x64', asks: 'How long?', unit: 'ns', better: 'lower', rows, ...more,
  });
  const shown = summary({
    versions: {},
    skipped: {},
    questions: {
      serialise: asked([
        { name: 'mix of 24 000 lines', figures: [figure('promlet', 10), figure('prom-client', 20)] },
        { name: 'ahead', figures: [figure('promlet', 10), figure('floor', 1), figure('prom-client', 11)] },
        { name: 'behind', figures: [figure('promlet', 10), figure('prom-client', 9)] },
        { name: 'behind there', figures: [figure('promlet', 10), figure('prom-client', 11), figure('promlet', 4, '24.1.0'), figure('@prometheus-io/client', 3, '24.1.0')] },
        { name: 'ahead there', figures: [figure('promlet', 10), figure('prom-client', 11), figure('promlet', 4, '24.1.0'), figure('@prometheus-io/client', 5, '24.1.0')] },
        { name: 'more is better', better: 'higher', unit: 'per s', figures: [figure('promlet', 10), figure('prom-client', 20)] },
      ]),
      collectors: asked([{ name: 'own', figures: [figure('instrument', 10), figure('nested registry', 9)] }], { isOwn: true }),
    },
  } satisfies Results);
  assert.deepEqual(shown.split('\n').slice(6), [
    '| scrape of 24 000 lines, all changed | 10 ns | 20 (prom-client) | 2.0 |',
    '| behind (`serialise`) | 10 ns | 9.0 (prom-client) | 0.90 |',
    '| behind there (`serialise`) | 4.0 ns | 3.0 (prometheus-io, Node 24) | 0.75 |',
    '| more is better (`serialise`) | 10 per s | 20 (prom-client) | 0.50 |',
  ]);
});

test('a client that needs a newer Node is measured there, beside promlet', () => {
  const newer: Engine = { version: '24.1.0', execPath: '/newer' };
  const enginesFor = (subject: string): Engine[] => (subject === 'new' ? [newer] : [OWN_ENGINE, newer]);
  const question = (isOnEachEngine: boolean): Question => ({
    name: 'q', asks: '', unit: '', measure: async () => [], cases: () => [{ name: 'case', subjects: ['promlet', 'new', 'old'], isOnEachEngine }],
  });
  const shown = (isOnEachEngine: boolean) => variantsOf(question(isOnEachEngine), FULL, 'worker.js', enginesFor).map(({ shownAs, execPath }) => [shownAs.subject, shownAs.node, execPath]);
  const own = process.execPath;
  assert.deepEqual(shown(false), [['promlet', undefined, own], ['old', undefined, own], ['promlet', '24.1.0', '/newer'], ['new', '24.1.0', '/newer']]);
  assert.deepEqual(shown(true), [['promlet', undefined, own], ['old', undefined, own], ['promlet', '24.1.0', '/newer'], ['new', '24.1.0', '/newer'], ['old', '24.1.0', '/newer']]);
});

test('ranges of engines are read as the packages write them', () => {
  const range = '^22 || ^24 || >=26';
  assert.deepEqual(['20.20.2', '22.0.0', '23.1.0', '24.21.0', '25.0.0', '26.1.0', '27.0.0'].filter((version) => satisfies(version, range)), ['22.0.0', '24.21.0', '26.1.0', '27.0.0']);
  assert.equal(satisfies('22.14.0', '>=22.15.0'), false);
  assert.throws(() => satisfies('22.0.0', '~22'), /cannot read the version range ~22/);
});

test('the engine’s trace of collections is read on the clock of the process', () => {
  const trace = [
    '[22550:0x1c238c40]       24 ms: Mark-Compact 3.0 (4.0) -> 2.5 (5.0) MB, 6.06 / 0.00 ms  (average mu = 1.000, current mu = 1.000) testing; GC in old space requested',
    '[22558:0x1390f000]       32 ms: Scavenge (interleaved) 3.7 (6.5) -> 3.7 (6.5) MB, pooled: 0 MB, 0.13 / 0.00 ms  (average mu = 0.809, current mu = 0.809) testing; ',
    'GET /metrics took 12 ms',
    '[22550:0x1c238c40]       98 ms: Mark-Compact 13.9 (29.2) -> 12.1 (28.7) MB, 14.52 / 0.00 ms  (+ 1.8 ms in 14 steps since start of marking, biggest step 0.3 ms, walltime since start of marking 18 ms) (average mu = 0.777, current mu = 0.777) finalize incremental marking via stack guard; GC in old space requested',
  ].join('\n');
  // 20.3 on one clock is between 23.5 and 24.5 on the other, and 28.7 is between 31.5 and 32.5: the middle is 3.5.
  const collections = collectionsIn(trace, [20.3, 28.7]).map(({ end, ms, freedBytes, isForced }) => [end.toFixed(3), ms, (freedBytes / 2 ** 20).toFixed(1), isForced]);
  assert.deepEqual(collections, [
    ['20.500', 6.06, '0.5', true],
    ['28.500', 0.13, '0.0', true],
    ['94.500', 14.52, '1.8', false],
  ]);
  assert.throws(() => collectionsIn('', [1]), { message: 'expected 1 forced collections in the trace, got 0' });
});

test('collections, and the time of other programs, are taken out of the gaps that they are in', () => {
  const collection = { end: 94.5, ms: 14.5, freedBytes: 0, isForced: false };
  const own = (end: number, ms: number, processorMs = ms) => longestOwn([{ end, ms, processorMs }], [collection]);
  assert.deepEqual([own(100, 20), own(90, 10), own(100, 10), own(80, 30), own(80, 30, 12)], [5.5, 0, 5.5, 30, 12]);
  assert.equal(longestOwn([{ end: 100, ms: 20, processorMs: 20 }, { end: 70, ms: 8, processorMs: 8 }], [collection]), 8);
});

test('the command line takes questions, --quick and --against, and names what it does not know', () => {
  const known = ['serialise', 'record'];
  assert.deepEqual(parseArguments([], known), { questions: known, isQuick: false });
  assert.deepEqual(parseArguments(['record', '--quick', '--against', 'HEAD~1'], known), { questions: ['record'], isQuick: true, against: 'HEAD~1' });
  for (const wrong of ['serialize', '--fast', '--against']) {
    assert.throws(() => parseArguments([wrong], known), { message: `unknown: ${wrong}\nusage: npm run bench -- [serialise] [record] [--quick] [--against REVISION]` });
  }
});
