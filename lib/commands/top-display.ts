// `promlet top` on a screen: draws it anew after each scrape, key and change of size.

import type { History } from '../live/history.ts';
import type { Screen } from './command.ts';
import { fittedTo, tableOf } from './top-layout.ts';
import type { Look } from './top-layout.ts';
import type { Rows } from './top-rows.ts';

export interface DisplayOptions {
  readonly screen: Screen;
  readonly rows: Rows;
  readonly history: History;
  readonly look: Omit<Look, 'columns'>;
  /** Of the target. */
  readonly name: string;
  /** How many series to show at most. */
  readonly lines: number;
  readonly now: () => number;
  readonly onQuit: () => void;
}

const [CTRL_C, CTRL_D, ESCAPE] = ['\u0003', '\u0004', '\u001b'];
const BACKSPACES = ['\u007f', '\b'];
const LONGEST_FILTER = 200;
/** Lines of the screen that are no series: the title, the heading, and the last line. */
const OTHER_LINES = 3;
/** How long a restart is told of. */
const RESTART_SHOWN_MS = 60_000;

export class Display {
  private readonly options: DisplayOptions;
  private readonly closeScreen: () => void;
  private filter = '';
  private isTyping = false;
  /** Why the last scrape failed, and when the first one did that failed since. */
  private failure: { readonly message: string; readonly sinceMs: number } | undefined;

  constructor(options: DisplayOptions) {
    this.options = options;
    this.closeScreen = options.screen.open({ onKeys: (keys) => this.take(keys), onResize: () => this.draw() });
  }

  /** After each scrape. @param failure - Why it failed. */
  show(failure: string | undefined): void {
    this.failure = failure === undefined ? undefined : { message: failure, sinceMs: this.failure?.sinceMs ?? this.options.now() };
    this.draw();
  }

  close(): void {
    this.closeScreen();
  }

  private take(keys: string): void {
    // An arrow or another key that is more than a character is none of ours; Escape alone is.
    if (keys.length > 1 && keys.startsWith(ESCAPE)) return;
    for (const key of keys) this.press(key);
    this.draw();
  }

  private press(key: string): void {
    if (key === CTRL_C || (!this.isTyping && (key === 'q' || key === 'Q' || key === CTRL_D))) return this.options.onQuit();
    if (key === ESCAPE) {
      this.filter = '';
      this.isTyping = false;
    } else if (!this.isTyping) {
      this.isTyping = key === '/';
    } else if (key === '\r' || key === '\n') {
      this.isTyping = false;
    } else if (BACKSPACES.includes(key)) {
      this.filter = [...this.filter].slice(0, -1).join('');
    } else if (!/\p{Cc}/u.test(key) && this.filter.length < LONGEST_FILTER) {
      this.filter += key;
    }
  }

  private draw(): void {
    const { screen, rows, history, look, lines, now } = this.options;
    const { columns, rows: height } = screen;
    const words = this.filter.toLowerCase().split(/\s+/).filter((word) => word !== '');
    const { rows: shown, others } = rows.take(Math.min(lines, Math.max(0, height - OTHER_LINES)), words, now());
    const count = history.families.reduce((sum, { series }) => sum + series.length, 0);
    const found = words.length === 0 ? `${count} series` : `${shown.length + others} of ${count} series`;
    const table = tableOf(shown, { ...look, columns });
    const blank = new Array<string>(Math.max(0, height - 2 - table.length)).fill('');
    screen.draw([this.title(found, columns), ...table, ...blank, this.lastLine(others, columns)].slice(0, height));
  }

  /** What is watched, and how it is. */
  private title(found: string, columns: number): string {
    const { look, name, history, now } = this.options;
    const { times, restarts } = history;
    if (this.failure !== undefined) {
      const { message, sinceMs } = this.failure;
      return look.paint('red', fittedTo(`No answer for ${Math.round((now() - sinceMs) / 1000)} s: ${message}`, columns, look));
    }
    const restart = restarts.at(-1);
    const restarted = restart !== undefined && now() - restart < RESTART_SHOWN_MS ? ' · restarted' : '';
    const text = `promlet top · ${name} · ${timeOf(times.at(-1)!)} · ${found}${restarted}`;
    return look.paint('bold', fittedTo(text, columns, look));
  }

  private lastLine(others: number, columns: number): string {
    const { look } = this.options;
    const rest = others === 0 ? '' : ` · ${others} more`;
    if (this.isTyping) return look.paint('blue', fittedTo(`/${this.filter}${look.isUnicode ? '█' : '_'}`, columns, look));
    const filter = this.filter === '' ? '/ to filter' : `filter: ${this.filter} · Esc to show all`;
    return fittedTo(`${filter} · q to quit${rest}`, columns, look);
  }
}

/** In the time of the reader. */
function timeOf(ms: number): string {
  const at = new Date(ms);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
