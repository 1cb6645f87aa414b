// What all sides need to measure requests: instruments, known methods, the clock, labels of the caller's.

import { monotonicClock, safeClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import type { Registry } from '../core/registry.ts';
import { familiesOf, firstOf } from './families.ts';
import { Complaints, ContextLabels } from './given.ts';
import { METHODS, numberingOf } from './methods.ts';
import type { HttpMetric, Vocabulary } from './names.ts';
import type { HttpMetricsOptions } from './options.ts';
import { Recorder } from './recorder.ts';

export interface Measuring {
  readonly recorder: Recorder;
  /** The number of a method, as the recorder has it. */
  readonly methodOf: (method: string | undefined) => number;
  readonly clock: Clock;
  readonly labels: ContextLabels | undefined;
  readonly complaints: Complaints;
  readonly isWanted: (metric: HttpMetric) => boolean;
  readonly hasExemplars: boolean;
}

interface Given extends HttpMetricsOptions {
  readonly labels?: ((request: never, response: never, other: never) => unknown) | undefined;
}

/** @throws {MetricError} what the constructors of instruments throw, and `ERR_DUPLICATE` */
export function measuring(subject: string, registry: Registry, side: 'server' | 'client', vocabulary: Vocabulary, options: Given, errors: readonly string[] = ['']): Measuring {
  const { metrics, buckets, sizeBuckets, native, methods = [], labels, labelValues = {}, exemplars = true, clock } = options;
  const isWanted = (metric: HttpMetric): boolean => metrics === undefined || metrics.includes(metric);
  const families = familiesOf(registry, side, vocabulary, { isWanted, buckets, sizeBuckets, native, moreLabels: Object.keys(labelValues) });
  const complaints = new Complaints(firstOf(families), subject);
  const known = [...new Set([...METHODS, ...methods])];
  return {
    recorder: new Recorder(families, vocabulary, known, errors),
    methodOf: numberingOf(known),
    clock: clock ? safeClock(clock) : monotonicClock,
    labels: labels && new ContextLabels(labels, labelValues, complaints),
    complaints,
    isWanted,
    hasExemplars: exemplars,
  };
}
