// A summary: lines of the quantiles of one series, the most active or the one that is chosen, and a table of all.

import { smoothed } from '../live/ranking.ts';
import { formatRate } from '../live/units.ts';
import { Selection, rateCell, valueCell } from './body.ts';
import type { Body, BodyOptions, Headline, Input } from './body.ts';
import { RATE_SPAN_MS } from './frame.ts';
import { Legend } from './legend.ts';
import type { Column, Row } from './legend.ts';
import { Lines } from './lines.ts';
import { Plot } from './plot.ts';
import { count, labelNames, labelText, seriesName, telling } from './words.ts';

const MOST_QUANTILES = 4;

export class SummaryBody implements Body {
  readonly elements: readonly Element[];
  private readonly plot: Plot;
  private readonly lines: Lines;
  private readonly legend: Legend;
  private readonly selection = new Selection();

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

  draw({ series, unit, frame }: Input): Headline {
    const { shown, others } = this.selection.rank(series);
    const drawn = this.selection.chosen ?? shown[0];
    const quantiles = [...new Set(series.flatMap((each) => [...each.quantiles.keys()]))].sort((a, b) => a - b).slice(-MOST_QUANTILES);
    const style = (i: number): string => `s${i}`;
    const marks = this.lines.draw(quantiles.map((quantile, i) => ({ values: drawn?.quantiles.get(quantile) ?? [], style: style(i) })), frame, unit, false);
    const rate = (values: readonly number[]): number => smoothed(values, frame.times, RATE_SPAN_MS)[frame.index] ?? NaN;
    const names = telling(series);
    const rows = shown.map((each): Row => ({
      style: '',
      name: Object.keys(each.labels).length === 0 ? 'all' : seriesName(each, names),
      title: labelText(each),
      cells: [rateCell(rate(each.values), 'none'), ...quantiles.map((quantile) => valueCell(each.quantiles.get(quantile)?.[frame.index] ?? NaN, unit))],
      ...(series.length > 1 && { series: each }),
    }));
    const all = series.map(({ values }) => rate(values)).filter((value) => value === value);
    const total = all.length === 0 ? NaN : all.reduce((sum, each) => sum + each, 0);
    if (others.length > 0) rows.push({ style: '', name: count(others.length, 'other'), title: 'Series that are less active', cells: [rateCell(others.reduce((sum, { values }) => sum + (rate(values) || 0), 0), 'none')] });
    this.legend.draw(labelNames(names), [['rate'], ...quantiles.map((quantile, i): Column => [`p${Number((quantile * 100).toPrecision(6))}`, style(i)])], rows, series.length > 1 ? drawn : undefined);
    const row = rows.find((each) => each.series === drawn) ?? rows[0];
    this.plot.draw(frame, marks, row === undefined ? '' : [row.name, ...row.cells.map(({ text }, i) => (i === 0 ? text : `quantile ${quantiles[i - 1]}: ${text}`))].join(', '));
    return { text: formatRate(total, 'none'), value: total, note: series.length === 1 ? '' : count(series.length, 'series', 'series') };
  }
}
