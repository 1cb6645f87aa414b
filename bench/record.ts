// How long does a write take? Nanoseconds of processor time per call.

import type { BenchHistogram, Labels, OpenClient } from './clients/client.ts';
import { clientNamed, CLIENTS } from './clients/index.ts';
import { measureMany, sink } from './harness.ts';
import type { Case, Question } from './harness.ts';
import { LABEL_NAMES, labelValues } from './workloads.ts';

const FLOOR = 'floor';
const BOUNDS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const FEW = 100;
const MANY = 10_000;

/** Does `times` writes. */
type Run = (times: number) => void;

/** What a case does with a client, and the least that any client could do for it. */
interface Write {
  with(open: OpenClient): Run;
  readonly floor?: () => Run;
}

const PLAN = { name: 'http_requests_total', help: 'Requests answered.' };
const HISTOGRAM_PLAN = { name: 'http_request_duration_seconds', help: 'How long requests take.', bounds: BOUNDS };

const WRITES: Readonly<Record<string, Write>> = {
  'inc, no labels': {
    with(open) {
      const counter = open.counter({ ...PLAN, labelNames: [] });
      return (times) => {
        for (let i = 0; i < times; i++) counter.inc();
      };
    },
    floor: countingFloor,
  },
  'inc, bound': {
    with(open) {
      const bound = open.counter({ ...PLAN, labelNames: LABEL_NAMES.slice(0, 3) }).labels(labels(3, 0));
      return (times) => {
        for (let i = 0; i < times; i++) bound.inc();
      };
    },
    floor: countingFloor,
  },
  ...Object.fromEntries([1, 2, 3, 5].flatMap((count) => [FEW, MANY].map((series) => [`inc, ${label(count)}, ${series.toLocaleString('en').replace(',', ' ')} series`, byLabels(count, series)]))),
  'observe, bound': {
    with(open) {
      const bound = open.histogram({ ...HISTOGRAM_PLAN, labelNames: LABEL_NAMES.slice(0, 2) }).labels(labels(2, 0));
      const values = observations();
      return (times) => {
        for (let i = 0; i < times; i++) bound.observe(values[i & 1_023]!);
      };
    },
    floor: observingFloor,
  },
  'observe, 2 labels, 100 series': {
    with(open) {
      const histogram = open.histogram({ ...HISTOGRAM_PLAN, labelNames: LABEL_NAMES.slice(0, 2) });
      const values = observations();
      const sets = valueSets(2, FEW);
      return (times) => {
        let next = 0;
        for (let i = 0; i < times; i++) {
          const [route, method] = sets[next]!;
          histogram.observe({ route: route!, method: method! }, values[i & 1_023]!);
          if (++next === FEW) next = 0;
        }
      };
    },
  },
  'startTimer and end, bound': {
    with(open) {
      const bound = open.histogram({ ...HISTOGRAM_PLAN, labelNames: LABEL_NAMES.slice(0, 2) }).labels(labels(2, 0));
      return timing(() => bound.startTimer());
    },
    floor: () =>
      timing(() => {
        const begin = performance.now();
        return () => (performance.now() - begin) / 1_000;
      }),
  },
  'startTimer and end, 2 labels': {
    with(open) {
      const histogram: BenchHistogram = open.histogram({ ...HISTOGRAM_PLAN, labelNames: LABEL_NAMES.slice(0, 2) });
      const [route, method] = labelValues(2, 0);
      return timing(() => histogram.startTimer({ route: route!, method: method! }));
    },
  },
};

const QUICK_WRITES: readonly string[] = ['inc, bound', 'inc, 2 labels, 100 series', 'inc, 3 labels, 100 series', 'observe, bound'];

export const record: Question = {
  name: 'record',
  asks: 'How long does one write take? Labels are a fresh object each time.',
  unit: 'ns',
  nodeFlags: ['--single-threaded-gc'],

  cases({ isQuick, rounds }): readonly Case[] {
    const clients = CLIENTS.map(({ name }) => name);
    return Object.entries(WRITES)
      .filter(([name]) => !isQuick || QUICK_WRITES.includes(name))
      .map(([name, write]) => ({ name, subjects: write.floor === undefined ? clients : [...clients, FLOOR], rounds: Math.min(rounds, 2) }));
  },

  async check(name, subject) {
    if (subject === FLOOR) return;
    const open = await clientNamed(subject).open();
    const times = 30_000;
    WRITES[name]!.with(open)(times);
    const exposition = Buffer.concat(await open.scrape()).toString();
    const total = [...exposition.matchAll(/^http_request(?:s_total|_duration_seconds_count)(?:\{.*\})? (\S+)$/gm)].reduce((sum, [, value]) => sum + Number(value), 0);
    // Series that a write by labels meets were touched once before.
    if (total < times || total > times + MANY) throw new Error(`${subject}: ${name}: ${total} writes arrived, expected ${times}`);
  },

  async measure(name, subject, scale) {
    const write = WRITES[name]!;
    return measureMany(subject === FLOOR ? write.floor!() : write.with(await clientNamed(subject).open()), scale);
  },
};

/** Writes by a fresh object of labels, over so many series. */
function byLabels(count: number, series: number): Write {
  const sets = valueSets(count, series);
  return {
    with(open) {
      const counter = open.counter({ ...PLAN, labelNames: LABEL_NAMES.slice(0, count) });
      const run = LOOPS[count]!((given) => counter.inc(given), sets);
      run(series);
      return run;
    },
    floor: () => {
      // A map for each label: what a lookup costs that checks nothing and keeps no text.
      const tree = new Map<string, unknown>();
      return LOOPS[count]!((given) => {
        let level: Map<string, unknown> = tree;
        for (let depth = 0; depth < count - 1; depth++) {
          const value = given[LABEL_NAMES[depth]!]!;
          let next = level.get(value) as Map<string, unknown> | undefined;
          if (next === undefined) level.set(value, (next = new Map()));
          level = next;
        }
        const last = given[LABEL_NAMES[count - 1]!]!;
        const cell = level.get(last) as { value: number } | undefined;
        if (cell === undefined) level.set(last, { value: 1 });
        else cell.value++;
      }, sets);
    },
  };
}

type Loop = (inc: (given: Labels) => void, sets: readonly (readonly string[])[]) => Run;

// Written out, since an object that is built in a loop over names is not the literal that programs write.
const LOOPS: Readonly<Record<number, Loop>> = {
  1: (inc, sets) => cycle(sets, ([route]) => inc({ route: route! })),
  2: (inc, sets) => cycle(sets, ([route, method]) => inc({ route: route!, method: method! })),
  3: (inc, sets) => cycle(sets, ([route, method, status]) => inc({ route: route!, method: method!, status: status! })),
  5: (inc, sets) =>
    cycle(sets, ([route, method, status, region, instance]) => inc({ route: route!, method: method!, status: status!, region: region!, instance: instance! })),
};

function cycle(sets: readonly (readonly string[])[], write: (values: readonly string[]) => void): Run {
  let next = 0;
  return (times) => {
    for (let i = 0; i < times; i++) {
      write(sets[next]!);
      if (++next === sets.length) next = 0;
    }
  };
}

function valueSets(count: number, series: number): string[][] {
  return Array.from({ length: series }, (_, i) => labelValues(count, i));
}

function labels(count: number, i: number): Labels {
  return Object.fromEntries(labelValues(count, i).map((value, position) => [LABEL_NAMES[position]!, value]));
}

function label(count: number): string {
  return count === 1 ? '1 label' : `${count} labels`;
}

/** Durations over all buckets, most of them in the lower ones, in no order. */
function observations(): number[] {
  let state = 1;
  return Array.from({ length: 1_024 }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return 0.001 * 12_000 ** (state / 2_147_483_647) ** 2;
  });
}

function timing(start: () => () => unknown): Run {
  return (times) => {
    for (let i = 0; i < times; i++) sink(start()());
  };
}

function countingFloor(): Run {
  const cell = { value: 0 };
  sink(cell);
  return (times) => {
    for (let i = 0; i < times; i++) cell.value += 1;
  };
}

function observingFloor(): Run {
  const cell = { counts: new Array<number>(BOUNDS.length + 1).fill(0), sum: 0 };
  sink(cell);
  const values = observations();
  return (times) => {
    for (let i = 0; i < times; i++) {
      const value = values[i & 1_023]!;
      let bucket = 0;
      while (bucket < BOUNDS.length && value > BOUNDS[bucket]!) bucket++;
      cell.counts[bucket]!++;
      cell.sum += value;
    }
  };
}
