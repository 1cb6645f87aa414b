// The parser of delimited protobuf: what it reads, what it rejects, and at which byte.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { HistogramPoint, MetricFamily } from '../lib/index.ts';
import { ParseError, parseProtobuf } from '../lib/parse.ts';
import { assertLinear } from './growth.ts';
import { delimited, double, field, float, joined, message, number, signed, text, varint, zigzag } from './protobuf-bytes.ts';

const COUNTER = 0;
const GAUGE = 1;
const SUMMARY = 2;
const UNTYPED = 3;
const HISTOGRAM = 4;
const GAUGE_HISTOGRAM = 5;

const label = (name: string, value: string): Uint8Array => message(1, text(1, name), text(2, value));
const timestamp = (at: number, seconds: number, nanos: number): Uint8Array => message(at, number(1, seconds), number(2, nanos));

/** A family `a` of one type, with metrics that have these fields. */
function familyOf(type: number, ...metrics: readonly (readonly Uint8Array[])[]): Uint8Array {
  return delimited(text(1, 'a'), number(3, type), ...metrics.map((fields) => message(4, ...fields)));
}

/** The points of one such family. */
function pointsOf(type: number, ...metrics: readonly (readonly Uint8Array[])[]): unknown[] {
  const [family, ...others] = parseProtobuf(familyOf(type, ...metrics));
  assert.deepEqual(others, []);
  return [...family!.points];
}

function histogramOf(...fields: readonly Uint8Array[]): HistogramPoint {
  return pointsOf(HISTOGRAM, [message(7, ...fields)])[0] as HistogramPoint;
}

/** The byte and the reason of the error that the input causes. */
function rejection(bytes: Uint8Array): string {
  try {
    parseProtobuf(bytes);
  } catch (error) {
    assert.ok(error instanceof ParseError, `not a ParseError: ${String(error)}`);
    const { message, line, column, offset, reason } = error;
    assert.deepEqual({ message, line, column }, { message: `byte ${offset}: ${reason}`, line: 0, column: 0 });
    assert.ok(offset! >= 0 && offset! <= bytes.length, message);
    return `${offset} ${reason}`;
  }
  return 'accepted';
}

function reasonOf(type: number, ...fields: readonly Uint8Array[]): string {
  return rejection(familyOf(type, fields)).replace(/^\d+ (?:\w+ "a": )?/, '');
}

const fromHex = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g)!, (byte) => Number.parseInt(byte, 16));

test('bytes that Go wrote become families of the model', () => {
  const counter = '540a07635f746f74616c120168180022440a060a01611201621a3a090000000000001c4012270a0f0a0874726163655f6964120361626311000000000000f03f1a0b0880e2cfaa0610c0a9d33a1a060880a0f8fa05';
  const native = '570a046e616d65120468656c70180422473a45080b110000000000000000280431000000000000f03738014a040800100550025001500450035004620408001005680268016804680368047a0b0880e2cfaa0610c0a9d33a';
  const buckets = { indexes: [0, 2, 4], counts: [1, 2, 2] };
  assert.deepEqual(parseProtobuf(fromHex(counter + native)), [
    { name: 'c_total', help: 'h', type: 'counter', points: [{ labels: { a: 'b' }, value: 7, exemplar: { labels: { trace_id: 'abc' }, value: 1, timestampMs: 1_700_000_000_123 }, createdMs: 1_600_000_000_000 }] },
    {
      name: 'name',
      help: 'help',
      type: 'histogram',
      points: [{ labels: {}, bounds: [], counts: [11], sum: 0, native: { schema: 2, zeroThreshold: 2 ** -128, zeroCount: 1, positive: buckets, negative: buckets }, createdMs: 1_700_000_000_123 }],
    },
  ] satisfies MetricFamily[]);
});

test('all types and fields are read', () => {
  const head = [text(1, 'a_seconds'), text(2, 'Help.\n'), text(5, 'seconds')];
  const family = (type: number, ...metric: Uint8Array[]): Uint8Array => delimited(...head, number(3, type), message(4, label('é', '日'), ...metric, number(6, 1500)));
  const exemplar = (at: number): Uint8Array => message(at, label('t', 'x'), float(2, 0.5), timestamp(3, 1, 500_000_000));
  const shown = { labels: { t: 'x' }, value: 0.5, timestampMs: 1500 };
  const rest = { name: 'a_seconds', help: 'Help.\n', unit: 'seconds' };
  const point = { labels: { é: '日' }, timestampMs: 1500 };
  const bytes = joined(
    family(COUNTER, message(3, float(1, 2), exemplar(2), timestamp(3, 2, 1))),
    family(GAUGE, message(2, float(1, -Infinity))),
    family(SUMMARY, message(4, number(1, 3), float(2, 4.5), message(3, float(1, 0.5), float(2, NaN)), message(3, float(1, 0.1), float(2, 1)), timestamp(4, -1, 0))),
    family(UNTYPED, message(5, float(1, 2.5))),
    family(HISTOGRAM, message(7, number(1, 3), float(2, 9), message(3, number(1, 1), float(2, 1), exemplar(3)), message(3, number(1, 3), float(2, Infinity)), timestamp(15, 2, 0))),
    family(GAUGE_HISTOGRAM, message(7, float(4, 1.5), float(2, -9), message(3, float(4, 0.5), float(2, 1)))),
  );
  assert.deepEqual(parseProtobuf(bytes), [
    { ...rest, type: 'counter', points: [{ ...point, value: 2, exemplar: shown, createdMs: 2000.000001 }] },
    { ...rest, type: 'gauge', points: [{ ...point, value: -Infinity }] },
    { ...rest, type: 'summary', points: [{ ...point, quantiles: [{ quantile: 0.1, value: 1 }, { quantile: 0.5, value: NaN }], sum: 4.5, count: 3, createdMs: -1000 }] },
    { ...rest, type: 'unknown', points: [{ ...point, value: 2.5 }] },
    { ...rest, type: 'histogram', points: [{ ...point, bounds: [1], counts: [1, 2], sum: 9, exemplars: [shown, undefined], createdMs: 2000 }] },
    { ...rest, type: 'gaugehistogram', points: [{ ...point, bounds: [1], counts: [0.5, 1], sum: -9 }] },
  ]);
});

test('what is absent has the defaults of the schema', () => {
  assert.deepEqual(parseProtobuf(new Uint8Array()), []);
  assert.deepEqual(parseProtobuf(delimited(text(1, 'a'))), [{ name: 'a', help: '', type: 'counter', points: [] }]);
  assert.deepEqual(pointsOf(COUNTER, [message(3)]), [{ labels: {}, value: 0 }]);
  assert.deepEqual(pointsOf(GAUGE, [message(2), message(1, text(1, 'b'))]), [{ labels: { b: '' }, value: 0 }]);
  assert.deepEqual(pointsOf(SUMMARY, [message(4, message(3))]), [{ labels: {}, quantiles: [{ quantile: 0, value: 0 }] }]);
  assert.deepEqual(pointsOf(HISTOGRAM, [message(7)]), [{ labels: {}, bounds: [], counts: [0] }]);
  assert.deepEqual(pointsOf(HISTOGRAM, [message(7, message(3, number(1, 2), float(2, 1)))]), [{ labels: {}, bounds: [1], counts: [2, 0] }]);
  assert.deepEqual(pointsOf(COUNTER, [message(3, message(2), message(3)), number(6, 0)]), [{ labels: {}, value: 0, timestampMs: 0, exemplar: { labels: {}, value: 0 }, createdMs: 0 }]);
});

test('fields come in any order; the last of one counts, and messages of one field become one', () => {
  const metric = message(4, number(6, -1), message(3, float(1, 1), timestamp(3, 1, 0)), label('x', '1'), number(6, -2), message(3, float(1, 2)), label('y', '2'));
  assert.deepEqual(parseProtobuf(delimited(metric, number(3, 1), text(1, 'old'), number(3, 0), text(1, 'new'))), [
    { name: 'new', help: '', type: 'counter', points: [{ labels: { x: '1', y: '2' }, value: 2, timestampMs: -2, createdMs: 1000 }] },
  ]);
});

test('fields that are not known, and known ones of another wire type, are skipped', () => {
  const unknown = joined(number(100, 2n ** 64n - 1n), float(536_870_911, 1), field(99, 5, new Uint8Array(4)), text(98, 'x'), message(97, field(1, 3)), text(3, 'no type'), number(1, 1), float(4, 1));
  const metric = [unknown.slice(0, 0), text(99, 'x'), float(6, 1), message(3, float(1, 5), number(1, 6), text(9, ''))];
  assert.deepEqual(parseProtobuf(delimited(unknown, text(1, 'a'), unknown, message(4, ...metric))), [{ name: 'a', help: '', type: 'counter', points: [{ labels: {}, value: 5 }] }]);
});

test('repeated numbers are read one by one, in a run, and in both ways', () => {
  const deltas = [2, -1, 3];
  const span = message(12, signed(1, -3), number(2, 3));
  const rest = [number(1, 7), float(2, 1), signed(5, 0), span];
  const run = (...values: number[]): Uint8Array => field(13, 2, delimited(...values.map(zigzag)));
  for (const written of [deltas.map((delta) => signed(13, delta)), [run(...deltas)], [signed(13, 2), run(-1, 3)], [run(2), run(), run(-1, 3)]]) {
    assert.deepEqual(histogramOf(...rest, ...written).native!.positive, { indexes: [-3, -2, -1], counts: [2, 1, 4] });
  }
  const counts = [0.5, 0, 2];
  for (const written of [counts.map((count) => float(14, count)), [field(14, 2, delimited(...counts.map(double)))]]) {
    assert.deepEqual(histogramOf(float(4, 2.5), float(2, 1), span, ...written).native!.positive, { indexes: [-3, -1], counts: [0.5, 2] });
  }
  assert.match(reasonOf(HISTOGRAM, message(7, span, field(14, 2, delimited(new Uint8Array(9))))), /^number: expected 8 bytes, got the end of the message after 1$/);
});

test('native buckets are put together from spans, and those without observations are left out', () => {
  const point = histogramOf(
    number(1, 11), float(2, 5), signed(5, -4), float(6, 0.5), number(7, 3),
    message(9, signed(1, 0), number(2, 1)), signed(10, 2), message(12, signed(1, 63), number(2, 2)), message(12, signed(1, 0), number(2, 1)), ...[1, -1, 5].map((delta) => signed(13, delta)),
    message(16, float(2, 1)), message(3, number(1, 4), float(2, 1)),
  );
  assert.deepEqual(point, {
    labels: {},
    bounds: [1],
    counts: [4, 7],
    sum: 5,
    native: { schema: -4, zeroThreshold: 0.5, zeroCount: 3, positive: { indexes: [63, 65], counts: [1, 5] }, negative: { indexes: [0], counts: [2] }, exemplars: [{ labels: {}, value: 1 }] },
  });
  const empty = { schema: 3, zeroThreshold: 0, zeroCount: 0, positive: { indexes: [], counts: [] }, negative: { indexes: [], counts: [] } };
  assert.deepEqual(histogramOf(signed(5, 3), message(12, signed(1, 0), number(2, 0))).native, empty);
  assert.deepEqual(histogramOf(signed(5, 3), float(6, 0.1)).native, { ...empty, zeroThreshold: 0.1 });
  assert.deepEqual(histogramOf(signed(5, 3), float(8, 0.5), float(4, 0.5)).native, { ...empty, zeroCount: 0.5 });
  // Neither a span nor anything in the zero bucket: a classic histogram.
  assert.equal('native' in histogramOf(signed(5, 3)), false);
});

test('whole numbers of 64 bits become the nearest number, and no larger one than 64 bits hold', () => {
  const counts = (value: bigint): unknown => histogramOf(number(1, value)).counts;
  assert.deepEqual([2n ** 32n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n + 1025n, 2n ** 64n - 1n].map(counts), [[2 ** 32 - 1], [2 ** 53], [2 ** 53], [2 ** 63 + 2048], [2 ** 64 - 2048]]);
  const times = (value: bigint | number): unknown => (pointsOf(GAUGE, [message(2), number(6, value)])[0] as { timestampMs: number }).timestampMs;
  assert.deepEqual([-1, -(2n ** 63n), 2n ** 63n - 1n, 2n ** 40n, -(2n ** 32n)].map(times), [-1, -(2 ** 63), 2 ** 63 - 1024, 2 ** 40, -(2 ** 32)]);
  // A varint may be longer than it has to be.
  assert.deepEqual(pointsOf(GAUGE, [message(2), joined(varint(6 << 3), Uint8Array.of(0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00))]), [{ labels: {}, value: 0, timestampMs: 1 }]);
});

test('input that ends too early is rejected where it ends', () => {
  const whole = familyOf(HISTOGRAM, [label('b', 'c'), message(7, number(1, 1), float(2, 1), message(3, number(1, 1), float(2, 1)))]);
  assert.equal(rejection(whole), 'accepted');
  for (let length = 1; length < whole.length; length++) assert.match(rejection(whole.subarray(0, length)), /^0 length: expected at most \d+ bytes, got \d+$/);
  assert.equal(rejection(Uint8Array.of(0x80)), '1 varint: expected another byte, got the end of the message');
  assert.equal(rejection(Uint8Array.of(3, 0x0a, 9, 97)), '2 length: expected at most 1 bytes, got 9');
  assert.equal(rejection(Uint8Array.of(2, 0x18, 0x80, 1, 1)), '3 varint: expected another byte, got the end of the message');
  assert.equal(rejection(Uint8Array.of(1, 0x0a)), '2 varint: expected another byte, got the end of the message');
  assert.equal(rejection(Uint8Array.of(4, 0x79, 1, 2, 3, 4, 5, 6)), '2 number: expected 8 bytes, got the end of the message after 3');
  assert.equal(rejection(Uint8Array.of(3, 0x7d, 1, 2, 0)), '2 number: expected 4 bytes, got the end of the message after 2');
});

test('what claims to be more than there is takes no memory', () => {
  const huge = 2 ** 31;
  assert.equal(rejection(varint(2n ** 64n - 1n)), '0 length: expected at most 0 bytes, got 18446744073709550000');
  assert.equal(rejection(joined(varint(20), field(1, 2, varint(huge)), new Uint8Array(20))), `2 length: expected at most 14 bytes, got ${huge}`);
  const spans = message(7, number(1, 1), signed(5, 0), message(12, signed(1, 0), number(2, huge)), message(12, signed(1, 0), number(2, huge)), signed(13, 1));
  assert.equal(reasonOf(HISTOGRAM, spans), `expected as many positive buckets as the spans have, ${2 * huge}, got 1`);
  assert.equal(reasonOf(HISTOGRAM, message(7, message(9, number(2, 2n ** 64n - 1n)))), 'expected as many negative buckets as the spans have, 18446744073709550000, got 0');
});

test('varints of more than 64 bits, groups and other bytes that are no fields are rejected', () => {
  const nine = new Array<number>(9).fill(0xff);
  assert.equal(rejection(Uint8Array.of(...nine, 2)), '0 varint: expected at most 64 bits, got more');
  assert.equal(rejection(Uint8Array.of(...nine, 0xff, 1)), '0 varint: expected at most 64 bits, got more');
  for (const [wireType, name] of [[3, '3, that of a group'], [4, '4, that of a group'], [6, '6'], [7, '7']] as const) {
    assert.equal(rejection(delimited(field(9, wireType))), `1 field 9: expected the wire type 0, 1, 2 or 5, got ${name}`);
    assert.equal(rejection(delimited(field(1, wireType))), `1 field 1: expected the wire type 0, 1, 2 or 5, got ${name}`);
  }
  assert.equal(rejection(delimited(field(0, 0, varint(1)))), '1 field: expected a number from 1 to 536870911, got 0');
  assert.equal(rejection(delimited(varint(2n ** 32n))), '1 field: expected a number from 1 to 536870911, got a larger one');
});

test('text that is not UTF-8 is rejected at its first wrong byte', (t) => {
  const bad = (...bytes: number[]): Uint8Array => field(1, 2, delimited(Uint8Array.of(97, ...bytes)));
  const check = (): void => {
    for (const bytes of [[0x80], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]]) assert.equal(rejection(delimited(bad(...bytes))), `4 text: expected UTF-8, got the byte 0x${bytes[0]!.toString(16)}`);
    assert.match(rejection(familyOf(GAUGE, [message(2), message(1, text(1, 'b'), field(2, 2, delimited(Uint8Array.of(0xff))))])), /text: expected UTF-8, got the byte 0xff$/);
    assert.deepEqual(pointsOf(GAUGE, [label('a', '\ufeffé 日 🎉\0'), message(2)]), [{ labels: { a: '\ufeffé 日 🎉\0' }, value: 0 }]);
  };
  check();
  const decoder = globalThis.TextDecoder;
  t.after(() => (globalThis.TextDecoder = decoder));
  Reflect.deleteProperty(globalThis, 'TextDecoder');
  check();
});

test('messages have to make sense', () => {
  assert.equal(rejection(delimited(number(3, 1))), '0 family: expected a name, got none');
  assert.equal(rejection(delimited(text(1, ''))), '0 family: expected a name, got none');
  assert.equal(rejection(familyOf(6)), '5 family "a": expected a type from 0 to 5, got 6');
  assert.equal(rejection(familyOf(-1)), '5 family "a": expected a type from 0 to 5, got -1');
  assert.equal(rejection(familyOf(GAUGE, [message(3)])), '7 gauge "a": expected a metric with the field gauge, got one without');
  assert.equal(rejection(familyOf(UNTYPED, [])), '7 unknown "a": expected a metric with the field untyped, got one without');
  const cases: readonly (readonly [reason: string, type: number, ...fields: Uint8Array[]])[] = [
    ['label: expected a name, got none', GAUGE, message(2), message(1, text(2, 'x'))],
    ['label "__name__": expected another name, it is reserved for the name of the metric', GAUGE, message(2), label('__name__', 'x')],
    ['label "b": expected each label once, got it again', GAUGE, message(2), label('b', '1'), label('c', '1'), label('b', '1')],
    ['label "__proto__": expected each label once, got it again', GAUGE, message(2), label('__proto__', '1'), label('__proto__', '2')],
    ['label "b": expected each label once, got it again', COUNTER, message(3, message(2, label('b', '1'), label('b', '1')))],
    ['timestamp: expected nanoseconds from 0 to 999999999, got -1', COUNTER, message(3, timestamp(3, 1, -1))],
    ['timestamp: expected nanoseconds from 0 to 999999999, got 1000000000', COUNTER, message(3, message(2, timestamp(3, 1, 1_000_000_000)))],
    ['expected quantiles from 0 to 1, got 1.5', SUMMARY, message(4, message(3, float(1, 1.5)))],
    ['expected quantiles from 0 to 1, got NaN', SUMMARY, message(4, message(3, float(1, NaN)))],
    ['expected each quantile once, got 0.5 again', SUMMARY, message(4, message(3, float(1, 0.5)), message(3, float(1, 0.1)), message(3, float(1, 0.5)))],
    ['expected bounds of buckets in ascending order, got 1 after 2', HISTOGRAM, message(7, number(1, 1), message(3, float(2, 2)), message(3, float(2, 1)))],
    ['expected bounds of buckets in ascending order, got NaN', HISTOGRAM, message(7, number(1, 1), message(3, float(2, NaN)))],
    ['expected counts of 0 or more that do not fall from bucket to bucket, got 1 after 2', HISTOGRAM, message(7, number(1, 2), message(3, number(1, 2), float(2, 1)), message(3, number(1, 1), float(2, 2)))],
    ['expected a count of at least that of the last bucket, 2, got 1', HISTOGRAM, message(7, number(1, 1), message(3, number(1, 2), float(2, 1)))],
    ['expected the count to be that of the bucket "+Inf", 2, got 3', HISTOGRAM, message(7, number(1, 3), message(3, number(1, 2), float(2, Infinity)))],
    ['expected a schema from -4 to 8, got -53', HISTOGRAM, message(7, number(1, 1), number(7, 1), signed(5, -53))],
    ['expected a zero threshold of 0 or more, got NaN', HISTOGRAM, message(7, number(1, 1), number(7, 1), float(6, NaN))],
    ['expected the count to be that of all native buckets, 1, got 2', HISTOGRAM, message(7, number(1, 2), float(2, 1), number(7, 1))],
    ['expected deltas or counts of positive buckets, got both', HISTOGRAM, message(7, message(12, number(2, 2)), signed(13, 1), float(14, 1))],
    ['expected counts of 0 or more, got -1', HISTOGRAM, message(7, number(7, 1), message(12, number(2, 1)), signed(13, -1))],
    ['expected positive spans that follow each other, got the offset -1', HISTOGRAM, message(7, number(1, 2), message(12, signed(1, 0), number(2, 1)), message(12, signed(1, -1), number(2, 1)), signed(13, 1), signed(13, 0))],
    ['expected negative buckets from -2147483648 to 1025, got 1026', HISTOGRAM, message(7, number(1, 1), message(9, signed(1, 1026), number(2, 1)), signed(10, 1))],
    ['expected positive buckets from -2147483648 to 1025, got -2147483649', HISTOGRAM, message(7, number(1, 1), message(12, signed(1, -(2 ** 31) - 1), number(2, 1)), signed(13, 1))],
  ];
  for (const [reason, type, ...fields] of cases) assert.equal(reasonOf(type, ...fields), reason);
});

test('observations that are no numbers are counted without a bucket', () => {
  assert.deepEqual(histogramOf(number(1, 2), float(2, NaN), number(7, 1)).counts, [2]);
});

test('gauge histograms may have counts that fall and are negative', () => {
  const point = pointsOf(GAUGE_HISTOGRAM, [message(7, float(4, 2), float(2, 1), message(12, signed(1, 0), number(2, 2)), float(14, -1), float(14, 3))])[0] as HistogramPoint;
  assert.deepEqual(point.native!.positive, { indexes: [0, 1], counts: [-1, 3] });
});

test('labels and names of any kind are read, and may come again', () => {
  const series = (value: string): readonly Uint8Array[] => [label('__proto__', value), label('constructor', '1'), message(2)];
  const [family] = parseProtobuf(familyOf(GAUGE, series('x'), series('x'), series('y')));
  const labels = [...family!.points].map((point) => Object.entries(point.labels));
  assert.deepEqual(labels, ['x', 'x', 'y'].map((value) => [['__proto__', value], ['constructor', '1']]));
  assert.deepEqual(parseProtobuf(joined(familyOf(GAUGE), familyOf(COUNTER))).map(({ name, type }) => `${name} ${type}`), ['a gauge', 'a counter']);
});

test('bytes may be a part of a larger buffer, and nothing else is taken for bytes', () => {
  const bytes = Buffer.concat([Buffer.from('xxx'), familyOf(COUNTER, [message(3, float(1, 2))])]).subarray(3);
  assert.deepEqual([...parseProtobuf(bytes)[0]!.points], [{ labels: {}, value: 2 }]);
  for (const [input, found] of [['a', 'string'], [null, 'null'], [new ArrayBuffer(1), 'object'], [undefined, 'undefined']] as const) {
    assert.throws(() => parseProtobuf(input as unknown as Uint8Array), { name: 'TypeError', message: `bytes: expected a Uint8Array, got ${found}` });
  }
});

/** One of everything. */
const ALL = joined(
  delimited(text(1, 'c_total'), text(2, 'Help.'), number(3, COUNTER), message(4, label('a', 'b'), label('é', '日'), message(3, float(1, 2), message(2, label('t', 'x'), float(2, 0.5), timestamp(3, 1, 5)), timestamp(3, 2, 1))), text(5, 's')),
  familyOf(SUMMARY, [message(4, number(1, 3), float(2, 4.5), message(3, float(1, 0.5), float(2, 1)))], [label('a', 'b'), message(4), number(6, 2n ** 40n)]),
  familyOf(HISTOGRAM, [
    message(7, number(1, 4), float(2, 9), message(3, number(1, 1), float(2, 1)), message(3, number(1, 4), float(2, Infinity)), signed(5, 2), float(6, 1e-9), number(7, 1), message(9, signed(1, -2), number(2, 1)), signed(10, 1), message(12, signed(1, 1), number(2, 2)), message(12, signed(1, 3), number(2, 1)), ...[1, -1, 1].map((delta) => signed(13, delta)), timestamp(15, 1, 1), message(16, float(2, 1), timestamp(3, 1, 0))),
  ]),
  familyOf(GAUGE_HISTOGRAM, [message(7, float(4, 1.5), float(8, 0.5), message(12, signed(1, 1), number(2, 2)), field(14, 2, delimited(double(0.25), double(0.75))))]),
);

test('any change of a bit, a byte or the length gives families or an error, and nothing else', () => {
  const whole = parseProtobuf(ALL);
  let accepted = 0;
  const attempt = (bytes: Uint8Array): void => void (rejection(bytes) === 'accepted' && accepted++);
  for (let at = 0; at < ALL.length; at++) {
    for (let bit = 0; bit < 8; bit++) attempt(ALL.map((byte, i) => (i === at ? byte ^ (1 << bit) : byte)));
    for (const byte of [0x00, 0x7f, 0x80, 0xff]) attempt(ALL.map((old, i) => (i === at ? byte : old)));
    attempt(joined(ALL.subarray(0, at), ALL.subarray(at + 1)));
    attempt(joined(ALL.subarray(0, at), Uint8Array.of(0xff), ALL.subarray(at)));
  }
  let state = 1;
  const random = (below: number): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % below;
  for (let i = 0; i < 20_000; i++) {
    const bytes = ALL.slice();
    for (let changes = 0; changes <= i % 4; changes++) bytes[random(bytes.length)]! ^= 1 << random(8);
    attempt(bytes);
    attempt(Uint8Array.from({ length: random(40) }, () => random(256)));
  }
  // If nothing got through, or everything did, this would show little.
  assert.ok(accepted > 2000 && accepted < 20_000, `${accepted} accepted`);
  assert.deepEqual(parseProtobuf(ALL), whole);
});

test('the time that an input takes grows no faster than its length', () => {
  const times = <T>(size: number, part: (i: number) => T): T[] => Array.from({ length: size }, (_, i) => part(i));
  const inputs: Readonly<Record<string, (size: number) => Uint8Array>> = {
    'families': (size) => joined(...times(size, () => familyOf(GAUGE, [message(2)]))),
    'metrics': (size) => familyOf(GAUGE, ...times(size, (i) => [label('a', `${i}`), message(2)])),
    'labels': (size) => familyOf(GAUGE, [message(2), ...times(size, (i) => label(`l${i}`, ''))]),
    'labels, the last of them again': (size) => familyOf(GAUGE, [message(2), ...times(size, (i) => label(`l${i}`, '')), label(`l${size - 1}`, '')]),
    'buckets': (size) => familyOf(HISTOGRAM, [message(7, ...times(size, (i) => message(3, float(2, i))))]),
    'spans': (size) => familyOf(HISTOGRAM, [message(7, number(1, size), ...times(size, () => message(12, number(2, 1))), ...times(size, () => signed(13, 0)))]),
    'empty spans': (size) => familyOf(HISTOGRAM, [message(7, ...times(size, () => message(12)))]),
    'unknown fields': (size) => delimited(text(1, 'a'), ...times(size, () => number(9, 1))),
    'the same message again': (size) => familyOf(COUNTER, [...times(size, () => message(3, float(1, 1)))]),
    'wrong text': (size) => delimited(text(1, 'x'.repeat(size * 8)), field(2, 2, delimited(Uint8Array.of(0xff)))),
  };
  for (const [name, make] of Object.entries(inputs)) {
    assertLinear(name, 500, (size) => {
      const bytes = make(size);
      return () => void rejection(bytes);
    });
  }
});

test('there may be only a few names that are too long to be looked up', () => {
  const long = 'x'.repeat(17_000);
  const metrics = (count: number): Uint8Array => {
    const parts = Array.from({ length: count }, (_, i) => message(4, label(`${long}${i}`, ''), message(2)));
    return Buffer.concat([text(1, 'a'), number(3, GAUGE), ...parts]);
  };
  const whole = (count: number): Uint8Array => Buffer.concat([varint(metrics(count).length), metrics(count)]);
  assert.equal(rejection(whole(100)), 'accepted');
  assert.match(rejection(whole(101)), /^\d+ name: expected at most 100 of more than 16000 characters, got another of 17003$/);
});
