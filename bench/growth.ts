// Does a line cost more where there are many? Nanoseconds of processor time per line, from registry to bytes.

import { clientNamed, compared } from './clients/index.ts';
import { measureEach } from './harness.ts';
import type { Case, Question } from './harness.ts';
import { build } from './registries.ts';
import { assertSameAsPromlet } from './same.ts';
import { mix } from './workloads.ts';

const SIZES: Readonly<Record<string, number>> = { '1 000 lines': 1_000, '10 000 lines': 10_000, '100 000 lines': 100_000, '1 000 000 lines': 1_000_000 };
/** From here on, a few samples of long scrapes have to do. */
const LARGE = 100_000;

export const growth: Question = {
  name: 'growth',
  asks: 'Does a line cost more where there are many?',
  unit: 'ns/line',
  nodeFlags: ['--single-threaded-gc', '--max-old-space-size=8192'],

  cases(scale): readonly Case[] {
    const clients = compared(scale);
    return Object.entries(SIZES)
      .filter(([, lines]) => !scale.isQuick || lines === 1_000 || lines === LARGE)
      .map(([name, lines]) => {
        if (lines < LARGE) return { name, subjects: clients };
        // Minutes of the others' time would tell no more.
        return { name, subjects: lines > LARGE ? clients.slice(0, 2) : clients, rounds: 1 };
      });
  },

  async check(name, subject) {
    const lines = SIZES[name]!;
    if (lines < LARGE) await assertSameAsPromlet(clientNamed(subject), mix(lines));
  },

  async measure(name, subject, scale) {
    const lines = SIZES[name]!;
    const workload = mix(lines);
    const built = await build(clientNamed(subject), workload);
    const samples = await measureEach(built.change, () => built.client.scrape(), lines < LARGE ? scale : { ...scale, least: 2 });
    return samples.map((ns) => ns / workload.lines);
  },
};
