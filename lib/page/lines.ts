// Lines over time, on an axis that ends at a round number and changes only when it has to.

import { calmTop, formatMark, isAdditive, scaleOf } from '../live/units.ts';
import type { Unit } from '../live/units.ts';
import { set, svg } from './elements.ts';
import { px, xOf } from './frame.ts';
import type { Frame } from './frame.ts';
import type { Mark, Plot } from './plot.ts';

// Beyond, differences are no numbers any more.
const MOST = 1e307;

export interface Line {
  readonly values: readonly number[];
  /** The class that gives it its colour. */
  readonly style: string;
}

export class Lines {
  private readonly plot: Plot;
  private readonly paths = svg('g');
  private readonly dots = svg('g');
  private drawn: { readonly lines: readonly Line[]; readonly y: (value: number) => number } = { lines: [], y: Number };
  private top: number | undefined;
  private bottom: number | undefined;

  constructor(plot: Plot) {
    this.plot = plot;
    plot.layer.append(this.paths, this.dots);
  }

  /** Draws them, the first above the others, and returns the marks of the axis. */
  draw(lines: readonly Line[], frame: Frame, unit: Unit, isRate: boolean): readonly Mark[] {
    let [least, greatest] = [0, 0];
    for (const { values } of lines) {
      for (const value of values) {
        if (!Number.isFinite(value)) continue;
        if (value > greatest) greatest = Math.min(value, MOST);
        else if (value < least) least = Math.max(value, -MOST);
      }
    }
    // A side of zero that is used has room for its mark.
    const room = Math.max(greatest, -least) / 5;
    this.top = greatest > 0 || least === 0 ? calmTop(Math.max(greatest, room), unit, this.top) : 0;
    this.bottom = least < 0 ? -calmTop(Math.max(-least, room), unit, this.bottom && -this.bottom) : 0;
    const [top, bottom] = [this.top, this.bottom];
    const y = (value: number): number => this.plot.y((value - bottom) / (top - bottom));
    const inOrder = lines.toReversed();
    this.fit(this.paths, inOrder.length, 'path');
    inOrder.forEach(({ values, style }, i) => {
      const path = this.paths.children[i]!;
      set(path, 'class', `line ${style}`);
      set(path, 'd', pathOf(values, frame, this.plot.width, y));
    });
    this.drawn = { lines: inOrder, y };
    return marksOf(top, bottom, y, unit, isRate);
  }

  /** Marks the values at the cursor. */
  read(frame: Frame): void {
    const { lines, y } = this.drawn;
    this.fit(this.dots, frame.isAtCursor ? lines.length : 0, 'circle');
    if (!frame.isAtCursor) return;
    lines.forEach(({ values, style }, i) => {
      const [dot, value] = [this.dots.children[i]!, values[frame.index]!];
      set(dot, 'class', `dot ${style}`);
      set(dot, 'r', Number.isFinite(value) ? '3.5' : '0');
      set(dot, 'cx', px(xOf(frame.times[frame.index]!, frame, this.plot.width)));
      set(dot, 'cy', Number.isFinite(value) ? px(y(value)) : '0');
    });
  }

  private fit(group: Element, length: number, tag: 'path' | 'circle'): void {
    while (group.children.length > length) group.lastElementChild!.remove();
    while (group.children.length < length) group.append(svg(tag));
  }
}

function pathOf(values: readonly number[], frame: Frame, width: number, y: (value: number) => number): string {
  const { times, gapMs } = frame;
  let path = '';
  let isBegun = false;
  for (let i = 0; i < times.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) {
      isBegun = false;
      continue;
    }
    if (isBegun && times[i]! - times[i - 1]! > gapMs) isBegun = false;
    // A line of no length is a dot.
    path += `${isBegun ? 'L' : 'M'}${px(xOf(times[i]!, frame, width))} ${px(y(value))}${isBegun ? '' : 'h0'}`;
    isBegun = true;
  }
  return path;
}

function marksOf(top: number, bottom: number, y: (value: number) => number, unit: Unit, isRate: boolean): readonly Mark[] {
  const scale = scaleOf(Math.max(top, -bottom), isRate && !isAdditive(unit) ? 'none' : unit);
  const values = bottom < 0 ? [top, 0, bottom] : [top, top / 2, 0];
  // The unit stands at the outermost one.
  const outermost = top === 0 ? bottom : top;
  const text = (value: number): string => (value === 0 ? '0' : value === outermost ? formatMark(value, scale, isRate ? '/s' : '') : formatMark(value, { ...scale, suffix: '' }));
  return values.filter((value, i) => values.indexOf(value) === i).map((value) => ({ y: y(value), text: text(value) }));
}
