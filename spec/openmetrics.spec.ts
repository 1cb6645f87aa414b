// What OpenMetrics asks beyond the golden files: options, lines it forbids, and schemes.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Histogram, Registry, Summary, openMetrics, openMetricsWith, render, text, text1 } from '../lib/index.ts';
import type { Escaping, MetricFamily } from '../lib/index.ts';

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
