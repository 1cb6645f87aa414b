// Lists that are kept once: found again by their texts, and never taken for one another.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter } from '../lib/index.ts';
import { SharedLists } from '../lib/metrics/shared-lists.ts';

test('a list of the same texts is the list that was seen before', () => {
  const lists = new SharedLists();
  const first = lists.of(['GET', '200']);
  assert.equal(lists.of(['GET', '200']), first);
  assert.notEqual(lists.of(['GET', '404']), first);
  assert.equal(lists.of([]), lists.of([]));
});

test('lists that are the same when joined are told apart', () => {
  const lists = new SharedLists();
  const given = [['a,b', 'c'], ['a', 'b,c'], ['a', 'b', 'c'], [], ['']];
  for (let round = 0; round < 3; round++) for (const list of given) assert.deepEqual(lists.of([...list]), list);
});

test('any number of lists can be given, though few are kept', () => {
  const lists = new SharedLists();
  const first = lists.of(['0']);
  for (let i = 0; i < 10_000; i++) assert.deepEqual(lists.of([`${i}`]), [`${i}`]);
  assert.notEqual(lists.of(['0']), first);
});

test('series that differ in one label have the list of the others in common', () => {
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['user', 'method', 'status'] });
  const [ann, bob] = [counter.labels('ann', 'GET', 200), counter.labels('bob', 'GET', 200)];
  assert.equal(ann.otherValues, bob.otherValues);
  assert.deepEqual([ann.labelValues, bob.labelValues], [['ann', 'GET', '200'], ['bob', 'GET', '200']]);
});
