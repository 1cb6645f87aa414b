// How `promlet check` and `promlet convert` tell formats apart, such as text formats that all end in `# EOF`.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatOf } from '../lib/commands/format-of.ts';
import { delimited, joined, number, text } from './protobuf-bytes.ts';

const EXPOSITIONS: Readonly<Record<string, readonly [exposition: string, format: 'text' | 'openmetrics' | 'openmetrics2']>> = {
  'no end': ['# TYPE jobs counter\njobs_total 1\n', 'text'],
  'a counter with the name of its samples': ['# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total{queue="a"} 1\n# EOF\n', 'text'],
  'a counter without the suffix anywhere': ['# TYPE jobs counter\njobs 1\n# EOF\n', 'text'],
  'a counter whose samples have the suffix': ['# TYPE jobs counter\njobs_total 1\n# EOF\n', 'openmetrics'],
  'the same with a quoted name': ['# TYPE "my.jobs" counter\n{"my.jobs_total",queue="}"} 1\n# EOF\n', 'openmetrics'],
  'two counters, one named like the sample of the other': ['# TYPE jobs counter\n# TYPE jobs_total counter\njobs_total 1\n# EOF\n', 'text'],
  'counters without samples': ['# TYPE jobs counter\n# HELP jobs Jobs.\n# EOF\n', 'openmetrics'],
  'samples alone': ['temperature 20.5\nhumidity 60\n# EOF\n', 'text'],
  'gauges and blank lines': ['# TYPE a gauge\na 1\n\n# TYPE b gauge\nb 1\n\n# EOF\n', 'text'],
  'an untyped metric': ['# TYPE a untyped\na 1\n# EOF\n', 'text'],
  'an unknown metric': ['# TYPE a unknown\na 1\n# EOF\n', 'openmetrics'],
  'an info': ['# TYPE build info\nbuild_info{version="1"} 1\n# EOF\n', 'openmetrics'],
  'a state set': ['# TYPE door stateset\ndoor{door="open"} 1\n# EOF', 'openmetrics'],
  'a gauge histogram': ['# TYPE h gaugehistogram\nh_bucket{le="+Inf"} 1\nh_gcount 1\nh_gsum 1\n# EOF\n', 'openmetrics'],
  'a unit': ['# TYPE a_seconds gauge\n# UNIT a_seconds seconds\na_seconds 1\n# EOF\n', 'openmetrics'],
  'a unit beside a counter of the text format': ['# TYPE a_seconds counter\n# UNIT a_seconds seconds\na_seconds 1\n# EOF\n', 'text'],
  'a unit beside milliseconds': ['# TYPE a_seconds gauge\n# UNIT a_seconds seconds\na_seconds 1 1604042841692\n\n# EOF\n', 'text'],
  'an exemplar': ['# TYPE h histogram\nh_bucket{le="+Inf"} 1 # {trace_id="a"} 0.5\nh_sum 0.5\nh_count 1\n# EOF\n', 'openmetrics'],
  'an exemplar after a timestamp': ['# TYPE h histogram\nh_bucket{le="+Inf"} 1 1604042841 # {trace_id="a"} 0.5\n# EOF\n', 'openmetrics'],
  'a label value that looks like an exemplar': ['# TYPE a gauge\na{b="} 1 # {x=\\"1\\"} 1"} 1\n# EOF\n', 'text'],
  'a timestamp in milliseconds': ['# TYPE a gauge\na 1 1604042841692\n# EOF\n', 'text'],
  'a timestamp in whole seconds': ['# TYPE a gauge\na 1 1604042841\n# EOF\n', 'openmetrics'],
  'a timestamp with a fraction': ['# TYPE a gauge\na{b="c"} 1 1604042841.692\n# EOF\n', 'openmetrics'],
  'a help text that names a unit': ['# HELP a # UNIT a seconds\n# TYPE a gauge\na 1\n# EOF\n', 'text'],
  'line ends of Windows': ['# TYPE a gauge\r\na 1\r\n# EOF\r\n', 'text'],
  'blank lines after the end, which OpenMetrics forbids': ['# TYPE jobs counter\njobs_total 1\n# EOF\n\n', 'openmetrics'],
  'an end in the middle': ['a 1\n# EOF\nb 1\n', 'text'],
  'the end alone': ['# EOF\n', 'text'],
  'a value with fields': ['# TYPE h histogram\nh{a="b"} {count:1,sum:1,bucket:[+Inf:1]}\n# EOF\n', 'openmetrics2'],
  'a gauge histogram in one line': ['# TYPE h gaugehistogram\nh {gcount:1,gsum:1,bucket:[+Inf:1]}\n# EOF\n', 'openmetrics2'],
  'a quoted name before a value with fields': ['{"h.h"} {count:1,sum:1,quantile:[]}\n# EOF\n', 'openmetrics2'],
  'a start timestamp': ['# TYPE jobs_total counter\njobs_total 1 st@1.5\n# EOF\n', 'openmetrics2'],
  'an exemplar of a counter with the name of its samples': ['# TYPE jobs_total counter\njobs_total 1 # {a="b"} 1 1\n# EOF\n', 'openmetrics2'],
  'an info with the name of its samples': ['# TYPE build_info info\nbuild_info{version="1"} 1\n# EOF\n', 'openmetrics2'],
  'a gauge histogram beside a counter with the name of its samples': ['# TYPE jobs_total counter\njobs_total 1\n# TYPE h gaugehistogram\n# EOF\n', 'openmetrics2'],
  'label values that look like a value with fields and a start': ['# TYPE a gauge\na{b=" {count:1} st@1",c="\\" {count:1"} 1\n# EOF\n', 'text'],
  'fields without an end': ['a {count:1,sum:1,bucket:[+Inf:1]}\n', 'text'],
};

for (const [what, [exposition, format]] of Object.entries(EXPOSITIONS)) {
  test(`takes ${what} for ${format}`, () => {
    assert.equal(formatOf(Buffer.from(exposition), undefined).format, format);
  });
}

test('believes the Content-Type of an answer, if it is one of the two', () => {
  const [openMetrics, text] = ['# TYPE jobs counter\njobs_total 1\n# EOF\n', 'a 1\n# EOF\n'].map((each) => Buffer.from(each));
  assert.equal(formatOf(openMetrics!, 'text/plain; version=0.0.4').format, 'text');
  assert.equal(formatOf(text!, 'Application/OpenMetrics-Text; version=1.0.0').format, 'openmetrics');
  assert.equal(formatOf(openMetrics!, 'application/octet-stream').format, 'openmetrics');
  assert.equal(formatOf(text!, 'application/octet-stream').format, 'text');
});

test('believes the version of OpenMetrics, and protobuf, in the Content-Type of an answer', () => {
  const said = (contentType: string, bytes: string | Uint8Array = 'a 1\n# EOF\n'): unknown => formatOf(Buffer.from(bytes), contentType);
  const because = 'its Content-Type says so';
  for (const version of ['version=2.0.0; charset=utf-8; escaping=allow-utf-8', 'charset=utf-8;version="2.0.0"', 'VERSION=2.0.0', 'version=2']) {
    assert.deepEqual(said(`application/openmetrics-text; ${version}`), { format: 'openmetrics2', because });
  }
  for (const version of ['version=1.0.0', 'version=0.0.1', 'version=20.0.0', 'charset=utf-8', 'subversion=2.0.0']) {
    assert.deepEqual(said(`application/openmetrics-text; ${version}`), { format: 'openmetrics', because }, version);
  }
  assert.deepEqual(said('application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited'), { format: 'protobuf', because });
  assert.deepEqual(said('text/plain; version=0.0.4', delimited(text(1, 'a'))), { format: 'text' });
});

test('takes bytes for protobuf that begin with a message whose first field is a name', () => {
  const taken = (bytes: Uint8Array): string => formatOf(bytes, undefined).format;
  const long = 'x'.repeat(300);
  for (const message of [delimited(text(1, 'a')), delimited(text(1, 'a'), number(3, 1)), delimited(text(1, 'a'), text(2, 'Help.')), delimited(text(1, long), text(5, 's')), joined(delimited(text(1, 'a')), Uint8Array.of(0xff))]) {
    assert.equal(taken(message), 'protobuf');
  }
  assert.equal(formatOf(delimited(text(1, 'a')), 'application/octet-stream').format, 'protobuf');
  const others = [delimited(text(1, '')), delimited(text(2, 'a')), delimited(text(1, 'a'), text(9, 'x')), delimited(text(1, 'abc')).subarray(0, 4), Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 10), Uint8Array.of(10), new Uint8Array()];
  for (const bytes of others) assert.equal(taken(bytes), 'text');
  for (const blank of ['\n\n\n\n\n\n\n\n\n\n\n\n', '\n\na 1\n', '\t\n# HELP a x\na 1\n', '# TYPE a gauge\na 1\n', '\ufeffa 1\n']) assert.equal(taken(Buffer.from(blank)), 'text', blank);
  assert.equal(taken(Buffer.from('\ufeffa 1\n', 'utf16le')), 'text');
});

test('says what decided, and whether it may be wrong', () => {
  const assume = (exposition: string): unknown => formatOf(Buffer.from(exposition), undefined);
  assert.deepEqual(assume('a 1\n'), { format: 'text' });
  assert.deepEqual(assume('a 1\n# TYPE b info\n# EOF\n'), { format: 'openmetrics', because: 'line 2 has the type info' });
  assert.deepEqual(assume('# TYPE a gauge\na 1 1604042841\n# EOF\n'), { format: 'openmetrics', because: 'line 2 has a timestamp in seconds', isGuess: true });
  assert.deepEqual(assume('\n# EOF\n'), { format: 'text', because: 'line 1 is blank', isGuess: true });
  assert.deepEqual(assume('a 1\n# EOF\n'), { format: 'text', because: 'it ends in "# EOF", but has nothing that only OpenMetrics has', isGuess: true });
});

test('gets through lines of any length and shape', () => {
  const hostile = ['a{'.padEnd(90_000, '"\\'), `a{b="${'\\"'.repeat(40_000)}`, `a{${'b="c",'.repeat(15_000)}`, `a${' '.repeat(90_000)}`, 'x'.repeat(1_000_000), `# TYPE "${'\\"'.repeat(40_000)}`];
  for (const line of hostile) {
    const exposition = Buffer.from(`${`${line}\n`.repeat(20)}# EOF\n`);
    assert.equal(formatOf(exposition, undefined).format, 'text');
  }
});
