// The error of a check that found a difference. Its message says everything: each test runner shows it, and what they
// make of `actual` and `expected` beside it would be the same once more.

import { AssertionError } from 'node:assert';

import { UNSHOWN } from './unshown.ts';

/** @param check - The function that a test called: the stack begins where it was called. */
export function failure(message: string, check: (...given: never[]) => unknown): AssertionError {
  // Label values come from anywhere, and messages go to terminals.
  const shown = message.replace(UNSHOWN, (found) => (found === '\n' ? found : '\ufffd'));
  const error = new AssertionError({ message: shown, operator: 'fail', stackStartFn: check });
  // Node 24 and later name a kind of diff here, which vitest prints as if it were one.
  delete (error as { diff?: string }).diff;
  return error;
}

// Characters. A label value may have as many as it likes.
const LONGEST_LINE = 1_000;

/** The first lines of many, and how many more there are. */
export function firstOf(lines: readonly string[], limit: number, what: string): string[] {
  const first = lines.slice(0, limit).map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line));
  return lines.length <= limit ? first : [...first, `… and ${lines.length - limit} more ${what}`];
}
