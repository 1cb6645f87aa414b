// `npm run bench`: prepares what is compared, asks the questions, prints tables, and keeps the figures of a full
// run. `npm run bench -- serialise record --quick` picks questions and takes a short look.

import { parseArguments } from './arguments.ts';
import { answer, progress, variantsOf } from './asking.ts';
import { buildRevision, buildWorkTree, installPeers } from './builds.ts';
import { variantsAgainst } from './compare.ts';
import { FULL, QUICK } from './harness.ts';
import type { Question } from './harness.ts';
import { publish } from './publish.ts';
import { QUESTIONS } from './questions.ts';
import { aligned, caption, cells, circumstances, readResults } from './results.ts';
import type { Results, Row } from './results.ts';
import { subjects } from './subjects.ts';

const all = Object.keys(QUESTIONS);
const { questions, isQuick, against } = parsed();
const isGlance = isQuick && questions.length === all.length;
/** What a quick run of everything leaves out: the first builds programs, the others ask again what others do at one size. */
const NOT_AT_A_GLANCE: readonly string[] = ['languages', 'growth', 'http'];
const scale = isQuick ? QUICK : FULL;
const facts = circumstances();

installPeers();
const worker = buildWorkTree();
console.log(`Node ${facts.node}, ${facts.cpu}, ${facts.cores} cores, ${facts.platform}, ${facts.date}`);
if (against === undefined) await compareWithOthers();
else await compareWithRevision(against);
if (isQuick) console.log('\nA rough look: one process for each figure, few batches, few cases. No results were written; a run without --quick writes them.');

async function compareWithOthers(): Promise<void> {
  // A quick run fetches no engine, and builds no peers unless it is asked for them.
  const { versions, skipped, enginesFor } = subjects(!isQuick, questions.includes('languages') && !isGlance);
  for (const [subject, reason] of Object.entries(skipped)) console.log(`skipped: ${subject}: ${reason}`);
  let results: Results = isQuick ? { versions, skipped, questions: {} } : { ...readResults(), versions, skipped };
  for (const question of await asked()) {
    const variants = variantsOf(question, scale, worker, enginesFor).filter(({ subject }) => !Object.hasOwn(skipped, subject));
    const rows = answer(question, variants, scale);
    show(question, rows);
    const { name, asks, unit, better = 'lower', isOwn = false } = question;
    const found = { ...results.questions, [name]: { ...facts, asks, unit, better, ...(isOwn && { isOwn }), rows } };
    results = { ...results, questions: Object.fromEntries(all.filter((each) => each in found).map((each) => [each, found[each]!])) };
    if (!isQuick) publish(results);
  }
}

async function compareWithRevision(revision: string): Promise<void> {
  const before = buildRevision(revision);
  for (const question of await asked()) show(question, answer(question, variantsAgainst(question, scale, worker, before), scale));
}

async function asked(): Promise<Question[]> {
  const names = isGlance ? questions.filter((name) => !NOT_AT_A_GLANCE.includes(name)) : questions;
  return Promise.all(names.map((name) => QUESTIONS[name]!()));
}

function show(question: Question, rows: readonly Row[]): void {
  progress('');
  console.log(`\n${question.name}: ${caption(question)}\n\n${aligned(cells(question, rows))}`);
}

function parsed(): ReturnType<typeof parseArguments> {
  try {
    return parseArguments(process.argv.slice(2), all);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}
