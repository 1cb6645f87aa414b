// The ready exporter for skill runs: five metrics, a server for them, and the calls that a host makes. The
// composition root; it does nothing with metrics that a program of your own could not do. Over 300 lines, since it is one
// class whose calls are small: apart, they would be read together all the same.

import type { Group, GroupOptions, joinGroup } from './cluster.ts';
import { checkGroup } from './cluster/options.ts';
import { fault, show } from './core/errors.ts';
import { isLabelValue } from './core/labels.ts';
import { checkOptions } from './core/options.ts';
import { Registry } from './core/registry.ts';
import type { RegistryOptions } from './core/registry.ts';
import { serve } from './http.ts';
import type { MetricsServer, ServeOptions } from './http.ts';
import { Counter } from './metrics/counter.ts';
import { Gauge } from './metrics/gauge.ts';
import { Histogram } from './metrics/histogram.ts';
import { checkGiven, HANDLER_RULES, ROUTE_RULES, SENDING_RULES, SERVER_RULES } from './scraping/options.ts';

export interface ExporterOptions extends RegistryOptions, ServeOptions {
  /** 1 to 65535, or 0 for any free port. @default 9090 */
  readonly port?: number | undefined;
  /** The address to listen on; `127.0.0.1` keeps the metrics on this machine. @default all interfaces */
  readonly host?: string | undefined;
  /** The page at `/`: `live` shows the metrics as they move. @default 'live' */
  readonly page?: 'live' | 'plain' | undefined;
  /** Called with errors in the functions given to `every`, and in scrapes. What it throws is dropped. @default `console.error`, of `every` alone */
  readonly onError?: ((error: unknown) => void) | undefined;
  /**
   * Whether `trackInvocation` observes how long runs took that were not completed. They end early or at a limit, and
   * so say little of how long the work takes. @default false
   */
  readonly timeFailedRuns?: boolean | undefined;
  /**
   * The name of a group, or its options: then the exporter shows the figures of all exporters of this host and user that
   * have the same, whatever process or thread they are in, and all of them may have one port. See `joinGroup`.
   *
   * @default none: it shows its own
   */
  readonly group?: string | GroupOptions | undefined;
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

const SERVE_RULES = { ...HANDLER_RULES, ...SENDING_RULES, ...ROUTE_RULES, ...SERVER_RULES };
const OPTIONS = [...Object.keys(SERVE_RULES), 'labels', 'maxCollectorSeries', 'onWarning', 'timeFailedRuns', 'group'];
const INVOCATION = ['skillName', 'workflowPhase', 'completed', 'durationSeconds'];

/** Counts and times skill runs, and serves the figures to Prometheus. */
export class PrometheusExporter {
  /** Holds the five metrics; register more of your own. */
  readonly registry: Registry;

  private readonly serveOptions: ServeOptions;
  private readonly onError: (error: unknown) => void;
  private readonly timesFailedRuns: boolean;
  private readonly invocations: Counter<'skill_name' | 'workflow_phase' | 'completed'>;
  private readonly durations: Histogram<'skill_name' | 'workflow_phase'>;
  private readonly completionRate: Gauge<'skill_name'>;
  private readonly activeSessions: Gauge;
  private readonly anomalies: Counter<'anomaly_type' | 'skill_name'>;
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly groupOptions: GroupOptions | undefined;
  private group: Group | undefined;
  private server: MetricsServer | undefined;
  private changing: Promise<void> = Promise.resolve();

  /**
   * @throws {RangeError} where the port is not one
   * @throws {MetricError} `ERR_OPTION`, and what the registry's options may be wrong in
   */
  constructor(options: ExporterOptions = {}) {
    const subject = 'PrometheusExporter';
    if (typeof options !== 'object' || options === null) {
      throw fault('ERR_OPTION', subject, `options, as in { port: ${typeof options === 'number' ? options : 9090} }`, options);
    }
    checkOptions(subject, options, OPTIONS);
    const { labels, maxCollectorSeries, onWarning, timeFailedRuns = false, group, ...given } = options;
    if (typeof timeFailedRuns !== 'boolean') throw fault('ERR_OPTION', 'timeFailedRuns', 'true or false', timeFailedRuns);
    this.registry = new Registry({ labels, maxCollectorSeries, onWarning });
    checkGiven(subject, this.registry, given, SERVE_RULES);
    const { port = 9090, title = 'Skill metrics', page = 'live', selfMetrics = 'collectors', onError = (error: unknown) => console.error(error) } = given;
    this.serveOptions = { ...given, port, title, page, selfMetrics };
    this.onError = onError;
    this.timesFailedRuns = timeFailedRuns;
    this.groupOptions = typeof group === 'string' ? { name: group, onError: given.onError } : group;
    if (this.groupOptions !== undefined) checkGroup(`${subject}: group`, this.groupOptions);
    this.invocations = this.registry.register(
      new Counter({
        name: 'skill_invocations_total',
        help: 'Skill runs, by skill, phase of the workflow, and whether they were completed.',
        labelNames: ['skill_name', 'workflow_phase', 'completed'],
      }),
    );
    this.durations = this.registry.register(
      new Histogram({
        name: 'skill_duration_seconds',
        help: 'How long skill runs took, in seconds.',
        labelNames: ['skill_name', 'workflow_phase'],
        buckets: DURATION_BUCKETS,
      }),
    );
    this.completionRate = this.registry.register(
      new Gauge({
        name: 'skill_completion_rate',
        help: 'Share of the runs of a skill that were completed, from 0.0 to 1.0.',
        labelNames: ['skill_name'],
      }),
    );
    this.activeSessions = this.registry.register(
      new Gauge({ name: 'active_sessions_total', help: 'Sessions that are active now.' }),
    );
    this.anomalies = this.registry.register(
      new Counter({
        name: 'anomalies_detected_total',
        help: 'Anomalies detected in skill runs, by type: drop, spike, pattern_shift and others.',
        labelNames: ['anomaly_type', 'skill_name'],
      }),
    );
  }

  /** Where it can be reached, such as `http://localhost:9090`; the metrics are at `/metrics` there. Undefined while it is stopped. */
  get url(): string | undefined {
    return this.server?.url;
  }

  isRunning(): boolean {
    return this.server !== undefined;
  }

  /**
   * Starts serving, and resolves when the port listens. Does nothing where it is running already. The counts
   * of earlier starts are kept, those of its group too while others are in it; what `every` began before a `stop` has to be begun again.
   *
   * @throws an `Error` with the system's `code`, and a message that says what to do, where the port is taken
   */
  start(): Promise<void> {
    return this.next(async () => {
      if (this.server) return;
      const group = this.groupOptions && (await this.join(this.groupOptions));
      try {
        this.server = await serve(group ?? this.registry, this.serveOptions);
        this.group = group;
      } catch (error) {
        await group?.leave();
        throw error;
      }
    });
  }

  private async join(options: GroupOptions): Promise<Group> {
    // Loaded where it is wanted: it would make up a third of the exporter. One file that was vendored has none of it.
    const { joinGroup: join } = (await import('./cluster.ts')) as { readonly joinGroup?: typeof joinGroup };
    if (join === undefined) throw fault('ERR_OPTION', 'PrometheusExporter: group', 'promlet as a package or as its sources, since this one file has no groups', options.name);
    return join(this.registry, options);
  }

  /** Stops serving and all that `every` began. Resolves when the port is free. It can be started again. */
  stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.timers.clear();
    return this.next(async () => {
      const server = this.server;
      this.server = undefined;
      const { group } = this;
      this.group = undefined;
      await server?.close();
      await group?.leave();
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
   * @throws {MetricError} `ERR_OPTION` where the skill's name is missing, `completed` is neither true nor false, or
   * there is more than an invocation has
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
    done?: boolean,
    seconds?: number | null,
  ): void {
    const isOne = typeof first === 'object' && first !== null;
    if (isOne) checkOptions('recordInvocation', first, INVOCATION);
    const { skillName, workflowPhase, completed, durationSeconds } = isOne
      ? first
      : { skillName: first, workflowPhase: phase, completed: done, durationSeconds: seconds };
    const run = labelsOf('recordInvocation', skillName, workflowPhase);
    if (typeof completed !== 'boolean') throw fault('ERR_OPTION', 'recordInvocation: completed', 'true or false', completed);
    this.invocations.inc({ ...run, completed });
    if (durationSeconds !== null && durationSeconds !== undefined) this.durations.observe(run, durationSeconds);
  }

  /**
   * Runs the work, times it, and records it as one run: completed when it returns or its promise is fulfilled. When it
   * throws or its promise is rejected, the run is not completed, and has no duration unless `timeFailedRuns` says
   * so. The result or error is passed on.
   *
   * @throws {MetricError} `ERR_OPTION` where the skill's name is missing, before `work` is called
   */
  async trackInvocation<Result>(
    skillName: string,
    workflowPhase: string | null | undefined,
    work: () => Result | Promise<Result>,
  ): Promise<Result> {
    labelsOf('trackInvocation', skillName, workflowPhase);
    if (typeof work !== 'function') throw fault('ERR_OPTION', 'trackInvocation: work', 'a function', work);
    const begin = performance.now();
    let completed = false;
    try {
      const result = await work();
      completed = true;
      return result;
    } finally {
      const seconds = (performance.now() - begin) / 1000;
      this.recordInvocation(skillName, workflowPhase, completed, completed || this.timesFailedRuns ? seconds : undefined);
    }
  }

  /** Sets the share of a skill's runs that were completed. @throws {RangeError} unless it is from 0 to 1 */
  updateCompletionRate(skillName: string, rate: number): void {
    if (!(typeof rate === 'number' && rate >= 0 && rate <= 1)) {
      throw new RangeError(`completion rate of ${show(skillName)}: expected a number from 0.0 to 1.0, got ${show(rate)}`);
    }
    this.completionRate.set({ skill_name: skillName }, rate);
  }

  /** Counts an anomaly. @param anomalyType - `drop`, `spike`, `pattern_shift`, or any other text */
  recordAnomaly(anomalyType: string, skillName: string): void {
    this.anomalies.inc({ anomaly_type: anomalyType, skill_name: skillName });
  }

  /** Sets the number of sessions that are active now. @throws {RangeError} unless it is finite, and 0 or more */
  updateActiveSessions(count: number): void {
    if (!(typeof count === 'number' && count >= 0 && count < Infinity)) {
      throw new RangeError(`active sessions: expected a number of 0 or more, got ${show(count)}`);
    }
    this.activeSessions.set(count);
  }

  /**
   * Calls a function again and again, such as one that updates completion rates from a store. What it throws
   * or rejects with goes to `onError`; a call is left out while the one before is still running.
   *
   * The timer does not keep the process alive. `stop()` ends it, and so does the function that is returned.
   *
   * @param intervalMs - From 1 to 2147483647 milliseconds; the first call comes after that time.
   * @throws {RangeError} where the interval is not in that range
   * @throws {MetricError} `ERR_OPTION` where there is nothing to call
   */
  every(intervalMs: number, work: () => void | Promise<void>): () => void {
    if (!(typeof intervalMs === 'number' && intervalMs >= 1 && intervalMs <= 2_147_483_647)) {
      throw new RangeError(`every: expected an interval from 1 to 2147483647 milliseconds, got ${show(intervalMs)}`);
    }
    if (typeof work !== 'function') throw fault('ERR_OPTION', 'every', 'a function to call', work);
    let isBusy = false;
    const timer = setInterval(async () => {
      if (isBusy) return;
      isBusy = true;
      try {
        await work();
      } catch (error) {
        await this.report(error);
      } finally {
        isBusy = false;
      }
    }, intervalMs);
    timer.unref();
    this.timers.add(timer);
    return () => {
      clearInterval(timer);
      this.timers.delete(timer);
    };
  }

  private async report(error: unknown): Promise<void> {
    try {
      await this.onError(error);
    } catch {
      // There is nobody left to report it to, and the host must not end because of it.
    }
  }

  // Starts and stops take turns, in the order in which they were called.
  private next(change: () => Promise<void>): Promise<void> {
    const changed = this.changing.then(change);
    this.changing = changed.catch(() => undefined);
    return changed;
  }
}

/** Makes an exporter, starts it, and resolves to it. @throws what `start` throws */
export async function createExporter(options: ExporterOptions = {}): Promise<PrometheusExporter> {
  const exporter = new PrometheusExporter(options);
  await exporter.start();
  return exporter;
}

/** The labels that all metrics of a run have. @throws {MetricError} `ERR_OPTION` */
function labelsOf(method: string, skillName: unknown, workflowPhase: unknown): { readonly skill_name: string; readonly workflow_phase: string } {
  if (!isLabelValue(skillName)) throw fault('ERR_OPTION', `${method}: skillName`, 'a string', skillName);
  const phase = workflowPhase || 'unknown';
  if (!isLabelValue(phase)) throw fault('ERR_OPTION', `${method}: workflowPhase`, 'a string', phase);
  return { skill_name: String(skillName), workflow_phase: String(phase) };
}
