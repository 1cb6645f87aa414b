// What does a scrape cost in each format? The same registry: nanoseconds of processor time and bytes, for each series.

import { Histogram, openMetrics, Registry, render, text } from '../lib/index.ts';
import type { Format, MetricFamily } from '../lib/index.ts';
import { openMetrics2 } from '../lib/openmetrics2.ts';
import { parse, parseProtobuf } from '../lib/parse.ts';
import { protobuf } from '../lib/protobuf.ts';
import { promlet } from './clients/promlet.ts';
import { Slabs } from './clients/slabs.ts';
import { measureEach } from './harness.ts';
import type { Case, Question } from './harness.ts';
import { ask, buildPeer, PEERS } from './peers/index.ts';
import type { Peer } from './peers/index.ts';
import { build } from './registries.ts';
import { assertSame, ROUNDS } from './same.ts';
import { labelValues, mix } from './workloads.ts';

/** The first is what the others are compared with. */
const FORMATS: Readonly<Record<string, Format<string | Uint8Array>>> = { text, protobuf, openMetrics, openMetrics2 };
const GO: Peer = { ...PEERS.find(({ name }) => name === 'client_golang')!, name: 'client_golang, protobuf' };

const MIX = 'mix of 24 000 lines';
const NATIVE = '1 000 native histograms';
const BYTES = ', size';
const WORKLOAD = mix(24_000);
const SERIES: Readonly<Record<string, number>> = { [MIX]: WORKLOAD.families.reduce((sum, { series }) => sum + series.length, 0), [NATIVE]: 1_000 };

export const formats: Question = {
  name: 'formats',
  asks: 'What does a scrape cost in each format, from registry to bytes? All values are changed before it; text shows classic buckets.',
  unit: 'ns/series',
  isOwn: true,
  nodeFlags: ['--single-threaded-gc'],

  cases(scale): readonly Case[] {
    const kinds = { [BYTES]: { unit: 'bytes/series', better: 'lower' } } as const;
    return [
      { name: MIX, subjects: [...Object.keys(FORMATS), ...(scale.isQuick ? [] : [GO.name])], kinds },
      { name: NATIVE, subjects: ['text', 'protobuf', 'openMetrics2'], kinds },
    ];
  },

  async check(name, subject) {
    if (name === NATIVE) return;
    if (subject === GO.name) {
      if (buildPeer(GO) === undefined) await assertSame(subject, render(parseProtobuf(Buffer.from(ask(GO, 'dump', ROUNDS, WORKLOAD, 'latin1'), 'latin1'))), WORKLOAD);
      return;
    }
    const { source, change } = await sourceOf(name);
    for (let i = 0; i < ROUNDS; i++) change();
    await assertSame(subject, render(readAs[subject]!(render(source.collect(), FORMATS[subject]!))), WORKLOAD);
  },

  async measure(name, subject, scale) {
    const count = SERIES[name]!;
    if (subject === GO.name) {
      if (buildPeer(GO) !== undefined) return [];
      const samples = JSON.parse(ask(GO, 'measure', scale.budgetMs, WORKLOAD)) as number[];
      return { '': samples.map((ns) => ns / count) };
    }
    const { source, change } = await sourceOf(name);
    const slabs = new Slabs();
    const scrape = (): readonly Uint8Array[] => slabs.filled(FORMATS[subject]!.write(source.collect()));
    const samples = await measureEach(change, scrape, scale);
    return { '': samples.map((ns) => ns / count), [BYTES]: [scrape().reduce((sum, { length }) => sum + length, 0) / count] };
  },
};

const readAs: Readonly<Record<string, (written: string | Uint8Array) => MetricFamily[]>> = {
  text: (written) => parse(written),
  protobuf: (written) => parseProtobuf(written as Uint8Array),
  openMetrics: (written) => parse(written, { format: 'openmetrics' }),
  openMetrics2: (written) => parse(written, { format: 'openmetrics2' }),
};

async function sourceOf(name: string): Promise<{ readonly source: Registry; change(): void }> {
  if (name === MIX) {
    const { client, change } = await build(promlet, WORKLOAD);
    return { source: client.registry as Registry, change };
  }
  const registry = new Registry();
  const histogram = registry.register(new Histogram({ name: 'http_request_duration_seconds', help: 'How long requests take.', labelNames: ['route', 'method'], native: true }));
  const series = Array.from({ length: SERIES[NATIVE]! }, (_, i) => histogram.labels(...labelValues(2, i)));
  // Over some five powers of ten, as durations are: 44 buckets of 107.
  series.forEach((each, i) => {
    for (let k = 0; k < 44; k++) each.observe(0.001 * 1.19 ** k * (1 + (i % 7) / 100));
  });
  return {
    source: registry,
    change() {
      for (const each of series) each.observe(0.005);
    },
  };
}
