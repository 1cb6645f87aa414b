// Which exemplars a native histogram keeps: few, recent, and spread over its values.

import type { Exemplar } from '../core/model.ts';

// As in the official client.
const MOST = 10;
const LIFETIME_MS = 300_000;

/**
 * The exemplars with one more, in ascending order of their values. Past 10, one goes: the oldest, if it is older than 5
 * minutes; else, of the two that are closest on a logarithmic scale, the one before.
 */
export function withExemplar(before: readonly Exemplar[], added: Exemplar): readonly Exemplar[] {
  const exemplars = [...before, added].sort((a, b) => a.value - b.value);
  if (exemplars.length <= MOST) return exemplars;
  const oldest = exemplars.reduce((one, other) => (timeOf(other) < timeOf(one) ? other : one));
  const leaves = timeOf(added) - timeOf(oldest) > LIFETIME_MS ? oldest : earlierOfClosest(exemplars);
  return exemplars.filter((each) => each !== leaves);
}

function earlierOfClosest(exemplars: readonly Exemplar[]): Exemplar {
  const gaps = exemplars.slice(1).map((each, i) => distance(exemplars[i]!.value, each.value));
  const place = gaps.indexOf(Math.min(...gaps));
  const [one, other] = [exemplars[place]!, exemplars[place + 1]!];
  return timeOf(one) <= timeOf(other) ? one : other;
}

// Between values on both sides of 0 there are all the others.
function distance(below: number, above: number): number {
  if (below === above) return 0;
  return Math.sign(below) === Math.sign(above) ? Math.abs(Math.log(above / below)) : Number.MAX_VALUE;
}

function timeOf({ timestampMs = 0 }: Exemplar): number {
  return timestampMs;
}
