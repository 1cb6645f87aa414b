// The error of a check that found a difference. Its message says everything: each test runner shows it, and what they
// make of `actual` and `expected` beside it would be the same once more.

import { AssertionError } from 'node:assert';

/** @param check - The function that a test called: the stack begins where it was called. */
export function failure(message: string, check: (...given: never[]) => unknown): AssertionError {
  const error = new AssertionError({ message, operator: 'fail', stackStartFn: check });
  // Node 24 and later name a kind of diff here, which vitest prints as if it were one.
  delete (error as { diff?: string }).diff;
  return error;
}

/** The first lines of many, and how many more there are. */
export function firstOf(lines: readonly string[], limit: number, what: string): string[] {
  return lines.length <= limit ? [...lines] : [...lines.slice(0, limit), `… and ${lines.length - limit} more ${what}`];
}
