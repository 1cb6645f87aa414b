// The points of one family of the text format: of one line each, or of a histogram or summary, whose points have
// a step on each line, which is a bucket or a quantile, and a sum and a count. Exposition formats, "Histograms and
// summaries".

import type { GaugePoint, HistogramPoint, Labels, MetricFamily, SummaryPoint } from '../core/model.ts';
import type { LabelList, Line } from './line.ts';
import { parseNumber } from './numbers.ts';
import { quote, sampleSubject } from './parse-error.ts';
import type { Scanner } from './scanner.ts';
import { SeriesKeys } from './series-keys.ts';

type Writable<P> = { -readonly [K in keyof P]: P[K] };

/** What a sample says of its point; `plain` is one whose name has no suffix. */
export type StepRole = 'plain' | 'bucket' | 'sum' | 'count';

/** The points of a family with one line for each. A series that is there twice has two: nothing says which counts. */
export class SinglePoints {
  readonly points: GaugePoint[] = [];

  add(list: LabelList, value: number, timestampMs: number | undefined): void {
    this.points.push(singlePoint(list.toObject(), value, timestampMs));
  }
}

/** A point as far as it is known. */
interface Draft {
  readonly labels: Labels;
  readonly timestampMs: number | undefined;
  /** The bounds of the buckets, or the quantiles: as numbers and as written. In ascending order in the end. */
  steps: number[];
  written: string[];
  values: number[];
  isAscending: boolean;
  sum: number | undefined;
  count: number | undefined;
}

/** The points of one histogram or summary. */
export class StepPoints {
  private readonly name: string;
  private readonly type: 'histogram' | 'summary';
  private readonly label: 'le' | 'quantile';
  private readonly drafts = new Map<string, Draft>();
  // Samples that belong to no point, such as a bucket without `le`, by name.
  private readonly odd = new Map<string, SinglePoints>();
  private readonly keys: SeriesKeys;
  private last: Draft | undefined;
  private bounds: readonly number[] = [];

  constructor(name: string, type: 'histogram' | 'summary') {
    this.name = name;
    this.type = type;
    this.label = type === 'histogram' ? 'le' : 'quantile';
    this.keys = new SeriesKeys(this.label);
  }

  /** Whether its samples can say that. */
  has(role: StepRole): boolean {
    return role !== 'bucket' || this.type === 'histogram';
  }

  /** The names of the samples: of the steps, of the sum and of the count. */
  sampleNames(): readonly [steps: string, sum: string, count: string] {
    return [this.type === 'histogram' ? `${this.name}_bucket` : this.name, `${this.name}_sum`, `${this.name}_count`];
  }

  add(line: Line, role: StepRole, scanner: Scanner): void {
    const written = line.labels.get(this.label);
    const isStep = role === (this.type === 'histogram' ? 'bucket' : 'plain');
    if (this.type === 'histogram' && (isStep || role === 'count') && line.value < 0) {
      scanner.fail(`${sampleSubject(line.name)}: expected a count of 0 or more, got ${line.value}`, line.valueAt);
    }
    if (isStep !== (written !== undefined) || (role === 'plain' && !isStep)) return this.addOdd(line);
    if (written === undefined) {
      // Of two the first counts, as it does for Prometheus.
      if (role === 'sum') this.draftOf(line).sum ??= line.value;
      else this.draftOf(line).count ??= line.value;
      return;
    }
    const at =
      parseNumber(written, 0, written.length) ??
      scanner.fail(`label "${this.label}": expected a number, got ${quote(written)}`, line.labels.placeOf(this.label));
    if (Number.isNaN(at)) return this.addOdd(line);
    const draft = this.draftOf(line);
    const { steps } = draft;
    if (steps.length > 0 && at <= steps[steps.length - 1]!) draft.isAscending = false;
    steps.push(at);
    draft.written.push(written);
    draft.values.push(line.value);
  }

  /**
   * The family, or, where its lines make no histogram or summary, families of plain values with the same samples.
   *
   * @param isAlone - Whether no other family has one of the names of its samples.
   */
  families(help: string, isAlone: boolean): MetricFamily[] {
    for (const draft of this.drafts.values()) if (!draft.isAscending) sort(draft);
    const name = this.name;
    if (isAlone && this.odd.size === 0) {
      if (this.type === 'histogram') {
        const points = allOrNone(this.drafts.values(), (draft) => this.histogramPoint(draft));
        if (points !== undefined) return [{ name, help, type: 'histogram', points }];
      } else {
        const points = allOrNone(this.drafts.values(), summaryPoint);
        if (points !== undefined) return [{ name, help, type: 'summary', points }];
      }
    }
    return [...this.plainSamples()].map(([sample, points]) => ({ name: sample, help, type: 'unknown', points }));
  }

  private draftOf(line: Line): Draft {
    const { labels, timestampMs } = line;
    if (this.last !== undefined && this.last.timestampMs === timestampMs && this.keys.isLast(labels)) return this.last;
    const id = `${this.keys.keyOf(labels)}@${timestampMs}`;
    let draft = this.drafts.get(id);
    if (draft === undefined) {
      draft = { labels: labels.toObject(this.label), timestampMs, steps: [], written: [], values: [], isAscending: true, sum: undefined, count: undefined };
      this.drafts.set(id, draft);
    }
    return (this.last = draft);
  }

  private addOdd({ name, labels, value, timestampMs }: Line): void {
    let points = this.odd.get(name);
    if (points === undefined) this.odd.set(name, (points = new SinglePoints()));
    points.add(labels, value, timestampMs);
  }

  private histogramPoint({ labels, timestampMs, steps, values, sum, count }: Draft): HistogramPoint | undefined {
    const hasInfinity = steps.at(-1) === Infinity;
    const total = hasInfinity ? values.at(-1) : (count ?? values.at(-1));
    if (total === undefined || (count !== undefined && count !== total) || hasTwice(steps)) return undefined;
    const bounds = hasInfinity ? steps.slice(0, -1) : steps;
    const counts: number[] = [];
    let before = 0;
    for (let i = 0; i <= bounds.length; i++) {
      const own = (i < bounds.length ? values[i]! : total) - before;
      if (!(own >= 0 && own < Infinity)) return undefined;
      counts.push(own);
      before += own;
    }
    const point: Writable<HistogramPoint> = { labels, bounds: this.shared(bounds), counts };
    if (timestampMs !== undefined) point.timestampMs = timestampMs;
    if (sum !== undefined) point.sum = sum;
    return point;
  }

  /** The bounds, as one array for all points that have the same: a family's mostly do. */
  private shared(bounds: readonly number[]): readonly number[] {
    const { length } = bounds;
    if (length !== this.bounds.length || bounds.some((bound, i) => bound !== this.bounds[i])) this.bounds = bounds;
    return this.bounds;
  }

  private plainSamples(): Map<string, GaugePoint[]> {
    const samples = new Map<string, GaugePoint[]>();
    const add = (name: string, points: readonly GaugePoint[]): void => {
      if (points.length > 0) samples.set(name, [...(samples.get(name) ?? []), ...points]);
    };
    const [stepName, sumName, countName] = this.sampleNames();
    const drafts = [...this.drafts.values()];
    add(
      stepName,
      drafts.flatMap(({ labels, timestampMs, written, values }) =>
        // A spread defines, so that even a label named `__proto__` stays.
        written.map((step, i) => singlePoint({ ...labels, [this.label]: step }, values[i]!, timestampMs)),
      ),
    );
    const single = (value: number | undefined, { labels, timestampMs }: Draft): GaugePoint[] => (value === undefined ? [] : [singlePoint(labels, value, timestampMs)]);
    add(sumName, drafts.flatMap((draft) => single(draft.sum, draft)));
    add(countName, drafts.flatMap((draft) => single(draft.count, draft)));
    for (const [name, { points }] of this.odd) add(name, points);
    return samples;
  }
}

function singlePoint(labels: Labels, value: number, timestampMs: number | undefined): GaugePoint {
  return timestampMs === undefined ? { labels, value } : { labels, value, timestampMs };
}

function summaryPoint({ labels, timestampMs, steps, values, sum, count }: Draft): SummaryPoint | undefined {
  if (hasTwice(steps)) return undefined;
  const quantiles = steps.map((quantile, i) => ({ quantile, value: values[i]! }));
  const point: Writable<SummaryPoint> = { labels, quantiles };
  if (timestampMs !== undefined) point.timestampMs = timestampMs;
  if (sum !== undefined) point.sum = sum;
  if (count !== undefined) point.count = count;
  return point;
}

/** Whether a number, however it is written, comes twice in an ascending list. */
function hasTwice(steps: readonly number[]): boolean {
  for (let i = 1; i < steps.length; i++) if (steps[i] === steps[i - 1]) return true;
  return false;
}

/** Puts the steps in ascending order, each spelling once: of equal ones the first counts. */
function sort(draft: Draft): void {
  const { steps, written, values } = draft;
  const firsts = new Map<string, number>();
  for (const [i, text] of written.entries()) if (!firsts.has(text)) firsts.set(text, i);
  const order = [...firsts.values()].sort((a, b) => (steps[a]! < steps[b]! ? -1 : steps[a]! > steps[b]! ? 1 : 0));
  draft.steps = order.map((i) => steps[i]!);
  draft.written = order.map((i) => written[i]!);
  draft.values = order.map((i) => values[i]!);
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
