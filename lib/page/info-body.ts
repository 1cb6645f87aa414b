// Infos: what they state, as names and values.

import type { Body, Headline, Input } from './body.ts';
import { each, html, setText } from './elements.ts';
import { count, shown } from './words.ts';

const MOST_ROWS = 6;

export class InfoBody implements Body {
  readonly elements: readonly Element[];
  private readonly lists = html('div', { class: 'infos' });
  private readonly more = html('p', { class: 'more' });

  constructor() {
    this.elements = [this.lists, this.more];
  }

  read({ series }: Input): Headline {
    each(this.lists, series.slice(0, MOST_ROWS), () => html('dl'), (list, { labels }) => {
      each(list, Object.entries(labels), () => html('div', {}, html('dt', {}, html('bdi')), html('dd', {}, html('bdi'))), (pair, [name, value]) => {
        setText(pair.firstElementChild!.firstElementChild!, shown(name));
        setText(pair.lastElementChild!.firstElementChild!, value === '' ? '(empty)' : shown(value, 300));
      });
    });
    setText(this.more, series.length > MOST_ROWS ? `and ${count(series.length - MOST_ROWS, 'other')}` : '');
    return { text: '', value: NaN, note: series.length === 1 ? '' : count(series.length, 'series', 'series') };
  }
}
