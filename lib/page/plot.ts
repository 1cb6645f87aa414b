// The frame of a plot: its size, marks, restarts and cursor. Pointers and keys move the cursor, which all plots share.

import { formatValue } from '../live/units.ts';
import { html, set, setText, svg } from './elements.ts';
import { GUTTER, px, timeAt, xOf } from './frame.ts';
import type { Frame } from './frame.ts';
import { clockTime } from './words.ts';

export interface Mark {
  /** From the top. */
  readonly y: number;
  readonly text: string;
}

/** Moves the cursor of all plots; `undefined` is now. */
export type MoveCursor = (ms: number | undefined) => void;

const AXIS = 18;
const TOP = 8;

export class Plot {
  readonly element: HTMLElement;
  /** For what is drawn between the marks and the cursor. */
  readonly layer: SVGGElement = svg('g');
  readonly height: number;
  width = 0;
  private readonly picture: SVGSVGElement;
  private readonly marks: SVGGElement = svg('g', { class: 'marks' });
  private readonly restarts: SVGPathElement = svg('path', { class: 'restart' });
  private readonly cursor: SVGPathElement = svg('path', { class: 'cursor' });
  private readonly time: SVGTextElement = svg('text', { class: 'time' });
  private readonly before: SVGTextElement = svg('text', { x: String(GUTTER) });
  private readonly now: SVGTextElement = svg('text', { 'text-anchor': 'end' }, 'now');
  private frame: Frame | undefined;

  constructor(height: number, label: string, moveCursor: MoveCursor) {
    this.height = height;
    this.picture = svg('svg', { height: String(height + AXIS), 'aria-hidden': 'true' }, this.marks, this.layer, this.restarts, this.cursor, this.before, this.now, this.time);
    this.element = html('div', { class: 'plot', role: 'slider', tabindex: '0', 'aria-label': label, 'aria-orientation': 'horizontal' }, this.picture);
    for (const text of [this.before, this.now, this.time]) text.setAttribute('y', String(height + AXIS - 4));
    this.listen(moveCursor);
  }

  /** Where a share of the height is, from the bottom. */
  y(share: number): number {
    return this.height - share * (this.height - TOP);
  }

  /** @param reading - What the values are, in words. */
  draw(frame: Frame, marks: readonly Mark[], reading: string): void {
    this.frame = frame;
    const { width, height } = this;
    set(this.picture, 'width', String(width));
    set(this.now, 'x', String(width));
    setText(this.before, `${formatValue(frame.spanMs / 1000, 'seconds')} ago`);
    while (this.marks.children.length > marks.length * 2) this.marks.lastElementChild!.remove();
    while (this.marks.children.length < marks.length * 2) this.marks.append(svg('path'), svg('text', { x: String(GUTTER - 6), 'text-anchor': 'end' }));
    marks.forEach(({ y, text }, i) => {
      set(this.marks.children[2 * i]!, 'd', `M${GUTTER} ${Math.round(y) + 0.5}H${width}`);
      set(this.marks.children[2 * i + 1]!, 'y', px(Math.min(height, y + 4)));
      setText(this.marks.children[2 * i + 1]!, text);
    });
    set(this.restarts, 'd', frame.restarts.map((ms) => `M${px(xOf(ms, frame, width))} 0V${height}`).join(''));
    const at = frame.times[frame.index];
    this.drawCursor(at === undefined || !frame.isAtCursor ? undefined : xOf(at, frame, width), at);
    set(this.element, 'aria-valuemin', String(-frame.spanMs / 1000));
    set(this.element, 'aria-valuemax', '0');
    set(this.element, 'aria-valuenow', at === undefined ? '0' : String(Math.round((at - frame.endMs) / 1000)));
    set(this.element, 'aria-valuetext', at === undefined ? 'no data yet' : `${frame.isAtCursor ? clockTime(at) : 'now'}: ${reading}`);
  }

  private drawCursor(x: number | undefined, at: number | undefined): void {
    const { width, height } = this;
    set(this.cursor, 'd', x === undefined ? '' : `M${Math.round(x) + 0.5} 0V${height}`);
    setText(this.time, x === undefined ? '' : clockTime(at!));
    const isHidden = (edge: number, room: number): string | undefined => (x !== undefined && Math.abs(x - edge) < room ? 'hidden' : undefined);
    set(this.before, 'visibility', isHidden(GUTTER, 120));
    set(this.now, 'visibility', isHidden(width, 70));
    if (x === undefined) return;
    set(this.time, 'x', String(Math.round(x)));
    set(this.time, 'text-anchor', x > width - 40 ? 'end' : x < GUTTER + 40 ? 'start' : 'middle');
  }

  private listen(moveCursor: MoveCursor): void {
    const { element } = this;
    const point = ({ clientX }: PointerEvent): void => {
      if (this.frame !== undefined) moveCursor(Math.min(this.frame.endMs, timeAt(clientX - element.getBoundingClientRect().left, this.frame, this.width)));
    };
    element.addEventListener('pointermove', point);
    element.addEventListener('pointerdown', point);
    // What a finger has touched stays to be read, until it touches something else.
    element.addEventListener('pointerleave', ({ pointerType }) => {
      if (pointerType === 'mouse') moveCursor(undefined);
    });
    element.addEventListener('blur', () => moveCursor(undefined));
    element.addEventListener('keydown', (event) => {
      const { frame } = this;
      if (frame === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      const last = frame.times.length - 1;
      const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -last, End: last };
      const step = steps[event.key];
      if (step === undefined && event.key !== 'Escape') return;
      event.preventDefault();
      const index = Math.max(0, Math.min(last, frame.index + (step ?? last)));
      moveCursor(index === last ? undefined : frame.times[index]);
    });
  }
}
