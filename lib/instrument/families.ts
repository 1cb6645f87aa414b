// The instruments of one side, server or client, as a registry has them.

import type { Registry } from '../core/registry.ts';
import { Counter } from '../metrics/counter.ts';
import { Gauge } from '../metrics/gauge.ts';
import { Histogram } from '../metrics/histogram.ts';
import type { NativeOptions } from '../metrics/native-buckets.ts';
import type { Fact, HttpMetric, Vocabulary } from './names.ts';

export interface Families {
  readonly duration: Histogram<string> | undefined;
  readonly responseStart: Histogram<string> | undefined;
  readonly requestSize: Histogram<string> | undefined;
  readonly responseSize: Histogram<string> | undefined;
  readonly inFlight: Gauge<string> | undefined;
  readonly aborted: Counter<string> | undefined;
  readonly errors: Counter<string> | undefined;
}

/** OpenTelemetry's bounds, in seconds. Its conventions, "http.server.request.duration". */
export const DURATION_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** From a kibibyte to 16 mebibytes, in bytes. */
export const SIZE_BUCKETS: readonly number[] = [1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216];

export interface FamilyOptions {
  readonly isWanted: (metric: HttpMetric) => boolean;
  readonly buckets?: readonly number[] | undefined;
  readonly sizeBuckets?: readonly number[] | undefined;
  readonly native?: boolean | NativeOptions | undefined;
  /** Labels that the caller adds. */
  readonly moreLabels: readonly string[];
}

/**
 * The instruments, registered; those that are there already, where they are the same. All of them, or none.
 *
 * @throws {MetricError} `ERR_DUPLICATE` where a name is taken by something else, and what constructors throw
 */
export function familiesOf(registry: Registry, side: 'server' | 'client', vocabulary: Vocabulary, options: FamilyOptions): Families {
  const added: Instrument[] = [];
  const register: Register = (instrument) => {
    const registered = registry.getOrRegister(instrument);
    if (registered === instrument) added.push(instrument);
    return registered;
  };
  try {
    return registeredBy(register, side, vocabulary, options);
  } catch (error) {
    for (const instrument of added) registry.unregister(instrument);
    throw error;
  }
}

type Instrument = Histogram<string> | Gauge<string> | Counter<string>;
type Register = <Each extends Instrument>(instrument: Each) => Each;

function registeredBy(register: Register, side: 'server' | 'client', vocabulary: Vocabulary, options: FamilyOptions): Families {
  const { isWanted, buckets = DURATION_BUCKETS, sizeBuckets = SIZE_BUCKETS, native = false, moreLabels } = options;
  const named = (labels: readonly (readonly [Fact, string])[]): string[] => labels.map(([, name]) => name);
  const [requests, responses] = side === 'server' ? ['requests', 'responses'] : ['outgoing requests', 'responses to outgoing requests'];
  const labelNames = [...named(vocabulary.labels), ...moreLabels];
  const histogram = (metric: 'duration' | 'responseStart' | 'requestSize' | 'responseSize', help: string, bounds: readonly number[]): Histogram<string> | undefined =>
    isWanted(metric) ? register(new Histogram({ name: vocabulary[metric], help, labelNames, buckets: bounds, native })) : undefined;
  const counter = (metric: 'aborted' | 'errors', help: string, labels: readonly (readonly [Fact, string])[]): Counter<string> | undefined =>
    isWanted(metric) ? register(new Counter({ name: vocabulary[metric], help, labelNames: [...named(labels), ...moreLabels] })) : undefined;
  return {
    duration: histogram('duration', `How long ${requests} took, from their first byte to the last of the response, in seconds.`, buckets),
    inFlight: isWanted('inFlight')
      ? register(new Gauge({ name: vocabulary.inFlight, help: `How many ${requests} run now.`, labelNames: named(vocabulary.inFlightLabels) }))
      : undefined,
    requestSize: histogram('requestSize', `How large the bodies of ${requests} were, in bytes.`, sizeBuckets),
    responseSize: histogram('responseSize', `How large the bodies of ${responses} were, in bytes.`, sizeBuckets),
    responseStart: histogram('responseStart', `How long it took until the head of ${responses} was sent, in seconds.`.replace('sent', side === 'server' ? 'sent' : 'received'), buckets),
    aborted: counter('aborted', `How many ${requests} ended before their response was complete.`, vocabulary.abortedLabels),
    errors: side === 'client' ? counter('errors', 'How many outgoing requests failed, by the code of the error.', vocabulary.errorLabels) : undefined,
  };
}

/** Any of them, to hold what belongs to the whole. */
export function firstOf(families: Families): Histogram<string> | undefined {
  // What all of them have is enough.
  return Object.values(families).find((family) => family !== undefined) as Histogram<string> | undefined;
}
