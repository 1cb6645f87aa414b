// State sets: the state that each series is in, since when, and a strip of those that it was in. Collectors are shown
// in the same way: as in the scrape, or as failing.

import type { SeriesHistory } from '../live/history.ts';
import { formatValue } from '../live/units.ts';
import type { Body, Headline, Input } from './body.ts';
import { each, html, set, setText, svg } from './elements.ts';
import { px } from './frame.ts';
import type { Frame } from './frame.ts';
import { count, labelText, seriesName, shown, telling } from './words.ts';

const MOST_ROWS = 12;
const STRIP = 8;

export class StatesBody implements Body {
  readonly elements: readonly Element[];
  private readonly list = html('ul', { class: 'states' });
  private readonly more = html('p', { class: 'more' });
  private readonly stateOf: (series: SeriesHistory, index: number) => string | undefined;
  private readonly colours = new Map<string, number>();
  private readonly hasFailures: boolean;

  /** @param stateOf - The state that a series was in at a time; for collectors, `failing` where they are. */
  constructor(stateOf: (series: SeriesHistory, index: number) => string | undefined, hasFailures = false) {
    this.stateOf = stateOf;
    this.hasFailures = hasFailures;
    this.elements = [this.list, this.more];
  }

  read({ series, frame }: Input): Headline {
    const names = telling(series);
    const ordered = this.hasFailures ? series.toSorted((a, b) => (a.current || 0) - (b.current || 0)) : series;
    const all = ordered.slice(0, MOST_ROWS);
    each(this.list, all, () => html('li', {}, html('bdi', { class: 'of' }), html('bdi', { class: 'state' }), html('span', { class: 'since' }), svg('svg', { class: 'strip', viewBox: `0 0 1000 ${STRIP}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' })), (row, one) => {
      const [name, state, since, strip] = [...row.children] as [Element, Element, Element, SVGSVGElement];
      const now = this.stateOf(one, frame.index);
      setText(name, Object.keys(one.labels).length === 0 ? '' : seriesName(one, names));
      set(name, 'title', labelText(one));
      setText(state, now === undefined ? '–' : now === '' ? 'none' : shown(now));
      set(state, 'class', `state ${this.style(now)}`);
      setText(since, this.since(one, frame));
      this.drawStrip(strip, one, frame);
    });
    setText(this.more, series.length > MOST_ROWS ? `and ${count(series.length - MOST_ROWS, 'other')}` : '');
    const failing = this.hasFailures ? series.filter((one) => this.stateOf(one, frame.index) === 'failing').length : 0;
    return failing > 0 ? { text: `${failing} failing`, value: failing, note: `of ${series.length}` } : { text: '', value: NaN, note: series.length === 1 ? '' : count(series.length, 'series', 'series') };
  }

  private style(state: string | undefined): string {
    if (this.hasFailures && state !== undefined) return state === 'failing' ? 'bad' : 'ok';
    if (state === undefined || state === '') return 'others';
    if (!this.colours.has(state)) this.colours.set(state, this.colours.size % 6);
    return `s${this.colours.get(state)!}`;
  }

  private since(series: SeriesHistory, { times, index }: Frame): string {
    const now = this.stateOf(series, index);
    let first = index;
    while (first > 0 && this.stateOf(series, first - 1) === now) first--;
    return now === undefined || index < 0 ? '' : `for ${first === 0 ? 'at least ' : ''}${formatValue(Math.round((times[index]! - times[first]!) / 1000), 'seconds')}`;
  }

  private drawStrip(strip: SVGSVGElement, series: SeriesHistory, { times, endMs, spanMs }: Frame): void {
    const spans: [state: string, from: number, to: number][] = [];
    times.forEach((ms, i) => {
      const state = this.stateOf(series, i);
      const last = spans.at(-1);
      if (last !== undefined) last[2] = ms;
      if (state !== undefined && (last === undefined || last[0] !== state)) spans.push([state, ms, ms]);
    });
    const x = (ms: number): number => 1000 * (1 - (endMs - ms) / spanMs);
    each(strip, spans, () => svg('rect', { y: '0', height: String(STRIP) }), (rect, [state, from, to]) => {
      set(rect, 'class', this.style(state));
      set(rect, 'x', px(x(from)));
      set(rect, 'width', px(Math.max(3, x(to) - x(from))));
    });
  }
}
