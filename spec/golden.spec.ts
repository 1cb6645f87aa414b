// What each case of `golden/cases.ts` looks like in each format, byte for byte. `UPDATE_GOLDEN=1` writes the
// files anew; the diff is the review.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

import { openMetrics, render, text, text1 } from '../lib/index.ts';
import type { Format, HistogramPoint, MetricFamily, MetricType, Point, StateSetPoint, SummaryPoint } from '../lib/index.ts';
import { parse } from '../lib/parse.ts';
import { cases } from './golden/cases.ts';
import { checkMetrics, testWith } from './programs.ts';

const folder = new URL('./golden/', import.meta.url);

/** By the end of the file's name. */
const formats: Readonly<Record<string, Format>> = { text, text1, om1: openMetrics };

for (const [name, make] of Object.entries(cases)) {
  for (const [ending, format] of Object.entries(formats)) {
    test(`writes "${name}" as ${ending}, byte for byte`, () => {
      const file = new URL(`${name}.${ending}`, folder);
      const source = make();
      const written = render(source, format);
      assert.equal(render(source, format), written, 'a second rendering gives the same bytes');
      assert.equal(Buffer.from(written).toString(), written, 'no surrogate stands alone');
      if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, written);
      assert.ok(existsSync(file), `${name}.${ending} is missing; UPDATE_GOLDEN=1 writes it`);
      assert.deepEqual(Buffer.from(written), readFileSync(file));
    });
  }
}

for (const name of Object.keys(cases)) {
  for (const [ending, format] of Object.entries(formats)) {
    test(`the parser reads "${name}" in ${ending}, and it is written the same again`, () => {
      const written = readFileSync(new URL(`${name}.${ending}`, folder), 'utf8');
      assert.equal(render(parse(written, { format: ending === 'om1' ? 'openmetrics' : 'text' }), format), written);
    });
  }
}

/** Cases whose names or values OpenMetrics has to show in another way, and those of text 0.0.4. */
const SHOWN_OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  text: ['utf8-names', 'names-that-meet'],
  text1: [],
  om1: ['utf8-names', 'names-that-meet', 'unlawful', 'histogram-infinities', 'histogram-bounds', 'counter-without-total'],
};

for (const [name, make] of Object.entries(cases)) {
  for (const ending of Object.keys(formats)) {
    if (SHOWN_OTHERWISE[ending]!.includes(name)) continue;
    test(`the parser reads "${name}" in ${ending} as what was recorded, up to what the format carries`, () => {
      const written = readFileSync(new URL(`${name}.${ending}`, folder), 'utf8');
      const isOpenMetrics = ending === 'om1';
      const found = parse(written, { format: isOpenMetrics ? 'openmetrics' : 'text' });
      const recorded = [...make().collect()].map(isOpenMetrics ? (family) => family : inText);
      assert.deepEqual(found.map((family) => plain(family, isOpenMetrics)), recorded.map((family) => plain(family, isOpenMetrics)));
    });
  }
}

/** A family of a type that the text format lacks, as it carries it. */
function inText(family: MetricFamily): MetricFamily {
  const type = ({ info: 'gauge', stateset: 'gauge', gaugehistogram: 'histogram' } as Partial<Record<MetricType, MetricType>>)[family.type] ?? family.type;
  const points = [...family.points].flatMap((point: Point) => {
    if (family.type === 'info') return [{ ...own(point), value: 1 }];
    if (family.type !== 'stateset') return [point];
    return Object.entries((point as StateSetPoint).states).map(([state, isOn]) => ({ labels: { ...point.labels, [family.name]: state }, value: isOn ? 1 : 0 }));
  });
  return { name: family.name, help: family.help, constantLabels: family.constantLabels, type, points } as MetricFamily;
}

/** What there is to compare of a family, field by field, without those that no format here shows by default. */
function plain({ name, type, help, unit, constantLabels, points }: MetricFamily, isOpenMetrics: boolean): unknown {
  return {
    name,
    type,
    // The text format ignores blanks at the ends.
    help: isOpenMetrics ? help : help.replace(/^ +| +$/g, ''),
    unit: isOpenMetrics ? unit : undefined,
    points: [...points].map((point) => {
      const { value, bounds, counts, sum, exemplar, exemplars, quantiles, count, states } = point as Partial<HistogramPoint & SummaryPoint & StateSetPoint & { value: number; exemplar: unknown }>;
      // A zero has no sign in an exposition.
      const shown = { value: value === undefined ? undefined : value + 0, bounds: bounds?.map((bound) => bound + 0), counts: counts && Array.from(counts), sum, quantiles, count, states: states && { ...states } };
      const examples = isOpenMetrics ? [exemplar, ...Array.from(exemplars ?? [])].filter((each) => each !== undefined) : [];
      return { labels: { ...constantLabels, ...point.labels }, timestampMs: point.timestampMs, ...shown, examples: JSON.stringify(examples) };
    }),
  };
}

function own({ labels, timestampMs }: Point): Point {
  return { labels, timestampMs };
}

testWith(['promtool'], 'promtool reads each case in the text format', () => {
  for (const name of Object.keys(cases)) {
    const { status, complaints } = checkMetrics(readFileSync(new URL(`${name}.text`, folder)));
    // 3: it could be read, and the linter does not like a name.
    assert.ok(status === 0 || status === 3, `${name}: ${complaints.join('\n')}`);
  }
});

test('has no golden file without a case', () => {
  const expected = Object.keys(cases).flatMap((name) => Object.keys(formats).map((ending) => `${name}.${ending}`));
  assert.deepEqual(readdirSync(folder).filter((file) => file !== 'cases.ts').sort(), expected.sort());
});
