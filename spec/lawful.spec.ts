// What OpenMetrics forbids and a collector may bring: the exposition stays one that a strict reader takes.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Registry, openMetrics, openMetricsWith, render } from '../lib/index.ts';
import type { MetricFamily } from '../lib/index.ts';
import { openMetrics2 } from '../lib/openmetrics2.ts';
import { parse } from '../lib/parse.ts';

const head = { name: 'm', help: '' } as const;
const labels = {};

/** By what the collector does: its family, and the lines that OpenMetrics shows of it. */
const BROUGHT: Readonly<Record<string, readonly [family: MetricFamily, shown: string]>> = {
  'a counter below 0 is of unknown type': [{ ...head, name: 'm_total', type: 'counter', points: [{ labels, value: -1 }] }, '# TYPE m_total unknown\nm_total -1\n'],
  'a counter of NaN is of unknown type': [{ ...head, name: 'm_total', type: 'counter', points: [{ labels, value: NaN }] }, '# TYPE m_total unknown\nm_total NaN\n'],
  'points of one series come together, their times ascending': [
    {
      ...head,
      type: 'gauge',
      points: [
        { labels: { a: '1', b: '' }, value: 1, timestampMs: 2000 },
        { labels: { a: '2' }, value: 2, timestampMs: 1000 },
        { labels: { a: '1' }, value: 3, timestampMs: 1000 },
      ],
    },
    '# TYPE m gauge\nm{a="1"} 3 1\nm{a="1",b=""} 1 2\nm{a="2"} 2 1\n',
  ],
  'a point without a time is left out beside one that has one': [
    { ...head, type: 'gauge', points: [{ labels, value: 1 }, { labels, value: 2, timestampMs: 1000 }, { labels: { a: '1' }, value: 3 }] },
    '# TYPE m gauge\nm 2 1\nm{a="1"} 3\n',
  ],
  'a histogram of counts that are no whole numbers is left out': [
    { ...head, type: 'histogram', points: [{ labels, bounds: [1], counts: [0.5, 1], sum: 1 }, { labels: { a: '1' }, bounds: [], counts: [2] }] },
    '# TYPE m histogram\nm_bucket{a="1",le="+Inf"} 2\n',
  ],
  'so is a gauge histogram': [{ ...head, type: 'gaugehistogram', points: [{ labels, bounds: [], counts: [Infinity] }] }, '# TYPE m gaugehistogram\n'],
  'a count of a summary that is none is left out': [
    { ...head, type: 'summary', points: [{ labels, quantiles: [], sum: 1, count: -1 }, { labels: { a: '1' }, quantiles: [], sum: 1, count: 0.5 }] },
    '# TYPE m summary\nm_sum 1\nm_sum{a="1"} 1\n',
  ],
  'a quantile outside of 0 to 1 is left out': [
    { ...head, type: 'summary', points: [{ labels, quantiles: [{ quantile: 0.5, value: 1 }, { quantile: 2, value: 1 }] }] },
    '# TYPE m summary\nm{quantile="0.5"} 1\n',
  ],
  'a point of an info without a time beside one that has one is shown as of unknown type': [
    { ...head, name: 'm_info', type: 'info', points: [{ labels: { a: '1' } }, { labels: { a: '2' }, timestampMs: 1000 }] },
    '# TYPE m_info unknown\nm_info{a="1"} 1\nm_info{a="2"} 1 1\n',
  ],
  'a series that is spelled in two ways is spelled in one, where its points would be taken for those of two': [
    { ...head, type: 'gauge', points: [1000, 2000, 3000].map((timestampMs, i) => ({ labels: i === 1 ? { a: '1' } : { a: '1', b: '' }, value: i, timestampMs })) },
    '# TYPE m gauge\nm{a="1",b=""} 0 1\nm{a="1"} 1 2\nm{a="1"} 2 3\n',
  ],
  'a state set whose name is no label’s is a gauge for each state, whose times stand together': [
    { ...head, name: 'm:m', type: 'stateset', points: [1000, 2000].map((timestampMs, i) => ({ labels: { 'm:m': 'x' }, states: { on: i === 0, off: i === 1 }, timestampMs })) },
    '# TYPE m:m gauge\nm:m{m_m="x",m_m_="on"} 1 1\nm:m{m_m="x",m_m_="on"} 0 2\nm:m{m_m="x",m_m_="off"} 0 1\nm:m{m_m="x",m_m_="off"} 1 2\n',
  ],
  'an exemplar with a label that is named like none or like the metric is left out': [
    {
      ...head,
      name: 'm_total',
      type: 'counter',
      points: [
        { labels, value: 1, exemplar: { labels: { '': 'x' }, value: 1 } },
        { labels: { a: '1' }, value: 1, exemplar: { labels: { __name__: 'x' }, value: 1 } },
      ],
    },
    '# TYPE m counter\nm_total 1\nm_total{a="1"} 1\n',
  ],
};

for (const [what, [family, shown]] of Object.entries(BROUGHT)) {
  test(what, () => {
    const registry = new Registry();
    registry.register({ collect: () => [family] });
    for (const source of [registry, [family]]) {
      const exposition = render(source, openMetrics);
      assert.equal(exposition, `${shown}# EOF\n`);
      parse(exposition, { format: 'openmetrics' });
    }
  });
}

test('what is lost or shown as another type is warned of, once for each family', () => {
  const families: MetricFamily[] = [
    { ...head, name: 'a_total', type: 'counter', points: [{ labels, value: NaN }, { labels: { a: '1' }, value: -1 }] },
    { ...head, name: 'b', type: 'histogram', points: [{ labels, bounds: [], counts: [0.5] }, { labels: { a: '1' }, bounds: [], counts: [-1] }, { labels: { a: '2' }, bounds: [], counts: [1] }] },
    { ...head, name: 'c', type: 'gauge', points: [{ labels, value: 1 }, { labels, value: 2, timestampMs: 1000 }] },
  ];
  const warnings: string[] = [];
  render(families, openMetrics, { onWarning: ({ code, message }) => warnings.push(`${code} ${message}`) });
  assert.deepEqual(warnings, [
    'ERR_COLLECTOR counter "a_total": expected values of 0 or more, got NaN; shown as unknown',
    'ERR_COLLECTOR histogram "b": expected whole numbers as counts, got others in 2 of 3 points; these are left out',
    'ERR_COLLECTOR gauge "c": expected a time for all points of a series, or for none, got 1 without; these are left out',
  ]);
});

test('a unit with characters that none has is left out, though the name ends in it', () => {
  for (const unit of ['a b', 'a\nb']) {
    const exposition = render([{ type: 'gauge', name: `m_${unit}`, unit, help: '', points: [] }], openMetricsWith({ escaping: 'allow-utf-8' }));
    assert.doesNotMatch(exposition, /UNIT/);
    parse(exposition, { format: 'openmetrics' });
  }
});

test('quantiles of OpenMetrics 2.0 ascend, in whatever order they come', () => {
  const quantiles = [0.9, 0.1, 1, 0.5].map((quantile) => ({ quantile, value: quantile }));
  const shown = render([{ ...head, type: 'summary', points: [{ labels, quantiles, sum: 1, count: 2 }] }], openMetrics2);
  assert.equal(shown, '# TYPE m summary\nm {count:2,sum:1,quantile:[0.1:0.1,0.5:0.5,0.9:0.9,1:1]}\n# EOF\n');
  assert.deepEqual(quantiles.map(({ quantile }) => quantile), [0.9, 0.1, 1, 0.5]);
});
