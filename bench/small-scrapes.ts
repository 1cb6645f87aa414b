// How many small scrapes does one process answer? Scrapes a second of 96 lines over HTTP, by the handler that each
// client's users have, for one scraper that keeps its connection.

import { clientNamed, compared } from './clients/index.ts';
import { processorNs } from './harness.ts';
import type { Case, Question } from './harness.ts';
import { startHost } from './host.ts';
import { build, buildChanged } from './registries.ts';
import { assertSame, ROUNDS } from './same.ts';
import { mix } from './workloads.ts';

const LINES = '96 lines';
const PROCESSOR_TIME = ', processor time of the host for each';
// The handlers, and what they call of Node, get faster for some thousands of scrapes.
const WARM_UPS = 5_000;
const SCRAPES = 2_000;

export const smallScrapes: Question = {
  name: 'small-scrapes',
  asks: 'How many scrapes a second of 96 lines does one process answer over HTTP, one scraper asking all the time?',
  unit: 'scrapes/s',
  better: 'higher',
  nodeFlags: ['--single-threaded-gc'],

  cases: (scale): readonly Case[] => [
    {
      name: LINES,
      subjects: compared(scale),
      rounds: scale.isQuick ? 1 : 5,
      isOnEachEngine: true,
      kinds: { [PROCESSOR_TIME]: { unit: 'us', better: 'lower' } },
    },
  ],

  /** What arrives has the same samples, and is as long to within a tenth: bytes that differ are spelling. */
  async check(_name, subject) {
    const workload = mix(96);
    const [own, other] = await Promise.all(
      ['promlet', subject].map(async (each) => {
        const { client } = await buildChanged(clientNamed(each), workload, ROUNDS);
        const host = await startHost((request, response) => client.handle(request, response));
        const report = await host.scrape({ wantsText: true });
        host.close();
        return report;
      }),
    );
    await assertSame(subject, other!.text!, workload);
    if (Math.abs(other!.bytes / own!.bytes - 1) > 0.1) throw new Error(`${subject}: ${other!.bytes} bytes, promlet's are ${own!.bytes}`);
  },

  async measure(_name, subject) {
    const { client } = await build(clientNamed(subject), mix(96));
    const host = await startHost((request, response) => client.handle(request, response));
    await host.scrape({ times: WARM_UPS });
    const begin = processorNs();
    const { answers, tookMs } = await host.scrape({ times: SCRAPES });
    const spentNs = processorNs() - begin;
    host.close();
    return { '': [(answers * 1_000) / tookMs], [PROCESSOR_TIME]: [spentNs / 1e3 / answers] };
  },
};
