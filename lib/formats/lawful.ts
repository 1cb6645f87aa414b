// What OpenMetrics forbids and a collector may bring from elsewhere: shown as another type, put in order, or left
// out. What instruments hold is lawful as it is, but for what `samples.ts` minds line by line.

import type { CounterPoint, HistogramPoint, MetricFamily, Point } from '../core/model.ts';
import { seriesKey } from '../core/labels.ts';

/**
 * The family as OpenMetrics can show it.
 *
 * A counter that holds NaN or less than 0 becomes a family of unknown type ("Counter"). A point of a histogram
 * whose counts are no whole numbers is left out ("Histogram"). The points of one series come together, their
 * times ascending; where some of them have none, those are left out ("Metric", "MetricPoint"). OpenMetrics 1.0.
 */
export function lawful(family: MetricFamily): MetricFamily {
  if (isLive(family)) return family;
  const { name, type, help, unit, constantLabels } = family;
  let points: readonly Point[] = [...family.points];
  const isUnknown = type === 'counter' && !(points as readonly CounterPoint[]).every(({ value }) => value >= 0);
  if (type === 'histogram' || type === 'gaugehistogram') points = (points as readonly HistogramPoint[]).filter(({ counts }) => Array.from(counts).every(isCount));
  return { name, type: isUnknown ? 'unknown' : type, help, unit, constantLabels, points: inOrder(points) } as MetricFamily;
}

/** Whether a count is one: a whole number of 0 or more. */
export function isCount(count: number): boolean {
  return Number.isInteger(count) && count >= 0;
}

// The points of instruments have a `lineStart`, and theirs alone.
function isLive({ points }: MetricFamily): boolean {
  for (const { lineStart } of points) return lineStart !== undefined;
  return true;
}

function inOrder(points: readonly Point[]): readonly Point[] {
  if (points.every(({ timestampMs }) => timestampMs === undefined)) return points;
  const series = new Map<string, Point[]>();
  for (const point of points) {
    const key = seriesKey(point.labels);
    const together = series.get(key);
    if (together === undefined) series.set(key, [point]);
    else together.push(point);
  }
  return [...series.values()].flatMap((together) => {
    const timed = together.filter(({ timestampMs }) => timestampMs !== undefined);
    return timed.length === 0 ? together : timed.sort((a, b) => a.timestampMs! - b.timestampMs!);
  });
}
