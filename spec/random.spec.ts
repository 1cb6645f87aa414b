// Random instruments with hostile names, helps, label values and numbers: promtool reads what they show, and
// a second reader finds what a naive account of the same writes gives. `SEED=…` repeats a run.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';

import { Counter, Gauge, Histogram, Registry, render } from '../lib/index.ts';
import type { LabelValue } from '../lib/index.ts';
import { checkMetrics, testWith } from './programs.ts';

const seed = Number(process.env['SEED'] ?? randomInt(2 ** 32));
process.once('exit', (code) => {
  if (code !== 0) console.log(`SEED=${seed} repeats this`);
});

const ROUNDS = 8;
const INSTRUMENTS = 50;
const WRITES = 40;

type Labels = Readonly<Record<string, LabelValue>>;
type Pairs = readonly (readonly [name: string, value: string])[];

interface Sample {
  readonly name: string;
  readonly labels: Pairs;
  readonly value: number;
}

interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

test('a second reader reads back what was recorded, whatever it was', () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { exposition, expected } = randomRegistry(seed + round);
    const found = read(exposition);
    // One by one, since the difference of two long lists takes long to tell.
    for (const [i, { samples, ...head }] of expected.entries()) {
      const { samples: foundSamples = [], ...foundHead } = found[i] ?? {};
      assert.deepEqual(foundHead, head);
      for (const [j, sample] of samples.entries()) assert.deepEqual(foundSamples[j], sample);
      assert.equal(foundSamples.length, samples.length, head.name);
    }
    assert.equal(found.length, expected.length);
  }
});

testWith(['promtool'], 'promtool reads what was recorded, whatever it was', () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { status, complaints } = checkMetrics(randomRegistry(seed + round).exposition);
    // 3: it could be read, and the linter does not like a random name.
    assert.equal(status, 3, complaints.join('\n'));
  }
});

/** The ways to write to an instrument. */
interface Writer {
  readonly write: (labels: Labels, value: number) => void;
  /** Through a bound series, by names or by values in their order. */
  readonly writeBound: (labels: [Labels] | LabelValue[], value: number) => void;
}

/** What tells one type of instrument from another here. */
interface Kind {
  readonly type: string;
  readonly open: (registry: Registry, options: { name: string; help: string; labelNames: string[]; buckets: number[] }) => Writer;
  readonly takes: (value: number) => boolean;
  /** What a series shows after these values. */
  readonly samples: (name: string, labels: Pairs, values: readonly number[], buckets: readonly number[]) => Sample[];
}

const KINDS: readonly Kind[] = [
  {
    type: 'counter',
    open(registry, { name, help, labelNames }) {
      const counter = registry.register(new Counter({ name, help, labelNames }));
      return {
        write: (labels, value) => counter.inc(labels, value),
        writeBound: (labels, value) => counter.labels(...labels).inc(value),
      };
    },
    takes: (value) => value >= 0 && value < Infinity,
    samples: (name, labels, values) => [{ name, labels, value: sum(values) }],
  },
  {
    type: 'gauge',
    open(registry, { name, help, labelNames }) {
      const gauge = registry.register(new Gauge({ name, help, labelNames }));
      return {
        write: (labels, value) => gauge.set(labels, value),
        writeBound: (labels, value) => gauge.labels(...labels).set(value),
      };
    },
    takes: () => true,
    // A zero has no sign in an exposition.
    samples: (name, labels, values) => [{ name, labels, value: (values.at(-1) ?? 0) + 0 }],
  },
  {
    type: 'histogram',
    open(registry, options) {
      const histogram = registry.register(new Histogram(options));
      return {
        write: (labels, value) => histogram.observe(labels, value),
        writeBound: (labels, value) => histogram.labels(...labels).observe(value),
      };
    },
    takes: (value) => !Number.isNaN(value),
    samples: (name, labels, values, buckets) => [
      ...[...buckets, Infinity].map((le) => ({
        name: `${name}_bucket`,
        labels: [...labels, ['le', String(le)] as const],
        value: values.filter((value) => value <= le).length,
      })),
      { name: `${name}_sum`, labels, value: sum(values) },
      { name: `${name}_count`, labels, value: values.length },
    ],
  },
];

/** A registry's exposition, and the families that it has to show. */
function randomRegistry(ownSeed: number): { exposition: string; expected: Family[] } {
  const random = randomSource(ownSeed);
  const constant = Object.fromEntries(random.labelNames('constant_').map((name) => [name, random.labelValue()]));
  const registry = new Registry({ labels: constant, onWarning: () => {} });
  const constantPairs = Object.entries(constant).map(([name, value]) => [name, wellFormed(value)] as const);
  const expected: Family[] = [];
  const rejections: Sample[] = [];

  for (let i = 0; i < INSTRUMENTS; i++) {
    const { type, open, takes, samples } = random.pick(KINDS);
    // The number at the end keeps any two names apart, with and without suffixes.
    const name = `${random.name(/[a-zA-Z0-9_:]/)}_${i}${type === 'counter' ? random.pick(['', '_total']) : ''}`;
    const help = random.text();
    const labelNames = random.labelNames('');
    const buckets = [...new Set(random.list(12, () => random.number() + 0).filter(Number.isFinite))].sort((a, b) => a - b);
    const { write, writeBound } = open(registry, { name, help, labelNames, buckets });
    const choices = labelNames.map(() => [random.labelValue(), random.labelValue(), random.labelValue()]);
    const series = new Map<string, { labels: Pairs; values: number[] }>();
    if (labelNames.length === 0) series.set('[]', { labels: [], values: [] });
    let rejected = 0;
    for (let writes = random.below(WRITES); writes > 0; writes--) {
      const labels = Object.fromEntries(labelNames.map((labelName, j) => [labelName, random.pick(choices[j]!)]));
      const value = random.number();
      const way = random.pick(['labels', 'bound', 'positional']);
      if (way === 'labels') write(labels, value);
      else writeBound(way === 'bound' ? [labels] : Object.values(labels), value);
      const pairs = Object.entries(labels).map(([labelName, labelValue]) => [labelName, wellFormed(labelValue)] as const);
      const key = JSON.stringify(pairs);
      if (!takes(value)) rejected++;
      // A write that is no data makes no series, but whoever binds a series has made it.
      if (!takes(value) && way === 'labels') continue;
      if (!series.has(key)) series.set(key, { labels: pairs, values: [] });
      if (takes(value)) series.get(key)!.values.push(value);
    }
    const shown = [...series.values()].flatMap(({ labels, values }) => samples(name, [...constantPairs, ...labels], values, buckets));
    expected.push({ name, type, help: wellFormed(help).replace(/^[ \t]+|[ \t]+$/g, ''), samples: shown });
    if (rejected > 0) rejections.push({ name: 'promlet_rejected_writes_total', labels: [...constantPairs, ['metric', name]], value: rejected });
  }
  const help = 'Writes that held no data, such as NaN, and were ignored.';
  if (rejections.length > 0) expected.push({ name: 'promlet_rejected_writes_total', type: 'counter', help, samples: rejections });
  return { exposition: render(registry), expected };
}

const NUMBERS = [0, -0, 1, -1, 0.1, 1e6, 1e-5, 1e21, 1e-7, 123456.7, 2 ** 53, 5e-324, 2.2250738585072014e-308, Number.MAX_VALUE, -Number.MAX_VALUE, NaN, Infinity, -Infinity];
const ATOMS = ['"', '\\', '\n', '\\n', '\r', '\r\n', '\t', '\0', ' ', '{', '}', ',', '=', '#', '# TYPE x counter', '_overflow_', '__proto__', 'constructor', 'é', '😀', '\ud83d', '\ude00', '\ud800', '\udfff', '\u2028', '\u2029', '\ufeff', '\u0085', '\u00a0', 'long'.repeat(2000)];

/** The same numbers, texts and choices for the same seed. */
function randomSource(ownSeed: number) {
  let state = ownSeed >>> 0;
  /** Evenly from 0 to 2^32 - 1: a counter, well stirred (splitmix32). */
  function bits(): number {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }
  const below = (limit: number): number => bits() % limit;
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)]!;
  const list = <Item>(most: number, make: () => Item): Item[] => Array.from({ length: below(most + 1) }, make);
  const text = (): string => list(5, () => (below(3) === 0 ? String.fromCharCode(below(2 ** 16)) : pick(ATOMS))).join('');
  /** Any double at all, or one of those that are known for trouble. */
  const number = (): number => (below(2) === 0 ? pick(NUMBERS) : new Float64Array(Uint32Array.of(bits(), bits()).buffer)[0]!);
  function name(allowed: RegExp): string {
    const characters = list(12, () => String.fromCharCode(32 + below(95))).filter((character) => allowed.test(character));
    const first = pick([...(allowed.test(':') ? ':' : ''), ...'_abcXYZ']);
    return pick([first + characters.join(''), 'constructor', 'hasOwnProperty', 'quantile', 'NaN']);
  }
  const labelNames = (prefix: string): string[] => {
    const names = list(3, () => prefix + name(/[a-zA-Z0-9_]/).replace(/^__+/, '_'));
    return [...new Set(names)].filter((labelName) => labelName !== 'le');
  };
  const labelValue = (): LabelValue => pick<() => LabelValue>([text, text, number, () => below(2) === 0])();
  return { below, pick, list, text, number, name, labelNames, labelValue };
}

/** What is left of a text once it went through UTF-8. */
function wellFormed(value: LabelValue): string {
  return Buffer.from(String(value)).toString();
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Reads text 0.0.4 as the official documents have it, and shares nothing with the library. */
function read(exposition: string): Family[] {
  const lines = exposition.split('\n');
  assert.equal(lines.pop(), '', 'the last line ends');
  const families: (Family & { samples: Sample[] })[] = [];
  let help: [name: string, text: string] | undefined;
  for (const line of lines) {
    const [, keyword, subject = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/s.exec(line) ?? [];
    if (keyword === 'HELP') {
      assert.match(rest, /^(?:[^\\]|\\[\\n])*$/s);
      help = [subject, unescaped(rest)];
    } else if (keyword === 'TYPE') {
      assert.ok(families.every(({ name }) => name !== subject), `${subject} has one group of lines`);
      assert.ok(help === undefined || help[0] === subject);
      families.push({ name: subject, type: rest, help: help?.[1] ?? '', samples: [] });
      help = undefined;
    } else {
      const [, name = '', labels = '', value = ''] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/s.exec(line) ?? [];
      assert.match(value, /^(?:NaN|[+-]Inf|-?\d+(?:\.\d+)?(?:e[+-]\d+)?)$/, line);
      families.at(-1)!.samples.push({ name, labels: readLabels(labels), value: readNumber(value) });
    }
  }
  for (const { samples } of families) {
    assert.equal(new Set(samples.map(({ name, labels }) => JSON.stringify([name, ...labels]))).size, samples.length, 'no series is there twice');
  }
  return families;
}

function readLabels(text: string): Pairs {
  const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(?:,(?!$)|$)/sy;
  const pairs: [string, string][] = [];
  while (label.lastIndex < text.length) {
    const [, name, value] = label.exec(text) ?? assert.fail(`no label begins at ${label.lastIndex} of ${text}`);
    // The bounds of buckets are spelled like Go's numbers, not like JavaScript's.
    pairs.push([name!, name === 'le' ? String(readNumber(value!)) : unescaped(value!)]);
  }
  return pairs;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_, character: string) => (character === 'n' ? '\n' : character));
}

function readNumber(text: string): number {
  return Number(text.replace(/Inf$/, 'Infinity'));
}
