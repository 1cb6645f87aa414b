// Native buckets as formats spell them: runs of neighbours, with the empty ones within a run.

import type { NativeBuckets } from '../core/model.ts';

/** Neighbours, which are given by their counts alone. */
export interface Span {
  /** Of the first run its first index; of the others how many buckets are left out before it. */
  readonly offset: number;
  length: number;
}

export interface Spans {
  readonly spans: readonly Span[];
  /** Of all buckets in all spans, in order. */
  readonly counts: readonly number[];
}

// One or two buckets are shown as empty rather than left out, as in the official client: a span would take more bytes.
const LONGEST_GAP = 2;

export function spansOf({ indexes, counts }: NativeBuckets): Spans {
  const spans: Span[] = [];
  const all: number[] = [];
  let next = 0;
  for (let i = 0; i < indexes.length; i++) {
    const index = indexes[i]!;
    const gap = index - next;
    if (i > 0 && gap <= LONGEST_GAP) {
      for (let empty = 0; empty < gap; empty++) all.push(0);
      spans.at(-1)!.length += gap + 1;
    } else spans.push({ offset: gap, length: 1 });
    all.push(counts[i]!);
    next = index + 1;
  }
  return { spans, counts: all };
}
