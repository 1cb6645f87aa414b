// How many scrapes does one process answer? Requests a second over HTTP, four connections that always ask.

import { clientNamed, compared } from './clients/index.ts';
import type { Case, Question } from './harness.ts';
import { startHost } from './host.ts';
import { build } from './registries.ts';
import { mix } from './workloads.ts';

const SIZES: Readonly<Record<string, number>> = { '96 lines': 96, '24 000 lines': 24_000, '230 000 lines': 230_000 };

export const http: Question = {
  name: 'http',
  asks: 'How many scrapes a second does one process answer over HTTP, four connections asking all the time?',
  unit: 'requests/s',
  better: 'higher',
  nodeFlags: ['--max-old-space-size=8192'],

  cases(scale): readonly Case[] {
    const names = scale.isQuick ? ['24 000 lines'] : Object.keys(SIZES);
    return names.map((name) => ({ name, subjects: compared(scale), rounds: 1 }));
  },

  async measure(name, subject) {
    const { client } = await build(clientNamed(subject), mix(SIZES[name]!));
    const host = await startHost((request, response) => client.handle(request, response));
    const order = { isGzip: false, connections: 4, forMs: 400 };
    await host.scrape({ ...order, connections: 2 });
    const samples: number[] = [];
    for (let i = 0; i < 2; i++) {
      const { answers, tookMs } = await host.scrape(order);
      samples.push((answers * 1_000) / tookMs);
    }
    host.close();
    return samples;
  },
};
