// What a group of metrics is: a table of its families, and a probe that reads them. Types only.

import type { GaugePoint, HistogramPoint, InfoPoint, MergeRule, SummaryPoint } from '../core/model.ts';
import type { Files } from './files.ts';
import type { Host } from './host.ts';

/** The rule is for those that do not add up over the processes of a group. */
export type Metric = readonly [type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'info', help: string, merge?: MergeRule];

/** A number is the value of the one series without labels; `undefined`: there is nothing to show here. */
export type Shown = number | readonly ShownPoint[] | undefined;

export type ShownPoint = GaugePoint | HistogramPoint | SummaryPoint | InfoPoint;

/** What a probe has read, by the names of families. */
export type Reading = Readonly<Record<string, Shown>>;

export interface Group {
  /** Whether it belongs to the process as a whole: a worker thread leaves it to the main thread. */
  readonly isOfProcess: boolean;
  readonly metrics: Readonly<Record<string, Metric>>;
  /** Begins to measure, where something has to be measured all the time. */
  open(host: Host, settings: Settings): Probe;
}

/** What the options say to single groups. */
export interface Settings {
  readonly gcDurationBuckets: readonly number[];
  readonly workers: Iterable<unknown>;
}

export interface Probe {
  /** What can be read at once. */
  read?(facts: Facts): Reading;
  /** What has to be waited for. Never rejects: what is not there is left out. */
  load?(files: Files): Promise<Reading>;
  /** Called every two seconds. */
  beat?(): void;
  stop?(): void;
}

/** What several groups go by. */
export interface Facts {
  /** How many descriptors are open. `undefined`: not known, or too many to be counted. */
  readonly descriptors: number | undefined;
}
