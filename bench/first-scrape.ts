// How long does the first scrape of a process take? Milliseconds of processor time, from registry to bytes, in a
// process that has filled its registry and shown it to nobody yet. A scrape every 15 seconds is nearer to this than
// to one of thousands that a benchmark repeats.

import { clientNamed, compared } from './clients/index.ts';
import type { Case, Question } from './harness.ts';
import { timed } from './harness.ts';
import { build } from './registries.ts';
import { assertSameAsPromlet } from './same.ts';
import { mix } from './workloads.ts';

const SIZES: Readonly<Record<string, number>> = { '96 lines': 96, '2 400 lines': 2_400, '24 000 lines': 24_000 };

export const firstScrape: Question = {
  name: 'first-scrape',
  asks: 'How long does the first scrape of a process take, from registry to bytes?',
  unit: 'ms',
  nodeFlags: ['--single-threaded-gc'],

  cases(scale): readonly Case[] {
    const names = scale.isQuick ? ['24 000 lines'] : Object.keys(SIZES);
    // One figure for each process.
    return names.map((name) => ({ name, subjects: compared(scale), rounds: scale.isQuick ? 2 : 9 }));
  },

  check: (name, subject) => assertSameAsPromlet(clientNamed(subject), mix(SIZES[name]!)),

  async measure(name, subject) {
    const { client } = await build(clientNamed(subject), mix(SIZES[name]!));
    return [(await timed(() => {}, () => client.scrape())) / 1e6];
  },
};
