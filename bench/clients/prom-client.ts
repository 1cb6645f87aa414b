// prom-client and the two that descend from it: one API, three packages.

import type { BenchCounter, BenchGauge, BenchHistogram, BenchSummary, Client, HistogramPlan, InstrumentPlan } from './client.ts';

interface PromClientPackage {
  readonly Registry: new () => { metrics(): string | Promise<string>; readonly contentType: string };
  readonly Counter: new (options: object) => ResettableCounter;
  readonly Gauge: new (options: object) => BenchGauge;
  readonly Histogram: new (options: object) => BenchHistogram;
  readonly Summary: new (options: object) => BenchSummary;
}

interface ResettableCounter extends BenchCounter {
  reset(): void;
}

/** @param specifier - The package's name, which is the client's. */
export function promClient(specifier: string): Client {
  return {
    name: specifier,
    specifier,
    async open() {
      // Not a literal, so that this compiles where the package is not installed.
      const loaded = (await import(specifier)) as { readonly default: PromClientPackage };
      const { Registry, Counter, Gauge, Histogram, Summary } = loaded.default;
      const registry = new Registry();
      const options = (plan: InstrumentPlan): object => ({ name: plan.name, help: plan.help, labelNames: [...plan.labelNames], registers: [registry] });
      return {
        registry,
        counter: (plan) => new Counter(options(plan)),
        gauge: (plan) => new Gauge(options(plan)),
        histogram: (plan: HistogramPlan) => new Histogram({ ...options(plan), buckets: [...plan.bounds] }),
        summary: (plan) => new Summary(options(plan)),
        clear: (counter) => (counter as ResettableCounter).reset(),
        scrape: async () => [Buffer.from(await registry.metrics())],
        handle(_request, response) {
          void Promise.resolve(registry.metrics()).then((exposition) => response.setHeader('Content-Type', registry.contentType).end(exposition));
        },
      };
    },
  };
}
