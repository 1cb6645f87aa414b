// The values of a snapshot, point by point in the order of the shape: their numbers, and after them what not all points
// have, or of no fixed length.

import type { CounterPoint, Exemplar, GaugePoint, HistogramPoint, MetricType, NativeBuckets, NativeHistogram, Point, QuantileSketch, StateSetPoint, SummaryPoint } from '../core/model.ts';
import { ByteWriter } from './bytes.ts';
import { Checksum, headOf, inPieces, inWords, PIECE } from './frame.ts';
import type { Layout } from './layout.ts';
import { COUNT, SET, SKETCH, SUM, TIME } from './layout.ts';

/** What may follow the numbers. */
export const EXEMPLAR = 0;
export const EXEMPLARS = 1;
export const NATIVE = 2;
export const SKETCHED = 3;
export const DETAILS = 4;

const SIZE = PIECE / 8;

/** Where to go back to. */
export interface Mark {
  readonly points: number;
  readonly numbers: number;
  readonly details: number;
}

export class ValuesWriter {
  private readonly pieces: Float64Array[] = [];
  private piece: Float64Array = new Float64Array(0);
  private at = 0;
  private points = 0;
  private readonly details = new ByteWriter();

  get mark(): Mark {
    return { points: this.points, numbers: this.numbers, details: this.details.at };
  }

  /** Forgets what was added since. */
  rewind({ points, numbers, details }: Mark): void {
    this.points = points;
    this.details.at = details;
    this.pieces.length = Math.ceil(numbers / SIZE);
    this.piece = this.pieces.at(-1) ?? new Float64Array(0);
    this.at = numbers - Math.max(0, this.pieces.length - 1) * SIZE;
  }

  /** Adds a point that has this layout. @param sketch - The point's own. */
  add(type: MetricType, layout: Layout, point: Point, sketch?: QuantileSketch): void {
    switch (type) {
      case 'counter':
        this.number((point as CounterPoint).value);
        if ((point as CounterPoint).exemplar !== undefined) this.exemplar((point as CounterPoint).exemplar!);
        break;
      case 'gauge':
      case 'unknown':
        this.number((point as GaugePoint).value);
        break;
      case 'histogram':
      case 'gaugehistogram':
        this.histogram(point as HistogramPoint, layout);
        break;
      case 'summary':
        if (layout.flags & SKETCH) this.sketch(sketch!);
        else for (const { value } of (point as SummaryPoint).quantiles) this.number(value);
        break;
      case 'stateset':
        for (const state of layout.states) this.number(Number((point as StateSetPoint).states[state]));
    }
    const { flags } = layout;
    if (flags !== 0) {
      if (flags & SUM) this.number((point as SummaryPoint).sum!);
      if (flags & COUNT) this.number((point as SummaryPoint).count!);
      if (flags & TIME) this.number(point.timestampMs!);
      if (flags & SET) this.number(point.setMs!);
    }
    this.points++;
  }

  /** All that was added, with what says which shape it is of. */
  *end(shapeId: number): Generator<void, readonly Uint8Array[]> {
    const { numbers } = this;
    const checksum = new Checksum();
    const pieces: Uint8Array[] = [];
    const details = inWords(this.details.written);
    for (const [i, piece] of this.pieces.entries()) pieces.push(new Uint8Array(piece.buffer, 0, Math.min(SIZE, numbers - i * SIZE) * 8));
    pieces.push(...inPieces(details));
    for (const piece of pieces) {
      checksum.add(piece);
      yield;
    }
    return [headOf(shapeId, numbers, checksum), ...pieces];
  }

  private get numbers(): number {
    return Math.max(0, this.pieces.length - 1) * SIZE + this.at;
  }

  private number(value: number): void {
    if (this.at === this.piece.length) {
      this.pieces.push((this.piece = new Float64Array(SIZE)));
      this.at = 0;
    }
    this.piece[this.at++] = value;
  }

  private histogram({ counts, exemplars, native }: HistogramPoint, { steps }: Layout): void {
    for (let i = 0; i <= steps.length; i++) this.number(counts[i]!);
    if (exemplars !== undefined) this.exemplars(exemplars);
    if (native !== undefined) this.native(native);
  }

  private begin(kind: number): ByteWriter {
    this.details.whole(this.points + 1);
    this.details.whole(kind);
    return this.details;
  }

  private exemplar(exemplar: Exemplar): void {
    putExemplar(this.begin(EXEMPLAR), exemplar);
  }

  private exemplars(exemplars: ArrayLike<Exemplar | undefined>): void {
    const present = Array.from(exemplars, (exemplar, bucket) => ({ exemplar, bucket })).filter(({ exemplar }) => exemplar !== undefined);
    if (present.length === 0) return;
    const out = this.begin(EXEMPLARS);
    out.whole(present.length);
    for (const { exemplar, bucket } of present) {
      out.whole(bucket);
      putExemplar(out, exemplar!);
    }
  }

  private native(native: NativeHistogram): void {
    const out = this.begin(NATIVE);
    putBuckets(out, native);
    out.number(native.zeroThreshold);
    const { exemplars = [] } = native;
    out.whole(exemplars.length);
    for (const exemplar of exemplars) putExemplar(out, exemplar);
  }

  private sketch(sketch: QuantileSketch): void {
    const out = this.begin(SKETCHED);
    putBuckets(out, sketch);
    out.number(sketch.least);
    out.number(sketch.greatest);
    out.whole(sketch.values.length);
    for (const value of sketch.values) out.number(value);
  }
}

function putExemplar(out: ByteWriter, { labels, value, timestampMs }: Exemplar): void {
  const pairs = Object.entries(labels);
  out.whole(pairs.length);
  for (const pair of pairs) for (const text of pair) out.string(text);
  out.number(value);
  out.whole(timestampMs === undefined ? 0 : 1);
  if (timestampMs !== undefined) out.number(timestampMs);
}

function putBuckets(out: ByteWriter, { schema, zeroCount, positive, negative }: Pick<NativeHistogram, 'schema' | 'zeroCount' | 'positive' | 'negative'>): void {
  out.whole(schema + 4);
  out.count(zeroCount);
  for (const side of [positive, negative]) putSide(out, side);
}

function putSide(out: ByteWriter, side: NativeBuckets): void {
  const { indexes, counts } = side;
  out.whole(indexes.length);
  let before = 0;
  for (let i = 0; i < indexes.length; i++) {
    const difference = indexes[i]! - before;
    out.whole(difference < 0 ? -2 * difference - 1 : 2 * difference);
    out.count(counts[i]!);
    before = indexes[i]!;
  }
}
