// Exemplars: what may be given as one, and which one a series keeps.

import type { Clock } from '../core/clock.ts';
import { messageOf, show } from '../core/errors.ts';
import type { MetricErrorCode } from '../core/errors.ts';
import { isLabelValue, toWellFormed } from '../core/labels.ts';
import type { LabelValue } from '../core/labels.ts';
import type { Exemplar } from '../core/model.ts';
import { isLabelName } from '../core/names.ts';
import { ignoreRejection } from '../core/notify.ts';

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

/** Returns the labels of the current trace; `undefined` where there is none, or it is not sampled. */
export type CurrentExemplar = () => ExemplarLabels | undefined;

/** What an instrument with exemplars can be given. */
export interface ExemplarOptions {
  /**
   * Called by writes that have no exemplar of their own, for labels such as those of the current trace. A series that
   * took an exemplar does not ask again for 5 seconds. @default none
   */
  readonly exemplar?: CurrentExemplar;
}

// OpenMetrics 1.0, "Exemplars": of names and values together, in code points.
const MAX_LENGTH = 128;
const INTERVAL_MS = 5_000;

/** An instrument, as its exemplars see it. */
export interface ExemplarSource {
  readonly subject: string;
  readonly wallClock: Clock;
  readonly exemplar: CurrentExemplar | undefined;
  /** While `exemplar` is called, which is the caller's code and may write to this very metric. */
  isAsking?: boolean;
  report(code: MetricErrorCode, cause: string, message: () => string): void;
}

/**
 * The exemplar to keep after a write: the one that is given, the current one where that before is older than 5
 * seconds, or the one before. What is none costs the write nothing.
 */
export function nextExemplar(source: ExemplarSource, given: GivenExemplar | null | undefined, value: number, before: Exemplar | undefined): Exemplar | undefined {
  const { exemplar, isAsking = false } = source;
  let labels = given ?? undefined;
  if (labels === undefined && (exemplar === undefined || isAsking)) return before;
  try {
    const nowMs = source.wallClock();
    if (labels === undefined) {
      const ageMs = nowMs - (before?.timestampMs ?? -Infinity);
      if (ageMs >= 0 && ageMs < INTERVAL_MS) return before;
      source.isAsking = true;
      labels = exemplar!() ?? undefined;
      ignoreRejection(labels);
    }
    return labels === undefined ? before : checked(labels, value, nowMs);
  } catch (cause) {
    source.report('ERR_EXEMPLAR', '', () => `${source.subject}: exemplar: ${messageOf(cause)}; the write is kept without it`);
    return before;
  } finally {
    source.isAsking = isAsking;
  }
}

/** @throws {RangeError} that says what is wrong with it */
function checked(given: GivenExemplar, writtenValue: number, nowMs: number): Exemplar {
  const isDetailed = typeof given.labels === 'object' && given.labels !== null;
  const { labels, value = writtenValue, timestampMs = nowMs } = (isDetailed ? given : { labels: given }) as Exclude<GivenExemplar, ExemplarLabels>;
  const kept: Record<string, string> = {};
  let length = 0;
  for (const [name, text] of Object.entries(labels)) {
    expect(isLabelName(name) && !name.startsWith('__'), 'a label name of letters, digits and "_" that begins with no digit and no "__"', name);
    expect(isLabelValue(text), `a string, number or boolean as ${name}`, text);
    // As good as absent.
    if (text === '') continue;
    const wellFormed = toWellFormed(String(text));
    kept[name] = wellFormed;
    length += name.length + [...wellFormed].length;
  }
  expect(length > 0 || isDetailed, 'labels such as { trace_id: "4bf9" }', given);
  expect(length <= MAX_LENGTH, `names and values of at most ${MAX_LENGTH} characters together`, length);
  expect(typeof value === 'number' && value === value && Number.isFinite(timestampMs), 'numbers as value and time', [value, timestampMs]);
  return { labels: kept, value, timestampMs };
}

function expect(holds: boolean, expected: string, given: unknown): void {
  if (!holds) throw new RangeError(`expected ${expected}, got ${show(given)}`);
}
