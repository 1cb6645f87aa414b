// `npm run soak`: a host that works, strangers that do their worst to its metrics, and a real Prometheus that
// scrapes all the while. Ten minutes; one where CI=true; `npm run soak -- --minutes 3` for another time.
//
// Ends with the figures, and with exit code 1 where one of them is not what it should be.

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { eventually, startPrometheus } from '../prometheus-server.ts';
import type { PrometheusServer } from '../prometheus-server.ts';
import type { Found, HostOrder, Look, Started } from './host.ts';
import type { Deeds } from './strangers.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string' } } });
const minutes = Number(values.minutes ?? (process.env['CI'] === 'true' ? 1 : 10));
if (!(minutes > 0)) {
  console.error('usage: npm run soak -- [--minutes N]');
  process.exit(2);
}

/** How many are open when the strangers have gone. */
const MOST_DESCRIPTORS = 60;

/** Metrics whose values belong together, whenever they are looked at. */
const TORN = 'steps_begun_total - steps_ended_total - steps_running';

const host = start('./host.ts', '--expose-gc');
const [started] = (await once(host, 'message')) as [Started];
const directory = mkdtempSync(join(tmpdir(), 'promlet-soak-'));
writeFileSync(join(directory, 'prometheus.yml'), `global: {scrape_interval: 10s, scrape_timeout: 10s}\nscrape_configs: [{job_name: soak, static_configs: [{targets: ['127.0.0.1:${started.metricsPort}']}]}]\n`);
const prometheus = await startPrometheus(directory);
const strangers = start('./strangers.ts');
try {
  await eventually(async () => {
    if ((await prometheus.query('up == 1')).length === 0) throw new Error('Prometheus has not scraped yet');
  });
  strangers.send(started);
  // What is made on demand, such as threads, buffers and compiled code, is there after a while.
  await sleep(Math.min(15_000, minutes * 15_000));
  const before = await ask<Look>(host, 'look');
  const requests = ownRequests(started.workPort);
  const begin = Date.now();
  const looks: Look[] = [];
  while (Date.now() - begin < minutes * 60_000) {
    await sleep(Math.min(10_000, minutes * 10_000));
    looks.push(await ask<Look>(host, 'look'));
    console.log(line(looks.at(-1)!, (Date.now() - begin) / 1000));
  }
  const deeds = await ask<Deeds>(strangers, 'tell');
  const ofPrometheus = await scrapes(prometheus, Math.ceil((Date.now() - begin) / 1000));
  const own = requests.end();
  strangers.kill();
  // Those that were left behind are cut off after ten seconds.
  await sleep(12_000);
  let after = await ask<Look>(host, 'look');
  for (let tries = 0; tries < 20 && after.descriptors >= MOST_DESCRIPTORS; tries++) {
    await sleep(1_000);
    after = await ask<Look>(host, 'look');
  }
  const found = await ask<Found>(host, 'found');
  report({ before, looks, after, deeds, found, own, ofPrometheus });
} finally {
  host.kill();
  strangers.kill();
  await prometheus.stop();
  rmSync(directory, { recursive: true });
}

function start(file: string, ...flags: string[]): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), { execArgv: [...process.execArgv, ...flags] });
}

async function ask<Answer>(child: ChildProcess, order: HostOrder | 'tell'): Promise<Answer> {
  child.send(order);
  const [answer] = (await once(child, 'message')) as [Answer];
  return answer;
}

interface Own {
  readonly requests: number;
  readonly failures: number;
  readonly slowestMs: number;
  readonly p99Ms: number;
}

/** Asks the host for its own work, a hundred times a second, and times it. */
function ownRequests(port: number): { end(): Own } {
  const agent = new Agent({ keepAlive: true });
  const times: number[] = [];
  let failures = 0;
  const timer = setInterval(() => {
    const begin = performance.now();
    request({ host: '127.0.0.1', port, path: '/work', agent }, (response) => {
      response.resume().once('end', () => times.push(performance.now() - begin));
    }).on('error', () => failures++).end();
  }, 10);
  return {
    end() {
      clearInterval(timer);
      agent.destroy();
      times.sort((a, b) => a - b);
      return { requests: times.length, failures, slowestMs: times.at(-1)!, p99Ms: times[Math.floor(times.length * 0.99)]! };
    },
  };
}

interface Scrapes {
  readonly scrapes: number;
  readonly failed: number;
  readonly slowestSeconds: number;
  readonly torn: number;
  readonly goodMissing: number;
}

async function scrapes(server: PrometheusServer, seconds: number): Promise<Scrapes> {
  const first = async (query: string): Promise<number> => (await server.query(query))[0]?.samples[0]?.value ?? NaN;
  const range = `[${seconds}s]`;
  return {
    scrapes: await first(`count_over_time(up${range})`),
    failed: await first(`count_over_time(up${range}) - sum_over_time(up${range})`),
    slowestSeconds: await first(`max_over_time(scrape_duration_seconds${range})`),
    torn: await first(`max_over_time(abs(${TORN})${range.replace(']', ':1s]')})`),
    goodMissing: await first(`sum(count_over_time(up${range})) - sum(sum_over_time(promlet_collector_success{collector="good"}${range}))`),
  };
}

function line({ heapBytes, descriptors, longestDelayMs, distinctLabels }: Look, seconds: number): string {
  return `${seconds.toFixed(0).padStart(5)} s · heap ${megabytes(heapBytes)} · ${descriptors} descriptors · longest delay ${longestDelayMs.toFixed(0)} ms · ${distinctLabels} labels`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

interface Outcome {
  readonly before: Look;
  readonly looks: readonly Look[];
  readonly after: Look;
  readonly deeds: Deeds;
  readonly found: Found;
  readonly own: Own;
  readonly ofPrometheus: Scrapes;
}

function report({ before, looks, after, deeds, found, own, ofPrometheus }: Outcome): void {
  const longest = (field: 'longestDelayMs' | 'longestWorkMs'): number => Math.max(...looks.map((each) => each[field]));
  console.log(`\nWhat strangers did in ${minutes} minutes:`);
  for (const [deed, times] of Object.entries(deeds).sort()) console.log(`  ${times}  ${deed}`);
  console.log('What became of the host:');
  const checks: readonly (readonly [what: string, isRight: boolean])[] = [
    [`increments ${found.increments} made, ${found.counted} found`, found.increments === found.counted],
    [`observations ${found.observed} made, ${found.observationsCounted} found`, found.observed === found.observationsCounted],
    [`writes with ever new labels: ${found.churned} made, ${found.churnCounted} found`, found.churned === found.churnCounted],
    [`heap after garbage collection: ${megabytes(before.heapBytes)} before, ${megabytes(after.heapBytes)} after`, after.heapBytes < before.heapBytes * 1.2 + 4e6],
    [`descriptors: ${before.descriptors} at its height, ${after.descriptors} after`, after.descriptors < MOST_DESCRIPTORS],
    [`longest delay of the event loop: ${longest('longestDelayMs').toFixed(0)} ms, with ${longest('longestWorkMs').toFixed(0)} ms of work`, longest('longestWorkMs') < 1_000],
    [`own requests: ${own.requests}, ${own.failures} failed; slowest ${own.slowestMs.toFixed(0)} ms, 99th percentile ${own.p99Ms.toFixed(1)} ms`, own.failures === 0],
    [`Prometheus: ${ofPrometheus.scrapes} scrapes, ${ofPrometheus.failed} failed; slowest ${ofPrometheus.slowestSeconds.toFixed(2)} s`, ofPrometheus.failed === 0],
    [`the good collector was missing in ${ofPrometheus.goodMissing} scrapes`, ofPrometheus.goodMissing === 0],
    [`metrics that belong together were apart by ${ofPrometheus.torn} at most`, ofPrometheus.torn === 0],
  ];
  for (const [what, isRight] of checks) console.log(`  ${isRight ? 'ok    ' : 'WRONG '}  ${what}`);
  if (checks.some(([, isRight]) => !isRight)) process.exitCode = 1;
}
