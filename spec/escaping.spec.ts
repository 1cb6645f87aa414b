// Names that not every format can show, as the four schemes spell them.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openMetrics, render, text, text1 } from '../lib/index.ts';
import type { Escaping, Format, MetricFamily } from '../lib/index.ts';

/** The names of the families' samples, unquoted. */
function shown(format: Format, ...names: string[]): string[] {
  const families = names.map((name): MetricFamily => ({ type: 'gauge', name, help: '', points: [{ labels: {}, value: 1 }] }));
  const lines = render(families, format, { onWarning: () => {} }).split('\n').filter((line) => /^[^#]/.test(line));
  return lines.map((line) => line.replace(/^\{"(.*)"\} 1$|^(.*) 1$/, '$1$2'));
}

/** The name of a gauge's one label, unquoted. */
function shownLabel(name: string, format: Format): string {
  return /\{"?(.*?)"?=/.exec(render([{ type: 'gauge', name: 'g', help: '', points: [{ labels: { [name]: 'x' }, value: 1 }] }], format))![1]!;
}

const as = (escaping: Escaping): Format => text1.withEscaping!(escaping);

const names: readonly (readonly [name: string, underscores: string, dots: string, values: string])[] = [
  ['http_requests_total', 'http_requests_total', 'http_requests_total', 'http_requests_total'],
  ['a:b', 'a:b', 'a:b', 'a:b'],
  ['http.requests', 'http_requests', 'http_dot_requests', 'U__http_2e_requests'],
  ['a.b_c', 'a_b_c', 'a_dot_b__c', 'U__a_2e_b__c'],
  ['1st', '_st', '__st', 'U___31_st'],
  ['a b', 'a_b', 'a__b', 'U__a_20_b'],
  ['größe', 'gr__e', 'gr____e', 'U__gr_f6__df_e'],
  ['😀', '_', '__', 'U___1f600_'],
];

for (const [name, underscores, dots, values] of names) {
  test(`the metric's name ${JSON.stringify(name)} is spelled by each scheme`, () => {
    for (const format of [text1, openMetrics]) {
      assert.deepEqual(shown(format.withEscaping!('allow-utf-8'), name), [name]);
      assert.deepEqual(shown(format.withEscaping!('underscores'), name), [underscores]);
      assert.deepEqual(shown(format.withEscaping!('dots'), name), [dots]);
      assert.deepEqual(shown(format.withEscaping!('values'), name), [values]);
    }
    assert.deepEqual(shown(text, name), [underscores]);
  });
}

test('a colon may stand in the names of metrics only', () => {
  assert.equal(shownLabel('a:b', text), 'a_b');
  assert.equal(shownLabel('a:b', as('underscores')), 'a_b');
  assert.equal(shownLabel('a:b', as('dots')), 'a_b');
  assert.equal(shownLabel('a:b', as('allow-utf-8')), 'a:b');
  assert.equal(shownLabel('a_b', as('values')), 'a_b');
});

test('names that would become the same stay apart, and those that every format can show stay as they are', () => {
  for (const format of [text, as('underscores'), openMetrics]) assert.deepEqual(shown(format, 'a.b', 'a:b', 'a_b', 'a-b'), ['a_b_', 'a:b', 'a_b', 'a_b_2']);
  assert.deepEqual(shown(as('allow-utf-8'), 'a.b', 'a_b'), ['a.b', 'a_b']);
});

test('a name of no characters, which no format can show, is an underscore', () => {
  for (const format of [text, text1, as('values'), openMetrics]) {
    assert.deepEqual(shown(format, ''), ['_']);
    assert.equal(shownLabel('', format), '_');
  }
});

test('no label is given a name that begins with two underscores, which belong to Prometheus, but by a scheme', () => {
  assert.equal(shownLabel('地域', text), '__');
  const family: MetricFamily = { type: 'gauge', name: 'g', help: '', points: [{ labels: { 地域: 'a', 都市: 'b', 国名: 'c', '.x': 'd', '-x': 'e', __name__: 'f' }, value: 1 }] };
  assert.equal(render([family]), '# TYPE g gauge\ng{__="a",_="b",_2="c",_x="d",_x_="e",_name__="f"} 1\n');
});
