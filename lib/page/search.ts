// The search: words that a family has in its name or help, or a series of it in its labels.

import type { FamilyHistory, SeriesHistory } from '../live/history.ts';
import { html } from './elements.ts';

export class Search {
  readonly element: HTMLElement;
  private readonly field: HTMLInputElement;
  private words: readonly string[] = [];
  private readonly texts = new WeakMap<SeriesHistory, string>();

  constructor(changed: () => void) {
    this.field = html('input', { type: 'search', placeholder: 'Search', 'aria-label': 'Search names, help and labels', title: 'Key: /', autocomplete: 'off', spellcheck: 'false' });
    this.element = this.field;
    this.field.addEventListener('input', () => {
      this.words = this.field.value.toLowerCase().split(/\s+/).filter((word) => word !== '');
      changed();
    });
    this.field.addEventListener('keydown', ({ key }) => {
      if (key !== 'Escape') return;
      this.field.value = '';
      this.field.dispatchEvent(new Event('input'));
      this.field.blur();
    });
  }

  get isEmpty(): boolean {
    return this.words.length === 0;
  }

  focus(): void {
    this.field.focus();
    this.field.select();
  }

  /**
   * The series of a family that have all the words; all of them where the family has them itself. `undefined` where
   * nothing of it has.
   */
  filter({ name, help, series }: FamilyHistory): readonly SeriesHistory[] | undefined {
    if (this.isEmpty) return series;
    const head = `${name} ${help}`.toLowerCase();
    const missing = this.words.filter((word) => !head.includes(word));
    if (missing.length === 0) return series;
    const found = series.filter((each) => missing.every((word) => this.text(each).includes(word)));
    return found.length === 0 ? undefined : found;
  }

  private text(series: SeriesHistory): string {
    let text = this.texts.get(series);
    if (text === undefined) this.texts.set(series, (text = Object.entries(series.labels).join(' ').slice(0, 2000).toLowerCase()));
    return text;
  }
}
