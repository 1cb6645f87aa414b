// Builds a workload with a client, and changes all of its numbers.

import type { BenchHistogram, BoundHistogram, Client, Labels, OpenClient } from './clients/client.ts';
import { CHANGE } from './workloads.ts';
import type { FamilyPlan, Workload } from './workloads.ts';

export interface Built {
  readonly client: OpenClient;
  /** One round: every number that a scrape shows is another afterwards. */
  change(): void;
}

export async function build(client: Client, workload: Workload): Promise<Built> {
  const open = await client.open();
  const changes = workload.families.map((family) => BUILDERS[family.type](open, family));
  return {
    client: open,
    change() {
      for (const each of changes) each();
    },
  };
}

export async function expositionOf({ client }: Built): Promise<string> {
  return Buffer.concat(await client.scrape()).toString();
}

/** Each returns what changes all of the family's numbers. */
const BUILDERS: Readonly<Record<FamilyPlan['type'], (open: OpenClient, family: FamilyPlan) => () => void>> = {
  counter: buildCounter,
  gauge: buildGauge,
  histogram: buildHistogram,
};

function buildCounter(open: OpenClient, { series, ...plan }: FamilyPlan): () => void {
  const instrument = open.counter(plan);
  const bound = series.map(({ labelValues, initial }) => {
    const child = instrument.labels(labelsOf(plan.labelNames, labelValues));
    child.inc(initial);
    return child;
  });
  return () => {
    for (const each of bound) each.inc(CHANGE.counter);
  };
}

function buildGauge(open: OpenClient, { series, ...plan }: FamilyPlan): () => void {
  const instrument = open.gauge(plan);
  const bound = series.map(({ labelValues }) => instrument.labels(labelsOf(plan.labelNames, labelValues)));
  const values = series.map(({ initial }) => initial);
  const show = (): void => {
    for (let i = 0; i < bound.length; i++) bound[i]!.set(values[i]!);
  };
  show();
  return () => {
    for (let i = 0; i < values.length; i++) values[i]! += CHANGE.gauge;
    show();
  };
}

function buildHistogram(open: OpenClient, { series, ...plan }: FamilyPlan): () => void {
  const instrument = open.histogram(plan);
  const bound = series.map(({ labelValues, counts }) => {
    const child = boundHistogram(instrument, labelsOf(plan.labelNames, labelValues));
    counts.forEach((count, bucket) => {
      const value = plan.bounds[bucket] ?? plan.bounds.at(-1)! * 2;
      for (let i = 0; i < count; i++) child.observe(value);
    });
    return child;
  });
  const value = CHANGE.histogram(plan.bounds);
  return () => {
    for (const each of bound) each.observe(value);
  };
}

function boundHistogram(instrument: BenchHistogram, labels: Labels): BoundHistogram {
  return Object.keys(labels).length === 0 ? (instrument as BoundHistogram & BenchHistogram) : instrument.labels(labels);
}

export function labelsOf(names: readonly string[], values: readonly string[]): Labels {
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
}

/** A client with the workload, some rounds later. */
export async function buildChanged(client: Client, workload: Workload, rounds: number): Promise<Built> {
  const built = await build(client, workload);
  for (let i = 0; i < rounds; i++) built.change();
  return built;
}
