// Counters as their rates, gauges as their values: a line for each of the most active series, and one for the others.

import { means, smoothed, totals } from '../live/ranking.ts';
import { formatRate, formatValue, isAdditive } from '../live/units.ts';
import type { Unit } from '../live/units.ts';
import { OTHERS, Selection, rateCell, valueCell } from './body.ts';
import type { Body, BodyOptions, Headline, Input } from './body.ts';
import { RATE_SPAN_MS } from './frame.ts';
import type { Frame } from './frame.ts';
import { Legend } from './legend.ts';
import type { Cell, Row } from './legend.ts';
import { Lines } from './lines.ts';
import type { Line } from './lines.ts';
import { Plot } from './plot.ts';
import { count, labelNames, labelText, seriesName, telling } from './words.ts';

interface Named extends Line {
  readonly row: Row;
}

export class LinesBody implements Body {
  readonly elements: readonly Element[];
  private readonly isCounter: boolean;
  private readonly plot: Plot;
  private readonly lines: Lines;
  private readonly legend: Legend;
  private readonly selection = new Selection();

  constructor(isCounter: boolean, { name, moveCursor, redraw }: BodyOptions) {
    this.isCounter = isCounter;
    this.plot = new Plot(112, name, moveCursor);
    this.lines = new Lines(this.plot);
    this.legend = new Legend(`Series of ${name}`, (series) => {
      this.selection.toggle(series);
      redraw();
    });
    this.elements = [this.plot.element, this.legend.element];
  }

  resize(width: number): void {
    this.plot.width = width;
  }

  draw(input: Input): Headline {
    const { series, unit, frame, nowMs } = input;
    const named = this.named(input);
    const isOne = series.length === 1 && Object.keys(series[0]!.labels).length === 0;
    const { chosen } = this.selection;
    const drawn = chosen === undefined ? named : named.filter(({ row }) => row.series === chosen);
    const reading = named.map(({ row }) => `${isOne ? '' : `${row.name}, `}${row.cells[0]!.text}`).join('; ');
    this.legend.element.hidden = isOne;
    this.legend.draw(labelNames(telling(series)), this.isCounter ? [['rate'], ['total']] : [['value']], named.map(({ row }) => row), chosen);
    // Points in time are no curve.
    this.plot.element.hidden = unit === 'timestamp';
    this.plot.draw(frame, this.lines.draw(drawn, frame, unit, this.isCounter), reading);
    return this.headline(series.length, named, unit, nowMs);
  }

  /** The lines with the rows that belong to them. */
  private named({ series, unit, frame, nowMs }: Input): readonly Named[] {
    const { shown, others } = this.selection.rank(series);
    const names = telling(series);
    const { chosen } = this.selection;
    const all = chosen === undefined || shown.includes(chosen) ? shown : [...shown, chosen];
    const found = all.map((each) => this.line(each.values, each.current, { style: this.selection.style(each), name: seriesName(each, names), title: labelText(each), series: each }, unit, frame, nowMs));
    if (others.length === 0) return found;
    const { length } = frame.times;
    const isSum = isAdditive(unit) || this.isCounter;
    const total = others.reduce((sum, { current }) => sum + (current || 0), 0);
    const name = `${isSum ? '' : 'mean of '}${count(others.length, 'other')}`;
    return [...found, this.line(isSum ? totals(others, length) : means(others, length), total, { style: OTHERS, name, title: `${count(others.length, 'series', 'series')} that ${others.length === 1 ? 'is' : 'are'} less active` }, unit, frame, nowMs)];
  }

  private line(given: readonly number[], total: number, row: Omit<Row, 'cells'>, unit: Unit, frame: Frame, nowMs: number): Named {
    const values = this.isCounter ? smoothed(given, frame.times, RATE_SPAN_MS) : given;
    const value = values[frame.index] ?? NaN;
    const cells: Cell[] = this.isCounter ? [rateCell(value, unit), valueCell(total, unit)] : [valueCell(value, unit, nowMs)];
    return { values, style: row.style, row: { ...row, cells } };
  }

  private headline(length: number, named: readonly Named[], unit: Unit, nowMs: number): Headline {
    const series = length === 1 ? '' : count(length, 'series', 'series');
    if (!this.isCounter && length !== 1) return { text: '', value: NaN, note: series };
    const known = named.map(({ row }) => row.cells[0]!.value).filter((value) => value === value);
    const value = known.length === 0 ? NaN : known.reduce((sum, each) => sum + each, 0);
    return { text: this.isCounter ? formatRate(value, unit) : formatValue(value, unit, nowMs), value, note: this.isCounter && length === 1 ? `${named[0]!.row.cells[1]!.text} in all` : series };
  }
}
