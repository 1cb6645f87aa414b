// For how long does a scrape keep the event loop from anything else? Milliseconds, the longest time between two
// turns of the loop during one scrape over HTTP: as it was, and without the collections in it.

import { certificate, hasOpenssl } from './certificate.ts';
import { clientNamed, compared } from './clients/index.ts';
import type { Case, Question } from './harness.ts';
import { listening } from './host.ts';
import type { Handle } from './host.ts';
import { build, buildChanged, expositionOf } from './registries.ts';
import type { Built } from './registries.ts';
import { assertSame, ROUNDS } from './same.ts';
import { scrape } from './scraping.ts';
import { stalls } from './watching.ts';
import { mix } from './workloads.ts';

const LARGE = 500_000;
/** A server that has all bytes ready: what the socket and the machine alone cost. */
const FLOOR = 'floor';
const GZIP = ', gzip';
const TLS = ', TLS';
const SIZES: Readonly<Record<string, number>> = { '24 000 lines': 24_000, '230 000 lines': 230_000, '1 000 000 lines': 1_000_000 };

export const stall: Question = {
  name: 'stall',
  asks: 'For how long does one scrape over HTTP keep the event loop of its host from anything else?',
  unit: 'ms',
  nodeFlags: ['--max-old-space-size=8192'],

  cases(scale): readonly Case[] {
    const clients = compared(scale);
    if (scale.isQuick) return [{ name: '24 000 lines', subjects: clients, rounds: 1 }];
    return Object.keys(SIZES).flatMap((name) => [
      // A scrape of a million lines takes most peers ten seconds: one stands for them.
      { name, subjects: [...(linesOf(name) > LARGE ? clients.slice(0, 2) : clients), FLOOR], rounds: 1 },
      // The others leave compression to what stands before them.
      { name: `${name}${GZIP}`, subjects: clients.slice(0, 1), rounds: 1 },
      ...(linesOf(name) > LARGE && hasOpenssl() ? [{ name: `${name}${TLS}`, subjects: [...clients.slice(0, 1), FLOOR], rounds: 1 }] : []),
    ]);
  },

  async check(name, subject) {
    const workload = mix(linesOf(name));
    if (subject === FLOOR || workload.lines > 100_000) return;
    const { client } = await buildChanged(clientNamed(subject), workload, ROUNDS);
    const { port, close } = await listening((request, response) => client.handle(request, response));
    const { text } = await scrape({ port, isGzip: name.endsWith(GZIP), wantsText: true });
    close();
    await assertSame(subject, text!, workload);
  },

  async serve(name, subject) {
    const built = await build(clientNamed(subject === FLOOR ? 'promlet' : subject), mix(linesOf(name)));
    const handle = subject === FLOOR ? await readyMade(built) : (...both: Parameters<Handle>) => built.client.handle(...both);
    return {
      listen: async () => (await listening(handle, name.endsWith(TLS) ? certificate() : undefined)).port,
      change: () => built.change(),
    };
  },

  async measure(name, subject) {
    const how = { isGzip: name.endsWith(GZIP), isTls: name.endsWith(TLS) };
    const isSlow = linesOf(name) > LARGE && subject !== 'promlet' && subject !== FLOOR;
    // As many lines for each, until the engine's compilers are done with the writer.
    const warmUps = Math.ceil(240_000 / linesOf(name));
    return stalls({ question: 'stall', name, subject }, how, isSlow ? { warmUps, repetitions: 2 } : { warmUps: Math.max(2, warmUps), repetitions: 5 });
  },
};

function linesOf(name: string): number {
  return SIZES[name.replace(GZIP, '').replace(TLS, '')]!;
}

async function readyMade(built: Built): Promise<Handle> {
  const bytes = Buffer.from(await expositionOf(built));
  return (_request, response) => response.writeHead(200, { 'Content-Length': bytes.length }).end(bytes);
}
