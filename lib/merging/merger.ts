// Merges the snapshots of the members of a group into families. What depends on shapes alone is kept from one merge to
// the next, so that a steady group costs no more than adding up numbers.

import { MetricError, messageOf, show } from '../core/errors.ts';
import { LiveFamily } from '../core/live-family.ts';
import type { MetricFamily, Point } from '../core/model.ts';
import type { Offer } from './agreeing.ts';
import { mergeHistograms } from './histograms.ts';
import { mergeNumbers } from './numbers.ts';
import { mergeInfos, mergeStates } from './states.ts';
import { mergeSummaries } from './summaries.ts';
import { settleRivals } from './readings.ts';
import type { Numbers, Reading } from './readings.ts';
import { isPlanOf, planOf } from './plan.ts';
import type { FamilyPlan } from './plan.ts';
import { readShape } from './shape-reader.ts';
import type { Shape } from './shape-reader.ts';
import type { Part } from './snapshot.ts';
import { readValues } from './values-reader.ts';
import type { Values } from './values-reader.ts';

/** How many disagreements are remembered, so that each is reported once. */
const MOST_REPORTED = 1_000;

/** How many series of a family are remembered that ended, where members live on: the latest. */
export const MOST_RETAINED = 1_000;

interface ReadPart {
  readonly part: Part;
  readonly shape: Shape;
  readonly values: Values;
}

/** What the parts have of one family: heads and series, and the numbers of each. */
interface Offered {
  readonly offers: Offer[];
  readonly numbers: Numbers[];
}

/** Merges the snapshots of the members of a group. */
export class Merger {
  private readonly report: (error: MetricError) => void;
  private readonly areApart: boolean;
  private readonly reported = new Set<string>();
  private shapes: ReadonlyMap<string, Shape> = new Map();
  private plans: ReadonlyMap<string, FamilyPlan> = new Map();

  /**
   * @param report - Called with each disagreement of members once (`ERR_MERGE`), and whenever a part is no snapshot and
   * left out (`ERR_SNAPSHOT`). Must not throw.
   * @param areApart - Whether families of different types, and histograms of different bounds, stay apart. Nothing is
   * lost then, and not all can be shown.
   */
  constructor(report: (error: MetricError) => void, areApart = false) {
    this.report = report;
    this.areApart = areApart;
  }

  /**
   * The families of all parts as one, a few points at each step. They are those of this moment, and never change.
   *
   * @param parts - In the order in which the members joined; what is left of those that ended anywhere.
   */
  *merge(parts: readonly Part[]): Generator<void, readonly MetricFamily[]> {
    const read = yield* this.read([...parts.filter(({ isEnded }) => !isEnded), ...parts.filter(({ isEnded }) => isEnded)]);
    const plans = new Map<string, FamilyPlan>();
    const families: MetricFamily[] = [];
    for (const [key, { offers, numbers }] of this.offered(read)) {
      if (!this.areApart && offers.every(({ family }) => family.isRetained)) continue;
      const before = this.plans.get(key);
      const plan = before !== undefined && isPlanOf(before, offers) ? before : yield* planOf(offers, (error) => this.reportOnce(error), this.areApart);
      plans.set(key, plan);
      if (plan.sources.length === 0) continue;
      const readings = plan.sources.map((source) => ({ ...source, ...numbers[source.place]! }));
      families.push(familyOf(plan, yield* this.points(plan, readings)));
      yield;
    }
    this.shapes = new Map(read.map(({ part, shape }) => [part.key, shape]));
    this.plans = plans;
    return families;
  }

  private *read(parts: readonly Part[]): Generator<void, ReadPart[]> {
    const read: ReadPart[] = [];
    for (const part of parts) {
      const known = this.shapes.get(part.key);
      try {
        const shape = known?.id === part.shapeId ? known : yield* readShape(part.shape, part.shapeId, known);
        read.push({ part, shape, values: yield* readValues(part.values, shape) });
      } catch (cause) {
        this.report(new MetricError('ERR_SNAPSHOT', `member ${show(part.member)}: ${messageOf(cause)}; it is left out`, { cause }));
      }
    }
    return read;
  }

  /** By name, in the order in which they come first. */
  private offered(read: readonly ReadPart[]): ReadonlyMap<string, Offered> {
    const all = new Map<string, Offered>();
    for (const { part: { key, member, isEnded }, shape, values } of read) {
      for (const [i, { family, numbersAt }] of shape.families.entries()) {
        const name = this.areApart ? `${family.type} ${family.isRetained} ${family.name}` : family.name;
        let own = all.get(name);
        if (own === undefined) all.set(name, (own = { offers: [], numbers: [] }));
        own.offers.push({ key, member, isEnded: isEnded || family.isRetained, family });
        own.numbers.push({ numbers: values.numbers, begin: numbersAt, details: values.details[i]! });
      }
    }
    return all;
  }

  private points({ type, rule, series, name }: FamilyPlan, readings: readonly Reading[]): Generator<void, readonly Point[]> {
    for (const reading of readings) if (reading.rivals.length > 0) settleRivals(reading);
    const lost = (what: string) => ({ member, isEnded }: Reading): void => this.reportOnce(new MetricError('ERR_MERGE', `${type} ${show(name)}: expected ${what} of all members that have a series, got none of ${isEnded ? 'what has ended' : `member ${show(member)}`}; they are left out`));
    switch (type) {
      case 'histogram':
      case 'gaugehistogram':
        return mergeHistograms(series, readings, lost('native buckets'));
      case 'summary':
        return mergeSummaries(series, readings, lost('a sketch of the quantiles'));
      case 'info':
        return mergeInfos(rule, series, readings);
      case 'stateset':
        return mergeStates(series, readings);
      default:
        return mergeNumbers(rule, series, readings);
    }
  }

  private reportOnce(error: MetricError): void {
    if (this.reported.has(error.message) || this.reported.size >= MOST_REPORTED) return;
    this.reported.add(error.message);
    this.report(error);
  }
}

function familyOf(plan: FamilyPlan, points: readonly Point[]): MetricFamily {
  const { name, type, help, unit, rule, isBare, labelNames, isRetained } = plan;
  const head = { name, type, help, unit, merge: rule, allNames: labelNames };
  if (isRetained) return { ...head, isRetained, points: points.slice(-MOST_RETAINED) } as unknown as MetricFamily;
  // Names that not all formats can show as they are stand in no line that was made before.
  return (isBare ? new LiveFamily(head, {}, { points }, 'checked') : { ...head, points }) as unknown as MetricFamily;
}
