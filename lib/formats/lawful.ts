// What OpenMetrics forbids and a family may hold: shown as another type, put in order, or left out.

import { isKind } from '../core/brand.ts';
import { MetricError, show } from '../core/errors.ts';
import { seriesKey } from '../core/labels.ts';
import type { CounterPoint, GaugePoint, HistogramPoint, Labels, MetricFamily, MetricType, Point, StateSetPoint, SummaryPoint } from '../core/model.ts';
import { POINT_FIELDS, TYPES } from '../core/types.ts';
import type { Dialect, Wanted } from './dialect.ts';
import type { WriteWarning } from './format.ts';
import { firstFree } from './names.ts';
import { areApart, stateLabel } from './shown-family.ts';
import { canonicalBound } from './syntax.ts';

/** Of OpenMetrics. */
export type Version = 1 | 2;

/** Whether the family can be shown as it is, but for sums and quantiles, which are looked at line by line. */
export function isLawful(version: Version, family: MetricFamily): boolean {
  const { type, points } = family;
  if (version === 2 && type === 'stateset' && !areTogether(family)) return false;
  // What instruments hold is lawful, but for the bounds of a histogram, which all its series have in common.
  const isInstrument = isKind(family, 'instrument', 'live');
  if (isInstrument && type !== 'histogram' && !(version === 2 && type === 'summary')) return true;
  for (const point of points as Iterable<Point>) {
    if (isTimed(point) || !isLawfulPoint(version, type, point)) return false;
    if (isInstrument && type === 'histogram') return true;
  }
  return true;
}

/**
 * The families as OpenMetrics can show them.
 *
 * A counter that holds NaN or less than 0 becomes a family of unknown type ("Counter"). A point of a histogram
 * whose counts are no whole numbers is left out. A histogram with a bound below 0 may have no sum, and so no count
 * ("Histogram"): since OpenTelemetry's collector drops what has no count, it becomes three families of unknown type,
 * with the same samples, which all readers take. The points of one series come together, their times ascending;
 * where some of them have none, those are left out ("Metric", "MetricPoint"). OpenMetrics 1.0.
 *
 * In OpenMetrics 2.0 histograms may hold any counts and bounds, and it is summaries without a sum of 0 or more that become
 * three families.
 */
export function lawful(version: Version, wanted: Wanted, dialect: Dialect, warn: WriteWarning): readonly Wanted[] {
  if (wanted.families.every((family) => isLawful(version, family))) return [wanted];
  const subject = `${wanted.type} ${show(wanted.name)}`;
  const report: Report = (expected, given, outcome) => warn(new MetricError('ERR_COLLECTOR', `${subject}: expected ${expected}, got ${given}; ${outcome}`));
  return ofLawfulType(version, wanted, dialect, report).map((each) => inOrder(each, report));
}

/** A histogram's sum, where it and the count may be shown. OpenMetrics 1.0, "Histogram" and "GaugeHistogram". */
export function lawfulSum(type: MetricType, { sum = NaN, bounds }: HistogramPoint): number | undefined {
  const mayFall = isNegative(bounds);
  return (type === 'histogram' ? sum >= 0 && !mayFall : sum >= 0 || (mayFall && sum < 0)) ? sum : undefined;
}

/** What may be shown of a summary. OpenMetrics 1.0, "Summary". */
export function lawfulSummary({ quantiles, sum = NaN, count = NaN }: SummaryPoint): Pick<SummaryPoint, 'quantiles' | 'sum' | 'count'> {
  return {
    quantiles: quantiles.filter(({ quantile, value }) => quantile >= 0 && quantile <= 1 && !(value < 0)),
    sum: sum >= 0 ? sum : undefined,
    count: isCount(count) ? count : undefined,
  };
}

type Report = (expected: string, given: string, outcome: string) => void;

function isLawfulPoint(version: Version, type: MetricType, point: Point): boolean {
  if (type === 'counter') return (point as CounterPoint).value >= 0;
  if (version === 2) return type !== 'summary' || (isCount((point as SummaryPoint).count ?? NaN) && (point as SummaryPoint).sum! >= 0);
  if (type === 'gaugehistogram') return hasCounts(point as HistogramPoint);
  return type !== 'histogram' || (hasCounts(point as HistogramPoint) && !hasForbiddenSum(point as HistogramPoint));
}

function isTimed({ timestampMs }: Point): boolean {
  return timestampMs !== undefined;
}

function isCount(count: number): boolean {
  return Number.isInteger(count) && count >= 0;
}

function isNegative(bounds: readonly number[]): boolean {
  return bounds.length > 0 && bounds[0]! < 0;
}

// As many as there are bounds: the length of a list is easily a lie.
function hasCounts({ bounds, counts }: HistogramPoint): boolean {
  for (let i = 0; i <= bounds.length; i++) if (!isCount(counts[i]!)) return false;
  return true;
}

function hasForbiddenSum({ bounds, sum }: HistogramPoint): boolean {
  return sum !== undefined && isNegative(bounds);
}

function ofLawfulType(version: Version, wanted: Wanted, dialect: Dialect, report: Report): readonly Wanted[] {
  const { name, type, families } = wanted;
  const points = families.flatMap(pointsOf);
  const unlawful = points.find((point) => !isLawfulPoint(version, type, point));
  if (type === 'counter' && unlawful !== undefined) {
    report('values of 0 or more', `${(unlawful as CounterPoint).value}`, 'shown as unknown');
    return [{ name, type: 'unknown', families }];
  }
  // Python's reader takes all points of an info for one series.
  if (type === 'info' && points.some(isTimed) && !points.every(isTimed)) {
    report('a time for all points, or for none', `some of ${points.length} without`, 'shown as unknown');
    return [{ name, type: 'unknown', families }];
  }
  // Where it is shown as gauges, not the states of a point stand together, but the points of a state.
  const shown = dialect.metricName(name);
  if (type === 'stateset' && stateLabel(dialect, shown) !== shown) return [{ name, type: 'gauge', families: gaugesOf(name, families) }];
  if (version === 2 && type === 'stateset') {
    // Each state is a series there, so that its points would stand apart from each other.
    if (points.some(isTimed)) return [{ name, type: 'gauge', families: gaugesOf(name, families) }];
    return [{ name, type, families: families.map((part) => (areTogether(part) ? part : withPoints(part, together(pointsOf(part))))) }];
  }
  if (version === 2 && unlawful !== undefined) {
    report('a count and a sum of 0 or more', `${(unlawful as SummaryPoint).count} and ${(unlawful as SummaryPoint).sum}`, 'its samples are shown as unknown');
    return samplesOf(name, type, families);
  }
  if (version === 2 || (type !== 'histogram' && type !== 'gaugehistogram')) return [wanted];
  const counted = families.map((part) => withPoints(part, (pointsOf(part) as HistogramPoint[]).filter(hasCounts)));
  const kept = counted.flatMap(pointsOf) as HistogramPoint[];
  if (kept.length < points.length) report('whole numbers as counts', `others in ${points.length - kept.length} of ${points.length} points`, 'these are left out');
  const forbidden = type === 'histogram' ? kept.find(hasForbiddenSum) : undefined;
  if (forbidden === undefined) return [{ name, type, families: counted }];
  report('no bound below 0 beside a sum', `${forbidden.bounds[0]}`, 'its samples are shown as unknown');
  return samplesOf(name, type, counted);
}

/** Whether the sets with the same first label stand together. OpenMetrics 2.0, "StateSet", its example of groups that do not. */
function areTogether({ constantLabels = {}, points }: MetricFamily): boolean {
  const leads = Array.from(points as Iterable<Point>, leadOf);
  // Those of a registry stand before a set's own, and are the same for all.
  return Object.keys(constantLabels).length > 0 || leads.filter((lead, i) => i === 0 || lead !== leads[i - 1]).length === new Set(leads).size;
}

function together(points: readonly Point[]): Point[] {
  const groups = new Map<string, Point[]>();
  for (const point of points) {
    const group = groups.get(leadOf(point));
    if (group === undefined) groups.set(leadOf(point), [point]);
    else group.push(point);
  }
  return [...groups.values()].flat();
}

function leadOf({ labels }: Point): string {
  return JSON.stringify(Object.entries(labels).find(([, value]) => value !== '') ?? '');
}

/** State sets as gauges, one for each state. */
function gaugesOf(name: string, families: readonly MetricFamily[]): MetricFamily[] {
  const taken = new Set(families.flatMap((family) => [family.constantLabels ?? {}, ...pointsOf(family).map(({ labels }) => labels)]).flatMap(Object.keys));
  const label = firstFree(name.replace(/^__+/, '_'), '', new Map(), (each) => !taken.has(each));
  return families.map((family) => {
    const points = (pointsOf(family) as StateSetPoint[]).flatMap(({ labels, timestampMs, states }) => Object.entries(states).map(([state, isOn]) => ({ labels: { ...labels, [label]: state }, timestampMs, value: Number(isOn) })));
    return withPoints(family, points, 'gauge');
  });
}

/** A histogram's or summary's samples, each name as a family of its own. */
function samplesOf(name: string, type: MetricType, families: readonly MetricFamily[]): Wanted[] {
  const valuesOf = (part: MetricFamily, suffix: string): GaugePoint[] => pointsOf(part).flatMap((point) => (type === 'summary' ? samplesOfSummary(point as SummaryPoint, suffix) : samplesOfHistogram(point as HistogramPoint, suffix)));
  return TYPES[type].textSamples.map((suffix) => ({ name: name + suffix, type: 'unknown', families: families.map((part) => withPoints(part, valuesOf(part, suffix), 'unknown')) }));
}

function samplesOfHistogram({ labels, timestampMs, bounds, counts, sum }: HistogramPoint, suffix: string): GaugePoint[] {
  let total = 0;
  const buckets = [...bounds, Infinity].map((bound, i) => ({ labels: { ...labels, le: canonicalBound(bound) }, timestampMs, value: (total += counts[i]!) }));
  if (suffix === '_bucket') return buckets;
  return sum === undefined ? [] : [{ labels, timestampMs, value: suffix === '_sum' ? sum : total }];
}

function samplesOfSummary({ labels, timestampMs, quantiles, sum, count }: SummaryPoint, suffix: string): GaugePoint[] {
  if (suffix === '') return quantiles.map(({ quantile, value }) => ({ labels: { ...labels, quantile: canonicalBound(quantile) }, timestampMs, value }));
  const value = suffix === '_sum' ? sum : count;
  return value === undefined ? [] : [{ labels, timestampMs, value }];
}

/** "Metric", "MetricPoint". */
function inOrder({ name, type, families }: Wanted, report: Report): Wanted {
  if (!families.flatMap(pointsOf).some(isTimed)) return { name, type, families };
  // The points of one series stand together, also where they come from several families.
  const apart = families.length === 1 || areApart(families) ? families : [{ ...withPoints(families[0]!, families.flatMap(withConstantLabels)), constantLabels: {} } as MetricFamily];
  const ordered = apart.map((part) => withPoints(part, seriesBySeries(part.type, pointsOf(part))));
  const lost = apart.flatMap(pointsOf).length - ordered.flatMap(pointsOf).length;
  if (lost > 0) report('a time for all points of a series, or for none', `${lost} without`, 'these are left out');
  return { name, type, families: ordered };
}

function seriesBySeries(type: MetricType, points: readonly Point[]): readonly Point[] {
  const series = new Map<string, Point[]>();
  for (const point of points) {
    const key = seriesKey(point.labels);
    const together = series.get(key);
    if (together === undefined) series.set(key, [point]);
    else together.push(point);
  }
  return [...series.values()].flatMap((together) => {
    const timed = together.filter(isTimed).sort((a, b) => a.timestampMs! - b.timestampMs!);
    return timed.length === 0 ? together : spelledTogether(type, timed);
  });
}

// Python's reader takes labels with an empty one for those of another series, and none may come in between.
function spelledTogether(type: MetricType, points: readonly Point[]): readonly Point[] {
  const seen = new Set<string>();
  let last: { readonly labels: Labels; readonly key: string } | undefined;
  return points.map((point) => {
    const key = JSON.stringify(Object.entries(point.labels).sort());
    if (last === undefined || (last.key !== key && !seen.has(key))) last = { labels: point.labels, key };
    seen.add(last.key);
    return last.key === key ? point : withLabels(type, point, last.labels);
  });
}

function withConstantLabels(part: MetricFamily): Point[] {
  return pointsOf(part).map((point) => withLabels(part.type, point, { ...part.constantLabels, ...point.labels }));
}

export function withLabels(type: MetricType, point: Point, labels: Labels): Point {
  const fields = ['timestampMs', ...POINT_FIELDS[type]].map((field) => [field, (point as unknown as Readonly<Record<string, unknown>>)[field]]);
  return { ...(Object.fromEntries(fields) as object), labels };
}

function withPoints({ name, type: given, help, unit, constantLabels }: MetricFamily, points: readonly Point[], type: MetricType = given): MetricFamily {
  return { name, type, help, unit, constantLabels, points } as MetricFamily;
}

function pointsOf({ points }: MetricFamily): Point[] {
  return [...(points as Iterable<Point>)];
}
