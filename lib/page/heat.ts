// A histogram over time: how many observations fell into which bucket, darker where they were more, and lines of
// quantiles over them. Each bucket has the same height, whatever its width.

import { EMPTY, quantileOf, sumOf } from '../live/buckets.ts';
import type { Buckets } from '../live/buckets.ts';
import type { SeriesHistory } from '../live/history.ts';
import { formatValue } from '../live/units.ts';
import type { Unit } from '../live/units.ts';
import { set, svg } from './elements.ts';
import { QUANTILE_SPAN_MS, px, xOf } from './frame.ts';
import type { Frame } from './frame.ts';
import type { Mark, Plot } from './plot.ts';

export const QUANTILES = [0.5, 0.95, 0.99] as const;
const SHADES = 6;
const MOST_ROWS = 24;
const LEAST_ROWS = 5;

export class HeatMap {
  private readonly plot: Plot;
  private readonly shades = Array.from({ length: SHADES }, (_, i) => svg('path', { class: `heat heat${i}` }));
  /** What sets the lines off from the cells behind them. */
  private readonly halos = QUANTILES.map(() => svg('path', { class: 'quantile halo' }));
  private readonly lines = QUANTILES.map((quantile) => svg('path', { class: `quantile p${quantile * 100}` }));
  private columns = new Map<number, Buckets>();
  /** Quantiles of what was observed lately before a time. */
  private quantiles = new Map<number, readonly number[]>();
  private of: readonly unknown[] = [];
  /** Upper bounds of the rows, and below the first its lower one. */
  private bounds: readonly number[] = [];

  constructor(plot: Plot) {
    this.plot = plot;
    plot.layer.append(...this.shades, ...this.halos, ...this.lines);
  }

  /** Of all these series together. @param chosen - The one that they are, where it was chosen. */
  draw(series: readonly SeriesHistory[], chosen: SeriesHistory | undefined, frame: Frame, unit: Unit): readonly Mark[] {
    const columns = this.columnsOf(series, [chosen, series.length, series[0], series.at(-1)], frame);
    this.bounds = rowsOf(columns, this.bounds);
    if (this.bounds.length < 2) return [];
    this.drawCells(columns, frame);
    QUANTILES.forEach((_, i) => this.drawLine(i, frame));
    return this.marks(unit);
  }

  /** The quantiles of what was observed lately before a scrape. */
  quantilesAt({ times, index }: Frame): readonly number[] {
    return this.quantiles.get(times[index]!) ?? QUANTILES.map(() => NaN);
  }

  /** The sums over all series, time by time; those of the past are kept. */
  private columnsOf(series: readonly SeriesHistory[], of: readonly unknown[], { times }: Frame): readonly (Buckets | undefined)[] {
    if (of.some((each, i) => each !== this.of[i])) [this.columns, this.quantiles] = [new Map(), new Map()];
    this.of = of;
    const kept = new Map<number, Buckets>();
    times.forEach((ms, i) => {
      const known = this.columns.get(ms);
      if (known !== undefined) return void kept.set(ms, known);
      const present = series.map(({ columns }) => columns[i]).filter((column) => column !== undefined);
      if (present.length > 0) kept.set(ms, sumOf(present));
    });
    this.columns = kept;
    const columns = times.map((ms) => kept.get(ms));
    this.quantiles = new Map(times.map((ms, i) => [ms, this.quantiles.get(ms) ?? quantilesOf(columns, i, times)]));
    return columns;
  }

  private drawCells(columns: readonly (Buckets | undefined)[], frame: Frame): void {
    const { times } = frame;
    const { width } = this.plot;
    const rates = columns.map((column, i) => (column === undefined || i === 0 ? [] : inRows(column, this.bounds).map((count) => (count / (times[i]! - times[i - 1]!)) * 1000)));
    const greatest = Math.max(...rates.flat(), Number.MIN_VALUE);
    const paths = new Array<string>(SHADES).fill('');
    rates.forEach((rows, i) => {
      if (rows.length === 0) return;
      const [left, right] = [xOf(Math.max(times[i - 1]!, times[i]! - frame.gapMs), frame, width), xOf(times[i]!, frame, width)];
      rows.forEach((rate, row) => {
        if (!(rate > 0)) return;
        // By the root, so that what is rare can be seen beside what is common.
        const shade = Math.min(SHADES - 1, Math.floor(Math.sqrt(rate / greatest) * SHADES));
        const [bottom, top] = [this.y(row), this.y(row + 1)];
        paths[shade] += `M${px(left)} ${px(top)}H${px(right)}V${px(bottom)}H${px(left)}z`;
      });
    });
    this.shades.forEach((shade, i) => set(shade, 'd', paths[i]!));
  }

  private drawLine(line: number, frame: Frame): void {
    const { times } = frame;
    let path = '';
    let isBegun = false;
    times.forEach((ms, i) => {
      const value = this.quantiles.get(ms)![line]!;
      if (i > 0 && ms - times[i - 1]! > frame.gapMs) isBegun = false;
      if (value === value) path += `${isBegun ? 'L' : 'M'}${px(xOf(ms, frame, this.plot.width))} ${px(this.y(this.rowAt(value)))}${isBegun ? '' : 'h0'}`;
      isBegun = value === value;
    });
    set(this.halos[line]!, 'd', path);
    set(this.lines[line]!, 'd', path);
  }

  /** Where a value is among the rows, within its bucket by its share. */
  private rowAt(value: number): number {
    const { bounds } = this;
    const last = bounds.length - 1;
    for (let row = 0; row < last; row++) {
      const [lower, upper] = [bounds[row]!, bounds[row + 1]!];
      if (value > upper && row < last - 1) continue;
      if (!Number.isFinite(lower) || !Number.isFinite(upper)) return row + (value === lower ? 0 : Number.isFinite(lower) ? 0.5 : 1);
      return row + Math.max(0, Math.min(1, (value - lower) / (upper - lower)));
    }
    return 0;
  }

  private y(row: number): number {
    return this.plot.y(row / (this.bounds.length - 1));
  }

  /** Bounds, as many as there is room for. */
  private marks(unit: Unit): readonly Mark[] {
    const { bounds } = this;
    const every = Math.ceil((bounds.length * 15) / this.plot.height);
    return bounds.map((bound, row) => ({ y: this.y(row), text: formatValue(bound, unit), bound, row }))
      .filter(({ bound, row }) => Number.isFinite(bound) && row % every === 0)
      .map(({ y, text }) => ({ y, text }));
  }
}

/** What was observed in the time before a scrape. */
function lately(columns: readonly (Buckets | undefined)[], index: number, times: readonly number[]): Buckets {
  const recent: Buckets[] = [];
  for (let i = index; i > 0 && times[i]! > times[index]! - QUANTILE_SPAN_MS; i--) recent.push(columns[i] ?? EMPTY);
  return sumOf(recent);
}

function quantilesOf(columns: readonly (Buckets | undefined)[], index: number, times: readonly number[]): readonly number[] {
  const buckets = columns[index] === undefined ? EMPTY : lately(columns, index, times);
  return QUANTILES.map((quantile) => quantileOf(buckets, quantile));
}

/** Of one series alone. */
export function seriesQuantiles({ columns }: SeriesHistory, { times, index }: Frame): readonly number[] {
  return quantilesOf(columns, index, times);
}

/**
 * The bounds of the rows: of all buckets that were hit, and a little beyond. What was within them before stays within,
 * so that nothing jumps.
 */
function rowsOf(columns: readonly (Buckets | undefined)[], before: readonly number[]): readonly number[] {
  const { lowers, uppers, counts, isExponential } = sumOf(columns.filter((column) => column !== undefined));
  const hit = uppers.map((_, i) => i).filter((i) => counts[i]! > 0);
  if (hit.length === 0) return before;
  const [lowest, highest] = [lowers[hit[0]!]!, uppers[hit.at(-1)!]!];
  if (isExponential && lowest >= 0) {
    // The first row begins at zero, whatever its upper bound.
    const [least, most] = [lowers[hit.find((i) => lowers[i]! > 0) ?? 0]!, before.at(-1) ?? 0];
    return least >= before[1]! && highest <= most ? before : powers(Math.min(least, before[1] ?? Infinity), Math.max(highest, most));
  }
  if (lowest >= before[0]! && highest <= before.at(-1)!) return before;
  const [from, to] = [Math.min(lowest, before[0] ?? Infinity), Math.max(highest, before.at(-1) ?? -Infinity)];
  let [first, last] = [lowers.findIndex((lower) => lower >= from), uppers.findLastIndex((upper) => upper <= to)];
  if (before.length === 0) [first, last] = [Math.max(0, first - 1), Math.min(uppers.length - 1, last + 1)];
  while (last - first + 1 < LEAST_ROWS && (first > 0 || last < uppers.length - 1)) {
    if (last < uppers.length - 1) last++;
    else first--;
  }
  const bounds = [lowers[first]!, ...uppers.slice(first, last + 1)];
  const every = Math.ceil((bounds.length - 1) / MOST_ROWS);
  return bounds.filter((_, i) => i % every === 0 || i === bounds.length - 1);
}

/** Rows for native buckets: powers of two, or of its roots or powers, so that buckets of all schemas fit. */
function powers(from: number, to: number): readonly number[] {
  // What is this small belongs to the first row.
  const least = Math.max(from, to * 1e-9, Number.MIN_VALUE);
  for (let step = 0.25; ; step *= 2) {
    const [first, last] = [Math.floor(Math.log2(least) / step + 1e-9), Math.ceil(Math.log2(to) / step - 1e-9)];
    if (last - first < MOST_ROWS) return [0, ...Array.from({ length: last - first + 1 }, (_, i) => 2 ** ((first + i) * step))];
  }
}

function inRows({ uppers, counts }: Buckets, bounds: readonly number[]): number[] {
  const rows = new Array<number>(bounds.length - 1).fill(0);
  let row = 0;
  for (let i = 0; i < uppers.length; i++) {
    while (row < rows.length - 1 && bounds[row + 1]! < uppers[i]!) row++;
    rows[row]! += counts[i]!;
  }
  return rows;
}
