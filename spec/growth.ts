// How the cost of an input grows with its size, decided so that neither a slow nor a busy machine can change the verdict.

import assert from 'node:assert/strict';

/** How much larger the large input is: so many times would an item cost there if the cost were quadratic. */
const RATIO = 32;

/** What an item may cost in the large input, as a multiple of the small: caches and garbage collection take their part. */
const LIMIT = 8;

const ROUNDS = 10;

/**
 * Asserts that an item of a large input costs about what one of a small input does.
 *
 * The two are measured in turn, by the time of this process alone, and what counts is the least of up to ten rounds
 * of each: a good one is enough. Quadratic cost fails in all of them.
 *
 * @param size - of the small input. The large one must be big enough for a quadratic part to outweigh all else.
 * @param prepare - makes an input of a size, and returns what is to be measured.
 */
export function assertLinear(what: string, size: number, prepare: (size: number) => () => void): void {
  const [small, large] = [prepare(size), prepare(size * RATIO)];
  const inParts = (): void => { for (let part = 0; part < RATIO; part++) small(); };
  let [parts, whole] = [cost(inParts), Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    whole = Math.min(whole, cost(large));
    parts = Math.min(parts, cost(inParts));
    if (whole <= LIMIT * parts) return;
  }
  assert.fail(`${what}: expected at most ${LIMIT} times the cost of ${RATIO} parts, got ${whole} µs for the whole and ${parts} µs for the parts`);
}

function cost(run: () => void): number {
  const begin = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(begin);
  return user + system;
}
