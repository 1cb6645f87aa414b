// Groups the samples of one family of the text format into points; they may come in any order. Each line of a
// histogram or summary has one step of a point, which is a bucket or a quantile, or its sum or count. Does not know
// when steps make a point. Exposition formats, "Histograms and summaries".

import type { GaugePoint, Labels, MetricFamily } from '../core/model.ts';
import type { LabelList, Line } from './line.ts';
import { parseNumber } from './numbers.ts';
import { quote, sampleSubject } from './parse-error.ts';
import { LONG } from './scanner.ts';
import type { Scanner } from './scanner.ts';
import { SeriesKeys } from './series-keys.ts';
import { addStep, hasStep, histogramPoints, newDraft, sortSteps, summaryPoints } from './text-drafts.ts';
import type { Draft } from './text-drafts.ts';

/** What a sample says of its point; `plain` is one whose name has no suffix. */
export type StepRole = 'plain' | 'bucket' | 'sum' | 'count';

/** The points of a family with one line each. A series that is there twice has two points. */
export class SinglePoints {
  readonly points: GaugePoint[] = [];

  add(list: LabelList, value: number, timestampMs: number | undefined): void {
    this.points.push(singlePoint(list.toObject(), value, timestampMs));
  }
}

/**
 * The points of one histogram or summary. The nth sample of the same name, labels and step belongs to the nth
 * point of its series, so that the first point has all that comes first.
 */
export class StepPoints {
  private readonly name: string;
  private readonly type: 'histogram' | 'summary';
  private readonly label: 'le' | 'quantile';
  private readonly drafts: Draft[] = [];
  private readonly firsts = new Map<string, Draft>();
  // Samples that belong to no point, such as a bucket without `le`, by name.
  private odd: Map<string, SinglePoints> | undefined;
  private readonly keys: SeriesKeys;
  private last: Draft | undefined;

  constructor(name: string, type: 'histogram' | 'summary') {
    this.name = name;
    this.type = type;
    this.label = type === 'histogram' ? 'le' : 'quantile';
    this.keys = new SeriesKeys(this.label);
  }

  /** Whether its type has such samples. */
  has(role: StepRole): boolean {
    return role !== 'bucket' || this.type === 'histogram';
  }

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
      const first = this.firstOf(line);
      if (role === 'sum') (first.sum === undefined ? first : this.repeatOf(first, role, line)).sum = line.value;
      else (first.count === undefined ? first : this.repeatOf(first, role, line)).count = line.value;
      return;
    }
    const step =
      parseNumber(written, 0, written.length) ??
      scanner.fail(`label "${this.label}": expected a number, got ${quote(written)}`, line.labels.placeOf(this.label));
    if (Number.isNaN(step)) return this.addOdd(line);
    if (written.length > LONG) scanner.countLong(written, line.labels.placeOf(this.label));
    const first = this.firstOf(line);
    addStep(hasStep(first, step, written) ? this.repeatOf(first, `${this.label}=${written}`, line) : first, step, written, line.value);
  }

  /**
   * The family, or, where its lines make no histogram or summary, unknown families with the same samples.
   *
   * @param isAlone - Whether no other family has the name of one of its samples.
   */
  families(help: string, isAlone: boolean): MetricFamily[] {
    const { name } = this;
    this.drafts.forEach(sortSteps);
    if (isAlone && this.odd === undefined) {
      if (this.type === 'histogram') {
        const points = histogramPoints(this.drafts);
        if (points !== undefined) return [{ name, help, type: 'histogram', points }];
      } else {
        const points = summaryPoints(this.drafts);
        if (points !== undefined) return [{ name, help, type: 'summary', points }];
      }
    }
    return [...this.plainSamples()].map(([sample, points]) => ({ name: sample, help, type: 'unknown', points }));
  }

  /** The first point of the series that a line belongs to. */
  private firstOf(line: Line): Draft {
    const { labels, timestampMs } = line;
    if (this.last !== undefined && this.last.timestampMs === timestampMs && this.keys.isLast(labels)) return this.last;
    const id = `${this.keys.keyOf(labels)}@${timestampMs}`;
    let first = this.firsts.get(id);
    if (first === undefined) this.firsts.set(id, (first = this.begin(line, undefined)));
    return (this.last = first);
  }

  /** The point that a repeated sample belongs to: the nth after the first, if it is repeated for the nth time. */
  private repeatOf(first: Draft, sample: string, line: Line): Draft {
    const { drafts, times } = (first.repeats ??= { drafts: [], times: new Map() });
    const time = times.get(sample) ?? 0;
    times.set(sample, time + 1);
    return (drafts[time] ??= this.begin(line, first));
  }

  private begin({ labels, timestampMs }: Line, first: Draft | undefined): Draft {
    const draft = newDraft(labels.toObject(this.label), timestampMs, first);
    this.drafts.push(draft);
    return draft;
  }

  private addOdd({ name, labels, value, timestampMs }: Line): void {
    const odd = (this.odd ??= new Map());
    let points = odd.get(name);
    if (points === undefined) odd.set(name, (points = new SinglePoints()));
    points.add(labels, value, timestampMs);
  }

  private plainSamples(): Map<string, GaugePoint[]> {
    const samples = new Map<string, GaugePoint[]>();
    const add = (name: string, points: readonly GaugePoint[]): void => {
      if (points.length > 0) samples.set(name, [...(samples.get(name) ?? []), ...points]);
    };
    const { drafts } = this;
    const [stepName, sumName, countName] = this.sampleNames();
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
    for (const [name, { points }] of this.odd ?? []) add(name, points);
    return samples;
  }
}

function singlePoint(labels: Labels, value: number, timestampMs: number | undefined): GaugePoint {
  return timestampMs === undefined ? { labels, value } : { labels, value, timestampMs };
}
