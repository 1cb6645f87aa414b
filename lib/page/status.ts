// The line at the top that says how the page fares: how old its data is, what a request costs, and what is wrong.

import type { History } from '../live/history.ts';
import { formatValue } from '../live/units.ts';
import type { Answer } from './asking.ts';
import { COLLECTORS } from './card.ts';
import { now } from './clock.ts';
import { html, set, setText } from './elements.ts';
import { clockTime, count, seriesName, shown, telling } from './words.ts';

export class Status {
  readonly element: HTMLElement;
  private readonly state = html('span', { class: 'state', role: 'status' });
  private readonly age = html('span', { class: 'age' });
  private readonly cost = html('span', { class: 'cost' });
  private readonly trouble = html('strong', { class: 'trouble', role: 'status' });
  private answer: Answer | undefined;
  private failure: string | undefined;
  private intervalMs = 2000;
  private isPaused = false;
  private answers = 0;

  constructor() {
    this.element = html('p', { class: 'status' }, this.state, this.age, this.cost, this.trouble);
    setInterval(() => document.visibilityState === 'visible' && this.draw(), 1000);
    this.draw();
  }

  set paused(isPaused: boolean) {
    this.isPaused = isPaused;
    this.draw();
  }

  succeeded(answer: Answer, history: History, intervalMs: number): void {
    this.answer = answer;
    set(this.element, 'data-answers', String(++this.answers));
    this.failure = undefined;
    this.intervalMs = intervalMs;
    const { families } = history;
    const series = families.reduce((sum, family) => sum + family.series.length, 0);
    setText(this.cost, `${count(families.length, 'family', 'families')}, ${count(series, 'series', 'series')}; ${formatValue(answer.bytes, 'bytes')} in ${formatValue(answer.tookMs / 1000, 'seconds')}, every ${formatValue(Math.round(intervalMs / 1000), 'seconds')}`);
    setText(this.trouble, troubles(history).join(' · '));
    this.draw();
  }

  failed(reason: string): void {
    this.failure = reason;
    this.draw();
  }

  private draw(): void {
    const ageMs = this.answer === undefined ? undefined : now() - this.answer.atMs;
    const isOld = this.failure !== undefined || (!this.isPaused && ageMs !== undefined && ageMs > this.intervalMs * 2 + 2000);
    setText(this.state, this.isPaused ? 'Paused' : this.failure !== undefined ? shown(this.failure) : isOld ? 'late' : this.answer === undefined ? 'asking' : 'Live');
    set(this.element, 'data-state', this.isPaused ? 'paused' : isOld ? 'bad' : 'live');
    setText(this.age, ageMs === undefined ? '' : ageMs < 1000 ? 'data of now' : `data of ${formatValue(Math.floor(ageMs / 1000), 'seconds')} ago`);
    if (ageMs !== undefined) set(this.age, 'data-age', String(Math.round(ageMs / 1000)));
  }
}

/** What a person should look at. */
function troubles(history: History): string[] {
  const found: string[] = [];
  const collectors = history.family(COLLECTORS);
  const endMs = history.times.at(-1)!;
  if (collectors !== undefined && collectors.seenMs === endMs) {
    const failing = collectors.series.filter(({ current, seenMs }) => current === 0 && seenMs === endMs);
    if (failing.length > 0) found.push(`failing: ${failing.slice(0, 5).map((series) => seriesName(series, telling(collectors.series))).join(', ')}${failing.length > 5 ? ` and ${failing.length - 5} others` : ''}`);
  }
  const missing = history.families.filter(({ seenMs }) => seenMs < endMs).length;
  if (missing > 0) found.push(`${count(missing, 'family', 'families')} missing`);
  const restart = history.restarts.at(-1);
  if (restart !== undefined) found.push(`restarted at ${clockTime(restart)}`);
  return found;
}
