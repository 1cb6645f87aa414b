// Takes snapshots of the families of one member. What it knows of the last one saves most of the work: as long as the
// series are the same, only their numbers are written.

import type { CounterPoint, HistogramPoint, MetricFamily, MetricType, Point, QuantileSketch, StateSetPoint, SummaryPoint } from '../core/model.ts';
import { TYPES } from '../core/types.ts';
import { REMOVED } from '../metrics/series.ts';
import type { Series } from '../metrics/series.ts';
import { BlockWriter, listed } from './block-writer.ts';
import type { Block } from './block-writer.ts';
import { Checksum, headOf, inPieces } from './frame.ts';
import { CREATED, flagsOf, isSameList, survives } from './layout.ts';
import type { FamilyShape, Layout } from './layout.ts';
import type { Retaining } from './retaining.ts';
import type { Snapshot } from './snapshot.ts';
import { ValuesWriter } from './values-writer.ts';

// Points between two chances to yield, of whichever families: of a small registry all are read at once, since what was
// counted together is to be seen together. One that is not known takes as long as so many others.
const RUN = 2048;
const NEW_COST = 16;

/** What is known of a family since the last snapshot. */
interface Known {
  readonly shape: FamilyShape;
  /** The points as they were last seen, by place; and what each of them has. */
  readonly points: Point[];
  readonly layouts: readonly Layout[];
  readonly created: readonly (number | undefined)[];
  readonly block: Block;
}

/** What is known of a family, but for its block: that is finished once the values of all families are read. */
interface Fresh extends Omit<Known, 'block'> {
  readonly writer: BlockWriter;
}

/** Takes snapshots of the families of one member. */
export class SnapshotWriter {
  private readonly retaining: Retaining | undefined;
  private known: readonly Known[] = [];
  private byName: ReadonlyMap<string, readonly Known[]> = new Map();
  private shape: Pick<Snapshot, 'shapeId' | 'shape'> | undefined;

  /** @param retaining - Part of each snapshot. @default none: what ends is forgotten */
  constructor(retaining?: Retaining) {
    this.retaining = retaining;
  }

  /**
   * The families as they are now, a few points at each step.
   *
   * @param families - As a scrape gathers them: those of instruments, and checked ones.
   */
  *take(families: Iterable<MetricFamily>): Generator<void, Snapshot> {
    const values = new ValuesWriter();
    const steps = new Steps();
    const found: (Known | Fresh)[] = [];
    for (const family of families) yield* this.add(values, found, family, steps);
    if (this.retaining !== undefined) {
      yield* this.retaining.settle();
      for (const family of this.retaining.families) yield* this.add(values, found, family, steps);
    }
    const known: Known[] = [];
    for (const each of found) known.push('block' in each ? each : yield* finished(each));
    if (this.shape === undefined || !isSameList(this.known.map(({ block }) => block), known.map(({ block }) => block))) this.shape = yield* joined(known);
    if (!isSameList(this.known, known)) this.byName = byName(known);
    this.known = known;
    const { shape } = this;
    return { ...shape, values: yield* values.end(shape.shapeId) };
  }

  private *add(values: ValuesWriter, found: (Known | Fresh)[], family: MetricFamily, steps: Steps): Generator<void, void> {
    const points = listed(family.points as Iterable<Point>);
    const shape = shapeOf(family);
    const before = this.knownOf(shape, found.length);
    const mark = values.mark;
    if (before !== undefined && (yield* addKnown(values, before, points, steps, this.retaining))) found.push(before);
    else {
      values.rewind(mark);
      // Of this moment: a series that ends from now on is part of this snapshot, and has not ended in it.
      before?.points.forEach((point) => noteEnded(shape, point, this.retaining));
      found.push(yield* addNew(values, shape, listed(family.points as Iterable<Point>), steps));
    }
  }

  // Mostly at the same place; elsewhere where others came or went.
  private knownOf(shape: FamilyShape, place: number): Known | undefined {
    const known = this.known[place];
    return known !== undefined && isSameShape(known.shape, shape) ? known : this.byName.get(shape.name)?.find((each) => isSameShape(each.shape, shape));
  }
}

/** Says where to yield. */
class Steps {
  /** Of the points that a step may have. */
  left = RUN;

  /** Whether the step is over. */
  isOverAfter(points: number): boolean {
    this.left -= points;
    if (this.left > 0) return false;
    this.left = RUN;
    return true;
  }
}

function byName(known: readonly Known[]): Map<string, Known[]> {
  const all = new Map<string, Known[]>();
  for (const each of known) {
    const before = all.get(each.shape.name);
    if (before === undefined) all.set(each.shape.name, [each]);
    else before.push(each);
  }
  return all;
}

function shapeOf({ name, type, help, unit, constantLabels = NONE, merge, isRetained = false }: MetricFamily & { readonly isRetained?: boolean }): FamilyShape {
  return { name, type, help, unit, constantLabels, merge: merge ?? TYPES[type].rules[0]!, isRetained };
}

/** Only series of instruments say that they ended; another collector may leave some out for once. */
function noteEnded(shape: FamilyShape, point: Point, retaining: Retaining | undefined): void {
  if ((point as Partial<Series<unknown>>).mode === REMOVED && survives(shape)) retaining?.note(shape, point);
}

const NONE = {};

function isSameShape(one: FamilyShape, other: FamilyShape): boolean {
  if (one.name !== other.name || one.type !== other.type || one.help !== other.help || one.unit !== other.unit || one.merge !== other.merge || one.isRetained !== other.isRetained) return false;
  return one.constantLabels === other.constantLabels || isSameList(Object.entries(one.constantLabels).flat(), Object.entries(other.constantLabels).flat());
}

/** Adds points that are known. Says `false` as soon as one is not. */
function* addKnown(values: ValuesWriter, known: Known, points: readonly Point[], steps: Steps, retaining?: Retaining): Generator<void, boolean> {
  const { shape, shape: { type }, layouts, created } = known;
  // Others may come while this goes on.
  const { length } = points;
  if (length !== known.points.length) return false;
  for (let from = 0, to = 0; from < length; from = to) {
    to = Math.min(from + steps.left, length);
    for (let i = from; i < to; i++) {
      const point = points[i]!;
      const layout = layouts[i]!;
      if (point !== known.points[i] && !isKnown(type, point, known.points[i]!, layout)) return false;
      const createdMs = createdOf(point);
      const sketch = sketchOf(type, point);
      if (layout.flags !== flagsOf(type, point, createdMs, sketch) || (layout.flags & CREATED && createdMs !== created[i])) return false;
      if (point !== known.points[i]) noteEnded(shape, known.points[i]!, retaining);
      known.points[i] = point;
      values.add(type, layout, point, sketch);
    }
    if (steps.isOverAfter(to - from)) yield;
  }
  return true;
}

/** Whether another object is a point of the same series. What never changes of one object is only looked at here. */
function isKnown(type: MetricType, point: Point, before: Point, { steps, states }: Layout): boolean {
  const [labels, had] = [point.labels, before.labels];
  const isSameSeries = labels === had || (isSameList(Object.keys(labels), Object.keys(had)) && isSameList(Object.values(labels), Object.values(had)));
  return isSameSeries && isSameList(stepsOf(type, point), steps) && isSameList(statesOf(type, point), states);
}

function* addNew(values: ValuesWriter, shape: FamilyShape, given: readonly Point[], steps: Steps): Generator<void, Fresh> {
  const { type } = shape;
  const writer = new BlockWriter(shape);
  // A copy: the list of an instrument changes as series come and go.
  const points = [...given];
  const layouts: Layout[] = [];
  const created: (number | undefined)[] = [];
  for (const point of points) {
    const createdMs = createdOf(point);
    const sketch = sketchOf(type, point);
    const flags = flagsOf(type, point, createdMs, sketch);
    const layout = writer.add(point, flags, stepsOf(type, point), statesOf(type, point), createdMs);
    layouts.push(layout);
    created.push(createdMs);
    values.add(type, layout, point, sketch);
    if (steps.isOverAfter(NEW_COST)) yield;
  }
  return { shape, points, layouts, created, writer };
}

function* finished({ writer, ...known }: Fresh): Generator<void, Known> {
  return { ...known, block: yield* writer.end() };
}

function createdOf(point: Point): number | undefined {
  return (point as CounterPoint).createdMs;
}

function sketchOf(type: MetricType, point: Point): QuantileSketch | undefined {
  return type === 'summary' ? (point as SummaryPoint).sketch : undefined;
}

function stepsOf(type: MetricType, point: Point): readonly number[] {
  if (type === 'summary') return (point as SummaryPoint).quantiles.map(({ quantile }) => quantile);
  return type === 'histogram' || type === 'gaugehistogram' ? (point as HistogramPoint).bounds : NO_STEPS;
}

const NO_STEPS: readonly number[] = [];
const NO_STATES: readonly string[] = [];

function statesOf(type: MetricType, point: Point): readonly string[] {
  return type === 'stateset' ? Object.keys((point as StateSetPoint).states) : NO_STATES;
}

/** The blocks of all families as one shape, in pieces. */
function* joined(known: readonly Known[]): Generator<void, Pick<Snapshot, 'shapeId' | 'shape'>> {
  const ids = new Checksum();
  ids.add(new Uint8Array(new Float64Array(known.map(({ block }) => block.id)).buffer));
  const checksum = new Checksum();
  const all = new Uint8Array(known.reduce((sum, { block }) => sum + block.bytes.length, 0));
  let at = 0;
  for (const { block: { bytes } } of known) {
    all.set(bytes, at);
    at += bytes.length;
    yield;
  }
  const pieces = [...inPieces(all)];
  for (const piece of pieces) {
    checksum.add(piece);
    yield;
  }
  return { shapeId: ids.value, shape: [headOf(ids.value, known.length, checksum), ...pieces] };
}
