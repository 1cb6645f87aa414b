// What each case of `golden/cases.ts` looks like in each format, byte for byte. `UPDATE_GOLDEN=1` writes the
// files anew; the diff is the review.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { mock, test } from 'node:test';

import { openMetrics, render, text, text1 } from '../lib/index.ts';
import type { Collector, Exemplar, Format, HistogramPoint, MetricFamily, MetricType, Point, StateSetPoint, SummaryPoint } from '../lib/index.ts';
import { openMetrics2 } from '../lib/openmetrics2.ts';
import { parse, parseProtobuf } from '../lib/parse.ts';
import type { ParseFormat } from '../lib/parse.ts';
import { protobuf } from '../lib/protobuf.ts';
import { plainNative } from '../lib/core/native.ts';
import { cases } from './golden/cases.ts';
import { checkMetrics, testWith } from './programs.ts';

const folder = new URL('./golden/', import.meta.url);

// Of series whose instrument has no clock of its own: some formats show when they began.
mock.timers.enable({ apis: ['Date'], now: 1_700_000_000_125 });

interface Shows {
  /** Whether it has infos, state sets and gauge histograms. */
  readonly types: boolean;
  readonly examples: 'all' | 'timed' | 'none';
  /** Whether it has native histograms, and the times at which counting began. */
  readonly native: boolean;
}

interface Golden {
  /** What is in the file. */
  readonly write: (source: Collector | MetricFamily[]) => string;
  readonly read: (file: string) => MetricFamily[];
  readonly shows: Shows;
}

function ofText(format: Format, read: ParseFormat, shows: Shows): Golden {
  return { write: (source) => render(source as Collector, format), read: (file) => parse(file, { format: read }), shows };
}

/** By the end of the file's name. */
const formats: Readonly<Record<string, Golden>> = {
  text: ofText(text, 'text', { types: false, examples: 'none', native: false }),
  text1: ofText(text1, 'text', { types: false, examples: 'none', native: false }),
  om1: ofText(openMetrics, 'openmetrics', { types: true, examples: 'all', native: false }),
  om2: ofText(openMetrics2, 'openmetrics2', { types: true, examples: 'timed', native: true }),
  'pb.hex': {
    write: (source) => Buffer.from(render(source as Collector, protobuf)).toString('hex').replace(/.{1,96}/g, '$&\n'),
    read: (file) => parseProtobuf(Buffer.from(file.replaceAll('\n', ''), 'hex')),
    shows: { types: false, examples: 'all', native: true },
  },
};

for (const [name, make] of Object.entries(cases)) {
  for (const [ending, { write }] of Object.entries(formats)) {
    test(`writes "${name}" as ${ending}, byte for byte`, () => {
      const file = new URL(`${name}.${ending}`, folder);
      const source = make();
      const written = write(source);
      assert.equal(write(source), written, 'a second rendering gives the same bytes');
      assert.equal(Buffer.from(written).toString(), written, 'no surrogate stands alone');
      if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, written);
      assert.ok(existsSync(file), `${name}.${ending} is missing; UPDATE_GOLDEN=1 writes it`);
      assert.deepEqual(Buffer.from(written), readFileSync(file));
    });
  }
}

for (const name of Object.keys(cases)) {
  for (const [ending, { read, write }] of Object.entries(formats)) {
    test(`the parser reads "${name}" in ${ending}, and it is written the same again`, () => {
      const written = readFileSync(new URL(`${name}.${ending}`, folder), 'utf8');
      assert.equal(write(read(written)), written);
    });
  }
}

/** Cases whose names or values the formats have to show in another way. */
const SHOWN_OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  text: ['utf8-names', 'names-that-meet'],
  text1: [],
  om1: ['utf8-names', 'names-that-meet', 'unlawful', 'histogram-infinities', 'histogram-bounds', 'counter-without-total', 'native-histogram'],
  om2: ['unlawful', 'other-types', 'utf8-names', 'stateset-groups'],
  'pb.hex': [],
};

for (const [name, make] of Object.entries(cases)) {
  for (const [ending, { read, shows }] of Object.entries(formats)) {
    if (SHOWN_OTHERWISE[ending]!.includes(name)) continue;
    test(`the parser reads "${name}" in ${ending} as what was recorded, up to what the format carries`, () => {
      const found = read(readFileSync(new URL(`${name}.${ending}`, folder), 'utf8'));
      const recorded = [...make().collect()].map(shows.types ? (family) => family : (family) => inText(family, shows));
      assert.deepEqual(found.map((family) => plain(family, shows)), recorded.map((family) => plain(family, shows)));
    });
  }
}

/** A family of a type that the format lacks, as it carries it. */
function inText(family: MetricFamily, { native }: Shows): MetricFamily {
  const type = ({ info: 'gauge', stateset: 'gauge', ...(!native && { gaugehistogram: 'histogram' }) } as Partial<Record<MetricType, MetricType>>)[family.type] ?? family.type;
  const points = [...family.points].flatMap((point: Point) => {
    if (family.type === 'info') return [{ ...own(point), value: 1 }];
    if (family.type !== 'stateset') return [point];
    return Object.entries((point as StateSetPoint).states).map(([state, isOn]) => ({ labels: { ...point.labels, [family.name]: state }, value: isOn ? 1 : 0 }));
  });
  return { name: family.name, help: family.help, unit: family.unit, constantLabels: family.constantLabels, type, points } as MetricFamily;
}

/** What there is to compare of a family, field by field, as far as the format shows it. */
function plain({ name, type, help, unit, constantLabels, points }: MetricFamily, shows: Shows): unknown {
  return {
    name,
    type,
    // The text format ignores blanks at the ends.
    help: shows.examples === 'none' ? help.replace(/^ +| +$/g, '') : help,
    unit: shows.examples === 'none' ? undefined : unit,
    points: [...points].map((point) => {
      const { value, bounds, counts, sum, exemplar, exemplars, quantiles, count, states, createdMs, native } = point as Partial<HistogramPoint & SummaryPoint & StateSetPoint & { value: number; exemplar: Exemplar }>;
      // A zero has no sign in an exposition.
      const shown = { value: value === undefined ? undefined : value + 0, bounds: bounds?.map((bound) => bound + 0), counts: counts && Array.from(counts), sum, quantiles, count, states: states && { ...states } };
      const ofBuckets = [...Array.from(exemplars ?? []), ...(shows.native ? (native?.exemplars ?? []) : [])];
      const examples = [exemplar, ...ofBuckets].filter((each) => each !== undefined && shows.examples !== 'none' && (shows.examples === 'all' || each.timestampMs !== undefined));
      return {
        labels: { ...constantLabels, ...point.labels },
        timestampMs: point.timestampMs,
        ...shown,
        // Of each once: formats differ in whether a histogram has those of its buckets too.
        examples: [...new Set(examples.map((each) => JSON.stringify(each)))].sort(),
        ...(shows.native && { createdMs: ['counter', 'histogram', 'summary'].includes(type) ? createdMs : undefined, native: native && { ...plainNative(native), exemplars: undefined } }),
      };
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
