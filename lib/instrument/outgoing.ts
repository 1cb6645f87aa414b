// What is recorded of a request that went out, once it has ended, whatever sent it.

import type { Registry } from '../core/registry.ts';
import type { GaugeSeries } from '../metrics/gauge.ts';
import { Failures } from './failures.ts';
import { Hosts } from './hosts.ts';
import type { HostFunction } from './hosts.ts';
import { measuring } from './measuring.ts';
import type { Measuring } from './measuring.ts';
import { clientNames } from './names.ts';
import type { HttpMetricsOptions } from './options.ts';
import { begin, end } from './recorder.ts';
import type { Facts } from './recorder.ts';
import { activeTrace } from './tracing.ts';
import type { Trace } from './tracing.ts';

interface Given extends HttpMetricsOptions {
  readonly hosts?: readonly string[] | HostFunction | undefined;
  readonly maxHosts?: number | undefined;
  readonly labels?: ((request: never, response: never) => unknown) | undefined;
}

const MOST_HOSTS = 100;

/** A request under way. Fields that are all there from the start: one of these is made for each request. */
export class Sent implements Facts {
  readonly host: string;
  readonly method: number;
  readonly scheme: number;
  readonly gauge: GaugeSeries | undefined;
  readonly trace: Trace | undefined;
  readonly startMs: number;
  version: number = 0;
  status: number = 0;
  error: number = 0;
  headMs: number = -1;
  requestBytes: number = -1;
  responseBytes: number = -1;
  response: unknown = undefined;

  constructor(host: string, method: number, scheme: number, gauge: GaugeSeries | undefined, startMs: number, trace: Trace | undefined) {
    this.host = host;
    this.method = method;
    this.scheme = scheme;
    this.gauge = gauge;
    this.startMs = startMs;
    this.trace = trace;
  }
}

export class Outgoing {
  readonly measuring: Measuring;
  readonly hosts: Hosts;
  readonly failures: Failures = new Failures();
  private readonly running = new Set<Sent>();

  constructor(subject: string, registry: Registry, options: Given) {
    this.measuring = measuring(subject, registry, 'client', clientNames(options.names), options, this.failures.codes);
    this.hosts = new Hosts(options.hosts, options.maxHosts ?? MOST_HOSTS, this.measuring.complaints);
  }

  /** @param host - With its port, where that is not the protocol's own. */
  begin(method: string | undefined, host: string, isSecure: boolean): Sent {
    const { recorder, methodOf, clock, hasExemplars } = this.measuring;
    const number = methodOf(method);
    const scheme = isSecure ? 1 : 0;
    const gauge = recorder.gauge({ method: number, scheme, status: 0, version: 0, error: 0 });
    begin(gauge);
    // The code that sends it runs now.
    const sent = new Sent(this.hosts.of(host), number, scheme, gauge, clock(), hasExemplars ? activeTrace() : undefined);
    this.running.add(sent);
    return sent;
  }

  /** @param status - As it was received. */
  head(sent: Sent, status: number, version: number): void {
    sent.headMs = this.measuring.clock();
    sent.status = status;
    sent.version = version;
  }

  /** Records it, the first time alone. Never throws. @param isFailed - Whether it ended before its response was complete. */
  end(sent: Sent, request: unknown, isFailed: boolean, error?: unknown): void {
    if (!this.running.delete(sent)) return;
    const { recorder, labels, clock } = this.measuring;
    end(sent.gauge);
    const nowMs = clock();
    const seconds = Math.max(nowMs - sent.startMs, 0) / 1_000;
    const startSeconds = sent.headMs < 0 ? -1 : Math.max(sent.headMs - sent.startMs, 0) / 1_000;
    if (isFailed) sent.error = this.failures.numberOf(error);
    const { host, trace } = sent;
    const more = labels?.values(request, sent.response);
    const recorded = recorder.recorded(host, sent, more);
    const shown = trace !== undefined && recorded.isTraceWanted(nowMs, seconds) ? trace : undefined;
    if (shown !== undefined) recorded.showTrace(nowMs, seconds);
    recorded.observe(1, seconds, startSeconds, sent.requestBytes, isFailed ? -1 : sent.responseBytes, shown);
    if (isFailed) this.countFailure(host, sent, more);
  }

  /** Counts one that failed when it was not known yet: how long it took is not known either. Never throws. */
  failUnsent(method: string | undefined, host: string, isSecure: boolean, request: unknown, error: unknown): void {
    const { methodOf, labels } = this.measuring;
    const facts: Facts = { method: methodOf(method), scheme: isSecure ? 1 : 0, status: 0, version: 0, error: this.failures.numberOf(error) };
    this.countFailure(this.hosts.of(host), facts, labels?.values(request, undefined));
  }

  private countFailure(host: string, facts: Facts, more: readonly string[] | undefined): void {
    const { recorder } = this.measuring;
    if (this.failures.isAbort(facts.error)) recorder.aborted(host, facts, more)?.inc();
    else recorder.failed(host, facts, more)?.inc();
  }

  stop(): void {
    for (const { gauge } of this.running) end(gauge);
    this.running.clear();
  }
}
