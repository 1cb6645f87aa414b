// Random lists of families that clash in every way: what is written can be read back in each format, and in text
// no series is lost. `SEED=…` repeats a run.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';

import { lineSafe, openMetrics, openMetricsWith, render, text, text1 } from '../lib/index.ts';
import type { Escaping, Format, HistogramPoint, Labels, MetricError, MetricFamily, Point, StateSetPoint, SummaryPoint } from '../lib/index.ts';
import { parse, parseSamples } from '../lib/parse.ts';
import { hostileFamilies } from './hostile-families.ts';
import { checkMetrics, testWith } from './programs.ts';

const seed = Number(process.env['SEED'] ?? randomInt(2 ** 32));
process.once('exit', (code) => {
  if (code !== 0) console.log(`SEED=${seed} repeats this`);
});

const ROUNDS = 150;
const ESCAPINGS: readonly Escaping[] = ['allow-utf-8', 'underscores', 'dots', 'values'];
const TEXTS: readonly Format[] = [text, ...ESCAPINGS.map((escaping) => text1.withEscaping!(escaping)), lineSafe(text)];
const OPEN_METRICS: readonly Format[] = [...ESCAPINGS.map((escaping) => openMetrics.withEscaping!(escaping)), openMetricsWith({ created: true }), lineSafe(openMetrics)];

function written(families: readonly MetricFamily[], format: Format): { readonly exposition: string; readonly warnings: readonly MetricError[] } {
  const warnings: MetricError[] = [];
  const exposition = render(families, format, { onWarning: (warning) => warnings.push(warning) });
  assert.equal(Buffer.from(exposition).toString(), exposition, 'no surrogate stands alone');
  return { exposition, warnings };
}

for (const [name, formats, format] of [['text', TEXTS, 'text'], ['OpenMetrics', OPEN_METRICS, 'openmetrics']] as const) {
  test(`${name} is valid, with each label and each series once, whatever families there are`, () => {
    for (let round = 0; round < ROUNDS; round++) {
      const families = hostileFamilies(seed + round);
      for (const each of formats) {
        const { exposition, warnings } = written(families, each);
        const read = parse(exposition, { format });
        assert.equal(new Set(read.map(({ name }) => name)).size, read.length);
        const series = [...parseSamples(exposition, { format })].map((sample) => seriesOf(sample.name, sample.labels, sample.timestampMs));
        // Times in seconds may be so near to each other that they are the same.
        if (format === 'text') assert.equal(new Set(series).size, series.length, exposition);
        for (const { code, message } of warnings) assert.match(`${code} ${message}`, /^(?:ERR_DUPLICATE|ERR_COLLECTOR) [a-z]+ ".*": expected .+, got .+; /s);
      }
    }
  });
}

test('text loses no series: each value of the first of them is there', () => {
  for (let round = 0; round < ROUNDS; round++) {
    const families = hostileFamilies(seed + round);
    const expected = valuesOf(families).sort();
    for (const format of TEXTS.slice(0, -1)) {
      const { exposition } = written(families, format);
      const found = [...parseSamples(exposition)].map(({ value }) => String(value + 0)).sort();
      assert.deepEqual(found, expected, exposition);
    }
  }
});

test('what is written does not depend on what was written before', () => {
  const list = hostileFamilies(seed);
  const before = [...TEXTS, ...OPEN_METRICS].map((format) => written(list, format).exposition);
  for (let round = 1; round < 10; round++) for (const format of [...TEXTS, ...OPEN_METRICS]) written(hostileFamilies(seed + round), format);
  assert.deepEqual([...TEXTS, ...OPEN_METRICS].map((format) => written(list, format).exposition), before);
});

testWith(['promtool'], 'promtool reads the text', () => {
  for (let round = 0; round < 10; round++) {
    const { status, complaints } = checkMetrics(written(hostileFamilies(seed + round), text).exposition);
    // 3: it could be read, and the linter does not like such names.
    assert.ok(status === 0 || status === 3, complaints.join('\n'));
  }
});

function seriesOf(name: string, labels: Labels, timestampMs: number | undefined): string {
  return JSON.stringify([name, timestampMs, ...Object.entries(labels).filter(([, value]) => value !== '').sort()]);
}

/** What a naive account has of the samples: the first point of each series of each family. */
function valuesOf(families: readonly MetricFamily[]): string[] {
  const seen = new Set<string>();
  return families.flatMap(({ name, type, constantLabels = {}, points }) =>
    Array.from(points as Iterable<Point>).flatMap((point) => {
      // A label beside a constant one of its name is another label.
      const own = Object.entries(point.labels).map(([label, value]) => [Object.hasOwn(constantLabels, label) ? `own ${label}` : label, value] as const);
      const labels = [...Object.entries(constantLabels), ...own].map(([label, value]) => [label, Buffer.from(value).toString()] as const).filter(([, value]) => value !== '');
      const key = JSON.stringify([name, type, point.timestampMs && Math.trunc(point.timestampMs), ...labels.sort()]);
      if (seen.has(key)) return [];
      seen.add(key);
      return samplesOf(type, point).map((value) => String(value + 0));
    }),
  );
}

function samplesOf(type: MetricFamily['type'], point: Point): number[] {
  const { value, counts = [], sum, quantiles = [], count, states = {} } = point as Partial<HistogramPoint & SummaryPoint & StateSetPoint & { value: number }>;
  const present = (...values: readonly (number | undefined)[]): number[] => values.filter((each) => each !== undefined);
  if (type === 'info') return [1];
  if (type === 'stateset') return [...new Map(Object.entries(states).map(([state, isOn]) => [Buffer.from(state).toString(), isOn])).values()].map(Number);
  if (type === 'summary') return [...quantiles.map((each) => each.value), ...present(sum, count)];
  if (type !== 'histogram' && type !== 'gaugehistogram') return [value!];
  let total = 0;
  const buckets = Array.from(counts, (each) => (total += each));
  return [...buckets, ...(sum === undefined ? [] : [sum, total])];
}
