// Which series the live page and `promlet top` show, and what the rest adds up to.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { SeriesHistory } from '../lib/live/history.ts';
import { mean, ranked, smoothed, total } from '../lib/live/ranking.ts';

function series(name: string, activity: number, current = 0, values: readonly number[] = []): SeriesHistory {
  return { labels: { name }, values, columns: [], quantiles: new Map(), states: [], current, sum: undefined, activity, seenMs: 0, timestampMs: undefined };
}

const names = (list: readonly SeriesHistory[]): string => list.map(({ labels }) => labels['name']).join('');

test('the most active come first, and of those that are as active the greater ones', () => {
  const all = [series('a', 1), series('b', 5), series('c', 0, 3), series('d', 0, -7), series('e', 0, NaN)];
  assert.equal(names(ranked(all, 9).shown), 'badce');
  const { shown, others } = ranked(all, 3);
  assert.deepEqual([names(shown), names(others)], ['bad', 'ce']);
});

test('one series more than there is room for is shown rather than called "1 other"', () => {
  const { shown, others } = ranked([series('a', 1), series('b', 2), series('c', 3)], 2);
  assert.deepEqual([names(shown), names(others)], ['cba', '']);
});

test('what is shown keeps its place until another is clearly more active', () => {
  const [a, b, c, d] = [series('a', 10), series('b', 9), series('c', 11), series('d', 10)];
  assert.equal(names(ranked([a, b, c, d], 2, [a, b]).shown), 'ab');
  assert.equal(names(ranked([a, b, series('c', 20), d], 2, [a, b]).shown), 'ca');
  assert.equal(names(ranked([a, series('z', 14), b, d], 3, [a, b]).shown), 'zabd');
});

test('as many as there are or more are ranked as by sorting them', () => {
  const all = Array.from({ length: 500 }, (_, i) => series(String(i), (i * 7919) % 500, i));
  const sorted = all.toSorted((x, y) => y.activity - x.activity);
  assert.deepEqual(ranked(all, 20).shown, sorted.slice(0, 20));
  assert.equal(ranked(all, 20).others.length, 480);
});

test('others add up, where any has a value', () => {
  const all = [series('a', 0, 0, [1, NaN, NaN]), series('b', 0, 0, [2, 5, NaN])];
  assert.deepEqual([0, 1, 2].map((index) => total(all, index)), [3, 5, NaN]);
  assert.deepEqual([0, 1, 2].map((index) => mean(all, index)), [1.5, 5, NaN]);
});

test('a smoothed rate is the mean over the time before, and a gap stays one', () => {
  assert.deepEqual(smoothed([NaN, 4, 0, NaN, 2], [0, 1000, 2000, 3000, 4000], 2000), [NaN, 4, 2, NaN, 2]);
  assert.deepEqual(smoothed([NaN, 6, 0], [0, 1000, 3000], 10_000), [NaN, 6, 2]);
  assert.deepEqual(smoothed([NaN, 6, 0], [0, 1000, 3000], 0), [NaN, 6, 0]);
});
