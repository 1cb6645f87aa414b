// A rolling restart of eight workers under load, twice around, before a real Prometheus: the counters never fall, so
// that `rate` sees no reset, and what Prometheus has at the end is what was counted.
//
// rolling.ts [PROMETHEUS], where another than the one on the path is to be asked.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { eventually, startPrometheus } from '../../spec/prometheus-server.ts';
import { service } from './service.ts';
import type { Member } from './service.ts';

const WORKERS = 8;
const ROUNDS = 2;

const directory = mkdtempSync(join(tmpdir(), 'promlet-rolling-'));
if (process.argv[2] !== undefined) {
  symlinkSync(resolve(process.argv[2]), join(directory, 'prometheus'));
  process.env['PATH'] = directory + delimiter + process.env['PATH'];
}
const shop = await service();
const config = ['scrape_configs:', '  - job_name: shop', '    scrape_interval: 1s', `    static_configs: [{ targets: ['127.0.0.1:${shop.port}'] }]`];
writeFileSync(join(directory, 'prometheus.yml'), `${config.join('\n')}\n`);
const prometheus = await startPrometheus(directory);
let workers: Member[] = [];
let counted = 0;

try {
  for (let i = 0; i < WORKERS; i++) workers.push(await shop.start('cluster'));
  const total = async (): Promise<number> => (await prometheus.query('sum(jobs_total)'))[0]?.samples[0]?.value ?? 0;
  await eventually(async () => assert.ok((await total()) > 0));
  for (let round = 0; round < ROUNDS; round++) {
    for (const old of workers.slice()) {
      const next = await shop.start('cluster');
      await old.end('leave');
      counted += old.counted();
      workers = [...workers.filter((worker) => worker !== old), next];
      await sleep(500);
    }
  }
  for (const worker of workers) await worker.rest();
  const done = counted + workers.reduce((sum, worker) => sum + worker.counted(), 0);
  await eventually(async () => assert.equal(await total(), done));
  const [resets] = await prometheus.query('sum(resets(jobs_total[10m])) + sum(resets(job_seconds_count[10m])) + sum(resets(job_seconds_bucket[10m])) + sum(resets(job_size_bytes_count[10m]))');
  assert.equal(resets!.samples[0]!.value, 0, 'a counter fell');
  const [failed] = await prometheus.query('count_over_time(up[10m]) - sum_over_time(up[10m])');
  const [falls] = await prometheus.query('max_over_time(members[10m])');
  console.log(`· ${ROUNDS * WORKERS} workers replaced; ${done} jobs done and found in Prometheus, no reset; ${failed!.samples[0]!.value} scrapes failed; at most ${falls!.samples[0]!.value} members at once`);
} finally {
  for (const worker of workers) await worker.kill();
  await prometheus.stop();
  shop.remove();
  rmSync(directory, { recursive: true, force: true });
}
process.exit(0);
