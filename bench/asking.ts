// Asks a question: each variant in fresh processes of its own, to and fro through all of them, and the medians of
// what they found.

import { spawnSync } from 'node:child_process';

import { OWN_ENGINE } from './engines.ts';
import type { Engine } from './engines.ts';
import { summarise } from './harness.ts';
import type { Case, Question, Scale } from './harness.ts';
import type { Figure, Measured, Row } from './results.ts';
import type { Order } from './worker.ts';

/** One of those that are compared in a case. */
export interface Variant {
  readonly of: Case;
  readonly subject: string;
  readonly execPath: string;
  /** The worker of the build that is measured. */
  readonly worker: string;
  /** Whose its figures are, and in which row they stand. */
  readonly shownAs: Measured;
  readonly row: string;
}

/** The variants of clients and peers, each on the first engine that runs it; promlet on each where there is a client. */
export function variantsOf(question: Question, scale: Scale, worker: string, enginesFor: (subject: string) => readonly Engine[]): Variant[] {
  return question.cases(scale).flatMap((of) => {
    const first = of.subjects.flatMap((subject) => enginesFor(subject).slice(0, of.isOnEachEngine === true ? undefined : 1).map((engine) => ({ subject, engine })));
    // Who needs a newer engine is compared with promlet on that engine.
    const newer = new Set(first.map(({ engine }) => engine).filter((engine) => engine !== OWN_ENGINE));
    const [reference] = of.subjects;
    const missing = [...newer].filter((engine) => !first.some((each) => each.subject === reference && each.engine === engine));
    return [...first, ...missing.map((engine) => ({ subject: reference!, engine }))]
      .sort((one, other) => Number(one.engine !== OWN_ENGINE) - Number(other.engine !== OWN_ENGINE) || of.subjects.indexOf(one.subject) - of.subjects.indexOf(other.subject))
      .map(({ subject, engine }) => ({
        of,
        subject,
        execPath: engine.execPath,
        worker,
        shownAs: engine === OWN_ENGINE ? { subject } : { subject, node: engine.version },
        row: of.name,
      }));
  });
}

/** The figures of all variants, a row for each case and each thing that it measures. */
export function answer(question: Question, variants: readonly Variant[], scale: Scale): Row[] {
  if (question.check !== undefined) checkAll(question, variants, scale);
  const samples = variants.map(() => new Map<string, number[]>());
  const rounds = variants.map(({ of }) => of.rounds ?? scale.rounds);
  const order = variants.map((_, i) => i);
  for (let round = 0; rounds.some((each) => round < each); round++) {
    // To and fro, so that what warms up or wears off in the machine meets all alike.
    for (const i of round % 2 === 0 ? order : order.toReversed()) {
      if (round >= rounds[i]!) continue;
      const { of, subject, row, shownAs } = variants[i]!;
      progress(`${question.name}: round ${round + 1} of ${rounds[i]}: ${row}: ${Object.values(shownAs).join(', Node ')}`);
      const found = JSON.parse(work(question, variants[i]!, { act: 'measure', question: question.name, variants: [{ name: of.name, subject }], scale })) as number[] | Record<string, number[]>;
      for (const [suffix, figures] of Object.entries(Array.isArray(found) ? { '': found } : found)) {
        samples[i]!.set(suffix, [...(samples[i]!.get(suffix) ?? []), ...figures]);
      }
    }
  }
  progress('');
  return rowsOf(variants, samples);
}

function rowsOf(variants: readonly Variant[], samples: readonly ReadonlyMap<string, readonly number[]>[]): Row[] {
  const rows = new Map<string, Row & { figures: Figure[] }>();
  variants.forEach(({ of: { unit, kinds }, row, shownAs }, i) => {
    for (const [suffix, figures] of samples[i]!) {
      // No samples: the subject has nothing of the kind.
      if (figures.length === 0) continue;
      const name = row + suffix;
      if (!rows.has(name)) rows.set(name, { name, ...(unit !== undefined && { unit }), ...kinds?.[suffix], figures: [] });
      rows.get(name)!.figures.push({ ...shownAs, ...summarise(figures) });
    }
  });
  return [...rows.values()];
}

function checkAll(question: Question, variants: readonly Variant[], scale: Scale): void {
  progress(`${question.name}: checking that all show the same`);
  for (const first of variants) {
    const alike = variants.filter(({ execPath, worker }) => execPath === first.execPath && worker === first.worker);
    if (alike[0] !== first) continue;
    work(question, first, { act: 'check', question: question.name, variants: alike.map(({ of, subject }) => ({ name: of.name, subject })), scale });
  }
}

/** The last line that a fresh process prints. */
function work(question: Question, { execPath, worker, of }: Variant, order: Order): string {
  const { status, stdout, signal } = spawnSync(execPath, [...(of.nodeFlags ?? question.nodeFlags ?? []), worker, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`${order.question}: ${order.act} ${JSON.stringify(order.variants)}: the process ended with ${status ?? signal}`);
  return stdout.trimEnd().split('\n').at(-1)!;
}

export function progress(message: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${message}`);
}
