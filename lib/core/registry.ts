// The set of collectors: which names are taken, which labels all share, and who hears of what went wrong. Knows
// no format and no deadline: a scrape walks its members in `scraping/`, and `collect` is for all else.

import { brand } from './brand.ts';
import { fault, MetricError, show } from './errors.ts';
import type { Instrument, WarningListener } from './instrument.ts';
import { labelText, toWellFormed } from './labels.ts';
import type { LabelValue } from './labels.ts';
import { LiveFamily } from './live-family.ts';
import { describe, familiesOf, isInstrument, isRegistry, labelNamesOf, outerMember } from './members.ts';
import type { Member } from './members.ts';
import type { Collector, Labels, MetricFamily, Point, Scrape } from './model.ts';
import { checkLabelNames, sampleNames } from './names.ts';
import { checkOptions } from './options.ts';
import { expiryOf, patientScrape, refreshed } from './refreshing.ts';
import { selfMetrics } from './self-metrics.ts';
import { Warnings } from './warnings.ts';

export interface RegistryOptions {
  /** Labels that every series gets, such as the service's name. @default none */
  readonly labels?: Readonly<Record<string, LabelValue>> | undefined;
  /**
   * How many families and series a collector of your own may offer at once. One that offers more, perhaps
   * without end, has failed. Registries within this one have limits of their own.
   *
   * @default 100000
   */
  readonly maxCollectorSeries?: number | undefined;
  /**
   * Called once for each metric and cause: writes that held no data, label sets past `maxSeries`, collectors that
   * failed, and what a format could not show as it was. What it throws or rejects with is dropped.
   *
   * @default the message goes to `console.warn`
   */
  readonly onWarning?: WarningListener | undefined;
}

/** Holds what is shown together: instruments, other registries, and collectors of your own. */
export class Registry implements Collector {
  /** The labels that every series gets. */
  readonly labels: Labels;
  /** @internal */
  readonly maxCollectorSeries: number;
  /** What is kept of each: of an instrument its family, and the end of the listening to its warnings. */
  private readonly collectors = new Map<Collector, { readonly family?: LiveFamily; readonly unlisten?: () => void }>();
  private readonly outerFamilies = new WeakMap<LiveFamily, LiveFamily>();
  private readonly taken = new Map<string, Instrument>();
  private readonly running = new Map<Collector, Promise<void>>();
  /** @internal */
  readonly outdated: Set<Collector> = new Set();
  /** @internal */
  readonly warnings: Warnings;

  /** @throws {MetricError} `ERR_LABEL_NAME`, `ERR_LABEL_VALUE`, `ERR_OPTION` */
  constructor(options: RegistryOptions = {}) {
    brand(this, 'registry');
    checkOptions('Registry', options, ['labels', 'maxCollectorSeries', 'onWarning']);
    const { labels = {}, maxCollectorSeries = 100_000, onWarning = consoleWarning } = options;
    if (typeof labels !== 'object' || labels === null) throw fault('ERR_OPTION', 'Registry: labels', 'an object', labels);
    checkLabelNames('Registry', Object.keys(labels));
    if (typeof onWarning !== 'function') throw fault('ERR_OPTION', 'Registry: onWarning', 'a function', onWarning);
    if (!(typeof maxCollectorSeries === 'number' && maxCollectorSeries >= 1)) throw fault('ERR_OPTION', 'Registry: maxCollectorSeries', 'a number of 1 or more', maxCollectorSeries);
    this.labels = Object.freeze(Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, toWellFormed(labelText('Registry', name, value))])));
    this.maxCollectorSeries = maxCollectorSeries;
    this.warnings = new Warnings(onWarning);
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
    if (typeof (collector as Partial<Collector> | undefined)?.collect !== 'function') throw fault('ERR_OPTION', 'Registry', 'a collector, with a method collect', collector);
    if (this.collectors.has(collector)) throw new MetricError('ERR_DUPLICATE', `${describe(collector)} is registered already`, { collector });
    if (isRegistry(collector) && ((collector as Collector) === this || collector.has(this))) throw new MetricError('ERR_OPTION', 'Registry: expected a collector other than itself');
    const { names } = collector;
    if (names !== undefined && !(Array.isArray(names) && names.every((name) => typeof name === 'string'))) throw fault('ERR_OPTION', `${describe(collector)}: names`, 'a list of strings', names);
    this.collectors.set(collector, isInstrument(collector) ? this.admit(collector) : {});
    return collector;
  }

  /**
   * The instrument that is registered as what this one is, or else this one, newly registered: for modules that
   * want the same metric, and for code that is loaded again while it runs.
   *
   * @throws {MetricError} `ERR_DUPLICATE` where the one that is there is of another type, or has other labels,
   * buckets or the like; otherwise as `register`
   */
  getOrRegister<C extends Collector>(collector: C): C {
    if (this.collectors.has(collector)) return collector;
    const present = isInstrument(collector) ? this.get(collector.name) : undefined;
    if (present === undefined) return this.register(collector);
    const [had, given] = [present.definition, (collector as Collector as Instrument).definition];
    const key = Object.keys({ ...had, ...given }).find((each) => JSON.stringify(had[each]) !== JSON.stringify(given[each]));
    if (key === undefined) return present as Collector as C;
    throw new MetricError('ERR_DUPLICATE', `${describe(collector)}: ${key}: expected ${show(had[key])}, as it is registered, got ${show(given[key])}`, { collector: present });
  }

  /** The instrument of this name, as it was registered: `const jobs: Counter<'queue'> | undefined = registry.get('jobs_total')`. */
  get<I extends Instrument = Instrument>(name: string): I | undefined {
    const owner = this.taken.get(name);
    return owner?.name === name ? (owner as I) : undefined;
  }

  /** All instruments, in the order of registration; not those of registries within this one. */
  instruments(): Instrument[] {
    return [...this.collectors.keys()].filter(isInstrument);
  }

  /** Has every instrument begin as it was constructed, those of registries within this one too: for tests. */
  reset(): void {
    this.warnings.reset();
    for (const collector of this.collectors.keys()) if (isInstrument(collector) || isRegistry(collector)) (collector as Instrument).reset();
  }

  /** Takes a collector out of all later scrapes. True if it was registered. */
  unregister(collector: Collector): boolean {
    const entry = this.collectors.get(collector);
    if (entry === undefined) return false;
    entry.unlisten?.();
    this.collectors.delete(collector);
    this.outdated.delete(collector);
    for (const [sample, owner] of this.taken) if (owner === collector) this.taken.delete(sample);
    return true;
  }

  /**
   * All families as they are now, in the order of registration: one instant over all series. Families of one
   * name, type, help and constant labels are joined. Collectors that fail, or whose last refresh failed, are left
   * out and warned of; what collectors of your own offer is not checked here.
   *
   * After them come, where there is something to show, `promlet_rejected_writes_total` and
   * `promlet_overflowed_writes_total`, each by `metric`.
   */
  collect(): MetricFamily[] {
    const families = new Map<unknown, MetricFamily>();
    const members = [...this.members()];
    for (const member of members) {
      if (member.registry.outdated.has(member.collector)) continue;
      try {
        for (const family of familiesOf(member)) join(families, family);
      } catch (cause) {
        member.registry.warnings.warnOf(member.collector, 'collect', cause);
      }
    }
    return [...families.values(), ...selfMetrics(this, members)];
  }

  /**
   * Brings all collectors up to date, at once. Never rejects: one that fails, or is not done when the signal
   * is aborted, is left out of `collect` until its refresh succeeds, and warned of. Scrapes refresh by themselves.
   *
   * A hook must not wait for this: it would wait for itself. Before its first `await` it is left out instead;
   * later its refresh fails, at the signal or after 5 seconds.
   *
   * @param scrape - @default a scrape without a deadline
   */
  async refresh(scrape: Scrape = patientScrape()): Promise<void> {
    const expiry = expiryOf(scrape.signal);
    await Promise.all(
      [...this.collectors.keys()].map(async (collector) => {
        if (isInstrument(collector) ? !collector.hasHook : !('refresh' in collector)) return;
        try {
          await refreshed(this.running, collector, scrape, expiry);
          this.outdated.delete(collector);
        } catch (cause) {
          if (this.collectors.has(collector)) this.outdated.add(collector);
          this.warnings.warnOf(collector, 'refresh', cause);
        }
      }),
    );
    expiry.clear();
  }

  /** @internal */
  *members(): Iterable<Member> {
    // A copy, since collectors may register others while they are asked: those come next time.
    for (const [collector, { family }] of [...this.collectors]) {
      if (!isRegistry(collector)) yield { collector, registry: this, labels: this.labels, family };
      else for (const member of collector.members()) yield outerMember(member, this.labels, this.outerFamilies);
    }
  }

  /** @internal */
  has(collector: Collector): boolean {
    return this.collectors.has(collector) || [...this.collectors.keys()].some((each) => isRegistry(each) && each.has(collector));
  }

  // Lets it have its names, or says why it cannot.
  private admit(instrument: Instrument): { readonly family: LiveFamily; readonly unlisten: () => void } {
    const { name, type } = instrument;
    const owner = this.ownerOf(instrument);
    if (owner !== undefined) {
      const samples = sampleNames(owner.name, owner.type);
      const reason = owner.name === name ? '' : `: both show samples named ${show(sampleNames(name, type).find((sample) => samples.includes(sample)))} in one format or another`;
      throw new MetricError('ERR_DUPLICATE', `${describe(instrument)}: the name is taken by ${describe(owner)}${reason}`, { collector: owner });
    }
    const label = labelNamesOf(instrument).find((each) => Object.hasOwn(this.labels, each));
    if (label !== undefined) throw new MetricError('ERR_LABEL_NAME', `${describe(instrument)}: label ${show(label)} is a constant label of the registry`);
    for (const sample of sampleNames(name, type)) this.taken.set(sample, instrument);
    const family = instrument as unknown as MetricFamily;
    return { family: new LiveFamily(family, this.labels, family), unlisten: instrument.listen((warning) => this.warnings.notify(warning)) };
  }

  /** @internal */
  ownerOf({ name, type }: Pick<MetricFamily, 'name' | 'type'>): Instrument | undefined {
    for (const sample of sampleNames(name, type)) if (this.taken.has(sample)) return this.taken.get(sample);
    return undefined;
  }
}

function consoleWarning({ message }: MetricError): void {
  (globalThis as { console?: { warn(message: string): void } }).console?.warn(message);
}

// The family of an instrument stays the same object at every call.
function join(families: Map<unknown, MetricFamily>, family: MetricFamily): void {
  if (Object.isFrozen(family)) return void families.set(family, family);
  const key = JSON.stringify([family.name, family.type, family.help, family.constantLabels]);
  const before = families.get(key);
  families.set(key, before ? ({ ...before, points: [...(before.points as readonly Point[]), ...family.points] } as MetricFamily) : family);
}
