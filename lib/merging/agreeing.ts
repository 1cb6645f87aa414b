// What a family is shown as where its members disagree: as most of the live ones have it, and of as many as the one that
// joined first. Each disagreement is reported.

import { MetricError, show } from '../core/errors.ts';
import type { ReadFamily } from './shape-reader.ts';

/** A family of one part. */
export interface Offer {
  readonly key: string;
  readonly member: string;
  readonly isEnded: boolean;
  readonly family: ReadFamily;
}

export type Report = (error: MetricError) => void;

/** The value that most have; of as many, the first. */
export function most<Value>(values: readonly Value[], keyOf: (value: Value) => unknown = (value) => value): Value {
  const counts = new Map<unknown, number>();
  for (const value of values) counts.set(keyOf(value), (counts.get(keyOf(value)) ?? 0) + 1);
  return values.reduce((best, each) => (counts.get(keyOf(each))! > counts.get(keyOf(best))! ? each : best));
}

/** Those who decide: of each live member its first family of the name, and where none is alive, what is left of the others. */
export function votersOf(offers: readonly Offer[]): Offer[] {
  const live = offers.filter(({ isEnded }) => !isEnded);
  const keys = new Set<string>();
  return (live.length > 0 ? live : offers).filter(({ key }) => keys.size !== keys.add(key).size);
}

/** The head of the family that is shown. */
export function agreedHead(offers: readonly Offer[], report: Report): ReadFamily {
  const voters = votersOf(offers);
  const { type } = most(voters, ({ family }) => family.type).family;
  for (const offer of offers) if (offer.family.type !== type && !offer.isEnded) report(disagreement(offer, type, 'type', type, offer.family.type, '; its series are left out'));
  const agreed = voters.filter(({ family }) => family.type === type);
  const head: Record<string, unknown> = { ...agreed[0]!.family };
  for (const field of ['help', 'unit', 'merge'] as const) {
    const value = (head[field] = most(agreed.map(({ family }) => family[field])));
    for (const offer of agreed) if (offer.family[field] !== value && !offer.isEnded) report(disagreement(offer, type, field, value, offer.family[field]));
  }
  return head as unknown as ReadFamily;
}

export function disagreement({ family: { name }, member }: Offer, type: string, field: string, expected: unknown, given: unknown, outcome = ''): MetricError {
  return new MetricError('ERR_MERGE', `${type} ${show(name)}: ${field}: expected ${show(expected)}, as most members have it, got ${show(given)} of member ${show(member)}${outcome}`);
}
