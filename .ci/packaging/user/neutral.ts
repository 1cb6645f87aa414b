import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary, negotiate, openMetrics, render, text } from 'promlet';
import type { Collector, MetricFamily } from 'promlet';
import { parse, parseSamples } from 'promlet/parse';

const registry = new Registry({ labels: { service: 'x' } });
const requests: Counter<'method' | 'status' | 'route'> = registry.register(new Counter({ name: 'requests_total', help: 'Requests.', labelNames: ['method', 'status', 'route'] }));
requests.inc({ method: 'GET', status: 200, route: '/' }, 2);
requests.labels('GET', '200', '/').inc();
// @ts-expect-error: a label is missing
requests.inc({ method: 'GET' });
const seconds = new Histogram({ name: 'job_seconds', help: 'Jobs.', labelNames: ['queue'], collect: (own) => own.observe({ queue: 'a' }, 1) });
const result: Promise<number> = seconds.time({ queue: 'mail' }, async () => 1);
const bare: Gauge = new Gauge({ name: 'g', help: 'G.' });
bare.set(1);
// @ts-expect-error: it has no labels
bare.set({ a: 'x' }, 1);
const families: readonly MetricFamily[] = parse(render(registry, negotiate('*/*', [text, openMetrics])));
const custom: Collector = { collect: () => families };
registry.register(custom);
export const use: object = { result, samples: parseSamples(''), Info, StateSet, Summary };
