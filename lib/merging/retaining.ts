// What a snapshot has beside the series that are there. Types only.

import type { MetricFamily, Point } from '../core/model.ts';
import type { FamilyShape } from './layout.ts';

/** Keeps what series had that ended. */
export interface Retaining {
  readonly families: readonly MetricFamily[];
  /** Takes note of a series that ended, once. Its values change no more. */
  note(shape: FamilyShape, point: Point): void;
  /** Brings the families up to date. */
  settle(): Generator<void, void>;
}
