// The parser on inputs that nobody wrote: it ends, quickly, and throws nothing but its own error.

import assert from 'node:assert/strict';
import test from 'node:test';
import { openMetricsWith, render, text, text1 } from '../lib/index.ts';
import type { Format, MetricFamily, Point } from '../lib/index.ts';
import { openMetrics2 } from '../lib/openmetrics2.ts';
import { parse, ParseError, parseSamples } from '../lib/parse.ts';
import type { ParseFormat } from '../lib/parse.ts';
import { assertLinear } from './growth.ts';

const TEXT = `# HELP jobs_total Jobs \\\\ done.\\nAll.
# TYPE jobs_total counter
jobs_total{path="C:\\\\x\\n\\"y\\"",code="200"} 3 1700000000000
jobs_total{path="",code="500",} 1e3
# a comment
# TYPE load gauge
load -0.25
load{host="a"}+Inf
# TYPE size_bytes histogram
size_bytes_bucket{le="1"} 1
size_bytes_bucket{le="10"} 3
size_bytes_bucket{le="+Inf"} 4
size_bytes_sum 82.5
size_bytes_count 4
# TYPE wait_seconds summary
wait_seconds{quantile="0.5",x="é"} 0.1
wait_seconds{quantile="0.9",x="é"} NaN
wait_seconds_sum{x="é"} 2
wait_seconds_count{x="é"} 9
a_b 1
`;

const OPEN_METRICS = `# TYPE jobs counter
# HELP jobs Jobs \\"done\\".
jobs_total{path="C:\\\\x\\n"} 3 1.5 # {trace_id="x"} 0.5 1.001
jobs_created{path="C:\\\\x\\n"} 1 1.5
# TYPE size_bytes histogram
# UNIT size_bytes bytes
size_bytes_bucket{le="1"} 1 # {} 0.5
size_bytes_bucket{le="+Inf"} 4
size_bytes_sum 82.5
size_bytes_count 4
# TYPE mode stateset
mode{mode="on"} 1
mode{mode="off"} 0
# TYPE build info
build_info{version="1"} 1
# TYPE wait summary
wait{quantile="0.5"} 0.1
wait_count 9
{"quoted.name","a.b"="c"} 1
# EOF
`;

const OPEN_METRICS_2 = `# TYPE jobs_total counter
# HELP jobs_total Jobs \\"done\\".
jobs_total{path="C:\\\\x\\n"} 3 1.5 st@0.25 # {trace_id="x"} 0.5 1.001 # {} 1 2
# TYPE size_bytes histogram
# UNIT size_bytes bytes
size_bytes{a="b"} {count:4,sum:82.5,schema:0,zero_threshold:1e-4,zero_count:1,negative_spans:[-2:1],negative_buckets:[1],positive_spans:[1:2,3:1],positive_buckets:[1,0,1],bucket:[0.5:2,1:2,+Inf:4]} st@1 # {} 0.5 1
size_bytes{a="c"} {count:0,sum:0,bucket:[-Inf:0,1:0,+Inf:0]}
# TYPE now gaugehistogram
now {gcount:0.25,gsum:-2.0,bucket:[-1:0.5,+Inf:0.25]}
# TYPE mode stateset
mode{mode="on"} 1
mode{mode="off"} 0
# TYPE build_info info
build_info{version="1"} 1
# TYPE wait summary
wait {count:9,sum:2,quantile:[0.5:0.1,0.9:NaN]} 7
{"quoted.name","a.b"="c"} 1
unknown {count:1,sum:1,quantile:[]}
# EOF
`;

/** What the mutations are of. */
const ORIGINALS: Readonly<Record<ParseFormat, string>> = { text: TEXT, openmetrics: OPEN_METRICS, openmetrics2: OPEN_METRICS_2 };

// What a mutation puts in: the characters and words that mean something in one of the formats.
const PIECES = [
  ...'{}",=#\\ \t\n\r\0_:.+-019aeE\u00e9\u{1f389}\ud800', '""', '\\n', '\\"', '# TYPE ', '# HELP ', '# UNIT ', '# EOF\n', ' # {', 'NaN', '+Inf', '1e400',
  '_bucket', '_sum', '_count', '_total', '_created', '_info', 'le="', 'quantile="', 'histogram', 'summary', 'counter', 'gauge', '__proto__', '__name__', 'count:', 'sum:', 'bucket:[', 'schema:', ',positive_spans:[', ' st@', '1:', ']', '99999999999', '\ufeff', '\u0085', '\u202e', '\u2066\u200e',
];

test('a mutated exposition is read or rejected, and nothing else happens', () => {
  const accepted = { text: 0, openmetrics: 0, openmetrics2: 0 };
  for (const { format, families } of mutated()) if (families !== undefined) accepted[format]++;
  // If nearly nothing got through, or everything did, this would show little.
  for (const count of Object.values(accepted)) assert.ok(count > 500 && count < 5500, JSON.stringify(accepted));
});

test('no message shows a character that a terminal obeys or that is not seen', () => {
  for (const { input, message } of mutated()) {
    if (message !== undefined) assert.doesNotMatch(message, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u, JSON.stringify(input));
  }
});

test('what is accepted reads the same from bytes, and sample by sample', () => {
  for (const { format, input, families } of mutated()) {
    if (families === undefined) continue;
    assert.deepEqual(parse(new TextEncoder().encode(input), { format }), families, input);
    assert.doesNotThrow(() => [...parseSamples(input, { format })], input);
  }
});

/** Series that come twice are told of, in more lines than there are tests. */
const SILENT = { onWarning: (): void => {} };

/** Writers that can show all that a format's parser reads. */
const WRITERS: Readonly<Record<ParseFormat, Format>> = {
  text: text1,
  openmetrics: openMetricsWith({ created: true, escaping: 'allow-utf-8' }),
  openmetrics2: openMetrics2,
};

test('what is accepted is printed in its own format, and reads back the same', () => {
  for (const { format, input, families } of mutated()) {
    if (families === undefined) continue;
    const printed = render(families, WRITERS[format], SILENT);
    const again = tryParse(printed, format);
    assert.notEqual(again, undefined, `${JSON.stringify(input)} is printed as ${JSON.stringify(printed)}, which is rejected`);
    // OpenMetrics 2.0 shows states with times as gauges.
    if (families.every(({ type }) => type !== 'stateset')) assert.deepEqual(again!.map(shown), families.map(shown), input);
    assert.equal(render(again!, WRITERS[format], SILENT), printed, input);
  }
});

test('what is accepted of the text format prints as text 0.0.4 that reads back the same', () => {
  for (const { format, input, families } of mutated()) {
    if (format !== 'text' || families === undefined) continue;
    const printed = render(families, text, SILENT);
    const again = tryParse(printed, 'text');
    assert.notEqual(again, undefined, `${JSON.stringify(input)} is printed as ${JSON.stringify(printed)}, which is rejected`);
    assert.equal(render(again!, text, SILENT), printed, input);
  }
});

test('the time that an input takes grows no faster than its length', () => {
  const inputs: Readonly<Record<string, (size: number) => string>> = {
    'one long label value': (size) => `a{b="${'x'.repeat(size)}`,
    'one long escaped value': (size) => `a{b="${'\\\\'.repeat(size / 2)}"} 1\n`,
    'values with escapes': (size) => 'a{b="\\n"} 1\n'.repeat(size / 13),
    'many labels': (size) => `a{${Array.from({ length: size / 10 }, (_, i) => `l${i}="v"`).join(',')}} 1\n`,
    'many names': (size) => Array.from({ length: size / 10 }, (_, i) => `a${i} 1\n`).join(''),
    'many help lines': (size) => Array.from({ length: size / 10 }, (_, i) => `# HELP a${i} x\n`).join(''),
    'a long number': (size) => `a ${'9'.repeat(size)}\n`,
    'a long timestamp': (size) => `a 1 ${'0'.repeat(size)}\n`,
    'blanks': (size) => `a${' '.repeat(size)}\n`,
    'series of one histogram, interleaved': (size) =>
      `# TYPE h histogram\n${['1', '2', '+Inf'].map((le) => Array.from({ length: size / 90 }, (_, i) => `h_bucket{i="${i}",le="${le}"} 1\n`).join('')).join('')}`,
    'buckets in falling order': (size) => `# TYPE h histogram\n${Array.from({ length: size / 20 }, (_, i) => `h_bucket{le="${-i}"} 1\n`).join('')}`,
    'label names in changing order': (size) => Array.from({ length: size / 20 }, (_, i) => (i % 2 ? `a{x="${i}",y="1"} 1\n` : `a{y="1",x="${i}"} 1\n`)).join(''),
    'one bucket again and again': (size) => `# TYPE h histogram\n${'h_bucket{le="1"} 1\n'.repeat(size / 19)}`,
    'a sum again and again beside many buckets': (size) =>
      `# TYPE h histogram\n${Array.from({ length: 400 }, (_, i) => `h_bucket{le="${i}"} 1\n`).join('')}${'h_sum 1\n'.repeat(size / 8)}`,
    'one quantile again and again, in two orders of labels': (size) => `# TYPE s summary\n${'s{a="",quantile="1"} 1\ns{quantile="1",a=""} 1\n'.repeat(size / 48)}`,
  };
  const openMetricsInputs: Readonly<Record<string, (size: number) => string>> = {
    'series': (size) => Array.from({ length: size / 16 }, (_, i) => `a{b="${i}"} 1\n`).join(''),
    'families': (size) => Array.from({ length: size / 30 }, (_, i) => `# TYPE a${i} histogram\n`).join(''),
    'states': (size) => `# TYPE a stateset\n${Array.from({ length: size / 18 }, (_, i) => `a{a="${i}"} 1\n`).join('')}`,
    'points of one series': (size) => `# TYPE a counter\n${Array.from({ length: size / 30 }, (_, i) => `a_total 1 ${i} # {x="\\\\"} 1\n`).join('')}`,
  };
  const openMetrics2Inputs: Readonly<Record<string, (size: number) => string>> = {
    'families of one sample': (size) => Array.from({ length: size / 8 }, (_, i) => `a${i} 1\n`).join(''),
    'states of many sets': (size) => `# TYPE a stateset\n${Array.from({ length: size / 20 }, (_, i) => `a{b="${i}",a="x"} 1\n`).join('')}`,
    'buckets of one histogram': (size) => `a {count:1,sum:1,bucket:[${Array.from({ length: size / 8 }, (_, i) => `${i}:0,`).join('')}+Inf:1]}\n`,
    'spans of one histogram': (size) => `a {count:0,sum:1,schema:8,zero_threshold:0,zero_count:0,positive_spans:[${'1:1,'.repeat(size / 8)}1:1],positive_buckets:[${'0,'.repeat(size / 8)}0]}\n`,
    'exemplars of one histogram': (size) => `a {count:1,sum:1,bucket:[1:1,+Inf:1]}${' # {} 1 1'.repeat(size / 9)}\n`,
    'a long number in a value': (size) => `a {count:${'9'.repeat(size)}\n`,
    'a long offset': (size) => `a {count:0,sum:1,schema:8,zero_threshold:0,zero_count:0,positive_spans:[${'0'.repeat(size)}\n`,
  };
  const all = { text: inputs, openmetrics: openMetricsInputs, openmetrics2: openMetrics2Inputs };
  for (const [format, name, make] of (Object.keys(all) as ParseFormat[]).flatMap((format) => Object.entries(all[format]).map(([name, make]) => [format, name, make] as const))) {
    assertLinear(name, 10_000, (size) => {
      const input = make(size);
      return () => tryParse(input, format);
    });
  }
});

test('long strings are looked up as fast as short ones, or there may be only a few of them', () => {
  const long = 'x'.repeat(17_000);
  const series = (count: number): string => Array.from({ length: count }, (_, i) => `a{b="${long}${i}"} 1\n`).join('');
  assertLinear('long label values', 50, (count) => {
    const input = `${series(count)}# EOF\n`;
    return () => assert.equal(parse(input, { format: 'openmetrics' }).length, 1);
  });
  assert.throws(() => parse(`${series(2)}${series(1)}# EOF\n`, { format: 'openmetrics' }), { reason: 'sample "a": expected all samples with the same labels together, got other labels in between' });

  const names = (line: (i: number) => string, count: number): string => Array.from({ length: count }, (_, i) => line(i)).join('');
  const cases: readonly (readonly [format: ParseFormat, line: (i: number) => string, place: string])[] = [
    ['text', (i) => `${long}${i} 1\n`, 'line 101, column 1'],
    ['text', (i) => `{"${long}${i}"} 1\n`, 'line 101, column 2'],
    ['text', (i) => `a{${long}${i}="1"} 1\n`, 'line 101, column 3'],
    ['text', (i) => `# HELP ${long}${i} x\n`, 'line 101, column 8'],
    ['text', (i) => `${i === 0 ? '# TYPE h histogram\n' : ''}h_bucket{le="-${'0'.repeat(17_000)}${i}"} 1\n`, 'line 102, column 10'],
    ['openmetrics', (i) => `${i === 0 ? '# TYPE a stateset\n' : ''}a{a="${long}${i}"} 1\n`, 'line 102, column 3'],
  ];
  for (const [format, line, place] of cases) {
    const end = format === 'text' ? '' : '# EOF\n';
    assert.doesNotThrow(() => parse(names(line, 100) + end, { format }));
    assert.throws(() => parse(names(line, 101) + end, { format }), (error: Error) => {
      assert.match(error.message, new RegExp(`^${place}: name: expected at most 100 of more than 16000 characters, got another of 170\\d\\d$`));
      return error instanceof ParseError;
    });
  }
});

interface Mutated {
  readonly format: ParseFormat;
  readonly input: string;
  /** Where it is accepted. */
  readonly families?: ReturnType<typeof parse>;
  /** Where it is rejected. */
  readonly message?: string;
}

let read: readonly Mutated[] | undefined;

/** The mutations as they are read: once for all tests, which change none. */
function mutated(): readonly Mutated[] {
  return (read ??= Array.from(mutations(), ([format, input]) => ({ format, input, ...outcome(input, format) })));
}

/** Each exposition, with one to five random changes each; always the same ones. */
function* mutations(): Generator<readonly [ParseFormat, string]> {
  const random = generator(20_26);
  for (let i = 0; i < 6000; i++) {
    for (const format of Object.keys(ORIGINALS) as ParseFormat[]) {
      let input = ORIGINALS[format];
      const count = 1 + Math.floor(random() * random() * 5);
      for (let change = 0; change < count; change++) input = mutate(input, random);
      yield [format, input];
    }
  }
}

function mutate(input: string, random: () => number): string {
  const below = (limit: number): number => Math.floor(random() * limit);
  const at = below(input.length);
  const piece = PIECES[below(PIECES.length)]!;
  const lines = input.split('\n');
  const line = below(lines.length);
  switch (below(6)) {
    case 0:
      return input.slice(0, at) + piece + input.slice(at);
    case 1:
      return input.slice(0, at) + input.slice(at + 1 + below(3));
    case 2:
      return input.slice(0, at) + piece + input.slice(at + piece.length);
    case 3:
      return lines.toSpliced(line, 1).join('\n');
    case 4:
      return lines.toSpliced(below(lines.length), 0, lines[line]!).join('\n');
    default:
      return lines.toSpliced(line, 1).toSpliced(below(lines.length), 0, lines[line]!).join('\n');
  }
}

/**
 * The family, but for what writers do not show: a series again, a sign of zero, blanks at the ends of a help text, and a unit
 * that the name does not end in, which OpenMetrics 2.0 alone allows.
 */
function shown(family: MetricFamily): unknown {
  const unit = family.unit !== undefined && family.name.replace(/_total$/, '').endsWith(`_${family.unit}`) ? family.unit : undefined;
  const points = new Map<string, Point>();
  for (const point of family.points) {
    const series = JSON.stringify([Object.entries(point.labels).filter(([, value]) => value !== '').sort(), point.timestampMs]);
    if (!points.has(series)) points.set(series, point);
  }
  const unsigned = (_: string, value: unknown): unknown => (typeof value === 'number' ? `${value}` : value);
  return JSON.parse(JSON.stringify({ ...family, unit, help: family.help.replace(/^[ \t]+|[ \t]+$/g, ''), points: [...points.values()] }, unsigned));
}

function outcome(input: string, format: ParseFormat): Pick<Mutated, 'families' | 'message'> {
  try {
    return { families: parse(input, { format }) };
  } catch (error) {
    if (error instanceof ParseError) return { message: error.message };
    throw new Error(`not a ParseError for ${JSON.stringify(input)}`, { cause: error });
  }
}

function tryParse(input: string, format: ParseFormat): ReturnType<typeof parse> | undefined {
  return outcome(input, format).families;
}

/** Numbers from 0 to 1: a linear congruential generator, seeded. */
function generator(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}
