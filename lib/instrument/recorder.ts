// What is known of requests, turned into series: each set of labels is looked up once and kept as bound children, so
// that a request costs a few lookups by number. All that is kept has a bound.

import type { CounterSeries } from '../metrics/counter.ts';
import type { GaugeSeries } from '../metrics/gauge.ts';
import type { HistogramSeries } from '../metrics/histogram.ts';
import type { Families } from './families.ts';
import { ABORTED } from './failures.ts';
import { OTHER } from './given.ts';
import { PLAIN } from '../metrics/series.ts';
import type { Fact, Vocabulary } from './names.ts';
import type { Trace } from './tracing.ts';

/** What one request was, as numbers. */
export interface Facts {
  /** Of `methods`; their number stands for all others. */
  method: number;
  /** 100 to 599; 0 where none was sent or received. */
  status: number;
  /** 1 where it was over TLS. */
  scheme: number;
  /** Of `VERSIONS`. */
  version: number;
  /** Of `errors`; 0 for none. */
  error: number;
}

export const VERSIONS: readonly string[] = ['', '1.0', '1.1', '2', '3'];

// Of each kind; far more than a service of many routes has.
const MOST_KEPT = 10_000;

// How often a set of labels asks for the trace, unless a request was slower than the one that was shown.
const EXEMPLAR_INTERVAL_MS = 1_000;

/** The series of one set of labels. Each is made when it is first written to: not every request has a value for all. */
export class Recorded {
  private readonly families: Families;
  private readonly labelValues: readonly string[];
  private duration: HistogramSeries | undefined = undefined;
  private responseStart: HistogramSeries | undefined = undefined;
  private requestSize: HistogramSeries | undefined = undefined;
  private responseSize: HistogramSeries | undefined = undefined;
  private shownMs: number = -Infinity;
  private shownSeconds: number = 0;

  constructor(families: Families, labelValues: readonly string[]) {
    this.families = families;
    this.labelValues = labelValues;
  }

  /** Whether a request that took so long should be shown as an exemplar, where its trace is known. */
  isTraceWanted(nowMs: number, seconds: number): boolean {
    return seconds > this.shownSeconds || nowMs - this.shownMs >= EXEMPLAR_INTERVAL_MS;
  }

  showTrace(nowMs: number, seconds: number): void {
    this.shownMs = nowMs;
    this.shownSeconds = seconds;
  }

  /**
   * What is -1 is not known, and not observed.
   *
   * @param times - How many requests this one stands for.
   */
  observe(times: number, seconds: number, startSeconds: number, requestBytes: number, responseBytes: number, trace: Trace | undefined): void {
    const { families, labelValues } = this;
    for (let i = 0; i < times; i++) {
      (this.duration ??= families.duration?.labels(...labelValues))?.observe(seconds, trace);
      if (startSeconds >= 0) (this.responseStart ??= families.responseStart?.labels(...labelValues))?.observe(startSeconds);
      if (requestBytes >= 0) (this.requestSize ??= families.requestSize?.labels(...labelValues))?.observe(requestBytes);
      if (responseBytes >= 0) (this.responseSize ??= families.responseSize?.labels(...labelValues))?.observe(responseBytes);
    }
  }
}

type Branch = Map<string, Branch | Recorded>;

export class Recorder {
  readonly families: Families;
  private readonly vocabulary: Vocabulary;
  private readonly methods: readonly string[];
  /** The codes of errors by number; the caller adds to them. */
  private readonly errors: readonly string[];
  private readonly byPeer = new Map<string, Map<number, Branch | Recorded>>();
  private readonly inFlight = new Map<number, GaugeSeries>();
  private kept = 0;

  constructor(families: Families, vocabulary: Vocabulary, methods: readonly string[], errors: readonly string[]) {
    this.families = families;
    this.vocabulary = vocabulary;
    this.methods = methods;
    this.errors = errors;
  }

  /**
   * The series of a request.
   *
   * @param peer - The route, or the host; from a bounded set.
   * @param more - Values of the labels that the caller added; from bounded sets. @default none
   */
  recorded(peer: string, facts: Facts, more?: readonly string[]): Recorded {
    const key = (((facts.error * (this.methods.length + 1) + facts.method) * VERSIONS.length + facts.version) * 2 + facts.scheme) * 1_000 + facts.status;
    let found: Branch | Recorded | undefined = this.byPeer.get(peer)?.get(key);
    if (more !== undefined) for (let i = 0; found !== undefined && i < more.length; i++) found = (found as Branch).get(more[i]!);
    return (found as Recorded | undefined) ?? this.add(peer, key, facts, more);
  }

  /** The gauge of requests in flight that this one belongs to. */
  gauge(facts: Facts): GaugeSeries | undefined {
    const { inFlight } = this.families;
    if (inFlight === undefined) return undefined;
    const { inFlightLabels } = this.vocabulary;
    const key = inFlightLabels.length === 0 ? 0 : facts.method * 2 + facts.scheme;
    let found = this.inFlight.get(key);
    if (found === undefined) this.inFlight.set(key, (found = inFlight.labels(...this.valuesOf(inFlightLabels, '', facts))));
    return found;
  }

  aborted(peer: string, facts: Facts, more: readonly string[] = []): CounterSeries | undefined {
    return this.families.aborted?.labels(...this.valuesOf(this.vocabulary.abortedLabels, peer, facts), ...more);
  }

  failed(peer: string, facts: Facts, more: readonly string[] = []): CounterSeries | undefined {
    return this.families.errors?.labels(...this.valuesOf(this.vocabulary.errorLabels, peer, facts), ...more);
  }

  private add(peer: string, key: number, facts: Facts, more: readonly string[] = []): Recorded {
    const recorded = new Recorded(this.families, [...this.valuesOf(this.vocabulary.labels, peer, facts), ...more]);
    if (this.kept >= MOST_KEPT) return recorded;
    this.kept++;
    let byKey = this.byPeer.get(peer);
    if (byKey === undefined) this.byPeer.set(peer, (byKey = new Map()));
    if (more.length === 0) {
      byKey.set(key, recorded);
      return recorded;
    }
    let branch = byKey.get(key) as Branch | undefined;
    if (branch === undefined) byKey.set(key, (branch = new Map()));
    for (const value of more.slice(0, -1)) {
      let next = branch.get(value) as Branch | undefined;
      if (next === undefined) branch.set(value, (next = new Map()));
      branch = next;
    }
    branch.set(more.at(-1)!, recorded);
    return recorded;
  }

  private valuesOf(labels: readonly (readonly [Fact, string])[], peer: string, facts: Facts): string[] {
    return labels.map(([fact]) => this.valueOf(fact, labels, peer, facts));
  }

  private valueOf(fact: Fact, labels: readonly (readonly [Fact, string])[], peer: string, { method, status, scheme, version, error }: Facts): string {
    const hasPort = labels.some(([each]) => each === 'port');
    switch (fact) {
      case 'method': return this.methods[method] ?? this.vocabulary.otherMethod;
      case 'peer': return hasPort ? peer.replace(PORT, '') : peer;
      case 'port': return PORT.exec(peer)?.[1] ?? '';
      case 'status': return status === 0 ? this.vocabulary.noStatus : status < 100 || status > 599 ? OTHER : String(status);
      case 'scheme': return scheme === 1 ? 'https' : 'http';
      case 'version': return VERSIONS[version]!;
      case 'error': return this.errors[error] || (status === 0 ? ABORTED : status >= this.vocabulary.leastError ? String(status) : '');
    }
  }
}

const PORT = /:(\d{1,5})$/;

/** One more in flight. */
export function begin(gauge: GaugeSeries | undefined): void {
  gauge?.inc();
}

/** One less. Never below 0: a registry that is reset meanwhile begins at 0. */
export function end(gauge: GaugeSeries | undefined): void {
  if (gauge === undefined) return;
  const live = gauge.mode === PLAIN ? gauge : gauge.family.live(gauge)!;
  if (live.value >= 1) live.value -= 1;
}
