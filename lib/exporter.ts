// The ready exporter for skill runs: five metrics, a server for them, and the calls that a host makes. The
// composition root; it does nothing with metrics that a program of your own could not do.

import { show } from './core/errors.ts';
import { Registry } from './core/registry.ts';
import type { RegistryOptions } from './core/registry.ts';
import { serve } from './http.ts';
import type { MetricsServer, ServeOptions } from './http.ts';
import { Counter } from './metrics/counter.ts';
import { Gauge } from './metrics/gauge.ts';
import { Histogram } from './metrics/histogram.ts';
import { checkPort } from './scraping/port.ts';

export interface ExporterOptions extends RegistryOptions, ServeOptions {
  /** 1 to 65535, or 0 for any free port. @default 9090 */
  readonly port?: number;
  /** The address to listen on; `127.0.0.1` keeps the metrics on this machine. @default all interfaces */
  readonly host?: string;
  /** Told of errors in the functions given to `every`, and in scrapes. What it throws is dropped. @default `console.error`, of `every` alone */
  readonly onError?: (error: unknown) => void;
}

/** One run of a skill. */
export interface Invocation {
  readonly skillName: string;
  /** Where in the workflow it ran. Null, undefined or empty becomes `unknown`. */
  readonly workflowPhase?: string | null | undefined;
  readonly completed: boolean;
  /** Seconds. Null or undefined: the run is counted, and no duration observed. */
  readonly durationSeconds?: number | null | undefined;
}

/** Seconds; skills take from an instant to minutes. */
const DURATION_BUCKETS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300];

/** Counts and times skill runs, and serves the figures to Prometheus. */
export class PrometheusExporter {
  /** Holds the five metrics; register more of your own. */
  readonly registry: Registry;

  readonly #serveOptions: ServeOptions;
  readonly #onError: (error: unknown) => void;
  readonly #invocations: Counter<'skill_name' | 'workflow_phase' | 'completed'>;
  readonly #durations: Histogram<'skill_name' | 'workflow_phase'>;
  readonly #completionRate: Gauge<'skill_name'>;
  readonly #activeSessions: Gauge;
  readonly #anomalies: Counter<'anomaly_type' | 'skill_name'>;
  readonly #timers = new Set<NodeJS.Timeout>();
  #server: MetricsServer | undefined;
  #changing: Promise<void> = Promise.resolve();

  /** @throws {RangeError} where the port is not one */
  constructor(options: ExporterOptions = {}) {
    const { labels, onWarning, port = 9090, ...serveOptions } = options;
    checkPort(port);
    this.#serveOptions = { title: 'Skill metrics', selfMetrics: 'collectors', ...serveOptions, port };
    this.#onError = options.onError ?? ((error) => console.error(error));
    this.registry = new Registry({ ...(labels && { labels }), ...(onWarning && { onWarning }) });
    this.#invocations = this.registry.register(
      new Counter({
        name: 'skill_invocations_total',
        help: 'Skill runs, by skill, phase of the workflow, and whether they were completed.',
        labelNames: ['skill_name', 'workflow_phase', 'completed'],
      }),
    );
    this.#durations = this.registry.register(
      new Histogram({
        name: 'skill_duration_seconds',
        help: 'How long skill runs took, in seconds.',
        labelNames: ['skill_name', 'workflow_phase'],
        buckets: DURATION_BUCKETS,
      }),
    );
    this.#completionRate = this.registry.register(
      new Gauge({
        name: 'skill_completion_rate',
        help: 'Share of the runs of a skill that were completed, from 0.0 to 1.0.',
        labelNames: ['skill_name'],
      }),
    );
    this.#activeSessions = this.registry.register(
      new Gauge({ name: 'active_sessions_total', help: 'Sessions that are active now.' }),
    );
    this.#anomalies = this.registry.register(
      new Counter({
        name: 'anomalies_detected_total',
        help: 'Anomalies detected in skill runs, by type: drop, spike, pattern_shift and others.',
        labelNames: ['anomaly_type', 'skill_name'],
      }),
    );
  }

  /** Where it can be reached, such as `http://localhost:9090`; the metrics are at `/metrics` there. Undefined while it is stopped. */
  get url(): string | undefined {
    return this.#server?.url;
  }

  isRunning(): boolean {
    return this.#server !== undefined;
  }

  /**
   * Starts serving, and resolves when the port listens. Does nothing where it is running already. The counts
   * of earlier starts are kept; what `every` began before a `stop` has to be begun again.
   *
   * @throws an `Error` with the system's `code`, and a message that says what to do, where the port is taken
   */
  start(): Promise<void> {
    return this.#next(async () => {
      this.#server ??= await serve(this.registry, this.#serveOptions);
    });
  }

  /** Stops serving and all that `every` began. Resolves when the port is free. It can be started again. */
  stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers.clear();
    return this.#next(async () => {
      const server = this.#server;
      this.#server = undefined;
      await server?.close();
    });
  }

  /** `await using exporter = await createExporter()` stops it where its scope ends. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /**
   * Counts one run, and observes how long it took. A duration of `NaN` is ignored, counted and warned of
   * once; the run is counted all the same.
   *
   * @param durationSeconds - Null or undefined: nothing is observed.
   */
  recordInvocation(invocation: Invocation): void;
  recordInvocation(
    skillName: string,
    workflowPhase: string | null | undefined,
    completed: boolean,
    durationSeconds?: number | null,
  ): void;
  recordInvocation(
    first: Invocation | string,
    phase?: string | null,
    done = false,
    seconds?: number | null,
  ): void {
    const { skillName, workflowPhase, completed, durationSeconds }: Invocation =
      typeof first === 'object' ? first : { skillName: first, workflowPhase: phase, completed: done, durationSeconds: seconds };
    const run = { skill_name: skillName, workflow_phase: workflowPhase || 'unknown' };
    this.#invocations.inc({ ...run, completed: Boolean(completed) });
    if (durationSeconds !== null && durationSeconds !== undefined) this.#durations.observe(run, durationSeconds);
  }

  /**
   * Runs the work, times it, and records it as one run: completed when it returns or its promise is
   * fulfilled, not completed when it throws or its promise is rejected. The result or error is passed on.
   */
  async trackInvocation<Result>(
    skillName: string,
    workflowPhase: string | null | undefined,
    work: () => Result | Promise<Result>,
  ): Promise<Result> {
    const begin = performance.now();
    let completed = false;
    try {
      const result = await work();
      completed = true;
      return result;
    } finally {
      this.recordInvocation(skillName, workflowPhase, completed, (performance.now() - begin) / 1000);
    }
  }

  /** Sets the share of a skill's runs that were completed. @throws {RangeError} unless it is from 0 to 1 */
  updateCompletionRate(skillName: string, rate: number): void {
    if (!(typeof rate === 'number' && rate >= 0 && rate <= 1)) {
      throw new RangeError(`completion rate of ${show(skillName)}: expected a number from 0.0 to 1.0, got ${show(rate)}`);
    }
    this.#completionRate.set({ skill_name: skillName }, rate);
  }

  /** Counts an anomaly. @param anomalyType - `drop`, `spike`, `pattern_shift`, or any other text */
  recordAnomaly(anomalyType: string, skillName: string): void {
    this.#anomalies.inc({ anomaly_type: anomalyType, skill_name: skillName });
  }

  /** Sets the number of sessions that are active now. @throws {RangeError} unless it is finite, and 0 or more */
  updateActiveSessions(count: number): void {
    if (!(typeof count === 'number' && count >= 0 && count < Infinity)) {
      throw new RangeError(`active sessions: expected a number of 0 or more, got ${show(count)}`);
    }
    this.#activeSessions.set(count);
  }

  /**
   * Calls a function again and again, such as one that updates completion rates from a store. What it throws
   * or rejects with goes to `onError`; a call is left out while the one before is still running.
   *
   * The timer does not keep the process alive. `stop()` ends it, and so does the function that is returned.
   *
   * @param intervalMs - From 1 to 2147483647 milliseconds; the first call comes after that time.
   * @throws {RangeError} where the interval is not in that range
   */
  every(intervalMs: number, work: () => void | Promise<void>): () => void {
    if (!(typeof intervalMs === 'number' && intervalMs >= 1 && intervalMs <= 2_147_483_647)) {
      throw new RangeError(`every: expected an interval from 1 to 2147483647 milliseconds, got ${show(intervalMs)}`);
    }
    let isBusy = false;
    const timer = setInterval(async () => {
      if (isBusy) return;
      isBusy = true;
      try {
        await work();
      } catch (error) {
        await this.#report(error);
      } finally {
        isBusy = false;
      }
    }, intervalMs);
    timer.unref();
    this.#timers.add(timer);
    return () => {
      clearInterval(timer);
      this.#timers.delete(timer);
    };
  }

  async #report(error: unknown): Promise<void> {
    try {
      await this.#onError(error);
    } catch {
      // There is nobody left to tell, and the host must not end for it.
    }
  }

  // Starts and stops take turns, in the order in which they were called.
  #next(change: () => Promise<void>): Promise<void> {
    const changed = this.#changing.then(change);
    this.#changing = changed.catch(() => undefined);
    return changed;
  }
}

/** Makes an exporter, starts it, and resolves to it. @throws what `start` throws */
export async function createExporter(options: ExporterOptions = {}): Promise<PrometheusExporter> {
  const exporter = new PrometheusExporter(options);
  await exporter.start();
  return exporter;
}
