// The history of scrapes that the live page and `promlet top` show: rates, resets, restarts, and what is forgotten.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parse } from '../lib/parse.ts';
import { History } from '../lib/live/history.ts';
import type { FamilyHistory, SeriesHistory } from '../lib/live/history.ts';

/** A history of scrapes in the text format, two seconds apart. */
function historyOf(...scrapes: readonly (string | undefined)[]): History {
  const history = new History();
  scrapes.forEach((scrape, i) => (scrape === undefined ? history.miss() : history.add(parse(scrape, { format: 'text' }), 1_000_000 + i * 2000)));
  return history;
}

function family(history: History, name: string): FamilyHistory {
  return history.family(name) ?? assert.fail(`no ${name}`);
}

function only(history: History, name: string): SeriesHistory {
  const { series } = family(history, name);
  assert.equal(series.length, 1);
  return series[0]!;
}

const counter = (value: number | string, name = 'a_total', labels = ''): string => `# TYPE ${name} counter\n${name}${labels} ${value}\n`;
const gauge = (value: number | string, name = 'g'): string => `# TYPE ${name} gauge\n${name} ${value}\n`;

test('a counter is its rate since the scrape before, and has none at the first', () => {
  assert.deepEqual(only(historyOf(counter(100), counter(100), counter(110), counter(111)), 'a_total').values, [NaN, 0, 5, 0.5]);
});

test('a gauge is its value, whatever that is', () => {
  assert.deepEqual(only(historyOf(gauge(1), gauge(-2.5), gauge('NaN'), gauge('+Inf'), gauge(0)), 'g').values, [1, -2.5, NaN, Infinity, 0]);
});

test('a reset leaves a gap and no spike, however far the counter falls', () => {
  for (const fallen of [0, 5, 999_999]) {
    const { values } = only(historyOf(counter(1_000_000), counter(1_000_002), counter(fallen), counter(fallen + 4)), 'a_total');
    assert.deepEqual(values, [NaN, 1, NaN, 2]);
  }
});

test('one counter that falls is a reset of its own; a source whose counters fall has restarted', () => {
  const scrape = (a: number, b: number, c: number): string => counter(a, 'a_total') + counter(b, 'b_total') + counter(c, 'c_total');
  const one = historyOf(scrape(10, 10, 10), scrape(1, 12, 12));
  assert.deepEqual(one.restarts, []);
  assert.deepEqual(only(one, 'b_total').values, [NaN, 1]);
  // What has grown beyond its old value since the restart is no increase either.
  const all = historyOf(scrape(10, 10, 10), scrape(1, 1, 500));
  assert.deepEqual(all.restarts, [1_002_000]);
  assert.deepEqual(only(all, 'c_total').values, [NaN, NaN]);
});

test('another start time of the process is a restart, although no counter has fallen', () => {
  const scrape = (start: number, value: number): string => gauge(start, 'process_start_time_seconds') + counter(value);
  const history = historyOf(scrape(1000, 5), scrape(1000, 7), scrape(2000, 400), scrape(2000, 402));
  assert.deepEqual(history.restarts, [1_004_000]);
  assert.deepEqual(only(history, 'a_total').values, [NaN, 1, NaN, 1]);
});

test('after a scrape that failed, one counter that falls is enough of a restart', () => {
  const scrape = (a: number, b: number): string => counter(a, 'a_total') + counter(b, 'b_total');
  const history = historyOf(scrape(10, 10), undefined, scrape(3, 90));
  assert.deepEqual(history.restarts, [1_004_000]);
  assert.deepEqual(only(history, 'b_total').values, [NaN, NaN]);
});

test('what a restarted source shows again later is not compared with what it was before', () => {
  const scrape = (a: number, b: number | undefined): string => `# TYPE w_total counter\nw_total{k="a"} ${a}\n${b === undefined ? '' : `w_total{k="b"} ${b}\n`}`;
  const history = historyOf(scrape(10, 10), scrape(1, undefined), scrape(2, 500), scrape(2, 502));
  assert.equal(history.restarts.length, 1);
  assert.deepEqual(family(history, 'w_total').series.map(({ values }) => values), [[NaN, NaN, 0.5, 0], [NaN, NaN, NaN, 1]]);
});

test('another time of creation is a reset, although the value has not fallen', () => {
  const history = new History();
  const scrape = (value: number, created: number): void =>
    history.add(parse(`# TYPE a counter\na_total ${value}\na_created ${created}\n# EOF\n`, { format: 'openmetrics' }), created * 10 + value);
  scrape(5, 1000);
  scrape(400, 2000);
  assert.deepEqual(only(history, 'a_total').values, [NaN, NaN]);
});

test('a rate over a scrape that failed is over all the time since the last one', () => {
  assert.deepEqual(only(historyOf(counter(10), counter(12), undefined, counter(20)), 'a_total').values, [NaN, 1, 2]);
});

test('a series that comes back is measured from when it was seen last', () => {
  const other = counter(1, 'b_total');
  assert.deepEqual(only(historyOf(counter(10) + other, other, counter(18) + other), 'a_total').values, [NaN, NaN, 2]);
});

test('a series that appears in a family that was there has been counted since; a family that appears has not', () => {
  const a = '# TYPE a_total counter\na_total{b="x"} 1\n';
  const history = historyOf(a, a, `${a}a_total{b="y"} 4\n${counter(5000, 'late_total')}`);
  assert.deepEqual(family(history, 'a_total').series.map(({ values }) => values), [[NaN, 0, 0], [NaN, 0, 2]]);
  assert.deepEqual(only(history, 'late_total').values, [NaN, NaN, NaN]);
});

test('series are told apart by all their labels, whatever is in them', () => {
  const scrape = '# TYPE a_total counter\na_total{x="1,2",y="3"} 1\na_total{x="1",y="2,3"} 2\na_total{x="__proto__",y="\\"\\n"} 3\n';
  assert.deepEqual(family(historyOf(scrape, scrape), 'a_total').series.map(({ current }) => current), [1, 2, 3]);
});

test('a family that is missing stays in its place, with the time when it was seen last, and new ones come where the scrape has them', () => {
  const history = historyOf(counter(1) + gauge(1), gauge(2));
  assert.equal(family(history, 'a_total').seenMs, 1_000_000);
  assert.deepEqual(only(history, 'a_total').values, [NaN, NaN]);
  assert.deepEqual(history.families.map(({ name }) => name), ['a_total', 'g']);
  history.add(parse(gauge(1, 'first') + counter(1) + gauge(1, 'new') + gauge(1, 'newer') + gauge(1), { format: 'text' }), 1_004_000);
  assert.deepEqual(history.families.map(({ name }) => name), ['first', 'a_total', 'new', 'newer', 'g']);
});

test('a family that changes its type begins anew', () => {
  const history = historyOf(gauge(5, 'x'), '# TYPE x untyped\nx 6\n');
  assert.deepEqual([family(history, 'x').type, only(history, 'x').values], ['unknown', [NaN, 6]]);
});

test('what is older than the window is forgotten, series and families too', () => {
  const history = new History({ windowMs: 10_000 });
  for (let i = 0; i < 100; i++) history.add(parse(`${gauge(i)}# TYPE a_total counter\na_total{b="${i < 50 ? 'early' : 'late'}"} 1\n${i < 50 ? gauge(1, 'gone') : ''}`, { format: 'text' }), i * 1000);
  assert.deepEqual(history.times, [89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99].map((seconds) => seconds * 1000));
  assert.deepEqual(only(history, 'g').values, [89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
  assert.deepEqual(only(history, 'a_total').labels, { b: 'late' });
  assert.equal(history.family('gone'), undefined);
});

test('a histogram has a column of what was observed since the scrape before', () => {
  const scrape = (a: number, b: number, c: number): string => `# TYPE h histogram\nh_bucket{le="1"} ${a}\nh_bucket{le="2"} ${b}\nh_bucket{le="+Inf"} ${c}\nh_sum ${c}\nh_count ${c}\n`;
  const { values, columns, current, sum } = only(historyOf(scrape(1, 2, 3), scrape(1, 2, 3), scrape(3, 8, 9), scrape(0, 0, 1), scrape(0, 0, 2)), 'h');
  assert.deepEqual(values, [NaN, 0, 3, NaN, 0.5]);
  assert.deepEqual(columns.map((column) => column && Array.from(column.counts)), [undefined, [], [2, 4, 0], undefined, [0, 0, 1]]);
  assert.deepEqual(columns[2]!.uppers, [1, 2, Infinity]);
  assert.deepEqual([current, sum], [2, 2]);
});

test('a summary has its quantiles at each scrape, also those that come later', () => {
  const scrape = (count: number, quantiles: string): string => `# TYPE s summary\n${quantiles}s_sum 1\ns_count ${count}\n`;
  const { values, quantiles } = only(historyOf(scrape(1, 's{quantile="0.5"} 4\n'), scrape(3, 's{quantile="0.5"} 5\ns{quantile="0.9"} 7\n'), scrape(3, '')), 's');
  assert.deepEqual(values, [NaN, 1, 0]);
  assert.deepEqual([...quantiles], [[0.5, [4, 5, NaN]], [0.9, [NaN, 7, NaN]]]);
});

test('infos and state sets are seen as what they are, in the text format too', () => {
  const text = '# TYPE build_info gauge\nbuild_info{v="1"} 1\n# TYPE door gauge\ndoor{at="n",door="open"} 1\ndoor{at="n",door="shut"} 0\n# TYPE not_info gauge\nnot_info 2\n';
  const openMetrics = '# TYPE build info\nbuild_info{v="1"} 1\n# TYPE door stateset\ndoor{at="n",door="open"} 1\ndoor{at="n",door="shut"} 0\n# TYPE not_info gauge\nnot_info 2\n# EOF\n';
  for (const families of [parse(text, { format: 'text' }), parse(openMetrics, { format: 'openmetrics' })]) {
    const history = new History();
    history.add(families, 1);
    assert.deepEqual(history.families.map(({ name, type }) => [name, type]), [['build_info', 'info'], ['door', 'stateset'], ['not_info', 'gauge']]);
    assert.deepEqual([only(history, 'door').labels, only(history, 'door').states], [{ at: 'n' }, ['open']]);
  }
});

test('activity is what moved, and a change of half a minute ago counts half', () => {
  const history = new History();
  const add = (value: number, atMs: number): void => history.add(parse(counter(value), { format: 'text' }), atMs);
  add(0, 0);
  add(8, 30_000);
  assert.equal(only(history, 'a_total').activity, 8);
  add(8, 60_000);
  assert.equal(only(history, 'a_total').activity, 4);
  add(8, 90_000);
  assert.equal(only(history, 'a_total').activity, 2);
});
