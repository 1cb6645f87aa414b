// How many small scrapes does one process answer? Scrapes a second of 96 lines over HTTP, by the handler that each
// client's users have, for one scraper that keeps its connection.

import assert from 'node:assert/strict';

import { clientNamed, compared } from './clients/index.ts';
import { processorNs } from './harness.ts';
import type { Case, Question } from './harness.ts';
import { startHost } from './host.ts';
import { build, buildChanged } from './registries.ts';
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

  /** What arrives are the same lines; only the order of lines and of labels is the client's own, and blank lines. */
  async check(_name, subject) {
    const [own, other] = await Promise.all(['promlet', subject].map(async (each) => linesOf(await sentBy(each))));
    assert.deepEqual(other, own, subject);
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

async function sentBy(subject: string): Promise<string> {
  const { client } = await buildChanged(clientNamed(subject), mix(96), 2);
  const host = await startHost((request, response) => client.handle(request, response));
  const { text } = await host.scrape({ wantsText: true });
  host.close();
  return text!;
}

function linesOf(text: string): string[] {
  const inOrder = (labels: string): string => labels.split(',').sort().join();
  return text.split('\n').filter((line) => line !== '').map((line) => line.replace(/(?<=\{).*(?=\})/, inOrder)).sort();
}
