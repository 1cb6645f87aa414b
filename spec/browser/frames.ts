// `npm run frames`: how long the live page keeps the browser busy at a stretch, with 10 000 series that all change. In
// milliseconds of the processor, since those of the clock are the machine's affair as well.

import { setTimeout as after } from 'node:timers/promises';

import { serve } from '../../lib/http.ts';
import { Counter, Gauge, Histogram, Registry } from '../../lib/index.ts';
import { openBrowser } from './tab.ts';

const RUN_MS = 30_000;

interface TraceEvent {
  readonly name: string;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Microseconds of the processor. */
  readonly tdur?: number;
}

const registry = new Registry();
const counter = registry.register(new Counter({ name: 'many_total', help: '', labelNames: ['id', 'zone'] }));
const children = Array.from({ length: 8_000 }, (_, i) => counter.labels({ id: i, zone: i % 3 }));
const histogram = registry.register(new Histogram({ name: 'some_seconds', help: '', labelNames: ['id'] }));
const observed = Array.from({ length: 1_000 }, (_, i) => histogram.labels({ id: i }));
const gauges = Array.from({ length: 1_000 }, (_, i) => registry.register(new Gauge({ name: `gauge_${i}`, help: '' })));
const change = setInterval(() => {
  for (const child of children) child.inc(Math.random());
  for (const child of observed) child.observe(Math.random() ** 3);
  for (const gauge of gauges) gauge.set(Math.random());
}, 1_000);

const server = await serve(registry, { port: 0, host: '127.0.0.1', page: 'live' });
const browser = await openBrowser();
try {
  const tab = await browser.tab();
  await tab.setViewport({ width: 1280, height: 900 });
  await tab.tracing.start({ categories: ['toplevel', 'devtools.timeline'] });
  await tab.goto(server.url);
  for (let passedMs = 0; passedMs < RUN_MS; passedMs += 100) {
    await tab.mouse.move(200 + (passedMs % 900), 200);
    await after(100);
  }
  const { traceEvents } = JSON.parse(Buffer.from(await tab.tracing.stop()).toString()) as { readonly traceEvents: readonly TraceEvent[] };
  const isWithin = (inner: TraceEvent, outer: TraceEvent): boolean => inner.tid === outer.tid && inner.ts >= outer.ts && inner.ts + (inner.dur ?? 0) <= outer.ts + (outer.dur ?? 0);
  // What the driver evaluates for itself is no work of the page.
  const foreign = traceEvents.filter(({ name }) => name === 'v8.evaluateModule');
  const tasks = traceEvents.filter((event) => event.name.endsWith('RunTask') && event.tdur !== undefined && !foreign.some((each) => isWithin(each, event)));
  const longest = tasks.map(({ tdur }) => tdur! / 1000).sort((a, b) => b - a);
  console.log(`10 000 series: the longest task took ${longest[0]!.toFixed(0)} ms, the hundredth ${longest[99]!.toFixed(0)} ms, of the processor`);
} finally {
  clearInterval(change);
  await browser.close();
  await server.close(100);
}
