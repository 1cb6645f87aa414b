// promlet, as its own handler uses it: the writer's chunks, each made into bytes.

import { metricsHandler } from '../../lib/http.ts';
import { Counter, Gauge, Histogram, Registry, text } from '../../lib/index.ts';
import { LentBody, Slabs } from '../../lib/scraping/slabs.ts';
import type { BenchCounter, BenchGauge, BenchHistogram, Client } from './client.ts';

export const promlet: Client = {
  name: 'promlet',
  specifier: new URL('../../lib/index.js', import.meta.url).href,
  async open() {
    const registry = new Registry();
    const slabs = new Slabs();
    let body: LentBody | undefined;
    const maxSeries = Infinity;
    // Labels that are known only here are checked when they are written; the compiler cannot know them.
    return {
      counter: (plan) => registry.register(new Counter<string>({ ...plan, maxSeries })) as unknown as BenchCounter,
      gauge: (plan) => registry.register(new Gauge<string>({ ...plan, maxSeries })) as unknown as BenchGauge,
      histogram: ({ bounds, ...plan }) => registry.register(new Histogram<string>({ ...plan, maxSeries, buckets: bounds })) as unknown as BenchHistogram,
      scrape() {
        // As the handler does when the answer before was sent.
        body?.giveBack();
        body = new LentBody(slabs);
        for (const chunk of text.write(registry.collect())) body.add(chunk);
        return body.parts;
      },
      handle: metricsHandler(registry),
    };
  },
};
