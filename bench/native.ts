// What does an observation cost where it goes into native buckets, alone or beside classic ones?

import { Histogram } from '../lib/index.ts';
import type { HistogramOptions } from '../lib/index.ts';
import { measureMany } from './harness.ts';
import type { Case, Question } from './harness.ts';
import { observing } from './writes.ts';

/** The first is what the others are compared with. */
const KINDS: Readonly<Record<string, Pick<HistogramOptions, 'native' | 'buckets'>>> = {
  'classic, 11 buckets': {},
  'native, factor 1.1': { native: true, buckets: false },
  'native, factor 1.005': { native: { factor: 1.005, maxBuckets: 0 }, buckets: false },
  'both, 11 and factor 1.1': { native: true },
};

export const native: Question = {
  name: 'native',
  asks: 'How long does an observation take, by the buckets that it goes into?',
  unit: 'ns',
  isOwn: true,
  nodeFlags: ['--single-threaded-gc'],

  cases(): readonly Case[] {
    return [{ name: 'observe, bound', subjects: Object.keys(KINDS) }];
  },

  check(_, subject) {
    const histogram = new Histogram({ name: 'h', help: '', ...KINDS[subject] });
    observing((value) => histogram.observe(value))(10_000);
    const { count, native: found } = histogram.get()!;
    const inNative = found && [...Array.from(found.positive.counts), ...Array.from(found.negative.counts), found.zeroCount].reduce((sum, own) => sum + own, 0);
    if (count !== 10_000 || (inNative ?? 10_000) !== 10_000) throw new Error(`${subject}: counted ${count} and ${inNative}`);
  },

  async measure(_, subject, scale) {
    const series = new Histogram({ name: 'h', help: '', labelNames: ['route', 'method'], ...KINDS[subject] } as HistogramOptions<'route' | 'method'>).labels('/', 'GET');
    return measureMany(observing((value) => series.observe(value)), scale);
  },
};
