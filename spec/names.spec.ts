// Names of metrics and labels: which are taken, which are refused, and with what words.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, Histogram } from '../lib/index.ts';
import { familyName, sampleNames } from '../lib/core/names.ts';

for (const name of ['a', '_', ':', 'http_requests_total', 'job:errors:rate5m', '__x', 'A9', 'constructor', '__proto__']) {
  test(`"${name}" is a metric's name`, () => {
    assert.equal(new Gauge({ name, help: '' }).name, name);
  });
}

for (const name of ['', '9a', 'a-b', 'a b', 'a.b', 'größe', 'a\n', '\na', ' a', 'a\0', '😀', 'a{b="c"}', undefined, null, 5, ['a'], Symbol('a')]) {
  test(`${typeof name} ${JSON.stringify(name)} is no metric's name`, () => {
    assert.throws(() => new Gauge({ name: name as string, help: '' }), {
      name: 'MetricError',
      code: 'ERR_METRIC_NAME',
      message: /^Gauge .*: expected a name of letters, digits, "_" and ":" that does not begin with a digit, got /,
    });
  });
}

test('the message about a name quotes it, and says what kind of metric it was to be', () => {
  assert.throws(() => new Counter({ name: 'jobs-total', help: '' }), {
    message: 'Counter "jobs-total": expected a name of letters, digits, "_" and ":" that does not begin with a digit, got "jobs-total"',
  });
});

for (const name of ['a', '_', '_a', 'A9_', 'constructor', 'toString', 'quantile']) {
  test(`"${name}" is a label's name, and holds its value`, () => {
    const gauge = new Gauge({ name: 'g', help: '', labelNames: [name] });
    gauge.set({ [name]: 'x' }, 4);
    assert.equal(gauge.get({ [name]: 'x' }), 4);
    assert.deepEqual(Object.entries(gauge.points[0]!.labels), [[name, 'x']]);
  });
}

for (const name of ['', '9a', 'a:b', 'a-b', 'a b', 'größe', 'a\n', undefined, null, 5, {}]) {
  test(`${typeof name} ${JSON.stringify(name)} is no label's name`, () => {
    assert.throws(() => new Gauge({ name: 'g', help: '', labelNames: [name as string] }), {
      name: 'MetricError',
      code: 'ERR_LABEL_NAME',
      message: /^Gauge "g": expected a label name of letters, digits and "_" that does not begin with a digit, got /,
    });
  });
}

for (const name of ['__', '__name__', '__proto__']) {
  test(`the label name "${name}" is reserved`, () => {
    assert.throws(() => new Counter({ name: 'c_total', help: '', labelNames: [name] }), {
      code: 'ERR_LABEL_NAME',
      message: `Counter "c_total": label "${name}" is reserved: names that begin with "__" belong to Prometheus`,
    });
  });
}

test('a label name that is given twice is refused', () => {
  assert.throws(() => new Counter({ name: 'c_total', help: '', labelNames: ['a', 'b', 'a'] }), {
    code: 'ERR_LABEL_NAME',
    message: 'Counter "c_total": label "a" is given twice',
  });
});

test('le is reserved on histograms alone', () => {
  assert.throws(() => new Histogram({ name: 'h', help: '', labelNames: ['a', 'le'] }), { code: 'ERR_LABEL_NAME' });
  assert.deepEqual(new Gauge({ name: 'g', help: '', labelNames: ['le'] }).labelNames, ['le']);
});

test('label names that are no list are refused: a text is not its letters', () => {
  for (const labelNames of ['method', new Set(['a']), null, 5, { 0: 'a', length: 1 }]) {
    assert.throws(() => new Gauge({ name: 'g', help: '', labelNames: labelNames as unknown as string[] }), {
      code: 'ERR_OPTION',
      message: /^Gauge "g": labelNames: expected a list of names, got /,
    });
  }
});

test('what a family can show in any format depends on its type', () => {
  assert.deepEqual(sampleNames('a_total', 'counter'), ['a', 'a_total', 'a_created']);
  assert.deepEqual(sampleNames('a', 'counter'), ['a', 'a_total', 'a_created']);
  assert.deepEqual(sampleNames('a_total', 'gauge'), ['a_total']);
  assert.deepEqual(sampleNames('a', 'unknown'), ['a']);
  assert.deepEqual(sampleNames('a', 'stateset'), ['a']);
  assert.deepEqual(sampleNames('a_info', 'info'), ['a', 'a_info']);
  assert.deepEqual(sampleNames('a', 'summary'), ['a', 'a_sum', 'a_count', 'a_created']);
  assert.deepEqual(sampleNames('a', 'histogram'), ['a', 'a_bucket', 'a_sum', 'a_count', 'a_created']);
  assert.deepEqual(sampleNames('a', 'gaugehistogram'), ['a', 'a_bucket', 'a_gsum', 'a_gcount', 'a_sum', 'a_count']);
});

test('a suffix is taken off a name only where something is left', () => {
  assert.equal(familyName('a_total', 'counter'), 'a');
  assert.equal(familyName('_total', 'counter'), '_total');
  assert.equal(familyName('a_total_total', 'counter'), 'a_total');
  assert.equal(familyName('_info', 'info'), '_info');
  assert.equal(familyName('a_info', 'counter'), 'a_info');
});
