// Timing, for every instrument that takes seconds: by hand, or as long as a function runs.

import type { Clock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import { labelText } from '../core/labels.ts';
import { InstrumentFamily } from './family.ts';
import { isLabels } from './label-tree.ts';
import type { GivenLabels } from './label-tree.ts';
import { PLAIN, Series } from './series.ts';
import type { LabelsOf, RuledLabels, WithLabels } from './signatures.ts';
import { untilSettled } from './thenables.ts';

/** A series that seconds are observed into. */
export abstract class TimedSeries<Self> extends Series<Self> {
  abstract observe(value: number): void;
  /** What `observe` does once the value was checked. @internal */
  abstract record(value: number): void;
  /** The same, so many times. @internal */
  abstract recordMany(value: number, count: number): void;

  /**
   * Observes one value many times at once: what another system has counted, for example.
   *
   * @param count - A whole number of 0 or more. Anything else is ignored, counted and warned of once, as is a value that
   * `observe` would not take.
   */
  observeMany(value: number, count: number): void {
    if (!canObserve(this.family, value, count)) return;
    const series = (this.mode === PLAIN ? this : this.family.live(this as never)) as this;
    if (count > 0) series.recordMany(value, count);
  }

  /** Starts a timer; the function it returns observes the elapsed seconds, and returns them. */
  startTimer(): () => number {
    return startTimer(this.family.clock, (seconds) => this.observe(seconds));
  }

  /**
   * Observes the seconds that `work` takes, also where it throws, and returns what it returns: that very object.
   *
   * A promise is timed until it is settled. Its rejection then counts as handled: if nobody else handles it, it stays
   * silent. The `then` of any other object, such as a query that runs when that is called, is never called from here:
   * the time ends when the result of your own call is settled. If `then` cannot be replaced, as on a frozen object, a
   * promise is returned that calls it once.
   */
  time<Result>(work: () => Result): Result {
    return untilSettled(this.startTimer(), work);
  }
}

/** The part of a histogram or summary that measures time. */
export abstract class TimedFamily<Names extends string, S extends TimedSeries<S>, Rules = {}> extends InstrumentFamily<Names, S, Rules> {
  /**
   * Starts a timer. The function it returns observes the elapsed seconds, and returns them. Labels can be given at the
   * start, at the end, or in two parts. The end never throws: if the labels do not fit by then, the write is ignored,
   * counted and warned of once.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`, for what is wrong with the labels at the start
   */
  startTimer(labels?: Partial<RuledLabels<Names, Rules>>): (labels?: Partial<RuledLabels<Names, Rules>>) => number {
    return startLabelledTimer(this, labels, (series, seconds) => series.record(seconds));
  }

  /**
   * Observes one value many times at once: `observeMany(0.2, 5000)`, `observeMany({ method: 'GET' }, 0.2, 5000)`. A count
   * that is no whole number of 0 or more is ignored, counted and warned of once, as is a value that `observe` would not
   * take.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
   */
  observeMany(labels: LabelsOf<Names, Rules>, value: number, count: number): void;
  observeMany(...labelsAndValue: WithLabels<Names, [value: number, count: number], Rules>): void;
  observeMany(first: RuledLabels<Names, Rules> | number | null, second: number, third?: number): void {
    if (!isLabels(first)) this.only().observeMany(first as number, second);
    else if (canObserve(this, second, third)) this.at(first)?.observeMany(second, third!);
  }

  /**
   * Observes the seconds that `work` takes, as `time` of a series does: `time(() => parse(text))`,
   * `await time({ route: '/' }, () => fetch(url))`. Returns what `work` returns: that very object.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`, before `work` is called
   */
  time<Result>(labels: LabelsOf<Names, Rules>, work: () => Result): Result;
  time<Result>(...labelsAndWork: WithLabels<Names, [work: () => Result], Rules>): Result;
  time<Result>(first: RuledLabels<Names, Rules> | (() => Result), work?: () => Result): Result {
    if (typeof first === 'function') return this.only().time(first);
    const series = this.at(first);
    return series === undefined ? work!() : series.time(work!);
  }
}

export const VALUE = 'a number';

/** Whether a histogram or summary can take the value in; `NaN` is none. */
export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && value === value;
}

function canObserve(family: { reject(expected: string, value: unknown): void }, value: unknown, count: unknown): boolean {
  const isCount = Number.isInteger(count) && (count as number) >= 0;
  if (!isNumber(value)) family.reject(VALUE, value);
  else if (!isCount) family.reject('a count that is a whole number of 0 or more', count);
  return isCount && isNumber(value);
}

/** Returns a function that records the seconds since now, and returns them, each time that it is called. */
export function startTimer<Args extends readonly unknown[]>(clock: Clock, record: (seconds: number, ...args: Args) => void): (...args: Args) => number {
  const begin = clock();
  return (...args) => {
    const seconds = (clock() - begin) / 1000;
    record(seconds, ...args);
    return seconds;
  };
}

/** The same with labels that are given now, at the end, or in two parts. */
export function startLabelledTimer<Names extends string, S extends Series<S>>(
  instrument: InstrumentFamily<Names, S>,
  labels: GivenLabels | undefined,
  record: (series: S, seconds: number) => void,
  canSum = true,
): (labels?: GivenLabels) => number {
  const { clock, subject, tree } = instrument;
  const copy = (some: GivenLabels | undefined): GivenLabels | undefined => {
    try {
      return { ...some };
    } catch (cause) {
      return instrument.rejectLabels(cause);
    }
  };
  const given = copy(labels);
  const found = given && tree.find(given);
  if (given !== undefined && found === undefined) {
    if (!Object.keys(given).every((name) => tree.names.includes(name))) throw tree.misfit(given);
    for (const [name, value] of Object.entries(given)) if (value !== undefined) labelText(subject, name, value);
  }
  return startTimer(clock, (seconds, more?: GivenLabels) => {
    const rest = copy(more);
    // What cannot be read was counted already.
    if (given === undefined || rest === undefined) return;
    let series = found;
    try {
      if (found === undefined || more !== undefined) series = instrument.at({ ...given, ...rest }, canSum);
      else if (found.mode !== PLAIN) series = instrument.live(found, canSum);
    } catch (cause) {
      instrument.ignore('labels', () => messageOf(cause));
      return;
    }
    if (series !== undefined) record(series, seconds);
  });
}
