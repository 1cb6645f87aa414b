// Exemplars: what may be given as one, and which one a series keeps.

import { show } from '../core/errors.ts';
import { toWellFormed } from '../core/labels.ts';
import type { LabelValue } from '../core/labels.ts';
import type { Exemplar } from '../core/model.ts';
import { isLabelName } from '../core/names.ts';

/** Labels of an exemplar, such as `{ trace_id: '4bf9' }`: 128 characters at most, names and values together. */
export type ExemplarLabels = Readonly<Record<string, LabelValue>>;

/** What a write can be given as its exemplar: labels alone, or with a value and a time of their own. */
export type GivenExemplar =
  | ExemplarLabels
  | {
      readonly labels: ExemplarLabels;
      /** @default the value of the write */
      readonly value?: number;
      /** Milliseconds since the epoch. @default now */
      readonly timestampMs?: number;
    };

/** Tells the labels of the current trace; `undefined` where there is none, or it is not sampled. */
export type CurrentExemplar = () => ExemplarLabels | undefined;

/** What an instrument with exemplars can be given. */
export interface ExemplarOptions {
  /**
   * Asked for labels by writes that have no exemplar of their own, such as those of the current trace. A
   * series that took an exemplar asks no more for 5 seconds. @default none
   */
  readonly exemplar?: CurrentExemplar;
}

// OpenMetrics 1.0, "Exemplars": of names and values together, in code points.
const MAX_LENGTH = 128;
const INTERVAL_MS = 5_000;

/** @throws {RangeError} that tells what is wrong with it */
export function checkedExemplar(given: GivenExemplar, writtenValue: number, nowMs: number): Exemplar {
  const isDetailed = typeof given.labels === 'object' && given.labels !== null;
  const { labels, value = writtenValue, timestampMs = nowMs } = isDetailed
    ? (given as { readonly labels: ExemplarLabels; readonly value?: number; readonly timestampMs?: number })
    : { labels: given as ExemplarLabels };
  const kept: Record<string, string> = {};
  let length = 0;
  for (const [name, text] of Object.entries(labels)) {
    if (!isLabelName(name) || name.startsWith('__')) {
      throw new RangeError(`expected a label name of letters, digits and "_" that begins with no digit and no "__", got ${show(name)}`);
    }
    const wellFormed = toWellFormed(String(text));
    kept[name] = wellFormed;
    length += name.length + [...wellFormed].length;
  }
  if (length > MAX_LENGTH) throw new RangeError(`expected names and values of at most ${MAX_LENGTH} characters together, got ${length}`);
  if (!(typeof value === 'number' && Number.isFinite(timestampMs))) throw new RangeError(`expected numbers as value and time, got ${show([value, timestampMs])}`);
  return { labels: kept, value, timestampMs };
}

/** The exemplar before, or one with the current labels where that is older than 5 seconds. */
export function sampledExemplar(current: CurrentExemplar, value: number, before: Exemplar | undefined, nowMs: number): Exemplar | undefined {
  if (before?.timestampMs !== undefined && nowMs - before.timestampMs < INTERVAL_MS && nowMs >= before.timestampMs) return before;
  const labels = current();
  return labels === undefined ? before : checkedExemplar(labels, value, nowMs);
}
