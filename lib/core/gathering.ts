// One pass over collectors: families side by side, each name once, each series once. What instruments offer
// is right by construction and taken as it is; what other collectors offer is checked and copied first, so
// that nothing of theirs can break a scrape half-way.

import { checkedHead, checkedPoint } from './checking.ts';
import { MetricError, show } from './errors.ts';
import type { Instrument } from './instrument.ts';
import type { Collector, FamilyHead, Labels, MetricFamily, MetricType, Point } from './model.ts';
import { sampleNames } from './names.ts';
import { seriesKey } from './labels.ts';

/** A family of a collector's own, as it is now. */
interface CheckedFamily {
  readonly head: FamilyHead & { readonly type: MetricType };
  readonly points: readonly Point[];
}

/** A family under way: as the model has it, with room for more points. */
type OpenFamily = MetricFamily & { readonly points: Point[] };

/**
 * An instrument's family, with constant labels: the same object for good, so that writers can keep what they make
 * of it. Its points are those that the instrument has when they are read.
 */
export function liveFamily(instrument: Instrument, constantLabels: Labels): MetricFamily {
  const [family] = [...instrument.collect()] as [MetricFamily];
  const { name, help, unit, type } = family;
  return Object.freeze({
    name,
    help,
    unit,
    type,
    constantLabels,
    get points() {
      return family.points;
    },
  }) as MetricFamily;
}

/** The families of one pass, in the order in which their collectors came. */
export class Gathering {
  readonly families: MetricFamily[] = [];
  /** By family: series that were left out, since another has the same labels. */
  readonly droppedSeries: Map<string, number> = new Map();
  private readonly taken: ReadonlyMap<string, Collector>;
  private readonly constantLabels: Labels;
  private readonly open = new Map<string, { readonly family: OpenFamily; readonly seen: Set<string> }>();
  /** By sample name: the family that shows it. */
  private readonly shown = new Map<string, string>();

  /** @param taken - The sample names of registered instruments, which no other collector may use. */
  constructor(taken: ReadonlyMap<string, Collector>, constantLabels: Labels) {
    this.taken = taken;
    this.constantLabels = constantLabels;
  }

  /** Adds a family that is known to be right. */
  addLive(family: MetricFamily): void {
    this.families.push(family);
  }

  /**
   * Adds the families of a collector of any kind. Several collectors may add to one family.
   *
   * @param limit - How many families and points it may offer: what it offers may have no end.
   * @throws what `collect` throws, and {@link MetricError} `ERR_COLLECTOR` where no format could show what
   * it offers; then none of its families is added.
   */
  addOffered(collector: Collector, limit: number): void {
    const offered: CheckedFamily[] = [];
    const claimed = new Map<string, string>();
    let rest = limit;
    const count = (): void => {
      if (rest-- <= 0) throw new MetricError('ERR_COLLECTOR', `expected at most ${limit} families and series (maxCollectorSeries)`);
    };
    for (const family of collector.collect()) {
      const head = checkedHead(family);
      count();
      this.claim(head, claimed);
      const points: Point[] = [];
      for (const point of family.points as Iterable<Point>) {
        count();
        points.push(checkedPoint(head.type, head.name, point, family.constantLabels, this.constantLabels));
      }
      offered.push({ head, points });
    }
    for (const { head, points } of offered) this.merge(head, points);
    for (const [sample, claimant] of claimed) this.shown.set(sample, claimant);
  }

  // Its own families may take each other's samples too, so it claims them one by one.
  private claim({ name, type }: CheckedFamily['head'], claimed: Map<string, string>): void {
    const claimant = `${type} ${show(name)}`;
    for (const sample of sampleNames(name, type)) {
      const owner = claimed.get(sample) ?? this.shown.get(sample) ?? (this.taken.has(sample) ? 'an instrument' : claimant);
      if (owner !== claimant) {
        throw new MetricError('ERR_COLLECTOR', `${claimant}: expected samples that no other family has, but ${owner} shows ${show(sample)}`);
      }
      claimed.set(sample, claimant);
    }
  }

  private merge(head: CheckedFamily['head'], points: readonly Point[]): void {
    const { name } = head;
    let entry = this.open.get(name);
    if (entry === undefined) {
      entry = { family: { ...head, points: [], constantLabels: this.constantLabels } as OpenFamily, seen: new Set() };
      this.open.set(name, entry);
      this.families.push(entry.family);
    }
    for (const point of points) {
      const key = `${seriesKey(point.labels)}${point.timestampMs}`;
      if (entry.seen.has(key)) {
        this.droppedSeries.set(name, (this.droppedSeries.get(name) ?? 0) + 1);
      } else {
        entry.seen.add(key);
        entry.family.points.push(point);
      }
    }
  }
}
