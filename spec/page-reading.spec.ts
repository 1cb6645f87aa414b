// The live page's own reader: it reads of every golden case what the strict parser reads.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import type { MetricFamily } from '../lib/index.ts';
import { History } from '../lib/live/history.ts';
import { Reader } from '../lib/page/reading.ts';
import type { OpenMetrics } from '../lib/page/reading.ts';
import { parse } from '../lib/parse.ts';

function read(text: string, openMetrics: OpenMetrics, reader = new Reader()): MetricFamily[] {
  const reading = reader.read(text, openMetrics);
  for (;;) {
    const { done, value } = reading.next();
    if (done) return value;
  }
}

/** What a history makes of it, as plain data. */
function seen(families: Iterable<MetricFamily>): unknown {
  const history = new History();
  history.add(families, 1);
  return history.families
    .filter(({ series }) => series.length > 0)
    .map(({ name, type, help, unit, series }) => ({
      name, type, help, unit: unit || undefined,
      series: series.map(({ labels, values, current, sum, columns, quantiles, states, timestampMs }) => ({ labels: { ...labels }, values, current, sum, columns, quantiles, states, timestampMs })),
    }));
}

const golden = new URL('./golden/', import.meta.url);
const files = readdirSync(golden);
for (const [ending, format, version] of [['.text', 'text', undefined], ['.om1', 'openmetrics', 1], ['.om2', 'openmetrics2', 2]] as const) {
  for (const file of files.filter((each) => each.endsWith(ending))) {
    test(`reads ${file} as the strict parser does`, () => {
      const text = readFileSync(new URL(file, golden), 'utf8');
      assert.deepEqual(seen(read(text, version)), seen(parse(text, { format })));
    });
  }
}

test('keeps the labels of a series as one object from scrape to scrape, and forgets those that have gone', () => {
  const reader = new Reader();
  const labelsOf = (text: string): unknown => [...read(text, undefined, reader)[0]!.points][0]!.labels;
  assert.equal(labelsOf('a{b="c"} 1\n'), labelsOf('a{b="c"} 2\n'));
  for (let i = 0; i < 2000; i++) read(`a{b="${i}"} 1\n`, undefined, reader);
  assert.ok((reader as unknown as { heads: Map<string, unknown> }).heads.size < 1000);
});

test('skips what it does not understand, and goes on', () => {
  const text = 'a 1\n\n}{\nb{x="y\nno value{\n# a comment\n# TYPE\nc{d="e"} 2\n';
  assert.deepEqual(read(text, undefined).map(({ name }) => name).filter((name) => name.length === 1), ['a', 'c']);
  for (const broken of ['', '{', '"', '# TYPE a counter', 'a{', 'a{b="', 'a{b="\\', '\u0000', 'a b c d']) assert.doesNotThrow(() => read(broken, 1), broken);
});
