// Text format 0.0.4, byte for byte, where a few lines tell it; the golden files have the rest.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, Histogram, Registry, render, text } from '../lib/index.ts';
import type { MetricFamily } from '../lib/index.ts';

test('the content type has version and charset', () => {
  assert.equal(text.contentType, 'text/plain; version=0.0.4; charset=utf-8');
  assert.equal(text.name, 'text');
});

test('help comes before type, samples after both, and the last line is ended', () => {
  const counter = new Counter({ name: 'http_requests_total', help: 'HTTP requests handled.', labelNames: ['method', 'status'] });
  counter.inc({ method: 'GET', status: 200 }, 3);
  assert.equal(
    render(counter),
    '# HELP http_requests_total HTTP requests handled.\n# TYPE http_requests_total counter\nhttp_requests_total{method="GET",status="200"} 3\n',
  );
});

test('a family without help has no help line, and one without series has its type all the same', () => {
  const registry = new Registry();
  registry.register(new Counter({ name: 'c_total', help: '', labelNames: ['a'] }));
  registry.register(new Histogram({ name: 'h', help: 'H.', labelNames: ['a'] }));
  assert.equal(render(registry), '# TYPE c_total counter\n# HELP h H.\n# TYPE h histogram\n');
});

test('an empty registry is an empty text', () => {
  assert.equal(render(new Registry()), '');
});

test('a histogram’s buckets add up, and end in its count', () => {
  const histogram = new Histogram({ name: 'h', help: '', labelNames: ['a'], buckets: [0.005, 1, 1e6] });
  for (const value of [0.005, 0.5, 2, 1e9]) histogram.observe({ a: 'x' }, value);
  assert.equal(
    render(histogram),
    '# TYPE h histogram\nh_bucket{a="x",le="0.005"} 1\nh_bucket{a="x",le="1"} 2\nh_bucket{a="x",le="1e+06"} 3\nh_bucket{a="x",le="+Inf"} 4\n' +
      'h_sum{a="x"} 1000000002.505\nh_count{a="x"} 4\n',
  );
});

const families: readonly (readonly [what: string, family: MetricFamily, text: string])[] = [
  ['unknown is untyped', { type: 'unknown', name: 'u', help: '', points: [{ labels: {}, value: 2 }] }, '# TYPE u untyped\nu 2\n'],
  ['a point’s time is whole milliseconds', { type: 'gauge', name: 'g', help: '', points: [{ labels: {}, value: 1, timestampMs: 1_700_000_000_125.9 }, { labels: { a: 'b' }, value: 1, timestampMs: -1_500 }] }, '# TYPE g gauge\ng 1 1700000000125\ng{a="b"} 1 -1500\n'],
  ['a time of 0 is a time', { type: 'counter', name: 'c', help: '', points: [{ labels: {}, value: 1, timestampMs: 0 }] }, '# TYPE c counter\nc 1 0\n'],
  ['a time stands on every line of a histogram', { type: 'histogram', name: 'h', help: '', points: [{ labels: {}, bounds: [1], counts: [1, 1], sum: 3, timestampMs: 5 }] }, '# TYPE h histogram\nh_bucket{le="1"} 1 5\nh_bucket{le="+Inf"} 2 5\nh_sum 3 5\nh_count 2 5\n'],
  ['a histogram without a sum has no count either', { type: 'histogram', name: 'h', help: '', points: [{ labels: {}, bounds: [], counts: [2] }] }, '# TYPE h histogram\nh_bucket{le="+Inf"} 2\n'],
  ['a gauge histogram is shown as a histogram', { type: 'gaugehistogram', name: 'q', help: '', points: [{ labels: { a: 'x' }, bounds: [1], counts: [3, 1], sum: 9 }] }, '# TYPE q histogram\nq_bucket{a="x",le="1"} 3\nq_bucket{a="x",le="+Inf"} 4\nq_sum{a="x"} 9\nq_count{a="x"} 4\n'],
  ['a summary has its quantiles, sum and count', { type: 'summary', name: 's', help: '', points: [{ labels: { a: 'x' }, quantiles: [{ quantile: 0.5, value: 1 }, { quantile: 0.99, value: NaN }], sum: 10, count: 4 }] }, '# TYPE s summary\ns{a="x",quantile="0.5"} 1\ns{a="x",quantile="0.99"} NaN\ns_sum{a="x"} 10\ns_count{a="x"} 4\n'],
  ['a summary without quantiles, labels or sum is its count', { type: 'summary', name: 's', help: '', points: [{ labels: {}, quantiles: [], count: 4 }] }, '# TYPE s summary\ns_count 4\n'],
  ['info is a gauge that is 1', { type: 'info', name: 'build_info', help: '', points: [{ labels: { version: '1' } }] }, '# TYPE build_info gauge\nbuild_info{version="1"} 1\n'],
  ['a set of states is a gauge of 0 or 1 for each state', { type: 'stateset', name: 'door', help: '', points: [{ labels: { side: 'front' }, states: { open: true, 'sh"ut': false } }] }, '# TYPE door gauge\ndoor{side="front",door="open"} 1\ndoor{side="front",door="sh\\"ut"} 0\n'],
  ['creation times, units and exemplars are left out', { type: 'counter', name: 'sent_bytes_total', help: '', unit: 'bytes', points: [{ labels: {}, value: 1, createdMs: 5, exemplar: { labels: { trace_id: 'x' }, value: 1 } }] }, '# TYPE sent_bytes_total counter\nsent_bytes_total 1\n'],
  ['constant labels come first', { type: 'summary', name: 's', help: '', constantLabels: { z: '1' }, points: [{ labels: { a: 'x' }, quantiles: [{ quantile: 1, value: 2 }], sum: 3 }, { labels: {}, quantiles: [], sum: 4 }] }, '# TYPE s summary\ns{z="1",a="x",quantile="1"} 2\ns_sum{z="1",a="x"} 3\ns_sum{z="1"} 4\n'],
  ['a name that the format cannot show has underscores instead', { type: 'counter', name: 'http.requests', help: 'H.', points: [{ labels: { 'a.b': 'x', 'a:b': 'y', '1st': 'z' }, value: 1 }] }, '# HELP http_requests H.\n# TYPE http_requests counter\nhttp_requests{a_b="x",a_b_="y",_st="z"} 1\n'],
];

for (const [what, family, expected] of families) {
  test(what, () => {
    assert.equal(render([family]), expected);
    const registry = new Registry();
    registry.register({ collect: () => [family] });
    assert.equal(render(registry), expected);
  });
}

test('points may be any iterable that can be walked more than once', () => {
  const points = new Set([{ labels: {}, value: 1 }]);
  const family: MetricFamily = { type: 'gauge', name: 'g', help: '', points };
  assert.equal(render([family]), '# TYPE g gauge\ng 1\n');
  assert.equal(render([family]), '# TYPE g gauge\ng 1\n');
});

/** A registry of some 300 KiB, with families of all sizes. */
function large(): Registry {
  const registry = new Registry();
  for (const size of [0, 1, 31, 32, 33, 2_000, 5]) {
    const counter = registry.register(new Counter({ name: `c${size}_total`, help: 'Help.', labelNames: ['path'] }));
    for (let i = 0; i < size; i++) counter.inc({ path: `/a/path/of/some/length/${i}` }, i);
  }
  const histogram = registry.register(new Histogram({ name: 'h', help: '', labelNames: ['path'] }));
  for (let i = 0; i < 300; i++) histogram.observe({ path: i }, i / 10);
  registry.register(new Gauge({ name: 'long', help: '', labelNames: ['text'] })).set({ text: 'x'.repeat(100_000) }, 1);
  registry.register(new Gauge({ name: 'last', help: '' }));
  return registry;
}

test('a long exposition comes in chunks that together are the whole, family by family', () => {
  const registry = large();
  const chunks = [...text.write(registry.collect())];
  assert.ok(chunks.length > 5, `${chunks.length} chunks`);
  assert.ok(chunks.every((chunk) => chunk !== ''));
  assert.equal(chunks.join(''), render(registry));
  const alone = registry.collect().map((family) => render([family])).join('');
  assert.equal(render(registry), alone);
});

test('chunks are small enough, unless one line alone is not', () => {
  const registry = new Registry();
  const counter = registry.register(new Counter({ name: 'c_total', help: '', labelNames: ['i'] }));
  for (let i = 0; i < 9_000; i++) counter.inc({ i });
  const sizes = [...text.write(registry.collect())].map(({ length }) => length);
  assert.ok(sizes.length > 3);
  assert.ok(sizes.every((size) => size < 64 * 1024), String(sizes));
});

test('every line of a long exposition is a comment or a sample, and no series comes twice', () => {
  const lines = render(large()).split('\n');
  assert.equal(lines.pop(), '');
  const seen = new Set<string>();
  for (const line of lines) {
    assert.match(line, /^(?:# (?:HELP|TYPE) \S+ .+|[a-z0-9_]+(?:\{.*\})? \S+)$/);
    assert.ok(!seen.has(line.slice(0, line.lastIndexOf(' '))) || line.startsWith('#'), line);
    seen.add(line.slice(0, line.lastIndexOf(' ')));
  }
});

test('two renders in a row give the same bytes', () => {
  const registry = large();
  assert.equal(render(registry), render(registry));
});

test('the output is always well-formed, whatever surrogates are put in', () => {
  const registry = new Registry({ labels: { constant: '\ud800' } });
  registry.register(new Gauge({ name: 'g', help: 'h\udfff', labelNames: ['a'] })).set({ a: '\ud83d' }, 1);
  registry.register({ collect: () => [{ type: 'gauge', name: 'x\ud800', help: '\ud800', points: [{ labels: { 'a\udfff': '\ud800' }, value: 1 }] }] });
  const output = render(registry);
  assert.equal(Buffer.from(output).toString(), output);
  assert.equal(
    output,
    '# HELP g h\ufffd\n# TYPE g gauge\ng{constant="\ufffd",a="\ufffd"} 1\n# HELP x_ \ufffd\n# TYPE x_ gauge\nx_{constant="\ufffd",a_="\ufffd"} 1\n',
  );
});

test('a histogram’s buckets, sum and count agree even where it is written to between chunks', () => {
  const registry = new Registry();
  const histogram = registry.register(new Histogram({ name: 'h', help: '', labelNames: ['i'], buckets: [1, 2] }));
  for (let i = 0; i < 1_500; i++) histogram.observe({ i }, 1);
  let output = '';
  for (const chunk of text.write(registry.collect())) {
    output += chunk;
    for (let i = 0; i < 1_500; i++) histogram.observe({ i }, 1);
  }
  let written = 0;
  for (const [, i, buckets] of output.matchAll(/h_bucket\{i="(\d+)",le="1"\} (\d+)/g)) {
    const rest = `\nh_bucket{i="${i}",le="2"} ${buckets}\nh_bucket{i="${i}",le="+Inf"} ${buckets}\nh_sum{i="${i}"} ${buckets}\nh_count{i="${i}"} ${buckets}\n`;
    assert.ok(output.includes(rest), rest);
    written++;
  }
  assert.equal(written, 1_500);
});

test('series that are removed, made again or added while an exposition is being written stand in it once', () => {
  const registry = new Registry();
  const gauge = registry.register(new Gauge({ name: 'g', help: '', labelNames: ['i'] }));
  for (let i = 0; i < 5_000; i++) gauge.set({ i }, 1);
  let output = '';
  let turn = 0;
  for (const chunk of text.write(registry.collect())) {
    output += chunk;
    gauge.remove({ i: turn });
    gauge.set({ i: turn }, 2);
    gauge.set({ i: 10_000 + turn }, 3);
    turn++;
  }
  assert.ok(turn > 2);
  const series = [...output.matchAll(/^g\{i="(\d+)"\}/gm)].map(([, i]) => i);
  assert.equal(new Set(series).size, series.length);
  assert.ok(series.length >= 5_000);
});

test('clearing a metric while it is being written leaves the exposition whole', () => {
  const registry = new Registry();
  const gauge = registry.register(new Gauge({ name: 'g', help: '', labelNames: ['i'] }));
  for (let i = 0; i < 5_000; i++) gauge.set({ i }, 1);
  let output = '';
  for (const chunk of text.write(registry.collect())) {
    output += chunk;
    gauge.clear();
  }
  assert.match(output, /^# TYPE g gauge\n(?:g\{i="\d+"\} 1\n){5000}$/);
  assert.equal(render(registry), '# TYPE g gauge\n');
});
