// Metrics as plain data, for logs and tests.

import type { Collector, Labels, MetricFamily, NativeHistogram, Point } from '../core/model.ts';
import { plainNative } from '../core/native.ts';
import { POINT_FIELDS } from '../core/types.ts';
import { checked } from './checked.ts';

/**
 * All families as they are now, as objects of the model that hold nothing else and never change: they can be
 * compared, logged, turned into JSON, and printed by any writer.
 *
 * ```json
 * [{ "name": "jobs_total", "type": "counter", "help": "Jobs.", "points": [{ "labels": { "queue": "mail" }, "value": 3 }] }]
 * ```
 *
 * Constant labels stand among those of each point, before its own. What is absent is left out. JSON has no `NaN`
 * and no infinities: `JSON.stringify` makes them `null`.
 *
 * @param source - A registry or another collector; `await source.refresh()` first where it has hooks.
 * @throws what `checked(source).collect()` throws
 */
export function snapshot(source: Collector): MetricFamily[] {
  return [...checked(source).collect()].map((family) => {
    const { name, type, help, unit, constantLabels, points } = family;
    return { name, type, help, ...(unit !== undefined && { unit }), points: Array.from(points, (point) => plainPoint(type, constantLabels, point)) } as MetricFamily;
  });
}

function plainPoint(type: MetricFamily['type'], constantLabels: Labels | undefined, point: Point): Point {
  const plain: Record<string, unknown> = { labels: { ...constantLabels, ...point.labels } };
  for (const field of [...POINT_FIELDS[type], 'timestampMs']) {
    const value = (point as unknown as Readonly<Record<string, unknown>>)[field];
    if (value !== undefined) plain[field] = field === 'native' ? plainNative(value as NativeHistogram) : plainValue(value);
  }
  return plain as unknown as Point;
}

// Lists are copied, and so are exemplars, quantiles and states: instruments go on writing to theirs.
function plainValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>, plainValue);
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined).map(([key, each]) => [key, plainValue(each)]));
}
