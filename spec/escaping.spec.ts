// Names that not every format can show, as the four schemes spell them.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { escapeLabelName, escapeMetricName } from '../lib/formats/escaping.ts';

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
    assert.deepEqual(
      [escapeMetricName(name, 'allow-utf-8'), escapeMetricName(name, 'underscores'), escapeMetricName(name, 'dots'), escapeMetricName(name, 'values')],
      [name, underscores, dots, values],
    );
  });
}

test('a colon may stand in the names of metrics only', () => {
  assert.equal(escapeLabelName('a:b', 'underscores'), 'a_b');
  assert.equal(escapeLabelName('a:b', 'dots'), 'a_b');
  assert.equal(escapeLabelName('a:b', 'allow-utf-8'), 'a:b');
  assert.equal(escapeLabelName('a_b', 'values'), 'a_b');
});
