// How each client adds up the processes of a service: by its own means, as its documents say.

import { joinGroup } from '../lib/cluster.ts';
import { fetchHandler } from '../lib/fetch.ts';
import { Registry } from '../lib/index.ts';

/** In the process that is asked. */
export interface Aggregator {
  /** The text of all. */
  scrape(): Promise<string>;
  stop(): Promise<void>;
}

/** What prom-client and its descendant have in common. */
interface PeerPackage {
  readonly AggregatorRegistry?: AggregatorClass;
  readonly ClusterRegistry?: AggregatorClass;
}

interface AggregatorClass {
  new (): { clusterMetrics(): Promise<string> };
  setRegistries(registry: unknown): void;
}

/** Before any worker is there. */
export async function aggregator(subject: string, name: string): Promise<Aggregator> {
  if (subject !== 'promlet') {
    liftLimit();
    const registry = new (await aggregatorClass(subject))();
    return { scrape: () => registry.clusterMetrics(), stop: async () => {} };
  }
  const group = await joinGroup(new Registry(), { name });
  // As it is served: `render` alone would write all lines at a stretch.
  const handle = fetchHandler(group, { selfMetrics: false });
  return {
    scrape: async () => (await handle(new Request('http://localhost/metrics'))).text(),
    stop: () => group.leave(),
  };
}

/** In each worker. */
export async function takePart(subject: string, name: string, registry: unknown): Promise<void> {
  if (subject === 'promlet') await joinGroup(registry as Registry, { name });
  else {
    const found = await aggregatorClass(subject);
    // Its constructor is what listens for the question.
    new found();
    found.setRegistries(registry);
  }
}

/** Both give up after 5 seconds, and so show nothing of so many series: they get the time that they need. */
function liftLimit(): void {
  const { setTimeout } = globalThis;
  globalThis.setTimeout = ((act: () => void, afterMs: number) => setTimeout(act, afterMs === 5_000 ? 120_000 : afterMs)) as typeof setTimeout;
}

async function aggregatorClass(specifier: string): Promise<AggregatorClass> {
  // Not a literal, so that this compiles where the package is not installed.
  const { default: client } = (await import(specifier)) as { readonly default: PeerPackage };
  return client.ClusterRegistry ?? client.AggregatorRegistry!;
}
