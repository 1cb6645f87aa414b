// The set of collectors: which names are taken, which labels all share, what is told of their faults, and
// the pass over them all. Knows no format and no socket.

import { MetricError, show } from './errors.ts';
import { Gathering } from './gathering.ts';
import type { Instrument, WarningListener } from './instrument.ts';
import { labelText, toWellFormed } from './labels.ts';
import type { LabelValue } from './labels.ts';
import type { Collector, Labels, MetricFamily, Scrape, ScrapeSignal } from './model.ts';
import { checkLabelNames, reservedLabel, sampleNames } from './names.ts';

export interface RegistryOptions {
  /** Labels that every series gets, such as the service's name. @default none */
  readonly labels?: Readonly<Record<string, LabelValue>>;
  /**
   * Told once for each metric and cause: of writes that held no data, of label sets past `maxSeries`, and of
   * collectors that failed. What it throws or rejects with is dropped.
   *
   * @default the message goes to `console.warn`
   */
  readonly onWarning?: WarningListener;
}

/** Holds what is shown together: instruments, and collectors of your own. */
export class Registry implements Collector {
  /** The labels that every series gets. */
  readonly labels: Labels;
  private readonly onWarning: WarningListener;
  private readonly collectors = new Map<Collector, (() => void) | undefined>();
  private readonly taken = new Map<string, Collector>();
  private readonly warned = { collect: new WeakSet<Collector>(), refresh: new WeakSet<Collector>() };
  private failed: ReadonlySet<Collector> = new Set();

  /** @throws {MetricError} `ERR_LABEL_NAME`, `ERR_LABEL_VALUE`, `ERR_OPTION` */
  constructor(options: RegistryOptions = {}) {
    const { labels = {}, onWarning = (warning) => (globalThis as { console?: { warn(message: string): void } }).console?.warn(warning.message) } = options;
    checkLabelNames('Registry', Object.keys(labels));
    this.labels = Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, toWellFormed(labelText('Registry', name, value))]));
    if (typeof onWarning !== 'function') throw new MetricError('ERR_OPTION', `Registry: onWarning: expected a function, got ${show(onWarning)}`);
    this.onWarning = onWarning;
  }

  /**
   * Adds a collector to all later scrapes, and returns it.
   *
   * A collector of your own may share a family with another; an instrument has its name for itself.
   *
   * @throws {MetricError} `ERR_DUPLICATE` where its name is taken, or one of its samples would be taken for
   * another's (`h_count` beside a histogram `h`); the error's `collector` is the one that has the name.
   * `ERR_LABEL_NAME` where it has one of the constant labels itself. `ERR_OPTION` where it is no collector.
   */
  register<C extends Collector>(collector: C): C {
    if (typeof (collector as Partial<Collector> | undefined)?.collect !== 'function') {
      throw new MetricError('ERR_OPTION', `Registry: expected a collector, with a method collect, got ${show(collector)}`);
    }
    if ((collector as Collector) === this) throw new MetricError('ERR_OPTION', 'Registry: expected a collector other than itself');
    if (this.collectors.has(collector)) {
      throw new MetricError('ERR_DUPLICATE', `${describe(collector)} is registered already`, { collector });
    }
    if (!isInstrument(collector)) {
      this.collectors.set(collector, undefined);
      return collector;
    }
    const samples = sampleNames(collector.name, collector.type);
    for (const sample of samples) {
      const owner = this.taken.get(sample);
      if (owner === undefined) continue;
      const means = isInstrument(owner) && owner.name === collector.name ? '' : `: both show samples named ${show(sample)} in one format or another`;
      throw new MetricError('ERR_DUPLICATE', `${describe(collector)}: the name is taken by ${describe(owner)}${means}`, { collector: owner });
    }
    for (const name of [...collector.labelNames, reservedLabel(collector.type, collector.name)]) {
      if (name === undefined || !Object.hasOwn(this.labels, name)) continue;
      throw new MetricError('ERR_LABEL_NAME', `${describe(collector)}: label ${show(name)} is a constant label of the registry`);
    }
    for (const sample of samples) this.taken.set(sample, collector);
    this.collectors.set(collector, collector.listen((warning) => this.warn(warning)));
    return collector;
  }

  /** The instrument of this name, as it was registered. */
  get(name: string): Instrument | undefined {
    const owner = this.taken.get(name);
    return owner !== undefined && isInstrument(owner) && owner.name === name ? owner : undefined;
  }

  /** Takes a collector out of all later scrapes. True if it was registered. */
  unregister(collector: Collector): boolean {
    if (!this.collectors.has(collector)) return false;
    this.collectors.get(collector)?.();
    this.collectors.delete(collector);
    for (const [sample, owner] of this.taken) if (owner === collector) this.taken.delete(sample);
    return true;
  }

  /**
   * All families as they are now, each name once, in the order of registration: one instant over all
   * series. Collectors that fail, or whose last refresh failed, are left out and warned of.
   *
   * After them come, where there is something to tell, `promlet_rejected_writes_total`,
   * `promlet_overflowed_writes_total` and `promlet_dropped_series`, each by `metric`.
   */
  collect(): MetricFamily[] {
    const gathering = new Gathering(this.taken, this.labels);
    const gather = (collector: Collector, add: () => void): void => {
      try {
        add();
      } catch (cause) {
        this.warnOf(collector, 'collect', cause);
      }
    };
    // A copy, since collectors may register others meanwhile: those come next time.
    for (const collector of [...this.collectors.keys()]) {
      if (this.failed.has(collector)) continue;
      gather(collector, () => (isInstrument(collector) ? gathering.add(collector.collect()) : gathering.addChecked(collector)));
    }
    // Checked as well: a registry within this one may show families of the same names.
    gather(this, () => gathering.addChecked({ collect: () => this.selfMetrics(gathering.droppedSeries) }));
    return gathering.families;
  }

  /**
   * Brings all collectors up to date, at once. Never rejects: one that fails is left out of `collect` until
   * its refresh succeeds, and warned of.
   *
   * @param scrape - @default a scrape without a deadline
   */
  async refresh(scrape: Scrape = { signal: neverAborted() }): Promise<void> {
    const failed = new Set<Collector>();
    const refreshing = [...this.collectors.keys()].map(async (collector) => {
      try {
        await collector.refresh?.(scrape);
      } catch (cause) {
        failed.add(collector);
        this.warnOf(collector, 'refresh', cause);
      }
    });
    await Promise.all(refreshing);
    this.failed = failed;
  }

  private *selfMetrics(droppedSeries: ReadonlyMap<string, number>): Iterable<MetricFamily> {
    const instruments = [...this.collectors.keys()].filter(isInstrument);
    const rejected = instruments.filter(({ rejectedWrites }) => rejectedWrites > 0);
    if (rejected.length > 0) {
      const points = rejected.map(({ name, rejectedWrites }) => ({ labels: { metric: name }, value: rejectedWrites }));
      yield { type: 'counter', name: 'promlet_rejected_writes_total', help: 'Writes that held no data, such as NaN, and were ignored.', points };
    }
    const overflowed = instruments.filter(({ overflowedWrites }) => overflowedWrites > 0);
    if (overflowed.length > 0) {
      const points = overflowed.map(({ name, overflowedWrites }) => ({ labels: { metric: name }, value: overflowedWrites }));
      yield { type: 'counter', name: 'promlet_overflowed_writes_total', help: 'Writes of label sets past maxSeries, kept in the overflow series.', points };
    }
    if (droppedSeries.size > 0) {
      const points = [...droppedSeries].map(([metric, value]) => ({ labels: { metric }, value }));
      yield { type: 'gauge', name: 'promlet_dropped_series', help: 'Series left out of this scrape, since another has the same labels.', points };
    }
  }

  private warnOf(collector: Collector, act: 'collect' | 'refresh', cause: unknown): void {
    if (this.warned[act].has(collector)) return;
    this.warned[act].add(collector);
    const reason = cause instanceof Error ? cause.message : show(cause);
    this.warn(new MetricError('ERR_COLLECTOR', `${describe(collector)}: ${act} failed: ${reason}`, { collector, cause }));
  }

  private warn(warning: MetricError): void {
    // What fails here is the host's own fault, in the midst of a write or a scrape that must not fail for it.
    try {
      const told: unknown = this.onWarning(warning);
      void Promise.resolve(told).catch(() => undefined);
    } catch {
      return;
    }
  }
}

function isInstrument(collector: Collector): collector is Instrument {
  return 'rejectedWrites' in collector && 'listen' in collector;
}

function describe(collector: Collector): string {
  if (!isInstrument(collector)) return `collector ${(collector.constructor as { name: string } | undefined)?.name || 'without a name'}`;
  return `${collector.type} ${show(collector.name)}`;
}

function neverAborted(): ScrapeSignal {
  const { AbortController } = globalThis as { AbortController?: new () => { readonly signal: ScrapeSignal } };
  return AbortController === undefined ? ({ aborted: false } as ScrapeSignal) : new AbortController().signal;
}
