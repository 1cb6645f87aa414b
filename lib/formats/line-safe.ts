// For readers that take more than a line feed for the end of a line, such as Datadog's agent: one such character in
// a label value, and they lose the whole scrape.

import { isKind } from '../core/brand.ts';
import type { Labels, MetricFamily, MetricType, Point, StateSetPoint } from '../core/model.ts';
import type { Format } from './format.ts';
import { withLabels } from './lawful.ts';

// Carriage return, tabulations and feeds, separators: where Python's `splitlines` splits.
const BREAK = /[\r\v\f\x1c-\x1e\x85\u2028\u2029]/;
const BREAKS = /[\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;

/**
 * The same format without CR, VT, FF, U+001C to U+001E, U+0085, U+2028 and U+2029: in label values, help texts and
 * wherever else they stand, a visible character is in their place, such as `␍`. Of series that become one by it, the
 * first is shown.
 *
 * Formats of bytes have no lines: their names and labels are changed as well, and nothing else.
 */
export function lineSafe<Chunk extends string | Uint8Array>(format: Format<Chunk>): Format<Chunk> {
  const { withEscaping } = format;
  return {
    ...format,
    ...(withEscaping !== undefined && { withEscaping: (escaping) => lineSafe(withEscaping(escaping)) }),
    *write(families, warn) {
      const chunks = format.write(Array.from(families, safeFamily), warn);
      for (const chunk of chunks) yield typeof chunk === 'string' ? (safe(chunk) as Chunk) : chunk;
    },
  };
}

// By what tells series apart, which the format compares; all else is looked at once it is written.
function safeFamily(family: MetricFamily): MetricFamily {
  const { name, type, help, unit, constantLabels = {} } = family;
  // As they are now: a series that comes after this look might not be safe.
  const points = [...(family.points as Iterable<Point>)];
  const isLive = isKind(family, 'instrument', 'live');
  const isSafe = !BREAK.test(name) && areSafe(constantLabels) && points.every((point) => (isLive ? !BREAK.test(point.lineStart!) : areSafe(point.labels)) && areSafe(statesOf(point)));
  if (isSafe) return Object.create(family, { points: { value: points } }) as MetricFamily;
  return { name: safe(name), type, help, unit, constantLabels: safeLabels(constantLabels), points: points.map((point) => safePoint(type, point)) } as MetricFamily;
}

function safePoint(type: MetricType, point: Point): Point {
  const states = Object.fromEntries(Object.entries(statesOf(point)).map(([state, isOn]) => [safe(state), isOn]));
  return { ...withLabels(type, point, safeLabels(point.labels)), ...(type === 'stateset' && { states }) };
}

function safeLabels(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [safe(name), safe(value)]));
}

function areSafe(record: Readonly<Record<string, unknown>>): boolean {
  return !BREAK.test(Object.entries(record).join());
}

function statesOf(point: Point): StateSetPoint['states'] {
  return (point as Partial<StateSetPoint>).states ?? {};
}

function safe(text: string): string {
  return text.replace(BREAKS, (found) => PICTURES[found] ?? String.fromCharCode(0x2400 + found.charCodeAt(0)));
}

// Unicode has symbols for the others in their order.
const PICTURES: Readonly<Record<string, string>> = { '\x85': '␤', '\u2028': '↵', '\u2029': '¶' };
