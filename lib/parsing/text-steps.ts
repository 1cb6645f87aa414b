// Histograms and summaries of the text format: many lines for each point, a step of it on each. Both have a sum
// and a count beside their steps, which are buckets or quantiles. Exposition formats, "Histograms and summaries".

import type { GaugePoint, HistogramPoint, Labels, MetricFamily, SummaryPoint } from '../core/model.ts';
import { LastLabels } from './labels.ts';
import type { Line } from './line.ts';
import { parseNumber } from './numbers.ts';
import { quote } from './parse-error.ts';
import type { Scanner } from './scanner.ts';
import { SeriesKeys } from './series-keys.ts';
import { SinglePoints } from './text-single.ts';
import { sampleSubject } from './tokens.ts';

/** What a sample says of its point; `plain` is one whose name has no suffix. */
export type StepRole = 'plain' | 'bucket' | 'sum' | 'count';

interface Step {
  /** The bucket's bound or the quantile: as a number, and as written. */
  readonly at: number;
  readonly written: string;
  readonly value: number;
}

/** A point as far as it is known. */
interface Draft {
  readonly labels: Labels;
  readonly timestampMs: number | undefined;
  steps: Step[];
  isAscending: boolean;
  sum: number | undefined;
  count: number | undefined;
}

/** The points of one histogram or summary. */
export class StepPoints {
  readonly #name: string;
  readonly #type: 'histogram' | 'summary';
  readonly #label: 'le' | 'quantile';
  readonly #drafts = new Map<string, Draft>();
  // Samples that belong to no point, such as a bucket without `le`, by name.
  readonly #odd = new Map<string, SinglePoints>();
  readonly #keys = new SeriesKeys();
  readonly #lastLabels = new LastLabels();
  #last: Draft | undefined;
  #bounds: readonly number[] = [];

  constructor(name: string, type: 'histogram' | 'summary') {
    this.#name = name;
    this.#type = type;
    this.#label = type === 'histogram' ? 'le' : 'quantile';
  }

  /** The names of the samples: of the steps, of the sum and of the count. */
  sampleNames(): readonly [steps: string, sum: string, count: string] {
    return [this.#type === 'histogram' ? `${this.#name}_bucket` : this.#name, `${this.#name}_sum`, `${this.#name}_count`];
  }

  add(line: Line, role: StepRole, scanner: Scanner): void {
    const written = line.labels.get(this.#label);
    const isStep = role === (this.#type === 'histogram' ? 'bucket' : 'plain');
    if (this.#type === 'histogram' && (isStep || role === 'count') && line.value < 0) {
      scanner.fail(`${sampleSubject(line.name)}: expected a count of 0 or more, got ${line.value}`, line.valueAt);
    }
    if (isStep !== (written !== undefined) || (role === 'plain' && !isStep)) return this.#addOdd(line);
    if (written === undefined) {
      // As everywhere, the first counts.
      if (role === 'sum') this.#draft(line).sum ??= line.value;
      else this.#draft(line).count ??= line.value;
      return;
    }
    const at =
      parseNumber(written, 0, written.length) ??
      scanner.fail(`label "${this.#label}": expected a number, got ${quote(written)}`, line.labels.placeOf(this.#label));
    if (Number.isNaN(at)) return this.#addOdd(line);
    const draft = this.#draft(line);
    const { steps } = draft;
    if (steps.length > 0 && at <= steps[steps.length - 1]!.at) draft.isAscending = false;
    steps.push({ at, written, value: line.value });
  }

  /**
   * The family, or, where its lines make no histogram or summary, families of plain values with the same samples.
   *
   * @param isAlone - Whether no other family has one of the names of its samples.
   */
  families(help: string, isAlone: boolean): MetricFamily[] {
    for (const draft of this.#drafts.values()) if (!draft.isAscending) draft.steps = sorted(draft.steps);
    const name = this.#name;
    if (isAlone && this.#odd.size === 0) {
      if (this.#type === 'histogram') {
        const points = allOrNone(this.#drafts.values(), (draft) => this.#histogramPoint(draft));
        if (points !== undefined) return [{ name, help, type: 'histogram', points }];
      } else {
        const points = allOrNone(this.#drafts.values(), summaryPoint);
        if (points !== undefined) return [{ name, help, type: 'summary', points }];
      }
    }
    return [...this.#plainSamples()].map(([sample, points]) => ({ name: sample, help, type: 'unknown', points }));
  }

  #draft(line: Line): Draft {
    const { labels, timestampMs } = line;
    if (this.#last !== undefined && this.#last.timestampMs === timestampMs && this.#lastLabels.isSame(labels, this.#label)) return this.#last;
    const id = `${this.#keys.keyOf(labels, this.#label)}@${timestampMs}`;
    let draft = this.#drafts.get(id);
    if (draft === undefined) {
      draft = { labels: labels.toObject(this.#label), timestampMs, steps: [], isAscending: true, sum: undefined, count: undefined };
      this.#drafts.set(id, draft);
    }
    this.#lastLabels.set(labels, this.#label);
    this.#last = draft;
    return draft;
  }

  #addOdd({ name, labels, value, timestampMs }: Line): void {
    let points = this.#odd.get(name);
    if (points === undefined) this.#odd.set(name, (points = new SinglePoints()));
    points.add(labels, value, timestampMs);
  }

  #histogramPoint({ labels, timestampMs, steps, sum, count }: Draft): HistogramPoint | undefined {
    const last = steps.at(-1);
    const hasInfinity = last?.at === Infinity;
    const total = hasInfinity ? last.value : (count ?? last?.value);
    if (total === undefined || (count !== undefined && count !== total)) return undefined;
    const bounded = hasInfinity ? steps.length - 1 : steps.length;
    const bounds: number[] = [];
    const counts: number[] = [];
    let before = 0;
    for (let i = 0; i <= bounded; i++) {
      const own = (i < bounded ? steps[i]!.value : total) - before;
      if (!(own >= 0 && own < Infinity)) return undefined;
      counts.push(own);
      before += own;
      if (i === bounded) break;
      if (i > 0 && steps[i]!.at === steps[i - 1]!.at) return undefined;
      bounds.push(steps[i]!.at);
    }
    return { labels, ...timed(timestampMs), bounds: this.#shared(bounds), counts, ...summed(sum) };
  }

  /** The bounds, as one array for all points that have the same: a family's mostly do. */
  #shared(bounds: number[]): readonly number[] {
    const { length } = bounds;
    if (length !== this.#bounds.length || bounds.some((bound, i) => bound !== this.#bounds[i])) this.#bounds = Object.freeze(bounds);
    return this.#bounds;
  }

  #plainSamples(): Map<string, GaugePoint[]> {
    const samples = new Map<string, GaugePoint[]>();
    const add = (name: string, points: readonly GaugePoint[]): void => {
      if (points.length > 0) samples.set(name, [...(samples.get(name) ?? []), ...points]);
    };
    const [stepName, sumName, countName] = this.sampleNames();
    const drafts = [...this.#drafts.values()];
    add(
      stepName,
      drafts.flatMap(({ labels, timestampMs, steps }) =>
        // A spread defines, so that even a label named `__proto__` stays.
        steps.map(({ written, value }) => ({ labels: { ...labels, [this.#label]: written }, value, ...timed(timestampMs) })),
      ),
    );
    const single = (value: number | undefined, { labels, timestampMs }: Draft): GaugePoint[] => (value === undefined ? [] : [{ labels, value, ...timed(timestampMs) }]);
    add(sumName, drafts.flatMap((draft) => single(draft.sum, draft)));
    add(countName, drafts.flatMap((draft) => single(draft.count, draft)));
    for (const [name, { points }] of this.#odd) add(name, points);
    return samples;
  }
}

function summaryPoint({ labels, timestampMs, steps, sum, count }: Draft): SummaryPoint | undefined {
  for (let i = 1; i < steps.length; i++) if (steps[i]!.at === steps[i - 1]!.at) return undefined;
  const quantiles = steps.map(({ at, value }) => ({ quantile: at, value }));
  return { labels, ...timed(timestampMs), quantiles, ...summed(sum), ...(count === undefined ? {} : { count }) };
}

/** In ascending order, each spelling once: of equal ones the first counts. */
function sorted(steps: readonly Step[]): Step[] {
  const first = new Map<string, Step>();
  for (const step of steps) if (!first.has(step.written)) first.set(step.written, step);
  return [...first.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function allOrNone<P>(drafts: Iterable<Draft>, pointOf: (draft: Draft) => P | undefined): P[] | undefined {
  const points: P[] = [];
  for (const draft of drafts) {
    const point = pointOf(draft);
    if (point === undefined) return undefined;
    points.push(point);
  }
  return points;
}

// What is not there is no property, rather than one that is undefined: so points compare as they print.

function timed(timestampMs: number | undefined): { timestampMs?: number } {
  return timestampMs === undefined ? {} : { timestampMs };
}

function summed(sum: number | undefined): { sum?: number } {
  return sum === undefined ? {} : { sum };
}
