// How long does a scrape take, from registry to bytes? Nanoseconds of processor time per line.

import { clientNamed, compared } from './clients/index.ts';
import { promlet } from './clients/promlet.ts';
import { floorOf } from './floor.ts';
import { measureEach } from './harness.ts';
import type { Case, Question } from './harness.ts';
import { build, expositionOf } from './registries.ts';
import { assertSameAsPromlet } from './same.ts';
import { BESIDE_LANGUAGES, SERIALISED } from './workloads.ts';
import type { Workload } from './workloads.ts';

const FLOOR = 'floor';
const UNCHANGED = ', nothing changed';

export const serialise: Question = {
  name: 'serialise',
  asks: 'How long does a scrape take, from registry to bytes, on one core? All values are changed before it.',
  unit: 'ns/line',
  nodeFlags: ['--single-threaded-gc'],

  cases(scale): readonly Case[] {
    const [first, ...others] = Object.keys(SERIALISED).filter((name) => !BESIDE_LANGUAGES.includes(name));
    if (scale.isQuick) return [{ name: first!, subjects: compared(scale) }];
    return [first!, ...others, `${first}${UNCHANGED}`].map((name) => ({ name, subjects: [...compared(scale), FLOOR] }));
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
