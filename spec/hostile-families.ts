// Lists of families that clash in every way: names, samples, labels that become one by escaping, series that come
// twice, several parts of one family. The same for the same seed.

import type { Exemplar, HistogramPoint, Labels, MetricFamily, MetricType, Point } from '../lib/index.ts';

const TYPES: readonly MetricType[] = ['counter', 'gauge', 'unknown', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset'];
const BARE_NAMES = ['x', 'x_total', 'x_created', 'x_sum', 'x_count', 'x_bucket', 'x_info', 'x_', 'x_2', 'x__total', 'x_gsum', 'x_gcount', 'x_seconds', 'x_seconds_total', 'le', '__x', 'job:state', '_', 'U__x'];
const NAMES = [...BARE_NAMES, 'x.total', 'x-total', 'x.', 'x-', 'é', '1x', 'x y_total', 'x\n', '"x"', '', '\ud800', '\udfff', '😀', 'x.sum', 'x.y_info', '__name__'];
const LABEL_NAMES = ['a', 'b', 'a.b', 'a-b', 'a_b', 'a_b_', 'a_b_2', 'le', 'quantile', '__x', 'x', 'x_', 'job:state', 'job_state', 'a:b', '', 'é', '1', '\ud800', '__proto__', 'constructor', '__name__', '"', 'x.y'];
const VALUES = ['', '', '1', '1', '2', '"', '\\', '\n', 'a"\\\nb', '\ud800', '\udfff', '\ufffd', 'é😀', '\r\u2028', '} ', '",a="'];

/** Evenly from 0 to 2^32 - 1: a counter, well stirred (splitmix32). */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

export function hostileFamilies(seed: number): MetricFamily[] {
  const bits = randomSource(seed);
  const below = (limit: number): number => bits() % limit;
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)]!;
  const list = <Item>(most: number, make: () => Item): Item[] => Array.from({ length: below(most + 1) }, make);
  const chance = (oneIn: number): boolean => below(oneIn) === 0;
  // A few of each for every list, so that they meet.
  const names = Array.from({ length: 2 + below(4) }, () => pick(chance(2) ? BARE_NAMES : NAMES));
  const labelNames = Array.from({ length: 1 + below(4) }, () => pick(LABEL_NAMES));
  const values = Array.from({ length: 1 + below(4) }, () => pick(VALUES));
  const isTimed = chance(4);
  // No value comes twice, so that each sample can be found again.
  let value = 0;

  const labels = (most: number): Labels => Object.fromEntries(list(most, () => [pick(labelNames), pick(values)]));
  const number = (): number => (chance(30) ? pick([NaN, -1, Infinity, 0.5]) : ++value);
  const exemplar = (): Exemplar => ({ labels: Object.fromEntries(list(2, () => [pick(labelNames), pick(['1', 'é', '\\'])])), value: pick([0, 0.5, 7]), ...(chance(2) && { timestampMs: 1500 }) });

  function histogram(): Omit<HistogramPoint, 'labels'> {
    const bounds = pick([[], [1], [-1, 1], [0.5, 1e6]]);
    const counts = Array.from({ length: bounds.length + 1 }, () => (chance(20) ? 0.5 : ++value));
    const exemplars = chance(3) ? counts.map(() => (chance(2) ? exemplar() : undefined)) : undefined;
    return { bounds, counts, sum: chance(5) ? undefined : number(), exemplars, createdMs: 1_700_000_000_125 };
  }

  const fields: Readonly<Record<MetricType, () => object>> = {
    counter: () => ({ value: number(), exemplar: chance(3) ? exemplar() : undefined, createdMs: 1_700_000_000_125 }),
    gauge: () => ({ value: number() }),
    unknown: () => ({ value: number() }),
    histogram,
    gaugehistogram: histogram,
    summary: () => ({ quantiles: pick([[], [0.5], [0.5, 1]]).map((quantile) => ({ quantile, value: number() })), sum: chance(5) ? undefined : number(), count: chance(5) ? undefined : ++value, createdMs: 1_700_000_000_125 }),
    info: () => ({}),
    stateset: () => ({ states: Object.fromEntries(list(3, () => [pick(['on', 'off', '', '\ud800', '\udfff']), chance(2)])) }),
  };

  return list(10, () => {
    const type = pick(TYPES);
    const points = list(5, (): Point => ({ labels: labels(3), timestampMs: isTimed && chance(2) ? pick([1000, 1000.25, 1000.75, 2000]) : undefined, ...fields[type]() }));
    return { name: pick(names), type, help: pick(['', '', 'Help.', 'a "quote" \\ \n', '\ud800']), unit: pick([undefined, undefined, 'seconds', 'x']), constantLabels: chance(2) ? labels(2) : undefined, points } as MetricFamily;
  });
}
