// Names that not every format can show, as the four schemes spell them.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { MetricFamily } from '../lib/index.ts';
import { escapeLabelName, shownNames } from '../lib/formats/escaping.ts';
import type { Escaping } from '../lib/formats/escaping.ts';

function shown(escaping: Escaping, ...names: string[]): string[] {
  const families = names.map((name): MetricFamily => ({ type: 'gauge', name, help: '', points: [] }));
  return families.map(shownNames(families, escaping));
}

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
    assert.deepEqual(shown('allow-utf-8', name), [name]);
    assert.deepEqual(shown('underscores', name), [underscores]);
    assert.deepEqual(shown('dots', name), [dots]);
    assert.deepEqual(shown('values', name), [values]);
  });
}

test('a colon may stand in the names of metrics only', () => {
  assert.equal(escapeLabelName('a:b', 'underscores'), 'a_b');
  assert.equal(escapeLabelName('a:b', 'dots'), 'a_b');
  assert.equal(escapeLabelName('a:b', 'allow-utf-8'), 'a:b');
  assert.equal(escapeLabelName('a_b', 'values'), 'a_b');
});

test('names that would become the same stay apart, and those that every format can show stay as they are', () => {
  assert.deepEqual(shown('underscores', 'a.b', 'a:b', 'a_b', 'a-b'), ['a_b_', 'a:b', 'a_b', 'a_b__']);
  assert.deepEqual(shown('allow-utf-8', 'a.b', 'a_b'), ['a.b', 'a_b']);
});
