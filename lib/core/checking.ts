// What collectors of your own offer, checked and copied field by field: types are only promises there, and
// nothing that was offered may change, or break a writer, half-way through a scrape.

import { MetricError, show } from './errors.ts';
import { toWellFormed } from './labels.ts';
import type { Exemplar, FamilyHead, HistogramPoint, Labels, MetricFamily, MetricType, Point, Quantile } from './model.ts';
import { reservedLabel } from './names.ts';

/** A point, of which nothing is known yet. */
type Given = Readonly<Record<string, unknown>>;

/** What the points of a type have beside labels and time. */
const FIELDS: Readonly<Record<MetricType, (subject: string, point: Given) => object>> = {
  counter: (subject, { value, exemplar, createdMs }) => ({
    value: checkedNumber(subject, 'value', value),
    exemplar: exemplar === undefined ? undefined : checkedExemplar(subject, exemplar),
    createdMs: checkedTime(subject, 'createdMs', createdMs),
  }),
  gauge: (subject, { value }) => ({ value: checkedNumber(subject, 'value', value) }),
  unknown: (subject, { value }) => ({ value: checkedNumber(subject, 'value', value) }),
  histogram: checkedBuckets,
  gaugehistogram: checkedBuckets,
  summary: (subject, { quantiles, sum, count, createdMs }) => ({
    quantiles: checkedQuantiles(subject, quantiles),
    sum: sum === undefined ? undefined : checkedNumber(subject, 'sum', sum),
    count: count === undefined ? undefined : checkedNumber(subject, 'count', count),
    createdMs: checkedTime(subject, 'createdMs', createdMs),
  }),
  info: () => ({}),
  stateset: (subject, { states }) => {
    if (typeof states !== 'object' || states === null) throw fault(subject, 'states', 'an object', states);
    return { states: Object.fromEntries(Object.entries(states).map(([state, isOn]) => [toWellFormed(state), Boolean(isOn)])) };
  },
};

/** @throws {MetricError} `ERR_COLLECTOR` */
export function checkedHead({ name, type, help, unit }: MetricFamily): FamilyHead & { readonly type: MetricType } {
  if (typeof name !== 'string' || name === '') throw fault('a family', 'name', 'a text', name);
  const subject = `family ${show(name)}`;
  if (!Object.hasOwn(FIELDS, type)) throw fault(subject, 'type', `one of ${show(Object.keys(FIELDS))}`, type);
  if (typeof help !== 'string') throw fault(subject, 'help', 'a text, which may be empty', help);
  if (unit !== undefined && typeof unit !== 'string') throw fault(subject, 'unit', 'a text', unit);
  return { name: toWellFormed(name), type, help: toWellFormed(help), unit };
}

/**
 * A copy of the point, with the family's constant labels before its own.
 *
 * @param taken - Labels that it will be shown with, and so must not have itself.
 * @throws {MetricError} `ERR_COLLECTOR`
 */
export function checkedPoint(type: MetricType, name: string, point: Point, constantLabels: Labels | undefined, taken: Labels): Point {
  const subject = `${type} ${show(name)}`;
  if (typeof point !== 'object' || point === null) throw fault(subject, 'a point', 'an object', point);
  const reserved = reservedLabel(type, name);
  const labels: Record<string, string> = Object.create(null);
  for (const [given, value] of [...Object.entries<unknown>(constantLabels ?? {}), ...Object.entries<unknown>(point.labels ?? {})]) {
    const label = toWellFormed(given);
    if (label === '' || label.startsWith('__') || label === reserved) throw fault(subject, 'labels', 'names that are not reserved', given);
    if (Object.hasOwn(taken, label) || label in labels) throw fault(subject, 'labels', 'each name once', given);
    if (typeof value !== 'string') throw fault(subject, `label ${show(given)}`, 'a string', value);
    labels[label] = toWellFormed(value);
  }
  if (reserved !== undefined && Object.hasOwn(taken, reserved)) throw fault(subject, 'labels', 'no constant label of that name', reserved);
  const timestampMs = checkedTime(subject, 'timestampMs', point.timestampMs);
  return { labels, timestampMs, ...FIELDS[type](subject, point as unknown as Given) };
}

function checkedBuckets(subject: string, point: Given): Omit<HistogramPoint, 'labels'> {
  const bounds = checkedList(subject, 'bounds', point['bounds']) as readonly number[];
  const counts = Array.from((point['counts'] ?? []) as ArrayLike<number>);
  const ascends = bounds.every((bound, i) => typeof bound === 'number' && bound < Infinity && (i === 0 || bound > bounds[i - 1]!));
  if (!ascends) throw fault(subject, 'bounds', 'ascending numbers without +Inf', bounds);
  if (counts.length !== bounds.length + 1) throw fault(subject, 'counts', 'one more than bounds', counts);
  if (!counts.every((count) => typeof count === 'number' && count >= 0)) throw fault(subject, 'counts', 'numbers of 0 or more', counts);
  const { sum, exemplars, createdMs } = point;
  return {
    // Writers keep what they make of bounds that cannot change.
    bounds: Object.isFrozen(bounds) ? bounds : [...bounds],
    counts,
    sum: sum === undefined ? undefined : checkedNumber(subject, 'sum', sum),
    exemplars: Array.from((exemplars ?? []) as ArrayLike<unknown>, (each) => (each === undefined ? undefined : checkedExemplar(subject, each))),
    createdMs: checkedTime(subject, 'createdMs', createdMs),
  };
}

function checkedQuantiles(subject: string, given: unknown): readonly Quantile[] {
  const quantiles = checkedList(subject, 'quantiles', given).map((each) => checkedQuantile(subject, each));
  if (new Set(quantiles.map(({ quantile }) => quantile)).size < quantiles.length) throw fault(subject, 'quantiles', 'each once', quantiles.map(({ quantile }) => quantile));
  return quantiles;
}

function checkedQuantile(subject: string, given: unknown): Quantile {
  const { quantile, value } = (given ?? {}) as Given;
  return { quantile: checkedNumber(subject, 'quantile', quantile), value: checkedNumber(subject, 'value', value) };
}

function checkedExemplar(subject: string, given: unknown): Exemplar {
  const { labels, value, timestampMs } = (given ?? {}) as Given;
  const pairs = Object.entries((labels ?? {}) as Given).map(([name, text]) => {
    if (typeof text !== 'string') throw fault(subject, `exemplar's label ${show(name)}`, 'a string', text);
    return [toWellFormed(name), toWellFormed(text)];
  });
  return {
    labels: Object.fromEntries(pairs) as Labels,
    value: checkedNumber(subject, "exemplar's value", value),
    timestampMs: checkedTime(subject, "exemplar's timestampMs", timestampMs),
  };
}

function checkedNumber(subject: string, field: string, value: unknown): number {
  if (typeof value !== 'number') throw fault(subject, field, 'a number', value);
  return value;
}

function checkedTime(subject: string, field: string, value: unknown): number | undefined {
  if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(Math.trunc(value)))) return value;
  throw fault(subject, field, 'milliseconds since the epoch', value);
}

function checkedList(subject: string, field: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw fault(subject, field, 'a list', value);
  return value;
}

function fault(subject: string, field: string, expected: string, value: unknown): MetricError {
  return new MetricError('ERR_COLLECTOR', `${subject}: ${field}: expected ${expected}, got ${show(value)}`);
}
