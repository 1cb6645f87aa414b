// What a pass over a registry tells to whoever serves it. Types only.

import type { Collector, MetricFamily } from './model.ts';

/** One pass for one scrape. */
export interface Gathered {
  readonly families: readonly MetricFamily[];
  /** Whether a collector's families are missing. */
  readonly hasFailure: boolean;
  /** Whether there was something to ask, and all of it failed. */
  readonly isLost: boolean;
}

/** How a collector of one's own, or an instrument with a hook, fared in one scrape. */
export interface CollectorReport {
  readonly collector: Collector;
  /** Its name, and a number after it where another had that name before. */
  readonly label: string;
  readonly seconds: number;
  /** Absent where its families are shown. */
  readonly failure?: CollectorFailure | undefined;
}

export interface CollectorFailure {
  readonly act: 'refresh' | 'collect';
  readonly cause: unknown;
  /** Whether it was not done in time, rather than failed. */
  readonly isLate: boolean;
}

/** Makes families of the reports, to be shown in the same exposition. */
export type ReportWriter = (reports: readonly CollectorReport[]) => Iterable<MetricFamily>;
