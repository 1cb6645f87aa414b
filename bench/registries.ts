// Builds a workload with a client, and changes all of its numbers.

import type { BenchHistogram, BoundCounter, BoundHistogram, Client, Labels, OpenClient } from './clients/client.ts';
import { CHANGE } from './workloads.ts';
import type { FamilyPlan, Workload } from './workloads.ts';

export interface Built {
  readonly client: OpenClient;
  /** One round: every number that a scrape shows is another afterwards. */
  change(): void;
}

export async function build(client: Client, workload: Workload): Promise<Built> {
  const open = await client.open();
  const changes = workload.families.map((family) => (family.type === 'histogram' ? buildHistogram(open, family) : buildNumber(open, family)));
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

function buildNumber(open: OpenClient, { type, series, ...plan }: FamilyPlan): () => void {
  const instrument = type === 'counter' ? open.counter(plan) : open.gauge(plan);
  const bound: BoundCounter[] = series.map(({ labelValues, initial }) => {
    const child = instrument.labels(labelsOf(plan.labelNames, labelValues));
    child.inc(initial);
    return child;
  });
  const amount = type === 'counter' ? CHANGE.counter : CHANGE.gauge;
  return () => {
    for (const each of bound) each.inc(amount);
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
