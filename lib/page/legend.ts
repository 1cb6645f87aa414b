// The table under a plot: a row for each series that is shown, most active first, and one for all others. A row can be
// chosen, to see that series alone.

import type { SeriesHistory } from '../live/history.ts';
import { each, html, set, setText } from './elements.ts';

export interface Row {
  /** Its colour; none where the plot does not show it by colour. */
  readonly style: string;
  readonly name: string;
  /** In full, for those who ask. */
  readonly title: string;
  readonly cells: readonly Cell[];
  /** Absent for the row of others, which cannot be chosen. */
  readonly series?: SeriesHistory | undefined;
}

export interface Cell {
  readonly text: string;
  /** The number itself. */
  readonly value: number;
}

/** Its class, where a column has a line of its own in the plot. */
export type Column = readonly [title: string, style?: string];

export class Legend {
  readonly element: HTMLTableElement;
  private readonly head = html('tr');
  private readonly body = html('tbody');
  private readonly rows = new WeakMap<Element, SeriesHistory>();

  constructor(label: string, choose: (series: SeriesHistory) => void) {
    this.element = html('table', { class: 'legend', 'aria-label': label }, html('thead', {}, this.head), this.body);
    this.body.addEventListener('click', ({ target }) => {
      const series = this.rows.get((target as Element).closest('button')!);
      if (series !== undefined) choose(series);
    });
  }

  draw(labels: string, columns: readonly Column[], rows: readonly Row[], chosen: SeriesHistory | undefined): void {
    each(this.head, [[labels] as Column, ...columns], () => html('th', { scope: 'col' }), (cell, [title, style = '']) => {
      setText(cell, title);
      set(cell, 'class', style);
    });
    each(this.body, rows, () => html('tr', {}, html('th', { scope: 'row' })), (line, { style, name, title, cells, series }) => {
      this.name(line.firstElementChild!, style, name, title, series, chosen);
      while (line.children.length > cells.length + 1) line.lastElementChild!.remove();
      while (line.children.length < cells.length + 1) line.append(html('td', {}, html('data')));
      cells.forEach(({ text, value }, i) => {
        const data = line.children[i + 1]!.firstElementChild!;
        setText(data, text);
        set(data, 'value', String(value));
      });
      set(line, 'class', chosen !== undefined && series !== chosen ? 'dim' : '');
    });
  }

  private name(cell: Element, style: string, name: string, title: string, series: SeriesHistory | undefined, chosen: SeriesHistory | undefined): void {
    const tag = series === undefined ? 'SPAN' : 'BUTTON';
    if (cell.firstElementChild?.tagName !== tag) {
      const key = html('i');
      cell.replaceChildren(series === undefined ? html('span', {}, key, html('bdi')) : html('button', { type: 'button' }, key, html('bdi')));
    }
    const inner = cell.firstElementChild!;
    set(inner.firstElementChild!, 'class', style);
    setText(inner.lastElementChild!, name);
    set(inner, 'title', title);
    if (series === undefined) return;
    this.rows.set(inner, series);
    set(inner, 'aria-pressed', String(series === chosen));
  }
}
