// Random families, and how they are printed in OpenMetrics 2.0 and protobuf without the writers of promlet: what its parsers
// have to read back as the same.

import type { CounterPoint, Exemplar, HistogramPoint, InfoPoint, Labels, MetricFamily, NativeBuckets, Point, StateSetPoint, SummaryPoint } from '../lib/core/model.ts';
import { delimited, double, field, float, joined, message, number, signed, text, zigzag } from '../spec/protobuf-bytes.ts';

/** As Go's `FormatFloat(value, 'g', -1, 64)` has it. */
export function go(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [, digits, exponent] = /^(.*)e(.*)$/.exec(value.toExponential())!;
  const power = Number(exponent);
  if (power >= -4 && power < 6) return Object.is(value, -0) ? '-0' : String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** A linear congruential generator, seeded. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => Math.floor(((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32) * below);
}

export function randomFamily(seed: number): MetricFamily {
  const random = generator(seed);
  const pick = <T>(...all: readonly T[]): T => all[random(all.length)]!;
  const some = <T>(make: () => T): T | undefined => (random(2) === 0 ? undefined : make());
  const time = (): number => (random(1e7) - 1e6) * 250;
  const value = (): number => pick(0, 1, 0.5, 1e-300, 1.7e308, 123456789.125, random(1e6) / 8);
  const strings = ['a', '', 'x y', 'quo"te', 'back\\slash', 'line\nfeed', 'é', '\u{1f389}', '} 1 # {', ' st@1'];
  const exemplar = (): Exemplar => ({ labels: random(2) === 0 ? {} : { trace_id: pick(...strings) }, value: value(), timestampMs: time() });
  const type = pick('counter', 'gauge', 'unknown', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset') as MetricFamily['type'];
  const name = `${type}${pick('', '_total', ':x', '.dotted', ' of blanks', '_"quoted"')}${type === 'info' ? '_info' : ''}`;

  const point = (i: number): Point => {
    const labels = { number: `${i}`, ...(random(2) === 0 ? {} : { [pick('b', 'dot.ted', 'é')]: pick(...strings.filter((each) => each !== '')) }) };
    const head = { labels, ...defined({ timestampMs: some(time) }) };
    const createdMs = some(time);
    switch (type) {
      case 'counter':
        return { ...head, value: value(), ...defined({ exemplar: some(exemplar), createdMs }) } as CounterPoint;
      case 'gauge':
      case 'unknown':
        return { ...head, value: pick(NaN, -Infinity, Infinity, -1.5, value()) } as Point;
      case 'info':
        return head as InfoPoint;
      case 'stateset':
        return { ...head, states: { on: random(2) === 0, 'o ff': random(2) === 0 } } as StateSetPoint;
      case 'summary':
        return { ...head, quantiles: pick([], [0.5], [0, 0.25, 1]).map((quantile) => ({ quantile, value: pick(NaN, value()) })), sum: value(), count: random(1e6), ...defined({ createdMs }) } as SummaryPoint;
      default:
        return { ...head, ...randomHistogram(random, pick, exemplar), ...(type === 'histogram' && defined({ createdMs })) } as HistogramPoint;
    }
  };
  return { name, help: pick('', 'Help.', 'quo"te, back\\slash,\nline feed'), ...defined({ unit: type === 'info' || type === 'stateset' ? undefined : pick(undefined, 'seconds') }), type, points: Array.from({ length: 1 + random(3) }, (_, i) => point(i)) } as MetricFamily;
}

function randomHistogram(random: (below: number) => number, pick: <T>(...all: readonly T[]) => T, exemplar: () => Exemplar): object {
  const isFloat = random(4) === 0;
  const count = (): number => (random(3) === 0 ? 0 : isFloat ? (1 + random(40)) / 4 : 1 + random(1000));
  const side = (): NativeBuckets => {
    const counts = new Map<number, number>();
    let index = random(40) - 20;
    for (let i = random(12); i > 0; i--) counts.set((index += 1 + random(pick(1, 1, 3, 50))), count() || 1);
    return { indexes: [...counts.keys()], counts: [...counts.values()] };
  };
  const kind = pick('classic', 'native', 'both');
  const native = { schema: random(13) - 4, zeroThreshold: pick(0.001, 2 ** -128), zeroCount: count(), positive: side(), negative: side() };
  // The highest index of the coarsest schema is 65.
  if (native.schema < 0) native.schema = 0;
  const all = [native.zeroCount, ...Array.from(native.positive.counts), ...Array.from(native.negative.counts)].reduce((sum, each) => sum + each, 0);
  const sum = pick(0, -2.5, 1e10, Infinity);
  if (kind === 'native') return { bounds: [], counts: [all], sum, native };
  const bounds = pick([], [1], [-1, 0, 0.5, 1e6], [-Infinity, 1e-5, 1e23]);
  const counts = [...bounds, Infinity].map(count);
  if (kind === 'both') {
    counts.fill(0);
    counts[random(counts.length)] = all;
  }
  const exemplars = random(2) === 0 ? undefined : counts.map((_, i) => (random(2) === 0 ? undefined : { ...exemplar(), value: bounds[i] ?? 1e24 }));
  const hasOne = exemplars?.some((each) => each !== undefined) === true && kind === 'classic';
  return { bounds, counts, sum, ...(hasOne && { exemplars }), ...(kind === 'both' && { native }) };
}

function defined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

/** In pieces without gaps. */
function spansOf({ indexes, counts }: NativeBuckets): { readonly spans: readonly (readonly [offset: number, length: number])[]; readonly counts: readonly number[] } {
  const spans: [number, number][] = [];
  let next = 0;
  for (const index of Array.from(indexes)) {
    if (spans.length > 0 && index === next) spans.at(-1)![1]++;
    else spans.push([index - next, 1]);
    next = index + 1;
  }
  return { spans, counts: Array.from(counts) };
}

export function openMetrics2Of({ name, type, help, unit, points }: MetricFamily): string {
  const escaped = (value: string): string => value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n');
  const isBare = /^[a-zA-Z_:][\w:]*$/.test(name);
  const quoted = isBare ? name : `"${escaped(name)}"`;
  const seconds = (time: number): string => String(time / 1000);
  const pairs = (labels: Labels): string => Object.entries(labels).map(([label, value]) => `${/^[a-zA-Z_]\w*$/.test(label) ? label : `"${escaped(label)}"`}="${escaped(value)}"`).join(',');
  const line = (point: Point, value: string, labels: Labels = point.labels, exemplars: readonly Exemplar[] = []): string => {
    const series = isBare ? `${name}{${pairs(labels)}}` : `{${[quoted, pairs(labels)].filter((part) => part !== '').join(',')}}`;
    const { createdMs } = point as CounterPoint;
    const times = `${point.timestampMs === undefined ? '' : ` ${seconds(point.timestampMs)}`}${createdMs === undefined ? '' : ` st@${seconds(createdMs)}`}`;
    return `${series} ${value}${times}${exemplars.map((each) => ` # {${pairs(each.labels)}} ${go(each.value)} ${seconds(each.timestampMs!)}`).join('')}\n`;
  };
  const fieldsOf = (point: HistogramPoint): string => {
    const { bounds, counts, sum, native } = point;
    const prefix = type === 'gaugehistogram' ? 'g' : '';
    let total = 0;
    const buckets = Array.from(counts, (count, i) => `${go(bounds[i] ?? Infinity)}:${go((total += count))}`);
    const fields = [`${prefix}count:${go(total)}`, `${prefix}sum:${go(sum!)}`];
    if (native !== undefined) {
      fields.push(`schema:${native.schema}`, `zero_threshold:${go(native.zeroThreshold)}`, `zero_count:${go(native.zeroCount)}`);
      for (const side of ['negative', 'positive'] as const) {
        const { spans, counts } = spansOf(native[side]);
        if (spans.length > 0) fields.push(`${side}_spans:[${spans.map((span) => span.join(':')).join(',')}]`, `${side}_buckets:[${counts.map(go).join(',')}]`);
      }
    }
    if (native === undefined || bounds.length > 0) fields.push(`bucket:[${buckets.join(',')}]`);
    return `{${fields.join(',')}}`;
  };
  let lines = `# TYPE ${quoted} ${type}\n${unit === undefined ? '' : `# UNIT ${quoted} ${unit}\n`}${help === '' ? '' : `# HELP ${quoted} ${escaped(help)}\n`}`;
  for (const point of points) {
    if (type === 'info') lines += line(point, '1');
    else if (type === 'stateset') for (const [state, isOn] of Object.entries((point as StateSetPoint).states)) lines += line(point, isOn ? '1' : '0', { ...point.labels, [name]: state });
    else if (type === 'summary') {
      const { quantiles, sum, count } = point as SummaryPoint;
      lines += line(point, `{count:${count},sum:${go(sum!)},quantile:[${quantiles.map(({ quantile, value }) => `${quantile}:${go(value)}`).join(',')}]}`);
    } else if ('bounds' in point) {
      const { exemplars } = point as HistogramPoint;
      lines += line(point, fieldsOf(point as HistogramPoint), point.labels, Array.from(exemplars ?? []).filter((each) => each !== undefined));
    } else {
      const { value, exemplar } = point as CounterPoint;
      lines += line(point, go(value), point.labels, exemplar ? [exemplar] : []);
    }
  }
  return lines;
}

const TYPE_NUMBERS: Readonly<Partial<Record<MetricFamily['type'], number>>> = { counter: 0, gauge: 1, summary: 2, unknown: 3, histogram: 4, gaugehistogram: 5 };

/** @param isPacked - Whether repeated numbers stand in one run of bytes. */
export function protobufOf({ name, type, help, unit, points }: MetricFamily, isPacked: boolean): Uint8Array {
  const label = ([key, value]: readonly [string, string]): Uint8Array => message(1, text(1, key), text(2, value));
  const stamp = (at: number, time: number | undefined): Uint8Array[] => {
    if (time === undefined) return [];
    const seconds = Math.floor(time / 1000);
    return [message(at, number(1, seconds), number(2, (time - seconds * 1000) * 1e6))];
  };
  const exemplarOf = (at: number, each: Exemplar | undefined): Uint8Array[] =>
    each === undefined ? [] : [message(at, ...Object.entries(each.labels).map(label), float(2, each.value), ...stamp(3, each.timestampMs))];
  const repeated = (at: number, wireType: number, values: readonly Uint8Array[]): Uint8Array[] =>
    isPacked && values.length > 0 ? [field(at, 2, delimited(...values))] : values.map((value) => field(at, wireType, value));
  const side = (buckets: NativeBuckets, at: number, isFloat: boolean): Uint8Array[] => {
    const { spans, counts } = spansOf(buckets);
    const numbers = isFloat ? repeated(at + 2, 1, counts.map(double)) : repeated(at + 1, 0, counts.map((count, i) => zigzag(count - (counts[i - 1] ?? 0))));
    return [...spans.map(([offset, length]) => message(at, signed(1, offset), number(2, length))), ...numbers];
  };
  const histogram = ({ bounds, counts, sum, exemplars, native, createdMs }: HistogramPoint): Uint8Array => {
    const isFloat = [...Array.from(counts), ...[native?.positive, native?.negative].flatMap((each) => Array.from(each?.counts ?? []))].some((count) => !Number.isInteger(count));
    let total = 0;
    const buckets = Array.from(counts, (count, i) => message(3, isFloat ? float(4, (total += count)) : number(1, (total += count)), float(2, bounds[i] ?? Infinity), ...exemplarOf(3, exemplars?.[i])));
    return message(
      7, isFloat ? float(4, total) : number(1, total), float(2, sum!), ...(native === undefined || bounds.length > 0 ? buckets : []), ...stamp(15, createdMs),
      ...(native === undefined ? [] : [signed(5, native.schema), float(6, native.zeroThreshold), isFloat ? float(8, native.zeroCount) : number(7, native.zeroCount), ...side(native.negative, 9, isFloat), ...side(native.positive, 12, isFloat)]),
    );
  };
  const metric = (point: Point): Uint8Array => {
    const { value, exemplar, createdMs } = point as CounterPoint;
    const { quantiles = [], sum = 0, count = 0 } = point as Partial<SummaryPoint>;
    const values: Readonly<Partial<Record<MetricFamily['type'], () => Uint8Array>>> = {
      counter: () => message(3, float(1, value), ...exemplarOf(2, exemplar), ...stamp(3, createdMs)),
      gauge: () => message(2, float(1, value)),
      unknown: () => message(5, float(1, value)),
      summary: () => message(4, number(1, count), float(2, sum), ...quantiles.map((each) => message(3, float(1, each.quantile), float(2, each.value))), ...stamp(4, createdMs)),
      histogram: () => histogram(point as HistogramPoint),
      gaugehistogram: () => histogram(point as HistogramPoint),
    };
    return message(4, ...Object.entries(point.labels).map(label), values[type]!(), ...(point.timestampMs === undefined ? [] : [number(6, point.timestampMs)]));
  };
  return delimited(joined(text(1, name), text(2, help), number(3, TYPE_NUMBERS[type]!), ...Array.from(points, metric), ...(unit === undefined ? [] : [text(5, unit)])));
}
