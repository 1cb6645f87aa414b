// Checks the families of a collector of one's own, point by point, and copies what they hold: so a writer can show
// them as they are.

import { fault, show } from '../core/errors.ts';
import { toWellFormed } from '../core/labels.ts';
import { LiveFamily } from '../core/live-family.ts';
import type { LiveHead } from '../core/live-family.ts';
import type { Labels, MetricFamily, Point } from '../core/model.ts';
import { reservedLabel } from '../core/names.ts';
import { POINT_FIELDS, TYPES } from '../core/types.ts';
import { checkedTime, FIELDS, MERGE_FIELDS } from './fields.ts';
import type { GivenPoint } from './fields.ts';
import { checkedNames, checkedValue, LabelCheck } from './label-check.ts';
import type { Series } from './label-check.ts';
import { SeriesTable } from './series-table.ts';

// Points between two chances to yield.
const RUN = 64;

/** One family of points that are checked as they come. Of those with the same labels and time the first is kept. */
export class FamilyCheck {
  readonly head: LiveHead;
  /** How many points were left out. */
  dropped = 0;
  /** By point. */
  readonly series: Series[] = [];
  readonly points: Point[] = [];
  private readonly constantLabels: Labels;
  private readonly subject: string;
  private readonly fields: readonly string[];
  private readonly labels: LabelCheck;
  /** Whether some points may have the same labels and time. */
  private isUnsure = false;
  /** The points of which it is known, the first so many. */
  private readonly table = new SeriesTable();

  /** @param known - As `LabelCheck` has it. */
  constructor(head: LiveHead, constantLabels: Labels, known: readonly Series[]) {
    const { name, type } = head;
    this.head = head;
    this.constantLabels = constantLabels;
    this.subject = `${type} ${show(name)}`;
    this.fields = [...POINT_FIELDS[type], ...MERGE_FIELDS[type]];
    this.labels = new LabelCheck(this.subject, head, constantLabels, known);
    const reserved = reservedLabel(type, name);
    if (reserved !== undefined && Object.hasOwn(constantLabels, reserved)) throw fault('ERR_COLLECTOR', `${this.subject}: labels`, 'no constant label of that name', reserved);
  }

  /** @throws {MetricError} `ERR_COLLECTOR` where no format could show it */
  add(given: unknown): void {
    if (typeof given !== 'object' || given === null) throw fault('ERR_COLLECTOR', `${this.subject}: a point`, 'an object', given);
    const series = this.labels.seriesOf((given as Point).labels ?? {});
    const timestampMs = checkedTime(this.subject, 'timestampMs', (given as Point).timestampMs);
    if (timestampMs !== undefined) this.isUnsure = true;
    this.points.push(this.point(given as GivenPoint, series, timestampMs));
    this.series.push(series);
  }

  /** Leaves out what came twice, a few points at each step. To be called when all are added. */
  *settle(): Generator<void, void> {
    const { points, series, table } = this;
    if (!this.isUnsure && !this.labels.hasNew) return;
    let kept = table.points.length;
    for (let i = kept; i < points.length; i++) {
      if (i % RUN === 0) yield;
      if (!table.add(points[i]!, series[i]!.hash)) continue;
      points[kept] = points[i]!;
      series[kept++] = series[i]!;
    }
    this.dropped += points.length - kept;
    points.length = series.length = kept;
  }

  /** Adds the points of one of the same name, type and constant labels. */
  *join({ points, series, dropped, labels }: FamilyCheck): Generator<void, void> {
    for (const point of points) this.points.push(point);
    for (const each of series) this.series.push(each);
    this.dropped += dropped;
    this.labels.isBare &&= labels.isBare;
    this.isUnsure = true;
    yield* this.settle();
  }

  family(): MetricFamily {
    const { head, constantLabels, points } = this;
    return (this.labels.isBare ? new LiveFamily(head, constantLabels, this, 'checked') : { ...head, constantLabels, points }) as unknown as MetricFamily;
  }

  // Counters and gauges apart: most points are such, and an object of a shape that is known is made in a third of the time.
  private point(given: GivenPoint, { labels, lineStart }: Series, timestampMs: number | undefined): Point {
    const { fields, subject } = this;
    if (fields[0] === 'value') {
      const { value, exemplar, createdMs, setMs } = given;
      if (typeof value !== 'number') throw fault('ERR_COLLECTOR', `${subject}: value`, 'a number', value);
      if (fields[1] === 'setMs') {
        if (setMs === undefined) return { labels, lineStart, timestampMs, value } as Point;
      } else if (exemplar === undefined && createdMs === undefined) return { labels, lineStart, timestampMs, value, exemplar, createdMs } as Point;
    }
    const point: Record<string, unknown> = { labels, lineStart, timestampMs };
    for (const field of fields) point[field] = FIELDS[field]!(subject, given[field], point);
    return point as unknown as Point;
  }
}

/** @throws {MetricError} `ERR_COLLECTOR` */
export function checkedHead(family: MetricFamily): LiveHead {
  if (typeof family !== 'object' || family === null) throw fault('ERR_COLLECTOR', 'a family', 'an object', family);
  const { name, type, help, unit, merge } = family;
  if (typeof name !== 'string' || name === '') throw fault('ERR_COLLECTOR', 'a family: name', 'a string', name);
  const subject = `family ${show(name)}`;
  if (!Object.hasOwn(TYPES, type)) throw fault('ERR_COLLECTOR', `${subject}: type`, `one of ${show(Object.keys(TYPES))}`, type);
  if (typeof help !== 'string') throw fault('ERR_COLLECTOR', `${subject}: help`, 'a string, which may be empty', help);
  if (unit !== undefined && typeof unit !== 'string') throw fault('ERR_COLLECTOR', `${subject}: unit`, 'a string', unit);
  const { rules } = TYPES[type];
  if (merge !== undefined && !rules.includes(merge)) throw fault('ERR_COLLECTOR', `${subject}: merge`, `one of ${show(rules)}`, merge);
  return { name: toWellFormed(name), type, help: toWellFormed(help), merge, unit: unit === undefined ? undefined : toWellFormed(unit) };
}

/** The constant labels of the registries and the family's own. @throws {MetricError} `ERR_COLLECTOR` */
export function checkedConstants({ name, type }: LiveHead, outer: Labels, given: unknown): Labels {
  if (given === undefined) return outer;
  const subject = `${type} ${show(name)}`;
  const entries = Object.entries((given ?? {}) as GivenPoint);
  const kept = checkedNames(`${subject}: constantLabels`, entries.map(([label]) => label), outer);
  return Object.fromEntries([...Object.entries(outer), ...entries.map(([label, value], i) => [kept[i], toWellFormed(checkedValue(subject, label, value))])]) as Labels;
}
