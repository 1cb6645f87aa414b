// The labels of points as messages: out of their text, which is right for each format, and kept where they never change.

import type { Point } from '../core/model.ts';
import type { Part } from './dialect.ts';
import { Wire } from './wire.ts';

/** The labels of the points of one family, one point after another. */
export class PointLabels {
  private readonly part: Part;
  private readonly points: readonly Point[];
  private readonly constant: string;
  private readonly isKept: boolean;
  private readonly wire = new Wire(64);
  /** Where those of each point end, after one 0, as far as they are kept. */
  private readonly ends: number[] = [0];
  private from = 0;

  /**
   * @param constant - The family's constant labels, as text.
   * @param isKept - Whether those of each point are kept, since they never change.
   */
  constructor(part: Part, points: readonly Point[], constant: string, isKept: boolean) {
    this.part = part;
    this.points = points;
    this.constant = constant;
    this.isKept = isKept;
  }

  /** Goes to the point of this place. False where its series has been shown before. */
  select(place: number): boolean {
    const { part, wire, ends, points } = this;
    if (place + 1 < ends.length) {
      this.from = ends[place]!;
      wire.at = ends[place + 1]!;
      return true;
    }
    const point = points[place]!;
    const tail = tailOf(part, point);
    if (tail === undefined) return false;
    this.from = wire.at = this.isKept ? ends[place]! : 0;
    writePairs(wire, this.constant);
    writePairs(wire, tail);
    if (this.isKept) ends.push(wire.at);
    return true;
  }

  /** Writes the labels of the selected point. */
  writeTo(wire: Wire): void {
    wire.copy(this.wire.bytes, this.from, this.wire.at);
  }
}

/** A label of a metric. */
export function writePair(wire: Wire, name: string, value: string): void {
  const begin = wire.begin(1);
  wire.string(1, name);
  wire.string(2, value);
  wire.end(begin);
}

/** The name of a label out of how it begins in text: `method="`. */
export function openedName(opening: string): string {
  return unquoted(opening.slice(0, -2));
}

// As labels stand in lines, up to the brace, if there is one: `method="GET",`, `"http.method"="GET"} `. Without a pattern,
// which would overflow the stack with long values.
function writePairs(wire: Wire, text: string): void {
  for (let at = 0; at < text.length; at++) {
    const nameEnd = text[at] === '"' ? closingQuote(text, at + 1) + 1 : text.indexOf('=', at);
    const valueEnd = closingQuote(text, nameEnd + 2);
    writePair(wire, unquoted(text.slice(at, nameEnd)), unescaped(text.slice(nameEnd + 2, valueEnd)));
    at = valueEnd + 1;
    if (text[at] !== ',') return;
  }
}

function closingQuote(text: string, from: number): number {
  const first = text.indexOf('"', from);
  if (text[first - 1] !== '\\') return first;
  let at = from;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function tailOf({ tail, heads, dialect }: Part, point: Point): string | undefined {
  // Where a text format takes the line as it is, the labels stand after the name.
  return tail === undefined ? point.lineStart!.slice(heads[0]!.open.length) : tail(point, point.timestampMs === undefined ? '' : dialect.time(point.timestampMs));
}

function unquoted(name: string): string {
  return name.startsWith('"') ? unescaped(name.slice(1, -1)) : name;
}

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\([^])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped)) : text;
}
