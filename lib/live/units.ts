// Numbers as people read them, by what they measure: milliseconds or minutes, MiB, per cent, per second.

import type { MetricType } from '../core/model.ts';

export type Unit = 'seconds' | 'bytes' | 'ratio' | 'percent' | 'timestamp' | 'celsius' | 'volts' | 'amperes' | 'joules' | 'grams' | 'meters' | 'hertz' | 'none';

const BASE_UNITS: readonly string[] = ['seconds', 'bytes', 'ratio', 'percent', 'celsius', 'volts', 'amperes', 'joules', 'grams', 'meters', 'hertz'];
const SYMBOLS: Partial<Readonly<Record<Unit, string>>> = { celsius: '°C', volts: 'V', amperes: 'A', joules: 'J', grams: 'g', meters: 'm', hertz: 'Hz' };

/** What a family measures, by its unit or else by its name. */
export function unitOf({ name, unit, type }: { readonly name: string; readonly unit?: string | undefined; readonly type: MetricType }): Unit {
  const base = type === 'counter' ? name.replace(/_total$/, '') : name;
  if (type === 'gauge' && /_(?:timestamp|time)_seconds$/.test(base) && !/_(?:cpu|up|down|wait|run|busy|idle|response|request|processing)_?time_seconds$/.test(base)) return 'timestamp';
  const word = unit || /[^_]+$/.exec(base)?.[0] || '';
  return BASE_UNITS.includes(word) ? (word as Unit) : 'none';
}

/** Whether values of the unit can be added up over series. */
export function isAdditive(unit: Unit): boolean {
  return unit !== 'ratio' && unit !== 'percent' && unit !== 'timestamp' && unit !== 'celsius';
}

/** What numbers of one size are divided by, and what follows them. */
export interface Scale {
  readonly divisor: number;
  readonly suffix: string;
}

// Ascending; the last that is not above the size counts.
const SECONDS: readonly Scale[] = [
  { divisor: 1e-9, suffix: 'ns' }, { divisor: 1e-6, suffix: 'µs' }, { divisor: 1e-3, suffix: 'ms' }, { divisor: 1, suffix: 's' },
  { divisor: 60, suffix: 'min' }, { divisor: 3600, suffix: 'h' }, { divisor: 86_400, suffix: 'd' },
];
const BYTES: readonly Scale[] = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'].map((suffix, i) => ({ divisor: 1024 ** i, suffix }));
const NUMBERS: readonly Scale[] = [{ divisor: 1, suffix: '' }, { divisor: 1e3, suffix: 'k' }, { divisor: 1e6, suffix: 'M' }, { divisor: 1e9, suffix: 'G' }, { divisor: 1e12, suffix: 'T' }];
// Numbers below are shown in full.
const LEAST_SHORTENED = 10_000;
// Numbers from here on are written with their exponent.
const LEAST_EXPONENTIAL = 1e15;
const NO_BREAK_SPACE = '\u00a0';

/** How numbers of this size are written: one scale for an axis, so that its marks can be compared. */
export function scaleOf(size: number, unit: Unit): Scale {
  const magnitude = Math.abs(size);
  switch (unit) {
    case 'seconds':
      return fitting(SECONDS, magnitude === 0 ? 1 : magnitude);
    case 'bytes':
      return fitting(BYTES, magnitude);
    case 'ratio':
      return { divisor: 0.01, suffix: '%' };
    case 'percent':
      return { divisor: 1, suffix: '%' };
    default: {
      const { divisor, suffix } = magnitude < LEAST_SHORTENED || magnitude >= LEAST_EXPONENTIAL ? NUMBERS[0]! : fitting(NUMBERS, magnitude);
      return { divisor, suffix: suffix + (SYMBOLS[unit] ?? '') };
    }
  }
}

function fitting(scales: readonly Scale[], magnitude: number): Scale {
  // What rounds to 1000 ms is a second.
  return scales.findLast(({ divisor }) => magnitude >= divisor * 0.9995) ?? scales[0]!;
}

/** A value with its unit, such as `45.2 ms` or `12.0 MiB`; a dash where there is none. */
export function formatValue(value: number, unit: Unit, nowMs?: number): string {
  if (unit === 'timestamp' && Number.isFinite(value)) return formatTime(value, nowMs);
  return written(value, scaleOf(value, unit), '');
}

/** A rate, such as `3.20/s` or `1.50 MiB/s`. */
export function formatRate(value: number, unit: Unit): string {
  return written(value, scaleOf(value, isAdditive(unit) ? unit : 'none'), '/s');
}

/** A round value in a scale that is given, as the mark of an axis. @param per - What follows the unit. */
export function formatMark(value: number, scale: Scale, per = ''): string {
  return written(Number((value / scale.divisor).toPrecision(4)), { ...scale, divisor: 1 }, per, String);
}

function written(value: number, scale: Scale, per: string, format: (scaled: number) => string = digits): string {
  if (value !== value) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const { suffix } = scale;
  return `${format(value / scale.divisor)}${suffix === '' ? '' : NO_BREAK_SPACE}${suffix}${per}`;
}

/** Three digits that count; whole numbers in full, up to where they are shortened. */
function digits(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude === 0) return '0';
  if (Number.isInteger(value) && magnitude < LEAST_SHORTENED) return String(value);
  if (magnitude < 0.001 || magnitude >= 1e6) return value.toPrecision(3);
  const places = magnitude < 0.9995 ? 3 : magnitude < 9.995 ? 2 : magnitude < 99.95 ? 1 : 0;
  return value.toFixed(places);
}

/** How long ago, or in what time; when, where it is not known what time it is. */
function formatTime(seconds: number, nowMs: number | undefined): string {
  const ago = nowMs === undefined ? NaN : nowMs / 1000 - seconds;
  if (seconds <= 0) return 'never';
  if (ago >= 0) return `${formatValue(Math.floor(ago), 'seconds')} ago`;
  if (ago < 0) return `in ${formatValue(Math.ceil(-ago), 'seconds')}`;
  return new Date(seconds * 1000).toISOString().replace('T', ' ').replace(/\.\d+Z$/, 'Z');
}

/** The least round number that is not below: 1, 2, 2.5 or 5 with zeros; for bytes, powers of two. */
export function roundUp(size: number, unit: Unit): number {
  if (!(size > 0) || !Number.isFinite(size)) return 1;
  const { divisor } = scaleOf(size, unit);
  const scaled = size / divisor;
  const base = unit === 'bytes' ? 2 ** Math.floor(Math.log2(scaled)) : 10 ** Math.floor(Math.log10(scaled));
  const steps = unit === 'bytes' ? [1, 1.5, 2] : [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
  const rounded = (steps.find((step) => step * base >= scaled * (1 - 1e-9)) ?? 10) * base * divisor;
  return Number.isFinite(rounded) && rounded > 0 ? rounded : size;
}

/** The top of an axis, which stays as it was until values exceed it or have become much smaller. */
export function calmTop(size: number, unit: Unit, before: number | undefined): number {
  return before !== undefined && size <= before && size > before * 0.4 ? before : roundUp(size, unit);
}
