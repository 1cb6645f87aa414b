// What does a collector of one's own cost? The same points of 3 labels as an instrument, in a nested registry, and
// from a collector that yields plain families: time, memory, and stalls of the host, all by promlet's handlers.

import { fetchHandler } from '../lib/fetch.ts';
import { metricsHandler } from '../lib/http.ts';
import { Counter, Registry } from '../lib/index.ts';
import type { Collector, CounterPoint } from '../lib/index.ts';
import { measureEach } from './harness.ts';
import type { Case, Question } from './harness.ts';
import { listening } from './host.ts';
import { allocations, stalls } from './watching.ts';
import { labelValues } from './workloads.ts';

const HEAD = { type: 'counter', name: 'http_requests_total', help: 'Requests answered.' } as const;
const NAMES = ['route', 'method', 'status'] as const;

interface Source {
  readonly collector: Collector;
  change(): void;
}

/** The first is what the others are compared with. */
const SOURCES: Readonly<Record<string, (count: number) => Source>> = {
  instrument,
  'nested registry'(count) {
    const { collector, change } = instrument(count);
    const inner = new Registry();
    inner.register(collector);
    return { collector: inner, change };
  },
  'own collector'(count) {
    const points = Array.from({ length: count }, (_, i) => ({ labels: labelsOf(i), value: i }));
    return {
      collector: { name: 'own', collect: () => [{ ...HEAD, points }] },
      change() {
        for (const point of points) point.value++;
      },
    };
  },
  'own collector, fresh labels'(count) {
    const sets = Array.from({ length: count }, (_, i) => labelValues(NAMES.length, i));
    let added = 0;
    const point = ([route, method, status]: readonly string[], i: number): CounterPoint => ({ labels: { route: route!, method: method!, status: status! }, value: i + added });
    return {
      collector: { name: 'own', collect: () => [{ ...HEAD, points: sets.map(point) }] },
      change: () => void added++,
    };
  },
};

const TIME = ', time';
const ALLOCATED = ', allocated by a scrape over HTTP';
const STALL = ', longest stall over HTTP';
const COUNTS: Readonly<Record<string, number>> = { '10 000 points': 10_000, '100 000 points': 100_000, '200 000 points': 200_000 };

export const collectors: Question = {
  name: 'collectors',
  asks: 'What do points of 3 labels cost in a scrape, by where they come from?',
  unit: 'ms',
  isOwn: true,

  cases({ isQuick }): readonly Case[] {
    const all = Object.keys(SOURCES);
    const time = (count: string): Case => ({ name: count + TIME, subjects: all, nodeFlags: ['--single-threaded-gc'] });
    if (isQuick) return [time('10 000 points')];
    const allocated = (count: string): Case => ({ name: count + ALLOCATED, subjects: all, unit: 'MB', rounds: 1 });
    const stallOf = (count: string, subjects: readonly string[]): Case => ({ name: count + STALL, subjects, rounds: 1 });
    return [
      ...['10 000 points', '100 000 points'].flatMap((count) => [time(count), allocated(count)]),
      stallOf('10 000 points', all),
      stallOf('100 000 points', all),
      stallOf('200 000 points', all.slice(0, 2)),
    ];
  },

  async check(name, subject) {
    const [own, first] = await Promise.all(
      [subject, Object.keys(SOURCES)[0]!].map(async (each) => {
        const { change, scrape } = opened(name, each);
        change();
        return new TextDecoder().decode(await scrape());
      }),
    );
    if (own !== first || own!.split('\n').length !== countOf(name) + 3) throw new Error(`${name}: ${subject} shows something else`);
  },

  async measure(name, subject, scale) {
    const order = { question: 'collectors', name, subject };
    if (name.endsWith(STALL)) return stalls(order, {}, { warmUps: 2, repetitions: 5 });
    if (name.endsWith(ALLOCATED)) return (await allocations(order, {}, { warmUps: 2, repetitions: 3 })).map((bytes) => bytes / 1e6);
    const { change, scrape } = opened(name, subject);
    return (await measureEach(change, scrape, scale)).map((ns) => ns / 1e6);
  },

  async serve(name, subject) {
    const { registry, change } = registryOf(name, subject);
    return { listen: async () => (await listening(metricsHandler(registry))).port, change };
  },
};

function opened(name: string, subject: string): { change: () => void; scrape: () => Promise<ArrayBuffer> } {
  const { registry, change } = registryOf(name, subject);
  const handle = fetchHandler(registry, { selfMetrics: false });
  return { change, scrape: async () => (await handle(new Request('http://localhost/metrics'))).arrayBuffer() };
}

function registryOf(name: string, subject: string): { registry: Registry; change: () => void } {
  const { collector, change } = SOURCES[subject]!(countOf(name));
  const registry = new Registry({ maxCollectorSeries: Infinity });
  registry.register(collector);
  return { registry, change };
}

function countOf(name: string): number {
  return Object.entries(COUNTS).find(([count]) => name.startsWith(count))![1];
}

function instrument(count: number): Source {
  const { name, help } = HEAD;
  const counter = new Counter({ name, help, labelNames: NAMES, maxSeries: Infinity });
  const bound = Array.from({ length: count }, (_, i) => {
    const child = counter.labels(labelsOf(i));
    child.inc(i);
    return child;
  });
  return {
    collector: counter,
    change() {
      for (const each of bound) each.inc();
    },
  };
}

function labelsOf(i: number): Record<(typeof NAMES)[number], string> {
  const [route, method, status] = labelValues(NAMES.length, i);
  return { route: route!, method: method!, status: status! };
}
