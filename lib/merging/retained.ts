// What series of instruments had that ended in a member that lives on: removed, expired, cleared. Their sums must not fall
// where others still show them: for Prometheus, that would be the restart of all.

import type { MetricFamily, Point } from '../core/model.ts';
import type { FamilyShape } from './layout.ts';
import { Merger } from './merger.ts';
import type { Retaining } from './retaining.ts';
import { SnapshotWriter } from './snapshot-writer.ts';
import type { Part } from './snapshot.ts';

/** One point for each series, however often it ended; the latest ones of each family, no more than `MOST_RETAINED`. */
export class Retained implements Retaining {
  families: readonly MetricFamily[] = [];
  private ended = new Map<FamilyShape, Point[]>();
  private readonly noted = new WeakSet<Point>();

  note(shape: FamilyShape, point: Point): void {
    // Once: a snapshot that is broken off has others find it again.
    if (this.noted.has(point)) return;
    this.noted.add(point);
    const points = this.ended.get(shape);
    if (points === undefined) this.ended.set(shape, [point]);
    else points.push(point);
  }

  *settle(): Generator<void, void> {
    const { ended } = this;
    if (ended.size === 0) return;
    const added = Array.from(ended, ([shape, points]) => ({ ...shape, isRetained: true, points }) as unknown as MetricFamily);
    const names = new Set(added.map(({ name }) => name));
    const changed = this.families.filter(({ name }) => names.has(name));
    const parts = [yield* partOf('before', changed), yield* partOf('ended', added)];
    const families = yield* new Merger(() => {}, true).merge(parts);
    // Where the process ends meanwhile, all of this has been done already.
    if (this.ended !== ended) return;
    this.families = [...this.families.filter(({ name }) => !names.has(name)), ...families];
    this.ended = new Map();
  }
}

function* partOf(key: string, families: readonly MetricFamily[]): Generator<void, Part> {
  return { key, member: '', isEnded: true, ...(yield* new SnapshotWriter().take(families)) };
}
