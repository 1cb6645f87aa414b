// The demo's jobs: small pieces of real work with what Node has built in. They know nothing of metrics.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as rest } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

import { packagePath } from './package.ts';

/** A kind of work: a skill, as the exporter calls it. */
export interface Job {
  readonly skillName: string;
  readonly workflowPhase: string;
  /** How many steps it usually takes. */
  readonly steps: number;
  readonly step: Step;
}

/** A millisecond of work or less. Throws by itself if its material is damaged. */
export type Step = (isDamaged: boolean) => void | Promise<void>;

/** The pause between two steps, so that a job takes a while, as real ones do, and next to no processor time. */
const REST_MS = 40;

/** The jobs, from one that takes an instant to one that takes seconds. */
export function makeJobs(): readonly Job[] {
  const dashboard = readFileSync(packagePath('lib/ops/dashboard.json'), 'utf8');
  const rules = readFileSync(packagePath('lib/ops/alerts.yml'), 'utf8');
  const bytes = Buffer.alloc(512 * 1024, dashboard);
  const digest = sha256(bytes);
  const compress = promisify(gzip);
  const expand = promisify(gunzip);
  return [
    {
      skillName: 'parse',
      workflowPhase: 'setup',
      steps: 2,
      step: (isDamaged) => void JSON.parse(isDamaged ? dashboard.slice(0, -2) : dashboard),
    },
    {
      skillName: 'search',
      workflowPhase: 'execution',
      steps: 12,
      step: (isDamaged) => {
        const wanted = isDamaged ? /alert: \w+NotThere$/m : /alert: \w+Down$/m;
        if (!wanted.test(rules)) throw new Error(`${wanted} is not in alerts.yml`);
      },
    },
    {
      skillName: 'hash',
      workflowPhase: 'validation',
      steps: 35,
      step: (isDamaged) => {
        if (sha256(isDamaged ? bytes.subarray(1) : bytes) !== digest) throw new Error('the hash differs');
      },
    },
    {
      skillName: 'compress',
      workflowPhase: 'execution',
      steps: 100,
      step: async (isDamaged) => {
        const packed = await compress(rules);
        if (isDamaged) packed[packed.length - 8]! ^= 1; // the checksum, which `expand` compares
        await expand(packed);
      },
    },
  ];
}

/**
 * Does a job of so many steps. Step number `damagedStep`, if there is one, finds its material damaged.
 *
 * @throws what a step throws, and an `AbortError` once the signal is aborted
 */
export async function doJob(step: Step, steps: number, damagedStep: number, signal: AbortSignal): Promise<void> {
  for (let done = 0; done < steps; done++) {
    await step(done === damagedStep);
    await rest(REST_MS, undefined, { signal });
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
