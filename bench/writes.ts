// What programs write again and again: every row of `record`, as a client does it and, where there is one, the least
// that any client could do for it.

import type { BenchHistogram, Labels, OpenClient } from './clients/client.ts';
import { opentelemetry } from './clients/opentelemetry.ts';
import { sink } from './harness.ts';
import { LABEL_NAMES, labelValues } from './workloads.ts';

const BOUNDS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const FEW = 100;
/** The most series that a write goes over. */
export const MANY = 10_000;

/** Does `times` writes. */
export type Run = (times: number) => void;

/** What a case does with a client, and the least that any client could do for it. */
export interface Write {
  with(open: OpenClient): Run;
  readonly floor?: () => Run;
  /** Who has nothing of the kind. */
  readonly without?: string;
  /** What all values, or counts of observations, add up to after so many writes. @default their number */
  readonly total?: (times: number) => number;
}

const PLAN = { name: 'http_requests_total', help: 'Requests answered.' };
const GAUGE_PLAN = { name: 'queue_depth', help: 'Jobs that wait.' };
const TIME_PLAN = { name: 'http_request_duration_seconds', help: 'How long requests take.' };
const HISTOGRAM_PLAN = { ...TIME_PLAN, bounds: BOUNDS };

/** Every write that a program makes again and again; each row in which a peer may be ahead. */
export const WRITES: Readonly<Record<string, Write>> = {
  'inc, no labels': {
    with(open) {
      const counter = open.counter({ ...PLAN, labelNames: [] });
      return (times) => {
        for (let i = 0; i < times; i++) counter.inc();
      };
    },
    floor: countingFloor,
  },
  'inc, no labels, bound': {
    with(open) {
      const bound = open.counter({ ...PLAN, labelNames: [] }).labels({});
      return (times) => {
        for (let i = 0; i < times; i++) bound.inc();
      };
    },
    floor: countingFloor,
  },
  'inc by an amount, no labels': {
    with(open) {
      const counter = open.counter({ ...PLAN, labelNames: [] });
      return (times) => {
        for (let i = 0; i < times; i++) counter.inc(i & 7);
      };
    },
    total: (times) => times * 3.5,
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
  'inc, 3 labels, the same object each time': {
    with(open) {
      const counter = open.counter({ ...PLAN, labelNames: LABEL_NAMES.slice(0, 3) });
      const given = labels(3, 0);
      return (times) => {
        for (let i = 0; i < times; i++) counter.inc(given);
      };
    },
  },
  'inc, 3 labels, a new series each time': {
    with(open) {
      const counter = open.counter({ ...PLAN, labelNames: LABEL_NAMES.slice(0, 3) });
      let next = 0;
      return (times) => {
        for (let i = 0; i < times; i++) {
          if (next === MANY) {
            open.clear!(counter);
            next = 0;
          }
          const [route, method, status] = labelValues(3, next++);
          counter.inc({ route: route!, method: method!, status: status! });
        }
      };
    },
    without: opentelemetry.name,
    total: () => MANY,
  },
  'labels by position, then inc, 2 labels, 100 series': {
    with(open) {
      const counter = open.counter({ ...PLAN, labelNames: LABEL_NAMES.slice(0, 2) });
      return cycle(valueSets(2, FEW), ([route, method]) => counter.labels(route!, method!).inc());
    },
    without: opentelemetry.name,
  },
  'set, no labels': {
    with(open) {
      const gauge = open.gauge({ ...GAUGE_PLAN, labelNames: [] });
      return (times) => {
        for (let i = 0; i < times; i++) gauge.set(i);
      };
    },
    total: (times) => times - 1,
  },
  'set, bound': {
    with(open) {
      const bound = open.gauge({ ...GAUGE_PLAN, labelNames: LABEL_NAMES.slice(0, 2) }).labels(labels(2, 0));
      return (times) => {
        for (let i = 0; i < times; i++) bound.set(i);
      };
    },
    total: (times) => times - 1,
  },
  'set, 2 labels, 100 series': {
    with(open) {
      const gauge = open.gauge({ ...GAUGE_PLAN, labelNames: LABEL_NAMES.slice(0, 2) });
      return cycle(valueSets(2, FEW), ([route, method]) => gauge.set({ route: route!, method: method! }, 42));
    },
    total: () => FEW * 42,
  },
  'observe, no labels': {
    with(open) {
      const histogram = open.histogram({ ...HISTOGRAM_PLAN, labelNames: [] });
      return observing((value) => histogram.observe(value));
    },
    floor: observingFloor,
  },
  'observe, bound': {
    with(open) {
      const bound = open.histogram({ ...HISTOGRAM_PLAN, labelNames: LABEL_NAMES.slice(0, 2) }).labels(labels(2, 0));
      return observing((value) => bound.observe(value));
    },
    floor: observingFloor,
  },
  'observe, 2 labels, 100 series': observeByLabels(FEW),
  'observe, 2 labels, 10 000 series': observeByLabels(MANY),
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
  'observe of a summary, bound': {
    with(open) {
      const bound = open.summary!({ ...TIME_PLAN, labelNames: LABEL_NAMES.slice(0, 2) }).labels(labels(2, 0));
      return observing((value) => bound.observe(value));
    },
    without: opentelemetry.name,
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

function observeByLabels(series: number): Write {
  const sets = valueSets(2, series);
  return {
    with(open) {
      const histogram = open.histogram({ ...HISTOGRAM_PLAN, labelNames: LABEL_NAMES.slice(0, 2) });
      const values = observations();
      let i = 0;
      const run = cycle(sets, ([route, method]) => histogram.observe({ route: route!, method: method! }, values[i++ & 1_023]!));
      run(series);
      return run;
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

export function observing(observe: (value: number) => void): Run {
  const values = observations();
  return (times) => {
    for (let i = 0; i < times; i++) observe(values[i & 1_023]!);
  };
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
