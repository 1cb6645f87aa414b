// Labels whose names become one by escaping, or by what a format adds: no label stands twice, and no two series
// become one.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openMetrics, render, text, text1 } from '../lib/index.ts';
import type { Format, Labels, MetricFamily, MetricType, Point } from '../lib/index.ts';
import { parse, parseSamples } from '../lib/parse.ts';
import { assertLinear } from './growth.ts';

const FORMATS: readonly Format[] = [text, ...(['allow-utf-8', 'underscores', 'dots', 'values'] as const).flatMap((escaping) => [text1.withEscaping!(escaping), openMetrics.withEscaping!(escaping)])];

function gauge(points: readonly Labels[], constantLabels: Labels = {}): MetricFamily {
  return { type: 'gauge', name: 'g', help: '', constantLabels, points: points.map((labels, i) => ({ labels, value: i })) };
}

/** The sample lines of an exposition that the parser takes. */
function lines(families: readonly MetricFamily[], format: Format = text): string[] {
  const exposition = render(families, format, { onWarning: () => {} });
  parse(exposition, { format: format.name === 'openmetrics' ? 'openmetrics' : 'text' });
  return exposition.split('\n').filter((line) => /^[^#]/.test(line));
}

test('a name that can stand keeps its place, wherever in the family it comes', () => {
  assert.deepEqual(lines([gauge([{ 'a.b': '1', 'a-b': '2' }, { a_b: '3' }, { 'a-b': '4', a_b: '5' }])]), ['g{a_b_="1",a_b_2="2"} 0', 'g{a_b="3"} 1', 'g{a_b_2="4",a_b="5"} 2']);
});

test('a name is spelled the same in all series of a family, and in all its parts', () => {
  const parts = [gauge([{ 'a.b': '1' }], { service: 'x' }), gauge([{ a_b: '2', service: 'y' }, { 'a.b': '3' }])];
  assert.deepEqual(lines(parts), ['g{service="x",a_b_="1"} 0', 'g{a_b="2",service="y"} 0', 'g{a_b_="3"} 1']);
});

test('constant labels come first among those that are spelled in another way', () => {
  assert.deepEqual(lines([gauge([{ 'a-b': '1' }], { 'a.b': '2' })]), ['g{a_b="2",a_b_="1"} 0']);
  assert.deepEqual(lines([gauge([{ 'a-b': '1', a_b: '3' }], { 'a.b': '2' })]), ['g{a_b_="2",a_b_2="1",a_b="3"} 0']);
});

test('a label beside a constant one of its name is not lost', () => {
  for (const format of FORMATS) assert.deepEqual(lines([gauge([{ a: '1' }, { a: '2', a_: '3' }], { a: '0' })], format), ['g{a="0",a_2="1"} 0', 'g{a="0",a_2="2",a_="3"} 1']);
});

test('two series that differ only in how a label is spelled stay two', () => {
  for (const format of FORMATS) {
    const shown = lines([gauge([{ a_b: '1' }, { 'a.b': '1' }, { 'a-b': '1' }])], format);
    assert.equal(new Set(shown.map((line) => line.split(' ')[0])).size, 3, shown.join('\n'));
  }
});

/** By type: a point, and the label that formats add to its samples. */
const ADDED: readonly (readonly [type: MetricType, label: string, fields: object])[] = [
  ['histogram', 'le', { bounds: [1], counts: [1, 1], sum: 2 }],
  ['gaugehistogram', 'le', { bounds: [1], counts: [1, 1], sum: 2 }],
  ['summary', 'quantile', { quantiles: [{ quantile: 0.5, value: 1 }], sum: 2, count: 1 }],
  ['stateset', 'g', { states: { on: true } }],
];

for (const [type, label, fields] of ADDED) {
  test(`the label of a ${type}’s own is there once, whatever its points bring`, () => {
    const point = (labels: Labels): Point => ({ labels, ...fields });
    const points = [point({ [label]: 'x' }), point({ [`${label}.`]: 'y' }), point({ [`${label}_`]: 'z' })];
    for (const format of FORMATS) {
      for (const constantLabels of [undefined, { [label]: 'c' }]) {
        const exposition = render([{ type, name: 'g', help: '', constantLabels, points } as MetricFamily], format, { onWarning: () => {} });
        const samples = [...parseSamples(exposition, { format: format.name === 'openmetrics' ? 'openmetrics' : 'text' })];
        for (const wanted of 'xyz') assert.ok(samples.some(({ labels }) => Object.values(labels).includes(wanted)), exposition);
        parse(exposition, { format: format.name === 'openmetrics' ? 'openmetrics' : 'text' });
      }
    }
  });
}

test('the labels of an exemplar stand once each', () => {
  const exemplar = { labels: { 'a.b': '1', 'a-b': '2', a_b: '3' }, value: 1 };
  const counter: MetricFamily = { type: 'counter', name: 'c_total', help: '', points: [{ labels: {}, value: 1, exemplar }] };
  assert.deepEqual(lines([counter], openMetrics), ['c_total 1 # {a_b_="1",a_b_2="2",a_b="3"} 1']);
});

test('an exemplar is measured by its names as they are shown', () => {
  const counter: MetricFamily = { type: 'counter', name: 'c_total', help: '', points: [{ labels: {}, value: 1, exemplar: { labels: { 'é.é': 'x'.repeat(120) }, value: 1 } }] };
  assert.match(lines([counter], openMetrics)[0]!, / # /);
  assert.deepEqual(lines([counter], openMetrics.withEscaping!('values')), ['c_total 1']);
});

test('a label’s name and value may be any string, such as those that objects have already', () => {
  const labels = Object.fromEntries(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'].map((name) => [name, name]));
  assert.deepEqual(lines([gauge([labels], { constructor_: 'x' })]), ['g{constructor_="x",__proto__="__proto__",constructor="constructor",toString="toString",hasOwnProperty="hasOwnProperty",valueOf="valueOf"} 0']);
});

test('what a library adds to all objects is no label', () => {
  Object.defineProperty(Object.prototype, 'added', { value: 'x', enumerable: true, configurable: true });
  try {
    const stateset: MetricFamily = { type: 'stateset', name: 's', help: '', constantLabels: { b: '2' }, points: [{ labels: { a: '1' }, states: { on: true } }] };
    assert.deepEqual(lines([gauge([{ a: '1' }, { a: '1' }], { b: '2' }), stateset]), ['g{b="2",a="1"} 0', 's{b="2",a="1",s="on"} 1']);
  } finally {
    delete (Object.prototype as { added?: unknown }).added;
  }
});

test('a thousand labels that become one cost what their number costs', () => {
  const labelled = (count: number): MetricFamily => gauge([Object.fromEntries(Array.from({ length: count }, (_, i) => [String.fromCharCode(0x4e00 + i), '']))]);
  assertLinear('labels of a series', 160, (count) => {
    const family = labelled(count);
    return () => render([family]);
  });
  const names = lines([labelled(5_000)])[0]!.match(/\w+(?==)/g)!;
  assert.equal(new Set(names).size, 5_000);
  assert.ok(names.every((name) => name.length <= 6));
});
