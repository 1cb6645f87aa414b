// How long does a write take? Nanoseconds of processor time per call.

import { clientNamed, compared } from './clients/index.ts';
import { measureMany } from './harness.ts';
import type { Case, Question } from './harness.ts';
import { MANY, WRITES } from './writes.ts';

const FLOOR = 'floor';
const QUICK_WRITES: readonly string[] = ['inc, no labels', 'inc, bound', 'inc, 3 labels, 100 series', 'observe, bound'];

export const record: Question = {
  name: 'record',
  asks: 'How long does one write take, in the mean of many? Labels are a fresh object each time, unless it says otherwise.',
  unit: 'ns',
  nodeFlags: ['--single-threaded-gc'],

  cases(scale): readonly Case[] {
    return Object.entries(WRITES)
      .filter(([name]) => !scale.isQuick || QUICK_WRITES.includes(name))
      .map(([name, { floor, without }]) => ({ name, subjects: [...compared(scale).filter((subject) => subject !== without), ...(floor === undefined || scale.isQuick ? [] : [FLOOR])] }));
  },

  async check(name, subject) {
    if (subject === FLOOR) return;
    const { with: write, total: expectedAfter = (times) => times } = WRITES[name]!;
    const open = await clientNamed(subject).open();
    const times = 30_000;
    write(open)(times);
    const exposition = Buffer.concat(await open.scrape()).toString();
    const total = [...exposition.matchAll(/^(?:http_requests_total|\w+_count|queue_depth)(?:\{.*\})? (\S+)$/gm)].reduce((sum, [, value]) => sum + Number(value), 0);
    const expected = expectedAfter(times);
    // Series that a write by labels meets were touched once before.
    if (total < expected || total > expected + MANY) throw new Error(`${subject}: ${name}: the values add up to ${total}, expected ${expected}`);
  },

  async measure(name, subject, scale) {
    const write = WRITES[name]!;
    return measureMany(subject === FLOOR ? write.floor!() : write.with(await clientNamed(subject).open()), scale);
  },
};
