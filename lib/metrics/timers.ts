// Timing, for every instrument that takes seconds: by hand, or as long as a function runs.

import type { Clock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import { labelText } from '../core/labels.ts';
import { InstrumentFamily } from './family.ts';
import type { GivenLabels } from './label-tree.ts';
import { PLAIN, Series } from './series.ts';
import type { LabelValues, LabelsOf, WithLabels } from './signatures.ts';
import { untilSettled } from './thenables.ts';

/** A series that seconds are observed into. */
export abstract class TimedSeries<Self> extends Series<Self> {
  abstract observe(value: number): void;
  /** What `observe` does once the value was checked. @internal */
  abstract record(value: number): void;

  /** Starts a timer; the function it returns observes the elapsed seconds, and returns them. */
  startTimer(): () => number {
    return startTimer(this.family.clock, (seconds) => this.observe(seconds));
  }

  /**
   * Observes the seconds that `work` takes, also where it throws, and returns what it returns: that very object.
   *
   * A promise is observed until it is settled. Its rejection then counts as handled: one that nobody else handles
   * stays silent. Of other objects with a method `then`, such as queries that run when that is called, it is never
   * called from here; the time ends when what your own call waits for is settled. Where `then` cannot be replaced, as
   * on a frozen object, a promise is returned that has called it once.
   */
  time<Result>(work: () => Result): Result {
    return untilSettled(this.startTimer(), work);
  }
}

/** The part of a histogram or summary that measures time. */
export abstract class TimedFamily<Names extends string, S extends TimedSeries<S>> extends InstrumentFamily<Names, S> {
  /**
   * Starts a timer. The function it returns observes the elapsed seconds, and returns them. Labels can be given at the
   * start, at the end, or some here and some there. The end never throws: labels that do not fit by then are a write
   * that is ignored, counted and warned of once.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`, for what is wrong with the labels at the start
   */
  startTimer(labels?: Partial<LabelValues<Names>>): (labels?: Partial<LabelValues<Names>>) => number {
    return startLabelledTimer(this, labels, (series, seconds) => series.record(seconds));
  }

  /**
   * Observes the seconds that `work` takes, as `time` of a series does: `time(() => parse(text))`,
   * `await time({ route: '/' }, () => fetch(url))`. Returns what `work` returns: that very object.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`, before `work` is called
   */
  time<Result>(labels: LabelsOf<Names>, work: () => Result): Result;
  time<Result>(...labelsAndWork: WithLabels<Names, [work: () => Result]>): Result;
  time<Result>(first: LabelValues<Names> | (() => Result), work?: () => Result): Result {
    if (typeof first === 'function') return this.only().time(first);
    const series = this.at(first);
    return series === undefined ? work!() : series.time(work!);
  }
}

/** A function that hands the seconds since now on, and returns them; each time that it is called. */
export function startTimer<Args extends readonly unknown[]>(clock: Clock, record: (seconds: number, ...args: Args) => void): (...args: Args) => number {
  const begin = clock();
  return (...args) => {
    const seconds = (clock() - begin) / 1000;
    record(seconds, ...args);
    return seconds;
  };
}

/** The same for labels that are given now, at the end, or some here and some there. */
export function startLabelledTimer<Names extends string, S extends Series<S>>(
  instrument: InstrumentFamily<Names, S>,
  labels: GivenLabels | undefined,
  record: (series: S, seconds: number) => void,
  canSum = true,
): (labels?: GivenLabels) => number {
  const { clock, subject, tree } = instrument;
  const given = instrument.read(labels);
  const found = given && tree.find(given);
  if (given !== undefined && found === undefined) {
    tree.checkNames(Object.keys(given), true);
    for (const [name, value] of Object.entries(given)) if (value !== undefined) labelText(subject, name, value);
  }
  return startTimer(clock, (seconds, more?: GivenLabels) => {
    const rest = instrument.read(more);
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
