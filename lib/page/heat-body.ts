// A histogram: a heat map of all its series together, or of the one that is chosen, and what is usual and what is slow.

import { smoothed, totals } from '../live/ranking.ts';
import { formatRate, formatValue } from '../live/units.ts';
import { Selection, rateCell, valueCell } from './body.ts';
import type { Body, BodyOptions, Headline, Input } from './body.ts';
import { RATE_SPAN_MS } from './frame.ts';
import { HeatMap, QUANTILES, seriesQuantile } from './heat.ts';
import { Legend } from './legend.ts';
import type { Cell, Column, Row } from './legend.ts';
import { Plot } from './plot.ts';
import { count, labelNames, labelText, seriesName, telling } from './words.ts';

const COLUMNS: readonly Column[] = [['rate'], ...QUANTILES.map((quantile): Column => [`p${quantile * 100}`, `p${quantile * 100}`])];

export class HeatBody implements Body {
  readonly elements: readonly Element[];
  private readonly isOfNow: boolean;
  private readonly plot: Plot;
  private readonly heat: HeatMap;
  private readonly legend: Legend;
  private readonly selection = new Selection();

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

  draw({ series, unit, frame }: Input): Headline {
    const { shown, others } = this.selection.rank(series);
    const { chosen } = this.selection;
    const drawn = chosen === undefined ? series : [chosen];
    const marks = this.heat.draw(drawn, drawn.map(({ labels }) => JSON.stringify(labels)).join(), frame, unit);
    const rate = (values: readonly number[]): number => (this.isOfNow ? values : smoothed(values, frame.times, RATE_SPAN_MS))[frame.index] ?? NaN;
    const cell = (value: number): Cell => (this.isOfNow ? valueCell(value, 'none') : rateCell(value, 'none'));
    const all = rate(totals(series, frame.times.length));
    const ofAll = QUANTILES.map((quantile) => valueCell(this.heat.quantile(quantile, frame.index, frame), unit));
    const names = telling(series);
    const rows: Row[] = shown.map((each) => ({
      style: '',
      name: seriesName(each, names),
      title: labelText(each),
      cells: [cell(rate(each.values)), ...QUANTILES.map((quantile) => valueCell(seriesQuantile(each, quantile, frame.index, frame), unit))],
      series: each,
    }));
    const isOne = series.length === 1;
    if (others.length > 0) rows.push({ style: '', name: count(others.length, 'other'), title: 'Series that are less active', cells: [cell(rate(totals(others, frame.times.length)))] });
    if (chosen === undefined) rows.splice(0, isOne ? rows.length : 0, { style: '', name: isOne ? 'all' : `all ${count(series.length, 'series', 'series')}`, title: 'All series together', cells: [cell(all), ...ofAll] });
    this.legend.draw(labelNames(names), this.isOfNow ? [['count'], ...COLUMNS.slice(1)] : COLUMNS, rows, chosen);
    this.plot.draw(frame, marks, reading(cell(all), ofAll));
    return { text: this.isOfNow ? formatValue(all, 'none') : formatRate(all, 'none'), value: all, note: isOne ? '' : count(series.length, 'series', 'series') };
  }
}

function reading(rate: Cell, quantiles: readonly Cell[]): string {
  return [rate.text, ...quantiles.map(({ text }, i) => `p${QUANTILES[i]! * 100} ${text}`)].join(', ');
}
