// How does a scrape compare with the clients of other languages? Milliseconds of processor time per scrape,
// on one core each, for the same registry.

import { promlet } from './clients/promlet.ts';
import { measureEach } from './harness.ts';
import type { Case, Question } from './harness.ts';
import { ask, PEERS } from './peers/index.ts';
import type { Peer } from './peers/index.ts';
import { build } from './registries.ts';
import { assertSame, ROUNDS } from './same.ts';
import { BESIDE_LANGUAGES, SERIALISED } from './workloads.ts';

export const languages: Question = {
  name: 'languages',
  asks: 'How long does a scrape take beside clients of other languages, from registry to bytes, on one core each?',
  unit: 'ms',
  nodeFlags: ['--single-threaded-gc'],

  cases({ isQuick }): readonly Case[] {
    return [...BESIDE_LANGUAGES, ...(isQuick ? [] : ['mix of 24 000 lines'])].map((name) => ({ name, subjects: [promlet.name, ...PEERS.map((peer) => peer.name)] }));
  },

  async check(name, subject) {
    const peer = peerNamed(subject);
    if (peer === undefined) return;
    const workload = SERIALISED[name]!();
    const got = ask(peer, 'dump', ROUNDS, workload);
    await assertSame(peer.name, got, workload);
  },

  async measure(name, subject, scale) {
    const workload = SERIALISED[name]!();
    const peer = peerNamed(subject);
    const built = await build(promlet, workload);
    const samples =
      peer === undefined
        ? await measureEach(built.change, () => built.client.scrape(), scale)
        : (JSON.parse(ask(peer, 'measure', scale.budgetMs, workload)) as number[]);
    return samples.map((ns) => ns / 1e6);
  },
};

function peerNamed(subject: string): Peer | undefined {
  return PEERS.find(({ name }) => name === subject);
}
