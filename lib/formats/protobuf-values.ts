// Metrics of instruments that hold one number each: kept as messages from one exposition to the next, since nothing but
// the number changes. Copying them takes a tenth of the time of writing them.

import type { CounterPoint, GaugePoint, Point } from '../core/model.ts';
import { Wire } from './wire.ts';

type ValuePoint = Partial<GaugePoint & CounterPoint> & Point;

/** The messages of the points of one instrument. */
export class ValueMessages {
  private readonly points: readonly ValuePoint[];
  private readonly write: (wire: Wire, place: number) => void;
  private readonly wire = new Wire(64);
  /** Where each message ends, after one 0. */
  private readonly ends: number[] = [0];
  /** Where the number of each stands. */
  private readonly numbers: number[] = [];

  /** @param write - Writes the message of a point, without its exemplar; its number is the last. */
  constructor(points: readonly ValuePoint[], write: (wire: Wire, place: number) => void) {
    this.points = points;
    this.write = write;
  }

  /** Writes the messages of the points of these places. False, and nothing, where one of them has an exemplar. */
  writeTo(wire: Wire, from: number, to: number): boolean {
    const { ends, numbers, points } = this;
    for (let place = from; place < to; place++) if (points[place]!.exemplar !== undefined) return false;
    for (let place = ends.length - 1; place < to; place++) {
      this.write(this.wire, place);
      numbers.push(this.wire.lastDouble);
      ends.push(this.wire.at);
    }
    const moved = wire.at - ends[from]!;
    wire.copy(this.wire.bytes, ends[from]!, ends[to]!);
    for (let place = from; place < to; place++) wire.putDouble(moved + numbers[place]!, points[place]!.value ?? 1);
    return true;
  }
}
