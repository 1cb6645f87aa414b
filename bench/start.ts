// How long does importing take? Milliseconds in a new process, modules read from disk (and its cache).

import { execFileSync } from 'node:child_process';

import { clientNamed, compared } from './clients/index.ts';
import type { Case, Question } from './harness.ts';
import { BENCH } from './paths.ts';

/** A module without anything in it. */
const FLOOR = 'floor';

export const start: Question = {
  name: 'start',
  asks: 'How long does importing take, in a new process?',
  unit: 'ms',

  cases: (scale): readonly Case[] => [{ name: 'import', subjects: [...compared(scale), FLOOR], rounds: 1 }],

  async measure(_name, subject, { isQuick }) {
    const specifier = subject === FLOOR ? 'data:text/javascript,' : clientNamed(subject).specifier;
    const code = `const begin = performance.now(); import(${JSON.stringify(specifier)}).then(() => console.log(performance.now() - begin))`;
    return Array.from({ length: isQuick ? 3 : 9 }, () => Number(execFileSync(process.execPath, ['-e', code], { cwd: BENCH, encoding: 'utf8' })));
  },
};
