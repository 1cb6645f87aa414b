// What does one scrape for all processes of a service cost? A primary and four workers, each with a registry of its
// own, added up by the client's own means: the time until all is text, the longest stall of any of the processes, and
// the memory of the one that adds up.

import cluster from 'node:cluster';
import type { Worker } from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { clientNamed } from './clients/index.ts';
import type { ClusteredCommand, ClusteredOrder, ClusteredReport } from './clustered.ts';
import { aggregator } from './clustering.ts';
import { longestOwn, watchLoop } from './loop.ts';
import type { Gap } from './loop.ts';
import { readSamples } from './reader.ts';
import { buildChanged, expositionOf } from './registries.ts';
import type { Case, Question } from './harness.ts';
import { mix } from './workloads.ts';

const WORKERS = 4;
/** So many lines that all figures are those of one round, and small enough to compare sample by sample. */
const COMPARED = 2_400;
const SIZES: Readonly<Record<string, number>> = { '4 workers of 24 000 lines': 24_000, '4 workers of 100 000 lines': 100_000 };
const STALL = ', longest stall of any process';
const OWN = ', longest stall, processor time without what others took';
const MEMORY = ', memory of the process that adds up';

export const clusterQuestion: Question = {
  name: 'cluster',
  asks: 'What does one scrape for all processes of a service cost, from the question until all is text?',
  unit: 'ms',
  nodeFlags: ['--max-old-space-size=8192'],

  cases({ isQuick }): readonly Case[] {
    const subjects = ['promlet', 'prom-client', '@prometheus-io/client'];
    const kinds = { [MEMORY]: { unit: 'MB', better: 'lower' } } as const;
    return Object.keys(SIZES).slice(isQuick ? 1 : 0).map((name) => ({ name, subjects, rounds: 1, kinds }));
  },

  async check(_name, subject) {
    const service = await start(subject, COMPARED);
    await service.tell('change');
    const got = [...readSamples(await service.scrape())].filter(([key]) => !key.startsWith('promlet_'));
    await service.stop();
    const expected = readSamples(await expositionOf(await buildChanged(clientNamed('promlet'), mix(COMPARED), 1)));
    if (got.length !== expected.size) throw new Error(`${subject}: ${got.length} samples instead of ${expected.size}`);
    for (const [key, value] of got) {
      const sum = WORKERS * (expected.get(key) ?? NaN);
      if (!(Math.abs(value - sum) <= 1e-9 * Math.abs(sum))) throw new Error(`${subject}: ${key} is ${value}, expected ${sum}`);
    }
  },

  async measure(name, subject, { isQuick }) {
    const service = await start(subject, SIZES[name]!);
    const [warmUps, repetitions] = isQuick ? [2, 3] : [3, 7];
    const found: Record<string, number[]> = { '': [], [STALL]: [], [OWN]: [], [MEMORY]: [] };
    for (let i = -warmUps; i < repetitions; i++) {
      await service.tell('change');
      await service.tell('watch');
      const stop = watchLoop();
      const begin = performance.now();
      await service.scrape();
      const took = performance.now() - begin;
      const gaps = [stop(), ...(await service.tell('report'))];
      if (i < 0) continue;
      found['']!.push(took);
      found[STALL]!.push(Math.max(...gaps.flat().map(({ ms }) => ms)));
      found[OWN]!.push(Math.max(...gaps.map((each) => longestOwn(each, []))));
      found[MEMORY]!.push(process.memoryUsage.rss() / 1e6);
    }
    await service.stop();
    return found;
  },
};

interface Service {
  /** Tells each worker; the gaps of each, where it was asked for them. */
  tell(command: ClusteredCommand): Promise<(readonly Gap[])[]>;
  scrape(): Promise<string>;
  stop(): Promise<void>;
}

async function start(subject: string, lines: number): Promise<Service> {
  const group = `bench-${process.pid}-${lines}-${Math.random()}`;
  const { scrape, stop } = await aggregator(subject, group);
  cluster.setupPrimary({ exec: fileURLToPath(new URL('./clustered.js', import.meta.url)), args: [JSON.stringify({ subject, lines, group } satisfies ClusteredOrder)], execArgv: ['--max-old-space-size=8192'] });
  const workers = Array.from({ length: WORKERS }, () => cluster.fork());
  await Promise.all(workers.map(reported));
  return {
    tell(command) {
      const answers = workers.map(reported);
      for (const worker of workers) worker.send(command);
      return Promise.all(answers);
    },
    scrape,
    async stop() {
      await stop();
      const ended = workers.map((worker) => once(worker, 'exit'));
      for (const worker of workers) worker.kill('SIGKILL');
      await Promise.all(ended);
    },
  };
}

/** What the worker says next to the benchmark; clients have messages of their own. */
function reported(worker: Worker): Promise<readonly Gap[]> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.off('message', listen).off('exit', end);
      act();
    };
    const end = (code: number): void => settle(() => reject(new Error(`a worker ended with ${code}`)));
    const listen = (message: Partial<ClusteredReport>): void => {
      if (message.gaps !== undefined) settle(() => resolve(message.gaps!));
    };
    worker.on('message', listen).on('exit', end);
  });
}
