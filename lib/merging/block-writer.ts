// Writes the shape of one family as a block of bytes: its strings once, its head, the layouts of its points, and each
// point's layout, label values and time of creation.

import { toWellFormed } from '../core/labels.ts';
import type { Labels, Point } from '../core/model.ts';
import { ByteWriter } from './bytes.ts';
import { Checksum, inPieces, inWords } from './frame.ts';
import { CREATED, isSameList, layoutOf, RULES, TYPE_NAMES } from './layout.ts';
import type { FamilyShape, Layout } from './layout.ts';

/** The numbers before a block: its length, what tells it from others, and how many points and numbers it has. */
export const BLOCK_HEAD = 32;

export interface Block {
  /** With its head; whole words. */
  readonly bytes: Uint8Array;
  /** Another one for another block. */
  readonly id: number;
}

// Characters. Texts are encoded together: a call for each takes longer than its bytes.
const TEXT = 16_384;

export class BlockWriter {
  private readonly shape: FamilyShape;
  private readonly places = new Map<string, number>();
  private readonly texts = new ByteWriter();
  private readonly lengths = new ByteWriter();
  private readonly encoder = new TextEncoder();
  private pending = '';
  private readonly head = new ByteWriter();
  private readonly layouts: Layout[] = [];
  private readonly layoutBytes = new ByteWriter();
  private readonly layoutsByKey = new Map<string, number>();
  private last = 0;
  private readonly points = new ByteWriter();
  private count = 0;
  private width = 0;

  constructor(shape: FamilyShape) {
    this.shape = shape;
    const { head } = this;
    head.whole(TYPE_NAMES.indexOf(shape.type));
    head.whole(RULES.indexOf(shape.merge));
    head.whole(shape.isRetained ? 1 : 0);
    for (const text of [shape.name, shape.help, shape.unit ?? '']) head.whole(this.place(text));
    const constants = Object.entries(shape.constantLabels);
    head.whole(constants.length);
    for (const pair of constants) for (const text of pair) head.whole(this.place(text));
  }

  /** Adds a point, and returns its layout. @param steps - As the layout has them, and the states. */
  add({ labels }: { readonly labels: Labels }, flags: number, steps: readonly number[], states: readonly string[], createdMs: number | undefined): Layout {
    const names = Object.keys(labels);
    const place = this.layoutPlace(names, flags, steps, states);
    const layout = this.layouts[place]!;
    this.points.whole(place);
    for (const name of names) this.points.whole(this.place(labels[name]!));
    if (flags & CREATED) this.points.number(createdMs!);
    this.count++;
    this.width += layout.width;
    return layout;
  }

  *end(): Generator<void, Block> {
    this.encode();
    const all = new ByteWriter();
    all.whole(this.texts.at);
    all.put(this.texts.written);
    all.whole(this.places.size);
    all.put(this.lengths.written);
    all.put(this.head.written);
    all.whole(this.layouts.length);
    all.put(this.layoutBytes.written);
    all.whole(this.count);
    all.put(this.points.written);
    const body = inWords(all.written);
    const checksum = new Checksum();
    for (const piece of inPieces(body)) {
      checksum.add(piece);
      yield;
    }
    const bytes = new Uint8Array(BLOCK_HEAD + body.length);
    new Float64Array(bytes.buffer, 0, BLOCK_HEAD / 8).set([body.length, checksum.value, this.count, this.width]);
    bytes.set(body, BLOCK_HEAD);
    return { bytes, id: checksum.value };
  }

  private layoutPlace(names: readonly string[], flags: number, steps: readonly number[], states: readonly string[]): number {
    const last = this.layouts[this.last];
    if (last !== undefined && last.flags === flags && isSameList(last.names, names) && isSameList(last.steps, steps) && isSameList(last.states, states)) return this.last;
    const key = JSON.stringify([names, flags, steps, states]);
    let place = this.layoutsByKey.get(key);
    if (place === undefined) {
      place = this.layouts.length;
      this.layoutsByKey.set(key, place);
      this.layouts.push(layoutOf(this.shape.type, names, flags, steps, states));
      const { layoutBytes } = this;
      for (const list of [names, states]) {
        layoutBytes.whole(list.length);
        for (const text of list) layoutBytes.whole(this.place(text));
      }
      layoutBytes.whole(flags);
      layoutBytes.whole(steps.length);
      for (const step of steps) layoutBytes.number(step);
    }
    return (this.last = place);
  }

  private place(text: string): number {
    const before = this.places.get(text);
    if (before !== undefined) return before;
    const shown = toWellFormed(text);
    this.lengths.whole(shown.length);
    this.pending += shown;
    if (this.pending.length > TEXT) this.encode();
    this.places.set(text, this.places.size);
    return this.places.size - 1;
  }

  private encode(): void {
    this.texts.put(this.encoder.encode(this.pending));
    this.pending = '';
  }
}

/** Points as a list, in which nobody else changes anything. */
export function listed(points: Iterable<Point>): readonly Point[] {
  return Array.isArray(points) ? points : [...points];
}
