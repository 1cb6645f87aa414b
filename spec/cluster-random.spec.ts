// Members with random families and series, merged again and again as these come and go, against a naive account of what
// the sum, the lowest and so on of their values are. `SEED=…` repeats a run.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';

import type { HistogramPoint, Labels, MergeRule, MetricFamily, NativeHistogram, Point } from '../lib/index.ts';
import { Merger } from '../lib/merging/merger.ts';
import { SnapshotWriter } from '../lib/merging/snapshot-writer.ts';
import type { Part } from '../lib/merging/snapshot.ts';
import { sumOf } from '../lib/merging/sum.ts';
import { done, snapshotOf } from './merging.ts';

const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31 - 1));
process.once('exit', (code) => {
  if (code !== 0) console.log(`SEED=${seed} repeats this`);
});

const GROUPS = 25;
const ROUNDS = 6;
const RULES: readonly (MergeRule | undefined)[] = [undefined, 'sum', 'min', 'max', 'mean', 'latest', 'each'];
const BOUNDS: readonly (readonly number[])[] = [[1, 2, 5], [0.5, 2, 3, 7], [1], []];
const VALUES = ['', 'a', 'b', 'é', '😀', 'x"y\n\\', 'a:1', 'member'];
const NAMES = ['q', 'member', 'exported_member', 'a'];

interface Kind {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'unknown' | 'histogram' | 'gaugehistogram';
  readonly merge: MergeRule | undefined;
  readonly isNative: boolean;
  readonly names: readonly string[];
}

interface Member {
  readonly key: string;
  readonly name: string;
  readonly writer: SnapshotWriter;
  /** By family and series. */
  readonly points: Map<Kind, Map<string, Point>>;
  readonly constants: Labels;
  readonly bounds: readonly number[];
  isEnded: boolean;
}

class Random {
  private state: number;

  constructor(state: number) {
    this.state = state % 2_147_483_646 + 1;
  }

  below(limit: number): number {
    this.state = (this.state * 48_271) % 2_147_483_647;
    return Math.floor((this.state / 2_147_483_647) * limit);
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

for (let group = 0; group < GROUPS; group++) {
  test(`random group ${group + 1} is what its members add up to`, () => {
    const random = new Random(seed + group * 7_919);
    const kinds: Kind[] = Array.from({ length: 6 }, (_, i) => ({
      name: `f${i}`,
      type: random.of(['counter', 'gauge', 'unknown', 'histogram', 'gaugehistogram'] as const),
      merge: undefined,
      isNative: random.below(2) === 0,
      names: NAMES.slice(0, random.below(NAMES.length)),
    }) as Kind).map((kind) => (kind.type.endsWith('histogram') ? kind : { ...kind, merge: random.of(RULES) }));
    const bounds = random.of(BOUNDS);
    const members: Member[] = [];
    const join = (): void => {
      const i = members.length;
      const constants: Labels = random.below(3) === 0 ? { zone: random.of(['x', 'y']) } : {};
      members.push({ key: `k${i}`, name: String(i), writer: new SnapshotWriter(), points: new Map(), constants, bounds: random.below(4) === 0 ? random.of(BOUNDS) : bounds, isEnded: false });
    };
    for (let i = 0; i < 3; i++) join();
    const merger = new Merger(() => undefined);
    for (let round = 0; round < ROUNDS; round++) {
      if (random.below(2) === 0) join();
      if (random.below(3) === 0) random.of(members).isEnded = true;
      for (const member of members) if (!member.isEnded) change(member, kinds, random);
      const parts = members.map((member): Part => ({ key: member.key, member: member.name, isEnded: member.isEnded, ...snapshotOf(familiesOf(member), member.writer) }));
      const expected = expectedOf(members, kinds);
      compare(done(merger.merge(parts)), expected);
      // The ended as one sum, and that once more with nothing else.
      const ended = parts.filter(({ isEnded }) => isEnded);
      const sum = { key: 'sum', member: '', isEnded: true, ...done(sumOf(ended)) };
      compare(done(merger.merge([...parts.filter(({ isEnded }) => !isEnded), sum])), expected);
      compare(done(new Merger(assert.fail).merge([{ ...sum, ...done(sumOf([sum])) }])), expectedOf(members.filter(({ isEnded }) => isEnded), kinds), true);
    }
  });
}

function change(member: Member, kinds: readonly Kind[], random: Random): void {
  for (const kind of kinds) {
    let points = member.points.get(kind);
    if (points === undefined) {
      if (random.below(3) === 0) continue;
      member.points.set(kind, (points = new Map()));
    }
    for (let i = random.below(4); i > 0; i--) {
      const given = kind.names.map((name) => [name, random.of(VALUES)] as const);
      const labels = Object.fromEntries(random.below(4) === 0 ? [...given].reverse() : given);
      if (!points.has(keyOf(labels))) points.set(keyOf(labels), pointOf(kind, member, labels, random));
    }
    for (const [key, point] of [...points]) {
      if (random.below(20) === 0) points.delete(key);
      else points.set(key, pointOf(kind, member, point.labels, random));
    }
  }
}

function pointOf({ type, isNative }: Kind, { bounds }: Member, labels: Labels, random: Random): Point {
  if (!type.endsWith('histogram')) {
    const value = random.of([random.below(1_000), random.below(1_000) / 8, type === 'counter' ? 1 : NaN, -random.below(10)]);
    return { labels, value, ...(type !== 'counter' && random.below(2) === 0 && { setMs: random.below(100_000) }) } as Point;
  }
  const observations = Array.from({ length: random.below(30) }, () => random.below(1_000) / 64 - 2);
  const counts = [...bounds, Infinity].map((bound, i, all) => observations.filter((value) => value <= bound && value > (all[i - 1] ?? -Infinity)).length);
  const point = { labels, bounds, counts, sum: observations.reduce((sum, value) => sum + value, 0) };
  return (isNative ? { ...point, native: nativeOf(observations, random.of([0, 1, 3]), random.of([0.001, 0.25, 0.7])) } : point) as Point;
}

function nativeOf(observations: readonly number[], schema: number, zeroThreshold: number): NativeHistogram {
  const side = (sign: number) => {
    const counts = new Map<number, number>();
    for (const value of observations) if (sign * value > zeroThreshold) counts.set(indexOf(sign * value, schema), (counts.get(indexOf(sign * value, schema)) ?? 0) + 1);
    const sorted = [...counts].sort(([a], [b]) => a - b);
    return { indexes: sorted.map(([index]) => index), counts: sorted.map(([, count]) => count) };
  };
  return { schema, zeroThreshold, zeroCount: observations.filter((value) => Math.abs(value) <= zeroThreshold).length, positive: side(1), negative: side(-1) };
}

// Exact enough for multiples of 1/64.
function indexOf(value: number, schema: number): number {
  return Math.ceil(Math.log2(value) * 2 ** schema - 1e-9);
}

function familiesOf({ points, constants }: Member): MetricFamily[] {
  return [...points].map(([{ name, type, merge }, series]) => ({ name, type, help: name, merge, constantLabels: constants, points: [...series.values()] }) as MetricFamily);
}

/** As text: the series, and what it has. */
type Account = ReadonlyMap<string, ReadonlyMap<string, unknown>>;

function expectedOf(members: readonly Member[], kinds: readonly Kind[]): Account {
  const account = new Map<string, Map<string, unknown>>();
  for (const kind of kinds) {
    const { type, merge = 'sum', name } = kind;
    const counting = members.filter(({ isEnded, points }) => points.has(kind) && (!isEnded || type === 'histogram' || (type === 'counter' && merge === 'sum')));
    if (counting.length === 0) continue;
    const series = new Map<string, { readonly member: Member; readonly point: Point }[]>();
    for (const member of [...counting.filter(({ isEnded }) => !isEnded), ...counting.filter(({ isEnded }) => isEnded)]) {
      for (const point of member.points.get(kind)!.values()) {
        const labels = merge === 'each' ? withMember({ ...member.constants, ...point.labels }, member.name) : { ...member.constants, ...point.labels };
        series.set(keyOf(labels), [...(series.get(keyOf(labels)) ?? []), { member, point }]);
      }
    }
    account.set(name, new Map([...series].map(([key, found]) => [key, type.endsWith('histogram') ? histogramOf(found.map(({ point }) => point as HistogramPoint), boundsOf(counting, kind)) : valueOf(merge, found.map(({ point }) => point as never))])));
  }
  return account;
}

function boundsOf(counting: readonly Member[], kind: Kind): readonly number[] {
  const filled = counting.filter(({ points }) => points.get(kind)!.size > 0);
  const live = filled.filter(({ isEnded }) => !isEnded);
  const voters = live.length > 0 ? live : filled;
  const votes = new Map<string, number>();
  for (const { bounds } of voters) votes.set(bounds.join(), (votes.get(bounds.join()) ?? 0) + 1);
  const most = Math.max(...votes.values());
  return voters.find(({ bounds }) => votes.get(bounds.join()) === most)?.bounds ?? [];
}

function valueOf(rule: MergeRule, points: readonly { readonly value: number; readonly setMs?: number }[]): number {
  const values = points.map(({ value }) => value);
  const numbers = values.filter((value) => !Number.isNaN(value));
  const sum = (list: readonly number[]): number => list.reduce((total, value) => total + value, 0);
  if (rule === 'min') return numbers.length === 0 ? NaN : Math.min(...numbers);
  if (rule === 'max') return numbers.length === 0 ? NaN : Math.max(...numbers);
  if (rule === 'mean') return sum(numbers) / numbers.length;
  if (rule !== 'latest') return sum(values);
  return points.reduce((one, other) => ((other.setMs ?? -Infinity) >= (one.setMs ?? -Infinity) ? other : one)).value;
}

function histogramOf(points: readonly HistogramPoint[], bounds: readonly number[]): unknown {
  const counts = [...bounds, 0].map(() => 0);
  for (const point of points) {
    [...point.bounds, Infinity].forEach((bound, i) => (counts[[...bounds, Infinity].findIndex((each) => each >= bound)]! += point.counts[i]!));
  }
  const natives = points.flatMap(({ native }) => native ?? []);
  return { bounds, counts, sum: points.reduce((sum, point) => sum + point.sum!, 0), native: natives.length === points.length ? naiveNative(natives) : undefined };
}

/** One bucket after another, each by its bounds. */
function naiveNative(histograms: readonly NativeHistogram[]): unknown {
  const schema = Math.min(...histograms.map((each) => each.schema));
  const buckets = histograms.flatMap((each) => (['positive', 'negative'] as const).flatMap((side) => Array.from(each[side].indexes, (index, i) => {
    const base = 2 ** 2 ** -each.schema;
    return { side, upper: base ** index, lower: base ** (index - 1), own: each.zeroThreshold, index: Math.ceil(index / 2 ** (each.schema - schema)), count: each[side].counts[i]! };
  })));
  let threshold = Math.max(...histograms.map(({ zeroThreshold }) => zeroThreshold));
  const across = (): number[] => buckets.filter(({ lower, upper, own }) => own < threshold && lower < threshold * (1 - 1e-12) && upper > threshold * (1 + 1e-12)).map(({ upper }) => upper);
  for (let found; (found = across()).length > 0; ) threshold = Math.max(...found);
  const side = (wanted: string): readonly (readonly [number, number])[] => {
    const counts = new Map<number, number>();
    for (const { side, index, count, upper, own } of buckets) if (side === wanted && !(own < threshold && upper <= threshold * (1 + 1e-12))) counts.set(index, (counts.get(index) ?? 0) + count);
    return [...counts].sort(([a], [b]) => a - b);
  };
  const [positive, negative] = [side('positive'), side('negative')];
  const total = buckets.reduce((sum, { count }) => sum + count, 0) + histograms.reduce((sum, { zeroCount }) => sum + zeroCount, 0);
  const inBuckets = [...positive, ...negative].reduce((sum, [, count]) => sum + count, 0);
  return { schema, zeroThreshold: rounded(threshold), zeroCount: total - inBuckets, positive, negative };
}

function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

function withMember(labels: Labels, member: string): Labels {
  let exported = 'exported_member';
  while (Object.hasOwn(labels, exported)) exported = `exported_${exported}`;
  return { ...Object.fromEntries(Object.entries(labels).map(([name, value]) => [name === 'member' ? exported : name, value])), member };
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).filter(([, value]) => value !== '').sort());
}

/** @param areApart - Whether the bounds are those of the ended, which may differ from what is expected of live ones. */
function compare(families: readonly MetricFamily[], expected: Account, areApart = false): void {
  assert.deepEqual(families.map(({ name }) => name).sort(), [...expected.keys()].sort());
  for (const { name, type, points } of families) {
    const found = new Map(Array.from(points as Iterable<Point>, (point) => [keyOf(point.labels), type.endsWith('histogram') ? foundHistogram(point as HistogramPoint) : (point as unknown as { value: number }).value]));
    const wanted = expected.get(name)!;
    assert.deepEqual([...found.keys()].sort(), [...wanted.keys()].sort(), name);
    for (const [key, value] of found) {
      const other = wanted.get(key)!;
      if (typeof value === 'number') assert.ok(Object.is(value, other) || Math.abs(value - (other as number)) < 1e-9, `${name} ${key}: ${value}, expected ${String(other)}`);
      else if (!areApart) assert.deepEqual(value, other, `${name} ${key}`);
      else assert.equal(total(value), total(other), `${name} ${key}`);
    }
  }
}

function total(histogram: unknown): number {
  return (histogram as { counts: number[] }).counts.reduce((sum, count) => sum + count, 0);
}

function foundHistogram({ bounds, counts, sum, native }: HistogramPoint): unknown {
  const side = ({ indexes, counts }: NativeHistogram['positive']) => Array.from(indexes, (index, i) => [index, counts[i]!]);
  return { bounds, counts: Array.from(counts), sum, native: native && { schema: native.schema, zeroThreshold: rounded(native.zeroThreshold), zeroCount: native.zeroCount, positive: side(native.positive), negative: side(native.negative) } };
}
