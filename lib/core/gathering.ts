// One pass over collectors: families side by side, each name once, each series once. What instruments offer
// is right by construction and taken as it is; what other collectors offer is checked and copied first, so
// that nothing of theirs can break a scrape half-way.

import { MetricError, show } from './errors.ts';
import { toWellFormed } from './labels.ts';
import type { Collector, HistogramPoint, Labels, MetricFamily, MetricType, Point } from './model.ts';
import { reservedLabel, sampleNames } from './names.ts';

/** A family under way: as the model has it, with room for more points. */
type OpenFamily = MetricFamily & { readonly points: Point[] };

/** What checks a point of a type beyond its labels, and says what it expected. */
const POINT_RULES: Readonly<Record<MetricType, readonly [expected: string, holds: (point: never) => boolean]>> = {
  counter: ['a number as value', hasValue],
  gauge: ['a number as value', hasValue],
  unknown: ['a number as value', hasValue],
  histogram: ['ascending bounds and one count more than bounds', hasBuckets],
  gaugehistogram: ['ascending bounds and one count more than bounds', hasBuckets],
  summary: ['a list of quantiles', (point: { quantiles?: unknown }) => Array.isArray(point.quantiles)],
  info: ['', () => true],
  stateset: ['states', (point: { states?: unknown }) => typeof point.states === 'object' && point.states !== null],
};

/** The families of one pass, in the order in which their collectors came. */
export class Gathering {
  readonly families: MetricFamily[] = [];
  /** By family: series that were left out, since another has the same labels. */
  readonly droppedSeries: Map<string, number> = new Map();
  private readonly taken: ReadonlyMap<string, Collector>;
  private readonly constantLabels: Labels;
  private readonly open = new Map<string, { readonly family: OpenFamily; readonly seen: Set<string> }>();
  private readonly shown = new Map<string, string>();

  /** @param taken - The sample names of registered instruments, which no other collector may use. */
  constructor(taken: ReadonlyMap<string, Collector>, constantLabels: Labels) {
    this.taken = taken;
    this.constantLabels = constantLabels;
  }

  /** Adds families that are known to be right. */
  add(families: Iterable<MetricFamily>): void {
    for (const family of families) this.families.push(this.withConstantLabels(family, family.points));
  }

  /**
   * Adds the families of a collector of any kind. Several collectors may add to one family.
   *
   * @throws what `collect` throws, and {@link MetricError} `ERR_COLLECTOR` where no format could show what
   * it offers; then none of its families is added.
   */
  addChecked(collector: Collector): void {
    const offered = [...collector.collect()].map((given) => {
      const family = this.checkedFamily(given);
      return { family, points: Array.from<Point>(family.points).map((point) => this.checkedPoint(family, point)) };
    });
    for (const { family, points } of offered) this.merge(family, points);
  }

  private checkedFamily(family: MetricFamily): MetricFamily {
    const { name, type, help } = family;
    if (typeof name !== 'string' || name === '') throw fault('a family', 'a name', name);
    if (!Object.hasOwn(POINT_RULES, type)) throw fault(`family ${show(name)}`, `one of the types ${show(Object.keys(POINT_RULES))}`, type);
    if (typeof help !== 'string') throw fault(`family ${show(name)}`, 'a help text, which may be empty', help);
    for (const sample of sampleNames(name, type)) {
      const owner = this.shown.get(sample) ?? (this.taken.has(sample) ? 'an instrument' : undefined);
      if (owner !== undefined && owner !== `${type} ${name}`) {
        throw fault(`${type} ${show(name)}`, `samples that no other family has, but ${owner} shows ${show(sample)}`, name);
      }
    }
    const { unit, points, constantLabels } = family;
    return { name: toWellFormed(name), help: toWellFormed(help), unit, type, points, constantLabels } as MetricFamily;
  }

  private checkedPoint(family: MetricFamily, point: Point): Point {
    const subject = `${family.type} ${show(family.name)}`;
    const [expected, holds] = POINT_RULES[family.type];
    if (!holds(point as never)) throw fault(subject, expected, point);
    const labels: Record<string, string> = Object.create(null);
    for (const [name, value] of Object.entries<unknown>(point.labels ?? {})) {
      if (name === '' || name.startsWith('__') || name === reservedLabel(family.type) || Object.hasOwn(this.constantLabels, name)) {
        throw fault(subject, 'label names that are not reserved and not among the constant labels', name);
      }
      if (typeof value !== 'string') throw fault(`${subject}: label ${show(name)}`, 'a string', value);
      labels[toWellFormed(name)] = toWellFormed(value);
    }
    return { ...point, labels, lineStart: undefined };
  }

  private merge(family: MetricFamily, points: readonly Point[]): void {
    const { name } = family;
    let entry = this.open.get(name);
    if (entry === undefined) {
      entry = { family: this.withConstantLabels(family, []) as OpenFamily, seen: new Set() };
      this.open.set(name, entry);
      this.families.push(entry.family);
      for (const sample of sampleNames(name, family.type)) this.shown.set(sample, `${family.type} ${name}`);
    }
    for (const point of points) {
      const key = seriesKey(point);
      if (entry.seen.has(key)) {
        this.droppedSeries.set(name, (this.droppedSeries.get(name) ?? 0) + 1);
      } else {
        entry.seen.add(key);
        entry.family.points.push(point);
      }
    }
  }

  private withConstantLabels(family: MetricFamily, points: Iterable<Point>): MetricFamily {
    const { name, help, unit, type } = family;
    return { name, help, unit, type, points, constantLabels: { ...this.constantLabels, ...family.constantLabels } } as MetricFamily;
  }
}

function hasValue(point: { value?: unknown }): boolean {
  return typeof point.value === 'number';
}

function hasBuckets({ bounds, counts }: Partial<HistogramPoint>): boolean {
  return (
    Array.isArray(bounds) && counts?.length === bounds.length + 1 && bounds.every((bound, i) => i === 0 || bound > bounds[i - 1]!)
  );
}

// Two label sets that differ have different keys. A label with an empty value is as good as absent.
// Exposition formats, "Grouping and sorting".
function seriesKey({ labels, timestampMs }: Point): string {
  const present = Object.entries(labels).filter(([, value]) => value !== '');
  return JSON.stringify([timestampMs, ...present.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function fault(subject: string, expected: string, value: unknown): MetricError {
  return new MetricError('ERR_COLLECTOR', `${subject}: expected ${expected}, got ${show(value)}`);
}
