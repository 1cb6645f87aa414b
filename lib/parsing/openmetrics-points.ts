// Groups the samples of one family of OpenMetrics into points: takes them in order, checks each, and sees where a
// point ends. Does not know which names and values a type requires.

import type { Labels, MetricFamily, MetricType, Point } from '../core/model.ts';
import type { Line } from './line.ts';
import { parseNumber, parseSeconds } from './numbers.ts';
import type { Metadata } from './openmetrics-metadata.ts';
import { finishPoint, ROLES, roleLabel, valueRule } from './openmetrics-types.ts';
import type { PointDraft, Role } from './openmetrics-types.ts';
import { quote, sampleSubject } from './parse-error.ts';
import type { Scanner } from './scanner.ts';
import { SeriesKeys } from './series-keys.ts';

export class FamilyPoints {
  private readonly name: string;
  private readonly type: MetricType;
  private readonly scanner: Scanner;
  private readonly roles: ReadonlyMap<string, Role>;
  private readonly special: { readonly role: Role; readonly label: string } | undefined;
  private readonly points: Point[] = [];
  // The keys of all series so far.
  private readonly taken = new Set<string>();
  private readonly keys: SeriesKeys;
  private key = '';
  private draft: PointDraft | undefined;

  constructor(name: string, type: MetricType, scanner: Scanner) {
    this.name = name;
    this.type = type;
    this.scanner = scanner;
    this.roles = new Map(Object.entries(ROLES[type]).map(([suffix, role]) => [name + suffix, role]));
    this.special = roleLabel(name, type);
    this.keys = new SeriesKeys(this.special?.label);
  }

  /** What a sample of that name says; undefined if it is not the family's. */
  roleOf(sample: string): Role | undefined {
    return this.roles.get(sample);
  }

  add(line: Line, role: Role): void {
    const label = this.special?.label;
    const special = label === undefined ? undefined : line.labels.get(label);
    if (this.special !== undefined) {
      const isNeeded = this.special.role === role;
      if (isNeeded && special === undefined) this.fail(line, `expected the label ${quote(label!)}, got none`, line.nameAt);
      if (!isNeeded && special !== undefined) this.fail(line, `expected no label ${quote(label!)}, got one`, line.labels.placeOf(label!));
    }
    const mayHaveExemplar = role === 'bucket' || (role === 'value' && this.type === 'counter');
    if (line.exemplar !== undefined && !mayHaveExemplar) {
      this.fail(line, 'expected no exemplar: only counters and the buckets of histograms may have one, got one', line.exemplarAt);
    }
    const rule = valueRule(this.type, role, line.value);
    if (rule !== undefined) this.fail(line, `expected ${rule}, got ${line.value}`, line.valueAt);

    const draft = this.draftFor(line, label);
    const isNew = this.put(draft, line, role, special ?? '');
    // Timestamps may be so close that they are the same number: then the first point counts.
    if (!isNew && line.timestampMs === undefined) this.fail(line, 'expected each series once, got it again', line.nameAt);
  }

  /** The family with its points. In the model, counters and info have the names of their samples. */
  finish(metadata: Metadata): MetricFamily {
    this.finishPoint();
    const suffix = this.type === 'counter' ? '_total' : this.type === 'info' ? '_info' : '';
    return { name: this.name + suffix, ...metadata, type: this.type, points: this.points } as MetricFamily;
  }

  /** The point that a line belongs to. "Metric", "MetricPoint": no series comes twice, and its timestamps increase. */
  private draftFor(line: Line, except: string | undefined): PointDraft {
    const { labels, timestampMs } = line;
    const draft = this.draft;
    if (draft === undefined || !this.keys.isLast(labels)) {
      const key = this.keys.keyOf(labels);
      if (draft === undefined || key !== this.key) {
        if (this.taken.has(key)) this.fail(line, 'expected all samples with the same labels together, got other labels in between', line.nameAt);
        this.taken.add(key);
        this.key = key;
        return this.begin(labels.toObject(except), timestampMs);
      }
    }
    if (timestampMs === draft.timestampMs) return draft;
    if (timestampMs === undefined || draft.timestampMs === undefined) {
      this.fail(line, 'expected a timestamp on all samples with the same labels, or on none', line.valueAt);
    }
    if (timestampMs < draft.timestampMs) {
      this.fail(line, `expected a timestamp not before the ${draft.timestampMs / 1000} of the line above, got ${timestampMs / 1000}`, line.timestampAt);
    }
    return this.begin(draft.labels, timestampMs);
  }

  private begin(labels: Labels, timestampMs: number | undefined): PointDraft {
    this.finishPoint();
    return (this.draft = {
      line: this.scanner.line,
      labels,
      timestampMs,
      value: undefined,
      exemplar: undefined,
      createdMs: undefined,
      sum: undefined,
      count: undefined,
      buckets: undefined,
      quantiles: undefined,
      states: undefined,
    });
  }

  private finishPoint(): void {
    if (this.draft !== undefined) this.points.push(finishPoint(this.name, this.type, this.draft));
  }

  /** Puts a sample into its point. False if the point has it already. */
  private put(draft: PointDraft, line: Line, role: Role, special: string): boolean {
    const { value } = line;
    switch (role) {
      case 'value':
        if (draft.value !== undefined) return false;
        draft.value = value;
        draft.exemplar = line.exemplar;
        return true;
      case 'created':
        if (draft.createdMs !== undefined) return false;
        draft.createdMs = parseSeconds(this.scanner.text, line.valueAt, line.valueEnd)!;
        return true;
      case 'count':
        if (draft.count !== undefined) return false;
        draft.count = value;
        return true;
      case 'sum':
        if (draft.sum !== undefined) return false;
        draft.sum = value;
        return true;
      case 'bucket':
        this.putBucket(draft, line, special);
        return true;
      case 'quantile': {
        const quantile = parseNumber(special, 0, special.length);
        if (quantile === undefined || !(quantile >= 0 && quantile <= 1)) {
          return this.fail(line, `expected a quantile from 0 to 1, got ${quote(special)}`, line.labels.placeOf('quantile'));
        }
        draft.quantiles ??= new Map();
        return draft.quantiles.size < draft.quantiles.set(quantile, draft.quantiles.get(quantile) ?? value).size;
      }
      case 'state':
        draft.states ??= new Map();
        this.scanner.countLong(special, line.labels.placeOf(this.name));
        return draft.states.size < draft.states.set(special, draft.states.get(special) ?? value === 1).size;
    }
  }

  /** "Histogram": bounds increase, and counts, which are cumulative, do not fall. */
  private putBucket(draft: PointDraft, line: Line, le: string): void {
    const { value, exemplar } = line;
    const place = line.labels.placeOf('le');
    const bound = parseNumber(le, 0, le.length);
    if (bound === undefined || Number.isNaN(bound)) return this.fail(line, `expected a number as le, got ${quote(le)}`, place);
    if (bound === Infinity && le !== '+Inf') this.fail(line, `expected infinity as le to be written "+Inf", got ${quote(le)}`, place);
    const buckets = (draft.buckets ??= []);
    const last = buckets.at(-1);
    if (last !== undefined && !(bound > last.bound)) this.fail(line, `expected a higher le than the ${last.bound} of the bucket before, got ${quote(le)}`, place);
    if (last !== undefined && value < last.count) this.fail(line, `expected at least the count of the bucket before, ${last.count}, got ${value}`, line.valueAt);
    if (exemplar !== undefined && !(exemplar.value <= bound || bound === Infinity)) {
      this.fail(line, `expected an exemplar of the bucket, of at most ${le}, got ${exemplar.value}`, line.exemplarAt);
    }
    buckets.push({ bound, count: value, exemplar });
  }

  private fail({ name }: Line, rule: string, at: number): never {
    return this.scanner.fail(`${sampleSubject(name)}: ${rule}`, at);
  }
}
