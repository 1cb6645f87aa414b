// What instruments that take seconds have in common: timers, with labels at their start or at their end.

import { InstrumentFamily } from './family.ts';
import type { Series } from './series.ts';
import type { LabelValues, WithLabels } from './signatures.ts';
import { startTimer } from './timer.ts';

/** A series that values are observed into. */
export interface ObservingSeries<S> extends Series<S> {
  observe(value: number): void;
  time<Result>(work: () => Result): Result;
}

/** The part of a histogram or summary that measures time. */
export abstract class TimedFamily<Names extends string, S extends ObservingSeries<S>> extends InstrumentFamily<Names, S> {
  /**
   * Starts a timer. The function it returns observes the elapsed seconds, and returns them. Labels can be
   * given at the start, at the end, or some here and some there.
   */
  startTimer(labels?: Partial<LabelValues<Names>>): (labels?: Partial<LabelValues<Names>>) => number {
    const given = { ...labels };
    return startTimer(this.clock, (seconds, more?: Partial<LabelValues<Names>>) => {
      this.at({ ...given, ...more }).observe(seconds);
    });
  }

  /**
   * Observes the seconds that `work` takes, also where it throws; for a promise, until it is settled.
   * Returns what `work` returns: `time(() => parse(text))`, `await time({ route: '/' }, () => fetch(url))`.
   */
  time<Result>(...labelsAndWork: WithLabels<Names, [work: () => Result]>): Result;
  time<Result>(first: LabelValues<Names> | (() => Result), work?: () => Result): Result {
    return typeof first === 'function' ? this.only().time(first) : this.at(first).time(work!);
  }
}
