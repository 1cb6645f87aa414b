// The work tree's promlet against another revision's: each question as this benchmark asks it, of both in one run.

import { BEFORE } from './builds.ts';
import type { Question, Scale } from './harness.ts';
import type { Variant } from './asking.ts';

const PROMLET = 'promlet';
/** Once in each order at least. */
const LEAST_ROUNDS = 2;

/** Each variant that is promlet's, in the build of the work tree and in the other one, side by side. */
export function variantsAgainst({ cases, isOwn = false }: Question, scale: Scale, worker: string, workerBefore: string): Variant[] {
  return cases(scale).flatMap((each) => {
    const of = { ...each, rounds: Math.max(each.rounds ?? scale.rounds, LEAST_ROUNDS) };
    return of.subjects
      .filter((subject) => isOwn || subject === PROMLET)
      .flatMap((subject) =>
        [
          { worker, shownAs: { subject: PROMLET } },
          { worker: workerBefore, shownAs: { subject: BEFORE } },
        ].map((build) => ({ of, subject, execPath: process.execPath, row: isOwn ? `${of.name}, ${subject}` : of.name, ...build })),
      );
  });
}
