// State sets: which of a few states a thing is in.

import { MetricError, show } from '../core/errors.ts';
import { sampleStart } from '../core/labels.ts';
import type { StateSetPoint } from '../core/model.ts';
import { InstrumentFamily } from './family.ts';
import type { InstrumentOptions } from './family.ts';
import { Series } from './series.ts';
import type { Family } from './series.ts';
import type { LabelValues, WithLabels } from './signatures.ts';

export interface StateSetOptions<Names extends string = never> extends Omit<InstrumentOptions<Names, StateSet<Names>>, 'unit'> {
  /** All that there are, in the order in which they are shown. */
  readonly states: readonly string[];
}

/** One series of a state set: writes without a lookup. */
export class StateSetSeries extends Series<StateSetSeries> implements StateSetPoint {
  readonly states: Record<string, boolean>;

  /** @internal */
  constructor(family: Family<StateSetSeries>, labelValues: readonly string[], allOff: Readonly<Record<string, boolean>>) {
    super(family, labelValues, sampleStart(family.name, family.labelNames, labelValues));
    this.states = Object.assign(Object.create(null), allOff);
  }

  /** Switches this state on and all others off. One that is not declared is ignored, counted and warned of once. */
  set(state: string): void {
    if (!isState(state, this.states)) return this.family.reject(expectedState(this.states), state);
    if (this.mode !== 'plain' && !this.family.touch(this)) return this.family.successor(this).set(state);
    for (const each of Object.keys(this.states)) this.states[each] = each === state;
  }

  /** Switches one state on or off, and leaves the others as they are. One that is not declared is ignored, counted and warned of once. */
  toggle(state: string, isOn: boolean): void {
    if (!isState(state, this.states)) return this.family.reject(expectedState(this.states), state);
    if (this.mode !== 'plain' && !this.family.touch(this)) return this.family.successor(this).toggle(state, isOn);
    this.states[state] = Boolean(isOn);
  }
}

/**
 * Shows which of a few states a thing is in, each 1 or 0 in a sample of its own, with a label that is named
 * like the metric.
 *
 * Without labels it is shown from the start, all states off; with labels each series once it was touched.
 */
export class StateSet<Names extends string = never> extends InstrumentFamily<Names, StateSetSeries> {
  readonly type: 'stateset';
  private readonly states: Readonly<Record<string, boolean>>;

  /** @throws {MetricError} `ERR_METRIC_NAME`, `ERR_LABEL_NAME` for a label named like the metric too, `ERR_OPTION` */
  constructor(options: StateSetOptions<Names>) {
    const { name, states } = options;
    const areStates = Array.isArray(states) && states.length > 0 && states.every((state) => typeof state === 'string');
    if (!areStates || new Set(states).size !== states.length) {
      throw new MetricError('ERR_OPTION', `StateSet ${show(name)}: states: expected one text or more, none twice, got ${show(states)}`);
    }
    const allOff: Readonly<Record<string, boolean>> = Object.assign(Object.create(null), Object.fromEntries(states.map((state) => [state, false])));
    super('StateSet', 'stateset', options, (family, labelValues) => new StateSetSeries(family, labelValues, allOff));
    this.type = 'stateset';
    this.states = allOff;
  }

  /** Switches this state on and all others off: `set('open')`, `set({ door: 'front' }, 'open')`. @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE` */
  set(...labelsAndState: WithLabels<Names, [state: string]>): void;
  set(first: LabelValues<Names> | string | null, state?: string): void {
    if (typeof first !== 'object' || first === null) this.only().set(first as string);
    else if (isState(state, this.states)) this.at(first).set(state);
    else this.reject(expectedState(this.states), state);
  }

  /** Switches one state on or off, and leaves the others as they are. @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE` */
  toggle(...labelsAndState: WithLabels<Names, [state: string, isOn: boolean]>): void;
  toggle(first: LabelValues<Names> | string | null, second: string | boolean, isOn?: boolean): void {
    if (typeof first !== 'object' || first === null) this.only().toggle(first as string, second as boolean);
    else if (isState(second, this.states)) this.at(first).toggle(second, isOn!);
    else this.reject(expectedState(this.states), second);
  }

  /**
   * Makes these the only series, each with one state on: for what is read from elsewhere all at once. No scrape
   * sees it half done. The children of labels that stay go on.
   *
   * A state that is not declared is ignored and counted, and a series that it was for stays as it was.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`; then nothing has changed
   */
  replace(entries: Iterable<readonly [labels: LabelValues<Names>, state: string]>): void {
    const isDeclared = (state: string): boolean => isState(state, this.states);
    for (const [series, state] of this.replaceSeries(entries, isDeclared, expectedState(this.states))) series.set(state);
  }

  /** Whether each state is on; a copy. `undefined` where there is no such series. */
  get(...labels: WithLabels<Names, []>): Readonly<Record<string, boolean>> | undefined;
  get(labels?: LabelValues<Names>): Readonly<Record<string, boolean>> | undefined {
    const series = this.peek(labels);
    return series && { ...series.states };
  }
}

function isState(state: unknown, states: Readonly<Record<string, boolean>>): state is string {
  return typeof state === 'string' && state in states;
}

function expectedState(states: Readonly<Record<string, boolean>>): string {
  return `one of the states ${show(Object.keys(states))}`;
}
