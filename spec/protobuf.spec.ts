// The protobuf writer beyond its golden files: what it keeps from one exposition to the next, and what it never writes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';

import { Counter, Gauge, Histogram, Info, lineSafe, Registry, render, StateSet, Summary } from '../lib/index.ts';
import type { Collector, HistogramPoint, MetricFamily, Point } from '../lib/index.ts';
import { parseProtobuf } from '../lib/parse.ts';
import { protobuf } from '../lib/protobuf.ts';
import { snapshot } from '../lib/scraping.ts';

function hex(source: Collector | MetricFamily[]): string {
  return Buffer.from(render(source as Collector, protobuf, { onWarning: () => {} })).toString('hex');
}

test('whatever was written to instruments, they are shown as plain families of the same are', () => {
  const random = randomFrom(7);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  for (let round = 0; round < 20; round++) {
    let nowMs = 1_700_000_000_000;
    const options = { help: 'Ü "x"\n', wallClock: () => nowMs, clock: () => nowMs, labelNames: ['a', 'b'] } as const;
    const inner = new Registry({ labels: { zone: 'eu,"1"' } });
    const registry = new Registry({ labels: round % 2 === 0 ? {} : { service: 'shop\\' } });
    const counter = registry.register(new Counter({ ...options, name: 'c_total', ttlSeconds: 30, maxSeries: 30, exemplar: () => (random() < 0.1 ? { id: nowMs } : undefined) }));
    const gauge = inner.register(new Gauge({ ...options, name: 'g' }));
    const histogram = registry.register(new Histogram({ ...options, name: 'h_seconds', unit: 'seconds', buckets: [1, 10], native: { maxBuckets: 5, minResetSeconds: 10 } }));
    const summary = registry.register(new Summary({ ...options, name: 's' }));
    const info = inner.register(new Info({ help: '', name: 'x_info', labelNames: ['v'] }));
    const states = registry.register(new StateSet({ help: '', name: 'state', states: ['on', 'o"ff'], labelNames: ['a'] }));
    registry.register(inner);
    for (let i = 0; i < 150; i++) {
      nowMs += Math.floor(random() * 2000);
      const labels = { a: pick(['', 'x', 'ü"\\\n', '😀']), b: `${Math.floor(random() * 20)}` };
      const act = Math.floor(random() * 12);
      if (act < 4) counter.inc(labels, random() * 10, random() < 0.1 ? { trace_id: i } : undefined);
      else if (act < 6) gauge.set(labels, random() < 0.1 ? NaN : random() * 1e6 - 5e5);
      else if (act < 8) histogram.observe(labels, Math.exp(random() * 12 - 6), random() < 0.1 ? { trace_id: i } : undefined);
      else if (act === 8) summary.observe(labels, random());
      else if (act === 9) states.set({ a: labels.a }, pick(['on', 'o"ff']));
      else if (act === 10) pick([() => gauge.removeMatching({ a: labels.a }), () => counter.remove(labels), () => gauge.replace([[labels, i], [{ ...labels, b: 'other' }, 2]]), () => info.set({ v: labels.b }), () => histogram.clear()])();
      else assert.equal(hex(registry), hex(snapshot(registry)), `round ${round}, step ${i}`);
    }
    assert.equal(hex(registry), hex(snapshot(registry)));
  }
});

test('two expositions that are written at once, in turns, are each right', () => {
  const registry = new Registry();
  const counter = registry.register(new Counter({ name: 'c_total', help: '', labelNames: ['a'] }));
  const histogram = registry.register(new Histogram({ name: 'h', help: '', labelNames: ['a'] }));
  for (let i = 0; i < 2000; i++) counter.inc({ a: i }, i);
  for (let i = 0; i < 700; i++) histogram.observe({ a: i }, i);
  const expected = hex(registry);
  const fresh = new Registry();
  for (const each of [counter, histogram]) fresh.register(each);
  const [one, other] = [0, 1].map(() => ({ writing: protobuf.write(fresh.collect())[Symbol.iterator](), chunks: [] as Uint8Array[] }));
  for (let running = [one!, other!]; running.length > 0; ) {
    running = running.filter(({ writing, chunks }) => {
      const step = writing.next();
      if (step.done) return false;
      chunks.push(step.value);
      return true;
    });
  }
  for (const { chunks } of [one!, other!]) assert.equal(Buffer.concat(chunks).toString('hex'), expected);
});

test('chunks are no larger than they need to be, and come often', () => {
  const registry = new Registry();
  for (let family = 0; family < 300; family++) {
    const gauge = registry.register(new Gauge({ name: `gauge_${family}`, help: 'Some help.', labelNames: ['a'] }));
    for (let i = 0; i < 10; i++) gauge.set({ a: i }, i);
  }
  const many = registry.register(new Counter({ name: 'many_total', help: '', labelNames: ['a'], maxSeries: 1e5 }));
  for (let i = 0; i < 10_000; i++) many.inc({ a: i });
  const chunks = [...protobuf.write(registry.collect())];
  const sizes = chunks.map(({ length }) => length);
  // A family is one message, and so one chunk at most; between, there are empty ones for whoever wants to yield.
  assert.ok(sizes.filter((size) => size > 0).length >= 3 && sizes.length > 300 + 10_000 / 256, String(sizes.length));
  assert.ok(sizes.every((size) => size < 40_000 || size > 300_000));
  assert.equal(parseProtobuf(Buffer.concat(chunks)).length, 301);
});

test('an empty registry is no bytes, and still bytes', () => {
  const bytes = render(new Registry(), protobuf);
  assert.ok(bytes instanceof Uint8Array);
  assert.equal(bytes.length, 0);
});

test('no family, series or label is there twice, whatever names and series come', () => {
  const random = randomFrom(8);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const names = ['a', 'a.b', 'a-b', 'a_b', 'a_b_total', 'a_b_count', 'h', 'h_bucket', '\ud800', 'ü', 'ö', ''];
  const labels = ['x', 'x.y', 'x-y', 'x_y', 'le', 'quantile', 'a_b', 'ü', '\udc00', '__x', '__name__'];
  for (let round = 0; round < 300; round++) {
    const list = Array.from({ length: 1 + Math.floor(random() * 6) }, (): MetricFamily => {
      const type = pick(['counter', 'gauge', 'histogram', 'summary', 'info', 'stateset', 'unknown', 'gaugehistogram'] as const);
      const points = Array.from({ length: Math.floor(random() * 4) }, () => ({
        labels: Object.fromEntries(Array.from({ length: Math.floor(random() * 4) }, () => [pick(labels), pick(['', '1', '2', '\udfff'])])),
        ...(random() < 0.2 && { timestampMs: pick([1, 2]) }),
        ...({ counter: { value: 1 }, gauge: { value: 1 }, unknown: { value: 1 }, info: {}, stateset: { states: { on: true, [pick(['off', '\ud801', '\ud802'])]: false } }, summary: { quantiles: [{ quantile: 0.5, value: 1 }], sum: 1, count: 1 }, histogram: { bounds: [1], counts: [1, 0], sum: 1 }, gaugehistogram: { bounds: [1], counts: [1, 0], sum: 1 } }[type]),
      }));
      return { type, name: pick(names), help: pick(['', 'help \ud800']), points, ...(random() < 0.3 && { constantLabels: { [pick(labels)]: 'c' } }) } as unknown as MetricFamily;
    });
    for (const escaping of ['allow-utf-8', 'underscores', 'dots', 'values'] as const) {
      const format = protobuf.withEscaping!(escaping);
      // The reader refuses what is there twice, and what is no UTF-8.
      const read = parseProtobuf(render(list, format, { onWarning: () => {} }));
      assert.equal(new Set(read.map(({ name }) => name)).size, read.length);
      for (const { name, points } of read) {
        const keys = Array.from(points as Iterable<{ labels: object; timestampMs?: number }>, ({ labels: own, timestampMs }) => JSON.stringify([Object.entries(own).filter(([, value]) => value !== '').sort(), timestampMs]));
        assert.equal(new Set(keys).size, keys.length, `${name}: ${keys.join(' ')}`);
        if (escaping === 'underscores') assert.match(name, /^[a-zA-Z_:][a-zA-Z0-9_:]*$/);
      }
    }
  }
});

test('numbers of 2 ** 53 and more, negative times and strings of any length are written as they are', () => {
  const family = (point: object, type = 'histogram'): MetricFamily[] => [{ type, name: 'h', help: 'x'.repeat(70_000), points: [point] } as unknown as MetricFamily];
  const counts = [2 ** 53, 2 ** 40];
  for (const point of [
    { labels: { long: 'ü'.repeat(20_000) }, bounds: [1], counts, sum: -1, timestampMs: -1_500 },
    { labels: {}, bounds: [], counts: [2 ** 62 + 2 ** 31 + 2 ** 33], sum: 0, createdMs: -1_500.25, native: { schema: -4, zeroThreshold: 0, zeroCount: 2 ** 62, positive: { indexes: [], counts: [] }, negative: { indexes: [-64, 65], counts: [2 ** 31, 2 ** 33] } } },
  ]) {
    const [read] = parseProtobuf(render(family(point), protobuf));
    const [found] = read!.points as unknown as Record<string, unknown>[];
    for (const [field, value] of Object.entries(point)) assert.deepEqual(found![field], value, field);
  }
});

test('numbers that its integers cannot hold end or break no exposition', () => {
  const shown = (type: string, point: object): Record<string, unknown> => {
    const families = [{ type, name: 'x', help: '', points: [{ labels: {}, ...point }] }] as unknown as MetricFamily[];
    return (parseProtobuf(render(families, protobuf))[0]!.points as unknown as Record<string, unknown>[])[0]!;
  };
  for (const count of [Infinity, NaN, -1, 1.5, 2 ** 64, 1e300]) {
    assert.deepEqual(shown('summary', { quantiles: [], sum: 1, count }), { labels: {}, quantiles: [], sum: 1 }, `summary ${count}`);
  }
  for (const count of [Infinity, 2 ** 63, 2 ** 70, 1e300]) {
    assert.deepEqual(shown('histogram', { bounds: [1], counts: [0, count], sum: 1 })['counts'], [0, count], `histogram ${count}`);
    const native = { schema: 0, zeroThreshold: 0, zeroCount: 0, positive: { indexes: [1], counts: [count] }, negative: { indexes: [], counts: [] } };
    assert.deepEqual(shown('histogram', { bounds: [], counts: [count], sum: 1, native })['native'], native, `native ${count}`);
    assert.deepEqual((shown('histogram', { bounds: [], counts: [count], sum: 1, native: { ...native, zeroCount: count, positive: native.negative } })['native'] as typeof native).zeroCount, count, `zero ${count}`);
  }
  assert.equal(shown('gaugehistogram', { bounds: [1], counts: [-1, 3], sum: 4 })['sum'], 4);
  for (const sign of [1, -1]) {
    for (const ms of [Infinity, 1e300, 2 ** 63]) {
      assert.equal(shown('gauge', { value: 1, timestampMs: sign * ms })['timestampMs'], sign * (2 ** 63 - 1024));
      assert.equal(shown('histogram', { bounds: [], counts: [1], sum: 1, timestampMs: sign * ms })['timestampMs'], sign * (2 ** 63 - 1024));
      assert.equal(shown('counter', { value: 1, createdMs: sign * ms })['createdMs'], sign * Number.MAX_SAFE_INTEGER);
    }
  }
});

test('a gauge histogram has no time of creation, from which Prometheus would count', () => {
  for (const [type, createdMs] of [['gaugehistogram', undefined], ['histogram', 5]] as const) {
    const [read] = parseProtobuf(render([{ type, name: 'h', help: '', points: [{ labels: {}, bounds: [], counts: [1], sum: 1, createdMs: 5 }] }], protobuf));
    assert.equal([...(read!.points as Iterable<HistogramPoint>)][0]!.createdMs, createdMs);
  }
});

test('labels of any length and any characters are read back as they are', () => {
  for (const text of ['x'.repeat(2 ** 24), '\\"'.repeat(2 ** 18), '\\', '"', ',', '}', '=', '\\\\"', '","a="', 'a\n', '="', '} ']) {
    const labels = { [text]: 'x', a: text, [`é${text}`]: '', b: '' };
    const [read] = parseProtobuf(render([{ type: 'gauge', name: 'g', help: '', points: [{ labels, value: 1 }], constantLabels: { c: text } }], protobuf));
    const [point] = read!.points as Iterable<Point>;
    // Not by `deepEqual`, whose message would be as long.
    assert.ok(isDeepStrictEqual(point!.labels, { c: text, ...labels }), text.slice(0, 10));
  }
});

test('native counts beyond 2 ** 52, whose differences a number may not hold, are read back as they are', () => {
  for (const counts of [[2 ** 60, 1, 2 ** 52], [2 ** 53 - 1, 1], [2 ** 52, 1, 2 ** 52 - 1]]) {
    const native = { schema: 0, zeroThreshold: 0, zeroCount: 0, positive: { indexes: counts.map((_, i) => i), counts }, negative: { indexes: [], counts: [] } };
    const total = counts.reduce((sum, count) => sum + count, 0);
    const [read] = parseProtobuf(render([{ type: 'histogram', name: 'h', help: '', points: [{ labels: {}, bounds: [], counts: [total], sum: 1, native }] }], protobuf));
    assert.deepEqual([...(read!.points as Iterable<HistogramPoint>)][0]!.native, native);
  }
});

test('points whose times are the same millisecond are the same, as the format has no other', () => {
  const warnings: string[] = [];
  const points = [1, 1.5, 2, -0.5, 0].map((timestampMs) => ({ labels: {}, value: timestampMs, timestampMs }));
  const [read] = parseProtobuf(render([{ type: 'gauge', name: 'g', help: '', points }], protobuf, { onWarning: ({ code }) => warnings.push(code) }));
  assert.deepEqual(read!.points, [1, 2, -0.5].map((value) => ({ labels: {}, value, timestampMs: Math.max(0, value) })));
  assert.deepEqual(warnings, ['ERR_DUPLICATE']);
});

test('`lineSafe` replaces characters in strings, and nothing else', () => {
  const registry = new Registry();
  registry.register(new Gauge({ name: 'g', help: '', labelNames: ['a'] })).set({ a: 'one\rtwo' }, 0.1);
  const read = parseProtobuf(render(registry, lineSafe(protobuf)));
  assert.deepEqual(read, [{ type: 'gauge', name: 'g', help: '', points: [{ labels: { a: 'one␍two' }, value: 0.1 }] }]);
});

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
