// Counters as their rates, gauges as their values: a line for each of the most active series, and one for the others.

import { mean, smoothed, total } from '../live/ranking.ts';
import { formatRate, formatValue, isAdditive } from '../live/units.ts';
import type { Unit } from '../live/units.ts';
import { OTHERS, Selection, Totals, rateCell, valueCell } from './body.ts';
import type { Body, BodyOptions, Headline, Input } from './body.ts';
import { RATE_SPAN_MS } from './frame.ts';
import { Legend } from './legend.ts';
import type { Row } from './legend.ts';
import { Lines } from './lines.ts';
import type { Line } from './lines.ts';
import { Plot } from './plot.ts';
import type { Mark } from './plot.ts';
import { count, labelNames, labelText, seriesName, telling } from './words.ts';

/** A line with what its row needs. */
interface Named extends Line, Omit<Row, 'cells'> {
  readonly style: string;
  /** A counter's total. */
  all(): number;
}

export class LinesBody implements Body {
  readonly elements: readonly Element[];
  private readonly isCounter: boolean;
  private readonly plot: Plot;
  private readonly lines: Lines;
  private readonly legend: Legend;
  private readonly selection = new Selection();
  private readonly totals = new Totals();
  private named: Named[] = [];
  private marks: readonly Mark[] = [];
  private labels = '';

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

  draw({ series, unit, frame }: Input): void {
    const { shown, others } = this.selection.rank(series);
    const names = telling(series);
    const smooth = (values: readonly number[]): readonly number[] => (this.isCounter ? smoothed(values, frame.times, RATE_SPAN_MS) : values);
    this.labels = labelNames(names);
    this.named = shown.map((each) => ({ values: smooth(each.values), style: this.selection.style(each), name: seriesName(each, names), title: labelText(each), series: each, all: () => each.current }));
    if (others.length > 0) {
      const isSum = isAdditive(unit) || this.isCounter;
      this.named.push({
        values: smooth(this.totals.over(others, shown, frame, isSum ? total : mean)),
        style: OTHERS,
        name: `${isSum ? '' : 'mean of '}${count(others.length, 'other')}`,
        title: 'Series that are less active',
        all: () => others.reduce((sum, { current }) => sum + (current || 0), 0),
      });
    }
    const { chosen } = this.selection;
    const drawn = chosen === undefined ? this.named : this.named.filter((each) => each.series === chosen);
    this.marks = this.lines.draw(drawn, frame, unit, this.isCounter);
  }

  read({ series, unit, frame, nowMs }: Input): Headline {
    const rows = this.named.map(({ values, all, ...row }): Row => {
      const value = values[frame.index] ?? NaN;
      return { ...row, cells: this.isCounter ? [rateCell(value, unit), valueCell(all(), unit)] : [valueCell(value, unit, nowMs)] };
    });
    const isOne = series.length === 1 && Object.keys(series[0]!.labels).length === 0;
    this.legend.element.hidden = isOne;
    this.legend.draw(this.labels, this.isCounter ? [['rate'], ['total']] : [['value']], rows, this.selection.chosen);
    // Points in time are no curve.
    this.plot.element.hidden = unit === 'timestamp';
    this.lines.read(frame);
    this.plot.draw(frame, this.marks, rows.map(({ name, cells }) => `${isOne ? '' : `${name}: `}${cells[0]!.text}`).join('; '));
    return this.headline(series.length, rows, unit, nowMs);
  }

  private headline(length: number, rows: readonly Row[], unit: Unit, nowMs: number): Headline {
    const series = length === 1 ? '' : count(length, 'series', 'series');
    if (!this.isCounter && length !== 1) return { text: '', value: NaN, note: series };
    const known = rows.map(({ cells }) => cells[0]!.value).filter((value) => value === value);
    const value = known.length === 0 ? NaN : known.reduce((sum, each) => sum + each, 0);
    return { text: this.isCounter ? formatRate(value, unit) : formatValue(value, unit, nowMs), value, note: this.isCounter && length === 1 ? `${rows[0]!.cells[1]!.text} in all` : series };
  }
}
