// What handlers and servers know of a group of processes and threads, without being its entry point's.

import type { Collector } from '../core/model.ts';
import type { SelfMetrics } from './self-metrics.ts';

/** A collector that offers the families of a whole group, those about its members' handlers among them. */
export interface GroupCollector extends Collector {
  readonly [GROUP]: GroupSide;
}

export interface GroupSide {
  /** Counts for this member, whichever of its handlers is asked; shown with what the member tells the group. */
  readonly selfMetrics: SelfMetrics;
  /** To be called by a handler whose own metrics are to be shown. */
  showHandlers(): void;
  /** Tells the others that this member listens there, until what it returns is called. */
  hold(place: string): () => void;
  /** Whether another live member listens there. */
  isHeldByOther(place: string): Promise<boolean>;
}

/** The key of a group's side: another copy of the library knows it too. */
export const GROUP: unique symbol = /* @__PURE__ */ Symbol.for('promlet.group') as never;

export function groupSideOf(source: Collector): GroupSide | undefined {
  return (source as Partial<GroupCollector>)[GROUP];
}
