// For how long does a scrape keep the event loop from anything else? Milliseconds, the longest delay during
// one scrape over HTTP.

import type { Host } from './host.ts';
import { startHost } from './host.ts';
import { clientNamed, CLIENTS } from './clients/index.ts';
import type { Case, Question } from './harness.ts';
import { assertSame, ROUNDS } from './same.ts';
import { build, buildChanged, expositionOf } from './registries.ts';
import type { Built } from './registries.ts';
import { mix } from './workloads.ts';

const LARGE = 500_000;
/** A server that has all bytes ready: what the socket and the machine alone cost. */
const FLOOR = 'floor';
const GZIP = ', gzip';
const SIZES: Readonly<Record<string, number>> = { '24 000 lines': 24_000, '230 000 lines': 230_000, '1 000 000 lines': 1_000_000 };

export const stall: Question = {
  name: 'stall',
  asks: 'For how long does one scrape over HTTP keep the event loop of its host from anything else?',
  unit: 'ms',
  nodeFlags: ['--max-old-space-size=8192'],

  cases({ isQuick }): readonly Case[] {
    const clients = CLIENTS.map((client) => client.name);
    const names = Object.keys(SIZES).filter((_, i) => !isQuick || i === 1);
    return names.flatMap((name) => {
      // A scrape of a million lines takes most peers ten seconds: one stands for them.
      const compared = isQuick || linesOf(name) > LARGE ? clients.slice(0, 2) : clients;
      return [
        { name, subjects: [...compared, FLOOR], rounds: 1 },
        // The others leave compression to what stands before them.
        { name: `${name}${GZIP}`, subjects: clients.slice(0, 1), rounds: 1 },
      ];
    });
  },

  async check(name, subject) {
    const workload = mix(linesOf(name));
    if (subject === FLOOR || workload.lines > 100_000) return;
    const { client } = await buildChanged(clientNamed(subject), workload, ROUNDS);
    const host = await startHost((request, response) => client.handle(request, response));
    const { text } = await host.scrape({ isGzip: name.endsWith(GZIP), connections: 1, forMs: 0, wantsText: true });
    host.close();
    await assertSame(subject, text!, workload);
  },

  async measure(name, subject, { isQuick }) {
    const built = await build(clientNamed(subject === FLOOR ? 'promlet' : subject), mix(linesOf(name)));
    const host = await startHost(subject === FLOOR ? await readyMade(built) : (request, response) => built.client.handle(request, response));
    const [warmUps, repetitions] = isQuick || linesOf(name) > LARGE ? [1, 2] : [2, 5];
    const samples: number[] = [];
    for (let i = -warmUps; i < repetitions; i++) {
      built.change();
      const delay = await longestDelay(host, name.endsWith(GZIP));
      if (delay === undefined) return [];
      if (i >= 0) samples.push(delay);
    }
    host.close();
    return samples;
  },
};

function linesOf(name: string): number {
  return SIZES[name.replace(GZIP, '')]!;
}

async function readyMade(built: Built): Promise<Parameters<typeof startHost>[0]> {
  const bytes = Buffer.from(await expositionOf(built));
  return (_request, response) => response.writeHead(200, { 'Content-Length': bytes.length }).end(bytes);
}

/** The longest time between two turns of the event loop; `undefined` where the answer was not compressed. */
async function longestDelay(host: Host, isGzip: boolean): Promise<number | undefined> {
  let longest = 0;
  let isOver = false;
  let last = performance.now();
  const tick = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(tick);
  };
  setImmediate(tick);
  const { wasGzip } = await host.scrape({ isGzip, connections: 1, forMs: 0 });
  isOver = true;
  return wasGzip === isGzip ? longest : undefined;
}
