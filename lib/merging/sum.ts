// What is left of members that have ended.

import type { MetricError } from '../core/errors.ts';
import { Merger } from './merger.ts';
import { SnapshotWriter } from './snapshot-writer.ts';
import type { Part, Snapshot } from './snapshot.ts';

/**
 * What adds up for good of members that ended, as one snapshot in the place of theirs: counters, histograms, and the sums
 * and counts of summaries. Sums may be summed again; nothing of them is lost, whatever their members disagreed about.
 *
 * @param report - Called with what is no snapshot, and left out. @default nothing
 */
export function* sumOf(parts: readonly Part[], report: (error: MetricError) => void = () => {}): Generator<void, Snapshot> {
  const ended = parts.map((part) => ({ ...part, isEnded: true }));
  return yield* new SnapshotWriter().take(yield* new Merger(report, true).merge(ended));
}
