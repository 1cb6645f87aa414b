// How long does a scrape take, from registry to bytes? Nanoseconds of processor time per line.

import { clientNamed, CLIENTS } from './clients/index.ts';
import { promlet } from './clients/promlet.ts';
import { floorOf } from './floor.ts';
import { measureEach } from './harness.ts';
import type { Case, Question } from './harness.ts';
import { build, expositionOf } from './registries.ts';
import { assertSameAsPromlet } from './same.ts';
import { SERIALISED } from './workloads.ts';
import type { Workload } from './workloads.ts';

const FLOOR = 'floor';
const UNCHANGED = ', nothing changed';

export const serialise: Question = {
  name: 'serialise',
  asks: 'How long does a scrape take, from registry to bytes, on one core? All values are changed before it.',
  unit: 'ns/line',
  nodeFlags: ['--single-threaded-gc'],

  cases({ isQuick }): readonly Case[] {
    const clients = CLIENTS.map((client) => client.name);
    const names = Object.keys(SERIALISED);
    const [first] = names;
    return [
      ...names.slice(0, isQuick ? 1 : undefined).map((name) => ({ name, subjects: [...clients, FLOOR] })),
      { name: `${first}${UNCHANGED}`, subjects: [...clients.slice(0, isQuick ? 1 : undefined), FLOOR] },
    ];
  },

  async check(name, subject) {
    const workload = workloadOf(name);
    if (subject !== FLOOR) return assertSameAsPromlet(clientNamed(subject), workload);
    const model = await build(promlet, workload);
    const printed = Buffer.concat((await floorOf(model)).scrape()).toString();
    if (printed !== (await expositionOf(model))) throw new Error(`${name}: the floor prints something else`);
  },

  async measure(name, subject, scale) {
    const workload = workloadOf(name);
    const built = await build(subject === FLOOR ? promlet : clientNamed(subject), workload);
    const printed = subject === FLOOR ? await floorOf(built) : { change: built.change, scrape: () => built.client.scrape() };
    const change = name.endsWith(UNCHANGED) ? (): void => {} : printed.change;
    const samples = await measureEach(change, printed.scrape, scale);
    return samples.map((ns) => ns / workload.lines);
  },
};

function workloadOf(name: string): Workload {
  return SERIALISED[name.replace(UNCHANGED, '')]!();
}
