// The collector of all groups that are chosen: opens their probes, reads them together, and makes families of what
// they found. Knows none of them.

import { clearInterval, setImmediate, setInterval } from 'node:timers';

import type { Collector, FamilyHead, MetricFamily, Scrape, ScrapeSignal } from '../core/model.ts';
import { expiryOf, patientScrape } from '../core/refreshing.ts';
import { GROUPS } from './catalogue.ts';
import type { GroupName } from './catalogue.ts';
import { openDescriptors, sizeOfDescriptors } from './descriptors.ts';
import { Files, Kept } from './files.ts';
import type { Facts, Metric, Probe, Reading, Settings, ShownPoint } from './group.ts';
import { BEAT_MS } from './host.ts';
import type { Host } from './host.ts';

const NONE = {};

/** A family but for its points. */
type Head = FamilyHead & { readonly type: Metric[0] };

export interface CollectorSettings extends Settings {
  readonly prefix: string;
  /** Names of metrics by group. */
  readonly chosen: ReadonlyMap<GroupName, readonly string[]>;
}

export class ProcessCollector implements Collector {
  readonly name = 'process';
  readonly names: readonly string[];
  private readonly host: Host;
  /** By name without the prefix. */
  private readonly heads: ReadonlyMap<string, Head>;
  private readonly probes: readonly Probe[];
  private readonly needsDescriptors: boolean;
  private readonly beat: NodeJS.Timeout | undefined;
  private readonly kept: Kept = new Kept();
  private isStopped = false;
  private families: readonly MetricFamily[] | undefined;

  constructor(host: Host, settings: CollectorSettings) {
    const groups = [...settings.chosen].filter(([group]) => host.isMainThread || !GROUPS[group].isOfProcess);
    this.host = host;
    this.heads = new Map(groups.flatMap(([group, names]) => names.map((name) => [name, headOf(settings.prefix + name, GROUPS[group].metrics[name]!)])));
    this.names = [...this.heads.values()].map(({ name }) => name);
    this.needsDescriptors = groups.some(([group]) => group === 'descriptors' || group === 'handles');
    this.probes = groups.map(([group]) => GROUPS[group].open(host, settings));
    if (this.probes.some(({ beat }) => beat)) {
      this.beat = setInterval(() => {
        for (const probe of this.probes) probe.beat?.();
      }, BEAT_MS);
      this.beat.unref();
    }
  }

  /** What the last refresh found. Before the first, what can be read at once: the same until the event loop turns. */
  collect(): Iterable<MetricFamily> {
    if (this.isStopped) return [];
    if (this.families === undefined) {
      const families = (this.families = this.familiesOf([this.read({ descriptors: undefined })]));
      queueMicrotask(() => {
        if (this.families === families) this.families = undefined;
      });
    }
    return this.families;
  }

  /** @throws an `Error` where the scrape's signal is aborted first */
  async refresh(scrape: Scrape = patientScrape()): Promise<void> {
    if (this.isStopped) return;
    const expiry = expiryOf(scrape.signal);
    try {
      const readings = await Promise.race([expiry.promise, this.load(scrape.signal)]);
      if (readings) this.families = this.familiesOf(readings);
    } finally {
      expiry.clear();
    }
  }

  stop(): void {
    if (this.isStopped) return;
    this.isStopped = true;
    this.families = undefined;
    clearInterval(this.beat);
    for (const probe of this.probes) probe.stop?.();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  // What is known at once is read last, at one instant: then all that was waited for is over, and not counted itself.
  private async load(signal: ScrapeSignal): Promise<readonly Reading[] | undefined> {
    if (signal.aborted) return undefined;
    const files = new Files(this.host, this.kept);
    const size = this.needsDescriptors ? await sizeOfDescriptors(files) : 0;
    if (this.isStopped || signal.aborted) return undefined;
    const loaded = await Promise.all(this.probes.map((probe) => probe.load?.(files) ?? {}));
    const descriptors = this.needsDescriptors ? await openDescriptors(files, size) : undefined;
    // The last request for a file counts as active until its callback is over.
    await new Promise((resolve) => setImmediate(resolve));
    return this.isStopped || signal.aborted ? undefined : [this.read({ descriptors }), ...loaded];
  }

  private read(facts: Facts): Reading {
    return Object.assign({}, ...this.probes.map((probe) => probe.read?.(facts))) as Reading;
  }

  private familiesOf(readings: readonly Reading[]): readonly MetricFamily[] {
    const found: Record<string, readonly ShownPoint[]> = {};
    for (const reading of readings) {
      for (const name in reading) {
        const shown = reading[name];
        if (shown === undefined) continue;
        const points = typeof shown === 'number' ? [{ labels: NONE, value: shown }] : shown;
        found[name] = [...(found[name] ?? []), ...points];
      }
    }
    const families: MetricFamily[] = [];
    for (const [name, head] of this.heads) {
      const points = found[name];
      // Without any, such as requests by type at the moment, it is there all the same.
      if (points !== undefined) families.push({ ...head, points } as unknown as MetricFamily);
    }
    return families;
  }
}

function headOf(name: string, [type, help, merge]: Metric): Head {
  const [, unit] = /_(seconds|bytes)(?:_total)?$/.exec(name) ?? [];
  return { name, type, help, ...(unit !== undefined && { unit }), ...(merge !== undefined && { merge }) };
}
