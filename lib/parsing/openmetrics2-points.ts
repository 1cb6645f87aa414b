// Makes the points of one family of OpenMetrics 2.0, in which a sample is a point, but for state sets: there a point is
// the samples of all states. Does not know how families follow each other.
// https://prometheus.io/docs/specs/om/open_metrics_spec_2_0/

import type { MetricFamily, MetricType, Point, StateSetPoint } from '../core/model.ts';
import type { Line, LineExtras } from './line.ts';
import type { Metadata } from './openmetrics-metadata.ts';
import { valueRule } from './openmetrics-types.ts';
import { compositePoint, singlePoint, typeOf } from './openmetrics2-values.ts';
import { withOptional } from './optional.ts';
import { quote, sampleSubject } from './parse-error.ts';
import type { Scanner } from './scanner.ts';
import { SeriesKeys } from './series-keys.ts';

/** The states of the series that have the same labels but for the state's, by time. */
type States = Map<number | undefined, { readonly point: StateSetPoint; readonly states: Map<string, boolean> }>;

export class OpenMetrics2Points {
  private readonly name: string;
  private readonly type: MetricType;
  private readonly scanner: Scanner;
  // By type: a family of unknown type may have values of several.
  private readonly points = new Map<MetricType, Point[]>();
  private readonly series: Series;
  // Of a state set: those that are one but for the state.
  private readonly groups: Series;
  private states: States = new Map();
  private readonly leads = new Set<string>();
  private lead: string | undefined;
  private timestampMs: number | undefined;

  constructor(name: string, type: MetricType, scanner: Scanner) {
    this.name = name;
    this.type = type;
    this.scanner = scanner;
    this.series = new Series(scanner);
    this.groups = new Series(scanner, name);
  }

  add(line: Line): void {
    const { composite } = line.extras!;
    const type = this.typeOf(line);
    this.checkExtras(line, line.extras!, type);
    const isNew = this.isNewPoint(line);
    if (type === 'stateset') return this.addState(line);
    const { scanner } = this;
    const fail = (rule: string): never => scanner.fail(`${sampleSubject(line.name)}: ${rule}`, line.valueAt);
    const point = composite === undefined ? singlePoint(line, type) : compositePoint(line, composite, fail);
    if (isNew) this.pointsOf(type).push(point);
  }

  /** The family; where its type is unknown and it has values with fields, one for each type that these are of. */
  finish(metadata: Metadata): MetricFamily[] {
    this.finishStates();
    if (this.points.size === 0) this.pointsOf(this.type);
    return [...this.points].map(([type, points]) => ({ name: this.name, ...metadata, type, points }) as MetricFamily);
  }

  /** "Sample Values", "Unknown". */
  private typeOf(line: Line): MetricType {
    const { type } = this;
    const composite = line.extras!.composite;
    const found = composite && typeOf(composite);
    if (type === 'unknown') return found ?? type;
    const needsFields = type === 'histogram' || type === 'gaugehistogram' || type === 'summary';
    if (needsFields && found !== type) this.fail(line, `expected the fields of a ${type} as value, got ${found === undefined ? 'a number' : `those of a ${found}`}`, line.valueAt);
    if (!needsFields && found !== undefined) this.fail(line, `expected a number as value of a ${type}, got the fields of a ${found}`, line.valueAt);
    const rule = needsFields ? undefined : valueRule(type, type === 'stateset' ? 'state' : 'value', line.value);
    if (rule !== undefined) this.fail(line, `expected ${rule}, got ${line.value}`, line.valueAt);
    return type;
  }

  /** "Sample": which types have start timestamps and exemplars. */
  private checkExtras(line: Line, { createdMs, createdAt, exemplars }: LineExtras, type: MetricType): void {
    if (createdMs !== undefined && type !== 'counter' && type !== 'histogram' && type !== 'summary') {
      this.fail(line, 'expected no start timestamp: only counters, histograms and summaries may have one, got one', createdAt);
    }
    if (exemplars !== undefined && (type === 'gauge' || type === 'unknown' || type === 'info' || type === 'stateset')) {
      this.fail(line, 'expected no exemplar: only counters, histograms and summaries may have one, got one', line.exemplarAt);
    }
  }

  /** "Metric". Timestamps may be so close that they are the same number: then the first point counts. */
  private isNewPoint(line: Line): boolean {
    const { timestampMs: before } = this;
    const { timestampMs } = line;
    this.timestampMs = timestampMs;
    if (this.series.enter(line)) return true;
    if (timestampMs === undefined && before === undefined) this.fail(line, 'expected each series once, got it again', line.nameAt);
    if (timestampMs === undefined || before === undefined) return this.fail(line, 'expected a timestamp on all samples with the same labels, or on none', line.valueAt);
    if (timestampMs < before) this.fail(line, `expected a timestamp not before the ${before / 1000} of the line above, got ${timestampMs / 1000}`, line.timestampAt);
    return timestampMs > before;
  }

  private addState(line: Line): void {
    const { name } = this;
    const state = line.labels.get(name);
    if (state === undefined) return this.fail(line, `expected the label ${quote(name)}, got none`, line.nameAt);
    this.scanner.countLong(state, line.labels.placeOf(name));
    if (this.groups.enter(line)) this.beginStates(line);
    const { timestampMs } = line;
    let known = this.states.get(timestampMs);
    if (known === undefined) {
      known = { point: withOptional({ labels: line.labels.toObject(name), states: {} }, { timestampMs }), states: new Map() };
      this.states.set(timestampMs, known);
    }
    if (!known.states.has(state)) known.states.set(state, line.value === 1);
  }

  /** "StateSet": in its example of groups that are interleaved, the same value of the first label comes again after another. */
  private beginStates(line: Line): void {
    this.finishStates();
    const { names, values } = line.labels;
    const at = names.findIndex((name, i) => name !== this.name && values[i] !== '');
    const lead = at < 0 ? '' : JSON.stringify(names[at]) + values[at]!;
    if (lead === this.lead) return;
    if (this.leads.has(lead)) {
      this.fail(line, `expected all state sets that begin with the label ${names[at]}=${quote(values[at]!)} together, got others in between`, line.nameAt);
    }
    this.leads.add(this.scanner.countLong(lead, line.nameAt));
    this.lead = lead;
  }

  private finishStates(): void {
    if (this.states.size === 0) return;
    const inOrder = [...this.states].sort(([one = -Infinity], [other = -Infinity]) => one - other);
    // An assignment to `__proto__` would set the prototype.
    for (const [, { point, states }] of inOrder) this.pointsOf('stateset').push({ ...point, states: Object.fromEntries(states) } as StateSetPoint);
    this.states = new Map();
  }

  private pointsOf(type: MetricType): Point[] {
    const points = this.points.get(type) ?? [];
    this.points.set(type, points);
    return points;
  }

  private fail({ name }: Line, rule: string, at: number): never {
    return this.scanner.fail(`${sampleSubject(name)}: ${rule}`, at);
  }
}

/** Sees to it that all samples of the same labels stand together. "Metric". */
class Series {
  private readonly scanner: Scanner;
  private readonly keys: SeriesKeys;
  private readonly taken = new Set<string>();
  private key: string | undefined;

  /** @param except - A label to leave out. */
  constructor(scanner: Scanner, except?: string) {
    this.scanner = scanner;
    this.keys = new SeriesKeys(except);
  }

  /** Takes a sample. Whether it is the first of its series. */
  enter({ name, nameAt, labels }: Line): boolean {
    if (this.key !== undefined && this.keys.isLast(labels)) return false;
    const key = this.keys.keyOf(labels);
    if (key === this.key) return false;
    if (this.taken.has(key)) this.scanner.fail(`${sampleSubject(name)}: expected all samples with the same labels together, got other labels in between`, nameAt);
    this.taken.add(key);
    this.key = key;
    return true;
  }
}
