// What is measured: registries described as data, so that every client, in whatever language, builds the same
// one. Names and values have realistic lengths; numbers differ from series to series, as they do in service.

export interface FamilyPlan {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  /** Upper bounds without `+Inf`; empty where it is no histogram. */
  readonly bounds: readonly number[];
  readonly series: readonly SeriesPlan[];
}

export interface SeriesPlan {
  /** In the order of the names. */
  readonly labelValues: readonly string[];
  /** A counter's or gauge's first value. */
  readonly initial: number;
  /** How many observations each bucket begins with, `+Inf` included. */
  readonly counts: readonly number[];
}

export interface Workload {
  readonly name: string;
  readonly lines: number;
  readonly families: readonly FamilyPlan[];
}

/** What every round adds, so that no number stays as it was: the first bucket is in all cumulative counts. */
export const CHANGE = { counter: 1, gauge: 0.25, histogram: (bounds: readonly number[]): number => bounds[0]! } as const;

const TEN_BOUNDS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const ELEVEN_BOUNDS: readonly number[] = [...TEN_BOUNDS, 10];

/** Labels of the shapes that services have; the route is the one with many values. */
export const LABEL_NAMES: readonly string[] = ['route', 'method', 'status', 'region', 'instance'];
const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'DELETE'];
const STATUSES: readonly string[] = ['200', '201', '400', '404', '500'];
const REGIONS: readonly string[] = ['eu-central-1', 'us-east-1'];
const INSTANCES: readonly string[] = ['10.0.0.17:8080', '10.0.0.18:8080'];

/** Values for the first `count` label names; each `i` gives another set. */
export function labelValues(count: number, i: number): string[] {
  const sizes = [METHODS, STATUSES, REGIONS, INSTANCES].slice(0, count - 1);
  const values: string[] = [];
  let rest = i;
  for (const each of sizes) {
    values.push(each[rest % each.length]!);
    rest = Math.floor(rest / each.length);
  }
  return [`/api/v1/resources/${rest}`, ...values];
}

function counters(count: number, labelCount: number): FamilyPlan {
  return {
    type: 'counter',
    name: 'http_requests_total',
    help: 'Requests answered.',
    labelNames: LABEL_NAMES.slice(0, labelCount),
    bounds: [],
    series: Array.from({ length: count }, (_, i) => ({ labelValues: labelValues(labelCount, i), initial: (i * 7919 + 13) % 1_000_003, counts: [] })),
  };
}

function gauges(count: number): FamilyPlan {
  return {
    type: 'gauge',
    name: 'queue_depth',
    help: 'Jobs that wait.',
    labelNames: ['queue'],
    bounds: [],
    series: Array.from({ length: count }, (_, i) => ({ labelValues: [`jobs-${i}`], initial: (i * 31) % 1_009 + 0.5, counts: [] })),
  };
}

function histograms(count: number, bounds: readonly number[], name = 'http_request_duration_seconds', labelNames = LABEL_NAMES.slice(0, 2)): FamilyPlan {
  // Fewer observations a series where there are many, so that building takes no longer than measuring.
  const most = Math.max(1, Math.floor(30_000 / count));
  return {
    type: 'histogram',
    name,
    help: 'How long requests take.',
    labelNames,
    bounds,
    series: Array.from({ length: count }, (_, i) => ({
      labelValues: labelNames.length === 0 ? [] : labelValues(labelNames.length, i),
      initial: 0,
      counts: Array.from({ length: bounds.length + 1 }, (_, bucket) => 1 + ((i * 37 + bucket * 101) % Math.min(most, 97))),
    })),
  };
}

function workload(name: string, families: readonly FamilyPlan[]): Workload {
  const lines = families.reduce((sum, { series, bounds }) => sum + series.length * (bounds.length === 0 ? 1 : bounds.length + 3), 0);
  return { name, lines, families };
}

/** Counters, gauges and histograms in the proportions of a large service: 10 : 1 : 1, so 24 lines in 12 series. */
export function mix(lines: number): Workload {
  const share = lines / 24;
  return workload(`${lines} lines`, [counters(Math.round(share * 10), 3), gauges(Math.round(share)), histograms(Math.round(share), TEN_BOUNDS)]);
}

/** The registries that `serialise` and `languages` print. */
export const SERIALISED: Readonly<Record<string, () => Workload>> = {
  'mix of 24 000 lines': () => mix(24_000),
  '10 000 counters, 3 labels': () => workload('counters3', [counters(10_000, 3)]),
  '1 000 histograms, 10 buckets': () => workload('histograms10', [histograms(1_000, TEN_BOUNDS)]),
  '64 small histograms': () =>
    workload('small', Array.from({ length: 64 }, (_, i) => histograms(1, TEN_BOUNDS, `job_${i}_duration_seconds`, []))),
  '10 000 counters, 2 labels': () => workload('counters2', [counters(10_000, 2)]),
  '1 000 histograms, 14 000 lines': () => workload('histograms11', [histograms(1_000, ELEVEN_BOUNDS)]),
};

/** Those that the peers in other languages print too. */
export const BESIDE_LANGUAGES: readonly string[] = ['10 000 counters, 2 labels', '1 000 histograms, 14 000 lines'];

/** Three label values, the first of them never met before; new strings each time, as they come off the wire. */
export function uniqueLabelValues(i: number): [route: string, method: string, status: string] {
  const fresh = Buffer.from(`/api/v1/resources/${i}`).toString('latin1');
  return [fresh, METHODS[i % METHODS.length]!, STATUSES[i % STATUSES.length]!];
}

/**
 * The workload as text, for the peers in other languages: a line `F type name help labels bounds` begins a
 * family, a line `S initial counts values…` is a series of it; tabs between, commas within.
 */
export function planText({ families }: Workload): string {
  const lines: string[] = [];
  for (const { type, name, help, labelNames, bounds, series } of families) {
    lines.push(['F', type, name, help, labelNames.join(), bounds.join()].join('\t'));
    for (const { labelValues: values, initial, counts } of series) lines.push(['S', initial, counts.join(), ...values].join('\t'));
  }
  return `${lines.join('\n')}\n`;
}
