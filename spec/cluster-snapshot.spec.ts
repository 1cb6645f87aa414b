// Snapshots: what a steady member sends, and that nothing but a whole one counts.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, Histogram, Info, openMetrics, Registry, render, StateSet, Summary } from '../lib/index.ts';
import type { MetricError, MetricFamily } from '../lib/index.ts';
import { ByteWriter } from '../lib/merging/bytes.ts';
import { Checksum, headOf, inWords } from '../lib/merging/frame.ts';
import { Merger } from '../lib/merging/merger.ts';
import { SnapshotWriter } from '../lib/merging/snapshot-writer.ts';
import type { Part, Snapshot } from '../lib/merging/snapshot.ts';
import { sumOf } from '../lib/merging/sum.ts';
import { done, merged, partOf, snapshotOf } from './merging.ts';

/** Something of everything. */
function example(): Registry {
  const registry = new Registry({ labels: { service: 'shop' } });
  const jobs = registry.register(new Counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['queue'], wallClock: () => 1_000 }));
  jobs.inc({ queue: 'mail' }, 3, { trace_id: 'é' });
  jobs.inc({ queue: '😀\n"' });
  registry.register(new Gauge({ name: 'load', help: '', merge: 'latest' })).set(0.1);
  const seconds = registry.register(new Histogram({ name: 'job_seconds', help: 'S', unit: 'seconds', native: true }));
  for (let i = 0; i < 20; i++) seconds.observe(i / 3 - 2, { trace_id: String(i) });
  const sizes = registry.register(new Summary({ name: 'sizes', help: '' }));
  for (let i = 0; i < 100; i++) sizes.observe(i * i - 50);
  registry.register(new Info({ name: 'build_info', help: '', labelNames: ['version'] })).set({ version: '1' });
  registry.register(new StateSet({ name: 'door', help: '', states: ['open', 'shut'] })).set('open');
  registry.register({
    collect: (): MetricFamily[] => [
      { type: 'unknown', name: 'u', help: '', points: [{ labels: { a: '' }, value: NaN, timestampMs: 5 }] },
      { type: 'gaugehistogram', name: 'gh', help: '', points: [{ labels: {}, bounds: [-1, 0.5], counts: [1, 2.5, 3] }] },
      { type: 'summary', name: 'own', help: '', points: [{ labels: {}, quantiles: [{ quantile: 0.5, value: -0 }], count: 4 }] },
    ],
  });
  return registry;
}

function bytesOf(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(pieces.flatMap((piece) => [...piece]));
}

function partWith(changed: Partial<Part>, part: Part = partOf(example())): Part {
  return { ...part, ...changed };
}

/** Merges it beside a good one, with which it must not meddle: in a merger that knows neither, and in one that knows the good shape. */
function assertRefused(bad: Part, message?: RegExp): void {
  for (const knowsIt of [false, true]) {
    const reports: MetricError[] = [];
    const merger = new Merger((error) => reports.push(error));
    if (knowsIt) done(merger.merge([GOOD, { ...GOOD, key: bad.key }]));
    reports.length = 0;
    const families = done(merger.merge([GOOD, bad]));
    // A known shape is not looked at again.
    if (knowsIt && bad.shape !== GOOD.shape && bad.shapeId === GOOD.shapeId && bad.values === GOOD.values) continue;
    assert.deepEqual(reports.map(({ code }) => code), ['ERR_SNAPSHOT']);
    assert.equal(reports[0]!.message.startsWith('member "bad": snapshot: expected '), true, reports[0]!.message);
    if (message !== undefined) assert.match(reports[0]!.message, message);
    assert.equal(render(families, openMetrics), GOOD_TEXT);
  }
}

const GOOD = partOf(example());
const GOOD_TEXT = merged([GOOD], openMetrics).text;
const BAD = { key: 'bad', member: 'bad', isEnded: false };

test('a merger shows what the one member there is would show itself', () => {
  const registry = example();
  const ofRegistry = (format = openMetrics): string => render(registry, format);
  // What is rendered of the registry has no lines of its own for constant labels.
  assert.equal(merged([partOf(registry)], openMetrics).text, ofRegistry());
});

test('as long as the series are the same the shape is the same object, and of fresh writers the same bytes', () => {
  const registry = example();
  const writer = new SnapshotWriter();
  const before = snapshotOf(registry, writer);
  (registry.get('jobs_total') as Counter<'queue'>).inc({ queue: 'mail' });
  (registry.get('job_seconds') as Histogram).observe(3);
  (registry.get('door') as StateSet).set('shut');
  const after = snapshotOf(registry, writer);
  assert.equal(after.shape, before.shape);
  assert.equal(after.shapeId, before.shapeId);
  assert.notDeepEqual(bytesOf(after.values), bytesOf(before.values));
  const other = snapshotOf(registry);
  assert.equal(other.shapeId, after.shapeId);
  assert.deepEqual(bytesOf(other.shape), bytesOf(after.shape));
  assert.deepEqual(bytesOf(other.values), bytesOf(after.values));
});

test('a new series, another help, bound, rule or time of creation make another shape', () => {
  const shapes = new Set<number>();
  const take = (change: Partial<{ labels: object; help: string; merge: string; bounds: number[]; createdMs: number; sum: number; timestampMs: number }>, writer: SnapshotWriter): void => {
    const { labels = {}, help = '', merge, bounds = [1], createdMs, timestampMs, ...rest } = change;
    const families = [
      { type: 'histogram', name: 'h', help, points: [{ labels, bounds, counts: [...bounds.map(() => 1), 1], sum: 'sum' in rest ? rest.sum : 1, createdMs, timestampMs }] },
      { type: 'gauge', name: 'g', help, merge, points: [{ labels, value: 1 }] },
    ];
    shapes.add(snapshotOf(families as MetricFamily[], writer).shapeId);
  };
  const writer = new SnapshotWriter();
  const changes = [{}, { labels: { a: 'x' } }, { labels: { a: 'y' } }, { help: 'H' }, { merge: 'max' }, { bounds: [2] }, { createdMs: 1 }, { createdMs: 2 }, { sum: undefined as never }, { timestampMs: 3 }];
  for (const change of changes) take(change, writer);
  assert.equal(shapes.size, changes.length);
  for (const change of changes) take(change, writer);
  assert.equal(shapes.size, changes.length);
});

test('a series that is removed and made again is the same, and one that comes while a snapshot is taken waits for the next', () => {
  const registry = new Registry();
  const jobs = registry.register(new Counter({ name: 'jobs_total', help: '', labelNames: ['queue'], wallClock: () => 1_000 }));
  for (let i = 0; i < 5_000; i++) jobs.inc({ queue: String(i) });
  const writer = new SnapshotWriter();
  const { shapeId } = snapshotOf(registry, writer);
  jobs.remove({ queue: '4999' });
  jobs.inc({ queue: '4999' });
  assert.equal(snapshotOf(registry, writer).shapeId, shapeId);
  const work = writer.take(registry.collect());
  work.next();
  jobs.inc({ queue: 'new' });
  const part = { ...BAD, ...done(work) };
  assert.equal(part.shapeId, shapeId);
  assert.equal([...merged([part]).families[0]!.points].length, 5_000);
});

test('a small registry is of one moment, however many families it has, known or new, and a large one yields in between', () => {
  const registry = new Registry();
  const counters = Array.from({ length: 100 }, (_, i) => registry.register(new Counter({ name: `c${i}_total`, help: '' })));
  const writer = new SnapshotWriter();
  // Nobody else runs before the first step ends; each later step, all counters go up.
  const take = (): string => {
    const work = writer.take(registry.collect());
    for (let step = work.next(); ; step = work.next()) {
      if (step.done) return merged([{ ...BAD, ...step.value }]).text;
      for (const counter of counters) counter.inc();
    }
  };
  for (let round = 0; round < 3; round++) assert.equal(new Set(take().split('\n').filter((line) => /^c/.test(line)).map((line) => line.split(' ')[1])).size, 1);
  for (let i = 0; i < 19; i++) registry.register(new Counter({ name: `l${i}_total`, help: '', labelNames: ['i'], labelValues: { i: Array.from({ length: 200 }, (_, value) => String(value)) } }));
  take();
  const steps = [...writer.take(registry.collect())].length;
  assert.ok(steps > 1 && steps < 6, `${steps} steps`);
});

test('a merger reads a shape once, and of a shape that changes only the families that did', () => {
  const registry = example();
  const writer = new SnapshotWriter();
  const merger = new Merger(assert.fail);
  const first: Part = { ...BAD, ...snapshotOf(registry, writer) };
  done(merger.merge([first]));
  const forbidden = new Proxy([], { get: () => assert.fail('it was read again') }) as readonly Uint8Array[];
  (registry.get('jobs_total') as Counter<'queue'>).inc({ queue: 'mail' });
  const second: Part = { ...BAD, ...snapshotOf(registry, writer), shape: forbidden };
  assert.equal(render(done(merger.merge([second])), openMetrics), render(registry, openMetrics));
});

test('pieces have 64 KiB at most, and may be cut anywhere on their way', () => {
  const registry = new Registry();
  const jobs = registry.register(new Counter({ name: 'jobs_total', help: '', labelNames: ['queue'] }));
  for (let i = 0; i < 20_000; i++) jobs.labels({ queue: `queue ${i}` }).inc(i);
  const part = partOf(registry);
  for (const pieces of [part.shape, part.values]) assert.ok(pieces.length > 1 && pieces.every(({ length }) => length <= 65_536));
  const cut = (pieces: readonly Uint8Array[]): Uint8Array[] => pieces.flatMap((piece) => [piece.subarray(0, 7), piece.subarray(7, 7), piece.subarray(7)]);
  assert.equal(merged([{ ...part, shape: cut(part.shape), values: cut(part.values) }]).text, render(registry));
});

test('nothing of a snapshot that was cut off counts', () => {
  const [shape, values] = [bytesOf(GOOD.shape), bytesOf(GOOD.values)];
  const lengths = (bytes: Uint8Array): number[] => [...bytes.keys()].filter((length) => length % 8 === 0 || length < 50);
  for (const length of lengths(shape)) assertRefused(partWith({ ...BAD, shape: [shape.subarray(0, length)] }, GOOD));
  for (const length of lengths(values)) assertRefused(partWith({ ...BAD, values: [values.subarray(0, length)] }, GOOD));
  assertRefused(partWith({ ...BAD, shape: [shape, shape] }, GOOD));
  assertRefused(partWith({ ...BAD, values: [values, new Uint8Array(8)] }, GOOD));
});

test('nothing of a snapshot that was changed on its way counts', () => {
  const random = randomNumbers(7);
  for (const field of ['shape', 'values'] as const) {
    const whole = bytesOf(GOOD[field]);
    for (let round = 0; round < 300; round++) {
      const changed = whole.slice();
      for (let i = 0; i <= random(3); i++) changed[random(whole.length)]! ^= 1 + random(255);
      if (Buffer.compare(changed, whole) !== 0) assertRefused(partWith({ ...BAD, [field]: [changed] }, GOOD));
    }
  }
});

test('one bit is enough', () => {
  const values = bytesOf(GOOD.values);
  for (let bit = 0; bit < 8 * values.length; bit += 61) {
    const changed = values.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    assertRefused(partWith({ ...BAD, values: [changed] }, GOOD));
  }
});

test('another version is refused, by its number', () => {
  const shape = bytesOf(GOOD.shape);
  new Float64Array(shape.buffer)[0] = 2;
  assertRefused(partWith({ ...BAD, shape: [shape] }, GOOD), /expected version 1, got 2; it is left out$/);
});

test('values of another shape are refused', () => {
  const other = snapshotOf([{ type: 'gauge', name: 'g', help: '', points: [{ labels: {}, value: 1 }] }]);
  assertRefused(partWith({ ...BAD, values: other.values }, GOOD), /expected values of the shape/);
  assertRefused(partWith({ ...BAD, shapeId: other.shapeId, values: other.values }, GOOD), /expected the shape/);
});

/** A shape with the right sums, of whatever content: what somebody makes who means harm. */
function forged(body: Uint8Array, points: number, numbers: number, values: readonly number[], details: Uint8Array = new Uint8Array()): Part {
  const bytes = inWords(body);
  const block = new Uint8Array(32 + bytes.length);
  new Float64Array(block.buffer, 0, 4).set([bytes.length, 1, points, numbers]);
  block.set(bytes, 32);
  return { ...BAD, shapeId: 7, shape: framedAs(7, 1, block), values: framedAs(7, values.length, new Uint8Array(new Float64Array(values).buffer), inWords(details)) };
}

function framedAs(id: number, count: number, ...pieces: readonly Uint8Array[]): Uint8Array[] {
  const checksum = new Checksum();
  for (const piece of pieces) checksum.add(piece);
  return [headOf(id, count, checksum), ...pieces];
}

interface Forgery {
  readonly strings?: readonly string[];
  readonly lengths?: readonly number[];
  readonly type?: number;
  readonly rule?: number;
  readonly isRetained?: number;
  readonly constants?: readonly number[];
  readonly names?: readonly number[];
  readonly states?: readonly number[];
  readonly flags?: number;
  readonly steps?: readonly number[];
  readonly points?: readonly (readonly number[])[];
  readonly pointCount?: number;
  readonly text?: Uint8Array;
}

/** A block of one family: strings 0 to 3 are `x`, an empty one, `a` and `b`. */
function block({ strings = ['x', '', 'a', 'b'], lengths, type = 0, rule = 0, isRetained = 0, constants = [], names = [2], states = [], flags = 0, steps = [], points = [[0, 3]], pointCount, text }: Forgery): Uint8Array {
  const out = new ByteWriter();
  const bytes = text ?? new TextEncoder().encode(strings.join(''));
  out.whole(bytes.length);
  out.put(bytes);
  const given = lengths ?? strings.map(({ length }) => length);
  for (const each of [given.length, ...given, type, rule, isRetained, 0, 1, 1, constants.length / 2, ...constants, 1, names.length, ...names, states.length, ...states, flags, steps.length]) out.whole(each);
  for (const step of steps) out.number(step);
  out.whole(pointCount ?? points.length);
  for (const point of points) for (const each of point) out.whole(each);
  return out.written.slice();
}

test('a forged snapshot that is right counts as any other', () => {
  assert.equal(merged([forged(block({}), 1, 1, [5])]).text, '# TYPE x counter\nx{a="b"} 5\n');
});

const forgeries: Readonly<Record<string, Part>> = {
  'a type that there is not': forged(block({ type: 8 }), 1, 1, [1]),
  'a rule that there is not': forged(block({ rule: 6 }), 1, 1, [1]),
  'a rule that its type does not have': forged(block({ type: 6, rule: 0 }), 1, 0, []),
  'a mark that there is not': forged(block({ isRetained: 2 }), 1, 1, [1]),
  'no name': forged(block({ strings: ['', '', 'a', 'b'] }), 1, 1, [1]),
  'a string that there is not': forged(block({ points: [[0, 4]] }), 1, 1, [1]),
  'a layout that there is not': forged(block({ points: [[1, 3]] }), 1, 1, [1]),
  'lengths beyond the text': forged(block({ lengths: [1, 0, 1, 2] }), 1, 1, [1]),
  'a length without end': forged(block({ lengths: [1, 0, 1, 2 ** 47] }), 1, 1, [1]),
  'text that is no UTF-8': forged(block({ text: new Uint8Array([0xff, 0xfe, 0xfd]) }), 1, 1, [1]),
  'more points than there are bytes': forged(block({ pointCount: 2 ** 40 }), 1, 1, [1]),
  'a label twice': forged(block({ names: [2, 2], points: [[0, 3, 3]] }), 1, 1, [1]),
  'a label that is a constant one': forged(block({ constants: [2, 3] }), 1, 1, [1]),
  'a label without a name': forged(block({ names: [1] }), 1, 1, [1]),
  'a reserved label': forged(block({ strings: ['x', '', 'le', 'b'], type: 3, names: [2] }), 1, 1, [1]),
  'a label of Prometheus': forged(block({ strings: ['x', '', '__a', 'b'] }), 1, 1, [1]),
  'bounds that do not ascend': forged(block({ type: 3, steps: [2, 1] }), 1, 3, [1, 1, 1]),
  'a bound that is no number': forged(block({ type: 3, steps: [NaN] }), 1, 2, [1, 1]),
  'negative counts': forged(block({ type: 3, steps: [1] }), 1, 2, [-1, 1]),
  'counts that are no numbers': forged(block({ type: 3, steps: [1] }), 1, 2, [NaN, 1]),
  'a rank twice': forged(block({ type: 5, steps: [0.5, 0.5] }), 1, 2, [1, 1]),
  'a state twice': forged(block({ type: 7, rule: 4, states: [2, 2], names: [], points: [[0]] }), 1, 2, [1, 1]),
  'flags that there are not': forged(block({ flags: 64 }), 1, 1, [1]),
  'fewer numbers than points': forged(block({}), 1, 1, []),
  'more numbers than points': forged(block({}), 1, 1, [1, 2]),
  'a wrong count of points': forged(block({}), 2, 1, [1]),
  'a wrong count of numbers': forged(block({}), 1, 2, [1, 2]),
  'details of a point that there is not': forged(block({}), 1, 1, [1], new Uint8Array([3, 0, 0, 0, 0, 0, 0, 0])),
  'details of no kind': forged(block({}), 1, 1, [1], new Uint8Array([1, 9, 0, 0, 0, 0, 0, 0])),
  'details that end half-way': forged(block({}), 1, 1, [1], new Uint8Array([1, 0, 1, 200, 1, 65, 65, 65])),
};
for (const [what, part] of Object.entries(forgeries)) {
  test(`a forged snapshot with ${what} is refused`, () => assertRefused(part));
}

test('random bytes with the right sums never do more than be refused, or count as what they are', () => {
  const random = randomNumbers(3);
  const body = block({ constants: [2, 3], names: [3], type: 3, steps: [1, 2], flags: 1, points: [[0, 3], [0, 2]] });
  let refused = 0;
  for (let round = 0; round < 3_000; round++) {
    const changed = body.slice();
    for (let i = 0; i <= random(2); i++) changed[random(body.length)] = random(256);
    const details = new Uint8Array(Array.from({ length: 8 * random(6) }, () => random(random(2) === 0 ? 6 : 256)));
    const { reports, text } = merged([GOOD, forged(changed, 2, 8, [1, 2, 3, 4, 1, 2, 3, 4], details)], openMetrics);
    if (reports.some((report) => report.startsWith('ERR_SNAPSHOT'))) {
      refused++;
      assert.equal(text, GOOD_TEXT);
    }
  }
  assert.ok(refused > 1_000 && refused < 3_000);
});

test('long labels that are repeated without end take no memory without end', () => {
  const long = 'a'.repeat(60_000);
  const points = Array.from({ length: 10_000 }, () => [0, 3]);
  assertRefused(forged(block({ strings: ['x', '', 'a', long], points }), 10_000, 10_000, points.map(() => 1)), /labels and numbers of at most/);
});

test('of the same series twice in one member the first counts', () => {
  assert.equal(merged([forged(block({ points: [[0, 3], [0, 3]] }), 2, 2, [5, 7])]).text, '# TYPE x counter\nx{a="b"} 5\n');
});

test('a bad part is left out of a sum, and reported', () => {
  const reports: MetricError[] = [];
  const sum = done(sumOf([GOOD, partWith({ ...BAD, values: [] })], (error) => reports.push(error)));
  assert.deepEqual(bytesOf(sum.values), bytesOf(done(sumOf([GOOD])).values));
  assert.deepEqual(reports.map(({ code }) => code), ['ERR_SNAPSHOT']);
});

test('nothing is merged to nothing', () => {
  assert.deepEqual(merged([]).families, []);
  const empty: Snapshot = snapshotOf(new Registry());
  assert.deepEqual(merged([{ ...BAD, ...empty }]), { families: [], text: '', reports: [] });
  assert.deepEqual(merged([{ ...BAD, ...done(sumOf([])) }]).reports, []);
});

function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => Math.floor((state = (state * 48_271) % 2_147_483_647) / 2_147_483_647 * below);
}
