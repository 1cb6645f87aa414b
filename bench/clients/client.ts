// What the benchmark asks of a JavaScript client. The shapes are those of the clients' own instruments, so
// that a call in a benchmark is a call of the client and no wrapper's.

import type { IncomingMessage, ServerResponse } from 'node:http';

export type Labels = Record<string, string>;

export interface InstrumentPlan {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

export interface HistogramPlan extends InstrumentPlan {
  readonly bounds: readonly number[];
}

export interface BoundCounter {
  inc(amount?: number): void;
}
export interface BoundGauge {
  set(value: number): void;
}
export interface BoundSummary {
  observe(value: number): void;
}
export interface BoundHistogram extends BoundSummary {
  startTimer(): () => unknown;
}

export interface BenchCounter {
  inc(labels: Labels, amount?: number): void;
  inc(amount?: number): void;
  labels(labels: Labels): BoundCounter;
  /** In the order of the names. OpenTelemetry's has no such call. */
  labels(...values: readonly string[]): BoundCounter;
}
export interface BenchGauge {
  set(labels: Labels, value: number): void;
  set(value: number): void;
  labels(labels: Labels): BoundGauge;
}
export interface BenchSummary {
  labels(labels: Labels): BoundSummary;
}
export interface BenchHistogram {
  observe(labels: Labels, value: number): void;
  observe(value: number): void;
  startTimer(labels: Labels): () => unknown;
  labels(labels: Labels): BoundHistogram;
}

/** A client with an empty registry. */
export interface OpenClient {
  counter(plan: InstrumentPlan): BenchCounter;
  gauge(plan: InstrumentPlan): BenchGauge;
  histogram(plan: HistogramPlan): BenchHistogram;
  /** OpenTelemetry has none. */
  summary?(plan: InstrumentPlan): BenchSummary;
  /** Forgets all series. OpenTelemetry's cannot. */
  clear?(counter: BenchCounter): void;
  /** What its instruments are registered with, where the benchmark asks more of it. */
  readonly registry?: unknown;
  /** Registry to bytes, by the client's own call for it. */
  scrape(): readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  /** The client's own handler where it has one, else what its documentation says to write. */
  handle(request: IncomingMessage, response: ServerResponse): void;
}

/** A client that can be measured in this process. */
export interface Client {
  readonly name: string;
  /** As a package is imported; for promlet the built file. */
  readonly specifier: string;
  open(): Promise<OpenClient>;
}
