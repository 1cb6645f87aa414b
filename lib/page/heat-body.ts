// A histogram: a heat map of all its series together, or of the one that is chosen, and what is usual and what is slow.

import { smoothed, total } from '../live/ranking.ts';
import { Selection, Totals, rateCell, valueCell } from './body.ts';
import type { Body, BodyOptions, Headline, Input } from './body.ts';
import { RATE_SPAN_MS } from './frame.ts';
import { HeatMap, QUANTILES, seriesQuantiles } from './heat.ts';
import { Legend } from './legend.ts';
import type { Cell, Column, Row } from './legend.ts';
import { Plot } from './plot.ts';
import type { Mark } from './plot.ts';
import { count, labelNames, labelText, seriesName, telling } from './words.ts';

const COLUMNS: readonly Column[] = [['rate'], ...QUANTILES.map((quantile): Column => [`p${quantile * 100}`, `p${quantile * 100}`])];

export class HeatBody implements Body {
  readonly elements: readonly Element[];
  private readonly isOfNow: boolean;
  private readonly plot: Plot;
  private readonly heat: HeatMap;
  private readonly legend: Legend;
  private readonly selection = new Selection();
  private readonly all = new Totals();
  private readonly others = new Totals();
  private ofAll: readonly number[] = [];
  private rows: (Omit<Row, 'cells'> & { readonly values: readonly number[] })[] = [];
  private marks: readonly Mark[] = [];
  private labels = '';

  /** @param isOfNow - Whether its buckets are those of now, and not of all time. */
  constructor(isOfNow: boolean, { name, moveCursor, redraw }: BodyOptions) {
    this.isOfNow = isOfNow;
    this.plot = new Plot(144, name, moveCursor);
    this.heat = new HeatMap(this.plot);
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
    const { chosen } = this.selection;
    const names = telling(series);
    const smooth = (values: readonly number[]): readonly number[] => (this.isOfNow ? values : smoothed(values, frame.times, RATE_SPAN_MS));
    this.marks = this.heat.draw(chosen === undefined ? series : [chosen], chosen, frame, unit);
    this.labels = labelNames(names);
    this.ofAll = smooth(this.all.over(series, [], frame, total));
    this.rows = shown.map((each) => ({ values: smooth(each.values), style: '', name: seriesName(each, names), title: labelText(each), series: each }));
    if (others.length > 0) this.rows.push({ values: smooth(this.others.over(others, shown, frame, total)), style: '', name: count(others.length, 'other'), title: 'Series that are less active' });
  }

  read({ series, unit, frame }: Input): Headline {
    const cell = (values: readonly number[]): Cell => (this.isOfNow ? valueCell : rateCell)(values[frame.index] ?? NaN, 'none');
    const quantiles = (values: readonly number[]): Cell[] => values.map((value) => valueCell(value, unit));
    const { chosen } = this.selection;
    const [isOne, drawn] = [series.length === 1, quantiles(this.heat.quantilesAt(frame))];
    const rows = isOne ? [] : this.rows.map(({ values, ...row }): Row => ({ ...row, cells: [cell(values), ...(row.series === undefined ? [] : quantiles(seriesQuantiles(row.series, frame)))] }));
    const all: Row = { style: '', name: isOne ? 'all' : `all ${count(series.length, 'series', 'series')}`, title: 'All series together', cells: [cell(this.ofAll), ...drawn] };
    this.legend.draw(this.labels, this.isOfNow ? [['count'], ...COLUMNS.slice(1)] : COLUMNS, chosen === undefined ? [all, ...rows] : rows, chosen);
    this.plot.draw(frame, this.marks, [cell(chosen === undefined ? this.ofAll : this.rows.find((row) => row.series === chosen)?.values ?? []), ...drawn].map(({ text }, i) => (i === 0 ? text : `${COLUMNS[i]![0]} ${text}`)).join(', '));
    return { ...cell(this.ofAll), note: isOne ? '' : count(series.length, 'series', 'series') };
  }
}
