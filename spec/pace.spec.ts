// Work in stretches: how many steps, by a clock that the spec moves.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { paced } from '../lib/scraping/pace.ts';

/** Works through steps that take so long each by the engine's clock, and counts those between two pauses. */
async function stretches(t: { mock: typeof import('node:test').mock }, maxPauseMs: number, stepMs: readonly number[]): Promise<number[]> {
  let [nowMs, steps] = [0, 0];
  const found: number[] = [];
  const end = (): void => void found.push(steps - found.reduce((sum, each) => sum + each, 0));
  t.mock.method(performance, 'now', () => nowMs);
  const pace = paced(maxPauseMs, async () => {
    end();
    nowMs += 10;
  });
  function* work(): Generator<void, string> {
    for (const each of stepMs) {
      nowMs += each;
      steps++;
      yield;
    }
    return 'done';
  }
  assert.equal(await pace(work()), 'done');
  end();
  t.mock.restoreAll();
  return found;
}

const times = (count: number, ms: number): number[] => Array<number>(count).fill(ms);

test('a stretch ends with the step that takes it past its time', async (t) => {
  assert.deepEqual(await stretches(t, 5, times(40, 0.25)), [20, 20, 0]);
  assert.deepEqual(await stretches(t, 10, times(100, 0.5)), [20, 20, 20, 20, 20, 0]);
});

test('a stretch has eight steps at least, though others keep the processor for all of its time', async (t) => {
  assert.deepEqual(await stretches(t, 5, [50, ...times(67, 0.125)]), [8, 40, 20]);
  assert.deepEqual(await stretches(t, 0, times(20, 0.125)), [8, 8, 4]);
});

test('work of fewer steps is done at once, however long that takes', (t) => {
  t.mock.method(performance, 'now', () => (nowMs += 50));
  let nowMs = 0;
  const work = function* (): Generator<void, string> {
    for (let i = 0; i < 7; i++) yield;
    return 'done';
  };
  assert.equal(paced(5, () => assert.fail('it yielded'))(work()), 'done');
});
