// Names, label values and times as the page writes them. Hostile ones cannot be seen as something else, nor fill it.

import type { SeriesHistory } from '../live/history.ts';

// What has no shape of its own, or changes how what is around it is shown.
const INVISIBLE = /[\u0000-\u001f\u007f-\u00a0\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffc]/g;

/** A text of anybody's: what cannot be seen is written out, and what is long is cut. */
export function shown(text: string, limit = 120): string {
  const cut = text.length > limit ? `${text.slice(0, limit).replace(/[\ud800-\udbff]$/, '')}…` : text;
  return cut.replace(INVISIBLE, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
}

/** Label names that differ between the series, which is what they are told apart by. */
export function telling(series: readonly SeriesHistory[]): readonly string[] {
  const first = series[0]?.labels ?? {};
  const differing = new Set<string>();
  for (const { labels } of series) {
    for (const name in labels) if (labels[name] !== first[name]) differing.add(name);
    for (const name in first) if (labels[name] === undefined) differing.add(name);
  }
  return Object.keys({ ...first, ...series.at(-1)?.labels }).concat(...differing).filter((name, i, all) => differing.has(name) && all.indexOf(name) === i);
}

/** The values of the labels that tell a series apart; all of them where none does. */
export function seriesName({ labels }: SeriesHistory, names: readonly string[]): string {
  const values = (names.length > 0 ? names : Object.keys(labels)).map((name) => labels[name]);
  return values.map((value) => (value === undefined ? '–' : value === '' ? '(empty)' : shown(value))).join(' · ');
}

/** The names of these labels, as the head of a legend. */
export function labelNames(names: readonly string[]): string {
  return names.map((name) => shown(name, 60)).join(' · ') || 'series';
}

/** All labels in full, as far as people read. */
export function labelText({ labels }: SeriesHistory): string {
  return Object.entries(labels).map(([name, value]) => `${shown(name)}: ${shown(value, 400)}`).join('\n');
}

export function clockTime(ms: number): string {
  return new Date(ms).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')}\u00a0${number === 1 ? one : many}`;
}
