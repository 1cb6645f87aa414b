// `lint` and `assertGoodPractice`: what promtool would complain of, in its words. `check.spec.ts` has the rules one by one.

import assert from 'node:assert/strict';
import { AssertionError } from 'node:assert';
import { test } from 'node:test';

import { Counter, Gauge, Registry, StateSet, render } from '../lib/index.ts';
import type { MetricFamily, MetricType } from '../lib/index.ts';
import { assertGoodPractice, lint } from '../lib/testing.ts';
import { checkMetrics, testWith } from './programs.ts';

function bad(): Registry {
  const registry = new Registry();
  registry.register(new Counter({ name: 'jobs', help: '', labelNames: ['queueName'] }));
  registry.register(new Gauge({ name: 'wait_ms', help: 'Waits.' }));
  registry.register(new Gauge({ name: 'open_total', help: 'Open.' }));
  return registry;
}

const COMPLAINTS = [
  { metric: 'jobs', text: 'counter metrics should have "_total" suffix' },
  { metric: 'jobs', text: "label names should be written in 'snake_case' not 'camelCase'" },
  { metric: 'jobs', text: 'no help text' },
  { metric: 'open_total', text: 'non-counter metrics should not have "_total" suffix' },
  { metric: 'wait_ms', text: 'metric names should not contain abbreviated units' },
];

test('complains of metrics and of labels that are declared, whether there are series or not', async () => {
  assert.deepEqual(await lint(bad()), COMPLAINTS);
  const registry = bad();
  registry.get<Counter<'queueName'>>('jobs')!.inc({ queueName: 'a' });
  assert.deepEqual(await lint(registry), COMPLAINTS);
  assert.deepEqual(await lint(new Registry()), []);
});

test('sees types as the text format shows them, as promtool does', async () => {
  const registry = new Registry();
  registry.register(new StateSet({ name: 'doorState_gauge', help: 'Door.', states: ['open'] })).set('open');
  assert.deepEqual(await lint(registry), [
    { metric: 'doorState_gauge', text: "label names should be written in 'snake_case' not 'camelCase'" },
    { metric: 'doorState_gauge', text: "metric name should not include type 'gauge'" },
    { metric: 'doorState_gauge', text: "metric names should be written in 'snake_case' not 'camelCase'" },
  ]);
});

test('complains once of a metric that two registries within have', async () => {
  const outer = new Registry();
  for (const pool of ['a', 'b']) outer.register(new Registry({ labels: { pool } })).register(new Gauge({ name: 'wait_ms', help: 'Waits.' }));
  assert.deepEqual(await lint(outer), [{ metric: 'wait_ms', text: 'metric names should not contain abbreviated units' }]);
});

test('refreshes first', async () => {
  const registry = new Registry();
  const inner = registry.register(new Registry());
  registry.register({ refresh: async () => { await null; inner.getOrRegister(new Gauge({ name: 'a:b', help: 'A.' })); }, collect: () => [] });
  assert.deepEqual(await lint(registry), [{ metric: 'a:b', text: "metric names should not contain ':'" }]);
});

test('an assertion shows all complaints, but for what is meant so', async () => {
  await assert.rejects(assertGoodPractice(bad()), (error: Error) => {
    assert.ok(error instanceof AssertionError);
    assert.equal(error.message, `5 complaints in the words of promtool check metrics; what is meant so can be named in \`except\`:

  jobs counter metrics should have "_total" suffix
  jobs label names should be written in 'snake_case' not 'camelCase'
  jobs no help text
  open_total non-counter metrics should not have "_total" suffix
  wait_ms metric names should not contain abbreviated units
`);
    return true;
  });
  await assertGoodPractice(bad(), { except: ['jobs', 'open_total', /abbreviated/] });
  await assertGoodPractice(bad(), { except: [/^jobs /g, /^jobs /g, 'open_total non-counter metrics should not have "_total" suffix', 'wait_ms', 'other'] });
  await assert.rejects(assertGoodPractice(bad(), { except: ['jobs', 'wait_ms', 'open'] }), /^AssertionError.*: 1 complaint in the words of promtool check metrics; .*:\n\n {2}open_total non-counter .*\n$/);
});

test('refuses exceptions that are none', async () => {
  await assert.rejects(assertGoodPractice(bad(), { except: 'jobs' as never }), { code: 'ERR_OPTION', message: 'assertGoodPractice: except: expected a list of names, complaints or patterns, got "jobs"' });
  await assert.rejects(assertGoodPractice(bad(), { except: [5] as never }), { code: 'ERR_OPTION' });
  await assert.rejects(assertGoodPractice(bad(), { exept: [] } as never), { code: 'ERR_OPTION', message: 'assertGoodPractice: expected a known option, such as "except", got "exept"' });
});

/** A linear congruential generator, seeded. */
function generator(seed: number): <T>(all: readonly T[]) => T {
  let state = seed;
  return (all) => all[Math.floor(((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32) * all.length)]!;
}

const WORDS = ['http', 'requests', 'queue', 'open', 'thermometers', 'fooBar', 'HTTP', 'a:b', 'ms', 's', 'kb', 'd', 'counts', 'unknown', 'info'];
/** At most one in a name, at random: of several, promtool took any before version 3. */
const UNITS = ['seconds', 'milliseconds', 'bytes', 'kilobytes', 'bits', 'kibibits', 'hours', 'weeks', 'celsius', 'fahrenheit', 'kilometres', 'miles', 'grams', 'ounces', 'volts', 'megavolts', 'kelvins'];
const ENDINGS = ['', '', '_total', '_count', '_sum', '_bucket', '_info', '_x'];
const LABELS = ['queue', 'jobName', 'le', 'quantile', 'URL', 'a_b'];
/** What promtool calls them, and so complains of in their own names. */
const TYPES: Readonly<Record<MetricType, string>> = { counter: 'counter', gauge: 'gauge', unknown: 'untyped', histogram: 'histogram', gaugehistogram: 'histogram', summary: 'summary', info: 'gauge', stateset: 'gauge' };

function randomFamily(seed: number): MetricFamily {
  const pick = generator(seed);
  const type = pick(Object.keys(TYPES) as MetricType[]);
  const words = [`n${seed}`, pick(WORDS), ...pick([[], [pick(UNITS)]]), ...pick([[], [], [pick([TYPES[type], TYPES[type].toUpperCase()])]]), ...pick([[], [pick(WORDS)]])];
  const name = words.join('_') + pick(ENDINGS) + (type === 'info' ? '_info' : '');
  const reserved = /histogram/.test(type) ? 'le' : type === 'summary' ? 'quantile' : '';
  const labels = Object.fromEntries([pick(LABELS), pick(LABELS)].filter((label) => label !== reserved).map((label) => [label, '1']));
  const point = { labels, value: 1, states: { on: true }, bounds: [1], counts: [1, 0], sum: 1, count: 1, quantiles: [] };
  return { type, name, help: pick(['', 'Help.', 'Help.']), points: [point] } as MetricFamily;
}

testWith(['promtool'], 'promtool says the same of a thousand families, of all types', async () => {
  for (let from = 0; from < 1000; from += 100) {
    const families = Array.from({ length: 100 }, (_, i) => randomFamily(from + i));
    const registry = new Registry();
    registry.register({ collect: () => families });
    const complaints = (await lint(registry)).map(({ metric, text }) => `${metric} ${text}`);
    assert.ok(complaints.length > 50);
    const { complaints: expected } = checkMetrics(render(registry));
    // It says some things once for every label.
    assert.deepEqual(complaints, [...new Set(expected)]);
  }
});
