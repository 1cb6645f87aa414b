// State sets: which of a few states a thing is in.

import { fault, show } from '../core/errors.ts';
import { toWellFormed } from '../core/labels.ts';
import type { StateSetPoint } from '../core/model.ts';
import { isLabelName } from '../core/names.ts';
import { InstrumentFamily } from './family.ts';
import { isLabels } from './label-tree.ts';
import { optionFault, checkedSettings } from './options.ts';
import type { InstrumentOptions } from './options.ts';
import { replaceAll } from './replacing.ts';
import { PLAIN, Series } from './series.ts';
import type { Family } from './series.ts';
import type { LabelRules, LabelsOf, RuledLabels, RuleOptions, WithLabels } from './signatures.ts';

export interface StateSetOptions<Names extends string = never, Rules extends LabelRules = {}> extends Omit<InstrumentOptions<Names, StateSet<Names, Rules>, Rules>, 'unit'> {
  /** All that there are, in the order in which they are shown. */
  readonly states: readonly string[];
  /**
   * What a group of processes shows of its members' states: of each series those that were set last, or those of each, with a label `member`. Alone, it changes nothing.
   *
   * @default 'latest'
   */
  readonly merge?: 'latest' | 'each';
}

/** Each state, and whether it is on. Without a prototype, since a state may have any name. */
type States = Readonly<Record<string, boolean>>;

/** One series of a state set: writes without a lookup. */
export class StateSetSeries extends Series<StateSetSeries> implements StateSetPoint {
  /** Another object after each write: who reads them has those of one moment. */
  states: States;
  /** When they were last set, in milliseconds since the epoch. Declared alone: it takes no memory before. @internal */
  declare setMs?: number;

  /** @internal */
  constructor(family: Family<StateSetSeries>, labelValues: readonly string[], createdMs: number, states: States) {
    super(family, labelValues, createdMs);
    this.states = states;
  }

  /** Switches this state on and all others off. One that is not declared is ignored, counted and warned of once. */
  set(state: string): void {
    this.write(state);
  }

  /** Switches one state on or off, and leaves the others as they are. One that is not declared is ignored, counted and warned of once. */
  toggle(state: string, isOn: boolean): void {
    this.write(state, Boolean(isOn));
  }

  /** @param isOn - Absent: on, and all others off. @internal */
  put(state: string, isOn?: boolean): void {
    this.setMs = this.family.wallClock();
    const isTurned = (each: string): boolean => each === toWellFormed(state);
    this.states = statesOf(Object.keys(this.states), (each) => (isTurned(each) ? isOn !== false : isOn !== undefined && this.states[each]!));
  }

  private write(state: string, isOn?: boolean): void {
    if (!isState(state, this.states)) return this.family.reject(expectedState(this.states), state);
    // The states of many label sets are no state of any.
    (this.mode === PLAIN ? this : this.family.live(this, false))?.put(state, isOn);
  }
}

/**
 * Shows which of a few states a thing is in, each 1 or 0 in a sample of its own, with a label that is named
 * like the metric.
 *
 * Without labels it is shown from the start, all states off; with labels each series once it was touched.
 */
export class StateSet<Names extends string = never, const Rules extends LabelRules = {}> extends InstrumentFamily<Names, StateSetSeries, Rules> {
  declare readonly type: 'stateset';
  private readonly states: States;

  /**
   * Shows which of a few states a thing is in.
   *
   * @example
   * ```ts
   * const door = registry.register(new StateSet({ name: 'door_state', help: 'The door.', states: ['open', 'shut'] }));
   * door.set('open');
   * ```
   *
   * @throws {MetricError} `ERR_METRIC_NAME` for a name that no label can have, too; `ERR_LABEL_NAME` for a label named
   * like the metric, too; `ERR_OPTION`
   */
  constructor(options: StateSetOptions<Names, Rules> & RuleOptions<Rules>) {
    const settings = checkedSettings('StateSet', 'stateset', options, ['states', 'merge']);
    const { subject } = settings;
    const { name, states } = options;
    if (!(options.names === 'utf8' || isLabelName(name)) || name.startsWith('__')) {
      throw fault('ERR_METRIC_NAME', subject, 'a name that its label can have, without ":" and not beginning with "__"', name);
    }
    const names = Array.isArray(states) && states.every((state) => typeof state === 'string' && state !== '') ? states.map(toWellFormed) : [];
    if (names.length === 0 || new Set(names).size !== names.length) throw optionFault(subject, 'states', 'one string or more, none empty and none twice', states);
    super(settings);
    this.states = statesOf(names, () => false);
    this.begin();
  }

  /** @internal */
  override create(labelValues: readonly string[], createdMs: number): StateSetSeries {
    return new StateSetSeries(this, labelValues, createdMs, this.states);
  }

  /** @internal */
  override get definition(): Readonly<Record<string, unknown>> {
    return { ...super.definition, states: Object.keys(this.states) };
  }

  /**
   * Switches this state on and all others off: `set('open')`, `set({ door: 'front' }, 'open')`. Past `maxSeries`, new
   * label sets are ignored and counted.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
   */
  set(labels: LabelsOf<Names, Rules>, state: string): void;
  set(...labelsAndState: WithLabels<Names, [state: string], Rules>): void;
  set(first: RuledLabels<Names, Rules> | string | null, state?: string): void {
    if (!isLabels(first)) this.only().set(first as string);
    else this.write(first, state);
  }

  /** Switches one state on or off, and leaves the others as they are. @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE` */
  toggle(labels: LabelsOf<Names, Rules>, state: string, isOn: boolean): void;
  toggle(...labelsAndState: WithLabels<Names, [state: string, isOn: boolean], Rules>): void;
  toggle(first: RuledLabels<Names, Rules> | string | null, second: string | boolean, isOn?: boolean): void {
    if (!isLabels(first)) this.only().toggle(first as string, second as boolean);
    else this.write(first, second, Boolean(isOn));
  }

  /**
   * Makes these the only series, each with one state on: for what is read from elsewhere all at once. No scrape
   * sees it half done. The children of labels that stay go on.
   *
   * A state that is not declared is ignored and counted, and a series that it was for stays as it was; entries past
   * `maxSeries` are ignored and counted too.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`; then nothing has changed
   */
  replace(entries: Iterable<readonly [labels: RuledLabels<Names, Rules>, state: string]>): void {
    const isDeclared = (state: string): boolean => isState(state, this.states);
    for (const [series, state] of replaceAll(this, entries, isDeclared, expectedState(this.states), false)) series.put(state);
  }

  /** Whether each state is on; a copy. `undefined` where there is no such series. @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE` */
  get(labels: LabelsOf<Names, Rules>): Readonly<Record<string, boolean>> | undefined;
  get(...labels: WithLabels<Names, [], Rules>): Readonly<Record<string, boolean>> | undefined;
  get(labels?: RuledLabels<Names, Rules>): Readonly<Record<string, boolean>> | undefined {
    const series = this.peek(labels);
    return series && { ...series.states };
  }

  private write(labels: RuledLabels<Names, Rules>, state: unknown, isOn?: boolean): void {
    if (isState(state, this.states)) this.at(labels, false)?.put(state, isOn);
    else this.reject(expectedState(this.states), state);
  }
}

function statesOf(names: readonly string[], isOn: (name: string) => boolean): States {
  const states: Record<string, boolean> = Object.create(null);
  for (const name of names) states[name] = isOn(name);
  return states;
}

function isState(state: unknown, states: States): state is string {
  return typeof state === 'string' && toWellFormed(state) in states;
}

function expectedState(states: States): string {
  return `one of the states ${show(Object.keys(states))}`;
}
