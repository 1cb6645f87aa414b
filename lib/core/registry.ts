// The set of collectors: which names are taken, which labels all share, what is told of their faults, and
// the pass over them all. Knows no format and no socket.

import { monotonicClock } from './clock.ts';
import { MetricError, show } from './errors.ts';
import { Gathering, liveFamily } from './gathering.ts';
import type { Instrument, WarningListener } from './instrument.ts';
import { labelText, toWellFormed } from './labels.ts';
import type { LabelValue } from './labels.ts';
import type { Collector, Labels, MetricFamily, Scrape } from './model.ts';
import { anySampleNames, checkLabelNames, reservedLabel, sampleNames } from './names.ts';
import { Refresher } from './refreshing.ts';
import type { Refreshed } from './refreshing.ts';
import type { CollectorFailure, CollectorReport, Gathered, ReportWriter } from './report.ts';
import { selfMetrics } from './self-metrics.ts';
import { aborter, isTimeUp } from './signals.ts';

export interface RegistryOptions {
  /** Labels that every series gets, such as the service's name. @default none */
  readonly labels?: Readonly<Record<string, LabelValue>>;
  /**
   * How many families and series a collector of your own may offer at once. One that offers more, perhaps
   * without end, has failed. Registries within this one have limits of their own.
   *
   * @default 100000
   */
  readonly maxCollectorSeries?: number;
  /**
   * Told once for each metric and cause: of writes that held no data, of label sets past `maxSeries`, and of
   * collectors that failed. What it throws or rejects with is dropped.
   *
   * @default the message goes to `console.warn`
   */
  readonly onWarning?: WarningListener;
}

/** What the registry knows of a collector. */
interface Registration {
  /** What it is called in metrics about it. */
  readonly label: string;
  /** The names of all its families, where they are known. */
  readonly names: readonly string[] | undefined;
  /** Of an instrument. */
  readonly family?: MetricFamily;
  /** Ends the listening to its warnings. */
  readonly unlisten?: () => void;
}

/** Names of families and samples that a scrape asks for. Absent: all there are. */
type AskedNames = ReadonlySet<string> | undefined;

// Characters of a collector's name.
const LONGEST_LABEL = 128;

/** Holds what is shown together: instruments, and collectors of your own. */
export class Registry implements Collector {
  /** The labels that every series gets. */
  readonly labels: Labels;
  private readonly onWarning: WarningListener;
  private readonly maxCollectorSeries: number;
  private readonly collectors = new Map<Collector, Registration>();
  private readonly collectorLabels = new Set<string>();
  private readonly taken = new Map<string, Collector>();
  private readonly warned = { collect: new WeakSet<Collector>(), refresh: new WeakSet<Collector>() };
  private readonly refresher = new Refresher();
  /** Those whose last refresh failed. */
  private readonly failed = new Set<Collector>();

  /** @throws {MetricError} `ERR_LABEL_NAME`, `ERR_LABEL_VALUE`, `ERR_OPTION` */
  constructor(options: RegistryOptions = {}) {
    const { labels = {}, maxCollectorSeries = 100_000, onWarning = (warning) => (globalThis as { console?: { warn(message: string): void } }).console?.warn(warning.message) } = options;
    checkLabelNames('Registry', Object.keys(labels));
    this.labels = Object.freeze(Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, toWellFormed(labelText('Registry', name, value))])));
    if (typeof onWarning !== 'function') throw new MetricError('ERR_OPTION', `Registry: onWarning: expected a function, got ${show(onWarning)}`);
    if (!(maxCollectorSeries >= 1)) throw new MetricError('ERR_OPTION', `Registry: maxCollectorSeries: expected a number of 1 or more, got ${show(maxCollectorSeries)}`);
    this.onWarning = onWarning;
    this.maxCollectorSeries = maxCollectorSeries;
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
      this.enter(collector);
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
    this.enter(collector, collector.listen((warning) => this.warn(warning)));
    return collector;
  }

  /** The instrument of this name, as it was registered. */
  get(name: string): Instrument | undefined {
    const owner = this.taken.get(name);
    return owner !== undefined && isInstrument(owner) && owner.name === name ? owner : undefined;
  }

  /** Takes a collector out of all later scrapes. True if it was registered. */
  unregister(collector: Collector): boolean {
    const registration = this.collectors.get(collector);
    if (registration === undefined) return false;
    registration.unlisten?.();
    this.collectorLabels.delete(registration.label);
    this.collectors.delete(collector);
    this.failed.delete(collector);
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
    // A copy, since collectors may register others meanwhile: those come next time.
    for (const collector of [...this.collectors.keys()]) if (!this.failed.has(collector)) this.add(collector, gathering);
    this.addSelfMetrics(gathering);
    return gathering.families;
  }

  /**
   * Brings all collectors up to date, at once. Never rejects: one that fails, or is not done when the signal
   * is aborted, is left out of `collect` until its refresh succeeds, and warned of. Refreshes that meet are
   * shared; the signal that a collector sees is aborted when nobody waits for it any more.
   *
   * @param scrape - @default a scrape without a deadline
   */
  async refresh(scrape: Scrape = { signal: aborter().signal }): Promise<void> {
    await this.refreshFor(scrape, Infinity);
  }

  /**
   * The same for the collectors that may have one of the names. Tells how each fared in this scrape.
   *
   * @param patienceMs - How long the scrape waits, by its signal.
   * @internal
   */
  async refreshFor(scrape: Scrape, patienceMs: number, names?: AskedNames): Promise<Map<Collector, Refreshed>> {
    const asked = [...this.collectors].filter(([collector, registration]) => isRefreshed(collector) && isAsked(registration, names));
    const refreshed = await this.refresher.refresh(asked.map(([collector]) => collector), scrape, patienceMs);
    // A scraper that went away is nobody's fault.
    const isGone = scrape.signal.aborted && !isTimeUp(scrape.signal);
    for (const [collector, { failure }] of refreshed) {
      if (failure === undefined) this.failed.delete(collector);
      else if (this.collectors.has(collector)) this.failed.add(collector);
      if (failure && !isGone) this.warnOf(collector, 'refresh', failure.cause);
    }
    return refreshed;
  }

  /**
   * The pass for one scrape: like `collect`, but by what this scrape's own refresh came to, with the names
   * asked for alone, and with families that tell how the collectors fared.
   *
   * @internal
   */
  gather(refreshed: ReadonlyMap<Collector, Refreshed>, names: AskedNames, write: ReportWriter): Gathered {
    const gathering = new Gathering(this.taken, this.labels);
    const reports: CollectorReport[] = [];
    let [asked, failures] = [0, 0];
    for (const [collector, registration] of [...this.collectors]) {
      if (!isAsked(registration, names)) continue;
      const begin = monotonicClock();
      const { seconds = 0, failure: refreshFailure } = refreshed.get(collector) ?? {};
      const failure = refreshFailure ? { act: 'refresh' as const, ...refreshFailure } : this.add(collector, gathering);
      asked++;
      if (failure) failures++;
      if (isInstrument(collector) && !collector.hasHook) continue;
      reports.push({ collector, label: registration.label, seconds: seconds + (monotonicClock() - begin) / 1000, failure });
    }
    this.addSelfMetrics(gathering);
    this.add(this, gathering, { collect: () => write(reports) });
    const families = names ? gathering.families.filter(({ name, type }) => sampleNames(name, type).some((sample) => names.has(sample))) : gathering.families;
    return { families, hasFailure: failures > 0, isLost: asked > 0 && failures === asked };
  }

  private enter(collector: Collector, unlisten?: () => void): void {
    const names = namesOf(collector);
    const wished = labelOf(collector);
    let label = wished;
    for (let i = 2; this.collectorLabels.has(label); i++) label = `${wished}_${i}`;
    this.collectorLabels.add(label);
    const family = isInstrument(collector) && { family: liveFamily(collector, this.labels) };
    this.collectors.set(collector, { label, names, ...family, ...(unlisten && { unlisten }) });
  }

  private add(collector: Collector, gathering: Gathering, source: Collector = collector): CollectorFailure | undefined {
    try {
      const family = this.collectors.get(source)?.family;
      if (family) gathering.addLive(family);
      else gathering.addOffered(source, collector instanceof Registry ? Infinity : this.maxCollectorSeries);
      return undefined;
    } catch (cause) {
      this.warnOf(collector, 'collect', cause);
      return { act: 'collect', cause, isLate: false };
    }
  }

  // Checked as well: a registry within this one may show families of the same names.
  private addSelfMetrics(gathering: Gathering): void {
    const instruments = [...this.collectors.keys()].filter(isInstrument);
    this.add(this, gathering, { collect: () => selfMetrics(instruments, gathering.droppedSeries) });
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

function isRefreshed(collector: Collector): boolean {
  return isInstrument(collector) ? collector.hasHook : 'refresh' in collector;
}

function isAsked({ names }: Registration, asked: AskedNames): boolean {
  return asked === undefined || names === undefined || names.some((name) => asked.has(name));
}

// Where only the family's name is known, it may be of any type.
function namesOf(collector: Collector): readonly string[] | undefined {
  if (isInstrument(collector)) return sampleNames(collector.name, collector.type);
  const { names } = collector;
  if (names === undefined) return undefined;
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names.flatMap(anySampleNames);
  throw new MetricError('ERR_OPTION', `${describe(collector)}: names: expected a list of texts, got ${show(names)}`);
}

function labelOf({ name, constructor }: Collector): string {
  const named = typeof name === 'string' && name !== '' ? name : constructor === Object ? '' : (constructor as { name?: unknown } | undefined)?.name;
  return toWellFormed(typeof named === 'string' && named !== '' ? named.slice(0, LONGEST_LABEL) : 'collector');
}
