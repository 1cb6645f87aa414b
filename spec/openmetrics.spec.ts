// What OpenMetrics asks beyond the golden files: options, lines it forbids, and schemes.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Histogram, Registry, Summary, openMetrics, openMetricsWith, render, text, text1 } from '../lib/index.ts';
import type { Escaping, Format, MetricFamily } from '../lib/index.ts';
import { parse } from '../lib/parse.ts';

test('an empty exposition is its end alone', () => {
  assert.equal(render([], openMetrics), '# EOF\n');
});

test('`created` shows when counting began, after a series’ other samples', () => {
  const registry = new Registry();
  const wallClock = (): number => 1_700_000_000_125;
  registry.register(new Counter({ name: 'c_total', help: '', wallClock, labelNames: ['a'] })).inc({ a: 'b' });
  registry.register(new Histogram({ name: 'h', help: '', wallClock, buckets: [] })).observe(1);
  registry.register(new Summary({ name: 's', help: '', wallClock, percentiles: [] })).observe(1);
  assert.equal(
    render(registry, openMetricsWith({ created: true })),
    '# TYPE c counter\nc_total{a="b"} 1\nc_created{a="b"} 1700000000.125\n' +
      '# TYPE h histogram\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\nh_created 1700000000.125\n' +
      '# TYPE s summary\ns_sum 1\ns_count 1\ns_created 1700000000.125\n# EOF\n',
  );
  assert.doesNotMatch(render(registry, openMetrics), /_created/);
});

test('`created` is a time to the millisecond, of those types that have one', () => {
  const createdMs = 1_700_000_000_001;
  const families: MetricFamily[] = [
    { type: 'counter', name: 'c_total', help: '', points: [{ labels: {}, value: 1, createdMs }] },
    { type: 'gaugehistogram', name: 'g', help: '', points: [{ labels: {}, bounds: [], counts: [1], sum: 1, createdMs }] },
    { type: 'histogram', name: 'h', help: '', points: [{ labels: { a: 'b' }, bounds: [], counts: [1], sum: 1, createdMs, timestampMs: createdMs + 1 }] },
  ];
  const exposition = render(families, openMetricsWith({ created: true }));
  assert.equal(
    exposition,
    '# TYPE c counter\nc_total 1\nc_created 1700000000.001\n' +
      '# TYPE g gaugehistogram\ng_bucket{le="+Inf"} 1\ng_gsum 1\ng_gcount 1\n' +
      '# TYPE h histogram\nh_bucket{a="b",le="+Inf"} 1 1700000000.002\nh_sum{a="b"} 1 1700000000.002\nh_count{a="b"} 1 1700000000.002\nh_created{a="b"} 1700000000.001 1700000000.002\n# EOF\n',
  );
  parse(exposition, { format: 'openmetrics' });
});

test('`created` shows the same labels as the samples beside it', () => {
  const registry = new Registry({ labels: { service: 'x' } });
  const wallClock = (): number => 1_700_000_000_000;
  registry.register(new Counter({ name: 'c', help: '', wallClock, labelNames: ['a'] })).inc({ a: 'b' });
  registry.register(new Histogram({ name: 'h', help: '', wallClock, buckets: [], labelNames: ['a'] })).observe({ a: 'b' }, 1);
  const created = render(registry, openMetricsWith({ created: true })).split('\n').filter((line) => line.includes('_created'));
  assert.deepEqual(created, ['c_created{service="x",a="b"} 1700000000', 'h_created{service="x",a="b"} 1700000000']);
});

test('an escaping that there is not is refused', () => {
  assert.throws(() => openMetricsWith({ escaping: 'utf-8' as Escaping }), {
    code: 'ERR_OPTION',
    message: 'openMetricsWith: escaping: expected one of ["allow-utf-8", "underscores", "dots", "values"], got "utf-8"',
  });
});

test('shows no unit of infos and state sets, nor one that the name does not end in', () => {
  const families: MetricFamily[] = [
    { type: 'info', name: 'a_seconds_info', unit: 'seconds', help: '', points: [] },
    { type: 'stateset', name: 'b_seconds', unit: 'seconds', help: '', points: [] },
    { type: 'gauge', name: 'seconds', unit: 'seconds', help: '', points: [] },
    { type: 'counter', name: 'c_seconds_total', unit: 'seconds', help: '', points: [] },
  ];
  assert.equal(render(families, openMetrics), '# TYPE a_seconds info\n# TYPE b_seconds stateset\n# TYPE seconds gauge\n# TYPE c_seconds counter\n# UNIT c_seconds seconds\n# EOF\n');
});

test('a family without a unit says so after one with a unit, since Prometheus would take that for its own', () => {
  const of = (type: 'gauge' | 'info' | 'stateset', name: string, unit?: string, help = ''): MetricFamily => ({ type, name, help, unit, points: [] });
  const families = [of('gauge', 'a'), of('gauge', 'b_seconds', 'seconds'), of('gauge', 'c', undefined, 'H.'), of('info', 'd_info'), of('gauge', 'e', 'seconds'), of('gauge', 'f_bytes', 'bytes'), of('stateset', 'g.g')];
  for (const format of [openMetrics, openMetrics.withEscaping!('allow-utf-8')]) {
    const exposition = render(families, format);
    const g = format === openMetrics ? 'g_g' : '"g.g"';
    assert.equal(
      exposition,
      `# TYPE a gauge\n# TYPE b_seconds gauge\n# UNIT b_seconds seconds\n# TYPE c gauge\n# UNIT c \n# HELP c H.\n# TYPE d info\n# UNIT d \n# TYPE e gauge\n# UNIT e \n# TYPE f_bytes gauge\n# UNIT f_bytes bytes\n# TYPE ${g} stateset\n# UNIT ${g} \n# EOF\n`,
    );
    parse(exposition, { format: 'openmetrics' });
  }
});

test('so do instruments, in each scrape and whatever came before', () => {
  const registry = new Registry();
  registry.register(new Histogram({ name: 'h_seconds', help: '', unit: 'seconds', buckets: [] }));
  const counter = registry.register(new Counter({ name: 'c_total', help: 'C.' }));
  const after = '# TYPE c counter\n# UNIT c \n# HELP c C.\n';
  assert.ok(render(registry, openMetrics).includes(after));
  assert.equal(render(counter, openMetrics), '# TYPE c counter\n# HELP c C.\nc_total 0\n# EOF\n');
  assert.ok(render(registry, openMetrics).includes(after));
});

test('a state set’s label has the family’s name, or else the family is a gauge', () => {
  const stateset = (name: string, labels = {}): MetricFamily => ({ type: 'stateset', name, help: '', points: [{ labels, states: { on: true } }] });
  const families = [stateset('mode'), stateset('job:state', { job_state: 'x' }), stateset('__x'), stateset('door.state'), stateset('__name__')];
  const lines = (format: Format): string[] => render(families, format).split('\n').filter((line) => line !== '' && line !== '# EOF');
  assert.deepEqual(lines(text), [
    '# TYPE mode gauge', 'mode{mode="on"} 1', '# TYPE job:state gauge', 'job:state{job_state_="x",job_state="on"} 1', '# TYPE __x gauge', '__x{_x="on"} 1',
    '# TYPE door_state gauge', 'door_state{door_state="on"} 1', '# TYPE __name__ gauge', '__name__{_name__="on"} 1',
  ]);
  assert.deepEqual(lines(openMetrics), lines(text).map((line) => line.replace(/^# TYPE (mode|door_state) gauge/, '# TYPE $1 stateset')));
  assert.deepEqual(lines(openMetrics.withEscaping!('allow-utf-8')).slice(2, 8), [
    '# TYPE job:state stateset', 'job:state{job_state="x","job:state"="on"} 1', '# TYPE __x gauge', '__x{_x="on"} 1', '# TYPE "door.state" stateset', '{"door.state","door.state"="on"} 1',
  ]);
  for (const format of [openMetrics, openMetrics.withEscaping!('allow-utf-8')]) parse(render(families, format), { format: 'openmetrics' });
});

test('a histogram with a bound below 0 keeps its sum and count, as values of unknown type', () => {
  const registry = new Registry({ labels: { z: '1' }, onWarning: () => {} });
  const histogram = registry.register(new Histogram({ name: 'h_celsius', help: 'H.', unit: 'celsius', buckets: [-1, 1], labelNames: ['a'] }));
  histogram.observe({ a: 'b' }, -2);
  histogram.observe({ a: 'b' }, 0.5, { trace_id: 'x' });
  const warnings: string[] = [];
  const exposition = render(registry, openMetrics, { onWarning: ({ code, message }) => warnings.push(`${code} ${message}`) });
  assert.equal(
    exposition,
    '# TYPE h_celsius_bucket unknown\n# HELP h_celsius_bucket H.\nh_celsius_bucket{z="1",a="b",le="-1.0"} 1\nh_celsius_bucket{z="1",a="b",le="1.0"} 2\nh_celsius_bucket{z="1",a="b",le="+Inf"} 2\n' +
      '# TYPE h_celsius_sum unknown\n# HELP h_celsius_sum H.\nh_celsius_sum{z="1",a="b"} -1.5\n' +
      '# TYPE h_celsius_count unknown\n# HELP h_celsius_count H.\nh_celsius_count{z="1",a="b"} 2\n# EOF\n',
  );
  parse(exposition, { format: 'openmetrics' });
  assert.deepEqual(warnings, ['ERR_COLLECTOR histogram "h_celsius": expected no bound below 0 beside a sum, got -1; its samples are shown as unknown']);
  assert.match(render(registry, text), /^# HELP h_celsius H.\n# TYPE h_celsius histogram\n/);
});

test('before it has a series, and where it has no sum, it is a histogram', () => {
  const histogram = new Histogram({ name: 'h', help: '', buckets: [-1], labelNames: ['a'] });
  assert.equal(render(histogram, openMetrics), '# TYPE h histogram\n# EOF\n');
  histogram.observe({ a: 'b' }, 0);
  assert.match(render(histogram, openMetrics, { onWarning: () => {} }), /^# TYPE h_bucket unknown\n/);
  histogram.clear();
  assert.equal(render(histogram, openMetrics), '# TYPE h histogram\n# EOF\n');
});

test('escapes quotes in help texts, unlike the text format', () => {
  const families: MetricFamily[] = [{ type: 'gauge', name: 'g', help: 'a "b" \\ c\nd', points: [] }];
  assert.equal(render(families, openMetrics), '# TYPE g gauge\n# HELP g a \\"b\\" \\\\ c\\nd\n# EOF\n');
  assert.equal(render(families, text), '# HELP g a "b" \\\\ c\\nd\n# TYPE g gauge\n');
});

const FAMILY: MetricFamily = { type: 'counter', name: 'my.http_total', help: '', points: [{ labels: { 'a.b': '1', 'é': '2', c_d: '3' }, value: 1 }] };

for (const [escaping, line] of [
  ['allow-utf-8', '{"my.http_total","a.b"="1","é"="2",c_d="3"} 1'],
  ['underscores', 'my_http_total{a_b="1",_="2",c_d="3"} 1'],
  ['dots', 'my_dot_http__total{a_dot_b="1",__="2",c_d="3"} 1'],
  ['values', 'U__my_2e_http__total{U__a_2e_b="1",U___e9_="2",c_d="3"} 1'],
] as const satisfies readonly (readonly [Escaping, string])[]) {
  test(`spells names by the scheme ${escaping}, in OpenMetrics and in text 1.0.0`, () => {
    for (const format of [openMetrics, text1]) {
      const escaped = format.withEscaping!(escaping);
      assert.match(escaped.contentType, new RegExp(`; escaping=${escaping}$`));
      assert.equal(render([FAMILY], escaped).split('\n')[1], line);
    }
  });
}

test('text 0.0.4 knows one spelling alone', () => {
  assert.equal(text.withEscaping, undefined);
  assert.equal(render([FAMILY], text).split('\n')[1], 'my_http_total{a_b="1",_="2",c_d="3"} 1');
});

test('writing changes nothing, whatever the format: each gives the same before and after the others', () => {
  const registry = new Registry();
  registry.register(new Counter({ name: 'c_total', help: '' })).inc(1, { trace_id: 'x' });
  const formats = [text, openMetrics, text1, openMetricsWith({ created: true })];
  const before = formats.map((format) => render(registry, format));
  assert.deepEqual(formats.toReversed().map((format) => render(registry, format)), before.toReversed());
});
