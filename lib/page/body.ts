// What a card has below its head, whatever the type of its family: what it is given to draw, and what it says of it.

import type { FamilyHistory, SeriesHistory } from '../live/history.ts';
import { ranked } from '../live/ranking.ts';
import type { Ranked } from '../live/ranking.ts';
import { formatRate, formatValue } from '../live/units.ts';
import type { Unit } from '../live/units.ts';
import type { Frame } from './frame.ts';
import type { Cell } from './legend.ts';
import type { MoveCursor } from './plot.ts';

export interface Input {
  readonly family: FamilyHistory;
  /** Those that the search leaves. */
  readonly series: readonly SeriesHistory[];
  readonly unit: Unit;
  readonly frame: Frame;
  readonly nowMs: number;
}

/** The figure at the head of a card. */
export interface Headline {
  readonly text: string;
  readonly value: number;
  /** What is beside it, in small print. */
  readonly note: string;
}

export interface Body {
  readonly elements: readonly Element[];
  /** Draws what is new since the last scrape, or with another width, search or choice. */
  draw?(input: Input): void;
  /** Shows the values of one time, as often as the cursor moves. */
  read(input: Input): Headline;
  resize?(width: number): void;
}

export interface BodyOptions {
  /** The family's name, as it is shown. */
  readonly name: string;
  readonly moveCursor: MoveCursor;
  /** Draws the card again, since another series was chosen. */
  readonly redraw: () => void;
}

export const SHOWN_SERIES = 6;
export const OTHERS = 'others';

/** The series that a card shows: in a calm order, each with a colour that it keeps while it is shown. */
export class Selection {
  chosen: SeriesHistory | undefined;
  private shown: readonly SeriesHistory[] = [];
  private readonly colours = new Map<SeriesHistory, number>();

  rank(series: readonly SeriesHistory[]): Ranked {
    const found = ranked(series, SHOWN_SERIES, this.shown);
    this.shown = found.shown;
    if (this.chosen !== undefined && !series.includes(this.chosen)) this.chosen = undefined;
    for (const each of this.colours.keys()) if (!found.shown.includes(each)) this.colours.delete(each);
    for (const each of found.shown) {
      if (this.colours.has(each)) continue;
      const taken = new Set(this.colours.values());
      let free = 0;
      while (taken.has(free)) free++;
      this.colours.set(each, free);
    }
    return found;
  }

  style(series: SeriesHistory): string {
    return `s${this.colours.get(series) ?? 0}`;
  }

  toggle(series: SeriesHistory): void {
    this.chosen = this.chosen === series ? undefined : series;
  }
}

/** A number for each time, of many series together. Those of the past are computed once, as long as it is the same series. */
export class Totals {
  private of: readonly unknown[] = [];
  private byTime = new Map<number, number>();

  /** @param combine - Sum or mean of the values at one time. */
  over(series: readonly SeriesHistory[], shown: readonly SeriesHistory[], { times }: Frame, combine: (series: readonly SeriesHistory[], index: number) => number): readonly number[] {
    const of = [...shown, series.length, series[0], series.at(-1)];
    const isSame = of.length === this.of.length && of.every((each, i) => each === this.of[i]);
    this.of = of;
    const known = isSame ? this.byTime : new Map<number, number>();
    this.byTime = new Map(times.map((ms, i) => [ms, known.get(ms) ?? combine(series, i)]));
    return [...this.byTime.values()];
  }
}

export function rateCell(value: number, unit: Unit): Cell {
  return { text: formatRate(value, unit), value };
}

export function valueCell(value: number, unit: Unit, nowMs?: number): Cell {
  return { text: formatValue(value, unit, nowMs), value };
}
