// The parser of OpenMetrics 2.0: what it reads, what it rejects, and where it says the fault is.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { HistogramPoint } from '../lib/index.ts';
import { parse, ParseError, parseSamples } from '../lib/parse.ts';

const FORMAT = { format: 'openmetrics2' } as const;

/** The families of lines, without the `# EOF` that they need. */
function read(...lines: string[]): ReturnType<typeof parse> {
  return parse(`${lines.join('\n')}\n# EOF\n`, FORMAT);
}

/** The points of lines of one family. */
function points(type: string, ...lines: string[]): unknown[] {
  const [family, ...others] = read(`# TYPE a ${type}`, ...lines);
  assert.deepEqual({ type: family!.type, others }, { type, others: [] });
  return [...family!.points];
}

/** The place and the reason of the error that lines cause. */
function rejection(...lines: string[]): string {
  try {
    read(...lines);
  } catch (error) {
    assert.ok(error instanceof ParseError, `not a ParseError: ${String(error)}`);
    return `${error.line}:${error.column} ${error.reason}`;
  }
  return 'accepted';
}

/** The same for one sample of a type, without its name, its line and its column. */
function reasonOf(type: string, rest: string): string {
  return rejection(`# TYPE a_info ${type}`, `a_info${rest}`).replace(/^2:\d+ (?:sample "a_info": )?/, '');
}

const COMPLETE = `# TYPE http_seconds summary
# UNIT http_seconds seconds
# HELP http_seconds How long \\"it\\" takes.
http_seconds{path="/"} {count:34,sum:479.3,quantile:[0.95:2.5,0.99:NaN]} st@1605301325.5
# TYPE goroutines gauge
goroutines 69
# TYPE cpu_seconds_total counter
cpu_seconds_total 4.2e+06 1.5 st@0.25 # {a="b"} 0.67 1.25
# TYPE request_seconds histogram
request_seconds{path="/"} {count:4,sum:1.2e2,schema:0,zero_threshold:1e-4,zero_count:1,negative_spans:[-2:1],negative_buckets:[1],positive_spans:[1:3],positive_buckets:[1,0,1],bucket:[0.5:2,1:2,+Inf:4]}
# TYPE requests:rate5m gaugehistogram
requests:rate5m {gcount:0.25,gsum:-2.0,bucket:[-1:0.5,+Inf:0.25]}
# TYPE build_info info
build_info{version="1"} 1.0
# TYPE mode stateset
mode{mode="on"} 1
mode{mode="off"} 0
# TYPE "db.errors" counter
{"db.errors","service.name"="x"} 3
plain NaN
# EOF
`;

test('families become those of the model under the names that they have', () => {
  assert.deepEqual(parse(COMPLETE, FORMAT), [
    { name: 'http_seconds', help: 'How long "it" takes.', unit: 'seconds', type: 'summary', points: [{ labels: { path: '/' }, quantiles: [{ quantile: 0.95, value: 2.5 }, { quantile: 0.99, value: NaN }], sum: 479.3, count: 34, createdMs: 1_605_301_325_500 }] },
    { name: 'goroutines', help: '', type: 'gauge', points: [{ labels: {}, value: 69 }] },
    { name: 'cpu_seconds_total', help: '', type: 'counter', points: [{ labels: {}, value: 4.2e6, timestampMs: 1500, createdMs: 250, exemplar: { labels: { a: 'b' }, value: 0.67, timestampMs: 1250 } }] },
    {
      name: 'request_seconds',
      help: '',
      type: 'histogram',
      points: [
        {
          labels: { path: '/' },
          bounds: [0.5, 1],
          counts: [2, 0, 2],
          sum: 120,
          native: { schema: 0, zeroThreshold: 1e-4, zeroCount: 1, positive: { indexes: [1, 3], counts: [1, 1] }, negative: { indexes: [-2], counts: [1] } },
        },
      ],
    },
    { name: 'requests:rate5m', help: '', type: 'gaugehistogram', points: [{ labels: {}, bounds: [-1], counts: [0.5, -0.25], sum: -2 }] },
    { name: 'build_info', help: '', type: 'info', points: [{ labels: { version: '1' } }] },
    { name: 'mode', help: '', type: 'stateset', points: [{ labels: {}, states: { on: true, off: false } }] },
    { name: 'db.errors', help: '', type: 'counter', points: [{ labels: { 'service.name': 'x' }, value: 3 }] },
    { name: 'plain', help: '', type: 'unknown', points: [{ labels: {}, value: NaN }] },
  ]);
});

test('bytes are read like the text they are, and an exposition may be empty', () => {
  assert.deepEqual(parse(new TextEncoder().encode(COMPLETE), FORMAT), parse(COMPLETE, FORMAT));
  for (const empty of ['# EOF', '# EOF\n']) assert.deepEqual(parse(empty, FORMAT), []);
});

test('samples come line by line: a number, or fields as they are written', () => {
  const samples = parseSamples(
    '# TYPE h histogram\nh{a="b"} {count:3,sum:6.5,bucket:[-Inf:0,1:2,+Inf:3]} 2 st@1.5 # {} 1 1 # {t="x"} 2 1.5\n' +
      'g {gcount:3,gsum:0,schema:-4,zero_threshold:0,zero_count:1,negative_spans:[],negative_buckets:[],positive_spans:[+1:01,+0:1],positive_buckets:[2,0]}\n' +
      's {count:0,sum:0,quantile:[]}\nc 1 st@2\n# EOF\n',
    FORMAT,
  );
  assert.deepEqual([...samples], [
    {
      name: 'h',
      labels: { a: 'b' },
      value: { count: 3, sum: 6.5, bucket: [{ le: -Infinity, count: 0 }, { le: 1, count: 2 }, { le: Infinity, count: 3 }] },
      timestampMs: 2000,
      createdMs: 1500,
      exemplars: [{ labels: {}, value: 1, timestampMs: 1000 }, { labels: { t: 'x' }, value: 2, timestampMs: 1500 }],
    },
    {
      name: 'g',
      labels: {},
      value: { gcount: 3, gsum: 0, schema: -4, zeroThreshold: 0, zeroCount: 1, negativeSpans: [], negativeBuckets: [], positiveSpans: [{ offset: 1, length: 1 }, { offset: 0, length: 1 }], positiveBuckets: [2, 0] },
    },
    { name: 's', labels: {}, value: { count: 0, sum: 0, quantile: [] } },
    { name: 'c', labels: {}, value: 1, createdMs: 2000 },
  ]);
});

test('the compiler knows that only samples of OpenMetrics 2.0 may have values with fields', () => {
  for (const { value } of parseSamples('a 1\n')) assert.equal(value satisfies number, 1);
  for (const { value } of parseSamples('a 1\n# EOF\n', { format: 'openmetrics' })) assert.equal(value satisfies number, 1);
  // @ts-expect-error It may have fields.
  for (const { value } of parseSamples('a 1\n# EOF\n', FORMAT)) assert.equal(value satisfies number, 1);
  for (const { value } of parseSamples('a {count:1,sum:2,quantile:[]}\n# EOF\n', FORMAT)) {
    assert.equal(typeof value === 'object' && 'quantile' in value && (value.sum satisfies number), 2);
  }
});

test('the fields of a value have one order, and no blanks', () => {
  const cases: Readonly<Record<string, string>> = {
    '{}': 'composite value: expected "count:", got "}"',
    '{sum:1,count:1,bucket:[+Inf:1]}': 'composite value: expected "count:", got "sum"',
    '{count:1,bucket:[+Inf:1],sum:1}': 'composite value: expected "sum:", got "bucket"',
    '{count:1}': 'composite value: expected ",", got "}"',
    '{count:1,sum:1}': 'composite value: expected ",", got "}"',
    '{count:1,sum:1,}': 'composite value: expected quantile, schema or bucket, got "}"',
    '{gcount:1,gsum:1,quantile:[]}': 'composite value: expected schema or bucket, got "quantile"',
    '{gcount:1,sum:1,bucket:[+Inf:1]}': 'composite value: expected "gsum:", got "sum"',
    '{count:1,gsum:1,bucket:[+Inf:1]}': 'composite value: expected "sum:", got "gsum"',
    '{count:1,sum:1,bucket:[+Inf:1],schema:1,zero_threshold:0,zero_count:1}': 'composite value: expected "}", got ","',
    '{count:1,sum:1,bucket:[+Inf:1],bucket:[+Inf:1]}': 'composite value: expected "}", got ","',
    '{count:1,sum:1,schema:1,zero_count:1,zero_threshold:0}': 'composite value: expected "zero_threshold:", got "zero_count"',
    '{count:1,sum:1,schema:1,zero_threshold:0}': 'composite value: expected ",", got "}"',
    '{count:1,sum:1,schema:1,zero_threshold:0,zero_count:0,positive_spans:[1:1]}': 'composite value: expected ",positive_buckets:", got "}"',
    '{count:1,sum:1,schema:1,zero_threshold:0,zero_count:0,positive_buckets:[1]}': 'composite value: expected "}", got ","',
    '{count:2,sum:1,schema:1,zero_threshold:0,zero_count:0,positive_spans:[1:1],positive_buckets:[1],negative_spans:[1:1],negative_buckets:[1]}': 'composite value: expected "}", got ","',
    '{count:1, sum:1,bucket:[+Inf:1]}': 'composite value: expected "sum:", got a blank',
    '{ count:1,sum:1,bucket:[+Inf:1]}': 'composite value: expected "count:", got a blank',
    '{count: 1,sum:1,bucket:[+Inf:1]}': 'count: expected a number, got a blank',
    '{count:1,sum:1,bucket:[+Inf:1] }': 'composite value: expected "}", got a blank',
    '{count:1,sum:1,bucket:[1:1,+Inf:1]': 'composite value: expected "}", got the end of the line',
    '{count:1,sum:1,bucket:[1:1,+Inf:1,]}': 'bucket: expected "+Inf" as the last bound, got "]"',
    '{COUNT:1,sum:1,bucket:[+Inf:1]}': 'composite value: expected "count:", got "COUNT"',
    '{count:1,sum:1,buckets:[+Inf:1]}': 'composite value: expected quantile, schema or bucket, got "buckets"',
  };
  for (const [value, reason] of Object.entries(cases)) assert.equal(rejection(`a ${value}`).replace(/^1:\d+ /, ''), reason, value);
  assert.equal(rejection('a {count:1,sum:x,bucket:[+Inf:1]}'), '1:16 sum: expected a number, got "x"');
});

test('each field has its kind of number', () => {
  const cases: Readonly<Record<string, string>> = {
    '{count:,sum:1,bucket:[+Inf:1]}': 'count: expected a number, got ","',
    '{count:0x1,sum:1,bucket:[+Inf:1]}': 'count: expected a number, got "0x1"',
    '{count:1,sum:1e400,bucket:[+Inf:1]}': 'sum: expected a number, got "1e400"',
    '{count:1,sum:+nan,bucket:[+Inf:1]}': 'sum: expected a number, got "+nan"',
    '{count:1,sum:1,bucket:[]}': 'bucket: expected "+Inf" as the last bound, got none',
    '{count:1,sum:1,bucket:[1:1]}': 'bucket: expected "+Inf" as the last bound, got none',
    '{count:1,sum:1,bucket:[+Inf:1,1:1]}': 'bucket: expected "+Inf" as the last bound, got "1"',
    '{count:1,sum:1,bucket:[+Inf:1,+Inf:1]}': 'bucket: expected "+Inf" as the last bound, got "+Inf"',
    '{count:1,sum:1,bucket:[1:1,-Inf:1,+Inf:1]}': 'bucket: expected a finite number or "+Inf" as bound, got "-Inf"',
    '{count:1,sum:1,bucket:[+inf:1]}': 'bucket: expected a finite number or "+Inf" as bound, got "+inf"',
    '{count:1,sum:1,bucket:[Inf:1]}': 'bucket: expected a finite number or "+Inf" as bound, got "Inf"',
    '{count:1,sum:1,bucket:[NaN:1,+Inf:1]}': 'bucket: expected a finite number or "+Inf" as bound, got "NaN"',
    '{count:1,sum:1,bucket:[1,+Inf:1]}': 'composite value: expected ":", got ","',
    '{count:1,sum:1,quantile:[NaN:1]}': 'quantile: expected a finite number, got "NaN"',
    '{count:1,sum:1,quantile:[0.5:]}': 'quantile: expected a number, got "]"',
    '{count:1,sum:1,schema:1.0,zero_threshold:0,zero_count:1}': 'schema: expected a whole number, got "1.0"',
    '{count:1,sum:1,schema:1,zero_threshold:Inf,zero_count:1}': 'zero_threshold: expected a finite number, got "Inf"',
    '{count:1,sum:1,schema:1,zero_threshold:0,zero_count:x}': 'zero_count: expected a number, got "x"',
    '{count:1,sum:1,schema:1,zero_threshold:0,zero_count:0,positive_spans:[1:0],positive_buckets:[]}': 'positive_spans: expected a whole number of 1 or more, got "0"',
    '{count:1,sum:1,schema:1,zero_threshold:0,zero_count:0,positive_spans:[1:+1],positive_buckets:[1]}': 'positive_spans: expected a whole number of 1 or more, got "+1"',
    '{count:1,sum:1,schema:1,zero_threshold:0,zero_count:0,positive_spans:[0:1,-1:1],positive_buckets:[1,1]}': 'positive_spans: expected a whole number of 0 or more, got "-1"',
    '{count:1,sum:1,schema:1,zero_threshold:0,zero_count:0,positive_spans:[1.5:1],positive_buckets:[1]}': 'positive_spans: expected a whole number, got "1.5"',
    '{count:1,sum:1,schema:1,zero_threshold:0,zero_count:0,negative_spans:[0:1],negative_buckets:[x]}': 'negative_buckets: expected a number, got "x"',
  };
  for (const [value, reason] of Object.entries(cases)) assert.equal(rejection(`a ${value}`).replace(/^1:\d+ /, ''), reason, value);
});

test('histograms of any type of count are read, and have to agree with themselves', () => {
  const accepted: readonly string[] = [
    '{count:0,sum:0,bucket:[+Inf:0]}', '{count:1.5,sum:-3,bucket:[1:0.5,+Inf:1.5]}', '{count:1,sum:NaN,bucket:[1:0,+Inf:1]}', '{count:+Inf,sum:1,bucket:[1:+Inf,+Inf:+Inf]}',
    '{count:NaN,sum:1,bucket:[1:1,+Inf:NaN]}', '{count:2,sum:NaN,schema:8,zero_threshold:0,zero_count:1}', '{count:2,sum:1,schema:8,zero_threshold:0,zero_count:0,positive_spans:[262145:1],positive_buckets:[2]}',
    '{count:0.3,sum:1,schema:1,zero_threshold:0,zero_count:0.1,negative_spans:[0:1],negative_buckets:[0.2]}',
  ];
  for (const value of accepted) assert.equal(reasonOf('histogram', ` ${value}`), 'accepted', value);
  const rejected: Readonly<Record<string, string>> = {
    '{count:2,sum:1,bucket:[1:1,+Inf:1]}': 'expected the count to be that of the bucket "+Inf", 1, got 2',
    '{count:-1,sum:1,bucket:[+Inf:-1]}': 'expected a count of 0 or more, got -1',
    '{count:1,sum:1,bucket:[1:-1,+Inf:1]}': 'expected counts of 0 or more that do not fall from bucket to bucket, got -1 after 0',
    '{count:1,sum:1,bucket:[1:2,+Inf:1]}': 'expected counts of 0 or more that do not fall from bucket to bucket, got 1 after 2',
    '{count:1,sum:1,bucket:[2:1,1:1,+Inf:1]}': 'expected bounds of buckets in ascending order, got 1 after 2',
    '{count:1,sum:1,bucket:[1:1,1.0:1,+Inf:1]}': 'expected bounds of buckets in ascending order, got 1 after 1',
    '{count:1,sum:1,schema:9,zero_threshold:0,zero_count:1}': 'expected a schema from -4 to 8, got 9',
    '{count:1,sum:1,schema:-53,zero_threshold:0,zero_count:1}': 'expected a schema from -4 to 8, got -53',
    '{count:1,sum:1,schema:0,zero_threshold:-1,zero_count:1}': 'expected a zero threshold of 0 or more, got -1',
    '{count:0,sum:1,schema:0,zero_threshold:0,zero_count:-1,positive_spans:[0:1],positive_buckets:[1]}': 'expected counts of 0 or more, got -1',
    '{count:0,sum:1,schema:0,zero_threshold:0,zero_count:1,positive_spans:[0:1],positive_buckets:[-1]}': 'expected counts of 0 or more, got -1',
    '{count:1,sum:1,schema:0,zero_threshold:0,zero_count:2}': 'expected the count to be that of all native buckets, 2, got 1',
    '{count:3,sum:1,schema:0,zero_threshold:0,zero_count:2}': 'expected the count to be that of all native buckets, 2, got 3',
    '{count:1,sum:NaN,schema:0,zero_threshold:0,zero_count:2}': 'expected the count to be that of all native buckets, 2, got 1',
    '{count:0.31,sum:1,schema:1,zero_threshold:0,zero_count:0.1,negative_spans:[0:1],negative_buckets:[0.2]}': 'expected the count to be that of all native buckets, 0.30000000000000004, got 0.31',
    '{count:1,sum:1,schema:0,zero_threshold:0,zero_count:0,positive_spans:[0:2],positive_buckets:[1]}': 'expected as many positive buckets as the spans have, 2, got 1',
    '{count:1,sum:1,schema:0,zero_threshold:0,zero_count:0,negative_spans:[],negative_buckets:[1]}': 'expected as many negative buckets as the spans have, 0, got 1',
    '{count:1,sum:1,schema:0,zero_threshold:0,zero_count:0,negative_spans:[0:9999999999999],negative_buckets:[1]}': 'expected as many negative buckets as the spans have, 9999999999999, got 1',
    '{count:1,sum:1,schema:8,zero_threshold:0,zero_count:0,positive_spans:[262146:1],positive_buckets:[1]}': 'expected positive buckets from -2147483648 to 262145, got 262146',
    '{count:2,sum:1,schema:-4,zero_threshold:0,zero_count:0,positive_spans:[65:2],positive_buckets:[1,1]}': 'expected positive buckets from -2147483648 to 65, got 66',
    '{count:1,sum:1,schema:0,zero_threshold:0,zero_count:0,positive_spans:[-2147483649:1],positive_buckets:[1]}': 'expected positive buckets from -2147483648 to 1025, got -2147483649',
    '{count:2,sum:1,schema:0,zero_threshold:0,zero_count:2,bucket:[+Inf:1]}': 'expected the count to be that of the bucket "+Inf", 1, got 2',
    '{gcount:1,gsum:1,bucket:[+Inf:1]}': 'expected the fields of a histogram as value, got those of a gaugehistogram',
    '{count:1,sum:1,quantile:[]}': 'expected the fields of a histogram as value, got those of a summary',
    '1': 'expected the fields of a histogram as value, got a number',
  };
  for (const [value, reason] of Object.entries(rejected)) assert.equal(reasonOf('histogram', ` ${value}`), reason, value);
  assert.equal(reasonOf('histogram', '{le="1"} {count:1,sum:1,bucket:[+Inf:1]}'), 'expected no label "le" beside classic buckets, got one');
  assert.equal(reasonOf('histogram', '{le="1"} {count:1,sum:1,schema:0,zero_threshold:0,zero_count:1}'), 'accepted');
});

test('the counts of gauge histograms may fall, and be negative', () => {
  for (const value of ['{gcount:-1,gsum:NaN,bucket:[1:2,2:-3,+Inf:-1]}', '{gcount:-1,gsum:1,schema:0,zero_threshold:0,zero_count:-1}', '{gcount:0,gsum:1,schema:0,zero_threshold:0,zero_count:1,positive_spans:[0:1],positive_buckets:[-1]}']) {
    assert.equal(reasonOf('gaugehistogram', ` ${value}`), 'accepted', value);
  }
  assert.equal(reasonOf('gaugehistogram', ' {gcount:2,gsum:1,bucket:[+Inf:1]}'), 'expected the count to be that of the bucket "+Inf", 1, got 2');
  assert.equal(reasonOf('gaugehistogram', ' {count:1,sum:1,bucket:[+Inf:1]}'), 'expected the fields of a gaugehistogram as value, got those of a histogram');
});

test('counts that are not finite come back as they are', () => {
  const counts = (value: string): unknown => (points('histogram', `a ${value}`)[0] as HistogramPoint).counts;
  assert.deepEqual(counts('{count:+Inf,sum:1,bucket:[1:2,2:+Inf,+Inf:+Inf]}'), [2, Infinity, 0]);
  assert.deepEqual(counts('{count:NaN,sum:1,bucket:[1:2,+Inf:NaN]}'), [2, NaN]);
  assert.deepEqual(counts('{count:3,sum:1,schema:0,zero_threshold:0,zero_count:3}'), [3]);
});

test('summaries have whole counts, sums of 0 or more, and quantiles in order', () => {
  for (const value of ['{count:12.0,sum:+Inf,quantile:[0:0,1:NaN]}', '{count:0,sum:0,quantile:[]}']) assert.equal(reasonOf('summary', ` ${value}`), 'accepted', value);
  const rejected: Readonly<Record<string, string>> = {
    '{count:1.5,sum:1,quantile:[]}': 'expected a count that is a whole number of 0 or more, got 1.5',
    '{count:-1,sum:1,quantile:[]}': 'expected a count that is a whole number of 0 or more, got -1',
    '{count:NaN,sum:1,quantile:[]}': 'expected a count that is a whole number of 0 or more, got NaN',
    '{count:1,sum:-1,quantile:[]}': 'expected a sum of 0 or more, got -1',
    '{count:1,sum:NaN,quantile:[]}': 'expected a sum of 0 or more, got NaN',
    '{count:1,sum:1,quantile:[0.9:1,0.5:1]}': 'expected quantiles in ascending order, got 0.5 after 0.9',
    '{count:1,sum:1,quantile:[0.9:1,0.90:1]}': 'expected quantiles in ascending order, got 0.9 after 0.9',
    '{count:1,sum:1,quantile:[-0.1:1]}': 'expected quantiles from 0 to 1, got -0.1',
    '{count:1,sum:1,quantile:[1.1:1]}': 'expected quantiles from 0 to 1, got 1.1',
    '{count:1,sum:1,quantile:[0.5:-1]}': 'expected values of quantiles of 0 or more, or NaN, got -1',
    '{count:1,sum:1,bucket:[+Inf:1]}': 'expected the fields of a summary as value, got those of a histogram',
    'NaN': 'expected the fields of a summary as value, got a number',
  };
  for (const [value, reason] of Object.entries(rejected)) assert.equal(reasonOf('summary', ` ${value}`), reason, value);
  assert.equal(reasonOf('summary', '{quantile="1"} {count:1,sum:1,quantile:[]}'), 'expected no label "quantile", got one');
});

test('other types have numbers, each by its rule', () => {
  for (const type of ['counter', 'gauge', 'info', 'stateset']) {
    assert.equal(reasonOf(type, ' {count:1,sum:1,bucket:[+Inf:1]}'), `expected a number as value of a ${type}, got the fields of a histogram`);
  }
  assert.deepEqual([' NaN', ' -1', ' +Inf'].map((value) => reasonOf('counter', value)), ['expected a value of 0 or more, got NaN', 'expected a value of 0 or more, got -1', 'accepted']);
  assert.deepEqual([' 0', ' 1.0', ' NaN'].map((value) => reasonOf('info', value)), ['expected the value 1, got 0', 'accepted', 'expected the value 1, got NaN']);
  assert.deepEqual(['{a_info="x"} 2', '{a_info="x"} 1', '{b="x"} 1'].map((value) => reasonOf('stateset', value)), ['expected 0 or 1, got 2', 'accepted', 'expected the label "a_info", got none']);
});

test('a family of unknown type comes back as the types whose fields its values have', () => {
  const lines = ['a{b="1"} 5', 'a{b="2"} {count:1,sum:2,quantile:[]} st@1', 'a{b="3"} {gcount:1,gsum:2,bucket:[+Inf:1]}', 'a{b="4"} {count:1,sum:2,bucket:[+Inf:1]} # {} 1 1', 'a{b="5"} 6'];
  const found = [
    { name: 'a', help: 'x', type: 'unknown', points: [{ labels: { b: '1' }, value: 5 }, { labels: { b: '5' }, value: 6 }] },
    { name: 'a', help: 'x', type: 'summary', points: [{ labels: { b: '2' }, quantiles: [], sum: 2, count: 1, createdMs: 1000 }] },
    { name: 'a', help: 'x', type: 'gaugehistogram', points: [{ labels: { b: '3' }, bounds: [], counts: [1], sum: 2 }] },
    { name: 'a', help: 'x', type: 'histogram', points: [{ labels: { b: '4' }, bounds: [], counts: [1], sum: 2, exemplars: [{ labels: {}, value: 1, timestampMs: 1000 }] }] },
  ];
  assert.deepEqual(read('# HELP a x', ...lines), found);
  assert.deepEqual(read('# HELP a x', '# TYPE a unknown', ...lines), found);
  assert.deepEqual(read('# TYPE a unknown'), [{ name: 'a', help: '', type: 'unknown', points: [] }]);
  assert.equal(rejection('a 1', 'a {count:1,sum:2,quantile:[]}'), '2:1 sample "a": expected each series once, got it again');
});

test('timestamp, start timestamp and exemplars come in this order', () => {
  const cases: Readonly<Record<string, string>> = {
    ' 1 2 st@1.5': 'accepted',
    ' 1 -2.5e1 st@-1': 'accepted',
    ' 1 st@1 2': '2:15 sample "a_info": expected the end of the line, or an exemplar after " # ", got "2"',
    ' 1 st@1 st@2': '2:15 sample "a_info": expected the end of the line, or an exemplar after " # ", got "st@2"',
    ' 1 2 3': '2:12 sample "a_info": expected the end of the line, or an exemplar after " # ", got "3"',
    ' 1 st@': '2:13 sample "a_info": expected seconds as start timestamp, got the end of the line',
    ' 1 st@NaN': '2:13 sample "a_info": expected seconds as start timestamp, got "NaN"',
    ' 1 st@+Inf': '2:13 sample "a_info": expected seconds as start timestamp, got "+Inf"',
    ' 1 ST@1': '2:10 sample "a_info": expected seconds as timestamp, got "ST@1"',
    ' 1 st@ 1': '2:13 sample "a_info": expected seconds as start timestamp, got a blank',
    ' 1  st@1': '2:10 sample "a_info": expected seconds as timestamp, got a blank',
    ' 1 inf': '2:10 sample "a_info": expected seconds as timestamp, got "inf"',
    ' 1 # {} 1 1 st@1': '2:19 sample "a_info": expected the end of the line, or an exemplar after " # ", got "st@1"',
    ' 1 # {} 1 1 # {} 2 1': 'accepted',
    ' 1 # {} 1': '2:16 exemplar: expected one blank and a timestamp after the value, got the end of the line',
    ' 1 # {} 1 # {} 1 1': '2:17 exemplar: expected seconds as timestamp, got "#"',
    ' 1 # {} 1 NaN': '2:17 exemplar: expected seconds as timestamp, got "NaN"',
    ' 1 # {} 1 1 ': '2:19 sample "a_info": expected the end of the line, or an exemplar after " # ", got the end of the line',
    ' 1 #{} 1 1': '2:10 sample "a_info": expected the end of the line, or an exemplar after " # ", got "#{}"',
    ' 1 # {a="b",} 1 1': '2:19 labels: expected the name of a label, got "}"',
    ' 1 # {} x 1': '2:15 exemplar: expected a number as value, got "x"',
    ' 1 # {a="b",a="c"} 1 1': '2:19 label "a": expected each label once, got it again',
    '  1': '2:8 sample "a_info": expected a number as value, got a blank',
    ' 1 ': '2:10 sample "a_info": expected seconds as timestamp, got the end of the line',
    '{} 1': 'accepted',
    '{a="1",} 1': '2:14 labels: expected the name of a label, got "}"',
    '{a="1", b="2"} 1': '2:14 labels: expected the name of a label, got a blank',
  };
  for (const [rest, reason] of Object.entries(cases)) assert.equal(rejection('# TYPE a_info counter', `a_info${rest}`), reason, rest);
  assert.equal(rejection('# TYPE a counter', `a 1 # {a="${'x'.repeat(1000)}"} 1 1`), 'accepted');
});

test('only what counts from a start has a start timestamp, and only what is observed has exemplars', () => {
  const values = { counter: '1', histogram: '{count:1,sum:1,bucket:[+Inf:1]}', summary: '{count:1,sum:1,quantile:[]}', gauge: '1', gaugehistogram: '{gcount:1,gsum:1,bucket:[+Inf:1]}', unknown: '1', info: '1', stateset: '1' };
  for (const [type, value] of Object.entries(values)) {
    const labels = type === 'stateset' ? '{a_info="x"}' : '';
    const hasStart = ['counter', 'histogram', 'summary'].includes(type);
    assert.equal(reasonOf(type, `${labels} ${value} st@1`), hasStart ? 'accepted' : 'expected no start timestamp: only counters, histograms and summaries may have one, got one', type);
    const hasExemplars = hasStart || type === 'gaugehistogram';
    assert.equal(reasonOf(type, `${labels} ${value} # {} 1 1`), hasExemplars ? 'accepted' : 'expected no exemplar: only counters, histograms and summaries may have one, got one', type);
  }
});

test('exemplars stand in the buckets that they fall into; where there are several, the newest', () => {
  const exemplar = (value: number, seconds: number): unknown => ({ labels: {}, value, timestampMs: seconds * 1000 });
  const written = '# {} 0.5 1 # {} 1 3 # {} 0.2 2 # {} 9 1 # {} NaN 2';
  const native = { schema: 0, zeroThreshold: 0, zeroCount: 5, positive: { indexes: [], counts: [] }, negative: { indexes: [], counts: [] } };
  const all = [exemplar(0.5, 1), exemplar(1, 3), exemplar(0.2, 2), exemplar(9, 1), exemplar(NaN, 2)];
  const byBucket = [exemplar(1, 3), undefined, exemplar(NaN, 2)];
  assert.deepEqual(points('histogram', `a {count:5,sum:1,bucket:[1:3,2:3,+Inf:5]} ${written}`), [{ labels: {}, bounds: [1, 2], counts: [3, 0, 2], sum: 1, exemplars: byBucket }]);
  assert.deepEqual(points('histogram', `a {count:5,sum:1,schema:0,zero_threshold:0,zero_count:5} ${written}`), [{ labels: {}, bounds: [], counts: [5], sum: 1, native: { ...native, exemplars: all } }]);
  assert.deepEqual(points('histogram', `a {count:5,sum:1,schema:0,zero_threshold:0,zero_count:5,bucket:[1:3,2:3,+Inf:5]} ${written}`), [
    { labels: {}, bounds: [1, 2], counts: [3, 0, 2], sum: 1, exemplars: byBucket, native: { ...native, exemplars: all } },
  ]);
  assert.deepEqual(points('counter', 'a 1 # {} 1 1 # {} 2 3 # {} 3 2'), [{ labels: {}, value: 1, exemplar: exemplar(2, 3) }]);
  assert.deepEqual(points('summary', 'a {count:1,sum:1,quantile:[]} # {} 1 1'), [{ labels: {}, quantiles: [], sum: 1, count: 1 }]);
});

test('metadata come once each, before the samples, in any order', () => {
  assert.deepEqual(read('# UNIT a seconds', '# HELP a x', '# TYPE a gauge', 'a 1'), [{ name: 'a', help: 'x', unit: 'seconds', type: 'gauge', points: [{ labels: {}, value: 1 }] }]);
  assert.deepEqual(read('# UNIT a ', '# HELP a ', 'a 1'), [{ name: 'a', help: '', type: 'unknown', points: [{ labels: {}, value: 1 }] }]);
  const cases: readonly (readonly [reason: string, ...lines: string[]])[] = [
    ['2:8 # TYPE "a": expected one for each family, got a second', '# TYPE a gauge', '# TYPE a gauge'],
    ['2:8 # HELP "a": expected it before the samples of the family, got it after', 'a 1', '# HELP a x'],
    ['3:8 family "a": expected all its lines together, got another after those of other families', 'a 1', 'b 1', '# HELP a x'],
    ['3:1 family "a": expected all its lines together, got another after those of other families', 'a 1', 'b 1', 'a{c="d"} 1'],
    ['1:10 # TYPE "a": expected counter, gauge, histogram, gaugehistogram, summary, info, stateset, unknown, got "untyped"', '# TYPE a untyped'],
    ['1:10 # TYPE "a": expected counter, gauge, histogram, gaugehistogram, summary, info, stateset, unknown, got "Counter"', '# TYPE a Counter'],
    ['1:8 # TYPE "a": expected the name of an info to end in "_info", got "a"', '# TYPE a info'],
    ['2:15 # UNIT "a_info": expected no unit, which info cannot have, got "x"', '# TYPE a_info info', '# UNIT a_info x'],
    ['2:10 # TYPE "a": expected no unit, which stateset cannot have, got "x"', '# UNIT a x', '# TYPE a stateset'],
    ['1:10 # UNIT "a": expected a unit of letters, digits, "_" and ":", got "m/s"', '# UNIT a m/s'],
    ['1:9 # HELP "a": expected one blank, got the end of the line', '# HELP a'],
    ['1:10 help: expected the quote to be escaped as \\", got it bare', '# HELP a "'],
    ['1:11 # HELP "a": expected a line feed alone as the end of the line, got a carriage return before it', '# HELP a x\r'],
    ['1:1 line: expected "# HELP", "# TYPE", "# UNIT" or "# EOF", got "# comment"', '# comment'],
    ['1:1 sample: expected the name of a metric, got the end of the line', ''],
    ['1:3 sample "a": expected a number as value, got "1\\r"', 'a 1\r'],
  ];
  for (const [reason, ...lines] of cases) assert.equal(rejection(...lines), reason);
  assert.deepEqual(read('# HELP a b\rc', 'a{b="\r"} 1'), [{ name: 'a', help: 'b\rc', type: 'unknown', points: [{ labels: { b: '\r' }, value: 1 }] }]);
});

test('every sample has the name of its family, and no suffix makes two of them clash', () => {
  assert.deepEqual(read('# TYPE a counter', 'a 1', '# TYPE a_total counter', 'a_total 1', '# TYPE h histogram', 'h {count:0,sum:0,bucket:[+Inf:0]}', 'h_count 1', 'h_bucket 1', 'h_created 1').map(({ name, type }) => `${name} ${type}`), [
    'a counter', 'a_total counter', 'h histogram', 'h_count unknown', 'h_bucket unknown', 'h_created unknown',
  ]);
});

test('a name is quoted on all lines of its family or on none, and stands first in the braces', () => {
  assert.equal(rejection('# TYPE "a" gauge', '# HELP a x'), '2:8 family "a": expected its name in quotes on all its lines or on none, got it bare');
  assert.equal(rejection('# TYPE a gauge', '{"a"} 1'), '2:1 family "a": expected its name in quotes on all its lines or on none, got it quoted');
  assert.equal(rejection('{"a",b="1"} 1', 'a{b="2"} 1'), '2:1 family "a": expected its name in quotes on all its lines or on none, got it bare');
  assert.equal(rejection('{b="1","a.b"} 1'), '1:13 label "a.b": expected "=", got "}"');
  assert.equal(rejection('{"a","b"} 1'), '1:9 label "b": expected "=", got "}"');
  assert.equal(rejection('a{"b"} 1'), '1:6 label "b": expected "=", got "}"');
  assert.equal(rejection('{""} 1'), '1:2 quoted name: expected at least one character, got ""');
  assert.equal(rejection('{a="b"} 1'), '1:1 sample: expected the name of a metric before the braces or first in them, got none');
  assert.equal(rejection('a.b 1'), '1:2 sample "a": expected one blank before the value, got ".b"');
  assert.deepEqual(read('# TYPE "1\\n\\"\\\\\\x" gauge', '{"1\\n\\"\\\\\\x","a b"="c"} 1'), [{ name: '1\n"\\\\x', help: '', type: 'gauge', points: [{ labels: { 'a b': 'c' }, value: 1 }] }]);
});

test('series stand together and come once, but for points with increasing timestamps', () => {
  assert.deepEqual(points('gauge', 'a 17 123', 'a 18 456', 'a 19 456'), [{ labels: {}, value: 17, timestampMs: 123_000 }, { labels: {}, value: 18, timestampMs: 456_000 }]);
  const cases: readonly (readonly [reason: string, ...lines: string[]])[] = [
    ['2:1 sample "a": expected each series once, got it again', 'a{b="1",c="2"} 1', 'a{c="2",d="",b="1"} 1'],
    ['3:1 sample "a": expected all samples with the same labels together, got other labels in between', 'a{b="1"} 1 1', 'a{b="2"} 1 1', 'a{b="1"} 1 2'],
    ['2:5 sample "a": expected a timestamp not before the 2 of the line above, got 1', 'a 1 2', 'a 1 1'],
    ['2:3 sample "a": expected a timestamp on all samples with the same labels, or on none', 'a 1 2', 'a 1'],
    ['2:3 sample "a": expected a timestamp on all samples with the same labels, or on none', 'a 1', 'a 1 2'],
  ];
  for (const [reason, ...lines] of cases) assert.equal(rejection(...lines), reason);
});

test('a state set is one point for each time, whatever stands between the times of a state', () => {
  const lines = ['a{e="x",a="on"} 1 1', 'a{e="x",a="on"} 0 2', 'a{e="x",a="off"} 0 1', 'a{e="x",a="off"} 1 2', 'a{e="x",a="later"} 1 3', 'a{a="__proto__",e="y"} 1'];
  const [first, second, third, other] = points('stateset', ...lines) as readonly { readonly states: object }[];
  assert.deepEqual([first, second, third], [
    { labels: { e: 'x' }, timestampMs: 1000, states: { on: true, off: false } },
    { labels: { e: 'x' }, timestampMs: 2000, states: { on: false, off: true } },
    { labels: { e: 'x' }, timestampMs: 3000, states: { later: true } },
  ]);
  assert.deepEqual(Object.keys(other!.states), ['__proto__']);
  assert.equal(rejection('# TYPE a stateset', 'a{a="on"} 1', 'a{a="on"} 1'), '3:1 sample "a": expected each series once, got it again');
  assert.equal(rejection('# TYPE a stateset', 'a{e="x",a="on"} 1', 'a{e="y",a="on"} 1', 'a{e="x",a="off"} 1'), '4:1 sample "a": expected all samples with the same labels together, got other labels in between');
  assert.equal(rejection('# TYPE a stateset', 'a{e="x",f="1",a="on"} 1', 'a{e="y",f="1",a="on"} 1', 'a{e="x",f="2",a="on"} 1'), '4:1 sample "a": expected all state sets that begin with the label e="x" together, got others in between');
  assert.deepEqual(read('# TYPE "a.b" stateset', '{"a.b","a.b"="x"} 1'), [{ name: 'a.b', help: '', type: 'stateset', points: [{ labels: {}, states: { x: true } }] }]);
});

test('the exposition ends with "# EOF", and with nothing after it', () => {
  for (const [input, reason] of [
    ['a 1\n', 'line 2, column 1: exposition: expected "# EOF" as the last line, got the end of the input'],
    ['a 1', 'line 1, column 4: last line: expected a line feed and "# EOF" after it, got the end of the input'],
    ['# EOF\n\n', 'line 2, column 1: # EOF: expected the end of the input after it, got the end of the line'],
    ['# EOF \n', 'line 1, column 6: # EOF: expected the end of the line, got a blank'],
    ['# EOF\r\n', 'line 1, column 6: # EOF: expected the end of the line, got "\\r"'],
    ['\ufeff# EOF\n', 'line 1, column 1: text: expected no byte order mark at its start, got U+FEFF'],
  ] as const) assert.throws(() => parse(input, FORMAT), { name: 'ParseError', message: reason });
});
