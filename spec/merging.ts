// Members of a group without processes: their snapshots taken and merged at once.

import { Registry, render, text } from '../lib/index.ts';
import type { Collector, Format, MetricError, MetricFamily } from '../lib/index.ts';
import { checked } from '../lib/scraping.ts';
import { Merger } from '../lib/merging/merger.ts';
import { SnapshotWriter } from '../lib/merging/snapshot-writer.ts';
import type { Part, Snapshot } from '../lib/merging/snapshot.ts';

/** Works to the end, in one go. */
export function done<Result>(work: Generator<void, Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

export type Source = Collector | readonly MetricFamily[];

export function snapshotOf(source: Source, writer: SnapshotWriter = new SnapshotWriter()): Snapshot {
  return done(writer.take(familiesOf(source)));
}

function familiesOf(source: Source): Iterable<MetricFamily> {
  const registry = source instanceof Registry ? source : new Registry({ maxCollectorSeries: Infinity });
  if (registry !== source) registry.register('collect' in source ? source : { collect: () => source });
  return checked(registry).collect();
}

/** A part of what a member shows; the members are called 1, 2 and so on. */
export function partOf(source: Source, i = 0, isEnded = false): Part {
  return { key: `key ${i + 1}`, member: String(i + 1), isEnded, ...snapshotOf(source) };
}

export interface Merged {
  readonly families: readonly MetricFamily[];
  readonly text: string;
  /** What was reported, one message after another. */
  readonly reports: readonly string[];
}

export function merged(parts: readonly Part[], format: Format<string> = text, merger?: Merger): Merged {
  const reports: string[] = [];
  const families = done((merger ?? new Merger(({ code, message }: MetricError) => reports.push(`${code} ${message}`))).merge(parts));
  return { families, text: render(families, format, { onWarning: ({ message }) => reports.push(message) }), reports };
}

/** All of these members, alive. */
export function mergedOf(...sources: readonly Source[]): Merged {
  return merged(sources.map((source, i) => partOf(source, i)));
}
