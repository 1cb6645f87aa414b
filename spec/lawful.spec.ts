// What OpenMetrics forbids and a collector may bring: the exposition stays one that a strict reader takes.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Registry, openMetrics, openMetricsWith, render } from '../lib/index.ts';
import type { MetricFamily } from '../lib/index.ts';
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

test('a unit with characters that none has is left out, though the name ends in it', () => {
  for (const unit of ['a b', 'a\nb']) {
    const exposition = render([{ type: 'gauge', name: `m_${unit}`, unit, help: '', points: [] }], openMetricsWith({ escaping: 'allow-utf-8' }));
    assert.doesNotMatch(exposition, /UNIT/);
    parse(exposition, { format: 'openmetrics' });
  }
});
