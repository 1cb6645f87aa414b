// How fast is an exposition read? Megabytes per second of processor time, of bytes that are text already.

import assert from 'node:assert/strict';

import { Counter, Gauge, Histogram, Registry, defaultBuckets, openMetrics, render } from '../lib/index.ts';
import { parse, parseSamples } from '../lib/parse.ts';
import { measureEach, sink } from './harness.ts';
import type { Case, Question } from './harness.ts';

interface PeerFamily {
  readonly name: string;
  readonly metrics: readonly { readonly value?: string; readonly buckets?: Readonly<Record<string, string>>; readonly count?: string }[];
}

const PEER = 'parse-prometheus-text-format';

/** What each reads. Only the text format is read by both. */
const READ: Readonly<Record<string, { readonly text: () => string; readonly subjects: readonly string[] }>> = {
  'text format, families': { text: () => render(registry()), subjects: ['promlet', PEER] },
  'text format, samples one by one': { text: () => render(registry()), subjects: ['promlet'] },
  'OpenMetrics, families': { text: () => render(registry(), openMetrics), subjects: ['promlet'] },
};

export const parsing: Question = {
  name: 'parse',
  asks: 'How fast is an exposition of some 1.5 MB read?',
  unit: 'MB/s',
  better: 'higher',
  nodeFlags: ['--single-threaded-gc'],

  cases: ({ isQuick }): readonly Case[] => Object.entries(READ).slice(0, isQuick ? 1 : undefined).map(([name, { subjects }]) => ({ name, subjects })),

  async check(name, subject) {
    if (subject !== PEER) return;
    const text = READ[name]!.text();
    const peer = (await readerOf(name, PEER))(text) as readonly PeerFamily[];
    const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
    const found = peer.flatMap(({ metrics }) => metrics.map(({ value, count }) => Number(value ?? count)));
    const own = parse(text).flatMap(({ points }) => [...points].map((point) => ('value' in point ? point.value : 'counts' in point ? total(Array.from(point.counts)) : 'count' in point ? point.count! : NaN)));
    assert.deepEqual(found, own);
  },

  async measure(name, subject, scale) {
    const text = READ[name]!.text();
    const read = await readerOf(name, subject);
    const samples = await measureEach(() => {}, () => read(text), scale);
    return samples.map((ns) => (text.length / ns) * 1000);
  },
};

async function readerOf(name: string, subject: string): Promise<(text: string) => unknown> {
  if (subject === PEER) {
    const { default: peer } = (await import(PEER as string)) as { default: (text: string) => unknown };
    return peer;
  }
  if (name.startsWith('OpenMetrics')) return (text) => parse(text, { format: 'openmetrics' });
  if (!name.endsWith('one by one')) return (text) => parse(text);
  return (text) => {
    for (const sample of parseSamples(text)) sink(sample);
  };
}

// The mix of the other questions, but for the labels of its histograms: the peer makes one of all series of a
// histogram or summary, whatever their labels, so each is a metric of its own here.
function registry(): Registry {
  const all = new Registry();
  const requests = all.register(new Counter({ name: 'http_requests_total', help: 'Requests.', labelNames: ['method', 'path', 'status'] }));
  for (let i = 0; i < 10_000; i++) requests.inc({ method: ['GET', 'POST', 'PUT'][i % 3]!, path: `/api/v1/items/${i}`, status: 200 + (i % 4) }, i);
  const temperature = all.register(new Gauge({ name: 'temperature_celsius', help: 'How warm it is.', labelNames: ['room'] }));
  for (let i = 0; i < 1_000; i++) temperature.set({ room: `room-${i}` }, i / 7);
  for (let i = 0; i < 1_000; i++) {
    all.register(new Histogram({ name: `work_${i}_duration_seconds`, help: 'How long it takes.', buckets: defaultBuckets.slice(1) })).observe(i / 100);
  }
  return all;
}
