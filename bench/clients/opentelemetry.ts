// OpenTelemetry's SDK with its Prometheus exporter. Its instruments have other shapes, hence the small objects
// around them: two calls deep, which is little beside what they call.

import type { IncomingMessage, ServerResponse } from 'node:http';

import type { BenchCounter, BoundHistogram, Client, Labels } from './client.ts';

interface Instruments {
  createCounter(name: string, options: object): { add(amount: number, labels?: Labels): void };
  createGauge(name: string, options: object): { record(value: number, labels?: Labels): void };
  createHistogram(name: string, options: object): { record(value: number, labels?: Labels): void };
}
interface Exporter {
  collect(): Promise<{ readonly resourceMetrics: object }>;
  getMetricsRequestHandler(request: IncomingMessage, response: ServerResponse): void;
}
interface ExporterPackage {
  readonly PrometheusExporter: new (options: object) => Exporter;
  readonly PrometheusSerializer: new (prefix: string, appendTimestamp: boolean, constantLabels: undefined, withoutTargetInfo: boolean, withoutScopeInfo: boolean) => {
    serialize(metrics: object): string;
  };
}
interface SdkPackage {
  readonly MeterProvider: new (options: object) => { getMeter(name: string): Instruments };
}

const EXPORTER = '@opentelemetry/exporter-prometheus';
const SDK: string = '@opentelemetry/sdk-metrics';

export const opentelemetry: Client = {
  name: EXPORTER,
  specifier: EXPORTER,
  async open() {
    const { PrometheusExporter, PrometheusSerializer } = ((await import(EXPORTER as string)) as { default: ExporterPackage }).default;
    const { MeterProvider } = ((await import(SDK)) as { default: SdkPackage }).default;
    const exporter = new PrometheusExporter({ preventServerStart: true, withoutTargetInfo: true, withoutScopeInfo: true });
    const serializer = new PrometheusSerializer('', false, undefined, true, true);
    // Its limit of 2 000 series is lifted, as others' limits are.
    const provider = new MeterProvider({ readers: [exporter], views: [{ instrumentName: '*', aggregationCardinalityLimit: 10_000_000 }] });
    const meter = provider.getMeter('bench');
    return {
      counter({ name, help }) {
        const instrument = meter.createCounter(name, { description: help });
        const counter = {
          inc(first?: Labels | number, amount = 1): void {
            if (typeof first === 'object') instrument.add(amount, first);
            else instrument.add(first ?? 1);
          },
          labels: (labels: Labels) => ({ inc: (amount = 1): void => instrument.add(amount, labels) }),
        };
        return counter as BenchCounter;
      },
      gauge({ name, help }) {
        const instrument = meter.createGauge(name, { description: help });
        return {
          set(first: Labels | number, value?: number): void {
            if (typeof first === 'object') instrument.record(value!, first);
            else instrument.record(first);
          },
          labels: (labels) => ({ set: (value) => instrument.record(value, labels) }),
        };
      },
      histogram({ name, help, bounds }) {
        const instrument = meter.createHistogram(name, { description: help, advice: { explicitBucketBoundaries: [...bounds] } });
        const bound = (labels?: Labels): BoundHistogram => ({
          observe: (value) => instrument.record(value, labels),
          startTimer() {
            const begin = performance.now();
            return () => instrument.record((performance.now() - begin) / 1000, labels);
          },
        });
        return {
          observe(first: Labels | number, value?: number): void {
            if (typeof first === 'object') instrument.record(value!, first);
            else instrument.record(first);
          },
          startTimer: (labels) => bound(labels).startTimer(),
          labels: bound,
        };
      },
      async scrape() {
        const { resourceMetrics } = await exporter.collect();
        return [Buffer.from(serializer.serialize(resourceMetrics))];
      },
      handle: (request, response) => exporter.getMetricsRequestHandler(request, response),
    };
  },
};
