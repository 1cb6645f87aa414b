// Whether two clients show the same: asserted before anything is timed.

import type { Client } from './clients/client.ts';
import { promlet } from './clients/promlet.ts';
import { readSamples } from './reader.ts';
import { buildChanged, expositionOf } from './registries.ts';
import type { Workload } from './workloads.ts';

/** How often all values are changed before the two are compared. */
export const ROUNDS = 2;

export async function assertSameAsPromlet(client: Client, workload: Workload): Promise<void> {
  await assertSame(client.name, await expositionOf(await buildChanged(client, workload, ROUNDS)), workload);
}

// What promlet shows of a workload, by the workload's name: many are compared with it in one process.
const shown = new Map<string, ReadonlyMap<string, number>>();

/** Throws where the exposition, `ROUNDS` changes later, has other samples than promlet shows. */
export async function assertSame(subject: string, exposition: string, workload: Workload): Promise<void> {
  const expected = shown.get(workload.name) ?? readSamples(await expositionOf(await buildChanged(promlet, workload, ROUNDS)));
  shown.set(workload.name, expected);
  if (expected.size !== workload.lines) throw new Error(`promlet: ${expected.size} samples instead of ${workload.lines}`);
  const got = readSamples(exposition);
  for (const [key, value] of expected) {
    const other = got.get(key);
    if (other === undefined) throw new Error(`${subject}: no ${key}; it has ${[...got.keys()].slice(0, 3).join(' ')} …`);
    // Sums may have been added up in another order.
    if (!(Math.abs(other - value) <= 1e-9 * Math.abs(value))) throw new Error(`${subject}: ${key} is ${other}, expected ${value}`);
  }
  if (got.size !== expected.size) {
    const extra = [...got.keys()].find((key) => !expected.has(key));
    throw new Error(`${subject}: ${got.size} samples instead of ${expected.size}, such as ${extra}`);
  }
}
