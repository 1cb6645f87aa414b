// A card: one family, with its name, what it is now, its help, and a body as its type asks for. Draws only what can
// be seen.

import type { FamilyHistory, SeriesHistory } from '../live/history.ts';
import { formatValue, unitOf } from '../live/units.ts';
import type { Body, BodyOptions } from './body.ts';
import { html, set, setText } from './elements.ts';
import type { Frame } from './frame.ts';
import { HeatBody } from './heat-body.ts';
import { InfoBody } from './info-body.ts';
import { LinesBody } from './lines-body.ts';
import type { MoveCursor } from './plot.ts';
import { StatesBody } from './states-body.ts';
import { SummaryBody } from './summary-body.ts';
import { clockTime, shown } from './words.ts';

/** Whose values are this old are not of now. */
const STALE_MS = 300_000;

export const COLLECTORS = 'promlet_collector_success';

export interface Seen {
  readonly frame: Frame;
  readonly nowMs: number;
  /** By what the search asks for. */
  readonly series: readonly SeriesHistory[];
}

export class Card {
  readonly element: HTMLElement;
  readonly family: FamilyHistory;
  isVisible = false;
  private isDue = true;
  private width = 0;
  /** What the body was drawn from. */
  private drawn: readonly unknown[] = [];
  private seen: Seen | undefined;
  private readonly body: Body;
  private readonly value = html('data', { class: 'now' });
  private readonly note = html('span', { class: 'note' });
  private readonly help: HTMLElement;
  private readonly stale = html('p', { class: 'stale', hidden: '' });

  constructor(family: FamilyHistory, moveCursor: MoveCursor) {
    this.family = family;
    const name = shown(family.name, 200);
    this.body = bodyOf(family, { name, moveCursor, redraw: () => {
      this.drawn = [];
      this.draw();
    } });
    this.help = html('p', { class: 'help' });
    // Where a long name goes on in another line, a word of it ends.
    const words = name.split(/(?<=_)/).flatMap((word) => [word, html('wbr')]);
    const head = html('header', {}, html('h2', { title: `${name} (${family.type})` }, html('bdi', {}, ...words)), this.value, this.help, this.note);
    this.element = html('article', { class: `card ${family.type}`, 'data-family': name, 'data-type': family.type, 'aria-label': name }, head, this.stale, ...this.body.elements);
  }

  resize(width: number): void {
    this.width = width;
    this.body.resize?.(width);
    this.isDue = true;
  }

  /** Takes what is to be seen, and draws it where anybody sees it. */
  update(seen: Seen): void {
    this.seen = seen;
    this.isDue = true;
    if (this.isVisible) this.draw();
  }

  /** Draws, where something has changed since. */
  reveal(): void {
    if (this.isDue && this.isVisible) this.draw();
  }

  private draw(): void {
    const { seen, family } = this;
    if (seen === undefined) return;
    this.isDue = false;
    for (const element of this.body.elements) element.classList.toggle('none', seen.series.length === 0);
    if (seen.series.length === 0) return void setText(this.note, 'no series yet');
    const input = { ...seen, family, unit: unitOf(family) };
    const { frame: { endMs, spanMs }, series } = seen;
    const drawn = [endMs, spanMs, series.length, series[0], series.at(-1), this.width];
    const isFresh = drawn.some((each, i) => each !== this.drawn[i]);
    this.drawn = drawn;
    if (isFresh) this.body.draw?.(input);
    const { text, value, note } = this.body.read(input);
    setText(this.value, text);
    set(this.value, 'value', String(value));
    setText(this.note, note);
    setText(this.help, shown(family.help, 400));
    set(this.help, 'title', shown(family.help, 2000));
    if (isFresh) this.drawStale(seen);
  }

  private drawStale({ frame, series, nowMs }: Seen): void {
    const oldest = series.reduce((least, { timestampMs = Infinity }) => Math.min(least, timestampMs), Infinity);
    const age = nowMs - oldest;
    const isMissing = this.family.seenMs < frame.endMs;
    this.stale.hidden = !isMissing && !(age > STALE_MS);
    this.element.classList.toggle('bad', isMissing || age > STALE_MS);
    if (!this.stale.hidden) setText(this.stale, isMissing ? `Missing since ${clockTime(this.family.seenMs)}` : `Stale: of ${formatValue(age / 1000, 'seconds')} ago`);
  }
}

function bodyOf({ name, type }: FamilyHistory, options: BodyOptions): Body {
  if (name === COLLECTORS) return new StatesBody(({ values }, i) => (Number.isNaN(values[i] ?? NaN) ? undefined : values[i] === 0 ? 'failing' : 'ok'), true);
  switch (type) {
    case 'counter':
      return new LinesBody(true, options);
    case 'histogram':
      return new HeatBody(false, options);
    case 'gaugehistogram':
      return new HeatBody(true, options);
    case 'summary':
      return new SummaryBody(options);
    case 'stateset':
      return new StatesBody(({ states }, i) => states[i]);
    case 'info':
      return new InfoBody();
    default:
      return new LinesBody(false, options);
  }
}
