// promlet by its public interface. From the registry to bytes as its own handler does it: the writer's chunks, each
// made into bytes in memory that the scrape before had.

import { metricsHandler } from '../../lib/http.ts';
import { Counter, Gauge, Histogram, Registry, Summary, text } from '../../lib/index.ts';
import type { BenchCounter, BenchGauge, BenchHistogram, BenchSummary, Client } from './client.ts';
import { Slabs } from './slabs.ts';

export const promlet: Client = {
  name: 'promlet',
  specifier: new URL('../../lib/index.js', import.meta.url).href,
  async open() {
    const registry = new Registry();
    const slabs = new Slabs();
    const maxSeries = Infinity;
    // Labels that are known only here are checked when they are written; the compiler cannot know them.
    return {
      registry,
      counter: ({ name, help, labelNames }) => registry.register(new Counter<string>({ name, help, labelNames, maxSeries })) as unknown as BenchCounter,
      gauge: ({ name, help, labelNames }) => registry.register(new Gauge<string>({ name, help, labelNames, maxSeries })) as unknown as BenchGauge,
      histogram: ({ name, help, labelNames, bounds }) =>
        registry.register(new Histogram<string>({ name, help, labelNames, maxSeries, buckets: bounds })) as unknown as BenchHistogram,
      summary: ({ name, help, labelNames }) => registry.register(new Summary<string>({ name, help, labelNames, maxSeries })) as unknown as BenchSummary,
      clear: (counter) => (counter as unknown as Counter<string>).clear(),
      scrape: () => slabs.filled(text.write(registry.collect())),
      handle: metricsHandler(registry),
    };
  },
};
