// How does a scrape compare with the clients of other languages? Milliseconds of processor time per scrape,
// on one core each, for the same registry.

import { fileURLToPath } from 'node:url';

import { promlet } from './clients/promlet.ts';
import { measureEach } from './harness.ts';
import type { Case, Question } from './harness.ts';
import { ask, PEERS } from './peers/index.ts';
import type { Directories, Peer } from './peers/index.ts';
import { assertSameSamples, readSamples } from './reader.ts';
import { build, expositionOf } from './registries.ts';
import { SERIALISED } from './workloads.ts';

const CASES: readonly string[] = ['10 000 counters, 2 labels', '1 000 histograms, 14 000 lines', 'mix of 24 000 lines'];

// This file runs compiled, two levels below the sources.
const DIRECTORIES: Directories = {
  sources: fileURLToPath(new URL('../../peers', import.meta.url)),
  builds: fileURLToPath(new URL('../peers', import.meta.url)),
};

export const languages: Question = {
  name: 'languages',
  asks: 'How long does a scrape take beside clients of other languages, from registry to bytes, on one core each?',
  unit: 'ms',
  nodeFlags: ['--single-threaded-gc'],

  cases({ isQuick }): readonly Case[] {
    return CASES.slice(0, isQuick ? 2 : undefined).map((name) => ({ name, subjects: [promlet.name, ...PEERS.map((peer) => peer.name)] }));
  },

  async check(name, subject) {
    const peer = peerNamed(subject);
    if (peer === undefined) return;
    const workload = SERIALISED[name]!();
    const rounds = 2;
    const model = await build(promlet, workload);
    for (let i = 0; i < rounds; i++) model.change();
    const expected = readSamples(await expositionOf(model));
    const got = readSamples(ask(peer, DIRECTORIES, 'dump', rounds, workload));
    if (peer.hasOwnBuckets === true) {
      if (got.size !== expected.size) throw new Error(`${subject}: ${got.size} samples instead of ${expected.size}`);
      assertSameSamples(subject, withoutBuckets(got), withoutBuckets(expected));
    } else assertSameSamples(subject, got, expected);
  },

  async measure(name, subject, scale) {
    const workload = SERIALISED[name]!();
    const peer = peerNamed(subject);
    const built = await build(promlet, workload);
    const samples =
      peer === undefined
        ? await measureEach(built.change, () => built.client.scrape(), scale)
        : (JSON.parse(ask(peer, DIRECTORIES, 'measure', scale.budgetMs, workload)) as number[]);
    return samples.map((ns) => ns / 1e6);
  },
};

function peerNamed(subject: string): Peer | undefined {
  return PEERS.find(({ name }) => name === subject);
}

function withoutBuckets(samples: ReadonlyMap<string, number>): Map<string, number> {
  return new Map([...samples].filter(([key]) => !key.includes('_bucket{')));
}
