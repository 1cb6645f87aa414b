// A summary: lines of the quantiles of one series, the most active or the one that is chosen, and a table of all.

import type { SeriesHistory } from '../live/history.ts';
import { smoothed, total } from '../live/ranking.ts';
import { Selection, Totals, rateCell, valueCell } from './body.ts';
import type { Body, BodyOptions, Headline, Input } from './body.ts';
import { RATE_SPAN_MS } from './frame.ts';
import { Legend } from './legend.ts';
import type { Cell, Column, Row } from './legend.ts';
import { Lines } from './lines.ts';
import { Plot } from './plot.ts';
import type { Mark } from './plot.ts';
import { count, labelNames, labelText, seriesName, telling } from './words.ts';

const MOST_QUANTILES = 4;

export class SummaryBody implements Body {
  readonly elements: readonly Element[];
  private readonly plot: Plot;
  private readonly lines: Lines;
  private readonly legend: Legend;
  private readonly selection = new Selection();
  private readonly all = new Totals();
  private readonly others = new Totals();
  private ofAll: readonly number[] = [];
  private rows: (Omit<Row, 'cells'> & { readonly values: readonly number[]; readonly quantiles: SeriesHistory['quantiles'] })[] = [];
  private drawn: SeriesHistory | undefined;
  private quantiles: readonly number[] = [];
  private marks: readonly Mark[] = [];
  private labels = '';

  constructor({ name, moveCursor, redraw }: BodyOptions) {
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
    const smooth = (values: readonly number[]): readonly number[] => smoothed(values, frame.times, RATE_SPAN_MS);
    this.labels = labelNames(names);
    this.drawn = this.selection.chosen ?? shown[0];
    this.quantiles = mostTelling([...new Set(series.flatMap((each) => [...each.quantiles.keys()]))].sort((a, b) => a - b));
    this.marks = this.lines.draw(this.quantiles.map((quantile, i) => ({ values: this.drawn?.quantiles.get(quantile) ?? [], style: `s${i}` })), frame, unit, false);
    this.ofAll = smooth(this.all.over(series, [], frame, total));
    this.rows = shown.map((each) => ({
      values: smooth(each.values),
      style: '',
      name: Object.keys(each.labels).length === 0 ? 'all' : seriesName(each, names),
      title: labelText(each),
      ...(series.length > 1 && { series: each }),
      quantiles: each.quantiles,
    }));
    if (others.length > 0) this.rows.push({ values: smooth(this.others.over(others, shown, frame, total)), style: '', name: count(others.length, 'other'), title: 'Series that are less active', quantiles: new Map() });
  }

  read({ series, unit, frame }: Input): Headline {
    const rate = (values: readonly number[]): Cell => rateCell(values[frame.index] ?? NaN, 'none');
    const rows = this.rows.map(({ values, quantiles, ...row }): Row => ({
      ...row,
      cells: [rate(values), ...(quantiles.size === 0 ? [] : this.quantiles.map((quantile) => valueCell(quantiles.get(quantile)?.[frame.index] ?? NaN, unit)))],
    }));
    const columns = this.quantiles.map((quantile, i): Column => [`p${Number((quantile * 100).toPrecision(6))}`, `s${i}`]);
    this.legend.draw(this.labels, [['rate'], ...columns], rows, series.length > 1 ? this.drawn : undefined);
    this.lines.read(frame);
    const row = rows.find((each) => each.series === this.drawn) ?? rows[0];
    this.plot.draw(frame, this.marks, row === undefined ? '' : `${row.name}: ${row.cells.map(({ text }, i) => (i === 0 ? text : `${columns[i - 1]![0]} ${text}`)).join(', ')}`);
    return { ...rate(this.ofAll), note: series.length === 1 ? '' : count(series.length, 'series', 'series') };
  }
}

/** As many as there is room for: what is usual, and the highest. */
function mostTelling(quantiles: readonly number[]): readonly number[] {
  if (quantiles.length <= MOST_QUANTILES) return quantiles;
  const highest = quantiles.slice(1 - MOST_QUANTILES);
  const usual = quantiles.reduce((nearest, each) => (Math.abs(each - 0.5) < Math.abs(nearest - 0.5) ? each : nearest));
  return highest.includes(usual) ? quantiles.slice(-MOST_QUANTILES) : [usual, ...highest];
}
