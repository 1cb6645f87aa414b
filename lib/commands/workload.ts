// The demo's users: sessions that come and go, and do one job after another. All of it is recorded.

import { setTimeout as pause } from 'node:timers/promises';

import type { PrometheusExporter } from '../exporter.ts';
import { doJob, makeJobs } from './jobs.ts';
import type { Job } from './jobs.ts';
import { RecentRuns } from './recent-runs.ts';

/** How many sessions there can be at once. */
const SEATS = 4;
/** How often the completion rates are updated, in milliseconds; once a minute is enough for a real host. */
const RATE_INTERVAL_MS = 1_000;

/** Sessions at work, and what they have done so far. */
export class Workload {
  activeSessions = 0;
  jobs = 0;
  failures = 0;
  anomalies = 0;
  /** Such as `search, 0.52 s`; empty before the first job has ended. */
  lastJob = '';

  readonly #exporter: PrometheusExporter;
  readonly #signal: AbortSignal;
  readonly #random: () => number;
  readonly #jobs = makeJobs();
  readonly #recent = new Map(this.#jobs.map(({ skillName }) => [skillName, new RecentRuns()]));

  /** @param random - From 0 to 1, without 1. */
  constructor(exporter: PrometheusExporter, signal: AbortSignal, random: () => number = Math.random) {
    this.#exporter = exporter;
    this.#signal = signal;
    this.#random = random;
  }

  /** Runs sessions until the signal is aborted; then it resolves. */
  async run(): Promise<void> {
    this.#exporter.every(RATE_INTERVAL_MS, () => this.#updateCompletionRates());
    try {
      await Promise.all(Array.from({ length: SEATS }, (_, seat) => this.#seat(seat)));
    } catch (error) {
      // Every pause rejects when the signal is aborted.
      if (!this.#signal.aborted) throw error;
    }
  }

  // One session after another, with a pause in between; at first the seats fill one by one.
  async #seat(number: number): Promise<void> {
    await this.#pause(number * 3_000);
    for (;;) {
      this.#exporter.updateActiveSessions(++this.activeSessions);
      await this.#session();
      this.#exporter.updateActiveSessions(--this.activeSessions);
      await this.#pause(this.#between(3_000, 15_000));
    }
  }

  async #session(): Promise<void> {
    // Some sessions have damaged material for one skill, so that its completion rate falls and recovers.
    const unlucky = this.#isOneIn(3) ? this.#pick() : undefined;
    let job = this.#jobs[0]!; // the setup comes first
    for (let left = this.#between(4, 12); left > 0; left--, job = this.#pick()) {
      await this.#do(job, this.#isOneIn(job === unlucky ? 1.5 : 12));
      await this.#pause(this.#between(200, 1_200));
    }
  }

  async #do({ skillName, workflowPhase, steps, step }: Job, isToFail: boolean): Promise<void> {
    // Most take about as long as usual; now and then there is far more to do, or hardly anything.
    const share = this.#isOneIn(12) ? 5 : this.#isOneIn(12) ? 0.1 : this.#between(0.5, 1.5);
    const actual = Math.ceil(steps * share);
    const damagedStep = isToFail ? Math.floor(this.#random() * actual) : -1;
    const begin = performance.now();
    const completed = await this.#exporter
      .trackInvocation(skillName, workflowPhase, () => doJob(step, actual, damagedStep, this.#signal))
      .then(() => true, () => false);
    this.#note(skillName, completed, (performance.now() - begin) / 1000);
  }

  #note(skillName: string, completed: boolean, durationSeconds: number): void {
    this.jobs++;
    if (!completed) this.failures++;
    this.lastJob = `${skillName}, ${durationSeconds.toFixed(2)} s${completed ? '' : ', failed'}`;
    const anomaly = this.#recent.get(skillName)!.add(completed, durationSeconds);
    if (anomaly === undefined) return;
    this.anomalies++;
    this.#exporter.recordAnomaly(anomaly, skillName);
  }

  #updateCompletionRates(): void {
    for (const [skillName, { completionRate }] of this.#recent) {
      if (completionRate !== undefined) this.#exporter.updateCompletionRate(skillName, completionRate);
    }
  }

  #pause(ms: number): Promise<void> {
    return pause(ms, undefined, { signal: this.#signal });
  }

  #between(low: number, high: number): number {
    return low + this.#random() * (high - low);
  }

  #isOneIn(times: number): boolean {
    return this.#random() * times < 1;
  }

  #pick(): Job {
    return this.#jobs[Math.floor(this.#random() * this.#jobs.length)]!;
  }
}
