// Series: when they were created, and how a metric begins again.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, Histogram, Info, StateSet, Summary } from '../lib/index.ts';

test('a series knows to the millisecond when it was created, and one that is made anew within a second is another', () => {
  let now = 1_700_000_000_125;
  const options = { help: '', labelNames: ['a'], wallClock: () => now } as const;
  for (const metric of [new Counter({ name: 'c_total', ...options }), new Histogram({ name: 'h', ...options }), new Summary({ name: 's', ...options })]) {
    now = 1_700_000_000_125;
    const first = metric.labels('x').createdMs;
    metric.clear();
    now += 7;
    const second = metric.labels('x').createdMs;
    now += 0.9;
    assert.deepEqual([first, second, metric.labels('y').createdMs], [1_700_000_000_125, 1_700_000_000_132, 1_700_000_000_132]);
  }
});

for (const after of [-1e13, -(2 ** 31), -(2 ** 30), -1, 0, 1, 2 ** 30 - 1, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 1e11]) {
  test(`a series that is created ${after} ms after its metric knows when`, () => {
    let now = 1_700_000_000_125;
    const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'], wallClock: () => now });
    now += after;
    assert.equal(counter.labels('x').createdMs, now);
  });
}

const options = { help: '', labelNames: ['a'], maxSeries: 1 } as const;

for (const metric of [
  new Counter({ name: 'c_total', ...options }),
  new Gauge({ name: 'g', ...options }),
  new Histogram({ name: 'h', ...options }),
  new Summary({ name: 's', ...options }),
  new Info({ name: 'i_info', ...options }),
  new StateSet({ name: 'e', ...options, states: ['on'] }),
]) {
  test(`\`reset\` has a ${metric.type} begin again as it was constructed`, () => {
    const heard: string[] = [];
    const leave = metric.listen(({ code }) => void heard.push(code));
    for (let round = 1; round <= 2; round++) {
      const child = metric.labels('x');
      metric.labels('y');
      metric.reject('data', NaN);
      assert.deepEqual([metric.points.length, metric.rejectedWrites, metric.overflowedWrites], [2, 1, 1]);
      metric.reset();
      assert.deepEqual([metric.points, metric.rejectedWrites, metric.overflowedWrites], [[], 0, 0]);
      metric.listen(() => assert.fail('nothing was reported since'))();
      assert.notEqual(metric.labels('x'), child);
      metric.reset();
      assert.deepEqual(heard.splice(0), ['ERR_SERIES_LIMIT', 'ERR_VALUE'], `reported anew in round ${round}`);
    }
    leave();
  });
}

test('`reset` takes a metric without labels back to 0, and its bound child with it', () => {
  const counter = new Counter({ name: 'c_total', help: '' });
  const child = counter.labels();
  counter.inc(5);
  counter.inc(-1);
  counter.reset();
  assert.deepEqual([counter.get(), counter.rejectedWrites], [0, 0]);
  child.inc(2);
  counter.inc();
  assert.equal(counter.get(), 3);
});
