// The parser: what it reads, what it rejects, and where it says the fault is.

import assert from 'node:assert/strict';
import test from 'node:test';
import { Counter, Histogram, Registry, render } from '../lib/index.ts';
import { parse, ParseError, parseSamples } from '../lib/parse.ts';
import type { ParseFormat } from '../lib/parse.ts';

/** The place and the reason of the error that the input causes. */
function rejection(input: string | Uint8Array, format: ParseFormat = 'text'): string {
  try {
    parse(input, { format });
  } catch (error) {
    assert.ok(error instanceof ParseError, `not a ParseError: ${String(error)}`);
    assert.equal(error.message, `line ${error.line}, column ${error.column}: ${error.reason}`);
    return `${error.line}:${error.column} ${error.reason}`;
  }
  return 'accepted';
}

/** The same for lines of OpenMetrics, with the `# EOF` that they need. */
function rejectionOf(...lines: string[]): string {
  return rejection(`${lines.join('\n')}\n# EOF\n`, 'openmetrics');
}

test('what the registry prints is read back as its families', () => {
  const registry = new Registry();
  registry.register(new Counter({ name: 'jobs_total', help: 'Jobs "done".\nAll of them.', labelNames: ['path'] })).inc({ path: 'C:\\x\n"y"' }, 3);
  const sizes = registry.register(new Histogram({ name: 'size_bytes', help: 'Sizes.', buckets: [1, 10] }));
  for (const size of [0.5, 5, 7, 70]) sizes.observe(size);

  assert.deepEqual(parse(render(registry)), [
    { name: 'jobs_total', help: 'Jobs "done".\nAll of them.', type: 'counter', points: [{ labels: { path: 'C:\\x\n"y"' }, value: 3 }] },
    { name: 'size_bytes', help: 'Sizes.', type: 'histogram', points: [{ labels: {}, bounds: [1, 10], counts: [1, 2, 1], sum: 82.5 }] },
  ]);
  assert.equal(render(parse(render(registry))), render(registry));
});

test('samples come one by one as they are written, suffixes and special labels included', () => {
  const samples = parseSamples('# TYPE h histogram\nh_bucket{le="+Inf", a="x"} 3 1700\n h_sum 2.5e1\n');
  assert.deepEqual([...samples], [
    { name: 'h_bucket', labels: { le: '+Inf', a: 'x' }, value: 3, timestampMs: 1700 },
    { name: 'h_sum', labels: {}, value: 25 },
  ]);
});

test('samples before a fault are given out before the fault is', () => {
  const samples = parseSamples('a 1\nb oops\n');
  assert.deepEqual(samples.next().value, { name: 'a', labels: {}, value: 1 });
  assert.throws(() => samples.next(), { name: 'ParseError', line: 2, column: 3, reason: 'sample "b": expected a number as value, got "oops"' });
});

test('bytes are read like the text they are, also where pieces of them end', () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `size{place="${i % 7}"} ${i}`);
  const text = lines.join('\n').replaceAll('"3"', '"日本 🎉"') + '\n';
  assert.deepEqual([...parseSamples(new TextEncoder().encode(text))], [...parseSamples(text)]);
});

test('without a TextDecoder bytes are read all the same', (t) => {
  const bytes = new TextEncoder().encode('a{b="é 日 🎉"} 1\n');
  const decoder = globalThis.TextDecoder;
  t.after(() => (globalThis.TextDecoder = decoder));
  Reflect.deleteProperty(globalThis, 'TextDecoder');
  assert.deepEqual([...parseSamples(bytes)], [{ name: 'a', labels: { b: 'é 日 🎉' }, value: 1 }]);
  assert.equal(rejection(Uint8Array.of(97, 123, 0xc0, 0x80)), '1:3 text: expected UTF-8, got the byte 0xc0');
});

test('bytes that are not UTF-8 and halves of surrogate pairs are found where they stand', () => {
  for (const bad of [[0x80], [0xc1, 0x81], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80], [0xf0, 0x80, 0x80, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff], [0xe2, 0x82]]) {
    const bytes = Uint8Array.of(...new TextEncoder().encode('a 1\nb{c="é'), ...bad, ...new TextEncoder().encode('"} 1\n'));
    assert.equal(rejection(bytes), `2:7 text: expected UTF-8, got the byte 0x${bad[0]!.toString(16)}`);
  }
  assert.equal(rejection('a 1\nb{c="\ud83c"} 1\n'), '2:6 text: expected Unicode, got half of a surrogate pair');
});

test('what stands above invalid bytes or half a character is read, and its faults are found first', () => {
  for (const [input, reason] of [
    ['a 1\nb 2\nc{d="\ud83c"} 3\n', 'text: expected Unicode, got half of a surrogate pair'],
    [Uint8Array.of(...new TextEncoder().encode('a 1\nb 2\nc{d="'), 0xff, 10), 'text: expected UTF-8, got the byte 0xff'],
  ] as const) {
    const samples = parseSamples(input);
    assert.deepEqual([samples.next().value, samples.next().value], [{ name: 'a', labels: {}, value: 1 }, { name: 'b', labels: {}, value: 2 }]);
    assert.throws(() => samples.next(), { name: 'ParseError', line: 3, column: 6, reason });
  }
  assert.equal(rejection('a oops\nb{c="\ud83c"} 1\n'), '1:3 sample "a": expected a number as value, got "oops"');
  assert.equal(rejection(Uint8Array.of(...new TextEncoder().encode('a oops\n'), 0xff, 10)), '1:3 sample "a": expected a number as value, got "oops"');
});

test('a line may be long, but not longer than a string', () => {
  const bytes = new Uint8Array(2 ** 28 + 5);
  bytes.set([97, 32, 49, 10]);
  assert.equal(rejection(bytes), '2:1 line: expected at most 268435456 bytes, got 268435457');
});

test('the text format allows blanks and tabs around every token, and a comma after the last label', () => {
  assert.deepEqual([...parseSamples(' a\t{ b = "1" , c="2" , }\t-Inf \nb{}5\n\n')], [
    { name: 'a', labels: { b: '1', c: '2' }, value: -Infinity },
    { name: 'b', labels: {}, value: 5 },
  ]);
});

test('quoted names are read wherever a name may stand', () => {
  const text = '# HELP "my.x" With dots.\n# TYPE "my.x" gauge\n{"my.x","a.b"="1",c="2"} 3\n';
  assert.deepEqual(parse(text), [{ name: 'my.x', help: 'With dots.', type: 'gauge', points: [{ labels: { 'a.b': '1', c: '2' }, value: 3 }] }]);
});

test('a name that had to be quoted does not pass bare on the next line', () => {
  assert.equal(rejection('{"a b"} 1\na b 1\n'), '2:3 sample "a": expected a number as value, got "b"');
  assert.equal(rejection('a{"b c"="1"} 1\na{b c="1"} 1\n'), '2:5 label "b": expected "=", got "c=\\"1\\"}"');
});

test('a label named like a property of every object is a label', () => {
  const [sample] = parseSamples('a{__proto__="x",constructor="y"} 1\n');
  assert.deepEqual(Object.entries(sample!.labels), [['__proto__', 'x'], ['constructor', 'y']]);
});

test('all ways to write a number are read, and nothing else', () => {
  const good: readonly (readonly [string, number])[] = [
    ['0', 0], ['007', 7], ['+1.5', 1.5], ['.5', 0.5], ['5.', 5], ['1E3', 1000], ['1e-05', 0.00001], ['123456789012345678', 123456789012345680],
    ['0.1', 0.1], ['-Inf', -Infinity], ['INFINITY', Infinity], ['nan', NaN], ['4.9406564584124654e-324', 5e-324],
  ];
  for (const [text, value] of good) assert.equal([...parseSamples(`a ${text}\n`)][0]!.value, value, text);
  for (const text of ['0x1', '1_2', '1e', '1e+', '.', '+', '--1', '+nan', '1a', 'in', '0b1', '1e999']) {
    assert.equal(rejection(`a ${text}\n`), `1:3 sample "a": expected a number as value, got "${text}"`);
  }
});

test('errors of the text format tell the place and the rule', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['a 1', '1:4 last line: expected a line feed at its end, got the end of the input'],
    ['a 1\n  b{x="1" y="2"} 1\n', '2:11 labels: expected "," or "}", got "y=\\"2\\"}"'],
    ['a{,} 1\n', '1:3 labels: expected the name of a label, got ",}"'],
    ['a{b="x\ny"} 1\n', '1:7 label value: expected a closing quote, got the end of the line'],
    ['a{b="\\t"} 1\n', '1:6 label value: expected one of the escapes \\\\, \\" and \\n, got "\\\\t"'],
    ['a{b="1",b="2"} 1\n', '1:9 label "b": expected each label once, got it again'],
    ['a{__name__="b"} 1\n', '1:3 label "__name__": expected another name, it is reserved for the name of the metric'],
    ['{b="1"} 1\n', '1:1 sample: expected the name of a metric before or between the braces, got none'],
    ['{"a","b"} 1\n', '1:9 label "b": expected "=", got "}"'],
    ['{""} 1\n', '1:2 quoted name: expected at least one character, got ""'],
    ['a 1 1.5\n', '1:5 sample "a": expected whole milliseconds as timestamp, got "1.5"'],
    ['a 1 2 3\n', '1:7 sample "a": expected the end of the line after the timestamp, got "3"'],
    ['a 1 99999999999999999999\n', '1:5 sample "a": expected whole milliseconds as timestamp, got "99999999999999999999"'],
    ['# TYPE a\n', '1:9 # TYPE "a": expected a type, got the end of the line'],
    ['# TYPE a info\n', '1:10 # TYPE "a": expected counter, gauge, histogram, summary or untyped, got "info"'],
    ['# TYPE a-b gauge\n', '1:9 # TYPE "a": expected a blank after the name, got "-b"'],
    ['a 1\n# TYPE a gauge\n', '2:8 # TYPE "a": expected it before the first sample of that name, got it after'],
    ['# TYPE a gauge\n# TYPE a gauge\n', '2:8 # TYPE "a": expected one for each metric, got a second'],
    ['# HELP a x\n# HELP a x\n', '2:8 # HELP "a": expected one for each metric, got a second'],
    ['# TYPE h histogram\nh_bucket{x="1",le="one"} 1\n', '2:16 label "le": expected a number, got "one"'],
    ['# TYPE h histogram\nh_bucket{le="1"} -1\n', '2:18 sample "h_bucket": expected a count of 0 or more, got -1'],
  ];
  for (const [text, expected] of cases) assert.equal(rejection(text), expected, JSON.stringify(text));
});

test('text families may be interleaved, and a series that is there twice comes back twice', () => {
  assert.deepEqual(parse('# TYPE a gauge\na{x="1",y="2"} 1\nb 2\na{y="2",x="1",z=""} 3\na{x="1",y="2"} 4 5\n'), [
    { name: 'a', help: '', type: 'gauge', points: [{ labels: { x: '1', y: '2' }, value: 1 }, { labels: { y: '2', x: '1', z: '' }, value: 3 }, { labels: { x: '1', y: '2' }, value: 4, timestampMs: 5 }] },
    { name: 'b', help: '', type: 'unknown', points: [{ labels: {}, value: 2 }] },
  ]);
});

test('a text histogram or summary that is there twice comes back twice, whatever the order of its labels and lines', () => {
  const lines = ['h_bucket{x="1",y="2",le="1"} 1', 'h_bucket{x="1",y="2",le="+Inf"} 2', 'h_sum{x="1",y="2"} 3', 'h_count{x="1",y="2"} 2'];
  const again = ['h_bucket{le="1",y="2",x="1",z=""} 5', 'h_bucket{y="2",le="+Inf",x="1"} 6', 'h_sum{y="2",x="1"} 7', 'h_count{x="1",y="2"} 6'];
  const first = { labels: { x: '1', y: '2' }, bounds: [1], counts: [1, 1], sum: 3 };
  const second = { labels: { y: '2', x: '1', z: '' }, bounds: [1], counts: [5, 1], sum: 7 };
  const pointsOf = (...all: readonly string[]): unknown => parse(`# TYPE h histogram\n${all.join('\n')}\n`)[0]!.points;

  assert.deepEqual(pointsOf(...lines, ...again), [first, second]);
  assert.deepEqual(pointsOf(...lines.flatMap((line, i) => [line, again[i]!])), [first, second], 'line by line');
  assert.deepEqual(pointsOf(...lines, ...again.toReversed()), [first, { ...second, labels: { x: '1', y: '2' } }], 'from its end');
  assert.deepEqual(pointsOf(...lines, ...lines, ...again), [first, first, second]);
  assert.deepEqual(parse('# TYPE s summary\ns{quantile="0.5"} 1\ns_sum 2\ns_count 3\ns{quantile="0.5",z=""} 4\ns_count 5\n')[0]!.points, [
    { labels: {}, quantiles: [{ quantile: 0.5, value: 1 }], sum: 2, count: 3 },
    { labels: { z: '' }, quantiles: [{ quantile: 0.5, value: 4 }], count: 5 },
  ]);
});

test('one line of a text histogram that is there twice makes a second point, and the first has what came first', () => {
  const histogram = '# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="2"} 2\nh_bucket{le="+Inf"} 3\nh_sum 4\nh_count 3\n';
  const first = { labels: {}, bounds: [1, 2], counts: [1, 1, 1], sum: 4 };
  const cases: readonly (readonly [line: string, second: object])[] = [
    ['h_bucket{le="1"} 5', { labels: {}, bounds: [1], counts: [5, 0] }],
    ['h_bucket{le="2",z=""} 1', { labels: { z: '' }, bounds: [2], counts: [1, 0] }],
    ['h_bucket{le="+Inf"} 5', { labels: {}, bounds: [], counts: [5] }],
    ['h_count 5', { labels: {}, bounds: [], counts: [5] }],
    // A sum alone makes no point, so it has the buckets of the first.
    ['h_sum 5', { labels: {}, bounds: [1, 2], counts: [1, 1, 1], sum: 5 }],
    ['h_sum{z=""} 5\nh_count 6', { labels: { z: '' }, bounds: [], counts: [6], sum: 5 }],
  ];
  for (const [line, second] of cases) {
    assert.deepEqual(parse(`${histogram}${line}\n`), [{ name: 'h', help: '', type: 'histogram', points: [first, second] }], line);
  }
});

test('samples of a series that is there twice come twice, as written', () => {
  assert.deepEqual([...parseSamples('# TYPE h histogram\nh_bucket{le="1",a=""} 1\nh_bucket{le="1"} 2\nh_bucket{le="1"} 2\n')], [
    { name: 'h_bucket', labels: { le: '1', a: '' }, value: 1 },
    { name: 'h_bucket', labels: { le: '1' }, value: 2 },
    { name: 'h_bucket', labels: { le: '1' }, value: 2 },
  ]);
});

test('a text family may have the name of a sample that another could show', () => {
  const heads = (text: string, format: ParseFormat = 'text'): string[] =>
    parse(text, { format }).map(({ name, type, points }) => `${type} ${name} ${[...points].length}`);

  assert.deepEqual(heads('# TYPE x gauge\nx 1\n# TYPE x_total counter\nx_total 2\n'), ['gauge x 1', 'counter x_total 1']);
  assert.deepEqual(heads('# TYPE x counter\nx_total 1\n'), ['counter x 0', 'unknown x_total 1']);
  assert.deepEqual(heads('# TYPE x counter\nx 1\nx_created 2\n'), ['counter x 1', 'unknown x_created 1']);
  const histogram = '# TYPE x histogram\nx_bucket{le="+Inf"} 1\nx_sum 1\nx_count 1\n';
  assert.deepEqual(heads(`${histogram}# TYPE x_created gauge\nx_created 1\n`), ['histogram x 1', 'gauge x_created 1']);
  assert.deepEqual(heads('# TYPE x summary\nx_count 1\nx_sum 1\n# TYPE x_created gauge\nx_created 1\n'), ['summary x 1', 'gauge x_created 1']);
  assert.deepEqual(heads(`# TYPE x_sum gauge\nx_sum 5\n${histogram}`), ['gauge x_sum 2', 'unknown x_bucket 1', 'unknown x_count 1']);
  assert.deepEqual(heads('# TYPE x gauge\nx 1\n# TYPE x_info gauge\nx_info 1\nx_bucket{le="1"} 1\n'), ['gauge x 1', 'gauge x_info 1', 'unknown x_bucket 1']);
});

test('an OpenMetrics family may have any name that another could not show', () => {
  const heads = (...lines: string[]): string[] => parse(`${lines.join('\n')}\n# EOF\n`, { format: 'openmetrics' }).map(({ name, type }) => `${type} ${name}`);
  const gaugeHistogram = ['# TYPE x gaugehistogram', 'x_bucket{le="+Inf"} 1', 'x_gcount 1', 'x_gsum 1'];

  for (const name of ['x_sum', 'x_count', 'x_created', 'x_total']) {
    assert.deepEqual(heads(...gaugeHistogram, `# TYPE ${name} gauge`, `${name} 1`), ['gaugehistogram x', `gauge ${name}`]);
    assert.deepEqual(heads(`# TYPE ${name} gauge`, `${name} 1`, ...gaugeHistogram), [`gauge ${name}`, 'gaugehistogram x']);
  }
  assert.deepEqual(heads('# TYPE x gauge', 'x 1', '# TYPE x_total counter', 'x_total_total 1'), ['gauge x', 'counter x_total_total']);
  assert.deepEqual(heads('# TYPE x gauge', 'x 1', 'x_created 1', '# TYPE x_info gauge', 'x_info 1'), ['gauge x', 'unknown x_created', 'gauge x_info']);
  assert.equal(rejectionOf('# TYPE x_total gauge', '# TYPE x counter'), '2:8 counter "x": expected names that no other family has, got "x_total" again');
  assert.equal(rejectionOf('# TYPE x histogram', 'x_bucket{le="+Inf"} 1', 'x_created 1', '# TYPE x_created gauge'), '4:8 gauge "x_created": expected names that no other family has, got "x_created" again');
});

test('"# EOF" is a comment of the text format, wherever it stands', () => {
  const [family] = parse('# EOF\n# TYPE a gauge\na 1\n# EOF\n');
  assert.deepEqual(family, { name: 'a', help: '', type: 'gauge', points: [{ labels: {}, value: 1 }] });
  assert.deepEqual([...parseSamples('a 1\n# EOF\nb 2\n')].map(({ name }) => name), ['a', 'b']);
  assert.equal(rejection('a 1\n# EOF'), '2:6 last line: expected a line feed at its end, got the end of the input');
});

test('a unit of no characters is no unit', () => {
  assert.deepEqual(parse('# TYPE a gauge\n# UNIT a \na 1\n# TYPE b info\n# UNIT b \n# UNIT c \n# EOF\n', { format: 'openmetrics' }), [
    { name: 'a', help: '', type: 'gauge', points: [{ labels: {}, value: 1 }] },
    { name: 'b_info', help: '', type: 'info', points: [] },
    { name: 'c', help: '', type: 'unknown', points: [] },
  ]);
  assert.equal(rejectionOf('# UNIT a'), '1:9 # UNIT "a": expected one blank, got the end of the line');
  assert.equal(rejectionOf('# UNIT a_s ', '# UNIT a_s s'), '2:8 # UNIT "a_s": expected one for each family, got a second');
  assert.equal(rejectionOf('# UNIT a  '), '1:10 # UNIT "a": expected a unit of letters, digits, "_" and ":", got " "');
});

test('a byte order mark is rejected by its name', () => {
  for (const format of ['text', 'openmetrics'] as const) {
    const text = `\ufeffa 1\n${format === 'text' ? '' : '# EOF\n'}`;
    for (const input of [text, new TextEncoder().encode(text), '\ufeff']) {
      assert.equal(rejection(input, format), '1:1 text: expected no byte order mark at its start, got U+FEFF');
      assert.throws(() => [...parseSamples(input, { format })], { line: 1, column: 1, reason: 'text: expected no byte order mark at its start, got U+FEFF' });
    }
    for (const mark of [[0xff, 0xfe], [0xfe, 0xff]]) {
      assert.equal(rejection(Uint8Array.of(...mark, 97, 0), format), '1:1 text: expected UTF-8, got the byte order mark of UTF-16');
    }
  }
  assert.equal(rejection('a 1\n\ufeffb 1\n'), '2:1 sample: expected the name of a metric, got "\\ufeffb"');
  assert.deepEqual([...parseSamples('a{b="\ufeff"} 1\n')], [{ name: 'a', labels: { b: '\ufeff' }, value: 1 }]);
});

test('messages show no characters that a terminal obeys or that are not seen', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['\u007f', '\\u007f'], ['\u0085', '\\u0085'], ['\u009b31m', '\\u009b31m'], ['\u061c', '\\u061c'], ['\u200b', '\\u200b'], ['\u200e\u200f', '\\u200e\\u200f'], ['\u00a0', '\\u00a0'],
    ['\u2028\u2029', '\\u2028\\u2029'], ['\u202a\u202e', '\\u202a\\u202e'], ['\u2066\u2069', '\\u2066\\u2069'], ['\u{e0041}', '\\udb40\\udc41'], ['é日🎉', 'é日🎉'],
  ];
  for (const [text, shown] of cases) {
    assert.equal(rejection(`a ${text}\n`), `1:3 sample "a": expected a number as value, got "${shown}"`);
    assert.equal(rejection(`{"${text}"} x\n`), `1:${text.length + 6} sample "${shown}": expected a number as value, got "x"`);
    assert.equal(rejection(`a{"${text}"=1} 1\n`), `1:${text.length + 6} label "${shown}": expected a quoted value, got "1}"`);
    assert.equal(rejection(`# TYPE a ${text}\n`), `1:10 # TYPE "a": expected counter, gauge, histogram, summary or untyped, got "${shown}"`);
    assert.equal(rejection(`# TYPE h histogram\nh_bucket{le="${text}"} 1\n`), `2:10 label "le": expected a number, got "${shown}"`);
    assert.equal(rejectionOf(`# ${text}`), `1:1 line: expected "# HELP", "# TYPE", "# UNIT" or "# EOF", got "# ${shown}"`);
    assert.equal(rejectionOf(`# UNIT a ${text}`), `1:10 # UNIT "a": expected a unit of letters, digits, "_" and ":", got "${shown}"`);
  }
  assert.equal(rejection('a{b="\\\u202e"} 1\n'), '1:6 label value: expected one of the escapes \\\\, \\" and \\n, got "\\\\\\u202e"');
  assert.equal(rejection('a{b="\\🎉"} 1\n'), '1:6 label value: expected one of the escapes \\\\, \\" and \\n, got "\\\\🎉"');
  assert.throws(() => parse('', { format: '\u202e' as 'text' }), { name: 'TypeError', message: 'format: expected "text", "openmetrics" or "openmetrics2", got "\\u202e"' });
});

test('messages cut what is long, and no character in two', () => {
  assert.equal(rejection(`a ${'x'.repeat(80)}\n`), `1:3 sample "a": expected a number as value, got "${'x'.repeat(80)}"`);
  assert.equal(rejection(`a ${'x'.repeat(81)}\n`), `1:3 sample "a": expected a number as value, got "${'x'.repeat(80)}…"`);
  assert.equal(rejection(`a ${'x'.repeat(79)}🎉\n`), `1:3 sample "a": expected a number as value, got "${'x'.repeat(79)}…"`);
  assert.equal(rejection(`a ${'🎉'.repeat(1000)}\n`), `1:3 sample "a": expected a number as value, got "${'🎉'.repeat(40)}…"`);
});

test('a text histogram without +Inf takes it from its count, and buckets may come in any order', () => {
  const [family] = parse('# TYPE h histogram\nh_count 5\nh_bucket{le="2"} 3\nh_bucket{le="1"} 1\n');
  assert.deepEqual(family, { name: 'h', help: '', type: 'histogram', points: [{ labels: {}, bounds: [1, 2], counts: [1, 2, 2] }] });
});

test('a text histogram whose lines contradict each other comes back as plain samples', () => {
  const falling = '# TYPE h histogram\nh_bucket{le="1"} 5\nh_bucket{le="+Inf"} 3\nh_sum 1\nh_count 3\n';
  assert.deepEqual(parse(falling), [
    { name: 'h_bucket', help: '', type: 'unknown', points: [{ labels: { le: '1' }, value: 5 }, { labels: { le: '+Inf' }, value: 3 }] },
    { name: 'h_sum', help: '', type: 'unknown', points: [{ labels: {}, value: 1 }] },
    { name: 'h_count', help: '', type: 'unknown', points: [{ labels: {}, value: 3 }] },
  ]);
  for (const lines of ['h_bucket{le="+Inf"} 3\nh_count 4', 'h_sum 1', 'h_bucket 1', 'h 1', 'h_count{le="1"} 1', 'h_bucket{le="1"} 1\nh_bucket{le="1.0"} 1']) {
    assert.deepEqual([...new Set(parse(`# TYPE h histogram\n${lines}\n`).map((family) => family.type))], ['unknown'], lines);
  }
});

test('OpenMetrics families become those of the model, times in milliseconds', () => {
  const text = [
    '# TYPE jobs_seconds counter', '# UNIT jobs_seconds seconds', '# HELP jobs_seconds Time \\"spent\\".',
    'jobs_seconds_total{a="1"} 3 1520879607.789 # {trace_id="x"} 0.5 1.001', 'jobs_seconds_created{a="1"} 1520430000.123 1520879607.789',
    '# TYPE build info', 'build_info{version="1"} 1',
    '# TYPE mode stateset', 'mode{mode="on"} 1', 'mode{mode="off"} 0',
    '# TYPE h gaugehistogram', 'h_bucket{le="1"} 1 # {} 0.25', 'h_bucket{le="+Inf"} 3', 'h_gcount 3', 'h_gsum 9',
    '# TYPE s summary', 's{quantile="0.9"} 2', 's{quantile="0.5"} 1', 's_count 2',
    'plain NaN', '# EOF',
  ].join('\n');
  assert.deepEqual(parse(text, { format: 'openmetrics' }), [
    {
      name: 'jobs_seconds_total', help: 'Time "spent".', unit: 'seconds', type: 'counter',
      points: [
        {
          labels: { a: '1' },
          value: 3,
          timestampMs: 1520879607789,
          exemplar: { labels: { trace_id: 'x' }, value: 0.5, timestampMs: 1001 },
          createdMs: 1520430000123,
        },
      ],
    },
    { name: 'build_info', help: '', type: 'info', points: [{ labels: { version: '1' } }] },
    { name: 'mode', help: '', type: 'stateset', points: [{ labels: {}, states: { on: true, off: false } }] },
    { name: 'h', help: '', type: 'gaugehistogram', points: [{ labels: {}, bounds: [1], counts: [1, 2], sum: 9, exemplars: [{ labels: {}, value: 0.25 }, undefined] }] },
    { name: 's', help: '', type: 'summary', points: [{ labels: {}, quantiles: [{ quantile: 0.5, value: 1 }, { quantile: 0.9, value: 2 }], count: 2 }] },
    { name: 'plain', help: '', type: 'unknown', points: [{ labels: {}, value: NaN }] },
  ]);
});

test('errors of OpenMetrics lines tell the place and the rule', () => {
  assert.equal(rejection('', 'openmetrics'), '1:1 exposition: expected "# EOF" as the last line, got the end of the input');
  assert.equal(rejection('a 1\n', 'openmetrics'), '2:1 exposition: expected "# EOF" as the last line, got the end of the input');
  assert.equal(rejection('# EOF\n\n', 'openmetrics'), '2:1 # EOF: expected the end of the input after it, got the end of the line');
  assert.equal(rejectionOf('a  1'), '1:3 sample "a": expected a number as value, got a blank');
  assert.equal(rejectionOf('a 1 '), '1:5 sample "a": expected seconds as timestamp, got the end of the line');
  assert.equal(rejectionOf('a{b="1",} 1'), '1:9 labels: expected the name of a label, got "}"');
  assert.equal(rejectionOf('a{b="1"}1'), '1:9 sample "a": expected one blank before the value, got "1"');
  assert.equal(rejectionOf('# comment'), '1:1 line: expected "# HELP", "# TYPE", "# UNIT" or "# EOF", got "# comment"');
  assert.equal(rejectionOf('# HELP a'), '1:9 # HELP "a": expected one blank, got the end of the line');
  assert.equal(rejectionOf('# HELP a say "x"'), '1:14 help: expected the quote to be escaped as \\", got it bare');
  assert.equal(rejectionOf('a 1\r'), '1:3 sample "a": expected a number as value, got "1\\r"');
});

test('errors of OpenMetrics families tell the place and the rule', () => {
  const cases: readonly (readonly [lines: string[], expected: string])[] = [
    [['# TYPE a counter', 'a 1'], '2:1 sample "a": expected "a_total" or "a_created" in the counter "a", got "a"'],
    [['# TYPE a counter', 'a_total -1'], '2:9 sample "a_total": expected a value of 0 or more, got -1'],
    [['# TYPE a counter', 'a_created 1'], '2:1 counter "a": expected "a_total" beside "a_created", got none'],
    [['# TYPE a untyped'], '1:10 # TYPE "a": expected counter, gauge, histogram, gaugehistogram, summary, info, stateset, unknown, got "untyped"'],
    [['# UNIT a seconds'], '1:8 # UNIT "a": expected a name that ends in "_seconds", got "a"'],
    [['a 1', 'b 1', 'a 2'], '3:1 sample "a": expected all samples of a family together, got one of a family that ended before'],
    [['# TYPE a_sum gauge', '# TYPE a summary'], '2:8 summary "a": expected names that no other family has, got "a_sum" again'],
    [['# TYPE a gauge', 'a 1', '# HELP a x'], '3:8 # HELP "a": expected it before the samples of the family, got it after'],
    [['a 1', 'a 1'], '2:1 sample "a": expected each series once, got it again'],
    [['a{x="1",y="2"} 1', 'a{y="2",z="",x="1"} 1'], '2:1 sample "a": expected each series once, got it again'],
    [['a{x="\\z"} 1', 'a{x="y"} 1', 'a{x="\\\\z"} 1'], '3:1 sample "a": expected all samples with the same labels together, got other labels in between'],
    [['a 1 2', 'a 1 1'], '2:5 sample "a": expected a timestamp not before the 2 of the line above, got 1'],
    [['a 1 2', 'a 1'], '2:3 sample "a": expected a timestamp on all samples with the same labels, or on none'],
    [['# TYPE a gauge', 'a 1 # {} 1'], '2:7 sample "a": expected no exemplar: only counters and the buckets of histograms may have one, got one'],
    [['# TYPE h histogram', 'h_bucket{le="2"} 0', 'h_bucket{le="1"} 0'], '3:10 sample "h_bucket": expected a higher le than the 2 of the bucket before, got "1"'],
    [['# TYPE h histogram', 'h_bucket{le="2"} 3', 'h_bucket{le="+Inf"} 2'], '3:21 sample "h_bucket": expected at least the count of the bucket before, 3, got 2'],
    [['# TYPE h histogram', 'h_bucket{le="2"} 3', 'z 1'], '2:1 histogram "h": expected a bucket with le="+Inf", got 2 as the last'],
    [['# TYPE h histogram', 'h_bucket{le="1"} 1 # {} 2'], '2:22 sample "h_bucket": expected an exemplar of the bucket, of at most 1, got 2'],
    [['# TYPE h histogram', 'h_bucket{le="Inf"} 1'], '2:10 sample "h_bucket": expected infinity as le to be written "+Inf", got "Inf"'],
    [['# TYPE h histogram', 'h_sum{le="1"} 1'], '2:7 sample "h_sum": expected no label "le", got one'],
    [['# TYPE s summary', 's{quantile="2"} 1'], '2:3 sample "s": expected a quantile from 0 to 1, got "2"'],
    [['# TYPE s stateset', 's 1'], '2:1 sample "s": expected the label "s", got none'],
  ];
  for (const [lines, expected] of cases) assert.equal(rejectionOf(...lines), expected, lines.join('; '));
});

test('the length of an exemplar is counted in characters, not in halves of them', () => {
  const of = (length: number): string => rejectionOf('# TYPE a counter', `a_total 1 # {l="${'🎉'.repeat(length - 1)}"} 1`);
  assert.equal(of(128), 'accepted');
  assert.equal(of(129), '2:13 exemplar: expected at most 128 characters in the names and values of its labels, got 129');
});

test('a wrong format or input is the mistake of the caller', () => {
  assert.throws(() => parse('', { format: 'protobuf' as 'text' }), { name: 'TypeError', message: 'format: expected "text", "openmetrics" or "openmetrics2", got "protobuf"' });
  assert.throws(() => parse('', { format: 5n as unknown as 'text' }), { name: 'TypeError', message: 'format: expected "text", "openmetrics" or "openmetrics2", got bigint' });
  assert.throws(() => parseSamples(5 as unknown as string), { name: 'TypeError', message: 'input: expected a string or a Uint8Array, got number' });
});
