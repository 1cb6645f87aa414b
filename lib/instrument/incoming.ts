// What is recorded of a request that came in, once it has ended, whatever it came over.

import type { Registry } from '../core/registry.ts';
import { measuring } from './measuring.ts';
import type { Measuring } from './measuring.ts';
import { serverNames } from './names.ts';
import type { IncomingOptions } from './options.ts';
import { Routes } from './routes.ts';
import type { Facts } from './recorder.ts';
import { Sampling } from './sampling.ts';
import { traceOfHeader } from './tracing.ts';
import type { Trace } from './tracing.ts';

/** How a request went. What is not known is -1. */
export interface Outcome {
  readonly nowMs: number;
  readonly seconds: number;
  readonly startSeconds: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly isAborted: boolean;
  /** The trace that was active when the response began. */
  readonly trace?: Trace | undefined;
}

interface Given extends IncomingOptions {
  readonly route?: ((request: never, other: never) => unknown) | undefined;
  readonly labels?: ((request: never, response: never, other: never) => unknown) | undefined;
}

const MOST_ROUTES = 1_000;

export class Incoming {
  readonly measuring: Measuring;
  private readonly routes: Routes;
  private readonly sampling: Sampling;

  constructor(subject: string, registry: Registry, options: Given) {
    this.measuring = measuring(subject, registry, 'server', serverNames(options.names), options);
    this.routes = new Routes(options.route, options.maxRoutes ?? MOST_ROUTES, this.measuring.complaints);
    this.sampling = new Sampling(options.routes);
  }

  /**
   * Records it. Never throws.
   *
   * @param other - What the caller's functions are given beside request and response.
   * @param traceparent - Reads the header, where it is wanted.
   */
  end(request: object, response: unknown, other: unknown, facts: Facts, outcome: Outcome, traceparent: (request: never) => unknown): void {
    const { recorder, labels, hasExemplars } = this.measuring;
    const route = this.routes.of(request, other);
    const weight = this.sampling.weightOf(route);
    if (weight === 0) return;
    const more = labels?.values(request, response, other);
    const { nowMs, seconds, startSeconds, requestBytes, responseBytes, isAborted } = outcome;
    const recorded = recorder.recorded(route, facts, more);
    let trace: Trace | undefined;
    if (hasExemplars && recorded.isTraceWanted(nowMs, seconds)) {
      trace = outcome.trace ?? traceOfHeader(traceparent(request as never));
      if (trace !== undefined) recorded.showTrace(nowMs, seconds);
    }
    recorded.observe(weight, seconds, startSeconds, requestBytes, responseBytes, trace);
    if (isAborted) recorder.aborted(route, facts, more)?.inc(weight);
  }
}
