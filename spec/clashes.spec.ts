// Families that have a name, or a sample, that another has: in text all is shown; OpenMetrics, whose rules are
// stricter, renames what clashes or shows it as another type, and says so.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openMetrics, openMetricsWith, render, text, text1 } from '../lib/index.ts';
import type { Format, MetricError, MetricFamily, MetricType } from '../lib/index.ts';
import { parse } from '../lib/parse.ts';
import { assertLinear } from './growth.ts';

const FIELDS: Readonly<Record<MetricType, object>> = {
  counter: { value: 1 },
  gauge: { value: 2 },
  unknown: { value: 3 },
  histogram: { bounds: [], counts: [4], sum: 5 },
  gaugehistogram: { bounds: [], counts: [6], sum: 7 },
  summary: { quantiles: [], sum: 8, count: 9 },
  info: {},
  stateset: { states: { on: true } },
};

/** Families of one point, by type and name: `gauge x`. */
function families(wanted: readonly string[]): MetricFamily[] {
  return wanted.map((each) => {
    const [type, name] = each.split(' ') as [MetricType, string];
    return { type, name, help: '', points: [{ labels: {}, ...FIELDS[type] }] } as MetricFamily;
  });
}

/** What is written, by type and name, once the parser has taken it. */
function shown(wanted: readonly string[], format: Format): { readonly types: readonly string[]; readonly exposition: string; readonly warnings: readonly MetricError[] } {
  const warnings: MetricError[] = [];
  const exposition = render(families(wanted), format, { onWarning: (warning) => warnings.push(warning) });
  parse(exposition, { format: format.name === 'openmetrics' ? 'openmetrics' : 'text' });
  return { types: [...exposition.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${type} ${name}`), exposition, warnings };
}

/** By what a program shows: its families, and those of OpenMetrics. */
const PAIRS: readonly (readonly [what: string, given: readonly string[], openMetrics: readonly string[]])[] = [
  ['a gauge beside a counter of its name, as in every Go program', ['gauge x', 'counter x_total'], ['gauge x', 'unknown x_total']],
  ['a counter and when it began, as in every Python program', ['counter x_total', 'gauge x_created'], ['unknown x_total', 'gauge x_created']],
  ['a histogram and when it began', ['histogram x', 'gauge x_created'], ['histogram x', 'gauge x_created_']],
  ['a summary and when it began', ['summary x', 'gauge x_created'], ['summary x', 'gauge x_created_']],
  ['a counter beside a gauge that is called like its sample', ['counter x', 'gauge x_total'], ['unknown x', 'gauge x_total']],
  ['a counter with its suffix and one without', ['counter x', 'counter x_total'], ['counter x_', 'counter x']],
  ['an info beside a gauge of its name', ['info x_info', 'gauge x'], ['unknown x_info', 'gauge x']],
  ['an info beside a counter of its name', ['counter x_total', 'info x_info'], ['counter x', 'unknown x_info']],
  ['a gauge beside a counter and an info of its name', ['info x_info', 'counter x_total', 'stateset x'], ['unknown x_info', 'unknown x_total', 'stateset x']],
];

for (const [what, given, openMetricsTypes] of PAIRS) {
  test(`text shows ${what}, all of it under its own name`, () => {
    for (const format of [text, text1]) {
      const { types, warnings } = shown(given, format);
      assert.deepEqual(types.map((each) => each.split(' ')[1]), given.map((each) => each.split(' ')[1]));
      assert.deepEqual(warnings, []);
    }
  });

  test(`OpenMetrics is valid where there is ${what}, in whatever order`, () => {
    for (const format of [openMetrics, openMetricsWith({ created: true })]) {
      const { types, warnings } = shown(given, format);
      assert.deepEqual(types, openMetricsTypes);
      assert.ok(warnings.length > 0);
      for (const { code } of warnings) assert.equal(code, 'ERR_DUPLICATE');
      assert.deepEqual(shown(given.toReversed(), format).types, openMetricsTypes.toReversed());
    }
  });
}

test('text renames what has a histogram’s or a summary’s own samples', () => {
  assert.deepEqual(shown(['gauge x_count', 'histogram x', 'gauge x_bucket'], text).types, ['gauge x_count_', 'histogram x', 'gauge x_bucket_']);
  assert.deepEqual(shown(['summary x', 'counter x_sum', 'gauge x_bucket'], text).types, ['summary x', 'counter x_sum_', 'gauge x_bucket']);
});

test('what OpenMetrics takes comes back to text, renamed where text has no room for it', () => {
  const both = ['gaugehistogram x', 'gauge x_sum'];
  assert.deepEqual(shown(both, openMetrics).types, both);
  const { exposition, warnings } = shown(both, text);
  assert.equal(exposition, '# TYPE x histogram\nx_bucket{le="+Inf"} 6\nx_sum 7\nx_count 6\n# TYPE x_sum_ gauge\nx_sum_ 2\n');
  assert.deepEqual(warnings.map(({ message }) => message), ['gauge "x_sum": expected names that no other family has, got "x_sum" again; shown as gauge "x_sum_"']);
});

test('of families of one name and different types the first keeps the name', () => {
  assert.deepEqual(shown(['gauge x', 'histogram x', 'counter x', 'stateset x'], text).types, ['gauge x', 'histogram x_', 'counter x_3', 'gauge x_2']);
  assert.deepEqual(shown(['counter x_total', 'gauge x_total'], text).types, ['counter x_total', 'gauge x_total_']);
  assert.deepEqual(shown(['gauge x_total', 'counter x_total'], text).types, ['gauge x_total', 'counter x__total']);
  assert.deepEqual(shown(['gauge x_total', 'counter x_total'], openMetrics).types, ['gauge x_total', 'counter x_']);
});

test('a name that needs no other spelling keeps it before all that do, whatever their types', () => {
  assert.deepEqual(shown(['histogram x.x', 'counter x_x'], text).types, ['histogram x_x_', 'counter x_x']);
  assert.deepEqual(shown(['counter a.b_total', 'gauge a_b'], openMetrics).types, ['unknown a_b_total', 'gauge a_b']);
});

test('a warning names the family, the rule, and what is shown', () => {
  const { warnings } = shown(['gauge x', 'counter x_total', 'gauge a_b', 'gauge a.b'], openMetrics);
  assert.deepEqual(warnings.map(({ message }) => message), [
    'counter "x_total": expected names that no other family has, got "x" again; shown as unknown "x_total"',
    'gauge "a.b": expected names that no other family has, got "a_b" again; shown as gauge "a_b_"',
  ]);
});

test('a counter that is shown as of unknown type has neither exemplar nor creation time', () => {
  const [gauge] = families(['gauge x']) as [MetricFamily];
  const counter: MetricFamily = { type: 'counter', name: 'x_total', help: 'H.', points: [{ labels: {}, value: 1, createdMs: 5, exemplar: { labels: {}, value: 1 } }] };
  const exposition = render([gauge, counter], openMetricsWith({ created: true }), { onWarning: () => {} });
  assert.equal(exposition, '# TYPE x gauge\nx 2\n# TYPE x_total unknown\n# HELP x_total H.\nx_total 1\n# EOF\n');
});

test('many families, of which two have one name, cost what their number costs', () => {
  assertLinear('families', 500, (count) => {
    // The last comes again, since where none does there is nothing to join.
    const given = Array.from({ length: count }, (_, i): MetricFamily => ({ type: 'gauge', name: `g${Math.min(i, count - 2)}`, help: '', points: [] }));
    return () => render(given);
  });
});

test('thousands of names that become one cost what their number costs, and no name grows by much', () => {
  for (const format of [text, openMetrics]) {
    const named = (count: number): MetricFamily[] => Array.from({ length: count }, (_, i) => ({ type: 'histogram', name: String.fromCharCode(0x4e00 + i), help: '', points: [] }));
    const warnings: MetricError[] = [];
    const exposition = render(named(4_000), format, { onWarning: (warning) => warnings.push(warning) });
    const names = [...exposition.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name!);
    assert.equal(new Set(names).size, 4_000);
    assert.ok(names.every((name) => name.length <= 11), names.at(-1));
    assert.equal(warnings.length, 3_999);
    assertLinear(`names in ${format.name}`, 125, (count) => {
      const given = named(count);
      return () => render(given, format, { onWarning: () => {} });
    });
  }
});
